"""Rounds (轮次): which scan an item asks for, until when, and what was missed. DESIGN §7, docs/readings.md 31-35.

A round needs little: the day of the last scan that counts, its period and its due; misses are counted from them and from the rules' versions.
"""

from typing import NamedTuple

from yima.core.duty import applies
from yima.core.model import OWNER_OF, Item, Object
from yima.core.town import Town
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
    versions, first, role, on_workdays = town.asked(item.no, obj.kind)
    if not versions:
        return None
    start = max(first, town.day(obj.registered))
    if last is not None and last[0] < start:
        last = None
    anchor = start if last is None else last[0]
    period = next((each for day, each in reversed(versions) if day <= anchor), versions[0][1])
    if last is None:
        due = start + 1 + int(obj.id, 16) % period_days(period)
        ask = start
    else:
        due = plus(last[0], period)
        ask = last[0] - (-2 * period_days(period) // 3)
    due = on_duty(town, on_workdays, due)
    missed: list[int] = []
    booked = 0
    for day, shorter in versions:
        if day <= anchor or period_days(shorter) >= period_days(period):
            continue
        while due < day:  # what was missed under the longer period stays missed, and nothing becomes late at once
            missed.append(due)
            booked += 1
            due = on_duty(town, on_workdays, plus(due, period))
        period = shorter
        due = min(due, on_duty(town, on_workdays, plus(day, period)))
        ask = min(ask, day - (-2 * period_days(period) // 3))
    turns = [*missed[:2], due, on_duty(town, on_workdays, plus(due, period))]
    colourless = role in OWNER_OF  # a missed self-check gives no colour
    return Round(
        role,
        None if last is None else last[0],
        town.day_start(start) if last is None else last[1],
        period,
        due,
        booked,
        "grey" if last is None else "green",
        None if colourless else town.day_start(turns[0] + 1),
        None if colourless else town.day_start(turns[1] + 1),
        ask,
    )


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


def due_at(town: Town, one: Round) -> int:
    """The last ms of the due day."""
    return town.day_start(one.due + 1) - 1
