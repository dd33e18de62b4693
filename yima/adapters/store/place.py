"""Where a town and its keys lie, how its file is opened, how ids are made, and SQLite's errors as sentences."""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from yima.core import events
from yima.errors import BadInput, Damaged, Unwritable
from yima.i18n import _

APPLICATION = 0x79696D61  # "yima"
VERSION = 1  # of schema.sql
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode  # made once: dumps makes one for each call
WAIT_MS = 10_000


def find_town(start: Path | None) -> Path:
    """The town folder: the one given, else the first with data/town.db from the current folder upwards."""
    here = (start or Path.cwd()).resolve()
    for folder in (here,) if start is not None else (here, *here.parents):
        if (folder / "data" / "town.db").is_file():
            return folder
    if start is not None:
        raise BadInput(_("There is no town in {0}; give --town with a town folder, or found one with `yima init`.").format(start))
    raise BadInput(_("No town here; go to the town folder, give --town, or found one with `yima init`."))


def config_folder() -> Path:
    """Where this user's keys lie, never in a town folder: YIMA_CONFIG, else the platform's own place."""
    if said := os.environ.get("YIMA_CONFIG"):
        return Path(said)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "yima"
    return Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))) / "yima"


def key_path(folder: Path, device: str, sample: bool) -> Path:
    return folder / "data" / f"{device}.key" if sample else config_folder() / "keys" / f"{device}.key"


def write_key(path: Path, seed: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(seed.hex() + "\n")


def person_id(town: str, rule: str, values: Sequence[str]) -> str:
    """A person's id, made like an object's (DESIGN §12): two devices that import one ledger make one person."""
    return identity(town, "person", int(rule), values)


def identity(town: str, kind: str, rule: int, values: Sequence[str]) -> str:
    """The first 20 hex digits of SHA-256 over canonical JSON [1, town, kind, rule, values]; values NFKC, case-folded, without spaces."""
    plain = ["".join((value if value.isascii() else _narrow(value)).casefold().split()) for value in values]
    return events.digest(_encode([1, town, kind, rule, plain]).encode())[:20]


def _narrow(text: str) -> str:
    from unicodedata import normalize

    return normalize("NFKC", text)


def sampled(name: str, founded: int, device: str, counter: int, size: int) -> bytes:
    """The random bytes of a sample town: the same every time, so that a demo is."""
    text = events.digest(events.canonical([name, founded, device, counter]))
    return bytes.fromhex(text)[:size]


def check_wall(now: int) -> None:
    if not events.FIRST_WALL <= now <= events.LAST_WALL:
        raise BadInput(_("This computer's clock is outside 2020-2100; set it right, then try again."))


def connect(path: Path) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < (3, 37):
        raise Damaged(_("This Python's SQLite is {0}; yima needs 3.37 or newer.").format(sqlite3.sqlite_version))
    db = sqlite3.connect(path, timeout=WAIT_MS / 1000, isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    return db


def run_script(db: sqlite3.Connection, name: str) -> None:
    """Statement by statement: executescript would commit the open transaction first."""
    statement = ""
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("--"):
            continue
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's own errors as a sentence that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise in_words(path, error) from None


def in_words(path: Path, error: sqlite3.DatabaseError) -> Exception:
    """The sentence that says what to do about it; the error itself where there is none."""
    what = str(error)
    if not isinstance(error, sqlite3.OperationalError):
        if "malformed" in what or "not a database" in what:
            return Damaged(_("{0} is damaged; copy the whole town folder aside, then restore the latest backup.").format(path))
        return error
    if "locked" in what or "busy" in what:
        holder = path.with_name("busy")
        name = holder.read_text(encoding="utf-8").strip() if holder.is_file() else "yima"
        return Unwritable(_("Another yima is using the data file (waited 10 s, {0}); try again later.").format(name))
    if "full" in what:
        return Unwritable(_("The disk is full; nothing was written. Make room, then try again."))
    if "readonly" in what or "read-only" in what or "unable to open" in what:
        return Unwritable(_("{0} cannot be written; look at the folder's rights.").format(path))
    if "disk I/O" in what:
        return Unwritable(_("The disk does not take what is written (full, or pulled out); mend it, then try again."))
    return error
