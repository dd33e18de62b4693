"""`yima status` by grid over a whole town against a bare Typer command."""

import sqlite3
from collections.abc import Iterator

from bench.measure import BARE, YIMA, Figure, Options, copied, interleaved, run
from bench.towns import code_of, database, town_of

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
PAIRS = 11


def measure(options: Options) -> Iterator[Figure]:
    town = copied(town_of(SHOPS, POINTS, PEOPLE), "status")
    run([*YIMA, "scan", code_of(0), "--ok"], cwd=town)  # somebody was somewhere
    with sqlite3.connect(database(town)) as db:
        (matters,) = db.execute("SELECT COUNT(*) FROM matter").fetchone()
    ours, bare, ratio = interleaved(lambda _pair: run([*YIMA, "status"], cwd=town), lambda _pair: run(BARE, cwd=town), PAIRS)
    sizes = f"{SHOPS + POINTS:,} objects, {matters:,} matters"
    yield Figure("status by grid, whole process", ratio, 3, f"{ours * 1000:.0f} ms / {bare * 1000:.0f} ms", sizes)
