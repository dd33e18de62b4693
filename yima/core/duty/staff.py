"""Who is named for one item at one object on one day: asked, primary, handlers, leader; and the cells (空格) that nobody fills.

A `Staff` is prepared once for a day; every screen, sheet and notice asks it, so that all of them name the same people.
Source: DESIGN §6 and docs/readings.md 39-45.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from yima.core.duty import OWNER, applies, owner_roles, protected, roles_on
from yima.core.duty.deputies import first_of, leaves_on
from yima.core.model import OWNER_OF, Catalogue, Item, Object, Person, RoleOf
from yima.core.town import Rosters, is_here
from yima.core.worktime import iso_of

SCOPES = (("objects", "id"), ("streets", "street"), ("grids", "grid"), ("villages", "village"))  # of a role, of an object; narrowest first
TOWN = len(SCOPES)  # the widest scope: no places named, so the whole town
LEADING = ("dept_leader", "town_leader")
CELLS = ("primary", "handlers", "leader")
Place = tuple[str, str, str, str]  # id, street, grid and village, each only where some role or roster names it
Sort = tuple[str, str, Place]  # kind, trade and place: all that an answer depends on


class Duty(NamedTuple):
    """Who has to do with one item at one object on one day: ids of people, "owner" for the object's tenancy, registered or not."""

    primary: tuple[str, ...]  # whose scan meets the round; () = nobody, or no primary role for that kind
    asked: tuple[str, ...]  # finders, of each role the narrowest scope; what is inside a shop is asked of its owner and of 在编 staff only
    handlers: tuple[str, ...]  # the owner first where the owner puts it right first
    leader: str  # of the lead department; "" = nobody
    supports: tuple[str, ...]  # departments
    basis: str  # the legal basis as text
    gaps: tuple[str, ...]  # of "primary" "handlers" "leader": what nobody fills


class Gap(NamedTuple):
    """An empty cell (空格): objects of one grid at which nobody is there for an item. what: primary, handlers or leader."""

    item: int
    what: str
    grid: str
    objects: tuple[str, ...]


def nearness(held: RoleOf, obj: Object) -> int | None:
    """How narrowly a role's places name the object: 0 object, 1 street, 2 grid, 3 village, 4 whole town; None = other places only."""
    for rank, (places, its) in enumerate(SCOPES):
        if (place := getattr(obj, its)) and place in getattr(held, places):
            return rank
    return None if held.objects or held.streets or held.grids or held.villages else TOWN


def _places(held: RoleOf) -> list[tuple[int, str]]:
    """The places that a role names, each with the rank of its scope."""
    return [(rank, place) for rank, (places, _its) in enumerate(SCOPES) for place in getattr(held, places)] or [(TOWN, "")]


class Staff:
    """Everybody who is here on a day, by role, with leave, deputies and roster applied. Nothing in it changes once it is made.

    people: all who may be named or stand in; those who have left are known by name only. day: the local day's number.
    An answer depends on an object through the places that some role names, so answers are remembered by these alone.
    """

    def __init__(self, catalogue: Catalogue, people: Iterable[Person], day: int, rosters: Rosters) -> None:
        self.catalogue, self.day = catalogue, day
        self.people = {person.id: person for person in people}
        self._held: dict[tuple[str, int, str], list[tuple[RoleOf, Person]]] = {}  # by role, scope and place
        for person in self.people.values():
            for held in roles_on(person, day) if self.is_here(person) else ():
                if held.role in catalogue.roles and held.role not in OWNER_OF:
                    for rank, place in _places(held):
                        self._held.setdefault((held.role, rank, place), []).append((held, person))
        self._rota: set[tuple[str, str]] = set()  # (person, grid) on duty that day; read only where some role follows the roster
        if any(role.duty_days == "roster" for role in catalogue.roles.values()):
            today = iso_of(day)
            self._rota = {(row[1], row[2]) for rows in rosters.values() for row in rows if row[0] == today}
        self._known = {(rank, place) for _role, rank, place in self._held} | {(2, grid) for _person, grid in self._rota}
        self._named: dict[tuple[str, tuple[str, ...], Place], tuple[tuple[int, str], ...]] = {}
        self._areas: dict[tuple[str, str, str], Place] = {}
        self._there: dict[str, Person | None] = {}
        self._leaders: dict[str, Person | None] = {}
        self._namesakes: Counter[str] | None = None

    def name(self, id_: str) -> str:
        """A person's name, also of somebody who has left; "" for a stranger."""
        return self.people[id_].name if id_ in self.people else ""

    def has_namesake(self, person: Person) -> bool:
        """Whether somebody else who is here has that name, so that people need the number beside it."""
        if self._namesakes is None:
            self._namesakes = Counter(one.name for one in self.people.values() if self.is_here(one))
        return self._namesakes[person.name] > 1

    def stands_in(self, person: Person | None) -> Person | None:
        """The person, while they are on leave the deputy (and that one's deputy); None where nobody is left."""
        if person is None:
            return None
        if person.id not in self._there:
            self._there[person.id] = self._who_is_there(person)
        return self._there[person.id]

    def _who_is_there(self, person: Person | None) -> Person | None:
        asked: set[str] = set()
        while person is not None and person.id not in asked and self.is_here(person):
            asked.add(person.id)
            away = leaves_on(person, self.day)
            if not away:
                return person
            person = self.people.get(first_of(away))
        return None

    def named(self, roles: Iterable[str], item: Item, obj: Object, *, without: str = "") -> tuple[Person, ...]:
        """The people who are asked or named for these roles here: those of the narrowest scope, by id. Owners are filled by the tenancy.

        without: somebody who does not count this time, such as who reported what has to be looked at.
        """
        place = self.place(obj)
        found = [one for role in roles if role not in OWNER_OF for one in self._of_role(role, item, place) if one[1] != without]
        nearest = min((rank for rank, _id in found), default=0)
        return tuple(self.people[id_] for id_ in sorted({id_ for rank, id_ in found if rank == nearest}))

    def has_anybody(self, roles: Iterable[str], item: Item, obj: Object) -> bool:
        """Whether anybody is named for these roles here, the owner apart."""
        place = self.place(obj)
        return any(role not in OWNER_OF and self._of_role(role, item, place) for role in roles)

    def leader(self, dept: str) -> Person | None:
        """A department's leader on that day, or who stands in for them; the town leader for dept "". None = nobody."""
        if dept not in self._leaders:
            self._leaders[dept] = self._leader(dept)
        return self._leaders[dept]

    def in_charge(self, dept: str) -> Person | None:
        """The town leader in charge of a department (分管), as roles.yaml says, or who stands in for them; else the town leader."""
        for one in self.catalogue.town_leaders:
            if dept in one.get("depts", ()) and (here := self.stands_in(self._said(one.get("person")))) is not None:
                return here
        return self.leader("")

    def members(self, dept: str) -> tuple[Person, ...]:
        """A department's people without its leaders, by id: the handlers of a case that was handed to it."""
        found = {
            here.id: here for person in self.people.values() if self._is_of(dept, person) and (here := self.stands_in(person)) is not None
        }
        return tuple(found[id_] for id_ in sorted(found))

    def place(self, obj: Object) -> Place:
        """What of an object's place matters to who is named there."""
        known, area = self._known, (obj.street, obj.grid, obj.village)
        if area not in self._areas:  # a town has few, and asks it of each of its 8,000 objects
            street, grid, village = (name if (rank, name) in known else "" for rank, name in enumerate(area, 1))
            self._areas[area] = ("", street, grid, village)
        return (obj.id, *self._areas[area][1:]) if (0, obj.id) in known else self._areas[area]

    def is_here(self, person: Person) -> bool:
        return is_here(person, self.day)

    def _is_of(self, dept: str, person: Person) -> bool:
        held = roles_on(person, self.day)
        depts = (person.dept, *(one for role in held for one in role.depts))
        return dept in depts and not any(role.role in LEADING for role in held)

    def _of_role(self, role: str, item: Item, place: Place) -> tuple[tuple[int, str], ...]:
        """(rank, person) of everybody with that role whose places name the object; the lowest rank is the narrowest scope."""
        depts = (item.lead, *item.support) if role == "dept_staff" else ()
        key = (role, depts, place)
        if key not in self._named:
            self._named[key] = tuple(sorted(self._ranked(role, depts, place)))
        return self._named[key]

    def _ranked(self, name: str, depts: tuple[str, ...], where: Place) -> set[tuple[int, str]]:
        role = self.catalogue.roles.get(name)
        if role is None:
            return set()
        found: dict[int, list[tuple[str, str]]] = {}  # rank -> (who holds the role, who is there for them)
        for rank, place in enumerate((*where, "")):
            for held, person in self._held.get((name, rank, place), ()) if place or rank == TOWN else ():
                own = held.depts or (person.dept,)
                if (rank == TOWN and role.own_places_only) or (depts and not set(depts) & set(own)):
                    continue
                if (here := self.stands_in(person)) is not None:
                    is_support = bool(depts) and depts[0] not in own  # dept_staff of the lead department, else of a support department
                    found.setdefault(rank + 10 * is_support, []).append((person.id, here.id))
        if role.duty_days == "roster":
            found = {rank: self._rostered(some, where[2]) or some for rank, some in found.items()}
        return {(rank, here) for rank, some in found.items() for _person, here in some}

    def _rostered(self, some: list[tuple[str, str]], grid: str) -> list[tuple[str, str]]:
        """Of the people of one scope those whom the day's roster names for here."""
        return [one for one in some if {(one[0], ""), (one[0], grid)} & self._rota]

    def _leader(self, dept: str) -> Person | None:
        rules: Mapping[str, object] = self.catalogue.departments.get(dept, {})
        role = "dept_leader" if dept else "town_leader"
        holders = sorted(
            {
                person.id: person
                for (held_role, _rank, _place), some in self._held.items()
                for held, person in some
                if held_role == role and (not dept or dept in (held.depts or (person.dept,)))
            }.values(),
            key=lambda person: person.id,
        )
        first = self._said(rules.get("leader"))
        bosses = ([first] if first is not None else []) + [person for person in holders if person is not first]
        order = [*bosses[:1], self._said(rules.get("deputy")), *bosses[1:]]  # the deputy before another who holds the role
        return next((here for one in order if (here := self.stands_in(one)) is not None), None)

    def _said(self, word: object) -> Person | None:
        """Whom roles.yaml means: by id, number or name; somebody who has left is nobody."""
        found = [person for person in self.people.values() if word and word in (person.id, person.no, person.name) and self.is_here(person)]
        return min(found, key=lambda person: person.id, default=None)


def staff_on(catalogue: Catalogue, people: Iterable[Person], day: int, rosters: Rosters | None = None) -> Staff:
    """Everybody who is here on that local day under these rules. rosters: Town.rosters."""
    return Staff(catalogue, people, day, {} if rosters is None else rosters)


def duty(staff: Staff, item: Item, obj: Object) -> Duty:
    """Who has to do with the item at the object on the staff's day, whether or not it is claimed. The caller knows that it applies."""
    role = item.primary.get(obj.kind, "")
    leader = staff.leader(item.lead)
    return Duty(
        _ids(staff, (role,), item, obj) if role else (),
        tuple(dict.fromkeys(id_ for one in _asked(staff, item, obj) for id_ in _ids(staff, (one,), item, obj))),
        _ids(staff, item.handlers, item, obj),
        leader.id if leader is not None else "",
        item.support,
        str(item.more.get("legal", {}).get("basis", "")),
        empty(staff, item, obj),
    )


def empty(staff: Staff, item: Item, obj: Object) -> tuple[str, ...]:
    """Of "primary", "handlers" and "leader" what nobody fills. Owners always look themselves; but somebody else must be there to act."""
    role = item.primary.get(obj.kind, "")
    nobody = {
        "primary": bool(role and item.every.get(obj.kind)) and role not in OWNER_OF and not staff.has_anybody((role,), item, obj),
        "handlers": not staff.has_anybody(item.handlers, item, obj),
        "leader": staff.leader(item.lead) is None,
    }
    return tuple(what for what, is_empty in nobody.items() if is_empty)


def gaps(staff: Staff, objects: Iterable[Object]) -> list[Gap]:
    """The empty cells of the claimed items that apply, by item, what and grid, in the order of the catalogue and of the objects."""
    claimed = [item for item in staff.catalogue.items.values() if item.claimed]
    sorts: dict[Sort, int] = {}  # numbered, because a number is hashed much faster
    known: list[frozenset[tuple[int, str]]] = []  # by a sort's number
    at_place: dict[tuple[int, str, Place], tuple[str, ...]] = {}  # the trade only says whether an item applies
    grids: dict[str, list[tuple[int, str]]] = {}
    for obj in objects:
        sort = (obj.kind, obj.trade, staff.place(obj))
        if (number := sorts.setdefault(sort, len(known))) == len(known):
            its = [(item, (item.no, obj.kind, sort[2])) for item in claimed if applies(item, obj)]
            at_place.update({key: empty(staff, item, obj) for item, key in its if key not in at_place})
            known.append(frozenset((item.no, what) for item, key in its for what in at_place[key]))
        grids.setdefault(obj.grid, []).append((number, obj.id))
    listed = [Gap(no, what, grid, ids) for grid, some in grids.items() for (no, what), ids in _empty_at(known, some)]
    order = {item.no: place for place, item in enumerate(claimed)}
    return sorted(listed, key=lambda one: (order[one.item], CELLS.index(one.what)))


def _empty_at(
    known: Sequence[frozenset[tuple[int, str]]], some: list[tuple[int, str]]
) -> Iterator[tuple[tuple[int, str], tuple[str, ...]]]:
    """What is empty at the objects of one grid, and at which of them. Cells with the same objects share one tuple: a district has many."""
    sorts: dict[tuple[int, str], list[int]] = {}
    for sort in dict.fromkeys(sort for sort, _id in some):
        for cell in known[sort]:
            sorts.setdefault(cell, []).append(sort)
    made: dict[frozenset[int], tuple[str, ...]] = {}
    for cell, its in sorts.items():
        which = frozenset(its)
        if which not in made:
            made[which] = tuple(id_ for sort, id_ in some if sort in which)
        yield cell, made[which]


def _asked(staff: Staff, item: Item, obj: Object) -> list[str]:
    """The finder roles that are asked here without an invitation."""
    roles = staff.catalogue.roles
    closed = protected(item, obj)
    return [role for role in item.finders if role in OWNER_OF or not closed or (role in roles and roles[role].resource == "permanent")]


def _ids(staff: Staff, roles: tuple[str, ...], item: Item, obj: Object) -> tuple[str, ...]:
    owner = (OWNER,) if set(roles) & set(owner_roles(obj)) else ()
    return (*owner, *(person.id for person in staff.named(roles, item, obj)))
