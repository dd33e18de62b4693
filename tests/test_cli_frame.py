"""The frame of the command line: every word of help and usage errors is ours, and only the command asked for is built."""

import ast
import json
import os
import re
import subprocess
import sys
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import pytest
import typer

from yima import cli, i18n
from yima.cli import frame, words
from yima.cli.frame import By, Json, command, here, now, run
from yima.errors import BadInput, NotAllowed

ROOT = Path(__file__).parent.parent


class Stock(Enum):
    A6 = "a6"
    LABEL = "24up"


@command(help="样例：每种参数各一个。\n\n第二段说明它有多长都不会断在标点前面，也不会超出终端的宽度，一行写不下就换到下一行。")
def sample(
    code: Annotated[str, typer.Argument(metavar="码", help="码或店名。")],
    number: Annotated[int, typer.Argument(metavar="序号")] = 1,
    need: Annotated[str, typer.Option("--need", help="必须写的选项。")] = ...,  # type: ignore[assignment]
    start: Annotated[int, typer.Option("--start", help="从第几格开始。")] = 1,
    share: Annotated[float, typer.Option("--share")] = 0.5,
    level: Annotated[int, typer.Option("--level", min=1, max=5, help="评分。")] = 3,
    least: Annotated[int, typer.Option("--least", min=1)] = 1,
    most: Annotated[float, typer.Option("--most", max=9)] = 1,
    mode: Annotated[Literal["patrol", "self"], typer.Option("--mode")] = "patrol",
    stock: Annotated[Stock, typer.Option("--stock")] = Stock.A6,
    file: Annotated[Path | None, typer.Option("--file", exists=True, dir_okay=False, help="台账。")] = None,
    folder: Annotated[Path | None, typer.Option("--folder", exists=True, file_okay=False)] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", dir_okay=False, writable=True, readable=False, help="写到哪里。")] = None,
    pair: Annotated[tuple[int, str] | None, typer.Option("--pair")] = None,
    when: Annotated[datetime | None, typer.Option("--when")] = None,
    uid: Annotated[UUID | None, typer.Option("--uid")] = None,
    found: Annotated[list[int] | None, typer.Option("-f", "--found", help="发现。")] = None,
    loud: Annotated[bool, typer.Option("--loud/--quiet")] = False,
    deep: Annotated[int, typer.Option("--deep", count=True)] = 0,
    keep: Annotated[int, typer.Option("--keep", envvar="SAMPLE_KEEP")] = 0,
    by: By = None,
    json: Json = False,
) -> None:
    print(f"{code} {here()}")


@command(help="列出。")
def box_list(names: Annotated[list[str] | None, typer.Argument(metavar="名称")] = None) -> None:
    print(f"盒子 {names}")


@command(help="不给人看的。", hidden=True)
def secret() -> None:
    raise ZeroDivisionError


@command(help="不许的。")
def refuse() -> None:
    raise NotAllowed("第三方不能结案。")


@command(help="退出码。")
def judge() -> None:
    print("没过")
    raise typer.Exit(1)


TABLE = {
    "sample": (__name__, "sample"),
    "box list": (__name__, "box_list"),
    "box open": ("no.such.module", "open"),
    "secret": (__name__, "secret"),
    "refuse": (__name__, "refuse"),
    "judge": (__name__, "judge"),
}
TITLES = {"yima": "样例程序。", "box": "盒子：列出、打开。", __name__: "各种命令", "no.such.module": "别处"}


def said(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = run(TABLE, lambda: TITLES, list(args))
    out, err = capsys.readouterr()
    return code, out, err


GOOD = ["sample", "K2", "--need", "x"]
HELP = "用法见 yima sample --help。"
USAGE = [
    (["sample"], f"缺少“码”；{HELP}"),
    (["sample", "K2"], f"必须写 --need；{HELP}"),
    (["sample", "K2", "--need"], f"--need 后面要写一个值；{HELP}"),
    ([*GOOD, "--pair", "1"], f"--pair 后面要写2个值；{HELP}"),
    ([*GOOD, "--json=3"], f"--json 后面不写值；{HELP}"),
    ([*GOOD, "--quiet=3"], f"--quiet 后面不写值；{HELP}"),
    (["sample", "K2", "三", "--need", "x"], f"序号 要写整数，不能是“三”；{HELP}"),
    ([*GOOD, "--start", "三"], f"--start 要写整数，不能是“三”；{HELP}"),
    ([*GOOD, "--start", "1.5"], f"--start 要写整数，不能是“1.5”；{HELP}"),
    ([*GOOD, "-f", "3", "-f", "二", "-f", "4"], f"--found 要写整数，不能是“二”；{HELP}"),
    ([*GOOD, "--share", "半"], f"--share 要写数字，不能是“半”；{HELP}"),
    ([*GOOD, "--level", "6"], f"--level 应在1到5之间，不能是6；{HELP}"),
    ([*GOOD, "--level", "高"], f"--level 要写整数，不能是“高”；{HELP}"),
    ([*GOOD, "--least", "0"], f"--least 最小是1，不能是0；{HELP}"),
    ([*GOOD, "--most", "9.5"], f"--most 最大是9，不能是9.5；{HELP}"),
    ([*GOOD, "--most", "多"], f"--most 要写数字，不能是“多”；{HELP}"),
    ([*GOOD, "--mode", "巡查"], f"--mode 只能是 patrol、self，不能是“巡查”；{HELP}"),
    ([*GOOD, "--stock", "a4"], f"--stock 只能是 a6、24up，不能是“a4”；{HELP}"),
    ([*GOOD, "--file", "没有.xlsx"], "--file：找不到“没有.xlsx”；请核对路径。"),
    ([*GOOD, "--file", "."], "--file：“.”是文件夹；请写文件的路径。"),
    ([*GOOD, "--folder", "没有"], "--folder：找不到“没有”；请核对路径。"),
    ([*GOOD, "--folder", "有.csv"], "--folder：“有.csv”是文件；请写文件夹的路径。"),
    ([*GOOD, "-o", "."], "--output：“.”是文件夹；请写文件的路径。"),
    ([*GOOD, "--pair", "一", "b"], f"--pair 要写整数，不能是“一”；{HELP}"),
    ([*GOOD, "--when", "昨天"], f"--when 要写时间，例如 2026-11-23T14:00，不能是“昨天”；{HELP}"),
    ([*GOOD, "--uid", "7"], f"--uid 不能是“7”；{HELP}"),
    ([*GOOD, "--jsn"], "没有选项 --jsn；是不是 --json？"),
    ([*GOOD, "--mo", "self"], "没有选项 --mo；是不是 --mode、--most、--town？"),
    ([*GOOD, "--颜色"], f"没有选项 --颜色；{HELP}"),
    ([*GOOD, "-z"], f"没有选项 -z；{HELP}"),
    ([*GOOD, "1", "2", "三 张"], f"多出了“2 三 张”；带空格的内容要加引号，{HELP}"),
    ([*GOOD, "--lang", "fr"], f"--lang 只能是 zh、en，不能是“fr”；{HELP}"),
    ([*GOOD, "--town", ""], f"--town 后面要写一个值；{HELP}"),
    (["--town"], "--town 后面要写一个值；用法见 yima --help。"),
    (["--tow", "x", "sample"], "没有选项 --tow；是不是 --town？"),
    (["--颜色", "sample"], "没有选项 --颜色；用法见 yima --help。"),
    (["smaple"], "没有命令 smaple；是不是 sample？"),
    (["巡查"], "没有命令 巡查；全部命令见 yima --help。"),
    (["open"], "没有命令 open；是不是 box open？"),
    (["box", "lst"], "没有命令 box lst；是不是 box list？"),
    (["box", "巡查"], "没有命令 box 巡查；全部命令见 yima box --help。"),
    (["box", "list", "--jsn"], "没有选项 --jsn；用法见 yima box list --help。"),
    ([*GOOD, "\x1b[31m", "\u202e"], f"序号 要写整数，不能是“�[31m”；{HELP}"),
]


@pytest.mark.parametrize(("args", "sentence"), USAGE, ids=[" ".join(args) for args, _sentence in USAGE])
def test_a_usage_error_is_one_sentence_on_stderr(
    args: list[str], sentence: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "有.csv").touch()
    assert said(capsys, *args) == (2, "", f"yima: {sentence}\n")
    monkeypatch.setattr(i18n, "_messages", None)  # English
    code, out, err = said(capsys, *args)
    assert (code, out, err.count("\n")) == (2, "", 1)
    typed = {*"码序号名称", *"".join(args), "�"}
    assert not {sign for sign in err if ord(sign) > 0x2E80} - typed, "Chinese in English"
    assert re.match(r"yima: .*[.?]\n$", err)


def test_empty_variables_say_nothing() -> None:
    done = yima("version", YIMA_TOWN="", YIMA_LANG="fr")
    assert (done.returncode, done.stdout) == (0, "yima 0.1.0\n"), "empty is not said, an unknown language is Chinese"


def test_a_path_without_the_right_to_it_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    sentences = [said(capsys, *GOOD, option, __file__) for option in ("--file", "--output")]
    assert sentences == [
        (2, "", f"yima: --file：没有读“{__file__}”的权限；请管理员开通。\n"),
        (2, "", f"yima: --output：没有写“{__file__}”的权限；换个位置，或请管理员开通。\n"),
    ]


def test_a_bad_value_in_a_variable_is_named_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_KEEP", "全部")
    assert said(capsys, *GOOD) == (2, "", f"yima: --keep 要写整数，不能是“全部”；{HELP}\n")


def english_words(text: str) -> set[str]:
    """ASCII words beside options, variables, file formats and the commands themselves."""
    text = re.sub(r"--?[a-z][-a-z]*|[A-Z]+_[A-Z]+|\bJSON\b|yima( (sample|box|list|version))*|\b\d+T\d+|[|a-z0-9]+\|[|a-z0-9]+", "", text)
    return set(re.findall(r"[A-Za-z]{2,}", text))


def test_every_line_of_help_is_chinese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    code, out, err = said(capsys, "sample", "--help")
    assert (code, err) == (0, "")
    assert english_words(out.replace("不写就是 patrol", "").replace("不写就是 a6", "")) == set()
    for line in (
        "用法：yima sample [选项] 码 [序号]",
        "  码    码或店名。（必填）",
        "--mode patrol|self",
        "--start 数字",
        "从第几格开始。（不写就是 1）",
        "评分。（1–5；不写就是 3）",
        "-o, --output 文件",
        "--folder 文件夹",
        "--when 时间",
        "--pair 数字 文字",
        "--found 数字",
        "发现。（可写多个）",
        "--loud, --quiet",
        "-h, --help",
        "--by 人员",
    ):
        assert line in out
    assert max(words.columns(line) for line in out.splitlines()) <= 72
    assert "--town" not in out, "global options stand in the help of yima alone"


@pytest.mark.parametrize("width", range(8, 60))
def test_lines_break_within_the_width_and_not_before_a_closing_mark(width: int) -> None:
    text = "店主“自改”至 14:35（剩25分）；过后由 yima sweep 催办、督查。Words stay whole, too."
    lines = words.wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(words.columns, lines)) <= width
    assert not [line for line in lines if line[0] in "，。；：、）” " or line[-1] in "（“ "]
    assert "Words" in " ".join(lines), "a word stays whole"


def test_the_help_of_all_lists_commands_in_their_parts(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys)
    assert (code, err) == (0, "")
    assert out == said(capsys, "--help")[1] == said(capsys, "-h")[1]
    assert "样例程序。\n\n各种命令：\n  sample  样例：每种参数各一个。\n  box     盒子：列出、打开。\n  refuse  不许的。\n" in out
    assert "secret" not in out
    assert "--town 文件夹" in out
    assert english_words(out) == {"sample", "box", "refuse", "judge"}


def test_a_group_alone_shows_its_commands(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "no.such.module", sys.modules[__name__])
    monkeypatch.setattr(sys.modules[__name__], "open", box_list, raising=False)
    code, out, err = said(capsys, "box")
    assert (code, err) == (0, "")
    assert "用法：yima box [选项] 命令 …\n\n盒子：列出、打开。\n\n命令：\n  list  列出。\n  open  列出。\n" in out


def test_only_the_command_asked_for_is_built(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    build = frame.build
    monkeypatch.setattr(frame, "build", lambda name, function: built.append(name) or build(name, function))
    assert said(capsys, "--plain", "box", "list", "a", "b") == (0, "盒子 ['a', 'b']\n", ""), "box open has no module, and none is missed"
    assert built == ["list"]


@pytest.mark.parametrize(
    "args",
    [["--town", "镇", "--plain", *GOOD], ["--town=镇", "sample", "--plain", "K2", "--need", "x"], [*GOOD, "--town", "镇", "--plain"]],
)
def test_global_options_stand_before_or_after_the_command(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, *args) == (0, f"K2 {frame.Here(Path('镇'), True)}\n", "")
    assert said(capsys, *GOOD) == (0, f"K2 {frame.Here(None, False)}\n", ""), "and not longer than their call"


def test_the_town_may_be_named_by_a_variable(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMA_TOWN", "甲镇")
    assert f"{frame.Here(Path('甲镇'))}" in said(capsys, *GOOD)[1]
    assert f"{frame.Here(Path('乙镇'))}" in said(capsys, *GOOD, "--town", "乙镇")[1]


def test_a_failure_is_its_sentence_and_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "refuse") == (4, "", "yima: 第三方不能结案。\n")
    assert said(capsys, "judge") == (1, "没过\n", "")


def test_an_unexpected_failure_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        said(capsys, "secret")


def test_an_unknown_typer_error_does_not_speak_english(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def reworded(*_args: object) -> None:
        raise typer.TyperException("something new in English")

    monkeypatch.setattr("typer.core.TyperCommand.parse_args", reworded)
    assert said(capsys, *GOOD) == (2, "", f"yima: 看不懂这条命令；{HELP}\n")


def test_ctrl_c_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(frame, "_invoke", interrupted)
    assert cli.main(["version"]) == 130
    assert capsys.readouterr() == ("", "")


def yima(*args: str, code: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """One process of yima, or of Python with `code`."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "yima"]), *args]
    environment = {"PYTHONPATH": str(ROOT), **os.environ, **environment}
    environment.pop("PYTHONUNBUFFERED", None)
    encoding = environment.get("PYTHONIOENCODING", "utf-8").split(":")[0]
    return subprocess.run(command, capture_output=True, encoding=encoding, env=environment, timeout=30, check=False)


def test_both_languages_in_a_process_of_their_own() -> None:
    done = yima("docotr", PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "yima: 没有命令 docotr；是不是 doctor？\n")
    for args, environment in ((["--lang", "en", "docotr"], {}), (["docotr"], {"YIMA_LANG": "en"})):
        done = yima(*args, **environment)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", "yima: There is no command docotr; is it doctor?\n")
    assert yima("version", "--help", "--lang=en").stdout.startswith("Usage: yima version [OPTIONS]\n\nPrint the version.\n")


def test_a_start_loads_nothing_heavy() -> None:
    done = yima(code="import sys; from yima.cli import main; code = main(['version']); print(code, *sys.modules)")
    version, modules = done.stdout.splitlines()
    loaded = set(modules.split())
    heavy = "rich pydantic yaml segno sqlite_utils typst PIL jinja2 msgspec click json hashlib sqlite3 logging zoneinfo dataclasses decimal"
    assert version == "yima 0.1.0"
    assert "typer" in loaded
    assert not loaded & {*heavy.split(), "yima.cli.words"}


def test_json_of_version_is_json() -> None:
    assert json.loads(yima("version", "--json").stdout) == {"version": "0.1.0"}


SAY = """
import sys
from yima.cli.frame import command, run
@command(help="")
def say():
    {body}
sys.exit(run({{"say": ("__main__", "say")}}, dict, ["say"]))
"""


def test_a_gbk_console_does_not_break_on_a_rare_character() -> None:
    done = yima(code=SAY.format(body='print("\\U00020bb7野家")'), PYTHONIOENCODING="gbk:strict", PYTHONUTF8="0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "\\U00020bb7野家\n", "")


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise on Windows")
def test_a_reader_that_goes_away_is_no_error() -> None:
    for body in ('print("x")', 'print("x" * 10_000_000)', 'print("x"); raise BrokenPipeError'):
        code = SAY.format(body=f"import os; r, w = os.pipe(); os.close(r); os.dup2(w, 1); {body}")
        done = yima(code=code)
        assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence() -> None:
    for body in ('print("x")', 'print("x" * 10_000_000)'):
        done = yima(code=SAY.format(body=f'import os; os.dup2(os.open("/dev/full", os.O_WRONLY), 1); {body}'))
        assert (done.returncode, done.stderr) == (6, "yima: 磁盘已满；腾出空间后再试。\n")


def test_a_shell_completes_commands_and_options() -> None:
    def completed(typed: str) -> list[str]:
        return yima(_YIMA_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=str(typed.count(" "))).stdout.split()

    assert completed("yima ver") == ["version"]
    assert "noop" not in completed("yima ")
    assert completed("yima version --js") == ["--json"]
    assert "_YIMA_COMPLETE=complete_zsh" in yima("completion", "zsh").stdout


@pytest.mark.parametrize(
    ("said", "ms"),
    [
        ("2026-11-23T14:00", 1_795_413_600_000),
        ("2026-11-23T14:00:00+08:00", 1_795_413_600_000),
        ("2026-11-23T06:00:00.123Z", 1_795_413_600_123),
        ("2026-11-23", 1_795_363_200_000),
    ],
)
def test_the_clock_may_be_told(said: str, ms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMA_NOW", said)
    assert (now(), frame.pretended()) == (ms, True)


def test_a_clock_that_cannot_be_read_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMA_NOW", "昨天")
    with pytest.raises(BadInput, match="请写成 2026-11-23T14:00"):
        now()


def test_the_clock_is_the_machine_s_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMA_NOW", "")
    monkeypatch.setattr("time.time_ns", lambda: 1_795_413_600_123_999_999)
    assert (now(), frame.pretended()) == (1_795_413_600_123, False)


def test_the_table_and_the_registered_functions_agree() -> None:
    titles = cli.titles()
    for name, place in cli.COMMANDS.items():
        assert frame.REGISTERED[frame.load(place)].help, name
        assert titles.get(place[0]), f"the part of {name} has no title"
        group, inner, _last = name.partition(" ")
        assert not inner or (titles.get(group) and group not in cli.COMMANDS), name
    written = {
        (f"yima.cli.{path.stem}", node.name)
        for path in Path(cli.__file__).parent.glob("*.py")
        for node in ast.parse(path.read_bytes()).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Call) and getattr(d.func, "id", "") == "command" for d in node.decorator_list)
    }
    assert written == set(cli.COMMANDS.values())


def test_messages_are_found_by_halving(tmp_path: Path) -> None:
    import gettext

    path = Path(i18n.__file__).parent / "locale/zh/LC_MESSAGES/yima.mo"
    whole, searched = gettext.GNUTranslations(path.open("rb")), i18n.Messages(path.read_bytes())
    texts = [text for text in whole._catalog if text]  # type: ignore[attr-defined]
    assert texts
    for text in [*texts, *(text + "x" for text in texts), *(text[:-1] for text in texts), "", "~", "\0"]:
        assert searched.get(text) == (whole.gettext(text) if text else ""), text
