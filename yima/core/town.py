"""The first floor of the fold: town facts (town, catalogue, calendar, device, person) become a timeline that the object fold sees through.

`Town` answers from mappings; the store gives it mappings that read a row when asked, so that a scan never loads what it does not need.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from yima.core import events
from yima.core.events import Fact
from yima.core.model import MS_DAY, Catalogue, Person, RoleOf, catalogue_of
from yima.core.worktime import Calendar, Clock, calendar_of, day_of, hours_of, iso_of, period_days

ADMIN_ONLY = {
    "catalogue.published",
    "calendar.published",
    "device.enrolled",
    "device.clock",
    "person.registered",
    "person.changed",
    "person.left",
}
NAMED_ONLY = ("dept_leader", "town_leader", "admin")  # "*" of a device does not mean these people


class Device(NamedTuple):
    """An enrolled device. `people`: ids or "*"; `founding`: it is the town's first."""

    id: str
    letters: str
    key: str
    people: tuple[str, ...]
    sweep: bool
    founding: bool = False


Versions = tuple[tuple[int, Any], ...]  # (from this `when` on, value), by when; before the first one the first counts


class Asked(NamedTuple):
    """How an item is asked of a kind of object under the rules in force.

    run: the unbroken run of (from day, period) to this day and, by campaigns, beyond; empty where it is not asked. duties: from which day on
    which role is the primary one, and on which days it is on duty (workdays, daily or roster). starts: street -> first day on the street,
    "" for all others. role: the primary one now.
    """

    run: tuple[tuple[int, str], ...]
    duties: tuple[tuple[int, str, str], ...] = ()
    starts: Mapping[str, int] = {}
    role: str = ""

    def role_on(self, day: int) -> str:
        """The primary role by the rules of that day."""
        return next((role for since, role, _days in reversed(self.duties) if since <= day), self.duties[0][1])


RosterRow = tuple[str, str, str, str, str]  # day (ISO), person, grid ("" = wherever their role is), from and to (times of the day, or "")
Rosters = Mapping[str, tuple[RosterRow, ...]]  # by department, by day; a plain tuple, because a class more costs at every scan


class Rules(NamedTuple):
    """Which catalogue is in force from an instant on."""

    when: int
    digest: str


class Town:
    """What town facts say. Nothing in it changes once it is made."""

    def __init__(
        self,
        id_: str,
        name: str,
        offset: int,
        *,
        sample: bool = False,
        devices: Mapping[str, Device],
        named: Mapping[str, tuple[int, str, int, str]],
        people: Mapping[str, Versions],
        shifts: Mapping[str, Sequence[tuple[int, int, int]]],
        rules: Sequence[Rules],
        catalogues: Mapping[str, Catalogue],
        years: Mapping[int, tuple[Sequence[str], Sequence[str]]],
        rosters: Rosters | None = None,
        leaves: Sequence[str] = (),
    ) -> None:
        self.id, self.name, self.offset, self.sample = id_, name, offset, sample
        self.devices, self.named, self.people, self.shifts = devices, named, people, shifts
        self.rules, self.catalogues, self.years = tuple(rules), catalogues, years
        self.rosters: Rosters = {} if rosters is None else rosters
        self.leaves = tuple(leaves)  # ids of people who ever had a leave: whom others may stand in for
        self.unmoved: Mapping[str, str] = {}  # town facts that move nothing, and why; known only where the town was folded
        self._calendar: Calendar | None = None
        self._clocks: dict[tuple[str, str, str], Clock] = {}
        self._asked: dict[tuple[int, str], tuple[tuple[int, str], ...]] = {}
        self._runs: dict[tuple[int, str], Asked] = {}
        self._rostered: dict[str, frozenset[int]] = {}
        self.memo: dict[tuple[Any, ...], Any] = {}  # what the floors above have computed from the timeline alone, by their own names
        self.staffs: dict[Any, Any] = {}  # and who is named on a day, which the store prepares

    def kept(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What was made for this key before, or is made now: of the timeline alone, which does not change."""
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = make()
        return found

    # -- time

    def when(self, fact: Fact) -> int:
        """The instant that rules, rounds, limits and as-of read: wall, shifted by the last correction in order that names this seq."""
        for first, last, shift in reversed(self.shifts.get(fact.device, ())):
            if first <= fact.seq <= last:
                return fact.wall + shift
        return fact.wall

    def day(self, instant: int) -> int:
        """The number of the local day."""
        return (instant + self.offset) // MS_DAY

    def day_start(self, day: int) -> int:
        return day * MS_DAY - self.offset

    @property
    def calendar(self) -> Calendar:
        if self._calendar is None:
            self._calendar = calendar_of(self.years)
        return self._calendar

    def clock(self, unit: str, schedule: str = "office", digest: str = "") -> Clock:
        """The clock of a limit: the wall for urgent_hour and natural_day, else the schedule's hours (town data).

        digest: of the rules whose hours they are, for a case those of its opening; default (and where they are unknown) the last rules.
        """
        key = ("wall" if unit in ("urgent_hour", "natural_day") else "work", schedule, digest)
        if key not in self._clocks:
            if key[0] == "wall":
                self._clocks[key] = Clock(Calendar((), (), frozenset()), self.offset)
            else:
                rules = self.catalogues.get(digest) or (self.last_catalogue if self.rules else None)
                form = rules.town["schedules"][schedule] if rules is not None else OFFICE
                self._clocks[key] = Clock(self.calendar, self.offset, hours_of(form["hours"]), daily=form["days"] == "daily")
        return self._clocks[key]

    def list_hour(self, hour: str, instant: int) -> int:
        """The first instant, from the given one on, at which the town's clock shows that hour ("10:00") on a workday: the day's list is out."""
        day = self.day(instant)
        while not self.calendar.is_workday(day) or self.hour_on(hour, day) < instant:
            day += 1
        return self.hour_on(hour, day)

    def hour_on(self, hour: str, day: int) -> int:
        """That hour of a local day. What is no time of day means midnight; an earlier form of the rules says words before it."""
        hours, _, minutes = hour.rpartition(" ")[2].partition(":")
        is_time = hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60
        return self.day_start(day) + ((int(hours) * 60 + int(minutes)) * 60_000 if is_time else 0)

    # -- rules

    @cached_property
    def last_catalogue(self) -> Catalogue:
        return self.catalogues[self.rules[-1].digest]

    def catalogue_at(self, instant: int) -> Catalogue:
        """The last published with when <= instant; before the first one the first counts."""
        digest = self.rules[0].digest
        for rule in self.rules:
            if rule.when <= instant:
                digest = rule.digest
        return self.catalogues[digest]

    def catalogue_on(self, day: int) -> Catalogue:
        """The last published up to the end of a local day; before the first one the first counts."""
        return self.catalogue_at(self.day_start(day + 1) - 1)

    def periods(self, no: int, kind: str) -> tuple[tuple[int, str], ...]:
        """From which day on an item has which period for a kind of object ("" = not asked, or 待认领), campaigns included; one entry a day."""
        key = (no, kind)
        if key not in self._asked:
            found: dict[int, str] = {}
            published = sorted({self.day(rule.when): rule.digest for rule in self.rules}.items())
            for place, (day, digest) in enumerate(published):
                catalogue = self.catalogues[digest]
                item = catalogue.items.get(no)
                asked = item is not None and item.claimed and kind in item.kinds and kind in item.primary
                period = item.every.get(kind, "") if item is not None and asked else ""
                found[day] = period
                if item is None or not period or not catalogue.town.get("campaigns"):
                    continue
                spans = campaigns_of(catalogue, item.id)
                until = published[place + 1][0] if place + 1 < len(published) else None
                turns = {turn for first, last, _every in spans for turn in (first, last + 1)}
                for turn in (day, *(turn for turn in turns if turn > day and (until is None or turn < until))):
                    faster = [every for first, last, every in spans if first <= turn <= last]
                    found[turn] = min((period, *faster), key=period_days)
            self._asked[key] = tuple(sorted(found.items()))
        return self._asked[key]

    def asked(self, no: int, kind: str) -> "Asked":
        """How an item is asked of a kind of object, as a round needs it."""
        found = self._runs.get((no, kind))
        if found is None:
            found = self._runs[no, kind] = self._asked_now(no, kind)
        return found

    def _asked_now(self, no: int, kind: str) -> "Asked":
        run: list[tuple[int, str]] = []
        for day, period in self.periods(no, kind):
            run = [*run, (day, period)] if period else []
        if not run:
            return Asked(())
        settings = self.catalogue_on(run[0][0]).town
        starts = {"": settings.get("street_start", ""), **settings.get("street_starts", {})}
        duties: list[tuple[int, str, str]] = []
        for day, _period in run:
            rules = self.catalogue_on(day)
            role = rules.items[no].primary[kind]
            days = rules.roles[role].duty_days if role in rules.roles else "daily"
            if not duties or duties[-1][1:] != (role, days):
                duties.append((day, role, days))
        return Asked(tuple(run), tuple(duties), {street: day_of(day) for street, day in starts.items() if day}, duties[-1][1])

    @property
    def has_rosters(self) -> bool:
        """Whether a role of the rules in force goes by rosters."""
        return bool(self.rules) and any(role.duty_days == "roster" for role in self.last_catalogue.roles.values())

    def roster_days(self, role: str) -> frozenset[int]:
        """The days on which the town's rosters name somebody who holds the role; between the first and the last of them nobody else is on duty."""
        if role not in self._rostered:
            rows = [row for some in self.rosters.values() for row in some]
            people = {row[1]: self.people.get(row[1]) for row in rows}
            holders = {id_ for id_, versions in people.items() if versions and any(held.role == role for held in versions[-1][1].roles)}
            self._rostered[role] = frozenset(day_of(row[0]) for row in rows if row[1] in holders)
        return self._rostered[role]

    # -- people and devices

    def person(self, id_: str, instant: int) -> Person | None:
        """The version in force; None for somebody never registered."""
        versions = self.people.get(id_)
        return at(versions, instant) if versions else None

    def is_here(self, id_: str, instant: int) -> bool:
        """Whether the person is registered and has not left (the last day counts)."""
        person = self.person(id_, instant)
        return person is not None and is_here(person, self.day(instant))

    def why_not(self, fact: Fact) -> str:
        """Why a fact of this device by this actor does not count, in one word; "" = it counts. The same table serves command and fold."""
        device = self.devices.get(fact.device)
        if device is None:
            return "device"
        when = self.when(fact)
        person = self.person(fact.actor, when)
        if person is None:
            return "person"
        if not is_here(person, self.day(when)):
            return "left"
        if fact.actor in device.people:
            return ""
        if "*" not in device.people:
            return "actor"
        if device.founding and not (fact.actor in self.named and self.named[fact.actor] < events.order(fact)):
            return ""
        return "actor" if any(held.role in NAMED_ONLY for held in person.roles) else ""


OFFICE = {"days": "workdays", "hours": (("08:00", "12:00"), ("14:00", "18:00"))}


def campaigns_of(catalogue: Catalogue, item: str) -> list[tuple[int, int, str]]:
    """(first day, last day, period) of the campaigns (专项行动) that list the item; what is not of that form is no campaign."""
    found = []
    for one in catalogue.town.get("campaigns", ()):
        try:
            span, listed = (day_of(one["from"]), day_of(one["to"]), one["every"]), item in one["items"]
            period_days(one["every"])
        except (KeyError, TypeError, ValueError, IndexError):
            continue
        if listed:
            found.append(span)
    return found


def is_here(person: Person, day: int) -> bool:
    """Whether the person has not left; the last day counts."""
    return not (person.left and day > day_of(person.left))


def at(versions: Versions, instant: int) -> Any:
    """The value in force at an instant; before the first version the first."""
    found = versions[0][1]
    for when, value in versions:
        if when > instant:
            break
        found = value
    return found


def versions_of(steps: Iterable[tuple[int, Any]], merge: Any) -> Versions:
    """Versions by `when` from changes in order. merge(value or None, change) -> value. At an instant T the changes with when <= T count, in order."""
    changes = list(steps)
    found = []
    for when in sorted({when for when, _ in changes}):
        value = None
        for other, change in changes:
            if other <= when:
                value = merge(value, change)
        found.append((when, value))
    return tuple(found)


def role_of(raw: Mapping[str, Any]) -> RoleOf:
    """A role entry of a person's fact; what is not of the promised form counts as empty."""

    def words(key: str) -> tuple[str, ...]:
        value = raw.get(key, ())
        return tuple(word for word in value if isinstance(word, str)) if isinstance(value, (list, tuple)) else ()

    return RoleOf(
        str(raw.get("role", "")),
        words("depts"),
        words("grids"),
        words("streets"),
        words("villages"),
        words("objects"),
        _iso(raw.get("from")),
        _iso(raw.get("to")),
    )


def _iso(value: Any) -> str:
    try:
        day_of(value)
    except (ValueError, TypeError):
        return ""
    return str(value)


def person_after(person: Person | None, change: tuple[str, str, Any]) -> Person:
    """A person after a registration, a change or a leaving; change: (id, kind, event). A second registration adds only what is missing."""
    id_, kind, event = change
    if kind == "founder":
        return event  # type: ignore[no-any-return]
    if kind == "person.left":
        return (person or Person(id_, "")) if not _iso(event.on) else (person or Person(id_, ""))._replace(left=event.on)
    new = {
        "name": event.name,
        "no": event.no,
        "dept": event.dept,
        "roles": tuple(role_of(raw) for raw in event.roles),
        "leave": tuple((_iso(raw.get("from")), _iso(raw.get("to")), str(raw.get("deputy", ""))) for raw in event.leave),
    }
    if person is None:
        return Person(id_, **new)
    only_missing = kind == "person.registered"
    return person._replace(**{key: value for key, value in new.items() if value and not (only_missing and getattr(person, key))})


def fold_town(facts: Sequence[Fact], *, until: int | None = None) -> Town:
    """The timeline of all town facts. `until`: as of that instant (every clock correction counts). Raises ValueError without town.founded."""
    facts = sorted(facts, key=events.order)
    decoded = {fact.hash: events.decode(fact.kind, fact.body) for fact in facts}
    founding = next((fact for fact in facts if fact.kind == "town.founded" and decoded[fact.hash] is not None), None)
    if founding is None:
        raise ValueError("founded")
    founded: events.TownFounded = decoded[founding.hash]
    founder = Person(founded.admin.get("id", ""), founded.admin.get("name", ""), dept="ucc", roles=(RoleOf("admin"),))

    devices, named, shifts = _devices_and_clocks(facts, decoded, founding, founder.id)
    people: dict[str, list[tuple[int, Any]]] = {founder.id: [(founding.wall, (founder.id, "founder", founder))]}
    rules: list[tuple[int, str]] = []
    bodies: dict[str, Catalogue] = {}
    years: dict[int, tuple[Sequence[str], Sequence[str]]] = {}
    built: dict[str, Versions] = {}
    rosters: dict[str, tuple[RosterRow, ...]] = {}
    town = Town(
        founding.subject,
        founded.name,
        founded.utc_offset * 60_000,
        sample=founded.sample,
        devices=devices,
        named=named,
        people=built,
        shifts=shifts,
        rules=(),
        catalogues=bodies,
        years=years,
        rosters=rosters,
    )
    built[founder.id] = versions_of(people[founder.id], person_after)
    unmoved: dict[str, str] = {}
    for fact in facts:
        when = town.when(fact)
        if (fact.kind not in ADMIN_ONLY and fact.kind != "roster.published") or (until is not None and when > until):
            continue
        may = _is_admin(town, fact, when) or (fact.kind == "roster.published" and _leads(town, fact, when))
        if why := town.why_not(fact) or ("" if may else "role"):
            unmoved[fact.hash] = why
            continue
        event = decoded[fact.hash]
        if fact.kind == "catalogue.published":
            try:
                digest = events.digest(fact.body)
                bodies[digest] = catalogue_of(json.loads(fact.body), digest)
            except (ValueError, TypeError, KeyError, AttributeError):
                unmoved[fact.hash] = "unknown"  # a catalogue of a form that this version does not know: kept, and named by doctor
                continue
            rules.append((when, digest))
        elif event is None:
            unmoved[fact.hash] = "unknown"
        elif fact.kind == "calendar.published" and fact.subject.isdigit():
            try:
                calendar_of({int(fact.subject): (event.off, event.work)})
            except ValueError:
                continue
            years[int(fact.subject)] = (event.off, event.work)
        elif fact.kind == "roster.published":
            if not (_iso(event.from_) and _iso(event.to) and day_of(event.from_) <= day_of(event.to)):
                unmoved[fact.hash] = "unknown"
                continue
            rosters[fact.subject] = roster_after(rosters.get(fact.subject, ()), event)
        elif fact.kind.startswith("person."):
            people.setdefault(fact.subject, []).append((when, (fact.subject, fact.kind, event)))
            built[fact.subject] = _with_leaving(versions_of(people[fact.subject], person_after), people[fact.subject])
    town.rules = tuple(Rules(when, digest) for when, digest in versions_of(rules, lambda _, digest: digest))
    town.unmoved = unmoved
    town.leaves = tuple(sorted(id_ for id_, versions in built.items() if any(person.leave for _when, person in versions)))
    return town


def roster_after(rows: Sequence[RosterRow], event: Any) -> tuple[RosterRow, ...]:
    """A department's roster after one more was published: what was known of its span is replaced; rows outside it, or of no form, are left out."""

    def inside(day: str) -> bool:
        return bool(day) and day_of(event.from_) <= day_of(day) <= day_of(event.to)

    new = [
        (iso_of(day_of(raw["day"])), str(raw["person"]), str(raw.get("grid", "")), str(raw.get("from", "")), str(raw.get("to", "")))
        for raw in event.rows
        if raw.get("person") and inside(_iso(raw.get("day")))
    ]
    return tuple(sorted({*(row for row in rows if not inside(row[0])), *new}))


def _devices_and_clocks(
    facts: Sequence[Fact], decoded: Mapping[str, Any], founding: Fact, founder: str
) -> tuple[dict[str, Device], dict[str, tuple[int, str, int, str]], dict[str, list[tuple[int, int, int]]]]:
    """Devices, who was first named on one of them (at which place in order), and clock corrections: what has no time of its own.

    Said by whoever was ever an admin before that place in order, on a device that is theirs: "*" of another device means no admin.
    """
    founded: events.TownFounded = decoded[founding.hash]
    first = founding.device
    devices = {first: Device(first, str(founded.device.get("letters", "")), str(founded.device.get("key", "")), ("*",), True, True)}
    admins = {founder}
    named: dict[str, tuple[int, str, int, str]] = {}
    shifts: dict[str, list[tuple[int, int, int]]] = {}
    for fact in facts:
        event, device = decoded[fact.hash], devices.get(fact.device)
        if event is None or device is None or fact.actor not in admins:
            continue
        if fact.actor not in device.people and not (device.founding and named.get(fact.actor, events.order(fact)) >= events.order(fact)):
            continue
        if fact.kind in ("person.registered", "person.changed") and any(raw.get("role") == "admin" for raw in event.roles):
            admins.add(fact.subject)
        elif fact.kind == "device.enrolled":
            known = devices[fact.subject].people if fact.subject in devices else ()  # who may use it adds up: nobody's facts are lost
            people = tuple(dict.fromkeys((*known, *event.people)))
            devices[fact.subject] = Device(fact.subject, event.letters, event.key, people, event.sweep, fact.subject == first)
            for person in event.people:
                if person != "*":
                    named.setdefault(person, events.order(fact))
        elif fact.kind == "device.clock":
            shifts.setdefault(fact.subject, []).append((event.seq_from, event.seq_to, event.shift_ms))
    return devices, named, shifts


def _with_leaving(versions: Versions, changes: Sequence[tuple[int, Any]]) -> Versions:
    """A leaving counts by its own day, whenever it was entered: it stands in every version."""
    left = next((_iso(event.on) for _when, (_id, kind, event) in reversed(changes) if kind == "person.left" and _iso(event.on)), "")
    return tuple((when, person._replace(left=left)) for when, person in versions)


def _is_admin(town: Town, fact: Fact, when: int) -> bool:
    person = town.person(fact.actor, when)
    return person is not None and any(held.role == "admin" and in_force(held, town.day(when)) for held in person.roles)


def _leads(town: Town, fact: Fact, when: int) -> bool:
    """Whether the fact's actor is a leader of the department that it is about."""
    person = town.person(fact.actor, when)
    return person is not None and any(
        held.role == "dept_leader" and fact.subject in (held.depts or (person.dept,)) and in_force(held, town.day(when))
        for held in person.roles
    )


def in_force(held: RoleOf, day: int) -> bool:
    """Whether a role is held on that day."""
    return not (held.from_ and day < day_of(held.from_)) and not (held.to and day > day_of(held.to))
