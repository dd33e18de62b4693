"""Many faults at once: every one is named with its line, and nothing else; and the rules that files, roles and numbers make of each other."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.street import Street
from yima.adapters.catalog import FILES, defaults, read
from yima.adapters.catalog import text as reader
from yima.adapters.catalog.text import Fault

CLAIMS = """# 认领表
claims:
  - {item: over_door_business, dept: cg, meeting: 第3次联席会议, on: 2026-02-30}
  - {item: goods_on_pavement, dept: mr, meeting: 第3次联席会议, on: 2026-08-20}
  - {item: street_hanging, decision: 认领, dept: cg, meeting: 第3次联席会议, on: 2026-08-20}
  - {item: illegal_posting, dept: cjb, meeting: 第3次联席会议, on: 2026-08-20, basis: '条例第十七条}
  - {item: street_vendor, dept: cg, meeting: 第3次联席会议, on: 2026-08-20}
"""
# Of as many different sorts: (file, what stands there, what is put there, a word of the sentence). The place is the first after `behind`.
PLANTED = [
    ("modules.yaml", "town:", "  visit_budget: 7 ", "  visit_budget: ７ ", "7"),  # full-width digit
    ("modules.yaml", "town:", "  scores: no ", "  scores: [no] ", "scores"),  # wrong type
    ("modules.yaml", "id: shop_sign_dirty_damaged", "    where: outside", "\twhere: outside", "Tab"),  # tab
    ("modules.yaml", "id: over_door_business", "    where: outside", "    where：outside", "全角"),  # full-width colon
    ("modules.yaml", "id: street_occupation", "    where: outside", "　　where: outside", "全角空格"),  # full-width space
    ("modules.yaml", "id: waste_sorting", "    where: outside", "    where:outside", "空格"),  # no space after the colon
    ("modules.yaml", "id: waste_point_overflow", "[sanitation_crew, property_staff]", "[sanitation_crew，property_staff]", "，"),  # comma
    ("modules.yaml", "id: exposed_garbage", "    evidence: before_after", "    evidence: *photos", "*photos"),  # alias
    ("modules.yaml", "id: food_waste_dumping", "    evidence: before_after", "    evidence: &photos before_after", "&photos"),  # anchor
    ("modules.yaml", "id: renovation_waste", "    score: 2", "    score: !!int 2", "tag:yaml.org,2002:int"),  # tag
    ("modules.yaml", "id: goods_on_pavement", "    flow: F3", "    flow: F3\n    flow: F2", "flow"),  # a key twice, in the next line
    ("modules.yaml", "id: street_hanging", "kinds: [shop, road, house]", "kinds: [shop, road, house", "]"),  # a bracket without end
    ("modules.yaml", "id: illegal_posting", "    lead: cjb", "    lead: cjbb", "cjb"),  # unknown department
    ("modules.yaml", "id: illegal_signboard", "cg_officer", "cg_oficer", "cg_officer"),  # unknown role
    ("modules.yaml", "id: banner_display", "    score: ", "    scroe: ", "score"),  # mistyped key
    ("modules.yaml", "id: nonmotor_parking", "    name: 非机动车乱停放", "    name: 非机动车: 乱停放", "冒号"),  # a second colon
    ("modules.yaml", "id: car_on_pavement", "handlers: [police]", "handlers: [police]\n     note: 缩进", "缩进"),  # wrong indent, next line
    ("modules.yaml", "id: oil_fume", "primary: {shop: shop_owner}", "primary: {shop: street_patrol}", "shop_owner"),  # inspects a shop
    ("modules.yaml", "id: street_vendor", "handlers: [cg_officer]", "handlers: [street_patrol]", "在编"),  # enforcement
    ("modules.yaml", "id: sewage_dumping", "question: 有没有", "question: 门前门后左边右边有没有人一直不停地", "24"),  # a long question
    ("modules.yaml", "id: facade_dirty", "  - no: 21", "  - no: 3", "3"),  # a number twice; stands above its id
    ("roles.yaml", "roles:", "resource: permanent", "resource: parmanent", "permanent"),  # mistyped word
    ("roles.yaml", "id: cg,", 'leader: ""', "leader: 陈队长", "陈队长"),  # unknown person
    ("claims.yaml", "", "2026-02-30", "2026-02-30", "2026-02-30"),  # no such day
    ("claims.yaml", "", "dept: mr", "dept: mr", "cg"),  # another's claim
    ("claims.yaml", "", "decision: 认领", "decision: 认领", "claimed"),  # no such word
    ("claims.yaml", "", "'条例第十七条", "'条例第十七条", "引号"),  # a quotation without end
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in FILES:
        shutil.copy(defaults() / file, tmp_path / file)
    return tmp_path


def change(folder: Path, file: str, behind: str, old: str, new: str) -> int:
    """Put `new` for the first `old` after (or just before, on the line above) `behind`; the line of the fault."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    start = text.index(behind) if behind else 0
    place = text.rindex(old, 0, start) if old.startswith("  - no:") else text.index(old, start)
    path.write_text(text[:place] + new + text[place + len(old) :], encoding="utf-8", newline="")
    return text.count("\n", 0, place) + 1 + new.count("\n")


def where(text: str, behind: str, what: str) -> int:
    start = text.index(behind) if behind else 0
    place = text.rindex(what, 0, start) if what.startswith("  - no:") else text.index(what, start)
    return text.count("\n", 0, place) + 1 + what.count("\n")


@pytest.mark.parametrize("loader", [reader.LOADER, yaml.BaseLoader], ids=["C", "pure"])
def test_every_one_of_many_faults_is_named_with_its_line_and_nothing_else(
    folder: Path, loader: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "LOADER", loader)
    (folder / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    for file, behind, old, new, _word in PLANTED:
        change(folder, file, behind, old, new)
    texts = {file: (folder / file).read_text(encoding="utf-8") for file in FILES}
    wanted = sorted((file, where(texts[file], behind, new), word) for file, behind, _old, new, word in PLANTED)
    faults = sorted(read(folder, {"周明": "a" * 20})[1], key=lambda fault: (fault.file, fault.line))
    named = [(fault.file, fault.line) for fault in faults]
    assert named == [(file, line) for file, line, _word in wanted], _compared(faults, wanted)
    assert len(wanted) >= 25
    for fault, (_file, _line, word) in zip(faults, wanted, strict=True):
        assert word in fault.what, fault
        assert "\n" not in fault.what and len(fault.what) < 200


def _compared(faults: list[Fault], wanted: list[tuple[str, int, str]]) -> str:
    lines = {(file, line) for file, line, _word in wanted}
    too_many = [fault for fault in faults if (fault.file, fault.line) not in lines]
    return f"not planted: {too_many}; not named: {sorted(lines - {(fault.file, fault.line) for fault in faults})}"


def test_nothing_is_published_from_such_files(here: Street) -> None:
    for file in FILES:
        shutil.copy(defaults() / file, here.folder / file)
    (here.folder / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    for file, behind, old, new, _word in PLANTED:
        change(here.folder, file, behind, old, new)
    before = here.facts()
    ran = here.run("catalog", "publish", by="顾晓")
    assert (ran.code, ran.out, here.facts()) == (3, "", before)
    assert ran.err.startswith("yima: modules.yaml:") and len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(("file", "why"), [
    (b"claims: []\n" * 200_000, "over 2 MB"),
    ("claims: []\n# 认领\n".encode("gb18030"), "not UTF-8"),
], ids=["size", "encoding"])  # fmt: skip
def test_a_file_that_is_not_read_makes_no_faults_in_the_others(folder: Path, file: bytes, why: str) -> None:
    (folder / "roles.yaml").write_bytes(file)
    assert [fault.file for fault in read(folder)[1]] == ["roles.yaml"], why


# ── one slip is read as it was meant, so that the next one is seen ──


@pytest.mark.parametrize(("old", "new", "says"), [
    ("  visit_budget: 7 ", "＃ 每次最多\n  visit_budget: 7 ", "＃"),
    ("  - {name: 火警", "  － {name: 火警", "横线"),
    ("    - {name: 报警", "   - {name: 报警", "缩进"),
    ("  recheck_share: 20 ", "  recheck_share:　20 ", "冒号后面"),
    ("  recheck_share: 20 ", "  recheck_share: 20] ", "20]"),
    ("  recheck_share: 20 ", "  recheck_share: \"20\" 件 ", "引号"),
    ("  recheck_share: 20 ", "  recheck_share: @20 ", "符号"),
    ("  recheck_share: 20 ", "  recheck_share: - 20 ", "[a, b]"),
    ("  recheck_share: 20 ", "  <<: {recheck_share: 20}\n  recheck_share: 20 ", "<<"),
    ("    module: safety", "module: safety", "缩进"),
    ("  - no: 2\n", " - no: 2\n", "缩进"),
    ("  - no: 2\n", "- no: 2\n", "缩进"),
    ("office: {days: workdays,", "office: {days：workdays,", "："),
    ("office: {days: workdays,", "office: {days:workdays,", "空格"),
    ('  street_start: ""', "  street_start: 2026年9月1日", "2026-09-01"),
    ("  street_starts: {} ", "  street_starts: {荷花路：2026-09-01} ", "："),
    ("  street_starts: {} ", "  street_starts: {荷花路: 2026-09-31} ", "2026-09-31"),
    ("  street_starts: {} ", "  street_starts: [荷花路] ", "荷花路: 2026-09-01"),
    ('  service_phone: ""', "  service_phone: \x07", "U+0007"),
], ids=str)  # fmt: skip
def test_a_slip_is_one_fault_and_hides_no_other(folder: Path, old: str, new: str, says: str) -> None:
    path = folder / "modules.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    later = text.replace(old, new, 1).replace("    flow: F2\n", "    flow: F9\n", 1)
    path.write_text(later, encoding="utf-8", newline="")
    faults = read(folder)[1]
    lines = {text.count("\n", 0, text.index(old)) + 1: says, later[: later.index("flow: F9")].count("\n") + 1: "F9"}
    assert [fault.line for fault in faults] == sorted(lines), faults
    assert all(lines[fault.line] in fault.what for fault in faults)


def test_one_claim_that_cannot_be_read_leaves_the_others(folder: Path) -> None:
    good = "  - {item: over_door_business, dept: cg, meeting: 会, on: 2026-08-20}\n"
    (folder / "claims.yaml").write_text("claims:\n" + good + "  - {item: goods_on_pavement, dept: cg\n  - nothing\n", encoding="utf-8")
    body, faults = read(folder)
    assert [(fault.file, fault.line) for fault in faults] == [("claims.yaml", 3), ("claims.yaml", 4)]
    assert [claim.get("item") for claim in body["claims"] if claim] == ["over_door_business"]


def test_a_file_full_of_slips_ends_and_is_named(folder: Path) -> None:
    (folder / "claims.yaml").write_text("claims:\n" + "\t- {a：b\n" * 2000, encoding="utf-8")
    faults = read(folder)[1]
    assert {fault.file for fault in faults} == {"claims.yaml"} and "Tab" in faults[0].what


def test_a_group_that_lost_its_place_is_one_fault_and_not_one_for_each_of_its_lines(folder: Path) -> None:
    text = (folder / "modules.yaml").read_text(encoding="utf-8")
    start = text.index("    id: over_door_business\n")
    end = text.index("  # ── 4 ")
    moved = "".join(f"   {line}\n" if line.strip() else "\n" for line in text[start:end].splitlines())
    (folder / "modules.yaml").write_text(text[:start] + moved + text[end:], encoding="utf-8")
    faults = read(folder)[1]
    assert 1 <= len(faults) <= 3 and faults[0].line == text.count("\n", 0, start) + 1, faults


def test_texts_that_look_like_slips_are_none(folder: Path) -> None:
    path = folder / "modules.yaml"
    text = path.read_text(encoding="utf-8")
    note = '    note: "F2：派单；a:b；{x} [y] # 不是说明；\\t《条例》第1条: 见附件"\n'
    path.write_text(text.replace("    note: 自治组每月互查一次（参照虹梅街道做法）\n", note, 1), encoding="utf-8")
    body, faults = read(folder)
    assert faults == []
    assert any("F2：派单；a:b" in item.get("note", "") for item in body["items"]), "the shipped file has changed: write it elsewhere"


# ── what the files say about each other ──


def item_after(id_: str, old: str, new: str) -> Callable[[Path], int]:
    return lambda folder: change(folder, "modules.yaml", f"    id: {id_}\n", old, new)


@pytest.mark.parametrize(("plant", "says"), [
    (item_after("fire_equipment", "primary: {shop: shop_owner,", "primary: {shop: patrol_3p,"), "patrol_3p"),
    (item_after("fire_equipment", "primary: {shop: shop_owner,", "primary: {shop: grid_inspector,"), "grid_inspector"),
    (item_after("licence_display", "primary: {shop: shop_owner}", "primary: {shop: village_cadre}"), "village_cadre"),
    (item_after("licence_display", "primary: {shop: shop_owner}", "primary: {shop: service_agent}"), "service_agent"),
    (item_after("food_safety", "stall: shop_owner}", "stall: volunteer}"), "volunteer"),
], ids=["third party", "contract", "village", "permanent without the right", "stall"])  # fmt: skip
def test_only_the_owner_or_staff_who_may_inspect_look_inside_a_business(folder: Path, plant: Callable[[Path], int], says: str) -> None:
    line = plant(folder)
    text = (folder / "modules.yaml").read_text(encoding="utf-8").split("\n")
    for number in range(line, line - 5, -1):  # the role is made a finder, so that nothing else is wrong
        if text[number - 1].lstrip().startswith("finders:") and says not in text[number - 1]:
            text[number - 1] = text[number - 1].replace("]", f", {says}]")
    (folder / "modules.yaml").write_text("\n".join(text), encoding="utf-8")
    (fault,) = read(folder)[1]
    assert fault.line == line and says in fault.what and "shop_owner" in fault.what


def test_permanent_staff_may_be_primary_inside_within_the_yearly_cap(folder: Path) -> None:
    change(folder, "modules.yaml", "    id: food_safety\n", "primary: {shop: shop_owner,", "primary: {shop: mr_officer,")
    line = change(folder, "modules.yaml", "    id: food_safety\n", "every: {any: P1M,", "every: {shop: P3M, any: P1M,")
    (fault,) = read(folder)[1]
    assert fault.line == line and "4" in fault.what and "P6M" in fault.what
    change(folder, "modules.yaml", "    id: food_safety\n", "shop: P3M", "shop: P6M")
    assert read(folder)[1] == [], "two visits a year are the cap"
    change(folder, "modules.yaml", "    id: oil_fume\n", "primary: {shop: shop_owner}", "primary: {shop: dept_staff}")
    change(folder, "modules.yaml", "    id: oil_fume\n", "every: {any: P1M", "every: {any: P12M")
    (fault,) = read(folder)[1]
    assert "food_safety" in fault.what and "3" in fault.what, "one department's visit, and two of another"


def test_several_items_of_one_department_are_looked_at_in_one_visit(folder: Path) -> None:
    for item in ("food_safety", "licence_display"):
        change(folder, "modules.yaml", f"    id: {item}\n", "shop: shop_owner", "shop: mr_officer")
        change(folder, "modules.yaml", f"    id: {item}\n", "every: {", "every: {shop: P6M, ")
    text = (folder / "modules.yaml").read_text(encoding="utf-8")
    assert [fault for fault in read(folder)[1] if "finders" not in fault.what] == [], text.count("mr_officer")


def test_planned_inspections_with_a_cap_of_none_are_refused(folder: Path) -> None:
    change(folder, "modules.yaml", "town:", "inspection_cap: 2", "inspection_cap: 0")
    assert read(folder)[1] == [], "owners check themselves"
    change(folder, "modules.yaml", "    id: food_safety\n", "primary: {shop: shop_owner,", "primary: {shop: mr_officer,")
    (fault,) = read(folder)[1]
    assert "on_demand" in fault.what


def test_enforcement_needs_somebody_permanent(folder: Path) -> None:
    line = change(
        folder, "modules.yaml", "    id: house_unapproved_build\n", "handlers: [dept_staff, cg_officer]", "handlers: [contractor]"
    )
    (fault,) = read(folder)[1]
    assert fault.line == line and "cg_officer" in fault.what and "F5" in fault.what


def test_a_number_belongs_to_its_item_for_ever(folder: Path) -> None:
    body, _faults = read(defaults())
    before = {"items": [*body["items"], {"no": 60, "id": "phone_booth", "name": "电话亭破损"}]}
    assert read(folder, before=before)[1] == []
    line = change(folder, "modules.yaml", "    id: facade_dirty\n", "  - no: 21", "  - no: 61")
    (fault,) = read(folder, before=before)[1]
    assert fault.line == line and "no: 21" in fault.what
    change(folder, "modules.yaml", "    id: facade_dirty\n", "  - no: 61", "  - no: 60")
    change(folder, "modules.yaml", "  - no: 60\n", "    id: facade_dirty", "    id: facade_stained")
    (fault,) = [fault for fault in read(folder, before=before)[1] if fault.line == line]
    assert "phone_booth" in fault.what and "no: 61" in fault.what


def test_what_an_item_is_not_names_another_item(folder: Path) -> None:
    body, _faults = read(folder)
    items = {item["id"]: item for item in body["items"]}
    pairs = {(id_, one["item"]) for id_, item in items.items() for one in item.get("not_this_if", ())}
    for one, other in (
        ("over_door_business", "street_occupation"), ("over_door_business", "goods_on_pavement"), ("street_occupation", "goods_on_pavement"),
        ("shop_sign_dirty_damaged", "sign_fall_risk"),
    ):  # fmt: skip
        assert {(one, other), (other, one)} <= pairs, "both ways"
    line = change(folder, "modules.yaml", "    id: over_door_business\n", "{item: street_occupation,", "{item: over_door_business,")
    (fault,) = read(folder)[1]
    assert fault.line == line - 1 and "not_this_if" in fault.what
    change(folder, "modules.yaml", "    id: over_door_business\n", "{item: over_door_business,", "{item: street_ocupation,")
    (fault,) = read(folder)[1]
    assert fault.line == line and "street_occupation" in fault.what


def test_a_department_has_a_deputy_by_name(folder: Path) -> None:
    ann, bob = "a" * 20, "b" * 20
    change(folder, "roles.yaml", "id: cg,", 'leader: ""', "leader: 陈立, deputy: 周明")
    body, faults = read(folder, {"陈立": ann, "周明": bob})
    assert faults == []
    assert {(dept.get("leader"), dept.get("deputy")) for dept in body["departments"] if dept["id"] == "cg"} == {(ann, bob)}
    assert [fault.file for fault in read(folder, {"陈立": ann})[1]] == ["roles.yaml"], "周明 is nobody here"


def test_a_campaign_has_a_period(folder: Path) -> None:
    campaign = "  campaigns:\n    - {name: 迎汛, from: 2026-06-01, to: 2026-06-30, items: [flood_prevention], every: on_demand}\n"
    line = change(folder, "modules.yaml", "town:", "  campaigns: [] ", campaign) - 1
    (fault,) = read(folder)[1]
    assert fault.line == line and "P7D" in fault.what


def test_streets_may_begin_on_days_of_their_own(folder: Path) -> None:
    change(folder, "modules.yaml", "town:", "  street_starts: {} ", "  street_starts: {荷花路: 2026-09-01, 老街: 2026-10-08} ")
    body, faults = read(folder)
    assert faults == [] and body["town"]["street_starts"] == {"荷花路": "2026-09-01", "老街": "2026-10-08"}
