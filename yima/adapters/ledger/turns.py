"""A roster's rows become turns (班次): one person on one day. Days stand in a column, or across the header with a mark for each turn."""

import re
from collections.abc import Iterator, Sequence

from yima.adapters.ledger.days import Month, day_text, month_of, time_text, times_in
from yima.adapters.ledger.header import DAY
from yima.adapters.ledger.rows import BLANK, Reading, Row
from yima.adapters.ledger.values import Cell, clean, text_of
from yima.errors import BadInput
from yima.i18n import _

SEPARATORS = re.compile(r"[、；;/，,\n]+")
OFF = {
    "休",
    "休息",
    "公休",
    "轮休",
    "调休",
    "补休",
    "假",
    "请假",
    "年假",
    "年休",
    "年休假",
    "病假",
    "事假",
    "产假",
    "不",
    "否",
    "×",
    "✗",
    "x",
    "o",
}


def turns(reading: Reading, month: Month) -> None:
    """Put one row for each turn in the place of the rows as read, and a fault for each line that says no day or no time.

    values of a turn: date (ISO 8601, or "11-23" where no year is said), person, and where they are said grid, from, to, kind.
    month: what the titles say. Raises BadInput where days stand across the header and nothing says of which month.
    """
    fields = reading.head.fields
    across = [(place, word) for place, word in enumerate(day_words(reading.head.words, month)) if fields[place] == DAY]
    if lost := [word for _place, word in across if not day_text(word)]:
        what = _("The columns {columns} say no month; write it into the title (2026年11月) or into the columns (11月1日).")
        raise BadInput(what.format(columns="、".join(lost[:3])))
    rows: list[Row] = []
    for row in reading.rows:
        cells = reading.sheet.rows[row.line - 1]
        faults: list[str] = []
        made = list(_across(row, cells, across, faults) if across else _one_day(row, cells, reading, month, faults))
        if faults:
            reading.faults.append((row.line, " ".join(faults)))
        else:
            rows += made
    reading.rows = rows


def month_said(reading: Reading, file: str) -> Month:
    """The month of the titles above the table, else that of the sheet's name, else that of the file's."""
    head = reading.head
    above = [clean(text_of(cell)) for row in reading.sheet.rows[: head.above] for cell in row if cell != ""]
    here = [clean(text_of(cell)) for row in reading.sheet.rows[head.above : head.below] for cell in row if isinstance(cell, str)]
    return month_of([*above, *(word for word in here if not day_text(word, Month(2024, 1))), reading.sheet.name, file])


def _one_day(row: Row, cells: Sequence[Cell], reading: Reading, month: Month, faults: list[str]) -> Iterator[Row]:
    said = row.values.get("date", "")
    cell = next((cells[place] for name, place in reading.head.plan if name == "date" and cells[place] != ""), "")
    day = "" if _lost_its_zero(cell) else day_text(said, month)
    if not said:
        faults.append(_("The day is missing."))
    elif not day:
        faults.append(_("“{text}” is no day; write it like 2026-11-23 or 11月23日.").format(text=said))
    return _people(row, day, "", faults)


def _lost_its_zero(cell: Cell) -> bool:
    """11.1 as a number may have been 11.10: a wrong day is worse than none."""
    return isinstance(cell, float) and not cell.is_integer()


def _across(row: Row, cells: Sequence[Cell], across: Sequence[tuple[int, str]], faults: list[str]) -> Iterator[Row]:
    for place, day in across:
        mark = clean(text_of(cells[place])) if place < len(cells) else ""
        if mark and mark.casefold() not in BLANK | OFF:
            yield from _people(row, day, mark, faults)


def _people(row: Row, day: str, mark: str, faults: list[str]) -> Iterator[Row]:
    """The turns of one day: 王芳、李强 are two."""
    times = dict(zip(("from", "to"), times_in(mark or row.values.get("kind", "")), strict=True))
    for name in ("from", "to"):
        if said := row.values.get(name, ""):
            times[name] = time_text(said)
            if not times[name] and (fault := _("“{text}” is no time of the day, such as 08:00.").format(text=said)) not in faults:
                faults.append(fault)
    rest = {name: text for name, text in row.values.items() if name not in ("date", "person", "from", "to")}
    for person in filter(None, map(str.strip, SEPARATORS.split(row.values["person"]))):
        yield Row(row.line, {"date": day, "person": person, **rest, **{name: text for name, text in times.items() if text}})


def day_words(words: Sequence[str], month: Month) -> list[str]:
    """Header words with each day written whole, running on into the next month after its last day: 30日, 31日, 1日."""
    found, last = [], 0
    for word in words:
        day = day_text(word, month)
        if day and month.month and not day_text(word):  # the day alone
            if int(day[-2:]) < last:
                month = Month(month.year + (1 if month.year and month.month == 12 else 0), month.month % 12 + 1)
                day = day_text(word, month)
            last = int(day[-2:] or 0)
        found.append(day or word)
    return found
