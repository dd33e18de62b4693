"""Bad input: one sentence on stderr that says what to do, the right exit code, nothing written, no traceback."""

import ctypes
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import street
from tests.factories import at, rules
from tests.street import APO, BLANK, CODES, HANDAN, MISTYPED, MONDAY, NOODLE, ROOT, STRANGE, VOID, Ran, Street
from yima.adapters.calendars import shipped_calendars
from yima.adapters.store.founding import found_town

SURROGATE, ESCAPE, BIDI = "\udcff", "\x1b[31m红\x07", "好\u202e坏"
LONG = "9" * 5000
MIB = "字" * 700_000  # 2.1 MB in UTF-8


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """K1-0001: 跨门经营 at 阿婆生煎 (F3, owner to fix). K1-0002: 瓶装液化气 at 邯郸小吃 (F4, to be accepted by 郑静). Nobody has told anybody."""
    folder = tmp_path_factory.mktemp("bad") / "town"
    street.make(folder)
    assert Street(folder).run("scan", APO, "-f", "over_door_business=三张桌").code == 0
    assert Street(folder).run("scan", HANDAN, "-f", "lpg_cylinder=漏气").code == 0
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Street:
    return street.copy_of(made, tmp_path / "town")


def refused(here: Street, code: int, *words: str, **more: Any) -> str:
    """The sentence, and the proof that nothing was written."""
    before = here.facts()
    return one_sentence(here.run(*words, **more), code, here, before)


def one_sentence(ran: Ran, code: int, here: Street | None = None, before: int = 0) -> str:
    assert ran.code == code, (ran.out[-300:], ran.err[-600:])
    assert "Traceback" not in ran.err
    assert ran.err.startswith("yima: ") and ran.err.count("\n") == 1 and ran.err.endswith("\n"), ran.err[-600:]
    assert not unclean(ran.err), f"a terminal would obey this: {unclean(ran.err)}"
    assert not ran.out
    if here is not None:
        assert here.facts() == before, "something was written"
    return ran.err


def unclean(text: str) -> str:
    """Control characters, bidi marks, half characters."""
    return "".join(sign for sign in text if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp"))


# -- the table: exit code, what was typed, a word of the answer (in Chinese, as people see it)

CODE = [
    (3, ["scan", "", "--ok"], "没有输入"),
    (3, ["scan", STRANGE, "--ok"], "不是本镇的码"),
    (3, ["scan", MISTYPED, "--ok"], APO),  # the near code of this town is named
    (3, ["scan", VOID, "--ok"], "破损"),
    (3, ["scan", BLANK, "--ok"], "plate bind"),
    (3, ["scan", "https://pay.example/abc", "--ok"], "没有打开"),
    (3, ["scan", "Y1:4F7K", "--ok"], "不是完整的码"),
    (3, ["scan", "没有这家", "--ok"], "yima find"),
    (3, ["scan", "荷花路", "--ok"], "荷花路18号"),  # two fit: both are listed
    (3, ["scan", "K1-0099", "--ok"], "没有案卷"),
    (3, ["scan", "K9-0001", "--ok"], "K9-0001"),
    (3, ["scan", "K1-" + "9" * 30, "--ok"], ""),
    (3, ["scan", SURROGATE, "--ok"], ""),
    (3, ["scan", ESCAPE, "--ok"], "红"),
    (3, ["scan", BIDI, "--ok"], "坏"),
    (3, ["scan", "\x00", "--ok"], ""),
    (3, ["scan", "'; DROP TABLE event; --", "--ok"], ""),
    (3, ["scan", "%", "--ok"], ""),
    (2, ["scan", "--ok"], "yima scan"),
    (3, ["dispose", "没有这家"], ""),
    (3, ["show", "没有这家"], ""),
    (3, ["show", SURROGATE], ""),
    (3, ["show", "K1-0099"], "没有案卷"),
    (3, ["show", "K1-" + "9" * 30], ""),
    (3, ["log", SURROGATE], ""),
    (3, ["find", SURROGATE], ""),
]  # fmt: skip

PEOPLE = [
    (3, ["scan", APO, "--ok", "--by", "谁"], "person list"),
    (3, ["scan", APO, "--ok", "--by", "王伟"], "17、18"),  # two of that name: their numbers
    (3, ["scan", APO, "--ok", "--by", SURROGATE], ""),
    (3, ["scan", APO, "--ok", "--for", "谁"], ""),
    (4, ["scan", APO, "--ok", "--by", "林秀珍", "--for", "owner"], "代录"),
    (4, ["scan", APO, "--ok", "--by", "周明", "--for", "郑静"], "代录"),
    (3, ["use", "谁"], ""),
    (3, ["use", "王伟"], "17、18"),
    (3, ["use", SURROGATE], ""),
    (3, ["todo", "--by", "谁"], ""),
    (3, ["sweep", "--by", "谁"], ""),
    (3, ["answer", "K1-0001", "instruct", "--text", "办", "--for", "谁"], ""),
]

VISIT = [
    (3, ["scan", APO, "-f", "99"], "99"),
    (3, ["scan", APO, "-f", LONG], ""),
    (3, ["scan", APO, "-f", "垃圾"], "暴露垃圾"),  # several items: all are listed
    (3, ["scan", APO, "-f", "其他"], "其他="),
    (3, ["scan", APO, "-f", ""], ""),
    (3, ["scan", APO, "-f", "=三张桌"], ""),
    (3, ["scan", APO, "-f", "10", "-f", "10=箱子"], "两次"),
    (3, ["scan", APO, "-f", f"10={SURROGATE}"], ""),
    (3, ["scan", APO, "-f", f"10={MIB}"], "1 MiB"),
    (3, ["scan", APO, "-f", "10", "--source", "moon"], "hotline"),
    (2, ["scan", APO, "--closed", "睡觉"], "关门"),
    (3, ["scan", APO, "--ok", "--plate", "broken"], "missing"),
    (3, ["scan", APO, "--ok", "--mode", "飞行"], "invited"),
    (3, ["scan", APO, "--ok", "--mode", "inspection", "--by", "吴敏"], "--permit"),
    (4, ["scan", APO, "--ok", "--mode", "inspection", "--permit", "SH2026-1"], "在编"),
    (4, ["scan", APO, "--ok", "--mode", "inspection", "--permit", "SH2026-1", "--by", "李强"], "在编"),
    (3, ["scan", APO, "--ok", "--mode", "proxy"], "--consent"),
    (4, ["scan", APO, "--ok", "--mode", "self"], "店主"),
    (4, ["scan", HANDAN, "--ok", "--mode", "self", "--by", "林秀珍"], "店主"),  # an owner, but not of this shop
    (2, ["scan", APO, "--ok", "--seen", "25:00"], "09:30"),
    (2, ["scan", APO, "--ok", "--seen", "²³:00"], "09:30"),
    (2, ["scan", APO, "--ok", "--seen", "2026-11-22T09:00"], "09:30"),
    (3, ["scan", APO, "--ok", "--seen", "23:59"], ""),  # later today
]

STEP = [
    (2, ["dispose"], "案号"),
    (2, ["handover", "周明"], "--to"),
    (3, ["handover", "没有这人", "--to", "周明"], "没有这人"),
    (3, ["handover", "周明", "--to", "周明"], "--to"),
    (3, ["handover", "周明", "--to", "李强"], "没有"),
    (3, ["dispose", NOODLE], "没有在办的案卷"),
    (3, ["dispose", "K1-0002", "fly"], "accept"),
    (3, ["dispose", "K1-0002", "pass"], ""),  # a pass comes only from a visit
    (3, ["dispose", "K1-0002", ESCAPE], ""),
    (3, ["dispose", "K1-0001", "accept", "--by", "周明"], "店主自改"),  # the stage where it stands
    (3, ["dispose", "K1-0002", "close", "--by", "郑静"], "待复核"),
    (4, ["dispose", "K1-0002", "accept"], "郑静"),  # who may
    (4, ["dispose", "K1-0001", "done", "--by", "李强"], "周明"),
    (4, ["dispose", "K1-0001", "void", "--by", "郑静", "--reason", "x"], "陈队长"),
    (3, ["dispose", "K1-0001", "void", "--by", "陈队长"], "--reason"),
    (3, ["dispose", "K1-0002", "return", "--by", "郑静"], "--reason"),
    (3, ["dispose", "K1-0002", "extend", "--by", "郑静"], "--reason"),
    (3, ["dispose", "K1-0002", "extend", "--by", "郑静", "--reason", "x", "--until", "2026-02-30"], "2026-12-01"),
    (3, ["dispose", "K1-0002", "extend", "--by", "郑静", "--reason", "x", "--until", "明天"], "2026-12-01"),
    (3, ["dispose", "K1-0002", "extend", "--by", "郑静", "--reason", "x", "--until", "2026-11-01"], "--until"),
    (3, ["dispose", "K1-0002", "extend", "--by", "郑静", "--reason", "x", "--until", "0001-01-01T00:00"], ""),
    (3, ["dispose", "K1-0002", "reassign", "--by", "林镇长", "--to", "谁"], ""),
    (3, ["dispose", "K1-0002", "reassign", "--by", "林镇长", "--to", "dept:火星"], "城管执法中队"),
    (3, ["dispose", "K1-0002", "reassign", "--by", "林镇长", "--to", "item:99"], "99"),
    (3, ["dispose", "K1-0002", "reassign", "--by", "林镇长", "--to", "moon:x"], "person:"),
    (3, ["dispose", "K1-0002", "reassign", "--by", "林镇长", "--to", "item:3"], "--to"),  # an item takes over no case
    (3, ["dispose", "K1-0002", "grant", "--by", "林镇长"], "--about"),
    (3, ["dispose", "K1-0002", "grant", "--about", "extension", "--by", "林镇长"], ""),  # nobody asked
    (3, ["dispose", "K1-0002", "grant", "--about", "申诉", "--by", "林镇长"], "suspension（挂起）"),  # an appeal is upheld, not granted
    (3, ["dispose", "K1-0002", "refer", "--by", "林镇长"], "--document 文号 --until"),
    (3, ["dispose", "K1-0002", "accept", "--by", "郑静", "--note", SURROGATE], ""),
    (3, ["dispose", "K1-0002", "accept", "--by", "郑静", "--note", MIB], "1 MiB"),
]  # fmt: skip

BACK = [
    (3, ["undo", "--by", "陈队长"], "陈队长"),
    (3, ["undo", "K1-9999", "--reason", "x"], "yima log"),
    (3, ["undo", "K1-" + "9" * 30, "--reason", "x"], ""),
    (3, ["undo", "不是号", "--reason", "x"], "yima log"),
    (3, ["undo", SURROGATE, "--reason", "x"], ""),
    (3, ["undo", "K1-1", "--reason", "x"], ""),  # the founding is set right by a new fact
    (3, ["undo", "K1-1"], "--reason"),
]

LEADERS = [
    (2, ["answer", "K1-0001", "dance", "--text", "办"], "instruct"),
    (2, ["answer", "K1-0001", "instruct"], "--text"),
    (3, ["answer", "K1-0001", "instruct", "--text", " ", "--by", "陈队长"], "--text"),
    (3, ["answer", "K1-0001", "instruct", "--text", "办", "--by", "陈队长"], "K1-0001"),  # nothing is owed before a sweep
    (3, ["answer", "K1-0001", "refer", "--text", "办", "--by", "陈队长"], "--document"),
    (3, ["answer", "K1-0001", "extend", "--text", "办", "--until", "2026-02-30", "--by", "陈队长"], "2026-12-01"),
    (2, ["status", "--by", "火星"], "grid"),
    (2, ["status", "--colour", "purple"], "red"),
    (3, ["status", "--as-of", "2026-02-30"], "2026-11-20"),
    (3, ["status", "--as-of", ""], ""),
    (3, ["status", "--as-of", "0001-01-01"], ""),
    (3, ["status", "--as-of", "9999-12-31T23:59+00:00"], ""),
    (3, ["report", "--week", "2026-W99"], "2026-W47"),
    (3, ["report", "--week", "0001-W01"], ""),
    (3, ["report", "--week", "9999-W52"], ""),
    (3, ["report", "--week", "2026-W47", "--as-of", "9999-12-31T23:59+00:00"], ""),
    (3, ["report", "--from", "2026-02-30", "--to", "2026-03-01"], ""),
    (3, ["report", "--from", "2026-03-01", "--to", "2026-02-01"], ""),
    (2, ["report", "--format", "docx"], "html"),
    (4, ["report", "--issue", "--week", "2026-W47"], "王芳"),
]

CHOOSING = ("--objects", "--only", "--grid", "--street")
OFFICE = [
    (3, ["plate", "list", "--batch", "K1-B0099"], "K1-B0099"),
    (3, ["plate", "list", "--batch", ESCAPE], ""),
    (3, ["plate", "list", "--batch", LONG], ""),
    (3, ["plate", "list", "--batch", ""], "--batch 是空的"),
    (3, ["plate", "list", "--object", " "], "--object 是空的"),
    (3, ["plate", "list", "--object", "没有这家"], "没有这家"),
    (3, ["plate", "list", "--object", SURROGATE], ""),
    (2, ["plate", "list", "--object", APO, "--batch", "K1-B0001"], "--object"),
    (2, ["plate", "queue", "x"], ""),
    (3, ["plate", "bind", BLANK, "没有这家"], ""),
    (3, ["plate", "bind", BLANK, "荷花路"], "荷花路18号"),
    (3, ["plate", "bind", MISTYPED, APO], ""),
    (3, ["plate", "bind", STRANGE, APO], ""),
    (3, ["plate", "bind", SURROGATE, APO], ""),
    (3, ["plate", "bind", "abc", APO], "“abc”不是码"),
    (3, ["plate", "bind", APO, BLANK], f"“{APO}”不是码；"),  # the two were swapped
    (3, ["plate", "bind", CODES[APO], HANDAN], APO),
    (3, ["plate", "bind", VOID, HANDAN], "破损"),
    (4, ["plate", "bind", BLANK, APO, "--by", "李强"], "李强"),
    (2, ["plate", "void", CODES[APO]], "--reason"),
    (3, ["plate", "void", CODES[APO], "--reason", " ", "--by", "顾晓"], "--reason"),
    (4, ["plate", "void", CODES[APO], "--reason", "碎了"], "王芳"),
    (3, ["plate", "void", CODES[APO], "--reason", "碎了", "--by", "顾晓", "--replaced-by", MISTYPED], ""),
    (3, ["plate", "void", CODES[APO], "--reason", SURROGATE, "--by", "顾晓"], ""),
    (3, ["plate", "void", CODES[APO], "--reason", MIB, "--by", "顾晓"], "1 MiB"),
    (2, ["plate", "void", "--reason", "碎了"], "plate void"),
    (2, ["plate", "void", BLANK, "--spoilt", "--reason", "碎了", "--by", "顾晓"], "只能写一个"),
    (2, ["plate", "void", BLANK, "--by", "顾晓"], "请写明为什么"),
    (3, ["plate", "void", "ZZZZ-ZZZZ-ZZZZ", "--reason", "碎了", "--by", "顾晓"], "“ZZZZ-ZZZZ-ZZZZ”不是码"),
    (3, ["plate", "void", CODES[APO], "--reason", "碎了", "--replaced-by", "", "--by", "顾晓"], "--replaced-by 是空的"),
    (2, ["plate", "void", CODES[APO], BLANK, "--reason", "碎了", "--replaced-by", CODES[HANDAN], "--by", "顾晓"], "--replaced-by"),
    (3, ["plate", "void", BLANK, CODES[APO], "--spoilt", "--by", "顾晓"], APO),
    (3, ["plate", "void", BLANK, STRANGE, "--reason", "碎了", "--by", "顾晓"], "不是本镇的码"),
    (4, ["plate", "void", BLANK, "--spoilt"], "王芳"),
    (2, ["plate", "reprint"], "--queue"),
    (2, ["plate", "reprint", CODES[APO], "--queue", "--by", "顾晓"], "--queue"),
    (3, ["plate", "reprint", "--queue", "--by", "顾晓"], "plate queue"),
    (3, ["plate", "reprint", VOID, "--by", "顾晓"], "破损"),
    (3, ["plate", "reprint", BLANK, "--by", "顾晓"], "--spoilt"),
    (3, ["plate", "reprint", STRANGE, "--by", "顾晓"], "不是本镇的码"),
    (3, ["plate", "reprint", CODES[HANDAN], MISTYPED, "--by", "顾晓"], APO),
    (3, ["plate", "reprint", "https://pay.example/abc", "--by", "顾晓"], "没有打开"),
    (3, ["plate", "reprint", SURROGATE, "--by", "顾晓"], ""),
    (3, ["plate", "reprint", "", "--by", "顾晓"], ""),
    (3, ["plate", "reprint", CODES[APO], "--stock", "99", "--by", "顾晓"], "24"),
    (6, ["plate", "reprint", CODES[APO], "--by", "顾晓", "-o", "/dev/null/x.pdf"], "/dev/null/x.pdf"),
    (4, ["plate", "reprint", CODES[APO]], "王芳"),
    (3, ["plate", "reprint", CODES[APO], "--by", "顾晓", "-o", "x.png"], "x.png 不是以 .pdf 结尾"),
    (3, ["plate", "verify", "没有.jpg"], "没有.jpg"),
    (3, ["plate", "verify", "没有.jpg", "--batch", ""], "--batch 是空的"),
    (3, ["plate", "verify", "没有.jpg", "--street", ""], "--street 是空的"),
    (3, ["plate", "verify", "没有.jpg", "--grid", ""], "--grid 是空的"),
    (3, ["plate", "image", "没有这家"], "没有这家"),
    (3, ["plate", "image", CODES[APO], "-o", "x.jpg"], "x.jpg 不是以 .svg 或 .png 结尾"),
    (3, ["plate", "image", CODES[APO], "-o", "x.pdf"], "x.pdf 不是以 .svg 或 .png 结尾"),
    (3, ["plate", "image", CODES[APO], "-o", "x.gif", "--format", "png"], "x.gif 不是以 .svg 或 .png 结尾"),
    (3, ["plate", "image", CODES[APO], "-o", "x"], "x 不是以 .svg 或 .png 结尾"),
    (3, ["catalog", "show", "99"], "99"),
    (3, ["catalog", "show", LONG], ""),
    (4, ["catalog", "publish"], "王芳"),
    (3, ["catalog", "publish", "--by", "顾晓"], "modules.yaml"),  # this folder has no rules in files
    (3, ["shop", "list", "--grid", SURROGATE], ""),
    *((3, ["sheet", option, empty, "--by", "顾晓"], f"{option} 是空的，没有打印") for option in CHOOSING for empty in ("", " ", "\u3000")),
    (3, ["sheet", "--objects", ",", "--by", "顾晓"], "--objects 是空的，没有打印"),
    (3, ["sheet", "--objects", "、 ，", "--new", "--by", "顾晓"], "--all"),
    (3, ["sheet", "--street", "荷花路", "--objects", "", "--by", "顾晓"], "--objects 是空的"),
    (3, ["sheet", "--street", "没有路", "--by", "顾晓"], ""),
    (3, ["sheet", "--stock", "99", "--by", "顾晓"], "24"),
    (3, ["sheet", "--start", "25", "--by", "顾晓"], "1 到 24"),
    (3, ["sheet", "--start", "0", "--by", "顾晓"], "1 到 24"),
    (3, ["sheet", "--start", "2", "--stock", "a6", "--by", "顾晓"], "去掉 --start"),
    (2, ["sheet", "--start", "二", "--by", "顾晓"], "二"),
    (3, ["sheet", "--copies", "0", "--by", "顾晓"], "--copies"),
    (3, ["sheet", "--copies", "30000", "--by", "顾晓"], "--copies 请写 1 到 100"),
    (3, ["sheet", "--blank", "20000", "--copies", "101", "--by", "顾晓"], "--copies 请写 1 到 100"),
    (3, ["sheet", "--blank", "20000", "--copies", "2", "--by", "顾晓"], "20000"),
    (3, ["sheet", "--stock", "roll", "--cut-marks", "--by", "顾晓"], "--cut-marks"),
    (3, ["sheet", "--font", "没有.ttf", "--by", "顾晓"], "没有.ttf"),
    (3, ["sheet", "--font", "/dev/null", "--by", "顾晓"], "/dev/null"),
    (3, ["sheet", "--shift", "11,0", "--by", "顾晓"], "10 毫米"),
    (2, ["sheet", "--shift", "nan,0", "--by", "顾晓"], "1.5,-0.8"),
    (2, ["sheet", "--shift", "-1.5", "--by", "顾晓"], "1.5,-0.8"),
    (3, ["sheet", "--only", "没有这家", "--by", "顾晓"], "没有这家"),
    (3, ["sheet", "--only", "，", "--by", "顾晓"], "--only 是空的，没有打印"),
    (3, ["sheet", "--only", "没有的文件.txt", "--by", "顾晓"], "没有文件 没有的文件.txt"),
    (3, ["sheet", "--only", "清单/补印", "--by", "顾晓"], "没有文件 清单/补印"),
    (3, ["sheet", "--only", "https://pay.example/abc", "--by", "顾晓"], "没有打开"),
    (3, ["sheet", "--only", f"{APO},没有这家.txt", "--by", "顾晓"], "没有叫“没有这家.txt”"),  # of a list one name is wrong, not the file
    (3, ["sheet", "--only", SURROGATE, "--by", "顾晓"], ""),
    (2, ["sheet", "--all", "--only", APO, "--by", "顾晓"], "--only"),
    (2, ["sheet", "--calibrate", "--objects", APO], "--calibrate"),
    (3, ["sheet", "--calibrate", "--stock", "99"], "24"),
    (6, ["sheet", "--calibrate", "-o", "/dev/null/x.pdf"], "/dev/null/x.pdf"),
    (3, ["sheet", "--calibrate", "-o", "x.png"], "x.png 不是以 .pdf 结尾"),
    (3, ["sheet", "--objects", APO, "--by", "顾晓", "-o", "x.png"], "x.png 不是以 .pdf 结尾"),
    (3, ["sheet", "--objects", APO, "--by", "顾晓", "-o", "x"], "x 不是以 .pdf 结尾"),
    (3, ["sheet", "--objects", APO, "--by", "顾晓", "-o", "."], "文件夹"),
    (3, ["plate", "reprint", CODES[APO], "--start", "25", "--by", "顾晓"], "1 到 24"),
    (3, ["sheet", "--objects", "没有这家", "--by", "顾晓"], "没有这家"),
    (3, ["sheet", "--objects", SURROGATE, "--by", "顾晓"], ""),
    (4, ["sheet", "--objects", APO], "王芳"),
    (2, ["sheet", "--all", "--street", "荷花路", "--by", "顾晓"], "--all"),
    (2, ["sheet", "--blank", "5", "--objects", APO, "--by", "顾晓"], "--blank"),
    (2, ["sheet", "--blank", "5", "--all", "--by", "顾晓"], "--blank"),
    (2, ["sheet", "--blank", "0", "--new", "--by", "顾晓"], "--blank"),
    (2, ["sheet", "--blank", "五", "--by", "顾晓"], "五"),
    (3, ["sheet", "--blank", "0", "--by", "顾晓"], "20000"),
    (3, ["sheet", "--blank", "-1", "--by", "顾晓"], "20000"),
    (3, ["sheet", "--blank", "100000", "--by", "顾晓"], "20000"),
    (4, ["sheet", "--blank", "5"], "王芳"),
    (6, ["sheet", "--blank", "5", "--by", "顾晓", "-o", "/dev/null/x.pdf"], "/dev/null/x.pdf"),
    (6, ["sheet", "--objects", APO, "--by", "顾晓", "-o", "/dev/null/x.pdf"], "/dev/null/x.pdf"),
    (3, ["sheet", "--objects", APO, "--by", "顾晓", "-o", "/"], "-o"),
    (3, ["import", "shops", "没有.xlsx", "--by", "顾晓"], "没有.xlsx"),
    (4, ["import", "shops", "没有.xlsx"], "王芳"),
    (3, ["import", "people", "/dev/null", "--by", "顾晓"], ""),
    (2, ["import", "people", "x.csv", "--map", "y"], "--map"),
    (2, ["import", "points", "x.csv", "--datum", "mars"], "gcj02"),
    (3, ["import", "roster", "没有.xlsx", "--by", "顾晓"], "没有.xlsx"),  # more of the registers: tests/test_bad_registers.py
    (4, ["shop", "add", "桂花糕"], "王芳"),
    (3, ["shop", "change", APO, "--by", "顾晓"], "--grid"),
    (2, ["shop", "retire", APO], "--reason"),
    (3, ["point", "add", "新桥头", "--by", "顾晓"], "--address"),
    (3, ["point", "change", APO, "--by", "顾晓", "--grid", "荷花网格"], "yima shop"),
    (2, ["point", "retire", APO], "--reason"),
    (4, ["person", "add", "郭晓", "--role", "cg_officer"], "王芳"),
    (3, ["person", "change", "谁", "--by", "顾晓", "--name", "某"], "person list"),
    (2, ["person", "retire", "周明"], "--reason"),
]

RULES = [
    (2, ["catalog", "check", "x"], ""),
    (4, ["catalog", "publish", "--except", "3"], "王芳"),
    (3, ["catalog", "publish", "--by", "顾晓"], "modules.yaml"),  # this town's folder has no files of rules
    (3, ["catalog", "diff", "zzzz", "aaaa"], "zzzz"),
    (2, ["catalog", "log", "x"], ""),
    (2, ["catalog", "agenda", "--format", "doc"], "doc"),
    (2, ["catalog", "claim", "3"], "--dept"),
    (3, ["catalog", "claim", "没有这题", "--dept", "cg", "--meeting", "第4次", "--on", "2026-11-20", "--by", "顾晓"], "没有这题"),
    (3, ["catalog", "claim", "3", "--dept", "没有这部门", "--meeting", "第4次", "--on", "2026-11-20", "--by", "顾晓"], "没有这部门"),
    (3, ["catalog", "claim", "3", "--dept", "cg", "--meeting", "第4次", "--on", "2026-02-30", "--by", "顾晓"], "2026-02-30"),
    (3, ["catalog", "refuse", "3", "--dept", "cg", "--meeting", "第4次", "--on", "2027-11-20", "--by", "顾晓"], ""),
    (4, ["catalog", "defer", "3", "--dept", "cg", "--meeting", "第4次", "--on", "2026-11-20"], "王芳"),
    (3, ["suggest", " "], ""),
    (3, ["suggest", SURROGATE], ""),
    (3, ["matrix", "没有这家"], "没有这家"),
    (3, ["matrix", "--item", "没有这项"], "没有这项"),
    (3, ["matrix", "--grid", "没有这网格"], "没有这网格"),
    (3, ["import", "calendar", "没有.csv", "--by", "顾晓"], "没有.csv"),
    (3, ["calendar", "show", "2150"], ""),
    (3, ["calendar", "due", "2026-02-30", "1", "work_day"], "2026-02-30"),
    (3, ["calendar", "due", "2026-11-23T10:00", "0", "work_day"], ""),
    (2, ["calendar", "due", "2026-11-23T10:00", "1", "没有这单位"], "没有这单位"),
]

CARDS = [
    (3, ["todo", "--route", "--by", "谁"], ""),
    (3, ["todo", "--route", "--by", SURROGATE], ""),
    (3, ["todo", "--route", "--by", "林镇长"], "没有到期的巡查"),
    (2, ["todo", "-o", "x.pdf"], "--route"),
    (3, ["todo", "--route", "-o", "/"], "-o"),
    (6, ["todo", "--route", "-o", "/dev/null/x.pdf"], "/dev/null/x.pdf"),
    (3, ["show", "没有这家", "--card"], ""),
    (3, ["show", SURROGATE, "--card"], ""),
    (3, ["show", MISTYPED, "--card"], ""),
    (3, ["show", BLANK, "--card"], "plate bind"),
    (3, ["show", "K1-0099", "--card"], "没有案卷"),
    (3, ["show", "K1-0099", "--slip"], "没有案卷"),
    (3, ["show", "L-1123-cg", "--card"], "漏扫清单"),
    (3, ["show", NOODLE, "--slip"], "没有未结案卷"),
    (2, ["show", APO, "--card", "--slip"], "--slip"),
    (2, ["show", APO, "-o", "x.pdf"], "--card"),
    (3, ["show", APO, "--card", "-o", "/"], "-o"),
    (6, ["show", APO, "--card", "-o", "/dev/null/x.pdf"], "/dev/null/x.pdf"),
    (6, ["show", "K1-0001", "--slip", "-o", "/dev/null/x.pdf"], "/dev/null/x.pdf"),
]

TABLE = [*CODE, *PEOPLE, *VISIT, *STEP, *BACK, *LEADERS, *OFFICE, *RULES, *CARDS]


def label(words: list[str]) -> str:
    return " ".join("".join(sign if sign.isprintable() else "?" for sign in word[:24]) for word in words)


@pytest.mark.parametrize(("code", "words", "says"), TABLE, ids=[f"{code} {label(words)}" for code, words, _says in TABLE])
def test_bad_input_is_one_sentence_and_writes_nothing(here: Street, code: int, words: list[str], says: str) -> None:
    assert says in refused(here, code, *words)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("stock.yaml", "own:\n  name: 自购\n  columns: 99\n", "templates/stock.yaml:3 own"),
        ("stock.yaml", "own: [\n", "templates/stock.yaml:"),
        ("stock.yaml", "", "templates/stock.yaml:1 "),
        ("labels.typ", "#let job = 1\n#nothing()\n", "labels.typ 第 2 行"),
        ("font.ttf", "no font", "font.ttf"),
    ],
)
def test_a_faulty_file_in_the_towns_templates_is_named_and_nothing_is_printed(here: Street, file: str, content: str, says: str) -> None:
    (here.folder / "templates").mkdir()
    (here.folder / "templates" / file).write_text(content, encoding="utf-8")
    assert says in refused(here, 3, "sheet", "--objects", APO, by="顾晓")
    assert not list((here.folder / "data").glob("sheets/*"))


def test_every_command_of_the_table_exists_and_every_one_that_takes_input_stands_in_it() -> None:
    from yima.cli import COMMANDS

    named = {name for name in COMMANDS for _code, words, _says in TABLE if " ".join(words).startswith(name)}
    asks_nothing = {"version", "completion", "noop", "doctor", "person list", "point list", "init"}  # init: tests/test_found.py
    assert set(COMMANDS) - named <= asks_nothing


def test_a_seen_minute_of_yesterday_cannot_be_said_after_midnight(here: Street) -> None:
    """00:10 knows no 23:50 of today: it would lie ahead, and is refused."""
    assert "09:30" in refused(here, 3, "scan", APO, "--ok", "--seen", "23:50", now="2026-11-24 00:10")


# -- text that people wrote


def test_control_and_bidi_characters_are_kept_in_the_log_and_never_reach_a_screen(here: Street) -> None:
    assert here.run("scan", APO, "-f", f"其他={ESCAPE}{BIDI}[bold]=HYPERLINK()", by="王芳").code == 0
    with here.open() as store:
        body = store.db.execute("SELECT body FROM event ORDER BY at DESC LIMIT 1").fetchone()[0].decode()
        assert "\u202e" in body, "stored as typed"
        number = store.db.execute("SELECT MAX(number) FROM finding").fetchone()[0]
    for words in (
        ["show", f"K1-{number:04d}"],
        ["show", APO],
        ["todo", "--by", "顾晓"],
        ["log"],
        ["status", "--by", "object"],
        ["find", APO],
    ):
        said = here.run(*words)
        assert said.code == 0 and not unclean(said.out), (words, unclean(said.out))
    assert "[bold]=HYPERLINK()" in here.run("show", f"K1-{number:04d}").out, "no markup is interpreted"


# -- the pipe: a bad line is named, the others count


def test_a_bad_line_of_a_pipe_is_named_and_the_others_count(here: Street) -> None:
    lines = f"\ufeff{CODES[APO]} ok\n\n# 备注\n{MISTYPED} ok\n   \n{HANDAN} 99\n{NOODLE}\n"
    before = here.facts()
    ran = here.run("scan", stdin=lines)
    assert ran.code == 3 and here.facts() == before + 2
    first, second = ran.err.splitlines()
    assert "第4行" in first and "第6行" in second


def test_an_empty_pipe_is_fine(here: Street) -> None:
    assert here.run("scan", stdin="") == Ran(0, "", "") and here.run("scan", stdin="\n\ufeff\n  \n") == Ran(0, "", "")


# -- where the town is


def test_a_folder_without_a_town_says_what_to_do(here: Street, tmp_path: Path) -> None:
    for words in (["scan", APO, "--ok"], ["status"], ["sweep"]):
        assert "yima init" in one_sentence(Street(tmp_path / "nowhere").run(*words), 3)


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE shop (name)")
    db.close()


def newer(path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA user_version = 99")
    db.close()


DAMAGE: list[tuple[str, Callable[[Path], object]]] = [
    ("不是镇的数据文件", foreign),
    ("新版", newer),
    ("损坏", lambda path: path.write_bytes(b"PK\x03\x04" * 4000)),
    ("损坏", lambda path: path.write_bytes(path.read_bytes()[:100_000])),
    ("不是镇的数据文件", lambda path: path.write_bytes(b"")),
]


@pytest.mark.parametrize(("says", "spoil"), DAMAGE, ids=["foreign", "newer", "no database", "truncated", "empty"])
def test_a_foreign_newer_or_damaged_file_is_refused_in_words(here: Street, says: str, spoil: Callable[[Path], object]) -> None:
    path = here.folder / "data" / "town.db"
    spoil(path)
    bytes_ = path.read_bytes()
    for words in (["status"], ["scan", APO, "--ok"], ["todo"]):
        assert says in one_sentence(here.run(*words), 5)
    assert path.read_bytes() == bytes_, "and nothing was written into it"


def test_another_users_copy_is_refused(here: Street) -> None:
    for key in (here.folder / "data").glob("*.key"):
        key.unlink()
    assert one_sentence(here.run("status"), 4) and one_sentence(here.run("scan", APO, "--ok"), 4)


# -- the clock


@pytest.mark.parametrize("said", ["昨天", "2026-02-30T10:00", "14:00", "2026-11-23T25:00"])
def test_a_clock_that_is_no_time_is_said(here: Street, said: str) -> None:
    assert "2026-11-23T14:00" in refused(here, 3, "scan", APO, "--ok", now=said)
    assert "2026-11-23T14:00" in refused(here, 3, "status", now=said)


@pytest.mark.parametrize("said", ["2019-12-31T23:59", "1970-01-01T08:00", "0001-01-01T00:00", "2101-01-02T00:00", "9999-12-31T23:59"])
def test_a_clock_outside_2020_to_2100_appends_nothing(here: Street, said: str) -> None:
    assert "2020" in refused(here, 3, "scan", APO, "--ok", now=said)
    assert "2020" in refused(here, 3, "dispose", "K1-0001", "told", "--by", "周明", now=said)


def test_a_pretended_clock_never_writes_into_a_real_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMA_CONFIG", str(tmp_path / "config"))
    body = rules()
    found_town(
        tmp_path / "real", name="真镇", admin="顾晓", catalogue=body, calendars=shipped_calendars(), now=at(MONDAY), sample=False
    ).db.close()
    here = Street(tmp_path / "real")
    shop = tmp_path / "shops.csv"
    shop.write_text("店名,地址\n甲店,荷花路1号\n", encoding="utf-8")
    for words in (["import", "shops", str(shop)], ["use", "顾晓"]):
        assert "YIMA_NOW" in one_sentence(here.run(*words), 4)
    assert here.run("status").code == 0, "looking is allowed"


# -- processes of their own: consoles, locks, disks


def yima(here: Street, *words: str, stdin: bytes = b"", before: Callable[[], None] | None = None, **environment: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "yima", *words], cwd=here.folder, env=environment_of(here, **environment), input=stdin, capture_output=True,
        preexec_fn=before,
    )  # fmt: skip
    encoding = environment.get("PYTHONIOENCODING", "utf-8").split(":")[0]
    return Ran(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def environment_of(here: Street, **environment: str) -> dict[str, str]:
    own = {"YIMA_NOW": MONDAY.replace(" ", "T"), "YIMA_TOWN": str(here.folder), "PYTHONPATH": str(ROOT)}
    if "PYTHONIOENCODING" not in environment:
        own["PYTHONUTF8"] = "1"
    return {**{name: value for name, value in os.environ.items() if name not in ("PYTHONUTF8", "PYTHONIOENCODING")}, **own, **environment}


def test_a_rare_character_breaks_no_gbk_console(here: Street) -> None:
    assert here.run("scan", APO, "-f", "其他=𠮷家的桌子𬭚").code == 0
    said = yima(here, "show", "K1-0003", PYTHONIOENCODING="gbk")
    assert (said.code, said.err) == (0, "") and "家的桌子" in said.out, "what GBK has is printed"
    assert "\\U00020bb7" in said.out, "what it has not is escaped"
    import json

    said = yima(here, "show", "K1-0003", "--json", PYTHONIOENCODING="gbk")
    assert json.loads(said.out)["case"]["note"] == "𠮷家的桌子𬭚", "and JSON stays JSON"
    said = yima(here, "scan", "𠮷", "--ok", PYTHONIOENCODING="gbk")
    assert said.code == 3 and "\\U00020bb7" in said.err


PIPES = {
    "utf-8, utf-8 console": ("utf-8", "utf-8"),
    "gb18030, utf-8 console": ("gb18030", "utf-8"),
    "utf-8, gbk console": ("utf-8", "gbk"),
    "gb18030, gbk console": ("gb18030", "gbk"),
    "utf-8 with BOM, gbk console": ("utf-8-sig", "gbk"),
}


@pytest.mark.parametrize(("of", "console"), PIPES.values(), ids=PIPES.keys())
def test_a_pipe_is_read_in_the_encoding_it_is_written_in(here: Street, of: str, console: str) -> None:
    ran = yima(here, "scan", stdin=f"{APO} 10:𠮷家\r\n{HANDAN} ok\r\n".encode(of), PYTHONIOENCODING=console)
    assert (ran.code, ran.err) == (0, "")
    with here.open() as store:
        rows = store.db.execute("SELECT body FROM event WHERE kind = 'visit.recorded' ORDER BY at DESC LIMIT 2").fetchall()
    assert b"asked" in rows[0][0] and '"note":"𠮷家"'.encode() in rows[1][0]


def test_a_line_in_no_encoding_is_named_and_the_others_count(here: Street) -> None:
    before = here.facts()
    ran = yima(here, "scan", stdin=f"{APO} ok\n".encode() + b"\xff\xfe\x00\x81\n" + f"{NOODLE} ok\n".encode())
    assert ran.code == 3 and "第2行" in ran.err and ran.err.count("\n") == 1 and here.facts() == before + 2


@pytest.mark.skipif(os.name == "nt", reason="no pipes of this sort")
def test_a_reader_that_goes_away_ends_it_quietly(here: Street) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "yima", "scan"], cwd=here.folder, env=environment_of(here), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    before = here.facts()
    process.stdin.write(f"{APO} ok\n".encode())
    process.stdin.flush()
    assert process.stdout.readline()
    process.stdout.close()
    with pytest.raises(BrokenPipeError):
        for _line in range(10_000):
            process.stdin.write(f"{NOODLE} ok\n".encode() * 20)
            process.stdin.flush()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() == 141
    assert before < here.facts() <= before + 3, "it stops where nobody hears it, not thousands of visits later"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program writes and does not end."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize(
    "words", [["scan", APO, "--ok"], ["dispose", "K1-0001", "told", "--by", "周明"], ["undo"], ["use", "周明"], ["sweep"]]
)
def test_a_busy_file_is_said_after_waiting_and_nothing_is_half_written(
    here: Street, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yima.adapters.store.place.WAIT_MS", 200)
    path = here.folder / "data" / "town.db"
    before = here.facts()
    with held(path):
        path.with_name("busy").write_text("sweep 4711\n", encoding="utf-8")
        started = time.monotonic()
        ran = here.run(*words)
        assert time.monotonic() - started >= 0.2, "it waits first"
        assert here.run("show", APO).code == 0, "looking waits for nobody"
    assert "sweep 4711" in one_sentence(ran, 6, here, before), "and says who holds it"
    assert path.with_name("busy").is_file(), "whose sign it is takes it away"


def test_a_file_that_becomes_free_while_waiting_is_written(here: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    before = here.facts()
    with held_for(here.folder / "data" / "town.db", 0.4):
        assert here.run("scan", APO, "--ok").code == 0
    assert here.facts() == before + 1


@contextmanager
def held_for(path: Path, seconds: float) -> Iterator[None]:
    started = threading.Event()

    def hold() -> None:
        with held(path):
            started.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    started.wait()
    yield
    thread.join()


@pytest.mark.long
def test_the_wait_for_another_program_is_ten_seconds(here: Street) -> None:
    with held(here.folder / "data" / "town.db"):
        started = time.monotonic()
        assert one_sentence(yima(here, "scan", APO, "--ok"), 6)
    assert 9.5 < time.monotonic() - started < 15


def _without_privileges() -> None:
    """root may write everywhere: without these capabilities it is a user like others (Linux: CAP_DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER)."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (1, 2, 3):
            libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.skipif(os.name == "nt", reason="rights of another sort")
@pytest.mark.parametrize("words", [["scan", APO, "--ok"], ["status"], ["sweep"], ["dispose", "K1-0001", "told", "--by", "周明"]])
def test_a_read_only_folder_is_said(here: Street, words: list[str]) -> None:
    before = here.facts()
    data = here.folder / "data"
    for path in (*data.iterdir(), data):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        ran = yima(here, *words, before=_without_privileges)
    finally:
        data.chmod(0o700)
    for path in data.iterdir():
        path.chmod(0o600)
    assert "town.db" in one_sentence(ran, 6, here, before)


def _small_files() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


@pytest.mark.skipif(os.name == "nt", reason="no such limit")
@pytest.mark.parametrize("words", [["scan", APO, "--ok"], ["status"], ["sweep"]])
def test_a_file_that_cannot_grow_is_said_and_nothing_is_half_written(here: Street, words: list[str]) -> None:
    """The same error as of a disk that was pulled out or has a quota: SQLite calls it "disk I/O error"."""
    before = here.facts()
    one_sentence(yima(here, *words, before=_small_files), 6, here, before)


def full(here: Street, folder: Path, left: int, *words: str) -> Ran:
    """Run a command in a copy of the town on a disk of 600 kB with `left` kB free; the disk's last state ends in `folder`.copy."""
    folder.mkdir()
    rest = f"""set -e
mount -t tmpfs -o size=600k none {folder}
cp -r {here.folder}/. {folder}
dd if=/dev/zero of={folder}/filler bs=1k count=2000 2>/dev/null || true
truncate -s -{left}K {folder}/filler
cd {folder}
set +e
"{sys.executable}" -m yima "$@"
code=$?
rm -f {folder}/filler
cp -r {folder} {folder}.copy
exit $code
"""
    environment = {**environment_of(here), "YIMA_TOWN": str(folder)}
    done = subprocess.run(["unshare", "-m", "sh", "-c", rest, "sh", *words], env=environment, capture_output=True, encoding="utf-8")
    return Ran(done.returncode, done.stdout, done.stderr)


def may_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=8k none /tmp"], capture_output=True)
    return done.returncode == 0


@pytest.mark.skipif(not may_mount(), reason="no right to make a small disk")
@pytest.mark.parametrize(
    ("left", "words"),
    [
        (0, ["scan", APO, "--ok"]),
        (0, ["dispose", "K1-0001", "told", "--by", "周明"]),
        (0, ["todo"]),
        (48, ["scan", APO, "-f", "其他=" + "字" * 30_000]),
        (48, ["sweep"]),
        (48, ["doctor"]),
    ],
    ids=["scan", "dispose", "todo", "a long note", "sweep", "doctor"],
)
def test_a_full_disk_is_said_and_nothing_is_half_written(here: Street, tmp_path: Path, left: int, words: list[str]) -> None:
    with here.open() as store:
        store.db.execute("UPDATE object SET stale = 1")  # so that looking must fold, and write
    before = here.facts()
    ran = full(here, tmp_path / "disk", left, *words)
    after = Street(tmp_path / "disk.copy")
    assert ran.code != 0, "the disk was not full: the test proves nothing"
    one_sentence(ran, 6, after, before)
    assert after.run("doctor").code == 0 and after.run("scan", APO, "--ok").code == 0, "with room again all goes on"
