"""`yima import calendar`, `calendar show`, `calendar due`: the town's days, from a holiday notice, and where a limit ends on them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from yima.adapters.catalog.text import Fault as YamlFault
from yima.adapters.catalog.text import compose
from yima.adapters.ledger.notice import Notice, read, read_tree
from yima.adapters.ledger.sheets import content_of
from yima.adapters.store import Store, calendars, look, registers, seen
from yima.core import notice
from yima.core.events import CalendarPublished
from yima.core.flow.cases import Case
from yima.core.model import Object, Person, amount
from yima.core.notice import TAKEN, Days, Fault, Moving, Standing, Unseen
from yima.core.results.calendar import CalendarDue, CalendarImported, CalendarShown, DueMoved, MonthShown, Span, YearRead
from yima.core.worktime import day_of, instant_of, iso_of
from yima.errors import BadInput
from yima.i18n import _

Tick = Callable[[int, int], None]
WEEK = 7


class _DryRun(Exception):
    """Everything was worked out; the transaction is to be rolled back."""


# -- a notice read into the calendar


def import_calendar(
    store: Store, path: Path, by: Person, now: int, *, year: int = 0, dry_run: bool = False, tick: Tick | None = None
) -> CalendarImported:
    """Publish the years of a holiday notice, one fact each, in the place of what stood there; a year equal to what is known writes nothing.

    year: of days that name none. tick: (objects folded, of). With any fault in the result nothing was published.
    Raises NotAllowed, BadInput (a file that is no notice at all) or Unwritable.
    """
    registers.check_may(store, by, now, "admin")
    if year and year not in TAKEN:
        raise BadInput(_("--year {0} is outside 2020-2100.").format(year))
    said = _read(path, year)
    marks, faults = notice.marks_of(said.said)
    tables, gaps = notice.tables_of(marks, store.town.years)
    unread = sorted([*said.faults, *((one.line, _fault_said(one)) for one in faults)])
    wrong = unread or [(one.line, _fault_said(one)) for one in gaps]  # what cannot be read yet is no gap, and no holiday unseen
    if not wrong and year and year not in tables:
        raise BadInput(_("{0} says nothing of {1}; leave out --year, or look whether it is the right file.").format(path.name, year))
    years = tuple(_year_read(store, one, table) for one, table in sorted(tables.items()))
    notes = (*_notes(said), *(() if unread else _unseen(tables)))
    if wrong:
        return CalendarImported(path.name, (), tuple(wrong), notes=notes, dry_run=dry_run)
    new = {one.year: CalendarPublished(one.off, one.work) for one in years if one.did != "same"}
    moved, settled = _publish(store, new, by, now, dry_run, tick) if new else ((), ())
    return CalendarImported(path.name, years, (), moved, settled, notes, dry_run)


def _read(path: Path, year: int) -> Notice:
    if path.suffix.lower() not in (".yaml", ".yml"):
        return read(path, year)
    content_of(path)  # its sentences are about a file that somebody brings, not about the rules
    faults: list[YamlFault] = []
    tree = compose(path, faults)
    if tree is None or faults:
        return Notice((), tuple((one.line, one.what) for one in faults))
    made = read_tree(tree, year, path.stem)
    if not made.said and not made.faults:
        raise BadInput(_("{path} names no day off and no make-up day; write rows such as 2027-01-01,放假.").format(path=path.name))
    return made


def _fault_said(fault: Fault) -> str:
    days = _days_said(fault.days)
    if fault.why == "year":
        return _("{days}: a calendar reaches from 2020 to 2100.").format(days=days)
    if fault.why == "weekday":
        return _("{days} is no Saturday or Sunday but a workday anyway; a make-up day is looked for at a weekend.").format(days=days)
    if fault.why == "twice":
        if fault.line == fault.other:
            return _("{days} is named twice in this line; keep one.").format(days=days)
        return _("{days} stands in line {line} already; keep one of them.").format(days=days, line=fault.other)
    if fault.why == "both":
        if fault.line == fault.other:
            return _("{days} is off and worked in the same line; keep one.").format(days=days)
        return _("{days} is said to be off and worked, here and in line {line}; keep one of them.").format(days=days, line=fault.other)
    year = notice.year_of(fault.days[0])
    what = _(
        "{year} has a gap: {days} would be worked, and by law is off. The whole year is replaced, so all of its days must be in the file."
    )
    return what.format(year=year, days=days)


def _days_said(days: Iterable[int]) -> str:
    return _(", ").join(map(iso_of, days))


def _notes(said: Notice) -> Iterator[str]:
    if said.skipped:
        yield _("{0} rows that name no day were skipped.").format(said.skipped)
    if said.others:
        yield _("The sheets {0} were not read; import each from a file of its own.").format(_(", ").join(said.others))


def _unseen(tables: Mapping[int, Days]) -> Iterator[str]:
    """The holidays that move from year to year and are not seen in a notice: to be looked at again by somebody who has it in hand."""
    for year, table in sorted(tables.items()):
        for one in notice.unseen(year, table.off):
            yield _unseen_said(year, one)


def _unseen_said(year: int, one: Unseen) -> str:
    (month, day), (last_month, last_day) = ((int(iso_of(at)[5:7]), int(iso_of(at)[8:])) for at in (one.first, one.last))
    what = _("{holiday} {year} is not seen: no weekday from {month}/{day} to {last_month}/{last_day} is off; check the notice.")
    if one.off:
        what = _(
            "{holiday} {year}: only {off} weekdays from {month}/{day} to {last_month}/{last_day} are off, less than {least}; check the notice."
        )
    names: dict[Moving, str] = {"spring": _("Spring Festival"), "qingming": _("Qingming"), "duanwu": _("Dragon Boat Festival")}
    return what.format(
        holiday=names[one.holiday], year=year, off=one.off, least=one.least, month=month, day=day, last_month=last_month, last_day=last_day
    )


def _year_read(store: Store, year: int, table: Days) -> YearRead:
    known = store.town.years
    before = notice.table_of(known, year)
    did = "added" if before is None else "same" if before == table else "changed"
    differs = notice.change(notice.counted(known, year), table)
    return YearRead(year, did, *map(notice.iso, table), *map(notice.iso, differs))


# -- what moves with it


class _Place(NamedTuple):
    object: str
    case: Case


def _publish(
    store: Store, new: Mapping[int, CalendarPublished], by: Person, now: int, dry_run: bool, tick: Tick | None
) -> tuple[tuple[DueMoved, ...], tuple[DueMoved, ...]]:
    """Append the facts, and say which open cases have another due by them, or a provisional one no more.

    Only objects that hold an open case are folded anew here; all others stay stale until they are read.
    """
    store.fresh(calendars.stale_with_visits(store), tick)
    try:
        with store.transaction("import calendar"):
            store.fresh(calendars.stale_with_visits(store))  # what another program wrote in between
            before = _standings(store, now)
            for year, event in new.items():
                store.append("calendar.published", str(year), event, by=by.id, now=now)
            store.fresh(dict.fromkeys(place.object for place, _standing in before.values()), tick)
            moved = _moved(store, before, _standings(store, now))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    settled = tuple(one for one in moved if one.old == one.new)
    return tuple(one for one in moved if one.old != one.new), settled


def _standings(store: Store, now: int) -> dict[str, tuple[_Place, Standing]]:
    town = store.town
    return {
        case.key: (_Place(object_id, case), notice.standing(town, town.catalogues[case.catalogue], case, now))
        for object_id, case in look.open_cases(store)
        if case.catalogue in town.catalogues
    }


def _moved(store: Store, before: Mapping[str, tuple[_Place, Standing]], after: Mapping[str, tuple[_Place, Standing]]) -> list[DueMoved]:
    """What differs, the provisional ones first, then by the new due."""
    found = []
    for key, (place, new) in after.items():
        old = before[key][1] if key in before else new
        if old == new:
            continue
        obj = look.store_object(store, place.object) or Object(place.object, "", "")
        item = seen.item_of(store, place.case)
        found.append(
            DueMoved(
                seen.number_of(store, place.case),
                obj.id,
                obj.name,
                obj.place,
                item.id,
                item.name,
                old.due,
                new.due,
                old.provisional,
                new.provisional,
            )
        )
    return sorted(found, key=lambda one: (not one.was_provisional, one.new is None, one.new or 0, one.case))


# -- a year


def show(store: Store, year: int) -> CalendarShown:
    """The days off and the make-up days of a year. Raises BadInput for a year that no calendar can have."""
    known = store.town.years
    if year not in TAKEN and year not in known:
        first = min(known, default=TAKEN[0])
        raise BadInput(_("The calendar reaches from {0} to 2100; {1} is outside.").format(first, year))
    calendar, table = notice.calendar_around(known, year), notice.counted(known, year)
    first, last = day_of(f"{year}-01-01"), day_of(f"{year}-12-31")
    runs = [one for one in notice.rests(calendar, first - 2 * WEEK, last + 2 * WEEK) if one.is_holiday]
    fact = calendars.published(store, year)
    months = []
    for month in range(1, 13):
        begin = day_of(f"{year}-{month:02d}-01")
        end = day_of(f"{year}-{month + 1:02d}-01") if month < 12 else last + 1
        days = range(begin, end)
        holidays = [run for run in runs if begin <= _first_holiday(run, table, year) < end]
        work = notice.iso(day for day in table.work if day in days)
        months.append(MonthShown(month, tuple(map(_span, holidays)), work, sum(map(calendar.is_workday, days))))
    workdays = sum(one.workdays for one in months)
    return CalendarShown(
        year,
        fact is not None,
        look.person_name(store, fact.actor) if fact is not None else "",
        store.town.when(fact) if fact is not None else None,
        notice.iso(table.off),
        notice.iso(table.work),
        tuple(months),
        workdays,
        last - first + 1 - workdays,
    )


def _first_holiday(run: notice.Rest, table: Days, year: int) -> int:
    """The first day of a run that makes it a holiday of this year, so that it is listed once and in its month; -1 for a run of another year."""
    return next((day for day in range(run.first, run.last + 1) if day in table.off or day in notice.fixed(year)), -1)


def _span(run: notice.Rest) -> Span:
    return Span(iso_of(run.first), iso_of(run.last), run.last - run.first + 1, run.is_holiday)


# -- where a limit ends


def due(store: Store, start: str, value: int, unit: str, schedule: str = "office") -> CalendarDue:
    """When a limit that begins at `start` (a time of the town) would end. unit: urgent_hour work_hour work_day natural_day.

    Raises BadInput for a start that is no time, a limit of 0, an unknown schedule, and an end beyond 2100.
    """
    town = store.town
    begin = _instant(store, start)
    if value < 1:
        raise BadInput(_("A limit of {0} ends before it begins; give at least 1.").format(value))
    known = town.last_catalogue.town["schedules"]
    if schedule not in known:
        raise BadInput(_("There is no schedule {0}; this town has {1}.").format(schedule, _(", ").join(sorted(known))))
    clock, limit = town.clock(unit, schedule), amount(value, unit)
    reading = clock.read(begin)
    end = clock.when(reading + limit)
    if town.day(end) > day_of(f"{TAKEN[-1]}-12-31"):
        raise BadInput(_("The limit would end after 2100, where the calendar ends; give a shorter one."))
    counts_from = clock.when(reading + 1) - 1  # the ms before one has run
    first, last = town.day(counts_from), town.day(end)
    if not clock.hours or clock.daily:
        return CalendarDue(begin, value, unit, schedule, counts_from, end, (), (), ())
    years = range(notice.year_of(first), notice.year_of(last) + 1)
    return CalendarDue(
        begin,
        value,
        unit,
        schedule,
        counts_from,
        end,
        tuple(year for year in years if year not in town.years),
        tuple(map(_span, notice.rests(town.calendar, town.day(begin), last))),
        notice.iso(notice.made_up(town.calendar, town.day(begin), last)),
    )


def _instant(store: Store, text: str) -> int:
    from unicodedata import normalize

    plain = normalize("NFKC", text).strip()  # a Chinese input method left on: １０：００
    if len(plain) <= len("2026-12-30"):
        raise BadInput(_("“{0}” has no time of the day; a limit starts at one, such as 2026-12-30T10:00.").format(text))
    try:
        return instant_of(plain, store.town.offset)
    except (ValueError, OverflowError):
        raise BadInput(_("“{0}” is no time between 2020 and 2100; write it like 2026-12-30T10:00.").format(text)) from None
