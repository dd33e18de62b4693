"""One visit in a warm process against one raw durable commit of the same rows, made beforehand, on the same disk."""

import gc
import io
import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import Figure, Options, copied
from bench.towns import code_of, database, town_of
from yima.adapters.render import Voice, say
from yima.adapters.store import Store, look, open_town
from yima.core.model import Person
from yima.verbs import scan as verb
from yima.verbs.scan import How, words

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
VISITS, WARM = 1_000, 50  # enough to average over the moods of a processor
Writes = list[tuple[str, Sequence[Any], bool]]  # statement, its row or rows, whether rows


class Recorder:
    """Stands in for a connection and keeps every statement that writes, with its parameters."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.writes: Writes = []

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self.writes.append((statement, values, False))
        return self.db.execute(statement, values)

    def executemany(self, statement: str, rows: Any) -> sqlite3.Cursor:
        rows = list(rows)
        self.writes.append((statement, rows, True))
        return self.db.executemany(statement, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)


def measure(options: Options) -> Iterator[Figure]:
    gc.set_threshold(100_000, 50, 50)  # as in every process of yima.cli
    built = town_of(SHOPS, POINTS, PEOPLE)
    start = time.time_ns() // 1_000_000
    writes, asked = _recorded(copied(built, "loop-recorded"), start)
    with open_town(copied(built, "loop")) as store, sqlite3.connect(database(copied(built, "loop-raw")), isolation_level=None) as raw:
        raw.execute("PRAGMA synchronous = FULL")
        person = _finder(store)
        with open(os.devnull, "w", encoding="utf-8") as screen, redirect_stdout(screen):
            pairs = [
                (_clocked(partial(_visit, store, number, person, start)), _clocked(partial(_commit, raw, writes[number])))
                for number in range(VISITS)
            ]
        assert _log(store.db) == _log(raw), "the raw commits wrote other facts"
    rows = statistics.median(sum(len(values) if many else 1 for _statement, values, many in one) for one in writes)
    sizes = f"{SHOPS + POINTS:,} objects, {PEOPLE} people, {statistics.median(asked):.0f} items asked, {rows:.0f} rows written"
    yield _figure("loop, per visit", 2, [(visit[0], commit[0]) for visit, commit in pairs], sizes)
    yield _figure("… processor time, without the disk's", None, [(visit[1], commit[1]) for visit, commit in pairs], sizes)


def _figure(what: str, bar: float | None, pairs: list[tuple[float, float]], sizes: str) -> Figure:
    visit, commit = (statistics.median(pair[side] for pair in pairs[WARM:]) for side in (0, 1))
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs[WARM:])  # as of every interleaved row: a busy machine slows down both
    return Figure(what, ratio, bar, f"{visit * 1000:.2f} ms / {commit * 1000:.2f} ms", sizes)


def _clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor."""
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - busy


HOW = How()
CODES = [code_of(number) for number in range(VISITS)]  # what the gun types: making them is not the loop's work


def _visit(store: Store, number: int, person: Person, start: int) -> int:
    """What the loop does with one line `CODE ok`; how many items were asked."""
    moment = start + number * 1000
    head, rest = words.split_line(f"{CODES[number]} ok")
    said = words.parse(rest, store.town.last_catalogue)
    result = verb.scan(store, head, said, person, moment, HOW)
    say(result, Voice(store.town.offset, moment))
    return len(result.asked)


def _recorded(folder: Path, start: int) -> tuple[list[Writes], list[int]]:
    """The statements that each visit writes, and how many items it asks."""
    with open_town(folder) as store:
        person = _finder(store)
        writes, asked = [], []
        for number in range(VISITS):
            recorder = Recorder(store.db)
            store.db = recorder  # type: ignore[assignment]
            with redirect_stdout(io.StringIO()):
                asked.append(_visit(store, number, person, start))
            store.db = recorder.db
            writes.append(recorder.writes)
    return writes, asked


def _commit(db: sqlite3.Connection, writes: Writes) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement, values, many in writes:
        (db.executemany if many else db.execute)(statement, values)
    db.execute("COMMIT")


def _finder(store: Store) -> Person:
    return look.person_by(store, store.settings["person"])


def _log(db: sqlite3.Connection) -> list[tuple[str]]:
    return db.execute("SELECT hash FROM event ORDER BY hash").fetchall()
