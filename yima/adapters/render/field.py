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
            return _("the owner fixes it within {0} of being told; else {1} handles it, {2}").format(render.span(case.window), who, until)
        case "self_fix":
            end = render.clock(case.window_end, voice) if case.window_end is not None else ""
            return _("the owner fixes it until {0}; else {1} handles it, {2}").format(end, who, until)
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
            return _("suspended until {0}").format(end)
    return stage_word(case.stage)


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
        lines.append(f"  {place} {case.number} {clean(case.item_name or case.note)}（{stage_word(case.stage)}）{GAP}" + _("Still there?"))
    for question in asked.questions:
        place += 1
        lines.append(f"  {place} {question.text}")
    if place == 0:
        lines.append("  " + _("Nothing is due here for you today; Enter records that you were here."))
    return "\n".join(lines)


def scanned_text(result: Scanned, voice: Voice) -> str:
    lines = (
        [_("★ Phone first: {0}. Get people out of the way.").format(join(f"{name} {number}" for name, number in result.phones))]
        if result.phones
        else []
    )
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
    for case in result.opened:
        told = GAP + _("t = told face to face") if case.stage == "self_fix" and case.told is None else ""
        lines.append("  " + case_line(case, voice) + told)
    for case in result.reported_again:
        lines.append("  " + case_line(case, voice) + GAP + _("({0} reports)").format(case.reporters))
    for case in result.done:
        lines.append("  " + case_line(case, voice))
    for case in result.passed:
        lines.append("  " + case_line(case, voice))
    for case in result.failed:
        lines.append(
            "  "
            + _("{0} {1}: not in order, back to {2}, {3}").format(
                case.number, clean(case.item_name), join(case.handlers[:3]), before(case.due, voice)
            )
        )
    if result.twice_closed:
        lines.append("  " + _("Shut for the second time running; the data clerk is asked to look into it."))
    return "\n".join(lines)


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
    tally = {colour: sum(case.colour == colour for case in (*result.cases, *result.owed)) for colour in ("red", "yellow", "blue")}
    head = f"{clean(result.person)}{GAP}{render.day_said(result.now, voice)}{GAP}" + GAP.join(
        f"{colour_word(colour)}{count}" for colour, count in tally.items()
    )
    lines = [head]
    if result.owed:
        lines += [_("An answer is owed (yima answer NUMBER …):"), _cases(result.owed, voice)]
    if result.cases:
        lines.append(_cases(result.cases, voice))
        streets: dict[str, int] = {}
        for case in result.cases:
            street = case.object.street or case.object.grid or case.object.name
            streets[street] = streets.get(street, 0) + 1
        if len(streets) > 1:
            lines.append(_("Way: {0}").format(" → ".join(f"{clean(street)}（{count}）" for street, count in streets.items())))
    if result.confirm:
        lines += [_("To confirm (void, long suspension):"), _cases(result.confirm, voice)]
    if result.rounds:
        places, questions = len(result.rounds), sum(one[1] for one in result.rounds)
        missed = sum(one[2] for one in result.rounds)
        lines.append(_("Rounds: {0} places, {1} questions, {2} missed").format(places, questions, missed))
        by_street: dict[str, list[str]] = {}
        for obj, _questions, late in result.rounds:
            by_street.setdefault(obj.street or obj.grid or "", []).append(clean(obj.name) + ("!" if late else ""))
        for street, names in by_street.items():
            more = _(" … {0} in all").format(len(names)) if len(names) > 8 else ""
            lines.append(f"  {clean(street) or _('(no street)')}（{len(names)}）{GAP}{_(', ').join(names[:8])}{more}")
    if len(lines) == 1:
        lines.append(_("Nothing waits for you."))
    return "\n".join(lines)


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
                stage_word(case.stage)
                + (_(", returned once") if case.returned else "")
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
    lines = [GAP.join(part for part in (title(obj), clean(obj.trade) or render.kind_word(obj.kind), where, _plates(result, voice)) if part)]
    if result.part_of:
        lines.append(_("Part of {0}").format(clean(result.part_of)))
    tally = result.counts
    words = (
        (_("{0} to deal with"), tally["red"] + tally["yellow"] + tally["blue"]),
        (_("{0} in order"), tally["green"]),
        (_("{0} not yet due"), tally["grey"]),
    )
    self_missed = _("self-checks missed {0}").format(result.self_missed) if result.self_missed else ""
    lines.append(
        _("State")
        + GAP
        + GAP.join(
            [colour_said(obj.colour), *(form.format(count) for form, count in words if count), *([self_missed] if self_missed else [])]
        )
    )
    for place, case in enumerate(result.cases):
        lines.append((_("Open") if place == 0 else "    ") + GAP + f"{colour_word(case.colour)} {case_line(case, voice)}")
    for place, (when, who, asked, found, closed) in enumerate(result.last_visits):
        said = [render.closed_word(closed)] if closed else []
        said += [_("found {0}").format(join(found))] if found else []
        said += [_("in order: {0}").format(join(asked[:4]) + ("…" if len(asked) > 4 else ""))] if asked else []
        lines.append(
            (_("Visits") if place == 0 else "    ")
            + GAP
            + f"{render.clock(when, voice)} {clean(who)}{GAP}"
            + (_("; ").join(said) or _("was here"))
        )
    if result.duty:
        lines.append(_("Who is responsible"))
        lines.append(
            render.table(
                [
                    (
                        "  " + item,
                        _("finds {0}").format(finds or "—"),
                        _("handles {0}").format(handles or "—"),
                        _("answers {0}").format(leads or "—"),
                    )
                    for item, finds, handles, leads, _basis in result.duty
                ]
            )
        )
    closed_cases = result.closed_cases
    if closed_cases:
        spot = sum(case.outcome == "spot" for case in closed_cases)
        repeats = sum(case.repeat for case in (*closed_cases, *result.cases))
        lines.append(
            _("Last 90 days: {0} cases, {1} fixed on the spot, {2} repeats").format(len(closed_cases) + len(result.cases), spot, repeats)
        )
    return "\n".join(lines)


def _plates(result: Shown, voice: Voice) -> str:
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


def _step_word(what: str) -> str:
    return {
        "finding": _("found"),
        "again": _("still there"),
        "fixed": _("found and fixed on the spot"),
        "fine": _("looked: in order"),
        "told": _("owner told"),
        "control": _("under control"),
        "confirm": _("lead confirmed"),
        "as_item": _("sorted to an item"),
        "temporary_lead": _("temporary lead named"),
        "refuse": _("refused"),
        "accept": _("accepted"),
        "done": _("reported as done"),
        "fail": _("check failed"),
        "close": _("closed"),
        "return": _("returned"),
        "send_back": _("sent back"),
        "reassign": _("reassigned"),
        "transfer": _("handed to another department"),
        "extend": _("extension"),
        "suspend": _("suspension"),
        "resume": _("resumed"),
        "grant": _("granted"),
        "void": _("void, a false report"),
        "remind": _("reminder to"),
        "supervise": _("supervision to"),
        "escalate": _("escalation to"),
        "answer instruct": _("answer: instructs"),
        "answer reassign": _("answer: reassigns"),
        "answer extend": _("answer: extends"),
        "answer takeover": _("answer: takes over"),
        "answer refer": _("answer: refers"),
    }.get(what, what)


def case_shown_text(result: CaseShown, voice: Voice) -> str:
    case = result.case
    head = GAP.join((case_line(case, voice), title(case.object), colour_said(case.colour) if case.colour else ""))
    lines = [(f"  {render.clock(line.when, voice)}", line.who, _step_word(line.what), line.note) for line in result.steps]
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
    }
    return render.table(
        [
            (f"{line.fact.device}-{line.fact.seq}", render.clock(line.when, voice), line.who, kinds.get(line.what, line.what), line.note)
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
