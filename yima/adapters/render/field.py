"""What the street sees: a visit, a step, what waits, one object or case on a page."""

from collections.abc import Iterable
from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, clean, colour_said, colour_word, join, stage_word
from yima.core.results import Asked, CaseSeen, CaseShown, Disposed, FactName, Found, Line, Logged, ObjectSeen, Scanned, Shown, Todo, Undone
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
    if asked.plate_void:
        lines.append("  " + _("This plate is void ({0}); it still leads here. Have it replaced.").format(clean(asked.plate_void)))
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
    phones = join(f"{name} {number}" for name, number in result.phones)
    lines = [_("★ Phone first: {0}. Get people out of the way.").format(phones)] if result.phones else []
    parts = [title(result.object)]
    if result.closed:
        parts.append(_("recorded: {0}").format(render.closed_word(result.closed)))
    if result.asked:
        all_fine = not (result.findings or result.failed)
        form = _("{0} asked, all in order") if all_fine else _("{0} others asked, in order")
        parts.append(form.format(len(result.asked)))
    elif not (result.findings or result.closed or result.done or result.passed or result.failed):
        parts.append(_("recorded that somebody was here"))
    if result.self_check:
        parts.append(_("self-check"))
    parts.append(colour_said(result.object.colour))
    lines.append(GAP.join(parts))
    return "\n".join([*lines, *outcome_lines(result, voice)])


def outcome_lines(result: Scanned, voice: Voice) -> list[str]:
    """What the visit did to cases, a line each."""
    lines = []
    for case in result.opened:
        told = GAP + _("t = told face to face") if case.stage == "self_fix" and case.told is None else ""
        lines.append("  " + case_line(case, voice) + told)
    for case in result.reported_again:
        reports = GAP + _("({0} reports)").format(case.reporters) if case.reporters > 1 else ""
        lines.append("  " + case_line(case, voice) + reports)
    lines += ["  " + case_line(case, voice) for case in (*result.done, *result.passed)]
    for case in result.failed:
        who = join(case.handlers[:3]) or _("(nobody is named yet)")
        said = _("{0} {1}: not in order, back to {2}, {3}")
        lines.append("  " + said.format(case.number, clean(case.item_name), who, before(case.due, voice)))
    if result.twice_closed:
        lines.append("  " + _("Shut for the second time running; the data clerk is asked to look into it."))
    return lines


def _fact(fact: FactName) -> dict[str, Any]:
    return {"device": fact.device, "seq": fact.seq}


def _object(obj: ObjectSeen) -> dict[str, Any]:
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
        "fact": _fact(result.fact),
        "object": _object(result.object),
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
    }


def case_json(case: CaseSeen, voice: Voice) -> dict[str, Any]:
    return {
        "number": case.number,
        "object": _object(case.object),
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


# -- dispose, undo


def disposed_text(result: Disposed, voice: Voice) -> str:
    case = result.case
    return f"{case_line(case, voice)}{GAP}{title(case.object)}{GAP}{colour_said(case.colour) if case.colour else ''}".rstrip(GAP)


def undone_text(result: Undone, voice: Voice) -> str:
    what = _("visit") if result.kind == "visit.recorded" else _("step")
    return _("Taken back: the {0} of {1} at {2}. It stays in the log, marked as withdrawn.").format(
        what, render.clock(result.when, voice), title(result.object)
    )


# -- todo


def todo_text(result: Todo, voice: Voice) -> str:
    shown = (*result.cases, *result.owed)
    tally = {colour: sum(case.colour == colour for case in shown) for colour in ("red", "yellow", "blue")}
    counts = GAP.join(f"{colour_word(colour)}{count}" for colour, count in tally.items())
    lines = [GAP.join(part for part in (clean(result.person), clean(result.dept), render.day_said(result.now, voice), counts) if part)]
    if result.owed:
        lines += [_("An answer is owed (yima answer NUMBER …):"), _cases(result.owed, voice)]
    if result.cases:
        lines.append(_cases(result.cases, voice))
        streets = tally_of(case.object.street or case.object.grid or case.object.name for case in result.cases)
        if len(streets) > 1:
            way = _(" → ").join(clean(street) + _("({0})").format(count) for street, count in streets.items())
            lines.append(_("Way: {0}").format(way))
    if result.confirm:
        lines += [_("To confirm (void, long suspension):"), _cases(result.confirm, voice)]
    if result.rounds:
        lines += _round_lines(result)
    if len(lines) == 1:
        lines.append(_("Nothing waits for you."))
    return "\n".join(lines)


def tally_of(words: Iterable[str]) -> dict[str, int]:
    """How often each word comes, in the order of its first coming."""
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def _round_lines(result: Todo) -> list[str]:
    """The places whose rounds are due, street by street; a place with something missed carries a mark."""
    places, questions = len(result.rounds), sum(one[1] for one in result.rounds)
    missed = sum(one[2] for one in result.rounds)
    head = _("Rounds: {0} places, {1} questions, {2} missed") if missed else _("Rounds: {0} places, {1} questions")
    lines = [head.format(places, questions, missed)]
    by_street: dict[str, list[str]] = {}
    for obj, _questions, late in result.rounds:
        by_street.setdefault(obj.street or obj.grid or "", []).append(clean(obj.name) + ("!" if late else ""))
    nowhere = _("(no street)")
    for street, names in by_street.items():
        more = _(" … {0} in all").format(len(names)) if len(names) > 8 else ""
        lines.append("  " + (clean(street) or nowhere) + _("({0})").format(len(names)) + GAP + _(", ").join(names[:8]) + more)
    return lines


def _cases(found: Iterable[CaseSeen], voice: Voice) -> str:
    return render.table(
        [
            (
                colour_word(case.colour),
                case.number,
                case.object.place,
                case.object.name,
                case.item_name or case.note,
                left(case, voice),
                (_("to be closed") if case.looked and case.stage == "check" else stage_word(case.stage))
                + (_(", returned {0} times").format(case.returned) if case.returned else "")
                + (_(", extension asked") if case.asked_extension else "")
                + (_(", repeat") if case.repeat else ""),
            )
            for case in found
        ]
    )


def todo_json(result: Todo, voice: Voice) -> dict[str, Any]:
    return {
        "person": result.person,
        "now": render.iso(result.now, voice),
        "cases": [case_json(case, voice) for case in result.cases],
        "owed": [case_json(case, voice) for case in result.owed],
        "confirm": [case_json(case, voice) for case in result.confirm],
        "rounds": [{"object": _object(obj), "questions": questions, "missed": missed} for obj, questions, missed in result.rounds],
    }


# -- show, find, log


def shown_text(result: Shown, voice: Voice) -> str:
    obj = result.object
    where = " · ".join(clean(part) for part in (obj.grid, result.village) if part)
    lines = [GAP.join(part for part in (title(obj), clean(obj.trade) or render.kind_word(obj.kind), where, _plates(result)) if part)]
    if result.part_of:
        lines.append(_("Part of {0}").format(clean(result.part_of)))
    tally = (
        (_("{0} cases open"), len(result.cases)),
        (_("{0} rounds missed"), result.missed),
        (_("{0} in order"), result.counts["green"]),
        (_("{0} not yet due"), result.counts["grey"]),
        (_("self-checks missed {0}"), result.self_missed),
    )
    lines.append(_("State") + GAP + GAP.join([colour_said(obj.colour), *(form.format(count) for form, count in tally if count)]))
    for place, case in enumerate(result.cases):
        lines.append((_("Open") if place == 0 else "    ") + GAP + f"{colour_word(case.colour)} {case_line(case, voice)}")
    for place, (when, who, asked, found, closed) in enumerate(result.last_visits):
        said = [render.closed_word(closed)] if closed else []
        said += [_("found {0}").format(join(found))] if found else []
        said += [_("in order: {0}").format(join(asked[:4]) + ("…" if len(asked) > 4 else ""))] if asked else []
        said = said or [_("was here")]
        lines.append((_("Visits") if place == 0 else "    ") + GAP + f"{render.clock(when, voice)} {clean(who)}{GAP}" + _("; ").join(said))
    lines += _duty_lines(result)
    if result.closed_cases:
        spot = sum(case.outcome == "spot" for case in result.closed_cases)
        repeats = sum(case.repeat for case in (*result.closed_cases, *result.cases))
        count = len(result.closed_cases) + len(result.cases)
        lines.append(_("Last 90 days: {0} cases, {1} fixed on the spot, {2} repeats").format(count, spot, repeats))
    return "\n".join(lines)


def _duty_lines(result: Shown) -> list[str]:
    """Who is responsible: for the items with an open case, or for all (--duty)."""
    open_items = {case.item_name for case in result.cases}
    shown = [one for one in result.duty if result.all_duty or one[0] in open_items]
    if not shown:
        return [_("Who is responsible for its {0} items: yima show … --duty").format(len(result.duty))] if result.duty else []
    lines = [
        ("  " + item, _("finds {0}").format(finds or "—"), _("handles {0}").format(handles or "—"), _("answers {0}").format(leads or "—"))
        for item, finds, handles, leads, _basis in shown
    ]
    return [_("Who is responsible"), render.table(lines)]


def _plates(result: Shown) -> str:
    valid = [plate for plate in result.plates if not plate.voided]
    if not valid:
        return _("no plate yet")
    plate = valid[-1]
    code = "-".join(plate.code[place : place + 4] for place in range(0, 12, 4))
    count = len(result.plates)
    return _("code {0}").format(code) if count == 1 else _("code {0} (plate no. {1})").format(code, count)


def shown_json(result: Shown, voice: Voice) -> dict[str, Any]:
    return {
        "object": _object(result.object),
        "counts": dict(result.counts),
        "duty": [
            {"item": item, "finds": finds, "handles": handles, "answers": leads, "basis": basis}
            for item, finds, handles, leads, basis in result.duty
        ],
        "cases": [case_json(case, voice) for case in (*result.cases, *result.closed_cases)],
        "last_visits": [
            {"at": render.iso(when, voice), "person": who, "asked": list(asked), "findings": list(found), "closed": closed}
            for when, who, asked, found, closed in result.last_visits
        ],
        "plates": [{"code": plate.code, "voided": plate.voided, "printed": render.iso(plate.printed, voice)} for plate in result.plates],
        "self_checks_missed": result.self_missed,
    }


def _said_word(what: str) -> str:
    """What a fact says of a case, as a word."""
    return {
        "finding": _("found"),
        "again": _("still there"),
        "fixed": _("found and fixed on the spot"),
        "fine": _("looked: in order"),
        "remind": _("was reminded"),
        "supervise": _("was asked to answer (supervision)"),
        "escalate": _("was asked to answer (escalation)"),
        "answer instruct": _("answer: instructs"),
        "answer reassign": _("answer: reassigns"),
        "answer extend": _("answer: extends"),
        "answer takeover": _("answer: takes over"),
        "answer refer": _("answer: refers"),
    }.get(what) or render.step_word(what)


def case_shown_text(result: CaseShown, voice: Voice) -> str:
    case = result.case
    head = GAP.join((case_line(case, voice), title(case.object), colour_said(case.colour) if case.colour else ""))
    lines = [(f"  {render.clock(line.when, voice)}", line.who, _said_word(line.what), line.note) for line in result.steps]
    return head.rstrip(GAP) + "\n" + render.table(lines)


def case_shown_json(result: CaseShown, voice: Voice) -> dict[str, Any]:
    return {"case": case_json(result.case, voice), "steps": [_line(line, voice) for line in result.steps]}


def _line(line: Line, voice: Voice) -> dict[str, Any]:
    return {"fact": _fact(line.fact), "at": render.iso(line.when, voice), "person": line.who, "what": line.what, "note": line.note}


def found_text(result: Found, voice: Voice) -> str:
    if not result.objects and not result.people:
        return _("Nothing is called “{0}”.").format(clean(result.text))
    lines = [
        (
            obj.place,
            obj.name,
            obj.trade or render.kind_word(obj.kind),
            obj.grid,
            colour_word(obj.colour),
            "-".join(obj.code[n : n + 4] for n in range(0, len(obj.code), 4)),
        )
        for obj in result.objects
    ]
    people = [(name, dept) for _id, name, dept in result.people]
    return "\n".join(part for part in (render.table(lines), render.table(people)) if part)


def found_json(result: Found, voice: Voice) -> dict[str, Any]:
    return {
        "objects": [_object(obj) for obj in result.objects],
        "people": [{"id": id_, "name": name, "dept": dept} for id_, name, dept in result.people],
    }


def logged_text(result: Logged, voice: Voice) -> str:
    kinds = {
        "visit.recorded": _("visit"),
        "step.taken": _("step"),
        "fact.withdrawn": _("withdrawal"),
        "rung.raised": _("rung"),
        "rung.answered": _("answer"),
        "town.founded": _("town founded"),
        "catalogue.published": _("rules published"),
        "calendar.published": _("calendar published"),
        "device.enrolled": _("device enrolled"),
        "device.clock": _("clock set right"),
        "person.registered": _("person registered"),
        "person.changed": _("person changed"),
        "person.left": _("person left"),
        "object.registered": _("registered"),
        "object.changed": _("register changed"),
        "object.retired": _("retired"),
        "plates.printed": _("plates printed"),
        "plate.bound": _("plate bound"),
        "plate.voided": _("plate voided"),
        "report.issued": _("report issued"),
    }
    return render.table(
        [
            (f"{line.fact.device}-{line.fact.seq}", render.clock(line.when, voice), line.who, kinds.get(line.what, line.what), line.note)
            + ((_("counts for nothing: {0}").format(render.why_word(line.why)),) if line.why else ())
            for line in result.lines
        ]
    )


TABLE = {
    "Scanned": (scanned_text, scanned_json),
    "Asked": (
        asked_text,
        lambda result, voice: {
            "object": _object(result.object),
            "cases": [case_json(case, voice) for case in result.cases],
            "questions": [question.id for question in result.questions],
        },
    ),
    "Disposed": (disposed_text, lambda result, voice: {"fact": _fact(result.fact), "case": case_json(result.case, voice)}),
    "Undone": (undone_text, lambda result, voice: {"fact": _fact(result.fact), "kind": result.kind, "object": _object(result.object)}),
    "Todo": (todo_text, todo_json),
    "Shown": (shown_text, shown_json),
    "CaseShown": (case_shown_text, case_shown_json),
    "Found": (found_text, found_json),
    "Logged": (logged_text, lambda result, voice: {"facts": [_line(line, voice) for line in result.lines]}),
}
