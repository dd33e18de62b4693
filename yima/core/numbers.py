"""The numbers of a report, counted from final states: what was due, what was in time, how each round ended, who is missing. DESIGN §15.

Pure counting: instants are ms UTC, days local day numbers. A number is always a numerator over a denominator; `percent` says it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from yima.core import duty
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.flow.rounds import on_duty, spread
from yima.core.model import MS_DAY, OWNER_OF, Catalogue, Item, Object, Person
from yima.core.town import Town
from yima.core.worktime import YEARS, day_of, iso_of, period_days, plus

PASSED = ("passed", "spot", "rated")  # outcomes after which the trouble was looked at and is gone


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
    voids, leads and what has no running limit: none. A void stays due until the centre grants it; who left in time owes nothing.
    """
    if case.outcome == "merged" or case.void_granted:
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
    clock = cases.clock_of(town, item)
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


def round_ends(town: Town, item: Item, obj: Object, scans: Iterable[tuple[int, int]], first: int, last: int, now: int) -> list[End]:
    """Every end of the rounds of one item at one object within the days first to last, in order; as `rounds.round_of` counts them.

    scans: (day, `when`) of the visits that meet the round, from the last one before `first` on (earlier ones change nothing).
    A round ends by the scan that meets it, on that scan's day, or by its due passing, on the due day.
    """
    if obj.retired or not item.claimed or not duty.applies(item, obj) or obj.kind not in item.primary:
        return []
    versions: list[tuple[int, str]] = []
    for day, each in town.periods(item.no, obj.kind):  # the unbroken run in which the item is asked
        versions = [*versions, (day, each)] if each else []
    if not versions:
        return []
    role = item.primary[obj.kind]
    self_check = role in OWNER_OF
    begins = versions[0][0]
    street_start = town.catalogue_on(begins).town.get("street_start", "")
    start = max(begins, town.day(obj.registered), day_of(street_start) if street_start else 0)
    days = sorted({day for day, _when in scans if day >= start})
    found: list[End] = []
    before: int | None = None
    for scan in [*days, None]:
        until = min(last + 1, town.day(now)) if scan is None else min(scan, last + 1, town.day(now))
        for due in _dues(town, obj, role, versions, start, before):
            if due >= until:
                break
            if due >= first:
                found.append(End(due, "paused" if self_check and is_paused(obj, due) else "missed", role, self_check))
        if scan is None or scan > last:
            break
        if scan >= first:
            found.append(End(scan, "met", role, self_check))
        before = scan
    return found


def _dues(town: Town, obj: Object, role: str, versions: Sequence[tuple[int, str]], start: int, last: int | None) -> Iterator[int]:
    """The due days one after the other, without end, after a scan on day `last` (None: never yet). Mirrors rounds.round_of."""
    known = town.last_catalogue.roles.get(role)
    days = known is not None and known.duty_days == "workdays"
    anchor = start if last is None else last
    each = next((period for day, period in reversed(versions) if day <= anchor), versions[0][1])
    due = on_duty(town, days, start + 1 + spread(obj.id) % period_days(each) if last is None else plus(last, each))
    for day, shorter in versions:
        if day <= anchor or period_days(shorter) >= period_days(each):
            continue
        while due < day:
            yield due
            due = on_duty(town, days, plus(due, each))
        each = shorter
        due = min(due, on_duty(town, days, plus(day, each)))
    while True:
        yield due
        due = on_duty(town, days, plus(due, each))


def is_paused(obj: Object, day: int) -> bool:
    """Whether the object's status (歇业, 装修, 空置), with from and to, covers the day."""
    what, begins, ends = obj.status
    try:
        return bool(what and begins) and day_of(begins) <= day and (not ends or day <= day_of(ends))
    except ValueError:
        return False


# -- 权责空白: cells without a person


class Blank(NamedTuple):
    """Objects of one grid at which an item has nobody. what: "primary" (who looks) or "handler" (who puts it right)."""

    item: int
    grid: str
    what: str
    objects: int


def blanks(catalogue: Catalogue, people: Sequence[Person], objects: Iterable[Object], day: int) -> tuple[list[Blank], int, int]:
    """(blanks by item, grid and duty; pairs of object and item with a blank; pairs in all) for the claimed items that apply.

    Quick because objects of one (kind, grid, street, village, trade) have the same people, roles for single objects apart. An owner role is
    always filled by the tenancy; an item whose only handlers are owners has nobody where the object has no owner.
    """
    holders: dict[str, list[Person]] = {}
    single: dict[str, set[str]] = {}  # role -> objects named one by one
    for person in people:
        for held in duty.roles_on(person, day):
            holders.setdefault(held.role, []).append(person)
            single.setdefault(held.role, set()).update(held.objects)
    classes: dict[tuple[str, str, str, str, str], list[Object]] = {}
    for obj in objects:
        classes.setdefault((obj.kind, obj.grid, obj.street, obj.village, obj.trade), []).append(obj)

    def missing(roles: tuple[str, ...], item: Item, some: Sequence[Object]) -> set[str]:
        staff = tuple(role for role in roles if role not in OWNER_OF)
        if not staff:  # an owner role: filled by the tenancy
            return set()
        plain = some[0]._replace(id="")
        candidates = {person.id: person for role in staff for person in holders.get(role, ())}.values()
        if duty.named(catalogue, candidates, staff, item, plain, day):
            return set()
        alone = {id_ for role in staff for id_ in single.get(role, ())}
        return {one.id for one in some if one.id not in alone or not duty.named(catalogue, candidates, staff, item, one, day)}

    found: dict[tuple[int, str, str], int] = {}
    bad = total = 0
    for key, some in sorted(classes.items()):
        for no, item in sorted(catalogue.items.items()):
            if not item.claimed or not duty.applies(item, some[0]):
                continue
            total += len(some)
            role = item.primary.get(some[0].kind, "")
            wanted = {"handler": item.handlers}
            if role and item.every.get(some[0].kind):
                wanted["primary"] = (role,)
            at_all: set[str] = set()
            for what, roles in wanted.items():
                if what == "handler" and all(one in OWNER_OF for one in roles):
                    nobody = set() if duty.has_owner(item, some[0]) else {one.id for one in some}
                else:
                    nobody = missing(roles, item, some)
                if nobody:
                    found[no, key[1], what] = found.get((no, key[1], what), 0) + len(nobody)
                    at_all |= nobody
            bad += len(at_all)
    listed = [Blank(no, grid, what, count) for (no, grid, what), count in found.items()]
    return sorted(listed, key=lambda one: (-one.objects, one.item, one.grid, one.what)), bad, total
