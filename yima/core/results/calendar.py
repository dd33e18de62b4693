"""What is seen of the town's calendar: a notice read into it, a year, and where a limit ends. Days are ISO 8601, instants ms."""

from typing import NamedTuple


class YearRead(NamedTuple):
    """A year of a notice. did: added (nobody had announced it), changed, same; off and work: its table, whole.

    The rest is what differs from the days that counted before, those of a year not announced included.
    """

    year: int
    did: str
    off: tuple[str, ...]
    work: tuple[str, ...]
    newly_off: tuple[str, ...]
    no_longer_off: tuple[str, ...]
    newly_work: tuple[str, ...]
    no_longer_work: tuple[str, ...]


class DueMoved(NamedTuple):
    """An open case whose running due is another one now, or is provisional no more. None = no limit runs."""

    case: str
    object: str  # id
    name: str
    place: str
    item: str  # id
    item_name: str
    old: int | None
    new: int | None
    was_provisional: bool
    provisional: bool


class CalendarImported(NamedTuple):
    """A notice as read. faults: (line, reason), line 0 = of no single line; with any of them nothing was published.

    moved: cases with another due, those that were provisional first; settled: the same due, and provisional no more.
    """

    file: str
    years: tuple[YearRead, ...]
    faults: tuple[tuple[int, str], ...]
    moved: tuple[DueMoved, ...] = ()
    settled: tuple[DueMoved, ...] = ()
    notes: tuple[str, ...] = ()
    dry_run: bool = False


class Span(NamedTuple):
    """An unbroken run of days without work. is_holiday: more than a plain weekend."""

    first: str
    last: str
    days: int
    is_holiday: bool


class MonthShown(NamedTuple):
    """holidays: that begin here, as whole runs with the weekends beside them; work: make-up days; workdays: how many in all."""

    month: int
    holidays: tuple[Span, ...]
    work: tuple[str, ...]
    workdays: int


class CalendarShown(NamedTuple):
    """A year of the calendar. announced: somebody published it, `by` (a name) at `at`; else it is 暂定."""

    year: int
    announced: bool
    by: str
    at: int | None
    off: tuple[str, ...]
    work: tuple[str, ...]
    months: tuple[MonthShown, ...]
    workdays: int
    rest_days: int


class CalendarDue(NamedTuple):
    """When a limit would end. counts_from: the first instant that its clock counts; unannounced: years that were counted as 暂定.

    rests: runs of days without work in between, () where the clock runs on every day; make_up: worked Saturdays and Sundays in between.
    """

    start: int
    value: int
    unit: str
    schedule: str
    counts_from: int
    due: int
    unannounced: tuple[int, ...]
    rests: tuple[Span, ...]
    make_up: tuple[str, ...]

    @property
    def provisional(self) -> bool:
        return bool(self.unannounced)

    @property
    def rest_days(self) -> int:
        return sum(one.days for one in self.rests)
