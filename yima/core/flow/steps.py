"""What a word said on a visit does to a case, and what visits and steps share. Every function returns the moved case, or in one word why it
moves nothing. Who may say what, and what a step at the desk does, stands in desk.py. docs/readings.md 16-21, 28.
"""

from typing import NamedTuple

from yima.core import duty
from yima.core.duty import Who
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import Catalogue, Item, Object
from yima.core.town import Town

HALF_OF = 2


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


def is_(word: str, case: Case, here: At) -> bool:
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
        case "closer" if case.flow == "F6":
            return one.permanent and (one.finder or one.handler) and one.id != done_by and not one.owner
        case "closer":
            return case.flow == "F3" and case.looked is not None and duty.may_close_enforcement(one, done_by)
        case "rater":
            return case.flow == "F6" and one.owner and done_by != duty.OWNER
        case "called":
            return any(call.answered is None and call.dept in one.depts for call in case.calls)
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
        return close(case, here, "refused") if is_verifier(case, here) else "role"
    done_by = case.done[0] if case.done else ""
    looks = duty.may_look(here.catalogue, here.item, here.obj, here.one, done_by, here.mode, here.permit)
    if case.stage == "check":
        if case.flow == "F6" and here.one.owner and done_by != duty.OWNER:
            return close(case, here, "rated")
        return _pass(case, here, done_by) if looks else "look"
    if case.stage in ("self_fix", "accept", "handle"):
        by = cases.stage_of(here.catalogue, case.flow, case.stage).get("by", ())
        if any(is_(word, case, here) for word in by):
            return done(case, here, name_of(here.one), here.one.owner)
        return _pass(done(case, here, duty.OWNER, owner=True), here, duty.OWNER) if looks else "look"
    return "stage"


def again(case: Case, here: At) -> Moved:
    """Somebody looked, and the trouble is still there: confirms a lead, fails a check, else it tells the owner or nothing."""
    if case.stage == "verify":
        return confirm(case, here) if is_verifier(case, here) else "role"
    if case.stage == "check":
        done_by = case.done[0] if case.done else ""
        looks = duty.may_look(here.catalogue, here.item, here.obj, here.one, done_by, here.mode, here.permit)
        return fail(case, here) if looks else "look"
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
    case = done(case, here, name_of(one), one.owner)
    if closes and int(here.hash, 16) % share:
        return close(case, here, "spot")
    return case


# -- what visits and steps share


def name_of(one: Who) -> str:
    """Who reported it done: an owner is the owner, registered as a person or not."""
    return duty.OWNER if one.owner else one.id


def close(case: Case, here: At, outcome: str) -> Case:
    if case.running is not None:
        case = cases.stop_clock(here.town, here.item, case, here.at)
    return case._replace(closed=here.at, outcome=outcome, stage="closed", since=here.at, after=None, last=here.at, stage_due=None)


def done(case: Case, here: At, by: str, owner: bool) -> Case:
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
    return close(case._replace(looked=(here.one.id, here.at)), here, "passed")


def fail(case: Case, here: At) -> Case:
    half = -(-case.limit // HALF_OF)
    allowed = max(case.allowed, case.used + half)
    case = case._replace(fails=case.fails + 1, allowed=allowed, done=None, looked=None, in_time=False, self_fixed=False)
    return cases.enter(here.town, here.catalogue, cases.start_clock(case, here.at), "handle", here.at)._replace(last=here.at)


def confirm(case: Case, here: At) -> Case:
    return cases.first_stage(here.town, here.catalogue, here.item, here.obj, case, here.at, knows=case.knows)._replace(last=here.at)
