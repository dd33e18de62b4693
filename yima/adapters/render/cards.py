"""Paper for the street in words: the fields of route.typ, card.typ, rectify.typ and slip.typ (docs/templates.md), and what was printed.

What hangs in public names the shop and the town, no person and no person's phone.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, clean, day_said, kind_word, stage_word
from yima.adapters.render.notices import GAP, basis_said, cut, date_said, joined, limit_said, notice_title, plain, title, with_blanks
from yima.adapters.render.street import object_json
from yima.core import codes
from yima.core.results.cards import Carded, CaseCard, DutyCard, Stop, Walk
from yima.core.results.street import CaseSeen, ObjectSeen
from yima.i18n import LANG, _

Fields = dict[str, Any]
LONGEST_NAME = 40  # signs of a shop's name on a sheet with sixty of them


# -- a day's walk


def walk_fields(walk: Walk, voice: Voice, drawn: Sequence[Fields]) -> Fields:
    """What route.typ needs. drawn: the codes of the stops that have one, in their order."""
    pictures = iter([{"index": index, **one} for index, one in enumerate(drawn)])
    stops = [_stop(number, stop, next(pictures) if stop.object.code else None) for number, stop in enumerate(walk.stops, 1)]
    who = _("{0} ({1})").format(plain(walk.person), plain(walk.dept)) if walk.dept else plain(walk.person)
    streets = joined(_("{0} ({1} places)").format(plain(street) or _("no street"), count) for street, count in walk.streets)
    left = _("{0} more places are due and do not fit into the day.").format(walk.left) if walk.left else ""
    return {
        "lang": LANG,
        "town": plain(walk.town),
        "title": notice_title("route"),
        "to": who,
        "date": date_said(walk.now, voice),
        "intro": GAP.join(part for part in (_("{0} places: {1}.").format(len(stops), streets), left) if part),
        "stops": stops,
        "notes": [
            _(
                "To enter: scan the code here, in a pipe of yima scan a line a place: CODE ok; CODE 3:NOTE (3 = the question's number); CODE shut."
            ),
            _("Tick what you saw only; a place without a tick was not visited."),
        ],
        "page": _("Page {0} of {1}"),
    }


def _stop(number: int, stop: Stop, code: Fields | None) -> Fields:
    return {
        "number": str(number),
        "head": cut(title(stop.object), LONGEST_NAME),
        "kind": _sort(stop.object),
        "short": codes.grouped(stop.object.code) if stop.object.code else _("no valid plate"),
        "code": code,
        "late": _("{0} rounds missed").format(stop.missed) if stop.missed else "",
        "cases": [_open_case(case) for case in stop.cases],
        "questions": [[str(one.item), plain(one.text)] for one in stop.questions],
        "boxes": [with_blanks(choice) for choice in (_("in order"), _("not in order: no. {0}"), _("shut"))],
    }


def _sort(obj: ObjectSeen) -> str:
    """餐饮 of a shop, else what it is."""
    return plain(obj.trade) or kind_word(obj.kind)


def _open_case(case: CaseSeen) -> str:
    said = _("{0} {1} ({2}): still there?").format(case.number, plain(case.item_name or _("unlisted")), stage_word(case.stage))
    how = _(" (gone: enter {0}!; still there: {0})").format(case.item) if case.item else ""
    return f"{said} {cut(case.note, LONGEST_NAME)}".strip() + how


# -- a shop's card


def duty_fields(card: DutyCard) -> Fields:
    """What card.typ needs."""
    phone = plain(card.phone)
    laws = dict.fromkeys(law for one in card.items for law in re.findall("《[^》]+》", one.basis))
    return {
        "lang": LANG,
        "town": plain(card.town),
        "title": notice_title("card"),
        "shop": cut(title(card.object)),
        "kind": _sort(card.object),
        "short": codes.grouped(card.object.code) if card.object.code else "",
        "intro": _("In front of the door these {0} things are yours to keep in order. ★ = please look at it yourself as well.").format(
            len(card.items)
        ),
        "items": [[str(one.no), plain(one.name), plain(one.question), one.self_check] for one in card.items],
        "phone": _("Service phone {phone}").format(phone=phone) if phone else "",
        "notes": [
            _how_to_object(phone),
            *([_("Basis: {0}; the clauses as now in force.").format("".join(laws))] if laws else []),
        ],
    }


# -- a case, for its owner


def rectify_fields(card: CaseCard, voice: Voice) -> Fields:
    """What rectify.typ needs: a hint, never a legal order; such a one is named by its number only."""
    told, case = card.told, card.told.case
    lines = [
        [_("Item"), _item(case)],
        [_("Found"), _found(case, voice)],
        *([[_("In order when"), told.closing]] if told.closing else []),
        [_("Limit"), _until(card, voice)],
        *([_("Of the whole"), limit_said(case, limit, voice)] for limit in told.limits if limit.over is not None),
        *([[_("Legal basis"), basis_said(told)]] if told.basis else []),
        [_("Sees to it"), plain(card.dept)],
        *([[_("Legal orders"), joined(card.documents)]] if card.documents else []),
    ]
    return {
        **_case_fields(card, voice, "rectify"),
        "mark": _("This is no legal document."),
        "lines": lines,
        "notes": [
            _(
                "This sheet only says what is to be put right. It is no penalty and no order; those come as documents with a number of their own."
            ),
            _how_to_object(card.phone),
        ],
    }


def slip_fields(card: CaseCard, voice: Voice) -> Fields:
    """What slip.typ needs: few words, for an owner without a phone."""
    case, phone = card.told.case, plain(card.phone)
    whom = [plain(card.finder), *([_("service phone {0}").format(phone)] if phone else [])]
    lines = [
        [_("What"), _item(case)],
        *([[_("Found"), cut(case.note)]] if case.note else []),
        [_("Until when"), _until(card, voice)],
        *([[_("In order when"), card.told.closing]] if card.told.closing else []),
        [_("Tell whom"), joined(one for one in whom if one) or plain(card.dept)],
    ]
    return {
        **_case_fields(card, voice, "slip"),
        "mark": _("This is no legal document."),
        "lines": lines,
        "notes": [_how_to_object(card.phone)],
    }


def _case_fields(card: CaseCard, voice: Voice, kind: str) -> Fields:
    case = card.told.case
    return {
        "lang": LANG,
        "town": plain(card.town),
        "title": notice_title(kind),
        "number": _("No. {0}").format(case.number),
        "date": date_said(card.now, voice),
        "shop": cut(title(case.object)),
        "answer": {
            "head": f"{case.number}{GAP}{cut(title(case.object), LONGEST_NAME)}",
            "boxes": [with_blanks(choice) for choice in (_("put right"), _("more time until {0}"), _("I do not agree"))],
            "words": _("In words"),
            "sign": _("Signed"),
            "day": _("Day"),
            "small": _to_enter(case),
        },
    }


def _to_enter(case: CaseSeen) -> str:
    """What the centre types for the owner: done is the owner's word only as long as the owner is to fix it."""
    if case.stage == "self_fix":
        said = _("To enter: yima dispose {0} done --for owner; an objection: yima dispose {0} contest --reason … --for owner")
    else:
        said = _("To enter an objection: yima dispose {0} contest --reason … --for owner; that it is done says who handles it.")
    return said.format(case.number)


def _item(case: CaseSeen) -> str:
    return f"{case.item} {plain(case.item_name)}" if case.item else plain(case.item_name or case.note or _("unlisted"))


def _found(case: CaseSeen, voice: Voice) -> str:
    when = day_said(case.opened, voice)
    return _("{0}: {1}").format(when, cut(case.note)) if case.note else when


def _until(card: CaseCard, voice: Voice) -> str:
    """What the owner has to keep: the time to fix it oneself, else the limit that runs."""
    case = card.told.case
    if case.stage == "self_fix" and case.told is not None and case.window_end is not None:
        return _by(case.window_end, card.now, voice)
    if case.stage == "self_fix" and case.window:  # nobody has told the owner: this sheet does
        return _("put right within {0} of being told").format(render.span(case.window))
    if case.due is not None:
        return _by(case.due, card.now, voice)
    return _("as soon as you can")


def _by(due: int, now: int, voice: Voice) -> str:
    when = day_said(due, voice)
    return _("put right by {0}").format(when) if now <= due else _("at once; it was to be put right by {0}").format(when)


def _how_to_object(phone: str) -> str:
    if phone:
        return _(
            "Do you not agree? Say so on the spot or by the service phone; it is recorded and answered, and nobody is treated worse for it."
        )
    return _("Do you not agree? Say so on the spot; it is recorded and answered, and nobody is treated worse for it.")


# -- what was printed


def carded_text(result: Carded, voice: Voice) -> str:
    what = notice_title(result.kind)
    counts = [_("{0} places").format(len(result.places))] if result.kind == "route" else []
    counts.append(_("{0} pages").format(result.pages))
    counts += [_("{0} codes read back").format(result.codes)] if result.codes else []
    lines = [_("{0} for {1}: {2}, {3}").format(what, clean(result.of), GAP.join(counts), clean(result.shown))]
    if result.left:
        lines.append(_("{0} more places are due and do not fit into the day.").format(result.left))
    if result.lacking:
        lines.append(_("The font has no shape for {0}; printed as 〓.").format(joined(result.lacking)))
    return "\n".join(lines)


def carded_json(result: Carded, voice: Voice) -> Any:
    return {
        "kind": result.kind,
        "of": result.of,
        "file": result.file,
        "pages": result.pages,
        "codes": result.codes,
        "places": [object_json(one) for one in result.places],
        "left": result.left,
        "lacking": list(result.lacking),
    }


TABLE: Mapping[str, Any] = {"Carded": (carded_text, carded_json)}
