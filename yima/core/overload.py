"""任务超载: which places of a day were missed beyond what the people whom the rounds name could have done. DESIGN §9; docs/readings.md 74.

A place that was missed takes one place of the day of one of its people. Who has several roles, or stands in for somebody, has one day for
all of it: what is used once is not free again. What finds no room is booked as 任务超载, on nobody. People are named here to be relieved;
nothing sorts or counts by them.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yima.core.duty import roles_on
from yima.core.duty.staff import Place as StaffPlace
from yima.core.duty.staff import Staff, staff_on
from yima.core.model import OWNER_OF, Object
from yima.core.town import Town, at

Crew = tuple[str, ...]  # ids of the people whom a round names, any of whom could have gone


class Place(NamedTuple):
    """An object missed on a day by the people of one role. items: whose rounds ended; people: () = nobody is named (空格)."""

    object: str
    role: str
    people: Crew
    items: tuple[int, ...]
    overload: bool


class Standing(NamedTuple):
    """A round that stands missed. days: the local days on which it ended unseen since its last scan, at least one; since: that scan's
    instant, 0 = never scanned."""

    object: Object
    item: int
    role: str
    days: tuple[int, ...]
    since: int


def street_order(obj: Object) -> tuple[str, int, str, str, str]:
    """The order in which a street is walked: street, door by its number, name, id."""
    number = re.match(r"[0-9]*", obj.door)
    return obj.street, int(number[0] or 0) if number else 0, obj.door, obj.name, obj.id


def last_days(town: Town, some: Iterable[Standing]) -> set[int]:
    """The days whose people decide how standing misses are booked: each one's last; none where the role that was to look has no capacity."""
    found = set()
    for day, no, kind in {(one.days[-1], one.item, one.object.kind) for one in some}:
        role = town.catalogue_on(day).roles.get(town.asked(no, kind).role_on(day))
        if role is not None and role.capacity:
            found.add(day)
    return found


def booked_last(town: Town, some: Iterable[Standing], visited: Mapping[int, Mapping[str, int]]) -> set[tuple[str, int]]:
    """The rounds (object, item) that stand missed and whose last miss is 任务超载. visited: as in `booked`, of each of the `last_days`.

    What was made good since stands here no longer and takes no room: a visit that nobody made explains first what is still missing.
    """
    missed: dict[int, list[tuple[Object, int]]] = {day: [] for day in visited}
    last = {}
    for one in some:
        last[one.object.id, one.item] = one.days[-1]
        for day in one.days:
            if day in missed:
                missed[day].append((one.object, one.item))
    return {
        (place.object, no)
        for day in missed
        for place in booked(town, day, missed[day], visited[day])
        if place.overload
        for no in place.items
        if last[place.object, no] == day
    }


def booked(town: Town, day: int, missed: Iterable[tuple[Object, int]], visited: Mapping[str, int]) -> list[Place]:
    """The places of one day, in the order of the street, each with whether it is 任务超载. Self-checks are left out.

    missed: (object, item) whose round ended on the local day without its scan. visited: person -> how many objects they visited on it.
    As many places as possible are on the people, and of these the first in the order of the street.
    """
    staff = _staff(town, day)
    found: dict[tuple[str, str, Crew], list[int]] = {}
    objects: dict[str, tuple[Object, StaffPlace]] = {}
    crews: dict[
        tuple[int, str, StaffPlace], tuple[str, Crew] | None
    ] = {}  # a town has thousands of objects, and few places that a role names
    for obj, no in missed:
        if obj.id not in objects:
            objects[obj.id] = (obj, staff.place(obj))
        key = (no, obj.kind, objects[obj.id][1])
        if key not in crews:
            crews[key] = _crew(town, staff, obj, no)
        if (crew := crews[key]) is not None:
            found.setdefault((obj.id, *crew), []).append(no)
    left = _Day(_rooms(staff, found, visited))
    places = []
    for (id_, role, people), items in sorted(found.items(), key=lambda one: (street_order(objects[one[0][0]][0]), one[0])):
        counts = bool(people) and _capacity(staff, role) > 0
        places.append(Place(id_, role, people, tuple(sorted(items)), counts and not left.takes(people)))
    return places


def _crew(town: Town, staff: Staff, obj: Object, no: int) -> tuple[str, Crew] | None:
    """The role that was to look on the staff's day, and whom the round names; None for self-checks."""
    role, item = town.asked(no, obj.kind).role_on(staff.day), staff.catalogue.items.get(no)
    if item is None or role in OWNER_OF:
        return None
    return role, tuple(person.id for person in staff.named((role,), item, obj))


def _staff(town: Town, day: int) -> Staff:
    """Who was here on that day, as people were at its end, under the rules of the day."""
    rules = town.catalogue_on(day)
    key = (rules.digest, day, frozenset[str]())
    if key not in town.staffs:
        end = town.day_start(day + 1) - 1
        people = [at(versions, end) for _id, versions in sorted(town.people.items()) if versions]
        town.staffs[key] = staff_on(rules, people, day, town.rosters)
    found: Staff = town.staffs[key]
    return found


def _capacity(staff: Staff, role: str) -> int:
    """Places a day; 0 = not counted."""
    return staff.catalogue.roles[role].capacity if role in staff.catalogue.roles else 0


def _rooms(staff: Staff, found: Iterable[tuple[str, str, Crew]], visited: Mapping[str, int]) -> dict[str, int]:
    """How many more places each person could have visited: a day holds the smallest capacity of the roles that they hold on it.

    Who holds none with a capacity stands in for somebody: the smallest of the roles for which they are named.
    """
    named: dict[str, set[int]] = {}
    for _object, role, people in found:
        for person in people:
            named.setdefault(person, set()).add(_capacity(staff, role))
    rooms = {}
    for person, capacities in named.items():
        held = {_capacity(staff, one.role) for one in roles_on(staff.people[person], staff.day)}
        counted = (held - {0}) or (capacities - {0})
        rooms[person] = max(0, min(counted, default=0) - visited.get(person, 0))
    return rooms


class _Day:
    """What is left of everybody's day, given away place by place; a place given before may move to another of its people for the next one.

    So a place finds no room only where all who could take it, and all who could take over from these, are full: whoever is asked first.
    """

    def __init__(self, rooms: dict[str, int]) -> None:
        self.rooms = rooms
        self.given: dict[str, dict[Crew, int]] = {person: {} for person in rooms}  # how many places of which crew each has
        self.full: set[str] = set()  # people without room who can pass nothing on: that stays so

    def takes(self, people: Crew) -> bool:
        """Give one more place to one of these people; False where there is no room for it."""
        came: dict[str, tuple[str, Crew]] = {person: ("", people) for person in people if person not in self.full}
        waiting = deque(came)
        while waiting:
            person = waiting.popleft()
            if self.rooms[person]:
                self._give(person, came)
                return True
            for crew, count in self.given[person].items():
                for other in crew if count else ():
                    if other not in came and other not in self.full:
                        came[other] = (person, crew)
                        waiting.append(other)
        self.full |= came.keys()
        return False

    def _give(self, person: str, came: Mapping[str, tuple[str, Crew]]) -> None:
        """The last of the way has room: everybody on it hands a place on to the next one."""
        self.rooms[person] -= 1
        while person:
            before, crew = came[person]
            self.given[person][crew] = self.given[person].get(crew, 0) + 1
            if before:
                self.given[before][crew] -= 1
            person = before
