"""What leaders see: sweeps, answers, the four colours, and what doctor found."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yima.core.results.matrix import GapSeen
from yima.core.results.street import CaseSeen, FactName, ObjectSeen


class Raised(NamedTuple):
    """One rung raised by a sweep. to: as in the fact, "person:ID", "" = nobody is there to tell; name, dept: that person's, in words."""

    case: CaseSeen
    rung: str
    clock: str
    to: str
    answer_due: int | None
    name: str = ""
    dept: str = ""
    answer_provisional: bool = False  # the answer's limit reaches into a year without a holiday notice


class NoticeWritten(NamedTuple):
    """A notice on paper. file: below the town folder; lacking: characters that the font cannot draw."""

    number: str
    kind: str
    to: str
    name: str
    file: str
    pages: int
    lacking: tuple[str, ...] = ()


class MessageTried(NamedTuple):
    """A message handed to the notify command. why: the last that it said, where it was not sent."""

    number: str
    kind: str
    to: str
    name: str
    sent: bool
    why: str = ""


class Delivery(NamedTuple):
    """What became of what was raised, now and before. outbox: the folder of the notices, below the town folder.

    waiting: how many are not written or not sent yet, and wait for the next sweep; dropped: (number, name) of those that waited too long;
    troubles: sentences.
    """

    outbox: str = ""
    notices: tuple[NoticeWritten, ...] = ()
    messages: tuple[MessageTried, ...] = ()
    waiting: int = 0
    dropped: tuple[tuple[str, str], ...] = ()
    troubles: tuple[str, ...] = ()


class Swept(NamedTuple):
    """A sweep: rungs raised and withdrawn since the last, missed rounds by leader, and the town's colours."""

    as_of: int
    raised: tuple[Raised, ...]
    withdrawn: tuple[Raised, ...]
    missed: tuple["MissedList", ...]
    board: "Board"
    dry_run: bool = False
    delivery: Delivery = Delivery()

    @property
    def has_red(self) -> bool:
        return self.board.has_red


class Load(NamedTuple):
    """What one person has to do: no colour, no rank. held: open cases, of these overdue; places, questions: of the rounds asked today.

    shared: places for which others are asked too, so that one of them is enough.
    """

    dept: str
    dept_name: str
    held: int = 0
    overdue: int = 0
    places: int = 0
    questions: int = 0
    shared: int = 0


class Group(NamedTuple):
    """One row of the four colours. counts: objects by colour.

    problem, work: its red objects by cause (its yellow ones where none is red), the place or our work; causes: numbers of those cases;
    missed: (leader, places) with a missed round; unanswered: cases whose 督查 nobody answered in time; since, what: of one object alone;
    load: of one person, who has no colour and no counts.
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
    load: Load | None = None


class Board(NamedTuple):
    """The four colours by one axis, and of the whole town. colour: show only rows of this one ("" = all); past: as of an earlier instant.

    gaps: cells that nobody fills on that day (权责空白), which no colour shows. unheld: by person, open cases that nobody holds yet.
    """

    by: str
    as_of: int
    rows: tuple[Group, ...]
    town: Group
    unclaimed: tuple[str, ...] = ()
    words: Mapping[str, str] = {}
    colour: str = ""
    past: bool = False
    gaps: tuple[GapSeen, ...] = ()
    unheld: int = 0

    @property
    def shown(self) -> tuple[Group, ...]:
        """The rows that were asked for; `has_red` is about all of them."""
        return tuple(row for row in self.rows if not self.colour or row.colour == self.colour)

    @property
    def has_red(self) -> bool:
        return any(row.colour == "red" for row in (*self.rows, self.town))


class MissedList(NamedTuple):
    """The missed rounds of one leader today (漏扫清单). dept: id; places: objects with at least one missed round; told: when the leader was."""

    dept: str
    dept_name: str
    leader: str
    places: int
    leader_id: str = ""
    day: str = ""  # ISO
    told: int | None = None


class MissedRow(NamedTuple):
    """One place of a list of missed rounds. who: names of those who are to go; items: by name; day: local day of the first miss that runs;

    misses: days on which a round here ended unseen since then; overload: the last of them was beyond what its people could do (任务超载);
    shut: visits since the last scan that found it shut.
    """

    object: ObjectSeen
    who: tuple[str, ...]
    items: tuple[str, ...]
    day: int
    misses: int
    overload: bool
    shut: int


class MissedPage(NamedTuple):
    """A list of missed rounds (漏扫清单) as it stands now, or what is kept of an earlier day's. number: "L-1123-cg"; day: ISO; dept: id.

    leader: "" = the department has none; told: when the leader was, None = not (yet); answered, answer, text: what was answered, with the
    answer's word. past: of an earlier day, whose rows nobody keeps.
    """

    number: str
    day: str
    dept: str
    dept_name: str
    leader_id: str
    leader: str
    rows: tuple[MissedRow, ...]
    told: int | None = None
    answer: str = ""
    text: str = ""
    answered: int | None = None
    past: bool = False

    @property
    def overload(self) -> int:
        """Places whose last miss is 任务超载."""
        return sum(row.overload for row in self.rows)


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


class ListAnswered(NamedTuple):
    """A leader's answer to a list of missed rounds (number: L-1123-cg). entered_by: who entered it for the leader, "" = the leader."""

    fact: FactName
    number: str
    answer: str
    who: str
    text: str
    entered_by: str = ""


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
