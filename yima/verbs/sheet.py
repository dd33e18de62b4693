"""`yima sheet`, `yima plate reprint`: print codes, read every one back, then record the batch. What is printed is a promise for ever."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from yima.adapters import paper
from yima.adapters.paper import PLAIN, How, Label
from yima.adapters.paper.notices import shown
from yima.adapters.paper.ruler import ruler
from yima.adapters.paper.setting import MOST_COPIES
from yima.adapters.paper.stocks import own_templates
from yima.adapters.render import void_word
from yima.adapters.store import Store, look, plates, registers
from yima.core import codes
from yima.core.events import PlatesPrinted
from yima.core.model import Object, Person
from yima.core.plates import Plate
from yima.core.results.office import Ruled, Sheeted
from yima.errors import BadInput
from yima.i18n import _

MOST = 20_000  # labels of one batch: its fact stays below 1 MiB
MOST_LIST = 2_000_000  # bytes of a file that says what to print
FILE_LIKE = re.compile(r"[/\\]|\.(txt|csv|tsv|md|xlsx?|ods|docx?|pdf)$", re.IGNORECASE)  # a folder before it, or an ending
Tick = Callable[[int, int], None]


def sheet(
    store: Store,
    by: Person,
    now: int,
    *,
    grid: str = "",
    street: str = "",
    names: Iterable[str] = (),
    only: Iterable[str] = (),
    kinds: Iterable[str] = (),
    only_new: bool = False,
    blank: int | None = None,
    stock: str = "24",
    how: How = PLAIN,
    path: Path | None = None,
    tick: Tick | None = None,
) -> Sheeted:
    """Print a sheet and record its batch. An object with a valid plate is printed again with the same code, another gets a new one.

    names: objects by name or code, in this order. only: the same, or by their number in the ledger. only_new: leave out what has a plate.
    how: see paper.How; without a font it is the town's. path: else data/sheets/ of the town.
    blank: so many plates that hang nowhere yet, instead of objects; they are bound on the street.
    The file is made and every code read back before anything is recorded; if anything fails, nothing is recorded and no file stays.
    """
    registers.check_plate(store, by, now, "plates.printed", "")
    _must_be_pdf(path)
    with store.transaction("sheet"):
        if blank is not None:
            return _issued(store, by, now, _blank(store, blank), _("blank plates"), stock=stock, how=how, path=path, tick=tick)
        names, only = tuple(names), tuple(only)
        chosen = _chosen(store, grid, street, names, only, tuple(kinds))
        valid = registers.valid_codes(store)
        if only_new:
            chosen = [obj for obj in chosen if obj.id not in valid]
        if not chosen:
            raise BadInput(
                _("Every object that matches has a plate already; without --new they are printed again.")
                if only_new
                else _("No object matches; check the street, grid or list that was given.")
            )
        _not_too_many(len(chosen))
        scope = street or grid or ("" if names or only or len(chosen) == 1 else store.town.name)
        return _issued(store, by, now, _labels(store, chosen, valid), scope, stock=stock, how=how, path=path, tick=tick)


def reprint(
    store: Store,
    by: Person,
    now: int,
    texts: Iterable[str] = (),
    *,
    queue: bool = False,
    stock: str = "24",
    how: How = PLAIN,
    path: Path | None = None,
    tick: Tick | None = None,
) -> Sheeted:
    """Print single plates once more: the same codes, counted. texts: codes, as scanned or typed; queue: what is reported missing instead.

    A place of the queue that has no valid plate any more gets a new one. Raises BadInput for a plate that is void, blank or not of this town.
    """
    registers.check_plate(store, by, now, "plates.printed", "")
    _must_be_pdf(path)
    with store.transaction("sheet"):
        if queue:
            missing = [one.object for one in plates.reported(store) if one.state == "missing"]
            chosen = [obj for id_ in missing if (obj := look.store_object(store, id_)) is not None]
            if not chosen:
                raise BadInput(_("No plate is reported missing; yima plate queue shows what else was reported."))
            labels = _labels(store, chosen, registers.valid_codes(store))
        else:
            printed = {plate.code: _printable_again(store, plate) for plate in (plates.named(store, text) for text in texts)}
            labels = [_label(code, obj) for code, obj in printed.items()]
        _not_too_many(len(labels))
        return _issued(store, by, now, labels, "", stock=stock, how=how, path=path, tick=tick)


def calibrate(store: Store, now: int, *, stock: str = "24", shift: tuple[float, float] = (0, 0), path: Path | None = None) -> Ruled:
    """Print a page to measure a printer's shift with. Nothing is recorded, and no code stands on it."""
    _must_be_pdf(path)
    path = path or store.folder / "data" / "sheets" / _("ruler-{0}.pdf").format(_file_name(stock))
    ruler(stock, path, town=store.town.name, shift=shift, timestamp=now // 1000, templates=own_templates(store.folder))
    return Ruled(stock, shift, str(path), shown(path, store.folder))


def listed_in(text: str) -> list[str]:
    """What --only says: the lines of a text file, or a list with commas. Raises BadInput for a file that is no list."""
    try:
        path = Path(text)
        if path.is_file():
            if path.stat().st_size > MOST_LIST:
                raise ValueError("too large")
            text = path.read_text(encoding="utf-8-sig").replace("\n", ",") or ","
    except (OSError, ValueError):
        sentence = _(
            "{0} cannot be read as a list; give a text file in UTF-8 with one name, code or number a line, or the names themselves."
        )
        raise BadInput(sentence.format(text)) from None
    listed = [one for part in text.replace("，", ",").replace("、", ",").split(",") if (one := part.strip())]
    if text and not listed:
        raise BadInput(_("Nothing was named; give names, codes or numbers with commas between them, or a file with one a line."))
    return listed


def _issued(
    store: Store, by: Person, now: int, labels: Sequence[Label], scope: str, *, stock: str, how: How, path: Path | None, tick: Tick | None
) -> Sheeted:
    """Print, read back, record: the one way by which labels come into the world. Inside a transaction.

    scope: what is printed, in words; "" = the place, or how many of them were printed in the end.
    """
    known = registers.all_codes(store)
    number = store.next_number("batch")
    batch = plates.batch_name(store, store.device, number)
    named = path is not None
    path = path or store.folder / "data" / "sheets" / f"{batch}-{_file_name(scope or _scope(labels))}.pdf"
    town = store.town.last_catalogue.town
    templates = own_templates(store.folder)
    if 1 <= how.copies <= MOST_COPIES:  # else it is the copies that are too many, which paper.sheet says
        _not_too_many(len(labels) * how.copies)
    printed = paper.sheet(
        labels,
        stock=stock,
        path=path,
        town=store.town.name,
        service_phone=str(town.get("service_phone", "")),
        url_prefix=store.town.last_catalogue.url_prefix,
        progress=(lambda done: tick(done, len(labels) * how.copies)) if tick is not None else None,
        timestamp=now // 1000,
        templates=templates,
        how=how if how.font is not None else how._replace(font=paper.own_font(templates)),
    )
    scope = scope or _scope(printed.labels)
    try:
        if printed.left_out and not named:  # the name must not count what is not on the paper
            path = path.rename(path.with_name(f"{batch}-{_file_name(scope)}.pdf"))
        again = sum(label.code in known for label in printed.labels)
        pairs = tuple((label.code, label.object_id) if label.object_id else (label.code,) for label in printed.labels)
        event = PlatesPrinted(number, stock, pairs, again == len(pairs), printed.digest, how.start, how.copies)
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
        shown(path, store.folder),
        printed.shrunk,
        tuple((label.name, sign, label.row) for label in printed.left_out for sign in printed.lacking(label)),
        how.start,
        how.copies,
        tuple(dict.fromkeys((one.name, one.part) for one in printed.fitted if one.cut)),
    )


# -- labels


def _blank(store: Store, count: int) -> list[Label]:
    if not 1 <= count <= MOST:
        raise BadInput(_("{0} blank plates cannot be printed at once; give a number from 1 to {1}.").format(count, MOST))
    known = registers.all_codes(store)
    return [Label(_new_code(store, known), "", "", "") for _number in range(count)]


def _labels(store: Store, chosen: Iterable[Object], valid: Mapping[str, str]) -> list[Label]:
    """A label for each object: its valid code, else a new one."""
    known = registers.all_codes(store)
    return [_label(valid.get(obj.id) or _new_code(store, known), obj) for obj in chosen]


def _label(code: str, obj: Object) -> Label:
    """What stands on the label. Raises BadInput for an object without a name: on paper it would be a blank plate."""
    if not paper.printable(obj.name):
        where = plates.place_of(obj) or obj.id
        raise BadInput(_("The object at {0} has no name, so nothing was printed; give it one, then print again.").format(where))
    return Label(code, obj.name, plates.place_of(obj), obj.id, next(filter(None, obj.source[1:]), ""))


def _printable_again(store: Store, plate: Plate) -> Object:
    """The object of a plate that may be printed once more."""
    code = codes.grouped(plate.code)
    if plate.voided:
        raise BadInput(_("{0} is void ({1}) and is not printed again; its place gets a new plate.").format(code, void_word(plate.voided)))
    if not plate.object:
        what = _("{0} is a blank plate: void it as spoilt (yima plate void {0} --spoilt) and print others with yima sheet --blank N.")
        raise BadInput(what.format(code))
    obj = look.store_object(store, plate.object)
    if obj is None:
        raise BadInput(_("The plate leads to an object that is not in the register here; import the register first."))
    if obj.same_as:
        other = plates.called(store, look.leads_to(store, obj.id))
        what = _(
            "This plate's place was registered twice and is {0} now, which has its own; take it down, then yima plate void {1} --reason TEXT."
        )
        raise BadInput(what.format(other, code))
    if obj.retired:
        what = _("{0} is retired, so its plate is not printed again; take it down, then yima plate void {1} --reason TEXT.")
        raise BadInput(what.format(plates.called(store, obj.id), code))
    return obj


def _not_too_many(count: int) -> None:
    if count > MOST:
        raise BadInput(_("{0} labels are too many for one sheet; at most {1}, so choose a grid or a street.").format(count, MOST))


def _scope(labels: Sequence[Label]) -> str:
    """The place that the labels are for, else how many places."""
    count = len({label.object_id for label in labels})
    return labels[0].name if count == 1 else _("{0} places").format(count)


def _must_be_pdf(path: Path | None) -> None:
    if path is None:
        return
    if not path.name or path.is_dir():
        raise BadInput(_("{0} is a folder; name the PDF file: -o FILE.").format(path))
    if path.suffix.lower() != ".pdf":
        raise BadInput(
            _("What is printed becomes a PDF file, and {0} does not end in .pdf; write for example -o labels.pdf.").format(path.name)
        )


def _chosen(store: Store, grid: str, street: str, names: tuple[str, ...], only: tuple[str, ...], kinds: tuple[str, ...]) -> list[Object]:
    found = look.objects(store, kinds=kinds, grid=grid, street=street)
    if not names and not only:
        return found
    by_id = {obj.id: obj for obj in found}
    ids = {look.resolve(store, name).object: name for name in names}
    ids |= {_numbered(found, text) or _listed(store, text, alone=len(only) == 1): text for text in only}
    for id_, name in ids.items():
        if id_ not in by_id:
            raise BadInput(_("{0} is retired or outside the grid, street or kind that was given.").format(name))
    return [by_id[id_] for id_ in ids]


def _listed(store: Store, text: str, *, alone: bool) -> str:
    """The object that --only means. Raises BadInput; alone: there is nothing else in the list, so it may have been meant as a file."""
    try:
        return look.resolve(store, text).object
    except look.Ambiguous:
        raise
    except BadInput:
        if not alone or not FILE_LIKE.search(text) or "://" in text:
            raise
        sentence = _("There is no file {0}; look at its name and folder, or write the names, codes or numbers themselves.")
        raise BadInput(sentence.format(text)) from None


def _numbered(found: Iterable[Object], text: str) -> str:
    """The one object with this number (or row) in its ledger; "" where there is none."""
    ids = [obj.id for obj in found if text in obj.source[1:]]
    if len(ids) > 1:
        raise BadInput(
            _("{0} places have the number {1} in their ledgers; narrow it with --kind, or give the name.").format(len(ids), text)
        )
    return next(iter(ids), "")


def _new_code(store: Store, known: set[str]) -> str:
    code = codes.make(store.random(8))
    while code in known:
        code = codes.make(store.random(8))
    known.add(code)
    return code


def _file_name(text: str) -> str:
    """The text as a part of a file name that every system takes."""
    return "".join(sign if sign.isalnum() or sign in "-_·" else "_" for sign in text)[:40].strip("_") or "-"
