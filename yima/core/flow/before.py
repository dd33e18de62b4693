"""Before an object is folded: which facts count at all, the object's versions, and what was withdrawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from yima.core import duty
from yima.core.events import HALF_HOUR, Fact, StepTaken, VisitRecorded
from yima.core.flow.state import Key
from yima.core.model import TWICE, Object, Person
from yima.core.town import Town, Versions, versions_of
from yima.core.worktime import day_of


def why_not(town: Town, fact: Fact, event: Any) -> str:
    """Why a fact does not count at all: this version does not know it, or its device or actor may not speak."""
    if event is None:
        return "unknown"
    return town.why_not(fact)


def _is_clerk(town: Town, fact: Fact, when: int) -> bool:
    person = town.person(fact.actor, when)
    return person is not None and any(held.role in ("admin", "data_clerk") for held in duty.roles_on(person, town.day(when)))


def versions_in(
    found: Sequence[Fact], whens: Mapping[str, int], decoded: Mapping[str, Any], unmoved: dict[str, str], town: Town
) -> Versions:
    """The object's versions from its register facts; a register fact by somebody who may not is marked."""
    changes: list[tuple[int, Any]] = []
    for fact in found:
        if not fact.kind.startswith("object.") or fact.hash in unmoved:
            continue
        event, when = decoded[fact.hash], whens[fact.hash]
        provisional = fact.kind == "object.registered" and event.provisional
        if not provisional and not _is_clerk(town, fact, when):
            unmoved[fact.hash] = "role"
            continue
        changes.append((when, (fact.subject, fact.kind, event, when)))
    return tuple(one for one in versions_of(changes, object_after) if one[1] is not None)  # retired before it was registered: nothing


def object_after(obj: Object | None, change: tuple[str, str, Any, int]) -> Object | None:
    """An object after a registration, a change or a retirement; a second registration adds only what is missing."""
    id_, kind, event, when = change
    if kind == "object.retired":
        try:
            day_of(event.on)
        except ValueError:
            return obj
        return obj._replace(retired=event.on) if obj is not None else None
    if obj is None:
        return _first(id_, event, when)
    new = {
        **{name: getattr(event, name) for name in _PLAIN},
        "tenant": _words(event.tenant, "name", "since") if event.tenant else (),
        "status": _words(event.status, "what", "from", "to") if event.status else (),
        "source": _words(event.source, "name", "no", "row") if event.source and isinstance(event.source, Mapping) else (),
    }
    if kind == "object.registered":  # only what is missing, and a clerk's registration confirms a provisional one
        new = {key: value for key, value in new.items() if value and key != "provisional" and not any(_flat(getattr(obj, key)))}
        return obj._replace(**new, provisional=obj.provisional and event.provisional)
    changed = obj._replace(**{key: value for key, value in new.items() if value})
    return changed if not event.same_as else changed._replace(retired=changed.retired or TWICE)  # its codes and name lead to the other


def _first(id_: str, event: Any, when: int) -> Object:
    """The object of its first registration. Field by field, because an import makes 50,000 of them."""
    tenant = event.tenant if isinstance(event.tenant, Mapping) else {}
    status = event.status if isinstance(event.status, Mapping) else {}
    source = event.source if isinstance(event.source, Mapping) else {}
    return Object(
        id_, event.kind or "shop", event.name, event.street, event.door, event.unit, event.address, event.grid, event.village, event.trade,
        event.licence, event.part_of, event.position or None,
        (str(tenant.get("name", "")), str(tenant.get("since", ""))),
        (str(status.get("what", "")), str(status.get("from", "")), str(status.get("to", ""))),
        event.same_as,
        (str(source.get("name", "")), str(source.get("no", "")), str(source.get("row", ""))),
        event.provisional or False, when,
    )  # fmt: skip


_PLAIN = (
    "kind", "name", "street", "door", "unit", "address", "grid", "village", "trade", "licence", "part_of", "position", "same_as", "provisional",
)  # fmt: skip


def _words(value: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    return tuple(str(value.get(key, "")) for key in keys)


def _flat(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def withdrawn_in(
    found: Sequence[Fact], whens: Mapping[str, int], decoded: Mapping[str, Any], unmoved: dict[str, str], town: Town
) -> frozenset[str]:
    """The facts that a counting withdrawal takes back, docs/readings.md 30. Withdrawals of withdrawals do not exist."""
    place = {fact.hash: number for number, fact in enumerate(found)}
    matter_of: dict[str, Key] = {}
    for fact in found:
        if isinstance(decoded[fact.hash], VisitRecorded):
            for index, finding in enumerate(decoded[fact.hash].findings):
                name = f"{fact.hash}.{index}"
                own: Key = (finding.item, "" if finding.item else name)
                matter_of[name] = own if finding.item else matter_of.get(finding.again, own)

    def named(fact: Fact, *, findings: bool) -> set[Key]:
        event = decoded[fact.hash]
        if isinstance(event, StepTaken):
            return {matter_of[event.case]} if event.case in matter_of else set()
        names = [*event.cases, *(one.again for one in event.findings if one.again)]
        if findings:
            names += [f"{fact.hash}.{index}" for index in range(len(event.findings))]
        return {matter_of[name] for name in names if name in matter_of}

    def counts(fact: Fact, taken: set[str]) -> str:
        """ "" where the withdrawal counts, else why it does not."""
        number = place.get(decoded[fact.hash].fact, len(found))
        if number >= place[fact.hash] or found[number].kind not in ("visit.recorded", "step.taken") or found[number].hash in unmoved:
            return "fact"
        target, when = found[number], whens[fact.hash]
        person = town.person(fact.actor, when)
        if person is not None and is_centre(town, person, when):
            return ""
        if fact.actor != target.actor or when - whens[target.hash] > HALF_HOUR:
            return "late"
        matters = named(target, findings=True)
        between = (one for one in found[number + 1 : place[fact.hash]] if one.kind in ("visit.recorded", "step.taken"))
        said = (one for one in between if one.actor != fact.actor and one.hash not in unmoved and one.hash not in taken)
        return "others" if any(named(one, findings=False) & matters for one in said) else ""

    asked = [fact for fact in found if fact.kind == "fact.withdrawn" and fact.hash not in unmoved]
    taken: set[str] = set()
    while True:  # what somebody else took back themselves stands between no longer: a few rounds, each taking back more
        more = {decoded[fact.hash].fact for fact in asked if not counts(fact, taken)}
        if more <= taken:
            break
        taken |= more
    unmoved.update({fact.hash: why for fact in asked if (why := counts(fact, taken))})
    return frozenset(taken)


def may_enter_for_others(town: Town, actor: Person, when: int) -> bool:
    """Whether somebody enters for anybody (代录): the centre, or a data_clerk."""
    return is_centre(town, actor, when) or any(one.role == "data_clerk" for one in duty.roles_on(actor, town.day(when)))


def speaks_for(town: Town, actor: Person, name: str, when: int) -> Person | str:
    """The person for whom somebody enters something, where they may: as the centre, a data_clerk or that person's leader; else why not."""
    other, day = town.person(name, when), town.day(when)
    if other is None or (other.left and day > day_of(other.left)):
        return "entered_for"
    return other if may_enter_for_others(town, actor, when) or _leads(actor, other, day) else "entered_for"


def _leads(leader: Person, other: Person, day: int) -> bool:
    depts = set(duty.led(leader, duty.roles_on(leader, day)))
    return bool(depts & {other.dept, *(dept for held in duty.roles_on(other, day) for dept in held.depts)})


def is_centre(town: Town, person: Person, instant: int) -> bool:
    """Whether somebody is of the centre (城运中心): its people, and admins."""
    held = duty.roles_on(person, town.day(instant))
    centre = town.catalogue_at(instant).centre if town.rules else "ucc"
    return any(one.role == "admin" or centre in one.depts for one in held) or person.dept == centre
