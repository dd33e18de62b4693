"""What the documents say is run: every `$ yima …` of both READMEs, in order, in a town of their own, with ledgers of the sample town."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LEDGERS = {"商户台账.xlsx": "shops.xlsx", "点位台账.csv": "points.csv", "人员名册.xlsx": "people.xlsx", "值班表.xlsx": "roster.xlsx"}
WHO = {"scan": "王芳", "dispose": "周明", "answer": "陈立"}  # who acts where the document leaves it to the device's current person


def commands(document: str) -> list[str]:
    """The yima commands of a document's console blocks, without their remarks."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.S)
    return [line[2:].split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_both_readmes_show_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh.md")


def test_the_commands_of_the_readmes_work_in_their_order(tmp_path: Path) -> None:
    for wanted, sample in LEDGERS.items():
        shutil.copy(ROOT / "data" / "sample" / sample, tmp_path / wanted)
    town, code, minute, published = tmp_path / "我的镇", "", 0, False
    for line in commands("README.zh.md"):  # the same as those of README.md
        if line.startswith("make "):
            assert re.search(rf"^{line.removeprefix('make ')}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M), line
            continue
        if line.startswith("cd "):
            assert (tmp_path / line.removeprefix("cd ")).is_dir()
            continue
        words = shlex.split(line)
        assert words[0] == "yima", line
        if words[1] == "scan" and re.fullmatch(r"[0-9A-Z]{12}", words[2]):
            words[2] = code  # a code of this town
        if words[1] == "catalog" and not published:  # what the remark says: the joint meeting has claimed the items
            shutil.copy(ROOT / "data" / "sample" / "claims.yaml", town / "claims.yaml")
            published = True
        if words[1] in WHO:
            words += ["--by", WHO[words[1]]]
        if words[1] == "answer":
            words[2] = overdue(town, minute)
        minute += 1
        done = run(words[1:], tmp_path, town, minute)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        if words[1] == "sheet":
            listed = run(["find", "阿婆生煎"], tmp_path, town, minute).stdout
            found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", listed)
            assert found is not None
            code = found[0].replace("-", "")


def overdue(town: Path, minute: int) -> str:
    """A case whose leader owes an answer: one found at 跨门经营's limit ago, swept."""
    assert run(["sweep"], town, town, minute, day="2026-11-25").returncode == 0
    shown = run(["todo", "--by", "陈立"], town, town, minute, day="2026-11-25").stdout
    found = re.search(r"K1-[0-9]{4}", shown)
    assert found is not None, shown
    return found[0]


def run(words: list[str], folder: Path, town: Path, minute: int, day: str = "") -> subprocess.CompletedProcess[str]:
    if not day:
        day = "2026-11-25" if words[0] in ("answer", "status", "report", "doctor", "sweep") else "2026-11-23"
    environment = {"YIMA_NOW": f"{day}T{9 + minute // 60:02d}:{minute % 60:02d}", "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}
    if words[0] != "init":
        environment["YIMA_TOWN"] = str(town)
    return subprocess.run(
        [sys.executable, "-m", "yima", *words], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
