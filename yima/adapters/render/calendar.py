"""How the calendar is said: a notice read into it, a year by month, where a limit ends."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from yima.adapters.render import Voice, clean, date_of, iso, join, local, table
from yima.adapters.render.office import unit_word
from yima.core.results.calendar import CalendarDue, CalendarImported, CalendarShown, DueMoved, MonthShown, Span, YearRead
from yima.i18n import _

SHOWN = 20  # faults on a screen; they come again at the next try. What moved is never cut: it cannot be asked twice


# -- days


def day_word(iso_day: str) -> str:
    """1月3日."""
    day = date.fromisoformat(iso_day)
    return _("{0}/{1}").format(day.month, day.day)


def run_word(first: str, last: str) -> str:
    """1月1日—3日, 9月29日—10月6日, or one day alone."""
    if first == last:
        return day_word(first)
    if first[:7] == last[:7]:
        day = date.fromisoformat(first)
        return _("{0}/{1}-{2}").format(day.month, day.day, int(last[-2:]))
    return _("{0} to {1}").format(day_word(first), day_word(last))


def runs_word(days: Sequence[str]) -> str:
    """Days as runs: 2月8日—12日, 2月15日. A weekend between two of them interrupts a run."""
    runs: list[list[str]] = []
    for day in days:
        if runs and date.fromisoformat(day).toordinal() == date.fromisoformat(runs[-1][1]).toordinal() + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return join(run_word(first, last) for first, last in runs)


def weekday_word(day: date) -> str:
    return (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))[day.weekday()]


def instant_word(ms: int, voice: Voice) -> str:
    """2026-12-31 17:00 周四: with the year, because a limit may end in the next one; seconds only where there are some."""
    moment = local(ms, voice)
    return f"{moment.strftime('%Y-%m-%d %H:%M:%S').removesuffix(':00')} {weekday_word(moment.date())}"


# -- a notice read


def calendar_imported(result: CalendarImported, voice: Voice) -> str:
    lines = [_("Dry run: nothing was written.")] if result.dry_run else []
    lines += [_("  line {0}: {1}").format(line, clean(what)) if line else f"  {clean(what)}" for line, what in result.faults[:SHOWN]]
    if len(result.faults) > SHOWN:
        lines.append(_("  … and {0} more").format(len(result.faults) - SHOWN))
    for year in result.years:
        lines += _year_read(year)
    if any(year.did != "same" for year in result.years) and not result.faults:
        lines += _moved(result, voice)
    return "\n".join([*lines, *map(clean, result.notes)])


def _year_read(one: YearRead) -> Iterator[str]:
    counts = (one.year, len(one.off), len(one.work))
    if one.did == "same":
        yield _("{0}: equal to what is known, {1} weekdays off and {2} make-up days; nothing was written.").format(*counts)
        return
    if one.did == "added":
        yield _("{0}: published, provisional until now: {1} weekdays off, {2} make-up days.").format(*counts)
    else:
        yield _("{0}: published in the place of the whole year as it was known: {1} weekdays off, {2} make-up days.").format(*counts)
    for said, days in (
        (_("  newly off: {0}"), one.newly_off),
        (_("  no longer off: {0}"), one.no_longer_off),
        (_("  newly worked: {0}"), one.newly_work),
        (_("  no longer worked: {0}"), one.no_longer_work),
    ):
        if days:
            yield said.format(runs_word(days))
    if not (one.newly_off or one.no_longer_off or one.newly_work or one.no_longer_work):
        yield _("  no day is other than it was counted before")


def _moved(result: CalendarImported, voice: Voice) -> Iterator[str]:
    provisional = sum(one.was_provisional for one in result.moved)
    if result.moved:
        yield _("The due moves in {0} open cases, {1} of them were provisional:").format(len(result.moved), provisional)
        yield table(_moved_row(one, voice) for one in result.moved)
    else:
        yield _("No open case has another due by it.")
    if result.settled:
        yield _("Provisional until now and settled on the same due: {0}").format(join(one.case for one in result.settled))


def _moved_row(one: DueMoved, voice: Voice) -> tuple[str, ...]:
    place = " ".join(part for part in (one.place, one.name) if part)
    return (
        f"  {one.case}",
        place,
        one.item_name,
        _due_word(one.old, one.was_provisional, voice),
        "→",
        _due_word(one.new, one.provisional, voice),
    )


def _due_word(due: int | None, provisional: bool, voice: Voice) -> str:
    if due is None:
        return "—"
    said = local(due, voice).strftime("%Y-%m-%d %H:%M")
    return _("{0} (provisional)").format(said) if provisional else said


def refused_said(result: CalendarImported) -> str:
    """Why nothing was published, in one sentence."""
    return _("{0} faults stand in {1}; nothing was published. Mend them, then import it again.").format(
        len(result.faults), clean(result.file)
    )


def calendar_imported_json(result: CalendarImported, voice: Voice) -> Any:
    did = [year.did for year in result.years]
    return {
        "register": "calendar",
        "file": result.file,
        "read": len(did),
        "added": did.count("added"),
        "changed": did.count("changed"),
        "same": did.count("same"),
        "rejected": len(result.faults),
        "rejected_file": None,
        "rejected_rows": [{"line": line or None, "reason": reason} for line, reason in result.faults],
        "years": [
            {**year._asdict(), **{key: list(days) for key, days in year._asdict().items() if isinstance(days, tuple)}}
            for year in result.years
        ],
        "moved": [_moved_json(one, voice) for one in result.moved],
        "settled": [_moved_json(one, voice) for one in result.settled],
        "notes": list(result.notes),
        "dry_run": result.dry_run,
    }


def _moved_json(one: DueMoved, voice: Voice) -> Any:
    return {
        "case": one.case,
        "object": {"id": one.object, "name": one.name, "place": one.place},
        "item": one.item,
        "old": iso(one.old, voice),
        "new": iso(one.new, voice),
        "was_provisional": one.was_provisional,
        "provisional": one.provisional,
    }


# -- a year


def calendar_shown(result: CalendarShown, voice: Voice) -> str:
    if result.announced and result.at is not None:
        lines = [_("Calendar of {0}, published by {1} on {2}").format(result.year, clean(result.by), date_of(result.at, voice))]
    else:
        lines = [_("Calendar of {0}: provisional, the holidays are not announced yet").format(result.year)]
    rows = [_month_row(one) for one in result.months if one.holidays or one.work]
    lines.append(table([(_("month"), _("off"), _("make-up days"), _("workdays")), *rows], right=(3,)))
    said = _("{0} workdays, {1} days without work; every other day is worked from Monday to Friday.")
    lines.append(said.format(result.workdays, result.rest_days))
    if not result.announced:
        lines.append(_("Only the holidays with a fixed date are counted; when the notice comes: yima import calendar FILE"))
    return "\n".join(lines)


def _month_row(one: MonthShown) -> tuple[str, ...]:
    off = join(_run_days(run) for run in one.holidays)
    return (_month_word(one.month), off, join(map(_worked_word, one.work)), str(one.workdays))


def _month_word(month: int) -> str:
    return _("month {0}").format(month)


def _run_days(run: Span) -> str:
    return _("{0} ({1} days)").format(run_word(run.first, run.last), run.days)


def _worked_word(iso_day: str) -> str:
    return f"{day_word(iso_day)} {weekday_word(date.fromisoformat(iso_day))}"


def calendar_shown_json(result: CalendarShown, voice: Voice) -> Any:
    return {
        "year": result.year,
        "announced": result.announced,
        "by": result.by or None,
        "at": iso(result.at, voice),
        "off": list(result.off),
        "work": list(result.work),
        "months": [
            {"month": one.month, "holidays": _spans_json(one.holidays), "work": list(one.work), "workdays": one.workdays}
            for one in result.months
        ],
        "workdays": result.workdays,
        "rest_days": result.rest_days,
    }


def _spans_json(spans: Iterable[Span]) -> list[Any]:
    return [{"from": one.first, "to": one.last, "days": one.days} for one in spans]


# -- where a limit ends


def calendar_due(result: CalendarDue, voice: Voice) -> str:
    start, end = instant_word(result.start, voice), instant_word(result.due, voice)
    ends = _("{0} from {1}: ends {2}, provisional") if result.provisional else _("{0} from {1}: ends {2}")
    lines = [ends.format(unit_word(result.value, result.unit), start, end)]
    if result.counts_from != result.start:
        lines.append(_("It starts outside working hours and counts from {0}.").format(instant_word(result.counts_from, voice)))
    if result.rests:
        lines.append(_rests(result))
    if result.make_up:
        lines.append(_("Worked to make up, and counted: {0}").format(join(map(_worked_word, result.make_up))))
    if result.unannounced:
        years = join(str(year) for year in result.unannounced)
        lines.append(_("The holidays of {0} are not announced yet; yima import calendar will compute it again.").format(years))
    return "\n".join(lines)


def _rests(result: CalendarDue) -> str:
    """其间休息9天：2月15日—23日; plain weekends as a number."""
    holidays = [run_word(one.first, one.last) for one in result.rests if one.is_holiday]
    weekend = sum(one.days for one in result.rests if not one.is_holiday)
    if not holidays:
        return _("In between {0} days of weekends.").format(weekend)
    if not weekend:
        return _("In between {0} days off: {1}").format(result.rest_days, join(holidays))
    return _("In between {0} days off: {1}, and {2} days of weekends").format(result.rest_days, join(holidays), weekend)


def calendar_due_json(result: CalendarDue, voice: Voice) -> Any:
    return {
        "due": iso(result.due, voice),
        "provisional": result.provisional,
        "start": iso(result.start, voice),
        "value": result.value,
        "unit": result.unit,
        "schedule": result.schedule,
        "counts_from": iso(result.counts_from, voice),
        "rest_days": result.rest_days,
        "rests": _spans_json(result.rests),
        "make_up": list(result.make_up),
        "unannounced": list(result.unannounced),
    }


TABLE = {
    "CalendarImported": (calendar_imported, calendar_imported_json),
    "CalendarShown": (calendar_shown, calendar_shown_json),
    "CalendarDue": (calendar_due, calendar_due_json),
}
