"""The numbers of a report, counted from final states: what was due, what was in time, how each round ended, who is missing. DESIGN §15.

Pure counting: instants are ms UTC, days local day numbers. A number is always a numerator over a denominator; `percent` says it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from yima.core import duty
from yima.core.duty.staff import Gap, Staff, gaps
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.flow.rounds import asked_at, beginning, dues, is_paused_check, start_of
from yima.core.model import MS_DAY, OWNER_OF, Catalogue, Item, Object
from yima.core.town import Town
from yima.core.worktime import YEARS, day_of, iso_of

PASSED = ("passed", "spot", "rated", "unrated")  # outcomes after which the trouble was looked at and is gone


# -- percents and medians


def percent(numerator: int, denominator: int) -> str | None:
    """ "93.72": 100 × numerator ÷ denominator, rounded half up to two places; None for a denominator of 0. Source: fixtures/kpi.csv."""
    if not denominator:
        return None
    hundredths = (20_000 * numerator + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def median(values: Iterable[int]) -> int | None:
    """The middle value, of an even number the mean of the two in the middle (rounded down); None for none."""
    found = sorted(values)
    if not found:
        return None
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) // 2


# -- the period


class Period(NamedTuple):
    """Whole local days, first to last, cut where the report is as of an earlier instant: what has not happened yet is in no number."""

    first: int
    last: int
    start: int  # first ms
    end: int  # first ms after it, at most 1 ms after as-of

    def holds(self, instant: int | None) -> bool:
        return instant is not None and self.start <= instant < self.end


def period(first: int, last: int, offset: int, as_of: int) -> Period:
    return Period(first, last, first * MS_DAY - offset, min((last + 1) * MS_DAY - offset, as_of + 1))


def week_of(day: int) -> str:
    """The ISO week of a local day: 2026-W47."""
    year, week, _ = date.fromisoformat(iso_of(day)).isocalendar()
    return f"{year}-W{week:02d}"


def days_of_week(week: str) -> tuple[int, int]:
    """First and last day of "2026-W47". Raises ValueError for what is no week."""
    if not re.fullmatch(r"[0-9]{4}-W[0-9]{2}", week):
        raise ValueError(week)
    if int(week[:4]) not in YEARS:
        raise ValueError(week)
    first = day_of(date.fromisocalendar(int(week[:4]), int(week[6:]), 1).isoformat())
    return first, first + 6


# -- cases


def limit_end(town: Town, catalogue: Catalogue, case: Case, now: int) -> int | None:
    """Where the item's limit of this case ends: what "due in the period" asks. None where it is due in no period.

    A case that was done: the due at that done. An open one: the running due; suspended, the one after the end date. Merged cases, granted
    voids, upheld appeals, leads and what has no running limit: none. A void stays due until the centre grants it; who left in time owes nothing.
    """
    if case.outcome == "merged" or case.void_granted or case.appeal == "upheld":
        return None
    if case.done is not None:
        return case.done_due
    item = cases.rule_of(catalogue, case)
    if case.closed is None:
        case = cases.advance(town, catalogue, case, now)
        if case.stage == "suspended" and case.after is not None:
            case = cases.advance(town, catalogue, case, case.after[0])
        return cases.due_of(town, item, case)
    if not case.started or case.outcome not in ("void", "tenant"):
        return None
    clock = cases.clock_of(town, item, case)
    due = clock.when(clock.read(case.closed) + case.allowed - case.used)
    return due if case.outcome == "void" or due <= case.closed else None


def check_end(town: Town, catalogue: Catalogue, case: Case, due: int) -> int:
    """Where the check's limit ends that follows the item's limit: the instant by which the case should be closed."""
    stage = cases.enter(town, catalogue, case._replace(running=None), "check", due)
    return due if stage.stage_due is None else stage.stage_due


def is_void(case: Case) -> bool:
    return case.outcome == "void"


def is_disposed(case: Case) -> bool:
    """Whether a `done` stands: not failed, and not void since."""
    return case.done is not None and not is_void(case) and case.outcome != "tenant"


def has_passed(case: Case) -> bool:
    """Whether its `done` was looked at and passed."""
    return is_disposed(case) and (case.looked is not None or case.outcome in PASSED)


class Tally:
    """Numerators and denominators by name, counted up case by case."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = {}

    def add(self, name: str, hit: bool | int, of: int = 1) -> None:
        pair = self.counts.setdefault(name, [0, 0])
        pair[0] += int(hit)
        pair[1] += of

    def of(self, name: str) -> tuple[int, int]:
        found = self.counts.get(name, (0, 0))
        return found[0], found[1]


def count_case(tally: Tally, town: Town, catalogue: Catalogue, case: Case, when: Period, now: int) -> None:
    """One case into every number it belongs to. now: the report's as-of."""
    due = limit_end(town, catalogue, case, now)
    if due is not None:
        if when.holds(due):
            tally.add("disposal_rate", is_disposed(case))
            tally.add("on_time_disposal_rate", has_passed(case) and case.in_time)
            tally.add("extension_rate", case.extensions > 0)
            tally.add("suspension_rate", case.suspensions > 0)
            tally.add("void_rate", is_void(case))
        close_by = check_end(town, catalogue, case, due)
        if when.holds(close_by):
            is_closed = case.outcome in PASSED
            tally.add("closing_rate", is_closed)
            tally.add("on_time_closing_rate", is_closed and case.closed is not None and case.closed <= close_by)
            tally.add("rework_rate", case.fails > 0)
    if when.holds(case.opened) and case.outcome != "merged":
        tally.add("repeat_rate", case.repeat)
        if case.entries.get("self_fix"):
            tally.add("self_fix_rate", case.self_fixed and has_passed(case))
    for rung in case.rungs:
        if rung.rung in ("supervise", "escalate") and not rung.withdrawn and rung.answer_due is not None and when.holds(rung.at):
            tally.add("supervision_answer_rate", rung.answered is not None and rung.answered <= rung.answer_due)
    if case.looked is not None and when.holds(case.looked[1]):
        tally.add("failed_check_rate", 0)


# -- rounds


class End(NamedTuple):
    """How a round ended on a day: met, missed, or (a self-check at a shop that was shut by its status) paused."""

    day: int
    what: str
    role: str
    self_check: bool


class Walked(NamedTuple):
    """What the walk of one round's dues needs beside the rules: the scans that a colour hastened, and the spans that pause self-checks."""

    hastened: tuple[tuple[int, str], ...] = ()
    paused: tuple[tuple[int, int], ...] = ()


def round_ends(
    town: Town, item: Item, obj: Object, scans: Iterable[tuple[int, int]], first: int, last: int, now: int, more: Walked
) -> list[End]:
    """Every end of the rounds of one item at one object within the days first to last, in order; as `rounds.round_of` counts them.

    scans: (day, `when`) of the visits that meet the round, from the last one before `first` on (earlier ones change nothing).
    A round ends by the scan that meets it, on that scan's day, or by its due passing, on the due day.
    """
    asked = asked_at(town, obj).items.get(item.no)
    if asked is None:
        return []
    role = item.primary[obj.kind]
    self_check = role in OWNER_OF
    start = start_of(town, asked, obj)
    days = sorted({day for day, _when in scans if day >= start})
    found: list[End] = []
    before: int | None = None
    for scan in [*days, None]:
        until = min(last + 1, town.day(now)) if scan is None else min(scan, last + 1, town.day(now))
        anchor, period, first_due = beginning(asked, obj, start, before, more.hastened)
        for due in dues(town, asked, anchor, first_due, period):
            if due >= until:
                break
            if due >= first:
                found.append(End(due, "paused" if is_paused_check(asked, more.paused, due) else "missed", role, self_check))
        if scan is None or scan > last:
            break
        if scan >= first:
            found.append(End(scan, "met", role, self_check))
        before = scan
    return found


# -- 权责空白: cells without a person


def blanks(staff: Staff, objects: Sequence[Object]) -> tuple[list[Gap], int, int]:
    """(the empty cells, the most objects first; pairs of object and item with one; pairs in all), of the claimed items that apply."""
    found = gaps(staff, objects)
    bad = {(one.item, id_) for one in found for id_ in one.objects}
    claimed = [item for item in staff.catalogue.items.values() if item.claimed]
    sorts: dict[tuple[str, str], list[Object]] = {}
    for obj in objects:
        sorts.setdefault((obj.kind, obj.trade), []).append(obj)
    pairs = sum(len(some) * sum(duty.applies(item, some[0]) for item in claimed) for some in sorts.values())
    return sorted(found, key=lambda one: (-len(one.objects), one.item, one.grid, one.what)), len(bad), pairs
