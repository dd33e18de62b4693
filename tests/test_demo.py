"""The sample town, played from founding to report with public commands alone: every story ends where data/sample/expected.csv says."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from yima.adapters.store import open_town
from yima.adapters.store.look import resolve
from yima.adapters.store.seen import case_seen

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).parent / ("yima.exe" if os.name == "nt" else "yima")


@pytest.mark.skipif(os.name == "nt" or not COMMAND.is_file(), reason="the demo is a shell script that calls the installed command")
def test_every_story_of_the_sample_town_ends_as_its_table_says(tmp_path: Path) -> None:
    town = tmp_path / "demo"
    before = {path for path in tmp_path.rglob("*")}
    played = subprocess.run(
        ["sh", str(ROOT / "data" / "sample" / "demo.sh"), str(town)],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "YIMA": str(COMMAND), "LANG": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr
    assert "逐码复读 107/107" in played.stdout and "状态 与重算一致" in played.stdout
    assert {path.name for path in tmp_path.iterdir()} - {path.name for path in before} == {"demo"}, "nothing is left outside the folder"
    for ending in ("sheets/K1-B0001-青荷镇.pdf", "reports/2026-W47.html", "reports/2026-W47.json"):
        assert (town / "data" / ending).stat().st_size > 10_000
    now = 1_795_395_600_000  # 2026-11-23 09:00 in the town
    with open_town(town, fake_clock=True) as store, (ROOT / "data" / "sample" / "expected.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["stage"] == "withdrawn":
                continue
            hit = resolve(store, row["case"])
            case = store.state(hit.object).cases[hit.case]
            seen = case_seen(store, hit.object, case, now)
            told = (seen.object.name, str(case.item), seen.stage, seen.outcome, seen.colour, "yes" if case.repeat else "")
            assert told == (row["object"], row["item"], row["stage"], row["outcome"], row["colour"], row["repeat"]), row["case"]
            if row["in_time"]:
                assert row["in_time"] == ("yes" if case.in_time else "no"), row["case"]
