"""Make the messy ledgers of tests/data/ledgers anew: `python tests/tools/make_ledgers.py [FOLDER]`. Everything in them is made up.

The same bytes each time: no clock, no chance. Each file is one kind of mess; tests/test_ledger.py says which rule it holds.
"""

import datetime
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt  # type: ignore[import-untyped]

FOLDER = Path(__file__).parent.parent / "data" / "ledgers"
DAY_ONE = datetime.datetime(2026, 1, 1)

TITLE = "荷花镇沿街商铺登记台账"
UNIT_LINE = ["填报单位：荷花镇示范中心", "", "", "填报日期：2026年9月", "", "", "", ""]
HEADER = ["序号", "*店 名（必填）", "经营地址", "联系\n电话", "经度：", "纬度：", "业 态", "编号"]
SHOPS: list[list[str | int | float]] = [
    [1, "荷香面馆", "荷花路12号", 13800000001, 121.4737015, 31.2304165, "面馆", "H-001"],
    [2, "清风理发(荷花店)", "荷花路14弄3号101室", 13800000002, 121.47371, 31.2305, "理发店", "H-002"],
    [3, "𠮷祥杂货・蕰东", "荷花路、莲叶街交叉口", "021-55550003", 121.47372, 31.23051, "日用百货", "H-003"],
    [4, "=一元店", "莲叶街8-1号", 13800000004, 121.25458799999998, 31.23052, "", "H-004"],
    [5, "阿明修车", "莲叶街10号甲", "", "", "", "修理", "H-005"],
]
TABLE: list[Sequence[str | int | float]] = [UNIT_LINE, HEADER, *SHOPS]
REMARK = "备注：坐标为高德坐标；电话以店主本人确认为准。"


def as_written(cell: str | int | float) -> str:
    """A cell as a CSV holds it: a formula's first character defused, a cell with delimiter or line break quoted."""
    text = f"'{cell}" if str(cell).startswith("=") else str(cell)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',;\t\n"') else text


def text_form(delimiter: str) -> str:
    rows = [[TITLE], *TABLE, [REMARK]]
    return "".join(delimiter.join(map(as_written, row)) + "\r\n" for row in rows)


def book(path: Path) -> xlsxwriter.Workbook:
    made = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    made.set_properties({"created": DAY_ONE})
    return made


def titles_xlsx(path: Path) -> None:
    with book(path) as made:
        sheet = made.add_worksheet("商铺台账")
        sheet.merge_range(0, 0, 0, 7, TITLE)
        for at, row in enumerate(TABLE, 1):
            for place, cell in enumerate(row):
                if cell != "":
                    sheet.write(at, place, cell)
        sheet.merge_range(8, 0, 8, 7, REMARK)


def titles_xls(path: Path) -> None:
    made = xlwt.Workbook(encoding="utf-8")
    sheet = made.add_sheet("商铺台账")
    sheet.write_merge(0, 0, 0, 7, TITLE)
    for at, row in enumerate(TABLE, 1):
        for place, cell in enumerate(row):
            if cell != "":
                sheet.write(at, place, cell)
    sheet.write_merge(8, 8, 0, 7, REMARK)
    made.save(str(path))


def titles_ods(path: Path) -> None:
    def cell_xml(cell: str | int | float) -> str:
        if cell == "":
            return "<table:table-cell/>"
        if isinstance(cell, str):
            lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
            return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}"><text:p>{cell}</text:p></table:table-cell>'

    rows = [[TITLE], *TABLE, [REMARK]]
    table = "".join(f"<table:table-row>{''.join(map(cell_xml, row))}</table:table-row>" for row in rows)
    table += (  # LibreOffice writes the rest of the sheet like this
        '<table:table-row table:number-rows-repeated="1048567"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{short}="{long}"' for short, long in names.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="商铺台账">{table}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in (("mimetype", kind), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    path.write_bytes(held.getvalue())


def merged_xlsx(path: Path) -> None:
    """Two header rows, a road over several shops, roads as headings, a copied page, totals, numbers written ahead."""
    with book(path) as made:
        sheet = made.add_worksheet("台账")
        sheet.merge_range("B2:G2", "荷花镇商铺")  # the table starts in column B, row 2
        for column, word in zip("BCDE", ["店名", "路名", "门牌号", "业态"], strict=True):
            sheet.merge_range(f"{column}3:{column}4", word)
        sheet.merge_range("F3:G3", "坐标")
        sheet.write_row("F4", ["经度", "纬度"])
        sheet.merge_range("B5:G5", "一、荷花路段")
        sheet.write_row("B6", ["甲店", "", "12", "餐饮", 121.1, 31.1])
        sheet.write_row("B7", ["乙店", "", "14号", "零售", 121.2, 31.2])
        sheet.write_row("B8", ["丙店", "", "16", "零售", 121.3, 31.3])
        sheet.merge_range("C6:C9", "荷花路")  # reaches over row 9, where nothing else stands
        sheet.merge_range("B11:G11", "荷花镇商铺")
        sheet.write_row("B12", ["店名", "路名", "门牌号", "业态"])
        sheet.write_row("B13", ["丁店", "莲叶街", "3号甲", "修理"])
        sheet.write("C14", "莲叶街")
        sheet.write_row("B15", ["合计", "", 4])
        sheet.write("B16", "制表人：张三")
        sheet.write("F16", "审核人：李四")


def typed_xlsx(path: Path) -> None:
    """What a spreadsheet does to numbers and names while nobody looks."""
    with book(path) as made:
        sheet = made.add_worksheet("台账")
        day = made.add_format({"num_format": "m-d"})
        sheet.write_row(0, 0, ["店名", "路名", "门牌", "电话", "编号", "面积", "经度", "纬度", "身份证号", "微信", "状态起"])
        sheet.write_row(1, 0, ["甲店", "荷花路", 12, 13800000001, 7, 35.5, 121.4737015, 31.2304165, "00000019900101000X", "wx1"])
        sheet.write_datetime(1, 10, datetime.datetime(2026, 9, 1), made.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(2, 0, ["乙店", "荷花路"])
        sheet.write_datetime(2, 2, datetime.datetime(2026, 12, 1), day)  # 12-1 was typed
        sheet.write_row(3, 0, ["丙店", "荷花路", "16"])
        sheet.write(3, 4, 1234567890123456789)  # 19 digits typed, 15 kept
        sheet.write_row(4, 0, ["丁店", "荷花路", "18", "1.38E+10", 9])
        sheet.write_row(5, 0, ["戊店", "荷花路", "20", "1.3800000005E+10", 10])
        sheet.write_row(6, 0, ["己店", "荷花路", "22"])
        sheet.write_formula(6, 3, "=VLOOKUP(A7,B:C,2,0)", None, "#N/A")


def sheets_xlsx(path: Path) -> None:
    with book(path) as made:
        made.add_worksheet("封面").write(0, 0, "荷花镇商铺普查资料")
        old = made.add_worksheet("旧台账")
        old.write_row(0, 0, ["店名", "地址", "业态"])
        old.write_row(1, 0, ["旧店", "荷花路1号", "餐饮"])
        old.hide()
        new = made.add_worksheet("商铺")
        new.write_row(0, 0, ["店名", "地址"])
        new.write_row(1, 0, ["新店", "荷花路2号"])
        made.add_worksheet("Sheet3")


def far_xlsx(path: Path) -> None:
    with book(path) as made:
        sheet = made.add_worksheet("台账")
        sheet.write_row(0, 0, ["店名", "地址"])
        sheet.write(1_048_575, 16_383, " ")


def make(folder: Path) -> None:
    """Write all of them into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    titles_xlsx(folder / "titles.xlsx")
    titles_xls(folder / "titles.xls")
    titles_ods(folder / "titles.ods")
    merged_xlsx(folder / "merged.xlsx")
    typed_xlsx(folder / "typed.xlsx")
    sheets_xlsx(folder / "sheets.xlsx")
    far_xlsx(folder / "far.xlsx")
    (folder / "titles.utf8.csv").write_bytes(text_form(",").encode())
    (folder / "titles.bom.csv").write_bytes(text_form(",").encode("utf-8-sig"))
    (folder / "titles.gb18030.csv").write_bytes(text_form(",").encode("gb18030"))
    (folder / "titles.semicolon.csv").write_bytes(text_form(";").encode("gb18030"))
    (folder / "titles.utf16.txt").write_bytes(b"\xff\xfe" + text_form("\t").encode("utf-16-le"))
    (folder / "titles.really-text.xls").write_bytes(text_form("\t").encode("gb18030"))  # how old systems export
    (folder / "page.xls").write_bytes("<html><table><tr><td>店名</td><td>地址</td></tr></table></html>".encode("gb18030"))
    (folder / "cut.xlsx").write_bytes((folder / "titles.xlsx").read_bytes()[:3000])
    (folder / "cut.xls").write_bytes((folder / "titles.xls").read_bytes()[:2000])
    whole = (folder / "titles.xls").read_bytes()
    table = 512 * (1 + int.from_bytes(whole[76:80], "little"))  # where the file says which of its sectors follows which
    (folder / "ring.xls").write_bytes(whole[:table] + bytes(4) + whole[table + 4 :])  # the first sector follows itself
    broken = "店名,地址\n甲店,荷花路1号\n乙店,荷花路@号\n丙店,荷花路3号\n".encode().replace(b"@", b"\xe8\x8d")
    (folder / "broken-byte.csv").write_bytes(broken)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
