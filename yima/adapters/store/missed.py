"""Missed rounds (漏扫) as leaders read them: the list of a department and day, which of it is 任务超载, who was told, what was answered.

Rows are computed at `now`; of an earlier day's list only the facts about it are kept.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import takewhile
from typing import NamedTuple

from yima.adapters.store import Store, boards, look, rows, seen
from yima.adapters.store.asof import least_at
from yima.adapters.store.boards import Leaders
from yima.adapters.store.period import visits_between
from yima.adapters.store.sql import COLUMNS
from yima.adapters.store.staff import staff_at
from yima.core import events, overload
from yima.core.events import Fact
from yima.core.flow import lists
from yima.core.flow.rounds import dues, start_of
from yima.core.model import Object, Person
from yima.core.overload import Standing
from yima.core.results.leaders import MissedPage, MissedRow
from yima.core.worktime import iso_of


class ListTold(NamedTuple):
    """A list of missed rounds of which a leader was told. day: ISO; at, answered: instants; answered None = not answered (it is optional).

    answer, text: what was said; by: the id of who entered it, the leader or, from paper, somebody for them.
    """

    day: str
    dept: str
    at: int
    answered: int | None = None
    answer: str = ""
    text: str = ""
    by: str = ""


def lists_told(store: Store, leader_id: str) -> dict[tuple[str, str], ListTold]:
    """The lists of which a leader was told, by (day, department), as the facts that count say (docs/readings.md 69)."""
    town, found = store.town, dict[tuple[str, str], ListTold]()
    told: dict[lists.ListKey, bool] = {}
    for fact in store.facts_of(leader_id):
        event = events.decode(fact.kind, fact.body)
        if not isinstance(event, events.RungRaised | events.RungAnswered) or town.why_not(fact):
            continue
        when = town.when(fact)
        if lists.why_not(town, fact, when, event, told):
            continue
        key = (event.day, event.clock.removeprefix(lists.MISSED))
        if isinstance(event, events.RungRaised):
            found[key] = ListTold(*key, when)
        else:
            found[key] = found[key]._replace(answered=when, answer=event.answer, text=event.text, by=fact.actor)
    return found


def told_of(store: Store, day: str, dept: str) -> tuple[str, ListTold] | None:
    """Who was told of a list (an id), and what became of it; of several the first. None = nobody was."""
    people = store.db.execute(
        "SELECT DISTINCT p.id FROM person AS p CROSS JOIN event AS e ON e.subject = p.id AND e.kind = 'rung.raised' ORDER BY p.id"
    )
    found = [(id_, told) for (id_,) in people.fetchall() if (told := lists_told(store, id_).get((day, dept))) is not None]
    return min(found, key=lambda one: (one[1].at, one[0]), default=None)


# -- what stands missed


def standing(store: Store, now: int) -> list[Standing]:
    """Every round that stands missed at `now`, self-checks apart. The caller has made all fresh."""
    town, found = store.town, list[Standing]()
    today = town.day(now)
    objects: dict[str, Object] = {}
    walked: dict[tuple[int, str, int, int, str], tuple[int, ...]] = {}  # many rounds began on the same day and fall due on the same
    for id_, versions, no, role, period, due, scan_day, scan_when in store.db.execute(
        "SELECT o.id, o.versions, m.item, m.role, m.period, m.due_day, m.scan_day, m.scan_when FROM object AS o CROSS JOIN matter AS m"
        " ON m.object = o.id WHERE o.retired = '' AND m.round_yellow <= ? ORDER BY o.id, m.item",
        (now,),
    ):
        obj = objects[id_] = objects.get(id_) or rows.last_of(versions)
        asked = town.asked(no, obj.kind)
        start = start_of(town, asked, obj)
        is_scanned = scan_day is not None and scan_day >= start
        key = (no, obj.kind, scan_day if is_scanned else start, due, period)
        if key not in walked:
            walked[key] = tuple(takewhile(lambda day: day < today, dues(town, asked, *key[2:])))
        found.append(Standing(obj, no, role, walked[key], scan_when if is_scanned else 0))
    return found


def visits_on(store: Store, days: set[int], until: int, counts: Callable[[Fact], bool]) -> dict[int, Counter[str]]:
    """How many objects each person visited on each of these local days (by `when`, up to an instant); who a visit was entered for made it.

    counts: whether a visit counts at all. Read from the first of the days on, never the log before it.
    """
    town, pairs = store.town, set[tuple[int, str, str]]()
    for fact in visits_between(store, town.day_start(min(days)), until + 1) if days else ():
        if (day := town.day(town.when(fact))) in days and counts(fact):
            pairs.add((day, _visitor(fact), fact.subject))
    found = {day: Counter[str]() for day in days}
    for day, person, _object in pairs:
        found[day][person] += 1
    return found


def _unmoved(store: Store) -> set[str]:
    """The visits that move nothing, withdrawn ones among them."""
    return {hash_ for (hash_,) in store.db.execute("SELECT hash FROM unmoved")}


def _visitor(fact: Fact) -> str:
    """Whose visit it is: the actor's, or of whom it was entered for."""
    if b'"entered_for"' not in fact.body:
        return fact.actor
    event = events.decode(fact.kind, fact.body)
    return getattr(event, "entered_for", "") or fact.actor


# -- the pages


def missed_pages(store: Store, now: int, only: str = "") -> dict[str, MissedPage]:
    """The lists of missed rounds as they stand at `now`, by department, or the only one that is asked for. Makes everything fresh."""
    store.fresh()
    leaders, day = Leaders(store, now), store.town.day(now)
    depts: dict[tuple[str, str, int], str] = {}
    for trouble in boards.in_trouble(store, "", now):
        if trouble.missed:
            depts[_whose(trouble.id, trouble.role, trouble.item)] = leaders.dept_of(trouble)
    some = standing(store, now)
    unmoved = _unmoved(store)
    visited = visits_on(store, overload.last_days(store.town, some), now, lambda fact: fact.hash not in unmoved)
    beyond = overload.booked_last(store.town, some, visited)
    places: dict[str, dict[str, list[Standing]]] = defaultdict(lambda: defaultdict(list))
    for one in some:
        dept = depts[_whose(one.object.id, one.role, one.item)]
        if only in ("", dept):
            places[dept][one.object.id].append(one)
    found = {}
    for dept, its in sorted(places.items()):
        page = _page(store, iso_of(day), dept, leaders.staff.leader(dept))
        in_order = sorted(its.values(), key=lambda one: overload.street_order(one[0].object))
        found[dept] = page._replace(rows=tuple(_row(store, leaders, one, beyond, unmoved, now) for one in in_order))
    return found


def _whose(object_id: str, role: str, item: int) -> tuple[str, str, int]:
    """What decides on whose list a round stands, as boards.in_trouble groups them: only dept_staff differ from item to item."""
    return object_id, role, item if role == "dept_staff" else 0


def missed_page(store: Store, dept: str, now: int) -> MissedPage:
    """The list of one department today; without rows where nothing stands missed."""
    found = missed_pages(store, now, dept).get(dept)
    return found or _page(store, iso_of(store.town.day(now)), dept, staff_at(store, now).leader(dept))


def past_page(store: Store, day: str, dept: str) -> MissedPage | None:
    """What is kept of the list of an earlier day: who was told and what was answered. None = nobody was told of such a list."""
    found = told_of(store, day, dept)
    if found is None:
        return None
    id_, told = found
    name = look.person_name(store, id_)
    page = MissedPage(lists.number_of(day, dept), day, dept, store.town.last_catalogue.dept_name(dept), id_, name, (), past=True)
    return _with_told(page, told)


def _page(store: Store, day: str, dept: str, leader: Person | None) -> MissedPage:
    name = store.town.last_catalogue.dept_name(dept)
    page = MissedPage(lists.number_of(day, dept), day, dept, name, leader.id if leader else "", leader.name if leader else "", ())
    told = lists_told(store, leader.id).get((day, dept)) if leader else None
    return page if told is None else _with_told(page, told)


def _with_told(page: MissedPage, told: ListTold) -> MissedPage:
    return page._replace(told=told.at, answer=told.answer, text=told.text, answered=told.answered)


def _row(store: Store, leaders: Leaders, some: list[Standing], beyond: set[tuple[str, int]], unmoved: set[str], now: int) -> MissedRow:
    """One place; some: its rounds that stand missed, of one department."""
    obj, items = some[0].object, leaders.catalogue.items
    who = {one.id: one.name for part in some for one in leaders.staff.named((part.role,), items[part.item], obj)}
    days = sorted({day for one in some for day in one.days})
    return MissedRow(
        seen.object_seen(store, obj, now),
        tuple(who[id_] for id_ in sorted(who)),
        tuple(items[one.item].name for one in some),
        days[0],
        len(days),
        all((obj.id, one.item) in beyond for one in some),
        _shut_since(store, obj.id, min(one.since for one in some), unmoved),
    )


def _shut_since(store: Store, object_id: str, since: int, unmoved: set[str]) -> int:
    """How many visits after an instant found the place shut, or nobody to let them in."""
    count = 0
    for row in store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE subject = ? AND at >= ? AND kind = 'visit.recorded'", (object_id, least_at(store, since))
    ):
        fact = Fact(*row)
        event = events.decode(fact.kind, fact.body) if b'"closed"' in fact.body and fact.hash not in unmoved else None
        count += event is not None and bool(event.closed) and store.town.when(fact) > since
    return count
