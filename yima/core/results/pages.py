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
    void: str = ""  # why the plate that was read is void


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
