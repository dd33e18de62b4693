"""Label stocks: one page of each, measured in the PDF itself and held against a picture; used sheets, copies, shifts, fonts; faulty tables."""

import ctypes
import re
import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageChops

from tests.factories import at, shop, town
from tests.test_paper import LONG, NO_SHAPE, labels, printed, shops, text_in
from yima.adapters import paper
from yima.adapters.paper import How, Label, Printed, glyphs
from yima.adapters.paper.readback import unread
from yima.adapters.paper.ruler import ruler
from yima.adapters.paper.stocks import stock_named, stocks
from yima.adapters.store import Store, look, plates
from yima.core import codes, events
from yima.errors import BadInput, Damaged, Unwritable
from yima.verbs.sheet import calibrate, listed_in, sheet
from yima.verbs.verify import verify

GOLDEN = Path(__file__).parent / "golden" / "pages"
DPI = 72
NAMES = ["老街面馆", LONG, "𠮷祥如意堃记㙓面馆", "“好又多”生鲜超市（荷花路店）", "Lily's Café & Bakery", "桥头"]
PHONE = "021-00000000"
MM = 25.4 / 72
NOW = at("2026-10-12 09:00")


def full(stock: str) -> list[Label]:
    """As many labels as a page has; the third is blank."""
    made = labels(*(NAMES[number % len(NAMES)] for number in range(stock_named(stock).per_page)))
    return [label._replace(name="", place="") if number == 2 else label for number, label in enumerate(made)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Printed]:
    """One full page of a stock, printed once."""
    made: dict[str, Printed] = {}

    def page(stock: str) -> Printed:
        if stock not in made:
            made[stock] = printed(full(stock), tmp_path_factory.mktemp("stock"), stock, service_phone=PHONE)
        return made[stock]

    return page


def codes_in(path: Path, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height in mm of every square drawing of the page, as the PDF itself says: the codes, in printed order."""
    with pypdfium2.PdfDocument(path) as pdf:
        high = pdf[page].get_size()[1]
        boxes = [one.get_bounds() for one in pdf[page].get_objects([pdfium.FPDF_PAGEOBJ_PATH])]
    sides = [(left * MM, (high - top) * MM, (right - left) * MM, (top - bottom) * MM) for left, bottom, right, top in boxes]
    return [box for box in sides if box[2] >= 10 and abs(box[2] - box[3]) < 0.01]


def picture_of(path: Path) -> Image.Image:
    return paper.render_page(path, 0, DPI)


def differs(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels whose grey differs by more than a third; edges may be drawn a little otherwise by another library."""
    tally = ImageChops.difference(one, other).histogram()
    return sum(tally[85:]) / sum(tally)


@pytest.fixture
def picture(golden: Any, request: pytest.FixtureRequest) -> Callable[[str, Image.Image], float]:
    """How much a page differs from tests/golden/pages; writes it anew with `make golden` (which runs what uses the fixture golden)."""

    def compare(name: str, image: Image.Image) -> float:
        path = GOLDEN / f"{name}.png"
        if request.config.getoption("--golden") and (not path.exists() or differs(Image.open(path).convert("L"), image) > 0):
            path.parent.mkdir(parents=True, exist_ok=True)
            image.quantize(16).save(path, optimize=True)
        with Image.open(path) as kept:
            assert kept.size == image.size
            return differs(kept.convert("L"), image)

    return compare


# -- one page of each stock


@pytest.mark.parametrize("name", list(stocks()))
def test_a_page_of_each_stock_looks_as_it_always_did(pages: Any, picture: Any, name: str) -> None:
    image = picture_of(pages(name).path)
    assert picture(name, image) < 0.003
    assert differs(image, ImageChops.offset(image, 1, 0)) > 0.003, "a third of a millimetre would be seen"


@pytest.mark.parametrize("name", list(stocks()))
def test_every_code_stands_where_the_stock_says_to_a_fifth_of_a_millimetre(pages: Any, name: str) -> None:
    stock = stock_named(name)
    found = codes_in(pages(name).path)
    assert len(found) == stock.per_page
    for slot, (left, top, width, height) in enumerate(found):
        row, column = divmod(slot, stock.columns)
        across, down = stock.first[0] + column * stock.pitch[0], stock.first[1] + row * stock.pitch[1]
        assert (width, height) == pytest.approx((stock.code, stock.code), abs=0.2)
        if stock.template == "plate.typ":
            assert left == pytest.approx((stock.page[0] - stock.code) / 2, abs=0.2), "in the middle"
        else:
            assert (left, top) == pytest.approx((across + stock.inset, down + stock.inset), abs=0.2)
    with pypdfium2.PdfDocument(pages(name).path) as pdf:
        assert tuple(side * MM for side in pdf[0].get_size()) == pytest.approx(stock.page, abs=0.2)


@pytest.mark.parametrize("name", list(stocks()))
def test_the_text_of_a_label_is_the_same_chinese(pages: Any, name: str) -> None:
    stock = stock_named(name)
    for slot, label in enumerate(pages(name).labels[:6]):
        text = text_in(pages(name).path, stock, slot)
        for part in (label.name, label.place, codes.grouped(label.code), "青荷镇", PHONE):
            assert "".join(part.split()) in text, (name, slot)


@pytest.mark.parametrize("name", list(stocks()))
def test_fonts_are_embedded_subsets(pages: Any, name: str) -> None:
    with pypdfium2.PdfDocument(pages(name).path) as pdf:
        page = pdf[0]
        found = {font_of(one) for one in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT])}
    assert found
    for base, is_embedded in found:
        assert is_embedded
        assert base[6:7] == "+" and base[:6].isupper(), f"{base} is no subset"
    assert pages(name).path.stat().st_size < 500_000, "the whole font has 20 MB"


def font_of(text: Any) -> tuple[str, bool]:
    font, name = pdfium.FPDFTextObj_GetFont(text.raw), ctypes.create_string_buffer(200)
    pdfium.FPDFFont_GetBaseFontName(font, name, 200)
    return name.value.decode(), bool(pdfium.FPDFFont_GetIsEmbedded(font))


@pytest.mark.parametrize("name", list(stocks()))
def test_the_quiet_zone_of_every_code_is_white(pages: Any, name: str) -> None:
    stock, dpi = stock_named(name), 300
    image = paper.render_page(pages(name).path, 0, dpi)
    for left, top, width, _height in codes_in(pages(name).path)[:6]:
        quiet = 4 * stock.code / 21 - 0.15
        box = [round(edge / 25.4 * dpi) for edge in (left - quiet, top - quiet, left + width + quiet, top + width + quiet)]
        around = image.crop((box[0], box[1], box[2], box[3]))
        inner = [round(edge / 25.4 * dpi) for edge in (quiet - 0.1, quiet - 0.1, quiet + width + 0.1, quiet + width + 0.1)]
        around.paste(255, (inner[0], inner[1], inner[2], inner[3]))
        assert min(around.tobytes()) > 200


def test_two_runs_give_the_same_bytes(pages: Any, tmp_path: Path) -> None:
    for name in ("65", "roll", "a7"):
        assert printed(full(name), tmp_path, name, service_phone=PHONE).digest == pages(name).digest


# -- used sheets, copies, shifts, large print


def test_a_used_sheet_begins_at_its_first_free_label(tmp_path: Path) -> None:
    result = printed(shops(6), tmp_path, how=How(start=22))
    stock = stock_named("24")
    assert (result.pages, result.read_back, len(result.labels)) == (2, 6, 6)
    assert [len(codes_in(result.path, page)) for page in (0, 1)] == [3, 3]
    assert codes_in(result.path)[0][:2] == pytest.approx((5, 0.5 + 7 * 37 + 5), abs=0.2), "the first of the last row"
    assert codes_in(result.path, 1)[0][:2] == pytest.approx((5, 5.5), abs=0.2)
    assert [text_in(result.path, stock, slot)[:4] for slot in (0, 20, 21, 24)] == ["", "", "青荷面馆", "青荷便利"]
    payloads = [codes.payload(label.code) for label in result.labels]
    assert unread(result.path, stock, [""] * 21 + payloads) == []
    assert unread(result.path, stock, [""] * 20 + payloads) == list(range(20, 26)), "one place too early"
    assert unread(result.path, stock, [""] * 22 + payloads[1:]) == [21], "a code where nothing should be"


def test_a_used_sheet_also_begins_there_when_several_processes_print_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "LABELS_PER_CHILD", 24)
    result = printed(shops(50), tmp_path, how=How(start=3))
    assert (result.pages, result.read_back) == (3, 50)
    assert [len(codes_in(result.path, page)) for page in range(3)] == [22, 24, 4]


@pytest.mark.parametrize(
    ("stock", "how", "says"),
    [
        ("24", How(start=25), "24"),
        ("24", How(start=0), "24"),
        ("a6", How(start=2), "a6"),
        ("24", How(copies=0), "100"),
        ("24", How(copies=101), "100"),
        ("24", How(shift=(0, -10.5)), "10"),
        ("a7", How(cut_marks=True), "a7"),
        ("roll", How(cut_marks=True), "roll"),
    ],
)
def test_what_cannot_be_printed_on_a_stock_is_refused_and_nothing_printed(tmp_path: Path, stock: str, how: How, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        printed(shops(1), tmp_path, stock, how=how)
    assert not list(tmp_path.iterdir())


def test_copies_are_printed_side_by_side_and_all_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = shops(9)
    result = printed(wanted, tmp_path, how=How(start=2, copies=3))
    assert (result.labels, result.read_back, result.pages) == (tuple(wanted), 27, 2)
    expected = [codes.payload(label.code) for label in wanted for _copy in range(3)]
    assert unread(result.path, stock_named("24"), ["", *expected]) == []
    draw, victim = paper.qr_svg, codes.payload(wanted[8].code)
    monkeypatch.setattr(paper, "qr_svg", lambda payload: draw("Y1:0123456789AM" if payload == victim else payload))
    with pytest.raises(Damaged, match=codes.grouped(wanted[8].code)):
        printed(wanted, tmp_path, how=How(start=2, copies=3))


def test_a_shift_moves_everything_and_is_read_back_where_it_is(tmp_path: Path) -> None:
    for stock in ("24", "a6"):
        straight = codes_in(printed(shops(2), tmp_path, stock).path)
        moved = codes_in(printed(shops(2), tmp_path, stock, how=How(shift=(1.5, -0.8))).path)
        assert [box[:2] for box in moved] == [pytest.approx((left + 1.5, top - 0.8), abs=0.02) for left, top, *_sides in straight]


def test_cut_marks_stand_on_the_corners_and_large_print_makes_names_larger(tmp_path: Path) -> None:
    plain = picture_of(printed(labels("老街面馆"), tmp_path, "21").path)
    marked = ImageChops.difference(plain, picture_of(printed(labels("老街面馆"), tmp_path, "21", how=How(cut_marks=True)).path))
    box = [round(edge / MM) for edge in (5.71, 13.65, 72.21, 54.75)]
    assert marked.getbbox() == pytest.approx(box, abs=2), "a mark of 3 mm on each corner of 63.5 × 38.1"
    for stock in stocks():
        tall = [name_height(printed(labels("老街面馆"), tmp_path, stock, how=How(large=large)).path) for large in (False, True)]
        assert tall[1] > 1.15 * tall[0], stock
    result = printed(labels(LONG, "老街面馆"), tmp_path, how=How(large=True))
    assert result.shrunk == (LONG,), "smaller than it always was is said, not smaller than large"


def name_height(path: Path) -> float:
    """Of the characters of the name 老街面馆, in points."""
    with pypdfium2.PdfDocument(path) as pdf:
        text = pdf[0].get_textpage()
        at = text.get_text_range().index("老街面馆")
        _left, bottom, _right, top = text.get_charbox(at)
    return float(top - bottom)


def test_the_ruler_page_shows_every_outline_and_is_no_sheet(tmp_path: Path) -> None:
    path = tmp_path / "out" / "ruler.pdf"
    for name in stocks():
        stock = stock_named(name)
        ruler(name, path, town="青荷镇", shift=(1, 0.5), timestamp=0)
        with pypdfium2.PdfDocument(path) as pdf:
            high = stock.page[1]
            boxes = [[side * MM for side in one.get_bounds()] for one in pdf[0].get_objects([pdfium.FPDF_PAGEOBJ_PATH])]
        labels_there = [box for box in boxes if (box[2] - box[0], box[3] - box[1]) == pytest.approx(stock.label, abs=0.4)]
        assert len(labels_there) == stock.per_page, name
        assert (labels_there[0][0], high - labels_there[0][3]) == pytest.approx((stock.first[0] + 1, stock.first[1] + 0.5), abs=0.2)
        assert unread(path, stock, [""] * stock.per_page) == []
    ruler("24", tmp_path / "a.pdf", town="青荷镇", shift=(0, 0), timestamp=0)
    once = (tmp_path / "a.pdf").read_bytes()
    ruler("24", tmp_path / "a.pdf", town="青荷镇", shift=(0, 0), timestamp=0)
    assert (tmp_path / "a.pdf").read_bytes() == once
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable):
        ruler("24", tmp_path / "file" / "a.pdf", town="青荷镇", shift=(0, 0), timestamp=0)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.pdf", "file", "out"]


@pytest.mark.parametrize(
    ("stock", "shift", "says"),
    [
        ("65", (10, 10), "横最多 -6.9 到 7.1 毫米，竖最多 -10 到 10 毫米"),  # 4.67 + 2.3; 210 - (4.67 + 4 × 40.6 + 38.1) + 2.3
        ("65", (-7, 0), "横最多 -6.9 到 7.1"),
        ("24", (5.1, 0), "横最多 -5 到 5 毫米，竖最多 -5.5 到 5.5 毫米"),
        ("24", (0, -5.6), "竖最多 -5.5 到 5.5"),
        ("roll", (0, 4.5), "竖最多 -4 到 4"),
        ("a7", (-5.7, 0), "横最多 -5.6 到 5.6"),
    ],
)
def test_a_shift_that_would_move_print_off_the_page_is_refused_with_the_most_that_is_possible(
    tmp_path: Path, stock: str, shift: tuple[float, float], says: str
) -> None:
    with pytest.raises(BadInput, match=re.escape(says)):
        printed(shops(1), tmp_path, stock, how=How(shift=shift))
    with pytest.raises(BadInput, match=re.escape(says)):
        ruler(stock, tmp_path / "ruler.pdf", town="青荷镇", shift=shift, timestamp=0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("stock", "most"), [("24", (5, 5.5)), ("24", (-5, -5.5)), ("65", (-6.9, -10)), ("roll", (4, 4)), ("a7", (-5.6, -5.6))]
)
def test_the_largest_shift_that_a_stock_bears_loses_no_ink(tmp_path: Path, stock: str, most: tuple[float, float]) -> None:
    straight = picture_of(printed(full(stock), tmp_path, stock, service_phone=PHONE).path)
    moved = picture_of(printed(full(stock), tmp_path, stock, service_phone=PHONE, how=How(shift=most)).path)
    there, here = (ImageChops.invert(one).point(lambda grey: 255 if grey > 90 else 0).getbbox() for one in (straight, moved))
    assert there and here
    across, down = (round(side / MM) for side in most)
    assert here == pytest.approx((there[0] + across, there[1] + down, there[2] + across, there[3] + down), abs=1)


@pytest.mark.parametrize("name", list(stocks()))
@pytest.mark.parametrize("shift", [(0, 0), (1.5, -2)])
def test_the_scales_of_a_ruler_page_read_four_millimetres_either_way(tmp_path: Path, name: str, shift: tuple[float, float]) -> None:
    stock, path = stock_named(name), tmp_path / "ruler.pdf"
    ruler(name, path, town="青荷镇", shift=shift, timestamp=0)
    with pypdfium2.PdfDocument(path) as pdf:
        high = stock.page[1]
        boxes = [[side * MM for side in one.get_bounds()] for one in pdf[0].get_objects([pdfium.FPDF_PAGEOBJ_PATH])]
    ticks = [((left + right) / 2, high - (top + bottom) / 2, right - left, top - bottom) for left, bottom, right, top in boxes]
    zeros = [
        sorted({round(at[side] - shift[side], 1) for at in ticks if at[3 - side] == pytest.approx(3.3, abs=0.2) and at[2 + side] < 0.4})
        for side in (0, 1)
    ]
    for side in (0, 1):
        assert zeros[side], "the long tick is the 0"
        for zero in zeros[side]:
            for off in range(-4, 5):
                where = zero + shift[side] + off
                assert 0 < where < stock.page[side]
                assert any(at[side] == pytest.approx(where, abs=0.1) and at[2 + side] < 0.4 for at in ticks), (side, off)
    if stock.per_page == 1:
        assert zeros == [[10], [10]], "so far from the paper's edge it is looked for with a ruler"


# -- fonts


def fonts_of(path: Path) -> set[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[0]
        return {font_of(one)[0][7:] for one in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT])}


def test_a_font_file_is_used_first_and_embedded(tmp_path: Path) -> None:
    own = glyphs.font_file()  # a collection, whose first face is the Japanese one
    assert fonts_of(printed(shops(1), tmp_path).path) == {"NotoSansCJKsc-Regular"}
    assert fonts_of(printed(shops(1), tmp_path, how=How(font=own)).path) == {"NotoSansCJKjp-Regular"}
    assert paper.own_font(tmp_path) is None and paper.own_font(None) is None
    (tmp_path / "font.ttc").write_bytes(own.read_bytes())
    assert paper.own_font(tmp_path) == tmp_path / "font.ttc"


def test_what_is_no_font_is_one_sentence_and_nothing_is_printed(tmp_path: Path) -> None:
    whole = glyphs.font_file().read_bytes()
    for name, content in (
        ("a.ttf", b""),
        ("b.ttf", b"no font at all, but long enough" * 9),
        ("c.ttc", whole[:4000]),
        ("d.otf", whole[:40]),
    ):
        (tmp_path / name).write_bytes(content)
    for name in ("a.ttf", "b.ttf", "c.ttc", "d.otf", "none.ttf", "."):
        with pytest.raises(BadInput):
            printed(shops(1), tmp_path, how=How(font=tmp_path / name))
    assert not list(tmp_path.glob("*.pdf"))


def test_a_character_that_only_the_own_font_has_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    own = glyphs.Face(Path("own.ttf"), "Own")
    runs = glyphs._runs
    monkeypatch.setattr(
        glyphs, "_runs", lambda path, family: ([ord(NO_SHAPE)], [ord(NO_SHAPE)]) if path == own.file else runs(path, family)
    )
    assert glyphs.missing([f"{NO_SHAPE}记😀"]) == ["😀", NO_SHAPE]
    assert glyphs.missing([f"{NO_SHAPE}记😀"], own) == ["😀"]


def test_a_small_font_with_a_table_of_format_4_is_read_too() -> None:
    ends, starts = [ord("C"), ord("一"), 0xFFFF], [ord("A"), ord("一"), 0xFFFF]
    deltas, offsets = [-64, 10 - ord("一"), 1], [4, 0, 0]
    # The first segment goes through the list of glyphs: B has none.
    offsets[0] = 2 * (3 + 0)
    words = [*ends, 0, *starts, *(delta % 65536 for delta in deltas), *offsets, 65, 0, 67]
    body = struct.pack(f">{len(words)}H", *words)
    table = struct.pack(">HHHHHHH", 4, 14 + len(body), 0, 2 * 3, 0, 0, 0) + body
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + table
    assert glyphs._characters(BytesIO(cmap), 0) == ([ord("A"), ord("C"), ord("一")], [ord("A"), ord("C"), ord("一")])


# -- the table


GOOD = {
    "name": "试", "template": "labels.typ", "page": "[210, 297]", "first": "[5, 5]", "label": "[60, 40]", "pitch": "[62, 42]",
    "columns": "3", "rows": "6", "inset": "4", "code": "18",
}  # fmt: skip


def table(folder: Path, **change: str | None) -> Path:
    lines = [f"  {key}: {value}\n" for key, value in (GOOD | change).items() if value is not None]
    folder.mkdir(exist_ok=True)
    (folder / "stock.yaml").write_text("own:\n" + "".join(lines), encoding="utf-8")
    return folder


def test_a_town_adds_a_stock_and_replaces_one(tmp_path: Path) -> None:
    own = table(tmp_path / "templates", radius="2")
    assert set(stocks(own)) == {*stocks(), "own"}
    assert (stocks(own)["own"].per_page, stocks(own)["own"].radius) == (18, 2)
    text = (own / "stock.yaml").read_text(encoding="utf-8").replace("own:", '"24":')
    (own / "stock.yaml").write_text(text, encoding="utf-8")
    assert (stock_named("24", own).per_page, stock_named("24").per_page) == (18, 24)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"columns": "4"}, 8),  # 5 + 3 × 62 + 60 = 251 mm
        ({"rows": "8"}, 9),
        ({"first": "[27, 5]"}, 8),
        ({"first": "[-1, 5]"}, 5),
        ({"first": "5"}, 5),
        ({"first": "[5, 5, 5]"}, 5),
        ({"first": "[5, five]"}, 5),
        ({"page": "[210, 99999]"}, 4),
        ({"page": "[0, 297]"}, 4),
        ({"pitch": "[59, 42]"}, 7),
        ({"pitch": "[62, 39.9]"}, 7),
        ({"code": "33"}, 11),  # 33 + 2 × 4 > 40
        ({"code": "9"}, 11),
        ({"code": "nan"}, 11),
        ({"inset": "2"}, 10),  # less than the quiet zone
        ({"radius": "21"}, 12),
        ({"columns": "0"}, 8),
        ({"columns": "1.5"}, 8),
        ({"rows": "99999999999999999999"}, 9),
        ({"template": "../x.typ"}, 3),
        ({"name": None}, 2),
        ({"pitch": None}, 2),
        ({"colums": "3"}, 12),
    ],
)
def test_a_stock_that_cannot_be_is_refused_with_its_line(tmp_path: Path, change: dict[str, str | None], line: int) -> None:
    own = table(tmp_path / "templates", **change)
    with pytest.raises(BadInput, match=rf"templates/stock\.yaml:{line} own") as caught:
        printed(shops(1), tmp_path / "out", "24", templates=own)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_all_faults_of_the_table_are_said_at_once(tmp_path: Path) -> None:
    own = table(tmp_path / "templates", columns="4", rows="8", code="33", inset="12")
    with pytest.raises(BadInput) as caught:
        stocks(own)
    assert [f"stock.yaml:{line} " in str(caught.value) for line in (8, 9, 11)] == [True] * 3


# -- the command


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with town(tmp_path / "town", NOW) as made:
        for number in range(1, 6):
            shop(made, f"店{number}", "荷花路", str(number), source={"name": "商户编号", "no": f"QH{number}", "row": str(number + 1)})
        yield made


def issued(store: Store, **more: Any) -> Any:
    return sheet(store, look.person_by(store, "顾晓"), NOW + 10, **more)


def test_where_a_batch_began_is_recorded_and_the_next_free_label_is_said(store: Store) -> None:
    plain = issued(store, street="荷花路")
    used = issued(store, street="荷花路", how=How(start=23, copies=2))
    assert (plain.start, plain.copies, plain.next_free, plain.read_back) == (1, 1, 6, 5)
    assert (used.start, used.copies, used.next_free, used.read_back, used.pages) == (23, 2, 9, 10, 2)
    first, second = [fact.body for fact in store.facts() if fact.kind == "plates.printed"]
    assert b"start" not in first and b"copies" not in first, "what is plain is not written: old batches stay as they are"
    fact = events.decode("plates.printed", second)
    assert (fact.start, fact.copies, len(fact.plates)) == (23, 2, 5)
    assert [plate.times for plate in plates.every(store)] == [2] * 5, "copies are one printing of one plate"
    full_page = issued(store, blank=1, how=How(start=24))
    assert full_page.next_free == 0


def test_verify_knows_the_page_of_a_label_on_a_used_sheet(store: Store, tmp_path: Path) -> None:
    result = issued(store, street="荷花路", how=How(start=23, copies=2))
    photo = tmp_path / "page1.png"
    paper.render_page(Path(result.file), 0, 200).save(photo)
    seen = verify(store, [photo], batch=result.batch)
    assert [one.plate.code for one in seen.seen] == [result.labels[0][0]]
    assert {one.page for one in seen.missing} == {2} and seen.pages == (2,)


def test_what_was_left_out_is_printed_alone_by_its_number_once_it_has_a_shape(store: Store, tmp_path: Path) -> None:
    shop(store, f"{NO_SHAPE}记", "荷花路", "41", source={"name": "商户编号", "no": "QH41", "row": "42"})
    result = issued(store, street="荷花路")
    assert result.no_glyph == ((f"{NO_SHAPE}记", NO_SHAPE, "QH41"),)
    with pytest.raises(BadInput, match=NO_SHAPE):
        issued(store, only=["QH41"])
    assert [name for _code, _id, name in issued(store, only=["QH3", "店1", "QH3"]).labels] == ["店3", "店1"]
    names = tmp_path / "补印.txt"
    names.write_text("QH2\r\n\r\n店5\n", encoding="utf-8-sig")
    assert listed_in(str(names)) == ["QH2", "店5"] == listed_in("QH2，店5")
    names.write_bytes(b"\xff\xfe\x00")
    for text in (str(names), ",", "、 ，"):
        with pytest.raises(BadInput):
            listed_in(text)
    shop(store, "同号", "老街", "1", source={"name": "点位编号", "no": "QH3", "row": "2"})
    with pytest.raises(BadInput, match="QH3"):
        issued(store, only=["QH3"])
    assert [name for _code, _id, name in issued(store, only=["QH3"], street="老街").labels] == ["同号"]


def test_the_ruler_page_records_nothing(store: Store) -> None:
    before = len(list(store.facts()))
    result = calibrate(store, NOW, stock="65", shift=(1, -1))
    assert Path(result.file).is_file() and result.file_shown.startswith("data/sheets/")
    assert len(list(store.facts())) == before
    assert calibrate(store, NOW, stock="65", shift=(1, -1)) == result
    with pytest.raises(BadInput, match="65"):
        calibrate(store, NOW, stock="66")


def test_the_towns_own_font_is_used_without_being_asked_for(store: Store) -> None:
    folder = store.folder / "templates"
    folder.mkdir()
    (folder / "font.ttc").write_bytes(glyphs.font_file().read_bytes())
    assert fonts_of(Path(issued(store, names=["店1"]).file)) == {"NotoSansCJKjp-Regular"}
    (folder / "font.ttc").write_bytes(b"no font")
    before = len(list(store.facts()))
    with pytest.raises(BadInput, match=r"font\.ttc"):
        issued(store, names=["店1"])
    assert len(list(store.facts())) == before
