"""The calendar: a holiday notice in each of its forms, what is wrong with one, which dues it moves; a year on the screen; where a limit ends."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.factories import at
from tests.street import APO, HANDAN, NOODLE, ROOT, Ran, Street
from yima.adapters.calendars import shipped_calendars
from yima.adapters.ledger.notice import read
from yima.adapters.ledger.spans import Unread, spans
from yima.adapters.store import Store, look, seen
from yima.core import notice
from yima.core.notice import Said
from yima.core.worktime import calendar_of, day_of, iso_of
from yima.verbs import calendar as verb

YEAR_END, NEW_YEAR = "2026-12-31 16:00", "2027-01-04 09:00"
ADMIN = "顾晓"

# 2026 as the State Council announced it: (first, last, work)
SPANS_2026 = (
    ("2026-01-01", "2026-01-03", False), ("2026-01-04", "", True), ("2026-02-15", "2026-02-23", False), ("2026-02-14", "", True),
    ("2026-02-28", "", True), ("2026-04-04", "2026-04-06", False), ("2026-05-01", "2026-05-05", False), ("2026-05-09", "", True),
    ("2026-06-19", "2026-06-21", False), ("2026-09-25", "2026-09-27", False), ("2026-10-01", "2026-10-07", False),
    ("2026-09-20", "", True), ("2026-10-10", "", True),
)  # fmt: skip
PARAGRAPHS = """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节等节日放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2025年11月4日
"""
WIDE = """附件：2026年部分节假日安排
节日,放假时间,调休上班日期,放假天数
元旦,1月1日（周四）至3日（周六）,1月4日（周日）,3天
春节,2月15日—23日,"2月14日、2月28日（周六）",9天
清明节,4月4日至6日,—,3天
劳动节,5月1日-5日,5月9日,5天
端午节,6月19日至21日,,3天
中秋节,9月25日至27日,,3天
国庆节,10月1日至7日,"9月20日
10月10日",7天
合计,,,33天
注：以上安排以正式通知为准。
"""
YAML_BY_DAY = "".join(
    f"{first}{'至' + last if last else ''}: {'上班' if work else '放假'}\n" for first, last, work in SPANS_2026
)  # fmt: skip
YAML_BY_KIND = """2026年:
  放假: [1月1日至3日, 2月15日至23日, 4月4日至6日, 5月1日至5日, 6月19日至21日, 9月25日至27日, 10月1日至7日]
  调休: [1月4日, 2月14日, 2月28日, 5月9日, 9月20日, 10月10日]
"""
YAML_BY_NAME = """年份: 2026
元旦: {放假: 1月1日至3日, 上班: 1月4日}
春节: {放假: 2月15日至23日, 上班: "2月14日、28日"}
其余:
  - {开始: 4月4日, 结束: 4月6日, 类型: 放假, 说明: 清明}
  - {日期: 5月1日至5日, 类型: 放假}
  - {日期: "6月19日至21日、9月25日至27日、10月1日至7日", 类型: 休}
  - {日期: "5月9日、9月20日、10月10日", 类型: 补班}
"""


def rows_by_day() -> list[tuple[str, str]]:
    """One row a day, weekends too."""
    return [
        (iso_of(day), "调休" if work else "放假")
        for first, last, work in SPANS_2026
        for day in range(day_of(first), day_of(last or first) + 1)
    ]


def as_csv(rows: Any, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Any) -> bytes:
    """Days as a spreadsheet keeps them, one title above, one cell 放假 merged over two rows."""
    from datetime import date

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("备查").write("A1", "供各科室参照")
        sheet, form = book.add_worksheet("2026年"), book.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range("A1:D1", "2026年部分节假日安排")
        sheet.write_row("A2", ["开始日期", "结束日期", "类型", "备注"])
        for number, (first, last, work) in enumerate(rows, 2):
            for column, day in enumerate((first, last)):
                if day:
                    sheet.write_datetime(number, column, date.fromisoformat(day), form)
            if number not in (7, 8):
                sheet.write(number, 2, "调休" if work else "放假")
        assert [work for _first, _last, work in rows[5:7]] == [False, False]
        sheet.merge_range(7, 2, 8, 2, "放假")
    return out.getvalue()


START_END = [("开始", "结束", "类型"), *((first, last, "补班" if work else "放假") for first, last, work in SPANS_2026)]
ONE_CELL = [("日期", "说明"), *((f"{first}至{last}" if last else first, "上班" if work else "放假") for first, last, work in SPANS_2026)]
SHORT = [
    ("上班" if work else "放假", f"{int(first[5:7])}月{int(first[8:])}日", f"{int(last[8:])}日" if last else "")
    for first, last, work in SPANS_2026
]
FORMS: dict[str, tuple[str, bytes]] = {
    "a day a row, no header": ("n.csv", as_csv(rows_by_day())),
    "in GB18030, with a header": ("n.csv", as_csv([("日期", "类型"), *rows_by_day()], "gb18030")),
    "UTF-16 with tabs, as Excel writes it": ("n.txt", as_csv(rows_by_day(), "utf-16", "\t")),
    "UTF-8 with BOM and semicolons": ("n.csv", as_csv(rows_by_day(), "utf-8-sig", ";")),
    "a start and an end column": ("n.csv", as_csv(START_END)),
    "a span in one cell, the word in the remarks": ("n.csv", as_csv(ONE_CELL)),
    "days without a year, which the file names": ("2026年放假.csv", as_csv(SHORT)),
    "a column for each sort": ("n.csv", WIDE.encode()),
    "the notice's own paragraphs": ("n.txt", PARAGRAPHS.encode("gb18030")),
    "xlsx": ("n.xlsx", as_xlsx(SPANS_2026)),
    "xlsx under the name of xls": ("n.xls", as_xlsx(SPANS_2026)),
    "yaml, by day": ("n.yaml", YAML_BY_DAY.encode()),
    "yaml, by sort": ("n.yml", YAML_BY_KIND.encode()),
    "yaml, by holiday": ("n.yaml", YAML_BY_NAME.encode()),
}  # fmt: skip


def said(rows: str) -> str:
    """Rows that leave no gap in 2027, and these."""
    return "2027-01-01,放假\n2027-05-01至2027-05-03,放假\n2027-10-01至2027-10-03,放假\n" + rows


def bring(here: Street, content: str | bytes, *more: str, name: str = "notice.csv", by: str = ADMIN, now: str = YEAR_END) -> Ran:
    (here.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return here.run("import", "calendar", str(here.folder / name), *more, by=by, now=now)


def brought(here: Street, content: str | bytes, *more: str, **how: Any) -> Any:
    ran = bring(here, content, *more, "--json", **how)
    assert (ran.code, ran.err) == (0, ""), ran
    return json.loads(ran.out)


# -- a notice in its forms


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_notice_says_the_same_year(here: Street, form: str) -> None:
    name, content = FORMS[form]
    facts = here.facts()
    told = brought(here, content, name=name)
    assert [(year["year"], year["did"]) for year in told["years"]] == [(2026, "same")], told
    assert (told["read"], told["same"], told["rejected"]) == (1, 1, 0)
    assert here.facts() == facts, "a year equal to what is known writes nothing"


def test_the_year_of_days_without_one_can_be_said(here: Street) -> None:
    told = brought(here, as_csv(SHORT), "--year", "2026")
    assert [(year["year"], year["did"]) for year in told["years"]] == [(2026, "same")]


def test_what_was_not_read_is_said(here: Street) -> None:
    assert brought(here, WIDE)["notes"] == ["有2行没有日期（标题、说明等），已略过。"], "the total and the remark; the title gave the year"
    assert brought(here, as_xlsx(SPANS_2026), name="n.xlsx")["notes"][-1] == "工作表 备查 没有读；请各存成一个文件再导入。"
    assert brought(here, as_csv(rows_by_day()))["notes"] == []


def test_a_title_says_the_year_of_the_rows_below_it(here: Street) -> None:
    year = "1月1日,放假\n5月1日至3日,放假\n10月1日至3日,放假\n"
    told = brought(here, f"2027年\n{year}2028年\n{year}")
    assert [one["year"] for one in told["years"]] == [2027, 2028]


def test_names_of_holidays_are_not_kept(here: Street) -> None:
    brought(here, said("2027-02-06至2027-02-12,放假\n").replace("放假", "放假,春节"))
    with here.open() as store:
        bodies = store.db.execute("SELECT body FROM event WHERE kind = 'calendar.published' AND subject = '2027'").fetchall()
    assert len(bodies) == 1 and "春节" not in bodies[0][0].decode()
    assert json.loads(bodies[0][0])["off"][1:] == [
        "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11", "2027-02-12", "2027-05-03", "2027-10-01"
    ]  # fmt: skip


def test_several_years_in_one_file_are_one_fact_each(here: Street) -> None:
    facts = here.facts()
    both = said("2027-01-02,放假\n") + said("").replace("2027", "2028")
    told = brought(here, both)
    assert [(year["year"], year["did"]) for year in told["years"]] == [(2027, "added"), (2028, "added")]
    assert here.facts() == facts + 2
    assert (told["read"], told["added"], told["changed"], told["same"]) == (2, 2, 0, 0)


def test_a_notice_that_begins_in_december_replaces_nothing_else_of_that_year(here: Street) -> None:
    told = brought(here, said("2026-12-31,放假\n2026-12-27,调休\n"))
    assert [(year["year"], year["did"]) for year in told["years"]] == [(2026, "changed"), (2027, "added")]
    last = told["years"][0]
    assert (last["newly_off"], last["newly_work"]) == (["2026-12-31"], ["2026-12-27"])
    assert (last["no_longer_off"], last["no_longer_work"]) == ([], [])
    assert "2026-10-01" in last["off"]


def test_a_weekend_of_december_is_no_word_about_that_year(here: Street) -> None:
    told = brought(here, said("2026-12-26至2026-12-27,放假\n"))
    assert [year["year"] for year in told["years"]] == [2027]
    later = brought(here, said("").replace("2027", "2029") + "2028-12-30至2028-12-31,放假\n")
    assert [year["year"] for year in later["years"]] == [2029], "nor about one that nobody has announced"


def test_a_year_is_replaced_whole_and_the_days_that_changed_are_named(here: Street) -> None:
    bring(here, said("2027-02-06至2027-02-12,放假\n2027-02-14,调休\n"))
    ran = bring(here, said("2027-02-08至2027-02-11,放假\n2027-02-20,调休\n2027-06-09,放假\n"), now=NEW_YEAR)
    assert ran.code == 0
    assert "2027年：已发布，全年整表替换。工作日放假" in ran.out
    assert "  新增放假：6月9日\n  不再放假：2月12日\n  新增补班：2月20日\n  不再补班：2月14日\n" in ran.out
    shown = json.loads(here.run("calendar", "show", "2027", "--json", now=NEW_YEAR).out)
    assert "2027-02-12" not in shown["off"] and shown["work"] == ["2027-02-20"]


# -- what is wrong with one

WRONG: dict[str, tuple[str, list[str]]] = {
    "a day both off and worked": (said("2027-02-14,放假\n2027-02-14,调休\n"), ["第5行：2027-02-14 又是放假又是调休上班（本行与第4行）"]),
    "a day twice": (said("2027-10-02,放假\n"), ["第4行：2027-10-02 在第3行已经写过"]),
    "a day twice in one cell": (said('"2027-02-08、2027-02-08",放假\n'), ["第4行：2027-02-08 在本行写了两次"]),
    "two spans that overlap": (said("2027-02-08至2027-02-10,放假\n2027-02-10至2027-02-11,放假\n"), ["第5行：2027-02-10 在第4行已经写过"]),
    "a gap: no New Year": ("2027-05-01至2027-05-03,放假\n2027-10-01至2027-10-03,放假\n", ["2027年有缺漏：2027-01-01 是法定节假日"]),
    "a gap: no National Day": ("2027-01-01,放假\n2027-05-03,放假\n", ["2027年有缺漏：2027-10-01 是法定节假日"]),
    "a statutory holiday that is worked": (said("").replace("10-01至2027-10-03", "10-01") + "2027-10-02,调休\n", ["缺漏：2027-10-02"]),
    "a make-up day on a weekday": (said("2027-02-10,调休\n"), ["第4行：2027-02-10 不是周六、周日"]),
    "no such day": (said("2027-02-30,放假\n"), ["第4行：“2027-02-30”不是日期"]),
    "a year before 2020": (said("2019-05-01,放假\n"), ["第4行：2019-05-01：年份须在2020至2100年之间"]),
    "a year after 2100": (said("2101-01-01,放假\n"), ["第4行：2101-01-01：年份须在2020至2100年之间"]),
    "no day under a header": ("日期,类型\n,放假\n", ["第2行：缺日期"]),
    "both in one cell": (said('"2027-02-13放假、2027-02-13上班"\n'), ["第4行：2027-02-13 在本行又是放假又是上班"]),
    "one in the cell, the other beside it": (said("2027-02-13上班,放假\n"), ["第4行：2027-02-13 在这一行又写放假又写上班"]),
    "both beside a day": (said("2027-02-13,放假,上班\n"), ["第4行：“2027-02-13 放假 上班”对同一天又写放假又写上班"]),
    "no year": ("1月1日,放假\n", ["第1行：“1月1日”没有年份"]),
    "two titles with different years": ("2026年印发\n2027年放假\n1月1日,放假\n", ["第3行：“1月1日”没有年份"]),
    "another word": ("日期,类型\n2027-01-01,开门\n", ["第2行：“开门”不是放假，也不是调休"]),
    "no word": ("2027-01-01\n", ["第1行：2027-01-01 没写放假还是上班"]),
    "no day": (said("春节,放假\n"), ["第4行：缺日期"]),
    "a holiday that lost its days": (WIDE.replace("4月4日至6日", ""), ["第5行：缺日期"]),
    "the weekday of another year": (WIDE.replace("2026", "2027"), ["第3行：2027-01-01 是周五，不是周四"]),
    "an end before its start": (said("2027-02-10至2027-02-08,放假\n"), ["第4行：“2027-02-10至2027-02-08”结束在开始之前"]),
    "a span of a year": (said("2027-02-10至2028-02-11,放假\n"), ["第4行：“2027-02-10至2028-02-11”长达367天"]),
    "a slip in the year column": ("年份,日期,类型\n27,1月1日,放假\n", ["第2行：“27”不是年份"]),
    "three days side by side": (said("放假,2027-02-08,2027-02-09,2027-02-10\n"), ["第4行：一行里并排写了两个以上的日期"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_notice_is_refused_whole_with_its_row(here: Street, what: str) -> None:
    content, faults = WRONG[what]
    facts = here.facts()
    ran = bring(here, content)
    assert ran.code == 3 and "没有发布" in ran.err and ran.err.count("\n") == 1
    for fault in faults:
        assert fault in ran.out, ran.out
    assert here.facts() == facts, "nothing is published beside a fault"


NOT_READ: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("n.csv", b"", "是空文件"),
    "an empty table": ("n.csv", "日期,类型\n".encode(), "没有放假日，也没有补班日"),
    "an empty yaml": ("n.yaml", b" \n", "是空文件"),
    "a yaml of nothing": ("n.yaml", "年份: 2027\n".encode(), "没有放假日，也没有补班日"),
    "a web page": ("n.xls", b"<html><table></table></html>", "网页"),
    "a damaged workbook": ("n.xlsx", b"PK\x03\x04 not a workbook", "已损坏"),
    "far too many rows": ("n.csv", b"2027-01-01,x\n" * 1001, "有1001行"),
}


@pytest.mark.parametrize("what", NOT_READ)
def test_what_is_no_notice_is_one_sentence(here: Street, what: str) -> None:
    name, content, sentence = NOT_READ[what]
    ran = bring(here, content, name=name)
    assert (ran.code, ran.out) == (3, "") and sentence in ran.err and ran.err.count("\n") == 1, ran


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("2027-01-01: 放假\n2027-01-01: 调休\n", "第2行：“2027-01-01”写了两次（第一次在第1行）"),
        ("2027-01-01: &a 放假\n", "第1行：“&a”会被当作 YAML 锚点"),
        ("2027:\n  放假: [1月1日, [2日]]\n", "第2行：放假 后面缺日期"),
        ("2027:\n  元宵: 2月20日\n", "第2行：“元宵”不是日期"),
        ("2027:\n  安排: [1月1日]\n", "第2行：列表每行要写明"),
        ("年份: 二七\n放假: 2027-01-01\n", "第1行：“二七”不是年份"),
        ("元旦: {年份: 2027, 放假: 1月1日}\n放假: 5月1日\n", "第2行：“5月1日”没有年份"),
        ("2027-01-01: 开门\n", "第1行：“开门”不是放假"),
    ],
)
def test_a_wrong_yaml_names_its_line(here: Street, content: str, fault: str) -> None:
    facts = here.facts()
    ran = bring(here, content, name="n.yaml")
    assert ran.code == 3 and fault in ran.out, ran
    assert here.facts() == facts


def test_a_day_as_a_number_that_may_have_lost_its_zero_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "2027年.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["日期", "类型"])
        sheet.write_row("A2", [1.1, "放假"])
    assert [(line, "1.10" in what) for line, what in read(path).faults] == [(2, True)]


def test_only_the_admin_publishes_a_calendar(here: Street) -> None:
    ran = bring(here, said(""), by="陈队长")
    assert (ran.code, ran.out) == (4, "") and "系统管理员" in ran.err


def test_a_year_that_the_notice_does_not_speak_of_is_a_wrong_file(here: Street) -> None:
    assert "没有2028年的日期" in bring(here, said(""), "--year", "2028").err
    assert "--year 1999 不在2020至2100年之间" in bring(here, said(""), "--year", "1999").err


# -- holidays of the moon and the sun, which no notice leaves out


def table_2026(*without: str) -> notice.Days:
    """The table of 2026 without the days off that begin so."""
    off, work = shipped_calendars()[2026]
    return notice.Days(tuple(day_of(day) for day in off if not day.startswith(without or "-")), tuple(map(day_of, work)))


def test_no_year_as_it_was_announced_has_a_holiday_unseen() -> None:
    years = {year: off for year, (off, _work) in shipped_calendars().items() if year >= 2008}
    assert [*years] == [*range(2008, 2027)]
    assert {year: found for year, off in years.items() if (found := notice.unseen(year, map(day_of, off)))} == {}


@pytest.mark.parametrize("year", range(2008, 2027))
def test_each_of_these_years_without_a_holiday_has_that_one_unseen(year: int) -> None:
    off = [*map(day_of, shipped_calendars()[year][0])]
    for holiday, first, last, least in notice.MOVING_HOLIDAYS:
        begin, end = (day_of(f"{year}-{month:02d}-{day:02d}") for month, day in (first, last))
        rest = [day for day in off if not begin <= day <= end]
        assert notice.unseen(year, rest) == [notice.Unseen(holiday, begin, end, 0, least)]


def test_before_2008_nothing_is_asked() -> None:
    assert notice.unseen(2007, ()) == [] and len(notice.unseen(2008, ())) == 3


@pytest.mark.parametrize(("without", "seen"), [
    ((), []), (("2026-02-16", "2026-02-17", "2026-02-18"), []), (("2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19"), [("spring", 2)]),
    (("2026-02",), [("spring", 0)]), (("2026-04",), [("qingming", 0)]), (("2026-06",), [("duanwu", 0)]), (("2026-05", "2026-09"), []),
])  # fmt: skip
def test_three_weekdays_are_spring_festival_and_one_each_of_the_others(without: tuple[str, ...], seen: list[tuple[str, int]]) -> None:
    assert [(one.holiday, one.off) for one in notice.unseen(2026, table_2026(*without).off)] == seen


def test_the_first_and_the_last_day_of_a_window_count() -> None:
    for holiday, first, last, least in notice.MOVING_HOLIDAYS:
        begin, end = (day_of(f"2027-{month:02d}-{day:02d}") for month, day in (first, last))
        for days, is_seen in (
            (range(begin, begin + least), True),
            (range(begin - 1, begin + least - 1), False),
            (range(end - least + 1, end + 1), True),
            (range(end - least + 2, end + 2), False),
        ):
            assert (holiday not in [one.holiday for one in notice.unseen(2027, days)]) is is_seen, (holiday, iso_of(days[0]))


SPRING, TOMBS, BOATS = "2027-02-05至2027-02-11,放假\n", "2027-04-03至2027-04-05,放假\n", "2027-06-09,放假\n"
UNSEEN: list[tuple[str, list[str]]] = [
    (SPRING + TOMBS + BOATS, []),
    (TOMBS + BOATS, ["没有看到2027年春节的放假（1月20日至2月28日之间没有放假的工作日）；请核对通知。"]),
    (SPRING + BOATS, ["没有看到2027年清明节的放假（4月2日至4月8日之间没有放假的工作日）；请核对通知。"]),
    (SPRING + TOMBS, ["没有看到2027年端午节的放假（5月25日至6月30日之间没有放假的工作日）；请核对通知。"]),
    (
        SPRING.replace("02-11", "02-08") + TOMBS.replace("04-05", "04-04") + BOATS,
        [
            "2027年春节可能没写全（1月20日至2月28日之间只有2个工作日放假，不足3个）；请核对通知。",
            "没有看到2027年清明节的放假（4月2日至4月8日之间没有放假的工作日）；请核对通知。",
        ],
    ),
]


@pytest.mark.parametrize(("rows", "notes"), UNSEEN)
def test_a_notice_without_one_of_them_is_taken_and_that_is_said(here: Street, rows: str, notes: list[str]) -> None:
    tried = brought(here, said(rows), "--dry-run")
    facts = here.facts()
    ran = bring(here, said(rows))
    assert ran.code == 0 and here.facts() == facts + 1
    assert [line for line in ran.out.splitlines() if "请核对通知" in line] == notes
    assert tried["notes"] == notes == brought(here, said(rows))["notes"], "and again of a year that is known already"


def test_a_holiday_is_not_missed_in_a_notice_that_cannot_be_read_yet(here: Street) -> None:
    ran = bring(here, said("2027-02-30,放假\n"))
    assert ran.code == 3 and "请核对通知" not in ran.out
    gap = bring(here, "2027-05-01至2027-05-03,放假\n" + SPRING + BOATS)
    assert gap.code == 3 and "缺漏" in gap.out and "没有看到2027年清明节的放假" in gap.out


# -- one cell


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2027-01-01", [("01-01", "01-01", None)]),
        ("2027/1/1", [("01-01", "01-01", None)]),
        ("2027.1.1", [("01-01", "01-01", None)]),
        ("20270101", [("01-01", "01-01", None)]),
        ("46388", [("01-01", "01-01", None)]),
        ("２０２７年１月１日（星期五）", [("01-01", "01-01", None)]),
        ("2027-01-01 00:00:00", [("01-01", "01-01", None)]),
        ("1月1日—3日", [("01-01", "01-03", None)]),
        ("1.1-1.3", [("01-01", "01-03", None)]),
        ("2027-01-01-2027-01-03", [("01-01", "01-03", None)]),
        ("2027-01-01~03", [("01-01", "01-03", None)]),
        ("1月30日至2月2日", [("01-30", "02-02", None)]),
        ("1月3日、2月14日，共2天", [("01-03", "01-03", None), ("02-14", "02-14", None)]),
        ("1月3日 2月14日", [("01-03", "01-03", None), ("02-14", "02-14", None)]),
        ("1月1日至3日放假调休，共3天。1月9日、10日上班", [("01-01", "01-03", False), ("01-09", "01-09", True), ("01-10", "01-10", True)]),
        ("放假：1月1日至3日；调休：1月9日、10日", [("01-01", "01-03", False), ("01-09", "01-09", True), ("01-10", "01-10", True)]),
    ],
)
def test_a_cell_is_read_as_people_write_days(text: str, found: list[tuple[str, str, bool | None]]) -> None:
    assert [(f"{one.first:%m-%d}", f"{one.last:%m-%d}", one.is_work) for one in spans(text, 2027)] == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "至",
        "1月1日至",
        "1月1日至3日至5日",
        "13月1日",
        "2月29日",
        "2027-1-1 2027-1-3x",
        "三天",
        "1月1日放假上班",
        "3日",
        "12-30-2027",
    ],
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    with pytest.raises(Unread):
        spans(text, 2027)


# -- what moves with it


@pytest.fixture
def waiting(here: Street) -> Street:
    """Cases on the last afternoon of 2026: provisional ones, one in natural days, one suspended into January, one closed."""
    for place, found, by in (
        (APO, "31", "王芳"),
        (HANDAN, "10", "王芳"),
        (APO, "25", "孙倩"),
        (NOODLE, "52", "王芳"),
        (NOODLE, "10!", "王芳"),
    ):
        assert here.run("scan", place, "-f", found, by=by, now=YEAR_END).code == 0
    for by, *words in (("吴敏", "accept"), ("冯所长", "suspend", "--reason", "等检测", "--until", "2027-01-05")):
        ran = here.run("dispose", "K1-0004", *words, by=by, now="2026-12-31 17:00")
        assert ran.code == 0, ran
    return here


def dues(here: Street, now: str = NEW_YEAR) -> dict[str, tuple[str, bool]]:
    """Case -> (due, provisional), as `yima show` says them."""
    found = {}
    with here.open() as store:
        store.fresh()
        for object_id, case in look.open_cases(store):
            one = seen.case_seen(store, object_id, case, at(now))
            found[one.number] = (str(one.due), one.provisional)
    return found


def listed(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines() if "→" in line]


def test_open_cases_with_another_due_are_listed_and_those_that_are_settled(waiting: Street) -> None:
    before = dues(waiting)
    assert {case for case, (_due, provisional) in before.items() if provisional} == {"K1-0001", "K1-0002", "K1-0004"} < set(before)
    ran = bring(waiting, said("2027-01-04,放假\n"))
    assert ran.code == 0 and "截止有变的在办案卷2个，其中原为暂定的2个：" in ran.out
    assert listed(ran.out) == [
        "K1-0002 荷花路18号 邯郸小吃 占道堆物 2027-01-04 16:00（暂定） → 2027-01-05 16:00",
        "K1-0001 荷花路12号 阿婆生煎 门窗影响逃生障碍物 2027-01-06 16:00（暂定） → 2027-01-07 16:00",
    ]
    assert "原为暂定、现已确定，截止不变：K1-0004\n" in ran.out, "4 January lies in its suspension"
    after = dues(waiting)
    assert {case for case in after if after[case][0] != before[case][0]} == {"K1-0001", "K1-0002"}
    assert not any(provisional for _due, provisional in after.values())


def test_a_later_notice_moves_what_was_announced_before_and_the_limit_of_a_suspended_case(waiting: Street) -> None:
    bring(waiting, said("2027-01-04,放假\n"))
    told = brought(waiting, said("2027-01-04,放假\n2027-01-11,放假\n"))
    assert [(one["case"], one["was_provisional"], one["provisional"]) for one in told["moved"]] == [("K1-0004", False, False)]
    assert told["moved"][0]["object"]["name"] == NOODLE and told["moved"][0]["item"] == "prepaid_card_risk"
    assert told["settled"] == []
    shown = json.loads(waiting.run("show", "K1-0004", "--json", now=NEW_YEAR).out)["case"]
    assert (shown["due"], shown["provisional"]) == (told["moved"][0]["new"], False)


def test_a_town_without_open_cases_is_told_so(here: Street) -> None:
    assert "在办案卷的截止都没有变。" in bring(here, said("")).out


def test_a_dry_run_says_the_same_and_writes_nothing(waiting: Street) -> None:
    facts, before = waiting.facts(), dues(waiting)
    tried = bring(waiting, said("2027-01-04,放假\n"), "--dry-run")
    assert (waiting.facts(), dues(waiting)) == (facts, before)
    assert "暂定" in waiting.run("calendar", "show", "2027").out
    done = bring(waiting, said("2027-01-04,放假\n"))
    assert tried.out == "试运行，没有写入。\n" + done.out
    assert waiting.facts() == facts + 1


def test_only_objects_with_an_open_case_are_folded_at_once(here: Street) -> None:
    here.run("scan", APO, "-f", "31", by="王芳", now=YEAR_END)
    here.run("scan", HANDAN, "--ok", by="王芳", now=YEAR_END)
    bring(here, said("2027-01-04,放假\n"))
    with here.open() as store:
        assert {name for (name,) in store.db.execute("SELECT name FROM object WHERE stale = 1")} == {HANDAN, NOODLE}


def test_a_due_is_provisional_only_on_a_clock_that_asks_the_calendar(waiting: Street) -> None:
    in_january, clock = at("2027-01-05 10:00"), "three_in_one"  # 3 natural days
    with waiting.open() as store:
        case = next(case for _object, case in look.open_cases(store) if seen.item_of(store, case).id == clock)
        rules = store.town.catalogues[case.catalogue]
        assert case.running is not None
        stopped = case._replace(running=None, used=0, stage_due=in_january, after=None)
        for what, one, provisional in (
            ("the item's own limit", case, False),
            ("suspended, and then the item's limit", stopped._replace(stage="suspended", ran=True, after=(in_january, "accept")), False),
            ("a share of the item's limit", stopped._replace(stage="accept"), False),
            ("a stage's limit in workdays", stopped._replace(stage="check"), True),
            ("returned, with a limit in working hours", stopped._replace(stage="returned"), True),
        ):
            standing = notice.standing(store.town, rules, one, at("2027-01-02 10:00"))
            assert standing.due is not None and standing.provisional is provisional, what
        by_wall = rules._replace(branches={**rules.branches, "return": {"limit": {"kind": "fixed", "value": 1, "unit": "natural_day"}}})
        assert not notice.standing(store.town, by_wall, stopped._replace(stage="returned"), at("2027-01-02 10:00")).provisional


def test_what_moved_is_what_a_town_made_anew_from_its_facts_shows(waiting: Street) -> None:
    bring(waiting, said("2027-01-04至2027-01-08,放假\n2027-01-10,调休\n"))
    here = dues(waiting)
    with waiting.open() as store:
        store.rebuild()
    assert dues(waiting) == here


# -- a year


def test_a_year_is_shown_by_month_with_its_publisher(store: Store) -> None:
    shown = verb.show(store, 2026)
    assert (shown.announced, shown.by, shown.at) == (True, ADMIN, at("2026-11-20 09:00"))
    assert [
        (one.month, [(run.first[5:], run.last[5:], run.days) for run in one.holidays], one.work) for one in shown.months if one.holidays
    ] == [
        (1, [("01-01", "01-03", 3)], ("2026-01-04",)),
        (2, [("02-15", "02-23", 9)], ("2026-02-14", "2026-02-28")),
        (4, [("04-04", "04-06", 3)], ()),
        (5, [("05-01", "05-05", 5)], ("2026-05-09",)),
        (6, [("06-19", "06-21", 3)], ()),
        (9, [("09-25", "09-27", 3)], ("2026-09-20",)),
        (10, [("10-01", "10-07", 7)], ("2026-10-10",)),
    ]
    assert (shown.workdays, shown.rest_days) == (248, 117)


@pytest.mark.parametrize("year", [2004, 2019, 2020, 2023, 2024, 2027, 2100])
def test_every_day_of_a_year_is_counted_once(store: Store, year: int) -> None:
    shown = verb.show(store, year)
    weekdays = sum((day_of(f"{year}-01-01") + number + 3) % 7 < 5 for number in range(366 if year in (2004, 2020, 2024) else 365))
    assert shown.workdays == weekdays - len(shown.off) + len(shown.work) == sum(one.workdays for one in shown.months)
    assert shown.workdays + shown.rest_days == (366 if year in (2004, 2020, 2024) else 365)
    listed_days = {iso_of(day) for one in shown.months for run in one.holidays for day in range(day_of(run.first), day_of(run.last) + 1)}
    assert set(shown.off) <= listed_days
    assert (shown.off, shown.work) == shipped_calendars().get(year, (shown.off, ()))


def test_a_holiday_over_new_year_stands_in_the_year_that_it_belongs_to(store: Store) -> None:
    assert [(run.first, run.last) for run in verb.show(store, 2024).months[0].holidays] == [("2023-12-30", "2024-01-01")]
    assert not verb.show(store, 2023).months[11].holidays


def test_a_year_that_nobody_has_announced_is_shown_as_provisional(here: Street) -> None:
    ran = here.run("calendar", "show", "2027")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "2027年日历　暂定：放假安排尚未公布"
    assert "yima import calendar" in ran.out and "5月1日—2日（2天）" in ran.out


def test_the_publisher_is_the_one_whose_table_counts(here: Street) -> None:
    bring(here, said(""))
    for content, now in (("2027-06-09,放假\n", "2027-01-04 09:00"), ("", "2027-01-05 09:00")):
        bring(here, said(content), now=now)
    assert "2027年日历　顾晓 2027-01-05 发布\n" in here.run("calendar", "show", "2027", now="2027-01-06 09:00").out


@pytest.mark.parametrize("year", ["2003", "2101", "0"])
def test_a_year_outside_the_calendar_is_refused(here: Street, year: str) -> None:
    ran = here.run("calendar", "show", year)
    assert (ran.code, ran.out) == (3, "") and "日历从2004年到2100年" in ran.err


# -- where a limit ends


def vectors() -> list[dict[str, str]]:
    with (ROOT / "tests" / "data" / "deadlines.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_vector_ends_where_two_other_programs_say(store: Store) -> None:
    rows = vectors()
    assert len(rows) == 86
    for row in rows:
        result = verb.due(store, row["start"], int(row["value"]), row["unit"])
        seconds = row["due"] if len(row["due"]) > 16 else f"{row['due']}:00"
        assert (result.due, result.provisional) == (at(seconds), row["provisional"] == "yes"), row


@pytest.mark.parametrize("row", vectors()[::7], ids=lambda row: row["why"])
def test_the_command_says_the_vectors(here: Street, row: dict[str, str]) -> None:
    ran = here.run("calendar", "due", row["start"], row["value"], row["unit"], "--json")
    told = json.loads(ran.out)
    assert told["due"].startswith(row["due"]) and told["provisional"] is (row["provisional"] == "yes")
    assert told["start"].startswith(row["start"])


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            "2026-02-14T17:00 1 work_day",
            ["2026-02-14 17:00 周六 起1工作日：2026-02-24 17:00 周二 到期", "其间休息9天：2月15日—23日", "补班日计入：2月14日 周六"],
        ),
        ("2026-03-06T17:45:20 2 工作小时", ["2026-03-06 17:45:20 周五 起2工作小时：2026-03-09 09:45:20 周一 到期", "其间周末休息2天"]),
        (
            "2026-09-18T20:00 15 工作日",
            [
                "2026-09-18 20:00 周五 起15工作日：2026-10-15 18:00 周四 到期",
                "起点不在上班时间，从 2026-09-20 08:00 周日 起算",
                "其间休息12天：9月25日—27日、10月1日—7日，另有周末2天",
                "补班日计入：9月20日 周日、10月10日 周六",
            ],
        ),
        (
            "2026-12-31T17:30 1 work_hour",
            [
                "2026-12-31 17:30 周四 起1工作小时：2027-01-04 08:30 周一 到期（暂定）",
                "其间休息3天：1月1日—3日",
                "2027年放假安排尚未公布，截止为暂定；公布后 yima import calendar 会自动重算。",
            ],
        ),
        ("2026-12-31T17:30 3 自然日", ["2026-12-31 17:30 周四 起3天：2027-01-03 17:30 周日 到期"]),
        ("２０２６－１２－３１ １７：３０ 2 urgent_hour", None),
        (
            "2026-12-31T22:00 2 work_hour --schedule street",
            ["2026-12-31 22:00 周四 起2工作小时：2027-01-01 09:00 周五 到期", "起点不在上班时间，从 2027-01-01 07:00 周五 起算"],
        ),
    ],
)  # fmt: skip
def test_where_a_limit_ends_is_said_with_its_reason(here: Street, words: str, lines: list[str] | None) -> None:
    typed = words.split() if lines is not None else [" ".join(words.split()[:2]), *words.split()[2:]]
    ran = here.run("calendar", "due", *typed)
    assert ran.code == 0, ran
    assert lines is None or ran.out.splitlines() == lines


def test_a_year_in_between_that_nobody_announced_makes_a_due_provisional(here: Street) -> None:
    bring(here, said("").replace("2027", "2028"))
    told = json.loads(here.run("calendar", "due", "2026-12-30T10:00", "270", "work_day", "--json").out)
    assert told["due"].startswith("2028-") and told["provisional"] and told["unannounced"] == [2027]
    from_there = json.loads(here.run("calendar", "due", "2027-12-31T19:00", "1", "work_day", "--json").out)
    assert from_there["due"] == "2028-01-03T18:00:00+08:00" and not from_there["provisional"], "no day of 2027 was counted"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("2026-12-30T10:00 0 work_day", 3, "时限不能是0"),
        ("2026-12-30T10:00 1 week", 2, "没有“week”这个单位"),
        ("2026-12-30T10:00 1 work_day --schedule night", 3, "没有“night”这个作息；本镇有：office、street。"),
        ("2026-12-30T10:00 1 urgent_hour --schedule night", 3, "没有“night”这个作息"),
        ("2026-12-30 1 work_day", 3, "没有钟点"),
        ("2026-02-30T10:00 1 work_day", 3, "不是2020至2100年的时间"),
        ("2019-12-30T10:00 1 work_day", 3, "不是2020至2100年的时间"),
        ("2100-12-31T10:00 1 natural_day", 3, "时限会到2100年以后"),
        ("2026-12-30T10:00 99999999999999999999 work_day", 3, "时限会到2100年以后"),
        ("2026-12-30T10:00 99999999999999999999 urgent_hour", 3, "时限会到2100年以后"),
        ("2026-12-30T10:00 1.5 work_day", 2, "1.5"),
    ],
)
def test_what_cannot_be_counted_is_one_sentence(here: Street, words: str, code: int, sentence: str) -> None:
    ran = here.run("calendar", "due", *words.split())
    assert (ran.code, ran.out) == (code, "") and sentence in ran.err and ran.err.count("\n") == 1, ran


# -- the rules alone


def test_a_notice_is_a_table_of_the_days_that_differ() -> None:
    marks, faults = notice.marks_of(
        [Said(1, day_of("2027-01-01"), day_of("2027-01-03"), False), Said(2, day_of("2027-01-09"), day_of("2027-01-09"), True)]
    )
    assert not faults
    tables, gaps = notice.tables_of(marks, {})
    assert {year: (notice.iso(table.off), notice.iso(table.work)) for year, table in tables.items()} == {
        2027: (("2027-01-01",), ("2027-01-09",))
    }
    assert [(one.why, notice.iso(one.days)) for one in gaps] == [("gap", ("2027-10-01",))], "1 May, 2 and 3 October fall on a weekend"


@pytest.mark.parametrize("year", range(2020, 2027))
def test_no_announced_year_has_a_gap(year: int) -> None:
    off, work = shipped_calendars()[year]
    marks, faults = notice.marks_of(
        [*(Said(1, day_of(day), day_of(day), False) for day in off), *(Said(2, day_of(day), day_of(day), True) for day in work)]
    )
    tables, gaps = notice.tables_of(marks, {})
    assert not faults and not gaps
    assert (notice.iso(tables[year].off), notice.iso(tables[year].work)) == (off, work)


def test_runs_without_work_are_whole_and_cut_off_at_the_ends() -> None:
    calendar = calendar_of(shipped_calendars())
    runs = notice.rests(calendar, day_of("2026-09-19"), day_of("2026-10-05"))
    assert [(iso_of(one.first), iso_of(one.last), one.is_holiday) for one in runs] == [
        ("2026-09-19", "2026-09-19", False),
        ("2026-09-25", "2026-09-27", True),
        ("2026-10-01", "2026-10-05", True),
    ]
    assert notice.rests(calendar, day_of("2026-09-21"), day_of("2026-09-24")) == []
