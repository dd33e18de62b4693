"""The burden forecast (负担): visits and questions per person and duty day that the frequencies ask for, by a closed formula.

No visit is simulated. A place has a rhythm for each primary role (`rhythm`), which depends on its items' periods alone; the people who are
named there on the staff's day share its visits equally. It is the long run of perfect work: without cases, campaigns and closed shops, and
after the first months, when first dues are still spread. Source: DESIGN §6, §7 and docs/readings.md 31-35; tests/simulate.py walks the same
rules day by day and is what the figures are held against.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import ceil
from typing import NamedTuple

from yima.core.duty import applies, protected
from yima.core.duty.staff import Place, Staff
from yima.core.model import OWNER_OF, Catalogue, Item, Object
from yima.core.worktime import Calendar, period_days, plus

MONTH = 365.25 / 12  # days
YEAR = 365
EARLY = 0.9  # see rhythm
NEXT_LONGER = ("P1D", "P3D", "P7D", "P14D", "P1M", "P3M")  # the steps in which a frequency is lowered

Own = tuple[tuple[int, str], ...]  # items of a place by number, with their periods
Errands = tuple[str, Own, int, str]  # kind of place, whose items, how many share the visits, grid


class Rhythm(NamedTuple):
    """How often somebody perfect goes to a place. visits: a day; apart: days from one asking of an item to the next, by its period."""

    visits: float
    apart: Mapping[str, float]


class Share(NamedTuple):
    """What one person carries in one role. places: how many they are named at; visits, questions: a duty day; capacity: places a duty day,
    0 = not counted."""

    person: str
    role: str
    places: int
    visits: float
    questions: float
    capacity: int


class RoleBurden(NamedTuple):
    """What a role carries. people: who are named somewhere; places: at which it has rounds; visits, questions and capacity: a duty day, of
    all of them together; capacity 0 = not counted. What nobody is named for is in it too."""

    role: str
    people: int
    places: int
    visits: float
    questions: float
    capacity: int

    @property
    def is_over(self) -> bool:
        return 0 < self.capacity < self.visits


class GridBurden(NamedTuple):
    """What a grid asks of a role. visits, questions: a duty day; capacity: the part of its people's capacity that falls to this grid, in
    proportion to their visits there; 0 = not counted."""

    grid: str
    role: str
    visits: float
    questions: float
    capacity: float

    @property
    def is_over(self) -> bool:
        return 0 < self.capacity < self.visits


class SelfChecks(NamedTuple):
    """Self-checks of owners: no staff burden. visits, questions: a day, of all places together."""

    role: str
    places: int
    visits: float
    questions: float


class Burden(NamedTuple):
    """The forecast. people: by role, the heaviest first; roles: in the order of the rules; grids: by name, then by role; load: for each
    person and role, at how many places they run which errands."""

    people: tuple[Share, ...]
    roles: tuple[RoleBurden, ...]
    grids: tuple[GridBurden, ...]
    owners: tuple[SelfChecks, ...]
    load: Mapping[tuple[str, str], Mapping[Errands, int]]

    def used(self, person: str) -> float:
        """The part of a person's day that the visits take, all roles together: 1 = all of it. Roles without capacity are not counted."""
        return sum(one.visits / one.capacity for one in self.people if one.person == person and one.capacity)

    @property
    def over(self) -> tuple[str, ...]:
        """The people over their capacity, the heaviest first."""
        used = {one.person: self.used(one.person) for one in self.people}
        return tuple(sorted((person for person, part in used.items() if part > 1), key=lambda person: (-used[person], person)))


class Advice(NamedTuple):
    """What would bring a person within capacity, each by itself: so many more people of that role, in that grid or, with grid "", at all the
    same places; or one item asked of that kind of place only so often (item 0: no single one is enough)."""

    role: str
    grid: str
    people: int
    item: int
    kind: str
    period: str


# -- one place


def rhythm(periods: Mapping[str, int], budget: int, length: Callable[[str], float]) -> Rhythm:
    """How often a perfect worker goes to a place that asks for these items (period -> how many), at most `budget` items a visit.

    They go when the first item falls due, so at the shortest period v; a longer item N is asked at a visit from ceil(2N/3) days after its
    last one on, so it costs no visit of its own as long as a multiple of v lies between there and N; where none does, the visits move
    together to half of N. Where that is more than the budget holds, it is filled level by level: the shortest items take as many visits per v
    as they need, the next ones take what places are left in these and as many more visits as they need, and so on. With visits so close the
    longer items are asked early, at about nine tenths of their period (EARLY: our own figure, found by comparing with simulated months; the
    visits of most crowded places come within a twentieth, of the worst within a sixth).
    length: days that a period takes (a month is longer than 30 days, and duty days of the role apart).
    """
    groups = sorted((period_days(period), period, count) for period, count in periods.items())
    shortest, first, _count = groups[0]
    beat = _beat([days for days, _period, _count in groups])
    real = length(first) / shortest  # days that one nominal day takes
    if sum(count * beat / _window(days, beat)[1] for days, _period, count in groups) <= budget:
        apart = {period: real * _window(days, beat)[0] for days, period, _count in groups}
        return Rhythm(1 / (beat * real), apart)
    visits, free, cycle = 0.0, 0.0, beat
    apart = {}
    for days, period, count in groups:
        here = beat if not apart else max(beat, EARLY * days)
        visits, free, cycle = visits * here / cycle, free * here / cycle, here
        more = max(0, ceil((count - free) / budget - 1e-9))
        visits, free = visits + more, free + more * budget - count
        apart[period] = here * real
    return Rhythm(visits / cycle / real, apart)


def _beat(days: list[int]) -> float:
    """Days between visits: the shortest period, or half of one that has no multiple of it where it is asked."""
    shortest = days[0]
    lonely = [one / 2 for one in days if one // shortest * shortest < _from(one)]
    return min([float(shortest), *lonely])


def _from(days: int) -> int:
    """An item is asked from so many days after its last scan on (docs/readings.md 33; DESIGN §7)."""
    return -(-2 * days // 3)


def _window(days: int, beat: float) -> tuple[float, float]:
    """The first and the last visit at which an item is asked again in time; its own due where no visit fits."""
    first, last = ceil(_from(days) / beat) * beat, days // beat * beat
    return (first, last) if first <= last else (days, days)


def on_duty(period: str, calendar: Calendar, day: int) -> float:
    """Days that a period takes in the year from `day` on where each due moves to the next workday."""
    at = start = calendar.workday(calendar.workdays_before(day))
    count = 0
    while at < start + YEAR:
        at = plus(at, period)
        at, count = calendar.workday(calendar.workdays_before(at)), count + 1
    return (at - start) / count


# -- a town


class _Errand(NamedTuple):
    """What a role does at a place: visits a day, questions a visit, by these people."""

    role: str
    own: Own
    people: tuple[str, ...]
    visits: float
    questions: float


class _Paces:
    """Rhythms under one catalogue, each computed once."""

    def __init__(self, catalogue: Catalogue, calendar: Calendar, day: int) -> None:
        self.catalogue, self.calendar, self.day = catalogue, calendar, day
        self.budget = int(catalogue.town.get("visit_budget", 7))
        self.workdays = (calendar.workdays_before(day + YEAR) - calendar.workdays_before(day)) / YEAR
        self._known: dict[tuple[bool, tuple[tuple[str, int], ...]], Rhythm] = {}

    def of(self, role: str, own: Iterable[tuple[int, str]]) -> Rhythm:
        on_workdays = self.is_on_workdays(role)
        counts = Counter(period for _no, period in own)
        key = (on_workdays, tuple(sorted(counts.items())))
        if key not in self._known:
            self._known[key] = rhythm(counts, self.budget, self._on_workdays if on_workdays else _nominal)
        return self._known[key]

    def is_on_workdays(self, role: str) -> bool:
        return role in self.catalogue.roles and self.catalogue.roles[role].duty_days == "workdays"

    def a_duty_day(self, role: str) -> float:
        """What a figure of a calendar day is on a duty day of the role."""
        return 1 / self.workdays if self.is_on_workdays(role) else 1.0

    def _on_workdays(self, period: str) -> float:
        return on_duty(period, self.calendar, self.day)


def _nominal(period: str) -> float:
    number = int(period[1:-1])
    return number * MONTH if period[-1] == "M" else float(number)


def forecast(staff: Staff, objects: Iterable[Object], calendar: Calendar) -> Burden:
    """Who carries how much, of the claimed items of the staff's catalogue, on the staff's day. objects: what is registered and not retired.

    Everything is per duty day of the role (workdays, or every day); a roster or a deputy carries what falls to that day.
    """
    paces = _Paces(staff.catalogue, calendar, staff.day)
    errands: dict[tuple[str, str, Place], list[_Errand]] = {}
    counts: Counter[tuple[str, tuple[str, str, Place]]] = Counter()
    for obj in objects:
        key = (obj.kind, obj.trade, staff.place(obj))
        counts[obj.grid, key] += 1
        if key not in errands:
            errands[key] = list(_errands(staff, paces, obj))
    sums: dict[tuple[str, str], dict[str, _Sum]] = defaultdict(dict)
    load: dict[tuple[str, str], Counter[Errands]] = defaultdict(Counter)
    for (grid, key), places in counts.items():
        for one in errands[key]:
            visits = places * one.visits * paces.a_duty_day(one.role)
            here = sums[one.role, grid]
            here[""] = here.get("", NOTHING).and_(_Sum(places, visits, visits * one.questions))
            for person in one.people:
                part = visits / len(one.people)
                here[person] = here.get(person, NOTHING).and_(_Sum(places, part, part * one.questions))
                load[person, one.role][key[0], one.own, len(one.people), grid] += places
    return _laid_out(staff.catalogue, sums, load)


class _Sum(NamedTuple):
    places: int
    visits: float
    questions: float

    def and_(self, more: "_Sum") -> "_Sum":
        return _Sum(self.places + more.places, self.visits + more.visits, self.questions + more.questions)


NOTHING = _Sum(0, 0.0, 0.0)


def _errands(staff: Staff, paces: _Paces, obj: Object) -> Iterator[_Errand]:
    """Who goes to a place, how often, and how many questions a visit has: their own items, and what else they are asked to look at."""
    known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def named(role: str, item: Item) -> tuple[str, ...]:
        key = (role, (item.lead, *item.support) if role == "dept_staff" else ())  # only dept_staff differ from item to item
        if key not in known:
            known[key] = tuple(person.id for person in staff.named((role,), item, obj))
        return known[key]

    groups: dict[tuple[str, tuple[str, ...]], list[Item]] = defaultdict(list)
    for item in staff.catalogue.items.values():
        role = item.primary.get(obj.kind, "")
        if item.claimed and applies(item, obj) and obj.kind in item.every and role in staff.catalogue.roles:
            groups[role, named(role, item)].append(item)
    own = {key: tuple((item.no, item.every[obj.kind]) for item in items) for key, items in groups.items()}
    pace = {key: paces.of(key[0], own[key]) for key in groups}
    for (role, people), items in groups.items():
        mine = pace[role, people]
        questions = sum(1 / mine.apart[item.every[obj.kind]] for item in items) / mine.visits
        for key, others in groups.items():
            for item in others if key != (role, people) else ():
                if role in item.finders and not protected(item, obj) and (not people or set(people) & set(named(role, item))):
                    period = item.every[obj.kind]
                    questions += max(0.0, 1 - _from(period_days(period)) / pace[key].apart[period])  # how much of the time it is asked
        yield _Errand(role, own[role, people], people, mine.visits, min(float(paces.budget), questions))


def _laid_out(
    catalogue: Catalogue, sums: Mapping[tuple[str, str], Mapping[str, _Sum]], load: Mapping[tuple[str, str], Mapping[Errands, int]]
) -> Burden:
    """sums: by role and grid, for each person and, under "", for all of it."""
    order = {role: place for place, role in enumerate(catalogue.roles)}
    capacity = {role: one.capacity for role, one in catalogue.roles.items()}
    carried: dict[tuple[str, str], _Sum] = {}
    for (role, _grid), here in sums.items():
        for person, mine in here.items():
            carried[role, person] = carried.get((role, person), NOTHING).and_(mine)
    people = [Share(person, role, *mine, capacity[role]) for (role, person), mine in carried.items() if person]
    named = Counter(one.role for one in people)
    totals = sorted(((role, mine) for (role, person), mine in carried.items() if not person), key=lambda one: order[one[0]])
    grids = []
    for (role, grid), here in sums.items():
        part = sum(capacity[role] * mine.visits / carried[role, person].visits for person, mine in here.items() if person)
        if role not in OWNER_OF:
            grids.append(GridBurden(grid, role, here[""].visits, here[""].questions, part))
    return Burden(
        tuple(sorted(people, key=lambda one: (order[one.role], -one.visits, one.person))),
        tuple(RoleBurden(role, named[role], *mine, capacity[role] * named[role]) for role, mine in totals if role not in OWNER_OF),
        tuple(sorted(grids, key=lambda one: (one.grid, order[one.role]))),
        tuple(SelfChecks(role, *mine) for role, mine in totals if role in OWNER_OF),
        load,
    )


def advise(staff: Staff, burden: Burden, calendar: Calendar, person: str) -> Advice:
    """What would bring somebody who is over capacity within it. staff, calendar: those of the forecast."""
    paces = _Paces(staff.catalogue, calendar, staff.day)
    mine = [one for one in burden.people if one.person == person and one.capacity]
    heavy = max(mine, key=lambda one: (one.visits / one.capacity, one.role))
    room = heavy.capacity * (1 - burden.used(person)) + heavy.visits  # what the other roles leave for this one
    load = burden.load[person, heavy.role]

    def visits(errands: Errands, places: int, item: int = 0, at: str = "", period: str = "") -> float:
        kind, own, sharing, _grid = errands
        asked = [(no, period if (no, kind) == (item, at) else each) for no, each in own]
        return places * paces.of(heavy.role, asked).visits * paces.a_duty_day(heavy.role) / sharing

    here: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])  # grid -> visits of this person, of all who share them
    for errands, places in load.items():
        here[errands[3]][0] += visits(errands, places)
        here[errands[3]][1] += visits(errands, places) * errands[2]
    best = (heavy.visits, 0, "", "")
    for no, kind, period in sorted({(no, errands[0], each) for errands in load for no, each in errands[1]}):
        longer = next((one for one in NEXT_LONGER if period_days(one) > period_days(period)), "")
        if longer:
            best = min(best, (sum(visits(errands, places, no, kind, longer) for errands, places in load.items()), no, kind, longer))
    left, item, kind, period = best
    if left > room:
        item, kind, period = 0, "", ""
    grid, people = _more_people(here, heavy.visits - room)
    return Advice(heavy.role, grid, people, item, kind, period)


def _more_people(here: Mapping[str, list[float]], too_much: float) -> tuple[str, int]:
    """Where, and how many more, would take off what is too much. here: grid -> visits a day of one person, of all who share them."""
    grid = max(sorted(here), key=lambda one: here[one][0])
    mine, shared = here[grid]
    if mine <= too_much:  # not even without that grid
        grid, mine, shared = "", sum(one[0] for one in here.values()), sum(one[1] for one in here.values())
    left = mine - too_much
    return grid, ceil(shared / left - shared / mine - 1e-9) if left > 0 else 1
