"""The weekly report as values."""

from collections.abc import Mapping
from typing import NamedTuple


class Share(NamedTuple):
    """A number of the report with both counts; its percent is computed where it is printed."""

    name: str
    numerator: int
    denominator: int


class Middle(NamedTuple):
    """A median of so many cases. value in `unit` (minute), None where there are none."""

    name: str
    value: int | None
    unit: str
    cases: int


class Decision(NamedTuple):
    """One line of 本周请您定. what: disputed escalated unlisted unclaimed blank suspension void repeat; the other fields as that needs them."""

    what: str
    number: str = ""
    place: str = ""
    item: str = ""
    dept: str = ""
    other: str = ""
    stage: str = ""
    total: int = 0
    grids: int = 0
    ms: int = 0


class Overdue(NamedTuple):
    """A red case, or the missed rounds of one object. late_ms: since the due; shut: visits of the period that found it shut;

    overload: the last miss was beyond what its people could do that day (任务超载)."""

    what: str  # case round
    object: str
    place: str
    name: str
    grid: str
    number: str
    items: tuple[str, ...]
    late_ms: int
    missed: int
    stage: str
    hazard: bool
    holders: tuple[str, ...]
    dept: str
    leader: str
    shut: int
    overload: bool = False


class ColourRow(NamedTuple):
    """One group of the four-colour tables. counts: objects by colour; problem, work: red objects by cause; before: (red, all) a week ago;
    line: (week, red, all) of the issued reports, oldest first, and of this one."""

    key: str
    name: str
    colour: str
    counts: Mapping[str, int]
    problem: int
    work: int
    before: tuple[int, int]
    line: tuple[tuple[str, int, int], ...] = ()


class Reds(NamedTuple):
    """Red objects: now, of these new and left from the week before, and those that were red then and are no longer."""

    now: int
    new: int
    left: int
    cleared: int


class Nobody(NamedTuple):
    """An item that has nobody at some objects of a grid. what: primary (who looks), handler (who puts it right), leader."""

    item: str
    grid: str
    what: str
    objects: int


class Burden(NamedTuple):
    """What the system itself costs, in counts of the period; self-checks apart."""

    visits: int = 0
    person_days: int = 0
    questions: int = 0
    findings: int = 0
    by_hand: int = 0  # read by name or typed
    fine: int = 0  # visits with items said to be in order
    unseen: int = 0  # of these, the questions were never shown
    later: int = 0  # 补录
    self_checks: int = 0
    shut: int = 0


class Changed(NamedTuple):
    """What a correction changes: a figure's name, before and after."""

    name: str
    before: tuple[int, ...]
    after: tuple[int, ...]


class Report(NamedTuple):
    """The weekly report. from_, to: local days (ISO); heads: device -> (seq, hash); what stands before `digest` is its canonical content."""

    number: str
    town: str
    sample: bool
    from_: str
    to: str
    as_of: int
    heads: Mapping[str, tuple[int, str]]
    numbers: tuple[Share, ...]
    medians: tuple[Middle, ...]
    decisions: tuple[Decision, ...]
    reds: Reds
    whole: ColourRow
    grids: tuple[ColourRow, ...]
    overdue: tuple[Overdue, ...]
    better: tuple[tuple[str, int, int], ...]  # street, red a week ago, red now
    modules: tuple[ColourRow, ...]
    departments: tuple[ColourRow, ...]
    nobody: tuple[Nobody, ...]
    unclaimed: tuple[str, ...]
    self_checks: tuple[int, int, int]  # met, missed, paused
    voids_granted: int
    burden: Burden
    corrects: str = ""
    changes: tuple[Changed, ...] = ()
    digest: str = ""
    issued: int | None = None  # by this call, or before: the instant
    stale: str = ""  # the number under which this week was issued already, with other content
    words: Mapping[str, str] = {}
    palette: Mapping[str, str] = {}
    thresholds: Mapping[str, int] = {}  # group_red_permille, group_yellow_permille
    files: tuple[str, ...] = ()


class IssuedSeen(NamedTuple):
    """One issued report in the list."""

    number: str
    from_: str
    to: str
    as_of: int
    when: int
    by: str
    digest: str
    corrects: str
    reds: tuple[int, ...]


class ReportList(NamedTuple):
    """The issued reports, newest first."""

    reports: tuple[IssuedSeen, ...]
