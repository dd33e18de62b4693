"""The independent evaluator: the rules of `docs/readings.md` once more, read literally, sharing no line with the fold.

`evaluate(facts, now)` says what every matter looks like at `now`; for several `now` of the same facts: `look(replay(facts), now)`.
It is slow on purpose: working time is counted minute by minute over a table of the minutes that count, misses by walking the days one
by one, and an object is replayed from its first fact. It imports the standard library and nothing of `yima`. "R15" in a comment is
line 15 of `docs/readings.md`.

What the readings leave open and had to be fixed here:

- Town facts (persons, devices, objects, catalogues, calendars, rosters) are judged by the town facts before them in order. Several
  enrolments of one device add up. The founding admin always holds the role admin. Of one year's calendars the last in order holds.
  `device.clock` without `seq_to` has no end.
- A person counts when a `person.registered` about them counts, whatever its time; a second `registered` adds only what is missing
  (objects too).
- `entered_for: owner` needs the centre or a data_clerk; `entered_for: P` needs a P who is registered and has not left.
- A fact that moves nothing because of who says it gives its findings no name. A visit to an object that was never registered moves
  nothing.
- `again` counts only for an open case of the finding's own item (or an unlisted finding's); else, and where the finding is also
  `fixed`, it is one of the rest. A finding of an unknown catalogue or item still joins a case that is open on its matter.
- A confirm by `again` does not tell the owner; only the opening of a lead or of an unlisted finding keeps that knowledge.
- Where the item's clock does not run, self_fix lasts until told and then for the whole window.
- Last close (R14): the last that is a close at all, so a void between two findings hides no earlier pass. `as_item` never makes a
  repeat.
- `as_item`: the case leaves its old matter, which is then not listed; a merged one stays there, closed, and its names stay with it.
- The holder is a handler however they became it. `reassign` needs a registered person. From unclaimed, `to: person:` keeps the old
  department.
- Only granted extensions count among the two; a refused one may be asked again. A grant about extension needs the item's clock
  running.
- Suspensions are summed as asked (end day less the day of t); an end that is not after t does not count.
- A second look that passes changes nothing and moves nothing. On F5 who may look must hold a role with may_close_enforcement.
- A desk `fail` has no mode, so on inside and papers items of a shop or stall it never counts. On F6 a pass closes too (flows: pass:
  closed).
- `close` at the desk is for F3 alone; the closer need be neither finder nor handler.
- Yellow of an item limit does not begin before the clock last began to run; a due of a clock with nothing left is the instant it
  goes on.
- On a repeat `yellow_at` is no turn (it is yellow already): *since* stays that of the base. A fail does not set the base.
- R30: a name's matter is that of the finding itself (an unlisted `again` leads on); facts by others that are themselves withdrawn
  are never said; a void stands between, even if refused later; `fixed` does not stand between.
- R37: the tenant is compared with that of the object's facts before it in order; the first one named is no change; an open
  repeat stays yellow.
- Rounds: a visit of a day before the round's start meets nothing; a visit is judged by the catalogue of its day; mode self meets
  only rounds whose primary is the owner; kind and trade are those at `now`. An object is retired from the day after `on`, and by
  `same_as`. A round that stops and comes back begins anew; R33's publication is the first that claims *and* asks.
- R52: a `done` that failed is no `done` any more: a case that was suspended, voided or merged after the fail has missed none.
- R53: "dept or role's depts" is either: the person's own department and those of all roles in force. A call needs no reason.
- R54: any day will do, also one that is past; an instant is no day.
- R56: NAME has the form of a finding's name (64 hex digits, a point, a number). It is of this object where a visit here by somebody
  who may use the device has that finding, wherever that visit stands in order, and whether it counts or not.
- R57: a rated or unrated close makes the matter forget an earlier close. A `value` that is no number from 1 to 5 makes the step count
  for nothing, 0 too.
- R35: on the day of a later catalogue the due that stands moves on where it is no duty day by that catalogue; it never moves back.
- R59: "shorter" is by days, P{n}M being 30 n; of two campaigns equally short the first holds. The period of the first due is that of
  the start day. A period becomes shorter where it is shorter than the one that the round runs on.
- R60: a second scan of one day changes nothing, so it gives no other period; nor does it where a meeting visit was withdrawn.
- R61: a street that is named with no day has none of its own.
- R62: "the last" is the last in order; `normal`, and a status without a whole to, take the place of one with the same from. Whether the
  owner is primary is said by the catalogue that holds on the due day.
- R63: a person who has left still counts.
- R64: "the catalogue in force" is the last by `when`, before the first one the first.
- R65: a fix on the spot stands in the flow's first stage before check: that is an entry.
- R66: the share of a stage is that of its entry; an extension given in the stage does not move it. What has no answer limit (`none`)
  climbs no further.
- R67: where one stands for (clock, rung), a later one is nothing, due or not. A case that a change of tenancy closes ends its clocks too
  (DESIGN 9: an answer is owed until its clock first stops). A clock that begins only after t does not stop at t. A rung of another name
  than the three is nothing (R27).
- R68: `answered` is the answer's own `when`. Of a withdrawn rung no answer is owed, and its answer `extend` gives no late extension. "a
  request of a handler's that is granted" is one that was asked in time: a handler asks for nothing after the due.
- due: the running limit's; None when closed or suspended, and in a self_fix that has neither clock nor window yet.
"""

from __future__ import annotations

import copy
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
COLOURS = ["", "grey", "green", "blue", "yellow", "red"]
OWNER_FITS = {"shop_owner": ("shop", "stall"), "house_owner": ("house", "site")}
OWN_PLACES = {"village_cadre", "volunteer", "self_gov_group"}
LEADERS = {"dept_leader", "town_leader", "admin"}
CENTRE = "ucc"
RUNGS = ("remind", "supervise", "escalate")
LADDER_STAGES = {"verify", "triage", "accept", "check", "returned", "unclaimed"}
RATINGS = {"rated", "unrated"}
NO_CLOSE = {"refused", "void", "merged", "tenant"}
OFFICE = {"days": "workdays", "hours": [["08:00", "12:00"], ["14:00", "18:00"]]}
STREET = {"days": "daily", "hours": [["07:00", "21:00"]]}
EPOCH = date(1970, 1, 1)

Body = dict[str, Any]
Fact = dict[str, Any]


class Words(NamedTuple):
    """What was said of one case beside the flow (R50-R57). contest and appeal: "", asked, upheld or refused."""

    contest: str = ""
    appeal: str = ""
    calls: tuple[tuple[str, int], ...] = ()  # department and due of each that is unanswered
    rating: int = 0
    merged: bool = False  # into another case
    referred: bool = False


class Rung(NamedTuple):
    """R67, R68. due: the first instant at which it was; answer_due: None where no answer is owed (any more). Withdrawn: neither is told."""

    clock: str
    rung: str
    at: int
    due: int | None
    answer_due: int | None = None
    answered: int | None = None
    answer: str = ""
    withdrawn: bool = False


class Ladder(NamedTuple):
    """The rungs of one case, and when the next one that is not raised becomes due as long as nothing is said."""

    case: str
    rungs: tuple[Rung, ...] = ()
    next: int | None = None


class Seen(NamedTuple):
    """One matter at one `now`. Instants are ms UTC. Words and meaning: see `evaluate`."""

    stage: str = ""
    outcome: str = ""
    case_colour: str = ""
    case_since: int | None = None
    round_colour: str = ""
    round_since: int | None = None
    misses: int = 0
    colour: str = ""
    due: int | None = None
    words: tuple[tuple[str, Words], ...] = ()
    ladders: tuple[Ladder, ...] = ()


# --- days and clocks (R1-R4) ------------------------------------------------------------------------------------------


def day_number(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def is_day(text: Any) -> bool:
    return isinstance(text, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text))


class Wall:
    """A clock that never stops: urgent_hour and natural_day."""

    def used(self, a: int, b: int) -> int:
        return max(0, b - a)

    def end(self, a: int, amount: int) -> int:
        return a + amount


class Working:
    """A clock that runs only in the minutes of its schedule. It holds them one by one and walks them.

    hours: pairs of "HH:MM". Minutes are local minutes since 1970; offset is in ms.
    """

    def __init__(self, days: str, hours: tuple[tuple[str, str], ...], calendar: Calendar, offset: int) -> None:
        self.days, self.calendar, self.offset = days, calendar, offset
        self.hours = [(int(a[:2]) * 60 + int(a[3:]), int(b[:2]) * 60 + int(b[3:])) for a, b in hours]
        self.minutes: list[int] = []
        self.ends: dict[tuple[int, int], int] = {}  # what `end` was asked before
        self.first = self.beyond = 0  # the days in the table: first <= day < beyond

    def of_day(self, day: int) -> list[int]:
        if self.days == "workdays" and not self.calendar.is_workday(day):
            return []
        return [day * 1440 + minute for minute in range(1440) if any(a <= minute < b for a, b in self.hours)]

    def walk(self, a: int) -> Iterator[tuple[int, int]]:
        """(start, end) in ms UTC of each working minute that ends after `a`, without end."""
        day = (a + self.offset) // DAY
        if self.first == self.beyond:
            self.first = self.beyond = day
        while self.first > day:
            self.first -= 1
            self.minutes[:0] = self.of_day(self.first)
        place = bisect_left(self.minutes, (a + self.offset) // MINUTE)
        while True:
            idle = 0
            while place >= len(self.minutes):
                self.minutes += self.of_day(self.beyond)
                self.beyond += 1
                idle += 1
                if idle > 1000:
                    raise ValueError("a schedule without working minutes")
            start = self.minutes[place] * MINUTE - self.offset
            place += 1
            if start + MINUTE > a:
                yield start, start + MINUTE

    def used(self, a: int, b: int) -> int:
        total = 0
        for start, end in self.walk(a) if a < b else ():
            if start >= b:
                break
            total += min(b, end) - max(a, start)
        return total

    def end(self, a: int, amount: int) -> int:
        """The earliest instant at or after `a` at which `amount` ms are used (R3: 12:00, not 14:00)."""
        if (a, amount) not in self.ends:
            self.ends[a, amount] = self.walk_to_end(a, amount)
        return self.ends[a, amount]

    def walk_to_end(self, a: int, amount: int) -> int:
        if amount == 0:
            return a
        for start, end in self.walk(a):
            begin = max(a, start)
            if end - begin >= amount:
                return begin + amount
            amount -= end - begin
        raise AssertionError("never")


Clock = Wall | Working


class Calendar(NamedTuple):
    """(year, days off, days of work) for each published year; other years: Monday-Friday less the fixed holidays."""

    years: tuple[tuple[int, frozenset[str], frozenset[str]], ...]

    def is_workday(self, day: int) -> bool:
        it = EPOCH + timedelta(days=day)
        for year, off, work in self.years:
            if year == it.year:
                return it.isoformat() in work or (it.weekday() < 5 and it.isoformat() not in off)
        return it.weekday() < 5 and (it.month, it.day) not in {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


WALL = Wall()


@lru_cache(maxsize=64)
def working(days: str, hours: tuple[tuple[str, str], ...], calendar: Calendar, offset: int) -> Working:
    return Working(days, hours, calendar, offset)


def amount_of(limit: Body) -> int:
    """How much of its own clock a limit gives, in ms."""
    each = {"urgent_hour": HOUR, "natural_day": DAY, "work_hour": HOUR, "work_day": 8 * HOUR}[limit["unit"]]
    return int(limit["value"]) * each


def window_of(text: str) -> int:
    """A wall-clock duration such as PT30M, PT1H, P1D, in ms."""
    found = re.fullmatch(r"PT?(\d+)([DHM])", text)
    assert found, text
    return int(found[1]) * {"D": DAY, "H": HOUR, "M": MINUTE}[found[2]]


def part(percent: int, of: int) -> int:
    """ceil(percent * of / 100)"""
    return -(-percent * of // 100)


# --- the town ---------------------------------------------------------------------------------------------------------


class Version(NamedTuple):
    when: int
    kind: str
    body: Body


def version_at(entries: list[Version], at: int | None) -> Body:
    """The fields in force at `at` (None: all facts); before the first version the first (least when) counts."""
    chosen = [e for e in entries if at is None or e.when <= at] or sorted(entries, key=lambda e: e.when)[:1]
    fields: Body = {}
    for entry in chosen:
        for key, value in entry.body.items():
            if entry.kind.endswith(".registered"):
                fields.setdefault(key, value)
            else:
                fields[key] = value
    return fields


class Published(NamedTuple):
    when: int
    day: int
    body: Body


@dataclass
class Town:
    founder: str = ""
    founding: str = ""
    offset: int = 0
    enrolled: dict[str, set[str]] = field(default_factory=dict)
    sweeps: dict[str, bool] = field(default_factory=dict)
    persons: dict[str, list[Version]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)  # person -> last day that counts
    objects: dict[str, list[Version]] = field(default_factory=dict)
    retired: dict[str, int] = field(default_factory=dict)  # object -> last day of its life
    counted: set[str] = field(default_factory=set)  # hashes of the object.registered and object.changed that count
    digests: dict[str, Body] = field(default_factory=dict)
    published: list[Published] = field(default_factory=list)  # by when
    calendar: Calendar = field(default_factory=lambda: Calendar(()))
    clocks: list[tuple[str, int, int, int]] = field(default_factory=list)
    rosters: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # department -> (day, person) of each row
    when: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def day(self, ms: int) -> int:
        return (ms + self.offset) // DAY

    def start_of(self, day: int) -> int:
        return day * DAY - self.offset

    def when_of(self, fact: Fact) -> int:
        shift = 0
        for device, first, last, ms in self.clocks:
            if device == fact["device"] and first <= fact["seq"] <= last:
                shift = ms
        return int(fact["wall"]) + shift

    def person(self, who: str, at: int) -> Body:
        """The person's fields at `at`, with `roles` cut to those in force on that local day."""
        fields = dict(version_at(self.persons[who], at)) if self.persons.get(who) else {}
        day = self.day(at)
        roles = [
            r
            for r in fields.get("roles", [])
            if (not r.get("from") or day_number(r["from"]) <= day) and (not r.get("to") or day <= day_number(r["to"]))
        ]
        if who == self.founder:
            roles.append({"role": "admin"})
        return {**fields, "roles": roles}

    def is_known(self, who: str, at: int) -> bool:
        registered = who == self.founder or any(e.kind == "person.registered" for e in self.persons.get(who, []))
        return registered and not (who in self.left and self.day(at) > self.left[who])

    def may_use(self, fact: Fact, at: int, before: dict[str, set[str]] | None = None) -> bool:
        """Whether this actor may use this device (R38). before: the enrolments before a town fact in order."""
        device, who = fact["device"], fact["actor"]
        people = self.enrolled.get(device, set())
        if who in people:
            return True
        if "*" not in people:
            return False
        if not any(r["role"] in LEADERS for r in self.person(who, at)["roles"]):
            return True
        return device == self.founding and not any(who in people for people in (before or self.enrolled).values())

    def in_force(self, at: int) -> Body:
        """The catalogue at this instant; before the first one the first."""
        return ([p for p in self.published if p.when <= at] or self.published[:1])[-1].body if self.published else {}

    def clock_of(self, limit: Body, catalogue: Body) -> Clock:
        if limit["unit"] in ("urgent_hour", "natural_day"):
            return WALL
        schedules = {"office": OFFICE, "street": STREET, **catalogue.get("town", {}).get("schedules", {})}
        schedule = schedules[limit.get("schedule") or "office"]
        return working(schedule["days"], tuple((a, b) for a, b in schedule["hours"]), self.calendar, self.offset)


def roles_of(person: Body) -> set[str]:
    return {r["role"] for r in person["roles"]}


def leads(person: Body, dept: str) -> bool:
    """dept_leader with this department in the role's depts, else the person's own."""
    return any(r["role"] == "dept_leader" and dept in (r.get("depts") or [person.get("dept", "")]) for r in person["roles"])


class Word(NamedTuple):
    """For which departments somebody speaks as dept_leader, and whether as town_leader (R8, R64)."""

    depts: frozenset[str] = frozenset()
    town: bool = False


def word_of(town: Town, who: str, at: int, heard: frozenset[str] = frozenset()) -> Word:
    """R64. heard: those whose word is counted already (leaves may go in a circle)."""
    rules, person = town.in_force(at), town.person(who, at)
    depts = {d for r in person["roles"] if r["role"] == "dept_leader" for d in (r.get("depts") or [person.get("dept", "")])}
    depts |= {d["id"] for d in rules.get("departments", []) if who in (d.get("leader"), d.get("deputy"))}
    in_town = "town_leader" in roles_of(person) or any(one["person"] == who for one in rules.get("town_leaders", []))
    heard |= {who}
    away = {other for other, entries in town.persons.items() if any(entry.body.get("leave") for entry in entries)}
    for other in away - heard:
        if town.is_known(other, at) and deputy_of(town, other, at) == who:
            word = word_of(town, other, at, heard)
            depts, in_town = depts | word.depts, in_town or word.town
    return Word(frozenset(depts) - {""}, in_town)


def deputy_of(town: Town, who: str, at: int) -> str:
    """Whom the first leave that covers this day and names a deputy names; "" where there is none."""
    day = town.day(at)
    for leave in town.person(who, at).get("leave", []):
        begun = day_number(leave["from"]) <= day if leave.get("from") else False
        if begun and (not leave.get("to") or day <= day_number(leave["to"])) and leave.get("deputy"):
            return str(leave["deputy"])
    return ""


def in_centre(person: Body) -> bool:
    return person.get("dept") == CENTRE or "admin" in roles_of(person)


def town_pass(facts: list[Fact], enrolled: dict[str, set[str]], clocks: list[tuple[str, int, int, int]] | None) -> Town:
    """One walk over the town facts in order. clocks None: the corrections met so far give the instants; else those given."""
    town = Town(enrolled={k: set(v) for k, v in enrolled.items()}, clocks=list(clocks or []))
    years: dict[int, tuple[int, frozenset[str], frozenset[str]]] = {}
    found: dict[str, set[str]] = {}
    for fact in facts:
        kind, body, subject = fact["kind"], fact["body"], fact["subject"]
        if kind == "town.founded":
            if not town.founding:
                town.founder, town.founding = body["admin"]["id"], fact["device"]
                town.offset = int(body.get("utc_offset", 0)) * MINUTE
                found[fact["device"]] = {"*"}
                town.enrolled.setdefault(fact["device"], set()).add("*")
                town.sweeps[fact["device"]] = True
            continue
        if kind.split(".")[0] not in ("person", "device", "object", "catalogue", "calendar", "roster"):
            continue
        when = town.when_of(fact)
        who = fact["actor"]
        if not town.is_known(who, when) or not town.may_use(fact, when, found):
            continue
        roles = roles_of(town.person(who, when))
        if kind.startswith("object."):
            if not roles & {"admin", "data_clerk"} and not (kind == "object.registered" and body.get("provisional")):
                continue
        elif "admin" not in roles and not (kind == "roster.published" and leads(town.person(who, when), subject)):
            continue
        if kind in ("person.registered", "person.changed"):
            town.persons.setdefault(subject, []).append(Version(when, kind, body))
        elif kind == "person.left":
            town.left[subject] = day_number(body["on"]) if body.get("on") else town.day(when)
        elif kind in ("object.registered", "object.changed"):
            town.objects.setdefault(subject, []).append(Version(when, kind, body))
            town.counted.add(fact["hash"])
        elif kind == "object.retired":
            town.retired[subject] = day_number(body["on"]) if body.get("on") else town.day(when)
        elif kind == "catalogue.published":
            town.digests[subject] = body
            town.published.append(Published(when, town.day(when), body))
        elif kind == "roster.published":
            if not is_day(body.get("from")) or not is_day(body.get("to")) or body["from"] > body["to"]:
                continue  # R43
            span = range(day_number(body["from"]), day_number(body["to"]) + 1)
            kept = [row for row in town.rosters.get(subject, []) if row[0] not in span]
            rows = [(day_number(r["day"]), r["person"]) for r in body.get("rows", []) if is_day(r.get("day")) and r.get("person")]
            town.rosters[subject] = kept + [row for row in rows if row[0] in span]
        elif kind == "calendar.published":
            years[int(subject)] = (int(subject), frozenset(body.get("off", [])), frozenset(body.get("work", [])))
        elif kind == "device.enrolled":
            found.setdefault(subject, set()).update(body.get("people", []))
            town.sweeps[subject] = bool(body.get("sweep"))
        elif kind == "device.clock" and clocks is None:
            town.clocks.append((subject, int(body.get("seq_from", 1)), int(body.get("seq_to", 1 << 62)), int(body.get("shift_ms", 0))))
    town.calendar = Calendar(tuple(years[y] for y in sorted(years)))
    town.published.sort(key=lambda p: p.when)  # stable: equal instants stay in order
    town.enrolled = found
    return town


def read_town(facts: list[Fact]) -> Town:
    """Enrolment counts a whole chain, so the walk is repeated until no further device comes in."""
    enrolled: dict[str, set[str]] = {}
    for _turn in range(6):
        clocks = town_pass(facts, enrolled, None).clocks
        town = town_pass(facts, enrolled, clocks)
        if town.enrolled == enrolled:
            break
        enrolled = town.enrolled
    town.when = {(f["device"], f["seq"], f["hash"]): town.when_of(f) for f in facts}
    return town


# --- who somebody is (R5-R8) ------------------------------------------------------------------------------------------


class Persona(NamedTuple):
    """Who a visit or step counts for. token: the person's id, or "owner" where it counts as the owner's alone."""

    token: str
    owner: bool
    fields: Body
    entered: bool
    mode: str
    permit: bool
    word: Word = Word()  # of a step or an answer (R64)

    def reporter(self) -> str:
        return "owner" if self.owner else self.token


def owns(person: Body, object_id: str, kind: str) -> bool:
    return any(kind in OWNER_FITS.get(r["role"], ()) and object_id in r.get("objects", []) for r in person["roles"])


def persona_of(town: Town, fact: Fact, when: int, kind: str) -> Persona | None:
    """None: the fact moves nothing (R5, R6)."""
    body, who = fact["body"], fact["actor"]
    fields = town.person(who, when)
    visit = fact["kind"] == "visit.recorded"
    entered = body.get("entered_for", "")
    owner_alone = False
    if entered:
        allowed = in_centre(fields) or "data_clerk" in roles_of(fields)
        if entered == "owner":
            owner_alone = True
        else:
            if not town.is_known(entered, when):
                return None
            dept = town.person(entered, when).get("dept", "")
            allowed = allowed or bool(dept and leads(fields, dept))
            who, fields = entered, town.person(entered, when)
        if not allowed:
            return None
    mode = body.get("mode", "patrol") if visit else ""
    if mode == "proxy":
        if not body.get("consent"):
            return None
        owner_alone = True
    permit = bool(body.get("permit"))
    if owner_alone:
        return Persona("owner", True, {"roles": []}, bool(entered), mode, permit)
    owner = owns(fields, fact["subject"], kind)
    if mode == "self" and not owner:
        return None
    return Persona(who, owner, fields, bool(entered), mode, permit, Word() if visit else word_of(town, who, when))


def role_table(catalogue: Body) -> dict[str, Body]:
    return {r["id"]: r for r in catalogue.get("roles", [])}


def resource_of(p: Persona, catalogue: Body) -> str:
    table = role_table(catalogue)
    for r in p.fields["roles"]:
        if r["role"] not in OWNER_FITS and r["role"] in table:
            return str(table[r["role"]].get("resource", ""))
    return "social" if p.owner or p.fields["roles"] else ""


def may_enforce(p: Persona, catalogue: Body) -> bool:
    table = role_table(catalogue)
    return any(table.get(r["role"], {}).get("may_close_enforcement") for r in p.fields["roles"])


def has_role(p: Persona, names: list[str], item: Body, place: Body, object_id: str) -> bool:
    """By role alone (R7), owner roles apart."""
    for r in p.fields["roles"]:
        if r["role"] not in names or r["role"] in OWNER_FITS:
            continue
        if r["role"] == "dept_staff":
            depts = r.get("depts") or [p.fields.get("dept", "")]
            if not set(depts) & {item.get("lead"), *item.get("support", [])}:
                continue
        if r["role"] in OWN_PLACES:
            here = (
                object_id in r.get("objects", [])
                or (place.get("grid") or None) in r.get("grids", [])
                or (place.get("street") or None) in r.get("streets", [])
                or (place.get("village") or None) in r.get("villages", [])
            )
            if not here:
                continue
        return True
    return False


def owner_role_in(names: list[str], kind: str) -> bool:
    return any(kind in OWNER_FITS.get(name, ()) for name in names)


# --- cases (R9-R29) ---------------------------------------------------------------------------------------------------

Key = tuple[str, int, str]


class Call(NamedTuple):
    """R53."""

    dept: str
    due: int
    answered: bool


@dataclass
class Case:
    name: str
    key: Key
    catalogue: Body
    item: Body | None
    flow: str
    opener: str
    opened: int
    last: int
    repeat: bool
    knows: bool
    stage: str = "accept"
    entered: int = 0
    entries: tuple[str, ...] = ()  # the stages entered so far
    stage_due: int | None = None  # of the stage's own limit
    stage_yellow: int = 0
    base_since: int = 0
    clock: Clock = WALL
    limit: int = 0  # the item's limit in ms of its clock
    allowed: int = 0
    used: int = 0  # up to the last stop
    since: int | None = None  # the clock runs since then
    started: bool = False
    told: int | None = None
    control: bool = False
    dept: str = ""
    by_dept: bool = False  # a transfer was accepted, or a temporary lead
    holder: str = ""
    done_by: str = ""
    looked: bool = False
    returned_by: frozenset[str] = frozenset()
    returner: str = ""
    transfers: int = 0
    receiving: str = ""
    disputed: bool = False
    extensions: int = 0
    fails: int = 0
    asked: tuple[Any] | None = None
    back: str = ""
    back_running: bool = False
    suspended_at: int = 0
    suspended_end: int = 0
    suspended_days: int = 0
    granted: bool = False
    outcome: str = ""
    closed_at: int = 0
    void: str = ""  # hash of the void step
    void_settled: bool = False
    late: bool = False  # its `done` stands and was not in time
    contest: str = ""
    appeal: str = ""
    calls: tuple[Call, ...] = ()
    rating: int = 0
    merged_into: str = ""
    referred: str = ""  # the document's number
    rungs: tuple[Rung, ...] = ()

    def words(self) -> Words:
        unanswered = tuple(sorted((call.dept, call.due) for call in self.calls if not call.answered))
        return Words(self.contest, self.appeal, unanswered, self.rating, bool(self.merged_into), bool(self.referred))


@dataclass
class Matter:
    key: Key
    open: Case | None = None
    last: Case | None = None
    last_close: int | None = None
    waiting: list[str] = field(default_factory=list)  # names of withdrawn findings


class Speech(NamedTuple):
    """A visit as rounds hear it."""

    when: int
    day: int
    items: frozenset[int]
    persona: Persona
    colours: dict[int, str]  # of the case open on each of these items, after the visit, at its `when` (R60)


class VoidRefused(Exception):
    """The void step with this hash counts as never said (R26)."""


class Place:
    """One object's history, replayed in order."""

    def __init__(self, town: Town, object_id: str, withdrawn: set[str], unsaid: set[str]) -> None:
        self.town, self.id, self.withdrawn, self.unsaid = town, object_id, withdrawn, unsaid
        self.matters: dict[Key, Matter] = {}
        self.names: dict[str, Case] = {}
        self.speeches: list[Speech] = []
        self.opened: list[Case] = []
        self.findings: set[str] = set()  # all that any visit here names, counting or not (R56)
        self.tenant: Any = None
        self.ladders: dict[str, Ladder] = {}  # what `ladder` has found, once all is replayed

    # what the object is

    def at(self, ms: int) -> Body:
        return version_at(self.town.objects[self.id], ms)

    def matter(self, item: int, name: str) -> Matter:
        key = (self.id, item, "" if item else name)
        return self.matters.setdefault(key, Matter(key))

    # the clocks of a case

    def item_due(self, case: Case) -> int | None:
        if case.since is None:
            return None
        return case.clock.end(case.since, max(0, case.allowed - case.used))

    def stage_limit(self, case: Case) -> tuple[Clock, int] | None:
        """Clock and amount of the stage's own limit (R29) for a case that has just entered it; None: it has none of its own."""
        rules = case.catalogue
        if case.stage in ("closed", "suspended"):
            return None
        if case.stage in ("verify", "triage"):
            limit = rules["before"][case.stage]["limit"]
        elif case.stage == "returned":
            limit = rules["branches"]["return"]["limit"]
        elif case.stage == "unclaimed":
            limit = rules["branches"]["transfer"]["limit"]
        else:
            limit = next(s for s in self.stages(case) if s["id"] == case.stage)["limit"]
        if limit["kind"] == "fixed":
            return self.town.clock_of(limit, rules), amount_of(limit)
        if limit["kind"] == "share":
            left = case.limit
            if case.since is not None:
                left = max(0, case.allowed - case.used - case.clock.used(case.since, case.entered))
            return case.clock, part(int(limit["percent"]), left)
        return None

    def running(self, case: Case) -> tuple[int, int] | None:
        """(due, first yellow instant) of the running limit (R3, R36)."""
        if case.stage in ("closed", "suspended"):
            return None
        if case.since is not None:
            quarter = part(75, case.allowed)
            due = case.clock.end(case.since, max(0, case.allowed - case.used))
            return due, case.clock.end(case.since, max(0, quarter - case.used))
        if case.stage == "self_fix":
            if case.told is None:
                return None
            window = self.window(case)
            return case.told + window, case.told + part(75, window)
        return None if case.stage_due is None else (case.stage_due, case.stage_yellow)

    def window(self, case: Case) -> int:
        assert case.item
        return window_of(case.item["self_fix"])

    def pending(self, case: Case) -> tuple[int, str] | None:
        """The one change that time itself makes (R13, R25)."""
        if case.stage == "self_fix":
            if case.told is None:
                if case.since is None:
                    return None
                return case.clock.end(case.since, part(25, case.allowed)), "accept"
            due = self.item_due(case)
            ends = case.told + self.window(case)
            return (ends if due is None else min(ends, due)), "accept"
        if case.stage == "suspended":
            ends = case.suspended_end
            if not case.granted:
                ends = min(ends, case.suspended_at + 10 * DAY)
            return ends, case.back
        return None

    def advance(self, case: Case, t: int) -> None:
        change = self.pending(case)
        if change and change[0] <= t:
            if case.stage == "suspended":
                self.resume(case, change[0])
            else:
                self.enter(case, change[1], change[0])

    def enter(self, case: Case, stage: str, t: int) -> None:
        """The item's clock is started or stopped before."""
        case.stage, case.entered = stage, t
        case.entries += (stage,)
        own = self.stage_limit(case)
        if own:
            clock, amount = own
            case.stage_due, case.stage_yellow = clock.end(t, amount), clock.end(t, part(75, amount))
        else:
            case.stage_due = None

    def start(self, case: Case, t: int) -> None:
        if not case.started:
            case.started, case.since, case.used, case.allowed = True, t, 0, case.limit

    def stop(self, case: Case, t: int) -> None:
        if case.since is not None:
            case.used += case.clock.used(case.since, t)
            case.since = None

    def resume(self, case: Case, t: int) -> None:
        if case.back_running:
            case.since = t
        self.enter(case, case.back, t)
        if case.repeat:  # blue stays blue; a repeat is yellow again
            case.base_since = t

    def close(self, case: Case, t: int, outcome: str) -> bool:
        self.stop(case, t)
        self.enter(case, "closed", t)
        case.outcome, case.closed_at = outcome, t
        return True

    # the rules of a case

    def stages(self, case: Case) -> list[Body]:
        return list(case.catalogue["flows"][case.flow]["stages"])

    def closing(self, case: Case) -> Body:
        return dict(case.catalogue["flows"][case.flow].get("closing", {}))

    def take_item(self, case: Case, item: Body) -> None:
        case.item, case.flow, case.dept = item, item["flow"], item.get("lead", "")
        case.clock, case.limit = self.town.clock_of(item["limit"], case.catalogue), amount_of(item["limit"])
        case.allowed = case.limit

    def first_stage(self, case: Case, t: int) -> None:
        item = case.item
        assert item
        fixes = any(s["id"] == "self_fix" for s in self.stages(case)) and item.get("self_fix")
        by_owner = fixes and owner_role_in(item.get("handlers", []), self.at(t).get("kind", ""))
        if item["limit"].get("from", "finding") == "finding":
            self.start(case, t)
        self.enter(case, "self_fix" if by_owner else "accept", t)
        if by_owner and case.knows:
            case.told = t

    def is_finder(self, case: Case, p: Persona, when: int) -> bool:
        return case.item is not None and self.finds(case.item, p, when)

    def finds(self, item: Body, p: Persona, when: int) -> bool:
        place = self.at(when)
        if p.owner and owner_role_in(item.get("finders", []), place.get("kind", "")):
            return True
        return has_role(p, item.get("finders", []), item, place, self.id)

    def is_handler(self, case: Case, p: Persona, when: int) -> bool:
        if case.holder and p.token == case.holder:
            return True
        if case.by_dept:
            return p.fields.get("dept") == case.dept or any(case.dept in r.get("depts", []) for r in p.fields["roles"])
        return case.item is not None and has_role(p, case.item.get("handlers", []), case.item, self.at(when), self.id)

    def stage_by(self, case: Case, p: Persona, when: int) -> bool:
        for word in next(s for s in self.stages(case) if s["id"] == case.stage)["by"]:
            if word == "owner" and p.owner:
                return True
            if word == "handler" and self.is_handler(case, p, when):
                return True
            if word == "permanent_handler" and self.is_handler(case, p, when) and resource_of(p, case.catalogue) == "permanent":
                return True
        return False

    def may_verify(self, case: Case, p: Persona, when: int) -> bool:
        if p.reporter() == case.opener or (case.flow == "F3" and resource_of(p, case.catalogue) == "third_party"):
            return False
        return self.is_finder(case, p, when) or self.is_handler(case, p, when)

    def may_look(self, case: Case, p: Persona, when: int) -> bool:
        if p.owner or p.reporter() == case.done_by or (p.entered and case.flow in ("F3", "F5")):
            return False
        if not self.is_finder(case, p, when) and not self.is_handler(case, p, when):
            return False
        closing, item = self.closing(case), case.item or {}
        resource = resource_of(p, case.catalogue)
        if case.flow == "F3":
            if resource not in ("permanent", "contract"):
                return False
        elif resource == "third_party":
            if closing.get("third_party") != "item.third_party_may_close" or item.get("third_party_may_close") not in ("yes", 1):
                return False
        elif resource not in closing.get("by_resource", []):
            return False
        if case.flow == "F5" and not may_enforce(p, case.catalogue):
            return False
        if item.get("where") in ("inside", "papers") and self.at(when).get("kind") in ("shop", "stall"):
            inspects = p.mode == "inspection" and p.permit and resource == "permanent"
            return inspects or (p.mode == "invited" and resource in ("permanent", "contract"))
        return True

    def may_close(self, case: Case, p: Persona) -> bool:
        """On F3 (R20)."""
        if p.owner or p.entered or p.reporter() == case.done_by:
            return False
        return resource_of(p, case.catalogue) == "permanent" and may_enforce(p, case.catalogue)

    # what is said

    def judge(self, case: Case, when: int, act: Callable[[Case, int], bool]) -> bool:
        """R15: judged at max(when, last move), after the pending change; what does not count leaves no trace."""
        trial = copy.copy(case)
        t = max(when, trial.last)
        self.advance(trial, t)
        before = self.clocks(trial)
        if trial.stage == "closed" or not act(trial, t):
            return False
        self.end_clocks(trial, t, before)
        trial.last = t
        self.settle(case, trial)
        return True

    def settle(self, case: Case, trial: Case) -> None:
        case.__dict__.update(trial.__dict__)
        if case.stage == "closed":
            matter = self.matters[case.key]
            matter.open = None
            if case.outcome in RATINGS:
                matter.last_close = None
            elif case.outcome not in NO_CLOSE:
                matter.last_close = case.closed_at

    def do_done(self, case: Case, t: int, reporter: str) -> None:
        due = self.item_due(case)
        case.late = due is not None and t > due
        self.stop(case, t)
        self.enter(case, "check", t)
        case.done_by, case.looked = reporter, False

    def do_pass(self, case: Case, t: int, p: Persona) -> bool:
        check = next(s for s in self.stages(case) if s["id"] == "check")
        if check["steps"]["pass"] == "closed" or (case.flow == "F3" and self.may_close(case, p)):
            return self.close(case, t, "passed")
        if case.looked:
            return False
        case.looked = True
        return True

    def do_fail(self, case: Case, t: int) -> bool:
        if not case.started:
            self.start(case, t)
        else:
            case.allowed = max(case.allowed, case.used + part(50, case.limit))
            case.since = t
        case.fails += 1
        self.enter(case, "handle", t)
        case.looked = case.late = False
        return True

    def fine(self, case: Case, t: int, p: Persona, when: int) -> bool:
        if case.stage == "verify":
            return self.may_verify(case, p, when) and self.close(case, t, "refused")
        if case.stage == "check":
            if case.flow == "F6" and p.owner and p.reporter() != case.done_by:
                return self.close(case, t, "rated")
            return self.may_look(case, p, when) and self.do_pass(case, t, p)
        if case.stage in ("self_fix", "accept", "handle"):
            if self.stage_by(case, p, when):
                self.do_done(case, t, p.reporter())
                return True
            trial = copy.copy(case)
            trial.done_by = "owner"
            if self.may_look(trial, p, when):
                self.do_done(case, t, "owner")
                return self.do_pass(case, t, p)
        return False

    def tell(self, case: Case, t: int, p: Persona) -> bool:
        if case.stage == "self_fix" and case.told is None and knows(p):
            case.told = t
            return True
        return False

    def again(self, case: Case, t: int, p: Persona, when: int) -> bool:
        if case.stage == "verify":
            if not self.may_verify(case, p, when):
                return False
            self.first_stage(case, t)
            return True
        if case.stage == "check":
            return self.may_look(case, p, when) and self.do_fail(case, t)
        return self.tell(case, t, p)

    def open_one(self, matter: Matter, fact: Fact, index: int, p: Persona, when: int) -> None:
        said = fact["body"]["findings"][index]
        catalogue = self.town.digests.get(fact["body"].get("catalogue", ""))
        number = int(said["item"])
        item = find_item(catalogue, number) if catalogue else None
        if not catalogue or (number and not item):
            return  # kept as waiting (R11)
        name = f"{fact['hash']}.{index}"
        case = Case(name, matter.key, catalogue, None, "", p.reporter(), when, when, False, knows(p), entered=when, base_since=when)
        if item:
            self.take_item(case, item)
            resource = resource_of(p, catalogue)
            finder = self.finds(item, p, when)
            recent = matter.last_close is not None and when - matter.last_close <= 30 * DAY
            case.repeat = recent and case.flow != "F6"
            if case.flow != "F4" and (not finder or (case.flow == "F3" and resource == "third_party")):
                self.enter(case, "verify", when)
            else:
                self.first_stage(case, when)
                if said.get("fixed"):
                    self.do_done(case, when, p.reporter())
                    third = resource == "third_party" and item.get("third_party_may_close") in ("yes", 1)
                    share = int(catalogue.get("town", {}).get("recheck_share", 20))
                    looked_again = share > 0 and int(fact["hash"], 16) % share == 0
                    at_once = case.flow in ("F1", "F2", "F3", "F4") and finder and (resource in ("permanent", "contract") or third)
                    if at_once and not looked_again:
                        self.close(case, when, "spot")
        else:
            case.dept = CENTRE
            self.enter(case, "triage", when)
        matter.open = matter.last = case
        self.opened.append(case)
        self.names[name] = case
        for other in matter.waiting:
            self.names[other] = case
        matter.waiting.clear()
        self.settle(case, case)

    def visit(self, fact: Fact, when: int) -> None:
        body = fact["body"]
        p = persona_of(self.town, fact, when, self.at(when).get("kind", ""))
        if p is None:
            return
        findings = body.get("findings", [])
        if fact["hash"] in self.withdrawn:
            for index, said in enumerate(findings):
                matter = self.matter(int(said["item"]), f"{fact['hash']}.{index}")
                if matter.open:
                    self.names[f"{fact['hash']}.{index}"] = matter.open
                else:
                    matter.waiting.append(f"{fact['hash']}.{index}")
            return
        items = {int(n) for n in body.get("asked", [])} | {int(f["item"]) for f in findings}
        for name in body.get("cases", []):
            if name in self.names:
                case = self.names[name]
                items.add(case.key[1])
                self.judge(case, when, lambda c, t: self.fine(c, t, p, when))
        rest = []
        for index, said in enumerate(findings):
            repeated = self.names.get(said.get("again", ""))
            number = int(said["item"])
            if repeated and repeated.stage != "closed" and not said.get("fixed") and number in (0, repeated.key[1]):
                self.names[f"{fact['hash']}.{index}"] = repeated
                self.judge(repeated, when, lambda c, t: self.again(c, t, p, when))
            else:
                rest.append(index)
        for index in rest:
            said = findings[index]
            matter = self.matter(int(said["item"]), f"{fact['hash']}.{index}")
            if matter.open is None:
                self.open_one(matter, fact, index, p, when)
                continue
            self.names[f"{fact['hash']}.{index}"] = matter.open
            if said.get("fixed"):
                self.judge(matter.open, when, lambda c, t: self.fine(c, t, p, when))
            else:
                self.judge(matter.open, when, lambda c, t: self.tell(c, t, p))
        day = self.town.day(when)  # `seen` lies on the same local day, else it is not read: it cannot move a round
        colours = {}
        for item in items - {0}:
            heard = self.matters.get((self.id, item, ""))
            if heard and heard.open:
                colours[item] = self.case_seen(heard, when).case_colour
        self.speeches.append(Speech(when, day, frozenset(items - {0}), p, colours))

    def step(self, fact: Fact, when: int) -> None:
        if fact["hash"] in self.withdrawn or fact["hash"] in self.unsaid:
            return
        body = fact["body"]
        case = self.names.get(body.get("case", ""))
        p = persona_of(self.town, fact, when, self.at(when).get("kind", ""))
        if case is None or p is None:
            return
        word, about = body.get("step", ""), body.get("about", "")
        if case.stage == "closed":
            if case.outcome == "void" and about == "void" and not case.void_settled and in_centre(p.fields):
                if word == "refuse":
                    raise VoidRefused(case.void)
                if word == "grant":
                    case.void_settled, case.last = True, max(when, case.last)
                return
            trial = copy.copy(case)
            if self.beside(trial, max(when, case.last), p, body):
                trial.last = max(when, case.last)
                case.__dict__.update(trial.__dict__)  # R58: the matter hears nothing of it
            return
        self.judge(case, when, lambda c, t: self.take(c, t, p, when, body, fact["hash"]))

    def take(self, case: Case, t: int, p: Persona, when: int, body: Body, name: str) -> bool:
        """Whether the step counts; if so it is done to `case` (R16-R27)."""
        word, about, to, reason = body.get("step", ""), body.get("about", ""), body.get("to", ""), body.get("reason", "")
        stage = case.stage
        if word in ("contest", "appeal", "uphold") or (word == "refuse" and about in ("contest", "appeal")):
            return self.beside(case, t, p, body)
        who, _, what = to.partition(":")
        handler = self.is_handler(case, p, when)
        permanent = handler and resource_of(p, case.catalogue) == "permanent"
        leader, town_leader = case.dept in p.word.depts, p.word.town
        centre = in_centre(p.fields)
        may_grant = (leader or town_leader) if case.extensions == 0 else town_leader
        branches = case.catalogue["branches"]
        if word == "told":
            if stage == "self_fix" and case.told is None and (handler or self.is_finder(case, p, when)):
                case.told = t
                return True
            if stage == "accept" and self.starts(case) == "notified" and not case.started and permanent:
                case.told = t
                self.start(case, t)
                self.enter(case, "handle", t)
                return True
            return False
        if word == "control":
            if handler or self.is_finder(case, p, when):
                case.control = True
                return True
            return False
        if word == "confirm":
            if stage == "verify" and self.may_verify(case, p, when):
                self.first_stage(case, t)
                return True
            return False
        if word == "refuse" and not about:
            allowed = (stage == "verify" and self.may_verify(case, p, when)) or (stage == "triage" and centre)
            return allowed and self.close(case, t, "refused")
        if word == "refuse" and about == "transfer":
            if stage == "unclaimed" and case.receiving in p.word.depts:
                case.disputed = True
                return True
            return False
        if word == "refuse" and about == "extension":
            if case.asked and may_grant:
                case.asked = None
                return True
            return False
        if about == "suspension" and word in ("refuse", "grant"):
            if stage != "suspended" or not centre:
                return False
            if word == "grant":
                case.granted = True
            else:
                self.resume(case, t)
            return True
        if word == "grant" and about == "extension":
            if case.asked and may_grant and self.extend(case, t, case.asked[0]):
                case.asked = None
                return True
            return False
        if word == "as_item":
            item = find_item(case.catalogue, int(what)) if who == "item" and what.isdigit() else None
            if stage != "triage" or not centre or not item:
                return False
            target = self.matter(int(item["no"]), "")
            if target.open:
                case.merged_into = target.open.name
                return self.close(case, t, "merged")
            self.matters.pop(case.key)
            case.key = target.key
            original = self.names[case.name]  # the case itself: `case` here is the trial
            target.open = target.last = original
            self.take_item(case, item)
            self.first_stage(case, t)
            return True
        if word == "temporary_lead":
            if stage != "triage" or not centre or who != "dept" or not what:
                return False
            case.flow, case.dept, case.by_dept = "F2", what, True
            limit = {"value": 3, "unit": "work_day", "schedule": "office"}
            case.clock, case.limit = self.town.clock_of(limit, case.catalogue), amount_of(limit)
            self.start(case, t)
            self.enter(case, "accept", t)
            return True
        if word == "accept":
            if stage == "accept" and self.stage_by(case, p, when):
                case.holder = p.token
                if self.starts(case) == "notified" and not case.started:
                    return True
                self.start(case, t)
                self.enter(case, "handle", t)
                return True
            if stage == "unclaimed" and case.receiving in p.word.depts:
                case.dept, case.by_dept, case.holder, case.disputed = case.receiving, True, "", False
                self.enter(case, "accept", t)
                return True
            return False
        if word == "done":
            if stage in ("self_fix", "accept", "handle") and self.stage_by(case, p, when):
                self.do_done(case, t, p.reporter())
                return True
            return False
        if word == "fail":
            return stage == "check" and bool(reason) and self.may_look(case, p, when) and self.do_fail(case, t)
        if word == "close" and case.flow == "F6":
            if stage != "check" or not (handler or self.is_finder(case, p, when)) or resource_of(p, case.catalogue) != "permanent":
                return False
            if p.owner or p.reporter() == case.done_by or case.stage_due is None or t <= case.stage_due:
                return False
            return self.close(case, t, "unrated")
        if word == "close":
            allowed = stage == "check" and case.flow == "F3" and case.looked and self.may_close(case, p)
            return allowed and self.close(case, t, "passed")
        if word == "return":
            if stage in ("accept", "handle") and handler and reason and p.token not in case.returned_by:
                case.returned_by |= {p.token}
                case.returner = p.token
                self.enter(case, "returned", t)
                return True
            return False
        if word == "send_back":
            if stage == "returned" and leader:
                case.holder = case.returner
                self.enter(case, "accept", t)
                return True
            return False
        if word == "reassign":
            person = who == "person" and self.town.is_known(what, when)
            if stage in ("accept", "handle", "returned"):
                holds = stage != "returned" and bool(case.holder) and p.token == case.holder
                if not person or not (leader or town_leader or holds):
                    return False
            elif stage == "unclaimed":
                if not case.disputed or not town_leader or not (person or (who == "dept" and what)):
                    return False
            else:
                return False
            if person:
                case.holder = what
            else:
                case.holder, case.dept, case.by_dept = "", what, True
            case.disputed = False
            if stage in ("returned", "unclaimed"):
                self.enter(case, "accept", t)
            return True
        if word == "transfer":
            if stage not in ("accept", "handle", "returned") or not leader or not reason or who != "dept" or what in ("", case.dept):
                return False
            if case.transfers >= int(branches["transfer"].get("at_most", 2)):
                return False
            case.transfers, case.receiving, case.disputed = case.transfers + 1, what, False
            self.enter(case, "unclaimed", t)
            return True
        if word == "extend":
            due = self.item_due(case)
            if stage not in ("accept", "handle") or not reason or due is None:
                return False
            told_to = any(one.answer == "extend" and one.clock == item_clock(case) and not one.withdrawn for one in case.rungs)
            if t > due and not (told_to and may_grant):
                return False
            if not (handler or leader or town_leader) or case.asked or case.extensions >= int(branches["extend"].get("at_most", 2)):
                return False
            until = body.get("until")
            if may_grant:
                return self.extend(case, t, until)
            if self.grown(case, t, until) is None:
                return False
            case.asked = (until,)
            return True
        if word == "suspend":
            return stage in ("accept", "handle") and leader and bool(reason) and self.suspend(case, t, body.get("until"))
        if word == "resume":
            if stage == "suspended" and leader:
                self.resume(case, t)
                return True
            return False
        if word == "void":
            if stage in ("self_fix", "accept", "handle", "check") and leader and reason:
                case.void = name
                return self.close(case, t, "void")
            return False
        if word == "call":
            known = {d["id"] for d in case.catalogue.get("departments", [])}
            if stage not in ("accept", "handle") or not (handler or leader) or who != "dept" or what not in known - {case.dept}:
                return False
            if any(call.dept == what and not call.answered for call in case.calls):
                return False
            limit = branches["call"]["limit"]
            case.calls += (Call(what, self.town.clock_of(limit, case.catalogue).end(t, amount_of(limit)), False),)
            return True
        if word == "answer" and about == "call":
            depts = {p.fields.get("dept", ""), *(dept for r in p.fields["roles"] for dept in r.get("depts", []))}
            if not any(call.dept in depts and not call.answered for call in case.calls):
                return False
            case.calls = tuple(call._replace(answered=True) if call.dept in depts else call for call in case.calls)
            return True
        if word == "refer":
            if stage not in ("accept", "handle", "returned", "unclaimed") or not (leader or town_leader):
                return False
            if not body.get("document") or not is_day(body.get("until")):
                return False
            case.referred = str(body["document"])
            return True
        if word == "merge":
            if who != "case" or not re.fullmatch(r"[0-9a-f]{64}\.[0-9]+", what):
                return False
            if not (handler or leader or centre or self.is_finder(case, p, when)):
                return False
            if what in self.findings:
                other = self.names.get(what)
                if other is None or other.stage == "closed" or other.name == case.name:
                    return False
            case.merged_into = what
            return self.close(case, t, "merged")
        if word == "rate":
            if stage != "check" or case.flow != "F6" or not p.owner or p.reporter() == case.done_by:
                return False
            value = body.get("value")
            if value is not None and value not in (1, 2, 3, 4, 5):
                return False
            case.rating = value or 0
            return self.close(case, t, "rated")
        return False  # pass, and what stands nowhere (R27)

    def beside(self, case: Case, t: int, p: Persona, body: Body) -> bool:
        """Contest, appeal and their answers, of open cases and of closed ones (R51, R52)."""
        word, about, reason = body.get("step", ""), body.get("about", ""), body.get("reason", "")
        leader = case.dept in p.word.depts
        answers = {"uphold": "upheld", "refuse": "refused"}
        if word == "contest":
            if case.stage in ("verify", "triage", "closed") or not p.owner or not reason or case.contest:
                return False
            case.contest = "asked"
            return True
        if word == "appeal":
            due = self.item_due(case)
            missed = case.late if due is None else t > due
            if case.stage in ("verify", "triage") or not leader or not reason or case.appeal or not missed:
                return False
            case.appeal = "asked"
            return True
        if word in answers and about == "contest" and leader and case.contest == "asked":
            case.contest = answers[word]
            return True
        if word in answers and about == "appeal" and p.word.town and case.appeal == "asked":
            case.appeal = answers[word]
            return True
        return False

    def starts(self, case: Case) -> str:
        return str(case.item["limit"].get("from", "finding")) if case.item else ""

    def grown(self, case: Case, t: int, until: Any) -> int | None:
        """What would be allowed after the extension, or None where that is no later than the old due and than t (R24)."""
        if case.since is None:
            return None
        if until is None:
            allowed = case.allowed + case.limit
        else:
            instant = self.town.start_of(day_number(until) + 1) - 1 if isinstance(until, str) else int(until)
            if instant <= case.since:
                return None
            allowed = case.used + case.clock.used(case.since, instant)
        allowed = min(allowed, case.allowed + case.limit)
        ceiling = case.item["limit"].get("at_most") if case.item else None
        if ceiling:
            allowed = min(allowed, amount_of(ceiling))
        if allowed <= case.allowed or case.clock.end(case.since, max(0, allowed - case.used)) <= t:
            return None
        return allowed

    def extend(self, case: Case, t: int, until: Any) -> bool:
        allowed = self.grown(case, t, until)
        if allowed is None or case.stage == "suspended":
            return False
        case.allowed, case.extensions = allowed, case.extensions + 1
        return True

    def suspend(self, case: Case, t: int, until: Any) -> bool:
        if until is None or (case.flow == "F4" and not case.control):
            return False
        limit = self.running(case)
        if limit and t > limit[0]:
            return False
        if isinstance(until, str):
            last_day = day_number(until)
            end = self.town.start_of(last_day + 1)
        else:
            last_day, end = self.town.day(int(until)), int(until)
        days = last_day - self.town.day(t)
        if end <= t or days > 30 or case.suspended_days + days > 60:
            return False
        case.back, case.back_running = case.stage, case.since is not None
        self.stop(case, t)
        self.enter(case, "suspended", t)
        case.suspended_at, case.suspended_end, case.granted = t, end, False
        case.suspended_days += days
        case.base_since = t
        return True

    def changed(self, fact: Fact, when: int) -> None:
        """R37: another tenant."""
        tenant = fact["body"].get("tenant")
        if tenant is None:
            return
        before, self.tenant = self.tenant or {}, tenant
        if not before or all(before.get(key) == tenant.get(key) for key in ("name", "since")):
            return  # the first one that is named changes nothing
        for matter in self.matters.values():
            case = matter.open
            if case and case.flow in case.catalogue.get("ends_with_tenant", []):
                moved = copy.copy(case)
                self.advance(moved, when)
                before = self.clocks(moved)
                self.close(case, when, "tenant")
                self.end_clocks(case, when, before)
                matter.open = None
            matter.last_close = None

    # the ladder (R65-R68)

    def clocks(self, case: Case) -> list[str]:
        """The names of those that run, for a case as time has made it (R65)."""
        if case.stage in ("closed", "suspended") or (case.item and not is_claimed(case.catalogue, case.item)):
            return []
        names = [item_clock(case)] if case.since is not None else []
        return [*names, stage_clock(case)] if case.stage in LADDER_STAGES else names

    def dues(self, case: Case) -> dict[tuple[str, str], int]:
        """(clock, rung) -> due of each rung that is not raised, for a case as time has made it (R66)."""
        found: dict[tuple[str, str], int] = {}
        standing = {(rung.clock, rung.rung): rung for rung in case.rungs if not rung.withdrawn}
        for clock in self.clocks(case):
            of_item = clock == item_clock(case)
            if of_item:
                assert case.since is not None
                found[clock, "remind"] = case.clock.end(case.since, max(0, part(75, case.allowed) - case.used))
                found[clock, "supervise"] = case.clock.end(case.since, max(0, case.allowed - case.used)) + 1
            else:
                assert case.stage_due is not None
                if case.stage == "unclaimed":
                    found[clock, "escalate"] = self.listed(case, case.stage_due + 1)
                else:
                    found[clock, "supervise"] = case.stage_due + 1
            told = standing.get((clock, "supervise"))
            if told and told.answered is None and told.answer_due is not None:
                found[clock, "escalate"] = self.listed(case, told.answer_due + 1)
            elif told and told.answered is not None and of_item:
                assert case.since is not None
                twice = case.clock.end(case.since, max(0, 2 * case.allowed - case.used))
                found[clock, "escalate"] = self.listed(case, max(told.answered, twice))
        return {key: due for key, due in found.items() if key not in standing}

    def listed(self, case: Case, instant: int) -> int:
        """The first list hour at or after this instant, where the case's escalations stand on the day's list."""
        digest = case.catalogue["ladder"][2].get("digest")
        if not digest or case.flow in digest.get("unless", []):
            return instant
        hour, minute = digest["at"].split(":")
        day = self.town.day(instant)
        while True:
            hours = self.town.start_of(day) + int(hour) * HOUR + int(minute) * MINUTE
            if hours >= instant and self.town.calendar.is_workday(day):
                return hours
            day += 1

    def rungs_due(self, case: Case, now: int) -> dict[tuple[str, str], int]:
        """(clock, rung) -> due of those that are due at this instant and not raised."""
        if case.stage == "closed":
            return {}
        case = copy.copy(case)
        self.advance(case, now)
        return {key: due for key, due in self.dues(case).items() if due <= now}

    def next_rung(self, case: Case) -> int | None:
        """When the first one that is not raised becomes due, as long as nothing is said; it may be past."""
        dues = list(self.dues(case).values())
        change = self.pending(case)
        if change:
            later = copy.copy(case)
            self.advance(later, change[0])
            dues = [due for due in dues if due < change[0]] + list(self.dues(later).values())
        return min(dues, default=None)

    def raised(self, fact: Fact, when: int) -> None:
        """R67: it touches the rungs of the case and nothing else."""
        body = fact["body"]
        case = self.names.get(body.get("case", ""))
        clock, rung = body.get("clock", ""), body.get("rung", "")
        if case is None or case.stage == "closed" or not self.town.sweeps.get(fact["device"]) or rung not in RUNGS:
            return
        if any((one.clock, one.rung) == (clock, rung) and not one.withdrawn for one in case.rungs):
            return
        due = self.rungs_due(case, when).get((clock, rung))
        if due is None:
            case.rungs += (Rung(clock, rung, when, None, withdrawn=True),)
            return
        limit = case.catalogue["ladder"][RUNGS.index(rung)]["answer"]
        owed = None if limit == "none" else self.town.clock_of(limit, case.catalogue).end(when, amount_of(limit))
        case.rungs += (Rung(clock, rung, when, due, owed),)

    def answered(self, fact: Fact, when: int) -> None:
        """R68."""
        body = fact["body"]
        case = self.names.get(body.get("case", ""))
        p = persona_of(self.town, fact, when, self.at(when).get("kind", ""))
        if case is None or case.stage == "closed" or p is None:
            return
        may = {"supervise": case.dept in p.word.depts, "escalate": p.word.town}
        for place, one in enumerate(case.rungs):
            asked = (one.clock, one.rung) == (body.get("clock"), body.get("rung")) and not one.withdrawn
            if asked and one.answer_due is not None and one.answered is None and may.get(one.rung):
                given = one._replace(answered=when, answer=body.get("answer", ""))
                case.rungs = (*case.rungs[:place], given, *case.rungs[place + 1 :])

    def end_clocks(self, case: Case, t: int, before: list[str]) -> None:
        """Of those that ran before and do not run now: nothing is owed on them, and what was due later than t never was (R67)."""
        ended = {*before} - {*self.clocks(case)}
        rungs = []
        for rung in case.rungs:
            if rung.clock in ended and not rung.withdrawn:
                if rung.answered is None:
                    rung = rung._replace(answer_due=None)
                if rung.due is None or rung.due > t:
                    rung = rung._replace(due=None, answer_due=None, withdrawn=True)
            rungs.append(rung)
        case.rungs = tuple(rungs)

    def ladder(self, case: Case) -> Ladder:
        if case.name not in self.ladders:
            next_one = None if case.stage == "closed" else self.next_rung(case)
            self.ladders[case.name] = Ladder(case.name, tuple(sorted({*case.rungs}, key=str)), next_one)
        return self.ladders[case.name]

    def replay(self, facts: list[Fact]) -> None:
        visits = [f for f in facts if f["kind"] == "visit.recorded"]
        self.findings = {f"{f['hash']}.{n}" for f in visits for n in range(len(f["body"].get("findings", [])))}
        for fact in facts:
            when = self.town.when[(fact["device"], fact["seq"], fact["hash"])]
            if fact["kind"] == "visit.recorded":
                self.visit(fact, when)
            elif fact["kind"] == "step.taken":
                self.step(fact, when)
            elif fact["kind"] == "rung.raised":
                self.raised(fact, when)
            elif fact["kind"] == "rung.answered":
                self.answered(fact, when)
            elif fact["kind"] == "object.changed":
                self.changed(fact, when)
            elif fact["kind"] == "object.registered" and self.tenant is None:
                self.tenant = fact["body"].get("tenant")

    # what is seen

    def case_seen(self, matter: Matter, now: int) -> Seen:
        if matter.last is None:
            return Seen()
        if matter.open is None:
            return Seen(stage="closed", outcome=matter.last.outcome)
        case = copy.copy(matter.open)
        self.advance(case, now)
        limit = self.running(case)
        if case.stage == "suspended":
            colour, since = "blue", case.base_since
        else:
            colour, since = ("yellow" if case.repeat else "blue"), case.base_since
            if limit and now > limit[0]:
                colour, since = "red", limit[0] + 1
            elif limit and now >= limit[1] and not case.repeat:
                colour, since = "yellow", limit[1]
        return Seen(case.stage, "", colour, since, due=limit[0] if limit else None)


def item_clock(case: Case) -> str:
    return f"item:{1 + case.fails + case.extensions}"


def stage_clock(case: Case) -> str:
    return f"{case.stage}:{case.entries.count(case.stage)}"


def is_claimed(catalogue: Body, item: Body) -> bool:
    claims = [c for c in catalogue.get("claims", []) if c.get("item") == item["id"]]
    return bool(claims) and claims[-1].get("decision") == "claimed"


def knows(p: Persona) -> bool:
    return p.owner or p.mode in ("self", "proxy", "invited")


def find_item(catalogue: Body, number: int) -> Body | None:
    return next((i for i in catalogue.get("items", []) if int(i["no"]) == number), None) if number else None


# --- withdrawals (R30) ------------------------------------------------------------------------------------------------


def withdrawn_facts(town: Town, facts: list[Fact]) -> set[str]:
    """Hashes of what is as if never said, among the visits, steps and withdrawals of one object, in order."""
    said = [f for f in facts if f["kind"] in ("visit.recorded", "step.taken", "fact.withdrawn")]
    place = {f["hash"]: n for n, f in enumerate(said)}
    findings = {
        f"{f['hash']}.{n}": finding
        for f in said
        if f["kind"] == "visit.recorded"
        for n, finding in enumerate(f["body"].get("findings", []))
    }

    def matter_of(name: str, depth: int = 0) -> tuple[int, str]:
        finding = findings.get(name, {})
        item = int(finding.get("item", 0))
        if item == 0 and finding.get("again") and depth < 20:
            return matter_of(finding["again"], depth + 1)
        return item, "" if item else name

    def touched(fact: Fact, with_findings: bool) -> set[tuple[int, str]]:
        body = fact["body"]
        names = [*body.get("cases", []), *([body["case"]] if body.get("case") else [])]
        for n, finding in enumerate(body.get("findings", [])):
            if finding.get("again"):
                names.append(finding["again"])
            if with_findings:
                names.append(f"{fact['hash']}.{n}")
        return {matter_of(name) for name in names}

    known: dict[str, bool] = {}

    def is_withdrawn(fact: Fact) -> bool:
        if fact["hash"] not in known:
            known[fact["hash"]] = False  # a guard: a withdrawal stands after its fact, so this is never read
            against = [w for w in said if w["kind"] == "fact.withdrawn" and w["body"].get("fact") == fact["hash"]]
            known[fact["hash"]] = any(counts(fact, w) for w in against)
        return known[fact["hash"]]

    def counts(fact: Fact, withdrawal: Fact) -> bool:
        if place[withdrawal["hash"]] < place[fact["hash"]]:
            return False
        at = town.when[(withdrawal["device"], withdrawal["seq"], withdrawal["hash"])]
        if in_centre(town.person(withdrawal["actor"], at)):
            return True
        if withdrawal["actor"] != fact["actor"]:
            return False
        if at - town.when[(fact["device"], fact["seq"], fact["hash"])] > 30 * MINUTE:
            return False
        matters = touched(fact, True)
        for between in said[place[fact["hash"]] + 1 : place[withdrawal["hash"]]]:
            if between["kind"] == "fact.withdrawn" or between["actor"] == fact["actor"] or is_withdrawn(between):
                continue
            if touched(between, False) & matters:
                return False
        return True

    return {f["hash"] for f in said if f["kind"] != "fact.withdrawn" and is_withdrawn(f)}


# --- rounds (R31-R35) -------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """An item that a catalogue asks of an object: the rule, how far the next due is, and its length in days."""

    item: Body
    months: int
    days: int

    @property
    def length(self) -> int:
        return self.days or 30 * self.months

    def after(self, day: int) -> int:
        if self.days:
            return day + self.days
        it = EPOCH + timedelta(days=day)
        month = it.month - 1 + self.months
        year, month = it.year + month // 12, month % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        return (date(year, month, min(it.day, last)) - EPOCH).days


def asks(catalogue: Body, number: int, place: Body) -> Asked | None:
    """R31, the object's life apart."""
    item, kind = find_item(catalogue, number), place.get("kind", "")
    if not item or kind not in item.get("kinds", []):
        return None
    if kind == "shop" and item.get("trades") and place.get("trade") not in item["trades"]:
        return None
    if not is_claimed(catalogue, item):
        return None
    return every(item, item.get("every", {}).get(kind, ""))


def every(item: Body, period: str) -> Asked | None:
    """None: not a period (on demand)."""
    found = re.fullmatch(r"P(\d+)([DM])", period)
    return found and Asked(item, int(found[1]) if found[2] == "M" else 0, int(found[1]) if found[2] == "D" else 0)


def in_campaigns(catalogue: Body, asked: Asked, day: int) -> Asked:
    """R59: with the campaigns of this catalogue."""
    for campaign in catalogue.get("town", {}).get("campaigns", []):
        if asked.item["id"] in campaign["items"] and day_number(campaign["from"]) <= day <= day_number(campaign["to"]):
            asked = shorter(asked, every(asked.item, campaign["every"]))
    return asked


def shorter(asked: Asked, other: Asked | None) -> Asked:
    return other if other and other.length < asked.length else asked


def pauses(entries: list[Version]) -> set[int]:
    """R62: the days of all statuses that pause self-checks."""
    by_from = {entry.body["status"].get("from"): entry.body["status"] for entry in entries if entry.body.get("status")}
    days: set[int] = set()
    for start, status in by_from.items():
        if status.get("what") in ("ceased", "fitting_out", "vacant") and is_day(start) and is_day(status.get("to")):
            days |= set(range(day_number(start), day_number(status["to"]) + 1))
    return days


def rostered(town: Town, role: str) -> set[int]:
    """R63: the days on which a roster names somebody who holds the role."""

    def holds(who: str) -> bool:
        return any(r["role"] == role for r in version_at(town.persons.get(who, []), None).get("roles", []))

    return {day for rows in town.rosters.values() for day, who in rows if holds(who)}


def meets(catalogue: Body, asked: Asked, said: Speech, place: Body, object_id: str) -> bool:
    """R32."""
    item, kind, p = asked.item, place.get("kind", ""), said.persona
    primary = item.get("primary", {}).get(kind, "")
    if primary in OWNER_FITS and p.owner:
        return True
    if p.mode == "self" or p.token == "owner":
        return False
    asked_in = p.mode == "invited" or (p.mode == "inspection" and p.permit)
    if item.get("where") in ("inside", "papers") and kind in ("shop", "stall") and not asked_in:
        return False
    return resource_of(p, catalogue) == "permanent" or has_role(p, [primary], item, place, object_id)


def round_seen(town: Town, object_id: str, number: int, speeches: list[Speech], now: int) -> Seen | None:
    """Colour, since and misses of one round, by walking the days; None: there is no round."""
    published, entries = list({p.day: p for p in town.published}.values()), town.objects[object_id]  # of one day the last holds
    today, place = town.day(now), version_at(entries, now)
    if not published or place.get("same_as") or (object_id in town.retired and today > town.retired[object_id]):
        return None
    first = len(published)
    while first and asks(published[first - 1].body, number, place):
        first -= 1
    if first == len(published):
        return None
    registered = town.day(min(e.when for e in entries if e.kind == "object.registered"))
    settings = published[first].body.get("town", {})
    street_start = settings.get("street_starts", {}).get(place.get("street", "")) or settings.get("street_start")  # R61
    start = max(day_number(street_start) if street_start else registered, registered, published[first].day)
    paused = pauses(entries)

    days = [p.day for p in published]

    def version(day: int) -> int:
        return max(bisect_right(days, day) - 1, 0)

    def in_force(day: int) -> Body:
        return published[version(day)].body

    @cache
    def asked_by(version: int) -> Asked:
        found = asks(published[version].body, number, place)
        assert found
        return found

    def asked_on(day: int) -> Asked:
        return in_campaigns(in_force(day), asked_by(version(day)), day)

    def primary_of(asked: Asked) -> str:
        return str(asked.item.get("primary", {}).get(place.get("kind", ""), ""))

    def duty_day(day: int, on: int) -> int:
        """The first duty day at or after `day`, by the catalogue in force on the day `on`."""
        primary = primary_of(asked_on(on))
        kind = role_table(in_force(on)).get(primary, {}).get("duty_days")
        rows = rostered(town, primary) if kind == "roster" else set()

        def is_off(day: int) -> bool:
            if kind == "workdays" and not town.calendar.is_workday(day):
                return True
            return bool(rows) and min(rows) <= day <= max(rows) and day not in rows  # R63

        while is_off(day):
            day += 1
        return day

    last, set_at, period = None, 0, asked_on(start)
    for said in speeches:
        if number in said.items and said.day >= start and (last is None or said.day > last):
            asked = asked_on(said.day)
            if meets(in_force(said.day), asked, said, version_at(entries, said.when), object_id):
                last, set_at, period = said.day, said.when, asked
                if primary_of(asked) not in OWNER_FITS:  # R60
                    by_colour = asked.item.get("every_by_colour", {}).get(said.colours.get(number, ""), "")
                    period = shorter(asked, every(asked.item, by_colour))

    base = start if last is None else last
    rules_of = base  # the day whose catalogue says what a duty day is
    due = duty_day(start + 1 + int(object_id, 16) % period.length if last is None else period.after(last), rules_of)
    passed: list[int] = []
    for day in range(base + 1, today + 1):
        if due < day:
            if not (primary_of(asked_on(rules_of)) in OWNER_FITS and due in paused):  # R62
                passed.append(town.start_of(day))
            due = duty_day(period.after(due), rules_of)
        if any(later.day == day for later in published[first:]):
            rules_of = day
            due = duty_day(due, day)  # R35: the later catalogue holds from here on
        new = asked_on(day)
        if new.length < period.length:
            due, period = min(due, duty_day(new.after(day), rules_of)), new

    colour, since = ("grey", town.start_of(start)) if last is None else ("green", set_at)
    by_owner = primary_of(asked_on(max(published[-1].day, start))) in OWNER_FITS
    if passed and not by_owner:
        colour, since = ("yellow", passed[0]) if len(passed) == 1 else ("red", passed[1])
    return Seen(round_colour=colour, round_since=since, misses=len(passed))


# --- all of it --------------------------------------------------------------------------------------------------------


def replayed(town: Town, object_id: str, facts: list[Fact]) -> Place:
    withdrawn = withdrawn_facts(town, facts)
    unsaid: set[str] = set()
    while True:
        place = Place(town, object_id, withdrawn, unsaid)
        try:
            place.replay(facts)
        except VoidRefused as refused:
            unsaid.add(str(refused))  # from the beginning, without that void
            continue
        return place


def of_object(town: Town, facts: list[Fact], object_id: str) -> list[Fact]:
    """The facts about one object that count, in order."""
    chosen = []
    for fact in facts:
        if fact["subject"] != object_id:
            continue
        when = town.when[(fact["device"], fact["seq"], fact["hash"])]
        if fact["kind"] in ("visit.recorded", "step.taken", "fact.withdrawn", "rung.raised", "rung.answered"):
            if town.is_known(fact["actor"], when) and town.may_use(fact, when):
                chosen.append(fact)
        elif fact["hash"] in town.counted:
            chosen.append(fact)
    return chosen


def evaluate(facts: list[Fact], now: int) -> dict[Key, Seen]:
    """Every matter at `now`: (object id, item number, finding name where the item is 0, else "") -> Seen.

    facts: dicts with device, seq, wall, at, actor, kind, subject, body (decoded), prev, hash, in any order; unknown kinds are ignored.
    now: ms UTC, not before the greatest `when`.
    Seen: stage "" = no case was ever open, closed = the last one is; outcome of the last closed case (passed, spot, refused, void, tenant,
    merged, rated, unrated), "" while one is open; the colours "" where there is no open case or no round; misses 0 without a round; colour the worse
    of the two; due the end of the running limit. Listed are matters that have a round or ever had a case.
    words: the cases of the matter, by name, of which something was said beside the flow.
    ladders: the cases of the matter, by name, that have rungs or will have one as time passes.
    round_since: grey, the first ms of the start day; green, `when` of the visit that set it; yellow and red, the instant that passed.
    """
    return look(replay(facts), now)


class Replayed(NamedTuple):
    """The town and each registered object's history: what does not depend on `now`."""

    town: Town
    places: dict[str, Place]


def replay(facts: list[Fact]) -> Replayed:
    """Of facts in any order."""
    ordered = sorted(facts, key=lambda f: (f["at"], f["device"], f["seq"], f["hash"]))
    town = read_town(ordered)
    registered = [name for name, entries in town.objects.items() if any(e.kind == "object.registered" for e in entries)]
    return Replayed(town, {name: replayed(town, name, of_object(town, ordered, name)) for name in registered})


def look(replayed: Replayed, now: int) -> dict[Key, Seen]:
    """As `evaluate`."""
    town, places = replayed
    numbers = sorted({int(i["no"]) for p in town.published for i in p.body.get("items", [])})
    seen: dict[Key, Seen] = {}
    for object_id, place in places.items():
        for key, matter in place.matters.items():
            if matter.last is not None:
                words = sorted((case.name, case.words()) for case in place.opened if case.key == key and case.words() != Words())
                ladders = sorted(one for one in (place.ladder(case) for case in place.opened if case.key == key) if one[1:] != ((), None))
                seen[key] = place.case_seen(matter, now)._replace(words=tuple(words), ladders=tuple(ladders))
        for number in numbers:
            rounds = round_seen(town, object_id, number, place.speeches, now)
            if rounds:
                case = seen.get((object_id, number, ""), Seen())
                seen[(object_id, number, "")] = case._replace(
                    round_colour=rounds.round_colour, round_since=rounds.round_since, misses=rounds.misses
                )
    return {k: s._replace(colour=max(s.case_colour, s.round_colour, key=COLOURS.index)) for k, s in seen.items()}
