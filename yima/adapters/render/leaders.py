"""The leaders' screens: the sweep, the four colours, an answer, what doctor found."""

from collections.abc import Callable, Sequence
from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, colour_said, colour_word, rung_word
from yima.core.flow.lists import number_of
from yima.core.model import COLOURS, MS_DAY
from yima.core.results.leaders import (
    Answered,
    Board,
    Defect,
    Delivery,
    Examined,
    Group,
    ListAnswered,
    MissedList,
    Raised,
    Swept,
)
from yima.core.results.street import CaseSeen, FactName, ObjectSeen
from yima.i18n import _

GAP = "\u3000"
NAMED = 3  # cases named in a row, unclaimed items below: a screen is read at a glance, the JSON has all
WORST_FIRST = tuple(reversed(COLOURS))


def title(obj: ObjectSeen) -> str:
    return render.clean(f"{obj.place} {obj.name}".strip())


# -- sweep


def swept_text(result: Swept, voice: Voice) -> str:
    head = [render.day_said(result.as_of, voice)]
    head += [f"{rung_word(rung)} {sum(one.rung == rung for one in result.raised)}" for rung in ("remind", "supervise", "escalate")]
    head.append(_("withdrawn {0}").format(len(result.withdrawn)))
    if result.dry_run:
        head.append(_("only shown: nothing was recorded, nobody was told"))
    if result.delivery.notices:
        head.append(_("{0} notices: {1}").format(len(result.delivery.notices), result.delivery.outbox))
    lines = [_told(one, voice) for one in result.raised]
    lines += [_missed(one, voice) for one in result.missed]
    lines += [_unfounded(one, voice) for one in result.withdrawn]
    table = [render.table(lines)] if lines else []
    said = []
    if result.delivery != Delivery():
        from yima.adapters.render.delivery import delivery_lines  # most sweeps tell nobody anything

        said = delivery_lines(result.delivery)
    return "\n".join([GAP.join(head), *table, *said, "", board_table(result.board, voice)])


def _told(one: Raised, voice: Voice) -> tuple[str, ...]:
    case = one.case
    return (rung_word(one.rung), f"{case.number} {_matter(case)}", title(case.object), _how_late(one, voice), _whom(one, voice))


def _matter(case: CaseSeen) -> str:
    """The item's name; of an unlisted matter what was said of it."""
    return case.item_name or case.note or _("unlisted")


def _how_late(one: Raised, voice: Voice) -> str:
    case = one.case
    if one.clock.startswith("item:"):
        if case.overdue_ms:
            return _("overdue by {0}").format(render.span(case.overdue_ms))
        return "" if case.due is None else _("{0} left").format(render.span(case.due - voice.now))
    stage = one.clock.partition(":")[0]
    return _("too long in “{0}”").format(render.stage_word(stage))


def _whom(one: Raised, voice: Voice) -> str:
    if not one.to:
        return "→ " + {
            "remind": _("nobody handles this here: register somebody, or change roles.yaml"),
            "supervise": _("{0} has no leader: register one").format(one.dept),
            "escalate": _("no town leader is registered"),
        }.get(one.rung, "")
    name = _("{0} ({1})").format(one.name, one.dept) if one.dept else one.name
    if one.answer_due is None:
        return f"→ {name}"
    by = render.clock(one.answer_due, voice)
    return _("→ {0}, to answer by {1}").format(name, _("{0} (provisional)").format(by) if one.answer_provisional else by)


def _missed(one: MissedList, voice: Voice) -> tuple[str, ...]:
    leader = _("{0} ({1})").format(one.leader, one.dept_name) if one.leader else _("{0} has no leader: register one").format(one.dept_name)
    when = _("not sent yet") if one.told is None else _("told {0}").format(render.clock(one.told, voice)) if one.told < voice.now else ""
    number = number_of(one.day, one.dept)
    return (_("missed"), _("today's list {0}").format(number), _("{0} places").format(one.places), when, f"→ {leader}")


def _unfounded(one: Raised, voice: Voice) -> tuple[str, ...]:
    case = one.case
    known = _("known only now: the {0} does not stand").format(rung_word(one.rung))
    return (_("withdrawn"), f"{case.number} {_matter(case)}", title(case.object), why_unfounded(case, voice, render.clock), known)


def why_unfounded(case: CaseSeen, voice: Voice, said: Callable[[int, Voice], str]) -> str:
    """What later records say of a case instead. said: how an instant is said, on a screen or on paper."""
    if case.closed is not None:
        return _("closed {0}").format(said(case.closed, voice))
    if case.stage == "check":
        return _("reported as fixed {0}").format(said(case.since, voice))
    if case.due is not None and case.due >= voice.now:
        return _("not due before {0}").format(said(case.due, voice))
    return render.stage_word(case.stage)


def swept_json(result: Swept, voice: Voice) -> dict[str, Any]:
    from yima.adapters.render.delivery import delivery_json

    return {
        "as_of": render.iso(result.as_of, voice),
        "dry_run": result.dry_run,
        "raised": [_raised_json(one, voice) for one in result.raised],
        "withdrawn": [_raised_json(one, voice) for one in result.withdrawn],
        "missed": [
            {
                "list": number_of(one.day, one.dept),
                "dept": one.dept,
                "leader": one.leader,
                "places": one.places,
                "told": render.iso(one.told, voice),
            }
            for one in result.missed
        ],
        **delivery_json(result.delivery),
        "counts": dict(result.board.town.counts),
        "rows": [_row_json(row, result.board, voice) for row in result.board.rows],
    }


def _raised_json(one: Raised, voice: Voice) -> dict[str, Any]:
    return {
        "case": one.case.number,
        "object": {"id": one.case.object.id, "name": one.case.object.name, "kind": one.case.object.kind},
        "item": one.case.item_id,
        "rung": one.rung,
        "clock": one.clock,
        "to": one.to,
        "to_name": one.name,
        "due": render.iso(one.case.due, voice),
        "answer_due": render.iso(one.answer_due, voice),
        "answer_provisional": one.answer_provisional,
        "stage": one.case.stage,
    }


# -- the four colours


def board_text(result: Board, voice: Voice) -> str:
    lines = []
    if result.past or result.as_of != voice.now:
        lines.append(_("As of {0}").format(render.local(result.as_of, voice).strftime("%Y-%m-%d %H:%M")))
    if result.by == "person":
        from yima.adapters.render.loads import people_table

        return "\n".join([*lines, people_table(result)])
    lines.append(objects_table(result, voice) if result.by == "object" else board_table(result, voice))
    if result.gaps:
        from yima.adapters.render.matrix import gaps_line  # a sweep on the street shows no gaps

        lines.append(gaps_line(result.gaps))
    if result.unclaimed:
        lines.append(unclaimed_line(result.unclaimed))
    return "\n".join(lines)


def board_table(board: Board, voice: Voice) -> str:
    """Counts by colour, the group's colour, and why; the town at the end, whose colour goes by shares alone."""
    lines: list[Sequence[str]] = [("", *(colour_word(colour) for colour in WORST_FIRST), _("colour"))]
    for row in (*board.shown, board.town):
        name = _("whole town") if row is board.town else row_name(board.by, row)
        cells = (name, *(str(row.counts[colour]) for colour in WORST_FIRST), colour_said(row.colour, board.words))
        why = "" if row is board.town else why_said(row)
        lines.append((*cells, why) if why else cells)
    return render.table(lines, right=range(1, 6))


def row_name(by: str, row: Group) -> str:
    """What a row is called; of objects that say nothing on this axis, that."""
    if by == "kind" and row.key:
        return render.kind_word(row.key)
    if by in ("line", "resource") and row.key:
        from yima.adapters.render.loads import who_word  # a sweep names none

        return who_word(by, row.key)
    return row.name or {
        "grid": _("no grid"),
        "street": _("no street"),
        "village": _("no village"),
        "module": _("unlisted"),
        "item": _("unlisted"),
        "dept": _("no department"),
        "line": _("nobody named"),
        "resource": _("nobody named"),
    }.get(by, _("unnamed"))


def why_said(row: Group) -> str:
    """问题2 工作7：K3-0017、K3-0021，漏扫7处（赵主任）; nothing for a group that is neither red nor yellow."""
    if row.colour not in ("red", "yellow"):
        return ""
    numbers = [_("problem {0}").format(row.problem)] if row.problem else []
    numbers += [_("work {0}").format(row.work)] if row.work else []
    what = [render.some(row.causes, NAMED)] if row.causes else []
    what += [_("missed at {0} ({1})").format(places, leader or _("no leader")) for leader, places in row.missed]
    if row.unanswered:
        what.append(_("supervision not answered: {0}").format(render.some(row.unanswered, NAMED)))
    return _(": ").join(part for part in (" ".join(numbers), _("; ").join(what)) if part)


def objects_table(board: Board, voice: Voice) -> str:
    if not board.shown:
        return _("No object is of that colour.") if board.colour else _("No object is red, yellow or blue.")
    lines = []
    for row in board.shown:
        since = _("since {0}").format(render.clock(row.since, voice)) if row.since else ""
        its = render.some(row.causes, NAMED)
        why = [_("problem: {0}").format(its) if row.problem else its] if row.causes else []
        if row.missed:
            leaders = render.join(leader or _("no leader") for leader, _places in row.missed)
            why.append(_("work: missed ({0})").format(leaders))
        lines.append((colour_said(row.colour, board.words), row.name, since, _("; ").join(why), render.some(row.what, NAMED)))
    return render.table(lines)


def unclaimed_line(items: Sequence[str]) -> str:
    names = render.join(items[:NAMED])
    if len(items) > NAMED:
        return _("Not claimed yet, {0} items: {1} … (no rounds, no supervision; `yima catalog show`)").format(len(items), names)
    return _("Not claimed yet, {0} items: {1} (no rounds, no supervision)").format(len(items), names)


def board_json(result: Board, voice: Voice) -> dict[str, Any]:
    return {
        "as_of": render.iso(result.as_of, voice),
        "town": {"name": result.town.name, "colour": result.town.colour},
        "counts": dict(result.town.counts),
        "by": result.by,
        "unheld": result.unheld,
        "rows": [_row_json(row, result, voice) for row in result.shown],
        "gaps": [{"item": one.id, "what": one.what, "grid": one.grid, "objects": one.places} for one in result.gaps],
        "unclaimed": list(result.unclaimed),
    }


def _row_json(row: Group, board: Board, voice: Voice) -> dict[str, Any]:
    found = {
        "key": row.key,
        "name": row_name(board.by, row),
        "colour": row.colour,
        "counts": dict(row.counts),
        "problem": row.problem,
        "work": row.work,
        "cases": list(row.causes),
        "missed": [{"leader": leader, "places": places} for leader, places in row.missed],
        "unanswered": list(row.unanswered),
    }
    if row.load is not None:
        return {**found, "load": row.load._asdict()}
    return found if row.since is None else {**found, "since": render.iso(row.since, voice), "items": list(row.what)}


# -- answer


def answer_word(answer: str) -> str:
    return {
        "instruct": _("instruct"),
        "reassign": _("reassign"),
        "extend": _("extend"),
        "takeover": _("take over"),
        "refer": _("refer"),
    }.get(answer, answer)


def answered_text(result: Answered, voice: Voice) -> str:
    from yima.adapters.render.street import case_line

    case = result.case
    rungs = render.join(rung_word(rung) for rung in dict.fromkeys(result.rungs))
    parts = [_("{0} answered the {1}: {2}").format(result.who, rungs, answer_word(result.answer))]
    if result.entered_by:
        parts[0] += _(" (entered by {0})").format(result.entered_by)
    if result.answer == "extend" and case.asked_extension:
        parts.append(_("the second extension waits for the town leader"))
    return GAP.join([*parts, case_line(case, voice), *([colour_said(case.colour)] if case.colour else [])])


def answered_json(result: Answered, voice: Voice) -> dict[str, Any]:
    from yima.adapters.render.street import case_json

    return {
        "fact": _fact(result.fact),
        "facts": [_fact(fact) for fact in result.facts],
        "answer": result.answer,
        "rungs": list(result.rungs),
        "step": result.step,
        "entered_by": result.entered_by,
        "case": case_json(result.case, voice),
    }


def list_answered_text(result: ListAnswered, voice: Voice) -> str:
    said = _("{0} answered {1}: {2}").format(result.who, result.number, render.clean(result.text))
    return said + (_(" (entered by {0})").format(result.entered_by) if result.entered_by else "")


def list_answered_json(result: ListAnswered, voice: Voice) -> dict[str, Any]:
    return {"fact": _fact(result.fact), "list": result.number, "answer": result.answer, "entered_by": result.entered_by}


def _fact(fact: FactName) -> dict[str, Any]:
    return {"device": fact.device, "seq": fact.seq}


# -- doctor


def examined_text(result: Examined, voice: Voice) -> str:
    kinds = {one.kind for one in result.problems if one.damage}
    chain = kinds & {"hash", "chain", "gap", "order", "wall", "size", "founded", "guard"}
    parts = [
        _("Data file: damaged") if "file" in kinds else _("Data file: whole"),
        _("Records: {0} of {1} devices, not whole").format(f"{result.facts:,}", result.devices)
        if chain
        else _("Records: {0} of {1} devices, without a gap").format(f"{result.facts:,}", result.devices),
        _("State: not what the records give") if "state" in kinds else _("State: as computed anew"),
    ]
    lines = [GAP.join(parts if "file" not in kinds else parts[:1])]
    if result.rebuilt:
        lines[0] += GAP + _("(just rebuilt)")
    lines += [f"{place_of(one)}{said_of(one)}" for one in result.problems]
    for one in result.unmoved:
        names = render.join(_("{0} no. {1}").format(fact.device, fact.seq) for fact in one.examples)
        lines.append(_("{0} records count for nothing: {1} ({2})").format(one.number, render.why_word(one.why), names))
    for kind, number in result.unknown:
        lines.append(_("{0} records of the kind {1} are unknown to this version: kept; update yima").format(number, kind))
    return "\n".join(render.clean(line) for line in lines)


def place_of(one: Defect) -> str:
    if not one.device:
        return ""
    return _("{0} no. {1}: ").format(one.device, one.seq) if one.seq and one.kind not in ("clock", "gap") else _("{0}: ").format(one.device)


def said_of(one: Defect) -> str:
    """What is wrong, as a sentence that says what to do."""
    said = {
        "file": _("SQLite finds the file damaged ({0}); copy it away, then restore a backup."),
        "founded": _("The record that founds the town is missing; restore a backup."),
        "guard": _("The file's own guard {0} is gone: somebody worked on it with another program. Restore a backup, or ask who."),
        "hash": _("The record was altered after it was made. Restore a backup, or take this device's records again with a sync."),
        "chain": _("The record before it is not the one that it follows: one of the two was replaced. Restore a backup, or sync again."),
        "order": _("The record stands before its own predecessor in the order. Restore a backup, or sync again."),
        "wall": _("The record's time lies outside 2020–2100; it should never have come in. Restore a backup."),
        "size": _("The record is over 1 MiB; it should never have come in. Restore a backup."),
        "fork": _("Two records have this number: a copy of the folder is in use somewhere. Renew the device: yima device renew {device}."),
        "device": _("This device is not enrolled here; its records count for nothing. Enrol it with `yima device enroll`, or leave it."),
    }
    if one.kind == "gap":
        return gap_said(one.seq, one.more[0])
    if one.kind == "state":
        return state_said(*one.more)
    if one.kind == "key":
        return key_said(one.more[0])
    if one.kind == "clock":
        return clock_said(one.device, one.seq, *one.more)
    return said.get(one.kind, one.kind).format(*one.more, device=one.device)


def gap_said(first: int, last: int) -> str:
    if first == last:
        return _("Record {0} is missing. Restore a backup, or take it again with a sync.").format(first)
    return _("Records {0}–{1} are missing. Restore a backup, or take them again with a sync.").format(first, last)


def state_said(name: str, table: str) -> str:
    if name:
        return _("The stored state of {0} is not what its records give: yima doctor --rebuild.").format(name)
    return _("The stored table {0} is not what the records give: yima doctor --rebuild.").format(table)


def key_said(word: str) -> str:
    return {
        "missing": _("This device's key is missing or cannot be read; ask the admin to let the device join again."),
        "other": _("The key on this computer is not the one that was enrolled; ask the admin to let the device join again."),
        "open": _("Other users of this computer may read this device's key; take their right away (mode 0600)."),
    }[word]


def clock_said(device: str, first: int, word: str, last: int, ms: int, _days: int) -> str:
    span = render.span(ms // MS_DAY * MS_DAY or ms)
    if word == "back":
        text = _("The clock went back by {0} after no. {2}: it was fast before ({1}–{2}), or is slow since.").format(span, first, last)
    elif word == "fast":
        text = _("The clock is {0} fast (no. {1}–{2}).").format(span, first, last)
    else:
        text = _("The clock is {0} slow, or the records that came before it were fast (no. {1}–{2}).").format(span, first, last)
    return text + _(" Set the clock of {0} right first; what it recorded stays as it is, and is judged by that time.").format(device)


def examined_json(result: Examined, voice: Voice) -> dict[str, Any]:
    return {
        "ok": result.ok,
        "facts": result.facts,
        "devices": result.devices,
        "objects": result.objects,
        "problems": [
            {"device": one.device, "seq": one.seq, "what": one.kind, "damage": one.damage, "says": said_of(one)} for one in result.problems
        ],
        "unmoved": [{"why": one.why, "facts": one.number, "examples": [_fact(fact) for fact in one.examples]} for one in result.unmoved],
        "unknown": [{"kind": kind, "facts": number} for kind, number in result.unknown],
        "rebuilt": result.rebuilt,
    }


TABLE = {
    "Swept": (swept_text, swept_json),
    "Board": (board_text, board_json),
    "Answered": (answered_text, answered_json),
    "ListAnswered": (list_answered_text, list_answered_json),
    "Examined": (examined_text, examined_json),
}
