"""What doctor reads: the file's own check, the log chain by chain, and the stored rows beside those that the facts make anew."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from yima.adapters.store import Store, person_row, rows
from yima.adapters.store.place import key_path
from yima.adapters.store.sql import COLUMNS, MATTER_ROWS, PLATE_COLUMNS, PLATE_KINDS, TOWN_FACTS
from yima.core import events, flow
from yima.core.events import Fact
from yima.core.plates import fold_plates
from yima.core.town import Town, fold_town

GUARDS = ("event_is_never_changed", "event_is_never_deleted")
REGISTER = (
    "SELECT id, kind, name, street, door, unit, address, grid, village, trade, licence, part_of, source, source_no, retired, initials,"
    " versions, visit_at, visit_by, visit_hash, base, since, yellow_at, red_at, hazard_at, answer_at, beside FROM object WHERE id = ?"
)
CASES = (
    "SELECT key, object, item, device, number, opened, closed, stage, outcome, dept, holder, next_rung_at, state FROM case_file"
    " WHERE object = ? ORDER BY key"
)
FINDINGS = "SELECT name, object, case_key, item, device, number FROM finding WHERE object = ? ORDER BY name"
UNMOVED = "SELECT hash, subject, why FROM unmoved WHERE subject = ? ORDER BY hash"
STRAY = (
    "SELECT object FROM matter EXCEPT SELECT id FROM object",
    "SELECT object FROM case_file EXCEPT SELECT id FROM object",
    "SELECT object FROM finding EXCEPT SELECT id FROM object",
    "SELECT subject FROM unmoved WHERE subject <> '' EXCEPT SELECT id FROM object",
)


# -- the file and the key


def file_faults(store: Store) -> list[str]:
    """What SQLite itself finds wrong with the file, in its own words; empty = nothing."""
    try:
        found = [str(row[0]) for row in store.db.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def missing_guards(store: Store) -> list[str]:
    """The triggers that keep facts from being changed or deleted, where they are not there."""
    there = {name for (name,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")}
    return [name for name in GUARDS if name not in there]


def key_fault(store: Store, town: Town) -> str:
    """What is wrong with this device's private key, in one word: missing, other (than the enrolled one), open (readable by others)."""
    path, device = key_path(store.folder, store.device, store.sample), town.devices.get(store.device)
    try:
        seed = bytes.fromhex(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return "missing"
    from nacl.signing import SigningKey

    if len(seed) != 32 or (device is not None and SigningKey(seed).verify_key.encode().hex() != device.key):
        return "other"
    return "open" if os.name == "posix" and path.stat().st_mode & 0o077 else ""


# -- the log


def count(store: Store) -> int:
    return int(store.db.execute("SELECT COUNT(*) FROM event").fetchone()[0])


def town_from_facts(store: Store) -> Town | None:
    """The town's timeline folded anew; None where town.founded is missing."""
    try:
        return fold_town([Fact(*row) for row in store.db.execute(TOWN_FACTS, events.TOWN_KINDS)])
    except ValueError:
        return None


def founding_hash(store: Store) -> str:
    row = store.db.execute("SELECT hash FROM event WHERE kind = 'town.founded' ORDER BY at LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def chains(store: Store) -> Iterator[Fact]:
    """Every fact, device by device in the order of its chain; never all of them at once."""
    for row in store.db.execute(f"SELECT {COLUMNS} FROM event ORDER BY device, seq, hash"):
        yield Fact(*row)


def reasons(store: Store) -> dict[str, str]:
    """The facts that move nothing: hash -> why."""
    return dict(store.db.execute("SELECT hash, why FROM unmoved"))


def before(store: Store, device: str, seq: int, wall: int) -> int:
    """The last seq before `seq` whose clock was not later than `wall`; 0 = none."""
    found = store.db.execute("SELECT MAX(seq) FROM event WHERE device = ? AND seq < ? AND wall <= ?", (device, seq, wall)).fetchone()[0]
    return int(found or 0)


def last_fact(store: Store, subject: str) -> Fact | None:
    row = store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE subject = ? ORDER BY at DESC, device DESC, seq DESC LIMIT 1", (subject,)
    ).fetchone()
    return Fact(*row) if row else None


# -- the folded rows


def plate_facts(store: Store) -> list[Fact]:
    """Every printing, binding and voiding of plates."""
    return [Fact(*row) for row in store.db.execute(f"SELECT {COLUMNS} FROM event WHERE kind IN (?, ?, ?)", PLATE_KINDS)]


def town_differences(store: Store, town: Town) -> list[str]:
    """Folded tables of the town that differ from what its facts make: town_part, person, plate, unmoved."""
    plates = plate_facts(store)
    made: dict[str, list[Any]] = {
        "SELECT name, value FROM town_part ORDER BY name": sorted(rows.town_parts(town)),
        "SELECT id, name, no, dept, roles, gone, versions FROM person ORDER BY id": [
            person_row(id_, versions) for id_, versions in sorted(town.people.items())
        ],
        f"SELECT {PLATE_COLUMNS} FROM plate ORDER BY code": [tuple(plate) for _code, plate in sorted(fold_plates(plates, town).items())],
        "SELECT hash, subject, why FROM unmoved WHERE subject = '' ORDER BY hash": [
            (hash_, "", why) for hash_, why in sorted(town.unmoved.items())
        ],
    }
    return [
        statement.split(" FROM ")[1].split(" ")[0] for statement, wanted in made.items() if store.db.execute(statement).fetchall() != wanted
    ]


def object_differences(store: Store, town: Town, progress: Callable[[int], None]) -> Iterator[str]:
    """Ids of objects whose stored rows differ from what their facts make anew. progress(objects done)."""
    registered = "SELECT subject FROM event WHERE kind = 'object.registered' UNION SELECT id FROM object ORDER BY 1"
    for done, (object_id,) in enumerate(store.db.execute(registered).fetchall()):
        if _stored(store, object_id) != _made(store, town, object_id):
            yield object_id
        progress(done + 1)
    for statement in STRAY:
        yield from (row[0] for row in store.db.execute(statement).fetchall())


def objects(store: Store) -> int:
    return int(store.db.execute("SELECT COUNT(*) FROM object").fetchone()[0])


def _stored(store: Store, object_id: str) -> list[Any]:
    tables = [store.db.execute(statement, (object_id,)).fetchall() for statement in (REGISTER, MATTER_ROWS, CASES, FINDINGS, UNMOVED)]
    return [list(map(tuple, table)) for table in tables]


def _made(store: Store, town: Town, object_id: str) -> list[Any]:
    state = flow.refold(store.facts_of(object_id), town)
    if state.obj is None:
        return [[], [], [], [], []]
    matters, cases, findings, unmoved, extremes = rows.object_rows(state, town, object_id)
    found = store.db.execute("SELECT initials FROM object WHERE id = ?", (object_id,)).fetchone()
    register = rows.register_row(state.obj, state.versions, found[0] if found else "")
    return [[(*register, *rows.state_row(state, extremes))], matters, cases, findings, unmoved]
