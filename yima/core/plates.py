"""Plates (码牌): which printed code leads to which object. A small fold of its own: printing, binding, voiding, each code by itself."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from yima.core import duty, events
from yima.core.events import Fact
from yima.core.town import Town

STAFF = ("permanent", "contract")
SPOILT = "spoilt"  # the reason of a blank label that was misprinted or torn at the desk: a word of the log, not a sentence


class Plate(NamedTuple):
    """One printed code. object: "" = blank; voided: the reason, "" = valid. A voided code is never bound again.

    batch, number: the printing device and its number, of the first printing; printed: its instant, last_printed: the last one's.
    times: in how many batches it was printed, the first included (readings 75-78).
    """

    code: str
    batch: str
    number: int
    object: str = ""
    printed: int = 0
    bound: int | None = None
    voided: str = ""
    voided_at: int | None = None
    replaced_by: str = ""
    times: int = 1
    last_printed: int = 0

    @property
    def state(self) -> str:
        """void, valid (it leads to an object) or blank."""
        return "void" if self.voided else "valid" if self.object else "blank"


def fold_plates(facts: Iterable[Fact], town: Town, known: Mapping[str, Plate] | None = None) -> dict[str, Plate]:
    """The plates after these facts, taken in order; known: the plates before them."""
    found = dict(known or {})
    for _fact, _why in _taken(facts, town, found):
        pass
    return found


def unmoved(facts: Iterable[Fact], town: Town) -> dict[str, str]:
    """Plate facts that move nothing, by their hash, each with the reason in one word. facts: all of them."""
    return {fact.hash: why for fact, why in _taken(facts, town, {}) if why}


def _taken(facts: Iterable[Fact], town: Town, found: dict[str, Plate]) -> Iterator[tuple[Fact, str]]:
    """Each fact in order with why it moved nothing ("" = it did); `found` is what they have made up to there."""
    for fact in sorted(facts, key=events.order):
        event = events.decode(fact.kind, fact.body)
        why = "unknown" if event is None else why_not(town, fact)
        if not why and fact.kind == "plates.printed":
            found.update((plate.code, plate) for plate in _printed(fact, event, town.when(fact), found))
        elif not why:
            plate = found.get(fact.subject)
            why = _why_stays(plate, fact.kind)
            if plate is not None and not why:
                found[plate.code] = _changed(plate, fact.kind, event, town.when(fact))
        yield fact, why


def _printed(fact: Fact, event: Any, when: int, found: Mapping[str, Plate]) -> Iterator[Plate]:
    """New plates, and those that were printed once more; a void one stays as it is."""
    pairs: dict[str, tuple[str, ...]] = {}
    for pair in event.plates:
        pairs.setdefault(pair[0], pair)
    for code, pair in pairs.items():
        plate = found.get(code)
        if plate is None:
            yield Plate(code, fact.device, event.number, pair[1] if len(pair) > 1 else "", when, last_printed=when)
        elif not plate.voided:
            yield plate._replace(times=plate.times + 1, last_printed=when)


def _why_stays(plate: Plate | None, kind: str) -> str:
    """Why somebody who may bind and void moves nothing with it: the first in order has settled it."""
    if plate is None:
        return "plate"
    if plate.voided:
        return "plate_void"
    return "plate_bound" if plate.object and kind == "plate.bound" else ""


def _changed(plate: Plate, kind: str, event: Any, when: int) -> Plate:
    if kind == "plate.bound":
        return plate._replace(object=event.object, bound=when)
    return plate._replace(voided=event.reason or "void", voided_at=when, replaced_by=event.replaced_by)


def why_not(town: Town, fact: Fact) -> str:
    """Why a plate fact moves nothing, whatever the plate; the command asks the same before it appends."""
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
