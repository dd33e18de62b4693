"""Results become text, tables and JSON here, and nowhere else. `clean` is the one door for foreign text.

`say` finds the renderer in one dict by the result's class: a new result is a new line in its room's table, no new `if`.
"""

import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from yima.core.model import MS_DAY, Person
from yima.errors import NotAllowed
from yima.i18n import _


class Voice(NamedTuple):
    """How to say something: the town's offset in ms, the instant that is now, JSON or text."""

    offset: int
    now: int
    json: bool = False


Renderer = tuple[Callable[[Any, Voice], str], Callable[[Any, Voice], Any]]
ROOMS = {  # result class -> the module that renders it, by its TABLE: class name -> (text, JSON)
    "Scanned": "street",
    "Asked": "street",
    "Disposed": "street",
    "HandedOver": "street",
    "Undone": "pages",
    "Todo": "todo",
    "Shown": "pages",
    "CaseShown": "pages",
    "Found": "pages",
    "Logged": "pages",
    "MissedPage": "missed",
    "Swept": "leaders",
    "Board": "leaders",
    "Answered": "leaders",
    "ListAnswered": "leaders",
    "Examined": "leaders",
    "Imported": "office",
    "Listed": "office",
    "Checked": "check",
    "Published": "rules",
    "CatalogDiff": "rules",
    "CatalogLog": "rules",
    "Founded": "office",
    "Ruled": "office",
    "Sheeted": "office",
    "Plated": "plates",
    "PlateList": "plates",
    "PlateQueue": "plates",
    "Verified": "verify",
    "PlateDrawn": "verify",
    "CatalogShown": "rules",
    "Agenda": "agenda",
    "Suggested": "agenda",
    "TopicDecided": "agenda",
    "Report": "weekly",
    "ReportList": "weekly",
    "Matrix": "matrix",
    "MatrixOf": "matrix",
    "CalendarImported": "calendar",
    "CalendarShown": "calendar",
    "CalendarDue": "calendar",
    "ObjectKept": "registers",
    "PersonKept": "registers",
    "Carded": "cards",
}


def say(result: Any, voice: Voice) -> None:
    """Print one result, as text or as one line of JSON."""
    text, plain = _renderer(type(result).__name__)
    if voice.json:
        import json

        # A console that is not UTF-8 would turn a rare character into an escape that no JSON has.
        narrow = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
        said = json.dumps(plain(result, voice), ensure_ascii=narrow, separators=(", ", ": "))
    else:
        said = text(result, voice)
    if said:
        sys.stdout.write(f"{said}\n")  # one write: print makes two
        sys.stdout.flush()


@cache
def _renderer(name: str) -> Renderer:
    found: Renderer = import_module(f"yima.adapters.render.{ROOMS[name]}").TABLE[name]
    return found


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
    match colour:
        case "red":
            return _("red")
        case "yellow":
            return _("yellow")
        case "blue":
            return _("blue")
        case "green":
            return _("green")
        case "grey":
            return _("grey")
    return _("closed")


def colour_said(colour: str, words: Mapping[str, str] | None = None) -> str:
    """The colour with its word: 红 超期. words: the town's own, from the catalogue."""
    said = words.get(colour) if words else None
    return f"{colour_word(colour)} {said or _meaning(colour)}".strip()


def _meaning(colour: str) -> str:
    match colour:
        case "red":
            return _("overdue")
        case "yellow":
            return _("warning")
        case "blue":
            return _("in hand")
        case "green":
            return _("in order")
        case "grey":
            return _("not yet seen")
    return ""


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
        "unrated": _("closed, not rated"),
    }.get(outcome, outcome)


def rung_word(rung: str) -> str:
    return {"remind": _("reminder"), "supervise": _("supervision"), "escalate": _("escalation")}.get(rung, rung)


def why_word(why: str) -> str:
    """Why a fact moves nothing, in words."""
    return {
        "withdrawn": _("taken back"),
        "annulled": _("refused by the centre"),
        "unknown": _("of a newer version"),
        "device": _("the device is not enrolled"),
        "person": _("the person is not registered"),
        "actor": _("the device is not enrolled for this person"),
        "left": _("the person had left"),
        "role": _("the person may not do that"),
        "look": _("the person may not look here"),
        "stage": _("not in this stage"),
        "closed": _("the case was closed already"),
        "case": _("there is no such case here"),
        "object": _("there is no such object here"),
        "catalogue": _("its rules are not here yet"),
        "mode": _("a mode that this version does not know"),
        "owner": _("not the owner"),
        "consent": _("without the owner's consent"),
        "entered_for": _("may not be entered for somebody"),
        "fact": _("what it names cannot be taken back"),
        "late": _("too late"),
        "others": _("somebody else had acted on it"),
        "count": _("said as often as it may be"),
        "pending": _("asked already, and not answered yet"),
        "reason": _("without a reason"),
        "until": _("the date does not fit"),
        "to": _("no such receiver"),
        "document": _("without the document's number"),
        "control": _("not under control yet"),
        "asked": _("nothing was asked for"),
        "word": _("a step that this version does not know"),
        "sweep": _("the device may not sweep"),
        "value": _("no rating from 1 to 5"),
        "early": _("the limit has not ended"),
        "plate": _("there is no such plate here"),
        "plate_void": _("the plate was void already"),
        "plate_bound": _("the plate was bound already"),
    }.get(why, why)


def not_counted(why: str) -> NotAllowed:
    """An entry that would move nothing is not recorded at all; why, as a sentence."""
    return {
        "entered_for": NotAllowed(_("Only the centre, a data clerk or that person's leader may enter this for somebody.")),
        "actor": NotAllowed(_("This device is not enrolled for that person; use that person's own device, or have it enrolled.")),
        "left": NotAllowed(_("That person has left; choose who acts with --by.")),
    }.get(why, NotAllowed(_("This entry would count for nothing ({0}); it was not recorded.").format(why_word(why))))


def not_entered(by: Person, whom: Person) -> NotAllowed:
    """Why somebody cannot enter something for somebody else (代录), and who can."""
    if whom.left:
        return not_counted("left")
    said = _("{0} may not enter this for {1}; the centre, a data clerk or {1}'s own leader may.")
    return NotAllowed(said.format(by.name, whom.name))


def step_name(step: str) -> str:
    """A step as people say it."""
    return {
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
        "rate": _("rated"),
        "contest": _("contested by the owner"),
        "appeal": _("appeal against lateness"),
        "uphold": _("upheld"),
        "merge": _("merged"),
        "call": _("another department called to help"),
        "answer": _("answered"),
        "refer": _("referred to the joint meeting or the district"),
    }.get(step, step)


def step_word(step: str) -> str:
    """A step as people say it, with the word that is typed."""
    said = step_name(step)
    return _("{0} ({1})").format(said, step) if said != step else step


def about_word(about: str) -> str:
    return {
        "extension": _("extension"),
        "suspension": _("suspension"),
        "transfer": _("handed to another department"),
        "void": _("void, a false report"),
        "contest": _("contested by the owner"),
        "appeal": _("appeal against lateness"),
        "call": _("another department called to help"),
    }.get(about, about)


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


def plate_word(state: str) -> str:
    """What was reported of a plate."""
    words = {"fine": _("plate in order"), "missing": _("plate missing"), "dirty": _("plate dirty"), "covered": _("plate covered")}
    return words.get(state, state)


def void_word(reason: str) -> str:
    """Why a plate is void, as somebody wrote it; two reasons are words of the log."""
    return {"spoilt": _("spoilt at the desk"), "void": _("without a reason")}.get(reason, reason)


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


def some(names: Sequence[str], most: int) -> str:
    """The first few names, and how many more there are: a screen is read at a glance, the JSON has all."""
    return join(names) if len(names) <= most else _("{0} and {1} more").format(join(names[:most]), len(names) - most)
