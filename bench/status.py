"""`yima status` by grid over a whole town against a bare Typer command."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import BARE, YIMA, Figure, Options, interleaved, kept, run
from bench.towns import DAY_MS, HANDLER, SOURCES, town_of
from yima.adapters.store import Store, boards, look, open_town
from yima.core.duty import applies
from yima.core.events import Finding, VisitRecorded
from yima.core.model import COLOURS, Item, Object
from yima.verbs.sweep import sweep

SHOPS, POINTS, PEOPLE = 4_000, 4_000, 200
CASES = 600
DAYS = 9  # the board is read so many days after the founding
LAST_VISIT = (8, 8, 8, 8, 8, 8, 7, 7, 5, None)  # on which day of these each object was looked at last: six in ten yesterday, one never
HOUR_MS = 3_600_000
PAIRS = 11


def measure(options: Options) -> Iterator[Figure]:
    town = kept("lively", _build, *SOURCES, Path(__file__))
    said = json.loads((town / "built.json").read_text(encoding="utf-8"))
    moment = datetime.fromtimestamp((said["founded"] + DAYS * DAY_MS) / 1000, UTC).isoformat(timespec="seconds")
    ours, bare, ratio = interleaved(lambda _pair: run([*YIMA, "status"], cwd=town, now=moment), lambda _pair: run(BARE, cwd=town), PAIRS)
    yield Figure("status by grid, whole process", ratio, 3, f"{ours * 1000:.0f} ms / {bare * 1000:.0f} ms", said["sizes"])


def _build(folder: Path) -> None:
    """A town after nine days: most places looked at, rounds missed, cases open and told of, duties that nobody fills."""
    shutil.copytree(town_of(SHOPS, POINTS, PEOPLE), folder, dirs_exist_ok=True)
    with open_town(folder) as store:
        founded, now = store.town.rules[0].when, store.town.rules[0].when + DAYS * DAY_MS
        _visits(store, founded)
        _findings(store, now)
        sweep(store, by=look.person_by(store, "顾晓"), now=now - HOUR_MS)
        store.fresh()
        store.db.execute("ANALYZE")
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        (matters,) = store.db.execute("SELECT COUNT(*) FROM matter").fetchone()
        (cases,) = store.db.execute("SELECT COUNT(*) FROM case_file WHERE closed IS NULL").fetchone()
        counts = boards.board(store, "grid", now).town.counts
    colours = ", ".join(f"{counts[colour]:,} {colour}" for colour in reversed(COLOURS))
    sizes = f"{SHOPS + POINTS:,} objects ({colours}), {matters:,} matters, {cases:,} open cases"
    (folder / "built.json").write_text(json.dumps({"founded": founded, "sizes": sizes}), encoding="utf-8")


def _visits(store: Store, founded: int) -> None:
    """One look at every item of a place by permanent staff, which meets all of its rounds."""
    catalogue, handler = store.town.last_catalogue, look.person_by(store, HANDLER)
    places = [(place, look_at) for number, place in enumerate(look.places(store)) if (look_at := LAST_VISIT[number % 10]) is not None]
    with store.transaction():
        for number, (place, day) in enumerate(sorted(places, key=lambda one: one[1])):
            visit = VisitRecorded(catalogue.digest, mode="inspection", permit="JC2026", asked=tuple(item.no for item in _of(store, place)))
            store.append("visit.recorded", place.id, visit, by=handler.id, now=founded + day * DAY_MS + number)


def _findings(store: Store, now: int) -> None:
    """Cases of every item of shops and points, found in the last two days: some late, some soon, some in time."""
    catalogue, finder = store.town.last_catalogue, store.settings["person"]
    places = look.places(store)
    with store.transaction():
        for number in range(CASES):
            place = places[number * len(places) // CASES]
            items = _of(store, place)
            item = items[number % len(items)]
            visit = VisitRecorded(catalogue.digest, findings=(Finding(item.no, store.next_number("finding"), "门前"),))
            when = now - 48 * HOUR_MS + number * 46 * HOUR_MS // CASES
            store.append("visit.recorded", place.id, visit, by=finder, now=when)


def _of(store: Store, place: Object) -> list[Item]:
    return [item for item in store.town.last_catalogue.items.values() if applies(item, place)]
