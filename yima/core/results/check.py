"""What `yima catalog check` says of the rules in the town folder, before anybody publishes them."""

from typing import NamedTuple

from yima.core.results.matrix import GapSeen

MOST_QUESTION, MOST_STAGES = 24, 4  # 三简: characters that can be read out at a door; stages beside closed


class Mend(NamedTuple):
    """One thing to mend in a file, and what to write instead."""

    file: str
    line: int
    what: str


class Unclaimed(NamedTuple):
    """An item that nobody has claimed (待认领). lead: the department that the rules suggest; decision: "" refused deferred."""

    no: int
    id: str
    name: str
    lead: str
    lead_name: str
    decision: str


class Simple(NamedTuple):
    """The three simples (三简) of an item: lead departments, questions and the characters of its question, stages beside closed."""

    no: int
    id: str
    name: str
    departments: int
    questions: int
    characters: int
    stages: int

    @property
    def is_short(self) -> bool:
        """Whether the question can be read out at a door; a longer one is a fault of the file, and named there."""
        return self.characters <= MOST_QUESTION

    @property
    def is_simple(self) -> bool:
        return self.departments == 1 and self.questions == 1 and self.is_short and self.stages <= MOST_STAGES


class PersonLoad(NamedTuple):
    """A person in one role: visits, questions and capacity a duty day; capacity 0 = not counted; is_over: over it with all roles together."""

    id: str
    name: str
    role: str
    role_name: str
    places: int
    visits: float
    questions: float
    capacity: int
    is_over: bool


class RoleLoad(NamedTuple):
    """A role: visits, questions and capacity a duty day, of all its people together. heaviest: the most visits that one of them has."""

    role: str
    name: str
    people: int
    places: int
    visits: float
    questions: float
    capacity: int
    heaviest: float
    is_over: bool


class GridLoad(NamedTuple):
    """A role in a grid, a duty day. capacity: what of its people's capacity falls to this grid; 0 = not counted."""

    grid: str
    role: str
    role_name: str
    visits: float
    questions: float
    capacity: float
    is_over: bool


class OwnChecks(NamedTuple):
    """Self-checks of owners, a day, of all places together: no burden of the staff."""

    role: str
    name: str
    places: int
    visits: float
    questions: float


class Relief(NamedTuple):
    """Somebody over capacity, and what would bring them within it, each by itself: so many more people of the role in the grid ("" = at all
    the same places), or one item ("" = no single one is enough) at places of that kind only every `period`. visits, capacity: of that role."""

    id: str
    name: str
    role: str
    role_name: str
    visits: float
    capacity: int
    grid: str
    people: int
    item: str
    item_name: str
    kind: str
    period: str


class Bound(NamedTuple):
    """Somebody bound by several lines (一人多用). roles: (role, name, line)."""

    id: str
    name: str
    roles: tuple[tuple[str, str, str], ...]


class Load(NamedTuple):
    """The burden forecast. over: the heaviest first."""

    people: tuple[PersonLoad, ...]
    roles: tuple[RoleLoad, ...]
    grids: tuple[GridLoad, ...]
    owners: tuple[OwnChecks, ...]
    over: tuple[Relief, ...]


class Found(NamedTuple):
    """What the rules mean in this town. objects: registered ones; grids: all that there are."""

    items: int
    unclaimed: tuple[Unclaimed, ...]
    gaps: tuple[GapSeen, ...]
    simple: tuple[Simple, ...]
    load: Load
    bound: tuple[Bound, ...]
    objects: int
    grids: tuple[str, ...]


class Checked(NamedTuple):
    """The rules of the town folder as checked. found: None while the files cannot be read as rules at all."""

    mends: tuple[Mend, ...]
    found: Found | None

    @property
    def to_mend(self) -> int:
        """How much must be mended before anything is published: faults, empty cells, and items that are not simple (long questions are
        faults already)."""
        if self.found is None:
            return len(self.mends)
        unsimple = sum(one._replace(characters=0).is_simple is False for one in self.found.simple)
        return len(self.mends) + len(self.found.gaps) + unsimple

    @property
    def code(self) -> int:
        """The exit code: 3 faults in the files; 1 only empty cells, items that are not simple, or somebody over capacity; 0 fine."""
        if self.mends:
            return 3
        return 1 if self.to_mend or (self.found is not None and self.found.load.over) else 0
