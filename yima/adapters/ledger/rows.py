"""The rows of one sheet: which are rows at all, what they say, and every fault of the bad ones."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

from yima.adapters.ledger.days import is_weekday
from yima.adapters.ledger.header import KEY, Head, Register, header_key
from yima.adapters.ledger.sheets import Sheet
from yima.adapters.ledger.values import (
    IDENTITY,
    Cell,
    bare,
    clean,
    compact,
    has_hidden_characters,
    is_identity_number,
    licence_fault,
    micro_degrees,
    same_text,
    split_address,
    split_door,
    split_unit,
    text_of,
    without_identity_numbers,
)
from yima.i18n import _

LONGEST = 200
LONG_FIELDS = {"trade": 2000, "remark": 2000}  # a 经营范围 is a paragraph by nature, and only its trade is kept
AS_TYPED = {"ext_id", "licence", "code", "door", "unit", "phone"}  # digits are names here, not quantities
ERRORS = {"#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"}
BLANK = ERRORS | {"无", "暂无", "/", "\\", "-", "--", "—", "——", "n/a", "null", "none", "nan"}
NO_LICENCE = {"无照", "无证", "无执照", "无营业执照", "办理中", "未办", "未办理", "申领中"}

DAMAGED = re.compile(r"[\ud800-\udfff\ufffd]")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")  # with the plus that Excel writes; 1E5 may be the name of a stall
REMARK = re.compile(r"(?:备注|附注|注|说明|填表|制表|填报|审核|审批|复核|单位负责人|负责人签字|联系人|打印|导出)[^:]{0,8}:")
TOTAL = re.compile(r"(?:合|总|小|共)计:?")


class Row(NamedTuple):
    """One good row.

    line: 1-based, as the spreadsheet program numbers it (in a CSV with line breaks inside cells: the record, not the text line).
    values: field -> text, only what is filled in. Fields are the second half of synonyms.csv; `lon` and `lat` are in `position`.
    position: (latitude, longitude) in integer micro-degrees, in whatever datum the ledger uses; nothing is converted.
    """

    line: int
    values: dict[str, str]
    position: tuple[int, int] | None = None


class Rejected(NamedTuple):
    """One bad row: its line, all its faults as translated sentences, and its cells as text, without what is never stored."""

    line: int
    reason: str
    cells: tuple[str, ...]


def twice(rows: Iterable[Row], register: Register) -> tuple[list[Row], int, list[tuple[Row, str]]]:
    """(rows to keep, number of rows equal to an earlier one, rows that contradict an earlier one with the reason).

    Equal rows are one. Unlike rows contradict where they carry the same number of their own (`ext_id`), or the same licence at the
    same door; one licence at two doors is a chain. A person may stand in several rows, one for each role, while the name agrees.
    """
    kept: list[Row] = []
    against: list[tuple[Row, str]] = []
    seen: set[tuple[object, ...]] = set()  # of rows without a number, and of people
    numbers: dict[str, Row] = {}
    places: dict[tuple[str, ...], Row] = {}
    same = 0
    for row in rows:
        values = row.values
        number, licence = values.get("ext_id", ""), values.get("licence", "")
        if not number or register == "people":
            whole = (row.position, *values.items())
            if whole in seen:
                same += 1
                continue
            seen.add(whole)
        if number:
            earlier = numbers.setdefault(same_text(number), row)
            if earlier is not row and earlier.values == values and earlier.position == row.position:
                same += 1
                continue
            if earlier is not row and (register != "people" or earlier.values["name"] != values["name"]):
                reason = _("The number {number} stands in line {line} already, with other content.")
                against.append((row, reason.format(number=number, line=earlier.line)))
                continue
        if licence:
            door = _doorway(values) if "door" in values else (values.get("address", ""),)
            earlier = places.setdefault((licence, *map(same_text, door)), row)
            if earlier is not row:
                reason = _("This licence at this door stands in line {line} already, with other content.")
                against.append((row, reason.format(line=earlier.line)))
                continue
        kept.append(row)
    return kept, same, against


@dataclass
class Reading:
    """One sheet being read: counts what is to be said afterwards."""

    register: Register
    head: Head
    sheet: Sheet
    counts: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    wide: set[int] = field(default_factory=set)  # 0-based rows of cells merged across columns
    has_door: bool = False
    typed: list[tuple[str, int]] = field(default_factory=list)  # AS_TYPED fields with their best column
    axis: dict[str, int] = field(default_factory=dict)  # columns of lon and lat
    blotted: dict[int, set[int]] = field(default_factory=dict)

    def run(self) -> None:
        self._fill_merged()
        key, rows, plan = KEY[self.register], self.sheet.rows, self.head.plan
        first = {name: place for name, place in reversed(plan)}
        self.has_door = "door" in first
        self.typed = [(name, place) for name, place in first.items() if name in AS_TYPED]
        self.axis = {name: place for name, place in first.items() if name in ("lon", "lat")}
        repeated, last = self.head.words[first[key]], len(rows) - 1
        for at in range(self.head.below, len(rows)):
            cells = rows[at]
            if self.sheet.open_quote and at == last:
                lost = sum(text_of(cell).count("\n") for cell in cells)
                reason = _("A quotation mark opened here is never closed; {count} lines up to the end were not read.")
                self.faults.append((at + 1, reason.format(count=lost)))
                continue
            values = self._values(cells)
            name = values.get(key, "")
            is_odd = len(values) < 2 or not name or ":" in name or "：" in name or name[-1] == "计" or name == repeated
            if is_odd and self._skip(at, cells, values):
                continue
            self._judge(at + 1, values, cells)

    def _fill_merged(self) -> None:
        """Give the value of a vertically merged cell (路名 over twenty shops) to every row that has something of its own."""
        rows, used = self.sheet.rows, {place for _name, place in self.head.plan}
        for (top, left), (bottom, right) in self.sheet.merged:
            if top < self.head.below or top >= len(rows):
                continue
            if right - left >= 2:
                self.wide.add(top)
            elif bottom > top and left in used and left < len(rows[top]) and rows[top][left] != "":
                for row in rows[top + 1 : bottom + 1]:
                    if row[left] == "" and any(cell != "" for place, cell in enumerate(row) if place in used):
                        row[left] = rows[top][left]

    def _values(self, cells: Sequence[Cell]) -> dict[str, str]:
        """field -> clean text of one row; the hot loop of an import."""
        values: dict[str, str] = {}
        for name, place in self.head.plan:
            cell = cells[place]
            if cell.__class__ is str:
                text = cell
            elif cell.__class__ is float and name in ("lon", "lat"):
                text = "."  # read from the cell itself: its text would cost more than all the rest
            else:
                text = text_of(cell)
            if not text or name in values:
                continue
            if not text.isprintable() or text[0] in "'= " or text[-1] == " ":
                self.counts["cleaned"] += has_hidden_characters(text)
                text = clean(text)
            if len(text) < 8 and (not text or text.casefold() in BLANK) and not (name == "name" and text == "无"):
                continue
            values[name] = text
        return values

    def _column(self, name: str, cells: Sequence[Cell]) -> int:
        """The column that gave this field its value: the first of its columns that says something."""
        places = [place for other, place in self.head.plan if other == name]
        return next((place for place in places if clean(text_of(cells[place])).casefold() not in BLANK | {""}), places[0])

    def _word(self, name: str, cells: Sequence[Cell]) -> str:
        return self.head.words[self._column(name, cells)]

    def _skip(self, at: int, cells: Sequence[Cell], values: Mapping[str, str]) -> bool:
        """Whether the row is no row of the ledger: empty, a remark, a total, a header that a copied page repeats."""
        filled = [(place, clean(text_of(cell))) for place, cell in enumerate(cells) if cell != ""]
        filled = [(place, text) for place, text in filled if text]
        if not filled:
            return self._count("empty")
        first = normalize("NFKC", filled[0][1])
        words = self.head.words
        if len(filled) > 1 and all(place < len(words) and header_key(text) == header_key(words[place]) for place, text in filled):
            return self._count("headers")
        if self.register == "roster" and all(is_weekday(text) for _place, text in filled):
            return self._count("headers")  # the line of weekdays under the days of a header
        if len(filled) == 1:
            place, text = filled[0]
            is_name = place < len(words) and self.head.fields[place] == KEY[self.register]
            titles = {clean(text_of(cell)) for row in self.sheet.rows[: self.head.above] for cell in row}
            repeated = is_name and header_key(text) == header_key(words[place])
            if text in titles or at in self.wide or repeated or first.startswith(("备注", "附注", "填表说明")):
                return self._count("remarks")
            if not is_name and (place >= len(words) or self.head.fields[place] in ("", "ignore")):
                return self._count("empty" if text.isdecimal() else "remarks")  # numbers written ahead for rows still to come
        elif not values and all(place < len(words) and self.head.fields[place] == "ignore" for place, _text_ in filled):
            return self._count("empty")
        name = values.get(KEY[self.register], "")
        if REMARK.match(first) or (TOTAL.fullmatch(compact(first)) and name in ("", filled[0][1])):
            return self._count("remarks")
        return False

    def _count(self, what: str) -> bool:
        self.counts[what] += 1
        return True

    def _judge(self, line: int, values: dict[str, str], cells: Sequence[Cell]) -> None:
        """Append the row, or its faults, all of them."""
        faults: list[str] = []
        said = " ".join(values.values())
        if len(said) > LONGEST:
            for name, text in values.items():
                limit = LONG_FIELDS.get(name, LONGEST)
                if len(text) > limit:
                    faults.append(_("“{column}” is longer than {limit} characters.").format(column=self._word(name, cells), limit=limit))
        if "\ufffd" in said or not said.isprintable():
            for name in [name for name, text in values.items() if DAMAGED.search(text)]:
                faults.append(_("There are damaged characters in “{column}”; type that cell again.").format(column=self._word(name, cells)))
        if IDENTITY.search(said):
            faults += self._blot(line, values, cells)
        if not any(c.isalnum() for c in values.get(KEY[self.register], "")):
            faults.append(_("“{column}” is missing.").format(column=self._word(KEY[self.register], cells)))
        faults += self._typed(values, cells)
        if "licence" in values:
            faults += self._licence(line, values, cells)
        position = None
        if "lon" in values or "lat" in values:
            position, wrong = self._position(values, cells)
            faults += wrong
        if faults:
            self.faults.append((line, " ".join(faults)))
            return
        if self.register == "shops":
            _doors(values, self.has_door)
        self.rows.append(Row(line, values, position))

    def _blot(self, line: int, values: dict[str, str], cells: Sequence[Cell]) -> list[str]:
        """Leave out identity card numbers that stand in other columns; where the row's identity is one, the row is rejected."""
        faults = []
        for name, text in values.items():
            hidden = without_identity_numbers(text)
            if hidden == text or (name == "licence" and not licence_fault(text)):
                continue
            values[name] = hidden
            self.counts["identity"] += 1
            self.blotted.setdefault(line, set()).add(self._column(name, cells))
            if name in ("ext_id", "licence"):
                faults.append(_("An identity card number stands in “{column}”; it was not taken.").format(column=self._word(name, cells)))
        return faults

    def _typed(self, values: dict[str, str], cells: Sequence[Cell]) -> list[str]:
        """Numbers and names that the spreadsheet has changed: 1.38E+10 has lost its digits, 12-1 has become a day in December."""
        faults = []
        for name, first in self.typed:
            text = values.get(name)
            if text is None or (cells[first].__class__ is str and "+" not in text):
                continue
            cell = cells[self._column(name, cells)]
            lost = isinstance(cell, int | float) and abs(cell) >= 1e15
            if SCIENTIFIC.fullmatch(text):
                number = Decimal(text)
                exponent = number.as_tuple().exponent
                lost = not isinstance(exponent, int) or exponent > 0
                values[name] = text if lost else f"{number:f}"
            if lost and name == "phone":
                del values[name]
                self.counts["phones"] += 1
            elif lost:
                del values[name]
                reason = _("The spreadsheet has lost the last digits of “{column}”; format the column as text and type it again.")
                faults.append(reason.format(column=self._word(name, cells)))
            elif isinstance(cell, datetime.date):
                reason = _("The spreadsheet has turned “{column}” into a date; format the column as text and type it again.")
                faults.append(reason.format(column=self._word(name, cells)))
        return faults

    def _licence(self, line: int, values: dict[str, str], cells: Sequence[Cell]) -> list[str]:
        code = "".join(normalize("NFKC", values["licence"]).upper().split())
        if code in NO_LICENCE:
            del values["licence"]
            return []
        values["licence"] = code
        if code == "*" * 18:
            return []  # an identity card number: said already
        fault = licence_fault(code)
        if fault and is_identity_number(code):  # written with spaces, which `_blot` does not see
            self.blotted.setdefault(line, set()).add(self._column("licence", cells))
            return [_("An identity card number stands in “{column}”; it was not taken.").format(column=self._word("licence", cells))]
        match fault:
            case "length":
                reason = _("The licence {code} has {count} characters; a credit code has 18, an old licence 15 digits.")
                return [reason.format(code=code, count=len(code))]
            case "characters":
                return [_("The licence {code} has characters that no credit code has, such as the letters I O S V Z.").format(code=code)]
            case "check":
                return [_("The check character of the licence {code} does not fit: something in it is mistyped.").format(code=code)]
        return []

    def _position(self, values: dict[str, str], cells: Sequence[Cell]) -> tuple[tuple[int, int] | None, list[str]]:
        """Longitude 73 to 136 and latitude 3 to 54 degrees, which hold all of China (our default); 0, 0 is how systems write "none"."""
        found = {}
        for name in ("lon", "lat"):
            text = values.pop(name, "")
            if not text:
                return None, [_("Only one of longitude and latitude is filled in.")]
            cell = cells[self.axis[name]]
            if cell.__class__ is float:
                rough = cell * 1e6
                whole = round(rough) if abs(rough) < 1e9 else 0
                found[name] = whole if abs(rough - whole) < 0.49 else micro_degrees(cell)  # only a near half needs the exact way
            else:
                found[name] = micro_degrees("".join(normalize("NFKC", text).split()).rstrip("°"))
            if found[name] is None:
                values.pop("lat", "")
                return None, [
                    _("“{text}” is no coordinate in degrees, such as 121.473701.").format(
                        text=without_identity_numbers(text_of(cell).strip())
                    )
                ]
        lon, lat = found["lon"] or 0, found["lat"] or 0
        if lon == lat == 0:
            self.counts["zero"] += 1
            return None, []
        if 73_000_000 <= lon <= 136_000_000 and 3_000_000 <= lat <= 54_000_000:
            return (lat, lon), []
        shown = {"lon": f"{lon / 1e6:.6f}", "lat": f"{lat / 1e6:.6f}"}
        if 73_000_000 <= lat <= 136_000_000 and 3_000_000 <= lon <= 54_000_000:
            return None, [_("Longitude {lon} and latitude {lat} seem to be exchanged.").format(**shown)]
        return None, [_("Longitude {lon} and latitude {lat} lie outside China; degrees are needed, not metres.").format(**shown)]

    def reject(self, line: int, reason: str) -> Rejected:
        """The row as it goes into the rejected file: as written, without the columns and numbers that are never stored."""
        fields, hidden = self.head.fields, self.blotted.get(line, set())
        cells = []
        for place, cell in enumerate(self.sheet.rows[line - 1]):
            refused = place < len(fields) and fields[place] == "refuse"
            cells.append("" if refused else "*" * 18 if place in hidden else without_identity_numbers(bare(text_of(cell))))
        return Rejected(line, reason, tuple(cells))


def _doors(values: dict[str, str], has_door: bool) -> None:
    """Bring door and unit into one form, and take them from the address where the ledger has no column for them."""
    if "door" in values:
        door, unit = split_door(values["door"])
        values["door"] = door
        if unit:
            values.setdefault("unit", unit)
    elif not has_door and "address" in values:
        found = split_address(values["address"])
        if found and values.get("street", found[0]) == found[0]:
            values["street"], values["door"] = found[0], found[1]
            if found[2]:
                values.setdefault("unit", found[2])
    if "unit" in values:
        values["unit"] = split_unit(values["unit"])


def without_shared_doors(rows: Sequence[Row]) -> int:
    """Take the door back where several names share it: an address of a mall is no door of one shop. How many rows."""
    names: dict[tuple[str, str, str], set[str]] = {}
    for row in rows:
        if "door" in row.values:
            names.setdefault(_doorway(row.values), set()).add(row.values["name"])
    shared = [row for row in rows if "door" in row.values and len(names[_doorway(row.values)]) > 1]
    for row in shared:
        del row.values["door"]
        row.values.pop("unit", None)
    return len(shared)


def _doorway(values: Mapping[str, str]) -> tuple[str, str, str]:
    return values.get("street", ""), values["door"], values.get("unit", "")
