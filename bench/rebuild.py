"""All state from the facts alone against a bare read of the same rows, and whether twice the facts take twice as long."""

import gc
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, Options, copied, kept, seconds_of
from bench.towns import HAZARD, SOURCES, town_of
from yima.adapters.store import Store, open_town
from yima.adapters.store.sql import COLUMNS, INSERT_FACT
from yima.core import events
from yima.core.events import Fact, Finding, StepTaken, VisitRecorded

FACTS = 100_000  # --full: 1,000,000, a year of a town of 8,000 objects; the smaller town has as many facts for each object
PEOPLE = 200
TURNS = 3
ASKED = 5
YEAR_MS = 365 * 86_400_000
READ = f"SELECT {COLUMNS} FROM event ORDER BY at, device, seq, hash"


def measure(options: Options) -> Iterator[Figure]:
    facts = 10 * FACTS if options.full else FACTS
    shops, points = facts * 3 // 1000, facts * 5 // 1000
    built = [_built(shops, points, size) for size in (facts, facts // 2)]
    found = [[_seconds(folder) for folder in built] for _turn in range(1 if options.full else TURNS)]
    whole, bare = (statistics.median(turn[0][place] for turn in found) for place in (0, 1))
    half = statistics.median(turn[1][0] for turn in found)
    sizes = f"{facts:,} facts, {shops + points:,} objects"
    yield Figure("rebuild of all state", whole / bare, 20, f"{whole:.1f} s / {bare:.2f} s", sizes)
    yield Figure(
        "… of twice the facts, for each fact",
        whole / half / 2,
        1.2,
        f"{whole:.1f} s / 2 × {half:.1f} s",
        f"{facts:,} against {facts // 2:,}",
    )


def _built(shops: int, points: int, facts: int) -> Path:
    return kept(f"history-{facts}", lambda folder: _build(folder, town_of(shops, points, PEOPLE), facts), *SOURCES, Path(__file__))


def _seconds(folder: Path) -> tuple[float, float]:
    """Seconds of a rebuild, and of a bare read of all facts."""
    with open_town(copied(folder, "rebuild")) as store:
        gc.collect()
        bare = seconds_of(lambda: sum(1 for _row in store.db.execute(READ)))
        return seconds_of(store.rebuild), bare


def _build(folder: Path, town: Path, facts: int) -> None:
    """A town with a year of visits by one patrol; one visit in twenty finds something, which is done and looked at. Well formed, not folded."""
    shutil.copytree(town, folder, dirs_exist_ok=True)
    with open_town(folder) as store:
        history = _history(store, facts)
        store.db.execute("PRAGMA cache_size = -65536")
        store.db.execute("BEGIN IMMEDIATE")
        store.db.executemany(INSERT_FACT, history)
        store.db.execute("UPDATE object SET stale = 1")
        store.db.execute("COMMIT")
        store.db.execute("ANALYZE")
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _history(store: Store, facts: int) -> Iterator[Fact]:
    """The next facts of this device: rounds over all objects, the clock in even steps up to a year after the founding."""
    town, catalogue, patrol = store.town_id, store.town.last_catalogue, store.settings["person"]
    hazard = catalogue.item_of(HAZARD)
    assert hazard is not None
    objects = store.db.execute("SELECT id, kind FROM object ORDER BY id").fetchall()
    asked = {
        kind: [no for no, item in sorted(catalogue.items.items()) if kind in item.primary and item is not hazard] for _id, kind in objects
    }
    seq, at, prev = store.db.execute("SELECT seq, at, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    founded = at >> 16
    open_at: dict[str, tuple[str, str]] = {}  # object -> (finding's name, what comes next)
    for number in range(facts):
        subject, kind = objects[number % len(objects)]
        name, then = open_at.pop(subject, ("", ""))
        if then == "done":
            event: StepTaken | VisitRecorded = StepTaken(name, "done")
            open_at[subject] = (name, "look")
        elif then == "look":
            event = VisitRecorded(catalogue.digest, cases=(name,))
        else:
            found = (Finding(hazard.no, number + 1, "招牌松动"),) if number % 19 == 0 and kind == "shop" else ()
            start = number // len(objects) * ASKED
            items = tuple(asked[kind][(start + place) % len(asked[kind])] for place in range(ASKED))
            event = VisitRecorded(catalogue.digest, read="gun", asked=tuple(sorted(set(items))), findings=found)
        wall = founded + (number + 1) * (YEAR_MS // (facts + 1))
        at = events.next_at(wall, at, at)
        word = "step.taken" if then == "done" else "visit.recorded"
        fact = events.sealed(town, Fact(store.device, seq + number + 1, wall, at, patrol, word, subject, events.encode(event), prev, ""))
        prev = fact.hash
        if isinstance(event, VisitRecorded) and event.findings:
            open_at[subject] = (f"{fact.hash}.0", "done")
        yield fact
