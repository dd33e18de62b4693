"""A line that YAML cannot read is named once and then read as it was most likely meant, so that the lines after it are still checked.

What is mended here is never published: the fault stays on the list. It only keeps one slip of a Chinese keyboard from hiding the next.
"""

import re
from typing import NamedTuple

import yaml

from yima.i18n import _

UNREADABLE = "yima-cannot-read-this"  # stands for a value in a line of Lines.spoiled; what was there has been named
WIDE_COLON = re.compile(r"\s*(?:-\s+)?[A-Za-z_]\w*\s*：", re.ASCII)
HEAD = re.compile(r" *(?:- +)*([A-Za-z_]\w*) *:(?= |$)", re.ASCII)  # a key, with the dashes before it
NEAR = 2  # lines above an error in which a sign may stand that only then became one
RUN = 3  # lines running that cannot be read: then it is one slip above them, and the lines after it are not read


class Sign(NamedTuple):
    """A slip that a line shows by itself. instead: what its match becomes. guess: the indent is taken from the lines around."""

    pattern: re.Pattern[str]
    what: str
    instead: str
    guess: bool = False


def signs() -> tuple[Sign, ...]:
    """The slips of a keyboard; the first that fits a line counts."""
    key = r"( *(?:- +)?[A-Za-z_]\w*)"
    return (
        Sign(re.compile("[ \u3000\u00a0]*\t[ \t\u3000\u00a0]*"), _("The line begins with a tab; use spaces."), "", True),
        Sign(re.compile(" *[\u3000\u00a0][ \u3000\u00a0]*"), _("The line begins with a full-width space; use ordinary spaces."), "", True),
        Sign(re.compile(" *＃"), _("The sign ＃ is full-width; write a half-width # before a remark."), "#"),
        Sign(re.compile("[－—–][ \u3000]*"), _("The dash is full-width; write a half-width - and a space."), "- ", True),
        Sign(re.compile("( +)[－—–][ \u3000]*"), _("The dash is full-width; write a half-width - and a space."), r"\1- "),
        Sign(re.compile(f"{key} *： *", re.ASCII), wide_colon(), r"\1: "),
        Sign(
            re.compile(f"{key}: *[\t\u3000\u00a0][\t\u3000\u00a0 ]*", re.ASCII),
            _("After the colon stands a tab or a full-width space; write one ordinary space."),
            r"\1: ",
        ),
        Sign(re.compile(rf"{key}:(?=[^\s/])", re.ASCII), _("A space is missing after the colon; write `name: text`."), r"\1: "),
    )


def wide_colon() -> str:
    return _("The colon ： is full-width; write a half-width colon and a space, as in `name: text`.")


def open_quote() -> str:
    return _("The quotation that begins here does not end on its line; write the closing quotation mark (half-width).")


class Lines:
    """The lines of one file while it is read, from 1. spoiled: whose value was given up."""

    def __init__(self, text: str) -> None:
        self.lines = ["", *text.split("\n")]
        self.spoiled: set[int] = set()
        self._slips: list[tuple[int, str]] = []
        self._given_up: dict[int, str] = {}
        self._tried: dict[int, int] = {}

    def __str__(self) -> str:
        return "\n".join(self.lines[1:])

    @property
    def said(self) -> list[tuple[int, str]]:
        """(line, sentence) of every line that could not be read as it is; one that shows a slip of its own is named for that alone."""
        slips = {line for line, _what in self._slips}
        return self._slips + [one for one in self._given_up.items() if one[0] not in slips]

    def mend(self, error: yaml.YAMLError) -> bool:
        """Name the line that the parser stumbled over and mend it; False where nothing helps: then it has been named all the same."""
        mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        problem = min(mark.line + 1 if mark else 1, len(self.lines) - 1)
        said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
        window = self._window(problem, begun.line + 1 if begun and "simple key" in said else problem)
        if sum(self._mend_sign(line) for line in window):  # all of them, not only the first
            return True
        words, at_begin, what = next(row for row in _explained() if row[0] in said)
        if words in ("block", "mapping values") and (odd := self._out_of_line(problem)):
            return self.give_up(odd, _indented(), indent_first=True)
        line = begun.line + 1 if at_begin and begun else problem
        if words != "block":
            return self.give_up(line, what)
        if self._is_in_line(line):
            return self.give_up(
                line, _("A bracket, brace or quotation mark is too many here; put a text with such signs in double quotes.")
            )
        return self.give_up(line, what, indent_first=True)

    def mend_colon(self, line: int) -> bool:
        """A full-width colon that made the line a part of the text above it."""
        return self._mend_sign(line)

    def give_up(self, line: int, what: str, *, indent_first: bool = False) -> bool:
        """Take the value out of a line; where that does not help, move it to the indent of the lines around it, then take it out whole."""
        if line not in self._tried and (first := self._run_before(line)):
            self._given_up = {other: said for other, said in self._given_up.items() if not first < other < line}
            return False
        self._given_up.setdefault(line, what)
        tries = [self._indent, self._spoil] if indent_first else [self._spoil, self._indent]
        tried = self._tried[line] = self._tried.get(line, 0) + 1
        if tried <= len(tries):
            tries[tried - 1](line)
        else:
            self.lines[line] = ""
        return tried <= len(tries) + 1

    def _run_before(self, line: int) -> int:
        """The first of RUN lines just above that could not be read either; 0 where there are not so many."""
        above = self._above(line)[-RUN:]
        return above[0] if len(above) == RUN and all(one in self._tried for one in above) else 0

    def _out_of_line(self, problem: int) -> int:
        """The line above, where it alone begins elsewhere than the lines around it; 0 = it does not. A key at the margin is a slip that YAML
        takes for the end of all groups, and stumbles over only in the next line."""
        if len(above := self._above(problem)) < 2 or above[-1] in self._tried:
            return 0
        before, odd, after = (HEAD.match(self.lines[line]) for line in (above[-2], above[-1], problem))
        if not before or not odd or not after or _opens(self.lines[above[-2]]) or _opens(self.lines[above[-1]]):
            return 0
        return above[-1] if before.start(1) == after.start(1) != odd.start(1) else 0

    def _above(self, line: int) -> list[int]:
        return [one for one in range(1, line) if self._counts(one)]

    def _window(self, problem: int, begun: int) -> list[int]:
        """The lines in which the slip may stand: where the parser stopped, what stands just above it, and where the key began."""
        return sorted({begun, *self._above(problem)[-NEAR:], problem})

    def _counts(self, line: int) -> bool:
        return bool(self.lines[line].strip()) and not self.lines[line].lstrip().startswith("#")

    def _mend_sign(self, line: int) -> bool:
        text = self.lines[line]
        if text.lstrip().startswith("#"):
            return False
        for sign in signs():
            if match := sign.pattern.match(text):
                rest = match.expand(sign.instead) + text[match.end() :]
                self._slips.append((line, sign.what))
                self.lines[line] = " " * self._wanted(line, rest) + rest if sign.guess else rest
                return True
        return False

    def _spoil(self, line: int) -> None:
        """The value of the line, and what hangs on it below, becomes one that is known to be unreadable."""
        text = self.lines[line]
        head = HEAD.match(text)
        dash = re.match(r" *- +", text)
        self.lines[line] = f"{head[0]} {UNREADABLE}" if head else f"{dash[0]}{UNREADABLE}" if dash else ""
        self.spoiled.add(line)
        own = head.start(1) if head else _indent_of(text)
        for below in range(line + 1, len(self.lines)):
            if self._counts(below) and _indent_of(self.lines[below]) <= own:
                break
            self.lines[below] = ""

    def _indent(self, line: int) -> None:
        rest = self.lines[line].lstrip()
        self.lines[line] = " " * self._wanted(line, rest) + rest

    def _wanted(self, line: int, rest: str) -> int:
        """The indent that the line should have: of the dash above it, or of the key above it."""
        above, own = self._above(line), _indent_of(self.lines[line])
        if rest.startswith("- "):
            dashes = [_indent_of(self.lines[one]) for one in above[::-1] if self.lines[one].lstrip().startswith("- ")]
            return min(dashes, key=lambda indent: abs(indent - own), default=2)
        if not above:
            return 0
        head = HEAD.match(self.lines[above[-1]])
        return head.start(1) + 2 * _opens(self.lines[above[-1]]) if head else _indent_of(self.lines[above[-1]])

    def _is_in_line(self, line: int) -> bool:
        """Whether the line begins where the key above it does: then its indent is not what is wrong."""
        return _indent_of(self.lines[line]) == self._wanted(line, self.lines[line].lstrip())


def _opens(text: str) -> bool:
    """Whether a group begins with this line: a key with nothing after it."""
    head = HEAD.match(text)
    return head is not None and not text[head.end() :].split("#")[0].strip()


def _indented() -> str:
    return _("The indent does not fit to the lines above; keys of one group begin at the same place.")


def _indent_of(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _explained() -> tuple[tuple[str, bool, str], ...]:
    """What the parser could not read, in words for somebody who never saw YAML: (its words, named where the thing begins, sentence)."""
    return (
        ("quoted scalar", True, open_quote()),
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
        ("block", False, _indented()),
        ("", False, _("This line is no YAML that can be read; compare it with the lines around it.")),
    )
