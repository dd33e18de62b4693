"""Importing ledgers: who is who (DESIGN §12), what a second import does, and what goes back to the office."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.factories import admin_of, at, person, shop, town
from yima.adapters.ledger.values import CODE_CHARACTERS, CODE_VALUE, CODE_WEIGHTS
from yima.adapters.store import Store, events, look, registers
from yima.adapters.store.pinyin import initials
from yima.adapters.store.place import identity
from yima.core.events import ObjectRegistered
from yima.core.model import Object
from yima.core.results.office import Imported
from yima.errors import BadInput, NotAllowed, Unwritable
from yima.verbs.register import import_ledger

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample"
NOW = at("2026-10-12 09:00")
HEAD = "编号,店名,路名,门牌号,业态,统一社会信用代码,网格"
Run = Callable[..., Imported]


def licence(number: int) -> str:
    """A made-up credit code whose check character holds."""
    body = f"92000000MA{number:07d}"
    total = sum(CODE_VALUE[character] * weight for character, weight in zip(body, CODE_WEIGHTS, strict=True))
    return body + CODE_CHARACTERS[-total % 31]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with town(tmp_path / "town", NOW) as made:
        yield made


@pytest.fixture
def run(store: Store, tmp_path: Path) -> Run:
    """`run("shops", HEAD, "1,甲店,…")`: those lines as a CSV, imported."""
    clock = iter(range(NOW + 60_000, NOW + 10_000_000, 60_000))

    def made(register: Any, *lines: str, by: str = "顾晓", file: str = "ledger.csv", **more: Any) -> Imported:
        path = tmp_path / file
        path.write_text("\n".join(lines), encoding="utf-8")
        return import_ledger(store, register, path, look.person_by(store, by), next(clock), **more)

    return made


def counts(result: Imported) -> tuple[int, int, int, int, int]:
    return result.read, result.added, result.changed, result.same, len(result.rejected)


def only(store: Store, name: str) -> Object:
    found = [obj for obj in look.objects(store) if obj.name == name]
    assert len(found) == 1, [obj.name for obj in look.objects(store)]
    return found[0]


def facts(store: Store) -> list[tuple[str, str]]:
    return [(fact.kind, fact.subject) for fact in store.facts()]


# -- what goes in


def test_the_sample_ledgers_go_in_and_a_second_import_changes_nothing(store: Store, tmp_path: Path) -> None:
    by = look.person_by(store, "顾晓")
    for register, file, wanted in (("shops", "shops.xlsx", (63, 60, 0, 1, 2)), ("points", "points.csv", (47, 47, 0, 0, 0)),
                                   ("people", "people.xlsx", (69, 69, 0, 0, 0))):  # fmt: skip
        path = tmp_path / file
        path.write_bytes((SAMPLE / file).read_bytes())
        first = import_ledger(store, register, path, by, NOW + 1000, datum="gcj02")  # type: ignore[arg-type]
        assert counts(first) == wanted
        before = facts(store)
        second = import_ledger(store, register, path, by, NOW + 2000, datum="gcj02")  # type: ignore[arg-type]
        assert counts(second) == (wanted[0], 0, 0, wanted[1] + wanted[3], wanted[4])
        assert facts(store) == before
    stall, market = only(store, "蔡记豆腐"), only(store, "青荷集贸市场")
    assert (stall.kind, stall.part_of, market.kind) == ("stall", market.id, "shop")
    assert only(store, "阿婆生煎").trade == "catering" and only(store, "毛豆宠物店").trade == "other"
    kinds = [obj.kind for obj in look.objects(store)]
    assert [kinds.count(kind) for kind in ("point", "road", "house", "site", "waste_point")] == [24, 4, 10, 3, 6]
    owner = look.person_by(store, "林秀珍")
    assert [(held.role, held.objects) for held in owner.roles] == [("shop_owner", (only(store, "阿婆生煎").id,))]
    leader = look.person_by(store, "陈立")
    assert (leader.roles[0].role, leader.roles[0].depts) == ("dept_leader", ("cg",))
    assert look.person_by(store, "周明").roles[0].depts == ("cg",), "the department that the role itself means"
    assert look.person_by(store, "孙倩").roles[0].grids == ("荷花一网格", "荷花二网格", "老街网格")
    store.rebuild()
    assert len(look.objects(store)) == 107


@pytest.mark.skipif(
    not os.environ.get("YIMA_LEDGERS"), reason="YIMA_LEDGERS names no folder with the real ledgers; they are never kept here"
)
def test_the_real_ledger_makes_the_same_shops_whatever_its_form(store: Store, tmp_path: Path) -> None:
    by = look.person_by(store, "顾晓")
    seen = []
    for number, form in enumerate(("utf8.csv", "gb18030.csv", "xlsx", "xls")):
        path = tmp_path / f"brand-shops.{form}"
        path.write_bytes((Path(os.environ["YIMA_LEDGERS"]) / path.name).read_bytes())
        result = import_ledger(store, "shops", path, by, NOW + 60_000 * (number + 1), datum="gcj02")
        seen.append(counts(result))
    assert seen == [(2969, 2969, 0, 0, 0), *[(2969, 0, 0, 2969, 0)] * 3]
    assert store.db.execute("SELECT COUNT(*) FROM object").fetchone() == (2969,)


def test_ids_are_made_of_the_first_rule_that_the_row_can_fill(store: Store, run: Run) -> None:
    run(
        "shops",
        HEAD,
        f"A1,甲店,荷花路,1号,面馆,{licence(1)},一网格",
        f",乙店,荷花路,2号,面馆,{licence(2)},一网格",
        ",丙店,荷花路,3号,面馆,,一网格",
    )
    run("points", "点位名称,位置", "桥头,荷花路桥南侧")
    made = {obj.name: obj.id for obj in look.objects(store)}
    assert made == {
        "甲店": identity(store.town_id, "shop", 1, ("编号", "A1")),
        "乙店": identity(store.town_id, "shop", 2, (licence(2),)),
        "丙店": identity(store.town_id, "shop", 3, ("荷花路", "3", "")),
        "桥头": identity(store.town_id, "point", 4, ("桥头", "荷花路桥南侧")),
    }


def test_the_bulk_door_writes_what_append_would_write(store: Store, tmp_path: Path) -> None:
    """The same facts and the same row as one by one; else a rebuild would give another town."""
    event = ObjectRegistered(
        kind="shop", name="重庆长乐行", street="荷花路", door="7", position=(30_200_013, 124_500_317, "gcj02"),
        tenant={"name": "王乐"}, source={"name": "编号", "no": "7"},
    )  # fmt: skip
    columns = "kind, name, street, door, trade, source, source_no, retired, initials, stale, base, since"
    rows = []
    with store.transaction():
        store.append_new([("a" * 20, event, events.encode(event))], by=admin_of(store), now=NOW + 1)
        store.append("object.registered", "b" * 20, event, by=admin_of(store), now=NOW + 1)
        for id_ in ("a" * 20, "b" * 20):
            rows.append(store.db.execute(f"SELECT {columns}, replace(versions, id, '') FROM object WHERE id = ?", (id_,)).fetchone())
            store.db.execute("SELECT 1")
    assert rows[0] == rows[1]
    assert rows[0][8] == "cqclx"
    chain = list(store.facts())
    assert all(events.what_is_wrong(store.town_id, fact, before) == "" for before, fact in pairwise(chain))


def test_initials_are_those_of_the_library(store: Store) -> None:
    import pypinyin

    for name in ("重庆小面", "长乐银行", "来不便宜", "单记𠮷祥·A1 店", "行行好音乐行", "朝阳大药房", "来不"):
        library = "".join(pypinyin.lazy_pinyin(name, style=pypinyin.Style.FIRST_LETTER)).lower()
        assert initials(name) == "".join(library.split()).replace("𠮷", "j"), name


def test_coordinates_need_their_datum(store: Store, run: Run) -> None:
    lines = ("店名,地址,经度,纬度", "甲店,荷花路1号,124.500317,30.200013")
    with pytest.raises(BadInput, match="--datum"):
        run("shops", *lines)
    assert not look.objects(store)
    run("shops", *lines, datum="wgs84")
    assert only(store, "甲店").position == (30_200_013, 124_500_317, "wgs84")


def test_a_phone_is_kept_and_is_never_a_fact(store: Store, run: Run) -> None:
    run("shops", "店名,地址,电话,店主", "甲店,荷花路1号,139-0000-0001,王乐")
    shop_id = only(store, "甲店").id
    assert registers.contacts(store) == {shop_id: "139-0000-0001"}
    assert only(store, "甲店").tenant == ("王乐", "")
    assert not [fact for fact in store.facts() if b"139" in fact.body]
    assert "139" not in json.dumps(store.db.execute("SELECT * FROM kept_import").fetchall())


@pytest.mark.parametrize(("word", "kind"), [
    ("道路", "road"), ("路段", "road"), ("农房", "house"), ("民房", "house"), ("住宅", "house"), ("自建房", "house"), ("工地", "site"),
    ("垃圾投放点", "waste_point"), ("垃圾箱房", "waste_point"), ("点位", "point"), ("广场", "point"),
])  # fmt: skip
def test_the_words_of_a_point_decide_its_kind(store: Store, run: Run, word: str, kind: str) -> None:
    run("points", "点位名称,点位类型,位置", f"甲处,{word},荷花路桥南侧")
    assert only(store, "甲处").kind == kind


# -- who is who


def test_what_the_ledger_changes_is_changed_and_nothing_else(store: Store, run: Run) -> None:
    run("shops", HEAD, "A1,甲店,荷花路,1号,面馆,,一网格")
    result = run("shops", HEAD, "A1,甲面馆,荷花路,1号,面馆,,二网格")
    assert counts(result) == (1, 0, 1, 0, 0)
    last = list(store.facts())[-1]
    assert (last.kind, json.loads(last.body)) == ("object.changed", {"name": "甲面馆", "grid": "二网格"})


def test_a_second_import_does_not_undo_what_the_clerk_changed(store: Store, run: Run) -> None:
    lines = (HEAD, "A1,甲店,荷花路,1号,面馆,,一网格")
    run("shops", *lines)
    shop_id = only(store, "甲店").id
    with store.transaction():
        store.append(
            "object.changed", shop_id, ObjectRegistered(name="新甲店", street="莲叶街", door="9"), by=admin_of(store), now=NOW + 999
        )
    assert counts(run("shops", *lines)) == (1, 0, 0, 1, 0)
    result = run("shops", HEAD, "A1,甲店,荷花路,1号,面馆,,二网格")
    assert result.changes == ((2, "甲店", ("grid",)),)
    assert only(store, "新甲店").door == "9"


def test_a_known_number_with_another_name_and_address_is_rejected(store: Store, run: Run) -> None:
    run("shops", HEAD, "A1,甲店,荷花路,1号,面馆,,一网格", "A2,乙店,荷花路,2号,面馆,,一网格")
    result = run("shops", HEAD, "A1,丙店,莲叶街,9号,面馆,,一网格", "A2,丁店,荷花路,2号,面馆,,一网格")
    assert [(line, reason[:5]) for line, reason in result.rejected] == [(2, "同号不同店")]
    assert [obj.name for obj in look.objects(store)] == ["甲店", "丁店"]
    assert counts(run("shops", HEAD, "A1,丙店,莲叶街,9号,面馆,,一网格", source="另一本")) == (1, 1, 0, 0, 0)


def test_a_licence_matches_only_where_the_door_agrees_or_one_side_has_none(store: Store, run: Run) -> None:
    head = "店名,路名,门牌号,统一社会信用代码"
    run("shops", head, f"甲店,荷花路,1号,{licence(1)}", f"乙店,,,{licence(2)}")
    result = run("shops", head, f"甲店,荷花路,5号,{licence(1)}", f"乙店,荷花路,2号,{licence(2)}")
    assert [(line, reason[:2]) for line, reason in result.rejected] == [(2, "搬迁")]
    assert result.changes == ((3, "乙店", ("street", "door")),)
    assert len(look.objects(store)) == 2


def test_one_licence_at_two_doors_of_one_ledger_is_a_chain(store: Store, run: Run) -> None:
    lines = ("店名,路名,门牌号,统一社会信用代码", f"甲店,荷花路,1号,{licence(1)}", f"甲店,荷花路,2号,{licence(1)}")
    assert counts(run("shops", *lines)) == (2, 2, 0, 0, 0)
    assert counts(run("shops", *lines)) == (2, 0, 0, 2, 0)


def test_a_second_shop_of_a_chain_is_no_move(store: Store, run: Run) -> None:
    head, first = "店名,路名,门牌号,统一社会信用代码", f"甲店,荷花路,1号,{licence(1)}"
    run("shops", head, first)
    assert counts(run("shops", head, f"甲店,荷花路,2号,{licence(1)}", first)) == (2, 1, 0, 1, 0)


def test_a_rejected_row_does_not_leave_its_shop_to_another_number(store: Store, run: Run) -> None:
    run("shops", HEAD, "A1,甲店,荷花路,1号,面馆,,一网格")
    result = run("shops", HEAD, "A1,丙店,莲叶街,9号,面馆,,一网格", "A9,丁店,荷花路,1号,面馆,,一网格")
    assert (result.added, result.changed, len(result.rejected)) == (1, 0, 1)
    assert only(store, "甲店").id != only(store, "丁店").id


def test_ledgers_of_two_kinds_of_points_may_both_number_from_1(store: Store, run: Run) -> None:
    head = "编号,点位名称,点位类型,位置"
    run("points", head, "1,桥头,点位,荷花路桥南侧")
    assert counts(run("points", head, "1,东投放点,垃圾投放点,荷花路44号旁")) == (1, 1, 0, 0, 0)
    assert counts(run("points", head, "1,桥头,路段,荷花路桥南侧")) == (1, 0, 1, 0, 0), "a corrected kind is the same place"


def test_nothing_is_matched_by_its_name_alone(store: Store, run: Run) -> None:
    run("shops", "店名,路名,门牌号", "甲店,荷花路,1号", "甲店,荷花路,2号")
    assert len(look.objects(store)) == 2
    result = run("shops", "店名,业态", "甲店,面馆")
    assert counts(result) == (1, 0, 0, 0, 1)


def test_the_object_is_the_place_so_a_new_tenant_changes_it(store: Store, run: Run) -> None:
    run("shops", "店名,路名,门牌号,店主", "甲店,荷花路,1号,王乐")
    run("shops", "店名,路名,门牌号,店主", "乙店,荷花路,1号,李喜")
    assert only(store, "乙店").tenant == ("李喜", "2026-10-12")
    assert len(look.objects(store)) == 1


def test_two_numbers_at_one_door_are_two_shops(store: Store, run: Run) -> None:
    lines = (HEAD, "A1,甲店,荷花路,1号,面馆,,一网格", "A2,乙店,荷花路,1号,面馆,,一网格")
    assert counts(run("shops", *lines)) == (2, 2, 0, 0, 0)
    assert counts(run("shops", *lines)) == (2, 0, 0, 2, 0)


def test_a_row_twice_is_one_and_an_unequal_second_is_rejected(run: Run) -> None:
    head = "店名,路名,门牌号,网格"
    result = run("shops", head, "甲店,荷花路,1号,一网格", "甲店,荷花路,1号,一网格", "乙店,荷花路,1号,一网格")
    assert counts(result) == (3, 1, 0, 1, 1) and result.rejected[0][0] == 4


def test_a_stall_needs_its_market(store: Store, run: Run) -> None:
    head = "店名,路名,门牌号,铺位号,所属市场"
    result = run(
        "shops", head, "蔡记,新塘街,28号,A01,大市场", "大市场,新塘街,28号,,", "周记,新塘街,28号,A02,小市场", "李记,新塘街,30号,,小市场"
    )
    assert [line for line, _ in result.rejected] == [4]
    assert only(store, "蔡记").part_of == only(store, "大市场").id
    assert (only(store, "李记").kind, only(store, "李记").part_of) == ("shop", "")


def test_a_clerks_import_confirms_what_the_street_registered(store: Store, run: Run) -> None:
    shop(store, "甲店", door="1", provisional=True, grid="")
    assert only(store, "甲店").provisional
    result = run("shops", "店名,路名,门牌号,网格,业态", "甲店,荷花路,1号,一网格,面馆")
    assert counts(result) == (1, 0, 1, 0, 0)
    assert (only(store, "甲店").provisional, only(store, "甲店").grid) == (False, "一网格")


def test_numbers_of_shops_and_of_points_have_nothing_to_do_with_each_other(store: Store, run: Run) -> None:
    run("shops", HEAD, "1,甲店,荷花路,1号,面馆,,一网格")
    assert counts(run("points", "编号,点位名称,位置", "1,桥头,荷花路桥南侧")) == (1, 1, 0, 0, 0)


# -- people


PEOPLE = "工号,姓名,部门,岗位,人员类别,网格,村居,所属店铺"


def test_the_founding_admin_is_matched_and_never_doubled(store: Store, run: Run) -> None:
    result = run("people", PEOPLE, "R1,顾晓,镇城运中心,系统管理员、部门领导,在编,,,")
    assert counts(result) == (1, 0, 1, 0, 0)
    assert [(one.name, one.no, len(one.roles)) for one in look.people(store)] == [("顾晓", "R1", 2)]
    assert counts(run("people", PEOPLE, "R1,顾晓,镇城运中心,系统管理员、部门领导,在编,,,")) == (1, 0, 0, 1, 0)


def test_the_last_admin_stays_one(store: Store, run: Run) -> None:
    row = "R1,顾晓,镇城运中心,部门工作人员,在编,,,"
    assert counts(run("people", PEOPLE, row)) == (1, 0, 0, 0, 1)
    result = run("people", PEOPLE, row, "R2,黄敏,镇城运中心,系统管理员,在编,,,", "R3,田雨,镇城运中心,信息登记员,编外,,,")
    assert counts(result) == (3, 2, 1, 0, 0)
    assert [one.name for one in look.people(store) if any(held.role == "admin" for held in one.roles)] == ["黄敏"]
    assert look.person_by(store, "田雨").roles[0].role == "data_clerk", "what comes after the admin's own change still counts"
    assert not store.town.unmoved


@pytest.mark.parametrize("row", [
    "R1,甲,城管中队,街面巡查员,编外,,,",  # no such department
    "R1,甲,城管执法中队,街面巡逻员,编外,,,",  # no such role
    "R1,甲,城管执法中队,,编外,,,",  # no role
    "R1,甲,城管执法中队,街面巡查员,在编,,,",  # not that resource
    "R1,甲,城管执法中队,街面巡查员,临时,,,",  # no resource
    "R1,甲,城管执法中队,街面巡查员、城管执法队员,编外,,,",  # two resources in one person
    "R1,甲,,部门领导,在编,,,",  # leader of what
    "R1,甲,,村居干部,社会力量,,,",  # of which village
    "R1,甲,,店主,社会力量,,,没有的店",
    "R1,甲,,店主,社会力量,,,",
])  # fmt: skip
def test_a_row_of_people_that_cannot_be_right_is_rejected(store: Store, run: Run, row: str) -> None:
    assert counts(run("people", PEOPLE, row)) == (1, 0, 0, 0, 1)
    assert len(look.people(store)) == 1


def test_an_owner_may_be_staff_too(store: Store, run: Run) -> None:
    shop(store, "甲店")
    assert counts(run("people", PEOPLE, "R1,甲,城管执法中队,街面巡查员、店主,编外,,,甲店")) == (1, 1, 0, 0, 0)


def test_one_number_is_one_person_with_several_roles(store: Store, run: Run) -> None:
    result = run("people", PEOPLE, "R1,甲,城管执法中队,街面巡查员,编外,一网格,,", "R1,甲,城管执法中队,信息登记员,编外,,,",
                 "R1,乙,城管执法中队,街面巡查员,编外,,,")  # fmt: skip
    assert (result.added, len(result.rejected)) == (1, 1)
    assert [held.role for held in look.person_by(store, "甲").roles] == ["street_patrol", "data_clerk"]


def test_namesakes_of_one_department_need_numbers(store: Store, run: Run) -> None:
    head = "姓名,部门,岗位,网格"
    assert counts(run("people", head, "甲,城管执法中队,街面巡查员,一网格", "甲,城管执法中队,街面巡查员,二网格")) == (2, 1, 0, 0, 1)
    result = run("people", "工号," + head, "R1,甲,城管执法中队,街面巡查员,一网格", "R2,甲,城管执法中队,街面巡查员,二网格")
    assert (result.added, result.changed) == (1, 1), "the one without a number gets the first, the other is new"
    assert sorted(one.no for one in look.people(store) if one.name == "甲") == ["R1", "R2"]


# -- who may, and what happens to bad rows


def test_only_the_admin_and_the_clerk_import_and_people_only_the_admin(store: Store, run: Run) -> None:
    person(store, "田雨", "data_clerk")
    person(store, "王芳", "street_patrol")
    lines = ("店名,路名,门牌号", "甲店,荷花路,1号")
    with pytest.raises(NotAllowed):
        run("shops", *lines, by="王芳")
    with pytest.raises(NotAllowed):
        run("people", PEOPLE, "R1,甲,城管执法中队,街面巡查员,编外,,,", by="田雨")
    assert counts(run("shops", *lines, by="田雨")) == (1, 1, 0, 0, 0)


def test_a_dry_run_writes_nothing(store: Store, run: Run, tmp_path: Path) -> None:
    before = facts(store)
    result = run("shops", HEAD, "A1,甲店,荷花路,1号,面馆,,一网格", "A2,,荷花路,2号,面馆,,一网格", dry_run=True)
    assert counts(result) == (2, 1, 0, 0, 1) and result.dry_run and not result.rejected_file
    assert facts(store) == before and not list(tmp_path.glob("*rejected*"))
    assert store.db.execute("SELECT count(*) FROM kept_import").fetchone() == (0,)


def test_bad_rows_go_beside_the_ledger_with_line_and_reason(store: Store, run: Run, tmp_path: Path) -> None:
    run("shops", HEAD, "A1,甲店,荷花路,1号,面馆,,一网格")
    result = run("shops", HEAD, "A1,丙店,莲叶街,9号,面馆,,一网格", "A3,,荷花路,3号,面馆,,一网格")
    assert Path(result.rejected_file) == tmp_path / "ledger.rejected.csv"
    rows = list(csv.reader((tmp_path / "ledger.rejected.csv").read_text("utf-8-sig").splitlines()))
    assert [(row[0], row[2:5]) for row in rows[1:]] == [("2", ["A1", "丙店", "莲叶街"]), ("3", ["A3", "", "荷花路"])]
    assert "同号不同店" in rows[1][1]


def test_where_the_rejected_file_cannot_be_written_it_goes_into_the_towns_data(store: Store, run: Run, tmp_path: Path) -> None:
    (tmp_path / "ledger.rejected.csv").mkdir()  # as good as a folder that may not be written, and it stops root too
    result = run("shops", HEAD, "A1,,荷花路,1号,面馆,,一网格", "A2,甲店,荷花路,2号,面馆,,一网格")
    assert Path(result.rejected_file) == store.folder / "data" / "ledger.rejected.csv"
    assert result.added == 1


def test_where_it_can_be_written_nowhere_nothing_is_imported(store: Store, run: Run, tmp_path: Path) -> None:
    for folder in (tmp_path, store.folder / "data"):
        (folder / "ledger.rejected.csv").mkdir()
    before = facts(store)
    with pytest.raises(Unwritable, match=r"ledger\.rejected\.csv"):
        run("shops", HEAD, "A1,,荷花路,1号,面馆,,一网格", "A2,甲店,荷花路,2号,面馆,,一网格")
    assert facts(store) == before and not look.objects(store)


def test_a_corrected_rejected_file_can_be_imported(store: Store, run: Run, tmp_path: Path) -> None:
    run("shops", HEAD, "A1,,荷花路,1号,面馆,,一网格")
    text = (tmp_path / "ledger.rejected.csv").read_text("utf-8-sig").replace("A1,,", "A1,甲店,")
    result = run("shops", *text.splitlines(), file="corrected.csv")
    assert counts(result) == (1, 1, 0, 0, 0)


# -- the command itself


def yima(folder: Path, *words: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    env = os.environ | {"YIMA_NOW": "2026-10-12T10:00", "YIMA_LANG": lang, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, "-m", "yima", *words], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8")


def test_the_command_answers_in_json_and_exits_as_promised(tmp_path: Path) -> None:
    town(tmp_path / "town", NOW).db.close()
    folder, ledger = tmp_path / "town", tmp_path / "商户.csv"
    ledger.write_text("单位,地址\n甲店,荷花路1号\n,荷花路2号\n", encoding="gb18030")
    refused = yima(folder, "import", "shops", str(ledger))
    assert refused.returncode == 3 and "--map 单位=name" in refused.stderr, "it says what to do"
    assert yima(folder, "import", "shops", str(ledger), "--map", "单位=name").returncode == 0
    done = yima(folder, "import", "shops", str(ledger), "--map", "单位=name", "--json")
    said = json.loads(done.stdout)
    assert {key: said[key] for key in ("read", "added", "changed", "same", "rejected")} == {
        "read": 2, "added": 0, "changed": 0, "same": 1, "rejected": 1,
    }  # fmt: skip
    assert said["rejected_file"] == str(tmp_path / "商户.rejected.csv")
    for words, code in (
        (("import", "shops", "没有.csv"), 3),
        (("import", "shops", str(ledger), "--map", "单位"), 2),
        (("import", "shops", str(ledger), "--map", "单位=nothing"), 3),
        (("import", "shops", str(ledger), "--datum", "bd09"), 2),
        (("import", "shops", str(ledger), "--by", "无名氏"), 3),
        (("import", "nothing", str(ledger)), 2),
    ):
        done = yima(folder, *words)
        assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (code, 1, ""), (words, done.stderr)
