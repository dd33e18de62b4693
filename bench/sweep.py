"""`yima sweep` with the same due set over a short and a long history. Every run writes; what it wrote is taken back before the next one.

Notices are left out: they are as many in both, and typesetting them takes longer than all the rest.
"""

import hashlib
import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, Options, interleaved, kept, run
from bench.towns import DAY_MS, HAZARD, SOURCES, database, town_of
from yima.adapters.store import Store, open_town, rows
from yima.adapters.store.sql import INSERT_CASE, INSERT_FINDING
from yima.core.events import Finding, VisitRecorded
from yima.core.flow import Named
from yima.core.flow.cases import Case

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
CASES = 500  # open, with rungs that are due
CLOSED_EVERY = 50  # one closed case for so many facts of history
HOUR_MS = 3_600_000
PAIRS = 5
# What of the large tables a sweep may change, and so is put back; of the others every row, and nothing of findings.
CHANGED = {
    "object": "id IN (SELECT object FROM before.due)",
    "matter": "object IN (SELECT object FROM before.due)",
    "case_file": "closed IS NULL",
}
SWEEP = """
import sys
from pathlib import Path
from yima.adapters.render import Voice, say
from yima.adapters.store import look, open_town
from yima.verbs.sweep import sweep
now = int(sys.argv[1])
with open_town(Path(), fake_clock=True) as store:
    result = sweep(store, by=look.person_by(store, store.settings["person"]), now=now)
    voice = Voice(store.town.offset, now)
say(result, voice)
"""
HISTORY = """
    WITH RECURSIVE visit(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM visit WHERE n < :facts)
    INSERT INTO event (device, seq, wall, at, actor, kind, subject, body, prev, hash)
    SELECT :device, n, :start + n * :apart, ((:start + n * :apart) << 16) + n % 60000, :actor, 'visit.recorded',
           (SELECT id FROM known WHERE number = 1 + n * 7919 % (SELECT COUNT(*) FROM known)),
           CAST(:body AS BLOB), printf('%064x', n - 1), printf('%064x', n)
      FROM visit
"""


def measure(options: Options) -> Iterator[Figure]:
    few, many = (1_000_000, 10_000_000) if options.huge else (100_000, 1_000_000) if options.full else (20_000, 200_000)
    short, long = _built(few), _built(many)
    one, other, ratio = interleaved(lambda _pair: _swept(long), lambda _pair: _swept(short), PAIRS)
    said = json.loads((long / "built.json").read_text(encoding="utf-8"))
    sizes = (
        f"{many:,} against {few:,} facts, {SHOPS + POINTS:,} objects, {CASES} matters due; the long one"
        f" {database(long).stat().st_size / 1e9:.1f} GB, built in {said['seconds']:.0f} s"
        + ("" if options.huge else "; --huge: 10,000,000 against 1,000,000")
    )
    yield Figure("sweep, ten times the history", ratio, 1.5, f"{one * 1000:.0f} ms / {other * 1000:.0f} ms", sizes)


def _swept(folder: Path) -> float:
    """Seconds of one sweep on the day after the founding, however long the file has been kept."""
    _put_back(folder)
    said = json.loads((folder / "built.json").read_text(encoding="utf-8"))
    seconds = run([sys.executable, "-c", SWEEP, str(said["founded"] + DAY_MS)], cwd=folder)
    with sqlite3.connect(database(folder)) as db:
        (raised,) = db.execute("SELECT COUNT(DISTINCT subject) FROM event WHERE device = ? AND seq > ?", _end(folder)).fetchone()
    assert raised == CASES, f"{raised} matters were swept, not {CASES}"
    return seconds


def _built(facts: int) -> Path:
    return kept(f"sweep-{facts}", lambda folder: _build(folder, facts), *SOURCES, Path(__file__))


def _build(folder: Path, facts: int) -> None:
    """A town with cases whose first rungs are due since yesterday, and a history of `facts` visits by another device, written in SQL."""
    started = time.perf_counter()
    shutil.copytree(town_of(SHOPS, POINTS, PEOPLE), folder, dirs_exist_ok=True)
    with open_town(folder) as store:
        finder, founded = store.settings["person"], store.town.rules[0].when
        _open_cases(store, finder, founded)
        _write_closed_cases(store, facts // CLOSED_EVERY, founded)
        _write_history(store.db, facts, founded, finder)
    _remember(folder)
    said = {"founded": founded, "facts": facts, "seconds": time.perf_counter() - started}
    (folder / "built.json").write_text(json.dumps(said), encoding="utf-8")


def _open_cases(store: Store, finder: str, founded: int) -> None:
    catalogue = store.town.last_catalogue
    item = catalogue.item_of(HAZARD)
    assert item is not None
    shops = [row[0] for row in store.db.execute("SELECT id FROM object WHERE kind = 'shop' ORDER BY id LIMIT ?", (CASES,))]
    with store.transaction():
        store.set_setting("person", _admin(store.db))
        for shop in shops:
            visit = VisitRecorded(catalogue.digest, findings=(Finding(item.no, store.next_number("finding"), "招牌松动"),))
            store.append("visit.recorded", shop, visit, by=finder, now=founded + HOUR_MS)


def _admin(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT id FROM person WHERE name = '顾晓'").fetchone()[0])


# -- a long history: what a sweep must not read


def _write_closed_cases(store: Store, count: int, end: int) -> None:
    """Cases of the year before `end` over all objects, as the fold would have left them."""
    town, catalogue = store.town, store.town.last_catalogue
    item = catalogue.item_of(HAZARD)
    assert item is not None
    objects = [row[0] for row in store.db.execute("SELECT id FROM object ORDER BY id")]
    apart, other = 365 * DAY_MS // (count + 1), "f" * 32

    def closed(number: int) -> Case:
        opened = end - 365 * DAY_MS + number * apart
        return Case(
            f"{number:064x}.0", other, number + 1, item.no, "", catalogue.digest, item.flow, item.lead, "f" * 20, opened, opened + HOUR_MS,
            "closed", opened + HOUR_MS, opened, note="招牌松动，已加固", entries={"accept": 1, "handle": 1, "check": 1},
            limit=item.limit, allowed=item.limit, used=HOUR_MS, started=True, done=("f" * 20, opened + HOUR_MS), in_time=True,
            looked=("e" * 20, opened + HOUR_MS), holder="f" * 20, closed=opened + HOUR_MS, outcome="passed",
        )  # fmt: skip

    places = [objects[number * 7919 % len(objects)] for number in range(count)]
    store.db.execute("BEGIN IMMEDIATE")
    store.db.executemany(INSERT_CASE, (rows.case_row(town, places[number], closed(number)) for number in range(count)))
    store.db.executemany(
        INSERT_FINDING,
        (
            rows.finding_row(places[number], f"{number:064x}.0", Named(f"{number:064x}.0", item.no, other, number + 1))
            for number in range(count)
        ),
    )
    store.db.execute("COMMIT")


def _write_history(db: sqlite3.Connection, facts: int, end: int, actor: str) -> None:
    """Visits of the year before `end`, none of them folded."""
    body = '{"asked":[1,2,3,5,8],"catalogue":"' + hashlib.sha256(b"rules").hexdigest() + '","note":"' + "x" * 110 + '"}'
    year = 365 * DAY_MS
    db.execute("PRAGMA cache_size = -262144")
    db.execute("BEGIN IMMEDIATE")
    for name in ("event_of_subject", "event_in_order"):  # made again afterwards: a million rows in the order of an index are quicker
        db.execute(f"DROP INDEX {name}")
    db.execute("CREATE TEMP TABLE known AS SELECT row_number() OVER (ORDER BY id) AS number, id FROM object")
    db.execute("CREATE UNIQUE INDEX temp.known_by_number ON known (number)")
    values = {"facts": facts, "device": "f" * 32, "start": end - year, "apart": year // (facts + 1), "actor": actor, "body": body}
    db.execute(HISTORY, values)
    db.execute("CREATE INDEX event_of_subject ON event (subject, at)")
    db.execute("CREATE INDEX event_in_order ON event (at)")
    db.execute("COMMIT")
    db.execute("ANALYZE")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


# -- what a run wrote is taken back: a file of gigabytes is not copied for each run


def _remember(folder: Path) -> None:
    """Keep the rows that a sweep may change beside the town's file, and where the device's chain ends."""
    with sqlite3.connect(database(folder), isolation_level=None) as db:
        db.execute("ATTACH ? AS before", (str(folder / "before.db"),))
        device = db.execute("SELECT value FROM kept_setting WHERE name = 'device'").fetchone()[0]
        db.execute("CREATE TABLE before.chain AS SELECT device, MAX(seq) AS seq FROM main.event WHERE device = ?", (device,))
        db.execute("CREATE TABLE before.due AS SELECT object FROM main.case_file WHERE closed IS NULL")
        for table in _tables(db):
            db.execute(f"CREATE TABLE before.{table} AS SELECT * FROM main.{table} WHERE {CHANGED.get(table, 'TRUE')}")


def _put_back(folder: Path) -> None:
    with sqlite3.connect(database(folder), isolation_level=None) as db:
        db.execute("ATTACH ? AS before", (str(folder / "before.db"),))
        (trigger,) = db.execute("SELECT sql FROM main.sqlite_master WHERE name = 'event_is_never_deleted'").fetchone()
        db.execute("BEGIN IMMEDIATE")
        db.execute("DROP TRIGGER main.event_is_never_deleted")
        db.execute("DELETE FROM main.event WHERE device = ? AND seq > ?", _end(folder))
        db.execute(trigger)
        for table in _tables(db):
            db.execute(f"DELETE FROM main.{table} WHERE {CHANGED.get(table, 'TRUE')}")
            db.execute(f"INSERT INTO main.{table} SELECT * FROM before.{table}")
        db.execute("COMMIT")
        db.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchone()


def _tables(db: sqlite3.Connection) -> list[str]:
    """Every table but the log, the findings and SQLite's own."""
    found = db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return [row[0] for row in found if row[0] not in ("event", "finding")]


def _end(folder: Path) -> tuple[str, int]:
    """The device and the last number of its chain before any sweep."""
    with sqlite3.connect(folder / "before.db") as db:
        device, seq = db.execute("SELECT device, seq FROM chain").fetchone()
    return str(device), int(seq)
