"""`yima catalog publish`, `diff`, `log` and `show`, and the lists of the registers."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import at, case_of, person, shop, town, visit
from tests.street import Street
from yima.adapters import catalog
from yima.adapters.store import Store, look
from yima.adapters.store.registers import people_words
from yima.core import events
from yima.core.results.rules import Published
from yima.errors import BadInput, NotAllowed
from yima.verbs import listing
from yima.verbs.publish import diff, log, publish, show

ROOT = Path(__file__).parent.parent
NOW = at("2026-10-12 09:00")
CLAIM = "claims:\n  - {item: over_door_business, dept: cg, meeting: 第3次联席会议, on: 2026-08-20}\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    catalog.copy_defaults(tmp_path)
    with town(tmp_path, NOW, claimed=False) as made:
        yield made


def admin(store: Store):  # type: ignore[no-untyped-def]
    return look.person_by(store, "顾晓")


def published(store: Store) -> int:
    return sum(fact.kind == "catalogue.published" for fact in store.facts())


def staffed(store: Store) -> dict[str, str]:
    """Whom 跨门经营 needs: name -> id."""
    return {
        "王芳": person(store, "王芳", "street_patrol", dept="cg"),
        "周明": person(store, "周明", "cg_officer", dept="cg"),
        "陈立": person(store, "陈立", "dept_leader", dept="cg"),
    }


def edit(store: Store, file: str, old: str, new: str) -> None:
    path = store.folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, "the shipped file has changed: edit it elsewhere"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def claim(store: Store, *items: str) -> None:
    """claims.yaml with the yes of their leads to these items."""
    leads = {item.id: item.lead for item in store.town.last_catalogue.items.values()}
    lines = [f"  - {{item: {item}, dept: {leads.get(item, 'cg')}, meeting: 第3次联席会议, on: 2026-08-20}}\n" for item in items]
    (store.folder / "claims.yaml").write_text("claims:\n" + "".join(lines), encoding="utf-8")


def fields(result: Published, item: str) -> dict[str, tuple[object, object]]:
    """What is other in one item: field -> (old, new)."""
    (change,) = [one for one in result.difference.changed if one.id == item]
    return {field.field: (field.old, field.new) for field in change.fields}


def test_what_is_published_already_is_not_published_again(store: Store) -> None:
    result = publish(store, admin(store), NOW + 1)
    assert result.same and published(store) == 1
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    result = publish(store, admin(store), NOW + 2)
    assert (result.same, result.claimed, result.newly_claimed) == (False, 1, ("跨门经营",))
    assert list(fields(result, "over_door_business")) == ["claim"] and len(result.difference.changed) == 1
    assert published(store) == 2 and len(result.unclaimed) == 51
    assert publish(store, admin(store), NOW + 3).same


def test_a_claim_published_makes_its_items_asked(store: Store) -> None:
    shop_id = shop(store, "甲店")
    staffed(store)
    assert not store.db.execute("SELECT count(*) FROM matter").fetchone()[0]
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    publish(store, admin(store), NOW + 1)
    store.fresh()
    assert [row[0] for row in store.db.execute("SELECT item FROM matter WHERE object = ?", (shop_id,))] == [3]


def test_the_first_fault_is_named_with_file_and_line_and_nothing_is_published(store: Store) -> None:
    path = store.folder / "modules.yaml"
    lines = path.read_text(encoding="utf-8").split("\n")
    at_line = next(number for number, line in enumerate(lines, 1) if line == "    lead: cg")
    path.write_text(
        "\n".join(lines).replace("    lead: cg\n", "    lead: cgg\n", 1).replace("    flow: F2\n", "    flow: F9\n", 1), encoding="utf-8"
    )
    with pytest.raises(BadInput, match=rf"^modules\.yaml:{at_line}\s") as error:
        publish(store, admin(store), NOW + 1)
    assert "1" in str(error.value).partition("cgg")[2], "there is one more fault, and it is counted"
    assert published(store) == 1


def test_only_the_admin_publishes(store: Store) -> None:
    person(store, "田雨", "data_clerk")
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    with pytest.raises(NotAllowed):
        publish(store, look.person_by(store, "田雨"), NOW + 1)
    assert published(store) == 1


def test_a_leader_may_be_written_by_name_or_number(store: Store) -> None:
    chen = person(store, "陈立", "dept_leader", dept="cg", no="R7")
    person(store, "李强", "street_patrol", dept="cg")
    person(store, "李强", "street_patrol", dept="mr")
    words = people_words(store)
    assert words["陈立"] == words["R7"] == words[chen] == chen
    assert "李强" not in words, "two people have this name"
    roles = (store.folder / "roles.yaml").read_text(encoding="utf-8")
    (store.folder / "roles.yaml").write_text(roles.replace('kind: line, leader: ""', "kind: line, leader: 陈立", 1), encoding="utf-8")
    (part,) = publish(store, admin(store), NOW + 1).difference.parts
    assert (part.part, part.id, part.what) == ("departments", "cg", "changed")
    assert [(one.field, one.old, one.new) for one in part.fields] == [("leader", None, chen)]
    assert store.town.last_catalogue.departments["cg"]["leader"] == chen


def test_the_rules_are_shown_as_published_and_not_as_they_lie_in_the_files(store: Store) -> None:
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    assert not any(one.claimed for one in show(store).items)
    one = show(store, "跨门经营")
    assert (one.one, one.items[0].id, one.items[0].lead) == (True, "over_door_business", "cg")
    assert show(store, "3").items == show(store, "over_door_business").items == one.items
    assert len(show(store).items) == 52
    with pytest.raises(BadInput):
        show(store, "没有的")


def test_a_list_has_code_and_colour(store: Store) -> None:
    staffed(store)
    wang = person(store, "王芳", "grid_inspector")
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    publish(store, admin(store), NOW + 1)
    bad, good = shop(store, "甲店", door="2"), shop(store, "乙店", door="10")
    shop(store, "桥头", kind="point", street="", door="", id="c" * 20)
    seen = visit(store, bad, wang, NOW + 3_600_000, found=["over_door_business"])
    assert case_of(store, bad, seen).closed is None
    listed = listing.objects(store, listing.SHOPS, NOW + 3_700_000).objects
    assert [(one.id, one.kind, one.code, one.grid, one.street, one.trade, one.colour) for one in listed] == [
        (bad, "shop", "", "荷花网格", "荷花路", "catering", "blue"),
        (good, "shop", "", "荷花网格", "荷花路", "catering", "grey"),
    ]
    assert [one.name for one in listing.objects(store, listing.POINTS, NOW).objects] == ["桥头"]
    assert not listing.objects(store, listing.SHOPS, NOW, street="老街").objects
    people = listing.people(store, NOW).people or ()
    assert {(one.name, one.roles, one.resource) for one in people} >= {
        ("顾晓", ("admin",), "permanent"), ("王芳", ("grid_inspector",), "contract"),
    }  # fmt: skip


# ── empty cells ──


def test_what_nobody_would_do_is_refused_by_name_and_nothing_is_published(store: Store) -> None:
    shop(store, "甲店"), shop(store, "乙店", door="2"), shop(store, "丙店", door="3", grid="新塘网格")
    claim(store, "over_door_business")
    result = publish(store, admin(store), NOW + 1)
    cells = {(gap.id, gap.what, gap.grid, len(gap.objects)) for gap in result.gaps}
    assert len(result.gaps) == 6
    assert cells == {
        ("over_door_business", what, *grid) for what in ("primary", "handlers", "leader") for grid in (("荷花网格", 2), ("新塘网格", 1))
    }
    assert result.is_refused and published(store) == 1
    staffed(store)
    assert not publish(store, admin(store), NOW + 2).is_refused and published(store) == 2


def test_removing_one_person_names_exactly_the_cells_that_became_empty(store: Store) -> None:
    shop(store, "甲店"), shop(store, "乙店", door="2", grid="新塘网格")
    ids = staffed(store)
    person(store, "李强", "street_patrol", dept="cg", grids=("荷花网格",))
    claim(store, "over_door_business")
    assert not publish(store, admin(store), NOW + 1).is_refused
    with store.transaction():
        store.append("person.left", ids["王芳"], events.PersonLeft("2026-10-12", "调走"), by=admin(store).id, now=NOW + 2)
    day_after = NOW + 86_400_000
    result = publish(store, admin(store), day_after)
    assert [(gap.id, gap.what, gap.grid) for gap in result.gaps] == [("over_door_business", "primary", "新塘网格")]
    assert published(store) == 2


def test_an_item_may_be_left_as_it_is_and_the_rest_is_published(store: Store) -> None:
    shop(store, "甲店")
    staffed(store)
    claim(store, "over_door_business", "facade_dirty", "goods_on_pavement")
    edit(store, "modules.yaml", "question: 门头、外墙有没有油污或污迹？", "question: 门头、外墙脏不脏？")
    assert {gap.name for gap in publish(store, admin(store), NOW + 1).gaps} == {"门头外立面不洁"}
    with pytest.raises(BadInput):
        publish(store, admin(store), NOW + 1, ["没有的"])
    result = publish(store, admin(store), NOW + 1, ["21"])
    assert (result.excepted, result.newly_claimed) == (("门头外立面不洁",), ("跨门经营", "占道堆物"))
    items = {item.id: item for item in store.town.last_catalogue.items.values()}
    assert [id_ for id_, item in items.items() if item.claimed] == ["over_door_business", "goods_on_pavement"]
    assert items["facade_dirty"].question == "门头、外墙有没有油污或污迹？"
    assert publish(store, admin(store), NOW + 2, ["facade_dirty"]).same, (
        "the same rules, whatever the order in which they were put together"
    )


def test_an_item_that_was_never_published_is_left_out_with_all_that_names_it(store: Store) -> None:
    shop(store, "甲店")
    text = (store.folder / "modules.yaml").read_text(encoding="utf-8")
    start, end = text.index("  - no: 21\n"), text.index("\n  # ── 22 ")
    new = text[start:end].replace("no: 21", "no: 53").replace("facade_dirty", "charging_pile").replace("门头外立面不洁", "充电桩无人管")
    (store.folder / "modules.yaml").write_text(text.replace("\n# ── 流程 ", f"\n{new}\n# ── 流程 ", 1), encoding="utf-8")
    edit(
        store,
        "modules.yaml",
        "      - {item: illegal_posting, when: 是贴的",
        "      - {item: charging_pile, when: 是充电桩}\n      - {item: illegal_posting, when: 是贴的",
    )
    edit(store, "modules.yaml", "for: [lpg_cylinder, gas_alarm]", "for: [lpg_cylinder, charging_pile]")
    edit(
        store,
        "modules.yaml",
        "  campaigns: [] ",
        "  campaigns:\n    - {name: 查桩, from: 2026-11-01, to: 2026-11-30, items: [charging_pile], every: P7D}\n ",
    )
    (store.folder / "claims.yaml").write_text(
        "claims:\n  - {item: charging_pile, dept: cjb, meeting: 会, on: 2026-08-20}\n", encoding="utf-8"
    )
    assert {gap.item for gap in publish(store, admin(store), NOW + 1).gaps} == {53}
    result = publish(store, admin(store), NOW + 1, ["充电桩无人管"])
    assert (result.items, result.difference.new, result.excepted) == (52, (), ("充电桩无人管",))
    body = next(fact.body for fact in reversed(list(store.facts())) if fact.kind == "catalogue.published").decode()
    assert "charging_pile" not in body


def test_an_item_left_as_it_is_needs_its_roles(store: Store) -> None:
    shop(store, "甲店")
    staffed(store)
    claim(store, "shared_bike_misplaced", "over_door_business")
    person(store, "苗壮", "bike_operator")
    person(store, "孙倩", "grid_inspector")
    publish(store, admin(store), NOW + 1)
    edit(store, "roles.yaml", "id: bike_operator, name: 单车运营企业人员", "id: bike_crew, name: 单车队")
    edit(store, "modules.yaml", "handlers: [bike_operator, cg_officer]", "handlers: [bike_crew, cg_officer]")
    with pytest.raises(BadInput, match="bike_operator"):
        publish(store, admin(store), NOW + 2, ["1"])
    assert published(store) == 2


def test_a_number_that_another_item_had_in_earlier_rules_is_refused(store: Store) -> None:
    text = (store.folder / "modules.yaml").read_text(encoding="utf-8")
    start, end = text.index("  # ── 52 "), text.index("\n# ── 流程 ")
    (store.folder / "modules.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    for old in [line for line in text.splitlines() if "{item: prepaid_card_risk" in line]:
        edit(store, "modules.yaml", old + "\n", "")
    assert [one.id for one in publish(store, admin(store), NOW + 1).difference.gone] == ["prepaid_card_risk"]
    again = text[start:end].replace("prepaid_card_risk", "charging_pile").replace("预付卡与消费纠纷预警", "充电桩无人管")
    edit(store, "modules.yaml", "\n# ── 流程 ", f"\n{again}\n# ── 流程 ")
    with pytest.raises(BadInput, match="prepaid_card_risk"):
        publish(store, admin(store), NOW + 2)


# ── what is other ──


def test_the_difference_names_each_field_old_and_new_and_how_many_matters_it_concerns(store: Store) -> None:
    shop(store, "甲店"), shop(store, "乙店", door="2", trade="retail"), shop(store, "桥头", kind="point", street="", door="", id="c" * 20)
    staffed(store)
    edit(store, "modules.yaml", "limit: {value: 2, unit: work_hour, schedule: street, from: finding, condition: 超出门窗外摆放经营}",
         "limit: {value: 4, unit: work_hour, schedule: office, from: notified, condition: 超出门窗外摆放经营}")  # fmt: skip
    edit(store, "modules.yaml", "handlers: [shop_owner, sign_contractor, dept_staff]", "handlers: [shop_owner, dept_staff]")
    edit(store, "modules.yaml", "    trades: [catering, food_retail]\n    where: outside\n", "    trades: [catering]\n    where: outside\n")
    edit(store, "modules.yaml", "  visit_budget: 7 ", "  visit_budget: 5 ")
    edit(store, "roles.yaml", "capacity: 60", "capacity: 50")
    result = publish(store, admin(store), NOW + 1)
    assert fields(result, "over_door_business") == {
        "limit": ([2, "work_hour"], [4, "work_hour"]), "limit.from": ("finding", "notified"), "limit.schedule": ("street", "office"),
    }  # fmt: skip
    assert fields(result, "sign_fall_risk") == {"handlers": (["shop_owner", "sign_contractor", "dept_staff"], ["shop_owner", "dept_staff"])}
    assert {one.id: one.matters for one in result.difference.changed} == {
        "over_door_business": 2,
        "food_waste_dumping": 1,
        "sign_fall_risk": 2,
    }
    assert result.difference.matters == 5
    assert [(one.part, one.name, [(field.field, field.old, field.new) for field in one.fields]) for one in result.difference.parts] == [
        ("town", "", [("visit_budget", 7, 5)]), ("roles", "网格监督员", [("capacity", 60, 50)]),
    ]  # fmt: skip


def test_the_files_and_any_two_publications_can_be_compared(store: Store) -> None:
    shop(store, "甲店")
    staffed(store)
    assert diff(store).difference.is_empty
    claim(store, "over_door_business")
    compared = diff(store)
    assert [one.id for one in compared.difference.changed] == ["over_door_business"] and compared.new.at is None
    day = 86_400_000
    publish(store, admin(store), NOW + 3 * day)
    claim(store, "over_door_business", "goods_on_pavement")
    publish(store, admin(store), NOW + 5 * day)
    first, second, third = (one.edition.digest for one in log(store).editions)
    for old, new, items in (
        (first[:8], third[:8], {"over_door_business", "goods_on_pavement"}),
        (second[:8], "", {"goods_on_pavement"}),
        ("2026-10-16", "2026-10-17", {"goods_on_pavement"}),
        ("2026-10-12", "2026-10-16", {"over_door_business"}),
        (third[:8].upper(), third, set()),
    ):
        found = diff(store, old, new)
        assert {one.id for one in found.difference.changed} == items, (old, new)
    for word in ("2026-10-11", "ffffffff", "abc", ""):
        if word:
            with pytest.raises(BadInput):
                diff(store, word)
    edit(store, "modules.yaml", "    flow: F2\n", "    flow: F9\n")
    with pytest.raises(BadInput, match=r"^modules\.yaml:\d+ "):
        diff(store)


def test_every_publication_is_listed_with_what_it_changed(store: Store) -> None:
    shop(store, "甲店")
    staffed(store)
    claim(store, "over_door_business")
    publish(store, admin(store), NOW + 1)
    edit(store, "modules.yaml", "  visit_budget: 7 ", "  visit_budget: 5 ")
    (store.folder / "claims.yaml").write_text("claims: []\n", encoding="utf-8")
    publish(store, admin(store), NOW + 2)
    first, second, third = log(store).editions
    assert (first.difference, first.claimed, second.newly_claimed, second.edition.by) == (None, 0, ("跨门经营",), "顾晓")
    assert third.no_longer_claimed == ("跨门经营",) and third.difference is not None
    assert [one.part for one in third.difference.parts] == ["town"]
    assert log(store).in_force == third.edition.digest


def test_rules_that_never_came_into_force_are_listed_as_such(store: Store) -> None:
    from yima.adapters.render import Voice
    from yima.adapters.render.rules import logged, logged_json

    clerk = person(store, "田雨", "data_clerk")
    newer = events.canonical({"format": 2, "rules": [1]})
    with store.transaction():
        store.append("catalogue.published", events.digest(newer), newer, by=admin(store).id, now=NOW + 1)
        store.append("catalogue.published", events.digest(b"{}"), b"{}", by=clerk, now=NOW + 2)
    found = log(store)
    assert [one.why for one in found.editions] == ["", "unknown", "role"] and found.in_force == found.editions[0].edition.digest
    assert [one["counts"] for one in logged_json(found, Voice(0, NOW))["publications"]] == [True, False, False]
    assert len(logged(found, Voice(0, NOW)).splitlines()) == 4
    assert diff(store, found.in_force[:6]).difference.is_empty


def test_one_item_is_shown_whole(store: Store) -> None:
    shop(store, "甲店")
    staffed(store)
    (store.folder / "claims.yaml").write_text(CLAIM.replace("on: 2026-08-20", "on: 2026-08-20, basis: 纪要第4条"), encoding="utf-8")
    publish(store, admin(store), NOW + 1)
    (one,) = show(store, "3").items
    assert (4, "街面占位（占道经营）") in {(no, name) for no, name, _when in one.not_this_if}
    assert one.claim == {
        "item": "over_door_business", "decision": "claimed", "dept": "cg", "meeting": "第3次联席会议", "on": "2026-08-20", "basis": "纪要第4条",
    }  # fmt: skip
    assert (one.claim_dept, one.matters, one.primary) == ("城管执法中队", 1, (("shop", "街面巡查员"),))


def test_the_commands_keep_their_json_keys_and_exit_codes(store: Store) -> None:
    shop(store, "甲店")
    person(store, "王芳", "grid_inspector")
    store.db.close()
    env = os.environ | {"YIMA_NOW": "2026-10-12T10:00", "YIMA_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    def yima(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "yima", *words], cwd=store.folder, env=env, capture_output=True, text=True, encoding="utf-8"
        )

    items = json.loads(yima("catalog", "show", "--json").stdout)["items"]
    assert len(items) == 52 and {"no", "id", "name", "module", "claimed"} <= items[0].keys() and items[0]["claimed"] is False
    objects = json.loads(yima("shop", "list", "--json").stdout)["objects"]
    assert [set(one) >= {"id", "name", "kind", "code", "grid", "street", "trade", "colour"} for one in objects] == [True]
    assert objects[0]["colour"] == "grey" and objects[0]["code"] is None
    assert json.loads(yima("point", "list", "--json").stdout) == {"objects": []}
    people = json.loads(yima("person", "list", "--json").stdout)["people"]
    assert all(set(one) >= {"id", "name", "roles", "resource", "dept"} for one in people) and len(people) == 2
    assert yima("catalog", "publish").returncode == 0
    (store.folder / "claims.yaml").write_text("claims: [{item: no_such}]\n", encoding="utf-8")
    done = yima("catalog", "publish")
    assert (done.returncode, done.stdout) == (3, "") and done.stderr.startswith("yima: claims.yaml:1 ")
    done = yima("catalog", "publish", "--by", "王芳")
    assert done.returncode == 4 and len(done.stderr.splitlines()) == 1


def test_the_commands_say_the_cells_and_what_to_do(here: Street) -> None:
    shutil.copy(catalog.defaults() / "roles.yaml", here.folder), shutil.copy(catalog.defaults() / "modules.yaml", here.folder)
    lines = [f"  - {{item: {item}, dept: {dept}, meeting: 第3次联席会议, on: 2026-08-20}}\n" for item, dept in (
        ("over_door_business", "cg"), ("street_occupation", "cg"), ("car_on_pavement", "police"))]  # fmt: skip
    (here.folder / "claims.yaml").write_text("claims:\n" + "".join(lines), encoding="utf-8")
    before = here.facts()
    ran = here.run("catalog", "publish", by="顾晓")
    assert ran.code == 3 and here.facts() == before
    first, *cells = ran.out.splitlines()
    assert first == "空格2处，未发布：" and len(cells) == 2
    assert cells[0] == "  荷花网格 × 机动车占用人行道停放：没有处置员（涉及3家店）"
    assert len(ran.err.splitlines()) == 1 and ran.err.startswith("yima: ") and "--except 16" in ran.err
    told = json.loads(here.run("catalog", "publish", "--json", by="顾晓").out)
    assert (told["published"], {gap["item"] for gap in told["gaps"]}) == (False, {"car_on_pavement"})
    ran = here.run("catalog", "publish", "--except", "car_on_pavement", by="顾晓")
    assert (ran.code, ran.err) == (0, "") and "照旧没有动：机动车占用人行道停放" in ran.out
    ran = here.run("catalog", "log")
    assert ran.code == 0 and len(ran.out.splitlines()) == 3 and "（现行）" in ran.out.splitlines()[1]
    ran = here.run("catalog", "diff")
    assert ran.code == 0 and "机动车占用人行道停放" in ran.out
    assert here.run("catalog", "diff", "zzzz").code == 3
    ran = here.run("catalog", "show", "跨门经营")
    assert ran.code == 0 and "改报" in ran.out and "街面占位" in ran.out and "第3次联席会议" in ran.out
