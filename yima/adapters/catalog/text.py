"""YAML as text with lines: every scalar stays as it was typed; anchors, aliases, tags, double keys and big files are refused by name.

YAML 1.1 turns `no`, `on`, `12:00` and leading zeros into other things, so no scalar is ever resolved here. The events come from the C base
loader where PyYAML has it; the pure one says the same, in slightly other words.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from yima.i18n import _

MOST_BYTES = 2_000_000
MOST_DEEP = 20
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
WIDE_COLON = re.compile(r"\s*(?:-\s+)?[A-Za-z_]\w*\s*：", re.ASCII)
Say = Callable[[int, str], None]


class Fault(NamedTuple):
    """One thing to mend: the file's name, its line from 1, and one translated sentence that says what to write instead."""

    file: str
    line: int
    what: str


class Node(NamedTuple):
    """A piece of a file: text, a list, or a mapping (key -> line of the key, node). line: from 1, where it starts."""

    line: int
    value: "str | list[Node] | dict[str, tuple[int, Node]]"


class _Stop(Exception):
    """What follows cannot be read any more; the fault is already on the list."""


def compose(path: Path, faults: list[Fault]) -> Node | None:
    """The file as a mapping with lines, or None where there is none. Every fault found on the way is appended to `faults`."""

    def say(line: int, what: str) -> None:
        faults.append(Fault(path.name, line, what))

    text = _text(path, say)
    if text is None:
        return None
    events = yaml.parse(text, Loader=LOADER)
    try:
        next(events)  # the stream starts
        if isinstance(next(events), yaml.StreamEndEvent):
            say(1, _("The file is empty; take it again from the program's own rules, or from a backup."))
            return None
        node = _node(next(events), events, text.splitlines(), say, 0)
        next(events)  # the document ends
        if not isinstance(after := next(events), yaml.StreamEndEvent):
            say(_line(after), _("A line --- begins a second document; take the line out, the file must be one piece."))
        if isinstance(node.value, dict):
            return node
        say(node.line, _("The file must begin with keys such as `roles:`, each on a line of its own with a half-width colon."))
    except yaml.YAMLError as error:
        faults.extend(Fault(path.name, line, what) for line, what in _explained(text, error))
    except _Stop:
        pass
    return None


def _text(path: Path, say: Say) -> str | None:
    """The file's text, or None after saying why there is none."""
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
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        say(line, _("The file is not UTF-8 from here on; save it again as UTF-8 (Notepad: Save as, Encoding UTF-8)."))
        return None
    found = {text.count("\n", 0, match.start()) + 1: ord(match.group()) for match in CONTROL.finditer(text)}
    for line, code in found.items():
        say(line, _("An invisible control character ({code}) stands here; delete it, or type the line again.").format(code=f"U+{code:04X}"))
    return None if found else text


def _line(event: Any, mark: str = "start_mark") -> int:
    return int(getattr(event, mark).line) + 1


def _node(event: Any, events: Iterator[Any], lines: list[str], say: Say, depth: int) -> Node:
    """The node that begins with `event`; takes its other events. An anchor or tag is named, and what it stands at is read all the same."""
    line = _line(event)
    if depth > MOST_DEEP:
        say(line, _("Too many levels inside each other; look for a bracket or an indent too much."))
        raise _Stop
    if isinstance(event, yaml.AliasEvent):
        say(line, _("`*{name}` is a YAML alias; write the values out, or put the text in quotes.").format(name=event.anchor))
        return Node(line, "")
    if event.anchor:
        say(line, _("`&{name}` is a YAML anchor; take it out, or put the text in quotes.").format(name=event.anchor))
    if event.tag:
        say(line, _("`{name}` is a YAML tag; take it out, or put the text in quotes.").format(name=event.tag))
    if isinstance(event, yaml.ScalarEvent):
        end = _line(event, "end_mark")
        if event.style in ("'", '"') and end > line:  # nobody means that; the next quotation mark in the file has closed it
            say(line, _open_quote())
        for number in range(line, line if event.style else end):
            if WIDE_COLON.match(lines[number]):  # else the line would silently be a part of the text above it
                say(number + 1, _wide_colon())
        return Node(line, event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        parts: list[Node] = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            parts.append(_node(inner, events, lines, say, depth + 1))
        return Node(line, parts)
    pairs: dict[str, tuple[int, Node]] = {}
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(inner, events, lines, say, depth + 1)
        value = _node(next(events), events, lines, say, depth + 1)
        if not isinstance(key.value, str):
            say(key.line, _("A list or a brace cannot be a key; write a word and a colon."))
        elif key.value in pairs:
            first = pairs[key.value][0]
            say(key.line, _("`{key}` stands here a second time (first in line {first}); keep one.").format(key=key.value, first=first))
        else:
            pairs[key.value] = (key.line, value)
    return Node(line, pairs)


def _wide_colon() -> str:
    return _("The colon ： is full-width; write a half-width colon and a space, as in `name: text`.")


def _open_quote() -> str:
    return _("The quotation that begins here does not end on its line; write the closing quotation mark (half-width).")


def _explained(text: str, error: yaml.YAMLError) -> list[tuple[int, str]]:
    """What the parser could not read, in words for somebody who never saw YAML: (line, sentence). A Chinese keyboard comes first."""
    signs = (
        (re.compile(r"[ \u3000]*\t"), _("The line begins with a tab; use spaces.")),
        (re.compile(r" *[\u3000\u00a0]"), _("The line begins with a full-width space; use ordinary spaces.")),
        (WIDE_COLON, _wide_colon()),
        (re.compile(r"\s*(?:- +)?[a-z_]\w*:(?=[^\s/])", re.ASCII), _("A space is missing after the colon; write `name: text`.")),
    )
    found = [
        (number, what)
        for number, line in enumerate(text.splitlines(), 1)
        if not line.lstrip().startswith("#")
        for sign, what in signs
        if sign.match(line)
    ]
    mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    if found and found[0][0] <= line:
        return found
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    for words, at_begin, what in (
        ("quoted scalar", True, _open_quote()),
        (
            "flow sequence",
            True,
            _("The bracket that begins here has no end, or a comma is missing; use half-width commas, and close the bracket."),
        ),
        (
            "flow mapping",
            True,
            _("The brace that begins here has no end, or a comma is missing; use half-width commas, and close the brace."),
        ),
        ("flow node", False, _("A bracket or brace above has no end; close it.")),
        ("sequence entries", False, _("A list of - entries begins on the next line, or write it as [a, b].")),
        ("simple key", True, _("The line has no colon; write `name: text`, or indent it to the text above.")),
        ("mapping values", False, _("A second colon in one line, or a wrong indent; put a text with a colon in double quotes.")),
        ("cannot start any token", False, _("A text may not begin with this sign; put it in double quotes.")),
        ("block", False, _("The indent does not fit to the lines above; keys of one group begin at the same place.")),
    ):
        if words in said:
            return [(begun.line + 1 if at_begin and begun else line, what)]
    return [(line, _("This line is no YAML that can be read; compare it with the lines around it."))]
