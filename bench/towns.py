"""Towns to measure in: shops and points on streets, people of every grid, a plate for everything. Made up, and the same every time."""

import hashlib
import json
import time
from pathlib import Path

from bench.measure import ROOT, kept
from yima.adapters import catalog
from yima.adapters.calendars import shipped_calendars
from yima.adapters.store import Store
from yima.adapters.store.founding import found_town
from yima.adapters.store.place import identity
from yima.core import codes, events
from yima.core.events import ObjectRegistered, PersonRegistered, PlatesPrinted

DAY_MS = 86_400_000
GRIDS = 24
STREETS = tuple(f"{a}{b}路" for a in "荷莲菱芦柳桐桂枫" for b in "花叶塘泾湾")  # 40
TRADES = ("catering", "food_retail", "retail", "service", "repair")
WORKERS = (("street_patrol", "cg"), ("cg_officer", "cg"), ("mr_officer", "mr"), ("dept_staff", "cjb"), ("fire_officer", "fire"))
HANDLER = "工作人员02"  # handles falling signs
HAZARD = "sign_fall_risk"  # an item of shops with two hours from the finding on
FINDER = "巡查员01"  # the current person of the device: a street patrol, whose rounds most items of a shop are
SOURCES = (  # with the fold's number, which kept() adds: what a kept file depends on
    ROOT / "yima/adapters/store/schema.sql",
    ROOT / "yima/adapters/store/folded.sql",
    ROOT / "yima/adapters/store/rows.py",
    ROOT / "yima/core/model.py",
    ROOT / "modules.yaml",
    ROOT / "roles.yaml",
)


def town_of(shops: int, points: int, people: int) -> Path:
    """The folder of a town with these many, folded, founded a day ago; kept between runs. Copy it before writing."""
    return kept(f"town-{shops}-{points}-{people}", lambda folder: _build(folder, shops, points, people), *SOURCES)


def rules() -> dict[str, object]:
    """The shipped rules, every item claimed by its lead."""
    body, faults = catalog.read(catalog.defaults())
    assert not faults, faults[:3]
    body["claims"] = [{"item": one["id"], "dept": one["lead"], "meeting": "第3次联席会议", "on": "2026-08-20"} for one in body["items"]]
    return body


def database(folder: Path) -> Path:
    return folder / "data" / "town.db"


def founded(folder: Path, now: int) -> Store:
    return found_town(folder, name="青荷镇", admin="顾晓", catalogue=rules(), calendars=shipped_calendars(), now=now, sample=True)


def code_of(number: int) -> str:
    """The code of the plate with this number."""
    return codes.make(hashlib.sha256(f"plate {number}".encode()).digest())


def registered(town: str, number: int, shops: int) -> tuple[str, ObjectRegistered, bytes]:
    """The object with this number: the first `shops` are shops, the others points."""
    is_shop = number < shops
    street, door = STREETS[number % len(STREETS)], str(1 + number // len(STREETS))
    event = ObjectRegistered(
        kind="shop" if is_shop else "point",
        name=f"{street[:2]}小店{number}" if is_shop else f"{street}公共点{number}",
        street=street,
        door=door,
        grid=f"第{number % GRIDS + 1}网格",
        trade=TRADES[number % len(TRADES)] if is_shop else "",
        position=(31_230_000 + number, 121_470_000 + number, "gcj02"),
    )
    return identity(town, event.kind, 3, (street, door, "")), event, events.encode(event)


def _build(folder: Path, shops: int, points: int, people: int) -> None:
    now = time.time_ns() // 1_000_000 - DAY_MS
    with founded(folder, now) as store:
        admin = store.settings["person"]
        departments = sorted(store.town.last_catalogue.departments)
        with store.transaction():
            for number in range(people):
                role, dept, places = _role_of(number, departments)
                name = f"{'巡查员' if role == 'street_patrol' else '工作人员'}{number + 1:02}"
                event = PersonRegistered(name, f"A{number + 1:03}", dept, ({"role": role, **places},))
                store.append("person.registered", identity(store.town_id, "person", 2, (dept, name)), event, by=admin, now=now)
        with store.transaction():
            made = [registered(store.town_id, number, shops) for number in range(shops + points)]
            store.append_new(made, by=admin, now=now)
            plates = tuple((code_of(number), one[0]) for number, one in enumerate(made))
            store.append("plates.printed", "B1", PlatesPrinted(1, "24", plates), by=admin, now=now)
        with store.transaction():
            store.fresh()
            finder = store.db.execute("SELECT id FROM person WHERE name = ?", (FINDER,)).fetchone()[0]
            store.set_setting("person", finder)
        store.db.execute("ANALYZE")
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    (folder / "sizes.json").write_text(json.dumps({"shops": shops, "points": points, "people": people}), encoding="utf-8")


def _role_of(number: int, departments: list[str]) -> tuple[str, str, dict[str, list[str]]]:
    """A patrol for all streets, so that each code asks something, its handler, an inspector for each grid, leaders, and who else a town has."""
    if number == 0:
        return "street_patrol", "cg", {}
    if number == 1:
        return "dept_staff", "cjb", {}
    places = {"grids": [f"第{number % GRIDS + 1}网格"]}
    if number < 2 + GRIDS:
        return "grid_inspector", "ucc", places
    if number < 2 + GRIDS + len(departments):
        return "dept_leader", departments[number - 2 - GRIDS], {}
    if number == 2 + GRIDS + len(departments):
        return "town_leader", "ucc", {}
    role, dept = WORKERS[number % len(WORKERS)]
    return role, dept, places
