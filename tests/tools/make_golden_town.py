"""Make tests/golden/town-v1.db: a small town as this version writes it, the same bytes every time.

    python tests/tools/make_golden_town.py [FILE]

A later version must open it and say the same of it (tests/test_golden.py; the words stand in tests/golden/town-v1.txt, `make golden`).
Once a version is released its file is never made anew: a new form of the file gets a new name, town-v2.db.
"""

import os
import sqlite3
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))
FILE = ROOT / "tests" / "golden" / "town-v1.db"

# (instant, who, what is typed, what stands in the pipe)
WEEK: list[tuple[str, str, list[str], str]] = [
    ("2026-11-23 09:00", "王芳", ["scan", "--told"], "阿婆生煎 3:三张桌\n邯郸小吃 ok\n老王面馆 关门\n"),
    ("2026-11-23 09:20", "林秀珍", ["scan", "阿婆生煎", "--ok", "--mode", "self"], ""),
    ("2026-11-23 09:30", "李强", ["scan"], "邯郸小吃 21!:墙脏 10:箱子\n阿婆生煎 其他=门口新装的充电桩没人管\n"),
    ("2026-11-23 09:45", "周明", ["dispose", "K1-0001", "accept"], ""),
    ("2026-11-23 10:00", "王芳", ["scan"], "邯郸小吃 10\n老王面馆 23:堆货\n"),
    ("2026-11-23 10:10", "王芳", ["scan", "老王面馆", "-f", "2=看错"], ""),
    ("2026-11-23 10:15", "王芳", ["undo"], ""),
    ("2026-11-23 10:30", "周明", ["dispose", "K1-0001", "done"], ""),
    ("2026-11-23 10:40", "王芳", ["scan"], "阿婆生煎 3\n"),
    ("2026-11-23 11:20", "周明", ["dispose", "K1-0001", "extend", "--reason", "等遮阳棚", "--until", "2026-11-23T12:30"], ""),
    ("2026-11-23 11:30", "陈队长", ["dispose", "K1-0001", "grant", "--about", "extension"], ""),
    ("2026-11-23 12:31", "顾晓", ["sweep"], ""),
    ("2026-11-23 13:00", "陈队长", ["answer", "K1-0001", "instruct", "--text", "马上去"], ""),
    ("2026-11-23 14:10", "周明", ["scan"], "阿婆生煎 3!\n"),
    ("2026-11-23 14:30", "钱队员", ["scan"], "阿婆生煎 3!\n"),
    ("2026-11-23 15:00", "顾晓", ["dispose", "K1-0004", "temporary_lead", "--to", "dept:cjb"], ""),
    ("2026-11-24 09:10", "王芳", ["scan"], "老王面馆 关门\n阿婆生煎 3:又摆出来\n邯郸小吃 ok\n"),
    ("2026-11-24 09:30", "吴敏", ["scan", "阿婆生煎", "--mode", "inspection", "--permit", "SH2026-0001", "-f", "38=证过期"], ""),
    ("2026-11-24 10:00", "郑静", ["dispose", "K1-0004", "return", "--reason", "不归城建"], ""),
    ("2026-11-25 10:00", "陈队长", ["dispose", "K1-0009", "void", "--reason", "已撤"], ""),
    ("2026-11-25 11:00", "顾晓", ["sweep"], ""),
]  # fmt: skip


def make(file: Path) -> None:
    from tests import street

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "town"
        street.make(folder)
        here = street.Street(folder)
        for instant, by, words, pipe in WEEK:
            ran = here.run(*words, by=by, now=instant, stdin=pipe)
            if ran.code or ran.err:
                sys.exit(f"{instant} {by} {' '.join(words)}: {ran.code} {ran.err}")
        db = sqlite3.connect(folder / "data" / "town.db", isolation_level=None)
        db.execute("PRAGMA journal_mode = DELETE").fetchone()
        db.execute("VACUUM")
        db.close()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes((folder / "data" / "town.db").read_bytes())


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("YIMA_")]:
        del os.environ[name]
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
