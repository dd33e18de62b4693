"""How messy ledgers are read. Each file of tests/data/ledgers is made by tests/tools/make_ledgers.py; small messes stand here as text."""

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yima.adapters import ledger as ledger_module
from yima.adapters.ledger import (
    Ledger,
    Register,
    defuse,
    licence_fault,
    read,
    split_address,
    split_door,
    trade_of,
    undefuse,
    write_rejected,
)
from yima.adapters.ledger import rows as rows_module
from yima.adapters.ledger import sheets as sheets_module
from yima.adapters.ledger.header import PREFIX, header_key, synonyms
from yima.adapters.ledger.values import CODE_CHARACTERS, CODE_VALUE, CODE_WEIGHTS, is_identity_number, micro_degrees
from yima.errors import BadInput, Unwritable

LEDGERS = Path(__file__).parent / "data" / "ledgers"
MAKER = Path(__file__).parent / "tools" / "make_ledgers.py"
NOBODY = "00000019900101000X"  # a right check digit, a place that does not exist


Made = Callable[..., Ledger]


def code(body: str) -> str:
    """A made-up credit code: 17 characters and the check character that belongs to them."""
    total = sum(CODE_VALUE[character] * weight for character, weight in zip(body, CODE_WEIGHTS, strict=True))
    return body + CODE_CHARACTERS[-total % 31]


ONE, TWO = code("92310000MA0000001"), code("92310000MA0000002")


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The source strings, whatever language the run has."""
    for module in (ledger_module, rows_module, sheets_module):
        monkeypatch.setattr(module, "_", str)


@pytest.fixture
def ledger(tmp_path: Path) -> Made:
    """`ledger("店名,地址", "甲店,荷花路1号")`: those lines as a CSV, read."""

    def made(*lines: str, register: Register = "shops", mapping: dict[str, str] | None = None) -> Ledger:
        path = tmp_path / "ledger.csv"
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        return read(path, register, mapping=mapping)

    return made


def reasons(found: Ledger) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in found.rejected]


def said(found: Ledger, field: str) -> list[str]:
    return [row.values.get(field, "") for row in found.rows]


# ---- files ------------------------------------------------------------------------------------------------------------------

FORMS = ["titles.xlsx", "titles.xls", "titles.ods", "titles.utf8.csv", "titles.bom.csv", "titles.gb18030.csv",
         "titles.semicolon.csv", "titles.utf16.txt", "titles.really-text.xls"]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_one_ledger_reads_the_same_in_every_form_of_file(form: str) -> None:
    found = read(LEDGERS / form, "shops")
    assert [(row.line, row.values["name"], row.position) for row in found.rows] == [
        (4, "荷香面馆", (31_230_416, 121_473_702)),  # .0165 and .7015 are halves: to the even neighbour
        (5, "清风理发(荷花店)", (31_230_500, 121_473_710)),
        (6, "𠮷祥杂货・蕰东", (31_230_510, 121_473_720)),
        (7, "=一元店", (31_230_520, 121_254_588)),
        (8, "阿明修车", None),
    ]
    assert found.rows[1].values == {
        "name": "清风理发(荷花店)", "address": "荷花路14弄3号101室", "phone": "13800000002", "trade": "理发店", "ext_id": "H-002",
        "street": "荷花路", "door": "14弄3", "unit": "101",
    }  # fmt: skip
    assert (found.rejected, found.unknown, found.refused, found.skipped, found.same) == ((), (), (), 1, 0)
    assert found.headers["name"] == "*店 名（必填）" and found.headers["phone"] == "联系 电话"


def test_the_made_ledgers_are_what_their_maker_makes(tmp_path: Path) -> None:
    runpy.run_path(str(MAKER))["make"](tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {path.name: path.read_bytes() for path in LEDGERS.iterdir()}


@pytest.mark.skipif(
    not os.environ.get("YIMA_LEDGERS"), reason="YIMA_LEDGERS names no folder with the real ledgers; they are never kept here"
)
def test_the_real_ledgers_read_the_same_in_all_four_forms() -> None:
    folder = Path(os.environ["YIMA_LEDGERS"])
    forms = [read(folder / f"brand-shops.{form}", "shops") for form in ("utf8.csv", "gb18030.csv", "xlsx", "xls")]
    for found in forms:
        assert len(found.rows) == 2969 and not found.rejected and not found.unknown and not found.same
        assert [row[1:] for row in found.rows] == [row[1:] for row in forms[0].rows]
        assert all(row.position for row in found.rows)
        assert sum(not row.values.get("brand") for row in found.rows) == 629
    assert forms[2].rows[0].line == 3 and forms[0].rows[0].line == 2, "the title row of the workbooks is counted"


def test_a_row_with_a_broken_byte_is_rejected_and_its_neighbours_are_read() -> None:
    found = read(LEDGERS / "broken-byte.csv", "shops")
    assert said(found, "name") == ["甲店", "丙店"]
    assert reasons(found) == [(3, "There are damaged characters in “地址”; type that cell again.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_encoding_is_told_by_the_text_when_the_header_is_ascii(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes("name,address\n甲店,荷花路口\n".encode(encoding))
    assert said(read(path, "shops"), "name") == ["甲店"]


def test_a_lone_surrogate_rejects_its_row(tmp_path: Path) -> None:
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xff\xfe" + "店名\t地址\n甲\ud842店\t荷花路1号\n乙店\t荷花路2号".encode("utf-16-le", "surrogatepass"))
    found = read(path, "shops")
    assert said(found, "name") == ["乙店"] and reasons(found)[0][0] == 2
    write_rejected(tmp_path / "windows.rejected.csv", found.columns, found.rejected)
    assert "\\ud842" in (tmp_path / "windows.rejected.csv").read_text("utf-8-sig")


def test_a_replacement_character_rejects_its_row_because_the_text_is_lost(ledger: Made) -> None:
    assert reasons(ledger("店名,地址", "甲\ufffd店,荷花路1号")) == [(2, "There are damaged characters in “店名”; type that cell again.")]


@pytest.mark.parametrize(("name", "words"), [
    ("cut.xlsx", "is damaged or is no spreadsheet"),
    ("cut.xls", "is damaged or is no spreadsheet"),
    ("ring.xls", "is damaged or is no spreadsheet"),  # calamine would follow it until the memory is full
    ("page.xls", "is a web page"),
    ("far.xlsx", "reaches to cell XFD1048576"),
    ("nothing.xlsx", "is not there or cannot be read"),
])  # fmt: skip
def test_a_file_that_is_no_ledger_is_refused_in_one_sentence(name: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read(LEDGERS / name, "shops")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b" \r\n")
    with pytest.raises(BadInput, match="is empty"):
        read(tmp_path / "empty.csv", "shops")


@pytest.mark.parametrize(("limit", "words"), [("MAX_BYTES", "larger than"), ("MAX_UNPACKED", "too large when unpacked")])
def test_a_file_that_would_fill_the_memory_is_refused(limit: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_module, limit, 4000)
    with pytest.raises(BadInput, match=words):
        read(LEDGERS / "titles.xlsx", "shops")


def test_the_first_visible_sheet_with_a_header_is_read_and_the_others_are_named() -> None:
    found = read(LEDGERS / "sheets.xlsx", "shops")
    assert (found.sheet, said(found, "name")) == ("商铺", ["新店"])
    assert found.notes == ("Only the sheet 商铺 was read, not 封面、旧台账.",)


def test_reading_a_csv_loads_no_spreadsheet_library() -> None:
    program = (
        "import sys; from pathlib import Path; from yima.adapters.ledger import read; read(Path(sys.argv[1]), 'shops');"
        "print([name for name in ('python_calamine', 'rich', 'yaml', 'sqlite3') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(LEDGERS / "titles.utf8.csv")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


# ---- CSV --------------------------------------------------------------------------------------------------------------------


def test_a_line_break_inside_quotes_is_a_space_and_counts_as_one_row(ledger: Made) -> None:
    found = ledger("店名,地址", '甲店,"荷花路', '12号"', "乙店,荷花路14号")
    assert [(row.line, row.values["address"], row.values["door"]) for row in found.rows] == [
        (2, "荷花路 12号", "12"),
        (3, "荷花路14号", "14"),
    ]


def test_a_quotation_mark_that_never_closes_is_said_with_what_was_lost(ledger: Made) -> None:
    found = ledger("店名,地址", "甲店,荷花路1号", '乙店,"荷花路2号', "丙店,荷花路3号", "丁店,荷花路4号")
    assert said(found, "name") == ["甲店"]
    assert reasons(found) == [(3, "A quotation mark opened here is never closed; 2 lines up to the end were not read.")]


def test_a_short_row_lacks_only_what_is_not_there(ledger: Made) -> None:
    assert ledger("店名,地址,电话", "甲店,荷花路1号").rows[0].values.get("phone") is None


def test_a_text_wrapped_as_a_formula_by_an_export_is_unwrapped(ledger: Made) -> None:
    assert said(ledger("店名,地址,编号", '甲店,荷花路1号,"=""0012"""'), "ext_id") == ["0012"]


@given(st.text(alphabet="'=+-@\t\r店a1", max_size=6))
def test_import_undoes_the_defusing_of_formulas_and_nothing_else(text: str) -> None:
    assert undefuse(defuse(text)) == text
    assert not defuse(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_defused_cell_reads_as_it_was(ledger: Made) -> None:
    found = ledger("店名,地址,电话", "'=一元店,'-号路口,'+8613800000001", "'老字号,荷花路3号,")
    assert said(found, "name") == ["=一元店", "'老字号"] and said(found, "phone")[0] == "+8613800000001"


def test_control_and_bidi_characters_are_taken_out_and_counted(ledger: Made) -> None:
    found = ledger("店名,地址", "甲\u202e店\x07\u200b,\u3000荷花路1号\t", "乙店,荷花路2号")
    assert found.rows[0].values["name"] == "甲店" and found.rows[0].values["address"] == "荷花路1号"
    assert found.notes == ("Invisible control characters were taken out of 1 cells.",)


# ---- header -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["店名", " 店 名 ", "＊店名", "店名：", "店名（必填）", "*店名(不超过50字)", "店名【必填】", "店\n名", "\u200b店名"]
)
def test_a_header_word_is_known_whatever_is_hung_on_it(word: str, ledger: Made) -> None:
    assert said(ledger(f'"{word}",地址', "甲店,荷花路1号"), "name") == ["甲店"]


def test_every_synonym_is_unique_inside_its_ledger_and_stands_in_the_table() -> None:
    lines = (Path(sheets_module.__file__).parents[2] / "rules" / "synonyms.csv").read_text("utf-8").splitlines()[1:]
    for register, prefix in PREFIX.items():
        keys = [header_key(line.split(",")[1]) for line in lines if line.startswith(prefix + ".")]
        assert keys and len(keys) == len(set(keys)), register
        assert set(keys) <= synonyms(register).keys()


def test_brackets_that_belong_to_a_synonym_are_no_tail(ledger: Made) -> None:
    found = ledger("店名,街道（镇）,村(居)", "甲店,荷花镇,莲叶村")
    assert found.rows[0].values == {"name": "甲店", "town": "荷花镇", "village": "莲叶村"}


def test_a_form_head_above_the_table_is_not_taken_for_the_header(ledger: Made) -> None:
    found = ledger("单位名称：,荷花镇,联系电话：,13800000001", "店名,地址,业态,电话", "甲店,荷花路1号,餐饮,13800000002")
    assert found.headers["name"] == "店名" and [row.line for row in found.rows] == [3]


@pytest.mark.parametrize(("register", "word"), [("shops", "店名"), ("points", "点位名称"), ("people", "姓名"), ("roster", "姓名")])
def test_without_the_name_column_the_first_line_is_named_and_map_is_offered(register: Register, word: str, ledger: Made) -> None:
    with pytest.raises(BadInput, match=rf"Line 2 .*no column for {word}.*--map 单位="):
        ledger(",", "单位,地址,村居,联系电话", "甲店,荷花路1号,,", register=register)


def test_a_mapping_goes_before_all_synonyms(ledger: Made) -> None:
    found = ledger("单位,店名,地址", "甲公司,甲店,荷花路1号", mapping={" 单位： ": "name"})
    assert (found.headers["name"], said(found, "name")) == ("单位", ["甲公司"])


@pytest.mark.parametrize(("mapping", "words"), [
    ({"店名": "nome"}, "no such field; possible are .*name"),
    ({"单位": "name"}, "no column “单位”; its columns are 店名、地址、身份证号"),
    ({"身份证号": "ext_id"}, "“身份证号” is never stored"),
])  # fmt: skip
def test_a_mapping_that_cannot_be_meant_is_refused(mapping: dict[str, str], words: str, ledger: Made) -> None:
    with pytest.raises(BadInput, match=words):
        ledger("店名,地址,身份证号", "甲店,荷花路1号,", mapping=mapping)


def test_refused_columns_are_named_and_stored_nowhere_not_even_in_the_rejected_file(ledger: Made) -> None:
    found = ledger(
        "店名,身份证号,家庭住址,法定代表人身份证号码(必填),地址", f"甲店,{NOBODY},某处,{NOBODY},荷花路1号", f",{NOBODY},某处,x,荷花路2号"
    )
    assert found.refused == ("身份证号", "家庭住址", "法定代表人身份证号码(必填)")
    assert found.rows[0].values == {"name": "甲店", "address": "荷花路1号", "street": "荷花路", "door": "1"}
    assert found.rejected[0].cells == ("", "", "", "", "荷花路2号")


def test_an_identity_card_number_in_another_column_is_blotted_out(ledger: Made) -> None:
    assert is_identity_number(NOBODY) and not is_identity_number(NOBODY[:-1] + "0")
    found = ledger("店名,备注,编号,微信", f"甲店,证号{NOBODY}。,1,", f"乙店,,{NOBODY},", f",,3,{NOBODY}")
    assert said(found, "remark") == ["证号" + "*" * 18 + "。"]
    assert NOBODY not in repr(found), "nowhere in what was read, nor in what goes into the rejected file"
    assert reasons(found)[0] == (3, "An identity card number stands in “编号”; it was not taken.")


def test_ignored_columns_are_dropped_silently_and_unknown_ones_are_listed(ledger: Made) -> None:
    found = ledger("序号,No.,店名,微信号,地址", "1,1,甲店,wx,荷花路1号")
    assert found.unknown == ("微信号",) and not found.refused and set(found.rows[0].values) == {"name", "address", "street", "door"}


def test_two_columns_of_one_meaning_fill_each_other_up_and_are_said(ledger: Made) -> None:
    found = ledger("店名,地址,手机,电话", "甲店,荷花路1号,,13800000001", "乙店,荷花路2号,13800000003,13800000002")
    assert said(found, "phone") == ["13800000001", "13800000002"], "电话 stands earlier in the synonyms"
    assert found.notes == ("The columns 手机、电话 all mean phone; “电话” goes first.",)


def test_numbers_of_two_columns_are_never_mixed_into_one_identity(ledger: Made) -> None:
    assert said(ledger("店名,地址,编号,商户编号", "甲店,荷花路1号,,B7"), "ext_id") == [""]


def test_a_street_in_the_town_column_is_asked_about(ledger: Made) -> None:
    found = ledger("店名,街道", "甲店,荷花路", "乙店,荷花镇")
    assert found.notes == ("“街道” was read as the town, but 1 rows have a road there; --map 街道=street reads it as the street.",)


# ---- rows that are none -----------------------------------------------------------------------------------------------------


def test_a_workbook_of_pages_headings_totals_and_merged_cells_gives_only_its_shops() -> None:
    found = read(LEDGERS / "merged.xlsx", "shops")
    assert [(row.line, row.values["name"], row.values.get("street"), row.values["door"], row.position) for row in found.rows] == [
        (6, "甲店", "荷花路", "12", (31_100_000, 121_100_000)),  # 经度 and 纬度 stand in a second header row
        (7, "乙店", "荷花路", "14", (31_200_000, 121_200_000)),  # 荷花路 is one cell over three shops
        (8, "丙店", "荷花路", "16", (31_300_000, 121_300_000)),
        (13, "丁店", "莲叶街", "3甲", None),
    ]
    assert reasons(found) == [(14, "“店名” is missing.")]
    assert found.notes == ("Skipped: 4 rows of remarks and totals, 1 repeated headers.",)  # heading, title again, total, signatures


@pytest.mark.parametrize(
    "remark", ["备注：以店主确认为准,,", "注:共1户,,", "合计,1,", "总 计：,1,", "填表人：张三,审核人：李四,", "备注 以上为准,,"]
)
def test_remarks_totals_and_signatures_below_the_table_are_skipped_and_counted(remark: str, ledger: Made) -> None:
    found = ledger("店名,地址,面积", "甲店,荷花路1号,20", remark)
    assert said(found, "name") == ["甲店"] and (found.rejected, found.skipped) == ((), 1)


def test_a_shop_whose_name_looks_like_a_remark_is_kept(ledger: Made) -> None:
    assert said(ledger("店名,地址", "注册会计,荷花路1号", "说明书打印店,荷花路2号", "会计:代账,荷花路3号"), "name") == [
        "注册会计",
        "说明书打印店",
        "会计:代账",
    ]


def test_empty_rows_and_numbers_written_ahead_are_skipped(ledger: Made) -> None:
    found = ledger("序号,店名,地址", "1,甲店,荷花路1号", ",,", "", "2,,", "3,  ,")
    assert (len(found.rows), found.rejected, found.skipped, found.notes) == (1, (), 4, ())


def test_a_header_repeated_by_a_copied_page_is_skipped(ledger: Made) -> None:
    found = ledger("店名,地址", "甲店,荷花路1号", "店名,地址", "乙店,荷花路2号")
    assert said(found, "name") == ["甲店", "乙店"] and found.notes == ("Skipped: 0 rows of remarks and totals, 1 repeated headers.",)


# ---- faults of one row ------------------------------------------------------------------------------------------------------


def test_all_faults_of_a_row_are_said_at_once_with_its_cells(ledger: Made) -> None:
    found = ledger("店名,地址,执照号码,经度,纬度", " ,荷花路1号,123,abc,31.2")
    assert found.rejected[0] == (
        2,
        "“店名” is missing. The licence 123 has 3 characters; a credit code has 18, an old licence 15 digits. "
        "“abc” is no coordinate in degrees, such as 121.473701.",
        (" ", "荷花路1号", "123", "abc", "31.2"),
    )


@pytest.mark.parametrize(("lon", "lat", "position"), [
    ("121.25458799999998", "31.2", (31_200_000, 121_254_588)),
    ("121.4737015", "31.2304165", (31_230_416, 121_473_702)),  # half to even
    ("１２１．５", " 31.5° ", (31_500_000, 121_500_000)),
    ("0", "0.0", None),
    ("", "/", None),
])  # fmt: skip
def test_coordinates_are_rounded_half_even_to_micro_degrees(lon: str, lat: str, position: tuple[int, int] | None, ledger: Made) -> None:
    found = ledger("店名,地址,经度,纬度", f"甲店,荷花路1号,{lon},{lat}")
    assert found.rows[0].position == position and not found.rejected


@pytest.mark.parametrize(("lon", "lat", "words"), [
    ("31.2", "121.4", "Longitude 31.200000 and latitude 121.400000 seem to be exchanged."),
    ("121.4", "", "Only one of longitude and latitude is filled in."),
    ("无", "31.2", "Only one of longitude and latitude is filled in."),
    ("-1234.5", "678.9", "lie outside China; degrees are needed, not metres."),
    ("121°28′", "31.2", "“121°28′” is no coordinate in degrees"),
    ("nan1", "31.2", "“nan1” is no coordinate"),
    ("Infinity", "31.2", "“Infinity” is no coordinate"),
    ("1e999999999", "31.2", "“1e999999999” is no coordinate"),
])  # fmt: skip
def test_coordinates_that_cannot_be_are_rejected_with_a_hint(lon: str, lat: str, words: str, ledger: Made) -> None:
    found = ledger("店名,地址,经度,纬度", f"甲店,荷花路1号,{lon},{lat}")
    assert not found.rows and words in reasons(found)[0][1]


def test_degrees_that_a_spreadsheet_keeps_as_a_binary_fraction_round_like_the_text_that_was_typed() -> None:
    assert micro_degrees(121.23456749999999) == micro_degrees("121.2345675") == 121_234_568


@given(st.integers(73_000_000, 136_000_000), st.sampled_from(["", "49999", "5", "50001"]))
def test_the_same_degrees_from_text_and_from_a_float_are_the_same_place(micro: int, tail: str) -> None:
    text = f"{micro // 1_000_000}.{micro % 1_000_000:06d}{tail}"
    assert micro_degrees(text) == micro_degrees(float(text)), text


@pytest.mark.parametrize(("number", "fault"), [
    ("91350100M000100Y43", ""),  # printed as an example in the standard
    ("91350100M000100Y34", "check"),
    (ONE, ""),
    (ONE[:-1], "length"),
    (ONE[:10] + "O" + ONE[11:], "characters"),
    ("310000600000001", ""),  # an old registration number
    ("31000060000000A", "length"),
    ("", "length"),
])  # fmt: skip
def test_a_credit_code_must_have_its_check_character(number: str, fault: str) -> None:
    assert licence_fault(number) == fault


@given(st.integers(0, 16), st.sampled_from(CODE_CHARACTERS))
def test_one_mistyped_character_in_a_credit_code_is_always_seen(place: int, typed: str) -> None:
    wrong = ONE[:place] + typed + ONE[place + 1 :]
    assert (licence_fault(wrong) == "") == (wrong == ONE)


def test_a_licence_is_compared_in_one_spelling_and_wrong_ones_are_rejected(ledger: Made) -> None:
    spelled = ONE[:4].lower() + " " + ONE[4:]
    found = ledger(
        "店名,地址,信用代码",
        f"甲店,荷花路1号,{spelled}",
        f"乙店,荷花路2号,{ONE[:-1]}",
        f"丙店,荷花路3号,{ONE[:8]}O{ONE[9:]}",
        "丁店,荷花路4号,办理中",
    )
    assert said(found, "licence") == [ONE, ""]
    assert [line for line, _reason in reasons(found)] == [3, 4]
    assert "has 17 characters" in reasons(found)[0][1] and "such as the letters I O S V Z" in reasons(found)[1][1]


def test_an_identity_card_number_as_licence_is_rejected_without_being_kept(ledger: Made) -> None:
    spaced = f"{NOBODY[:6]} {NOBODY[6:14]} {NOBODY[14:]}"
    found = ledger("店名,地址,执照号码", f"甲店,荷花路1号,{NOBODY}", f"乙店,荷花路2号,{spaced}")
    assert reasons(found) == [(line, "An identity card number stands in “执照号码”; it was not taken.") for line in (2, 3)]
    assert NOBODY not in repr(found) and spaced not in repr(found)


def test_a_cell_of_more_than_200_characters_is_rejected_but_a_long_business_scope_is_a_trade(ledger: Made) -> None:
    found = ledger(
        "店名,地址,经营范围", f"甲店,{'路' * 201},餐饮", f"乙店,{'路' * 200},{'餐饮服务、' * 100}", f"丙店,荷花路3号,{'餐' * 2001}"
    )
    assert said(found, "name") == ["乙店"]
    assert reasons(found) == [(2, "“地址” is longer than 200 characters."), (4, "“经营范围” is longer than 2000 characters.")]


def test_numbers_dates_and_errors_of_a_spreadsheet_become_the_text_that_was_meant() -> None:
    found = read(LEDGERS / "typed.xlsx", "shops")
    assert found.rows[0].values == {
        "name": "甲店", "street": "荷花路", "door": "12", "phone": "13800000001", "ext_id": "7", "area": "35.5",
        "status_from": "2026-09-01",
    }  # fmt: skip
    assert said(found, "phone") == ["13800000001", "", "13800000005", ""], "1.38E+10 has lost its digits, #N/A is empty"
    assert reasons(found) == [
        (3, "The spreadsheet has turned “门牌” into a date; format the column as text and type it again."),
        (4, "The spreadsheet has lost the last digits of “编号”; format the column as text and type it again."),
    ]
    assert (found.refused, found.unknown) == (("身份证号",), ("微信",))
    assert found.notes == ("1 phone numbers had lost their last digits in the spreadsheet; they were left out.",)


# ---- a row twice ------------------------------------------------------------------------------------------------------------


def test_a_row_twice_word_for_word_is_one_row_whatever_its_running_number(ledger: Made) -> None:
    found = ledger("序号,店名,地址", "1,甲店,荷花路1号", "2,甲店,荷花路1号", "3,甲店,荷花路2号")
    assert (len(found.rows), found.same, found.rejected) == (2, 1, ())
    assert found.notes == ("1 rows stand twice, word for word; each was taken once.",)


def test_the_second_of_two_unlike_rows_with_one_number_is_rejected(ledger: Made) -> None:
    found = ledger("店名,地址,编号", "甲店,荷花路1号,h-1", "乙店,荷花路2号,Ｈ-1", "甲店,荷花路1号,h-1")
    assert reasons(found) == [(3, "The number Ｈ-1 stands in line 2 already, with other content.")] and found.same == 1


def test_one_licence_twice_at_one_door_is_rejected_but_at_two_doors_it_is_a_chain(ledger: Made) -> None:
    found = ledger(
        "店名,路名,门牌,执照号码",
        f"甲店,荷花路,12号,{ONE}",
        f"甲面馆,荷花路,12,{ONE}",
        f"甲店二店,荷花路,14,{ONE}",
        f"乙店,荷花路,12,{TWO}",
    )
    assert said(found, "name") == ["甲店", "甲店二店", "乙店"]
    assert reasons(found) == [(3, "This licence at this door stands in line 2 already, with other content.")]


def test_a_person_may_stand_in_one_row_for_each_role_but_a_number_has_one_name(ledger: Made) -> None:
    found = ledger("姓名,工号,角色", "张三,001,街面巡查", "张三,001,网格员", "李四,001,网格员", register="people")
    assert [row.values["role"] for row in found.rows] == ["街面巡查", "网格员"] and [line for line, _reason in reasons(found)] == [4]


# ---- addresses --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "parts"), [
    ("荷花路12号", ("荷花路", "12", "")),
    ("荷花路１２号", ("荷花路", "12", "")),
    ("荷花路 12 号", ("荷花路", "12", "")),
    ("荷花路12弄3号", ("荷花路", "12弄3", "")),
    ("荷花路12-1号", ("荷花路", "12-1", "")),
    ("荷花路12—1号", ("荷花路", "12-1", "")),
    ("荷花路12号-1", ("荷花路", "12-1", "")),
    ("荷花路12号甲", ("荷花路", "12甲", "")),
    ("荷花路12甲号", ("荷花路", "12甲", "")),
    ("荷花路12号B", ("荷花路", "12B", "")),
    ("荷花路12号101室", ("荷花路", "12", "101")),
    ("荷花路12号-404室", ("荷花路", "12", "404")),
    ("荷花路12号A铺", ("荷花路", "12", "A")),
    ("荷花路12弄3号B1-05铺位", ("荷花路", "12弄3", "B1-05")),
    ("荷花大道5号", ("荷花大道", "5", "")),
    ("荷花大街5号", ("荷花大街", "5", "")),
    ("荷花公路500号", ("荷花公路", "500", "")),
    ("中山北一路5号", ("中山北一路", "5", "")),
    ("镇北路5号", ("镇北路", "5", "")),
    ("县前街5号", ("县前街", "5", "")),
    ("新村路5号", ("新村路", "5", "")),
    ("某某省某某市某某区荷花镇荷花路12号", ("荷花路", "12", "")),
    ("上海市上海市某某新区荷花路12号", ("荷花路", "12", "")),
])  # fmt: skip
def test_a_plain_address_gives_street_door_and_unit(address: str, parts: tuple[str, str, str]) -> None:
    assert split_address(address) == parts


@pytest.mark.parametrize("address", [
    "", "荷花路", "荷花路12", "荷花路12弄", "荷花路12号对面", "荷花路12号101", "荷花路12、14号", "荷花路与莲叶街交叉口1号",
    "荷花村3组12号",
    "荷花广场12号", "荷花路12号荷花商城", "荷花路12号1楼", "荷花镇北路5号", "临海市民路1号", "开发区大道5号",
    "荷花路12-1号-2", "荷花路12号商城A铺", "荷花中央广场金龙大街12号", "临海市市场路5号", "12号", "荷花路号",
])  # fmt: skip
def test_an_address_that_may_be_read_in_two_ways_is_left_whole(address: str) -> None:
    assert split_address(address) is None


@pytest.mark.parametrize(("written", "parts"), [
    ("12", ("12", "")), ("12号", ("12", "")), ("12弄3号", ("12弄3", "")), ("12号101室", ("12", "101")),
    ("东门", ("东门", "")), ("12、14号", ("12、14号", "")),
])  # fmt: skip
def test_a_door_column_is_brought_into_one_form_or_left_as_written(written: str, parts: tuple[str, str]) -> None:
    assert split_door(written) == parts


def test_no_door_is_taken_from_an_address_that_several_names_share(ledger: Made) -> None:
    found = ledger("店名,地址", "甲店,荷花路1号", "乙店,荷花路1号", "丙店,荷花路1号2室")
    assert [(row.values["street"], row.values.get("door")) for row in found.rows] == [("荷花路", None), ("荷花路", None), ("荷花路", "1")]
    assert found.notes == ("2 rows share their address with another name; no door was taken from it.",)


def test_the_ledgers_own_columns_go_before_its_address(ledger: Made) -> None:
    found = ledger("店名,地址,路名,门牌,铺位", "甲店,荷花路1号,荷花路,3号,5室", "乙店,荷花路2号,,,")
    assert [(row.values.get("street"), row.values.get("door"), row.values.get("unit")) for row in found.rows] == [
        ("荷花路", "3", "5"),
        (None, None, None),
    ]
    other = ledger("店名,地址,路名", "甲店,荷花路1号,莲叶街", "乙店,荷花路2号,荷花路")
    assert [(row.values.get("street"), row.values.get("door")) for row in other.rows] == [("莲叶街", None), ("荷花路", "2")]


# ---- trades -----------------------------------------------------------------------------------------------------------------

TRADES = {
    "catering": ["餐饮", "面馆", "小吃"],
    "food_retail": ["食品零售与生鲜", "食品", "便利店"],
    "office": ["商务办公", "公司"],
    "repair": ["维修", "修理"],
    "other": ["其他"],
}


@pytest.mark.parametrize(("text", "trade"), [
    ("面馆", "catering"),
    ("食品零售与生鲜", "food_retail"),
    ("餐饮;便利店", "food_retail"),  # the longest word
    ("修理公司", "repair"),  # of two as long, the first
    ("公司修理", "office"),
    ("其他餐饮", "catering"),
    ("其他", "other"),
    ("catering", "catering"),
    ("茶", "other"),
    ("", "other"),
])  # fmt: skip
def test_the_longest_word_of_a_trade_decides_and_nothing_known_is_other(text: str, trade: str) -> None:
    assert trade_of(TRADES, text) == trade


# ---- the rejected file ------------------------------------------------------------------------------------------------------


def test_a_corrected_rejected_file_can_be_imported(ledger: Made, tmp_path: Path) -> None:
    found = ledger("店名,地址,经度,纬度", "'=一元店,荷花路1号,31.2,121.4", '乙店,"荷花路2号,后门",121.4,')
    path = tmp_path / "ledger.rejected.csv"
    write_rejected(path, found.columns, found.rejected)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") and b"\r\n" in path.read_bytes()
    text = path.read_text("utf-8-sig")
    assert "2,Longitude 31.200000" in text and ",'=一元店," in text, "a formula is defused, and only once"
    path.write_text(text.replace("31.2,121.4", "121.4,31.2").replace("121.4,\n", "121.4,31.3\n"), "utf-8-sig")
    again = read(path, "shops")
    assert [(row.values["name"], row.position) for row in again.rows] == [
        ("=一元店", (31_200_000, 121_400_000)),
        ("乙店", (31_300_000, 121_400_000)),
    ]
    assert not again.unknown
    assert not ledger("行号,退回原因,店名,地址", "2,缺店名。,甲店,荷花路1号").unknown


def test_a_rejected_file_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(Unwritable, match="cannot be written"):
        write_rejected(tmp_path / "taken.csv", ("店名",), ())
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]
    with pytest.raises(Unwritable):
        write_rejected(tmp_path / "no folder" / "x.csv", ("店名",), ())


# ---- points, people, rosters ------------------------------------------------------------------------------------------------


def test_points_keep_their_kind_and_keeper_and_get_no_door_from_the_address(ledger: Made) -> None:
    found = ledger("点位名称,类型,地址,点长", "1号投放点,垃圾投放点,荷花路1号,张三", register="points")
    assert found.rows[0].values == {"name": "1号投放点", "kind": "垃圾投放点", "address": "荷花路1号", "keeper": "张三"}


def test_a_roster_reads_days_and_times_as_text(ledger: Made) -> None:
    found = ledger("日期,值班人员,班次", "2026-09-01,张三,早", register="roster")
    assert found.rows[0].values == {"date": "2026-09-01", "person": "张三", "kind": "早"}
