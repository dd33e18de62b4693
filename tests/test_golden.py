"""A town that a released version wrote: this version opens it, finds it whole, and says the same of it.

tests/golden/town-v1.db is made by tests/tools/make_golden_town.py, the words in town-v1.txt by `make golden`.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.street import APO, CODES, HANDAN, NOODLE, Street
from yima.adapters.store import open_town
from yima.verbs.doctor import doctor

GOLDEN = Path(__file__).parent / "golden"
NOW = "2026-11-25 14:00"
SAID = [
    ["status"],
    ["status", "--by", "module"],
    ["status", "--by", "object"],
    ["show", APO],
    ["show", HANDAN],
    ["show", NOODLE],
    *(["show", f"K1-{number:04d}"] for number in range(1, 11) if number not in (5, 7, 8)),
    *(["todo", "--by", name] for name in ("王芳", "周明", "陈队长", "顾晓", "林秀珍")),
    ["find", "荷花路"],
    ["log", APO],
    ["doctor"],
]


def sample_key(name: str, founded: int) -> str:
    """A sample's private key: its random bytes are SHA-256 over (name, founding instant, device, counter); the key is the third drawn."""
    drawn = json.dumps([name, founded, "", 2], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(drawn.encode()).hexdigest()


def laid_out(name: str, folder: Path) -> Street:
    """The golden file as a town folder: what is not in the file is the key, which a sample's name and founding give."""
    (folder / "data").mkdir(parents=True)
    shutil.copy(GOLDEN / name, folder / "data" / "town.db")
    db = sqlite3.connect(folder / "data" / "town.db")
    kept = dict(db.execute("SELECT name, value FROM kept_setting"))
    db.close()
    town, founded, _sample = json.loads(kept["founded"])
    key = folder / "data" / f"{kept['device']}.key"
    key.write_text(sample_key(town, founded) + "\n", encoding="utf-8")
    key.chmod(0o600)
    return Street(folder)


@pytest.fixture
def here(tmp_path: Path) -> Street:
    return laid_out("town-v1.db", tmp_path / "town")


def test_it_opens_and_its_chain_and_its_rows_are_whole(here: Street) -> None:
    with open_town(here.folder, fake_clock=True) as store:
        found = doctor(store, now=1_795_590_000_000)
        assert not found.problems and found.facts > 70 and found.devices == 1 and found.objects == 3
        assert not found.unknown


def test_it_says_the_same(here: Street, golden: Callable[[str, str], None]) -> None:
    said = []
    for words in SAID:
        ran = here.run(*words, now=NOW)
        assert (ran.code, ran.err) == (0, ""), words
        said.append(f"$ yima {' '.join(words)}\n{ran.out}")
    golden("town-v1.txt", "\n".join(said))


def test_with_another_fold_number_everything_is_folded_anew_and_is_the_same(here: Street, tmp_path: Path) -> None:
    other = laid_out("town-v1.db", tmp_path / "other")
    db = sqlite3.connect(other.folder / "data" / "town.db", isolation_level=None)
    db.execute("UPDATE folded_by SET number = number + 1000")
    db.execute("DELETE FROM matter")
    db.execute("UPDATE object SET base = 'red', name = '改了'")
    db.close()
    for words in (["status", "--by", "object"], ["show", APO]):
        assert other.run(*words, now=NOW) == here.run(*words, now=NOW)


def test_the_week_goes_on(here: Street) -> None:
    before = here.facts()
    assert here.run("scan", CODES[APO], "--ok", by="王芳", now=NOW).code == 0
    ran = here.run("scan", HANDAN, "-f", "3=新的", by="王芳", now=NOW)
    assert ran.code == 0 and here.facts() == before + 2
    number = next(word for word in ran.out.split() if word.startswith("K1-"))
    with open_town(here.folder, fake_clock=True) as store:
        numbers = store.db.execute("SELECT number FROM finding ORDER BY number").fetchall()
        assert int(number[3:]) == numbers[-1][0] and len(numbers) == len(set(numbers)), "numbers go on where they were"
        assert not doctor(store, now=1_795_590_000_000).problems
