"""A town with one case that is late by two in the afternoon, and what its sweep leaves behind: for tests of notices and messages."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2

from tests.factories import at, person, shop, town, visit
from tests.street import Ran, Street
from yima.adapters.store import look, open_town
from yima.core.results.leaders import Swept
from yima.verbs.sweep import sweep

FOUNDED = at("2026-11-20 09:00")
TEN = at("2026-11-23 10:00")  # a Monday; over_door_business: 2 work_hour on `street`, so due 12:00, reminded at 11:30
OUTBOX = "data/outbox/2026-11-23/"
SHOP = "0" * 20  # first due the day after founding
_made = tempfile.TemporaryDirectory(prefix="yima-late-")


def make(folder: Path, name: str = "阿婆生煎", note: str = "三张桌") -> None:
    with town(folder, FOUNDED) as store:
        finder = person(store, "王芳", "street_patrol", dept="ucc")
        person(store, "周明", "cg_officer", dept="cg")
        person(store, "周二", "cg_officer", dept="cg")
        person(store, "陈队长", "dept_leader", dept="cg")
        person(store, "林镇长", "town_leader")
        shop(store, name, "荷花路", "12", id=SHOP)
        visit(store, SHOP, finder, TEN, found=[f"over_door_business={note}"])


@cache
def _once() -> Path:
    folder = Path(_made.name) / "town"
    make(folder)
    return folder


class Place:
    """That town in `folder`, open: one shop, its people, and an open case K1-0001 that began at ten. name, note: of the shop and finding."""

    def __init__(self, folder: Path, **said: str) -> None:
        self.folder = folder
        if said:
            make(folder, **said)
        else:
            shutil.copytree(_once(), folder, dirs_exist_ok=True)
        self.store = open_town(folder, fake_clock=True)
        self.finder, self.leader, self.town_leader = (look.person_by(self.store, name).id for name in ("王芳", "陈队长", "林镇长"))
        self.handlers = sorted(look.person_by(self.store, name).id for name in ("周明", "周二"))
        self.shop = SHOP
        self.found = next(fact for fact in self.store.facts_of(SHOP) if fact.kind == "visit.recorded")

    @property
    def first(self) -> str:
        return look.person_name(self.store, self.handlers[0])

    def sweep(self, when: str, **more: Any) -> Swept:
        return sweep(self.store, by=look.person_by(self.store, "顾晓"), now=at(f"2026-11-{when}"), tell=True, **more)

    def run(self, when: str, *words: str) -> Ran:
        """The command, as cron runs it."""
        return Street(self.folder).run("sweep", *words, by="顾晓", now=f"2026-11-{when.replace(' ', 'T')}")

    def files(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in (self.folder / "data").glob("outbox/**/*") if path.is_file())

    def text(self, name: str) -> str:
        return text_of(self.folder / OUTBOX / name)


def pages_of(path: Path) -> list[str]:
    """What a copy of each page's text gives, without white space."""
    with pypdfium2.PdfDocument(path) as pdf:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


def text_of(path: Path) -> str:
    return "".join(pages_of(path))


def rungs(place: Place) -> int:
    """How many were raised: of the first case at 14:01 three, to its handler and, on two clocks, to the leader."""
    return int(place.store.db.execute("SELECT COUNT(*) FROM event WHERE kind = 'rung.raised'").fetchone()[0])
