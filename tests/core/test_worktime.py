"""When a limit ends: the 86 vectors of tests/data/deadlines.csv, stepping minute by minute, and what holds for every clock."""

import csv
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yima.adapters.calendars import shipped_calendars
from yima.core.model import MS_DAY, MS_HOUR, amount
from yima.core.worktime import Calendar, Clock, calendar_of, day_of, hours_of, iso_of, period_days, plus

CHINA = timezone(timedelta(hours=8))
OFFSET = 8 * MS_HOUR
MINUTE = 60_000
CALENDAR = calendar_of({year: days for year, days in shipped_calendars().items() if year in (2025, 2026)})
OFFICE = Clock(CALENDAR, OFFSET, hours_of([["08:00", "12:00"], ["14:00", "18:00"]]))
STREET = Clock(CALENDAR, OFFSET, hours_of([["07:00", "21:00"]]), daily=True)
WALL = Clock(Calendar((), (), frozenset()), OFFSET)
CLOCKS = {"urgent_hour": WALL, "natural_day": WALL, "work_hour": OFFICE, "work_day": OFFICE}
VECTORS = list(csv.DictReader((Path(__file__).parents[1] / "data/deadlines.csv").read_text(encoding="utf-8").splitlines()))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


def shows(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, CHINA).replace(tzinfo=None).isoformat(timespec="seconds").removesuffix(":00")


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 86


@pytest.mark.parametrize("one", VECTORS, ids=[f"{one['start']} {one['value']} {one['unit']}" for one in VECTORS])
def test_a_limit_ends_on_its_own_clock(one: dict[str, str]) -> None:
    clock = CLOCKS[one["unit"]]
    due = clock.due(at(one["start"]), amount(int(one["value"]), one["unit"]))
    assert due == at(one["due"]), f"{shows(due)}: {one['why']}"
    assert clock.is_provisional(due) == (one["provisional"] == "yes"), one["why"]


@pytest.mark.parametrize(
    ("start", "hours", "due", "why"),
    [
        ("2026-09-07T19:30", 2, "2026-09-08T07:30", "the night stands still"),
        ("2026-09-07T20:00", 1, "2026-09-07T21:00", "the earlier instant: not 07:00"),
        ("2026-09-07T21:00", 1, "2026-09-08T08:00", "21:00 itself is outside"),
        ("2026-09-12T06:00", 14, "2026-09-12T21:00", "Saturday counts, a whole day"),
        ("2026-10-01T10:00", 28, "2026-10-03T10:00", "holidays count"),
    ],
)
def test_the_street_schedule_runs_every_day_from_seven_to_nine(start: str, hours: int, due: str, why: str) -> None:
    assert shows(STREET.due(at(start), hours * MS_HOUR)) == due, why


# -- what holds for every clock

INSTANTS = st.integers(at("2025-01-01T00:00"), at("2027-06-30T00:00"))
AMOUNTS = st.integers(1, 400 * MS_HOUR)
ANY_CLOCK = st.sampled_from([WALL, OFFICE, STREET])


@given(ANY_CLOCK, INSTANTS, AMOUNTS, AMOUNTS)
def test_a_limit_in_two_parts_ends_where_the_whole_ends(clock: Clock, start: int, one: int, other: int) -> None:
    assert clock.due(start, one + other) == clock.due(clock.due(start, one), other)


@given(ANY_CLOCK, INSTANTS, INSTANTS, AMOUNTS, AMOUNTS)
def test_later_starts_and_longer_limits_never_end_earlier(clock: Clock, one: int, other: int, limit: int, longer: int) -> None:
    first, second = sorted((one, other))
    assert clock.read(first) <= clock.read(second)
    assert clock.due(first, limit) <= clock.due(second, limit)
    assert clock.due(first, limit) < clock.due(first, limit + longer)


@given(ANY_CLOCK, INSTANTS, AMOUNTS)
def test_reading_and_instant_are_inverse(clock: Clock, start: int, limit: int) -> None:
    reading = clock.read(start) + limit
    due = clock.when(reading)
    assert clock.read(due) == reading
    assert clock.read(due - 1) == reading - 1, "the first instant that shows the reading"
    assert due >= start + limit


@given(INSTANTS)
def test_a_work_day_is_eight_work_hours(start: int) -> None:
    assert amount(1, "work_day") == amount(8, "work_hour")
    due = OFFICE.due(start, amount(1, "work_day"))
    assert OFFICE.calendar.is_workday((due + OFFSET) // MS_DAY)


@given(INSTANTS, AMOUNTS)
def test_a_working_due_lies_in_a_session_of_a_workday_its_end_included(start: int, limit: int) -> None:
    day, time = divmod(OFFICE.due(start, limit) + OFFSET, MS_DAY)
    assert OFFICE.calendar.is_workday(day)
    assert 8 * MS_HOUR < time <= 12 * MS_HOUR or 14 * MS_HOUR < time <= 18 * MS_HOUR


YEARS = {year: days for year, days in shipped_calendars().items() if 2024 <= year <= 2026}


@pytest.mark.parametrize("daily", [pytest.param(False, marks=pytest.mark.long), True], ids=["office", "street"])
def test_stepping_minute_by_minute_through_three_years_agrees(daily: bool) -> None:
    clock = STREET if daily else Clock(calendar_of(YEARS), OFFSET, OFFICE.hours)
    hours = set(range(7, 21)) if daily else {8, 9, 10, 11, 14, 15, 16, 17}
    reading = clock.read(at("2024-01-01T00:00"))
    for number in range(day_of("2024-01-01"), day_of("2027-01-01")):
        midnight, day = number * MS_DAY - OFFSET, date.fromordinal(number + date(1970, 1, 1).toordinal())
        off, work = YEARS[day.year]
        on_duty = daily or day.isoformat() in work or (day.weekday() < 5 and day.isoformat() not in off)
        for minute in range(1440):
            if on_duty and minute // 60 in hours:
                reading += MINUTE
                assert clock.when(reading) == midnight + (minute + 1) * MINUTE
            assert clock.read(midnight + (minute + 1) * MINUTE) == reading


# -- calendar and periods


@pytest.mark.parametrize(
    ("day", "is_workday", "why"),
    [
        ("2026-02-13", True, "a Friday"),
        ("2026-02-14", True, "a make-up Saturday"),
        ("2026-02-15", False, "a Sunday"),
        ("2026-02-16", False, "Spring Festival"),
        ("2027-01-01", False, "not announced: a holiday with a fixed date"),
        ("2027-02-08", True, "not announced: a plain Monday, 暂定"),
        ("2027-10-03", False, "a Sunday all the same"),
    ],
)
def test_workdays_are_the_towns_own_table(day: str, is_workday: bool, why: str) -> None:
    assert CALENDAR.is_workday(day_of(day)) is is_workday, why


@given(st.integers(day_of("2020-01-01"), day_of("2100-12-31")))
def test_workdays_are_numbered_without_gaps(day: int) -> None:
    number = CALENDAR.workdays_before(day)
    assert CALENDAR.workdays_before(day + 1) == number + CALENDAR.is_workday(day)
    if CALENDAR.is_workday(day):
        assert CALENDAR.workday(number) == day


def _days(years: list[int], *, weekend: bool) -> list[str]:
    first, last = day_of(f"{years[0]}-01-01"), day_of(f"{years[-1]}-12-31")
    return [iso_of(day) for day in range(first, last + 1) if ((day + 3) % 7 > 4) is weekend]


@pytest.mark.parametrize("day", ["2027-03-06", "2029-03-05", "2031-06-02", "2035-01-03", "2090-01-04"])
@pytest.mark.parametrize("weekend", [True, False], ids=["no day off for ten years", "ten years without work"])
def test_a_calendar_far_from_five_days_a_week_counts_all_the_same(weekend: bool, day: str) -> None:
    years = list(range(2025, 2035))
    days = _days(years, weekend=weekend)
    calendar = calendar_of({year: ((), days) if weekend else (days, ()) for year in years})
    on = next(number for number in range(day_of(day), day_of("2091-01-01")) if calendar.is_workday(number))
    assert calendar.workday(calendar.workdays_before(on)) == on


def test_a_period_of_no_days_is_refused() -> None:
    for period in ("P0D", "P0M", "P-1D"):
        with pytest.raises(ValueError):
            period_days(period)


@pytest.mark.parametrize(
    ("day", "period", "then"),
    [
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2028-01-31", "P1M", "2028-02-29"),
        ("2026-03-31", "P1M", "2026-04-30"),
        ("2026-12-15", "P1M", "2027-01-15"),
        ("2026-11-30", "P3M", "2027-02-28"),
        ("2026-02-28", "P1M", "2026-03-28"),
        ("2026-02-27", "P3D", "2026-03-02"),
        ("2026-12-30", "P14D", "2027-01-13"),
    ],
)
def test_a_period_later_months_clamp_to_the_last_day(day: str, period: str, then: str) -> None:
    assert iso_of(plus(day_of(day), period)) == then


@pytest.mark.parametrize(("period", "days"), [("P1D", 1), ("P14D", 14), ("P1M", 30), ("P3M", 90)])
def test_a_month_counts_thirty_days_where_the_first_due_is_spread(period: str, days: int) -> None:
    assert period_days(period) == days
