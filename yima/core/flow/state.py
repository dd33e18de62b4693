"""The state of one object as a value: its versions, matters, cases, and where the names of findings lead."""

from collections.abc import Mapping
from typing import NamedTuple

from yima.core.flow.cases import Case
from yima.core.model import Object
from yima.core.town import Versions

Key = tuple[int, str]  # an item's number, and for an unlisted finding its name


class Matter(NamedTuple):
    """(object, item). open: the key of its open case; closed: its last close that makes a later case a repeat; scanned: (day, `when`).

    hastened: (day, period) of the scans after which the colour of the case asks for a shorter period (docs/readings.md 60).
    """

    open: str = ""
    closed: int | None = None
    scanned: tuple[int, int] | None = None
    hastened: tuple[tuple[int, str], ...] = ()


NOTHING = Matter()  # nothing has happened to it


class Named(NamedTuple):
    """Where a finding's name leads: to a case's key, or ("") to the next case that opens on its item. device, number: how people say it."""

    case: str
    item: int
    device: str
    number: int


class State(NamedTuple):
    """All that the facts of one object say. `names` leads from every finding to its case; `unmoved` from a fact to why it moves nothing."""

    versions: Versions = ()
    matters: Mapping[Key, Matter] = {}
    cases: Mapping[str, Case] = {}
    names: Mapping[str, Named] = {}
    unmoved: Mapping[str, str] = {}
    last_visit: tuple[int, str, str] | None = None  # when, actor, hash

    @property
    def obj(self) -> Object | None:
        return self.versions[-1][1] if self.versions else None
