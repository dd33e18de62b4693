"""What one cell of a ledger says: pure rules about text, numbers, licences, coordinates, addresses and trades."""

import datetime
import re
import string
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context
from typing import Any, Literal
from unicodedata import category, normalize

Cell = Any  # what a spreadsheet holds: str, int, float, bool, date, datetime, time, timedelta; "" is empty

QUOTED_FORMULA = re.compile(r'="(.*)"', re.DOTALL)  # ="0012", how exports keep a zero in front
LINE_BREAKS = frozenset("\t\n\r\v\f\x85\u2028\u2029")


def text_of(cell: Cell) -> str:
    """A cell as text: 1.0 is "1", 1.38E+10 is "13800000000", a day is ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e22 else f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time.min else cell.isoformat(" ", "minutes")
    if isinstance(cell, datetime.time):
        return cell.isoformat("minutes")
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)


def bare(text: str) -> str:
    """The text that a CSV cell stands for: ="0012" is 0012, and the defusing of formulas is undone."""
    quoted = QUOTED_FORMULA.fullmatch(text.strip())
    return quoted[1].replace('""', '"') if quoted else undefuse(text)


def clean(text: str) -> str:
    """The bare text without control, bidi and other invisible characters, line breaks as spaces, trimmed."""
    return "".join(" " if c in LINE_BREAKS else "" if category(c) in {"Cc", "Cf"} else c for c in bare(text)).strip()


def has_hidden_characters(text: str) -> bool:
    """Whether `clean` takes something out that nobody can see: control, bidi and other format characters, apart from line breaks."""
    return any(category(c) in {"Cc", "Cf"} and c not in LINE_BREAKS for c in text)


CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I O S V Z
CODE_VALUE = {character: value for value, character in enumerate(CODE_CHARACTERS)}
CODE_WEIGHTS = tuple(3**place % 31 for place in range(17))
IDENTITY_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
IDENTITY = re.compile(r"(?<!\d)\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


def licence_fault(code: str) -> Literal["", "length", "characters", "check"]:
    """What is wrong with a licence number: "" nothing.

    code: upper case, without spaces. 18 characters: 统一社会信用代码 with its check character (GB 32100-2015: weights 3^i mod 31);
    15 digits: a registration number from before October 2015, whose own check digit is not judged.
    """
    if len(code) == 15 and code.isdecimal() and code.isascii():
        return ""
    if len(code) != 18:
        return "length"
    if any(character not in CODE_VALUE for character in code):
        return "characters"
    total = sum(CODE_VALUE[character] * weight for character, weight in zip(code, CODE_WEIGHTS, strict=False))
    return "" if CODE_VALUE[code[17]] == -total % 31 else "check"


def is_identity_number(text: str) -> bool:
    """Whether the text is an 18-digit identity card number: place, a date of birth, and a right check digit (GB 11643-1999)."""
    if not IDENTITY.fullmatch(text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, IDENTITY_WEIGHTS, strict=False))
    return text[17].upper() == "10X98765432"[total % 11]


def without_identity_numbers(text: str) -> str:
    """The text with every identity card number in it blotted out."""
    return IDENTITY.sub(lambda found: "*" * 18 if is_identity_number(found[0]) else found[0], text)


FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN)


def micro_degrees(value: str | float) -> int | None:
    """Degrees as integer micro-degrees, half to even; None: not a number.

    The number is first taken to 15 digits, all that a spreadsheet keeps: xlsx stores 31.273986 as 31.273985999999997,
    and the same ledger must give the same place from CSV and from XLSX.
    """
    try:
        number = FIFTEEN.create_decimal(repr(float(value)) if isinstance(value, int | float) else value)
        if not number.is_finite() or number.adjusted() > 12:  # 1e999999999 would take all the memory there is
            return None
        return int((number * 1_000_000).to_integral_value(ROUND_HALF_EVEN))
    except ArithmeticError:
        return None


def defuse(text: str) -> str:
    """The text as a CSV cell that no spreadsheet takes for a formula: a `'` before = + - @ TAB CR. `undefuse` undoes exactly this."""
    return f"'{text}" if FORMULA.match(text) else text


def undefuse(text: str) -> str:
    """What `defuse` was given; a cell that it never touched stays as it is."""
    return text[1:] if text[:1] == "'" and FORMULA.match(text) else text


FORMULA = re.compile(r"'*[=+\-@\t\r]")

_MARKS = "省市区县旗镇乡"  # levels of administration
_HAN = r"[〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_NAME = rf"(?:(?![{_MARKS}路街巷弄号]){_HAN})"
_PROVINCE, _CITY = rf"(?:{_NAME}{{2,7}}(?:省|自治区))?", rf"(?:{_NAME}{{2,7}}市){{0,2}}"
_DISTRICT, _TOWN = rf"(?:{_NAME}{{1,6}}[区县旗])?", rf"(?:{_NAME}{{1,6}}(?:镇|乡|街道))?"
_PLACE = rf"(?P<place>(?>{_PROVINCE}{_CITY}{_DISTRICT}{_TOWN}))"
_STREET = rf"(?P<street>[{_MARKS}]?(?:(?!村){_NAME}|村(?=[路街巷])){{1,5}}(?:大道|[路街巷]))"
_DOOR = r"(?P<lane>\d{1,5}弄)?(?P<number>\d{1,5}(?:-\d{1,4})?[甲乙丙丁戊A-Za-z]?)号(?P<after>[甲乙丙丁戊A-Za-z]|-\d{1,3}$)??"
_UNIT = r"(?P<unit>[A-Za-z]?\d{1,5}[A-Za-z]?|[A-Za-z]|[A-Za-z]?\d{1,3}-\d{1,4})(?:号铺|号摊位|铺位|商铺|摊位|室|铺)"
ADDRESS = re.compile(rf"{_PLACE}{_STREET}{_DOOR}(?:-?{_UNIT})?")
DOOR = re.compile(rf"{_DOOR}(?:-?{_UNIT})?")
UNIT = re.compile(_UNIT)
ADDRESS_ENDS = frozenset("号室铺位甲乙丙丁戊０１２３４５６７８９" + string.ascii_letters + string.digits)  # to say no quickly


def split_address(text: str) -> tuple[str, str, str] | None:
    """(street, door, unit) of an address such as 荷花路12弄3号101室 -> ("荷花路", "12弄3", "101"), or None.

    Only when the whole address has that shape, at most with province, city, district and town before it; whatever may be read in
    two ways (临海市民路1号, 杨行镇北路1号) is None: a wrong door is worse than none. Our own rule.
    """
    if not text or text[-1] not in ADDRESS_ENDS:
        return None
    found = ADDRESS.fullmatch(compact(text))
    if not found:
        return None
    street = found["street"]
    if found["place"] and (len(street) < 3 or street[0] in _MARKS or (len(street) == 3 and street.endswith("大道"))):
        return None
    door = _door(found)
    return (street, door, found["unit"] or "") if door else None


def split_door(text: str) -> tuple[str, str]:
    """(door, unit) of a door column: 12号 -> ("12", ""), 12号甲 -> ("12甲", ""), 12弄3号101室 -> ("12弄3", "101"); else as written."""
    plain = compact(text)
    found = DOOR.fullmatch(plain) or DOOR.fullmatch(plain + "号")
    door = _door(found) if found else ""
    return (door, (found and found["unit"]) or "") if door else (text, "")


def split_unit(text: str) -> str:
    """A unit column without its last word: 101室, 101号铺 -> "101"; else as written."""
    found = UNIT.fullmatch(compact(text))
    return found["unit"] if found else text


def _door(found: re.Match[str]) -> str:
    number, after = found["number"], found["after"] or ""
    if after and not number.isdecimal():
        return ""  # 12-1号-2, 12甲号乙: no shape that we know
    return (found["lane"] or "") + number + after


def compact(text: str) -> str:
    """The text in NFKC without spaces, with one kind of dash."""
    return "".join(normalize("NFKC", text).translate(DASHES).split())


DASHES = {ord(dash): "-" for dash in "‐‑‒–—−"}


def trade_of(words: Mapping[str, Sequence[str]], text: str) -> str:
    """The id of the trade that a ledger's words mean; "other" where none does.

    words: trade id -> its name and its ledger words. The longest word contained wins, then the one that stands first in the text;
    a word of "other" wins only where nothing else is named (其他餐饮 is catering).
    """
    said = normalize("NFKC", text).casefold()
    best = ("other", 0, 0)
    for trade, alternatives in words.items():
        for word in (trade, *alternatives):
            at = said.find(normalize("NFKC", word).casefold()) if word and trade != "other" else -1
            if at >= 0 and (len(word), -at) > best[1:]:
                best = (trade, len(word), -at)
    return best[0]


def same_text(text: str) -> str:
    """The text as identities compare it: NFKC, case-folded, without spaces."""
    return text.casefold() if text.isascii() and " " not in text else compact(text).casefold()
