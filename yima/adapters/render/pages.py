"""What is looked at: what waits, one object or case on a page, what a text finds, the trace of facts."""

from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, clean, colour_said, colour_word, join
from yima.adapters.render.street import GAP, case_json, case_line, fact_json, object_json, title
from yima.core import codes
from yima.core.results.pages import CaseShown, Found, Line, Logged, Shown, Undone
from yima.core.results.street import ObjectSeen
from yima.i18n import _


def undone_text(result: Undone, voice: Voice) -> str:
    what = _("visit") if result.kind == "visit.recorded" else _("step")
    return _("Taken back: the {0} of {1} at {2}. It stays in the log, marked as withdrawn.").format(
        what, render.clock(result.when, voice), title(result.object)
    )


# -- show, find, log


def shown_text(result: Shown, voice: Voice) -> str:
    obj = result.object
    where = " · ".join(clean(part) for part in (obj.grid, result.village) if part)
    lines = [GAP.join(part for part in (title(obj), clean(obj.trade) or render.kind_word(obj.kind), where, _plates(result, voice)) if part)]
    if result.void:
        lines.append(_("The plate in your hand is void ({0}).").format(clean(render.void_word(result.void))))
    if result.twice:
        said = [_("{0} ({1})").format(name, ", ".join(map(codes.grouped, its))) if its else name for name, its in result.twice]
        lines.append(_("Registered twice, here under the other names too: {0}").format(join(said)))
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


def _plates(result: Shown, voice: Voice) -> str:
    """The code that counts, which plate of this place it is, since when, and why the one before it is void."""
    valid = [plate for plate in result.plates if not plate.voided]
    if not valid:
        return _("no valid plate, the last one is void") if result.plates else _("no plate yet")
    plate = valid[-1]
    code = codes.grouped(plate.code)
    count = len(result.plates)
    if count == 1:
        return _("code {0}").format(code)
    since = render.date_of(plate.printed if plate.bound is None else plate.bound, voice)
    if len(valid) > 1:
        return _("code {0} (plate no. {1}, since {2}; {3} are in use)").format(code, count, since, len(valid))
    before = max((one for one in result.plates if one.voided), key=lambda one: one.voided_at)
    return _("code {0} (plate no. {1}, since {2}; the one before: {3})").format(code, count, since, clean(render.void_word(before.voided)))


def shown_json(result: Shown, voice: Voice) -> dict[str, Any]:
    return {
        "object": object_json(result.object),
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
        "plates": [
            {
                "code": plate.code,
                "voided": plate.voided,
                "printed": render.iso(plate.printed, voice),
                "times": plate.times,
                "bound": render.iso(plate.bound, voice),
                "voided_at": render.iso(plate.voided_at, voice),
                "replaced_by": plate.replaced_by or None,
            }
            for plate in result.plates
        ],
        "self_checks_missed": result.self_missed,
        "registered_twice": [{"name": name, "codes": list(its)} for name, its in result.twice],
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
    lines = [(f"  {render.clock(line.when, voice)}", _who(line), _said_word(line.what), _note(line)) for line in result.steps]
    return head.rstrip(GAP) + "\n" + render.table(lines)


def _who(line: Line) -> str:
    """卫平（田雨 代录）."""
    return line.who + (_(" (entered by {0})").format(line.entered_by) if line.entered_by else "")


def _note(line: Line) -> str:
    """The note; of what does not stand, also why."""
    return line.note + (_(" ({0})").format(render.why_word(line.why)) if line.why else "")


def case_shown_json(result: CaseShown, voice: Voice) -> dict[str, Any]:
    return {"case": case_json(result.case, voice), "steps": [_line(line, voice) for line in result.steps]}


def _line(line: Line, voice: Voice) -> dict[str, Any]:
    return {
        "fact": fact_json(line.fact),
        "at": render.iso(line.when, voice),
        "person": line.who,
        "what": line.what,
        "note": line.note,
        "why": line.why,
        "entered_by": line.entered_by,
    }


def found_text(result: Found, voice: Voice) -> str:
    if not result.objects and not result.people:
        return _("Nothing is called “{0}”.").format(clean(result.text))
    lines = [
        (
            obj.place,
            obj.name,
            obj.trade or render.kind_word(obj.kind),
            obj.grid,
            _state(obj, result),
            codes.grouped(obj.code),
        )
        for obj in result.objects
    ]
    people = [(name, dept) for _id, name, dept in result.people]
    return "\n".join(part for part in (render.table(lines), render.table(people)) if part)


def _state(obj: ObjectSeen, result: Found) -> str:
    """The colour; of what is no more, where it leads."""
    if obj.id not in result.gone:
        return colour_word(obj.colour)
    return _("→ {0}").format(result.gone[obj.id]) if result.gone[obj.id] else _("retired")


def found_json(result: Found, voice: Voice) -> dict[str, Any]:
    return {
        "objects": [object_json(obj) for obj in result.objects],
        "gone": dict(result.gone),
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
        "roster.published": _("roster published"),
        "suggestion.made": _("suggestion"),
        "agenda.decided": _("decision of a meeting"),
    }
    return render.table(
        [
            (f"{line.fact.device}-{line.fact.seq}", render.clock(line.when, voice), _who(line), kinds.get(line.what, line.what), line.note)
            + ((_("counts for nothing: {0}").format(render.why_word(line.why)),) if line.why else ())
            for line in result.lines
        ]
    )


TABLE = {
    "Undone": (
        undone_text,
        lambda result, voice: {"fact": fact_json(result.fact), "kind": result.kind, "object": object_json(result.object)},
    ),
    "Shown": (shown_text, shown_json),
    "CaseShown": (case_shown_text, case_shown_json),
    "Found": (found_text, found_json),
    "Logged": (logged_text, lambda result, voice: {"facts": [_line(line, voice) for line in result.lines]}),
}
