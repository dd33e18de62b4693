"""Plates (码牌): which printed code leads to which object. A small fold of its own: printing, binding, voiding, each code by itself."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yima.core import duty, events
from yima.core.events import Fact
from yima.core.town import Town

STAFF = ("permanent", "contract")


class Plate(NamedTuple):
    """One printed code. object: "" = blank; voided: the reason, "" = valid. A voided code is never bound again."""

    code: str
    batch: str  # the printing device
    number: int
    object: str = ""
    printed: int = 0
    bound: int | None = None
    voided: str = ""
    voided_at: int | None = None
    replaced_by: str = ""


def fold_plates(facts: Iterable[Fact], town: Town, known: Mapping[str, Plate] | None = None) -> dict[str, Plate]:
    """The plates after these facts, taken in order; known: the plates before them."""
    found = dict(known or {})
    for fact in sorted(facts, key=events.order):
        event = events.decode(fact.kind, fact.body)
        if event is None or why_not(town, fact):
            continue
        when, plate = town.when(fact), found.get(fact.subject)
        if fact.kind == "plates.printed":
            for pair in event.plates:
                if pair[0] not in found:
                    found[pair[0]] = Plate(pair[0], fact.device, event.number, pair[1] if len(pair) > 1 else "", when)
        elif plate is None or plate.voided:
            continue
        elif fact.kind == "plate.bound":
            found[plate.code] = plate._replace(object=event.object, bound=when)
        elif fact.kind == "plate.voided":
            found[plate.code] = plate._replace(voided=event.reason or "void", voided_at=when, replaced_by=event.replaced_by)
    return found


def why_not(town: Town, fact: Fact) -> str:
    """Why a plate fact moves nothing; the command asks the same before it appends."""
    if why := town.why_not(fact):
        return why
    when = town.when(fact)
    person = town.person(fact.actor, when)
    if person is None or not town.rules:
        return "catalogue"
    day = town.day(when)
    roles = {held.role for held in duty.roles_on(person, day)}
    if fact.kind == "plate.bound":
        allowed = duty.resource_of(town.catalogue_at(when), person, day) in STAFF
    else:
        allowed = "admin" in roles or (fact.kind == "plate.voided" and "data_clerk" in roles)
    return "" if allowed else "role"
