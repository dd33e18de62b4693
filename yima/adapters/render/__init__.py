"""Results become text, tables and JSON here, and nowhere else. `clean` is the one door for foreign text.

`say` finds the renderer in one dict by the result's class: a new result is a new line in its room's table, no new `if`.
"""

import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from typing import Any, NamedTuple

from yima.core.model import MS_DAY
from yima.i18n import _


class Voice(NamedTuple):
    """How to say something: the town's offset in ms, the instant that is now, JSON or text."""

    offset: int
    now: int
    json: bool = False


Renderer = tuple[Callable[[Any, Voice], str], Callable[[Any, Voice], Any]]
ROOMS = {  # result class -> the module that renders it, by its TABLE: class name -> (text, JSON)
    "Scanned": "field",
    "Asked": "field",
    "Disposed": "field",
    "Undone": "field",
    "Todo": "field",
    "Shown": "field",
    "CaseShown": "field",
    "Found": "field",
    "Logged": "field",
    "Swept": "leaders",
    "Board": "leaders",
    "Answered": "leaders",
    "Examined": "leaders",
    "Imported": "office",
    "Listed": "office",
    "Published": "office",
    "Founded": "office",
    "Sheeted": "office",
    "Plated": "office",
    "CatalogShown": "office",
    "Report": "weekly",
    "ReportList": "weekly",
}


def say(result: Any, voice: Voice) -> None:
    """Print one result, as text or as one line of JSON."""
    name = type(result).__name__
    text, plain = import_module(f"yima.adapters.render.{ROOMS[name]}").TABLE[name]
    if voice.json:
        import json

        # A console that is not UTF-8 would turn a rare character into an escape that no JSON has.
        narrow = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
        print(json.dumps(plain(result, voice), ensure_ascii=narrow, separators=(", ", ": ")), flush=True)
    else:
        said = text(result, voice)
        if said:
            print(said, flush=True)


_LEFT_OUT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(text: str) -> str:
    """Foreign text for a screen or page: control characters, bidi marks and the like become a space; nothing is interpreted as markup."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(sign) in _LEFT_OUT else sign for sign in text)


def width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 0 if unicodedata.combining(sign) else 1 for sign in text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    fill = " " * max(columns - width(text), 0)
    return fill + text if right else text + fill


def table(lines: Iterable[Sequence[str]], *, right: Iterable[int] = (), gap: str = "  ") -> str:
    """Aligned columns; `right`: numbers of right-aligned columns. A line shorter than the others ends early."""
    lines, numbers = [tuple(clean(cell) for cell in line) for line in lines], set(right)
    columns = max((len(line) for line in lines), default=0)
    widths = [max((width(line[place]) for line in lines if place < len(line)), default=0) for place in range(columns)]
    return "\n".join(
        gap.join(pad(cell, widths[place], right=place in numbers) for place, cell in enumerate(line)).rstrip() for line in lines
    )


# -- words


def colour_word(colour: str) -> str:
    """The colour's sign: carries the colour also in black and white."""
    return {"red": _("red"), "yellow": _("yellow"), "blue": _("blue"), "green": _("green"), "grey": _("grey"), "": _("closed")}[colour]


def colour_said(colour: str, words: Mapping[str, str] | None = None) -> str:
    """The colour with its word: 红 超期. words: the town's own, from the catalogue."""
    said = (words or {}).get(colour) or {
        "red": _("overdue"),
        "yellow": _("warning"),
        "blue": _("in hand"),
        "green": _("in order"),
        "grey": _("not yet seen"),
    }.get(colour, "")
    return f"{colour_word(colour)} {said}".strip()


def stage_word(stage: str) -> str:
    return {
        "verify": _("to be verified"),
        "triage": _("to be sorted"),
        "self_fix": _("owner to fix"),
        "accept": _("to be accepted"),
        "handle": _("being handled"),
        "check": _("to be checked"),
        "returned": _("returned, to be reassigned"),
        "unclaimed": _("handed over, not yet taken"),
        "suspended": _("suspended"),
        "closed": _("case closed"),
    }.get(stage, stage)


def outcome_word(outcome: str) -> str:
    return {
        "passed": _("checked and closed"),
        "spot": _("fixed on the spot"),
        "refused": _("not confirmed"),
        "void": _("void"),
        "merged": _("merged"),
        "tenant": _("occupant changed"),
        "rated": _("rated and closed"),
    }.get(outcome, outcome)


def rung_word(rung: str) -> str:
    return {"remind": _("reminder"), "supervise": _("supervision"), "escalate": _("escalation")}.get(rung, rung)


def kind_word(kind: str) -> str:
    return {
        "shop": _("shop"),
        "stall": _("stall"),
        "point": _("point"),
        "road": _("road"),
        "house": _("house"),
        "site": _("site"),
        "waste_point": _("waste point"),
    }.get(kind, kind)


def closed_word(why: str) -> str:
    return {
        "shut": _("shut"),
        "ceased": _("out of business"),
        "fitting_out": _("being fitted out"),
        "vacant": _("vacant"),
        "demolished": _("demolished"),
        "no_entry": _("no entry"),
    }.get(why, why)


# -- time


def local(ms: int, voice: Voice) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(timezone(timedelta(milliseconds=voice.offset)))


def iso(ms: int | None, voice: Voice) -> str | None:
    """ISO 8601 with offset, for JSON; None stays None."""
    return None if ms is None else local(ms, voice).isoformat(timespec="seconds")


def clock(ms: int, voice: Voice) -> str:
    """今天16:05, 明天17:30, 昨天10:12, else 11-20 09:00 (with the year where it is another)."""
    moment = local(ms, voice)
    days = (ms + voice.offset) // MS_DAY - (voice.now + voice.offset) // MS_DAY
    time = moment.strftime("%H:%M")
    if days in (-1, 0, 1):
        return {-1: _("yesterday {0}"), 0: _("today {0}"), 1: _("tomorrow {0}")}[days].format(time)
    form = "%m-%d" if moment.year == local(voice.now, voice).year else "%Y-%m-%d"
    return f"{moment.strftime(form)} {time}"


def date_of(ms: int, voice: Voice) -> str:
    return local(ms, voice).strftime("%Y-%m-%d")


def day_said(ms: int, voice: Voice) -> str:
    """11月23日 周一 13:40."""
    moment = local(ms, voice)
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return _("{2} {1}/{0} {3}").format(moment.day, moment.month, names[moment.weekday()], moment.strftime("%H:%M"))


def span(ms: int) -> str:
    """3小时10分, 25分, 2天3小时."""
    minutes = max(ms, 0) // 60_000
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("{0} d {1} h").format(days, hours) if hours else _("{0} d").format(days)
    if hours:
        return _("{0} h {1} min").format(hours, minutes) if minutes else _("{0} h").format(hours)
    return _("{0} min").format(minutes)


def join(names: Iterable[str]) -> str:
    return _(", ").join(clean(name) for name in names)
