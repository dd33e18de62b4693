"""Who is responsible: the whole matrix, or one object of it, and what nobody fills."""

from typing import NamedTuple

Named = tuple[str, str, str]  # (id, name, number where another has that name) of a person; ("owner", "", ""): the object's, whoever it is


class GapSeen(NamedTuple):
    """An empty cell (空格): objects of one grid at which an item has nobody. what: primary, handlers or leader."""

    item: int
    id: str
    name: str
    what: str
    grid: str
    kinds: tuple[str, ...]  # of these objects
    places: int  # how many they are
    objects: tuple[str, ...] = ()  # ids, in the order of the street; () where they are only counted


class ItemRow(NamedTuple):
    """An item of the matrix. limit: (value, unit, from); every: (kind, period); verified: how far the basis was checked."""

    no: int
    id: str
    name: str
    module: str
    module_name: str
    claimed: bool
    lead: str
    lead_name: str
    supports: tuple[str, ...]  # names
    where: str
    every: tuple[tuple[str, str], ...]
    limit: tuple[int, str, str]
    window: str  # the owner's own time first, ISO 8601; "" = none
    basis: str
    verified: str


class People(NamedTuple):
    """Who has to do with an item at some objects, or at one. leader: ("", "", "") = nobody; gaps: what of it nobody fills."""

    primary: tuple[Named, ...]
    asked: tuple[Named, ...]
    handlers: tuple[Named, ...]
    leader: Named
    gaps: tuple[str, ...]


class CellLine(NamedTuple):
    """The objects of a cell that have the same people. streets: which, where others of the same kind in the cell have other people."""

    kinds: tuple[str, ...]
    streets: tuple[str, ...]
    objects: int
    people: People


class CellSeen(NamedTuple):
    """One item in one grid."""

    item: int
    grid: str
    lines: tuple[CellLine, ...]


class Matrix(NamedTuple):
    """The responsibility matrix. whole: of the whole town, else of some items or grids; checked: only the empty cells were asked for."""

    town: str
    sample: bool
    as_of: int
    items: tuple[ItemRow, ...]
    grids: tuple[str, ...]
    cells: tuple[CellSeen, ...]
    gaps: tuple[GapSeen, ...]
    objects: int
    depts: tuple[tuple[str, str], ...]  # of the people in it: (person, department's name)
    whole: bool
    checked: bool = False
    files: tuple[str, ...] = ()

    @property
    def unclaimed(self) -> tuple[ItemRow, ...]:
        return tuple(item for item in self.items if not item.claimed)

    @property
    def has_gaps(self) -> bool:
        return bool(self.gaps)


class DutyRow(NamedTuple):
    """One item at one object. period: of the object's kind, "" = on demand; people is None where nobody has claimed the item."""

    item: ItemRow
    period: str
    people: People | None


class MatrixOf(NamedTuple):
    """Who is responsible for one object. parts: objects that are part of it; part_of: the name of what it is part of itself."""

    id: str
    kind: str
    name: str
    place: str
    grid: str
    village: str
    trade: str
    code: str
    rows: tuple[DutyRow, ...]
    gaps: tuple[GapSeen, ...]
    part_of: str
    parts: int
    as_of: int
    one: bool  # a single item was asked for

    @property
    def has_gaps(self) -> bool:
        return bool(self.gaps)
