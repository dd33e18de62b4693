"""What people say at a code, as values: `2:三张桌 3!`, `关门`, `ok`, `其他=门口新装的充电桩`. Pure; item names come from the catalogue."""

from typing import NamedTuple

from yima.core import codes
from yima.core.model import Catalogue, Item
from yima.errors import BadInput
from yima.i18n import _

CLOSED = {
    "关门": "shut", "关": "shut", "shut": "shut",
    "停业": "ceased", "歇业": "ceased", "ceased": "ceased",
    "装修": "fitting_out", "装修中": "fitting_out", "fitting_out": "fitting_out",
    "空置": "vacant", "空铺": "vacant", "vacant": "vacant",
    "拆除": "demolished", "已拆": "demolished", "demolished": "demolished",
    "进不去": "no_entry", "拒入": "no_entry", "no_entry": "no_entry",
}  # fmt: skip
UNLISTED = ("其他", "其它", "other", "0")
FINE = ("ok", "OK", "好", "正常")
_MARKS = str.maketrans({"：": ":", "＝": "=", "！": "!", "　": " ", "，": " ", "、": " "})
_DASHES = str.maketrans(dict.fromkeys("—–−_", "-"))
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class Saying(NamedTuple):
    """One finding as said. item: None = the open case or question at `place` (a position on the screen), or the open case of that number."""

    item: int | None
    note: str = ""
    fixed: bool = False
    place: int = 0
    case: str = ""


class Said(NamedTuple):
    """What was said at one code: findings, why it was closed, and whether all (else: all the rest) is fine."""

    findings: tuple[Saying, ...] = ()
    closed: str = ""
    fine: bool = False


def parse(text: str, catalogue: Catalogue, *, positions: bool = False) -> Said:
    """The words of one visit. positions: a number is a place on the screen, else an item's permanent number.

    Raises BadInput for a number that no item has, or words that fit several items.
    """
    if text in FINE:  # what nearly every line says
        return Said(fine=True)
    findings: list[Saying] = []
    closed, fine = "", False
    for token in _tokens(text):
        if token in FINE:
            fine = True
        elif token.lower() in CLOSED:
            closed = CLOSED[token.lower()]
        else:
            findings.append(finding(token, catalogue, positions=positions))
    return Said(tuple(findings), closed, fine)


def _tokens(text: str) -> list[str]:
    """Split at spaces; a part without a mark of its own that follows a note belongs to the note (`3:三张 桌`)."""
    found: list[str] = []
    for token in _half_width(text).split():
        begins = token[0].isdecimal() or token in FINE or token.lower() in CLOSED or ":" in token or "=" in token or token.endswith("!")
        begins = begins or bool(_case(token))
        if not begins and found and (":" in found[-1] or "=" in found[-1]):
            found[-1] += f" {token}"
        else:
            found.append(token)
    return found


def finding(text: str, catalogue: Catalogue, *, positions: bool = False) -> Saying:
    """ITEM[!][=NOTE] or ITEM[!][:NOTE]; ITEM is a number, an id, a name, the number of a case that is open here, or other words."""
    head, note = _split(_half_width(text).strip())
    fixed = head.endswith("!")
    word = head.rstrip("!").strip()
    number = word.translate(_DIGITS)
    if word.lower() in UNLISTED:
        if not note:
            raise BadInput(_("What is found outside the items needs a few words: other=WHAT."))
        return Saying(0, note, fixed)
    if not word:
        raise BadInput(_("Say which item: its number, its name, or other=WHAT."))
    if case := _case(number):
        return Saying(None, note, fixed, case=case)
    if number.isascii() and number.isdigit():
        number = number[:9]  # no item and no line has a longer one
        if positions:
            return Saying(None, note, fixed, int(number))
        if int(number) not in catalogue.items:
            raise BadInput(_("No item has the number {0}; `yima catalog show` lists them.").format(number))
        return Saying(int(number), note, fixed)
    matches = matching(word, catalogue)
    if len(matches) > 1:
        names = _(", ").join(f"{item.no} {item.name}" for item in matches[:6])
        raise BadInput(_("“{0}” may be several items: {1}; say its full name.").format(word, names))
    if matches:
        return Saying(matches[0].no, note, fixed)
    if _like_case(word):
        raise BadInput(_("“{0}” is no item; a case's number is written like K1-0042.").format(word))
    if len(word + note) < 2:
        raise BadInput(_("“{0}” is no item; say in a few words what is wrong, or other=WHAT.").format(word))
    return Saying(0, f"{word} {note}".strip(), fixed)


def _case(word: str) -> str:
    """A case's number as it is printed (k1-42 -> K1-0042); "" where the word is none."""
    plain = codes.narrow(word).translate(_DASHES)
    parted = codes.case_number(plain)
    if parted is None or not (plain.isascii() and plain[0].isalpha() and parted[0].isalnum() and len(parted[0]) <= 6):
        return ""
    return f"{parted[0]}-{parted[1]:04d}"


def _like_case(word: str) -> bool:
    """Whether a case's number was meant: letters and digits in one, and nothing that anybody would find (K10018)."""
    return word.isascii() and word.isalnum() and word[:1].isalpha() and word[-4:].isdigit() and len(word) >= 5


def _split(text: str) -> tuple[str, str]:
    for place, sign in enumerate(text):
        if sign in ":=":
            return text[:place].strip(), text[place + 1 :].strip()
        if sign == "!" and text[place + 1 : place + 2] not in ("", ":", "="):
            return text[: place + 1], text[place + 1 :].strip()
    return text, ""


def matching(word: str, catalogue: Catalogue) -> list[Item]:
    """Items of that name or id; else those whose name, then whose opening standard holds the word. An exact name is the only match."""
    items = list(catalogue.items.values())
    exact = [item for item in items if word in (item.id, item.name)]
    named = [item for item in items if word in item.name]
    described = [item for item in items if len(word) > 1 and word in str(item.more.get("opening", ""))]
    return exact or named or described


def _half_width(text: str) -> str:
    """The signs as a Chinese input method makes them, read as those of the keyboard."""
    return text if text.isascii() else text.translate(_MARKS)


def split_line(line: str) -> tuple[str, str]:
    """A pipe's line: the code or name, and what is said. A name with spaces stands in quotes."""
    line = _half_width(line).strip()
    if line[:1] in "\"'“":
        end = "”" if line[0] == "“" else line[0]
        head, _end, rest = line[1:].partition(end)
        return head.strip(), rest.strip()
    head, _gap, rest = line.partition(" ")
    return head, rest.strip()
