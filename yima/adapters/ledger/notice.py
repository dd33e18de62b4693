"""A holiday notice (放假通知) as offices keep it -> which days are off and which are worked for them, and every fault by line.

A table with a day or a span a row (CSV in any Chinese encoding, xlsx, xls, ods), one with a column each for days off and make-up days, the
notice's own paragraphs as text, or YAML. Names of holidays are not kept.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol
from unicodedata import normalize

from yima.adapters.ledger.header import HEADER_WITHIN, header_key
from yima.adapters.ledger.rows import REMARK, TOTAL
from yima.adapters.ledger.sheets import MAX_BYTES, Sheet, content_of, decodings, sheets_of
from yima.adapters.ledger.spans import LIKE_A_DAY, Span, Unread, between, kind_of, spans, squeezed
from yima.adapters.ledger.values import Cell, clean, text_of
from yima.core.notice import Said
from yima.core.worktime import EPOCH
from yima.errors import BadInput
from yima.i18n import _

MOST_ROWS = 1000  # more rows are another kind of file
LONGEST_NAME = 12  # of a holiday; a longer text alone in its row is a remark
FIELDS: Mapping[str, str] = {
    word: field
    for field, words in {
        "date": "日期 日子 时间 公历日期 放假调休日期 date day",
        "from": "开始 开始日期 开始时间 起始 起始日期 起 自 从 放假开始 from start begin",
        "to": "结束 结束日期 结束时间 截止 截止日期 终止 终止日期 止 至 到 放假结束 to end until",
        "kind": "类型 类别 性质 安排 状态 种类 放假或调休 放假/调休 type kind",
        "off": "放假 放假时间 放假日期 放假日 放假安排 休息日期 休假日期 休假时间 假期时间 off",
        "work": "调休 调休日期 补班 补班日期 补班日 补班时间 上班日期 上班日 调休上班 调休上班日期 调休补班日期 周末上班 work",
        "year": "年 年份 年度 year",
        "name": "说明 备注 节日 节假日 节日名称 假期 假日 假日名称 名称 事由 天数 放假天数 共计 星期 周几 序号 holiday name note remark days weekday",
    }.items()
    for word in words.split()
}
SAYING = {"date", "from", "to", "off", "work"}  # fields whose cells hold days

BLANK = {"", "/", "-", "—", "——", "无", "不调休"}
YEAR = re.compile(r"(?<!\d)(2[01]\d\d)年")
SIGNED = re.compile("国务院|办公厅|办公室|人民政府")
DATED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")  # below the signature: when the notice was issued
FILE_YEAR = re.compile(
    r"^(2[01]\d\d)$|(?<!\d)(2[01]\d\d)[-_ ]?(?:年|放假|节假日|假日|假期|调休|holiday|calendar)"
)  # 〔2026〕7号 is the paper's own


class Notice(NamedTuple):
    """What a notice says. faults: (line, translated reason); skipped: rows that say nothing of days; others: sheets not read."""

    said: tuple[Said, ...]
    faults: tuple[tuple[int, str], ...]
    skipped: int = 0
    others: tuple[str, ...] = ()


# -- one row


class _Reader:
    """What is read so far."""

    def __init__(self, year: int, titles: Iterable[str]) -> None:
        self.fixed_year = year
        named = {int(found[1] or found[2]) for title in titles for found in FILE_YEAR.finditer(normalize("NFKC", title).casefold())}
        self.year = year or _only(named)
        self.titles: set[int] = set()
        self.said: list[Said] = []
        self.faults: list[tuple[int, str]] = []
        self.skipped = 0
        self.is_signed = False

    def remark(self, line: Sequence[str]) -> None:
        """A row that names no day: perhaps a title with the year of the rows below it."""
        years = {int(one) for text in line for one in YEAR.findall(normalize("NFKC", text))}
        self.skipped += not years  # a title with the year was made use of
        self.is_signed = any(SIGNED.search(text) for text in line)
        if years and not self.fixed_year:
            self.titles |= years
            self.year = _only(self.titles)

    def fault(self, line: int, what: str) -> None:
        self.faults.append((line, what))

    def take(self, line: int, found: Sequence[Span], word: bool | None, column: bool | None = None) -> None:
        """Take the days of a cell. word: what the row says of them; column: what its column means where neither row nor cell says it."""
        self.titles, self.is_signed = set(), False
        for span in found:
            kind = next((kind for kind in (word, span.is_work, column) if kind is not None), None)
            if kind is None:
                what = _("Of {day} it is not said whether it is off or worked; write 放假 or 上班 beside it.")
                self.fault(line, what.format(day=span.first.isoformat()))
            elif word is not None and span.is_work not in (None, word):
                self.fault(line, _("{day} is called both off and worked here; keep one.").format(day=span.first.isoformat()))
            else:
                self.said.append(Said(line, span.first.toordinal() - EPOCH, span.last.toordinal() - EPOCH, kind))

    def row(self, line: int, fields: Mapping[str, Sequence[str]]) -> None:
        """A row whose columns have names. fields: what stands in them, nothing empty."""
        if not fields:
            return
        texts = [text for some in fields.values() for text in some]
        if _is_remark(texts):
            self.remark(texts)
            return
        kind = self._kind(fields)
        try:
            if isinstance(kind, str):
                raise Unread(_("“{text}” is neither 放假 nor 调休 (上班, 补班); write one of them.").format(text=kind))
            year = self._year_of(fields)
            taken = False
            for name, column in (("date", None), ("off", False), ("work", True)):
                for text in fields.get(name, ()):
                    self.take(line, spans(text, year), kind if name == "date" else None, column)
                    taken = True
            if "from" in fields:
                self.take(line, [between(fields["from"][0], fields.get("to", ("",))[0], year)], kind)
            elif not taken:
                raise Unread(_("The day is missing."))
        except Unread as unread:
            self.fault(line, str(unread))

    def _kind(self, fields: Mapping[str, Sequence[str]]) -> bool | str | None:
        """What the row says of its days; a word that means nothing comes back as it is."""
        if "kind" in fields:
            known = kind_of(fields["kind"][0])
            return fields["kind"][0] if known is None else known
        return next((known for text in fields.get("name", ()) if (known := kind_of(text)) is not None), None)

    def _year_of(self, fields: Mapping[str, Sequence[str]]) -> int:
        if "year" not in fields:
            return self.year
        year = _year(fields["year"][0])
        if not year:
            raise Unread(_("“{text}” is no year, such as 2027.").format(text=fields["year"][0]))
        return year

    def cells(self, line: int, texts: Sequence[str]) -> None:
        """A row of a table without a header: days, perhaps a word for what they are, and names that are not kept."""
        words = [kind for text in texts if (kind := kind_of(text)) is not None]
        days = [text for text in texts if kind_of(text) is None and LIKE_A_DAY.search(squeezed(text))]
        if (not days and not words) or (self.is_signed and len(texts) == 1 and DATED.fullmatch(squeezed(texts[0]))):
            self.remark(texts)
            return
        try:
            if len(set(words)) > 1:
                raise Unread(_("“{text}” says both off and worked of the same days; keep one.").format(text=" ".join(texts)))
            kind = words[0] if words else None
            if not days:
                raise Unread(_("The day is missing."))
            if len(days) > 2:
                raise Unread(_("More than two days stand beside each other; write a row for each day or span."))
            if len(days) == 2:
                self.take(line, [between(days[0], days[1], self.year)], kind)
            else:
                self.take(line, spans(days[0], self.year), kind)
        except Unread as unread:
            self.fault(line, str(unread))


def _is_remark(texts: Sequence[str]) -> bool:
    """Whether a row below a header is a remark, a total or a title; the name of a holiday alone has lost its day."""
    if any(kind_of(text) is not None or LIKE_A_DAY.search(squeezed(text)) for text in texts):
        return False
    first = squeezed(texts[0])
    return bool(REMARK.match(first) or TOTAL.match(first)) or (len(texts) == 1 and (len(first) > LONGEST_NAME or bool(YEAR.search(first))))


def _year(text: str) -> int:
    """The year that a text is; 0 for any other text."""
    digits = squeezed(text).removesuffix("年")
    return int(digits) if re.fullmatch(r"\d{4}", digits) else 0


def _only(years: set[int]) -> int:
    return next(iter(years)) if len(years) == 1 else 0


# -- a table


def read(path: Path, year: int = 0) -> Notice:
    """Read a notice that is a table or text. year: of days that name none, else the one that a title, the sheet or the file names.

    Raises BadInput for a file that cannot be read or says nothing of days; a fault of a row is a value in `faults`.
    """
    sheets = _tables(path)
    for sheet in sheets:
        reader = _Reader(year, (path.stem, sheet.name))
        _read_sheet(sheet, reader)
        if reader.said or reader.faults:
            others = tuple(one.name for one in sheets if one is not sheet)
            return Notice(tuple(reader.said), tuple(reader.faults), reader.skipped, others)
    raise BadInput(_("{path} names no day off and no make-up day; write rows such as 2027-01-01,放假.").format(path=path.name))


def _tables(path: Path) -> list[Sheet]:
    content = content_of(path)
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return sheets_of(path, content)[0]
    if content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        what = _("{path} is a web page under the name of a ledger; open it in Excel or WPS and save it as xlsx.")
        raise BadInput(what.format(path=path.name))
    text = next(decodings(content))
    csv.field_size_limit(MAX_BYTES)
    tables = [list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)) for delimiter in ",;\t"]
    return [Sheet("", max(tables, key=lambda rows: sum(len(row) > 1 for row in rows)))]


def _read_sheet(sheet: Sheet, reader: _Reader) -> None:
    lines = [(number, [_text(cell) for cell in row]) for number, row in enumerate(sheet.rows, 1)]
    filled = sum(any(texts) for _line, texts in lines)
    if filled > MOST_ROWS:
        raise BadInput(
            _("This table has {count} rows; a holiday notice is shorter, look whether it is the right file.").format(count=filled)
        )
    head = next((place for place, (_line, texts) in enumerate(lines[:HEADER_WITHIN]) if _fields(texts)), None)
    fields = _fields(lines[head][1]) if head is not None else []
    _fill_merged(sheet, lines, fields)
    for place, (line, texts) in enumerate(lines):
        said = [(text, cell) for text, cell in zip(texts, sheet.rows[line - 1], strict=True) if text not in BLANK]
        if not said or (head is not None and texts == lines[head][1]):  # the header, also where it is repeated
            continue
        days = [text for (text, cell), field in zip(said, _beside(fields, texts), strict=True) if field in SAYING and _lost_its_zero(cell)]
        if days:
            what = _("“{text}” is a number here, and 1.1 may have been 1.10; write it like 1月10日.")
            reader.fault(line, what.format(text=days[0]))
        elif head is None:
            reader.cells(line, [text for text, _cell in said])
        elif place < head:
            reader.remark(texts)
        else:
            reader.row(line, _named(fields, texts))


def _text(cell: Cell) -> str:
    return clean(text_of(cell).replace("\n", "、"))


def _fields(texts: Sequence[str]) -> list[str]:
    """What the columns under this row mean ("" = nothing known); [] where it is no header."""
    found = [FIELDS.get(header_key(text), "") for text in texts]
    known, filled = sum(map(bool, found)), sum(map(bool, texts))
    if not SAYING & {*found} or known < min(2, filled) or any(LIKE_A_DAY.search(squeezed(text)) for text in texts):
        return []  # 放假 beside the name of a holiday is a row that lacks its day
    return found


def _beside(fields: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """The field of each cell that is filled; in a table without a header what may be a day."""
    for place, text in enumerate(texts):
        if text not in BLANK:
            yield fields[place] if place < len(fields) else "" if fields else "date"


def _named(fields: Sequence[str], texts: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in zip(fields, texts, strict=False):
        if text not in BLANK:
            found.setdefault(name or "name", []).append(text)
    return found


def _lost_its_zero(cell: Cell) -> bool:
    return isinstance(cell, float) and not cell.is_integer()


def _fill_merged(sheet: Sheet, lines: Sequence[tuple[int, list[str]]], fields: Sequence[str]) -> None:
    """Give 放假 or a year that is merged over several rows to each of them."""
    for (top, left), (bottom, _right) in sheet.merged:
        if left < len(fields) and fields[left] in ("kind", "year"):
            for at in range(top + 1, min(bottom + 1, len(lines))):
                lines[at][1][left] = lines[top][1][left]


# -- YAML


class Piece(Protocol):
    """A piece of a YAML file with its line: text, a list, or a mapping (key -> line, piece), as adapters.catalog.text composes it."""

    @property
    def line(self) -> int: ...
    @property
    def value(self) -> object: ...


def read_tree(tree: Piece, year: int = 0, name: str = "") -> Notice:
    """Read a notice that is YAML: day: 放假, or 放假: [days], under years or names of holidays if there are any. name: of the file."""
    reader = _Reader(year, (name,))
    _branch(tree.value, reader)
    return Notice(tuple(reader.said), tuple(reader.faults))


def _branch(pairs: object, reader: _Reader) -> None:
    assert isinstance(pairs, dict)
    outer = reader.year
    for key, (_line, piece) in pairs.items():  # wherever it stands among them
        if FIELDS.get(header_key(key)) == "year":
            reader.year = _year(piece.value if isinstance(piece.value, str) else "") or outer
    year = reader.year
    for key, (line, piece) in pairs.items():
        reader.year = _year(key) or year
        _leaf(key, line, piece, reader)


def _leaf(key: str, line: int, piece: Piece, reader: _Reader) -> None:
    """One key with what stands under it."""
    if isinstance(piece.value, dict):
        _branch(piece.value, reader)
    elif LIKE_A_DAY.search(squeezed(key)):
        reader.row(line, {"date": [key], "kind": [piece.value if isinstance(piece.value, str) else ""]})
    elif (kind := kind_of(key)) is not None:
        for one in piece.value if isinstance(piece.value, list) else [piece]:
            if isinstance(one.value, str):
                reader.row(one.line, {"work" if kind else "off": [one.value]})
            else:
                reader.fault(one.line, _("Days are missing after {key}.").format(key=key))
    elif isinstance(piece.value, list):
        for one in piece.value:
            _record(one, reader)
    elif FIELDS.get(header_key(key)) == "year" and isinstance(piece.value, str):
        if not _year(piece.value):
            reader.fault(line, _("“{text}” is no year, such as 2027.").format(text=piece.value))
    elif FIELDS.get(header_key(key)) != "name":
        what = _("“{key}” is neither a day nor 放假 or 上班; write 2027-01-01: 放假, or 放假: [2027-01-01].")
        reader.fault(line, what.format(key=key))


def _record(piece: Piece, reader: _Reader) -> None:
    """A row of a list: the same words as over the columns of a table."""
    if not isinstance(piece.value, dict):
        reader.fault(piece.line, _("A row of the list needs words such as 日期 and 类型, each with a colon."))
        return
    found: dict[str, list[str]] = {}
    for key, (_line, inner) in piece.value.items():
        if isinstance(inner.value, str) and inner.value not in BLANK:
            found.setdefault(FIELDS.get(header_key(key), "name"), []).append(inner.value)
    reader.row(piece.line, found)
