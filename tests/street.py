"""A street for tests of the commands: people, shops and plates in a small town, made once and copied for each test; `yima` in this process.

street.run("scan", "阿婆生煎", "--ok", by="王芳")           the command line: exit code, what was said, what was complained of
with street.open() as store: …                               the verbs, on the same file
"""

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.factories import at, person, shop, town
from yima.adapters.store import Store, look, open_town
from yima.adapters.store.look import Hit
from yima.core import codes
from yima.core.events import PlatesPrinted
from yima.core.model import Person
from yima.core.results.street import Asked, CaseSeen, Scanned
from yima.errors import YimaError
from yima.verbs import dispose
from yima.verbs import scan as verb
from yima.verbs.scan import How, words

ROOT = Path(__file__).parent.parent
FOUNDED = "2026-11-20 09:00"  # a Friday
MONDAY = "2026-11-23 10:00"
APO, HANDAN, NOODLE = "阿婆生煎", "邯郸小吃", "老王面馆"  # 荷花路 12, 18; 老街 9
CODES = {name: codes.make(bytes([number]) * 7) for number, name in enumerate((APO, HANDAN, NOODLE), 1)}
VOID, BLANK, STRANGE = (codes.make(bytes([number]) * 7) for number in (11, 12, 13))  # STRANGE: well formed, printed by nobody here
MISTYPED = CODES[APO][:-1] + ("0" if CODES[APO][-1] != "0" else "1")


class Ran(NamedTuple):
    """What a command ended with."""

    code: int
    out: str
    err: str


class Street:
    """A town of its own in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def open(self) -> Iterator[Store]:
        with open_town(self.folder, fake_clock=True) as store:
            yield store

    def facts(self) -> int:
        with self.open() as store:
            return int(store.db.execute("SELECT COUNT(*) FROM event").fetchone()[0])

    def run(self, *words: str, by: str = "", now: str = MONDAY, stdin: str = "", **environment: str) -> Ran:
        """The command line in this process, which is no terminal."""
        from yima.cli import main

        more = ["--by", by] if by else []
        out, err = io.StringIO(), io.StringIO()
        saved, real = dict(os.environ), sys.stdin
        os.environ.update({"YIMA_NOW": now.replace(" ", "T"), "YIMA_TOWN": str(self.folder), **environment})
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogateescape")), encoding="utf-8")
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main([*words, *more])
        finally:
            sys.stdin = real
            os.environ.clear()
            os.environ.update(saved)
        return Ran(code, out.getvalue(), err.getvalue())


def make(folder: Path) -> None:
    """The street as it is before anybody has walked it."""
    with town(folder, at(FOUNDED), change=_always_closed) as store, store.transaction():
        person(store, "王芳", "street_patrol", dept="cg")
        person(store, "李强", "patrol_3p")
        person(store, "何伟", "patrol_3p")
        person(store, "孙倩", "grid_inspector")
        person(store, "周明", "cg_officer", dept="cg")
        person(store, "钱队员", "cg_officer", dept="cg")
        person(store, "陈队长", "dept_leader", dept="cg")
        person(store, "郑静", "dept_staff", dept="cjb")
        person(store, "吴敏", "mr_officer", dept="mr")
        person(store, "冯所长", "dept_leader", dept="mr")
        person(store, "林镇长", "town_leader", dept="office")
        person(store, "王伟", "street_patrol", dept="cg", no="17")
        person(store, "王伟", "street_patrol", dept="mr", no="18")
        apo = shop(store, APO, "荷花路", "12")
        handan = shop(store, HANDAN, "荷花路", "18")
        noodle = shop(store, NOODLE, "老街", "9")
        person(store, "林秀珍", "shop_owner", objects=(apo,))
        named = ((CODES[APO], apo), (CODES[HANDAN], handan), (CODES[NOODLE], noodle), (VOID, handan), (BLANK,))
        admin = store.settings["person"]
        store.append("plates.printed", "B1", PlatesPrinted(1, "24", named), by=admin, now=at(FOUNDED))
        from yima.core.events import PlateVoided

        store.append("plate.voided", VOID, PlateVoided("破损", CODES[HANDAN]), by=admin, now=at(FOUNDED))
        store.set_setting("person", look.person_by(store, "王芳").id)


def _always_closed(body: dict[str, Any]) -> None:
    body["town"]["recheck_share"] = 1 << 60  # what is fixed on the spot is never looked at again by chance


def copy_of(made: Path, folder: Path) -> Street:
    shutil.copytree(made, folder)
    return Street(folder)


# -- the verbs


def who(store: Store, name: str) -> Person:
    return look.person_by(store, name)


def hit(store: Store, name: str) -> Hit:
    return look.resolve(store, name)


def say(store: Store, name: str, said: str, by: str, now: str = MONDAY, **how: Any) -> Scanned:
    """A line of a pipe at one code: `ok`, `3:三张桌`, `关门`, or nothing."""
    rules = store.town.last_catalogue
    return verb.scan(store, hit(store, name), words.parse(said, rules), who(store, by), at(now), How(**how))


def look_at(store: Store, name: str, by: str, now: str = MONDAY, **how: Any) -> Asked:
    """What is shown at a code."""
    return verb.ask(store, hit(store, name), who(store, by), at(now), How(**how))


def answer(store: Store, name: str, said: str, by: str, now: str = MONDAY, **how: Any) -> Scanned:
    """What is shown at a code, and what is said of it: numbers are positions on the screen."""
    shown = look_at(store, name, by, now, **how)
    said_ = words.parse(said, store.town.last_catalogue, positions=True)
    return verb.scan(store, hit(store, name), said_, who(store, by), at(now), How(shown=True, **how), shown)


def take(store: Store, case: str, step: str, by: str, when: str = "23 10:05", **more: Any) -> CaseSeen:
    """A step at the desk, in November 2026."""
    until = dispose.until_of(store, more.pop("until", None))
    what = dispose.Step(step, until=until, **more)
    return dispose.dispose(store, hit(store, case), what, who(store, by), at(f"2026-11-{when}")).case


def refuses(store: Store, error: type[YimaError], *words: str, **more: Any) -> str:
    """What is said where a step is refused; then nothing has been written."""
    before = store.db.execute("SELECT COUNT(*) FROM event").fetchone()
    with pytest.raises(error) as caught:
        take(store, *words, **more)
    assert store.db.execute("SELECT COUNT(*) FROM event").fetchone() == before, "something was written"
    assert not store.db.execute("SELECT 1 FROM unmoved").fetchall()
    return str(caught.value)
