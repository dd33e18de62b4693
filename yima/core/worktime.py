"""Time as a reading. A clock has two inverse functions: `read(instant)` = how many ms of it have run since its beginning, and
`when(reading)` = the instant at which it shows that. A due is `when(read(start) + limit)`, time used is a difference of readings.

Source of the rules of counting: fixtures/README.md of the project's domain data (our default where no law speaks); the workdays are the
State Council's yearly notices. Days are numbers since 1970-01-01, instants ms UTC.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from yima.core.model import MS_DAY, MS_HOUR

EPOCH = 719163  # date(1970, 1, 1).toordinal()
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))  # 全国年节及纪念日放假办法: those with a fixed date
YEARS = range(2020, 2102)  # a wall clock is within 2020-2100, a due may run a little past
_DAYS = range(date(YEARS[0], 1, 1).toordinal(), date(YEARS[-1], 1, 1).toordinal())


def day_of(iso: str) -> int:
    """The day's number; raises ValueError for what is no day (2026-02-30)."""
    return date.fromisoformat(iso).toordinal() - EPOCH


def iso_of(day: int) -> str:
    return date.fromordinal(day + EPOCH).isoformat()


def instant_of(text: str, offset: int) -> int:
    """An instant as people type it: a time (2026-11-20T17:00, local where it names no offset), or a day, which means its last ms.

    offset: the town's, ms. Raises ValueError for what is neither, or lies outside the years that a clock may show.
    """
    text = text.strip()
    if len(text) <= 10:
        found = (day_of(text) + 1) * MS_DAY - offset - 1
    else:
        moment = datetime.fromisoformat(text)
        zone = timezone(timedelta(milliseconds=offset))
        found = ((moment if moment.tzinfo else moment.replace(tzinfo=zone)) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    if (found + offset) // MS_DAY + EPOCH not in _DAYS:
        raise ValueError(text)
    return found


class Calendar(NamedTuple):
    """The days that differ from Monday-Friday, sorted: `off` on weekdays, `work` at weekends; `known`: the years announced."""

    off: tuple[int, ...]
    work: tuple[int, ...]
    known: frozenset[int]

    def is_workday(self, day: int) -> bool:
        weekend = (day + 3) % 7 > 4
        among = self.work if weekend else self.off
        place = bisect_left(among, day)
        return (place < len(among) and among[place] == day) is weekend

    def workdays_before(self, day: int) -> int:
        """How many workdays lie before this day (counted from Monday 1969-12-29)."""
        weeks, rest = divmod(day + 3, 7)
        return weeks * 5 + min(rest, 5) - bisect_left(self.off, day) + bisect_left(self.work, day)

    def workday(self, number: int) -> int:
        """The day that has `number` workdays before it and is one itself."""
        first = number * 7 // 5 - 10 - 2 * len(self.work)  # every day off moves it on, every make-up day back, by less than two days each
        days = range(first, first + 20 + 2 * (len(self.work) + len(self.off)))
        return days[bisect_right(days, number, key=self.workdays_before) - 1]


def calendar_of(years: Mapping[int, tuple[Sequence[str], Sequence[str]]]) -> Calendar:
    """From the published years (off, work: ISO days). A year not announced has the statutory holidays with a fixed date, 暂定."""
    off: list[int] = []
    work: list[int] = []
    for year in YEARS:
        if year in years:
            off += [day_of(day) for day in years[year][0]]
            work += [day_of(day) for day in years[year][1]]
        else:
            off += [date(year, month, day).toordinal() - EPOCH for month, day in FIXED_HOLIDAYS]
    return Calendar(
        tuple(sorted({day for day in off if (day + 3) % 7 < 5})),
        tuple(sorted({day for day in work if (day + 3) % 7 > 4})),
        frozenset(years),
    )


class Clock:
    """One clock of the town: the wall (`hours` empty), or a schedule's hours on workdays or daily."""

    __slots__ = ("calendar", "daily", "hours", "offset", "total")

    def __init__(self, calendar: Calendar, offset: int, hours: Sequence[tuple[int, int]] = (), *, daily: bool = False) -> None:
        self.calendar, self.offset, self.hours, self.daily = calendar, offset, tuple(hours), daily
        self.total = sum(end - start for start, end in hours)

    def read(self, instant: int) -> int:
        """ms of this clock that have run before `instant`."""
        if not self.hours:
            return instant
        day, time = divmod(instant + self.offset, MS_DAY)
        if self.daily:
            reading, on_duty = day * self.total, True
        else:
            reading, on_duty = self.calendar.workdays_before(day) * self.total, self.calendar.is_workday(day)
        if on_duty:
            for start, end in self.hours:
                reading += min(max(time - start, 0), end - start)
        return reading

    def when(self, reading: int) -> int:
        """The first instant at which this clock shows `reading`: 12:00 and not 14:00, 18:00 and not 08:00 of the next workday."""
        if not self.hours:
            return reading
        number, rest = divmod(reading, self.total)
        if rest == 0:
            number, rest = number - 1, self.total
        day = number if self.daily else self.calendar.workday(number)
        for start, end in self.hours:
            if rest <= end - start:
                return day * MS_DAY + start + rest - self.offset
            rest -= end - start
        raise AssertionError("rest is at most the day's total")

    def due(self, start: int, amount: int) -> int:
        """The last instant in time of a limit of `amount` (ms of this clock) that begins at `start`."""
        return self.when(self.read(start) + amount)

    def is_provisional(self, due: int) -> bool:
        """Whether days that nobody has announced yet were counted up to `due`."""
        year = date.fromordinal((due + self.offset) // MS_DAY + EPOCH).year
        return bool(self.hours) and not self.daily and year not in self.calendar.known


def hours_of(pairs: Sequence[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    """[["08:00", "12:00"], …] as ms of the day."""
    return tuple((_time(start), _time(end)) for start, end in pairs)


def _time(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * MS_HOUR + int(minutes) * 60_000


def period_days(period: str) -> int:
    """N of the first due: the period in days, a month as 30 (DESIGN §7). Raises ValueError for a period of no days: its dues would not end."""
    number = int(period[1:-1])
    if number < 1:
        raise ValueError(period)
    return number * (30 if period[-1] == "M" else 1)


def plus(day: int, period: str) -> int:
    """The day one period later; months clamp to the last day (31 January + P1M = 28 February)."""
    number = int(period[1:-1])
    if period[-1] == "D":
        return day + number
    start = date.fromordinal(day + EPOCH)
    months = start.year * 12 + start.month - 1 + number
    year, month = divmod(months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(start.day, last)).toordinal() - EPOCH
