"""Workbooks for office programs: every cell is text, so that a name such as =1+1 stays a name; the same bytes for the same content."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from yima.adapters.render import clean

MOST = 32_767  # characters that a cell can hold; a longer text would be left out whole
NAME = 31  # characters of a sheet's name
NOT_IN_NAMES = dict.fromkeys(map(ord, "[]:*?/\\'"), " ")
STYLES: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "head": {"bold": True, "bottom": 2, "bg_color": "#EEF1F5"},
    "strong": {"bold": True},
    "soft": {"font_color": "#6B7280"},
    "grey": {"font_color": "#6B7280", "bg_color": "#E5E7EB"},
    "gap": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#C8102E"},
    "title": {"bold": True, "font_size": 14, "text_wrap": False},
}


class Cell(NamedTuple):
    """A text with a style of STYLES."""

    text: str
    style: str


class Sheet(NamedTuple):
    """One sheet: a title above the table, its head, its rows. widths: of the columns, in characters of a terminal (a Chinese one takes two);
    frozen: columns that stay when one scrolls to the right."""

    name: str
    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[str | Cell]]
    widths: Sequence[int]
    frozen: int = 0


def workbook(sheets: Sequence[Sheet], made: datetime) -> bytes:
    """The bytes of an .xlsx file, to be printed on A4 across. made: the instant that the file names as its creation."""
    from xlsxwriter import Workbook

    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": made.replace(tzinfo=None)})
        common = {"text_wrap": True, "valign": "top", "num_format": "@"}
        styles = {name: book.add_format({**common, **style}) for name, style in STYLES.items()}
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name.translate(NOT_IN_NAMES)[:NAME]), sheet, styles)
    return file.getvalue()


def _write(page: Any, sheet: Sheet, styles: Mapping[str, Any]) -> None:
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.write_string(0, 0, _text(sheet.title), styles["title"])
    for column, word in enumerate(sheet.head):
        page.write_string(1, column, _text(word), styles["head"])
    last = 1
    for last, row in enumerate(sheet.rows, 2):
        for column, cell in enumerate(row):
            text, style = cell if isinstance(cell, Cell) else (cell, "")
            page.write_string(last, column, _text(text), styles[style])
    page.freeze_panes(2, sheet.frozen)
    page.autofilter(1, 0, last, max(len(sheet.head) - 1, 0))
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)


def _text(text: str) -> str:
    said = "\n".join(clean(line) for line in text.splitlines())
    return said if len(said) <= MOST else said[: MOST - 1] + "…"
