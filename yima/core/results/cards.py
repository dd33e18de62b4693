"""Paper for the street as values, before words are made of it: a walk, a shop's card, a hint to put right, a slip; and what was printed."""

from typing import NamedTuple

from yima.core.results.notices import CaseTold
from yima.core.results.street import CaseSeen, ObjectSeen, Question


class Stop(NamedTuple):
    """One place of a walk: what a scan there would ask this person. missed: how many of its rounds passed their due."""

    object: ObjectSeen
    questions: tuple[Question, ...]
    cases: tuple[CaseSeen, ...]
    missed: int


class Walk(NamedTuple):
    """One person's rounds of a day in the order of the walk. left: places that do not fit into the day."""

    town: str
    person: str
    dept: str
    now: int
    stops: tuple[Stop, ...]
    left: int

    @property
    def streets(self) -> tuple[tuple[str, int], ...]:
        """The streets in the order of the walk, each with its places."""
        counted: dict[str, int] = {}
        for stop in self.stops:
            counted[stop.object.street] = counted.get(stop.object.street, 0) + 1
        return tuple(counted.items())


class OwnDuty(NamedTuple):
    """One thing outside the door that is the shop's own to keep in order. self_check: the owner is asked it at a self-check."""

    no: int
    name: str
    question: str
    basis: str
    self_check: bool


class DutyCard(NamedTuple):
    """What a shop hangs up or keeps. phone: the town's service phone; nothing personal stands here."""

    town: str
    phone: str
    object: ObjectSeen
    items: tuple[OwnDuty, ...]


class CaseCard(NamedTuple):
    """A case as its owner is told of it on paper. dept: who answers for it; finder: who found it; documents: numbers of legal orders."""

    town: str
    phone: str
    now: int
    told: CaseTold
    dept: str
    finder: str
    documents: tuple[str, ...]


class Carded(NamedTuple):
    """A sheet, card or slip as printed. kind: route, card, rectify or slip; of: whom or what it is for, in words.

    shown: the file as people say it; codes: how many were read back from the finished file; left: places of a walk that did not fit;
    lacking: characters without a shape, printed as 〓.
    """

    kind: str
    of: str
    file: str
    shown: str
    pages: int
    codes: int
    places: tuple[ObjectSeen, ...]
    left: int = 0
    lacking: tuple[str, ...] = ()
