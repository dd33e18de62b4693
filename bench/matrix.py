"""The matrix check of a district (every cell of 46,000 shops × 52 items) against a bare read of these shops: `python -m bench.matrix`."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, Options, kept, peak_mb, run, seconds_of
from bench.towns import GRIDS, SOURCES, STREETS, founded, registered
from yima.adapters.store import look, open_town
from yima.adapters.store.place import identity
from yima.adapters.store.staff import staff_at
from yima.core.duty.staff import gaps
from yima.core.events import PersonRegistered

SHOPS = 46_000
TURNS = 5
MEMORY_MB = 500
READ = "SELECT id, kind, name, street, door, unit, address, grid, village, trade, licence, part_of FROM object WHERE retired = ''"
ROLES = ("street_patrol", "cg_officer", "mr_officer", "police", "fire_officer", "service_agent", "sanitation_crew", "grid_inspector")


def measure(options: Options) -> Iterator[Figure]:
    town = kept("district", _build, *SOURCES, Path(__file__))
    found = []
    with tempfile.TemporaryDirectory() as name:
        for _turn in range(TURNS):
            file = Path(name) / "said"
            run([sys.executable, "-m", "bench.matrix", str(town), str(file)])
            found.append([float(word) for word in file.read_text().split()])
    check, bare, peak, empty, cells = (statistics.median(turn[place] for turn in found) for place in range(5))
    sizes = f"{cells:,.0f} pairs that apply, {empty:,.0f} empty"
    yield Figure("matrix check, 46,000 shops × 52 items", check / bare, 30, f"{check * 1000:.0f} ms / {bare * 1000:.0f} ms", sizes)
    yield Figure("… its process", peak / MEMORY_MB, 1, f"{peak:.0f} MB / {MEMORY_MB} MB", sizes)


def _checked(folder: Path) -> tuple[float, float, float, int, int]:
    """Seconds of the check from the open town on, seconds of the bare read, the peak, empty pairs, and pairs in all."""
    from yima.core.numbers import blanks

    with open_town(folder) as store:
        now = time.time_ns() // 1_000_000
        bare = min(seconds_of(lambda: store.db.execute(READ).fetchall()) for _turn in range(3))
        check = seconds_of(lambda: gaps(staff_at(store, now), look.places(store)))
        peak = peak_mb()
        _gaps, empty, pairs = blanks(staff_at(store, now), look.places(store))
    return check, bare, peak, empty, pairs


def _build(folder: Path) -> None:
    """People of every role on streets and in grids, with leave, several roles and single shops among them; two departments have no leader."""
    now = time.time_ns() // 1_000_000 - 86_400_000
    with founded(folder, now) as store:
        admin, town = store.settings["person"], store.town_id
        shops = [registered(town, number, SHOPS) for number in range(SHOPS)]
        with store.transaction():
            store.append_new(shops, by=admin, now=now)
        depts = sorted({item.lead for item in store.town.last_catalogue.items.values()})
        ids = [identity(town, "person", 2, ("", f"工作人员{number}")) for number in range(600)]
        leave = {"from": "2026-01-01", "to": "2099-12-31"}
        with store.transaction():
            for dept in depts[2:]:
                event = PersonRegistered(f"{dept}领导", dept=dept, roles=({"role": "dept_leader"},))
                store.append("person.registered", identity(town, "person", 2, (dept, event.name)), event, by=admin, now=now)
            for number, id_ in enumerate(ids):
                street, grid = STREETS[number % len(STREETS)], f"第{number % GRIDS + 1}网格"
                scopes: list[dict[str, list[str]]] = [{"streets": [street]}, {"grids": [grid]}, {"objects": [shops[number][0]]}, {}]
                places = scopes[number // len(ROLES) % len(scopes)]
                roles = ({"role": ROLES[number % len(ROLES)], **places}, {"role": "dept_staff", **places})
                away = ({**leave, "deputy": ids[number - 1]},) if number % 9 == 8 else ()
                event = PersonRegistered(f"工作人员{number}", dept=depts[number % len(depts)], roles=roles, leave=away)
                store.append("person.registered", id_, event, by=admin, now=now)
        store.db.execute("ANALYZE")
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


if __name__ == "__main__":
    said = _checked(Path(sys.argv[1]))
    Path(sys.argv[2]).write_text(" ".join(map(str, said)))
