"""Bad input to the registers kept by hand: one sentence on stderr that says what to do, the right exit code, nothing written."""

from pathlib import Path

import pytest

from tests.street import APO, CODES, HANDAN, MISTYPED, STRANGE, Street
from tests.test_bad_input import BIDI, ESCAPE, LONG, MIB, SURROGATE, refused
from tests.test_ledger import NOBODY

AT = ("--street", "荷花路", "--door", "66")

SHOPS = [
    (2, ["shop", "add"], "名称"),
    (3, ["shop", "add", "桂花糕"], "--street"),  # a name alone is nobody
    (3, ["shop", "add", "", *AT], "没填"),
    (3, ["shop", "add", " ", *AT], "没填"),
    (3, ["shop", "add", "桂花糕", "--street", "", "--door", "66"], "--street"),
    (3, ["shop", "add", "……", *AT], "名称"),
    (3, ["shop", "add", "合计", *AT], "合计"),
    (3, ["shop", "add", SURROGATE, *AT], ""),
    (3, ["shop", "add", "糕" * 300, *AT], "200"),
    (3, ["shop", "add", MIB, *AT], "200"),
    (3, ["shop", "add", "桂花糕", *AT, "--licence", "123"], "18位"),
    (3, ["shop", "add", "桂花糕", *AT, "--licence", "92310000MA0000001X"], "校验"),
    (3, ["shop", "add", f"桂花糕{NOBODY}", *AT], "身份证"),
    (3, ["shop", "add", "桂花糕", *AT, "--tenant", NOBODY], "身份证"),
    (3, ["shop", "add", "桂花糕", *AT, "--licence", NOBODY], "身份证"),
    (3, ["shop", "add", "桂花糕", *AT, "--trade", "飞碟"], "餐饮"),
    (3, ["shop", "add", "桂花糕", *AT, "--kind", "飞碟"], "stall"),
    (3, ["shop", "add", "桂花糕", *AT, "--kind", "stall"], "--part-of"),
    (3, ["shop", "add", "桂花糕", *AT, "--part-of", "没有的市场"], "没有的市场"),
    (3, ["shop", "add", "桂花糕", *AT, "--position", "121.4,31.2"], "--datum"),
    (3, ["shop", "add", "桂花糕", *AT, "--position", "121.4", "--datum", "gcj02"], "121.473701"),
    (3, ["shop", "add", "桂花糕", *AT, "--position", "东,北", "--datum", "gcj02"], "坐标"),
    (3, ["shop", "add", "桂花糕", *AT, "--position", "1e999,31.2", "--datum", "gcj02"], ""),
    (3, ["shop", "add", "桂花糕", *AT, "--position", "0,0", "--datum", "gcj02"], "--position"),
    (3, ["shop", "add", "桂花糕", *AT, "--position", "2.35,48.85", "--datum", "wgs84"], "中国"),
    (3, ["shop", "add", "桂花糕", *AT, "--datum", "gcj02"], "--position"),
    (2, ["shop", "add", "桂花糕", *AT, "--position", "121.4,31.2", "--datum", "bd09"], "gcj02"),
    (3, ["shop", "add", "桂花糕", *AT, "--since", "2026-11-01"], "--tenant"),
    (3, ["shop", "add", "桂花糕", *AT, "--tenant", "王乐", "--since", "2026-02-30"], "2026-02-30"),
    (3, ["shop", "add", "桂花糕", *AT, "--status", "睡觉"], "歇业"),
    (3, ["shop", "add", "桂花糕", *AT, "--from", "2026-11-01"], "--status"),
    (3, ["shop", "add", "桂花糕", *AT, "--source", "编号"], "--no"),
    (3, ["shop", "add", "桂花糕", "--street", "荷花路", "--door", "12"], APO),
    (3, ["shop", "add", "桂花糕", "--address", "荷花路12号"], APO),
    (3, ["shop", "add", "桂花糕", *AT, "--provisional", "--grid", " "], "--grid"),
    (4, ["shop", "add", "桂花糕", *AT, "--by", "王芳"], "信息登记员"),
    (2, ["shop", "change"], ""),
    (3, ["shop", "change", APO], "--grid"),
    (3, ["shop", "change", APO, "--confirm"], "核实过"),
    (3, ["shop", "change", "没有这家", "--grid", "一网格"], "yima find"),
    (3, ["shop", "change", "荷花路", "--grid", "一网格"], "荷花路18号"),
    (3, ["shop", "change", MISTYPED, "--grid", "一网格"], APO),
    (3, ["shop", "change", STRANGE, "--grid", "一网格"], "不是本镇的码"),
    (3, ["shop", "change", SURROGATE, "--grid", "一网格"], ""),
    (3, ["shop", "change", APO, "--grid", ""], "--grid"),
    (3, ["shop", "change", APO, "--grid", SURROGATE], ""),
    (3, ["shop", "change", APO, "--grid", MIB], "200"),
    (3, ["shop", "change", APO, "--name", "，，"], ""),
    (3, ["shop", "change", APO, "--door", "18"], HANDAN),
    (3, ["shop", "change", APO, "--part-of", APO], APO),
    (3, ["shop", "change", APO, "--status", "正常", "--to", "2026-12-01"], "--to"),
    (3, ["shop", "change", APO, "--status", "歇业", "--from", "2026-12-01", "--to", "2026-11-01"], "早于"),
    (3, ["shop", "change", APO, "--status", "歇业", "--to", LONG], ""),
    (3, ["shop", "change", APO, "--tenant", "王乐", "--since", "2027-01-01"], "还没到"),
    (2, ["shop", "retire", APO], "--reason"),
    (3, ["shop", "retire", APO, "--reason", " "], "--reason"),
    (3, ["shop", "retire", APO, "--reason", "拆除", "--on", "2026-11-24"], "还没到"),
    (3, ["shop", "retire", APO, "--reason", "拆除", "--on", "昨天"], "昨天"),
    (3, ["shop", "retire", APO, "--reason", SURROGATE], ""),
    (3, ["shop", "retire", APO, "--reason", MIB], "1 MiB"),
    (4, ["shop", "retire", APO, "--reason", "拆除", "--by", "陈队长"], "信息登记员"),
    (3, ["point", "add", "新桥头"], "--address"),
    (3, ["point", "add", "新桥头", "--address", "桥南", "--kind", "shop"], "waste_point"),
    (3, ["point", "change", APO, "--grid", "一网格"], "yima shop"),
    (3, ["point", "retire", CODES[APO], "--reason", "拆除"], "yima shop"),
    (2, ["point", "add", "新桥头", "--address", "桥南", "--trade", "餐饮"], "--trade"),
]  # fmt: skip

PEOPLE = [
    (2, ["person", "add"], "名称"),
    (3, ["person", "add", "郭晓"], "--role"),
    (3, ["person", "add", "", "--role", "cg_officer"], "没填"),
    (3, ["person", "add", "……", "--role", "cg_officer"], ""),
    (3, ["person", "add", SURROGATE, "--role", "cg_officer"], ""),
    (3, ["person", "add", NOBODY, "--role", "cg_officer"], "身份证"),
    (3, ["person", "add", "郭晓", "--role", "飞行员"], "飞行员"),
    (3, ["person", "add", "郭晓", "--role", "城管执法队"], "城管执法队员"),
    (3, ["person", "add", "郭晓", "--role", "cg_officer", "--role", "street_patrol"], "管理资源"),
    (3, ["person", "add", "郭晓", "--role", "cg_officer", "--dept", "飞行队"], "飞行队"),
    (3, ["person", "add", "郭晓", "--role", "dept_leader"], "部门"),
    (3, ["person", "add", "郭晓", "--role", "village_cadre"], "网格"),
    (3, ["person", "add", "郭晓", "--role", "shop_owner"], "--object"),
    (3, ["person", "add", "郭晓", "--role", "house_owner", "--object", APO], APO),
    (3, ["person", "add", "郭晓", "--role", "shop_owner", "--object", "荷花路"], "荷花路18号"),
    (3, ["person", "add", "周明", "--role", "cg_officer", "--dept", "cg"], "周明"),
    (3, ["person", "add", "郭晓", "--role", "cg_officer", "--no", "17"], "王伟"),
    (3, ["person", "add", "郭晓", "--role", "cg_officer", "--source", "工号"], "--no"),
    (3, ["person", "add", "郭晓", "--role", "cg_officer", "--from", "2026-02-30"], "2026-02-30"),
    (3, ["person", "add", "郭晓", "--role", "cg_officer", "--grid", MIB], "1 MiB"),
    (4, ["person", "add", "郭晓", "--role", "cg_officer", "--by", "陈队长"], "系统管理员"),
    (3, ["person", "change", "周明"], "--leave"),
    (3, ["person", "change", "谁", "--name", "某"], "person list"),
    (3, ["person", "change", "王伟", "--name", "某"], "17、18"),
    (3, ["person", "change", "周明", "--add-role", "街面巡查员"], "管理资源"),
    (3, ["person", "change", "周明", "--drop-role", "cg_officer"], "retire"),
    (3, ["person", "change", "周明", "--drop-role", "data_clerk"], "信息登记员"),
    (3, ["person", "change", "周明", "--role", "cg_officer", "--add-role", "mr_officer"], "--role"),
    (3, ["person", "change", "周明", "--name", ""], "--name"),
    (3, ["person", "change", "周明", "--dept", " "], "--dept"),
    (3, ["person", "change", "周明", "--leave", "下周"], "下周"),
    (3, ["person", "change", "周明", "--leave", ".."], ".."),
    (3, ["person", "change", "周明", "--leave", "2026-11-28..2026-11-24"], "早于"),
    (3, ["person", "change", "周明", "--leave", "2026-11-01..2026-11-02"], "过去"),
    (3, ["person", "change", "周明", "--leave", "2026-11-24..2026-11-25", "--deputy", "周明"], "自己"),
    (3, ["person", "change", "周明", "--leave", "2026-11-24..2026-11-25", "--deputy", "谁"], "谁"),
    (3, ["person", "change", "周明", "--deputy", "钱队员"], "--leave"),
    (3, ["person", "change", "周明", "--back"], "没有请假"),
    (3, ["person", "change", "周明", "--back", "--deputy", "钱队员"], "--back"),
    (3, ["person", "change", "顾晓", "--role", "dept_staff"], "系统管理员"),
    (4, ["person", "change", "周明", "--name", "某", "--by", "林镇长"], "系统管理员"),
    (2, ["person", "retire", "周明"], "--reason"),
    (3, ["person", "retire", "周明", "--reason", ""], "--reason"),
    (3, ["person", "retire", "周明", "--reason", "调离", "--on", "2026-13-01"], "2026-13-01"),
    (3, ["person", "retire", "顾晓", "--reason", "调离"], "系统管理员"),
    (4, ["person", "retire", "周明", "--reason", "调离", "--by", "陈队长"], "系统管理员"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "words", "said"), [*SHOPS, *PEOPLE], ids=lambda one: " ".join(one)[:60] if isinstance(one, list) else "")
def test_bad_input_is_one_sentence_and_writes_nothing(here: Street, code: int, words: list[str], said: str) -> None:
    assert said in refused(here, code, *words, by="" if "--by" in words else "顾晓")


@pytest.mark.parametrize("name", [f"{ESCAPE}店", f"{BIDI}店"])
def test_invisible_signs_never_reach_the_register(here: Street, name: str) -> None:
    assert here.run("shop", "add", name, *AT, by="顾晓").code == 0
    with here.open() as store:
        said = store.db.execute("SELECT name FROM object WHERE street = '荷花路' AND door = '66'").fetchone()[0]
    assert said.isprintable() and said.endswith("店")


@pytest.mark.parametrize(("content", "said"), [
    (b"", "空"), ("姓名\n王芳\n".encode(), "日期"), ("日期\n2026-11-23\n".encode(), "姓名"), ("姓名,1日\n王芳,√\n".encode(), "月"),
    (b"PK\x03\x04broken", "值班"), (b"<html><table></table></html>", "值班"),
])  # fmt: skip
def test_a_roster_that_cannot_be_read_is_refused_in_one_sentence(here: Street, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "值班.csv"
    path.write_bytes(content)
    if said == "日期":  # a table, but none that says a day: every line goes back
        before = here.facts()
        ran = here.run("import", "roster", str(path), by="顾晓")
        assert ran.code == 0 and "缺日期" in ran.out and here.facts() == before
    else:
        assert said in refused(here, 3, "import", "roster", str(path), by="顾晓")


def test_a_roster_is_for_leaders_and_the_admin(here: Street, tmp_path: Path) -> None:
    path = tmp_path / "值班.csv"
    path.write_text("日期,姓名\n2026-11-23,王芳\n", encoding="utf-8")
    assert "部门领导" in refused(here, 4, "import", "roster", str(path), by="王芳")
    refused(here, 3, "import", "roster", str(tmp_path / "没有.csv"), by="顾晓")
