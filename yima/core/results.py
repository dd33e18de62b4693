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
    suspension_asked: int | None = None  # where a suspension ends if the centre confirms it
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
    missed: int = 0  # rounds missed at `now`, self-checks apart
    part_of: str = ""
    now: int = 0
    all_duty: bool = False


class Line(NamedTuple):
    """One fact as a line: its number, instant, who, what (a word), and a note."""

    fact: FactName
    when: int
    who: str
    what: str
    note: str
    why: str = ""  # why it counts for nothing, in one word


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
    """One rung raised by a sweep. to: as in the fact, "person:ID", "" = nobody is there to tell; name, dept: that person's, in words."""

    case: CaseSeen
    rung: str
    clock: str
    to: str
    answer_due: int | None
    name: str = ""
    dept: str = ""


class Swept(NamedTuple):
    """A sweep: rungs raised and withdrawn since the last, missed rounds by leader, and the town's colours."""

    as_of: int
    raised: tuple[Raised, ...]
    withdrawn: tuple[Raised, ...]
    missed: tuple["MissedList", ...]
    board: "Board"
    dry_run: bool = False

    @property
    def has_red(self) -> bool:
        return self.board.has_red


class Group(NamedTuple):
    """One row of the four colours. counts: objects by colour.

    problem, work: its red objects by cause (its yellow ones where none is red), the place or our work; causes: numbers of those cases;
    missed: (leader, places) with a missed round; unanswered: cases whose 督查 nobody answered in time; since, what: of one object alone.
    """

    key: str
    name: str
    colour: str
    counts: Mapping[str, int]
    problem: int = 0
    work: int = 0
    causes: tuple[str, ...] = ()
    missed: tuple[tuple[str, int], ...] = ()
    unanswered: tuple[str, ...] = ()
    since: int | None = None
    what: tuple[str, ...] = ()


class Board(NamedTuple):
    """The four colours by one axis, and of the whole town. colour: show only rows of this one ("" = all); past: as of an earlier instant."""

    by: str
    as_of: int
    rows: tuple[Group, ...]
    town: Group
    unclaimed: tuple[str, ...] = ()
    words: Mapping[str, str] = {}
    colour: str = ""
    past: bool = False

    @property
    def shown(self) -> tuple[Group, ...]:
        """The rows that were asked for; `has_red` is about all of them."""
        return tuple(row for row in self.rows if not self.colour or row.colour == self.colour)

    @property
    def has_red(self) -> bool:
        return any(row.colour == "red" for row in (*self.rows, self.town))


class MissedList(NamedTuple):
    """The missed rounds of one leader today (漏扫清单). dept: id; places: objects with at least one missed round."""

    dept: str
    dept_name: str
    leader: str
    places: int


class Answered(NamedTuple):
    """A leader's answer: one fact for each rung that it answers, and the step that it means ("" = none)."""

    fact: FactName
    facts: tuple[FactName, ...]
    answer: str
    rungs: tuple[str, ...]
    who: str
    text: str
    step: str
    case: CaseSeen
    entered_by: str = ""  # 代录: who entered it for the leader


class Defect(NamedTuple):
    """Something that doctor names. device: letters, or the beginning of the id where it is not enrolled; seq: 0 = of no one fact.

    kind: file founded guard key hash chain gap order wall size fork device state clock; more: what the sentence needs; damage: makes exit 5.
    """

    kind: str
    device: str = ""
    seq: int = 0
    more: tuple[Any, ...] = ()
    damage: bool = True


class Unmoved(NamedTuple):
    """Facts that move nothing, by reason (a word of the fold): how many, and the first of them."""

    why: str
    number: int
    examples: tuple[FactName, ...]


class Examined(NamedTuple):
    """What doctor found. unknown: (kind, count) that this version does not know; refolded: objects that were stale; rebuilt: from nothing."""

    facts: int
    devices: int
    objects: int
    problems: tuple[Defect, ...]
    unmoved: tuple[Unmoved, ...]
    unknown: tuple[tuple[str, int], ...]
    rebuilt: bool = False

    @property
    def ok(self) -> bool:
        return not any(one.damage for one in self.problems)


# -- the office: founding, ledgers, rules, paper


class Founded(NamedTuple):
    """A town as founded. years: the first and last year of its calendar; key: where this device's private key lies."""

    town: str
    name: str
    folder: str
    admin_id: str
    admin: str
    device: str
    letters: str
    items: int
    years: tuple[int, int]
    sample: bool
    key: str


class Imported(NamedTuple):
    """A ledger as read. read = added + changed + same + rejected; rejected: (line, reason); changes: (line, name, fields that differ)."""

    register: str
    file: str
    read: int
    added: int
    changed: int
    same: int
    rejected: tuple[tuple[int, str], ...]
    rejected_file: str
    notes: tuple[str, ...]
    changes: tuple[tuple[int, str, tuple[str, ...]], ...]
    dry_run: bool = False


# -- the weekly report


class Share(NamedTuple):
    """A number of the report with both counts; its percent is computed where it is printed."""

    name: str
    numerator: int
    denominator: int


class Middle(NamedTuple):
    """A median of so many cases. value in `unit` (minute), None where there are none."""

    name: str
    value: int | None
    unit: str
    cases: int


class Decision(NamedTuple):
    """One line of 本周请您定. what: disputed escalated unlisted unclaimed blank suspension void repeat; the other fields as that needs them."""

    what: str
    number: str = ""
    place: str = ""
    item: str = ""
    dept: str = ""
    other: str = ""
    stage: str = ""
    total: int = 0
    grids: int = 0
    ms: int = 0


class Overdue(NamedTuple):
    """A red case, or the missed rounds of one object. late_ms: since the due; shut: visits of the period that found it shut."""

    what: str  # case round
    object: str
    place: str
    name: str
    grid: str
    number: str
    items: tuple[str, ...]
    late_ms: int
    missed: int
    stage: str
    hazard: bool
    holders: tuple[str, ...]
    dept: str
    leader: str
    shut: int


class ColourRow(NamedTuple):
    """One group of the four-colour tables. counts: objects by colour; problem, work: red objects by cause; before: (red, all) a week ago;
    line: (week, red, all) of the issued reports, oldest first, and of this one."""

    key: str
    name: str
    colour: str
    counts: Mapping[str, int]
    problem: int
    work: int
    before: tuple[int, int]
    line: tuple[tuple[str, int, int], ...] = ()


class Reds(NamedTuple):
    """Red objects: now, of these new and left from the week before, and those that were red then and are no longer."""

    now: int
    new: int
    left: int
    cleared: int


class Nobody(NamedTuple):
    """An item that has nobody at some objects of a grid. what: primary (who looks), handler (who puts it right)."""

    item: str
    grid: str
    what: str
    objects: int


class Burden(NamedTuple):
    """What the system itself costs, in counts of the period; self-checks apart."""

    visits: int = 0
    person_days: int = 0
    questions: int = 0
    findings: int = 0
    by_hand: int = 0  # read by name or typed
    fine: int = 0  # visits with items said to be in order
    unseen: int = 0  # of these, the questions were never shown
    later: int = 0  # 补录
    self_checks: int = 0
    shut: int = 0


class Changed(NamedTuple):
    """What a correction changes: a figure's name, before and after."""

    name: str
    before: tuple[int, ...]
    after: tuple[int, ...]


class Report(NamedTuple):
    """The weekly report. from_, to: local days (ISO); heads: device -> (seq, hash); what stands before `digest` is its canonical content."""

    number: str
    town: str
    sample: bool
    from_: str
    to: str
    as_of: int
    heads: Mapping[str, tuple[int, str]]
    numbers: tuple[Share, ...]
    medians: tuple[Middle, ...]
    decisions: tuple[Decision, ...]
    reds: Reds
    whole: ColourRow
    grids: tuple[ColourRow, ...]
    overdue: tuple[Overdue, ...]
    better: tuple[tuple[str, int, int], ...]  # street, red a week ago, red now
    modules: tuple[ColourRow, ...]
    departments: tuple[ColourRow, ...]
    nobody: tuple[Nobody, ...]
    unclaimed: tuple[str, ...]
    self_checks: tuple[int, int, int]  # met, missed, paused
    voids_granted: int
    burden: Burden
    corrects: str = ""
    changes: tuple[Changed, ...] = ()
    digest: str = ""
    issued: int | None = None  # by this call, or before: the instant
    stale: str = ""  # the number under which this week was issued already, with other content
    words: Mapping[str, str] = {}
    palette: Mapping[str, str] = {}
    thresholds: Mapping[str, int] = {}  # group_red_permille, group_yellow_permille
    files: tuple[str, ...] = ()


class IssuedSeen(NamedTuple):
    """One issued report in the list."""

    number: str
    from_: str
    to: str
    as_of: int
    when: int
    by: str
    digest: str
    corrects: str
    reds: tuple[int, ...]


class ReportList(NamedTuple):
    """The issued reports, newest first."""

    reports: tuple[IssuedSeen, ...]


class Published(NamedTuple):
    """Rules as published, and what is other than before, in names; same: they are those in force, nothing was written."""

    digest: str
    same: bool
    items: int
    claimed: int
    unclaimed: tuple[str, ...]
    newly_claimed: tuple[str, ...]
    no_longer_claimed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    parts: tuple[str, ...]  # town roles departments …: what else is other


class ItemShown(NamedTuple):
    """An item of the rules in force. every: (kind, period); limit: value, unit, from; claim: decision, meeting, day."""

    no: int
    id: str
    name: str
    module: str
    module_name: str
    claimed: bool
    lead: str
    lead_name: str
    support: tuple[str, ...]
    kinds: tuple[str, ...]
    where: str
    flow: str
    flow_name: str
    every: tuple[tuple[str, str], ...]
    limit: tuple[int, str, str]
    self_fix: str
    finders: tuple[str, ...]
    handlers: tuple[str, ...]
    question: str
    opening: str
    closing: str
    basis: str
    claim: tuple[str, str, str]


class CatalogShown(NamedTuple):
    """The rules in force; one: a single item was asked for."""

    digest: str
    items: tuple[ItemShown, ...]
    one: bool


class ObjectListed(NamedTuple):
    """An object of a list. code: its newest valid one, "" = none; colour: at the list's `now`."""

    id: str
    name: str
    kind: str
    code: str
    grid: str
    street: str
    trade: str
    trade_name: str
    colour: str
    place: str
    address: str
    provisional: bool


class PersonListed(NamedTuple):
    """A person of a list. left: the last day (ISO), "" = still here."""

    id: str
    name: str
    no: str
    roles: tuple[str, ...]
    role_names: tuple[str, ...]
    resource: str
    dept: str
    dept_name: str
    left: str


class Listed(NamedTuple):
    """A register: objects, or people where `people` is not None."""

    objects: tuple[ObjectListed, ...]
    people: tuple[PersonListed, ...] | None


class Sheeted(NamedTuple):
    """A printed sheet. stock_size: labels a page, width and height in mm; labels: (code, object, name); again: of these printed before."""

    batch: str
    stock: str
    stock_size: tuple[int, float, float]
    scope: str
    labels: tuple[tuple[str, str, str], ...]
    read_back: int
    pages: int
    again: int
    file: str
    file_shown: str
    shrunk: tuple[str, ...]
    no_glyph: tuple[tuple[str, str], ...]


class PlateSeen(NamedTuple):
    """A plate. state: blank valid void; voided: why; instants in ms."""

    code: str
    batch: str
    state: str
    object: str
    place: str
    name: str
    printed: int
    bound: int | None
    voided: str
    voided_at: int | None
    replaced_by: str


class Plated(NamedTuple):
    """Plates listed, or those that were just bound or voided. did: list bound voided."""

    did: str
    plates: tuple[PlateSeen, ...]
