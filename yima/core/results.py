"""What the verbs return and render says: plain values, instants in ms. NamedTuples, because some stand on the scan path."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class FactName(NamedTuple):
    """A fact as people and other systems name it: the device's letters and its running number."""

    device: str
    seq: int


class ObjectSeen(NamedTuple):
    """An object in a result. place: street and number; colour: at the result's `now`; trade: its Chinese name."""

    id: str
    kind: str
    name: str
    place: str
    grid: str = ""
    street: str = ""
    trade: str = ""
    colour: str = ""
    code: str = ""


class CaseSeen(NamedTuple):
    """A case in a result. number: "K2-0042"; holder, handler, leader: names ("" = nobody); due: ms, None = no limit runs."""

    key: str
    number: str
    object: ObjectSeen
    item: int
    item_id: str
    item_name: str
    flow: str
    stage: str
    outcome: str
    opened: int
    since: int
    due: int | None
    provisional: bool
    colour: str
    repeat: bool
    holder: str
    handlers: tuple[str, ...]
    leader: str
    dept: str
    note: str
    window_end: int | None = None
    told: int | None = None
    closed: int | None = None
    allowed: int = 0  # ms of the running limit, to say how much is left
    reporters: int = 1
    overdue_ms: int = 0
    returned: int = 0
    asked_extension: bool = False
    suspended_to: int | None = None
    window: int = 0  # the owner's self-fix window, ms
    looked: bool = False  # F3: looked at, waits for closing by permanent staff
    rungs: tuple[tuple[str, str, int, int | None, int | None], ...] = ()  # clock, rung, at, answer due, answered


class Question(NamedTuple):
    """An item to look at. due: the last ms of its due day; missed: dues that have passed."""

    item: int
    id: str
    name: str
    text: str
    where: str
    due: int
    missed: int


class Asked(NamedTuple):
    """What is shown when a code is scanned: the object, its open cases that this person may act on, the questions that are due."""

    object: ObjectSeen
    code: str
    plate_void: str  # why the plate read is void, "" = valid or none
    read: str
    cases: tuple[CaseSeen, ...]
    questions: tuple[Question, ...]
    last: tuple[int, str] | None  # when, who
    closed_before: bool = False


class Scanned(NamedTuple):
    """One visit as recorded. asked: item names; opened … failed: cases as they stand now."""

    fact: FactName
    hash: str
    object: ObjectSeen
    plate: str
    asked: tuple[Question, ...]
    closed: str
    findings: int
    opened: tuple[CaseSeen, ...]
    reported_again: tuple[CaseSeen, ...]
    done: tuple[CaseSeen, ...]
    passed: tuple[CaseSeen, ...]
    failed: tuple[CaseSeen, ...]
    phones: tuple[tuple[str, str], ...] = ()
    self_check: bool = False
    twice_closed: bool = False


class Disposed(NamedTuple):
    """One step (or answer) as recorded, and the case after it."""

    fact: FactName
    step: str
    case: CaseSeen


class Undone(NamedTuple):
    """A fact taken back: which, of what kind, at which object."""

    fact: FactName
    kind: str
    object: ObjectSeen
    when: int


class Todo(NamedTuple):
    """What waits for one person: open cases, worst first; objects with due rounds; answers owed."""

    person: str
    dept: str
    now: int
    cases: tuple[CaseSeen, ...]
    rounds: tuple[tuple[ObjectSeen, int, int], ...]  # object, questions due, of these missed
    owed: tuple[CaseSeen, ...] = ()
    confirm: tuple[CaseSeen, ...] = ()


class Shown(NamedTuple):
    """One object on one page. duty: (item, who finds, who handles, who leads, basis) in names."""

    object: ObjectSeen
    plates: tuple[Any, ...]
    counts: Mapping[str, int]  # matters by colour
    cases: tuple[CaseSeen, ...]
    closed_cases: tuple[CaseSeen, ...]
    last_visits: tuple[tuple[int, str, tuple[str, ...], tuple[str, ...], str], ...]  # when, who, asked, findings, closed
    duty: tuple[tuple[str, str, str, str, str], ...]
    village: str
    licence: str
    self_missed: int
    part_of: str = ""
    now: int = 0


class Line(NamedTuple):
    """One fact as a line: its number, instant, who, what (a word), and a note."""

    fact: FactName
    when: int
    who: str
    what: str
    note: str


class CaseShown(NamedTuple):
    """One case with every fact that names it."""

    case: CaseSeen
    steps: tuple[Line, ...]
    now: int = 0


class Logged(NamedTuple):
    """The last facts, newest last."""

    lines: tuple[Line, ...]


class Found(NamedTuple):
    """What a text finds: objects, and people as (id, name, department)."""

    text: str
    objects: tuple[ObjectSeen, ...]
    people: tuple[tuple[str, str, str], ...]


class Raised(NamedTuple):
    """One rung raised by a sweep."""

    case: CaseSeen
    rung: str
    clock: str
    to: str
    answer_due: int | None


class Swept(NamedTuple):
    """A sweep: rungs raised and withdrawn since the last, missed rounds by leader, and the town's colours."""

    as_of: int
    raised: tuple[Raised, ...]
    withdrawn: tuple[Raised, ...]
    missed: tuple[tuple[str, str, int], ...]  # department, leader, places
    board: "Board"
    dry_run: bool = False

    @property
    def has_red(self) -> bool:
        return self.board.has_red


class Group(NamedTuple):
    """One row of the four colours. counts: objects by colour; problem, work: those red or yellow by cause; causes: what to name."""

    key: str
    name: str
    colour: str
    counts: Mapping[str, int]
    problem: int = 0
    work: int = 0
    causes: tuple[str, ...] = ()


class Board(NamedTuple):
    """The four colours by one axis, and of the whole town."""

    by: str
    as_of: int
    rows: tuple[Group, ...]
    town: Group
    unclaimed: tuple[str, ...] = ()
    words: Mapping[str, str] = {}

    @property
    def has_red(self) -> bool:
        return any(row.colour == "red" for row in (*self.rows, self.town))
