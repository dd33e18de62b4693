"""A file -> its tables: workbooks by calamine, text in any Chinese encoding by csv."""

import csv
import io
import os
import re
import sys
import zipfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yima.adapters.ledger.header import HEADER_WITHIN, KEY, KEY_WORD, Head, Register, find_header
from yima.adapters.ledger.values import Cell
from yima.errors import BadInput
from yima.i18n import _

MAX_BYTES, MAX_UNPACKED, MAX_CELLS = 64 << 20, 1 << 30, 20_000_000


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in the file. merged: ((top, left), (bottom, right)), 0-based. open_quote: the last record never ends."""

    name: str
    rows: list[list[Cell]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    open_quote: bool = False


def sheets_of(path: Path, content: bytes) -> tuple[list[Sheet], list[str]]:
    """Visible sheets first, then hidden ones; and the names of all of them that hold anything."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    damaged = _("{path} is damaged or is no spreadsheet; open it in Excel or WPS and save it as xlsx or csv.").format(path=path.name)
    try:
        if content.startswith(b"PK"):
            _check_zip(path, content)
        elif _runs_in_circles(content):
            raise BadInput(damaged)
        with _silence(), CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            known = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            known.sort(key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
            sheets = []
            for sheet in (book.get_sheet_by_name(one.name) for one in known):
                if sheet.height:  # total_height is one too small
                    sheets.append(Sheet(sheet.name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ()))
    except PasswordError:
        raise BadInput(_("{path} is protected by a password; save it without one.").format(path=path.name)) from None
    except BadInput:
        raise
    except Exception:
        raise BadInput(damaged) from None
    except BaseException as error:  # calamine is written in Rust: a panic over a damaged file is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise BadInput(damaged) from None
    return sheets, [sheet.name for sheet in sheets]


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what a panic in Rust prints off the terminal: an error is one sentence."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a program without a terminal
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _check_zip(path: Path, content: bytes) -> None:
    """Refuse what would fill the memory: a zip bomb, and a sheet with a stray cell far away from its table."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise BadInput(_("{path} is too large when unpacked; split it into several files.").format(path=path.name))
        for entry in archive.infolist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename):
                continue
            with archive.open(entry) as file:
                found = re.search(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"', file.read(4096))
            if found:
                width = 0
                for letter in found[1]:
                    width = width * 26 + letter - 64
                if width * int(found[2]) > MAX_CELLS:
                    corner = (found[1] + found[2]).decode()
                    reason = _("A sheet of {path} reaches to cell {cell}; delete what lies beyond the table and save it again.")
                    raise BadInput(reason.format(path=path.name, cell=corner))


def _runs_in_circles(content: bytes) -> bool:
    """Whether an xls is damaged so that a chain of its sectors never ends: calamine follows it until the memory is full.

    An OLE file ([MS-CFB]) is a heap of sectors; its tables name the next sector of each, and numbers from 0xFFFFFFFA on end a chain.
    """
    size = 1 << min(int.from_bytes(content[30:32], "little"), 16)
    last = len(content) // size  # one more than the number of the last sector: the header takes the first place

    def sector(number: int) -> Sequence[int]:
        return _numbers(content[(number + 1) * size : (number + 2) * size])

    header = _numbers(content[:512])
    if size < 512 or len(header) < 128:
        return True
    tables, more = list(header[19:]), header[17]  # where the tables of sectors stand: 109 here, more in a chain of their own
    for _step in range(last):
        if more >= last:
            break
        listed = sector(more)
        tables += listed[:-1]
        more = listed[-1] if listed else last
    after = [number for table in tables if table < last for number in sector(table)][:last]
    small: list[int] = []
    table = header[15]
    for _step in range(last):
        if table >= len(after):
            break
        small += sector(table)
        table = after[table]
    return _has_ring(after) or _has_ring(small)


def _numbers(content: bytes) -> Sequence[int]:
    found = array("I", content[: len(content) // 4 * 4])
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _has_ring(after: Sequence[int]) -> bool:
    """Whether some place leads back to itself; after[place] is the next place, or beyond the end for none."""
    walked = [0] * len(after)
    for start in range(len(after)):
        place = start
        while place < len(after) and not walked[place]:
            walked[place] = start + 1
            place = after[place]
        if place < len(after) and walked[place] == start + 1:
            return True
    return False


def decodings(content: bytes) -> Iterator[str]:
    """The text by BOM, else strict UTF-8, else GB18030; then with single broken bytes as lone surrogates, which reject their row."""
    for bom, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(bom):
            if name == "utf-16":
                content = content[: len(content) // 2 * 2]  # a file cut off in the middle of a character
            yield content.decode(name, "surrogatepass" if name == "utf-16" else "surrogateescape")
            return
    for errors in ("strict", "surrogateescape"):
        for name in ("utf-8", "gb18030"):  # GB18030 last: it decodes almost anything, so it would win over UTF-8
            try:
                yield content.decode(name, errors)
            except UnicodeDecodeError:
                continue


def _csv_sheet(text: str, register: Register, chosen: Mapping[str, str]) -> Sheet | None:
    """The text as one sheet, with the delimiter that shows the best header; None: no header with any."""
    best, score = "", 0
    for delimiter in ",;\t":
        top: list[list[str]] = []
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            top.append(record)
            if len(top) > HEADER_WITHIN:
                break
        head = find_header(top, register, chosen)
        if head and head.score > score:
            best, score = delimiter, head.score
    if not best:
        return None
    ending = "\x00end"  # comes back as a record of its own unless a quotation mark is still open
    whole = text + ("" if text.endswith("\n") else "\n") + ending
    rows: list[list[Cell]] = list(csv.reader(io.StringIO(whole, newline=""), delimiter=best))
    open_quote = rows[-1] != [ending]
    if open_quote:
        rows[-1][-1] = rows[-1][-1].removesuffix(ending).rstrip("\n")
    else:
        del rows[-1]
    width = max(map(len, rows[:HEADER_WITHIN]))
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return Sheet("", rows, open_quote=open_quote)


def content_of(path: Path) -> bytes:
    """What the file holds. Raises BadInput where it is not there, empty, or far too large."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError:
        raise BadInput(_("The file {path} is not there or cannot be read.").format(path=path)) from None
    if size > MAX_BYTES:
        raise BadInput(_("{path} is larger than {limit} MB; split it into several files.").format(path=path.name, limit=MAX_BYTES >> 20))
    if not content.strip():
        raise BadInput(_("{path} is empty.").format(path=path.name))
    return content


def open_table(path: Path, register: Register, chosen: Mapping[str, str]) -> tuple[Sheet, Head, list[str]]:
    """The first sheet with a header, its header, and the names of the sheets that were not read."""
    content = content_of(path)
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    tried: list[Sheet] = []
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):  # by content: systems export csv under the name xls, and the other way round
        tried, names = sheets_of(path, content)
        for sheet in tried:
            head = find_header(sheet.rows, register, chosen)
            if head:
                return sheet, head, [name for name in names if name != sheet.name]
    elif start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        reason = _("{path} is a web page under the name of a ledger; open it in Excel or WPS and save it as xlsx.")
        raise BadInput(reason.format(path=path.name))
    else:
        csv.field_size_limit(MAX_BYTES)
        for text in decodings(content):
            csv_sheet = _csv_sheet(text, register, chosen)
            if csv_sheet:
                found = find_header(csv_sheet.rows, register, chosen)
                assert found, "the same rows had a header a moment ago"
                return csv_sheet, found, []
            tried.append(Sheet("", list(csv.reader(io.StringIO(text, newline="")))[:HEADER_WITHIN]))
    line = next((at for sheet in tried[:1] for at, row in enumerate(sheet.rows, 1) if any(row)), 1)
    raise BadInput(
        _(
            "Line {line} of the ledger {path} does not look like a header (no column for {word}); "
            "name it with --map, for example --map 单位={field}."
        ).format(line=line, path=path.name, word=KEY_WORD[register], field=KEY[register])
    )
