"""A case (案卷) as a value, and what time alone does to it. Steps and visits move it in steps.py.

A case has at most one pending change that time itself makes: its self-fix window ends, or its suspension. A fact is judged after that change
was applied; colours and rungs look through it. The item's clock is a reading: `allowed` in all, `used` until now, `running` since.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yima.core.duty import has_owner
from yima.core.model import MS_DAY, Catalogue, Item, Object, amount
from yima.core.town import Town
from yima.core.worktime import Clock

OPEN = ("verify", "triage", "self_fix", "accept", "handle", "check", "returned", "unclaimed", "suspended")
REPEAT_WITHIN = 30 * MS_DAY
NO_REPEAT = ("refused", "void", "merged", "tenant")  # a close with such an outcome makes no later case a repeat
TEMPORARY = amount(3, "work_day")


class Rung(NamedTuple):
    """One rung that was raised. at: the `when` of the raising; to: whom; due: when it became due; answer_due: None = no answer is owed."""

    clock: str
    rung: str
    at: int
    to: str
    due: int
    answer_due: int | None = None
    answered: int | None = None
    answer: str = ""
    withdrawn: bool = False


class Call(NamedTuple):
    """A department asked to help (协办): when, until when, and when it answered."""

    dept: str
    at: int
    due: int
    answered: int | None = None


class Case(NamedTuple):
    """One case. Instants are ms UTC, spans ms of the item's clock; `key` is its first finding's name."""

    key: str
    device: str
    number: int
    item: int
    finding: str  # of an unlisted matter: its finding's name, else ""
    catalogue: str
    flow: str
    dept: str  # whose leader answers; the lead department until a transfer is accepted
    opener: str
    opened: int
    last: int
    stage: str
    since: int  # when the stage was entered
    base_since: int  # when the base colour was set
    repeat: bool = False
    note: str = ""
    own_people: bool = False  # the department's people are the handlers (transfer accepted, temporary lead)
    stage_due: int | None = None
    stage_yellow: int | None = None
    entries: Mapping[str, int] = {}
    after: tuple[int, str] | None = None
    back: str = ""
    ran: bool = False  # whether the clock ran when the case was suspended
    limit: int = 0
    allowed: int = 0
    used: int = 0
    running: int | None = None
    started: bool = False
    told: int | None = None
    knows: bool = False  # a lead: the owner knows already
    control: int | None = None
    done: tuple[str, int] | None = None  # person, instant
    done_due: int | None = None
    in_time: bool = False
    looked: tuple[str, int] | None = None
    self_fixed: bool = False
    asked: tuple[str, int | str | None, int] | None = None  # an extension asked for: person, until, instant
    extensions: int = 0
    fails: int = 0
    transfers: int = 0
    returned_by: tuple[str, ...] = ()
    to_dept: str = ""
    disputed: bool = False
    suspended_days: int = 0
    suspended_to: int = 0  # where the suspension ends if the centre grants it
    suspensions: int = 0
    holder: str = ""
    reporters: tuple[str, ...] = ()
    closed: int | None = None
    outcome: str = ""
    void: str = ""  # the void step's hash while it waits for the centre
    void_granted: bool = False
    merged_into: str = ""  # a finding's name, of this object or another's
    contest: str = ""  # 申辩 and 超时申诉: asked, upheld or refused
    appeal: str = ""
    referred: tuple[str, str, int] | None = (
        None  # number and date under which it went to the joint meeting or the district; the step's instant
    )
    rating: int | None = None
    calls: tuple[Call, ...] = ()
    rungs: tuple[Rung, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.closed is None


def rule_of(catalogue: Catalogue, case: Case) -> Item:
    """The item's rules for this case; an unlisted one has those of a temporary lead (F2, 3 work_day, the named department)."""
    if case.item:
        return catalogue.items[case.item]
    return Item(
        0, "unlisted", "", "", (), "outside", (), case.dept, (), (), {}, (), False, {}, {}, "F2", 0, TEMPORARY, "work_day", "office",
        "finding", 0, 0, "", True, {},
    )  # fmt: skip


def clock_of(town: Town, item: Item, case: Case) -> Clock:
    """The item's clock for this case: on the hours of the rules under which it was opened."""
    return town.clock(item.unit, item.schedule, case.catalogue)


def stage_of(catalogue: Catalogue, flow: str, stage: str) -> Mapping[str, Any]:
    """The stage's data: by, limit, steps. Empty for stages beside the flow."""
    for one in catalogue.flows[flow]["stages"]:
        if one["id"] == stage:
            return dict(one)
    return dict(catalogue.before.get(stage, {}))


def enter(town: Town, catalogue: Catalogue, case: Case, stage: str, at: int) -> Case:
    """The case in a stage that it enters now: the stage's own limit begins, the entry is counted."""
    item = rule_of(catalogue, case)
    branch = {"returned": "return", "unclaimed": "transfer"}.get(stage)
    limit = catalogue.branches[branch]["limit"] if branch else stage_of(catalogue, case.flow, stage).get("limit", {})
    due = yellow = None
    if limit.get("kind") == "fixed":
        clock = town.clock(limit["unit"], limit.get("schedule", "office"), case.catalogue)
        allowed = amount(limit["value"], limit["unit"])
        due, yellow = clock.due(at, allowed), clock.due(at, three_quarters(allowed))
    elif limit.get("kind") == "share":
        clock = clock_of(town, item, case)
        left = case.allowed - used_at(clock, case, at) if case.running is not None else case.limit
        allowed = max(-(-limit["percent"] * left // 100), 0)
        due, yellow = clock.due(at, allowed), clock.due(at, three_quarters(allowed))
    if due is not None and yellow is not None:  # a share of nothing, outside the clock's hours: not before the stage was entered
        due, yellow = max(due, at), max(yellow, at)
    entries = {**case.entries, stage: case.entries.get(stage, 0) + 1}
    return case._replace(stage=stage, since=at, stage_due=due, stage_yellow=yellow, entries=entries, after=None)


def three_quarters(allowed: int) -> int:
    """The first reading with at most 25 % left."""
    return -(-3 * allowed // 4)


def used_at(clock: Clock, case: Case, at: int) -> int:
    """ms of the item's clock used at an instant."""
    return case.used + (clock.read(at) - clock.read(case.running) if case.running is not None else 0)


def start_clock(case: Case, at: int) -> Case:
    return case._replace(running=at, started=True)


def stop_clock(town: Town, item: Item, case: Case, at: int) -> Case:
    return case._replace(used=used_at(clock_of(town, item, case), case, at), running=None)


def due_of(town: Town, item: Item, case: Case) -> int | None:
    """The last instant in time of the item's limit while its clock runs, else None."""
    return _reaches(town, item, case, case.allowed)


def _reaches(town: Town, item: Item, case: Case, used: int) -> int | None:
    if case.running is None:
        return None
    clock = clock_of(town, item, case)
    return max(clock.when(clock.read(case.running) + used - case.used), case.running)


def first_stage(town: Town, catalogue: Catalogue, item: Item, obj: Object, case: Case, at: int, *, knows: bool) -> Case:
    """The case at the beginning of its flow: at opening, at confirm, at as_item."""
    case = case._replace(limit=item.limit, allowed=item.limit, used=0, running=None, flow=item.flow, dept=item.lead, own_people=False)
    if item.starts == "finding":
        case = start_clock(case, at)
    has_window = catalogue.flows[item.flow]["stages"][0]["id"] == "self_fix" and item.window and has_owner(item, obj)
    if not has_window:
        return enter(town, catalogue, case, "accept", at)
    case = enter(town, catalogue, case, "self_fix", at)
    if case.running is not None:
        case = case._replace(after=(clock_of(town, item, case).due(at, -(-item.limit // 4)), "accept"))
    return tell(town, item, case, at) if knows else case


def tell(town: Town, item: Item, case: Case, at: int) -> Case:
    """The owner knows from now on: the window runs, inside the limit."""
    end = at + item.window
    due = due_of(town, item, case)
    return case._replace(told=at, after=(end if due is None else min(end, due), "accept"))


def advance(town: Town, catalogue: Catalogue, case: Case, at: int) -> Case:
    """The case at an instant: the pending change applied where it falls at or before it."""
    if case.closed is not None or case.after is None or case.after[0] > at:
        return case
    when, stage = case.after
    if case.stage == "suspended":
        return end_suspension(town, catalogue, case, when, stage)
    return enter(town, catalogue, case, stage, when)


def end_suspension(town: Town, catalogue: Catalogue, case: Case, at: int, stage: str) -> Case:
    case = start_clock(case, at) if case.ran else case
    if case.repeat:  # yellow again; what is blue stays blue
        case = case._replace(base_since=at)
    return enter(town, catalogue, case, stage, at)._replace(back="")


class Turns(NamedTuple):
    """A colour written as instants: `base` now (since `since`), yellow and red from their instants on (None = never)."""

    base: str
    since: int
    yellow_at: int | None
    red_at: int | None


def turns_of(town: Town, catalogue: Catalogue, case: Case) -> Turns | None:
    """The colour of an open case for every `now`, as long as no new fact arrives; None once it is closed. docs/readings.md 36."""
    if case.closed is not None:
        return None
    item = rule_of(catalogue, case)
    base, start, seen = "yellow" if case.repeat else "blue", case.base_since, case
    if case.after is not None:
        ahead = advance(town, catalogue, case, case.after[0])
        if case.stage == "suspended":
            base, start, seen = "blue", case.since, ahead
        elif case.running is None:
            seen = ahead
    yellow, due = running_limit(town, item, seen)
    red = None if due is None else due + 1
    if case.stage == "suspended" and case.after is not None:
        over = case.after[0]
        yellow = over if case.repeat else None if yellow is None else max(yellow, over)
        red = None if red is None else max(red, over)
    return Turns(base, start, yellow, red)


def running_limit(town: Town, item: Item, case: Case) -> tuple[int | None, int | None]:
    """(first instant with at most a quarter left, due) of the item's limit while it runs, else of the stage's."""
    if case.running is not None:
        yellow, due = _reaches(town, item, case, three_quarters(case.allowed)), due_of(town, item, case)
        return None if yellow is None else max(yellow, case.running), due
    return case.stage_yellow, case.stage_due


def running_due(town: Town, catalogue: Catalogue, case: Case) -> int | None:
    """The due that a person is shown: of the running limit; of a suspended case that of its stage after the end date."""
    item = rule_of(catalogue, case)
    if case.stage == "suspended" and case.after is not None:
        case = advance(town, catalogue, case, case.after[0])
    return running_limit(town, item, case)[1]
