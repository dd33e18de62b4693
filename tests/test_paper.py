"""Real sheets, typeset, read back and measured in millimetres."""

import ast
import errno
import hashlib
import os
import random
import socket
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

from yima.adapters import paper
from yima.adapters.paper import Label, Printed
from yima.adapters.paper.stocks import TEMPLATES, Stock, stock_named, stocks
from yima.core import codes
from yima.errors import BadInput, Damaged, Unwritable

LONG = "上海青荷文化旅游发展有限公司荷花路分公司"
ENDLESS = "青荷镇荷花路社区卫生服务中心暨家庭医生工作室、疫苗接种门诊、中医馆联合服务点" * 4
ODD = ["𠮷祥如意堃记㙓面馆", "*#strong[x]* $z$ <a> [b] \\", '"=1+1', "“好又多”生鲜超市（荷花路店）", "Lily's Café & Bakery", "老"]
WORD = "STARBUCKSRESERVEROASTERYANDTASTINGROOM咖啡"
NO_SHAPE = "𱍐"  # U+31350, Unicode 13; the font ends before it
SORTS = ["面馆", "药房", "茶楼", "便利店"]
MM = 25.4


def labels(*names: str) -> list[Label]:
    chance = random.Random(7)
    return [Label(codes.make(chance.randbytes(7)), name, f"荷花路{at + 1}号", f"{at:020x}", str(at + 2)) for at, name in enumerate(names)]


def shops(count: int) -> list[Label]:
    return labels(*(f"青荷{SORTS[at % 4]}{at}" for at in range(count)))


def printed(wanted: list[Label], folder: Path, stock: str = "24", **more: object) -> Printed:
    return paper.sheet(wanted, stock=stock, path=folder / "sheet.pdf", town="青荷镇", timestamp=1_790_000_000, **more)  # type: ignore[arg-type]


def text_in(path: Path, stock: Stock, place: int) -> str:
    """What a copy of the label's text gives, without white space."""
    page, slot = divmod(place, stock.per_page)
    left = (stock.first[0] + slot % stock.columns * stock.pitch[0]) * 72 / MM
    top = (stock.page[1] - stock.first[1] - slot // stock.columns * stock.pitch[1]) * 72 / MM
    with pypdfium2.PdfDocument(path) as pdf:
        text = pdf[page].get_textpage().get_text_bounded(left, top - stock.label[1] * 72 / MM, left + stock.label[0] * 72 / MM, top)
    return "".join(text.split())


def ink(path: Path, stock: Stock, slot: int, within: tuple[float, float] = (0, 0)) -> tuple[float, float, float, float]:
    """What is printed on a label of page 1, or its upper left part `within`: left, top, right, bottom in mm from the label's corner."""
    dpi, (width, height) = 300, within if any(within) else stock.label
    image = paper.render_page(path, 0, dpi)
    left = stock.first[0] + slot % stock.columns * stock.pitch[0]
    top = stock.first[1] + slot // stock.columns * stock.pitch[1]
    edges = [round(edge * dpi / MM) for edge in (left, top, left + width, top + height)]
    box = image.crop((edges[0], edges[1], edges[2], edges[3])).point(lambda grey: 255 if grey < 200 else 0).getbbox()
    assert box, f"slot {slot} is empty"
    return (box[0] * MM / dpi, box[1] * MM / dpi, box[2] * MM / dpi, box[3] * MM / dpi)


@pytest.mark.parametrize(("stock", "count", "pages"), [("24", 1, 1), ("24", 24, 1), ("24", 60, 3), ("a6", 2, 2)])
def test_every_code_of_a_sheet_is_read_back(tmp_path: Path, stock: str, count: int, pages: int) -> None:
    told: list[int] = []
    wanted = shops(count)
    sheet = paper.sheet(wanted, stock=stock, path=tmp_path / "a" / "s.pdf", town="青荷镇", timestamp=0, progress=told.append)
    assert (sheet.read_back, sheet.pages, sheet.labels) == (count, pages, tuple(wanted))
    assert (sheet.shrunk, sheet.no_glyph, sheet.left_out) == ((), (), ())
    assert len(told) == pages
    assert told[-1] == count
    assert sheet.digest == hashlib.sha256(sheet.path.read_bytes()).hexdigest()
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["s.pdf"]


def test_a_phone_reads_the_same_codes_at_300_dpi_in_printed_order(tmp_path: Path) -> None:
    import zxingcpp

    wanted = shops(30)
    sheet = printed(wanted, tmp_path)
    read = []
    for page in range(2):
        found = zxingcpp.read_barcodes(paper.render_page(sheet.path, page, 300))
        found.sort(key=lambda code: (code.position.top_left.y // 200, code.position.top_left.x))
        read += [codes.parse(code.text) for code in found]
    assert read == [label.code for label in wanted]


def test_an_address_makes_a_larger_code_that_still_reads(tmp_path: Path) -> None:
    wanted = shops(5)
    assert printed(wanted, tmp_path, url_prefix="https://yima.qinghe.example").read_back == 5
    assert paper.qr_svg(codes.payload(wanted[0].code))[1] == 21, "version 1, the coarsest there is"
    assert paper.qr_svg("Y1:123456789012")[1] == 21, "digits alone do not change the mode"
    with pytest.raises(BadInput, match="码"):
        printed(wanted, tmp_path, url_prefix="https://码.example/")


@pytest.mark.parametrize("name", list(stocks()))
def test_a_stock_fits_its_page(name: str) -> None:
    stock = stock_named(name)
    for side, number in enumerate((stock.columns, stock.rows)):
        assert stock.first[side] + (number - 1) * stock.pitch[side] + stock.label[side] <= stock.page[side]
        assert stock.pitch[side] >= stock.label[side]
        assert stock.code + 2 * stock.inset <= stock.label[side]
        if stock.page[0] == 210:
            assert stock.first[side] + stock.inset >= 5, "office printers leave 5 mm of a page white"
    assert stock.inset >= 4 * stock.code / 21, "the quiet zone lies in the inset"


def test_labels_stand_where_the_stock_says(tmp_path: Path) -> None:
    stock = stock_named("24")
    sheet = printed(labels(ENDLESS, WORD, *ODD, *["店"] * 16), tmp_path)
    for slot in range(24):
        left, top, right, bottom = ink(sheet.path, stock, slot)
        assert left >= stock.inset - 0.15
        assert top >= stock.inset - 0.15
        assert right <= stock.label[0] - stock.inset + 0.15
        assert bottom <= stock.label[1] - stock.inset + 0.15
        assert ink(sheet.path, stock, slot, within=(23, 23)) == pytest.approx((5, 5, 22, 22), abs=0.15), "the code and nothing else"
    with pypdfium2.PdfDocument(sheet.path) as pdf:
        assert [round(side / 72 * MM, 1) for side in pdf[0].get_size()] == [210, 297]


def test_the_door_plate_carries_a_code_of_40_mm(tmp_path: Path) -> None:
    import zxingcpp

    sheet = printed(labels(LONG), tmp_path, "a6", service_phone="021-00000000")
    (code,) = zxingcpp.read_barcodes(paper.render_page(sheet.path, 0, 300))
    assert (code.position.top_right.x - code.position.top_left.x) / 300 * MM == pytest.approx(40, abs=0.5)
    text = text_in(sheet.path, stock_named("a6"), 0)
    for part in ("青荷镇", LONG, "荷花路1号", codes.grouped(sheet.labels[0].code), "021-00000000"):
        assert part in text


def test_the_text_on_paper_is_the_text_given(tmp_path: Path) -> None:
    names = [*ODD, LONG, WORD, "a" * 60, "多 空格　的店"]
    sheet = printed(labels(*names), tmp_path)
    for place, label in enumerate(sheet.labels):
        expected = label.name + label.place + codes.grouped(label.code) + "青荷镇"
        assert text_in(sheet.path, stock_named("24"), place) == "".join(expected.split())


def test_a_long_name_is_shrunk_and_an_endless_one_cut_and_both_are_named(tmp_path: Path) -> None:
    sheet = printed(labels("老街面馆", LONG, ENDLESS, "老街茶楼"), tmp_path)
    assert sheet.shrunk == (LONG, ENDLESS)
    text = text_in(sheet.path, stock_named("24"), 2)
    cut = text.split("…")[0]
    assert len(cut) > 40
    assert ENDLESS.startswith(cut)
    assert text.split("…")[1].startswith("荷花路3号")


def test_a_blank_plate_has_lines_to_write_on(tmp_path: Path) -> None:
    blank = [label._replace(name="", place="") for label in shops(2)]
    assert printed(blank, tmp_path).read_back == 2
    stock = stock_named("24")
    assert text_in(tmp_path / "sheet.pdf", stock, 0) == codes.grouped(blank[0].code) + "青荷镇"
    assert printed(blank, tmp_path, "a6").pages == 2


def test_a_character_without_a_shape_is_named_and_its_label_left_out(tmp_path: Path) -> None:
    wanted = labels("老街面馆", f"{NO_SHAPE}记面馆", "老街茶楼", "开心😀店")
    wanted[2] = wanted[2]._replace(place=f"{NO_SHAPE}路1号")
    sheet = printed(wanted, tmp_path)
    assert sheet.no_glyph == ((f"{NO_SHAPE}记面馆", NO_SHAPE), ("老街茶楼", NO_SHAPE), ("开心😀店", "😀"))
    assert (sheet.labels, sheet.left_out) == ((wanted[0],), tuple(wanted[1:]))
    assert [label.row for label in sheet.left_out] == ["3", "4", "5"]
    assert sheet.read_back == 1


def test_nothing_but_names_without_a_shape_prints_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=NO_SHAPE):
        printed(labels(f"{NO_SHAPE}记"), tmp_path)
    with pytest.raises(BadInput, match=NO_SHAPE):
        paper.sheet(shops(1), stock="24", path=tmp_path / "s.pdf", town=f"{NO_SHAPE}镇", timestamp=0)
    assert not list(tmp_path.iterdir())


def test_marks_without_a_shape_do_not_keep_a_label_from_the_sheet(tmp_path: Path) -> None:
    sheet = printed(labels("老街\u202e面馆\u200d", "两行\n店", "葛\U000e0100城"), tmp_path)
    assert (sheet.read_back, sheet.no_glyph) == (3, ())
    texts = [text_in(sheet.path, stock_named("24"), place) for place in range(3)]
    assert [text.split("荷花路")[0] for text in texts] == ["老街面馆", "两行店", "葛城"]


def test_the_same_input_gives_the_same_bytes_also_over_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "LABELS_PER_CHILD", 24)
    wanted = shops(70)
    first = printed(wanted, tmp_path)
    assert (first.pages, first.read_back) == (3, 70)
    once = first.path.read_bytes()
    again = printed(wanted, tmp_path)
    assert again.path.read_bytes() == once
    assert again == first
    other = paper.sheet(wanted, stock="24", path=tmp_path / "sheet.pdf", town="青荷镇", timestamp=1_800_000_000)
    assert other.digest != first.digest, "the date is the caller's"
    assert text_in(first.path, stock_named("24"), 69).startswith(wanted[69].name)


@pytest.mark.parametrize("fault", ["another code", "no code", "swapped"])
def test_a_sheet_with_one_wrong_code_is_refused_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    wanted = shops(30)
    good = printed(wanted, tmp_path).path.read_bytes()
    victim, other = codes.payload(wanted[26].code), codes.payload(wanted[3].code)
    draw = paper.qr_svg
    drawn = {
        "another code": {victim: draw("Y1:0123456789AM")},
        "no code": {victim: ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21"/>', 21)},
        "swapped": {victim: draw(other), other: draw(victim)},
    }[fault]
    monkeypatch.setattr(paper, "qr_svg", lambda payload: drawn.get(payload) or draw(payload))
    with pytest.raises(Damaged, match=codes.grouped(wanted[26].code)):
        printed(wanted, tmp_path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("sheet.pdf", good)]


def test_a_missing_page_and_a_code_too_many_are_refused(tmp_path: Path) -> None:
    from yima.adapters.paper.readback import unread

    stock, wanted = stock_named("24"), shops(26)
    path = printed(wanted, tmp_path).path
    payloads = [codes.payload(label.code) for label in wanted]
    assert unread(path, stock, payloads) == []
    assert unread(path, stock, payloads[:25]) == [24], "a code on a place that should be empty"
    more = [*payloads, *payloads, *payloads]
    assert unread(path, stock, more)[-1] == 77


def test_an_unknown_stock_lists_the_stocks(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        printed(shops(1), tmp_path, "a5")
    assert "a5" in str(caught.value)
    assert all(name in str(caught.value) for name in ("24", "a6"))


def test_no_label_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        printed([], tmp_path)


def test_what_is_no_code_is_never_printed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ABC"):
        printed([Label("ABC", "店", "", "")], tmp_path)


def test_a_place_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable, match=r"sheet\.pdf"):
        printed(shops(1), tmp_path / "file")

    def is_full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "full")

    (tmp_path / "sheet.pdf").write_bytes(b"before")
    monkeypatch.setattr(os, "replace", is_full)
    with pytest.raises(Unwritable):
        printed(shops(1), tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"file", "sheet.pdf"}
    assert (tmp_path / "sheet.pdf").read_bytes() == b"before"


def test_a_town_may_bring_its_own_stock_and_template(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "stock.yaml").write_text(
        "own: {name: one, template: own.typ, page: [60, 40], first: [0, 0], label: [60, 40], pitch: [60, 40],"
        " columns: 1, rows: 1, inset: 5, code: 20}",
        encoding="utf-8",
    )
    (own / "own.typ").write_text(
        '#let job = json("data.json")\n#set page(width: 60mm, height: 40mm, margin: 5mm)\n#set text(font: job.fonts)\n'
        '#for one in job.labels { image(bytes(one.svg), format: "svg", width: 20mm); one.name }',
        encoding="utf-8",
    )
    sheet = paper.sheet(shops(1), stock="own", path=tmp_path / "s.pdf", town="青荷镇", timestamp=0, templates=own)
    assert sheet.read_back == 1
    assert set(stocks(own)) == {*stocks(), "own"}
    for text in ("#no-such-function()", '#import "@preview/cetz:0.3.0"', '#read("/etc/hostname")', '#read("../../etc/hostname")'):
        (own / "own.typ").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=r"own\.typ"):
            paper.sheet(shops(1), stock="own", path=tmp_path / "t.pdf", town="青荷镇", timestamp=0, templates=own)
    (own / "own.typ").unlink()
    with pytest.raises(BadInput, match=r"own\.typ"):
        paper.sheet(shops(1), stock="own", path=tmp_path / "t.pdf", town="青荷镇", timestamp=0, templates=own)
    for text in ("[1]", "x: {name: 1}", "{", "x: 1", ""):
        (own / "stock.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=r"templates/stock\.yaml:1 "):
            stocks(own)
    assert not (tmp_path / "t.pdf").exists()


def test_a_process_that_dies_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false" if os.name == "posix" else sys.executable)
    if os.name == "posix":
        with pytest.raises(Unwritable):
            printed(shops(1), tmp_path)
        assert not list(tmp_path.iterdir())


@pytest.mark.long
@pytest.mark.parametrize("stock", list(stocks()))
def test_every_code_of_every_page_reads_at_300_dpi_too(tmp_path: Path, stock: str) -> None:
    from yima.adapters.paper.readback import unread

    sort = stock_named(stock)
    wanted = shops(20 * sort.per_page + 1)
    path = printed(wanted, tmp_path, stock).path
    payloads = [codes.payload(label.code) for label in wanted]
    assert unread(path, sort, payloads, dpi=300) == []
    assert unread(path, sort, [*payloads[1:], payloads[0]], dpi=300) == list(range(len(wanted))), "it does look"


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="resource is POSIX")
@pytest.mark.parametrize(("stock", "count"), [("24", 2100), ("a6", 520)])
def test_each_process_stays_below_250_mb(tmp_path: Path, stock: str, count: int) -> None:
    script = f"""
import random, resource, sys
from pathlib import Path
from yima.adapters import paper
from yima.core import codes
names = ["{LONG}", "{ENDLESS}", "{WORD}"]  # nothing short: the worst case
labels = [paper.Label(codes.make(random.Random(at).randbytes(7)), str(at) + names[at % 3], "荷花路%d号" % at, "") for at in range({count})]
paper.sheet(labels, stock="{stock}", path=Path(sys.argv[1]), town="青荷镇", timestamp=0)
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    print(resource.getrusage(who).ru_maxrss // 1024)
"""
    # By a shell that forks: Linux counts what a process was before it became another program, and a test runner may be large.
    command = ["sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-X", "utf8", "-c", script, str(tmp_path / "s.pdf")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert max(map(int, run.stdout.split())) < 250, run.stdout


# -- a town's own templates


def own_template(folder: Path, name: str, text: str) -> Path:
    (folder / "templates").mkdir(exist_ok=True)
    path = folder / "templates" / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, stock: str = "24", **more: object) -> str:
    """The one sentence with which a sheet is refused; no file is left."""
    with pytest.raises((BadInput, Damaged)) as caught:
        printed(shops(1), folder / "out", stock, templates=folder / "templates", **more)
    assert not list(folder.glob("out/*")) and "\n" not in str(caught.value)
    return str(caught.value)


def shipped(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


PACKAGES = [
    '#import "@preview/cetz:0.2.0": *',
    '#import\t(\n"@preview/cetz:0.2.0"\n)',
    '#include "@local/sign:1.0.0"',
    '#{ import "@preview/x:0.1.0" as x }',
]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_template_that_asks_for_a_package_is_refused_with_its_line_before_anything_is_typeset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: pytest.fail("typeset"))
    line = 2 + package[: package.index('"')].count("\n")
    own = own_template(tmp_path, "labels.typ", f"/* ours\n*/ {package}\n{shipped('labels.typ')}")
    assert f"{own} 第 {line} 行要引用程序包" in refused(tmp_path)
    own.write_text(shipped("labels.typ"), encoding="utf-8")
    beside = own_template(tmp_path, "fit.typ", f"{shipped('fit.typ')}\n{package}\n")
    assert f"{beside} 第 " in refused(tmp_path), "what it imports is looked at too"


def test_a_package_in_a_comment_or_in_a_template_that_is_not_used_stops_nothing(tmp_path: Path) -> None:
    own_template(tmp_path, "labels.typ", f"// {PACKAGES[0]}\n/* {PACKAGES[0]} */\n{shipped('labels.typ')}")
    own_template(tmp_path, "card.typ", PACKAGES[0])
    (tmp_path / "templates" / "slip.typ").mkdir()
    assert printed(shops(1), tmp_path, templates=tmp_path / "templates").read_back == 1


@pytest.mark.parametrize("proxy", ["https_proxy", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"])
def test_typesetting_asks_no_network_however_an_import_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    own = own_template(tmp_path, "labels.typ", '\n#import "" + "@" + "preview/cetz:0.2.0": *\n')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        monkeypatch.setenv(proxy, f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "*")
        assert f"{own} 第 2 行要引用程序包" in refused(tmp_path)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_process_that_typesets_knows_no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "packages.typst.org")
    show = "print([one for one in os.environ.items() if 'proxy' in one[0].lower()])"
    code = f"import os; from yima.adapters.paper import child; child.cut_off(); {show}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ways = dict(ast.literal_eval(run.stdout))
    assert set(ways.values()) == {"http://127.0.0.1:1"} and {name.lower() for name in ways} == {"https_proxy", "http_proxy", "all_proxy"}


def test_a_folder_in_place_of_a_template_is_named_as_the_cause(tmp_path: Path) -> None:
    for name in ("labels.typ", "fit.typ"):
        path = tmp_path / "templates" / name
        path.mkdir(parents=True)
        said = refused(tmp_path)
        assert f"{path} 是文件夹" in said and "directory" not in said and "sheet.pdf" not in said
        path.rmdir()


@pytest.mark.skipif(os.name != "posix", reason="pipes and links in a circle")
def test_what_cannot_be_read_as_a_template_is_named_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    path = tmp_path / "templates" / "labels.typ"
    os.mkfifo(path)
    assert f"{path} 读不出来" in refused(tmp_path)
    path.unlink()
    path.symlink_to(path)
    assert printed(shops(1), tmp_path, templates=tmp_path / "templates").read_back == 1, "a link that leads nowhere in the folder is none"


def test_a_fault_is_said_in_the_typesetters_words_and_what_to_do(tmp_path: Path) -> None:
    own = own_template(tmp_path, "labels.typ", "#let = 1\n")
    said = refused(tmp_path)
    assert f"模板 {own} 第 1 行排不出来（排版程序的话：" in said and said.endswith("）；请改好这一行，或删去这个文件用自带的模板。")
    own.unlink()
    own = own_template(tmp_path, "own.typ", "\n#let = 1\n")
    label = "page: [60, 40], first: [0, 0], label: [60, 40], pitch: [60, 40], columns: 1, rows: 1, inset: 5, code: 20"
    own_template(tmp_path, "stock.yaml", f"own: {{name: 试, template: own.typ, {label}}}")
    assert "自带" not in refused(tmp_path, "own"), "there is none of this name"


@pytest.mark.parametrize(("text", "reason"), [("#let x = 1\n", "unresolved import"), ("#let fit(one) = one\n", "unexpected argument")])
def test_a_towns_file_that_lacks_what_ours_needs_is_named_not_ours(tmp_path: Path, text: str, reason: str) -> None:
    own = own_template(tmp_path, "fit.typ", text)
    said = refused(tmp_path)
    assert said.startswith(f"模板 {own} 与自带的 labels.typ 第 ") and reason in said


# -- what is said of codes that do not read back


def test_codes_that_do_not_read_back_are_blamed_on_what_is_not_as_delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = paper.qr_svg
    monkeypatch.setattr(paper, "qr_svg", lambda _payload: draw("Y1:0123456789AM"))
    assert "请重新生成" in refused(tmp_path) and "模板" not in refused(tmp_path)
    shifted = refused(tmp_path, how=paper.How(shift=(1, -0.5)))
    assert "请检查偏移 --shift 1,-0.5，" in shifted and "模板" not in shifted
    own = own_template(tmp_path, "labels.typ", shipped("labels.typ"))
    assert f"请检查模板 {own}，" in refused(tmp_path)
    own.unlink()
    table = own_template(tmp_path, "stock.yaml", shipped("stock.yaml").replace("code: 17", "code: 10"))
    assert f"请检查{table} 里的标签纸 24，" in refused(tmp_path)
    assert "标签纸" not in refused(tmp_path, "21"), "that one is as delivered"
    table.unlink()
    address = "https://yima.qinghe.example/a-very-long-address-that-nobody-needs"
    assert f"请检查网址 {address}（" in refused(tmp_path, "65", url_prefix=address)


def test_a_list_of_codes_that_is_cut_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = paper.qr_svg
    monkeypatch.setattr(paper, "qr_svg", lambda _payload: draw("Y1:0123456789AM"))
    for count, is_cut in ((3, False), (4, True)):
        wanted = shops(count)
        with pytest.raises(Damaged) as caught:
            printed(wanted, tmp_path)
        listed = "、".join(codes.grouped(label.code) for label in wanted[:3])
        assert f"（{listed}{' 等' if is_cut else ''}）" in str(caught.value)


def test_what_was_shrunk_or_cut_is_known_by_its_part(tmp_path: Path) -> None:
    places = (ENDLESS, "荷花路1号", "荷花路2号")
    wanted = [label._replace(place=place) for label, place in zip(labels("老街面馆", LONG, ENDLESS), places, strict=True)]
    sheet = printed(wanted, tmp_path)
    assert sheet.fitted == (("老街面馆", "place", True), (LONG, "name", False), (ENDLESS, "name", True))
    assert sheet.shrunk == ("老街面馆", LONG, ENDLESS)
    own_template(tmp_path, "fit.typ", shipped("fit.typ").replace(", text: string", ""))
    older = printed(wanted, tmp_path, templates=tmp_path / "templates")
    assert older.shrunk == sheet.shrunk and {one.part for one in older.fitted} == {"name"}
