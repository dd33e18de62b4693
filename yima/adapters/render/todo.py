"""What waits for one person, as a screen and as JSON. On the screen a long list is cut, and says so; in the JSON none is."""

from collections.abc import Iterable, Sequence
from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, clean, colour_word, join, stage_word
from yima.adapters.render.street import GAP, case_json, left, object_json
from yima.core.results.pages import AtPlace, ListSeen, Todo, Topics, Waiting
from yima.i18n import _

MOST = 20  # lines of one list on the screen
NAMED = 8  # places of one street
NAME, ITEM = 16, 14  # columns of a shop's name and of an item in a line
ACTS = {  # what is awaited -> the step that is typed for it, for those who have no code to scan
    "sort": "as_item --to …",
    "reassign": "reassign --to …",
    "take_over": "accept",
    "settle": "reassign --to …",
    "grant_extension": "grant --about extension",
    "contest": "uphold --about contest",
    "appeal": "uphold --about appeal",
    "help": "answer --about call --note …",
    "confirm_void": "grant --about void",
    "confirm_suspension": "grant --about suspension",
}


def todo_text(result: Todo, voice: Voice) -> str:
    counts = GAP.join(f"{colour_word(colour)}{count}" for colour, count in result.counts.items())
    lines = [GAP.join(part for part in (clean(result.person), clean(result.dept), render.day_said(result.now, voice), counts) if part)]
    if result.owed:
        lines += [_("An answer is owed (yima answer NUMBER …):"), *_cases(result.owed, voice)]
    if result.cases:
        lines += [_("Else:")] if result.owed else []
        lines += _cases(result.cases, voice)
        lines += _way(result.cases)
    if result.confirm:
        lines += [_("To confirm:"), *_cases(result.confirm, voice)]
    lines += _how_to((*result.owed, *result.cases, *result.confirm))
    lines += [_missed(one) for one in result.missed]
    if result.watch:
        lines += [_("Late in other hands:"), *_cases(result.watch, voice)]
    lines += _places(result.places, voice)
    lines += _office(result)
    if result.rounds:
        lines += _round_lines(result)
    if len(lines) == 1:
        lines.append(_("Nothing waits for you."))
    return "\n".join(lines)


def act_word(act: str) -> str:
    """What is awaited, in one short word."""
    return {
        "answer_supervise": _("answer supervision"),
        "answer_escalate": _("answer escalation"),
        "grant_extension": _("grant extension"),
        "verify": _("verify"),
        "sort": _("sort"),
        "self_fix": _("fix yourself"),
        "control": _("bring under control"),
        "tell": _("tell who handles"),
        "accept": _("take"),
        "handle": _("handle"),
        "check": _("check"),
        "close": _("close"),
        "rate": _("rate"),
        "reassign": _("reassign"),
        "take_over": _("receive"),
        "settle": _("settle whose"),
        "contest": _("answer objection"),
        "contested": _("objection not answered yet"),
        "appeal": _("answer appeal"),
        "help": _("help"),
        "follow": _("follow up meeting"),
        "confirm_void": _("confirm void"),
        "confirm_suspension": _("confirm suspension"),
    }.get(act, act)


# -- cases


def _cases(found: Sequence[Waiting], voice: Voice) -> list[str]:
    lines = [
        (
            colour_word(one.case.colour),
            one.case.number,
            one.case.object.place,
            _short(one.case.object.name, NAME),
            _short(one.case.item_name or one.case.note, ITEM),
            _span(one, voice),
            _expected(one, voice),
        )
        for one in found[:MOST]
    ]
    return [render.table(lines), *_rest(len(found))]


def _rest(count: int) -> list[str]:
    return [_("… {0} more").format(count - MOST)] if count > MOST else []


def _short(text: str, columns: int) -> str:
    """The text in so many columns, with … where something is left out."""
    text = clean(text)
    if render.width(text) <= columns:
        return text
    while render.width(text) > columns - 1:
        text = text[:-1]
    return text + "…"


def _span(one: Waiting, voice: Voice) -> str:
    """How much time is left, or how late it is: of what is awaited where it has a limit of its own, else of the case's running limit."""
    if one.due is None:
        return left(one.case, voice)
    if voice.now > one.due:
        return _("late {0}").format(render.span(voice.now - one.due))
    return _("left {0}").format(render.span(one.due - voice.now))


def _expected(one: Waiting, voice: Voice) -> str:
    """接单；已退回1次；代 陈立: what is awaited, what must be known of it, and for whom."""
    case = one.case
    said = [join(act_word(act) for act in one.acts)]
    if one.stage_due is not None and one.due is None and not one.who:
        late = voice.now > one.stage_due
        said.append(
            _("“{0}” too long by {1}").format(stage_word(case.stage), render.span(voice.now - one.stage_due))
            if late
            else _("by {0}").format(render.clock(one.stage_due, voice))
            if case.due is None or one.stage_due < case.due
            else ""
        )
    said.append(_("returned {0} times").format(case.returned) if case.returned else "")
    said.append(_("repeat") if case.repeat else "")
    said.append(_("provisional") if case.provisional else "")
    said.append(_("for {0}").format(clean(one.stands_in)) if one.stands_in else "")
    text = _("; ").join(part for part in said if part)
    return f"{text} → {join(one.who[:3])}" + ("…" if len(one.who) > 3 else "") if one.who else text


def _way(found: Iterable[Waiting]) -> list[str]:
    """The streets of the cases in their order; nothing where there is only one."""
    streets = tally_of(one.case.object.street or one.case.object.grid or one.case.object.name for one in found)
    if len(streets) < 2:
        return []
    way = _(" → ").join(clean(street) + _("({0})").format(count) for street, count in list(streets.items())[:NAMED])
    return [_("Way: {0}").format(way) + (" …" if len(streets) > NAMED else "")]


def tally_of(words: Iterable[str]) -> dict[str, int]:
    """How often each word comes, in the order of its first coming."""
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found


def _how_to(found: Iterable[Waiting]) -> list[str]:
    """What is typed for a word of the desk, once for each: who works at a desk has no code to scan."""
    first: dict[str, str] = {}
    for one in found:
        for act in one.acts:
            if act in ACTS:
                first.setdefault(act, one.case.number)
    other = {
        "sort": _("or temporary_lead --to DEPARTMENT, or refuse --reason TEXT"),
        "reassign": _("or send_back"),
        "take_over": _("or refuse --about transfer"),
        "contest": _("or refuse"),
        "appeal": _("or refuse"),
        "confirm_void": _("or refuse"),
        "confirm_suspension": _("or refuse"),
        "grant_extension": _("or refuse"),
    }
    lines = [
        (act_word(act), f"yima dispose {number} {ACTS[act]}" + (f"  {other[act]}" if act in other else "")) for act, number in first.items()
    ]
    return [render.table(lines)] if lines else []


# -- what is no case


def _missed(one: ListSeen) -> str:
    said = _("Missed: today's list {0}, {1} places of {2}").format(one.number, one.places, clean(one.dept_name))
    said += GAP + _("for {0}").format(clean(one.stands_in)) if one.stands_in else ""
    return said + (GAP + _("answered already") if one.answered else "")


def _places(found: Sequence[AtPlace], voice: Voice) -> list[str]:
    if not found:
        return []
    lines = [(_place_word(one), one.object.place, _short(one.object.name, NAME), _often(one, voice), _to_do(one)) for one in found[:MOST]]
    return [_("Registers and plates:"), render.table(lines), *_rest(len(found))]


def _place_word(one: AtPlace) -> str:
    return {"shut": _("shut"), "provisional": _("from the street")}.get(one.what) or render.plate_word(one.state)


def _often(one: AtPlace, voice: Voice) -> str:
    last = render.clock(one.last, voice) if one.last is not None else ""
    if one.what == "plate":
        return _("{0} times, last {1}").format(one.times, last)
    if one.what == "shut":
        return _("{0} times running, last {1}").format(one.times, last)
    return _("registered {0}").format(last)


def _to_do(one: AtPlace) -> str:
    """What a clerk types; the place stands for a name that is long, or where there is none."""
    name = clean(one.object.name)
    if not name or (one.object.place and render.width(name) > NAME):
        name = clean(one.object.place)
    name = f'"{name}"' if " " in name else name
    if one.what == "plate":
        prints = f"yima plate reprint {one.object.code or '--queue'}"  # who has lost the only plate stands in the queue
        return prints if one.state == "missing" else _("clean it, or {0}").format(prints)
    noun = "shop" if one.object.kind in ("shop", "stall") else "point"
    if one.what == "shut":
        return _("has it ceased? {0}").format(f"yima {noun} change {name} --status 歇业")
    return f"yima {noun} change {name} --confirm"


def _office(result: Todo) -> list[str]:
    """What the centre's desk must know, a line each."""
    lines = []
    if result.provisional:
        years = join(str(year) for year in result.years)
        lines.append(
            _("Provisional: {0} dues, the days off of {1} are not announced yet; then yima import calendar").format(
                result.provisional, years
            )
        )
    if result.gaps:
        lines.append(_("Empty cells: {0} (yima matrix --check)").format(result.gaps))
    if result.topics is not None and any(result.topics):
        lines.append(_("For the joint meeting: {0} (yima catalog agenda)").format(_topics(result.topics)))
    return lines


def _topics(topics: Topics) -> str:
    said = (
        (_("{0} findings not among the items"), topics.findings),
        (_("{0} items not claimed"), topics.items),
        (_("{0} disputed transfers"), topics.transfers),
        (_("{0} suggestions"), topics.suggestions),
    )
    return join(form.format(count) for form, count in said if count)


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
    for street, names in list(by_street.items())[:MOST]:
        more = _(" … {0} in all").format(len(names)) if len(names) > NAMED else ""
        lines.append("  " + (clean(street) or nowhere) + _("({0})").format(len(names)) + GAP + _(", ").join(names[:NAMED]) + more)
    return [*lines, *_rest(len(by_street))]


# -- JSON


def todo_json(result: Todo, voice: Voice) -> dict[str, Any]:
    return {
        "person": result.person,
        "now": render.iso(result.now, voice),
        "counts": dict(result.counts),
        "cases": [_waiting_json(one, voice) for one in result.cases],
        "owed": [_waiting_json(one, voice) for one in result.owed],
        "confirm": [_waiting_json(one, voice) for one in result.confirm],
        "watch": [_waiting_json(one, voice) for one in result.watch],
        "missed": [
            {"list": one.number, "dept": one.dept, "places": one.places, "told": one.told, "answered": one.answered, "for": one.stands_in}
            for one in result.missed
        ],
        "places": [
            {
                "object": object_json(one.object),
                "what": one.what,
                "state": one.state,
                "times": one.times,
                "last": render.iso(one.last, voice),
            }
            for one in result.places
        ],
        "provisional": result.provisional,
        "gaps": result.gaps,
        "topics": None if result.topics is None else result.topics._asdict(),
        "rounds": [{"object": object_json(obj), "questions": questions, "missed": missed} for obj, questions, missed in result.rounds],
    }


def _waiting_json(one: Waiting, voice: Voice) -> dict[str, Any]:
    return {
        **case_json(one.case, voice),
        "awaited": list(one.acts),
        "awaited_due": render.iso(one.due if one.due is not None else one.case.due, voice),
        "stage_due": render.iso(one.stage_due, voice),
        "for": one.stands_in,
        "who": list(one.who),
    }


TABLE = {"Todo": (todo_text, todo_json)}
