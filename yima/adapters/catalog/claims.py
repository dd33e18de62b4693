"""One decision of a joint meeting is added to claims.yaml: as text, so that the clerk's remarks and lines stay as they are."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from yima.adapters.catalog.body import FILES, read_from
from yima.adapters.catalog.text import CONTROL, LOADER, Fault, Node, compose
from yima.errors import BadInput, Unwritable
from yima.i18n import _

FILE = FILES[2]
FIELDS = ("item", "decision", "dept", "meeting", "on", "basis")
PLAIN = re.compile(r"\w[\w（）《》〈〉〔〕“”‘’、，。；·-]*")  # what YAML takes as it is, also between braces
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class _Place(NamedTuple):
    """Where the list of decisions stands in the text: characters from start to end, its indent, and whether it has entries.

    form: "block" (- entries), "flow" ([…]), "nothing" (a key without value), or "none" (no such key).
    """

    form: str
    start: int = 0
    end: int = 0
    indent: int = 2
    last: int = 0  # where the last entry of a […] ends; 0 = there is none


def add_claim(folder: Path, claim: Mapping[str, str]) -> None:
    """Append a decision {item, decision, dept, meeting, on, basis} to the town's claims.yaml; whole or not at all.

    item and dept are ids, decision is claimed (default), refused or deferred, on a day (ISO); basis may be absent. What stands in the file
    stays byte for byte, in its own encoding and line ends. Raises BadInput where the file cannot be read, or where the decision would be a
    fault (the department is not the item's lead, a second decision of one day …), Unwritable where it cannot be written: nothing has changed.
    """
    said = {field: claim[field] for field in FIELDS if claim.get(field)}
    said = {field: said.get(field, "claimed") for field in FIELDS if field in said or field == "decision"}
    path = (folder / FILE).resolve()
    before = _decisions(path)
    raw = _bytes(path)
    text = raw.decode("utf-8-sig")
    try:
        added = _with(text, said).encode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeEncodeError:
        raise BadInput(_("The text has characters that are no valid Unicode; type it again. Nothing was written.")) from None
    new = path.with_name(FILE + ".new")
    try:
        _write(new, added, path)
        _check(folder, new, [*before, said])
        os.replace(new, path)
    except OSError as error:
        raise Unwritable(_("{0} cannot be written ({1}); close other programs that use it.").format(path, error.strerror)) from None
    finally:
        new.unlink(missing_ok=True)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(_("{0} cannot be read ({1}); nothing was written.").format(path, error.strerror)) from None


def _write(new: Path, raw: bytes, old: Path) -> None:
    with new.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(old, new)


def _decisions(path: Path) -> list[Any]:
    """The decisions of the file as they were typed. Raises BadInput where it cannot be read; a file without anything in it has none."""
    faults: list[Fault] = []
    node = compose(path, faults, FILE)
    if node is None and path.is_file() and not _content(_bytes(path)):
        return []
    _refuse(faults)
    found = _plain(node) if node is not None else {}
    return list(found.get("claims") or []) if isinstance(found, dict) else []


def _content(raw: bytes) -> bool:
    """Whether there is more in the file than empty lines and remarks."""
    return any(line.strip() and not line.strip().startswith(b"#") for line in raw.removeprefix(b"\xef\xbb\xbf").splitlines())


def _plain(node: Node) -> Any:
    if isinstance(node.value, list):
        return [_plain(one) for one in node.value]
    if isinstance(node.value, dict):
        return {key: _plain(one) for key, (_line, one) in node.value.items()}
    return node.value


def _check(folder: Path, new: Path, wanted: list[Any]) -> None:
    """Read the new file as `catalog check` does: every earlier decision is there, this one too, and the file has no fault."""
    body, faults = read_from({file: new if file == FILE else folder / file for file in FILES})
    _refuse([fault for fault in faults if fault.file == FILE])
    if "items" not in body:
        _refuse(faults)
    if _decisions(new) != wanted:
        raise BadInput(_("The decision does not fit into claims.yaml as it is written; add it there by hand. Nothing was written."))


def _refuse(faults: list[Fault]) -> None:
    for fault in faults:
        raise BadInput(_("{0}:{1}  {2} Nothing was written.").format(fault.file, fault.line, fault.what))


# ── where, and in which words ──


def _with(text: str, claim: Mapping[str, str]) -> str:
    """The text with one more entry."""
    entry = "{" + ", ".join(f"{field}: {quoted(said)}" for field, said in claim.items()) + "}"
    end = "\r\n" if "\r\n" in text else "\n"
    place = _place(text)
    if place.form == "flow" and place.last:  # [{…}, {…}] stays as it is and gets one more
        return f"{text[: place.last]}, {entry}{text[place.last :]}"
    if place.form == "flow" and text[place.start : place.end].strip("[] ") != "":  # remarks stand between the brackets
        return f"{text[: place.start + 1]}{entry}{text[place.start + 1 :]}"
    if place.form == "flow":  # claims: [] becomes a list of lines
        text = text[: place.start].rstrip(" ") + text[place.end :]
    if text and not text.endswith(("\n", "\r")):
        text += end
    key = "" if place.form != "none" else f"claims:{end}"
    return f"{text}{key}{' ' * place.indent}- {entry}{end}"


def _place(text: str) -> _Place:
    """The value of the key `claims`. The file can be read: it has been refused before where it could not."""
    depth, previous, found = 0, "", _Place("none")
    for event in yaml.parse(text, Loader=LOADER):
        begin, end = _marks(event)
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
            if depth == 1 and found.form == "flow":
                return found._replace(end=end.index)
            if depth == 2 and found.form == "flow":
                found = found._replace(last=end.index)
        if depth == 1 and previous == "claims":
            if not isinstance(event, yaml.SequenceStartEvent):
                return _Place("nothing")
            if text[begin.index] != "[":
                return _Place("block", indent=begin.column)
            found = _Place("flow", begin.index)
        previous = event.value if depth == 1 and isinstance(event, yaml.ScalarEvent) and previous != "claims" else ""
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
    return found


def _marks(event: Any) -> tuple[Any, Any]:
    return event.start_mark, event.end_mark


def quoted(text: str) -> str:
    """A text as one YAML word between braces: as it is where YAML takes it for the same, else in double quotes."""
    if PLAIN.fullmatch(text):
        return text
    return '"' + "".join(ESCAPES.get(sign) or (_escaped(sign) if CONTROL.match(sign) else sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04X}"
