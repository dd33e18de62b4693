"""一码专用: the sample that begins with five waste items and takes in a second module, played with public commands alone."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).parent / ("yima.exe" if os.name == "nt" else "yima")
WASTE, BUSINESS = [5, 6, 7, 8, 9], [46, 47, 48, 49, 50, 51, 52]


@pytest.mark.skipif(os.name == "nt" or not COMMAND.is_file(), reason="the sample is a shell script that calls the installed command")
def test_a_town_begins_with_its_waste_and_grows_by_a_module(tmp_path: Path) -> None:
    town = tmp_path / "waste"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "YIMA": str(COMMAND), "LANG": "C.UTF-8"}
    played = subprocess.run(
        ["sh", str(ROOT / "data" / "sample" / "one-module.sh"), str(town)],
        env=environment, capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr
    assert played.stderr == ""
    first, _, second = played.stdout.partition("一周以后")
    assert "已发布：5个子项" in first and "5个子项，已认领5项" in first
    assert "没有空格" in first and "K1-0001 垃圾分类投放　复核通过，已结案" in first
    assert "新增7项" in second and "12个子项，已认领8项" in second and "K1-0003 商户诉求受理" in second
    assert "状态 与重算一致" in second
    assert {path.name for path in tmp_path.iterdir()} == {"waste"}, "nothing is left outside the folder"

    def told(*words: str) -> dict[str, list[dict[str, object]]]:
        done = subprocess.run(
            [str(COMMAND), *words, "--json"], env={**environment, "YIMA_TOWN": str(town), "YIMA_NOW": "2026-10-19T11:00"},
            capture_output=True, encoding="utf-8", timeout=60, check=True,
        )  # fmt: skip
        found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
        return found

    assert [item["no"] for item in told("catalog", "show")["items"]] == [*WASTE, *BUSINESS]
    publications = told("catalog", "log")["publications"]
    assert [(one["items"], one["claimed"]) for one in publications] == [(5, 0), (5, 5), (12, 8)]
    numbers = {item["id"]: item["no"] for item in told("catalog", "show")["items"]}
    shipped = (ROOT / "modules.yaml").read_text(encoding="utf-8")
    for id_, no in numbers.items():
        assert re.search(rf"  - no: {no}\n    id: {id_}\n", shipped), "an item keeps its number wherever it is published"


def test_a_folder_that_the_script_did_not_make_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x", encoding="utf-8")
    played = subprocess.run(["sh", str(ROOT / "data/sample/one-module.sh"), str(tmp_path / "mine")], capture_output=True, encoding="utf-8")
    assert played.returncode == 3 and (tmp_path / "mine" / "notes.txt").exists()
