"""`yima sheet`: print the codes of objects, read every one back, then record the batch. What is printed is a promise for ever."""

from collections.abc import Callable, Iterable
from pathlib import Path

from yima.adapters import paper
from yima.adapters.paper import Label
from yima.adapters.store import Store, look, registers, seen
from yima.core import codes
from yima.core.events import PlatesPrinted
from yima.core.model import Object, Person
from yima.core.results.office import Sheeted
from yima.errors import BadInput
from yima.i18n import _

MOST = 20_000  # labels of one batch: its fact stays below 1 MiB


def sheet(
    store: Store,
    by: Person,
    now: int,
    *,
    grid: str = "",
    street: str = "",
    names: Iterable[str] = (),
    kinds: Iterable[str] = (),
    only_new: bool = False,
    stock: str = "24",
    path: Path | None = None,
    tick: Callable[[int, int], None] | None = None,
) -> Sheeted:
    """Print a sheet and record its batch. An object with a valid plate is printed again with the same code, another gets a new one.

    names: objects by name, code or number, in this order. only_new: leave out what has a plate. path: else data/sheets/ of the town.
    The file is made and every code read back before anything is recorded; if anything fails, nothing is recorded and no file stays.
    """
    registers.check_plate(store, by, now, "plates.printed", "")
    with store.transaction("sheet"):
        chosen = _chosen(store, grid, street, tuple(names), tuple(kinds))
        valid = registers.valid_codes(store)
        if only_new:
            chosen = [obj for obj in chosen if obj.id not in valid]
        if not chosen:
            raise BadInput(
                _("Every object that matches has a plate already; without --new they are printed again.")
                if only_new
                else _("No object matches; check the street, grid or list that was given.")
            )
        if len(chosen) > MOST:
            raise BadInput(_("{0} labels are too many for one sheet; at most {1}, so choose a grid or a street.").format(len(chosen), MOST))
        number = store.next_number("batch")
        batch = f"{seen.letters_of(store, store.device)}-B{number:04d}"
        scope = (
            street or grid or (chosen[0].name if len(chosen) == 1 else _("{0} places").format(len(chosen)) if names else store.town.name)
        )
        if path is not None and not path.name:
            raise BadInput(_("{0} is a folder; name the PDF file: -o FILE.").format(path))
        path = path or store.folder / "data" / "sheets" / f"{batch}-{_file_name(scope)}.pdf"
        town = store.town.last_catalogue.town
        templates = own if (own := store.folder / "templates").is_dir() else None
        known = registers.all_codes(store)
        labels = [Label(valid.get(obj.id) or _new_code(store, known), obj.name, place_of(obj), obj.id) for obj in chosen]
        printed = paper.sheet(
            labels,
            stock=stock,
            path=path,
            town=store.town.name,
            service_phone=str(town.get("service_phone", "")),
            url_prefix=str(town.get("url_prefix", "")),
            progress=(lambda done: tick(done, len(labels))) if tick is not None else None,
            timestamp=now // 1000,
            templates=templates,
        )
        try:
            again = sum(label.object_id in valid for label in printed.labels)
            pairs = tuple((label.code, label.object_id) for label in printed.labels)
            event = PlatesPrinted(number, stock, pairs, again == len(pairs), printed.digest)
            store.append("plates.printed", f"{store.device}-B{number}", event, by=by.id, now=now)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    sort = paper.stocks(templates)[stock]
    return Sheeted(
        batch,
        stock,
        (sort.per_page, sort.label[0], sort.label[1]),
        scope,
        tuple((label.code, label.object_id, label.name) for label in printed.labels),
        printed.read_back,
        printed.pages,
        again,
        str(path),
        _shown(path, store.folder),
        printed.shrunk,
        printed.no_glyph,
    )


def place_of(obj: Object) -> str:
    """Where it is, as it stands on a plate: street and number, else the address in words."""
    return obj.place if obj.door or not obj.address else obj.address


def _chosen(store: Store, grid: str, street: str, names: tuple[str, ...], kinds: tuple[str, ...]) -> list[Object]:
    found = look.objects(store, kinds=kinds, grid=grid, street=street)
    if not names:
        return found
    by_id = {obj.id: obj for obj in found}
    ids = {look.resolve(store, name).object: name for name in names}
    for id_, name in ids.items():
        if id_ not in by_id:
            raise BadInput(_("{0} is retired or outside the grid, street or kind that was given.").format(name))
    return [by_id[id_] for id_ in ids]


def _new_code(store: Store, known: set[str]) -> str:
    code = codes.make(store.random(8))
    while code in known:
        code = codes.make(store.random(8))
    known.add(code)
    return code


def _file_name(text: str) -> str:
    """The text as a part of a file name that every system takes."""
    return "".join(sign if sign.isalnum() or sign in "-_·" else "_" for sign in text)[:40].strip("_") or "-"


def _shown(path: Path, folder: Path) -> str:
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return str(path)
