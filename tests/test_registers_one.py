"""One shop, point or person at a time: the same rules as a ledger, only what differs, and what a change touched."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import at, person, visit
from tests.street import APO, CODES, HANDAN, MONDAY, NOODLE, Street, who
from tests.test_register import licence
from yima.adapters.store import Store, look
from yima.adapters.store.place import identity
from yima.core.flow.rounds import pauses
from yima.core.model import Object
from yima.core.results.office import Imported
from yima.core.results.registers import ObjectKept
from yima.errors import BadInput, NotAllowed
from yima.verbs.register import import_ledger, one_object

NOW = at(MONDAY)


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """The street, with the admin as this device's current person."""
    with here.open() as opened:
        with opened.transaction():
            opened.set_setting("person", who(opened, "顾晓").id)
        yield opened


def add(
    store: Store, name: str, by: str = "顾晓", register: Any = "shops", provisional: bool = False, now: int = NOW, **said: str
) -> ObjectKept:
    return one_object.add(store, register, {"name": name, **_said(said)}, who(store, by), now, provisional=provisional)


def change(
    store: Store, text: str, by: str = "顾晓", register: Any = "shops", confirm: bool = False, now: int = NOW, **said: str
) -> ObjectKept:
    return one_object.change(store, register, text, _said(said), who(store, by), now, confirm=confirm)


def retire(store: Store, text: str, register: Any = "shops", on: str = "", reason: str = "拆除", by: str = "顾晓") -> ObjectKept:
    return one_object.retire(store, register, text, who(store, by), NOW, on=on, reason=reason)


def _said(said: dict[str, str]) -> dict[str, str]:
    return {name.rstrip("_"): text for name, text in said.items()}


def last(store: Store) -> tuple[str, dict[str, Any]]:
    """Kind and body of the newest fact."""
    fact = look.last_facts(store, 1)[0]
    return fact.kind, json.loads(fact.body)


def count(store: Store) -> int:
    return int(store.db.execute("SELECT COUNT(*) FROM event").fetchone()[0])


def refused(store: Store, what: Callable[[], Any], error: type[Exception] = BadInput) -> str:
    before = count(store)
    with pytest.raises(error) as caught:
        what()
    assert count(store) == before, "something was written"
    return str(caught.value)


def obj_of(store: Store, name: str) -> Object:
    obj = look.store_object(store, look.resolve(store, name).object)
    assert obj is not None
    return obj


# -- a new one


@pytest.mark.parametrize(("said", "rule", "values"), [
    ({"no": "A1", "source": "编号", "licence": licence(1), "street": "荷花路", "door": "66"}, 1, ("编号", "A1")),
    ({"licence": licence(1), "street": "荷花路", "door": "66"}, 2, (licence(1),)),
    ({"street": "荷花路", "door": "66号", "unit": "101室"}, 3, ("荷花路", "66", "101")),
    ({"address": "荷花路桥南侧"}, 4, ("桂花糕", "荷花路桥南侧")),
])  # fmt: skip
def test_a_new_shop_gets_the_id_that_a_ledger_would_give_it(store: Store, said: dict[str, str], rule: int, values: tuple[str, ...]) -> None:
    kept = add(store, "桂花糕", **said)
    assert kept.did == "added" and kept.object.id == identity(store.town_id, "shop", rule, values)


def test_a_new_shop_says_what_was_typed_and_nothing_else(store: Store) -> None:
    add(store, " 桂花糕 ", street="荷花路", door="66号", grid="荷花网格", trade="面馆", tenant="王乐")
    assert last(store) == ("object.registered", {
        "kind": "shop", "name": "桂花糕", "street": "荷花路", "door": "66", "grid": "荷花网格", "trade": "catering", "tenant": {"name": "王乐"},
    })  # fmt: skip


def test_a_ledger_read_later_knows_a_shop_that_was_registered_by_hand(store: Store, tmp_path: Path) -> None:
    add(store, "桂花糕", street="荷花路", door="66", no="A1")
    kept = add(store, "豆花", street="荷花路", door="67", tenant="王乐")
    result = ledger(store, tmp_path, "编号,店名,路名,门牌号,店主", "A1,桂花糕,荷花路,66号,李喜", "A2,豆花,荷花路,67号,王乐")
    assert (result.added, result.changed, len(result.rejected)) == (0, 2, 0)
    assert obj_of(store, "桂花糕").tenant == ("李喜", ""), "the first one named"
    assert obj_of(store, "豆花").id == kept.object.id and obj_of(store, "豆花").source[:2] == ("编号", "A2")


@pytest.mark.parametrize("said", [
    {"street": "荷花路", "door": "12"}, {"street": "荷花路", "door": "１２号"}, {"street": "荷花路", "door": "70", "no": "A1", "source": "编号"},
    {"street": "荷花路", "door": "60", "licence": licence(7)}, {"address": "荷花路12号"},
])  # fmt: skip
def test_what_is_registered_already_is_named_and_nothing_is_written(store: Store, said: dict[str, str]) -> None:
    change(store, APO, no="A1", source="编号")
    change(store, HANDAN, street="荷花路", door="60", licence=licence(7))
    said_ = refused(store, lambda: add(store, "桂花糕" if "no" not in said else APO, **said))
    assert "没有记录" in said_ and (APO in said_ or HANDAN in said_)


def test_a_licence_of_another_door_is_no_second_shop(store: Store) -> None:
    change(store, APO, licence=licence(1))
    said = refused(store, lambda: add(store, "桂花糕", street="荷花路", door="66", licence=licence(1)))
    assert APO in said and "连锁" in said
    add(store, "桂花糕", street="荷花路", door="66")
    kept = change(store, "桂花糕", licence=licence(1))
    assert kept.did == "changed" and APO in kept.notes[0], "a chain may share it, and the clerk is told"


def test_a_number_takes_its_name_from_the_one_ledger_that_was_read(store: Store, tmp_path: Path) -> None:
    ledger(store, tmp_path, "商户编号,店名,路名,门牌号", "1,甲店,莲叶街,1号")
    kept = add(store, "桂花糕", street="荷花路", door="66", no="2")
    assert kept.fields["source"] == {"name": "商户编号", "no": "2"}
    ledger(store, tmp_path, "序列号,店名,路名,门牌号,编号", "1,乙店,莲叶街,2号,5")
    assert "--source" in refused(store, lambda: add(store, "豆花", street="荷花路", door="67", no="3"))


def test_a_stall_stands_in_its_market(store: Store) -> None:
    assert "--part-of" in refused(store, lambda: add(store, "蔡记豆腐", kind="stall", street="荷花路", door="28", unit="A01"))
    kept = add(store, "蔡记豆腐", part_of=HANDAN, unit="A01")
    market = obj_of(store, HANDAN)
    stall = obj_of(store, "蔡记豆腐")
    assert (stall.kind, stall.part_of, stall.place, stall.grid) == ("stall", market.id, "荷花路18号A01", "荷花网格")
    assert kept.names[market.id] == HANDAN
    assert HANDAN not in refused(store, lambda: add(store, "周记", part_of="蔡记豆腐", unit="A02")), "a stall is no market"
    assert retire(store, HANDAN).stalls == 1


@pytest.mark.parametrize(("position", "wanted"), [("121.473701,31.230416", (31_230_416, 121_473_701, "gcj02")),
                                                  ("31.230416，121.473701", (31_230_416, 121_473_701, "gcj02"))])  # fmt: skip
def test_a_position_is_read_in_either_order_and_needs_its_datum(store: Store, position: str, wanted: tuple[int, int, str]) -> None:
    assert "--datum" in refused(store, lambda: change(store, APO, position=position))
    change(store, APO, position=position, datum="gcj02")
    assert obj_of(store, APO).position == wanted
    assert last(store)[1] == {"position": list(wanted)}


def test_a_point_has_its_kinds_and_its_own_commands(store: Store) -> None:
    kept = add(store, "新桥头", register="points", kind="路段", address="荷花桥南侧")
    assert kept.object.kind == "road"
    assert change(store, "新桥头", register="points", kind="waste_point").fields["kind"] == "waste_point"
    assert "yima point" in refused(store, lambda: change(store, "新桥头", grid="荷花网格"))
    assert "yima shop" in refused(store, lambda: retire(store, APO, register="points"))
    assert "waste_point" in refused(store, lambda: add(store, "乙", register="points", kind="shop", address="荷花桥北侧"))


# -- from the street


def test_anybody_may_register_from_the_street_until_a_clerk_confirms(store: Store) -> None:
    kept = add(store, "桂花糕", by="李强", provisional=True, street="荷花路", door="66", grid="荷花网格")
    assert kept.fields["provisional"] is True and last(store)[1]["provisional"] == 1
    with store.transaction():
        person(store, "田雨", "data_clerk")
    refused(store, lambda: change(store, "桂花糕", by="李强", confirm=True), NotAllowed)
    assert change(store, "桂花糕", by="田雨", trade="餐饮").notes, "still to be confirmed"
    assert obj_of(store, "桂花糕").provisional
    kept = change(store, "桂花糕", by="田雨", confirm=True, tenant="王乐")
    assert [one.field for one in kept.changes] == ["tenant", "provisional"]
    assert not obj_of(store, "桂花糕").provisional and obj_of(store, "桂花糕").tenant == ("王乐", "")
    assert "核实过" in refused(store, lambda: change(store, "桂花糕", by="田雨", confirm=True))


def test_whoever_reads_the_confirmation_first_knows_the_whole_shop(store: Store) -> None:
    add(store, "桂花糕", by="李强", provisional=True, street="荷花路", door="66", grid="荷花网格")
    change(store, "桂花糕", confirm=True)
    assert last(store) == ("object.registered", {"kind": "shop", "name": "桂花糕", "street": "荷花路", "door": "66", "grid": "荷花网格"})


def test_an_import_confirms_what_the_street_registered(store: Store, tmp_path: Path) -> None:
    add(store, "桂花糕", by="李强", provisional=True, street="荷花路", door="66")
    assert ledger(store, tmp_path, "店名,路名,门牌号,网格", "桂花糕,荷花路,66号,荷花网格").changed == 1
    assert not obj_of(store, "桂花糕").provisional


def test_only_the_admin_and_the_clerk_keep_the_register(store: Store) -> None:
    for by in ("王芳", "陈队长", "林镇长"):
        refused(store, lambda by=by: add(store, "桂花糕", by=by, street="荷花路", door="66"), NotAllowed)  # type: ignore[misc]
        refused(store, lambda by=by: change(store, APO, by=by, grid="二网格"), NotAllowed)  # type: ignore[misc]
        refused(store, lambda by=by: retire(store, APO, by=by), NotAllowed)  # type: ignore[misc]


# -- what differs


def test_a_change_carries_only_what_differs(store: Store) -> None:
    kept = change(store, CODES[APO], grid="新塘网格", street="荷花路", door="12号", name=APO)
    assert last(store) == ("object.changed", {"grid": "新塘网格"})
    assert [(one.field, one.before, one.after) for one in kept.changes] == [("grid", "荷花网格", "新塘网格")]
    before = count(store)
    assert change(store, APO, grid="新塘网格", trade="餐饮").did == "same" and count(store) == before


def test_an_address_alone_changes_no_door(store: Store) -> None:
    change(store, APO, address="荷花路66号")
    assert last(store)[1] == {"address": "荷花路66号"} and obj_of(store, APO).door == "12"


def test_another_trade_tells_which_items_come_and_go(store: Store) -> None:
    kept = change(store, APO, trade="零售")
    catalogue = store.town.last_catalogue
    fumes = next(item for item in catalogue.items.values() if item.trades == ("catering",))
    assert fumes.name in kept.fewer and kept.more and not set(kept.more) & set(kept.fewer)


def test_another_grid_tells_for_what_nobody_is_there(store: Store) -> None:
    with store.transaction():
        person(store, "何静", "service_agent", dept="biz", grids=["荷花网格"])
        person(store, "潘悦", "dept_leader", dept="biz")

    def empty(grid: str) -> bool:
        return ("enterprise_request", "handlers") in {(cell.item, cell.what) for cell in change(store, APO, grid=grid).cells}

    assert empty("新塘网格") and not empty("荷花网格")
    assert not change(store, APO, grid="新塘网格", name="阿婆").notes[1:], "one note: nobody lies in that grid yet"


def test_a_place_that_is_taken_is_refused(store: Store) -> None:
    assert HANDAN in refused(store, lambda: change(store, APO, door="18"))
    change(store, APO, door="18", unit="2")
    assert obj_of(store, APO).place == "荷花路18号2"


def test_a_number_of_another_shop_is_refused(store: Store) -> None:
    change(store, APO, no="A1")
    assert APO in refused(store, lambda: change(store, HANDAN, no="A1"))


# -- the occupant


def test_a_new_occupant_ends_the_cases_that_were_the_old_ones_and_says_which(store: Store) -> None:
    apo = obj_of(store, APO).id
    change(store, APO, tenant="林秀珍")
    visit(store, apo, who(store, "王芳").id, NOW + 1000, found=["over_door_business=三张桌", "28=软管老化"])
    cases = {case.flow: f"K1-{case.number:04d}" for case in store.state(apo).cases.values()}
    assert set(cases) == {"F3", "F4"} and "F4" not in store.town.last_catalogue.ends_with_tenant
    kept = change(store, APO, tenant="李喜", name="李记生煎", now=NOW + 2000)
    assert [one.number for one in kept.closed] == [cases["F3"]]
    assert [one.number for one in kept.open] == [cases["F4"]]
    assert last(store)[1] == {"name": "李记生煎", "tenant": {"name": "李喜", "since": "2026-11-23"}}


def test_the_first_occupant_that_is_named_ends_nothing(store: Store) -> None:
    apo = obj_of(store, APO).id
    visit(store, apo, who(store, "王芳").id, NOW + 1000, found=["over_door_business=三张桌"])
    kept = change(store, APO, tenant="林秀珍", now=NOW + 2000)
    assert not kept.closed and len(kept.open) == 1 and obj_of(store, APO).tenant == ("林秀珍", "")


def test_another_day_of_the_same_occupant_is_not_taken_for_another_occupant(store: Store) -> None:
    change(store, APO, tenant="林秀珍", since="2026-11-01")
    assert "林秀珍" in refused(store, lambda: change(store, APO, tenant="林秀珍", since="2026-11-02"))
    assert change(store, APO, tenant=" 林秀珍").did == "same"
    refused(store, lambda: change(store, APO, tenant="李喜", since="2026-10-01"))  # before the one before
    refused(store, lambda: change(store, APO, tenant="李喜", since="2026-12-01"))  # not there yet


# -- status


def test_a_status_has_its_days_and_is_ended_by_in_order(store: Store) -> None:
    apo = obj_of(store, APO).id
    kept = change(store, APO, status="装修", from_="11月20日", to="2026-12-10")
    assert last(store)[1] == {"status": {"what": "fitting_out", "from": "2026-11-20", "to": "2026-12-10"}} and kept.paused
    kept = change(store, APO, status="正常")
    assert last(store)[1] == {"status": {"what": "fitting_out", "from": "2026-11-20", "to": "2026-11-22"}}
    assert pauses(store.state(apo).versions) == ((at("2026-11-20 12:00") // 86_400_000, at("2026-11-22 12:00") // 86_400_000),)
    assert change(store, APO, status="正常").did == "same"


def test_a_status_that_has_not_begun_is_taken_back(store: Store) -> None:
    change(store, APO, status="歇业", from_="2026-12-01", to="2026-12-10")
    change(store, APO, status="正常")
    status = obj_of(store, APO).status
    assert status[2] < status[1], "it ends before its beginning: nothing of a fact can be emptied"
    assert not any(first <= last for first, last in pauses(store.state(obj_of(store, APO).id).versions))


def test_a_status_without_a_last_day_says_that_it_pauses_nothing(store: Store) -> None:
    kept = change(store, APO, status="空置")
    assert not kept.paused and "--to" in kept.notes[0]
    kept = change(store, APO, status="空置", to="2026-12-31")
    assert kept.paused and obj_of(store, APO).status == ("vacant", "2026-11-23", "2026-12-31")


def test_a_ledger_that_says_in_order_again_ends_the_status(store: Store, tmp_path: Path) -> None:
    head = "编号,店名,路名,门牌号,经营状态,歇业开始,歇业结束"
    ledger(
        store, tmp_path, head, "1,甲店,莲叶街,1号,歇业,2026-11-01,2026-12-31", mapping={"歇业开始": "status_from", "歇业结束": "status_to"}
    )
    assert obj_of(store, "甲店").status == ("ceased", "2026-11-01", "2026-12-31")
    ledger(store, tmp_path, head, "1,甲店,莲叶街,1号,正常营业,,", mapping={"歇业开始": "status_from", "歇业结束": "status_to"})
    assert obj_of(store, "甲店").status == ("ceased", "2026-11-01", "2026-11-22")


# -- retiring


def test_what_is_retired_is_asked_no_more_and_its_cases_go_on(store: Store) -> None:
    apo = obj_of(store, APO).id
    visit(store, apo, who(store, "王芳").id, NOW - 1000, found=["over_door_business=三张桌"])
    kept = retire(store, APO)
    assert kept.did == "retired" and kept.fields["retired"] == "2026-11-23" and kept.items == 0
    assert [one.number for one in kept.open] == ["K1-0001"] and kept.plates == (CODES[APO],)
    store.fresh()
    assert store.db.execute("SELECT COUNT(*) FROM matter WHERE object = ? AND round_base <> ''", (apo,)).fetchone() == (0,)
    assert last(store) == ("object.retired", {"on": "2026-11-23", "reason": "拆除"})


def test_a_retirement_can_be_dated_back_and_corrected_but_not_announced(store: Store) -> None:
    assert retire(store, APO, on="11月21日").fields["retired"] == "2026-11-21"
    before = count(store)
    assert retire(store, CODES[APO], on="2026-11-21").did == "same" and count(store) == before
    assert retire(store, CODES[APO], on="2026-11-22").fields["retired"] == "2026-11-22"
    refused(store, lambda: retire(store, HANDAN, on="2026-11-24"))
    refused(store, lambda: retire(store, HANDAN, reason=" "))
    assert "停用" in refused(store, lambda: change(store, CODES[APO], grid="新塘网格"))


def test_what_comes_to_a_retired_place_needs_an_identity_of_its_own(store: Store) -> None:
    add(store, "桂花糕", street="荷花路", door="66")
    retire(store, "桂花糕")
    assert "桂花糕" in refused(store, lambda: add(store, "豆花", street="荷花路", door="66"))
    assert add(store, "豆花", street="荷花路", door="66", licence=licence(3)).did == "added"


# -- a ledger after the clerk


def ledger(store: Store, folder: Path, *lines: str, register: Any = "shops", **more: Any) -> Imported:
    path = folder / "ledger.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return import_ledger(store, register, path, who(store, "顾晓"), NOW + 1000, **more)


@pytest.mark.parametrize(("head", "line"), [
    ("编号,店名,路名,门牌号,网格,店主", "A1,甲店,莲叶街,1号,一网格,王乐"),
    ("店名,路名,门牌号,网格,店主", "甲店,莲叶街,1号,一网格,王乐"),
    ("店名,路名,门牌号,网格,店主,统一社会信用代码", f"甲店,莲叶街,1号,一网格,王乐,{licence(1)}"),
    ("店名,地址,网格,店主", "甲店,莲叶街桥头,一网格,王乐"),
])  # fmt: skip
def test_an_import_never_undoes_what_the_clerk_changed(store: Store, tmp_path: Path, head: str, line: str) -> None:
    assert ledger(store, tmp_path, head, line).added == 1
    said = {"name": "新甲店", "grid": "二网格", "tenant": "李喜", "trade": "餐饮"}
    said |= {"address": "莲叶街桥尾"} if "地址" in head else {"door": "9"}
    change(store, "甲店", **said)
    add(store, "乙店", street="莲叶街", door="1", licence=licence(2))  # somebody else is there now
    before = count(store)
    result = ledger(store, tmp_path, head, line)
    assert (result.added, result.changed, result.same, len(result.rejected)) == (0, 0, 1, 0), result
    assert count(store) == before
    shown = obj_of(store, "新甲店")
    assert (shown.grid, shown.tenant[0], shown.trade) == ("二网格", "李喜", "catering")


# -- as people see it


def test_the_screen_says_what_was_changed_and_what_comes_next(here: Street) -> None:
    def told(*words: str) -> list[str]:
        ran = here.run(*words, by="" if words == ("doctor",) else "顾晓")
        assert (ran.code, ran.err) == (0, "")
        return ran.out.splitlines()

    lines = told("shop", "add", "桂花糕", "--street", "荷花路", "--door", "66", "--grid", "荷花网格", "--trade", "餐饮")
    assert lines[0] == "已登记　荷花路66号 桂花糕　餐饮　荷花网格" and "plate bind" in lines[1]
    assert told("shop", "change", "桂花糕", "--tenant", "王乐", "--name", "王记") == [
        "已更改　荷花路66号 王记", "名称　桂花糕 → 王记", "经营者　王乐",
    ]  # fmt: skip
    assert told("shop", "change", "王记", "--tenant", "王乐") == ["荷花路66号 王记：与登记的一样，没有记录。"]
    assert told("shop", "change", "王记", "--status", "歇业", "--to", "12月31日")[1] == "经营状态　歇业 2026-11-23 至 2026-12-31"
    assert told("shop", "change", "王记", "--status", "正常")[1] == "经营状态　正常"
    assert "扫码" in told("shop", "retire", "王记", "--reason", "拆除")[0]
    assert "与重算一致" in "".join(told("doctor"))


def test_json_tells_the_fields_and_the_changes(here: Street) -> None:
    ran = here.run("shop", "change", APO, "--grid", "新塘网格", "--json", by="顾晓")
    said = json.loads(ran.out)
    assert said["did"] == "changed" and said["changes"] == [{"field": "grid", "before": "荷花网格", "after": "新塘网格"}]
    assert said["fields"]["grid"] == "新塘网格" and said["object"]["name"] == APO


def test_a_register_that_was_kept_by_hand_is_rebuilt_to_the_same(store: Store) -> None:
    add(store, "桂花糕", by="李强", provisional=True, street="荷花路", door="66", tenant="王乐")
    change(store, "桂花糕", confirm=True, trade="餐饮", tenant="李喜")
    change(store, NOODLE, status="装修", to="2026-12-10")
    retire(store, HANDAN)
    store.fresh()
    statement = "SELECT id, retired, versions, base, yellow_at, red_at FROM object ORDER BY id"
    before = store.db.execute(statement).fetchall()
    store.rebuild()
    assert store.db.execute(statement).fetchall() == before and not store.town.unmoved
