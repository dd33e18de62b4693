"""All state from the facts alone against a bare read of the same rows, and whether twice the facts take twice as long."""

import gc
import statistics
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, Options, copied, kept, seconds_of
from bench.towns import SOURCES, town_of
from yima.adapters.store import COLUMNS, INSERT_FACT, Store, open_town
from yima.core import events
from yima.core.events import Fact, Finding, StepTaken, VisitRecorded

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
HAZARD = "sign_fall_risk"
YEAR_MS = 365 * 86_400_000
READ = f"SELECT {COLUMNS} FROM event ORDER BY at, device, seq, hash"


def measure(options: Options) -> Iterator[Figure]:
    facts = 1_000_000 if options.full else 100_000
    whole, bare = _rebuilt(facts)
    yield Figure("rebuild of all state", whole / bare, 20, f"{whole:.1f} s / {bare:.2f} s", f"{facts:,} facts, {SHOPS + POINTS:,} objects")
    half, _bare = _rebuilt(facts // 2)
    start, _bare = _rebuilt(0)
    more, less = whole - start, half - start  # what no visit adds to: 150,000 matters of 8,000 objects
    yield Figure("… each fact of twice as many", more / less / 2, 1.2, f"{more:.1f} s / 2 × {less:.1f} s", f"{facts:,} against {facts // 2:,}, without {start:.1f} s for the objects")


def _rebuilt(facts: int) -> tuple[float, float]:
    """Seconds of a rebuild and of a bare read (median of three)."""
    folder = kept(f"history-{facts}", lambda folder: _build(folder, facts), *SOURCES, Path(__file__))
    with open_town(copied(folder, "rebuild")) as store:
        gc.collect()
        bare = statistics.median(seconds_of(lambda: sum(1 for _row in store.db.execute(READ))) for _turn in range(3))
        return seconds_of(store.rebuild), bare


def _build(folder: Path, facts: int) -> None:
    """A town with a year of visits by one patrol; one visit in twenty finds something, which is done and looked at. Well formed, not folded."""
    import shutil

    shutil.copytree(town_of(SHOPS, POINTS, PEOPLE), folder, dirs_exist_ok=True)
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
    town, digest = store.town_id, store.town.last_catalogue.digest
    item = store.town.last_catalogue.item_of(HAZARD)
    assert item is not None
    patrol = store.settings["person"]
    objects = [row[0] for row in store.db.execute("SELECT id FROM object WHERE kind = 'shop' ORDER BY id")]
    objects += [row[0] for row in store.db.execute("SELECT id FROM object WHERE kind <> 'shop' ORDER BY id")]
    seq, at, prev = store.db.execute("SELECT seq, at, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    wall = at >> 16
    open_at: dict[str, tuple[str, str]] = {}  # object -> (finding's name, what comes next)
    for number in range(facts):
        subject = objects[number % len(objects)]
        name, then = open_at.pop(subject, ("", ""))
        if then == "done":
            kind, event = "step.taken", StepTaken(name, "done")
            open_at[subject] = (name, "look")
        elif then == "look":
            kind, event = "visit.recorded", VisitRecorded(digest, cases=(name,))
        else:
            found = (Finding(item.no, number + 1, "招牌松动"),) if number % 19 == 0 and number % len(objects) < SHOPS else ()
            asked = tuple(no for no in (2, 5, 8, 13, 21, 27, 41) if no != item.no)
            kind, event = "visit.recorded", VisitRecorded(digest, read="gun", asked=asked, findings=found)
        instant = wall + (number + 1) * (YEAR_MS // (facts + 1))
        at = events.next_at(instant, at, at)
        fact = events.sealed(town, Fact(store.device, seq + number + 1, instant, at, patrol, kind, subject, events.encode(event), prev, ""))
        prev = fact.hash
        if kind == "visit.recorded" and event.findings:
            open_at[subject] = (f"{fact.hash}.0", "done")
        yield fact
