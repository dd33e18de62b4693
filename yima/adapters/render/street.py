"""What the street sees: a visit, a step, one case in a line."""

from collections.abc import Iterable
from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, clean, colour_said, join, stage_word
from yima.core.results.street import Asked, CaseSeen, Disposed, FactName, HandedOver, ObjectSeen, Scanned
from yima.i18n import _

GAP = "　"  # an ideographic space sets off the parts of a Chinese line


def title(obj: ObjectSeen) -> str:
    return clean(f"{obj.place} {obj.name}".strip())


# -- one case in a line


def case_line(case: CaseSeen, voice: Voice) -> str:
    """K2-0042 跨门经营　… what comes next, by whom, until when."""
    return f"{case.number} {clean(case.item_name or case.note)}{GAP}{what_next(case, voice)}"


def what_next(case: CaseSeen, voice: Voice) -> str:
    """The next thing that must happen, in one sentence."""
    who = join(case.handlers[:3]) or _("(nobody is named yet)")
    until = before(case.due, voice, case.provisional)
    match case.stage:
        case "closed" if case.outcome == "refused" and not case.item:
            return _("refused by the centre; it stays on the joint meeting's agenda")
        case "closed":
            return render.outcome_word(case.outcome)
        case "verify":
            return _("a lead, to be verified, {0}").format(until)
        case "triage":
            return _("not among the items: the centre sorts it, {0}; it goes to the next joint meeting's agenda").format(until)
        case "self_fix" if case.told is None:
            owner = owner_word(case.object.kind)
            return _("{3} fixes it within {0} of being told; else {1} handles it, {2}").format(render.span(case.window), who, until, owner)
        case "self_fix":
            end = render.clock(case.window_end, voice) if case.window_end is not None else ""
            return _("{3} fixes it until {0}; else {1} handles it, {2}").format(end, who, until, owner_word(case.object.kind))
        case "accept":
            return _("to be accepted by {0}, {1}").format(who, until)
        case "handle":
            return _("{0} handles it, {1}").format(who, until)
        case "check" if case.looked:
            return _("looked at and in order; permanent staff close it, {0}").format(until)
        case "check":
            return _("reported as done; another person looks with the same code, {0}").format(until)
        case "returned":
            return _("returned; {0} reassigns it, {1}").format(clean(case.leader) or _("the leader"), until)
        case "unclaimed" if case.disputed:
            return _("the other department does not take it; a town leader settles whose it is, {0}").format(until)
        case "unclaimed":
            return _("handed over, not yet taken by the other department, {0}").format(until)
        case "suspended":
            end = render.clock(case.suspended_to, voice) if case.suspended_to is not None else ""
            said = _("suspended until {0}").format(end)
            waits = case.suspension_asked is not None and case.suspended_to is not None and case.suspension_asked > case.suspended_to
            return _("{0}; for longer the centre must confirm it before").format(said) if waits else said
    return stage_word(case.stage)


def owner_word(kind: str) -> str:
    """店主 of a shop or stall, 房主 of a house or site."""
    return _("the house's owner") if kind in ("house", "site") else _("the owner")


def before(due: int | None, voice: Voice, provisional: bool = False) -> str:
    if due is None:
        return _("no limit runs")
    said = _("by {0}").format(render.clock(due, voice))
    return _("{0} (provisional)").format(said) if provisional else said


def left(case: CaseSeen, voice: Voice) -> str:
    """超时 3小时10分 / 剩 22分."""
    if case.stage == "suspended":
        return _("paused")
    if case.due is None:
        return ""
    if voice.now > case.due:
        return _("late {0}").format(render.span(voice.now - case.due))
    return _("left {0}").format(render.span(case.due - voice.now))


# -- scan


def asked_text(asked: Asked, voice: Voice) -> str:
    """The screen of questions, numbered from 1: open cases first."""
    last = ""
    if asked.last is not None:
        last = GAP + _("last {0} {1}").format(render.clock(asked.last[0], voice), clean(asked.last[1]))
    trade = _("({0})").format(clean(asked.object.trade)) if asked.object.trade else ""
    lines = [f"{title(asked.object)}{trade}{last}"]
    place = 0
    for case in asked.cases:
        place += 1
        said = _("({0})").format(stage_word(case.stage))
        lines.append(f"  {place} {case.number} {clean(case.item_name or case.note)}{said}{GAP}" + _("Still there?"))
    for question in asked.questions:
        place += 1
        lines.append(f"  {place} {question.text}")
    if place == 0:
        lines.append("  " + _("Nothing is due here for you today; Enter records that you were here."))
    return "\n".join(lines)


def scanned_text(result: Scanned, voice: Voice) -> str:
    lines = []
    if result.phones:
        phones = join(f"{name} {number}" for name, number in result.phones)
        lines.append(_("★ Phone first: {0}. Get people out of the way.").format(phones))
    parts = [title(result.object)]
    if result.closed:
        parts.append(_("recorded: {0}").format(render.closed_word(result.closed)))
    if result.asked:
        all_fine = not (result.findings or result.failed)
        form = _("{0} asked, all in order") if all_fine else _("{0} others asked, in order")
        parts.append(form.format(len(result.asked)))
    if result.plate_state:
        parts.append(_("recorded: {0}").format(render.plate_word(result.plate_state)))
    elif not (result.asked or result.findings or result.closed or result.done or result.passed or result.failed or result.noted):
        parts.append(_("recorded that somebody was here"))
    if result.self_check:
        parts.append(_("self-check"))
    parts.append(colour_said(result.object.colour))
    lines.append(GAP.join(parts))
    return "\n".join([*lines, *outcome_lines(result, voice)])


def outcome_lines(result: Scanned, voice: Voice, *, hint: bool = False) -> list[str]:
    """What the visit did to cases, a line each. hint: somebody can type t."""
    lines = []
    for case in result.opened:
        told = GAP + _("t = told face to face") if hint and case.stage == "self_fix" and case.told is None else ""
        lines.append("  " + case_line(case, voice) + told)
    for case in result.reported_again:
        reports = GAP + _("({0} reports)").format(case.reporters) if case.reporters > 1 else ""
        lines.append("  " + case_line(case, voice) + reports)
    for case in (*result.done, *result.passed):
        lines.append("  " + case_line(case, voice))
    for case in result.failed:
        who = join(case.handlers[:3]) or _("(nobody is named yet)")
        said = _("{0} {1}: not in order, back to {2}, {3}")
        lines.append("  " + said.format(case.number, clean(case.item_name), who, before(case.due, voice)))
    for case in result.noted:
        lines.append(GAP.join((f"  {case.number} {clean(case.item_name or case.note)}", _("noted as gone"), what_next(case, voice))))
    if result.left_out:
        words = join(render.step_word(word) for word in result.left_out)
        lines.append("  " + _("Not recorded: {0}; it is not for this person, or not for these cases.").format(words))
    for case in result.unanswered:
        said = _("{0} {1} is not answered by that: gone = {2}!, still there = {2}")
        lines.append("  " + said.format(case.number, clean(case.item_name or case.note), case.item or case.number))
    if result.twice_closed:
        lines.append("  " + _("Shut for the second time running; the data clerk is asked to look into it."))
    return lines


def fact_json(fact: FactName) -> dict[str, Any]:
    return {"device": fact.device, "seq": fact.seq}


def object_json(obj: ObjectSeen) -> dict[str, Any]:
    return {
        "id": obj.id,
        "name": obj.name,
        "kind": obj.kind,
        "place": obj.place,
        "grid": obj.grid,
        "street": obj.street,
        "colour": obj.colour,
        "code": obj.code,
    }


def scanned_json(result: Scanned, voice: Voice) -> dict[str, Any]:
    def numbers(found: Iterable[CaseSeen]) -> list[str]:
        return [case.number for case in found]

    return {
        "fact": fact_json(result.fact),
        "object": object_json(result.object),
        "plate": result.plate,
        "asked": [question.id for question in result.asked],
        "closed": result.closed,
        "findings": result.findings,
        "opened": numbers(result.opened),
        "reported_again": numbers(result.reported_again),
        "done": numbers(result.done),
        "passed": numbers(result.passed),
        "failed": numbers(result.failed),
        "cases": [
            case_json(case, voice) for case in (*result.opened, *result.reported_again, *result.done, *result.passed, *result.failed)
        ],
        "phones": [{"name": name, "number": number} for name, number in result.phones],
        "plate_state": result.plate_state,
        "unanswered": numbers(result.unanswered),
        "noted": numbers(result.noted),
    }


def case_json(case: CaseSeen, voice: Voice) -> dict[str, Any]:
    return {
        "number": case.number,
        "object": object_json(case.object),
        "item": case.item_id,
        "item_name": case.item_name,
        "note": case.note,
        "stage": case.stage,
        "outcome": case.outcome,
        "holder": case.holder,
        "handlers": list(case.handlers),
        "leader": case.leader,
        "dept": case.dept,
        "opened": render.iso(case.opened, voice),
        "due": render.iso(case.due, voice),
        "provisional": case.provisional,
        "closed": render.iso(case.closed, voice),
        "colour": case.colour,
        "repeat": case.repeat,
        "reporters": case.reporters,
    }


def disposed_text(result: Disposed, voice: Voice) -> str:
    case = result.case
    line = case_line(case, voice)
    if result.into:
        line = _("{0} is merged into {1}, which is open here already").format(
            f"{case.number} {clean(case.item_name or case.note)}", result.into
        )
    elif result.step == "temporary_lead":
        line = _("{0} leads for now: {1}").format(clean(result.dept), line)
    line = f"{line}{GAP}{title(case.object)}{GAP}{colour_said(case.colour) if case.colour else ''}".rstrip(GAP)
    if result.asked_until is None:
        return line
    said = _("An extension is asked for, until {0} at most; {1} grants it: `yima dispose {2} grant --about extension`.")
    if result.asked_cut:
        said = _(
            "An extension is asked for, longer than may be: until {0} at most; {1} grants it: `yima dispose {2} grant --about extension`."
        )
    return f"{line}\n{said.format(render.clock(result.asked_until, voice), clean(result.grants), case.number)}"


def handed_over_text(result: HandedOver, voice: Voice) -> str:
    lines = [_("{0} hands over to {1}: {2} cases").format(result.giver, result.taker, len(result.cases))]
    lines += [GAP.join((case_line(case, voice), title(case.object))) for case in result.cases]
    if result.left:
        numbers = join(case.number for case, _why in result.left)
        lines.append(_("Still with {0}: {1} (in check, suspended, or not yours to give)").format(result.giver, numbers))
    return "\n".join(lines)


def handed_over_json(result: HandedOver, voice: Voice) -> dict[str, Any]:
    return {
        "giver": result.giver,
        "taker": result.taker,
        "cases": [case_json(case, voice) for case in result.cases],
        "left": [{"case": case.number, "why": why} for case, why in result.left],
    }


def disposed_json(result: Disposed, voice: Voice) -> dict[str, Any]:
    return {"fact": fact_json(result.fact), "case": case_json(result.case, voice), "merged_into": result.into or None}


TABLE = {
    "Scanned": (scanned_text, scanned_json),
    "Asked": (
        asked_text,
        lambda result, voice: {
            "object": object_json(result.object),
            "cases": [case_json(case, voice) for case in result.cases],
            "questions": [question.id for question in result.questions],
        },
    ),
    "Disposed": (disposed_text, disposed_json),
    "HandedOver": (handed_over_text, handed_over_json),
}
