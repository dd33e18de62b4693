"""`yima import shops` of a large ledger against calamine reading the same file."""

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from bench.measure import YIMA, Figure, Options, copied, kept, run
from bench.towns import STREETS, founded

ROWS = 50_000
TURNS = 3
CALAMINE = """
import sys, python_calamine
rows = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
assert len(rows) == int(sys.argv[2])
"""
TRADES = ("面馆", "超市", "理发店", "修理", "五金")
HEADER = ("序号", "店名", "路名", "门牌号", "业态", "统一社会信用代码", "联系电话", "经度", "纬度", "所属网格", "编号")


def measure(options: Options) -> Iterator[Figure]:
    built = kept("ledger", _build, Path(__file__))
    file = built / "shops.xlsx"
    whole, bare = [], []
    for _turn in range(TURNS):
        town = copied(built, "ledger")
        whole.append(run([*YIMA, "import", "shops", str(file), "--datum", "gcj02"], cwd=town))
        bare.append(run([sys.executable, "-c", CALAMINE, str(file), str(ROWS + 1)]))
    one, other = statistics.median(whole), statistics.median(bare)
    yield Figure(
        "import of a ledger from XLSX",
        one / other,
        8,
        f"{one:.2f} s / {other:.2f} s",
        f"{ROWS:,} rows, {len(HEADER)} columns",
    )


def _build(folder: Path) -> None:
    founded(folder, time.time_ns() // 1_000_000 - 86_400_000).db.close()
    with xlsxwriter.Workbook(str(folder / "shops.xlsx")) as book:
        sheet = book.add_worksheet("商铺台账")
        sheet.write_row(0, 0, HEADER)
        for number in range(ROWS):
            street = STREETS[number % len(STREETS)]
            place = (f"{street[:2]}小店{number}", street, f"{1 + number // len(STREETS)}号", TRADES[number % len(TRADES)])
            position = (121.47 + number / 1_000_000, 31.23 + number / 1_000_000)
            row = (number + 1, *place, "", f"021-5555{number % 10_000:04}", *position, f"第{number % 24 + 1}网格", f"H-{number:05}")
            sheet.write_row(number + 1, 0, row)
