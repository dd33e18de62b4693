"""What a command of the street loads: milliseconds differ from machine to machine, modules do not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.factories import at, person, shop, town, visit
from yima.adapters.store import Store
from yima.cli import COMMANDS
from yima.core import codes
from yima.core.events import PlatesPrinted

ROOT = Path(__file__).parent.parent
NOW = "2026-11-23T10:00"
HEAVY = {
    "rich", "pydantic", "yaml", "segno", "sqlite_utils", "typst", "PIL", "jinja2", "msgspec", "pypinyin", "nacl", "zxingcpp",
    "python_calamine", "xlsxwriter", "pypdfium2", "click", "dateutil", "hashlib", "logging", "zoneinfo", "decimal", "dataclasses",
}  # fmt: skip
FRAME = {"yima.cli.words", "yima.cli.frame", "yima.cli.shared"}
CODE = codes.make(b"\x01" * 7)
# What a process of `yima` says, and then the modules that it has loaded, as the last line of its errors.
LOADED = """
import sys
from yima.cli import main
code = main(sys.argv[1:])  # given its words, main gives back the code instead of ending the process
import json
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


class Ended(NamedTuple):
    said: str
    modules: set[str]

    @property
    def libraries(self) -> set[str]:
        return {name.split(".")[0] for name in self.modules}


@pytest.fixture
def yima(tmp_path: Path) -> Callable[..., Ended]:
    """`yima("todo")` runs a process of its own in a small town where one case waits."""
    with town(tmp_path, at("2026-11-20 09:00")) as store:
        _furnish(store)

    def run(*words: str) -> Ended:
        environment = {**os.environ, "YIMA_NOW": NOW, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
        ended = subprocess.run([sys.executable, "-c", LOADED, *words], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8")
        assert ended.returncode == 0, ended.stderr
        return Ended(ended.stdout, set(json.loads(ended.stderr.splitlines()[-1])))

    return run


def _furnish(store: Store) -> None:
    patrol = person(store, "万里", "street_patrol", dept="cg")
    person(store, "城建", "dept_staff", dept="cjb")
    object_id = shop(store, "三味小吃", "荷花路", "841")
    with store.transaction():
        store.append(
            "plates.printed", "B1", PlatesPrinted(1, "24", ((CODE, object_id),)), by=store.settings["person"], now=at("2026-11-20 10:00")
        )
        store.set_setting("person", patrol)
    visit(store, object_id, patrol, at("2026-11-23 09:00"), found=["sign_fall_risk=松动"])


@pytest.mark.parametrize(
    "words",
    [
        ("scan", CODE, "--ok"),
        ("scan", CODE, "-f", "over_door_business=三张桌"),
        ("dispose", "K1-0001", "accept", "--by", "城建"),
        ("todo",),
        ("sweep", "--by", "顾晓"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_of_the_street_loads_itself_and_nothing_heavy(yima: Callable[..., Ended], words: tuple[str, ...]) -> None:
    if words[0] == "sweep":
        yima(*words)  # writes the notice of what is due; cron's next one has nothing to tell
    ended = yima(*words)
    assert ended.said
    assert not ended.libraries & HEAVY
    modules = {name for name in ended.modules if name.startswith("yima.cli.")} - FRAME
    assert modules == {COMMANDS[words[0]][0]}, "another command was built"
    verbs = {".".join(name.split(".")[:3]) for name in ended.modules if name.startswith("yima.verbs.")}
    assert verbs == {f"yima.verbs.{words[0]}"}
    assert not {f"yima.adapters.{name}" for name in ("catalog", "ledger", "paper")} & ended.modules


def test_words_are_loaded_for_a_mistake_only(yima: Callable[..., Ended]) -> None:
    assert "yima.cli.words" not in yima("scan", CODE, "--ok").modules
    assert "yima.cli.words" in yima("scan", "--help").modules


def test_doing_nothing_opens_no_town(yima: Callable[..., Ended]) -> None:
    ended = yima("noop")
    assert "sqlite3" not in ended.modules
    assert not {name for name in ended.modules if name.startswith(("yima.adapters", "yima.verbs", "yima.core"))}
