"""A notice in words: the fields of templates/notice.typ (docs/templates.md), its file's name, and the message for the notify command.

Paper is read on another day: it says days, never "today".
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, day_said, rung_word, stage_word
from yima.adapters.render.leaders import answer_word, why_unfounded
from yima.adapters.render.matrix import verified_word
from yima.adapters.render.office import unit_word
from yima.adapters.render.street import owner_word
from yima.core.results.leaders import MissedPage, MissedRow
from yima.core.results.notices import CaseTold, Limit, Notice, StepSeen, Supervised, TakenBack
from yima.core.results.street import CaseSeen, ObjectSeen
from yima.core.worktime import iso_of
from yima.i18n import LANG, _

GAP = "\u3000"
LONGEST = 120  # signs of what somebody wrote: a notice is read at a glance, `yima show` has the rest
BLANK_MM = 22
Line = list[str]


def plain(text: str) -> str:
    """Foreign text for paper and messages: control and direction marks become a space. A rare character stays: paper says that it lacks it."""
    return "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign for sign in text)


def title(obj: ObjectSeen) -> str:
    return plain(f"{obj.place} {obj.name}".strip())


def joined(names: Iterable[str]) -> str:
    return _(", ").join(plain(name) for name in names)


def notice_title(kind: str) -> str:
    return {
        "remind": _("Reminder notice"),
        "supervise": _("Supervision notice"),
        "escalate": _("Escalation notice"),
        "hazard": _("Hazard notice"),
        "missed": _("List of missed rounds"),
        "withdrawn": _("Withdrawal notice"),
        "route": _("Patrol sheet"),
        "card": _("Door-front duty card"),
        "rectify": _("Hint to put right"),
        "slip": _("Slip for the owner"),
    }[kind]


def file_name(kind: str, who: str, voice: Voice, number: int = 1) -> str:
    """data/outbox/2026-11-23/督办单-陈立-1123-1400.pdf, below the town folder; every system takes it. number: of several of that name."""
    moment = render.local(voice.now, voice)
    parts = [notice_title(kind), who or _("nobody"), f"{moment:%m%d}", f"{moment:%H%M}", *([str(number)] if number > 1 else [])]
    return f"data/outbox/{moment:%Y-%m-%d}/{'-'.join(_safe(part) for part in parts)}.pdf"


def _safe(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "·_" else "_" for sign in text)[:24].strip("_") or "_"


def receiver_said(made: Notice) -> str:
    """陈立（城管执法中队）; where nobody is registered, the post."""
    if made.name:
        return _("{0} ({1})").format(plain(made.name), plain(made.dept)) if made.dept else plain(made.name)
    if made.kind == "remind":
        return _("who handles it in {0} (nobody is registered)").format(plain(made.dept))
    if made.kind == "supervise":
        return _("the leader of {0} (nobody is registered)").format(plain(made.dept))
    return _("the town leader (nobody is registered)")


# -- the fields of the page


def notice_fields(made: Notice, voice: Voice) -> dict[str, Any]:
    """What templates/notice.typ needs, every word of it."""
    sections = [_section(cases=[_case(made, one, voice) for one in made.cases])] if made.cases else []
    if made.withdrawn:
        sections.append(_section(cases=[_taken_back(one, voice) for one in made.withdrawn]))
    sections += [_missed(made, page, voice, new_page=bool(made.cases) or place > 0) for place, page in enumerate(made.missed)]
    return {
        "lang": LANG,
        "town": made.town,
        "title": notice_title(made.kind),
        "number": _("No. {0}").format(made.number),
        "to": _("To: {0}").format(receiver_said(made)),
        "date": date_said(made.now, voice),
        "intro": intro_said(made),
        "sections": sections,
        "notes": _notes(made),
        "page": _("Page {0} of {1}"),
    }


def _section(
    cases: Sequence[dict[str, Any]] = (),
    *,
    heading: str = "",
    intro: str = "",
    new_page: bool = False,
    table: dict[str, Any] | None = None,
    answer: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {"title": heading, "intro": intro, "new_page": new_page, "cases": list(cases), "table": table, "answer": answer}


def date_said(ms: int, voice: Voice) -> str:
    moment = render.local(ms, voice)
    return _("{0}-{1}-{2} {3}").format(moment.year, f"{moment:%m}", f"{moment:%d}", f"{moment:%H:%M}")


def intro_said(made: Notice) -> str:
    """Why the receiver gets it, and what is asked."""
    count = len(made.cases) or len(made.withdrawn)
    return {
        "remind": _("These {0} cases are close to the end of their limit, or past it. Please see to them now."),
        "supervise": _("These {0} cases are past a limit. Please answer each by its time; what stays unanswered goes to the town leader."),
        "escalate": _(
            "These {0} cases come to you because nobody answered in time, or because they are still open at twice their limit."
            " Please answer each by its time."
        ),
        "hazard": _("These {0} hazards are past their limit and come to you at once. Please answer each by its time."),
        "withdrawn": _(
            "What you were told of these {0} cases does not stand: records that came in later prove it unfounded. No answer is needed."
        ),
    }.get(made.kind if count else "", "").format(count)


def _notes(made: Notice) -> list[str]:
    if made.kind == "remind":
        return [
            _("Accept: yima dispose CASE accept. Reported as fixed: yima dispose CASE. More time: yima dispose CASE extend --reason TEXT."),
        ]
    if any(one.answer_due is not None for one in made.cases):
        return [
            _(
                "Words for entering: press on instruct; reassign --to PERSON; extend --until DAY; take over takeover;"
                " refer --document NUMBER --until DAY."
            )
        ]
    return []


# -- one case


def _case(made: Notice, one: CaseTold, voice: Voice) -> dict[str, Any]:
    case = one.case
    head = [f"{case.number}{GAP}{plain(case.item_name or _('unlisted'))}", late_said(one.case, one.limits[0], made.now)]
    lines = [_place(case), *([[_("Found"), cut(case.note)]] if case.note else [])]
    if made.kind == "remind":
        lines += [[_("Question"), one.question]] if one.question else []
        lines += [[_("In order when"), one.closing]] if one.closing else []
    lines += [[_("Limit"), limit_said(one.case, limit, voice)] for limit in one.limits]
    lines.append([_("In whose hands"), holder_said(case, voice)])
    if made.kind != "remind":
        lines.append([_("Done so far"), steps_said(one.steps, voice)])
    lines += [[_("Supervision"), supervised_said(asked, voice)] for asked in one.supervised]
    lines += [[_("Legal basis"), basis_said(one)]] if one.basis and made.kind == "remind" else []
    if one.answer_due is not None:
        by = day_said(one.answer_due, voice)
        lines.append([_("To answer by"), _("{0} (provisional)").format(by) if one.answer_provisional else by])
    return {"head": head, "lines": lines, "answer": _answer(made, case.number, boxes=True) if one.answer_due is not None else None}


def _place(case: CaseSeen) -> Line:
    where = title(case.object)
    return [_("Place"), _("{0} ({1})").format(where, plain(case.object.grid)) if case.object.grid else where]


def late_said(case: CaseSeen, limit: Limit, now: int) -> str:
    """超时9小时, 剩30分钟, “待接单”超时9小时; the stage where the limit does not run any more."""
    if limit.over is None:
        return stage_word(case.stage)
    span = render.span(abs(now - limit.over))
    if not limit.clock.startswith("item:"):
        stage = stage_word(limit.clock.partition(":")[0])
        return _("“{0}” overdue by {1}").format(stage, span) if now > limit.over else _("“{0}”: {1} left").format(stage, span)
    return _("overdue by {0}").format(span) if now > limit.over else _("{0} left").format(span)


def limit_said(case: CaseSeen, limit: Limit, voice: Voice) -> str:
    """2个工作小时，11月23日 周一 12:00 到期."""
    stage = limit.clock.partition(":")[0]
    allowed = unit_word(*limit.allowed) if limit.allowed[0] else "" if stage == "item" else _("“{0}”").format(stage_word(stage))
    if limit.over is None:
        return _("{0} (does not run any more)").format(allowed).strip()
    said = _("{0}, ends {1}").format(allowed, day_said(limit.over, voice))
    return _("{0} (provisional)").format(said) if case.provisional else said


def holder_said(case: CaseSeen, voice: Voice) -> str:
    """Who has it now, since when, and at which stage."""
    if case.closed is not None:
        return _("closed {0}").format(day_said(case.closed, voice))
    return _("{0} ({1} since {2})").format(_who(case), stage_word(case.stage), day_said(case.since, voice))


def _who(case: CaseSeen) -> str:
    handlers = joined(case.handlers[:3])
    if case.stage == "check":
        return _("permanent staff, to close it") if case.looked else _("another person, to look with the same code")
    if case.stage == "triage":
        return _("the centre, to sort it")
    if case.stage == "unclaimed":
        return _("the department to which it was handed has not taken it")
    if case.stage == "returned":
        return plain(case.leader) or _("nobody is named")
    if case.stage == "self_fix":
        owner = owner_word(case.object.kind)
        return _("{0}, then {1}").format(owner, handlers) if handlers else owner
    if case.holder or not handlers:
        return plain(case.holder) or _("nobody is named")
    return _("nobody has taken it yet; may handle it: {0}").format(handlers)


def steps_said(steps: Sequence[StepSeen], voice: Voice) -> str:
    """What was done last, on one line."""
    said = []
    for one in steps:
        words = f"{day_said(one.when, voice)} {plain(one.who)} {render.step_name(one.step)}"
        said.append(_("{0} ({1})").format(words, cut(one.note, LONGEST // 3)) if one.note else words)
    return _("; ").join(said) or _("nothing yet")


def supervised_said(asked: Supervised, voice: Voice) -> str:
    who, when = plain(asked.who), day_said(asked.at, voice)
    if not who:
        return _("{0}: there was nobody to ask").format(when)
    if asked.answered is None:
        return _("{0} was asked {1} and has not answered").format(who, when)
    return _("{0} was asked {1} and answered {2}: {3}").format(who, when, day_said(asked.answered, voice), answer_word(asked.answer))


def basis_said(one: CaseTold) -> str:
    if not one.verified or one.verified == "yes":
        return one.basis
    return _("{0} ({1})").format(one.basis, verified_word(one.verified))


def cut(text: str, longest: int = LONGEST) -> str:
    text = plain(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


# -- the place for the answer


def _answer(made: Notice, number: str, *, boxes: bool) -> dict[str, Any]:
    """Tick boxes, words, signature and day, and how the centre enters it. A number in a choice: so many mm to write on."""
    choices = (_("press on"), _("reassign to {0}"), _("extend to {0}"), _("take over in person"), _("refer (document no. {0}, day {1})"))
    who = f'"{made.said}"' if any(sign.isspace() for sign in made.said) else made.said
    how = "…" if boxes else "instruct"
    return {
        "boxes": [with_blanks(choice) for choice in choices] if boxes else [],
        "words": _("In words"),
        "sign": _("Signed"),
        "day": _("Day"),
        "small": _("To enter: {0}").format(f'yima answer {number} {how} --text "…"' + (f" --for {who}" if who else "")),
    }


def with_blanks(choice: str) -> list[str | int]:
    """The text in parts, with a line to write on where a sentence would be filled in."""
    parts: list[str | int] = []
    for place, part in enumerate(re.split(r"\{\d\}", choice)):
        parts += [BLANK_MM, part] if place else [part]
    return [part for part in parts if part]


# -- missed rounds, and what does not stand


def _missed(made: Notice, page: MissedPage, voice: Voice, *, new_page: bool) -> dict[str, Any]:
    table = {
        "head": [_("Place"), _("Items"), _("Who was to go"), _("Missed"), _("Remark")],
        "widths": [5, 5, 3, 2, 3],
        "rows": [_missed_row(row) for row in page.rows],
    }
    intro = _("{0}: {1} places with a missed round, as of {2}. An answer is optional.")
    return _section(
        heading=_("List of missed rounds {0}").format(page.number),
        intro=intro.format(plain(page.dept_name), len(page.rows), date_said(made.now, voice)),
        new_page=new_page,
        table=table if page.rows else None,
        answer=_answer(made, page.number, boxes=False),
    )


def _missed_row(row: MissedRow) -> Line:
    remarks = [_("work overload")] if row.overload else []
    remarks += [_("since the last scan {0} visits found it shut").format(row.shut)] if row.shut else []
    missed = _("missed since {0}, {1} times").format(iso_of(row.day)[5:], row.misses)
    return [title(row.object), joined(row.items), joined(row.who) or _("nobody is named"), missed, _("; ").join(remarks)]


def _taken_back(one: TakenBack, voice: Voice) -> dict[str, Any]:
    told = _("{0} of {1}").format(rung_word(one.rung), day_said(one.told, voice))
    where = title(one.object)
    if one.case is None:
        return {
            "head": [one.number, _("withdrawn")],
            "lines": [[_("Place"), where], [_("Told"), told], [_("Now"), _("the finding was taken back")]],
            "answer": None,
        }
    head = [f"{one.number}{GAP}{plain(one.case.item_name or _('unlisted'))}", _("withdrawn")]
    lines = [_place(one.case), [_("Told"), told], [_("Now"), why_unfounded(one.case, voice, day_said)]]
    return {"head": head, "lines": lines, "answer": None}


# -- the message for the notify command


def message_json(made: Notice, voice: Voice, *, phone: str, file: Path | None) -> dict[str, Any]:
    """One JSON object for one receiver; docs/notify.md. phone: "" = none is kept; file: None = the notice is not written yet."""
    cases = [_case_json(made, one, voice) for one in made.cases]
    cases += [
        {
            "number": one.number,
            "place": title(one.object),
            "item": plain(one.case.item_name) if one.case is not None else "",
            "rung": one.rung,
            "due": None,
            "answer_due": None,
        }
        for one in made.withdrawn
    ]
    found = {
        "town": plain(made.town),
        "number": made.number,
        "kind": made.kind,
        "title": notice_title(made.kind),
        "text": short_said(made, voice),
        "to": made.to,
        "name": plain(made.name),
        "raised": render.iso(made.raised, voice),
        "cases": cases,
        "lists": [{"number": page.number, "places": len(page.rows)} for page in made.missed],
        "file": str(file) if file is not None else "",
    }
    return {**found, "phone": phone} if phone else found


def _case_json(made: Notice, one: CaseTold, voice: Voice) -> dict[str, Any]:
    return {
        "number": one.case.number,
        "place": title(one.case.object),
        "item": plain(one.case.item_name or one.case.note),
        "rung": one.rung,
        "due": render.iso(one.limits[0].over, voice),
        "answer_due": render.iso(one.answer_due, voice),
    }


def short_said(made: Notice, voice: Voice) -> str:
    """The message as one line, to be sent as it is."""
    parts = [intro_said(made)] if made.cases or made.withdrawn else []
    parts += [_numbers(dict.fromkeys(one.case.number for one in made.cases) or dict.fromkeys(one.number for one in made.withdrawn))]
    parts += [_("{0}: {1} places").format(page.number, len(page.rows)) for page in made.missed]
    head = _("{0} {1} {2}").format(plain(made.town), notice_title(made.kind), made.number)
    return GAP.join([head, *(part for part in parts if part)])


def _numbers(numbers: Iterable[str]) -> str:
    found = list(numbers)
    return joined(found) if len(found) <= 5 else _("{0} and {1} more").format(joined(found[:5]), len(found) - 5)
