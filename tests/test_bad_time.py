"""Bad input about time: calendars, limits of nothing, rosters, dues beyond the calendar, clocks that go back. One sentence each, nothing lost."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.factories import at, rules
from tests.street import APO, HANDAN, MONDAY, NOODLE, ROOT, Ran, Street
from tests.test_bad_input import one_sentence, refused
from tests.test_catalog_faults import change
from yima.adapters.calendars import shipped_calendars
from yima.adapters.catalog import FILES, defaults
from yima.adapters.store import Store, look
from yima.adapters.store.founding import found_town
from yima.core import events, sound
from yima.core.events import DeviceClock, DeviceEnrolled

ADMIN, LATER = "顾晓", "2026-11-24 15:00"  # when everything on the street is late
BACK = "本机时钟是"


@pytest.fixture
def late(here: Street) -> Street:
    """K1-0001: 跨门经营 at 阿婆生煎, over since Monday noon; nobody has swept."""
    assert here.run("scan", APO, "-f", "over_door_business=三张桌").code == 0
    return here


def log_of(street: Street) -> list[tuple[Any, ...]]:
    with sqlite3.connect(street.folder / "data" / "town.db") as db:
        return db.execute("SELECT * FROM event ORDER BY device, seq").fetchall()


def bytes_of(street: Street) -> dict[str, str]:
    """Every file of the town but the index of the write-ahead log, which readers change too."""
    files = sorted(path for path in street.folder.rglob("*") if path.is_file() and path.suffix != ".db-shm")
    return {str(path.relative_to(street.folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# -- a calendar with a gap, a double day, a day both off and worked: in every form of a file

WHOLE = [("2027-01-01", "放假"), ("2027-05-01至2027-05-03", "放假"), ("2027-10-01至2027-10-03", "放假")]
DAYS = {
    "a gap": (WHOLE[:2], "2027-10-01 是法定节假日"),
    "a day twice": ([*WHOLE, ("2027-10-02", "放假")], "2027-10-02"),
    "a day both off and worked": ([*WHOLE, ("2027-02-13", "放假"), ("2027-02-13", "调休")], "2027-02-13"),
}


def as_csv(rows: list[tuple[str, str]], path: Path) -> Path:
    path = path.with_suffix(".csv")
    path.write_text("日期,类型\n" + "".join(f"{day},{word}\n" for day, word in rows), encoding="utf-8")
    return path


def as_yaml(rows: list[tuple[str, str]], path: Path) -> Path:
    path = path.with_suffix(".yaml")
    listed = {word: [day for day, other in rows if other == word] for word in dict.fromkeys(word for _day, word in rows)}
    path.write_text("".join(f"{word}: [{', '.join(days)}]\n" for word, days in listed.items()), encoding="utf-8")
    return path


def as_xlsx(rows: list[tuple[str, str]], path: Path) -> Path:
    path = path.with_suffix(".xlsx")
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("日期", "类型"), *rows]):
            sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("made", [as_csv, as_yaml, as_xlsx])
@pytest.mark.parametrize("what", DAYS)
def test_a_calendar_that_cannot_be_right_is_refused_whole_with_its_day(here: Street, tmp_path: Path, what: str, made: Any) -> None:
    rows, says = DAYS[what]
    path = made(rows, tmp_path / "notice")
    before = here.facts()
    ran = here.run("import", "calendar", str(path), by=ADMIN)
    assert ran.code == 3 and says in ran.out and "Traceback" not in ran.err
    assert ran.err.count("\n") == 1 and "没有发布" in ran.err
    assert here.facts() == before
    assert here.run("import", "calendar", str(made(WHOLE, tmp_path / "right")), by=ADMIN).code == 0, "the same form without the fault"


# -- a limit of nothing: named with file and line, and never published

ZEROS = [
    ("id: over_door_business", "limit: {value: 2,", "limit: {value: 0,"),
    ("id: over_door_business", "self_fix: PT30M", "self_fix: PT0M"),
    ("id: over_door_business", "every: {any: ", "every: {any: P0D, shop: "),
    ("town:", "visit_budget: 7 ", "visit_budget: 0 "),
    ("town:", "recheck_share: 20 ", "recheck_share: 0 "),
    ("schedules:", '["08:00", "12:00"], ["14:00", "18:00"]', '["08:00", "08:00"]'),
    ("schedules:", '["08:00", "12:00"], ["14:00", "18:00"]', ""),
    ("  F1:\n", "limit: {kind: share, percent: 25}", "limit: {kind: share, percent: 0}"),
    ("  F1:\n", "limit: {kind: fixed, value: 1, unit: work_day}", "limit: {kind: fixed, value: 0, unit: work_day}"),
    ("  verify:\n", "limit: {kind: fixed, value: 1,", "limit: {kind: fixed, value: 0,"),
    ("  triage:\n", "limit: {kind: fixed, value: 1,", "limit: {kind: fixed, value: 0,"),
    ("  return:\n", "limit: {kind: fixed, value: 2,", "limit: {kind: fixed, value: 0,"),
    ("  transfer:\n", "limit: {kind: fixed, value: 1,", "limit: {kind: fixed, value: 0,"),
    ("ladder:", "answer: {value: 4,", "answer: {value: 0,"),
    ("ladder:", "at_percent: 75", "at_percent: 0"),
    ("town:", "campaigns: []", "campaigns: [{name: 查, from: 2026-12-01, to: 2026-12-31, items: [waste_sorting], every: P0D}]"),
]


@pytest.mark.parametrize(("behind", "old", "new"), ZEROS, ids=[f"{behind.strip()} {new}" for behind, _old, new in ZEROS])
def test_a_limit_of_nothing_is_named_with_file_and_line_and_not_published(here: Street, behind: str, old: str, new: str) -> None:
    for file in FILES:
        shutil.copy(defaults() / file, here.folder / file)
    line = change(here.folder, "modules.yaml", behind, old, new)
    told = here.run("catalog", "check")
    assert told.code == 3 and f"modules.yaml:{line}  " in told.out, told.out[:600]
    before = here.facts()
    published = here.run("catalog", "publish", by=ADMIN)
    assert published.code == 3 and "Traceback" not in published.err and here.facts() == before


# -- rules of another version that hold such a thing: kept, named, and nothing computes with them


def _at(*place: Any) -> Callable[[dict[str, Any], Any], None]:
    def put(body: dict[str, Any], value: Any) -> None:
        for key in place[:-1]:
            body = body[key]
        body[place[-1]] = value

    return put


FOREIGN = {
    "a limit of 0": (_at("items", 0, "limit", "value"), 0),
    "a limit of a million years": (_at("items", 0, "limit", "value"), 10**9),
    "an unknown unit": (_at("before", "triage", "limit", "unit"), "lunar_day"),
    "a stage without a value": (_at("flows", "F1", "stages", 3, "limit", "value"), None),
    "a period of no days": (_at("items", 0, "every", "shop"), "P0D"),
    "a period in weeks": (_at("items", 0, "every", "shop"), "P1W"),
    "a colour's period of no days": (_at("items", 0, "every_by_colour"), {"red": "P0D"}),
    "a schedule without hours": (_at("town", "schedules", "office", "hours"), []),
    "a schedule of no time": (_at("town", "schedules", "office", "hours"), [["08:00", "08:00"]]),
    "an hour that is none": (_at("town", "schedules", "street", "hours"), [["7", "21"]]),
    "an answer of 0": (_at("ladder", 1, "answer", "value"), 0),
    "an answer without a unit": (_at("ladder", 1, "answer"), {"value": 4}),
    "a role that is no word": (_at("items", 0, "handlers", 0), 7),
    "a ladder of one rung": (_at("ladder"), [{"name": "催办"}]),
    "nothing to take a share of": (_at("town", "recheck_share"), 0),
    "an unknown flow": (_at("items", 0, "flow"), "F9"),
    "a flow without stages": (_at("flows", "F2", "stages"), []),
    "a branch without its limit": (_at("branches", "return", "limit"), {"kind": "until"}),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_rules_that_nobody_can_compute_with_are_kept_and_named_and_move_nothing(late: Street, what: str) -> None:
    put, value = FOREIGN[what]
    with late.open() as store:
        before = store.town.last_catalogue.digest
        fact = _publish(store, lambda body: put(body, value))
        assert store.town.unmoved == {fact.hash: "unknown"} and store.town.last_catalogue.digest == before
        store.rebuild()
    ran = late.run("scan", APO, "-f", "goods_on_pavement=箱子", now=LATER)
    assert ran.code == 0 and "K1-0002" in ran.out
    assert late.run("sweep", by=ADMIN, now=LATER).code == 0
    assert "1条记录不起作用" in late.run("doctor", now=LATER).out


def test_rules_that_can_be_computed_with_are_taken(late: Street) -> None:
    with late.open() as store:
        fact = _publish(store, lambda body: body["items"][0]["limit"].update(value=3))
        assert not store.town.unmoved and store.town.last_catalogue.digest == events.digest(fact.body)
    sound.check(rules())


def _publish(store: Store, change_of: Callable[[dict[str, Any]], None]) -> events.Fact:
    """As a fact that came from a device with another version: no command would write it."""
    body = events.canonical(events.lean(rules(change_of)))
    admin = look.person_by(store, ADMIN).id
    with store.transaction():
        return store.append("catalogue.published", events.digest(body), body, by=admin, now=at("2026-11-23 11:00"))


def test_a_campaign_of_no_days_is_none(late: Street) -> None:
    def campaign(body: dict[str, Any]) -> None:
        listed = [item["id"] for item in body["items"]]
        body["town"]["campaigns"] = [{"name": "查", "from": "2026-11-01", "to": "2026-12-31", "items": listed, "every": "P0D"}]

    with late.open() as store:
        _publish(store, campaign)
        assert not store.town.unmoved
        assert not {period for item in range(1, 53) for _day, period in store.town.periods(item, "shop")} & {"P0D"}
    assert late.run("status", now=LATER).code == 0


# -- a roster with overlaps

HEADER = "日期,姓名,网格,开始,结束"


def roster(here: Street, *lines: str) -> Ran:
    path = here.folder / "roster.csv"
    path.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
    return here.run("import", "roster", str(path), by=ADMIN)


def stands(here: Street) -> list[tuple[str, ...]]:
    with here.open() as store:
        return [(row[0][5:], *row[2:]) for row in store.town.rosters.get("cg", ())]


def test_hours_that_overlap_send_the_second_line_back_with_the_first_one_named(here: Street) -> None:
    one, two = "2026-11-24,王芳,荷花网格,08:00,12:00", "2026-11-24,王芳,荷花网格,11:00,16:00"
    ran = roster(here, one, two, "2026-11-25,周明,荷花网格,08:00,12:00")
    assert ran.code == 0 and "新增2" in ran.out and "退回1" in ran.out
    assert "第3行：王芳 2026-11-24 08:00—12:00 已在班（第2行）" in ran.out
    assert stands(here) == [("11-24", "荷花网格", "08:00", "12:00"), ("11-25", "荷花网格", "08:00", "12:00")]
    assert two in (here.folder / "roster.rejected.csv").read_text(encoding="utf-8-sig"), "nothing is lost"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("2026-11-24,王芳,荷花网格,08:00,12:00", "2026-11-24,王芳,荷花网格,12:00,16:00"), "one after the other"),
        (("2026-11-24,王芳,荷花网格,08:00,12:00", "2026-11-24,王芳,新塘网格,08:00,12:00"), "two grids at once, as small towns have it"),
        (("2026-11-24,王芳,荷花网格,08:00,12:00", "2026-11-24,周明,荷花网格,08:00,12:00"), "two people"),
        (("2026-11-24,王芳,荷花网格,08:00,12:00", "2026-11-24,王芳,荷花网格,20:00,08:00"), "the night ends on the next day"),
    ],
)
def test_turns_that_can_both_be_right_are_both_taken(here: Street, lines: tuple[str, ...], why: str) -> None:
    ran = roster(here, *lines)
    assert ran.code == 0 and "退回0" in ran.out and "新增2" in ran.out, why
    assert len(stands(here)) == 2, why


def test_a_night_overlaps_too(here: Street) -> None:
    ran = roster(here, "2026-11-24,王芳,荷花网格,20:00,08:00", "2026-11-24,王芳,荷花网格,22:00,23:00")
    assert "退回1" in ran.out and len(stands(here)) == 1


def test_the_same_turn_in_two_lines_is_one(here: Street) -> None:
    ran = roster(here, "2026-11-24,王芳,荷花网格,08:00,12:00", "2026-11-24,王芳、周明,荷花网格,08:00,12:00")
    assert "新增2" in ran.out and "不变1" in ran.out and "退回0" in ran.out
    assert len(stands(here)) == 2


# -- a due beyond the calendar

YEAR_END = "2026-12-31 15:00"


def test_a_due_in_a_year_without_a_notice_is_said_to_be_provisional(here: Street) -> None:
    said = here.run("scan", APO, "-f", "其他=充电桩没人管", now=YEAR_END).out
    assert "2027-01-04 15:00前（暂定）" in said
    assert here.run("scan", HANDAN, "-f", "goods_on_pavement=箱子", now=YEAR_END).code == 0
    assert "2027-01-04 15:00前（暂定）" in here.run("show", "K1-0001", now=YEAR_END).out
    todo = json.loads(here.run("todo", "--json", by=ADMIN, now=YEAR_END).out)
    assert [(one["number"], one["provisional"]) for one in todo["cases"]] == [("K1-0001", True)]
    assert "暂定" in here.run("dispose", "K1-0001", "temporary_lead", "--to", "cg", "--by", ADMIN, now=YEAR_END).out
    due = here.run("calendar", "due", "2026-12-31T15:00", "4", "work_hour", now=YEAR_END).out
    assert "2027年放假安排尚未公布" in due and "yima import calendar" in due


@pytest.mark.parametrize("words", [
    ["scan", APO, "-f", "其他=充电桩没人管"], ["sweep", "--by", ADMIN], ["todo"], ["show", APO], ["status"], ["report", "--by", ADMIN], ["doctor"],
])  # fmt: skip
def test_the_last_days_of_2100_break_nothing(late: Street, words: list[str]) -> None:
    ran = late.run(*words, now="2100-12-31 17:30")
    assert (ran.code, ran.err) == (0, ""), ran


def test_a_limit_of_years_stays_a_date(late: Street) -> None:
    """999 days, the longest that a town can write, at the last instant that a clock may show."""

    def longest(body: dict[str, Any]) -> None:
        for one in body["items"]:
            one["limit"].update(value=999, unit="natural_day")

    with late.open() as store:
        _publish(store, longest)
        assert not store.town.unmoved
    said = json.loads(late.run("scan", NOODLE, "-f", "goods_on_pavement=箱子", "--json", now="2100-12-31 17:30").out)
    assert said["opened"] == ["K1-0002"]
    shown = json.loads(late.run("show", "K1-0002", "--json", now="2100-12-31 17:30").out)["case"]
    assert shown["due"].startswith("2103-09-26T")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, ["2026-12-31T15:00", "0", "work_day"]),
        (3, ["2026-12-31T15:00", "99999999", "work_day"]),
        (3, ["2099-12-31T15:00", "999", "natural_day"]),
        (3, ["昨天", "4", "work_hour"]),
        (3, ["2026-02-30T10:00", "4", "work_hour"]),
        (2, ["2026-12-31T15:00", "x", "work_hour"]),
        (2, ["2026-12-31T15:00", "4", "lunar_day"]),
        (3, ["2026-12-31T15:00", "4", "work_hour", "--schedule", "moon"]),
        (2, []),
    ],
)
def test_nonsense_has_no_due(here: Street, code: int, words: list[str]) -> None:
    refused(here, code, "calendar", "due", *words)


# -- a clock that stands before the last record


ORDER = "SELECT COUNT(*) FROM event AS one JOIN event AS two ON two.device = one.device AND two.seq = one.seq + 1 WHERE two.at <= one.at"
BEFORE, AFTER = "2026-11-24 09:00", "2026-11-26 10:00"


@pytest.fixture
def ahead(late: Street) -> Street:
    """The last record is of Thursday; the clock of the tests below says Tuesday."""
    assert late.run("scan", NOODLE, "--ok", now=AFTER).code == 0
    return late


@pytest.mark.parametrize("words", [
    ["scan", HANDAN, "--ok"], ["scan", HANDAN, "-f", "goods_on_pavement=箱子"], ["dispose", "K1-0001", "accept", "--by", "周明"],
    ["sweep", "--by", ADMIN], ["sweep", "--dry-run", "--by", ADMIN], ["status"], ["todo"], ["undo"], ["show", APO], ["log"],
    ["report", "--by", ADMIN], ["doctor"],
])  # fmt: skip
def test_a_clock_set_back_is_said_in_one_line_and_refuses_nothing(ahead: Street, words: list[str]) -> None:
    before = log_of(ahead)
    ran = ahead.run(*words, now=BEFORE)
    assert ran.code == 0 and ran.out, ran
    assert ran.err.startswith(f"yima: {BACK} 2026-11-24 09:00，早于最后一条记录（K1，2026-11-26 10:00）") and ran.err.count("\n") == 1
    after = log_of(ahead)
    assert [row for row in after if row in before] == before, "what was recorded is there"
    with ahead.open() as store:
        assert store.db.execute(ORDER).fetchone() == (0,)
        state = store.state(look.resolve(store, APO).object)
        store.rebuild()
        assert store.state(look.resolve(store, APO).object) == state


def test_a_record_made_with_the_clock_set_back_has_that_time_and_a_later_place(ahead: Street) -> None:
    ahead.run("scan", HANDAN, "--ok", now=BEFORE)
    with ahead.open() as store:
        visit = look.last_fact(store)
        assert visit.wall == at(BEFORE) and visit.at >> 16 >= at(AFTER)
        assert store.town.day(store.state(visit.subject).last_visit[0]) == store.town.day(at(BEFORE))  # type: ignore[index]
    assert ahead.run("status", now=BEFORE).err == "", "the last record is now of this clock"
    assert "请先把 K1 的时间调准" in ahead.run("doctor", now=AFTER).out


@pytest.mark.parametrize("now", ["2026-11-26 09:55", AFTER, "2026-11-27 10:00"])
def test_a_few_minutes_are_no_news(ahead: Street, now: str) -> None:
    assert ahead.run("status", now=now).err == ""


def test_a_record_whose_clock_was_set_right_is_no_news(late: Street) -> None:
    with late.open() as store, store.transaction():
        following = look.last_fact(store).seq + 2
        event = DeviceClock(following, following, -2 * 86_400_000)
        store.append("device.clock", store.device, event, by=look.person_by(store, ADMIN).id, now=at(MONDAY))
    assert late.run("scan", NOODLE, "--ok", now=AFTER).code == 0
    assert late.run("status", now="2026-11-24 11:00").err == ""
    assert BACK in late.run("status", now="2026-11-24 09:00").err, "an hour before the time that counts"


def test_a_real_clock_set_back_is_said_in_a_real_town_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMA_CONFIG", str(tmp_path / "config"))
    found_town(
        tmp_path / "town", name="青荷镇", admin=ADMIN, catalogue=rules(), calendars=shipped_calendars(), now=at(AFTER), sample=False
    ).db.close()
    monkeypatch.setattr(time, "time_ns", lambda: at(BEFORE) * 1_000_000)
    real = Street(tmp_path / "town")
    ran = real.run("shop", "add", "阿婆生煎", "--street", "荷花路", "--door", "12", "--grid", "荷花网格", YIMA_NOW="")
    assert ran.code == 0 and ran.err.count("\n") == 1 and BACK in ran.err, ran
    with sqlite3.connect(real.folder / "data" / "town.db") as db:
        assert db.execute(ORDER).fetchone() == (0,)
        assert db.execute("SELECT wall FROM event ORDER BY at DESC LIMIT 1").fetchone() == (at(BEFORE),)


@pytest.mark.parametrize("said", ["昨天", "2026-02-30T10:00", "25:00", "2026-11-23T25:00"])
@pytest.mark.parametrize("words", [
    ["sweep", "--by", ADMIN], ["todo"], ["report", "--by", ADMIN], ["undo"], ["answer", "K1-0001", "instruct", "--text", "办"],
    ["calendar", "due", "2026-12-30T10:00", "4", "work_hour"],
])  # fmt: skip
def test_a_clock_that_is_no_time_stops_every_command(late: Street, words: list[str], said: str) -> None:
    assert "2026-11-23T14:00" in refused(late, 3, *words, now=said)


# -- sweeps


def test_a_device_that_may_not_sweep_says_so_and_raises_nothing(late: Street) -> None:
    with late.open() as store, store.transaction():
        device, admin = store.town.devices[store.device], look.person_by(store, ADMIN).id
        event = DeviceEnrolled(device.letters, device.key, ("*",), sweep=False)
        store.append("device.enrolled", device.id, event, by=admin, now=at(MONDAY))
    for more in ([], ["--dry-run"], ["--check"]):
        assert "清查" in refused(late, 4, "sweep", *more, "--by", ADMIN, now=LATER)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, ["answer", "K1-0001", "instruct", "--text", "办", "--by", "陈队长"]),  # nothing was raised yet
        (3, ["answer", "K1-0099", "instruct", "--text", "办", "--by", "陈队长"]),
        (3, ["answer", NOODLE, "instruct", "--text", "办", "--by", "陈队长"]),  # no case at all
        (3, ["answer", "L-1124-cg", "instruct", "--text", "办", "--by", "陈队长"]),  # never told
        (3, ["answer", "L-9999-cg", "instruct", "--text", "办", "--by", "陈队长"]),
        (3, ["answer", "", "instruct", "--text", "办", "--by", "陈队长"]),
        (2, ["answer", "K1-0001", "wait", "--text", "办", "--by", "陈队长"]),
        (2, ["answer", "K1-0001", "instruct", "--by", "陈队长"]),
    ],
)
def test_an_answer_that_nobody_owes_is_refused(late: Street, code: int, words: list[str]) -> None:
    refused(late, code, *words, now=LATER)


def test_an_answer_is_not_given_twice_nor_by_somebody_else(late: Street) -> None:
    assert late.run("sweep", by=ADMIN, now=LATER).code == 0
    assert "陈队长" in refused(late, 4, "answer", "K1-0001", "instruct", "--text", "办", "--by", "冯所长", now=LATER)
    assert late.run("answer", "K1-0001", "instruct", "--text", "办", by="陈队长", now=LATER).code == 0
    refused(late, 3, "answer", "K1-0001", "instruct", "--text", "再办", "--by", "陈队长", now=LATER)


def test_two_sweeps_at_the_same_moment_raise_each_rung_once(late: Street) -> None:
    own = {"YIMA_NOW": LATER.replace(" ", "T"), "YIMA_TOWN": str(late.folder), "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-m", "yima", "sweep", "--by", ADMIN]
    started = [
        subprocess.Popen(argv, env=os.environ | own, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for one in started:
        _out, err = one.communicate(timeout=120)
        assert (one.returncode, err.decode()) == (0, "")
    with late.open() as store:
        raised = [fact for fact in store.facts() if fact.kind == "rung.raised"]
        told = [(fact.subject, fact.body) for fact in raised]
        assert len(told) == len(set(told)) >= 3, "each rung once"
        assert not {fact.hash for fact in raised} & set(store.state(look.resolve(store, APO).object).unmoved)


def test_a_dry_run_leaves_every_byte_as_it_was(late: Street) -> None:
    late.run("status", now=LATER)  # what was stale is folded
    before = bytes_of(late)
    ran = late.run("sweep", "--dry-run", by=ADMIN, now=LATER)
    assert ran.code == 0 and "K1-0001" in ran.out
    assert bytes_of(late) == before


def test_a_sweep_right_after_another_leaves_every_byte_as_it_was(late: Street) -> None:
    assert late.run("sweep", by=ADMIN, now=LATER).code == 0
    before, facts = bytes_of(late), late.facts()
    for moment in (LATER, "2026-11-24 15:01"):
        ran = late.run("sweep", "--json", by=ADMIN, now=moment)
        told = json.loads(ran.out)
        assert (ran.code, told["raised"], told["withdrawn"]) == (0, [], [])
    assert late.facts() == facts and bytes_of(late) == before


def test_a_stale_town_is_folded_by_a_dry_run_and_its_log_stays(late: Street) -> None:
    with late.open() as store, store.transaction():
        store.db.execute("UPDATE object SET stale = 1")
    before = log_of(late)
    assert "K1-0001" in late.run("sweep", "--dry-run", by=ADMIN, now=LATER).out
    assert log_of(late) == before


def test_a_town_that_cannot_be_written_says_so_and_raises_nothing(late: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from yima.adapters.store import place

    monkeypatch.setattr(place, "WAIT_MS", 50)
    with sqlite3.connect(late.folder / "data" / "town.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert one_sentence(late.run("sweep", by=ADMIN, now=LATER), 6)
        other.execute("ROLLBACK")
    assert late.run("sweep", by=ADMIN, now=LATER).code == 0
