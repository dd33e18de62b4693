"""`yima import roster`: the forms that an office has, one fact for each department and span, and nothing lost on the way."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.factories import at, person, shop, town
from tests.street import MONDAY, Street, who
from yima.adapters.ledger import read
from yima.adapters.ledger.days import Month, day_text, day_with_year, month_of, time_text, times_in
from yima.adapters.store import Store, look
from yima.core.results.office import Imported
from yima.errors import BadInput, NotAllowed
from yima.verbs.register import import_ledger
from yima.verbs.register.one_person import Roles, change

NOW = at(MONDAY)
Run = Callable[..., Imported]


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """The street, with the admin as this device's current person."""
    with here.open() as opened:
        with opened.transaction():
            opened.set_setting("person", who(opened, "顾晓").id)
        yield opened


@pytest.fixture
def run(store: Store, tmp_path: Path) -> Run:
    """`run("日期,值班人员", "11月23日,王芳")`: those lines as a CSV, imported."""

    def made(*lines: str, by: str = "顾晓", file: str = "roster.csv", **more: Any) -> Imported:
        path = tmp_path / file
        path.write_text("\n".join(lines), encoding="utf-8")
        return import_ledger(store, "roster", path, who(store, by), NOW, **more)

    return made


def counts(result: Imported) -> tuple[int, int, int, int, int]:
    assert result.read == result.added + result.changed + result.same + len(result.rejected)
    return result.read, result.added, result.changed, result.same, len(result.rejected)


def stands(store: Store, dept: str = "cg") -> list[tuple[str, ...]]:
    """(day, name, grid, from, to) of a department's roster, without what is empty at the end."""
    names = {one.id: one.name for one in look.people(store)}
    rows = [(row[0][5:], names[row[1]], *row[2:]) for row in store.town.rosters.get(dept, ())]
    return [tuple(row[: max(place for place, word in enumerate(row, 1) if word)]) for row in rows]


def published(store: Store) -> int:
    return int(store.db.execute("SELECT COUNT(*) FROM event WHERE kind = 'roster.published'").fetchone()[0])


# -- one turn a line


def test_a_roster_becomes_one_fact_for_each_department(store: Store, run: Run) -> None:
    result = run("日期,值班人员,网格", "2026-11-23,王芳,荷花网格", "2026-11-25,周明,", "2026-11-24,吴敏,")
    assert counts(result) == (3, 3, 0, 0, 0)
    facts = [(fact.subject, json.loads(fact.body)) for fact in look.last_facts(store, 2)]
    assert [(dept, body["from"], body["to"], len(body["rows"])) for dept, body in facts] == [
        ("cg", "2026-11-23", "2026-11-25", 2),
        ("mr", "2026-11-24", "2026-11-24", 1),
    ]
    assert facts[0][1]["rows"][0] == {"day": "2026-11-23", "person": who(store, "王芳").id, "grid": "荷花网格"}
    assert stands(store) == [("11-23", "王芳", "荷花网格"), ("11-25", "周明")] and stands(store, "mr") == [("11-24", "吴敏")]


def test_a_second_import_changes_nothing(store: Store, run: Run) -> None:
    lines = ("日期,值班人员,开始,结束", "11月23日（周一）,王芳、周明,8:00,16点30分", "11月24日,王芳,,")
    assert counts(run(*lines)) == (3, 3, 0, 0, 0)
    assert stands(store)[0] in {("11-23", name, "", "08:00", "16:30") for name in ("王芳", "周明")}
    before = store.db.execute("SELECT COUNT(*) FROM event").fetchone()
    assert counts(run(*lines)) == (3, 0, 0, 3, 0)
    assert store.db.execute("SELECT COUNT(*) FROM event").fetchone() == before


def test_a_later_roster_takes_the_place_of_the_days_that_it_speaks_of(store: Store, run: Run) -> None:
    run("日期,姓名", "2026-11-23,王芳", "2026-11-24,王芳", "2026-11-25,周明", "2026-11-26,王芳")
    result = run("日期,姓名,网格", "2026-11-24,王芳,荷花网格", "2026-11-25,钱队员,")
    assert counts(result) == (2, 1, 1, 0, 0) and any("1人次" in note for note in result.notes)
    assert stands(store) == [("11-23", "王芳"), ("11-24", "王芳", "荷花网格"), ("11-25", "钱队员"), ("11-26", "王芳")]


@pytest.mark.parametrize(("said", "month", "day"), [
    ("2026-11-23", (0, 0), "2026-11-23"), ("2026/11/3", (0, 0), "2026-11-03"), ("2026年11月23日", (0, 0), "2026-11-23"),
    ("2026.11.23", (0, 0), "2026-11-23"), ("20261123", (0, 0), "2026-11-23"), ("46349", (0, 0), "2026-11-23"),
    ("2026-11-23 00:00:00", (0, 0), "2026-11-23"), ("１１月２３日", (0, 0), "11-23"), ("11月23日（周一）", (0, 0), "11-23"),
    ("11月23日 星期一", (0, 0), "11-23"), ("11/23", (0, 0), "11-23"), ("11/23(一)", (2026, 0), "2026-11-23"), ("23日", (0, 0), ""),
    ("23日", (2026, 11), "2026-11-23"), ("23", (0, 11), "11-23"), ("2026-02-30", (0, 0), ""), ("2月29日", (0, 0), "02-29"),
    ("2月29日", (2026, 0), ""), ("11月31日", (0, 0), ""), ("13月1日", (0, 0), ""), ("下周一", (0, 0), ""), ("周一", (0, 0), ""),
    ("2026-11-23 08:00", (0, 0), ""), ("12345678901", (0, 0), ""), ("0", (2026, 11), ""),
])  # fmt: skip
def test_a_day_is_read_as_offices_write_it(said: str, month: tuple[int, int], day: str) -> None:
    assert day_text(said, Month(*month)) == day


@pytest.mark.parametrize(("said", "today", "day"), [
    ("01-03", "2026-12-20", "2027-01-03"), ("12-28", "2027-01-04", "2026-12-28"), ("11-23", "2026-11-20", "2026-11-23"),
    ("2025-01-01", "2026-11-20", "2025-01-01"), ("02-29", "2027-03-01", "2028-02-29"), ("02-29", "2026-06-01", ""),
])  # fmt: skip
def test_a_day_without_a_year_is_the_nearest_one(said: str, today: str, day: str) -> None:
    assert day_with_year(said, date.fromisoformat(today)) == day


@pytest.mark.parametrize(("titles", "month"), [
    (["青荷镇城管中队值班表（2026年11月）"], (2026, 11)), (["2026年11月23日至29日值班安排"], (2026, 11)), (["2026年度值班表", "11月"], (2026, 11)),
    (["值班表", "11月份"], (0, 11)), (["2026-11"], (2026, 11)), (["2026年值班表"], (2026, 0)), (["值班表"], (0, 0)), (["13月"], (0, 0)),
])  # fmt: skip
def test_a_title_says_the_month(titles: list[str], month: tuple[int, int]) -> None:
    assert month_of(titles) == month


def test_times_of_the_day() -> None:
    assert [time_text(text) for text in ("8:00", "08:30", "8点", "17点30分", "24:00", "24:30", "25:00", "夜")] == [
        "08:00", "08:30", "08:00", "17:30", "24:00", "", "", "",
    ]  # fmt: skip
    assert (
        times_in("早班 8:00-16:00") == ("08:00", "16:00")
        and times_in("22:00至次日6:00") == ("22:00", "06:00")
        and times_in("夜班") == ("", "")
    )


def test_names_of_shifts_are_not_kept_but_their_times_are(store: Store, run: Run) -> None:
    result = run("日期,姓名,班次", "2026-11-23,王芳,早班 8:00-16:00", "2026-11-24,王芳,夜班")
    assert stands(store) == [("11-23", "王芳", "", "08:00", "16:00"), ("11-24", "王芳")]
    assert any("班次" in note for note in result.notes)
    assert not any("班次" in note for note in run("日期,姓名,班次", "2026-11-23,王芳,早班 8:00-16:00").notes)


# -- the days across


def test_days_across_with_a_mark_for_each_turn(store: Store, run: Run) -> None:
    lines = (
        "城管执法中队2026年11月值班表,,,,",
        "姓名,28日,29日,30日,1日",
        "星期,六,日,一,二",
        "王芳,√,,√,√",
        "周明,休,8:00-16:00,,夜",
        "合计,1,1,1,2",
    )
    result = run(*lines)
    assert counts(result) == (5, 5, 0, 0, 0)
    assert stands(store) == [
        ("11-28", "王芳"), ("11-29", "周明", "", "08:00", "16:00"), ("11-30", "王芳"), *sorted([("12-01", "周明"), ("12-01", "王芳")],
        key=lambda row: who(store, row[1]).id),
    ]  # fmt: skip
    assert counts(run(*lines)) == (5, 0, 0, 5, 0)


def test_days_across_speak_of_the_days_without_anybody_too(store: Store, run: Run) -> None:
    run("日期,姓名", "2026-11-27,王芳", "2026-11-30,王芳", "2026-12-02,王芳")
    run("姓名,2026-11-28,2026-11-29,2026-11-30,2026-12-01", "王芳,√,,,")
    assert stands(store) == [("11-27", "王芳"), ("11-28", "王芳"), ("12-02", "王芳")]


def test_the_name_of_the_file_may_say_the_month(store: Store, run: Run) -> None:
    run("姓名,1日,2日", "王芳,√,值", file="2026年12月值班.csv")
    assert stands(store) == [("12-01", "王芳"), ("12-02", "王芳")]


def test_days_of_no_month_are_refused_whole(store: Store, run: Run) -> None:
    with pytest.raises(BadInput, match="1日、2日"):
        run("姓名,1日,2日", "王芳,√,√")
    assert not published(store)


def test_a_spreadsheet_keeps_days_as_numbers_and_dates(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "值班.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "m月d日"})
        wide, sheet = book.add_worksheet("横排"), book.add_worksheet("竖排")
        wide.write(0, 0, "姓名")
        wide.write_datetime(0, 1, datetime(2026, 11, 23), day)
        wide.write_number(0, 2, 46350)
        wide.write_row(1, 0, ["王芳", "√", "√"])
        sheet.write_row(0, 0, ["备用"])
    result = import_ledger(store, "roster", path, who(store, "顾晓"), NOW)
    assert counts(result) == (2, 2, 0, 0, 0) and stands(store) == [("11-23", "王芳"), ("11-24", "王芳")]


def test_a_number_that_may_have_lost_its_zero_is_no_day(tmp_path: Path) -> None:
    path = tmp_path / "值班.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["日期", "姓名"])
        sheet.write_row(1, 0, [11.1, "王芳"])  # 11.1 or 11.10
        sheet.write_row(2, 0, ["11.10", "王芳"])
    found = read(path, "roster")
    assert [row.line for row in found.rejected] == [2] and found.rows[0].values["date"] == "11-10"


def test_a_day_merged_over_several_lines_counts_for_each(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "值班.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["日期", "姓名"])
        sheet.merge_range(1, 0, 2, 0, "11月23日")
        sheet.write(1, 1, "王芳")
        sheet.write(2, 1, "周明")
    import_ledger(store, "roster", path, who(store, "顾晓"), NOW)
    assert {row[1] for row in stands(store)} == {"王芳", "周明"}


# -- who


def test_a_name_that_several_have_needs_the_number(store: Store, run: Run) -> None:
    result = run("日期,姓名", "2026-11-23,王伟", "2026-11-24,王伟（17）", "2026-11-25,18", "2026-11-26,王伟 17")
    assert [(line, "17" in reason and "18" in reason) for line, reason in result.rejected] == [(2, True)]
    assert stands(store) == [("11-24", "王伟"), ("11-26", "王伟")] and stands(store, "mr") == [("11-25", "王伟")]


@pytest.mark.parametrize(("line", "word"), [
    ("2026-11-23,谁", "谁"), ("2026-11-23,孙倩", "部门"), ("2026-02-30,王芳", "2026-02-30"), (",王芳", "日期"), ("下周一,王芳", "下周一"),
    ("2026-11-23,王芳、谁", "谁"),
])  # fmt: skip
def test_a_line_that_cannot_be_right_goes_back_whole(store: Store, run: Run, line: str, word: str) -> None:
    result = run("日期,姓名", line, "2026-11-30,周明")
    assert [(number, word in reason) for number, reason in result.rejected] == [(2, True)]
    assert stands(store) == [("11-30", "周明")]


def test_somebody_who_has_left_is_on_no_roster(store: Store, run: Run) -> None:
    from yima.verbs.register.one_person import retire

    retire(store, "周明", who(store, "顾晓"), NOW, on="2026-11-24", reason="调离")
    assert [line for line, _reason in run("日期,姓名", "2026-11-24,周明", "2026-11-25,周明").rejected] == [3]


def test_somebody_on_leave_is_noted(store: Store, run: Run) -> None:
    change(store, "周明", {}, Roles(), who(store, "顾晓"), NOW, leave="2026-11-24..2026-11-25")
    notes = run("日期,姓名", "2026-11-23,周明", "2026-11-24,周明").notes
    assert [note for note in notes if "请假" in note and "2026-11-24" in note and "第3行" in note]


def test_a_leader_publishes_the_own_department_and_no_other(store: Store, run: Run) -> None:
    result = run("日期,姓名", "2026-11-23,王芳", "2026-11-23,吴敏", by="陈队长")
    assert counts(result) == (2, 1, 0, 0, 1) and "市场监管所" in result.rejected[0][1]
    assert stands(store) == [("11-23", "王芳")] and not stands(store, "mr") and not store.town.unmoved
    with pytest.raises(NotAllowed):
        run("日期,姓名", "2026-11-23,王芳", by="周明")


# -- what it does, and what it does not

WITHOUT = "现行规则里没有哪个角色按值班表值班，值班表只用来在 yima person list 里标出“今天值班”；谁去查、哪天到期都照旧。"
PAST = "有{0}人次是今天以前的值班；照记，但不改变已有的结果。"
ANEW = "有{0}人次是今天以前的值班；照记，那些天的到期和漏扫按值班表重新算。"


@pytest.fixture
def by_roster(tmp_path: Path) -> Iterator[Store]:
    """A town of its own in which patrols go by the roster, founded a month ago with one shop."""

    def patrols(body: dict[str, Any]) -> None:
        next(role for role in body["roles"] if role["id"] == "street_patrol")["duty_days"] = "roster"

    with town(tmp_path / "town", at("2026-10-20 09:00"), change=patrols) as made:
        with made.transaction():
            person(made, "王芳", "street_patrol", dept="cg")
            person(made, "周明", "cg_officer", dept="cg")
            shop(made, "阿婆生煎", "荷花路", "12")
        yield made


def notes_of(store: Store, tmp_path: Path, *lines: str) -> list[str]:
    path = tmp_path / "值班.csv"
    path.write_text("\n".join(("日期,姓名", *lines)), encoding="utf-8")
    return list(import_ledger(store, "roster", path, who(store, "顾晓"), NOW).notes)


def rounds(store: Store) -> list[tuple[Any, ...]]:
    """Every round: its due and its turns."""
    store.fresh()
    return list(store.db.execute("SELECT object, item, due_day, round_yellow, round_red FROM matter ORDER BY object, item, finding"))


def test_a_roster_that_no_role_goes_by_says_what_it_does_not_do(run: Run) -> None:
    for dry_run in (True, False):
        (note,) = run("日期,姓名", "2026-11-23,王芳", dry_run=dry_run).notes
        assert note.startswith(WITHOUT) and "duty_days" in note and "yima catalog publish" in note


def test_nothing_is_said_of_a_roster_that_was_rejected_whole(run: Run) -> None:
    assert not run("日期,姓名", "2026-11-23,谁").notes


def test_a_roster_that_a_role_goes_by_needs_no_note(by_roster: Store, tmp_path: Path) -> None:
    assert notes_of(by_roster, tmp_path, "2026-11-23,王芳", "2026-11-24,周明") == []


def test_a_roster_of_people_without_such_a_role_says_so(by_roster: Store, tmp_path: Path) -> None:
    before = rounds(by_roster)
    (note, past) = notes_of(by_roster, tmp_path, "2026-11-20,周明", "2026-11-24,周明")
    assert note.startswith("表里的人都没有按值班表值班的角色") and past == PAST.format(1)
    assert rounds(by_roster) == before


def test_turns_of_past_days_are_counted_and_said(store: Store, run: Run) -> None:
    lines = ("日期,姓名", "2026-11-20,王芳、周明", "2026-11-22,王芳", "2026-11-22,王芳", "2026-11-23,王芳", "2026-11-24,王芳")
    assert PAST.format(3) in run(*lines).notes, "today is not past, and what stands there twice is one turn"
    assert len(stands(store)) == 5
    assert not [note for note in run(*lines).notes if "今天以前" in note], "nothing is said of what was known already"


def test_past_turns_of_a_role_that_goes_by_them_count_its_rounds_anew(by_roster: Store, tmp_path: Path) -> None:
    before = rounds(by_roster)
    assert notes_of(by_roster, tmp_path, "2026-10-20,王芳", "2026-11-20,王芳") == [ANEW.format(2)]
    assert before and rounds(by_roster) != before


# -- what goes back, and comes again


def test_a_corrected_rejected_file_adds_to_what_stands(store: Store, run: Run, tmp_path: Path) -> None:
    result = run("日期,姓名", "2026-11-23,王芳", "2026-11-23,周名", "2026-11-24,王芳")
    assert len(result.rejected) == 1
    path = Path(result.rejected_file)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[1][0] == "3" and rows[1][2:] == ["2026-11-23", "周名"]
    path.write_text(path.read_text("utf-8-sig").replace(",周名", ",周明"), encoding="utf-8-sig")
    again = import_ledger(store, "roster", path, who(store, "顾晓"), NOW)
    assert counts(again) == (1, 1, 0, 0, 0)
    assert {row[:2] for row in stands(store)} == {("11-23", "王芳"), ("11-23", "周明"), ("11-24", "王芳")}
    before = published(store)
    assert counts(import_ledger(store, "roster", path, who(store, "顾晓"), NOW)) == (1, 0, 0, 1, 0) and published(store) == before


def test_a_rejected_line_of_days_across_comes_back_with_its_days(store: Store, run: Run, tmp_path: Path) -> None:
    result = run("2026年11月值班表,,", "姓名,28日,29日", "王芳,√,", "周名,,√")
    path = Path(result.rejected_file)
    path.write_text(path.read_text("utf-8-sig").replace("周名,,", "周明,,"), encoding="utf-8-sig")
    assert counts(import_ledger(store, "roster", path, who(store, "顾晓"), NOW)) == (1, 1, 0, 0, 0)
    assert stands(store) == [("11-28", "王芳"), ("11-29", "周明")]


def test_a_dry_run_publishes_nothing(store: Store, run: Run) -> None:
    result = run("日期,姓名", "2026-11-23,王芳", dry_run=True)
    assert counts(result) == (1, 1, 0, 0, 0) and result.dry_run and not published(store)


def test_the_list_of_people_shows_who_is_on_duty(here: Street, tmp_path: Path) -> None:
    path = tmp_path / "值班.csv"
    path.write_text("日期,姓名\n11月23日,王芳\n11月24日,周明\n", encoding="gb18030")
    ran = here.run("import", "roster", str(path), by="顾晓")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "值班.csv（值班表，按人次计）：读2行，新增2，变更0，不变0，退回0。")
    duty = {line.split()[0]: line.endswith("今天值班") for line in here.run("person", "list").out.splitlines()}
    assert duty["王芳"] and not duty["周明"]
