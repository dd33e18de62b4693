"""`yima matrix`: the town as a workbook and a page, one object on a screen, empty cells by name; rosters, and what names people elsewhere."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from tests.factories import admin_of, at, person, shop, town
from tests.street import Street
from yima.adapters.store import Store, look
from yima.adapters.store.staff import staff_at
from yima.core import events
from yima.core.codes import make
from yima.errors import BadInput
from yima.verbs import matrix as verb
from yima.verbs.status import status

FOUNDED, MONDAY, DAY = at("2026-11-20 09:00"), "2026-11-23 10:00", "2026-11-23"
KEPT = (2, 3, 5, 11, 19, 23, 38)  # 店招 跨门 垃圾分类 沿街晾晒 商业噪声 消防通道 食品安全; nobody has claimed 19
CODE = make(b"\x07" * 7)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def _few(body: dict[str, Any]) -> None:
    body["items"] = [item for item in body["items"] if item["no"] in KEPT]
    body["claims"] = [claim for claim in body["claims"] if claim["item"] in {item["id"] for item in body["items"] if item["no"] != 19}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two grids with everything in them and somebody for all of it: shops, a market with stalls, a house, a road, a waste point."""
    folder = tmp_path_factory.mktemp("matrix") / "town"
    with town(folder, FOUNDED, change=_few) as store, store.transaction():
        place = {"grid": "荷花网格", "village": "青荷社区"}
        shop(store, "阿婆生煎", "荷花路", "12", **place)
        shop(store, "<b>老王</b>=1+1", "老街", "9", **place)
        market = shop(store, "集贸市场", "新塘街", "28", kind="shop", trade="food_retail", grid="新塘网格", village="新塘村")
        for number in (1, 2):
            shop(
                store, f"{number}号摊", "新塘街", "28", kind="stall", unit=f"摊{number}", part_of=market, grid="新塘网格", village="新塘村",
                id=f"{number:020x}",
            )  # fmt: skip
        shop(store, "新塘路", "新塘街", "", kind="road", grid="新塘网格", village="新塘村")
        shop(store, "陈家老宅", "新塘街", "31", kind="house", grid="新塘网格", village="新塘村")
        shop(store, "新塘投放点", "新塘街", "40", kind="waste_point", grid="新塘网格", village="新塘村")
        person(store, "王芳", "street_patrol", dept="cg", grids=["荷花网格"])
        person(store, "李强", "street_patrol", dept="cg")
        person(store, "何伟", "grid_inspector", dept="ucc")
        person(store, "鲁大海", "sanitation_crew")
        person(store, "钟秀", "village_cadre", villages=["新塘村"])
        person(store, "周明", "cg_officer", dept="cg")
        person(store, "许佳", "dept_staff", dept="cjb")
        person(store, "曹阳", "dept_staff", dept="pingan")
        person(store, "吴敏", "mr_officer", dept="mr")
        for dept, name in (("cg", "陈立"), ("cjb", "卫平"), ("pingan", "孔亮"), ("mr", "蒋勤")):
            person(store, name, "dept_leader", dept=dept)
        printed = events.PlatesPrinted(1, "24", ((CODE, look.resolve(store, "阿婆生煎").object),))
        store.append("plates.printed", "B1", printed, by=admin_of(store), now=FOUNDED)
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Street:
    shutil.copytree(made, tmp_path / "town")
    return Street(tmp_path / "town")


@pytest.fixture
def store(place: Street) -> Iterator[Store]:
    with place.open() as opened:
        yield opened


def leaves(place: Street, *names: str) -> None:
    with place.open() as store, store.transaction():
        for name in names:
            store.append("person.left", look.person_by(store, name).id, events.PersonLeft("2026-11-22"), by=admin_of(store), now=at(MONDAY))


def told(place: Street, *words: str, code: int = 0) -> dict[str, Any]:
    ran = place.run("matrix", *words, "--json", now=MONDAY)
    assert (ran.code, ran.err) == (code, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def named(some: list[dict[str, str]]) -> list[str]:
    return [one["name"] for one in some]


def duty_of(place: Street, code: str, item: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in told(place, code)["duty"] if one["item"] == item)
    return found


# -- the whole town


def test_a_town_with_somebody_for_everything_has_no_empty_cell(place: Street) -> None:
    found = told(place)
    assert found["gaps"] == [] and found["unclaimed"] == ["commercial_noise"]
    assert found["grids"] == ["新塘网格", "荷花网格"] and found["objects"] == 8
    cells = {(cell["item"], cell["grid"]) for cell in found["cells"]}
    assert len(cells) == len(found["cells"]) == 12, "each of six claimed items applies to something in both grids"
    assert "commercial_noise" not in {item for item, _grid in cells}, "what nobody has claimed has no people"
    ran = place.run("matrix", "--check", now=MONDAY)
    assert ran.code == 0 and "没有空格" in ran.out and "待认领 1项：商业噪声扰民（派出所）" in ran.out


def test_people_differ_inside_a_cell_by_kind(place: Street) -> None:
    cell = next(one for one in told(place)["cells"] if (one["item"], one["grid"]) == ("waste_sorting", "新塘网格"))
    found = {tuple(line["kinds"]): (named(line["primary"]), named(line["handlers"]), line["objects"]) for line in cell["duty"]}
    assert found == {
        ("shop",): (["鲁大海"], ["店主", "周明"], 1),
        ("house",): (["钟秀"], ["店主", "周明"], 1),
        ("waste_point",): (["鲁大海"], ["周明"], 1),
    }
    assert all(line["leader"]["name"] == "卫平" and line["streets"] == [] for line in cell["duty"])


def test_people_differ_inside_a_cell_by_street_and_then_the_streets_are_said(place: Street) -> None:
    with place.open() as store:
        person(store, "孙倩", "street_patrol", dept="cg", streets=["老街"])
        shop(store, "学府面馆", "学府路", "3")
    cell = next(one for one in told(place, "--item", "3")["cells"] if one["grid"] == "荷花网格")
    assert [(line["streets"], named(line["primary"])) for line in cell["duty"]] == [(["学府路", "荷花路"], ["王芳"]), (["老街"], ["孙倩"])]
    assert "商户 老街 1处" in place.run("matrix", "--item", "跨门经营", now=MONDAY).out


@pytest.mark.parametrize(
    ("gone", "empty"),
    [
        ("王芳", set()),  # 李强 is there for the whole town
        ("何伟", {("street_hanging", "primary", "新塘网格")}),  # the road
        ("许佳", {("shop_sign_dirty_damaged", "handlers", grid) for grid in ("新塘网格", "荷花网格")}),
        ("吴敏", {("food_safety", "handlers", grid) for grid in ("新塘网格", "荷花网格")}),
        ("蒋勤", {("food_safety", "leader", grid) for grid in ("新塘网格", "荷花网格")}),
        ("钟秀", {(item, "primary", "新塘网格") for item in ("waste_sorting", "street_hanging", "fire_lane_blocked")}),
    ],
)
def test_without_one_person_exactly_the_cells_that_became_empty_are_named(
    place: Street, gone: str, empty: set[tuple[str, str, str]]
) -> None:
    leaves(place, gone)
    found = told(place, "--check", code=1 if empty else 0)
    assert {(gap["item"], gap["what"], gap["grid"]) for gap in found["gaps"]} == empty
    assert found["cells"] == [] and found["files"] == [], "a check computes and writes nothing else"
    assert not (place.folder / "data" / "matrix").exists()


def test_empty_cells_are_said_by_name_on_the_screen(place: Street) -> None:
    leaves(place, "吴敏", "何伟", "孔亮")
    ran = place.run("matrix", "--check", now=MONDAY)
    assert ran.code == 1
    assert ran.out.splitlines()[1:5] == [
        "空格 5个：",
        "  新塘网格 × 沿街晾晒吊挂：没有扫码员（涉及1处）",
        "  新塘网格、荷花网格 × 占用堵塞消防通道：没有部门领导（涉及4处）",
        "  新塘网格、荷花网格 × 食品安全（持证公示与卫生）：没有处置员（涉及5家店）",
    ]


def test_the_workbook_has_items_down_and_grids_across_and_nothing_but_text(place: Street) -> None:
    leaves(place, "吴敏")
    files = told(place)["files"]
    assert [Path(file).name for file in files] == ["责任矩阵-2026-11-23.xlsx", "责任矩阵-2026-11-23.html"]
    content = (place.folder / "data" / "matrix" / "责任矩阵-2026-11-23.xlsx").read_bytes()
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == ["责任矩阵", "空格", "待认领", "到人"]
    rows = book.get_sheet_by_name("责任矩阵").to_python()
    assert rows[1] == ["编号", "子项", "牵头部门", "频次", "时限", "新塘网格", "荷花网格", "依据"]
    assert [row[0] for row in rows[2:]] == [str(no) for no in KEPT]
    by_item = {row[1]: row for row in rows[2:]}
    assert by_item["跨门经营"][5:7] == ["李强 → 店主、周明 → 陈立", "王芳 → 店主、周明 → 陈立"]
    assert by_item["食品安全（持证公示与卫生）"][6] == "商户（2）：店主 → 空格（没有处置员） → 蒋勤"
    assert by_item["商业噪声扰民"][2:7:2] == ["待认领（派出所）", by_item["商业噪声扰民"][4], ""]
    assert by_item["垃圾分类投放"][5].split("\n")[0] == "商户（1）：鲁大海 → 店主、周明 → 卫平"
    assert [row[:3] for row in book.get_sheet_by_name("空格").to_python()[2:]] == [
        ["食品安全（持证公示与卫生）", grid, "没有处置员"] for grid in ("新塘网格", "荷花网格")
    ]
    assert book.get_sheet_by_name("待认领").to_python()[2:] == [["19", "商业噪声扰民", "派出所"]]
    who = {(row[1], row[2]): row[3:] for row in book.get_sheet_by_name("到人").to_python()[2:]}
    assert who["王芳", "看"] == ["店招店牌污损、跨门经营、沿街晾晒吊挂、占用堵塞消防通道", "荷花网格"]
    assert all(isinstance(cell, str) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row)
    told(place)
    assert (place.folder / "data" / "matrix" / "责任矩阵-2026-11-23.xlsx").read_bytes() == content, "the same town, the same bytes"


def test_a_name_like_a_formula_stays_a_name_in_the_workbook(place: Street) -> None:
    with place.open() as store:
        person(store, "=1+1", "dept_leader", dept="mr")
    leaves(place, "蒋勤")
    with ZipFile(told(place)["files"][0]) as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}
    assert any("=1+1" in text for text in parts.values())
    assert not any("<f>" in text for text in parts.values()), "a formula"


def test_the_page_needs_nothing_from_outside_and_says_what_is_empty(place: Street) -> None:
    leaves(place, "吴敏")
    with place.open() as store:
        person(store, "<script>坏</script>", "dept_leader", dept="mr")
    leaves(place, "蒋勤")
    page = Path(told(place)["files"][1]).read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;坏&lt;/script&gt;" in page, "names are text, never markup"
    assert not re.search(r"""(src|href)=|url\(|https?://""", page)
    assert '<p class="empty">商户（2）：店主 → 空格（没有处置员） → ' in page
    assert "待认领（派出所）" in page and '<tr class="waits">' in page


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_page_opens_in_a_browser_without_an_error_and_scrolls_inside_its_frame(place: Street, tmp_path: Path) -> None:
    file = Path(told(place)["files"][1])
    seen = "`${document.documentElement.scrollWidth <= innerWidth} ${document.querySelectorAll('tbody tr').length}`"
    probe = f"<script>document.title = {seen}</script>"
    text = file.read_text(encoding="utf-8").replace("default-src 'none'; style-src 'unsafe-inline'", "default-src 'unsafe-inline'")
    (tmp_path / "probe.html").write_text(text.replace("</body>", f"{probe}</body>"), encoding="utf-8")
    words = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=500,900", "--enable-logging=stderr", "--dump-dom"]
    ended = subprocess.run(
        [str(CHROMIUM), *words, f"--user-data-dir={tmp_path / 'profile'}", (tmp_path / "probe.html").as_uri()],
        capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    title = re.search("<title>(.*?)</title>", ended.stdout)
    assert title is not None and title[1].split()[0] == "true" and int(title[1].split()[1]) > len(KEPT), ended.stdout[:300]
    assert "CONSOLE" not in ended.stderr


def test_some_items_or_one_grid_are_shown_on_the_screen_and_written_only_where_o_says(place: Street, tmp_path: Path) -> None:
    found = told(place, "--grid", "荷花网格", "--dept", "cg")
    assert {cell["grid"] for cell in found["cells"]} == {"荷花网格"} == set(found["grids"])
    assert [item["id"] for item in found["items"]] == ["over_door_business", "street_hanging"] and found["files"] == []
    ran = place.run("matrix", "--grid", "荷花网格", "--dept", "城管执法中队", now=MONDAY)
    assert [line.split() for line in ran.out.splitlines()[2:5]] == [
        ["子项", "对象", "谁看", "谁处置", "督查"],
        ["3", "跨门经营", "商户", "2处", "王芳、周明、店主", "店主、周明", "陈立"],
        ["11", "沿街晾晒吊挂", "商户", "2处", "王芳、何伟", "店主、何伟、周明", "陈立"],
    ]
    assert not (place.folder / "data" / "matrix").exists()
    found = told(place, "--item", "3", "--grid", "荷花网格", "-o", str(tmp_path / "out"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(Path(file).name for file in found["files"])
    assert Path(found["files"][0]).name == "责任矩阵-2026-11-23-跨门经营-荷花网格.xlsx"


# -- one object


def test_one_shop_says_item_by_item_who_looks_how_often_who_handles_by_when_and_on_which_basis(place: Street) -> None:
    ran = place.run("matrix", "阿婆生煎", now=MONDAY)
    lines = ran.out.splitlines()
    assert lines[0] == f"荷花路12号 阿婆生煎　商户 餐饮　荷花网格 · 青荷社区　码 {CODE[:4]}-{CODE[4:8]}-{CODE[8:]}"
    assert lines[1].split() == ["子项", "在哪看", "谁看", "频次", "谁处置", "时限", "督查", "依据"]
    row = next(line for line in lines if "跨门经营" in line).split()
    assert row[:8] == ["3", "跨门经营", "门外", "王芳、周明、店主", "每7天", "店主、周明", "2工作小时", "陈立"]
    assert row[8].startswith("《上海市市容环境卫生管理条") and row[8].endswith("…")
    assert next(line for line in lines if "商业噪声" in line).split() == ["19", "商业噪声扰民", "门外", "待认领（派出所）"]
    assert {len(lines[1].partition("依据")[0].encode("gbk"))} == {
        len(line.partition("《")[0].encode("gbk")) for line in lines[2:] if "《" in line
    }, "columns stand below each other"


def test_one_item_at_one_shop_leaves_nothing_out(place: Street) -> None:
    lines = place.run("matrix", CODE, "--item", "over_door_business", now=MONDAY).out.splitlines()
    assert lines[1:] == [
        "3 跨门经营",
        "谁看    　王芳　门外　每7天",
        "也可发现　周明、店主",
        "谁处置  　店主、周明",
        "时限    　店主先自改30分钟；2工作小时",
        "督查    　陈立　城管执法中队",
        "配合    　市场监管所",
        "依据    　《上海市市容环境卫生管理条例》（2018文本）第二十五条第五款（按旧文本核对，条号待核）",
    ]


def test_a_market_answers_for_itself_and_its_stalls_for_their_own_items(place: Street) -> None:
    market, stall = told(place, "集贸市场"), told(place, "1号摊")
    assert market["parts"] == 2 and market["part_of"] is None
    assert [item["no"] for item in market["items"]] == [2, 3, 5, 11, 19, 23, 38], "the items of a shop are asked at the market"
    assert stall["part_of"] == "集贸市场" and stall["parts"] == 0
    assert [item["no"] for item in stall["items"]] == [38], "items whose kinds lack stall are never asked at one"
    assert (named(stall["duty"][0]["primary"]), named(stall["duty"][0]["handlers"])) == (["店主"], ["店主", "吴敏"])
    said = place.run("matrix", "1号摊", now=MONDAY).out
    assert "这是集贸市场的一部分" in said and "摊主、吴敏" in said
    assert "里面有2个摊位" in place.run("matrix", "集贸市场", now=MONDAY).out


def test_a_house_and_a_road(place: Street) -> None:
    house = duty_of(place, "陈家老宅", "waste_sorting")
    assert (named(house["primary"]), named(house["handlers"]), house["period"]) == (["钟秀"], ["店主", "周明"], "P3M")
    assert "房主、周明" in place.run("matrix", "陈家老宅", now=MONDAY).out, "who owns a house is called otherwise"
    road = duty_of(place, "新塘路", "street_hanging")
    assert (named(road["primary"]), named(road["handlers"])) == (["何伟"], ["何伟", "周明"]), "a road has no owner"


def test_an_empty_cell_of_one_shop_is_said_and_check_fails(place: Street) -> None:
    leaves(place, "吴敏")
    ran = place.run("matrix", "阿婆生煎", "--check", now=MONDAY)
    assert ran.code == 1 and ran.out.splitlines()[-1] == "空格 1个：食品安全（持证公示与卫生） 没有处置员"
    assert "店主、空格" not in ran.out and "空格" in next(line for line in ran.out.splitlines() if line.startswith("38"))
    assert place.run("matrix", "阿婆生煎", "--item", "3", "--check", now=MONDAY).code == 0


def test_two_people_of_one_name_are_told_apart(place: Street) -> None:
    with place.open() as store:
        person(store, "周明", "cg_officer", dept="mr", no="17", grids=["荷花网格"])
    assert "店主、周明（17）" in place.run("matrix", "阿婆生煎", now=MONDAY).out
    found = duty_of(place, "阿婆生煎", "over_door_business")
    assert [one["name"] for one in found["handlers"]] == ["店主", "周明"], "in JSON the id tells them apart"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--item", "七十七"], 3, "规则里没有"),
        (["--grid", "月亮网格"], 3, "没有“月亮网格”这个网格；有：新塘网格、荷花网格。"),
        (["--dept", "月亮"], 3, "规则里没有“月亮”这个部门"),
        (["没有这家"], 3, "没有这家"),
        (["陈家老宅", "--item", "3"], 3, "“3”不涉及陈家老宅"),
        (["阿婆生煎", "--grid", "荷花网格"], 2, "用于全镇"),
        (["-o", "/dev/null/no"], 6, "写不进去"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(place: Street, words: list[str], code: int, said: str) -> None:
    ran = place.run("matrix", *words, now=MONDAY)
    assert ran.code == code and not ran.out
    assert ran.err.startswith("yima: ") and said in ran.err and ran.err.count("\n") == 1


def test_a_town_without_objects_has_an_empty_matrix(tmp_path: Path) -> None:
    with town(tmp_path / "empty", FOUNDED, change=_few) as store:
        found = verb.matrix(store, at(MONDAY))
        assert (found.cells, found.gaps, found.grids, found.objects) == ((), (), (), 0)
        with pytest.raises(BadInput):
            verb.matrix(store, at(MONDAY), grid="荷花网格")


# -- the same people everywhere


def test_status_names_empty_cells_below_the_colours_now_and_as_they_were(place: Street) -> None:
    assert "空格" not in place.run("status", now=MONDAY).out
    leaves(place, "吴敏", "蒋勤")
    ran = place.run("status", now="2026-11-23 11:00")
    assert "空格 4个：2个网格" not in ran.out
    line = next(line for line in ran.out.splitlines() if line.startswith("空格"))
    assert line == (
        "空格 4个：新塘网格、荷花网格 × 食品安全（持证公示与卫生）：没有处置员（涉及5家店）；"
        "新塘网格、荷花网格 × 食品安全（持证公示与卫生）：没有部门领导（涉及5家店）；逐条看 yima matrix --check"
    )
    found = json.loads(place.run("status", "--json", now="2026-11-23 11:00").out)["gaps"]
    assert found[0] == {"item": "food_safety", "what": "handlers", "grid": "新塘网格", "objects": 3} and len(found) == 4
    with place.open() as store:
        assert status(store, now=at("2026-11-23 11:00"), as_of=at("2026-11-22 11:00")).gaps == ()


def test_the_report_counts_the_same_empty_cells(place: Street) -> None:
    leaves(place, "吴敏", "蒋勤")
    words = ["report", "--from", "2026-11-20", "--to", "2026-11-23", "--format", "json"]
    found = json.loads(place.run(*words, "--json", now="2026-11-24 09:00").out)
    assert {(one["grid"], one["what"], one["objects"]) for one in found["nobody"]} == {
        (grid, what, 2 if grid == "荷花网格" else 3) for grid in ("新塘网格", "荷花网格") for what in ("handler", "leader")
    }
    blank = next(one for one in found["numbers"] if one["name"] == "duty_blanks")
    assert blank["numerator"] == 5, "two shops, the market and its stalls: a pair counts once, however much of it is empty"
    said = place.run(*words, now="2026-11-24 09:00").out
    assert "空格 4个，如 新塘网格 × 食品安全（持证公示与卫生）；逐条看 yima matrix --check" in said


def test_a_deputy_is_named_wherever_somebody_on_leave_was(place: Street) -> None:
    leave = {"from": DAY, "to": DAY}
    with place.open() as store, store.transaction():
        for name, deputy in (("周明", "曹阳"), ("陈立", "卫平")):
            event = events.PersonRegistered(leave=({**leave, "deputy": look.person_by(store, deputy).id},))
            store.append("person.changed", look.person_by(store, name).id, event, by=admin_of(store), now=at("2026-11-23 08:00"))
    found = duty_of(place, "阿婆生煎", "over_door_business")
    assert (named(found["handlers"]), found["leader"]["name"]) == (["店主", "曹阳"], "卫平")
    assert "处置 店主、曹阳" in place.run("show", "阿婆生煎", "--duty", now=MONDAY).out
    seen = place.run("scan", "阿婆生煎", "-f", "跨门经营=三张桌", by="王芳", now=MONDAY).out
    assert "曹阳" in seen and "周明" not in seen
    swept = json.loads(place.run("sweep", "--json", by="顾晓", now="2026-11-23 16:30").out)
    assert {one["rung"]: one["to_name"] for one in swept["raised"]} == {"remind": "曹阳", "supervise": "卫平"}
    assert place.run("matrix", "阿婆生煎", now="2026-11-24 10:00").out.count("曹阳") < place.run(
        "matrix", "阿婆生煎", now=MONDAY
    ).out.count("曹阳")


# -- rosters in the store


def roster(store: Store, *people: str, days: tuple[str, ...] = (DAY,), by: str = "", now: int = FOUNDED) -> str:
    rows = tuple({"day": day, "person": look.person_by(store, name).id} for day, name in zip(days, people, strict=True))
    with store.transaction():
        event = events.RosterPublished(min(days), max(days), rows)
        return store.append("roster.published", "cg", event, by=by or admin_of(store), now=now).hash


def test_a_roster_makes_no_object_stale_and_is_the_same_after_a_rebuild(store: Store) -> None:
    store.fresh()
    roster(store, "王芳", now=at("2026-11-21 09:00"))
    assert store.db.execute("SELECT COUNT(*) FROM object WHERE stale = 1").fetchone() == (0,)
    known = {"cg": ((DAY, look.person_by(store, "王芳").id, "", "", ""),)}
    assert dict(store.town.rosters) == known
    store._town = None  # read again, lazily
    assert dict(store.town.rosters) == known and "cg" in store.town.rosters and len(store.town.rosters) == 1
    parts = dict(store.db.execute("SELECT name, value FROM town_part"))
    store.rebuild()
    assert dict(store.db.execute("SELECT name, value FROM town_part")) == parts


def test_who_may_not_publish_a_roster_changes_nothing_and_doctor_says_why(store: Store) -> None:
    refused = roster(store, "王芳", by=look.person_by(store, "王芳").id)
    assert not store.town.rosters
    assert look.unmoved_of(store, [refused]) == {refused: "role"}
    roster(store, "王芳", by=look.person_by(store, "陈立").id)
    assert set(store.town.rosters) == {"cg"}


def test_on_a_roster_day_those_on_it_are_named(tmp_path: Path) -> None:
    def on_roster(body: dict[str, Any]) -> None:
        _few(body)
        next(role for role in body["roles"] if role["id"] == "street_patrol")["duty_days"] = "roster"

    with town(tmp_path / "town", FOUNDED, change=on_roster) as store:
        shop(store, "阿婆生煎", "荷花路", "12")
        for name in ("王芳", "李强"):
            person(store, name, "street_patrol", dept="cg")
        hit = look.resolve(store, "阿婆生煎")

        def lookers(when: str) -> list[str]:
            row = next(row for row in verb.matrix_of(store, hit, at(when)).rows if row.item.no == 3)
            assert row.people is not None
            return sorted(name for _id, name, _no in row.people.primary)

        assert lookers(MONDAY) == ["李强", "王芳"]
        roster(store, "李强", "王芳", days=(DAY, "2026-11-24"))
        assert (lookers(MONDAY), lookers("2026-11-24 10:00"), lookers("2026-11-25 10:00")) == (["李强"], ["王芳"], ["李强", "王芳"])


def test_a_staff_of_some_roles_names_the_same_people_as_one_of_everybody(store: Store) -> None:
    zhou, cao, xu = (look.person_by(store, name).id for name in ("周明", "曹阳", "许佳"))
    with store.transaction():
        for away, deputy in ((zhou, f"person:{cao}"), (cao, xu)):
            event = events.PersonRegistered(leave=({"from": DAY, "to": DAY, "deputy": deputy},))
            store.append("person.changed", away, event, by=admin_of(store), now=FOUNDED)
        leaving = person(store, "郑洁", "cg_officer", dept="cg", grids=["荷花网格"])
        store.append("person.left", leaving, events.PersonLeft("2026-11-30"), by=admin_of(store), now=FOUNDED)
    some, everybody = staff_at(store, at(MONDAY), roles=("cg_officer",)), staff_at(store, at(MONDAY))
    assert set(some.people) < set(everybody.people)
    item = store.town.last_catalogue.items[3]
    for obj in look.places(store):
        officer = everybody.people[leaving if obj.grid == "荷花网格" else xu]
        assert some.named(("cg_officer",), item, obj) == everybody.named(("cg_officer",), item, obj) == (officer,)
    assert all(some.leader(dept) == everybody.leader(dept) for dept in ("cg", "cjb", "pingan", "mr", "", "police"))


def test_places_come_in_the_order_of_the_street_without_what_is_retired(store: Store) -> None:
    with store.transaction():
        shop(store, "荷花九号", "荷花路", "9")
        gone = shop(store, "搬走了", "荷花路", "1")
        store.append("object.retired", gone, events.ObjectRetired("2026-11-20"), by=admin_of(store), now=FOUNDED)
    found = look.places(store)
    assert [obj.name for obj in found if obj.street == "荷花路"] == ["荷花九号", "阿婆生煎"]
    for obj in found:
        whole = look.store_object(store, obj.id)
        assert whole is not None and obj[:12] == whole[:12]
