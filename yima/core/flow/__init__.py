"""The object fold: facts of one object become matters, cases and rounds. `refold` from the first fact, `fold` one more at the end.

No object's state reads another's. The same facts give the same state, whatever the order of their arrival: they are folded in
their own order.
"""

from collections.abc import Iterable
from typing import Any

from yima.core import events
from yima.core.events import Fact, StepTaken, VisitRecorded
from yima.core.flow.before import object_after, versions_in, why_not, withdrawn_in
from yima.core.flow.rounds import Round, rounds
from yima.core.flow.state import NOTHING, Key, Matter, Named, State
from yima.core.flow.work import Work
from yima.core.town import Town, Versions

__all__ = [
    "FOLD",
    "NOTHING",
    "Key",
    "Matter",
    "Named",
    "Round",
    "State",
    "fold",
    "folds_forward",
    "object_after",
    "refold",
    "register",
    "rounds",
    "scans",
]

FOLD = 7  # of this code: a database folded by another number is stale as a whole


def refold(facts: Iterable[Fact], town: Town, *, until: int | None = None) -> State:
    """The state from the object's first fact. until: as of that instant (facts with `when` <= until)."""
    found = sorted((fact for fact in facts if fact.kind in events.OBJECT_KINDS), key=events.order)
    whens = {fact.hash: town.when(fact) for fact in found}
    if until is not None:
        found = [fact for fact in found if whens[fact.hash] <= until]
    decoded = {fact.hash: events.decode(fact.kind, fact.body) for fact in found}
    unmoved = {fact.hash: why for fact in found if (why := why_not(town, fact, decoded[fact.hash]))}
    versions = versions_in(found, whens, decoded, unmoved, town)
    withdrawn = withdrawn_in(found, whens, decoded, unmoved, town)
    annulled: dict[str, str] = {}  # a void that the centre refused -> the fact that says so: neither is folded then
    while True:
        work = Work(State(versions, unmoved=unmoved), town, withdrawn | frozenset(annulled) | frozenset(annulled.values()))
        for fact in found:
            work.apply(fact, whens[fact.hash], decoded[fact.hash])
            if work.annul:
                break  # what follows was folded on a void that does not stand: from the beginning, without it
        if not work.annul:
            state = work.state()
            gone = dict.fromkeys(withdrawn, "withdrawn") | dict.fromkeys(annulled, "annulled")
            return state._replace(unmoved={**state.unmoved, **gone})
        annulled |= work.annul


def register(facts: Iterable[Fact], town: Town) -> Versions:
    """The object's versions alone: what its register facts say, without matters. An import makes thousands of objects; matters can wait."""
    found = sorted((fact for fact in facts if fact.kind.startswith("object.")), key=events.order)
    decoded = {fact.hash: events.decode(fact.kind, fact.body) for fact in found}
    unmoved = {fact.hash: why for fact in found if (why := why_not(town, fact, decoded[fact.hash]))}
    return versions_in(found, {fact.hash: town.when(fact) for fact in found}, decoded, unmoved, town)


def fold(state: State, fact: Fact, event: Any, town: Town) -> State:
    """The state after one more fact that is the last in order for its object and `folds_forward`. event: its content, decoded."""
    why = why_not(town, fact, event)
    work = Work(state, town, frozenset())
    if why:
        work.unmoved[fact.hash] = why
    work.apply(fact, town.when(fact), event)
    if work.annul:
        raise ValueError("a refused void makes its object stale")
    return work.state()


def folds_forward(state: State, fact: Fact, event: Any, town: Town) -> bool:
    """Whether `fold` may take it; what changes the past (a withdrawal, a register change, a refused void) makes the object stale instead."""
    if fact.kind not in ("visit.recorded", "step.taken", "rung.raised", "rung.answered"):
        return False
    if not state.versions or town.when(fact) < state.versions[-1][0]:
        return False
    return not (isinstance(event, StepTaken) and event.step == "refuse" and event.about == "void")


def scans(state: State, visits: Iterable[Fact], town: Town) -> dict[int, list[tuple[int, int]]]:
    """The scans among these visits that meet a round, by item number: (day, `when`) each, in the given order.

    state: the object's, which knows what moves nothing and where the names of cases lead. Withdrawn visits are left out by the caller.
    """
    work, found = Work(state, town, frozenset()), dict[int, list[tuple[int, int]]]()
    for fact in visits:
        if fact.hash in state.unmoved or not isinstance(event := events.decode(fact.kind, fact.body), VisitRecorded):
            continue
        work.matters = {}
        work._meet_rounds(fact, town.when(fact), event)
        for (no, _finding), matter in work.matters.items():
            if matter.scanned is not None:
                found.setdefault(no, []).append(matter.scanned)
    return found
