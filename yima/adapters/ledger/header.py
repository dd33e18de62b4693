"""Where a ledger's header stands and what its columns mean, by the words of the packaged synonyms.csv."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from unicodedata import category, normalize

from yima.adapters.ledger.days import is_day
from yima.adapters.ledger.values import Cell, clean, text_of

Register = Literal["shops", "points", "people", "roster"]
PREFIX: dict[Register, str] = {"shops": "shop", "points": "point", "people": "person", "roster": "roster"}  # as in synonyms.csv
KEY: dict[Register, str] = {"shops": "name", "points": "name", "people": "name", "roster": "person"}  # without it a row says nothing
KEY_WORD: dict[Register, str] = {"shops": "店名", "points": "点位名称", "people": "姓名", "roster": "姓名"}

HEADER_WITHIN = 30  # rows from the top; titles, filling instructions and unit names stand above a header
ONE_SOURCE = {"ext_id", "lon", "lat"}  # never filled up from a second column: a number belongs to its own column
OWN_WORDS = ("行号", "退回原因", "line of the ledger", "why it was rejected")  # write_rejected adds them; a corrected file is read again
DAY = "day"  # a column of a roster whose header is a day; the cells below say who is on duty then

TAIL = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]$")


def header_key(word: str) -> str:
    """A header word as it is compared: NFKC, case-folded, without spaces, invisible characters, `*` and `:`."""
    folded = normalize("NFKC", word).casefold()
    return "".join(c for c in folded if not (c.isspace() or c in "*:" or category(c) in {"Cc", "Cf"}))


@cache
def synonyms(register: Register) -> dict[str, tuple[str, int]]:
    """Header key -> (field, rank): the words of the packaged synonyms.csv; a smaller rank stands earlier there and wins."""
    found: dict[str, tuple[str, int]] = {}
    with (Path(__file__).parents[2] / "rules" / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        for rank, line in enumerate(csv.DictReader(file)):
            ledger, _dot, field_ = line["field"].partition(".")
            if ledger == PREFIX[register]:
                found.setdefault(header_key(line["synonym"]), (field_, rank))
    return found | {header_key(word): ("ignore", 0) for word in OWN_WORDS}


@dataclass(frozen=True)
class Head:
    """Where a sheet's header stands and what its columns mean: field per column, "" unknown. below: index of the first row of data."""

    above: int
    below: int
    words: tuple[str, ...]
    fields: tuple[str, ...]
    plan: tuple[tuple[str, int], ...]  # (field, column): the best column of a field first

    @property
    def score(self) -> int:
        return sum(1 for field_ in self.fields if field_)


def is_returned(words: Sequence[str]) -> bool:
    """Whether these are the columns of a rejected file that comes back corrected."""
    return bool({header_key(word) for word in words} & {header_key(word) for word in OWN_WORDS})


def field_of(word: str, register: Register, chosen: Mapping[str, str]) -> tuple[str, int]:
    if register == "roster" and is_day(word):
        return DAY, 0
    key = header_key(word)
    table = synonyms(register)
    for form in (key, TAIL.sub("", key)):
        if form in chosen:
            return chosen[form], -1
        if form in table:
            return table[form]
    if any(field_ == "refuse" and known in key for known, (field_, _rank) in table.items()):
        return "refuse", 0  # 法定代表人身份证号码: a longer word for the same thing must not slip through
    return "", 0


def find_header(rows: Sequence[Sequence[Cell]], register: Register, chosen: Mapping[str, str]) -> Head | None:
    """The row of the first 30 with the name column and the most known words; the first of equals, so a repeated header loses."""
    best: Head | None = None
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        head = _head(rows, at, row, register, chosen)
        if head and (best is None or head.score > best.score):
            best = head
    return best


def _head(rows: Sequence[Sequence[Cell]], at: int, row: Sequence[Cell], register: Register, chosen: Mapping[str, str]) -> Head | None:
    is_roster = register == "roster"  # days stand in a header as a spreadsheet keeps them: dates, numbers
    words = [clean(text_of(cell)) if is_roster or isinstance(cell, str) else "" for cell in row]
    found = [field_of(word, register, chosen) if word else ("", 0) for word in words]
    below = at + 1
    if below < len(rows):  # a second header row, 经度 and 纬度 under 坐标: known words under cells that say nothing
        second = [clean(text_of(cell)) for cell in rows[below]]
        second += [""] * (len(words) - len(second))
        under = {place: field_of(word, register, chosen) for place, word in enumerate(second[: len(words)]) if word}
        if under and len(under) == sum(map(bool, second)) and all(what[0] and not found[place][0] for place, what in under.items()):
            for place, what in under.items():
                words[place], found[place] = second[place], what
            below += 1
    if KEY[register] not in {field_ for field_, _rank in found}:
        return None
    filled = sum(map(bool, words))
    if sum(1 for field_, _rank in found if field_) < min(2, filled):
        return None
    plan: list[tuple[str, int]] = []
    for place in sorted(range(len(found)), key=lambda place: found[place][1]):
        field_ = found[place][0]
        if (
            field_
            and field_ not in ("ignore", "refuse", DAY)
            and not (field_ in ONE_SOURCE and any(field_ == other for other, _at in plan))
        ):
            plan.append((field_, place))
    return Head(at, below, tuple(words), tuple(field_ for field_, _rank in found), tuple(plan))
