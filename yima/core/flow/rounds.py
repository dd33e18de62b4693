"""Rounds (轮次): which scan an item asks for, until when, and what was missed. DESIGN §7, docs/readings.md 31-35 and 59-63.

A round needs little: the day of the last scan that counts, the period that runs from it, and the rules' versions. Its dues are one walk
without end; misses, turns and the ends that a report counts are read from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from yima.core.duty import applies
from yima.core.flow.state import NOTHING, Key, Matter, State
from yima.core.model import OWNER_OF, Item, Object
from yima.core.town import Asked, Town
from yima.core.worktime import day_of, period_days, plus

PAUSES = ("ceased", "fitting_out", "vacant")  # statuses under which nobody checks oneself


class Round(NamedTuple):
    """The round of one item, the same at every object that was scanned on that day. Days are local day numbers, the turns instants.

    base: "green" after a scan, "grey" before the first one; since: the instant from which it is grey, None after a scan (then the scan's own
    `when`); anchor: the day from which dues are counted (the last scan's, or the start); period: the one that runs from there; due: the
    first due after it; yellow_at / red_at: first and second miss, None for self-checks; ask: asked from this day on.
    """

    role: str
    anchor: int
    period: str
    due: int
    base: str
    since: int | None
    yellow_at: int | None
    red_at: int | None
    ask: int


Spans = tuple[tuple[int, int], ...]  # of days, first and last


class Asks(NamedTuple):
    """The items that have a round at the objects of a kind and trade, by number, and how each is asked.

    begun: from this day on the round of each of them may have begun, on whatever street.
    """

    items: Mapping[int, Asked]
    begun: int


def asked_at(town: Town, obj: Object) -> Asks:
    """What is asked at an object: the same for all of its kind and trade."""
    if obj.retired or not town.rules:
        return Asks({}, 0)

    def found() -> Asks:
        some = [item for item in town.last_catalogue.items.values() if item.claimed and applies(item, obj) and obj.kind in item.primary]
        its = {item.no: asked for item in some if (asked := town.asked(item.no, obj.kind)).run}
        return Asks(its, max((day for asked in its.values() for day in (asked.run[0][0], *asked.starts.values())), default=0))

    its: Asks = town.kept(("asked_at", obj.kind, obj.trade), found)
    return its


def rounds(state: State, town: Town, only: Iterable[Key] | None = None) -> dict[int, Round]:
    """The rounds of an object under the rules in force, by item number. only: of these matters alone."""
    obj = state.obj
    return _rounds(town, obj, state.matters, pauses(state.versions), only) if obj is not None else {}


def round_of(town: Town, no: int, obj: Object, matter: Matter, paused: Spans = ()) -> Round | None:
    """The round of one item as the facts and the rules' versions make it; None where there is none.

    matter: of this item here; its greatest scanned day that counts, and the scans that a colour hastened. paused: of the object's versions
    (`pauses`).
    """
    key = (no, "")
    return _rounds(town, obj, {key: matter}, paused, (key,)).get(no)


def _rounds(town: Town, obj: Object, matters: Mapping[Key, Matter], paused: Spans, only: Iterable[Key] | None) -> dict[int, Round]:
    (its, begun), registered = asked_at(town, obj), town.day(obj.registered)
    before: Matter | None = None
    same: dict[int, Round] = {}
    found: dict[int, Round] = {}
    for key in [(no, "") for no in its] if only is None else only:
        no, finding = key
        asked = its.get(no)
        if asked is None or finding:
            continue
        matter = matters.get(key, NOTHING)
        if matter is not before:  # what was scanned in one visit is one value
            before, scanned = matter, matter.scanned
            if scanned is not None and begun <= scanned[0] >= registered:
                same = town.kept(("rounds", obj.kind, scanned[0], matter.hastened, paused), dict)
            else:
                same = {}
        one = same.get(no)
        if one is None:
            one = same[no] = _round(town, asked, obj, registered, matter, paused)
        found[no] = one
    return found


def _round(town: Town, asked: Asked, obj: Object, registered: int, matter: Matter, paused: Spans) -> Round:
    start, scanned = _start(asked, obj.street, registered), matter.scanned
    if scanned is None or scanned[0] < start:
        anchor, period, due = beginning(asked, obj, start, None)
        first, yellow_at, red_at, _ask = _turns(town, asked, anchor, due, period, paused)
        return Round(asked.role, anchor, period, first, "grey", town.day_start(anchor), yellow_at, red_at, start)
    anchor, period, due = beginning(asked, obj, start, scanned[0], matter.hastened)
    first, yellow_at, red_at, ask = _turns(town, asked, anchor, due, period, paused)
    return Round(asked.role, anchor, period, first, "green", None, yellow_at, red_at, ask)


def start_of(town: Town, asked: Asked, obj: Object) -> int:
    """The first day on which the round may begin at this object."""
    return _start(asked, obj.street, town.day(obj.registered))


def _start(asked: Asked, street: str, registered: int) -> int:
    first = asked.run[0][0]
    if registered > first:
        first = registered
    return max(first, asked.starts.get(street, asked.starts.get("", 0))) if asked.starts else first


def beginning(asked: Asked, obj: Object, start: int, last: int | None, hastened: tuple[tuple[int, str], ...] = ()) -> tuple[int, str, int]:
    """(anchor, period, first due before it moves to a duty day) after a scan on the day `last`; None: before the first one."""
    if last is None:
        period = _period_on(asked, start)
        return start, period, start + 1 + spread(obj.id) % period_days(period)
    period = _period_on(asked, last)
    for day, faster in hastened:
        if day == last and period_days(faster) < period_days(period):
            period = faster
    return last, period, plus(last, period)


def spread(object_id: str) -> int:
    """The object's id as a number, so that first dues do not fall on one day; a foreign id that is no hex number counts as 0."""
    try:
        return int(object_id, 16)
    except ValueError:
        return 0


def _period_on(asked: Asked, day: int) -> str:
    return next((period for since, period in reversed(asked.run) if since <= day), asked.run[0][1])


def _asked_after(period: str) -> int:
    """A round is asked again from two thirds of its period on (days, rounded up)."""
    return -(-2 * period_days(period) // 3)


def dues(town: Town, asked: Asked, anchor: int, due: int, period: str) -> Iterator[int]:
    """The due days one after the other, without end; `due` is the first, which begins to run on the day `anchor` under `period`.

    A period that becomes shorter is the round's from that day on; what was missed under the longer one stays missed, and nothing becomes
    late at once. A longer one takes effect with the next scan.
    """
    due = on_duty(town, asked, anchor, due)
    for day, other in asked.run:
        if day <= anchor:
            continue
        while due < day:
            yield due
            due = on_duty(town, asked, day - 1, plus(due, period))
        due = on_duty(town, asked, day, due)
        if period_days(other) < period_days(period):
            period = other
            due = min(due, on_duty(town, asked, day, plus(day, period)))
    last = asked.run[-1][0]
    while True:
        yield due
        due = on_duty(town, asked, last, plus(due, period))


def _turns(town: Town, asked: Asked, anchor: int, due: int, period: str, paused: Spans) -> tuple[int, int | None, int | None, int]:
    """(first due, the instants of its yellow and red, asked from which day on)."""
    walk = dues(town, asked, anchor, due, period)
    first = next(walk)
    missed = (day for day in chain((first,), walk) if not is_paused_check(asked, paused, day))
    ask = anchor + _asked_after(period)
    for day, shorter in asked.run:
        if day > anchor and period_days(shorter) < period_days(period):
            ask = min(ask, max(day, anchor + _asked_after(shorter)))
    if asked.role in OWNER_OF:  # a missed self-check gives no colour
        return first, None, None, ask
    return first, town.day_start(next(missed) + 1), town.day_start(next(missed) + 1), ask


def on_duty(town: Town, asked: Asked, when: int, day: int) -> int:
    """The day itself, or the next one on which the primary role is on duty, by the rules of the day `when`."""
    _since, role, duty_days = next((one for one in reversed(asked.duties) if one[0] <= when), asked.duties[0])
    if duty_days == "workdays":
        while not town.calendar.is_workday(day):
            day += 1
    elif duty_days == "roster" and (rostered := town.roster_days(role)):
        last = max(rostered)
        while min(rostered) <= day < last and day not in rostered:
            day += 1
    return day


def missed_days(town: Town, item: Item, obj: Object, one: Round, now: int, paused: Spans = ()) -> list[int]:
    """The due days that have passed at `now` since the round's last scan; those of a paused self-check are left out."""
    asked, found = town.asked(item.no, obj.kind), list[int]()
    for due in dues(town, asked, one.anchor, one.due, one.period):
        if town.day_start(due + 1) > now:
            return found
        if not is_paused_check(asked, paused, due):
            found.append(due)
    return found


def is_paused_check(asked: Asked, paused: Spans, due: int) -> bool:
    """Whether the due was a self-check's, and the object's status paused it."""
    return bool(paused) and is_paused(paused, due) and asked.role_on(due) in OWNER_OF


def pauses(versions: Iterable[tuple[int, Object]]) -> Spans:
    """The spans of days (first, last) in which the object's statuses (歇业, 装修, 空置) pause self-checks. docs/readings.md 62.

    Of several statuses with the same beginning the last holds: one that is over is said again with its last day.
    """
    said: dict[str, tuple[str, str]] = {}
    for _when, obj in versions:
        what, begins, ends = obj.status
        if begins:
            said[begins] = what, ends
    found = []
    for begins, (what, ends) in said.items():
        try:
            if what in PAUSES:
                found.append((day_of(begins), day_of(ends)))
        except ValueError:
            continue  # without a whole from and to it pauses nothing
    return tuple(sorted(found))


def is_paused(paused: Spans, day: int) -> bool:
    return any(first <= day <= last for first, last in paused)
