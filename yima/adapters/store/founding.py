"""A town is founded: the file, this device's key, the first facts."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yima.adapters.store import Store, rows
from yima.adapters.store.place import (
    APPLICATION,
    VERSION,
    check_wall,
    connect,
    key_path,
    person_id,
    run_script,
    sampled,
    write_key,
)
from yima.adapters.store.sql import INSERT_FACT
from yima.core import events, flow
from yima.core.events import Fact
from yima.errors import BadInput, Unwritable
from yima.i18n import _


def found_town(
    folder: Path,
    *,
    name: str,
    admin: str,
    catalogue: Mapping[str, Any],
    calendars: Mapping[int, tuple[Sequence[str], Sequence[str]]],
    now: int,
    sample: bool,
    letters: str = "K1",
) -> Store:
    """Found a town in `folder`: the file, this device's key, the first facts. Raises BadInput where a town stands already.

    sample: founded under YIMA_NOW; its key lies in its own data/ and its random bytes are the same every time.
    """
    path = folder / "data" / "town.db"
    if town_stands(folder):
        raise BadInput(_("{0} is a town already; choose another folder.").format(folder))
    check_wall(now)
    counter = iter(range(8))

    def random(size: int) -> bytes:
        return sampled(name, now, "", next(counter), size) if sample else os.urandom(size)

    town, device, seed = random(16).hex(), random(16).hex(), random(32)
    from nacl.signing import SigningKey

    key = SigningKey(seed).verify_key.encode().hex()
    body = events.canonical(events.lean(catalogue))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_key(key_path(folder, device, sample), seed)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Unwritable(_("{0} cannot be written ({1}); choose another folder.").format(error.filename, error.strerror)) from None
    db = connect(path)
    try:
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute("BEGIN IMMEDIATE")
        run_script(db, "schema.sql")
        run_script(db, "folded.sql")
        run_script(db, "over_log.sql")
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("INSERT INTO folded_by (number) VALUES (?)", (flow.FOLD,))
        store = Store(folder, db, device, sample=sample)
        store._settle = (name, now)
        store.set_setting("device", device)
        store.set_setting("founded", rows.dumps([name, now, sample]))
        admin_id = person_id(town, "2", ("ucc", admin))
        founded = events.TownFounded(
            name, catalogue["town"]["utc_offset"], {"id": admin_id, "name": admin}, {"letters": letters, "key": key}, sample
        )
        first = events.sealed(
            town, Fact(device, 1, now, now << 16, admin_id, "town.founded", town, events.encode(founded), events.ZEROS, "")
        )
        db.execute(INSERT_FACT, first)
        store._id, store._dirty = town, True
        store.append("catalogue.published", events.digest(body), body, by=admin_id, now=now)
        for year, (off, work) in sorted(calendars.items()):
            store.append("calendar.published", str(year), events.CalendarPublished(tuple(off), tuple(work)), by=admin_id, now=now)
        store.set_setting("person", admin_id)
        store._refold_town()
        db.execute("COMMIT")
    except BaseException:
        db.close()
        for leftover in (path, key_path(folder, device, sample)):
            leftover.unlink(missing_ok=True)
        raise
    return store


def town_stands(folder: Path) -> bool:
    """Whether a town stands in the folder. What a founding left that was cut off before its first fact is removed."""
    path = folder / "data" / "town.db"
    if path.exists():
        try:
            db = sqlite3.connect(path)
            try:
                tables = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
            finally:
                db.close()
        except sqlite3.Error:
            return True  # some other file: it is not ours to remove
        if tables:
            return True
    if not path.parent.is_dir():
        return False
    for leftover in (path, path.with_name("town.db-wal"), path.with_name("town.db-shm"), *path.parent.glob("*.key")):
        leftover.unlink(missing_ok=True)
    return False
