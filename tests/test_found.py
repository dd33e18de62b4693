"""`yima init`: a town, whole or not at all."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import at
from yima.adapters.calendars import shipped_calendars
from yima.adapters.catalog import FILES, defaults
from yima.adapters.store import look, open_town
from yima.adapters.store.place import connect, find_town
from yima.errors import BadInput, NotAllowed, Unwritable
from yima.verbs.found import found

ROOT = Path(__file__).parent.parent
NOW = at("2026-10-12 09:00")


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def yima(folder: Path, *words: str, now: str = "2026-10-12T09:00", **more: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "YIMA_NOW"}
    env |= {"YIMA_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **({"YIMA_NOW": now} if now else {}), **more}
    return subprocess.run([sys.executable, "-m", "yima", *words], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8")


def test_a_town_has_its_rules_its_calendar_and_one_admin(tmp_path: Path) -> None:
    result = found(tmp_path / "镇", "青荷镇", "顾晓", NOW, letters="k3", sample=True)
    assert (result.name, result.letters, result.items, result.sample) == ("青荷镇", "K3", 52, True)
    for file in FILES:
        assert (tmp_path / "镇" / file).read_bytes() == (defaults() / file).read_bytes()
    with open_town(find_town(tmp_path / "镇"), fake_clock=True) as store:
        assert store.town.years.keys() == shipped_calendars().keys()
        assert not any(item.claimed for item in store.town.last_catalogue.items.values()), "items wait to be claimed"
        assert [(one.name, one.dept, one.roles[0].role) for one in look.people(store)] == [("顾晓", "ucc", "admin")]
        assert store.settings["person"] == result.admin_id


def test_a_town_under_a_pretended_clock_is_a_sample_and_comes_out_the_same(tmp_path: Path) -> None:
    done = [yima(tmp_path, "init", name, "--name", "青荷镇", "--admin", "顾晓", "--json") for name in ("a", "b")]
    first, second = (json.loads(one.stdout) for one in done)
    assert first["town"] == second["town"] and first["town"]["sample"] is True
    assert first["device"]["key"].startswith(str(tmp_path / "a" / "data")), "its key lies in its own data folder"
    said = yima(tmp_path, "init", "c", "--name", "青荷镇", "--admin", "顾晓").stdout
    assert "sample" in said


def test_a_real_town_keeps_its_key_outside_and_refuses_a_pretended_clock(tmp_path: Path) -> None:
    config = tmp_path / "config"
    done = yima(tmp_path, "init", "t", "--name", "青荷镇", "--admin", "顾晓", "--json", now="", YIMA_CONFIG=str(config))
    said = json.loads(done.stdout)
    assert said["town"]["sample"] is False and Path(said["device"]["key"]).parent == config / "keys"
    assert not list((tmp_path / "t").rglob("*.key"))
    if os.name != "nt":
        assert Path(said["device"]["key"]).stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "t" / "data").stat().st_mode & 0o777 == 0o700
    (tmp_path / "shops.csv").write_text("店名,地址\n甲店,荷花路1号\n", encoding="utf-8")
    done = yima(tmp_path / "t", "import", "shops", "../shops.csv", YIMA_CONFIG=str(config))
    assert done.returncode == 4 and "YIMA_NOW" in done.stderr
    done = yima(tmp_path / "t", "import", "shops", "../shops.csv", YIMA_CONFIG=str(tmp_path / "another"))
    assert done.returncode == 4, "another user's copy of the folder is refused"


@pytest.mark.parametrize(("name", "admin", "letters"), [
    ("", "顾晓", "K1"), ("青荷镇", " ", "K1"), ("青荷\x1b[31m镇", "顾晓", "K1"), ("镇" * 61, "顾晓", "K1"), ("青荷镇", "···", "K1"),
    ("青荷镇", "顾晓", ""), ("青荷镇", "顾晓", "K-1"), ("青荷镇", "顾晓", "1K"), ("青荷镇", "顾晓", "KKKKKKK"),
])  # fmt: skip
def test_bad_names_and_letters_found_nothing(tmp_path: Path, name: str, admin: str, letters: str) -> None:
    with pytest.raises(BadInput):
        found(tmp_path / "deep" / "镇", name, admin, NOW, letters=letters, sample=True)
    assert everything(tmp_path) == []


def test_a_town_is_never_founded_over_another(tmp_path: Path) -> None:
    found(tmp_path, "青荷镇", "顾晓", NOW, sample=True)
    before = everything(tmp_path), (tmp_path / "data" / "town.db").read_bytes()
    with pytest.raises(BadInput):
        found(tmp_path, "别的镇", "别人", NOW, sample=True)
    assert (everything(tmp_path), (tmp_path / "data" / "town.db").read_bytes()) == before


def test_what_was_said_to_be_recorded_has_reached_the_disk(tmp_path: Path) -> None:
    """DESIGN 3: WAL and synchronous FULL, whatever SQLite was built with."""
    found(tmp_path, "青荷镇", "顾晓", NOW, sample=True)
    with contextlib.closing(connect(tmp_path / "data" / "town.db")) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_faulty_rules_that_lie_in_the_folder_are_named_and_nothing_is_half_made(tmp_path: Path) -> None:
    folder = tmp_path / "镇"
    folder.mkdir()
    text = (
        (defaults() / "roles.yaml")
        .read_text(encoding="utf-8")
        .replace("resource: contract, line: line", "resource: contractor, line: line")
    )
    (folder / "roles.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"roles\.yaml:\d+"):
        found(folder, "青荷镇", "顾晓", NOW, sample=True)
    assert everything(folder) == ["roles.yaml"]
    assert (folder / "roles.yaml").read_text(encoding="utf-8") == text


def test_a_clock_that_is_far_off_founds_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        found(tmp_path / "镇", "青荷镇", "顾晓", at("2019-12-31 09:00"), sample=True)
    assert everything(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable):
        found(tmp_path / "file" / "镇", "青荷镇", "顾晓", NOW, sample=True)
    done = yima(tmp_path, "init", "file/镇", "--name", "青荷镇", "--admin", "顾晓")
    assert done.returncode == 6 and len(done.stderr.splitlines()) == 1
    assert everything(tmp_path) == ["file"]


def test_without_a_town_the_other_commands_say_what_to_do(tmp_path: Path) -> None:
    for words in (("shop", "list"), ("sheet",), ("catalog", "publish"), ("import", "shops", "x.csv"), ("plate", "list")):
        done = yima(tmp_path, *words)
        assert (done.returncode, len(done.stderr.splitlines())) == (3, 1) and "yima init" in done.stderr
    assert NotAllowed.exit_code == 4
