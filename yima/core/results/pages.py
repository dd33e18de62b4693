"""What is looked at: what waits, one object or case on a page, what was found, taken back."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yima.core.results.street import CaseSeen, FactName, ObjectSeen


class Undone(NamedTuple):
    """A fact taken back: which, of what kind, at which object."""

    fact: FactName
    kind: str
    object: ObjectSeen
    when: int


class Waiting(NamedTuple):
    """A case that waits for somebody. acts: what is awaited, the first thing first (words of core/flow/awaited.py).

    due: the last instant in time of the first thing where it has a limit of its own, else None: the case's running limit holds.
    stage_due: of the stage, where it runs beside the item's limit. stands_in: for whom it is said (代); who: whom else it waits for.
    """

    case: CaseSeen
    acts: tuple[str, ...]
    due: int | None = None
    stage_due: int | None = None
    stands_in: str = ""
    who: tuple[str, ...] = ()


class AtPlace(NamedTuple):
    """Something to put right in the registers. what: plate (state: missing dirty covered), shut (found so, running), provisional."""

    object: ObjectSeen
    what: str
    state: str = ""
    times: int = 0
    last: int | None = None  # when it was last said


class ListSeen(NamedTuple):
    """A leader's list of missed rounds of today (漏扫清单). places: with at least one missed; told, answered: the leader was told, has answered."""

    number: str
    dept: str
    dept_name: str
    places: int
    told: bool = False
    answered: bool = False
    stands_in: str = ""


class Topics(NamedTuple):
    """What waits for the next joint meeting: unlisted findings, items that nobody claimed, disputed transfers, suggestions."""

    findings: int = 0
    items: int = 0
    transfers: int = 0
    suggestions: int = 0


class Todo(NamedTuple):
    """What waits for one person: answers owed; cases, worst first; words of the centre; objects with due rounds.

    watch: what others should have done (the centre sees that it waits). provisional: open cases whose due is 暂定, because the calendar of
    `years` is not announced; gaps: empty cells. None = no matter of this person.
    """

    person: str
    dept: str
    now: int
    cases: tuple[Waiting, ...]
    rounds: tuple[tuple[ObjectSeen, int, int], ...]  # object, questions due, of these missed
    owed: tuple[Waiting, ...] = ()
    confirm: tuple[Waiting, ...] = ()
    watch: tuple[Waiting, ...] = ()
    missed: tuple[ListSeen, ...] = ()
    places: tuple[AtPlace, ...] = ()
    provisional: int = 0
    years: tuple[int, ...] = ()
    gaps: int | None = None
    topics: Topics | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """The cases that wait for this person, by colour."""
        shown = (*self.owed, *self.cases, *self.confirm)
        return {colour: sum(one.case.colour == colour for one in shown) for colour in ("red", "yellow", "blue")}


class Shown(NamedTuple):
    """One object on one page. duty: (item, who finds, who handles, who leads, basis) in names.

    twice: what was registered a second time and leads here: place and name, valid codes; its visits and cases are among these.
    """

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
    void: str = ""  # why the plate that was read is void
    twice: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Line(NamedTuple):
    """One fact as a line: its number, instant, who, what (a word), and a note. entered_by: who entered it for them (代录), "" = they did."""

    fact: FactName
    when: int
    who: str
    what: str
    note: str
    why: str = ""  # why it counts for nothing, in one word
    entered_by: str = ""


class CaseShown(NamedTuple):
    """One case with every fact that names it."""

    case: CaseSeen
    steps: tuple[Line, ...]
    now: int = 0


class Logged(NamedTuple):
    """The last facts, newest last."""

    lines: tuple[Line, ...]


class Found(NamedTuple):
    """What a text finds: objects, and people as (id, name, department).

    gone: of objects that are no more, by id, the name of the one that they lead to where they were registered twice, else "".
    """

    text: str
    objects: tuple[ObjectSeen, ...]
    people: tuple[tuple[str, str, str], ...]
    gone: Mapping[str, str] = {}
