"""`yima catalog check`: faults with file and line, claims, empty cells, the three simples, burden, several lines; and the sample town's rules."""

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.factories import at, person, rules, shop
from tests.street import MONDAY, ROOT, Street, copy_of
from yima.adapters import catalog
from yima.adapters.store import look
from yima.adapters.store.staff import staff_at
from yima.core.duty import applies
from yima.core.duty.staff import duty, gaps, staff_on
from yima.core.events import PersonLeft
from yima.core.model import Catalogue

SAMPLE = ROOT / "data" / "sample"
Cells = dict[tuple[str, str, str], set[str]]  # (item, what, grid) -> names of the places


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Write something else into a file of rules; the line at which it stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.fixture
def ruled(here: Street) -> Street:
    """The street with the program's rules in its folder, every item claimed; the administrator sits at the device."""
    catalog.copy_defaults(here.folder)
    claims = rules()["claims"]
    (here.folder / "claims.yaml").write_text(yaml.safe_dump({"claims": claims}, allow_unicode=True), encoding="utf-8")
    with here.open() as store:
        store.set_setting("person", look.person_by(store, "顾晓").id)
    return here


def told(street: Street) -> dict[str, Any]:
    ran = street.run("catalog", "check", "--json")
    assert ran.err == ""
    found: dict[str, Any] = json.loads(ran.out)
    return {**found, "code": ran.code}


# -- what is said


def test_every_fault_stands_with_its_file_and_line_and_the_rest_is_said_all_the_same(ruled: Street) -> None:
    long = "附近有没有乱放的、挡路的或者没有摆进停放点里面的共享单车？"
    one = edit(ruled.folder, "modules.yaml", "附近有没有乱放或挡路的共享单车？", long)
    two = edit(ruled.folder, "modules.yaml", "handlers: [bike_operator, cg_officer]", "handlers: [bike_operators, cg_officer]")
    ran = ruled.run("catalog", "check")
    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (3, "")
    assert lines[0].startswith(f"modules.yaml:{one}  ") and "共享单车违规投放" in lines[0] and str(len(long)) in lines[0]
    assert (
        lines[1].startswith(f"modules.yaml:{two}  ") and "bike_operators" in lines[1] and "bike_operator？" in lines[1].replace("?", "？")
    )
    assert any(line.startswith("认领") and "52项已认领" in line for line in lines), ran.out
    assert any(line.startswith("负担") for line in lines)
    found = told(ruled)
    assert found["to_mend"] == 2 + len(found["gaps"]), "the long question is one thing to mend, not two"
    assert lines[-1] == f"{found['to_mend']} 处须改，未发布。"


def test_a_number_that_was_published_for_another_item_is_a_fault(ruled: Street) -> None:
    line = edit(ruled.folder, "modules.yaml", "no: 52\n", "no: 60\n")
    assert [(one["file"], one["line"]) for one in told(ruled)["faults"]] == [("modules.yaml", line)]


def test_where_the_files_cannot_be_read_only_the_faults_are_said(ruled: Street) -> None:
    (ruled.folder / "roles.yaml").unlink()
    found = told(ruled)
    assert found["code"] == 3 and not found["ok"] and [fault["file"] for fault in found["faults"]] == ["roles.yaml"]
    assert found["items"] is None and found["burden"] is None and found["gaps"] == found["unclaimed"] == found["simple"] == []
    assert ruled.run("catalog", "check").out.splitlines()[-1] == "1 处须改，未发布。"


def test_nothing_is_written(ruled: Street) -> None:
    before = ruled.facts()
    files = {path: path.read_bytes() for path in ruled.folder.glob("*.yaml")}
    ruled.run("catalog", "check")
    assert ruled.facts() == before and {path: path.read_bytes() for path in ruled.folder.glob("*.yaml")} == files


def test_an_empty_cell_is_named_and_ends_with_1(ruled: Street) -> None:
    """The street has nobody of the police; 16 is theirs alone."""
    found = told(ruled)
    assert found["code"] == 1 and found["faults"] == []
    there = [gap for gap in found["gaps"] if gap["item"] == "car_on_pavement"]
    assert {gap["what"] for gap in there} == {"handlers", "leader"} and all(len(gap["objects"]) == 3 for gap in there)
    said = ruled.run("catalog", "check").out
    assert "机动车占用人行道停放" in said and f"{len(found['gaps'])} 处须改，未发布。" in said


def test_items_without_a_claim_are_named_with_the_department_that_the_rules_suggest(ruled: Street) -> None:
    claims = yaml.safe_load((ruled.folder / "claims.yaml").read_text(encoding="utf-8"))["claims"]
    kept = [claim for claim in claims if claim["item"] not in ("commercial_noise", "prepaid_card_risk")]
    kept.append({**next(claim for claim in claims if claim["item"] == "prepaid_card_risk"), "decision": "refused"})
    (ruled.folder / "claims.yaml").write_text(yaml.safe_dump({"claims": kept}, allow_unicode=True), encoding="utf-8")
    said = next(line for line in ruled.run("catalog", "check").out.splitlines() if line.startswith("认领"))
    assert said.split()[-1] == "50项已认领；待认领：商业噪声扰民（派出所）、预付卡与消费纠纷预警（市场监管所拒绝）"
    decisions = {one["id"]: (one["dept"], one["decision"]) for one in told(ruled)["unclaimed"]}
    assert decisions == {"commercial_noise": ("police", None), "prepaid_card_risk": ("mr", "refused")}


def test_an_item_with_two_questions_or_a_flow_of_five_steps_is_not_simple(ruled: Street) -> None:
    before = told(ruled)
    assert all(one["ok"] for one in before["simple"]) and len(before["simple"]) == 52
    edit(ruled.folder, "modules.yaml", "question: 有没有新的外摆需求或外摆超范围？", "question: 有没有新的外摆需求？外摆有没有超范围？")
    found = told(ruled)
    bad = [one for one in found["simple"] if not one["ok"]]
    assert [(one["id"], one["questions"], one["characters"]) for one in bad] == [("outdoor_seating", 2, 19)]
    assert found["to_mend"] == before["to_mend"] + 1
    assert "外摆位申报与自检：1个部门、2句问话、19字" in ruled.run("catalog", "check").out


def test_people_with_more_than_they_can_do_are_named_with_what_would_help(ruled: Street) -> None:
    edit(ruled.folder, "modules.yaml", "every: {any: P7D, red: P2D, yellow: P7D}\n    flow: F3\n    self_fix: PT30M", FIFTY_A_DAY)
    with ruled.open() as store, store.transaction():
        for number in range(130):
            shop(store, f"新店{number}", "新塘街", str(number), grid="新塘网格")
        person(store, "单巡查", "street_patrol", dept="cg", grids=("新塘网格",))
    found = told(ruled)
    assert found["code"] == 1
    over = next(one for one in found["burden"]["over"] if one["name"] == "单巡查")
    assert over["role"] == "street_patrol" and over["add"] == {"grid": "新塘网格", "people": 2}
    assert over["or"] == {"item": "over_door_business", "name": "跨门经营", "kind": "shop", "every": "P3D"}
    screen = ruled.run("catalog", "check").out.splitlines()
    assert next(line for line in screen if " 街面巡查员 " in line or "　街面巡查员 " in line).endswith("能力60处  最多的130处")
    said = next(line for line in screen if "单巡查" in line)
    assert said.strip() == "单巡查（街面巡查员）130处，超出能力60处；建议新塘网格加2人，或把商户的“跨门经营”改为每3天"
    mine = next(one for one in found["burden"]["people"] if one["name"] == "单巡查")
    assert (mine["visits"], mine["capacity"], mine["over"], mine["places"]) == (130.0, 60, True, 130)


FIFTY_A_DAY = "every: {any: P1D, red: P2D, yellow: P7D}\n    flow: F3\n    self_fix: PT30M"


def test_who_is_bound_by_several_lines_is_named_with_the_roles_and_what_one_owns_is_none(ruled: Street) -> None:
    with ruled.open() as store, store.transaction():
        owned = look.resolve(store, "阿婆生煎").object
        person(store, "条线属地", "mr_officer", "dept_staff", dept="mr")
        person(store, "同一条线", "cg_officer", "mr_officer", dept="mr")
        gone = person(store, "走了的人", "mr_officer", "dept_staff", dept="mr")
        store.append("person.left", gone, PersonLeft("2026-11-20"), by=store.settings["person"], now=at("2026-11-20 10:00"))
        person(store, "还有店铺", "mr_officer", "shop_owner", dept="mr", objects=(owned,))
    found = told(ruled)
    assert [(one["name"], [(role["role"], role["line"]) for role in one["roles"]]) for one in found["several_lines"]] == [
        ("条线属地", [("mr_officer", "line"), ("dept_staff", "local")])
    ]
    assert "一人多用　条线属地：市场监管人员（条线） + 部门工作人员（属地）" in ruled.run("catalog", "check").out


def test_people_of_one_name_are_told_apart_by_their_number(ruled: Street) -> None:
    names = [one["name"] for one in told(ruled)["burden"]["people"] if one["role"] == "street_patrol"]
    assert sorted(names) == ["王伟 17", "王伟 18", "王芳"]


def test_a_town_without_registers_is_told_to_import_them_first(tmp_path: Path) -> None:
    street = Street(tmp_path / "新塘镇")
    assert street.run("init", str(street.folder), "--name", "新塘镇", "--admin", "顾晓").code == 0
    ran = street.run("catalog", "check")
    assert ran.code == 0 and "先导入商户、点位、人员" in ran.out and "可以发布" in ran.out.splitlines()[-1]


# -- the sample town


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Street:
    """The sample town as `demo.sh` founds it: ledgers read, rules published. Nobody writes to it."""
    street = Street(tmp_path_factory.mktemp("sample") / "青荷镇")
    assert street.run("init", str(street.folder), "--name", "青荷镇", "--admin", "顾晓", now="2026-10-12 09:00").code == 0
    for register, file, more in (
        ("shops", "shops.xlsx", ["--datum", "gcj02"]),
        ("points", "points.csv", ["--datum", "gcj02"]),
        ("people", "people.xlsx", []),
    ):
        shutil.copy(SAMPLE / file, street.folder / file)
        assert street.run("import", register, str(street.folder / file), *more, now="2026-10-12 09:00").code == 0
    shutil.copy(SAMPLE / "claims.yaml", street.folder / "claims.yaml")
    published = street.run("catalog", "publish", now="2026-10-12 09:00")
    assert published.code == 0, published
    return street


@pytest.fixture
def sample(made: Street, tmp_path: Path) -> Street:
    """A copy of the sample town of one's own."""
    return copy_of(made.folder, tmp_path / "青荷镇")


@pytest.fixture(scope="module")
def ledgers() -> ModuleType:
    """data/sample/make_ledgers.py: what the sample's registers are made of."""
    spec = importlib.util.spec_from_file_location("make_ledgers", SAMPLE / "make_ledgers.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def expected(ledgers: ModuleType) -> Callable[[str], Cells]:
    """The cells that are empty once somebody is gone, worked out from the ledgers and the YAML alone."""
    modules, roles, claims = (yaml.load((folder / f"{file}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader) for folder, file in (
        (ROOT, "modules"), (ROOT, "roles"), (SAMPLE, "claims")))  # fmt: skip
    claimed = {claim["item"] for claim in claims["claims"]}
    items = [item for item in modules["items"] if item["id"] in claimed]
    depts = {dept["name"]: dept["id"] for dept in roles["departments"]}
    role_ids = {role["name"]: role["id"] for role in roles["roles"]}
    own_places = {role["id"] for role in roles["roles"] if role.get("own_places_only") == "yes"}
    trade_of = {word: trade["id"] for trade in modules["trades"] for word in trade["words"]}
    kinds = {"点位": "point", "道路": "road", "农房": "house", "工地": "site", "垃圾投放点": "waste_point"}
    villages = {grid: village for grid, (_street, village) in ledgers.GRIDS.items()}
    places = [
        *((one.name, "stall" if one.part_of else "shop", trade_of.get(one.trade, "other"), one.grid) for one in ledgers.SHOPS),
        *((one.name, kinds[one.kind], "", one.grid) for one in ledgers.POINTS),
    ]
    held = [
        (one.name, role_ids[role], depts.get(one.dept, ""), one.grids, one.village)
        for one in ledgers.PEOPLE
        for role in one.roles.split("、")
        if not one.place
    ]

    def empty(gone: str) -> Cells:
        here = [one for one in held if one[0] != gone]

        def anybody(wanted: list[str], item: dict[str, Any], grid: str) -> bool:
            return any(
                role in wanted
                and (role != "dept_staff" or dept in (item["lead"], *item.get("support", [])))
                and (not grids or grid in grids)
                and (not village or village == villages[grid])
                and (bool(grids or village) or role not in own_places)
                for _name, role, dept, grids, village in here
            )

        found: Cells = {}
        for item in items:
            led = any(role == "dept_leader" and dept == item["lead"] for _name, role, dept, _grids, _village in here)
            for name, kind, trade, grid in places:
                if kind not in item["kinds"] or (kind == "shop" and item.get("trades") and trade not in item["trades"]):
                    continue
                primary = item["primary"].get(kind, "")
                every = item["every"].get(kind, item["every"].get("any", "on_demand"))
                looks = primary.endswith("_owner") or every == "on_demand" or anybody([primary], item, grid)
                for what, is_there in (("primary", looks), ("handlers", anybody(item["handlers"], item, grid)), ("leader", led)):
                    if not is_there:
                        found.setdefault((item["id"], what, grid), set()).add(name)
        return found

    return empty


def cells_of(found: dict[str, Any], names: dict[str, str]) -> Cells:
    return {(gap["item"], gap["what"], gap["grid"]): {names[id_] for id_ in gap["objects"]} for gap in found["gaps"]}


def test_the_sample_towns_rules_have_52_items_their_claims_and_no_empty_cell(sample: Street) -> None:
    ran = sample.run("catalog", "check")
    assert ran.code == 0 and ran.out.splitlines()[-1] == "可以发布：yima catalog publish。", ran.out
    found = told(sample)
    assert (found["items"], len(found["unclaimed"]), found["gaps"], found["faults"]) == (52, 2, [], [])
    assert found["burden"]["over"] == [] and found["burden"]["people"]


def test_somebody_over_capacity_alone_ends_with_1_and_may_still_be_published(sample: Street) -> None:
    ran = sample.run("catalog", "check")
    assert "　街面巡查员  2人  6.1处   39问  能力60处\n" in ran.out, "what one person has, and no more figures than are of use"
    path = sample.folder / "roles.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "id: street_patrol" in line)
    lines[place + 1] = lines[place + 1].replace("capacity: 60", "capacity: 5")
    path.write_text("".join(lines), encoding="utf-8")
    ran = sample.run("catalog", "check")
    assert ran.code == 1 and ran.out.splitlines()[-1] == "可以发布：yima catalog publish。但有 2 人超出能力。"
    assert told(sample)["to_mend"] == 0


@pytest.mark.parametrize("all_claimed", [False, True])
def test_every_cell_of_the_sample_town_resolves(sample: Street, all_claimed: bool) -> None:
    with sample.open() as store:
        catalogue = store.town.last_catalogue
        if all_claimed:
            catalogue = catalogue._replace(digest="all", items={no: item._replace(claimed=True) for no, item in catalogue.items.items()})
        staff, objects, seen = staff_at(store, at(MONDAY), catalogue=catalogue), look.places(store), 0
        for item in catalogue.items.values():
            for obj in objects:
                if item.claimed and applies(item, obj):
                    found, seen = duty(staff, item, obj), seen + 1
                    assert found.gaps == () and found.asked and found.leader and set(found.handlers) - {"owner"}, (item.name, obj.name)
                    assert found.primary or not item.every.get(obj.kind), (item.name, obj.name)
    assert seen > 1000


# nobody else does it · the same, in all grids and items · one of two in the west · the only one in one village · only a leader · one of several
@pytest.mark.parametrize("gone", ["苗壮", "杨帆", "周明", "钟秀", "孔亮", "王芳"])
def test_without_one_person_exactly_the_cells_that_became_empty_are_named(
    sample: Street, expected: Callable[[str], Cells], gone: str
) -> None:
    with sample.open() as store, store.transaction():
        admin = store.settings["person"]
        store.append("person.left", look.person_by(store, gone).id, PersonLeft("2026-11-20"), by=admin, now=at("2026-11-20 09:00"))
    with sample.open() as store:
        names = {obj.id: obj.name for obj in look.places(store)}
    found = told(sample)
    assert cells_of(found, names) == expected(gone)
    assert found["to_mend"] == len(found["gaps"]) == len(expected(gone)) and found["code"] == (1 if expected(gone) else 0)
    assert json.loads(sample.run("matrix", "--check", "--json").out)["gaps"] == found["gaps"]
    edit(sample.folder, "modules.yaml", "recheck_share: 20 ", "recheck_share: 21 ")
    published = sample.run("catalog", "publish")
    assert published.code == (3 if expected(gone) else 0), published
    names_of = {item["id"]: item["name"] for item in found["simple"]}
    assert all(names_of[item] in published.out for item, _what, _grid in expected(gone))


def test_that_holds_for_each_of_the_sample_towns_people(sample: Street, ledgers: ModuleType, expected: Callable[[str], Cells]) -> None:
    with sample.open() as store:
        people, objects, day = look.people(store), look.places(store), store.town.day(at(MONDAY))
        names = {obj.id: obj.name for obj in objects}
        rules_in_force: Catalogue = store.town.last_catalogue
        missed = 0
        for one in ledgers.PEOPLE:
            staff = staff_on(rules_in_force, [other for other in people if other.name != one.name], day)
            found = {
                (rules_in_force.items[gap.item].id, gap.what, gap.grid): {names[id_] for id_ in gap.objects} for gap in gaps(staff, objects)
            }
            assert found == expected(one.name), one.name
            missed += bool(found)
    assert 15 < missed < len(ledgers.PEOPLE), "many are alone in something, and not all"


@pytest.mark.parametrize("item", ["fitout_sign_filing", "over_door_business", "waste_sorting", "house_crack_danger"])
def test_without_one_claim_that_item_is_to_be_claimed_and_nothing_else_changes(sample: Street, item: str) -> None:
    before = told(sample)
    path = sample.folder / "claims.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if f"item: {item}," not in line), encoding="utf-8")
    after = told(sample)
    assert [one["id"] for one in after["unclaimed"] if one not in before["unclaimed"]] == [item]
    assert len(after["unclaimed"]) == len(before["unclaimed"]) + 1
    same = ("ok", "to_mend", "faults", "items", "gaps", "simple", "several_lines", "code")
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    if item == "fitout_sign_filing":  # it is asked for only on demand
        assert after["burden"] == before["burden"]


def test_every_line_of_a_burden_adds_up(sample: Street) -> None:
    """People add up to their role, grids too, unless nobody is named somewhere."""
    load = told(sample)["burden"]
    for role in load["roles"]:
        for part in (load["people"], load["grids"]):
            mine = [one for one in part if one["role"] == role["role"]]
            assert sum(one["visits"] for one in mine) == pytest.approx(role["visits"], abs=0.05), role
            assert sum(one["questions"] for one in mine) == pytest.approx(role["questions"], abs=0.05), role
