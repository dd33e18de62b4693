"""The days that one cell of a holiday notice names: 2027-01-01, 1月1日（周五）至3日, 9月19日、10月9日（周六）上班."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from unicodedata import normalize

from yima.adapters.ledger.days import EXCEL_EPOCH, SERIAL, SERIALS
from yima.i18n import _

MOST_DAYS = 31  # more days in a row are a slip in month or year
OFF = (
    "放假调休", "调休放假", "法定节假日", "法定假日", "放假日", "休息日", "节假日", "放假", "休假", "休息", "连休", "公休", "假期", "假日",
    "休", "假", "holiday", "rest", "off",
)  # fmt: skip
WORK = (
    "调休上班日", "调休工作日", "调休上班", "上班调休", "调休补班", "正常上班", "照常上班", "补班日", "上班日", "工作日", "调休", "上班",
    "补班", "班", "workday", "work",
)  # fmt: skip
KINDS = {word: False for word in OFF} | {word: True for word in WORK}
MIDNIGHT = re.compile(r"[\st]+0?0:00(?::00(?:\.0+)?)?")
DATE = re.compile(
    r"(?:(?P<year>\d{4})[年./-])?(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})(?!\d)[日号]?|(?P<whole>\d{8})(?!\d)|(?P<alone>\d{1,2})[日号]"
)
BARE = re.compile(r"(?P<alone>\d{1,2})(?![\d月./年-])")  # 1月1日至3
SPAN = re.compile(r"(?:至|到|[~—–−―‐‑‒-])+")
SEPARATOR = re.compile(r"[、,;。:|和及与]+")
COUNT = re.compile(r"共?\d{1,3}天")
ASIDE = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]|(?:周|星期|礼拜)[一二三四五六日天]")
WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
KIND = re.compile("|".join(sorted(KINDS, key=len, reverse=True)))
LABEL = re.compile(r"(?:\d{1,2}[.、])?([^\d:]{1,20}):")  # 二、春节:
LIKE_A_DAY = re.compile(r"\d{1,2}[月日]|\d{4}[./-]\d|(?<!\d)20\d{6}(?!\d)|^\d{1,2}[./-]\d{1,2}$|^\d{5}$")
WEEKDAYS = "一二三四五六日"


class Span(NamedTuple):
    """Days of one cell. is_work: None where the cell itself does not say."""

    first: date
    last: date
    is_work: bool | None


class Unread(Exception):
    """A cell that cannot be taken for days; its text is one translated sentence."""


def spans(text: str, year: int = 0, month: int = 0) -> list[Span]:
    """The days that a cell names: 2027-01-01, 1月1日（周五）至3日, 9月19日、10月9日（周六）上班. Raises Unread.

    year, month: for days that name none (0 = not said).
    """
    plain = squeezed(text)
    if SERIAL.fullmatch(plain) and int(plain) in SERIALS:
        day = EXCEL_EPOCH + timedelta(days=int(plain))
        return [Span(day, day, None)]
    label = LABEL.match(plain)
    at = label.end() if label and label[1] not in KINDS else 0
    found: list[Span] = []
    lead: bool | None = None  # 放假：1月1日 says it before the day, 1月1日放假 after it
    joins = False
    while at < len(plain):
        if token := KIND.match(plain, at):
            lead = _say(found, lead, KINDS[token[0]], text)
        elif (token := COUNT.match(plain, at)) or (not joins and (token := SEPARATOR.match(plain, at))):
            pass
        elif token := DATE.match(plain, at) or (BARE.match(plain, at) if joins else None):
            day = _day(token, text, year, month)
            year, month = day.year, day.month
            found.append(_joined(found.pop(), day, text) if joins else Span(day, day, lead))
            joins = False
        elif token := ASIDE.match(plain, at):
            if found and (said := WEEKDAY.search(token[0])):
                _check_weekday(found[-1].last, said)
        elif (token := SPAN.match(plain, at)) and found and not joins:
            joins = True
        else:
            raise _no_day(text)
        at = token.end()
    if joins or not found:
        raise _no_day(text)
    return found


def squeezed(text: str) -> str:
    """NFKC, without midnights and spaces; a space between two numbers is a separator."""
    folded = MIDNIGHT.sub(" ", normalize("NFKC", text).casefold())
    return "".join(re.sub(r"(?<=\d)\s+(?=\d)", "、", folded).split())


def _no_day(text: str) -> Unread:
    return Unread(_("“{text}” is no day; write it like 2027-01-01, or 1月1日至3日.").format(text=text))


def _say(found: list[Span], lead: bool | None, is_work: bool, text: str) -> bool | None:
    """Take 放假 or 上班 for the days before it that nothing was said of, or where there are none for those that follow. Returns that lead."""
    if lead is not None or not found:
        return is_work
    unsaid = [place for place, span in enumerate(found) if span.is_work is None]
    if not unsaid and found[-1].is_work is not is_work:
        raise Unread(_("“{text}” says both off and worked of the same days; keep one.").format(text=text))
    for place in unsaid:
        found[place] = found[place]._replace(is_work=is_work)
    return None


def _day(token: "re.Match[str]", text: str, year: int, month: int) -> date:
    said = token.groupdict()
    try:
        if said.get("whole"):
            return date.fromisoformat(said["whole"])
        month = int(said.get("month") or month)
        year = int(said.get("year") or year)
        number = int(said.get("day") or said["alone"])
        date(year or 2024, month, number)  # without a year any leap year will do
        if not year:
            what = _("“{text}” names no year; write 2027-01-01, or say it for the whole file with --year 2027.")
            raise Unread(what.format(text=text))
        return date(year, month, number)
    except ValueError:
        raise _no_day(text) from None


def _joined(first: Span, last: date, text: str) -> Span:
    days = (last - first.first).days
    if first.first != first.last:
        raise _no_day(text)
    if days < 0:
        raise Unread(_("“{text}” ends before it begins; write the year with both days.").format(text=text))
    if days >= MOST_DAYS:
        raise Unread(_("“{text}” is {days} days long; no holiday is, look at month and year.").format(text=text, days=days + 1))
    return first._replace(last=last)


def _check_weekday(day: date, said: "re.Match[str]") -> None:
    """A weekday written beside a day proves the year: refuse another year's notice."""
    if day.weekday() != WEEKDAYS.index(said[1].replace("天", "日")):
        right = f"周{WEEKDAYS[day.weekday()]}"
        what = _("{day} is {right}, not {said}; look whether day and year are right.")
        raise Unread(what.format(day=day.isoformat(), right=right, said=said[0]))


def kind_of(text: str) -> bool | None:
    """Whether a word means a make-up day (True) or a day off (False); None for any other word."""
    return KINDS.get(squeezed(text))


def between(begin: str, end: str, year: int) -> Span:
    """The span of a start and an end column; without an end one day. The end may leave out what the start says: 1月1日, 3日, 3."""
    first = _single(begin, spans(begin, year))
    if not end:
        return first
    plain = squeezed(end)
    last = _single(end, spans(plain + "日" if re.fullmatch(r"\d{1,2}", plain) else end, first.first.year, first.first.month))
    return _joined(first, last.first, f"{begin}—{end}")


def _single(text: str, found: Sequence[Span]) -> Span:
    if len(found) != 1 or found[0].first != found[0].last:
        raise _no_day(text)
    return found[0]
