"""What is awaited of one person in one case (核实 分办 接单 处置 复核 …). Nothing here moves a case.

More people may move a case than it waits for: a patrol of another grid may look as well, any leader may answer. Whom it waits for stands here;
what counts stands in steps.py and desk.py, and nothing is awaited that would not count there.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from yima.core.events import StepTaken
from yima.core.flow import cases, desk, rungs, steps
from yima.core.flow.cases import Case
from yima.core.flow.steps import At
from yima.core.worktime import day_of

AHEAD = 3  # days before the date of a joint meeting or report to the district at which its leader is reminded of it
LOOKS = (("", ""), ("invited", ""), ("inspection", "-"))  # mode and permit with which somebody may look; a 检查码 is asked for on the spot


class Reader(NamedTuple):
    """Whose list it is, beside their standing in the case (At.one, with the word of those whom they stand in for).

    near: whether one of their roles, of those named, covers the object's place. in_charge: as town leader of the case's department.
    at_desk: they do the centre's desk work; a street patrol of the centre does not.
    """

    near: Callable[[tuple[str, ...]], bool]
    in_charge: bool = False
    at_desk: bool = False


class Awaited(NamedTuple):
    """One thing that is awaited. due: its own last instant in time; None = the case's running limit.

    word: with whose word it is said: the id of the department that is led, "*" for a town leader's, "" for one's own.
    """

    act: str
    due: int | None = None
    word: str = ""


TOWN = "*"


def awaited(case: Case, here: At, me: Reader) -> tuple[Awaited, ...]:
    """What the case, as time has made it by `here.at`, waits for from this person; answers owed first. Empty = nothing."""
    if case.closed is not None:
        return tuple(_decisions(case, here, me))
    return (
        *_answers(case, here, me),
        *_extension(case, here, me),
        *_at_stage(case, here, me),
        *_decisions(case, here, me),
        *_beside(case, here),
    )


def overdue_elsewhere(case: Case, at: int) -> str:
    """What others should have done by now, for the centre to see: a lead not verified, a transfer not taken, or one that is disputed."""
    if case.stage == "unclaimed" and case.disputed:
        return "settle"
    late = case.stage_due is not None and case.stage_due < at
    return {"verify": "verify", "unclaimed": "take_over"}.get(case.stage, "") if late else ""


def _answers(case: Case, here: At, me: Reader) -> Iterator[Awaited]:
    for one in rungs.owed(case, here.one.leads, here.one.town_leader and me.in_charge):
        escalated = one.rung == "escalate"
        yield Awaited("answer_escalate" if escalated else "answer_supervise", one.answer_due, TOWN if escalated else case.dept)


def _extension(case: Case, here: At, me: Reader) -> Iterator[Awaited]:
    """The first is granted by the department's leader, the second by the town leader."""
    if case.asked is None or case.running is None or case.stage not in desk.RUNNING:
        return
    if case.extensions:
        if here.one.town_leader and me.in_charge:
            yield Awaited("grant_extension", word=TOWN)
    elif case.dept in here.one.leads:
        yield Awaited("grant_extension", word=case.dept)


def _at_stage(case: Case, here: At, me: Reader) -> Iterator[Awaited]:
    one, item = here.one, here.item
    match case.stage:
        case "verify" if steps.is_verifier(case, here) and me.near(item.finders + item.handlers):
            yield Awaited("verify")
        case "triage" if me.at_desk and one.centre:
            yield Awaited("sort")
        case "self_fix" if one.owner:
            yield Awaited("self_fix")
        case "accept" | "handle" if _is_mine(case, here, me):
            if case.flow == "F4" and case.control is None:
                yield Awaited("control")
            untold = case.stage == "accept" and item.starts == "notified" and not case.started and one.permanent
            yield Awaited("tell" if untold else case.stage)
        case "check" if act := _at_check(case, here, me):
            yield Awaited(act)
        case "returned" if case.dept in one.leads:
            yield Awaited("reassign", word=case.dept)
        case "unclaimed" if case.disputed:
            if one.town_leader and me.in_charge:
                yield Awaited("settle", word=TOWN)
        case "unclaimed" if case.to_dept in one.leads:
            yield Awaited("take_over", word=case.to_dept)
        case "suspended" if me.at_desk and one.centre and case.after is not None and case.after[0] < case.suspended_to:
            yield Awaited("confirm_suspension", case.after[0])


def _is_mine(case: Case, here: At, me: Reader) -> bool:
    """Whether the case is this person's to take or to handle: its holder's; where there is none, or they have left, of whoever may handle it."""
    if case.holder and here.town.is_here(case.holder, here.at):
        return here.one.id == case.holder
    by = (word for word in cases.stage_of(here.catalogue, case.flow, case.stage).get("by", ()) if word != "owner")
    return me.near(here.item.handlers) and any(steps.is_(word, case, here) for word in by)


def _at_check(case: Case, here: At, me: Reader) -> str:
    if steps.is_("rater", case, here):
        return "rate"
    if not me.near(here.item.finders + here.item.handlers):
        return ""
    closes = not isinstance(desk.take(case, StepTaken(case.key, "close"), here), str)
    if closes:
        return "close"
    looks = case.looked is None and any(
        isinstance(steps.fine(case, here._replace(mode=mode, permit=permit)), Case) for mode, permit in LOOKS
    )
    return "check" if looks else ""


def _decisions(case: Case, here: At, me: Reader) -> Iterator[Awaited]:
    """What is answered beside the flow, open or closed: a shop's objection, a department's appeal, a void."""
    one = here.one
    if case.contest == "asked" and case.dept in one.leads:
        yield Awaited("contest", word=case.dept)
    elif case.contest == "asked" and one.owner and case.closed is None:
        yield Awaited("contested")
    if case.appeal == "asked" and one.town_leader and me.in_charge:
        yield Awaited("appeal", word=TOWN)
    if case.outcome == "void" and case.void and not case.void_granted and me.at_desk and one.centre:
        yield Awaited("confirm_void")


def _beside(case: Case, here: At) -> Iterator[Awaited]:
    """A call for help to one's department, and what one's own department has put before a joint meeting or the district."""
    for call in case.calls:
        if call.answered is None and call.dept in here.one.depts:
            yield Awaited("help", call.due)
    if case.referred is not None and case.dept in here.one.leads:
        day = day_of(case.referred[1])
        if day - here.town.day(here.at) <= AHEAD:
            yield Awaited("follow", here.town.day_start(day + 1) - 1, case.dept)
