"""What a step, or a word said on a visit, does to a case. Every function returns the moved case, or in one word why it moves nothing.

The permission of a step is one table, used by `yima dispose` before it appends and by the fold afterwards. docs/readings.md 16-29.
"""

from typing import NamedTuple

from yima.core import duty
from yima.core.duty import Who
from yima.core.events import StepTaken
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import MS_DAY, Catalogue, Item, Object
from yima.core.town import Town
from yima.core.worktime import day_of

HALF_OF = 2
SUSPEND_COUNTS = 10 * MS_DAY  # until the centre grants the rest
NEEDS_DOCUMENT = ("立案或移送程序中", "责令改正期限未到")


class At(NamedTuple):
    """Where and when something is said: one case's surroundings. `at` is the judged instant, never before the case's last one."""

    town: Town
    catalogue: Catalogue
    item: Item
    obj: Object
    one: Who
    at: int
    mode: str = ""
    permit: str = ""
    hash: str = ""


Moved = Case | str

OPEN_STEPS = ("accept", "handle")
RUNNING = ("accept", "handle", "returned", "unclaimed")  # where the item's clock may run after an extension was asked for
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
}
NEEDS_REASON = ("fail", "return", "transfer", "extend", "suspend", "void")
STEPS = tuple(dict.fromkeys(step for step, _ in TABLE))
ABOUT = ("extension", "suspension", "transfer", "void")


def take(case: Case, event: StepTaken, here: At) -> Moved:
    """The case after a step, or why it does not count. The case is already advanced to `here.at`."""
    if event.step in ("grant", "refuse") and event.about == "void":
        return _about_void(case, event, here)
    entry = TABLE.get((event.step, event.about if event.step in ("grant", "refuse") else ""))
    if entry is None:
        return "word"
    if case.closed is not None:
        return "closed"
    stages, _ = entry
    if case.stage not in stages:
        return "stage"
    if not any(_is(word, case, here) for word in words_for(case, event.step, event.about, here)):
        return "role"
    if event.step in NEEDS_REASON and not event.reason:
        return "reason"
    moved = _EFFECTS[event.step](case, event, here)
    return moved if isinstance(moved, str) else moved._replace(last=here.at)


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
    _stages, words = TABLE[step, about if step in ("grant", "refuse") else ""]
    return by if words == ("by",) else words


def _is(word: str, case: Case, here: At) -> bool:
    one, done_by = here.one, case.done[0] if case.done else ""
    match word:
        case "owner":
            return one.owner
        case "handler":
            return one.handler
        case "permanent_handler":
            return one.handler and one.permanent
        case "finder":
            return one.finder
        case "verifier":
            return is_verifier(case, here)
        case "looker":
            return duty.may_look(here.catalogue, here.item, here.obj, one, done_by, here.mode, here.permit)
        case "closer":
            return case.flow == "F3" and case.looked is not None and duty.may_close_enforcement(one, done_by)
        case "dept_leader":
            return case.dept in one.leads
        case "receiver":
            return case.to_dept in one.leads
        case "holder":
            return bool(case.holder) and one.id == case.holder
        case "town_leader":
            return one.town_leader
        case "centre":
            return one.centre
    return False


def is_verifier(case: Case, here: At) -> bool:
    """A finder or handler of the item other than who reported the lead; on F3 no third party."""
    one = here.one
    return (one.finder or one.handler) and one.id != case.opener and not (case.flow == "F3" and one.resource == "third_party")


# -- what is said on a visit


def fine(case: Case, here: At) -> Moved:
    """Somebody looked, and the case's trouble is gone: the first line of DESIGN §5 that fits."""
    if case.stage == "verify":
        return _close(case, here, "refused") if is_verifier(case, here) else "role"
    done_by = case.done[0] if case.done else ""
    looks = duty.may_look(here.catalogue, here.item, here.obj, here.one, done_by, here.mode, here.permit)
    if case.stage == "check":
        if case.flow == "F6" and here.one.owner and done_by != duty.OWNER:
            return _close(case, here, "rated")
        return _pass(case, here, done_by) if looks else "look"
    if case.stage in ("self_fix", "accept", "handle"):
        by = cases.stage_of(here.catalogue, case.flow, case.stage).get("by", ())
        if any(_is(word, case, here) for word in by):
            return _done(case, here, _name(here.one), here.one.owner)
        return _pass(_done(case, here, duty.OWNER, owner=True), here, duty.OWNER) if looks else "look"
    return "stage"


def again(case: Case, here: At) -> Moved:
    """Somebody looked, and the trouble is still there: confirms a lead, fails a check, else it tells the owner or nothing."""
    if case.stage == "verify":
        return _confirm(case, here) if is_verifier(case, here) else "role"
    if case.stage == "check":
        done_by = case.done[0] if case.done else ""
        looks = duty.may_look(here.catalogue, here.item, here.obj, here.one, done_by, here.mode, here.permit)
        return _fail(case, here) if looks else "look"
    return reported(case, here)


def reported(case: Case, here: At) -> Moved:
    """One more reporter. In self_fix the owner, or a visit that the owner takes part in, tells."""
    if tells(here) and case.stage == "self_fix" and case.told is None:
        return cases.tell(here.town, here.item, case, here.at)._replace(last=here.at)
    return "reporter"


def tells(here: At) -> bool:
    """Whether the owner knows by this visit: it is the owner's own, or in mode self, proxy or invited."""
    return here.one.owner or here.mode in ("self", "proxy", "invited")


def fixed_on_the_spot(case: Case, here: At) -> Case:
    """A finding that is done at once (当场整改): closed at once when said by staff who find the item, else it stands in check."""
    one, item = here.one, here.item
    closes = item.flow in ("F1", "F2", "F3", "F4") and one.finder and not one.owner
    closes = closes and (one.resource in ("permanent", "contract") or (one.resource == "third_party" and item.third_party_may_close))
    share = here.catalogue.town.get("recheck_share", 20)
    case = _done(case, here, _name(one), one.owner)
    if closes and int(here.hash, 16) % share:
        return _close(case, here, "spot")
    return case


# -- effects


def _name(one: Who) -> str:
    """Who reported it done: an owner is the owner, registered as a person or not."""
    return duty.OWNER if one.owner else one.id


def _close(case: Case, here: At, outcome: str) -> Case:
    if case.running is not None:
        case = cases.stop_clock(here.town, here.item, case, here.at)
    return case._replace(closed=here.at, outcome=outcome, stage="closed", since=here.at, after=None, last=here.at, stage_due=None)


def _done(case: Case, here: At, by: str, owner: bool) -> Case:
    due = cases.due_of(here.town, here.item, case)
    if case.running is not None:
        case = cases.stop_clock(here.town, here.item, case, here.at)
    case = cases.enter(here.town, here.catalogue, case, "check", here.at)
    late = due is not None and here.at > due
    in_window = owner and case.told is not None and here.at <= case.told + here.item.window and not case.fails
    return case._replace(done=(by, here.at), done_due=due, in_time=not late, looked=None, self_fixed=in_window, last=here.at)


def _pass(case: Case, here: At, done_by: str) -> Moved:
    if case.flow == "F3" and not duty.may_close_enforcement(here.one, done_by):
        if case.looked is not None:
            return "count"  # one look is enough: a second one changes nothing
        return case._replace(looked=(here.one.id, here.at), last=here.at)
    return _close(case._replace(looked=(here.one.id, here.at)), here, "passed")


def _fail(case: Case, here: At) -> Case:
    half = -(-case.limit // HALF_OF)
    allowed = max(case.allowed, case.used + half)
    case = case._replace(fails=case.fails + 1, allowed=allowed, done=None, looked=None, in_time=False, self_fixed=False)
    return cases.enter(here.town, here.catalogue, cases.start_clock(case, here.at), "handle", here.at)._replace(last=here.at)


def _confirm(case: Case, here: At) -> Case:
    return cases.first_stage(here.town, here.catalogue, here.item, here.obj, case, here.at, knows=case.knows)._replace(last=here.at)


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
    return _close(case, here, "refused")


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
    if due is None or here.at > due:
        return "late"
    if case.extensions >= here.catalogue.branches["extend"].get("at_most", 2) or case.asked is not None:
        return "count"
    new = _new_due(case, event.until, due, here)
    if new <= due:
        return "until"
    case = case._replace(asked=(here.one.id, event.until, here.at))
    return _granted(case, here) if may_grant_extension(case, here.one) else case


def may_grant_extension(case: Case, one: Who) -> bool:
    """The first extension is granted by the department's leader or a town leader, the second by a town leader."""
    return one.town_leader or (case.extensions == 0 and case.dept in one.leads)


def _new_due(case: Case, until: int | str | None, due: int, here: At) -> int:
    clock = cases.clock_of(here.town, here.item)
    most = clock.read(due) + here.item.limit
    if here.item.ceiling:
        most = min(most, clock.read(due) + max(here.item.ceiling - case.allowed, 0))
    if until is None:
        return clock.when(most)
    end = until if isinstance(until, int) else here.town.day_start(_day(until) + 1) - 1
    return clock.when(min(most, clock.read(end)))


def _day(iso: str) -> int:
    """The day's number; a text that is no day lies before all days, so that it never lengthens anything."""
    try:
        return day_of(iso)
    except ValueError:
        return 0


def _granted(case: Case, here: At) -> Moved:
    clock, due = cases.clock_of(here.town, here.item), cases.due_of(here.town, here.item, case)
    if due is None or case.asked is None:
        return "stage"
    more = clock.read(_new_due(case, case.asked[1], due, here)) - clock.read(due)
    return case._replace(allowed=case.allowed + max(more, 0), extensions=case.extensions + 1, asked=None)


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
    return _close(case._replace(void=here.hash), here, "void")


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


_EFFECTS = {
    "told": _told,
    "control": lambda case, event, here: case._replace(control=here.at if case.control is None else case.control),
    "confirm": lambda case, event, here: _confirm(case, here),
    "as_item": _as_item,
    "temporary_lead": _temporary_lead,
    "refuse": _refuse,
    "accept": _accept,
    "done": lambda case, event, here: _done(case, here, _name(here.one), here.one.owner),
    "fail": lambda case, event, here: _fail(case, here),
    "close": lambda case, event, here: _close(case, here, "passed"),
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


def ended_with_tenant(case: Case, here: At) -> Case:
    """主体变更: a case of a flow that ends with the tenant, closed without blame."""
    return _close(case, here, "tenant")
