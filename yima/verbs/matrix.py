"""`yima matrix`: who is responsible for what, where, by when: of the whole town, of some items or grids, or of one object."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from yima.adapters.files import write_all
from yima.adapters.store import Store, look
from yima.adapters.store.look import Hit
from yima.adapters.store.staff import gaps_seen, staff_at
from yima.core.duty import applies
from yima.core.duty.staff import Duty, Staff, duty
from yima.core.matrix import Line, cells, grids_of
from yima.core.model import Catalogue, Item, Object
from yima.core.results.matrix import CellLine, CellSeen, DutyRow, ItemRow, Matrix, MatrixOf, Named, People
from yima.errors import BadInput
from yima.i18n import _


def matrix(store: Store, now: int, *, item: str = "", grid: str = "", dept: str = "", check: bool = False) -> Matrix:
    """The matrix of the town, or of one item, one grid, the items that one department leads. check: only what is empty.

    Raises BadInput for an item, grid or department that is not there.
    """
    staff, everything = staff_at(store, now), look.places(store)
    items = _items(staff.catalogue, item, dept)
    objects = _in_grid(everything, grid) if grid else everything
    numbers = {one.no for one in items}
    found = [] if check else cells(staff, items, objects)
    seen = tuple(CellSeen(one.item, one.grid, tuple(_line(staff, line) for line in one.lines)) for one in found)
    return Matrix(
        store.town.name,
        store.sample,
        now,
        tuple(_row(staff.catalogue, one) for one in items),
        tuple(grids_of(objects)),
        seen,
        tuple(gap for gap in gaps_seen(staff, objects) if gap.item in numbers),
        len(objects),
        _depts(staff, seen),
        not (item or grid or dept),
        check,
    )


def matrix_of(store: Store, hit: Hit, now: int, *, item: str = "") -> MatrixOf:
    """Who is responsible for one object, item by item, or for one item there. Raises BadInput for an item that does not concern it."""
    obj = look.store_object(store, hit.object)
    if obj is None:
        raise BadInput(_("The plate leads to an object that is not in the register here; import the register first."))
    staff = staff_at(store, now)
    items = [one for one in _items(staff.catalogue, item, "") if applies(one, obj)]
    if item and not items:
        raise BadInput(_("{0} does not concern {1}; `yima matrix {1}` lists what does.").format(item, obj.name))
    numbers = {one.no for one in items}
    parent = look.store_object(store, obj.part_of) if obj.part_of else None
    return MatrixOf(
        obj.id,
        obj.kind,
        obj.name,
        obj.place,
        obj.grid,
        obj.village,
        str(staff.catalogue.trades.get(obj.trade, {}).get("name", obj.trade)),
        look.code_of(store, obj.id),
        tuple(_duty_row(staff, one, obj) for one in items),
        tuple(gap for gap in gaps_seen(staff, [obj]) if gap.item in numbers),
        parent.name if parent is not None else "",
        look.parts_of(store, obj.id),
        now,
        bool(item),
    )


def written(made: Matrix, folder: Path, files: Sequence[tuple[str, Callable[[Matrix], bytes]]]) -> Matrix:
    """Write the matrix's files: (name, what makes its bytes) …; raises Unwritable."""
    return made._replace(files=write_all(folder, [(name, partial(make, made)) for name, make in files]))


# -- what is asked for


def _items(catalogue: Catalogue, word: str, dept: str) -> list[Item]:
    """The items by number; those that were named. Raises BadInput."""
    items = sorted(catalogue.items.values(), key=lambda item: item.no)
    if word:
        exact = catalogue.item_of(word)
        items = [exact] if exact is not None else [item for item in items if word in item.name]
        if not items:
            raise BadInput(_("The rules have no item {0}; yima catalog show lists them all.").format(word))
    if dept:
        lead = next((id_ for id_, raw in catalogue.departments.items() if dept in (id_, raw.get("name"))), "")
        if not lead:
            raise BadInput(_("The rules have no department {0}; they are in roles.yaml.").format(dept))
        items = [item for item in items if item.lead == lead]
    return items


def _in_grid(objects: Sequence[Object], grid: str) -> list[Object]:
    grids = [one for one in grids_of(objects) if one]
    if grid not in grids:
        raise BadInput(_("There is no grid {0}; there are: {1}.").format(grid, _(", ").join(grids) or "—"))
    return [obj for obj in objects if obj.grid == grid]


# -- with names


def _row(catalogue: Catalogue, item: Item) -> ItemRow:
    legal: Mapping[str, str] = item.more.get("legal", {})
    return ItemRow(
        item.no,
        item.id,
        item.name,
        item.module,
        str(catalogue.modules.get(item.module, {}).get("name", item.module)),
        item.claimed,
        item.lead,
        catalogue.dept_name(item.lead),
        tuple(catalogue.dept_name(one) for one in item.support),
        item.where,
        tuple(item.every.items()),
        (item.more["limit"]["value"], item.unit, item.starts),
        item.more.get("self_fix", ""),
        str(legal.get("basis", "")),
        str(legal.get("verified", "")),
    )


def _duty_row(staff: Staff, item: Item, obj: Object) -> DutyRow:
    people = _people(staff, duty(staff, item, obj)) if item.claimed else None
    return DutyRow(_row(staff.catalogue, item), item.every.get(obj.kind, ""), people)


def _line(staff: Staff, line: Line) -> CellLine:
    return CellLine(line.kinds, line.streets, line.objects, _people(staff, line.duty))


def _people(staff: Staff, one: Duty) -> People:
    def named(ids: Iterable[str]) -> tuple[Named, ...]:
        return tuple(_named(staff, id_) for id_ in ids)

    return People(named(one.primary), named(one.asked), named(one.handlers), _named(staff, one.leader), one.gaps)


def _named(staff: Staff, id_: str) -> Named:
    person = staff.people.get(id_)
    return (id_, person.name, person.no if staff.has_namesake(person) else "") if person is not None else (id_, "", "")


def _depts(staff: Staff, found: Iterable[CellSeen]) -> tuple[tuple[str, str], ...]:
    """The departments of the people in the matrix, by name."""
    lines = [line.people for cell in found for line in cell.lines]
    ids = {named[0] for one in lines for named in (*one.primary, *one.asked, *one.handlers, one.leader)} & set(staff.people)
    return tuple((id_, staff.catalogue.dept_name(staff.people[id_].dept)) for id_ in sorted(ids))
