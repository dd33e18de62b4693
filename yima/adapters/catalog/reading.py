"""How a node becomes a value: small converters that are put together to tables of fields. Each says what to write instead, and goes on.

A converter takes (node, page) and returns the value, or None after saying what is wrong (of a record: what could be read of it). Words that
must stand in another list (roles, departments, items …) are noted and looked up when all files have been read, because the list may come later
or in another file. A node without value has been named already, and nothing more is said of it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from yima.adapters.catalog.text import Fault, Node
from yima.i18n import _

MOST_TEXT = 500
MOST_SHOWN = 60  # characters of what somebody wrote, in a sentence about it
WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,9})", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Wanted(NamedTuple):
    """A word that must stand in a list: which word of which list, and where a fault would be."""

    line: int
    page: "Page"
    where: str
    key: str
    word: str
    table: str


class Page:
    """One file while it is read: where we are in it, its faults, the words to be looked up, and what was kept for later checks."""

    def __init__(self, file: str, faults: list[Fault], wanted: list[Wanted]) -> None:
        self.file, self.faults, self.wanted = file, faults, wanted
        self.where = ""  # the item or role, as people call it
        self.path: tuple[str, ...] = ()  # the keys down to here
        self.seen: dict[tuple[str, str], int] = {}  # (key, word) that may be used once -> line
        self.kept: list[tuple[dict[str, Any], Node]] = []

    @property
    def key(self) -> str:
        return ".".join(self.path) or self.file

    def say(self, line: int, what: str, **words: object) -> None:
        """Note a fault, on one line. what: a translated sentence with places for `words` and for {key}, the keys down to here."""
        if isinstance(said := words.get("said"), str) and len(said) > MOST_SHOWN:
            words["said"] = said[:MOST_SHOWN] + "…"
        what = what.format(**{"key": self.key, **words})
        what = _("{where}: {what}").format(where=self.where, what=what) if self.where else what
        self.faults.append(Fault(self.file, line, "".join(sign if sign.isprintable() else " " for sign in what)))

    @contextmanager
    def inside(self, *keys: str, where: str = "") -> Iterator[None]:
        before = self.where, self.path
        self.where, self.path = (where, ()) if where else (self.where, self.path + keys)
        yield
        self.where, self.path = before


Conv = Callable[[Node, Page], Any]
Finish = Callable[[dict[str, Any], Node, Page], None]


def line_of(node: Node, *keys: str) -> int:
    """The line of a key inside a mapping, as deep as it is there."""
    line = node.line
    for key in keys:
        if not isinstance(node.value, dict) or key not in node.value:
            break
        line, node = node.value[key]
    return line


def nearest(said: str, known: Iterable[str], like: float = 0.6) -> str:
    """The known word that was most likely meant; empty where none is like it. like: how much, up to 1 for the same word."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(unicodedata.normalize("NFKC", said).strip().lower(), list(known), 1, like)), "")


# ── one value ──


def text(node: Node, page: Page) -> str | None:
    """A text of at most 500 characters, as it was typed."""
    if node.value is None:
        return None
    if not isinstance(node.value, str):
        page.say(node.line, _("{key}: write one text here, not a list or a brace."))
    elif len(node.value) > MOST_TEXT:
        page.say(node.line, _("{key}: {count} characters are too long; at most {most}."), count=len(node.value), most=MOST_TEXT)
    else:
        return node.value
    return None


def _plain(node: Node, page: Page, pattern: re.Pattern[str], example: str) -> str | None:
    """A text of a fixed form. Its twin in half-width, or without leading zeros, is proposed when that is all that is wrong."""
    said = text(node, page)
    if said is None or pattern.fullmatch(said):
        return said
    narrow = unicodedata.normalize("NFKC", said).strip()
    example = next((twin for twin in (narrow, narrow.lstrip("0")) if pattern.fullmatch(twin)), example)
    page.say(node.line, _("{key}: `{said}` cannot be read; write for example {example}."), said=said, example=example)
    return None


def form(pattern: str, example: str) -> Conv:
    """A text that has this form, with an example of it."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda node, page: _plain(node, page, compiled, example)


def word(*choices: str) -> Conv:
    """One of a few fixed words."""

    def read(node: Node, page: Page) -> str | None:
        said = text(node, page)
        if said is None or said in choices:
            return said
        if wide := _wide_sign(said):
            page.say(node.line, _("`{said}`: {sign} is full-width; write the half-width sign and a space."), said=said, sign=wide)
        elif meant := nearest(said, choices):
            page.say(node.line, _("{key}: `{said}` is not a word known here; perhaps {meant}?"), said=said, meant=meant)
        else:
            page.say(
                node.line, _("{key}: `{said}` is not a word known here; write one of: {choose}."), said=said, choose=", ".join(choices)
            )
        return None

    return read


def whole(least: int, most: int) -> Conv:
    """A whole number from least to most, in half-width digits without leading zeros."""

    def read(node: Node, page: Page) -> int | None:
        said = _plain(node, page, WHOLE, str(max(least, 1)))
        if said is None or least <= int(said) <= most:
            return None if said is None else int(said)
        page.say(
            node.line, _("{key}: {said} is out of range; write a whole number from {least} to {most}."), said=said, least=least, most=most
        )
        return None

    return read


def flag(*also: str) -> Conv:
    """yes or no (also true, false, 是, 否); `also` are further words that stand for themselves."""
    known: dict[str, bool | str] = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}
    known |= {one: one for one in also}
    read = word(*known)
    return lambda node, page: None if (said := read(node, page)) is None else known[said]


def day(node: Node, page: Page) -> str | None:
    """A day that exists, as 2026-08-20."""
    said = _plain(node, page, DAY, _as_day(node.value))
    try:
        return said and date.fromisoformat(said).isoformat()
    except ValueError:
        page.say(node.line, _("{key}: there is no day {said}; look at the calendar."), said=said)
        return None


def _as_day(said: object) -> str:
    """What the day should look like: 2026-08-20 for 2026/8/20 or 2026年8月20日."""
    found = re.fullmatch(r"(\d{4})\D+(\d\d?)\D+(\d\d?)\D*", unicodedata.normalize("NFKC", said)) if isinstance(said, str) else None
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else "2026-08-20"


def listed_in(table: str) -> Conv:
    """A word that must stand in the list `table`, of this or another file."""

    def read(node: Node, page: Page) -> str | None:
        said = text(node, page)
        if said:
            page.wanted.append(Wanted(node.line, page, page.where, page.key, said, table))
        return said

    return read


def once(node: Node, page: Page) -> str | None:
    """A text that may stand only once under this key in the whole file."""
    said = text(node, page)
    place = (page.key, said or "")
    if said and place in page.seen:
        page.say(node.line, _("{key}: {said} is used a second time (first in line {first}); keep one."), said=said, first=page.seen[place])
    page.seen.setdefault(place, node.line)
    return said


# ── several values ──


def several(each: Conv, *unique: str) -> Conv:
    """A list; None where a word of it could not be read, so that nothing is concluded from half a list.

    unique: the fields of a record (or "" for the value itself) of which no two entries may have the same.
    """

    def read(node: Node, page: Page) -> list[Any] | None:
        if node.value is None:
            return None
        if not isinstance(node.value, list):
            page.say(node.line, _("{key}: write a list here, for example [a, b]."))
            return None
        made: list[Any] = []
        seen: dict[tuple[str, Any], int] = {}
        for one in node.value:
            value = each(one, page)
            made.append(value)
            if value is None:
                continue
            for field in unique:
                said = value.get(field) if field else value
                if said is not None and (field, said) in seen:
                    words = {"key": field or page.key, "said": said, "first": seen[field, said]}
                    page.say(line_of(one, field), _("{key}: {said} is used a second time (first in line {first}); keep one."), **words)
                seen.setdefault((field, said), line_of(one, field))
        return None if None in made else made

    return read


def record(fields: Mapping[str, Conv], finish: Finish | None = None, *, named: bool = False) -> Conv:
    """A mapping with known keys; a `!` at the end of a field makes it a must. What is empty is as if it were not there.

    finish: checks that need several fields; it may change the value. named: faults inside begin with the record's own name and id.
    """
    known = {field.rstrip("!"): each for field, each in fields.items()}
    musts = [field[:-1] for field in fields if field.endswith("!")]

    def read(node: Node, page: Page) -> dict[str, Any]:
        there = node.value
        if not isinstance(there, dict):
            example = ", ".join(f"{field}: …" for field in [*musts, *known][:2])
            if there is not None:
                page.say(node.line, _("{key}: write keys and values here, for example {example}."), example=example)
            return {}
        names = [there[key][1].value for key in ("name", "id") if named and key in there]
        made: dict[str, Any] = {}
        meant: set[str] = set()
        with page.inside(where=" ".join(one[:40] for one in names if isinstance(one, str))):
            for key, (line, one) in there.items():
                if key not in known:
                    meant.add(_unknown(key, line, known, page))
                elif one.value:
                    with page.inside(key):
                        value = known[key](one, page)
                    made |= {} if value is None else {key: value}
            for key in musts:
                if key not in meant and (key not in there or there[key][1].value in ("", [], {})):
                    with page.inside(key):
                        page.say(line_of(node, key), _("{key} is missing; write it."))
            if finish:
                finish(made, node, page)
        return made

    return read


def by_name(each: Conv, example: str) -> Conv:
    """A mapping whose keys are names of the town's own, such as streets. example: of one line of it."""

    def read(node: Node, page: Page) -> dict[str, Any] | None:
        if node.value is None:
            return None
        if not isinstance(node.value, dict):
            page.say(node.line, _("{key}: write keys and values here, for example {example}."), example=example)
            return None
        made: dict[str, Any] = {}
        for name, (line, one) in node.value.items():
            if wide := _wide_sign(name):
                page.say(line, _("`{said}`: {sign} is full-width; write the half-width sign and a space."), said=name, sign=wide)
                made[name] = None
                continue
            with page.inside(name):
                made[name] = each(one, page)
        return None if None in made.values() else made

    return read


def either(plain: Conv, rich: Conv) -> Conv:
    """A text, or a mapping."""
    return lambda node, page: plain(node, page) if isinstance(node.value, str) else rich(node, page)


def _unknown(key: str, line: int, known: Mapping[str, Conv], page: Page) -> str:
    """Say what is wrong with a key, and return the one that was most likely meant: it is not missing as well."""
    begins = unicodedata.normalize("NFKC", key).partition(":")[0].strip()
    meant = begins if begins in known else nearest(key, known)
    if wide := _wide_sign(key):
        page.say(line, _("`{said}`: {sign} is full-width; write the half-width sign and a space."), said=key, sign=wide)
    elif begins in known:
        page.say(line, _("`{said}`: a space is missing after the colon; write `{meant}: `."), said=key, meant=meant)
    elif meant:
        page.say(line, _("`{said}` is no key known here; perhaps {meant}?"), said=key, meant=meant)
    else:
        page.say(line, _("`{said}` is no key known here; known are: {known}."), said=key, known=", ".join(known))
    return meant


def _wide_sign(said: str) -> str:
    return next((sign for sign in said if sign in "：，；、"), "")


def look_up(wanted: Iterable[Wanted], tables: Mapping[str, Mapping[str, str]]) -> None:
    """Say which words stand in no list. tables: list -> {word: Chinese name}; a list that could not be read is not there, nothing is said.

    A word written as its Chinese name, or nearly right, gets the right one as a hint.
    """
    called = {
        "roles": _("the roles of roles.yaml"),
        "departments": _("the departments of kind line or local in roles.yaml"),
        "outside": _("the departments of kind outside in roles.yaml"),
        "modules": _("the modules of modules.yaml"),
        "trades": _("the trades of modules.yaml"),
        "flows": _("the flows of modules.yaml"),
        "items": _("the items of modules.yaml"),
        "schedules": _("the schedules of modules.yaml"),
        "people": _("the people of the town"),
    }
    for line, page, where, key, said, table in wanted:
        known = tables.get(table)
        if known is None or said in known:
            continue
        names = {name: id_ for id_, name in known.items() if name}
        words = {"key": key, "said": said, "table": called[table], "sign": _wide_sign(said)}
        with page.inside(where=where):
            if words["sign"]:
                page.say(line, _("`{said}`: {sign} is full-width; write the half-width sign and a space."), **words)
            elif meant := names.get(said) or nearest(said, known) or names.get(nearest(said, names), ""):
                page.say(line, _("{key}: {said} is not among {table}; perhaps {meant}?"), **words, meant=meant)
            else:
                page.say(line, _("{key}: {said} is not among {table}; add it there, or write another."), **words)
