"""`yima catalog check`: every fault of the rules in the town folder at once, and what they would mean here. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from yima.adapters import catalog
from yima.adapters.store import Store, look, registers
from yima.adapters.store.staff import gaps_seen, staff_at
from yima.core import burden, events
from yima.core.duty import roles_on
from yima.core.duty.staff import Staff
from yima.core.matrix import grids_of
from yima.core.model import OWNER_OF, Catalogue, Item, catalogue_of
from yima.core.results.check import (
    Bound,
    Checked,
    Found,
    GridLoad,
    Load,
    Mend,
    OwnChecks,
    PersonLoad,
    Relief,
    RoleLoad,
    Simple,
    Unclaimed,
)
from yima.core.worktime import day_of


def check(store: Store, now: int) -> Checked:
    """The three files of the town folder, checked against themselves and against the registers of the day."""
    body, faults = catalog.read(store.folder, registers.people_words(store), registers.ever_published(store))
    mends = tuple(Mend(*one) for one in faults)
    rules = _rules(body)
    return Checked(mends, None if rules is None else _found(store, rules, body, now))


def _rules(body: Mapping[str, Any]) -> Catalogue | None:
    """The rules as far as they can be read; None where too little of them can."""
    try:
        return catalogue_of(body, events.digest(events.canonical(body)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _found(store: Store, rules: Catalogue, body: Mapping[str, Any], now: int) -> Found:
    staff, objects = staff_at(store, now, catalogue=rules), look.places(store)
    forecast = burden.forecast(staff, objects, store.town.calendar)
    decided = {claim["item"]: claim["decision"] for claim in body.get("claims", ()) if claim.get("decision", "claimed") != "claimed"}
    return Found(
        len(rules.items),
        tuple(
            Unclaimed(item.no, item.id, item.name, item.lead, rules.dept_name(item.lead), decided.get(item.id, ""))
            for item in rules.items.values()
            if not item.claimed
        ),
        gaps_seen(staff, objects),
        tuple(_simple(rules, item) for item in rules.items.values()),
        _load(store, staff, forecast),
        tuple(_bound(staff)),
        len(objects),
        tuple(grids_of(objects)),
    )


def _simple(rules: Catalogue, item: Item) -> Simple:
    stages = [one["id"] for one in rules.flows.get(item.flow, {}).get("stages", ()) if one["id"] != "closed"]
    questions = item.question.replace("?", "？").rstrip("？").count("？") + 1
    return Simple(item.no, item.id, item.name, int(bool(item.lead)), questions, len(item.question), len(stages))


def _load(store: Store, staff: Staff, forecast: burden.Burden) -> Load:
    rules, called = staff.catalogue, _names(staff)
    over = set(forecast.over)
    heaviest = {one.role: one.visits for one in reversed(forecast.people)}  # the heaviest of a role stands first

    def role(id_: str) -> str:
        return rules.roles[id_].name

    return Load(
        tuple(
            PersonLoad(one.person, called(one.person), one.role, role(one.role), *one[2:], one.person in over) for one in forecast.people
        ),
        tuple(RoleLoad(one.role, role(one.role), *one[1:], heaviest.get(one.role, 0.0), one.is_over) for one in forecast.roles),
        tuple(GridLoad(one.grid, one.role, role(one.role), *one[2:], one.is_over) for one in forecast.grids),
        tuple(OwnChecks(one.role, role(one.role), *one[1:]) for one in forecast.owners),
        tuple(_relief(store, staff, forecast, person, called(person)) for person in forecast.over),
    )


def _relief(store: Store, staff: Staff, forecast: burden.Burden, person: str, name: str) -> Relief:
    said = burden.advise(staff, forecast, store.town.calendar, person)
    mine = next(one for one in forecast.people if (one.person, one.role) == (person, said.role))
    item = staff.catalogue.items.get(said.item)
    return Relief(
        person,
        name,
        said.role,
        staff.catalogue.roles[said.role].name,
        mine.visits,
        mine.capacity,
        said.grid,
        said.people,
        item.id if item is not None else "",
        item.name if item is not None else "",
        said.kind,
        said.period,
    )


def _bound(staff: Staff) -> Iterator[Bound]:
    """People here on that day whose roles are of several lines; what somebody owns is no work."""
    called, roles = _names(staff), staff.catalogue.roles
    for person in staff.people.values():
        if person.left and staff.day > day_of(person.left):
            continue
        names = dict.fromkeys(held.role for held in roles_on(person, staff.day) if held.role in roles and held.role not in OWNER_OF)
        held = tuple((roles[role].id, roles[role].name, roles[role].line) for role in names)
        if len({line for _id, _name, line in held}) > 1:
            yield Bound(person.id, called(person.id), held)


def _names(staff: Staff) -> Callable[[str], str]:
    """People as they are called here: by name, with the number where several have it."""
    same = Counter(person.name for person in staff.people.values())

    def called(id_: str) -> str:
        person = staff.people[id_]
        return f"{person.name} {person.no}".strip() if same[person.name] > 1 else person.name

    return called
