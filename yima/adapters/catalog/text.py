"""YAML as text with lines: every scalar stays as it was typed; anchors, aliases, tags, double keys and big files are refused by name.

YAML 1.1 turns `no`, `on`, `12:00` and leading zeros into other things, so no scalar is ever resolved here. The events come from the C base
loader where PyYAML has it; the pure one says the same, in slightly other words.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from yima.adapters.catalog.mend import UNREADABLE, WIDE_COLON, Lines, open_quote
from yima.i18n import _

MOST_BYTES = 2_000_000
MOST_DEEP = 20
MOST_MENDS = 100  # a file with more slips than that is another kind of file
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
Say = Callable[[int, str], None]


class Fault(NamedTuple):
    """One thing to mend: the file's name, its line from 1, and one translated sentence that says what to write instead."""

    file: str
    line: int
    what: str


class Node(NamedTuple):
    """A piece of a file: text, a list, a mapping (key -> line of the key, node), or None where it cannot be read and that has been said.

    line: from 1, where it starts.
    """

    line: int
    value: "str | list[Node] | dict[str, tuple[int, Node]] | None"


class _Stop(Exception):
    """What follows cannot be read any more; the fault is already on the list."""


class _Mended(Exception):
    """A line that the parser took for something else has been mended: read again."""


def compose(path: Path, faults: list[Fault], name: str = "") -> Node | None:
    """The file as a mapping with lines, or None where there is none. Every fault found on the way is appended to `faults`.

    name: what the file is called in a fault; default its own name.
    """

    def say(line: int, what: str) -> None:
        faults.append(Fault(name or path.name, line, what))

    text = _text(path, say)
    if text is None:
        return None
    lines, node = Lines(text), None
    for _turn in range(MOST_MENDS):
        found: list[tuple[int, str]] = []
        try:
            node = _document(lines, found)
        except _Mended:
            continue
        except yaml.YAMLError as error:
            if lines.mend(error):
                continue
        break
    for line, what in (*lines.said, *found):
        say(line, what)
    return node


def _document(lines: Lines, found: list[tuple[int, str]]) -> Node | None:
    """The one mapping of the file; its faults, apart from lines that were mended, are put into `found`."""

    def say(line: int, what: str) -> None:
        found.append((line, what))

    events = yaml.parse(str(lines), Loader=LOADER)
    try:
        next(events)  # the stream starts
        if isinstance(next(events), yaml.StreamEndEvent):
            if not lines.said:
                say(1, _("The file is empty; take it again from the program's own rules, or from a backup."))
            return None
        node = _node(next(events), events, lines, say, 0)
        next(events)  # the document ends
        if not isinstance(after := next(events), yaml.StreamEndEvent):
            say(_line(after), _("A line --- begins a second document; take the line out, the file must be one piece."))
    except _Stop:
        return None
    if isinstance(node.value, dict):
        return node
    if node.value is not None:
        say(node.line, _("The file must begin with keys such as `roles:`, each on a line of its own with a half-width colon."))
    return None


def _text(path: Path, say: Say) -> str | None:
    """The file's text with \\n at its ends of lines, or None after saying why there is none. Control characters are named and left out."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        say(1, _("The file is missing; put it back from a backup, or copy the program's own rules."))
        return None
    except OSError:
        say(1, _("The file cannot be read; close other programs that use it, and look at its rights."))
        return None
    if len(raw) > MOST_BYTES:
        say(1, _("The file is over 2 MB and was not read; rules are far smaller, look whether it is the right file."))
        return None
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        say(line, _("The file is not UTF-8 from here on; save it again as UTF-8 (Notepad: Save as, Encoding UTF-8)."))
        return None
    found = {text.count("\n", 0, match.start()) + 1: ord(match.group()) for match in CONTROL.finditer(text)}
    for line, code in found.items():
        say(line, _("An invisible control character ({code}) stands here; delete it, or type the line again.").format(code=f"U+{code:04X}"))
    return CONTROL.sub("", text) if found else text


def _line(event: Any, mark: str = "start_mark") -> int:
    return int(getattr(event, mark).line) + 1


def _node(event: Any, events: Iterator[Any], lines: Lines, say: Say, depth: int) -> Node:
    """The node that begins with `event`; takes its other events. An anchor or tag is named, and what it stands at is read all the same."""
    line = _line(event)
    if depth > MOST_DEEP:
        say(line, _("Too many levels inside each other; look for a bracket or an indent too much."))
        raise _Stop
    if isinstance(event, yaml.AliasEvent):
        say(line, _("`*{name}` is a YAML alias; write the values out, or put the text in quotes.").format(name=event.anchor))
        return Node(line, None)
    if event.anchor:
        say(line, _("`&{name}` is a YAML anchor; take it out, or put the text in quotes.").format(name=event.anchor))
    if event.tag:
        say(line, _("`{name}` is a YAML tag; take it out, or put the text in quotes.").format(name=event.tag))
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, line, lines, say)
    if isinstance(event, yaml.SequenceStartEvent):
        parts: list[Node] = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            parts.append(_node(inner, events, lines, say, depth + 1))
        return Node(line, parts)
    pairs: dict[str, tuple[int, Node]] = {}
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(inner, events, lines, say, depth + 1)
        value = _node(next(events), events, lines, say, depth + 1)
        if key.value is None:
            continue
        if not isinstance(key.value, str):
            say(key.line, _("A list or a brace cannot be a key; write a word and a colon."))
        elif key.value == "<<":
            say(key.line, _("`<<` is a YAML merge; write the values out."))
        elif key.value in pairs:
            first = pairs[key.value][0]
            say(key.line, _("`{key}` stands here a second time (first in line {first}); keep one.").format(key=key.value, first=first))
        else:
            pairs[key.value] = (key.line, value)
    return Node(line, pairs)


def _scalar(event: Any, line: int, lines: Lines, say: Say) -> Node:
    """A text. Where it reaches over lines that look like keys, those have been mended, and the file is to be read again."""
    if event.value == UNREADABLE and line in lines.spoiled:
        return Node(line, None)
    end = _line(event, "end_mark")
    if event.style in ("'", '"') and end > line:  # nobody means that; the next quotation mark in the file has closed it
        lines.give_up(line, open_quote())
        raise _Mended
    for number in range(line, line if event.style else end + 1):
        if WIDE_COLON.match(lines.lines[number]) and lines.mend_colon(number):  # else silently a part of the text above it
            raise _Mended
    return Node(line, event.value)
