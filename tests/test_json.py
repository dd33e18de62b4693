"""`--json` is a promise: every command's output fits its schema (tests/data/schemas.json), and docs/json.md is made of these and of what was run.

A new key needs a line in the schema; a key that goes, or another type, is a broken promise. `make golden` writes docs/json.md anew.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.street import APO, BLANK, CODES, HANDAN, NOODLE, ROOT, Street
from tests.test_golden import laid_out

SCHEMAS: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "schemas.json").read_text(encoding="utf-8"))
WEDNESDAY, EVENING, MONDAY = "2026-11-25 14:00", "2026-11-25 17:00", "2026-11-30 09:00"
SHOPS = "店名,地址,行业,网格\n阿婆生煎,荷花路12号,餐饮,荷花网格\n老王五金,老街22号,零售,新塘网格\n,荷花路13号,餐饮,荷花网格\n"
POINTS = "点位名称,类型,地址,网格\n荷花路停车点,点位,荷花路口,荷花网格\n"
PEOPLE = "姓名,部门,角色,网格\n王芳,城管执法中队,街面巡查员,荷花网格\n周明,城管执法中队,城管执法队员,\n"
ROSTER = "日期,值班人员,网格\n2026-11-26,王芳,荷花网格\n2026-11-27,周明,\n"

SHOP = ("--street", "荷花路", "--door", "66", "--grid", "荷花网格", "--trade", "餐饮", "--tenant", "王乐")
POINT = ("--address", "荷花桥南侧", "--position", "121.473701,31.230416", "--datum", "wgs84")
OFFICER = ("--dept", "城管执法中队", "--no", "71", "--role", "城管执法队员", "--grid", "荷花网格")
MEETING = ("--meeting", "第4次联席会议", "--on", "2026-11-25")

# 2026 as it was announced, and one day more: dues of the old town move over it
NOTICE = """日期,类型,说明
2026-01-01至2026-01-03,放假,元旦
2026-01-04,调休,元旦
2026-02-15至2026-02-23,放假,春节
2026-02-14,调休,春节
2026-02-28,调休,春节
2026-04-04至2026-04-06,放假,清明节
2026-05-01至2026-05-05,放假,劳动节
2026-05-09,调休,劳动节
2026-06-19至2026-06-21,放假,端午节
2026-09-25至2026-09-27,放假,中秋节
2026-10-01至2026-10-07,放假,国庆节
2026-09-20,调休,国庆节
2026-10-10,调休,国庆节
2026-12-01,放假,本市庆典
"""
# (heading in docs/json.md, who, when, what is typed, what stands in the pipe); the order is the order in which they are run
STREET: list[tuple[str, str, str, list[str], str]] = [
    ("show", "", WEDNESDAY, ["show", APO], ""),
    ("show CASE", "", WEDNESDAY, ["show", "K1-0001"], ""),
    ("scan", "王芳", WEDNESDAY, ["scan"], f"{HANDAN} 28:软管老化\n{APO} ok\n{NOODLE} 关门\n"),
    ("undo", "王芳", WEDNESDAY, ["undo"], ""),
    ("dispose", "吴敏", WEDNESDAY, ["dispose", "K1-0010", "accept"], ""),
    ("handover", "吴敏", WEDNESDAY, ["handover", "吴敏", "--to", "周明"], ""),
    ("sweep", "顾晓", EVENING, ["sweep"], ""),
    ("show LIST", "", EVENING, ["show", "L-1125-cg"], ""),
    ("todo", "陈队长", EVENING, ["todo"], ""),
    ("answer", "陈队长", EVENING, ["answer", "K1-0003", "instruct", "--text", "今天下班前清掉"], ""),
    ("answer LIST", "陈队长", EVENING, ["answer", "L-1125-cg", "instruct", "--text", "明天补扫"], ""),
    ("todo", "王芳", EVENING, ["todo"], ""),
    ("todo --route", "王芳", EVENING, ["todo", "--route", "-o", "{folder}/walk.pdf"], ""),
    ("show --card", "", EVENING, ["show", APO, "--card", "-o", "{folder}/card.pdf"], ""),
    ("show --slip", "", EVENING, ["show", "K1-0003", "--slip", "-o", "{folder}/slip.pdf"], ""),
    ("todo", "顾晓", EVENING, ["todo"], ""),
    ("find", "", EVENING, ["find", "阿婆"], ""),
    ("find", "", EVENING, ["find", "陈队"], ""),
    ("log", "", EVENING, ["log", APO], ""),
    ("status", "", EVENING, ["status"], ""),
    ("status", "", EVENING, ["status", "--by", "object"], ""),
    ("status", "", EVENING, ["status", "--by", "resource"], ""),
    ("status", "", EVENING, ["status", "--by", "person"], ""),
    ("plate list", "", EVENING, ["plate", "list"], ""),
    ("scan", "王芳", EVENING, ["scan", HANDAN, "--plate", "missing"], ""),
    ("plate queue", "", EVENING, ["plate", "queue"], ""),
    ("plate reprint", "顾晓", EVENING, ["plate", "reprint", "--queue"], ""),
    ("plate bind", "王芳", EVENING, ["plate", "bind", BLANK, NOODLE], ""),
    ("plate void", "顾晓", EVENING, ["plate", "void", CODES[NOODLE], "--reason", "开裂", "--replaced-by", BLANK], ""),
    ("plate image", "", EVENING, ["plate", "image", APO, "-o", "{folder}/code.png"], ""),
    ("shop list", "", EVENING, ["shop", "list"], ""),
    ("point list", "", EVENING, ["point", "list"], ""),
    ("person list", "", EVENING, ["person", "list"], ""),
    ("shop add", "顾晓", EVENING, ["shop", "add", "桂花糕", *SHOP], ""),
    ("shop change", "顾晓", EVENING, ["shop", "change", "桂花糕", "--tenant", "李喜", "--name", "李记糕点"], ""),
    ("shop retire", "顾晓", EVENING, ["shop", "retire", "李记糕点", "--reason", "重复登记"], ""),
    ("point add", "顾晓", EVENING, ["point", "add", "新桥头", *POINT], ""),
    ("point change", "顾晓", EVENING, ["point", "change", "新桥头", "--kind", "路段", "--grid", "荷花网格"], ""),
    ("point retire", "顾晓", EVENING, ["point", "retire", "新桥头", "--reason", "拆除"], ""),
    ("person add", "顾晓", EVENING, ["person", "add", "郭晓", *OFFICER], ""),
    ("person change", "顾晓", EVENING, ["person", "change", "郭晓", "--leave", "2026-11-26..2026-11-28", "--deputy", "周明"], ""),
    ("person retire", "顾晓", EVENING, ["person", "retire", "冯所长", "--reason", "调离"], ""),
    ("catalog show", "", EVENING, ["catalog", "show"], ""),
    ("catalog log", "", EVENING, ["catalog", "log"], ""),
    ("suggest", "王芳", EVENING, ["suggest", "巡查单的字太小"], ""),
    ("catalog agenda", "", EVENING, ["catalog", "agenda"], ""),
    ("catalog claim", "顾晓", EVENING, ["catalog", "claim", "K1-0004", "--dept", "镇城建办", *MEETING], ""),
    ("matrix", "", EVENING, ["matrix"], ""),
    ("matrix CODE", "", EVENING, ["matrix", APO], ""),
    ("doctor", "", EVENING, ["doctor"], ""),
    ("report", "顾晓", MONDAY, ["report", "--issue", "--format", "json"], ""),
    ("report --list", "", MONDAY, ["report", "--list"], ""),
    ("scan", "王芳", MONDAY, ["scan", APO, "-f", "31:防盗窗没有逃生口"], ""),
    ("import calendar", "顾晓", MONDAY, ["import", "calendar", "{folder}/notice.csv"], ""),
    ("version", "", MONDAY, ["version"], ""),
]
OFFICE: list[tuple[str, str, str, list[str], str]] = [
    ("init", "", WEDNESDAY, ["init", "{folder}", "--name", "新塘镇", "--admin", "顾晓"], ""),
    ("import shops", "", WEDNESDAY, ["import", "shops", "{folder}/shops.csv"], ""),
    ("import points", "", WEDNESDAY, ["import", "points", "{folder}/points.csv"], ""),
    ("import people", "", WEDNESDAY, ["import", "people", "{folder}/people.csv"], ""),
    ("import roster", "", WEDNESDAY, ["import", "roster", "{folder}/roster.csv"], ""),
    ("import calendar", "", WEDNESDAY, ["import", "calendar", "{folder}/notice.csv", "--dry-run"], ""),
    ("calendar show", "", WEDNESDAY, ["calendar", "show", "2027"], ""),
    ("calendar show", "", WEDNESDAY, ["calendar", "show", "2026"], ""),
    ("calendar due", "", WEDNESDAY, ["calendar", "due", "2026-12-30T16:00", "5", "work_day"], ""),
    ("calendar due", "", WEDNESDAY, ["calendar", "due", "2026-09-18T20:00", "15", "work_day"], ""),
    ("point list", "", WEDNESDAY, ["point", "list"], ""),
    ("catalog check", "", WEDNESDAY, ["catalog", "check"], ""),
    ("catalog diff", "", WEDNESDAY, ["catalog", "diff"], ""),
    ("catalog publish", "", WEDNESDAY, ["catalog", "publish"], ""),
    ("catalog diff", "", WEDNESDAY, ["catalog", "diff", "2026-11-25"], ""),
    ("catalog show", "", WEDNESDAY, ["catalog", "show", "3"], ""),
    ("catalog refuse", "", WEDNESDAY, ["catalog", "refuse", "3", "--dept", "cg", *MEETING], ""),
    ("catalog defer", "", WEDNESDAY, ["catalog", "defer", "4", "--dept", "cg", *MEETING, "--basis", "会议纪要第4条"], ""),
    ("catalog agenda", "", WEDNESDAY, ["catalog", "agenda"], ""),
    ("sheet", "", WEDNESDAY, ["sheet", "--objects", "阿婆生煎"], ""),
    ("sheet", "", WEDNESDAY, ["sheet", "--calibrate", "--stock", "65"], ""),
    ("plate verify", "", WEDNESDAY, ["plate", "verify", "{folder}/data/sheets/K1-B0001-阿婆生煎.pdf"], ""),
    ("plate list", "", WEDNESDAY, ["plate", "list", "--batch", "1"], ""),
]  # fmt: skip
NO_JSON = {"use", "completion", "noop"}


class Told(dict[str, list[Any]]):
    """Heading -> what was printed, parsed; and the words of the first run."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: dict[str, list[str]] = {}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    yield everything(tmp_path_factory.mktemp("json"))


def everything(place: Path) -> Told:
    told = Told()
    old, new = laid_out("town-v1.db", place / "青荷镇"), Street(place / "新塘镇")
    new.folder.mkdir()
    for name, text in (("shops", SHOPS), ("points", POINTS), ("people", PEOPLE), ("roster", ROSTER)):
        (new.folder / f"{name}.csv").write_text(text, encoding="utf-8")
    for town in (old, new):
        (town.folder / "notice.csv").write_text(NOTICE, encoding="utf-8")
    for town, runs in ((old, STREET), (new, OFFICE)):
        for heading, by, when, words, stdin in runs:
            typed = [word.replace("{folder}", str(town.folder)) for word in words]
            ran = town.run(*typed, "--json", by=by, now=when, stdin=stdin)
            assert (ran.code, ran.err) == (0, ""), (heading, ran)
            for line in ran.out.splitlines():
                told.setdefault(heading, []).append(json.loads(line.replace(str(place), "/home/guxiao")))
            told.typed.setdefault(heading, [word.replace("{folder}", "新塘镇") for word in words] + (["--by", by] if by else []))
    return told


@cache
def schema_of(heading: str) -> Mapping[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": SCHEMAS["$defs"], **SCHEMAS["outputs"][heading]}


def headings() -> list[str]:
    return list(dict.fromkeys(heading for heading, *_ in (*STREET, *OFFICE)))


@pytest.mark.parametrize("heading", headings())
def test_what_is_printed_fits_its_schema(told: Told, heading: str) -> None:
    for result in told[heading]:
        jsonschema.validate(result, schema_of(heading), cls=jsonschema.Draft202012Validator)


def test_every_command_that_takes_json_is_promised_and_no_other() -> None:
    from yima.cli import COMMANDS
    from yima.cli.frame import load

    taking = {name for name, place in COMMANDS.items() if "json" in signature(load(place)).parameters}
    assert set(COMMANDS) - taking == NO_JSON
    assert {re.sub(r" (CASE|CODE|LIST|--[a-z]+)$", "", heading) for heading in SCHEMAS["outputs"]} == taking
    assert set(headings()) == set(SCHEMAS["outputs"])


FIXED = {  # DESIGN §17: the keys that never change; more may stand beside them
    "import shops": "read added changed same rejected rejected_file",
    "import points": "read added changed same rejected rejected_file",
    "import people": "read added changed same rejected rejected_file",
    "import roster": "read added changed same rejected rejected_file",
    "import calendar": "read added changed same rejected rejected_file",
    "calendar due": "due provisional",
    "shop list": "objects",
    "point list": "objects",
    "person list": "people",
    "sheet": "batch stock labels read_back files",
    "catalog show": "items",
    "scan": "fact object plate asked findings opened reported_again done passed failed",
    "dispose": "fact case",
    "answer": "fact case",
    "todo": "person cases rounds",
    "show": "object duty cases last_visits",
    "show CASE": "case steps",
    "sweep": "as_of raised withdrawn counts",
    "status": "as_of town counts rows",
    "report": "number period as_of heads numbers",
    "doctor": "ok facts devices problems",
}
INNER = {
    ("shop list", "objects"): "id name kind code grid street trade colour",
    ("point list", "objects"): "id name kind code grid street trade colour",
    ("person list", "people"): "id name roles resource dept",
    ("catalog show", "items"): "no id name module claimed",
    ("scan", "fact"): "device seq",
    ("scan", "object"): "id name kind",
    ("dispose", "case"): "number object item stage holder due provisional colour",
    ("answer", "case"): "number object item stage holder due provisional colour",
    ("sweep", "raised"): "case object rung to due",
    ("sweep", "counts"): "red yellow blue green grey",
    ("status", "rows"): "key name colour counts",
    ("report", "period"): "from to",
    ("report", "numbers"): "name numerator denominator percent",
}


@pytest.mark.parametrize("heading", FIXED)
def test_the_keys_fixed_from_the_start_are_there(told: Told, heading: str) -> None:
    for result in told[heading]:
        assert set(FIXED[heading].split()) <= set(result)
    for (where, key), inner in INNER.items():
        if where == heading:
            found = [one for result in told[heading] for one in (result[key] if isinstance(result[key], list) else [result[key]])]
            assert found, f"no {key} was seen: this proves nothing"
            assert all(set(inner.split()) <= set(one) for one in found)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def test_an_instant_is_iso_8601_with_its_offset(told: Told) -> None:
    seen = [text for text in strings(dict(told)) if re.match(r"\d{4}-\d\d-\d\dT", text)]
    assert len(seen) > 50
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", text) for text in seen)


def test_a_list_is_never_cut(told: Told) -> None:
    assert len(told["catalog show"][0]["items"]) == 52 and len(told["person list"][0]["people"]) == 15


def test_a_result_is_one_line_and_in_a_pipe_one_object_a_line(tmp_path: Path) -> None:
    here = laid_out("town-v1.db", tmp_path / "town")
    assert here.run("status", "--json", now=WEDNESDAY).out.count("\n") == 1
    assert here.run("scan", "--json", now=WEDNESDAY, stdin=f"{APO} ok\n坏码 ok\n{HANDAN} ok\n").out.count("\n") == 2


def test_without_a_result_nothing_is_printed_as_json(tmp_path: Path) -> None:
    here = laid_out("town-v1.db", tmp_path / "town")
    ran = here.run("show", "没有这家", "--json", now=WEDNESDAY)
    assert ran.code == 3 and not ran.out and ran.err.startswith("yima: ")


# -- docs/json.md


INTRO = """# Machine output: `--json`

Every command that prints a result takes `--json` and prints it as one line of JSON (UTF-8; on a console that is not UTF-8, escaped
ASCII); `yima scan --json` in a pipe prints one object for each line that was taken. An error prints no JSON: one sentence on stderr and an
exit code (README). This page is made by `make golden` out of `tests/data/schemas.json`, against which the tests hold every command, and of
what the commands printed in the town of the tests; people and shops are made up.

- **The promise**: a key that stands here keeps its meaning and its type; keys may be added, so ignore what you do not know.
- **Instants** are ISO 8601 with the town's offset (`2026-11-25T14:00:00+08:00`), days `2026-11-25`, spans whole minutes.
- **Lists** are never cut by the program. In the examples below, `…` stands where this page leaves something out.
- **Nothing** is `null` where the type says so, else `""`, `[]` or `0`.
- **Words** (colour, stage, mode …) are the code words of the rules, never translated; `name` and what people wrote are as typed.
- `fact` names an entry: the device's letters and its running number, as in `yima log`. Cases are named by number (`K1-0042`).
"""


def kind_of(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return f"[{schema['$ref'].rsplit('/', 1)[1]}](#{schema['$ref'].rsplit('/', 1)[1]})"
    if "enum" in schema:
        return " ".join(f"`{word}`" for word in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(kind_of(one) for one in schema["anyOf"])
    kinds = schema.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    said = " or ".join("null" if one == "null" else {"array": "list", "object": "map"}.get(one, one) for one in kinds)
    if "items" in schema and ("$ref" in schema["items"] or "properties" not in schema["items"]):
        return f"{said} of {kind_of(schema['items'])}"
    return said


def rows_of(schema: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, inner in schema.get("properties", {}).items():
        yield f"| `{before}{key}` | {kind_of(inner)} | {inner.get('description', '')} |"
        yield from rows_of(inner, f"{before}{key}.")
        yield from rows_of(inner.get("items", {}), f"{before}{key}[].")


def table(schema: Mapping[str, Any]) -> str:
    return "\n".join(["| key | type | meaning |", "| --- | --- | --- |", *rows_of(schema)])


def shortened(value: Any, depth: int = 0) -> Any:
    """An example for the eye: lists of their first one (two where they are plain), maps that are lists by another name of three."""
    if isinstance(value, list):
        most = 1 if value and isinstance(value[0], dict | list) else 3
        return [shortened(one, depth + 1) for one in value[:most]] + (["…"] if len(value) > most else [])
    if isinstance(value, dict):
        return {key: shortened(inner, depth + 1) for key, inner in value.items()}
    return value


def laid(value: Any, indent: str = "") -> str:
    """JSON with what fits into 110 columns on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + len(indent) <= 110 or not isinstance(value, dict | list) or not value:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        inner = [f"{json.dumps(key, ensure_ascii=False)}: {laid(one, deeper)}" for key, one in value.items()]
        return "{\n" + ",\n".join(deeper + one for one in inner) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + laid(one, deeper) for one in value) + f"\n{indent}]"


def page(told: Told) -> str:
    parts = [INTRO]
    for heading, schema in SCHEMAS["outputs"].items():
        typed = " ".join(told.typed[heading])
        parts.append(f"## {heading}\n\n{schema['description']}\n\n{table(schema)}\n")
        parts.append(f"`yima {typed} --json`:\n\n```json\n{laid(shortened(told[heading][0]))}\n```\n")
    parts.append("# What comes again and again\n")
    for name, schema in SCHEMAS["$defs"].items():
        parts.append(f"## {name}\n\n{schema['description']}\n\n{table(schema)}\n")
    return "\n".join(parts)


def test_the_manual_says_what_is_printed(told: Told, golden: Callable[[str, str], None]) -> None:
    golden("../../docs/json.md", page(told))


def test_every_key_is_explained() -> None:
    def bare(schema: Mapping[str, Any], where: str) -> Iterator[str]:
        for key, inner in schema.get("properties", {}).items():
            if not inner.get("description") and "$ref" not in inner:
                yield f"{where}.{key}"
            yield from bare(inner, f"{where}.{key}")
            yield from bare(inner.get("items", {}), f"{where}.{key}")

    for heading, schema in {**SCHEMAS["outputs"], **SCHEMAS["$defs"]}.items():
        assert schema["description"] and not list(bare(schema, heading))
        assert schema.get("additionalProperties") is False, "a new key is found by the test, not by who reads the output"
