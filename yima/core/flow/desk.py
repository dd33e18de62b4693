"""What a step at the desk (`yima dispose`, `yima answer`) does to a case, and who may say it in which stage: one table.

The command tries it before it appends, the fold applies it afterwards. Loaded with the first step only: most visits say none.
docs/readings.md 16-29 and 50-58.
"""

from yima.core.duty import Who
from yima.core.events import StepTaken
from yima.core.flow import cases, rungs, steps
from yima.core.flow.cases import Call, Case
from yima.core.flow.steps import At, Moved
from yima.core.model import MS_DAY, amount
from yima.core.worktime import day_of

SUSPEND_COUNTS = 10 * MS_DAY  # until the centre grants the rest
NEEDS_DOCUMENT = ("立案或移送程序中", "责令改正期限未到")
HEX = frozenset("0123456789abcdef")
OPEN_STEPS = ("accept", "handle")
RUNNING = ("accept", "handle", "returned", "unclaimed")  # where the item's clock may run after an extension was asked for
IN_FLOW = tuple(stage for stage in cases.OPEN if stage not in ("verify", "triage"))
TABLE: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    # (step, about): (stages, words that may say it); "by" = the words of the stage itself
    ("told", ""): (("self_fix", "accept"), ()),
    ("control", ""): (cases.OPEN, ("finder", "handler")),
    ("confirm", ""): (("verify",), ("verifier",)),
    ("as_item", ""): (("triage",), ("centre",)),
    ("temporary_lead", ""): (("triage",), ("centre",)),
    ("refuse", ""): (("verify", "triage"), ()),
    ("accept", ""): (("accept", "unclaimed"), ()),
    ("done", ""): (("self_fix", "accept", "handle"), ("by",)),
    ("fail", ""): (("check",), ("looker",)),
    ("close", ""): (("check",), ("closer",)),
    ("return", ""): (OPEN_STEPS, ("handler",)),
    ("send_back", ""): (("returned",), ("dept_leader",)),
    ("reassign", ""): (("accept", "handle", "returned", "unclaimed"), ()),
    ("transfer", ""): (("accept", "handle", "returned"), ("dept_leader",)),
    ("extend", ""): (OPEN_STEPS, ("handler", "dept_leader", "town_leader")),
    ("suspend", ""): (OPEN_STEPS, ("dept_leader",)),
    ("resume", ""): (("suspended",), ("dept_leader",)),
    ("void", ""): (("self_fix", "accept", "handle", "check"), ("dept_leader",)),
    ("grant", "extension"): (RUNNING, ("dept_leader", "town_leader")),
    ("refuse", "extension"): (RUNNING, ("dept_leader", "town_leader")),
    ("grant", "suspension"): (("suspended",), ("centre",)),
    ("refuse", "suspension"): (("suspended",), ("centre",)),
    ("refuse", "transfer"): (("unclaimed",), ("receiver",)),
    ("rate", ""): (("check",), ("rater",)),
    ("contest", ""): (IN_FLOW, ("owner",)),
    ("uphold", "contest"): ((*IN_FLOW, "closed"), ("dept_leader",)),
    ("refuse", "contest"): ((*IN_FLOW, "closed"), ("dept_leader",)),
    ("appeal", ""): ((*IN_FLOW, "closed"), ("dept_leader",)),
    ("uphold", "appeal"): ((*IN_FLOW, "closed"), ("town_leader",)),
    ("refuse", "appeal"): ((*IN_FLOW, "closed"), ("town_leader",)),
    ("merge", ""): (cases.OPEN, ("finder", "handler", "dept_leader", "centre")),
    ("call", ""): (OPEN_STEPS, ("handler", "dept_leader")),
    ("answer", "call"): (cases.OPEN, ("called",)),
    ("refer", ""): (RUNNING, ("dept_leader", "town_leader")),
}
NEEDS_REASON = ("fail", "return", "transfer", "extend", "suspend", "void", "contest", "appeal")
STEPS = tuple(dict.fromkeys(step for step, _ in TABLE))
SAY_ABOUT = ("grant", "refuse", "uphold", "answer")
ABOUT = ("extension", "suspension", "transfer", "void", "contest", "appeal", "call")
ABOUT_VOID = ("grant", "refuse")  # the centre's word on a void: beside the table, because the case is closed


def take(case: Case, event: StepTaken, here: At) -> Moved:
    """The case after a step, or why it does not count. The case is already advanced to `here.at`."""
    if event.step in ABOUT_VOID and event.about == "void":
        return _about_void(case, event, here)
    entry = TABLE.get((event.step, about_of(event)))
    if entry is None:
        return "word"
    stages, _ = entry
    if case.closed is not None and "closed" not in stages:
        return "closed"
    if case.stage not in stages:
        return "stage"
    if not any(steps.is_(word, case, here) for word in words_for(case, event.step, event.about, here)):
        return "role"
    if event.step in NEEDS_REASON and not event.reason:
        return "reason"
    moved = _EFFECTS[event.step](case, event, here)
    return moved if isinstance(moved, str) else moved._replace(last=here.at)


def about_of(event: StepTaken) -> str:
    """What a grant, refusal, upholding or answer is about; "" for all other steps."""
    return event.about if event.step in SAY_ABOUT else ""


def abouts(step: str) -> tuple[str, ...]:
    """What a grant, refusal, upholding or answer may be about; empty for all other steps."""
    return tuple(about for about in ABOUT if (step, about) in TABLE or (about == "void" and step in ABOUT_VOID))


def words_for(case: Case, step: str, about: str, here: At) -> tuple[str, ...]:
    """Who may say this step in this stage, in the words of flows.yaml."""
    by = tuple(cases.stage_of(here.catalogue, case.flow, case.stage).get("by", ()))
    special = {
        ("told", case.stage): tuple(here.catalogue.told.get("by", {}).get(case.stage, ())),
        ("refuse", "verify"): ("verifier",),
        ("refuse", "triage"): ("centre",),
        ("accept", "accept"): by,
        ("accept", "unclaimed"): ("receiver",),
        ("reassign", "accept"): ("dept_leader", "town_leader", "holder"),
        ("reassign", "handle"): ("dept_leader", "town_leader", "holder"),
        ("reassign", "returned"): ("dept_leader", "town_leader"),
        ("reassign", "unclaimed"): ("town_leader",),
    }
    if not about and (step, case.stage) in special:
        return special[step, case.stage]
    _stages, words = TABLE[step, about if step in SAY_ABOUT else ""]
    return by if words == ("by",) else words


def _told(case: Case, event: StepTaken, here: At) -> Moved:
    if case.stage == "self_fix":
        return "count" if case.told is not None else cases.tell(here.town, here.item, case, here.at)
    if here.item.starts != "notified" or case.started:
        return "stage"
    case = cases.start_clock(case._replace(told=here.at), here.at)
    return cases.enter(here.town, here.catalogue, case, "handle", here.at)


def _accept(case: Case, event: StepTaken, here: At) -> Moved:
    if case.stage == "unclaimed":
        case = case._replace(dept=case.to_dept, to_dept="", own_people=True, holder="", disputed=False)
        return cases.enter(here.town, here.catalogue, case, "accept", here.at)
    case = case._replace(holder=here.one.id)
    if here.item.starts == "notified" and not case.started:
        return case
    if here.item.starts == "accepted" and not case.started:
        case = cases.start_clock(case, here.at)
    return cases.enter(here.town, here.catalogue, case, "handle", here.at)


def _refuse(case: Case, event: StepTaken, here: At) -> Moved:
    if event.about == "extension":
        if case.asked is None:
            return "asked"
        return case._replace(asked=None) if may_grant_extension(case, here.one) else "role"
    if event.about == "suspension":
        return cases.end_suspension(here.town, here.catalogue, case, here.at, case.back)
    if event.about == "transfer":
        return case._replace(disputed=True)
    if event.about in ("contest", "appeal"):
        return _decide(case, event, "refused")
    return steps.close(case, here, "refused")


def _reassign(case: Case, event: StepTaken, here: At) -> Moved:
    prefix, _, name = event.to.partition(":")
    if case.stage == "unclaimed":
        if not case.disputed:
            return "stage"
        if prefix == "dept" and name in here.catalogue.departments:
            case = case._replace(dept=name, own_people=True, holder="", to_dept="", disputed=False)
            return cases.enter(here.town, here.catalogue, case, "accept", here.at)
    if prefix != "person" or here.town.person(name, here.at) is None:
        return "to"
    case = case._replace(holder=name, to_dept="", disputed=False)
    return cases.enter(here.town, here.catalogue, case, "accept", here.at) if case.stage in ("returned", "unclaimed") else case


def _return(case: Case, event: StepTaken, here: At) -> Moved:
    if here.one.id in case.returned_by:
        return "count"
    case = case._replace(returned_by=(*case.returned_by, here.one.id), holder="")
    return cases.enter(here.town, here.catalogue, case, "returned", here.at)


def _send_back(case: Case, event: StepTaken, here: At) -> Moved:
    return cases.enter(here.town, here.catalogue, case._replace(holder=case.returned_by[-1]), "accept", here.at)


def _transfer(case: Case, event: StepTaken, here: At) -> Moved:
    prefix, _, dept = event.to.partition(":")
    if prefix != "dept" or dept not in here.catalogue.departments or dept == case.dept:
        return "to"
    if case.transfers >= here.catalogue.branches["transfer"].get("at_most", 2):
        return "count"
    case = case._replace(transfers=case.transfers + 1, to_dept=dept, disputed=False)
    return cases.enter(here.town, here.catalogue, case, "unclaimed", here.at)


def _extend(case: Case, event: StepTaken, here: At) -> Moved:
    due = cases.due_of(here.town, here.item, case)
    if due is None or (here.at > due and not (rungs.is_extended_by_answer(case) and may_grant_extension(case, here.one))):
        return "late"
    if case.extensions >= here.catalogue.branches["extend"].get("at_most", 2):
        return "count"
    if case.asked is not None:
        return "pending"
    new = _new_due(case, event.until, due, here)
    if new <= due:
        return "until"
    case = case._replace(asked=(here.one.id, event.until, here.at))
    return _granted(case, here) if may_grant_extension(case, here.one) else case


def may_grant_extension(case: Case, one: Who) -> bool:
    """The first extension is granted by the department's leader or a town leader, the second by a town leader."""
    return one.town_leader or (case.extensions == 0 and case.dept in one.leads)


def furthest(case: Case, here: At) -> int | None:
    """The latest due that an extension could give now; None = none that lies after the old one and after now."""
    due = cases.due_of(here.town, here.item, case)
    new = None if due is None else _new_due(case, None, due, here)
    return new if new is not None and due is not None and new > max(due, here.at) else None


def asked_due(case: Case, here: At) -> tuple[int, bool] | None:
    """Until when the extension that waits can be granted at most, and whether more was asked for; None = none waits, or no limit runs."""
    due = cases.due_of(here.town, here.item, case)
    if case.asked is None or due is None:
        return None
    clock, until, new = cases.clock_of(here.town, here.item, case), case.asked[1], _new_due(case, case.asked[1], due, here)
    return new, until is not None and clock.read(new) < clock.read(_end_of(until, here))  # a day's end may lie outside the office's hours


def _new_due(case: Case, until: int | str | None, due: int, here: At) -> int:
    clock = cases.clock_of(here.town, here.item, case)
    most = clock.read(due) + here.item.limit
    if here.item.ceiling:
        most = min(most, clock.read(due) + max(here.item.ceiling - case.allowed, 0))
    if until is None:
        return clock.when(most)
    return clock.when(min(most, clock.read(_end_of(until, here))))


def _end_of(until: int | str, here: At) -> int:
    return until if isinstance(until, int) else here.town.day_start(_day(until) + 1) - 1


def _day(iso: str) -> int:
    """The day's number; a text that is no day lies before all days, so that it never lengthens anything."""
    try:
        return day_of(iso)
    except ValueError:
        return 0


def _granted(case: Case, here: At) -> Moved:
    clock, due = cases.clock_of(here.town, here.item, case), cases.due_of(here.town, here.item, case)
    if due is None or case.asked is None:
        return "stage"
    new = _new_due(case, case.asked[1], due, here)
    if new <= max(due, here.at):
        return "until"
    return case._replace(allowed=case.allowed + clock.read(new) - clock.read(due), extensions=case.extensions + 1, asked=None)


def _grant(case: Case, event: StepTaken, here: At) -> Moved:
    if event.about == "suspension":
        return case._replace(after=(case.suspended_to, case.back))
    if case.asked is None:
        return "asked"
    return _granted(case, here) if may_grant_extension(case, here.one) else "role"


def _suspend(case: Case, event: StepTaken, here: At) -> Moved:
    limit = cases.running_limit(here.town, here.item, case)[1]
    if limit is not None and here.at > limit:
        return "late"
    until = event.until
    end_day = _day(until) if isinstance(until, str) else here.town.day(until) if until is not None else 0
    days = end_day - here.town.day(here.at)
    branch = here.catalogue.branches["suspend"]
    if days < 0 or days > branch["at_most_each"]["value"] or case.suspended_days + days > branch["at_most_in_all"]["value"]:
        return "until"
    if event.reason in NEEDS_DOCUMENT and not event.document:
        return "document"
    if case.flow == "F4" and case.control is None:
        return "control"
    end = until if isinstance(until, int) else here.town.day_start(end_day + 1)
    if end <= here.at:
        return "until"
    ran = case.running is not None
    if ran:
        case = cases.stop_clock(here.town, here.item, case, here.at)
    back = case.stage
    case = cases.enter(here.town, here.catalogue, case, "suspended", here.at)
    return case._replace(
        back=back,
        ran=ran,
        after=(min(end, here.at + SUSPEND_COUNTS), back),
        suspended_to=end,
        suspended_days=case.suspended_days + days,
        suspensions=case.suspensions + 1,
        base_since=here.at,
    )


def _void(case: Case, event: StepTaken, here: At) -> Moved:
    return steps.close(case._replace(void=here.hash), here, "void")


def _about_void(case: Case, event: StepTaken, here: At) -> Moved:
    """The centre's word on a void. A refused one makes the fold start again without it (flow.refold), so here it only says so."""
    if case.outcome != "void" or case.void_granted:
        return "stage"
    if not here.one.centre:
        return "role"
    return case._replace(void_granted=True, last=max(case.last, here.at)) if event.step == "grant" else "annul"


def _as_item(case: Case, event: StepTaken, here: At) -> Moved:
    prefix, _, number = event.to.partition(":")
    item = here.catalogue.items.get(int(number)) if prefix == "item" and number.isascii() and number.isdigit() else None
    if item is None:
        return "to"
    case = case._replace(item=item.no, finding="", flow=item.flow)
    return cases.first_stage(here.town, here.catalogue, item, here.obj, case, here.at, knows=case.knows)


def _temporary_lead(case: Case, event: StepTaken, here: At) -> Moved:
    prefix, _, dept = event.to.partition(":")
    if prefix != "dept" or dept not in here.catalogue.departments:
        return "to"
    case = case._replace(dept=dept, flow="F2", own_people=True, limit=cases.TEMPORARY, allowed=cases.TEMPORARY)
    return cases.enter(here.town, here.catalogue, cases.start_clock(case, here.at), "accept", here.at)


def _close_step(case: Case, event: StepTaken, here: At) -> Moved:
    """F3: on a look that passed. F6: the owner did not rate within the check's limit."""
    if case.flow != "F6":
        return steps.close(case, here, "passed")
    return steps.close(case, here, "unrated") if case.stage_due is not None and here.at > case.stage_due else "early"


def _rate(case: Case, event: StepTaken, here: At) -> Moved:
    if event.value is not None and event.value not in range(1, 6):
        return "value"
    return steps.close(case._replace(rating=event.value), here, "rated")


def _contest(case: Case, event: StepTaken, here: At) -> Moved:
    return "count" if case.contest else case._replace(contest="asked")


def _appeal(case: Case, event: StepTaken, here: At) -> Moved:
    if case.appeal:
        return "count"
    due = cases.due_of(here.town, here.item, case)
    missed = here.at > due if due is not None else case.done is not None and not case.in_time
    return case._replace(appeal="asked") if missed else "early"


def _decide(case: Case, event: StepTaken, word: str) -> Moved:
    """uphold or refuse about contest or appeal: one answer to one question."""
    if event.about == "contest":
        return case._replace(contest=word) if case.contest == "asked" else "asked"
    return case._replace(appeal=word) if case.appeal == "asked" else "asked"


def _merge(case: Case, event: StepTaken, here: At) -> Moved:
    """Into another case: the fold has looked that it is open where it is one of this object; another object's state is not read."""
    prefix, _, name = event.to.partition(":")
    fact, _, index = name.rpartition(".")
    if prefix != "case" or name == case.key or not (len(fact) == 64 and set(fact) <= HEX and index.isascii() and index.isdigit()):
        return "to"
    return steps.close(case._replace(merged_into=name), here, "merged")


def _call(case: Case, event: StepTaken, here: At) -> Moved:
    prefix, _, dept = event.to.partition(":")
    if prefix != "dept" or dept not in here.catalogue.departments or dept == case.dept:
        return "to"
    if any(call.dept == dept and call.answered is None for call in case.calls):
        return "pending"
    limit = here.catalogue.branches["call"]["limit"]
    due = here.town.clock(limit["unit"], limit.get("schedule", "office"), case.catalogue).due(
        here.at, amount(limit["value"], limit["unit"])
    )
    return case._replace(calls=(*case.calls, Call(dept, here.at, due)))


def _answer(case: Case, event: StepTaken, here: At) -> Moved:
    owed = [call.answered is None and call.dept in here.one.depts for call in case.calls]
    calls = (call._replace(answered=here.at) if owes else call for call, owes in zip(case.calls, owed, strict=True))
    return case._replace(calls=tuple(calls))


def _refer(case: Case, event: StepTaken, here: At) -> Moved:
    if not event.document:
        return "document"
    if not isinstance(event.until, str) or not _day(event.until):
        return "until"
    return case._replace(referred=(event.document, event.until, here.at))


_EFFECTS = {
    "told": _told,
    "control": lambda case, event, here: case._replace(control=here.at if case.control is None else case.control),
    "confirm": lambda case, event, here: steps.confirm(case, here),
    "as_item": _as_item,
    "temporary_lead": _temporary_lead,
    "refuse": _refuse,
    "accept": _accept,
    "done": lambda case, event, here: steps.done(case, here, steps.name_of(here.one), here.one.owner),
    "fail": lambda case, event, here: steps.fail(case, here),
    "close": _close_step,
    "rate": _rate,
    "contest": _contest,
    "appeal": _appeal,
    "uphold": lambda case, event, here: _decide(case, event, "upheld"),
    "merge": _merge,
    "call": _call,
    "answer": _answer,
    "refer": _refer,
    "return": _return,
    "send_back": _send_back,
    "reassign": _reassign,
    "transfer": _transfer,
    "extend": _extend,
    "suspend": _suspend,
    "resume": lambda case, event, here: cases.end_suspension(here.town, here.catalogue, case, here.at, case.back),
    "void": _void,
    "grant": _grant,
}
