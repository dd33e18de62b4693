"""Who is here on a day (core/duty/staff.py), out of the folded rows: everybody, or those of some roles and who stands in for them."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from yima.adapters.store import Store, look, rows
from yima.core.duty.staff import Staff, gaps, staff_on
from yima.core.model import OWNER_OF, Catalogue, Object, Person
from yima.core.results.matrix import GapSeen
from yima.core.town import at
from yima.core.worktime import iso_of


def staff_at(store: Store, now: int, *, catalogue: Catalogue | None = None, roles: Iterable[str] = ()) -> Staff:
    """The staff of the local day of `now`, as people are at its end. catalogue: the rules by which names are looked for, else the last.

    roles: read only people with one of these, whoever leads a department, and who stands in for them, which is all that a scan needs.
    """
    town = store.town
    rules = catalogue or town.last_catalogue
    day, wanted = town.day(now), frozenset(roles)
    key = (rules.digest, day, wanted)
    if key not in town.staffs:  # a change of people, rosters or rules makes another town
        end = town.day_start(day + 1) - 1
        people = _some(store, rules, day, end, wanted) if wanted else _everybody(store, end)
        town.staffs[key] = staff_on(rules, people, day, town.rosters)
    found: Staff = town.staffs[key]
    return found


def _everybody(store: Store, instant: int) -> list[Person]:
    return [_person(text, instant) for (text,) in store.db.execute("SELECT versions FROM person ORDER BY id")]


def _some(store: Store, rules: Catalogue, day: int, instant: int, roles: frozenset[str]) -> list[Person]:
    wanted = (roles - OWNER_OF.keys()) | {"dept_leader", "town_leader"}  # owners are the tenancy: a town has as many as shops
    said = {str(dept.get(key, "")) for dept in rules.departments.values() for key in ("leader", "deputy")} - {""}
    said |= {str(one.get("person", "")) for one in rules.town_leaders} - {""}
    found: dict[str, Person] = {}
    statement = "SELECT id, no, name, roles, versions FROM person WHERE gone = '' OR gone >= ? ORDER BY id"
    for id_, no, name, names, versions in store.db.execute(statement, (iso_of(day),)):
        if wanted & set(json.loads(names)) or said & {id_, no, name}:
            found[id_] = _person(versions, instant)
    waiting = list(found.values())
    while waiting:
        for _from, _to, deputy in waiting.pop().leave:
            id_ = deputy.removeprefix("person:")
            row = None if not id_ or id_ in found else store.db.execute("SELECT versions FROM person WHERE id = ?", (id_,)).fetchone()
            if row is not None:
                found[id_] = _person(row[0], instant)
                waiting.append(found[id_])
    return list(found.values())


def _person(versions: str, instant: int) -> Person:
    raw: Any = at(json.loads(versions), instant)
    return rows.person_of(raw)


def gaps_seen(staff: Staff, objects: Sequence[Object]) -> tuple[GapSeen, ...]:
    """The empty cells of these objects with names, in the order of the rules."""
    kinds = {obj.id: obj.kind for obj in objects}
    rules = staff.catalogue.items
    return tuple(
        GapSeen(
            one.item,
            rules[one.item].id,
            rules[one.item].name,
            one.what,
            one.grid,
            tuple(sorted(set(map(kinds.__getitem__, one.objects)))),  # a town has some 100,000 of them: no loop of our own
            len(one.objects),
            one.objects,
        )
        for one in gaps(staff, objects)
    )


def empty_cells(store: Store, now: int) -> tuple[GapSeen, ...]:
    """The empty cells of the town on the day of `now`, as `yima matrix` has them, with places that are counted and not named."""
    staff = staff_at(store, now)
    named = {id_ for person in staff.people.values() for held in person.roles if held.role not in OWNER_OF for id_ in held.objects}
    sorts = look.sorts_of_places(store, named)
    number = {obj.id: places for obj, places in sorts}
    found = gaps_seen(staff, [obj for obj, _places in sorts])
    return tuple(one._replace(places=sum(map(number.__getitem__, one.objects)), objects=()) for one in found)
