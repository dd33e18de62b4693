"""One person at a time: roles and places, leave and deputy, leaving; and what a change leaves empty."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import at, visit
from tests.street import APO, HANDAN, MONDAY, Street, who
from yima.adapters.store import Store, look
from yima.adapters.store.place import person_id
from yima.adapters.store.staff import staff_at
from yima.core.model import RoleOf
from yima.core.results.registers import PersonKept
from yima.errors import BadInput, NotAllowed
from yima.verbs.dispose import Step, dispose
from yima.verbs.register import import_ledger, one_person
from yima.verbs.register.one_person import Roles

NOW = at(MONDAY)
NO_ROLES = Roles()


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """The street, with the admin as this device's current person."""
    with here.open() as opened:
        with opened.transaction():
            opened.set_setting("person", who(opened, "顾晓").id)
        yield opened


def add(store: Store, name: str, *roles: str, by: str = "顾晓", no: str = "", dept: str = "", **places: Any) -> PersonKept:
    said = {key: value for key, value in {"name": name, "no": no, "dept": dept}.items() if value}
    return one_person.add(store, said, Roles(roles, **places), who(store, by), NOW)


def change(store: Store, text: str, roles: Roles = NO_ROLES, by: str = "顾晓", leave: str = "", deputy: str = "", back: bool = False,
           now: int = NOW, **said: str) -> PersonKept:  # fmt: skip
    return one_person.change(store, text, said, roles, who(store, by), now, leave=leave, deputy=deputy, back=back)


def retire(store: Store, name: str, on: str = "", reason: str = "调离", by: str = "顾晓") -> PersonKept:
    return one_person.retire(store, name, who(store, by), NOW, on=on, reason=reason)


def last(store: Store) -> tuple[str, dict[str, Any]]:
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


# -- somebody new


def test_a_new_person_has_the_id_of_number_or_department_and_name(store: Store) -> None:
    assert add(store, "郭晓", "城管执法队员", dept="城管执法中队", no="71").id == person_id(store.town_id, "1", ("工号", "71"))
    assert add(store, "郭晓", "市场监管人员", dept="mr").id == person_id(store.town_id, "2", ("mr", "郭晓"))


def test_roles_count_for_their_departments_and_places(store: Store) -> None:
    add(store, "郭晓", "dept_staff", "mr_officer", dept="城建办", grids=("荷花网格、新塘网格",), from_="12月1日", to="2027-02-28")
    places = {"grids": ["荷花网格", "新塘网格"], "from": "2026-12-01", "to": "2027-02-28"}
    roles = [{"role": "dept_staff", "depts": ["cjb"], **places}, {"role": "mr_officer", "depts": ["mr"], **places}]
    assert last(store) == ("person.registered", {"name": "郭晓", "dept": "cjb", "roles": roles})


def test_an_owner_names_the_own_shop_and_may_be_staff_of_any_resource(store: Store) -> None:
    assert "--object" in refused(store, lambda: add(store, "钱多", "shop_owner"))
    kept = add(store, "钱多", "shop_owner", "volunteer", objects=(HANDAN,), grids=("荷花网格",))
    shop = look.resolve(store, HANDAN).object
    assert kept.fields["roles"] == [
        {"role": "shop_owner", "objects": [shop]},
        {"role": "volunteer", "grids": ["荷花网格"], "objects": [shop]},
    ]
    assert "店主" not in refused(store, lambda: add(store, "李木", "house_owner", objects=(HANDAN,))), "a house owner has no shop"


@pytest.mark.parametrize(("roles", "more", "word"), [
    (("街面巡查员", "城管执法队员"), {"dept": "cg"}, "管理资源"),  # 编外 and 在编 in one person
    (("城管执法队员", "巡查"), {"dept": "cg"}, "街面巡查员"),  # no such role: the nearest is named
    (("城管执法队员",), {"dept": "城管大队"}, "城管"),
    (("部门领导",), {}, "部门"),  # leader of what
    (("村居干部",), {}, "网格"),  # of which village
    ((), {"dept": "cg"}, "--role"),
    (("城管执法队员",), {"dept": "cg", "from_": "2026-12-31", "to": "2026-12-01"}, "早于"),
    (("城管执法队员",), {"dept": "cg", "to": "2026-02-30"}, "2026-02-30"),
    (("城管执法队员",), {"dept": "cg", "objects": ("没有的店",)}, "没有的店"),
])  # fmt: skip
def test_what_cannot_be_right_is_refused(store: Store, roles: tuple[str, ...], more: dict[str, Any], word: str) -> None:
    assert word in refused(store, lambda: add(store, "郭晓", *roles, **more))


def test_somebody_registered_already_is_named(store: Store) -> None:
    assert "周明" in refused(store, lambda: add(store, "周明", "城管执法队员", dept="cg"))
    assert "王伟" in refused(store, lambda: add(store, "郭晓", "城管执法队员", dept="cg", no="17"))
    assert add(store, "王伟", "街面巡查员", dept="cg", no="19").did == "added", "a namesake with a number of his own"


def test_only_the_admin_registers_people(store: Store) -> None:
    for by in ("王芳", "陈队长", "林镇长"):
        refused(store, lambda by=by: add(store, "郭晓", "城管执法队员", dept="cg", by=by), NotAllowed)  # type: ignore[misc]
        refused(store, lambda by=by: change(store, "周明", by=by, name="周小明"), NotAllowed)  # type: ignore[misc]
        refused(store, lambda by=by: retire(store, "周明", by=by), NotAllowed)  # type: ignore[misc]


def test_a_grid_in_which_nothing_lies_is_written_and_noted(store: Store) -> None:
    kept = add(store, "郭晓", "城管执法队员", dept="cg", grids=("荷花网",))
    assert kept.did == "added" and "荷花网格" in kept.notes[0]


# -- what differs


def test_roles_are_replaced_added_and_dropped(store: Store) -> None:
    change(store, "孙倩", Roles(add=("data_clerk",)))
    assert [held.role for held in who(store, "孙倩").roles] == ["grid_inspector", "data_clerk"]
    change(store, "孙倩", Roles(add=("网格监督员",), grids=("荷花网格",)))
    assert who(store, "孙倩").roles[0].grids == ("荷花网格",) and who(store, "孙倩").roles[1].grids == (), (
        "other places for one that is held"
    )
    kept = change(store, "孙倩", Roles(drop=("data_clerk",)))
    assert last(store)[1].keys() == {"roles"} and [one["role"] for one in kept.fields["roles"]] == ["grid_inspector"]
    change(store, "孙倩", Roles(replace=("data_clerk",)))
    assert [held.role for held in who(store, "孙倩").roles] == ["data_clerk"]


def test_places_without_a_role_are_those_of_the_only_one(store: Store) -> None:
    change(store, "孙倩", Roles(grids=("荷花网格",)))
    assert who(store, "孙倩").roles[0].grids == ("荷花网格",)
    change(store, "孙倩", Roles(add=("data_clerk",)))
    assert "--add-role" in refused(store, lambda: change(store, "孙倩", Roles(grids=("新塘网格",))))


def test_an_owner_role_is_added_beside_staff_roles(store: Store) -> None:
    change(store, "周明", Roles(add=("店主",), objects=(APO,)))
    assert [held.role for held in who(store, "周明").roles] == ["cg_officer", "shop_owner"]
    assert who(store, "周明").roles[1].objects == (look.resolve(store, APO).object,)
    assert "管理资源" in refused(store, lambda: change(store, "周明", Roles(add=("街面巡查员",))))


def test_another_department_takes_the_roles_of_the_department_along(store: Store) -> None:
    change(store, "陈队长", dept="市场监管所")
    assert who(store, "陈队长").dept == "mr" and who(store, "陈队长").roles == (RoleOf("dept_leader", ("mr",)),)


def test_where_nothing_differs_nothing_is_written(store: Store) -> None:
    before = count(store)
    assert change(store, "周明", Roles(add=("cg_officer",)), name="周明", dept="cg").did == "same"
    assert count(store) == before
    refused(store, lambda: change(store, "周明"))
    refused(store, lambda: change(store, "周明", Roles(drop=("cg_officer",))))
    refused(store, lambda: change(store, "周明", Roles(drop=("data_clerk",))))
    refused(store, lambda: change(store, "周明", Roles(("cg_officer",), add=("data_clerk",))))


def test_an_import_never_undoes_what_the_admin_changed(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = ("工号,姓名,部门,岗位,网格", "R1,郭晓,城管执法中队,城管执法队员,荷花网格", "R2,潘悦,城管执法中队,部门工作人员,")
    for head, *rows in (lines, ("姓名,部门,岗位,网格", "何静,城管执法中队,城管执法队员,荷花网格")):
        path.write_text("\n".join((head, *rows)), encoding="utf-8")
        import_ledger(store, "people", path, who(store, "顾晓"), NOW)
    change(store, "郭晓", Roles(grids=("新塘网格",)), name="郭小晓")
    change(store, "潘悦", Roles(add=("mr_officer",)), dept="mr")
    change(store, "何静", dept="mr")
    before = count(store)
    result = import_ledger(store, "people", path, who(store, "顾晓"), NOW + 1000)
    assert (result.same, result.added, result.changed, len(result.rejected)) == (1, 0, 0, 0)
    path.write_text("\n".join(lines), encoding="utf-8")
    result = import_ledger(store, "people", path, who(store, "顾晓"), NOW + 1000)
    assert (result.same, result.added, result.changed, len(result.rejected)) == (2, 0, 0, 0), result.rejected
    assert count(store) == before and who(store, "郭小晓").roles[0].grids == ("新塘网格",)


# -- leave


def test_a_leave_has_a_deputy_who_is_there_in_the_place_of_the_other(store: Store) -> None:
    kept = change(store, "陈队长", leave="2026-11-24..2026-11-28", deputy="周明")
    assert kept.fields["leave"] == [{"from": "2026-11-24", "to": "2026-11-28", "deputy": who(store, "周明").id}] and not kept.leaderless
    leader = [staff_at(store, at(f"2026-11-{day} 12:00")).leader("cg") for day in (23, 24, 28, 29)]
    assert [one.name for one in leader if one is not None] == ["陈队长", "周明", "周明", "陈队长"]


def test_a_leave_without_a_deputy_says_who_is_without_a_leader(store: Store) -> None:
    kept = change(store, "陈队长", leave="11月24日至11月28日")
    assert [dept for dept, _name in kept.leaderless] == ["cg"] and "--deputy" in kept.notes[0]
    assert {cell.what for cell in kept.cells} == {"leader"}
    kept = change(store, "陈队长", deputy="周明")
    assert kept.fields["leave"][0]["deputy"] == who(store, "周明").id and not kept.leaderless


def test_back_ends_a_leave_and_takes_back_one_that_has_not_begun(store: Store) -> None:
    change(store, "周明", leave="2026-11-20..2026-11-28", now=at("2026-11-20 10:00"))
    change(store, "周明", back=True)
    assert who(store, "周明").leave == (("2026-11-20", "2026-11-22", ""),)
    change(store, "周明", leave="2026-12-01..2026-12-05")
    change(store, "周明", back=True)
    assert who(store, "周明").leave[1][1] < who(store, "周明").leave[1][0]
    for day in ("2026-11-23", "2026-12-01", "2026-12-03"):
        here = staff_at(store, at(f"{day} 12:00"))
        assert here.stands_in(who(store, "周明")) == who(store, "周明")
    assert "周明" in refused(store, lambda: change(store, "周明", back=True))


def test_a_leave_takes_the_place_of_one_that_it_overlaps(store: Store) -> None:
    change(store, "周明", leave="2026-11-24..2026-11-28")
    change(store, "周明", leave="2026-12-24..2026-12-28")
    change(store, "周明", leave="2026-11-26..2026-12-02", deputy="钱队员")
    assert [one[:2] for one in who(store, "周明").leave] == [("2026-11-26", "2026-12-02"), ("2026-12-24", "2026-12-28")]


@pytest.mark.parametrize(("leave", "deputy"), [
    ("2026-11-28..2026-11-24", "钱队员"), ("2026-11-01..2026-11-05", "钱队员"), ("下周", "钱队员"), ("2026-11-24..2026-02-30", "钱队员"),
    ("2026-11-24..2026-11-28", "周明"), ("2026-11-24..2026-11-28", "谁"), ("2026-11-24..2026-11-28", "王伟"), ("2026-11-24..2026-11-28", "何伟"),
    ("", "钱队员"),
])  # fmt: skip
def test_a_leave_that_cannot_be_right_is_refused(store: Store, leave: str, deputy: str) -> None:
    retire(store, "何伟", on="2026-11-25")  # not here to the end
    refused(store, lambda: change(store, "周明", leave=leave, deputy=deputy))


def test_a_deputy_who_is_away_too_is_noted(store: Store) -> None:
    change(store, "钱队员", leave="2026-11-25..2026-11-26")
    assert "钱队员" in change(store, "周明", leave="2026-11-24..2026-11-28", deputy="钱队员").notes[0]


# -- leaving


def test_who_leaves_leaves_departments_cases_and_cells_behind_and_all_are_named(store: Store) -> None:
    apo = look.resolve(store, APO).object
    seen = visit(store, apo, who(store, "王芳").id, NOW - 7_200_000, found=["over_door_business=三张桌"])
    case = look.resolve(store, "K1-0001")
    dispose(store, case, Step("told"), who(store, "周明"), NOW - 7_100_000)
    dispose(store, case, Step("accept"), who(store, "周明"), NOW - 3_600_000)
    assert store.state(apo).cases[f"{seen.hash}.0"].holder == who(store, "周明").id
    change(store, "陈队长", leave="2026-12-01..2026-12-05", deputy="周明")
    kept = retire(store, "周明")
    assert [one.number for one in kept.holding] == ["K1-0001"] and kept.stands_in_for == ("陈队长",)
    assert not kept.cells, "the other officer is still there"
    kept = retire(store, "钱队员")
    assert ("over_door_business", "handlers", "荷花网格") in {(cell.item, cell.what, cell.grid) for cell in kept.cells}
    assert [name for _dept, name in retire(store, "陈队长").leaderless] == ["城管执法中队"]
    assert [dept for dept, _name in retire(store, "林镇长").leaderless] == [""]


def test_the_last_admin_cannot_leave_nor_lose_the_role(store: Store) -> None:
    assert "顾晓" in refused(store, lambda: retire(store, "顾晓"))
    refused(store, lambda: change(store, "顾晓", Roles(replace=("dept_staff",)), dept="ucc"))
    refused(store, lambda: change(store, "顾晓", Roles(to="2026-12-31")), BadInput)
    add(store, "黄敏", "系统管理员", dept="ucc")
    assert change(store, "顾晓", Roles(replace=("dept_staff",)), dept="ucc").did == "changed"
    assert not store.town.unmoved
    assert "黄敏" in refused(store, lambda: retire(store, "黄敏", by="黄敏"))


def test_a_leaving_has_a_day_and_can_be_corrected(store: Store) -> None:
    assert retire(store, "周明", on="11月30日").fields["left"] == "2026-11-30"
    before = count(store)
    assert retire(store, "周明", on="2026-11-30").did == "same" and count(store) == before
    assert retire(store, "周明", on="2026-11-25").fields["left"] == "2026-11-25"
    refused(store, lambda: retire(store, "钱队员", reason=""))
    assert "离岗" in refused(store, lambda: change(store, "周明", name="周小明"))


def test_the_list_shows_leave_and_who_stands_in(here: Street) -> None:
    assert here.run("person", "change", "周明", "--leave", "2026-11-23..2026-11-28", "--deputy", "钱队员", by="顾晓").code == 0
    line = next(line for line in here.run("person", "list").out.splitlines() if line.startswith("周明"))
    assert line.endswith("请假至2026-11-28，钱队员代班")
    said = next(one for one in json.loads(here.run("person", "list", "--json").out)["people"] if one["name"] == "周明")
    assert said["leave"] == {"to": "2026-11-28", "deputy": "钱队员"} and said["on_duty"] is False


def test_the_screen_says_what_is_other_now(here: Street) -> None:
    def told(*words: str) -> list[str]:
        ran = here.run(*words, by="顾晓")
        assert (ran.code, ran.err) == (0, "")
        return ran.out.splitlines()

    assert told("person", "add", "郭晓", "--dept", "cg", "--role", "城管执法队员", "--grid", "荷花网格")[:2] == [
        "已登记　郭晓　城管执法中队　在编", "城管执法队员 荷花网格",
    ]  # fmt: skip
    assert told("person", "change", "郭晓", "--add-role", "部门领导")[1] == "今后的角色：部门领导"
    assert told("person", "change", "郭晓", "--drop-role", "城管执法队员")[1] == "不再担任：城管执法队员 荷花网格"
    assert told("person", "change", "郭晓", "--name", "郭小晓")[1] == "名称　郭晓 → 郭小晓"
    assert told("person", "change", "郭小晓", "--name", "郭小晓") == ["郭小晓：与登记的一样，没有记录。"]
    assert "没有部门领导了：市场监管所" in told("person", "retire", "冯所长", "--reason", "退休")[1]
