"""Days and times as offices write them: 11月23日（周一）, 2026/11/23, 23日 under a title that says the month, 46349 where a date lost its form."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from unicodedata import normalize

WEEKDAY = r"(?:周|星期|礼拜)[一二三四五六日天]"
TAIL = re.compile(rf"(?:[(\[【]?{WEEKDAY}[)\]】]?|[(\[【][一二三四五六日天][)\]】]|(?<=\d)00?:00(?::00)?)$")
WEEKDAYS = re.compile(rf"{WEEKDAY}|[一二三四五六日天]|周|星期")
WHOLE = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})[日号]?")
COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)")
SHORT = re.compile(r"(\d{1,2})[月./-](\d{1,2})[日号]?")
ALONE = re.compile(r"(\d{1,2})[日号]?")
SERIAL = re.compile(r"\d{5}")
TITLE = re.compile(r"(?:(\d{4})年度?)?(?:第[一二三四]季度)?(?<!\d)(\d{1,2})月|(\d{4})[./-](\d{1,2})(?!\d)|(\d{4})年")
TIMES = re.compile(r"(\d{1,2}(?:[:点时](?:\d{2}分?)?))(?:-|~|至|到)+(?:次日|第二天)?(\d{1,2}(?:[:点时](?:\d{2}分?)?))")
TIME = re.compile(r"(\d{1,2})(?:[:点时](\d{2})?分?)(?::00)?")
EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(36526, 73051)  # 2000-01-01 to 2100-01-01


class Month(NamedTuple):
    """What a title says of the days below it; 0 = not said."""

    year: int = 0
    month: int = 0


NOT_SAID = Month()


def day_text(text: str, month: Month = NOT_SAID) -> str:
    """A day as ISO 8601, or as "11-23" where no year is said; "" for what is no day (2026-02-30 too).

    month: of the title, for days that name no year or no month.
    """
    plain = "".join(normalize("NFKC", text).translate(DASHES).split())
    while (shorter := TAIL.sub("", plain)) != plain:
        plain = shorter
    if SERIAL.fullmatch(plain) and int(plain) in SERIALS:
        return (EXCEL_EPOCH + timedelta(days=int(plain))).isoformat()
    if found := WHOLE.fullmatch(plain) or COMPACT.fullmatch(plain):
        year, number, day = map(int, found.groups())
    elif found := SHORT.fullmatch(plain):
        year, (number, day) = month.year, map(int, found.groups())
    elif (found := ALONE.fullmatch(plain)) and month.month:
        year, number, day = *month, int(found[1])
    else:
        return ""
    try:
        made = date(year or 2024, number, day)  # without a year any leap year will do
    except ValueError:
        return ""
    return made.isoformat() if year else f"{number:02d}-{day:02d}"


def is_day(text: str) -> bool:
    """Whether a header's word is a day, though perhaps only with its title: 23日, 11/23."""
    return bool(day_text(text, Month(2024, 1)))


def is_weekday(text: str) -> bool:
    return bool(WEEKDAYS.fullmatch("".join(text.split())))


def day_with_year(text: str, today: date) -> str:
    """A day of `day_text` as ISO 8601: where no year is said, the one that is nearest to today; "" where that year has no such day."""
    if len(text) > len("11-23"):
        return text
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date.fromisoformat(f"{year}-{text}"))
        except ValueError:
            continue
    return min(found, key=lambda day: abs(day - today)).isoformat() if found else ""


def month_of(titles: Iterable[str]) -> Month:
    """The year and the month that titles say, such as 2026年11月值班表; of several the first one that says a month."""
    years: list[Month] = []
    for text in titles:
        for found in TITLE.finditer("".join(normalize("NFKC", text).split())):
            year, number = int(found[1] or found[3] or found[5] or 0), int(found[2] or found[4] or 0)
            if number in range(1, 13):
                return Month(year or (years[0].year if years else 0), number)
            if year:
                years.append(Month(year))
    return years[0] if years else NOT_SAID


def time_text(text: str) -> str:
    """A time of the day as 08:00; "" for what is none. 24:00 is the end of a day."""
    found = TIME.fullmatch("".join(normalize("NFKC", text).split()))
    if not found:
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{hour:02d}:{minute:02d}" if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else ""


def times_in(text: str) -> tuple[str, str]:
    """From and to of a cell such as 早班 8:00-16:00; both empty where it says no times."""
    found = TIMES.search("".join(normalize("NFKC", text).translate(DASHES).split()))
    return (time_text(found[1]), time_text(found[2])) if found else ("", "")


DASHES = {ord(dash): "-" for dash in "‐‑‒–—−"}
