"""`yima sweep` with the same due set over a short and a long history."""

import hashlib
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import YIMA, Figure, Options, copied, interleaved, kept, run
from bench.towns import HAZARD, SOURCES, database, town_of
from yima.adapters.store import open_town
from yima.core.events import Finding, VisitRecorded

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
CASES = 60
HOUR_MS = 3_600_000
PAIRS = 5
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
    dry = ["--dry-run"] if options.huge else []  # such a file is not copied for each run

    def swept(folder: Path) -> float:
        town = folder if dry else copied(folder, "sweep")
        return run([*YIMA, "sweep", *dry], cwd=town)

    one, other, ratio = interleaved(lambda _pair: swept(long), lambda _pair: swept(short), PAIRS)
    with sqlite3.connect(database(short)) as db:
        (due,) = db.execute("SELECT COUNT(*) FROM case_file WHERE next_rung_at <= ?", (time.time_ns() // 1_000_000,)).fetchone()
    sizes = f"{many:,} against {few:,} facts, {SHOPS + POINTS:,} objects, {due} cases due{', dry run' if dry else ''}"
    yield Figure("sweep, ten times the history", ratio, 1.5, f"{one * 1000:.0f} ms / {other * 1000:.0f} ms", sizes)


def _built(facts: int) -> Path:
    return kept(f"sweep-{facts}", lambda folder: _build(folder, facts), *SOURCES, Path(__file__))


def _build(folder: Path, facts: int) -> None:
    """A town with cases whose first rung is due since yesterday, and a history of `facts` visits by another device, written in SQL."""
    shutil.copytree(town_of(SHOPS, POINTS, PEOPLE), folder, dirs_exist_ok=True)
    with open_town(folder) as store:
        catalogue, finder = store.town.last_catalogue, store.settings["person"]
        founded = store.town.rules[0].when
        item = catalogue.item_of(HAZARD)
        assert item is not None
        shops = [row[0] for row in store.db.execute("SELECT id FROM object WHERE kind = 'shop' ORDER BY id LIMIT ?", (CASES,))]
        with store.transaction():
            store.set_setting("person", _admin(store.db))
            for shop in shops:
                visit = VisitRecorded(catalogue.digest, findings=(Finding(item.no, store.next_number("finding"), "招牌松动"),))
                store.append("visit.recorded", shop, visit, by=finder, now=founded + HOUR_MS)
        _write_history(store.db, facts, founded, finder)


def _admin(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT id FROM person WHERE name = '顾晓'").fetchone()[0])


def _write_history(db: sqlite3.Connection, facts: int, end: int, actor: str) -> None:
    """Visits of the year before `end`, none of them folded: what a sweep must not read."""
    body = '{"asked":[1,2,3,5,8],"catalogue":"' + hashlib.sha256(b"rules").hexdigest() + '","note":"' + "x" * 110 + '"}'
    year = 365 * 24 * HOUR_MS
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
