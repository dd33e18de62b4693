"""The weekly report as one self-contained page, as text for a terminal, and as JSON. Words and definitions stand here, counts come in."""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from yima.adapters.render import Voice, clean, colour_said, colour_word, date_of, day_said, iso, local, span, stage_word, table
from yima.core.numbers import percent
from yima.core.results.weekly import ColourRow, Decision, Middle, Nobody, Overdue, Report, ReportList, Share
from yima.i18n import LANG, _

TEMPLATES = Path(__file__).parents[2] / "templates"
FIRST_DECISIONS = 5
NOBODY_SHOWN = 40
PALETTE = {"red": "#C8102E", "yellow": "#E6A700", "blue": "#1F6FB2", "green": "#2E8B57", "grey": "#8A8F98"}
COLOURS = ("red", "yellow", "blue", "green", "grey")
DASH = "—"


def first_reds(made: Report) -> int:
    """How many red rows the first page holds beside its grid table, so that it stays one A4 page."""
    return max(4, min(8, 12 - len(made.grids)))


# -- words


def said_of(share: str) -> tuple[str, str]:
    """A number's title and its definition."""
    words = {
        "scan_completion_rate": (
            _("Scan completion"),
            _("Rounds met ÷ (met + missed), by the day each ended; self-checks apart."),
        ),
        "missed_overload_rate": (
            _("Work overload"),
            _(
                "Missed places that were more than their people had room for that day ÷ all missed places; one place counts once a day for"
                " the people of a role, self-checks apart. Booked on nobody."
            ),
        ),
        "disposal_rate": (_("Disposal"), _("Disposed ÷ due in the period (the item's limit ends in it); as of this report.")),
        "on_time_disposal_rate": (_("Disposal in time"), _("Done in time, checked and passed ÷ due in the period.")),
        "closing_rate": (_("Closing"), _("Closed ÷ should be closed (the check's limit after the item's ends in the period).")),
        "on_time_closing_rate": (_("Closing in time"), _("Closed within that limit ÷ should be closed.")),
        "rework_rate": (_("Rework"), _("Cases sent back by a check ÷ should be closed.")),
        "failed_check_rate": (_("Failed checks"), _("Checks not passed ÷ checks made in the period.")),
        "extension_rate": (_("Extensions"), _("Extended cases ÷ due in the period.")),
        "suspension_rate": (_("Suspensions"), _("Suspended cases ÷ due in the period.")),
        "void_rate": (_("Voids"), _("Voided cases that wait for the centre's word ÷ due in the period; granted ones are in no number.")),
        "repeat_rate": (_("Repeats"), _("Opened again within 30 days of the last close ÷ opened in the period.")),
        "self_fix_rate": (
            _("Fixed by the owner"),
            _("The owner's fix inside the window, later passed ÷ opened in the period with such a window."),
        ),
        "supervision_answer_rate": (
            _("Supervisions answered"),
            _("Answered in time ÷ sent to leaders in the period; what settled before an answer was needed is apart."),
        ),
        "duty_blanks": (
            _("Duty blanks"),
            _("Object and item pairs without somebody who looks, who puts it right, or who leads ÷ all pairs; must be 0."),
        ),
        "found_to_known": (_("Found → known"), _("Median time until the owner was told or a handler accepted.")),
        "known_to_disposed": (_("Known → disposed"), _("Median time from there to the fix that passed.")),
    }
    return words.get(share, (share, ""))


def decision_said(one: Decision, voice: Voice) -> str:
    """One line of what waits for the leader, as a question that has an answer."""
    case = f"{one.number} {one.place}"
    match one.what:
        case "disputed" if one.other:
            return _("{0}, {1}: who leads, {2} or {3}?").format(case, one.item, one.dept, one.other)
        case "disputed":
            return _("{0}, {1}: who leads?").format(case, one.item)
        case "escalated":
            what = _("overdue by {0}").format(span(one.ms)) if one.ms else stage_word(one.stage)
            who = _("{0} ({1})").format(one.other, one.dept) if one.other else one.dept
            return _("{0}, {1}: escalated, {2}, with {3}; press, reassign or take over?").format(case, one.item, what, who)
        case "unlisted":
            noted = _("“{0}”").format(one.item) + (_(" ({0} alike)").format(one.total) if one.total > 1 else "")
            if one.stage == "triage":
                return _("{0}, {1}: which item is it, and who leads?").format(case, noted)
            return _("{0}, {1}: {2} leads for now; make it an item at the joint meeting?").format(case, noted, one.dept)
        case "unclaimed":
            return _("{0}: found {1} times this week, claimed by nobody; does {2} take it?").format(one.item, one.total, one.dept)
        case "blank":
            where = (one.place or _("(no grid)")) if one.grids < 2 else _("{0} grids").format(one.grids)
            said = {
                "handler": _("{0}: nobody handles {1} ({2} places); who will?"),
                "leader": _("{0}: nobody leads {1} ({2} places); who will?"),
            }.get(one.other, _("{0}: nobody looks at {1} ({2} places); who will?"))
            return said.format(where, one.item, one.total)
        case "suspension":
            return _("{0}, {1}: suspended until {2}; agreed?").format(case, one.item, date_of(one.ms - 1, voice))
        case "void":
            return _("{0}, {1}: {2} voided it; agreed?").format(case, one.item, one.dept)
        case "repeat":
            return _("{0}: {1} among {2} repeats; call the owner in?").format(one.place, one.item, one.total)
    return f"{case} {one.item}"


def red_line(made: Report) -> str:
    reds = made.reds
    return _("Whole town: {0} red places ({1} new, {2} left from before, {3} cleared)").format(reds.now, reds.new, reds.left, reds.cleared)


def late_said(one: Overdue) -> str:
    if one.what == "round":
        return _("missed {0} times, {1}").format(one.missed, span(one.late_ms)) if one.missed else span(one.late_ms)
    return _("overdue by {0}").format(span(one.late_ms))


def what_said(one: Overdue) -> str:
    """The matter in words: a case with number and stage, or the items whose rounds were missed."""
    items = _(", ").join(clean(item) for item in one.items[:3]) + (_(" … {0} in all").format(len(one.items)) if len(one.items) > 3 else "")
    if one.what == "round":
        return _("not scanned: {0}").format(items)
    return f"{one.number} {items} · {stage_word(one.stage)}"


def people_said(names: Sequence[str]) -> str:
    """The first two by name: more would hide who it is."""
    if not names:
        return _("nobody")
    return _(", ").join(_("the owner") if name == "owner" else clean(name) for name in names[:2]) + (
        _(" … {0} people").format(len(names)) if len(names) > 2 else ""
    )


def share_said(numerator: int, denominator: int) -> str:
    """ "93.72%", or a dash where there is nothing to divide by; never printed without both counts beside it."""
    found = percent(numerator, denominator)
    return DASH if found is None else f"{found}%"


def minutes_said(one: Middle) -> str:
    return DASH if one.value is None else span(one.value * 60_000)


def title_of(made: Report) -> str:
    week = re.fullmatch(r"(\d{4})-W(\d\d).*", made.number)
    if week is None:
        return _("{0}: report on one code").format(made.town)
    return _("{0}: weekly report on one code, week {1}").format(made.town, int(week[2]))


def change_said(name: str) -> str:
    part, _sign, key = name.partition(":")
    if part == "numbers":
        return said_of(key)[0]
    return {"reds": _("red: now, new, left, cleared"), "whole": _("whole town")}.get(part, key)


# -- JSON


def _share_json(one: Share) -> dict[str, Any]:
    found = percent(one.numerator, one.denominator)
    return {
        "name": one.name,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "percent": None if found is None else float(found),
    }


def _row_json(row: ColourRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "colour": row.colour,
        "counts": dict(row.counts),
        "problem": row.problem,
        "work": row.work,
        "before": {"red": row.before[0], "objects": row.before[1]},
        "line": [{"week": week, "red": red, "objects": total} for week, red, total in row.line],
    }


def report_json(made: Report, voice: Voice) -> dict[str, Any]:
    """The report with the keys that are promised; lists whole."""
    return {
        "number": made.number,
        "period": {"from": made.from_, "to": made.to},
        "as_of": iso(made.as_of, voice),
        "town": made.town,
        "sample": made.sample,
        "digest": made.digest,
        "issued": iso(made.issued, voice),
        "corrects": made.corrects or None,
        "heads": {device: [seq, hash_] for device, (seq, hash_) in made.heads.items()},
        "numbers": [_share_json(one) for one in made.numbers],
        "medians": [{"name": one.name, "value": one.value, "unit": one.unit, "count": one.cases} for one in made.medians],
        "decisions": [{**_said_fields(one), "text": decision_said(one, voice)} for one in made.decisions],
        "reds": made.reds._asdict(),
        "whole": _row_json(made.whole),
        "grids": [_row_json(row) for row in made.grids],
        "overdue": [
            {
                "what": one.what,
                "object": {"id": one.object, "name": one.name, "place": one.place, "grid": one.grid},
                "case": one.number or None,
                "items": list(one.items),
                "late_minutes": one.late_ms // 60_000,
                "missed": one.missed,
                "stage": one.stage or None,
                "hazard": one.hazard,
                "holders": list(one.holders),
                "dept": one.dept,
                "leader": one.leader or None,
                "shut": one.shut,
                "overload": one.overload,
            }
            for one in made.overdue
        ],
        "better": [{"street": street, "before": before, "now": now} for street, before, now in made.better],
        "modules": [_row_json(row) for row in made.modules],
        "departments": [_row_json(row) for row in made.departments],
        "nobody": [one._asdict() for one in made.nobody],
        "unclaimed": list(made.unclaimed),
        "self_checks": dict(zip(("met", "missed", "paused"), made.self_checks, strict=True)),
        "voids_granted": made.voids_granted,
        "burden": made.burden._asdict(),
        "changes": [{"name": one.name, "before": list(one.before), "after": list(one.after)} for one in made.changes],
        "files": list(made.files),
    }


def _said_fields(one: Decision) -> dict[str, Any]:
    return {
        "what": one.what,
        "case": one.number or None,
        "place": one.place or None,
        "item": one.item or None,
        "dept": one.dept or None,
        "total": one.total or None,
    }


def file(made: Report, voice: Voice) -> bytes:
    """The bytes of the .json file: as --json prints it, indented for a reader."""
    return (json.dumps({**report_json(made, voice), "files": []}, ensure_ascii=False, indent=1) + "\n").encode()


def list_json(made: ReportList, voice: Voice) -> dict[str, Any]:
    return {
        "reports": [
            {
                "number": one.number,
                "period": {"from": one.from_, "to": one.to},
                "as_of": iso(one.as_of, voice),
                "issued": iso(one.when, voice),
                "by": one.by,
                "digest": one.digest,
                "corrects": one.corrects or None,
                "reds": list(one.reds),
            }
            for one in made.reports
        ]
    }


# -- text


def report_text(made: Report, voice: Voice) -> str:
    """The first page for a terminal, and where the files lie."""
    lines = [f"{clean(title_of(made))}　{_period(made)}　{clean(made.number)}　{_standing(made, voice)}"]
    if made.sample:
        lines.append(_("Sample town: made-up people and shops."))
    if made.decisions:
        lines += ["", _("For you to decide this week")]
        lines += [f"  □ {clean(decision_said(one, voice))}" for one in made.decisions[:FIRST_DECISIONS]]
        if len(made.decisions) > FIRST_DECISIONS:
            lines.append("    " + _("{0} more behind the first page.").format(len(made.decisions) - FIRST_DECISIONS))
    lines += ["", red_line(made), ""]
    head = ["", *(colour_word(colour) for colour in COLOURS), _("colour"), _("red share"), _("a week before")]
    rows = [
        [
            _("whole town") if row is made.whole else row.name or _("(no grid)"),
            *(str(row.counts[colour]) for colour in COLOURS),
            colour_said(row.colour, made.words),
            f"{share_said(row.counts['red'], _all(row))} ({row.counts['red']}/{_all(row)})",
            f"{share_said(*row.before)} ({row.before[0]}/{row.before[1]})",
        ]
        for row in (*made.grids, made.whole)
    ]
    lines.append(table([head, *rows], right=(1, 2, 3, 4, 5)))
    if made.nobody:
        lines.append(nobody_said(made))
    if made.overdue:
        red = [
            [
                colour_word("red"),
                f"{one.place} {one.name}".strip(),
                what_said(one),
                late_said(one),
                people_said(one.holders),
                f"→ {_answers(one)}",
            ]
            for one in made.overdue[: first_reds(made)]
        ]
        lines += ["", table(red)]
        if len(made.overdue) > first_reds(made):
            lines.append(_("{0} more behind the first page.").format(len(made.overdue) - first_reds(made)))
    lines += ["", better_said(made)]
    if made.files:
        lines += ["", *(_from_here(file) for file in made.files)]
    return "\n".join(lines)


def nobody_said(made: Report) -> str:
    """The empty cells in one line, beside the colours."""
    first = made.nobody[0]
    said = _("Empty cells {0}, such as {1} × {2}; yima matrix --check lists all.")
    return said.format(len(made.nobody), clean(first.grid) or _("(no grid)"), clean(first.item))


def better_said(made: Report) -> str:
    """What got better: the share that owners fixed themselves, the streets with fewer red places."""
    own = next((one for one in made.numbers if one.name == "self_fix_rate"), Share("", 0, 0))
    said = _("Better: owners fixed {0} of {1} by themselves ({2})").format(
        own.numerator, own.denominator, share_said(own.numerator, own.denominator)
    )
    streets = _(", ").join(_("{0} red {1} → {2}").format(clean(street), before, now) for street, before, now in made.better[:3])
    return said + (_("; ") + streets if streets else "")


def _answers(one: Overdue) -> str:
    if one.leader:
        return _("{0} ({1})").format(clean(one.leader), clean(one.dept))
    return _("{0} (no leader named)").format(clean(one.dept))


def _all(row: ColourRow) -> int:
    return sum(row.counts.values())


def _period(made: Report) -> str:
    return _("{0} to {1}").format(made.from_, made.to)


def _standing(made: Report, voice: Voice) -> str:
    """Issued with its digest, or a draft."""
    if made.issued is not None:
        return _("issued {0}, digest {1}").format(local(made.issued, voice).strftime("%Y-%m-%d %H:%M"), made.digest[:8])
    if made.stale:
        return _("draft; {0} is issued").format(clean(made.stale))
    return _("draft")


def list_text(made: ReportList, voice: Voice) -> str:
    if not made.reports:
        return _("No report has been issued yet; yima report --issue issues the last whole week.")
    head = [_("number"), _("period"), _("as of"), _("issued on"), _("issued by"), _("red"), _("digest")]
    rows = [
        [
            one.number,
            _("{0} to {1}").format(one.from_, one.to),
            local(one.as_of, voice).strftime("%Y-%m-%d %H:%M"),
            local(one.when, voice).strftime("%Y-%m-%d %H:%M"),
            one.by,
            str(one.reds[0]) if one.reds else DASH,
            one.digest[:8],
        ]
        for one in made.reports
    ]
    return table([head, *rows], right=(5,))


# -- the page


def html(made: Report, voice: Voice) -> str:
    """One self-contained page for phone and A4: inline CSS and SVG, nothing fetched. Foreign text goes through clean and autoescape."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    here = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return here.get_template("report.html").render(page=page(made, voice), _=_)


def page(made: Report, voice: Voice) -> dict[str, Any]:
    """What the template prints: cleaned texts in the language of this process, colours as checked #RRGGBB."""
    return {
        "lang": "en" if LANG == "en" else "zh-CN",
        "title": clean(title_of(made)),
        "number": clean(made.number),
        "period": _period(made),
        "standing": _standing(made, voice),
        "is_issued": made.issued is not None,
        "as_of": day_said(made.as_of, voice),
        "sample": made.sample,
        "palette": {colour: _hex(made.palette, colour) for colour in COLOURS},
        "rule": _rule(made),
        "signs": {colour: colour_word(colour) for colour in COLOURS},
        "decisions": [clean(decision_said(one, voice)) for one in made.decisions[:FIRST_DECISIONS]],
        "more_decisions": [clean(decision_said(one, voice)) for one in made.decisions[FIRST_DECISIONS:]],
        "reds": made.reds._asdict(),
        "red_line": red_line(made),
        "whole": {**_row(made.whole, made), "name": _("whole town")},
        "grids": [_row(row, made) for row in made.grids],
        "overdue": [_overdue(one) for one in made.overdue[: first_reds(made)]],
        "more_overdue": [_overdue(one) for one in made.overdue[first_reds(made) :]],
        "better": _better(made),
        "numbers": [_number(one) for one in made.numbers] + [_median(one) for one in made.medians],
        "self_checks": dict(zip(("met", "missed", "paused"), made.self_checks, strict=True)),
        "voids_granted": made.voids_granted,
        "modules": [_row(row, made, _("unlisted")) for row in made.modules],
        "departments": [_row(row, made, DASH) for row in made.departments],
        "empty_cells": nobody_said(made) if made.nobody else "",
        "nobody": _nobody(made)[:NOBODY_SHOWN],
        "more_nobody": max(len(_nobody(made)) - NOBODY_SHOWN, 0),
        "unclaimed": _(", ").join(clean(name) for name in made.unclaimed),
        "burden": _burden(made),
        "corrects": clean(made.corrects),
        "changes": [
            {"name": clean(change_said(one.name)), "before": _counts(one.before), "after": _counts(one.after)} for one in made.changes
        ],
        "digest": made.digest,
        "facts": sum(seq for seq, _hash in made.heads.values()),
        "devices": len(made.heads),
    }


def _rule(made: Report) -> str:
    """When a group is red or yellow: the town's own thresholds."""
    red, yellow = made.thresholds.get("group_red_permille", 30), made.thresholds.get("group_yellow_permille", 10)
    said = _(
        "A grid is red from {0} of red objects on, with an overdue hazard or an unanswered supervision; yellow from {1} red or yellow."
    )
    return said.format(_permille(red), _permille(yellow)) + _(" The whole town goes by its share alone.")


def _permille(value: int) -> str:
    return f"{value // 10}%" if value % 10 == 0 else f"{value / 10:.1f}%"


def _hex(palette: Mapping[str, str], colour: str) -> str:
    said = str(palette.get(colour, ""))
    return said if re.fullmatch(r"#[0-9A-Fa-f]{6}", said) else PALETTE[colour]


def _row(row: ColourRow, made: Report, nameless: str = "") -> dict[str, Any]:
    red, total = row.counts["red"], _all(row)
    return {
        "name": clean(row.name) or nameless or _("(no grid)"),
        "colour": row.colour,
        "said": clean(colour_said(row.colour, made.words)),
        "counts": [{"colour": colour, "count": row.counts[colour]} for colour in COLOURS],
        "total": total,
        "share": share_said(red, total),
        "of": f"{red}/{total}",
        "before": share_said(*row.before),
        "before_of": f"{row.before[0]}/{row.before[1]}",
        "why": _why(row),
        "spark": spark([(red, total) for _week, red, total in row.line]),
        "weeks": len(row.line),
    }


def _why(row: ColourRow) -> str:
    """What makes it red: the place (问题), or our work (工作)."""
    found = []
    if row.problem:
        found.append(_("problem {0}").format(row.problem))
    if row.work:
        found.append(_("work {0}").format(row.work))
    return " ".join(found)


SPARK = (64, 18)  # width and height, in px


def spark(points: Sequence[tuple[int, int]]) -> dict[str, Any] | None:
    """The share of red over the weeks as the points of a polyline; None where there are fewer than two."""
    shares = [red * 1000 / total if total else 0.0 for red, total in points]
    if len(shares) < 2:
        return None
    width, height = SPARK
    most = max(*shares, 1.0)
    step = (width - 6) / (len(shares) - 1)
    placed = [(round(3 + step * number, 1), round(height - 3 - (height - 6) * share / most, 1)) for number, share in enumerate(shares)]
    return {"width": width, "height": height, "points": " ".join(f"{x},{y}" for x, y in placed), "x": placed[-1][0], "y": placed[-1][1]}


def _overdue(one: Overdue) -> dict[str, Any]:
    return {
        "place": clean(f"{one.place} {one.name}".strip()),
        "what": what_said(one),
        "late": late_said(one),
        "hazard": one.hazard,
        "cause": _("work") if one.what == "round" else _("problem"),
        "holder": people_said(one.holders),
        "answers": _answers(one),
        "shut": _("{0} visits found it shut").format(one.shut) if one.what == "round" and one.shut else "",
        "overload": _("work overload") if one.overload else "",
    }


def _better(made: Report) -> dict[str, Any]:
    own = next((one for one in made.numbers if one.name == "self_fix_rate"), Share("", 0, 0))
    return {
        "own": share_said(own.numerator, own.denominator),
        "own_of": f"{own.numerator}/{own.denominator}",
        "streets": [{"name": clean(street), "before": before, "now": now} for street, before, now in made.better[:3]],
    }


def _number(one: Share) -> dict[str, Any]:
    title, definition = said_of(one.name)
    return {
        "title": title,
        "definition": definition,
        "value": share_said(one.numerator, one.denominator),
        "of": f"{one.numerator} / {one.denominator}",
        "alarm": one.name == "duty_blanks" and one.numerator > 0,
    }


def _median(one: Middle) -> dict[str, Any]:
    title, definition = said_of(one.name)
    return {"title": title, "definition": definition, "value": minutes_said(one), "of": _("{0} cases").format(one.cases), "alarm": False}


def _nobody(made: Report) -> list[dict[str, Any]]:
    """Items without a person, the grids of one item in one line."""
    pooled: dict[tuple[str, str], list[Nobody]] = {}
    for one in made.nobody:
        pooled.setdefault((one.item, one.what), []).append(one)
    return [
        {
            "item": clean(item),
            "grid": _(", ").join(clean(one.grid) or _("(no grid)") for one in some),
            "what": {"primary": _("who looks"), "handler": _("who handles")}.get(what, _("who leads")),
            "objects": sum(one.objects for one in some),
        }
        for (item, what), some in pooled.items()
    ]


def _burden(made: Report) -> list[dict[str, str]]:
    """What the system costs, each line with both counts. It accuses nobody: it lists places to look."""
    one = made.burden
    lines = [
        (_("Visits per person and day"), _per(one.visits, one.person_days), f"{one.visits} / {one.person_days}"),
        (_("Questions per person and day"), _per(one.questions, one.person_days), f"{one.questions} / {one.person_days}"),
        (_("Findings per hundred visits"), _per(100 * one.findings, one.visits), f"{one.findings} / {one.visits}"),
        (_("Read by name or typed, not scanned"), share_said(one.by_hand, one.visits), f"{one.by_hand} / {one.visits}"),
        (_("Said to be fine, questions never shown"), share_said(one.unseen, one.fine), f"{one.unseen} / {one.fine}"),
        (_("Entered later"), share_said(one.later, one.visits), f"{one.later} / {one.visits}"),
        (_("Found shut"), share_said(one.shut, one.visits), f"{one.shut} / {one.visits}"),
    ]
    return [{"title": title, "value": value, "of": of} for title, value, of in lines]


def _per(numerator: int, denominator: int) -> str:
    """One decimal, rounded half up; a dash where there is nothing to divide by."""
    if not denominator:
        return DASH
    tenths = (20 * numerator + denominator) // (2 * denominator)
    return f"{tenths // 10}.{tenths % 10}"


def _counts(values: Sequence[int]) -> str:
    return " / ".join(str(value) for value in values) or DASH


def _from_here(path: str) -> str:
    """A path as short as it can be typed from the current folder."""
    try:
        short = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if short.startswith("..") else short


TABLE: dict[str, tuple[Callable[[Any, Voice], str], Callable[[Any, Voice], Any]]] = {
    "Report": (report_text, report_json),
    "ReportList": (list_text, list_json),
}
