"""The registers kept one by one: an object or a person as it stands now, what was other before, and what that touched."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yima.core.results.street import ObjectSeen


class Change(NamedTuple):
    """A field of the register, before and after, as a fact says it: text, a list, or a map (tenant, status, source)."""

    field: str
    before: Any
    after: Any


class Cell(NamedTuple):
    """An empty cell (空格) that stands now: nobody is there for an item. what: primary handlers leader; objects: at how many places."""

    item: str
    name: str
    what: str
    grid: str
    objects: int


class CaseNamed(NamedTuple):
    """A case by its number, with the name of its item."""

    number: str
    item: str


class ObjectKept(NamedTuple):
    """An object after one command. did: added changed retired merged (it was registered twice) same (nothing differs, nothing was written).

    fields: as they stand now, nothing in it is empty; names: what ids in it are called (trade, market, the other one).
    items: how many claimed items apply; more, fewer: names of those that apply since this change, or no longer.
    closed: cases that this change ended; open: those that go on (told of what goes and of a new occupant).
    cells: items for which nobody is there at this object. plates: valid codes that still hang there (told of what goes).
    stalls: how many objects are part of it (told of what goes). paused: a status pauses its self-checks.
    """

    did: str
    object: ObjectSeen
    fields: Mapping[str, Any]
    names: Mapping[str, str]
    changes: tuple[Change, ...] = ()
    items: int = 0
    more: tuple[str, ...] = ()
    fewer: tuple[str, ...] = ()
    closed: tuple[CaseNamed, ...] = ()
    open: tuple[CaseNamed, ...] = ()
    cells: tuple[Cell, ...] = ()
    plates: tuple[str, ...] = ()
    stalls: int = 0
    paused: bool = False
    notes: tuple[str, ...] = ()


class PersonKept(NamedTuple):
    """A person after one command. did: added changed retired same.

    fields: name no dept roles leave left as they stand now; names: what ids in it are called (dept:ID, role:ID, objects and people by their id).
    lines: of the roles held (line local self); several = 一人多用. leaderless: departments without a leader since then ("" = the town).
    cells: empty cells that this change made. holding: open cases in this person's hands. stands_in_for: on leave, with this person as deputy.
    """

    did: str
    id: str
    fields: Mapping[str, Any]
    names: Mapping[str, str]
    resource: str
    lines: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    leaderless: tuple[tuple[str, str], ...] = ()
    cells: tuple[Cell, ...] = ()
    holding: tuple[CaseNamed, ...] = ()
    stands_in_for: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
