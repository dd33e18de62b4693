"""What a change of the register touched: computed from the fold and the staff before and after it, never guessed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yima.adapters.store import Store, look, registers, seen
from yima.adapters.store.staff import staff_at
from yima.core import duty, flow
from yima.core.duty.staff import Gap, Staff, gaps
from yima.core.flow import State
from yima.core.flow.cases import Case
from yima.core.flow.rounds import pauses
from yima.core.model import OWNER_OF, Object, Person
from yima.core.results.registers import CaseNamed, Cell, Change, ObjectKept, PersonKept
from yima.core.worktime import day_of, iso_of
from yima.verbs.register.people import plain

TENANT, STATUS, SOURCE = ("name", "since"), ("what", "from", "to"), ("name", "no", "row")

DECIDING = {"kind", "street", "grid", "village", "trade"}  # the fields by which people are found for an object


class Before:
    """An object as it stood before the fact that is to be appended."""

    def __init__(self, store: Store, obj: Object, now: int) -> None:
        self.obj, self.state, self.items = obj, store.state(obj.id), items_of(store, obj)


def registered(obj: Object) -> dict[str, Any]:
    """All that the register says of an object, as a registration would say it; nothing in it is empty."""
    fields: dict[str, Any] = {}
    for name in ("kind", "name", "street", "door", "unit", "address", "grid", "village", "trade", "licence", "part_of", "position"):
        if value := getattr(obj, name):
            fields[name] = value
    for name, keys in (("tenant", TENANT), ("status", STATUS), ("source", SOURCE)):
        if said := {key: value for key, value in zip(keys, getattr(obj, name), strict=True) if value}:
            fields[name] = said
    return fields


def items_of(store: Store, obj: Object) -> list[str]:
    """Names of the claimed items that apply to an object under the rules in force."""
    items = store.town.last_catalogue.items.values()
    return [] if obj.retired else [item.name for item in items if item.claimed and duty.applies(item, obj)]


def object_kept(
    store: Store,
    object_id: str,
    did: str,
    now: int,
    *,
    before: Before | None = None,
    fields: Iterable[str] = (),
    notes: Sequence[str] = (),
) -> ObjectKept:
    """The object as it stands now, and what other than its fields is other than `before`. fields: names of those that were changed."""
    state = store.state(object_id)
    obj = state.obj
    assert obj is not None, "it was registered a moment ago, and counts"
    fields, items = tuple(fields), items_of(store, obj)
    says, said = registered(obj), registered(before.obj) if before is not None else {}
    flags = {"provisional": (bool(before and before.obj.provisional), obj.provisional)}
    changes = tuple(Change(name, *(flags[name] if name in flags else (said.get(name), says.get(name)))) for name in fields)
    staff = staff_at(store, now)
    trades = store.town.last_catalogue.trades
    names = {id_: str(trades.get(id_, {}).get("name", id_)) for id_ in {obj.trade, before.obj.trade if before else ""} if id_}
    for id_ in {obj.part_of, before.obj.part_of if before else ""} - {""}:
        market = look.store_object(store, id_)
        names[id_] = market.name if market is not None else id_
    if (other := look.store_object(store, obj.same_as)) is not None:
        names[other.id] = other.called
    goes = did in ("retired", "merged")
    return ObjectKept(
        did,
        seen.object_seen(store, obj, now),
        {**says, **{name: value for name in ("provisional", "retired", "same_as") if (value := getattr(obj, name))}},
        names,
        changes,
        len(items),
        tuple(name for name in items if name not in before.items) if before is not None else (),
        tuple(name for name in before.items if name not in items) if before is not None and not goes else (),
        _named(store, _ended(before.state, state)) if before is not None else (),
        _named(store, (case for case in state.cases.values() if case.closed is None)) if goes or "tenant" in fields else (),
        cells_of(staff, gaps(staff, [obj])) if did == "added" or set(fields) & DECIDING else (),
        tuple(plate.code for plate in look.plates_of(store, obj.id) if not plate.voided) if goes else (),
        registers.parts_of(store, obj.id) if goes else 0,
        "status" in fields and _pauses(store, obj, state),
        tuple(notes),
    )


def _ended(before: State, after: State) -> list[Case]:
    """The cases that the change itself ended: a new occupant ends those of some flows."""
    return [case for key, case in after.cases.items() if case.outcome == "tenant" and before.cases[key].closed is None]


def _named(store: Store, cases: Iterable[Case]) -> tuple[CaseNamed, ...]:
    ordered = sorted(cases, key=lambda case: (case.opened, case.key))
    return tuple(CaseNamed(seen.number_of(store, case), seen.item_of(store, case).name or case.note) for case in ordered)


def _pauses(store: Store, obj: Object, state: State) -> bool:
    """Whether the status as it stands now pauses self-checks that this object has."""
    _what, begins, ends = obj.status
    owners = any(one.role in OWNER_OF for one in flow.rounds(state, store.town).values())
    return bool(owners and begins and ends >= begins) and (day_of(begins), day_of(ends)) in pauses(state.versions)


def cells_of(staff: Staff, found: Iterable[Gap]) -> tuple[Cell, ...]:
    items = staff.catalogue.items
    return tuple(Cell(items[one.item].id, items[one.item].name, one.what, one.grid, len(one.objects)) for one in found)


class StaffBefore:
    """Who led which department, and which cells were empty, on a day before the change. leaving: they leave, so what they hold is told too."""

    def __init__(self, store: Store, person: Person, day: int, *, leaving: bool = False) -> None:
        self.instant, self.leaving = store.town.day_start(day), leaving
        self.places = look.places(store)
        staff = staff_at(store, self.instant)
        self.leaders = {dept for dept in ("", *staff.catalogue.departments) if staff.leader(dept) is not None}
        self.empty = {(one.item, one.what, one.grid): len(one.objects) for one in gaps(staff, self.places)}
        self.holding = registers.held_by(store, person.id) if leaving else []
        self.deputy_of = tuple(
            one.name
            for one in look.people(store)
            if leaving and not one.left and any(deputy == person.id and to >= iso_of(day) for _from, to, deputy in one.leave)
        )


def person_kept(
    store: Store,
    person_id: str,
    did: str,
    now: int,
    *,
    before: StaffBefore | None = None,
    was: Person | None = None,
    fields: Iterable[str] = (),
    notes: Sequence[str] = (),
) -> PersonKept:
    """The person as they stand now, and what other than the fields is other than before. was: the person before; fields: those changed."""
    person = store.town.people[person_id][-1][1]
    catalogue = store.town.last_catalogue
    says, said = registered_person(person), registered_person(was) if was is not None else {}
    known = [catalogue.roles[held.role] for held in duty.roles_on(person, store.town.day(now)) if held.role in catalogue.roles]
    staff = staff_at(store, before.instant) if before is not None else None
    leaderless = [dept for dept in sorted(before.leaders) if staff.leader(dept) is None] if before is not None and staff is not None else []
    return PersonKept(
        did,
        person.id,
        says,
        {**(dict(_names(store, was)) if was is not None else {}), **dict(_names(store, person))},
        duty.resource_of(catalogue, person, store.town.day(now)),
        tuple(sorted({role.line for role in known})),
        tuple(Change(name, said.get(name), says.get(name)) for name in fields),
        tuple((dept, catalogue.dept_name(dept)) for dept in leaderless),
        _lost(staff, before.empty, gaps(staff, before.places)) if before is not None and staff is not None else (),
        tuple(CaseNamed(seen.number_of(store, case), seen.item_of(store, case).name) for case in before.holding)
        if before is not None
        else (),
        before.deputy_of if before is not None else (),
        tuple(notes),
    )


def registered_person(person: Person) -> dict[str, Any]:
    """All that the register says of a person; nothing in it is empty."""
    leave = [{key: value for key, value in zip(("from", "to", "deputy"), one, strict=True) if value} for one in person.leave]
    said = {"name": person.name, "no": person.no, "dept": person.dept, "roles": [plain(held) for held in person.roles], "leave": leave}
    return {key: value for key, value in (said | {"left": person.left}).items() if value}


def _names(store: Store, person: Person) -> Iterable[tuple[str, str]]:
    """What ids are called in all that is said of a person: roles and departments may share an id, so these say which they are."""
    catalogue = store.town.last_catalogue
    for dept in (person.dept, *(dept for held in person.roles for dept in held.depts)):
        yield f"dept:{dept}", catalogue.dept_name(dept)
    for held in person.roles:
        yield f"role:{held.role}", catalogue.roles[held.role].name if held.role in catalogue.roles else held.role
        for id_ in held.objects:
            obj = look.store_object(store, id_)
            yield id_, obj.called if obj is not None else id_
    for _from, _to, deputy in person.leave:
        yield deputy, look.person_name(store, deputy)


def _lost(staff: Staff, before: Mapping[tuple[int, str, str], int], after: Iterable[Gap]) -> tuple[Cell, ...]:
    """The cells that are emptier than before, each with how many places it lost."""
    emptier = ((one, len(one.objects) - before.get((one.item, one.what, one.grid), 0)) for one in after)
    items = staff.catalogue.items
    return tuple(Cell(items[one.item].id, items[one.item].name, one.what, one.grid, lost) for one, lost in emptier if lost > 0)
