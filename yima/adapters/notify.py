"""The device's own notify command (docs/notify.md): one call for one message, JSON on its stdin, no shell, never longer than its timeout.

What is called stands in the user's configuration, never in a town folder: nothing that lies in a town folder is ever executed (DESIGN §4).
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from yima.errors import BadInput
from yima.i18n import _

TIMEOUT_S = 20
LONGEST_S = 600
FAILURES = 3  # in one sweep; the rest waits for the next one
KEPT = 4096  # bytes of the end of its stderr
LAST_LINE = 200  # signs of its last line


class Command(NamedTuple):
    """argv: the program and its words; timeout: seconds; folder: where it runs, so that a program beside notify.json is found by its name."""

    argv: tuple[str, ...]
    timeout: float
    folder: Path


class Outcome(NamedTuple):
    """why: why it was not sent, in words, "" = it was; go_on: whether another message is worth a try in this sweep."""

    why: str = ""
    go_on: bool = True


def command(folder: Path, *, sample: bool) -> Command | None:
    """What notify.json in `folder`, the user's configuration, asks for; None where there is none.

    A sample town uses it only where it says "samples": true, else a demo would write to real people. Raises BadInput naming the fault.
    """
    path = folder / "notify.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadInput(_("{0} cannot be read as JSON ({1}); docs/notify.md shows one.").format(path, error)) from None
    found = _command(raw, path)
    return found if raw.get("samples") or not sample else None


def _command(raw: Any, path: Path) -> Command:
    known = {"argv", "timeout", "samples"}
    if not isinstance(raw, dict) or set(raw) - known:
        raise BadInput(_("{0}: give an object with argv, timeout and samples alone.").format(path))
    argv, timeout = raw.get("argv"), raw.get("timeout", TIMEOUT_S)
    if not isinstance(argv, list) or not argv or not all(isinstance(word, str) and "\0" not in word for word in argv) or not argv[0]:
        raise BadInput(_('{0}: argv is a list of words, the program first, such as ["python3", "send.py"].').format(path))
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= LONGEST_S:
        raise BadInput(_("{0}: timeout is a number of seconds up to {1}.").format(path, LONGEST_S))
    if raw.get("samples", False) not in (True, False):
        raise BadInput(_("{0}: samples is true or false.").format(path))
    return Command(tuple(argv), float(timeout), path.parent)


def send_each(one: Command, messages: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Send message by message; for each why it was not sent, "" = it was. Ends before the last where more tries would only cost time:

    after a first time-out, where the command cannot be started, after three failures, and once the calls took longer than the timeout in
    all. So a sweep never waits for longer than twice the timeout, however many receivers there are.
    """
    began, failed = time.monotonic(), 0
    for message in messages:
        outcome = send(one, message)
        yield outcome.why
        failed += bool(outcome.why)
        if not outcome.go_on or failed >= FAILURES or time.monotonic() - began >= one.timeout:
            return


def send(one: Command, message: Mapping[str, Any]) -> Outcome:
    """Call the command once with the message as one line of JSON. What it prints is not shown; its last line of stderr is, where it fails."""
    with tempfile.TemporaryFile() as said:  # not a pipe: it need not read what it is told
        said.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        said.seek(0)
        try:
            process = _started(one, said)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Outcome(_("the notify command {0} cannot be started ({1})").format(one.argv[0], reason), go_on=False)
    assert process.stderr is not None
    tail = bytearray()
    reader = threading.Thread(target=_keep_end, args=(process.stderr, tail), daemon=True)
    reader.start()
    try:
        code = process.wait(one.timeout)
    except subprocess.TimeoutExpired:
        _kill(process)
        return Outcome(_("the notify command did not end within {0} s and was stopped").format(f"{one.timeout:g}"), go_on=False)
    except BaseException:
        _kill(process)
        raise
    if code == 0:
        return Outcome()
    reader.join(1)  # not for ever: a child that it left behind may hold its stderr
    last = _last_line(bytes(tail))
    if last:
        return Outcome(_("the notify command failed (code {0}): {1}").format(code, last))
    return Outcome(_("the notify command failed (code {0})").format(code))


def _started(one: Command, said: Any) -> "subprocess.Popen[bytes]":
    """In a group of its own, so that all it starts can be stopped with it."""
    more: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        more = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return subprocess.Popen(one.argv, stdin=said, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=one.folder, **more)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """The command and all that it started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)


def _keep_end(pipe: Any, tail: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError):
        while some := os.read(pipe.fileno(), 65536):
            tail += some
            del tail[:-KEPT]


def _last_line(tail: bytes) -> str:
    try:
        text = tail.decode("utf-8")
    except UnicodeDecodeError:
        text = tail.decode("gb18030", "replace")  # a Chinese Windows
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:LAST_LINE] if lines else ""
