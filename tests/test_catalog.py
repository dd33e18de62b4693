"""The rules as people edit them: the shipped files are sound, and every fault is named with its file and line."""

import json
import shutil
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from yima.adapters import catalog
from yima.adapters.calendars import shipped_calendars
from yima.adapters.catalog import FILES, copy_defaults, defaults, read
from yima.core.events import canonical
from yima.core.model import catalogue_of
from yima.errors import Damaged, Unwritable

CLAIM = "claims:\n  - {item: over_door_business, dept: cg, meeting: 第3次联席会议, on: 2026-08-20}\n"
ANN, BOB = "a" * 20, "b" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in FILES:
        shutil.copy(defaults() / file, tmp_path / file)
    return tmp_path


def write(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text, encoding="utf-8", newline="")


# ── the shipped rules ──


def test_the_shipped_rules_have_no_fault_and_are_a_catalogue() -> None:
    body, faults = read(defaults())
    assert faults == []
    assert json.loads(canonical(body)) == body, "published and read back it is the same"
    assert len(canonical(body)) < 200_000, "a scan decodes this: keep it small"
    assert sorted(catalogue_of(body, "0" * 64).items) == list(range(1, 53))


def test_the_shipped_rules_carry_every_row_of_the_proposal() -> None:
    body, _faults = read(defaults())
    items = body["items"]
    assert [item["no"] for item in items] == list(range(1, 53))
    assert len({item["id"] for item in items}) == len({item["name"] for item in items}) == 52
    assert Counter(item["module"] for item in items) == {"appearance": 22, "safety": 16, "rural_house": 7, "business": 7}
    assert Counter(item["where"] for item in items) == {"outside": 34, "inside": 11, "papers": 4, "ask": 3}
    assert max(len(item["question"]) for item in items) <= 24
    assert Counter(item["basis"]["limit"] for item in items) == {"law": 2, "other_city": 27, "practice": 1, "default": 22}
    assert Counter(item["basis"]["every"] for item in items) == {"practice": 1, "mixed": 11, "default": 40}
    assert Counter(item["legal"]["verified"] for item in items) == {"yes": 30, "partial": 15, "replaced": 3, "name_only": 4}
    assert Counter(item["gb"]["status"] for item in items) == {"city_table": 23, "city_extension": 7, "near": 1, "name_only": 2, "none": 19}
    assert Counter(item["limit"]["from"] for item in items) == {"finding": 48, "notified": 1, "accepted": 3}
    assert Counter(item["third_party_may_close"] for item in items) == {"yes": 7, "part": 6, "no": 39}, "`no` stays a word"
    assert sum(item["score"] == 0 for item in items) == 22
    assert len(body["roles"]) == 29
    assert Counter(dept["kind"] for dept in body["departments"]) == {"line": 5, "local": 13, "outside": 16}
    assert len(body["trades"]) == 14
    assert {name: [stage["id"] for stage in flow["stages"]] for name, flow in body["flows"].items()} == {
        name: [*(["self_fix"] if name not in ("F2", "F5") else []), "accept", "handle", "check", "closed"]
        for name in ("F1", "F2", "F3", "F4", "F5", "F6")
    }
    assert set(body["branches"]) >= {"return", "transfer", "extend", "suspend", "void", "fail"}
    assert "claims" not in body, "nothing is claimed until a department says yes"


def test_the_limits_that_are_law_have_the_ceiling_of_the_law() -> None:
    items = {item["no"]: item for item in read(defaults())[0]["items"]}
    assert items[1]["limit"] == {
        "value": 2, "unit": "urgent_hour", "from": "notified", "at_most": {"value": 2, "unit": "urgent_hour"},
        "condition": "城管执法中队通知运营企业后",
    }  # fmt: skip
    assert items[51]["limit"]["at_most"] == {"value": 15, "unit": "work_day"}
    assert [no for no, item in items.items() if "at_most" in item["limit"]] == [1, 51]


def test_a_period_is_resolved_for_every_kind_and_on_demand_has_none() -> None:
    items = {item["no"]: item for item in read(defaults())[0]["items"]}
    assert items[5]["every"] == {"shop": "P7D", "waste_point": "P1D", "house": "P3M"}
    assert items[3]["every_by_colour"] == {"red": "P2D", "yellow": "P7D"}
    assert "every" not in items[49] and "every" not in items[51]
    assert all(set(item.get("every", item["primary"])) == set(item["kinds"]) for item in items.values())


def test_the_roles_say_whose_they_are_and_who_sees_only_own_places() -> None:
    roles = {role["id"]: role for role in read(defaults())[0]["roles"]}
    own = {"shop_owner", "house_owner", "village_cadre", "volunteer", "self_gov_group"}
    assert {id_ for id_, role in roles.items() if role.get("own_places_only")} == own
    assert {id_: role["dept"] for id_, role in roles.items() if "dept" in role} == {
        "cg_officer": "cg", "mr_officer": "mr", "police": "police", "fire_officer": "fire", "service_agent": "biz",
    }  # fmt: skip
    assert "capacity" not in roles["shop_owner"] and roles["grid_inspector"]["capacity"] == 60


# ── faults, each with file and line ──

PLANTED = [
    # file, old text, new text, lines below the old text's first, word in the sentence
    ("modules.yaml", "    flow: F2\n", "    flow: F7\n", 0, "F7"),
    ("modules.yaml", "    lead: cg\n", "    lead: cgg\n", 0, "cg"),
    ("modules.yaml", "    lead: cg\n", "    lead: 城管执法中队\n", 0, "cg"),
    ("modules.yaml", "    lead: cg\n", "    lead: sanitation\n", 0, "sanitation"),
    ("modules.yaml", "handlers: [bike_operator, cg_officer]", "handlers: [bike_operator, welder]", 0, "welder"),
    ("modules.yaml", "handlers: [bike_operator, cg_officer]", "handlers: [bike_operator，cg_officer]", 0, "，"),
    ("modules.yaml", "handlers: [shop_owner, dept_staff]", "handlers: [shop_owner]", 0, "dept_staff"),
    ("modules.yaml", "handlers: [shop_owner, dept_staff]", "handlers: [shop_owner, dept_staff, dept_staff]", 0, "dept_staff"),
    ("modules.yaml", "kinds: [point, shop, road]", "kinds: [point, shop, raod]", 0, "road"),
    ("modules.yaml", "trades: [catering, food_retail]", "trades: [catering, foods]", 0, "foods"),
    ("modules.yaml", "    module: safety", "    module: security", 0, "security"),
    ("modules.yaml", "question: 附近有没有乱放或挡路的共享单车？", "question: 附近有没有乱放或挡路或者倒地的共享单车和电动车吗？", 0, "25"),
    ("modules.yaml", "  - no: 2\n", "  - no: 1\n", 0, "1"),
    ("modules.yaml", "  - no: 2\n", "  - no: ２\n", 0, "2"),
    ("modules.yaml", "  - no: 2\n", "  - no: 002\n", 0, " 2"),
    ("modules.yaml", "limit: {value: 2, unit: work_day", "limit: {value: 0, unit: work_day", 0, "0"),
    ("modules.yaml", "limit: {value: 2, unit: work_day", "limit: {value: 2.5, unit: work_day", 0, "2.5"),
    ("modules.yaml", "limit: {value: 2, unit: work_day", "limit: {value: [2], unit: work_day", 0, "limit.value"),
    ("modules.yaml", "unit: work_day, schedule: office,", "unit: work_day,", 0, "office"),
    ("modules.yaml", "unit: work_day, schedule: office,", "unit: work_day, schedule: night,", 0, "night"),
    ("modules.yaml", "unit: urgent_hour, from: finding", "unit: urgent_hour, schedule: street, from: finding", 0, "urgent_hour"),
    ("modules.yaml", "at_most: {value: 2, unit: urgent_hour}, ", "", 0, "at_most"),
    ("modules.yaml", "at_most: {value: 15, unit: work_day}", "at_most: {value: 3, unit: work_day}", 0, "limit.at_most"),
    ("modules.yaml", "self_fix: PT30M", "self_fix: PT2H", 0, "PT2H"),
    ("modules.yaml", "self_fix: PT30M", "self_fix: 30M", 0, "30M"),
    ("modules.yaml", "    flow: F2\n", "    flow: F2\n    self_fix: PT1H\n", 1, "F2"),
    ("modules.yaml", "primary: {point: grid_inspector, shop: street_patrol, road: grid_inspector}",
     "primary: {point: grid_inspector, shop: street_patrol}", 0, "road"),
    ("modules.yaml", "primary: {shop: street_patrol}", "primary: {shop: police}", 0, "police"),
    ("modules.yaml", "primary: {shop: street_patrol}", "primary: {shop: street_patrol, house: street_patrol}", 0, "house"),
    ("modules.yaml", "every: {any: P7D, shop: P14D, red: P2D, yellow: P7D}", "every: {red: P2D, yellow: P7D}", 0, "shop"),
    ("modules.yaml", "every: {any: P7D, shop: P14D, red: P2D, yellow: P7D}", "every: {any: 7D, red: P2D, yellow: P7D}", 0, "7D"),
    ("modules.yaml", "    evidence: none", "    evidence: photo", 0, "photo"),
    ("modules.yaml", "    score: 1\n", "    scroe: 1\n", 0, "score"),
    ("modules.yaml", "    where: outside\n", "    where:\n", 0, "where"),
    ("modules.yaml", "    where: outside\n", "    where: outside\n    where: inside\n", 1, "where"),
    ("modules.yaml", "    where: outside\n", "    where：outside\n", 0, "："),
    ("modules.yaml", "    where: outside\n", "    where:outside\n", 0, "name: "),
    ("modules.yaml", "    where: outside\n", "\twhere: outside\n", 0, ""),
    ("modules.yaml", "    where: outside\n", "　　where: outside\n", 0, ""),
    ("modules.yaml", "    where: outside\n", "    where: &here outside\n", 0, "&here"),
    ("modules.yaml", "    where: outside\n", "    where: *here\n", 0, "*here"),
    ("modules.yaml", "    where: outside\n", "    where: !!str outside\n", 0, "tag:yaml.org,2002:str"),
    ("modules.yaml", "    where: outside\n", "    where: out\u202eside\n", 0, "U+202E"),
    ("modules.yaml", "    where: outside\n", "    <<: {where: outside}\n    where: outside\n", 0, "<<"),
    ("modules.yaml", "    name: 跨门经营\n", "    name: 跨门经营\n      name_zh：跨门\n", 1, "："),
    ("modules.yaml", "    name: 跨门经营\n", '    name: "跨门经营\n', 0, ""),
    ("modules.yaml", "    name: 跨门经营\n", "    name: 跨门: 经营\n", 0, ""),
    ("modules.yaml", "kinds: [shop]", "kinds: [shop", 0, ""),
    ("modules.yaml", "kinds: [shop]", "kinds: shop", 0, "[a, b]"),
    ("modules.yaml", '  street_start: ""', "  street_start: 2026-02-30", 0, "2026-02-30"),
    ("modules.yaml", '  street_start: ""', "  street_start: 2026-9-1", 0, "2026-9-1"),
    ("modules.yaml", '["14:00", "18:00"]', '["11:00", "18:00"]', 0, "hours"),
    ("modules.yaml", "for: [lpg_cylinder, gas_alarm]", "for: [lpg_cylinder, gas_alarms]", 0, "gas_alarm"),
    ("modules.yaml", "words: [住宿, 宾馆", "words: [餐饮, 宾馆", 0, "餐饮"),
    ("modules.yaml", "        by: [owner, handler]\n", "        by: [owner, handlers]\n", 0, "handler"),
    ("modules.yaml", "        steps: {told: self_fix, done: check}", "        steps: {told: self_fix, done: checked}", 0, "checked"),
    ("modules.yaml", "limit: {kind: share, percent: 25}", "limit: {kind: share}", 0, "percent"),
    ("modules.yaml", "      - {id: closed, name: 结案}\n", "", -30, "self_fix, accept, handle, check, closed"),
    ("modules.yaml", "{told: handle, accept: handle, done: check}", "{told: self_fix, accept: handle, done: check}", -7, "self_fix"),
    ("modules.yaml", "  campaigns: [] ",
     "  campaigns:\n    - {name: 迎汛, from: 2026-06-30, to: 2026-06-01, items: [flood_prevention], every: P7D}", 1, "迎汛"),
    ("modules.yaml", "gb: {std: GB/T30428.2, kind: part", "gb: {kind: part", 0, "std"),
    ("modules.yaml", "    name: 跨门经营\n", f"    name: {'长' * 501}\n", 0, "501"),
    ("modules.yaml", "primary: {shop: street_patrol}", "primary: street_patrol", 0, "shop: …"),
    ("modules.yaml", "every: {any: P7D, shop: P14D,", "every: {any：P7D, shop: P14D,", 0, "any：P7D"),
    ("modules.yaml", "kinds: [shop]", "kinds: []", 0, "kinds"),
    ("modules.yaml", "  scores: no ", "  scores: maybe ", 0, "maybe"),
    ("roles.yaml", "centre: ucc", "centre: urc", 0, "ucc"),
    ("roles.yaml", "resource: third_party, line: local,", "resource: third-party, line: local,", 0, "third_party"),
    ("roles.yaml", "resource: contract, line: line,", "resource: contract, line: line, may_inspect: yes,", 0, "may_inspect"),
    ("roles.yaml", "capacity: 20", "capacity: 二十", 0, "二十"),
    ("roles.yaml", "name: 市场监管所", "name: 城管执法中队", 0, "城管执法中队"),
    ("modules.yaml", "  - {id: other, name: 其他", "  - {id: vacant, name: 其他", 0, "vacant"),
    ("roles.yaml", 'leader: ""', "leader: 陈队长", 0, "陈队长"),
    ("claims.yaml", "claims: []", CLAIM.replace("over_door_business", "over_dor_business"), 1, "over_door_business"),
    ("claims.yaml", "claims: []", CLAIM.replace("dept: cg", "dept: mr"), 1, "cg"),
    ("claims.yaml", "claims: []", CLAIM.replace("dept: cg", "dept: xx"), 1, "xx"),
    ("claims.yaml", "claims: []", CLAIM.replace("2026-08-20", "2026-02-30"), 1, "2026-02-30"),
    ("claims.yaml", "claims: []", CLAIM.replace("item:", "decision: yes, item:"), 1, "yes"),
    ("claims.yaml", "claims: []", CLAIM + CLAIM.splitlines()[1], 2, "over_door_business"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "below", "word"), PLANTED, ids=[f"{number}-{row[4]}" for number, row in enumerate(PLANTED)])
def test_a_planted_fault_is_named_with_file_and_line(folder: Path, file: str, old: str, new: str, below: int, word: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, "the shipped file has changed: plant the fault elsewhere"
    write(folder, file, text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1 + below
    faults = read(folder)[1]
    assert (faults[0].file, faults[0].line) == (file, line), faults
    assert word in faults[0].what
    assert "{" not in faults[0].what.replace("{where", ""), "a place was not filled in"


def test_all_faults_of_all_files_come_at_once_and_in_order(folder: Path) -> None:
    for file, old, new in (
        ("modules.yaml", "    score: 1\n", "    score: 9\n"),
        ("modules.yaml", "  recheck_share: 20 ", "  recheck_share: 0 "),
        ("roles.yaml", "centre: ucc", "centre: urc"),
        ("claims.yaml", "claims: []", CLAIM.replace("dept: cg", "dept: mr")),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        write(folder, file, text.replace(old, new))
    faults = read(folder)[1]
    assert [fault.file for fault in faults] == ["modules.yaml"] * 7 + ["roles.yaml", "claims.yaml"], "6 items with that score, one setting"
    assert [fault.line for fault in faults[:7]] == sorted(fault.line for fault in faults[:7])


def test_a_role_without_its_id_does_not_make_a_fault_of_every_item(folder: Path) -> None:
    text = (folder / "roles.yaml").read_text(encoding="utf-8")
    write(folder, "roles.yaml", text.replace("id: street_patrol", "idd: street_patrol"))
    assert {fault.file for fault in read(folder)[1]} == {"roles.yaml"}


def test_no_hint_is_better_than_a_wrong_one(folder: Path) -> None:
    text = (folder / "modules.yaml").read_text(encoding="utf-8")
    write(folder, "modules.yaml", text.replace("schedule: office, from: finding", "schedule: night, from: finding", 1))
    (fault,) = read(folder)[1]
    assert "night" in fault.what and "street" not in fault.what and "office" not in fault.what


def test_a_role_that_the_program_needs_is_missed(folder: Path) -> None:
    text = (folder / "roles.yaml").read_text(encoding="utf-8")
    write(folder, "roles.yaml", text.replace("id: data_clerk", "id: book_keeper"))
    line = text[: text.index("\nroles:")].count("\n") + 2
    found = [fault for fault in read(folder)[1] if "data_clerk" in fault.what]
    assert [(fault.file, fault.line) for fault in found if fault.file == "roles.yaml"] == [("roles.yaml", line)]


def test_a_file_that_cannot_be_opened_is_a_fault(folder: Path) -> None:
    (folder / "claims.yaml").unlink()
    (folder / "claims.yaml").mkdir()
    assert [(fault.file, fault.line) for fault in read(folder)[1]] == [("claims.yaml", 1)]


@pytest.mark.parametrize(("raw", "line", "why"), [
    (b"", 1, "empty"),
    (b"# only words\n", 1, "nothing but a comment"),
    (b"just words\n", 1, "no mapping"),
    ("claims: []\n# 认领\n".encode("gb18030"), 2, "not UTF-8 from the second line on"),
    (b"claims: []\n\x07\n", 2, "a control character"),
    (b"claims: []\n---\nclaims: []\n", 2, "two documents"),
    (b"claims:\n  " + b"[" * 500 + b"]" * 500 + b"\n", 2, "too deep"),
    (b"claims: " + b"x" * 2_000_000 + b"\n", 1, "over 2 MB"),
    (b"claims:\n  ? [a]\n  : b\n", 2, "a list as a key"),
    (b"claims: {a: b\n", 1, "a brace without an end"),
    (b"claims: [\n", 2, "the file ends inside a bracket"),
], ids=str)  # fmt: skip
def test_a_file_that_is_no_rules_is_one_fault_and_no_traceback(folder: Path, raw: bytes, line: int, why: str) -> None:
    (folder / "claims.yaml").write_bytes(raw)
    assert [(fault.file, fault.line) for fault in read(folder)[1]][:1] == [("claims.yaml", line)], why


def test_a_missing_file_is_a_fault_and_the_others_are_read(folder: Path) -> None:
    (folder / "roles.yaml").unlink()
    body, faults = read(folder)
    assert [(fault.file, fault.line) for fault in faults] == [("roles.yaml", 1)], "and no fault for every role that cannot be looked up"
    assert len(body["items"]) == 52


def test_windows_line_ends_and_a_byte_order_mark_are_read(folder: Path) -> None:
    for file in FILES:
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read(folder) == read(defaults())


# ── claims and leaders ──


def test_the_last_decision_about_an_item_is_the_one_that_is_published(folder: Path) -> None:
    refused = "  - {item: over_door_business, decision: refused, dept: cg, meeting: 第4次联席会议, on: 2026-09-20}\n"
    write(folder, "claims.yaml", "claims:\n" + refused + CLAIM.splitlines(keepends=True)[1])
    body, faults = read(folder)
    assert faults == []
    assert [(claim["item"], claim["decision"], claim["on"]) for claim in body["claims"]] == [
        ("over_door_business", "refused", "2026-09-20")
    ]
    write(folder, "claims.yaml", CLAIM)
    body, faults = read(folder)
    assert faults == []
    assert body["claims"] == [
        {"item": "over_door_business", "decision": "claimed", "dept": "cg", "meeting": "第3次联席会议", "on": "2026-08-20"}
    ]  # fmt: skip
    assert [item.no for item in catalogue_of(body, "0" * 64).items.values() if item.claimed] == [3]


def test_a_leader_is_published_as_a_person_id_whatever_the_clerk_wrote(folder: Path) -> None:
    text = (folder / "roles.yaml").read_text(encoding="utf-8")
    text = text.replace('kind: line, leader: ""', "kind: line, leader: 陈队长", 1).replace(
        'kind: line, leader: ""', f"kind: line, leader: {BOB}", 1
    )
    write(folder, "roles.yaml", text.replace("town_leaders: []", "town_leaders:\n  - {person: 陈队长, depts: [cg, mr]}"))
    body, faults = read(folder, {"陈队长": ANN, "0017": BOB})
    assert faults == []
    assert [dept["leader"] for dept in body["departments"] if "leader" in dept] == [ANN, BOB]
    assert body["town_leaders"] == [{"person": ANN, "depts": ["cg", "mr"]}]
    assert [fault.file for fault in read(folder, {"0017": BOB})[1]] == ["roles.yaml"] * 2, "陈队长 is unknown, and named twice"


# ── the defaults ──


def test_the_defaults_are_copied_and_never_over_a_file_of_the_town(tmp_path: Path) -> None:
    write(tmp_path, "claims.yaml", CLAIM)
    copy_defaults(tmp_path)
    copy_defaults(tmp_path)
    assert (tmp_path / "claims.yaml").read_text(encoding="utf-8") == CLAIM
    assert (tmp_path / "modules.yaml").read_bytes() == (defaults() / "modules.yaml").read_bytes()
    assert read(tmp_path)[1] == []
    with pytest.raises(Unwritable):
        copy_defaults(tmp_path / "not there")


def test_the_defaults_are_found_inside_an_installed_package(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "site-packages" / "yima"
    (installed / "rules").mkdir(parents=True)
    monkeypatch.setattr(catalog, "__file__", str(installed / "adapters" / "catalog" / "__init__.py"))
    with pytest.raises(Damaged):
        defaults()
    copied = [shutil.copy(folder / file, installed / "rules" / file) for file in FILES]
    assert defaults() == Path(copied[0]).parent


# ── the calendars ──


def days(year: int, text: str) -> tuple[str, ...]:
    return tuple(f"{year}-{day}" for day in text.split())


def test_the_shipped_calendars_are_those_announced() -> None:
    shipped = shipped_calendars()
    assert list(shipped) == list(range(2004, 2027))
    assert shipped[2025] == (
        days(2025, "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08"),
        days(2025, "01-26 02-08 04-27 09-28 10-11"),
    )
    assert shipped[2026] == (
        days(2026, "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07"),
        days(2026, "01-04 02-14 02-28 05-09 09-20 10-10"),
    )
    for year, (off, work) in shipped.items():
        assert all(date.fromisoformat(day).year == year and date.fromisoformat(day).weekday() < 5 for day in off)
        assert all(date.fromisoformat(day).year == year and date.fromisoformat(day).weekday() > 4 for day in work)


def test_the_shipped_calendars_agree_with_the_package_they_come_from() -> None:
    chinese_calendar = pytest.importorskip("chinese_calendar")
    off = {day for year in shipped_calendars().values() for day in year[0]}
    work = {day for year in shipped_calendars().values() for day in year[1]}
    for number in range((date(2026, 12, 31) - date(2004, 1, 1)).days + 1):
        day = date(2004, 1, 1) + timedelta(number)
        ours = str(day) in work or (day.weekday() < 5 and str(day) not in off)
        assert chinese_calendar.is_workday(day) == ours, day
