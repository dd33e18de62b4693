"""A holiday notice (放假通知): what its days mean for the town's calendar, what is wrong with them, and what they change.

A year's table holds only the days that differ from Monday-Friday; a notice names them all, weekends too. Days are numbers since 1970-01-01.
Source: 全国年节及纪念日放假办法 (FIXED_HOLIDAYS, MOVING_HOLIDAYS), and the form of the yearly notices of 国务院办公厅.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple

from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import Catalogue
from yima.core.town import Town
from yima.core.worktime import EPOCH, FIXED_HOLIDAYS, Calendar, Clock, day_of, iso_of

TAKEN = range(2020, 2101)  # years that a notice may speak of: those that a clock may show
Why = Literal["year", "weekday", "twice", "both", "gap"]
Known = Mapping[int, tuple[Sequence[str], Sequence[str]]]  # year -> (off, work), ISO days, as the town knows them
Moving = Literal["spring", "qingming", "duanwu"]  # 春节, 清明节, 端午节
# Each with its first and last day (month, day) in any year, and how many weekdays at least are off between them; see `unseen`
MOVING_HOLIDAYS: tuple[tuple[Moving, tuple[int, int], tuple[int, int], int], ...] = (
    ("spring", (1, 20), (2, 28), 3),
    ("qingming", (4, 2), (4, 8), 1),
    ("duanwu", (5, 25), (6, 30), 1),
)
MOVING_SINCE = 2008  # before it neither 清明节 nor 端午节 was a day off


class Said(NamedTuple):
    """The days first..last are off, or (is_work) worked to make up for others. line: of the file."""

    line: int
    first: int
    last: int
    is_work: bool


class Fault(NamedTuple):
    """Days of one line that cannot be so. other: the line that they contradict; line 0: something that no line says."""

    why: Why
    line: int
    days: tuple[int, ...]
    other: int = 0


class Unseen(NamedTuple):
    """A statutory holiday without a fixed date that a year's table does not show: fewer weekdays than `least` are off in first..last."""

    holiday: Moving
    first: int
    last: int
    off: int
    least: int


class Mark(NamedTuple):
    is_work: bool
    line: int


class Days(NamedTuple):
    """A year's table: free though Monday-Friday, and worked though Saturday or Sunday; sorted."""

    off: tuple[int, ...]
    work: tuple[int, ...]


class Change(NamedTuple):
    """How a year's table differs from what counted before it."""

    newly_off: tuple[int, ...]
    no_longer_off: tuple[int, ...]
    newly_work: tuple[int, ...]
    no_longer_work: tuple[int, ...]


class Rest(NamedTuple):
    """An unbroken run of days without work. is_holiday: more than a plain weekend."""

    first: int
    last: int
    is_holiday: bool


class Standing(NamedTuple):
    """The due that a case shows, and whether days were counted that nobody has announced."""

    due: int | None
    provisional: bool


def year_of(day: int) -> int:
    return date.fromordinal(day + EPOCH).year


def is_weekend(day: int) -> bool:
    return (day + 3) % 7 > 4


# -- what a notice says


def marks_of(said: Iterable[Said]) -> tuple[dict[int, Mark], list[Fault]]:
    """Each day that is named with what it is, and every contradiction by line."""
    marks: dict[int, Mark] = {}
    found: dict[tuple[Why, int, int], list[int]] = {}
    for one in said:
        for day in range(one.first, one.last + 1):
            earlier = marks.get(day)
            if year_of(day) not in TAKEN:
                found.setdefault(("year", one.line, 0), []).append(day)
            elif earlier is not None:
                why: Why = "twice" if earlier.is_work is one.is_work else "both"
                found.setdefault((why, one.line, earlier.line), []).append(day)
            elif one.is_work and not is_weekend(day):
                found.setdefault(("weekday", one.line, 0), []).append(day)
            else:
                marks[day] = Mark(one.is_work, one.line)
    return marks, [Fault(why, line, tuple(days), other) for (why, line, other), days in found.items()]


def tables_of(marks: Mapping[int, Mark], known: Known) -> tuple[dict[int, Days], list[Fault]]:
    """The years that a notice speaks of, each whole, and the statutory holidays that would be worked: days are missing there.

    A notice begins in the last days of the year before it (2022年12月31日至2023年1月2日): December days beside a next year whose table is
    in the same file are put into what is known of their year, and replace nothing else of it.
    """
    years: dict[int, dict[int, Mark]] = {}
    for day in sorted(marks):
        years.setdefault(year_of(day), {})[day] = marks[day]
    tables: dict[int, Days] = {}
    faults: list[Fault] = []
    for year, days in years.items():
        off = {day for day, mark in days.items() if not mark.is_work and not is_weekend(day)}
        work = {day for day, mark in days.items() if mark.is_work}
        if year + 1 in years and min(days) >= day_of(f"{year}-12-01"):
            before = table_of(known, year)
            if before is not None:
                off, work = off | {*before.off} - {*days}, work | {*before.work} - {*days}
            if not off | work or _days(off, work) == before:
                continue
        tables[year] = _days(off, work)
        worked = [day for day in fixed(year) if (day in work if is_weekend(day) else day not in off)]
        if worked:
            faults.append(Fault("gap", 0, tuple(worked)))
    return tables, faults


def _days(off: Iterable[int], work: Iterable[int]) -> Days:
    return Days(tuple(sorted({*off})), tuple(sorted({*work})))


def fixed(year: int) -> list[int]:
    """The days of the statutory holidays with a fixed date."""
    return [_day(year, month_day) for month_day in FIXED_HOLIDAYS]


def unseen(year: int, off: Iterable[int]) -> list[Unseen]:
    """The statutory holidays without a fixed date that nobody seems to have put into a year's table. off: its weekdays off.

    Their days are the moon's and the sun's, and are not computed here: a holiday counts as seen when enough weekdays are off in the window in
    which it lies in any year. So this is a reason to look again, never a fault. 中秋节 is left out: it may fall together with 国庆节, whose
    days off would hide it. Nothing is asked of a year before 2008.
    Source: 全国年节及纪念日放假办法 (国务院令第513号, in force since 2008-01-01; 第644号, 第795号). 第二条: 春节 three days, four since 2025, 清明节
    and 端午节 one each. 第六条: such a day on a Saturday or Sunday is made up for on a weekday, so that each leaves as many weekdays off.
    The windows are our own: until 2100 春节 is from 21 January to 19 February, 清明 on 4 or 5 April, 端午 from 27 May to 25 June; a few days
    more are for weekends and for days that were exchanged.
    """
    if year < MOVING_SINCE:
        return []
    days = {*off}
    spans = ((holiday, _day(year, first), _day(year, last), least) for holiday, first, last, least in MOVING_HOLIDAYS)
    asked = (Unseen(holiday, first, last, len(days & {*range(first, last + 1)}), least) for holiday, first, last, least in spans)
    return [one for one in asked if one.off < one.least]


def _day(year: int, month_day: tuple[int, int]) -> int:
    return date(year, *month_day).toordinal() - EPOCH


def table_of(known: Known, year: int) -> Days | None:
    """The year's table as the town knows it; None where nobody has announced it."""
    if year not in known:
        return None
    off, work = known[year]
    return _days((day for day in map(day_of, off) if not is_weekend(day)), (day for day in map(day_of, work) if is_weekend(day)))


def counted(known: Known, year: int) -> Days:
    """What counts for a year: its table, or the statutory holidays with a fixed date, 暂定."""
    return table_of(known, year) or _days((day for day in fixed(year) if not is_weekend(day)), ())


def change(before: Days, after: Days) -> Change:
    def only(these: Sequence[int], those: Sequence[int]) -> tuple[int, ...]:
        return tuple(day for day in these if day not in those)

    return Change(only(after.off, before.off), only(before.off, after.off), only(after.work, before.work), only(before.work, after.work))


def iso(days: Iterable[int]) -> tuple[str, ...]:
    return tuple(map(iso_of, days))


# -- what a calendar says of a stretch of days


def calendar_around(known: Known, year: int) -> Calendar:
    """A calendar that is right in a year and in the weeks beside it, the years before 2020 too."""
    tables = [counted(known, one) for one in (year - 1, year, year + 1)]
    return Calendar(
        tuple(day for table in tables for day in table.off), tuple(day for table in tables for day in table.work), frozenset(known)
    )


def rests(calendar: Calendar, first: int, last: int) -> list[Rest]:
    """The runs of days without work from `first` to `last`, cut off there."""
    holidays = {*calendar.off, *(day for year in range(year_of(first), year_of(last) + 1) for day in fixed(year))}
    free = [day for day in range(first, last + 1) if not calendar.is_workday(day)]
    begins = [day for before, day in pairwise([first - 2, *free]) if day != before + 1]
    found = []
    for begin in begins:
        end = begin
        while end < last and not calendar.is_workday(end + 1):
            end += 1
        found.append(Rest(begin, end, any(day in holidays for day in range(begin, end + 1))))
    return found


def made_up(calendar: Calendar, first: int, last: int) -> list[int]:
    """The Saturdays and Sundays that are worked from `first` to `last`."""
    return [day for day in calendar.work if first <= day <= last]


# -- what moves with it


def standing(town: Town, catalogue: Catalogue, case: Case, now: int) -> Standing:
    """The running due of an open case at `now`, as `yima show` says it; of a suspended case the one after the end date."""
    seen = cases.advance(town, catalogue, case, now)
    if seen.stage == "suspended" and seen.after is not None:
        seen = cases.advance(town, catalogue, seen, seen.after[0])
    due = cases.running_due(town, catalogue, seen)
    return Standing(due, due is not None and _clock(town, catalogue, seen).is_provisional(due))


def _clock(town: Town, catalogue: Catalogue, case: Case) -> Clock:
    """The clock of the running limit: the item's while that runs, else the one of the stage's own limit."""
    item = cases.rule_of(catalogue, case)
    if case.running is not None:
        return cases.clock_of(town, item, case)
    branch = {"returned": "return", "unclaimed": "transfer"}.get(case.stage)
    limit = catalogue.branches[branch]["limit"] if branch else cases.stage_of(catalogue, case.flow, case.stage).get("limit", {})
    if limit.get("kind") == "share":
        return cases.clock_of(town, item, case)
    return town.clock(limit.get("unit", "work_day"), limit.get("schedule", "office"), case.catalogue)
