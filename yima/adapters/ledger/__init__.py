"""Ledgers as people keep them (xlsx, xls, ods, csv in any Chinese encoding) -> rows, and every bad row with its reason."""

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yima.adapters.ledger.header import DAY, TAIL, Register, field_of, header_key, synonyms
from yima.adapters.ledger.one import one_row
from yima.adapters.ledger.rows import Reading, Rejected, Row, twice, without_shared_doors
from yima.adapters.ledger.sheets import open_table
from yima.adapters.ledger.turns import day_words, month_said, turns
from yima.adapters.ledger.values import defuse, licence_fault, split_address, split_door, trade_of, undefuse
from yima.errors import BadInput, Unwritable
from yima.i18n import _

__all__ = [
    "Ledger", "Register", "Rejected", "Row", "defuse", "licence_fault", "one_row", "read", "split_address", "split_door", "trade_of", "twice",
    "undefuse", "write_rejected",
]  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """A ledger as read; faults are values here, only an unreadable file is an error.

    headers: field -> its column's word as written; columns: all header words in order, as `write_rejected` wants them.
    refused: columns never stored (identity card, home address …); unknown: columns that no synonym names, not read.
    notes: translated sentences for the reader; same: rows that stand twice, word for word; skipped: remarks, repeated headers, empty rows.
    days: those that stand across the header of a roster (ISO 8601, or "11-23" without a year).
    reject: (line, reason) -> that row as rejected, for what only the register can see.
    """

    register: Register
    rows: tuple[Row, ...]
    rejected: tuple[Rejected, ...]
    reject: Callable[[int, str], Rejected] = field(repr=False, compare=False)
    headers: dict[str, str]
    columns: tuple[str, ...]
    refused: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...] = ()
    same: int = 0
    skipped: int = 0
    sheet: str = ""
    days: tuple[str, ...] = ()


def read(path: Path, register: Register, *, mapping: Mapping[str, str] | None = None) -> Ledger:
    """Read a ledger.

    mapping: header word -> field, before all synonyms (`--map 店名=name`); `ignore` drops a column.
    Raises BadInput for a file that cannot be read, has no header, or a mapping that names no field or no column; every fault of a
    single row is a value in `rejected`. The same rows give the same result in every form of file.
    """
    chosen = _chosen(register, mapping or {})
    sheet, head, others = open_table(path, register, chosen)
    present = {header_key(word) for word in head.words} | {TAIL.sub("", header_key(word)) for word in head.words}
    for word in mapping or {}:
        if not {header_key(word), TAIL.sub("", header_key(word))} & present:
            columns = "、".join(word for word in head.words if word)
            raise BadInput(_("The ledger has no column “{word}”; its columns are {columns}.").format(word=word, columns=columns))
    reading = Reading(register, head, sheet)
    reading.run()
    header = head.words
    if register == "roster":
        month = month_said(reading, path.stem)
        turns(reading, month)
        header = tuple(day_words(head.words, month))
    shared = without_shared_doors(reading.rows) if register == "shops" and not reading.has_door else 0
    kept, same, against = twice(reading.rows, register)
    faults = sorted([*reading.faults, *((row.line, reason) for row, reason in against)])
    headers: dict[str, str] = {}
    for name, place in head.plan:
        headers.setdefault(name, head.words[place])
    counts = reading.counts
    return Ledger(
        register=register,
        rows=tuple(kept),
        rejected=tuple(reading.reject(line, reason) for line, reason in faults),
        reject=reading.reject,
        headers=headers,
        columns=header,
        refused=tuple(word for word, field_ in zip(head.words, head.fields, strict=True) if field_ == "refuse"),
        unknown=tuple(word for word, field_ in zip(head.words, head.fields, strict=True) if word and not field_),
        notes=tuple(_notes(reading, others, shared, same)),
        same=same,
        skipped=counts["empty"] + counts["remarks"] + counts["headers"],
        sheet=sheet.name,
        days=tuple(word for word, field_ in zip(header, head.fields, strict=True) if field_ == DAY),
    )


def _chosen(register: Register, mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping by header key; a column that is never stored may not be named into one that is."""
    fields = sorted({field_ for field_, _rank in synonyms(register).values()})
    chosen = {}
    for word, field_ in mapping.items():
        if field_ not in fields:
            reason = _("--map {word}={field}: no such field; possible are {fields}.")
            raise BadInput(reason.format(word=word, field=field_, fields=" ".join(fields)))
        if field_of(word, register, {})[0] == "refuse" and field_ not in ("refuse", "ignore"):
            raise BadInput(_("The column “{word}” is never stored, whatever it is called.").format(word=word))
        chosen[header_key(word)] = field_
    return chosen


def _notes(reading: Reading, others: Sequence[str], shared: int, same: int) -> Iterator[str]:
    head, counts = reading.head, reading.counts
    if others:
        yield _("Only the sheet {sheet} was read, not {others}.").format(sheet=reading.sheet.name, others="、".join(others))
    columns: dict[str, list[str]] = {}
    for place, field_ in enumerate(head.fields):
        if field_ and field_ not in ("ignore", "refuse", DAY):
            columns.setdefault(field_, []).append(head.words[place])
    order = [place for _name, place in head.plan]
    for field_, words in columns.items():
        if len(words) > 1:
            first = next(head.words[place] for place in order if head.fields[place] == field_)
            said = _("The columns {columns} all mean {field}; “{first}” goes first.")
            yield said.format(columns="、".join(words), field=field_, first=first)
    roads = sum(1 for row in reading.rows if row.values.get("town", "").endswith(("路", "街", "巷")))
    if roads:
        word = head.words[next(place for name, place in head.plan if name == "town")]
        said = _("“{column}” was read as the town, but {count} rows have a road there; --map {column}=street reads it as the street.")
        yield said.format(column=word, count=roads)
    if counts["remarks"] or counts["headers"]:
        said = _("Skipped: {remarks} rows of remarks and totals, {headers} repeated headers.")
        yield said.format(remarks=counts["remarks"], headers=counts["headers"])
    if same:
        yield _("{count} rows stand twice, word for word; each was taken once.").format(count=same)
    if counts["cleaned"]:
        yield _("Invisible control characters were taken out of {count} cells.").format(count=counts["cleaned"])
    if counts["identity"]:
        yield _("{count} identity card numbers stood in other columns; they were not taken.").format(count=counts["identity"])
    if counts["phones"]:
        yield _("{count} phone numbers had lost their last digits in the spreadsheet; they were left out.").format(count=counts["phones"])
    if counts["zero"]:
        yield _("{count} rows have the coordinates 0, 0; they were read as having none.").format(count=counts["zero"])
    if shared:
        yield _("{count} rows share their address with another name; no door was taken from it.").format(count=shared)


def write_rejected(path: Path, headers: Sequence[str], rejected: Sequence[Rejected]) -> None:
    """Write `*.rejected.csv` (UTF-8 with BOM, CRLF, formulas defused): line, reason, then the cells under `headers` (Ledger.columns).

    Correct the rows there and import that file: its two added columns are ignored. Raises Unwritable, and leaves nothing half-written.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            out = csv.writer(file)
            out.writerow([_("line of the ledger"), _("why it was rejected"), *map(defuse, headers)])
            out.writerows([row.line, defuse(row.reason), *map(defuse, row.cells)] for row in rejected)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise Unwritable(_("{path} cannot be written; choose a folder that you may write to.").format(path=path)) from None
