"""Rounds (轮次): which scan an item asks for, until when, and what was missed. DESIGN §7, docs/readings.md 31-35.

A round needs little: the day of the last scan that counts, its period and its due; misses are counted from them and from the rules' versions.
"""

from typing import NamedTuple

from yima.core.duty import applies
from yima.core.model import OWNER_OF, Item, Object
from yima.core.town import Asked, Town
from yima.core.worktime import period_days, plus


class Round(NamedTuple):
    """The round of one item at one object. Days are local day numbers, `set_at` and the turns instants.

    last: day of the last scan that met it, None = never; set_at: that visit's `when` (or the start's first ms); due: the due day that was
    running when period or scan last changed; booked: misses before that; yellow_at / red_at: first and second miss, None for self-checks.
    """

    role: str
    last: int | None
    set_at: int
    period: str
    due: int
    booked: int
    base: str
    yellow_at: int | None
    red_at: int | None
    ask: int  # asked from this day on


def round_of(town: Town, item: Item, obj: Object, last: tuple[int, int] | None) -> Round | None:
    """The round as the facts and the rules' versions make it; None where there is none.

    item: of the last catalogue. last: (day, when) of the greatest scanned day that counts.
    """
    if obj.retired or not item.claimed or not applies(item, obj) or obj.kind not in item.primary:
        return None
    asked = town.asked(item.no, obj.kind)
    if not asked.run:
        return None
    start = max(asked.first, town.day(obj.registered))
    if last is None or last[0] < start:
        period = _period_on(asked, start)
        run = _run(town, asked, start, start + 1 + spread(obj.id) % period_days(period), period)
        return Round(asked.role, None, town.day_start(start), *run[:3], "grey", *run[3:], start)
    key = (item.no, obj.kind, last[0])
    if key not in town.after_scan:  # the same for every object that was scanned on that day
        period = _period_on(asked, last[0])
        run = _run(town, asked, last[0], plus(last[0], period), period)
        town.after_scan[key] = (*run, last[0] + _asked_after(run[0]))
    period, due, booked, yellow_at, red_at, ask = town.after_scan[key]
    return Round(asked.role, last[0], last[1], period, due, booked, "green", yellow_at, red_at, ask)


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


def _run(town: Town, asked: Asked, anchor: int, due: int, period: str) -> tuple[str, int, int, int | None, int | None]:
    """How a due that begins to run on the day `anchor` runs on through later, shorter periods: (period, due, booked, yellow_at, red_at)."""
    due = on_duty(town, asked.on_workdays, due)
    missed: list[int] = []
    booked = 0
    for day, shorter in asked.run:
        if day <= anchor or period_days(shorter) >= period_days(period):
            continue
        while due < day:  # what was missed under the longer period stays missed, and nothing becomes late at once
            missed.append(due)
            booked += 1
            due = on_duty(town, asked.on_workdays, plus(due, period))
        period = shorter
        due = min(due, on_duty(town, asked.on_workdays, plus(day, period)))
    if asked.role in OWNER_OF:  # a missed self-check gives no colour
        return period, due, booked, None, None
    turns = [*missed[:2], due, on_duty(town, asked.on_workdays, plus(due, period))]
    return period, due, booked, town.day_start(turns[0] + 1), town.day_start(turns[1] + 1)


def on_duty(town: Town, on_workdays: bool, day: int) -> int:
    """The day itself, or the next one on which the primary role is on duty."""
    while on_workdays and not town.calendar.is_workday(day):
        day += 1
    return day


def misses(town: Town, one: Round, now: int) -> int:
    """How many dues have passed at `now` without a scan."""
    return one.booked + len(missed_days(town, one, now))


def missed_days(town: Town, one: Round, now: int) -> list[int]:
    """The due days that passed since `one.due` began to run, `booked` ones apart."""
    role = town.last_catalogue.roles.get(one.role)
    on_workdays = role is not None and role.duty_days == "workdays"
    due, found = one.due, []
    while town.day_start(due + 1) <= now:
        found.append(due)
        due = on_duty(town, on_workdays, plus(due, one.period))
    return found
