"""`yima plate verify` and `yima plate image`: printed codes read from photos and scans, and single codes drawn for use elsewhere."""

import json
import random
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import segno
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bench.wear import perspective
from tests.factories import at, shop, town
from tests.street import APO, BLANK, CODES, HANDAN, NOODLE, STRANGE, VOID, Street
from yima.adapters import paper
from yima.adapters.paper import photo
from yima.adapters.render import Voice
from yima.adapters.render.verify import verified
from yima.adapters.store import Store, look
from yima.core import codes
from yima.core.results.office import Sheeted
from yima.core.results.verify import Verified
from yima.errors import BadInput
from yima.verbs.plate import bind, void
from yima.verbs.sheet import sheet
from yima.verbs.verify import verify

NOW = at("2026-10-12 09:00")
DPI = 200
MM = DPI / 25.4  # pixels of a page
VOICE = Voice(0, NOW)
PAY = "HTTPS://PAY.EXAMPLE/ABC"
SHOPS = 26  # a page of 24, and two


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Sheeted]]:
    """A town with a printed street; tests only look at it, but for what they take back."""
    with town(tmp_path_factory.mktemp("verify") / "town", NOW) as store:
        for number in range(SHOPS):
            shop(store, f"店{number + 1}", "荷花路", str(number + 1))
        shop(store, "老店", "老街", "1", grid="老街网格")
        yield store, sheet(store, look.person_by(store, "顾晓"), NOW + 10, street="荷花路")


def page(result: Sheeted, number: int = 0) -> Image.Image:
    return paper.render_page(Path(result.file), number, DPI)


def code(payload: str, side: int) -> Image.Image:
    """A QR with its quiet zone, so many pixels wide."""
    rows = segno.make(payload, error="q", micro=False).matrix
    dark = Image.frombytes("L", (len(rows), len(rows)), bytes(0 if one else 255 for row in rows for one in row))
    whole = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    whole.paste(dark, (4, 4))
    return whole.resize((side, side), Image.Resampling.NEAREST)


def taken(image: Image.Image, size: tuple[int, int] = (1800, 2400), seed: int = 1) -> Image.Image:
    """The page on a dark table as a phone sees it: aslant, not quite sharp, with grain."""
    (wide, high), (w, h) = size, image.size
    corners = [(wide * 0.14, high * 0.08), (wide * 0.88, high * 0.04), (wide * 0.95, high * 0.93), (wide * 0.05, high * 0.9)]
    seen = image.transform(
        size, Image.Transform.PERSPECTIVE, perspective(corners, [(0, 0), (w, 0), (w, h), (0, h)]), Image.Resampling.BICUBIC, fillcolor=90
    )
    seen = seen.filter(ImageFilter.GaussianBlur(1))
    grain = Image.frombytes("L", size, random.Random(seed).randbytes(wide * high)).point([118 + value * 20 // 255 for value in range(256)])
    return ImageChops.add(seen, grain, 1, -128)


def saved(image: Image.Image, path: Path, orientation: int = 1) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(path, quality=75, exif=exif)
    return path


def png_of(wide: int, high: int) -> bytes:
    """A PNG that says it is so large, in some bytes."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    made = (struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def wall(payloads: Sequence[str], module: float, size: tuple[int, int], columns: int, turn: float = 0.0) -> Image.Image:
    """Codes on a wall that is darker at its top, in rows; turn: each one turned by up to so many degrees."""
    chance, cell = random.Random(5), size[0] // columns
    image = Image.linear_gradient("L").resize(size).point([90 + value // 2 for value in range(256)])
    for number, payload in enumerate(payloads):
        one = code(payload, 29 * 12).resize((round(29 * module),) * 2, Image.Resampling.BOX)  # as a camera sees it: edges are grey
        one = one.rotate(chance.uniform(-turn, turn), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        room = cell - one.width
        image.paste(one, (number % columns * cell + chance.randint(0, room), number // columns * cell + chance.randint(0, room)))
    return image.filter(ImageFilter.GaussianBlur(0.8))


def seen_codes(result: Verified) -> set[str]:
    return {one.plate.code for one in result.seen}


def numbered(result: Sheeted, *places: int) -> set[str]:
    return {result.labels[place][0] for place in places}


# -- a printed sheet


def test_a_photo_of_a_sheet_says_exactly_what_is_seen_missing_and_foreign(made: tuple[Store, Sheeted], tmp_path: Path) -> None:
    store, printed = made
    image = page(printed)
    draw = ImageDraw.Draw(image)
    draw.rectangle((70 * MM, 37.5 * MM, 140 * MM, 74.5 * MM), fill=230)  # the label in the middle of the second row, painted over
    image.paste(code(PAY, round(25 * MM)), (round(141 * MM), round(75.5 * MM)))  # another's code, pasted on the last one of the third
    facts = len(list(store.facts()))
    result = verify(store, [saved(taken(image), tmp_path / "sheet.jpg")])
    assert (result.scope.batch, result.scope.guessed, result.scope.plates) == ("K1-B0001", True, SHOPS)
    assert seen_codes(result) == {one[0] for one in printed.labels[:24]} - numbered(printed, 4, 8)
    assert [one.plate.code for one in result.missing] == [printed.labels[place][0] for place in (4, 8, 24, 25)]
    assert [one.page for one in result.missing] == [1, 1, 2, 2] and result.pages == (2,), "page 2 was not photographed"
    assert [(one.text, one.why) for one in result.foreign] == [(PAY, "address")]
    assert 60 < result.foreign[0].spots[0].across < 90 and 15 < result.foreign[0].spots[0].down < 45
    assert (result.void, result.elsewhere, result.unreadable, result.bare) == ((), (), (), ())
    assert not result.is_in_order
    assert len(list(store.facts())) == facts, "nothing is recorded"


def test_the_printed_file_itself_is_a_scan_and_all_of_it_is_seen(made: tuple[Store, Sheeted]) -> None:
    store, printed = made
    result = verify(store, [Path(printed.file)], batch="1")
    assert (len(result.seen), result.missing, result.pages) == (SHOPS, (), ())
    assert [(one.page, one.codes) for one in result.pictures] == [(1, 24), (2, 2)]
    assert result.is_in_order and not result.scope.guessed


def test_a_label_with_a_hole_in_its_code_is_a_spot_that_does_not_read(made: tuple[Store, Sheeted], tmp_path: Path) -> None:
    store, printed = made
    image = page(printed)
    x, y = (5 + 8.5) * MM, (0.5 + 5 + 8.5) * MM
    ImageDraw.Draw(image).ellipse((x - 4 * MM, y - 4 * MM, x + 4 * MM, y + 4 * MM), fill=215)
    result = verify(store, [saved(taken(image), tmp_path / "sheet.jpg")])
    assert [one.plate.code for one in result.missing if one.page == 1] == [printed.labels[0][0]]
    (spot,) = result.unreadable
    assert spot.across < 35 and spot.down < 25


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_sheet_lies_as_it_likes(made: tuple[Store, Sheeted], tmp_path: Path, turned: int) -> None:
    store, printed = made
    path = tmp_path / "turned.png"
    page(printed, 1).rotate(turned, expand=True).save(path)
    result = verify(store, [path])
    assert seen_codes(result) == numbered(printed, 24, 25)
    upper = min(result.seen, key=lambda one: printed.labels.index(next(each for each in printed.labels if each[0] == one.plate.code)))
    assert (upper.spots[0].across < 50, upper.spots[0].down < 50) == {90: (True, False), 180: (False, False), 270: (False, True)}[turned]


def test_a_phone_that_notes_its_turn_is_believed(made: tuple[Store, Sheeted], tmp_path: Path) -> None:
    store, printed = made
    upright = page(printed, 1)
    lying = saved(upright.rotate(90, expand=True), tmp_path / "lying.jpg", orientation=6)  # 6: turn it clockwise to see it upright
    straight = saved(upright, tmp_path / "straight.jpg")
    (one, two) = (verify(store, [path]) for path in (lying, straight))
    assert seen_codes(one) == numbered(printed, 24, 25)
    assert [met.spots for met in one.seen] == [met.spots for met in two.seen]


def test_several_photos_are_one_look_at_the_batch(made: tuple[Store, Sheeted], tmp_path: Path) -> None:
    store, printed = made
    paths = []
    for number in range(2):
        paths.append(tmp_path / f"{number}.png")
        page(printed, number).save(paths[-1])
    told: list[tuple[int, int]] = []
    result = verify(store, [*paths, paths[1]], tick=lambda done, of: told.append((done, of)))
    assert len(result.seen) == SHOPS and not result.missing
    last = next(one for one in result.seen if one.plate.code == printed.labels[25][0])
    assert [spot.picture for spot in last.spots] == [1, 2]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_of_batches_that_hold_the_same_codes_the_one_whose_page_the_picture_shows_is_meant(tmp_path: Path) -> None:
    with town(tmp_path / "town", NOW) as store:
        for number in range(6):
            shop(store, f"店{number + 1}", "荷花路", str(number + 1))
        by = look.person_by(store, "顾晓")
        whole = sheet(store, by, NOW + 10, street="荷花路")
        names = [name for _code, _id, name in whole.labels]
        singly = sheet(store, by, NOW + 20, names=names[:5], stock="a7")
        image = page(whole)
        ImageDraw.Draw(image).rectangle((140 * MM, 37.5 * MM, 210 * MM, 74.5 * MM), fill=230)  # the last of the six is covered
        covered = saved(image, tmp_path / "sheet.png")
        result = verify(store, [covered])
        assert (result.scope.batch, result.scope.guessed, result.pages) == (whole.batch, True, ())
        assert [one.plate.name for one in result.missing] == [names[5]]
        assert "缺 1 块：" in verified(result, VOICE) and "一块不缺" not in verified(result, VOICE)
        one = saved(page(singly, 1), tmp_path / "plate.png")
        result = verify(store, [one])
        assert result.scope.batch == singly.batch, "one plate stands on one page of either, so it is the newest"
        said = verified(result, VOICE)
        assert "第 1、3-5 页没有拍到（4 块）" in said and "一块不缺" not in said, "four plates were not looked at"
        again = sheet(store, by, NOW + 30, names=names[:5])
        assert verify(store, [covered]).scope.batch == again.batch, "both on one page: the newest"
        scan = verify(store, [Path(singly.file)], batch=singly.batch)
        assert "一块不缺" in verified(scan, VOICE) and scan.is_in_order


# -- plates on a wall


def test_sixty_five_small_codes_in_twelve_megapixels_are_all_found_in_ten_seconds(tmp_path: Path) -> None:
    wanted = [codes.payload(codes.make(random.Random(number).randbytes(7))) for number in range(65)]
    path = saved(wall(wanted, 2.6, (4000, 3000), 10, turn=180), tmp_path / "wall.jpg")
    begun = time.process_time()  # not the clock on the wall: on a busy machine that measures the others
    found = photo.spots(path)
    assert time.process_time() - begun < 10
    assert sorted(spot.text for spot in found) == sorted(wanted)


def test_no_wrong_text_is_read_where_little_can_be_read(tmp_path: Path) -> None:
    wanted = [codes.payload(codes.make(random.Random(number).randbytes(7))) for number in range(40)]
    path = saved(wall(wanted, 1.8, (1600, 1200), 8, turn=180), tmp_path / "wall.jpg")
    read = {spot.text for spot in photo.spots(path)} - {""}
    assert read and read <= set(wanted)


def test_a_street_is_held_against_its_plates_and_old_ones_are_told_apart(here: Street, tmp_path: Path) -> None:
    shown = [CODES[APO], VOID, CODES[NOODLE], BLANK, STRANGE]
    path = saved(wall([*map(codes.payload, shown), "WIFI:S:guest;;"], 6, (1600, 1600), 4), tmp_path / "wall.jpg")
    with here.open() as store:
        result = verify(store, [path], street="荷花路")
    assert [one.plate.name for one in result.seen] == [APO]
    assert [one.plate.name for one in result.missing] == [HANDAN]
    assert [(one.plate.code, one.plate.voided, one.plate.replaced_by) for one in result.void] == [(VOID, "破损", CODES[HANDAN])]
    assert {one.plate.code for one in result.elsewhere} == {CODES[NOODLE], BLANK}
    assert {(one.text, one.why) for one in result.foreign} == {(codes.payload(STRANGE), "unknown"), ("WIFI:S:guest;;", "other")}


def test_a_place_without_a_plate_is_named_apart(made: tuple[Store, Sheeted], tmp_path: Path) -> None:
    store, printed = made
    path = saved(code(codes.payload(printed.labels[0][0]), 300), tmp_path / "one.png")
    result = verify(store, [path], street="老街")
    assert (result.seen, result.missing, [one.name for one in result.bare], len(result.elsewhere)) == ((), (), ["老店"], 1)


def test_any_valid_plate_of_a_place_will_do(here: Street, tmp_path: Path) -> None:
    with here.open() as store:
        first = saved(code(codes.payload(CODES[NOODLE]), 400), tmp_path / "one.png")
        assert verify(store, [first], street="老街").is_in_order
        bind(store, BLANK, NOODLE, look.person_by(store, "王芳"), at("2026-11-20 11:00"))
        assert not verify(store, [first], street="老街").missing, "its older plate hangs there still"
        with pytest.raises(BadInput):
            verify(store, [first], street="没有这条路")


def test_a_void_label_of_a_batch_is_not_missed(made: tuple[Store, Sheeted], tmp_path: Path) -> None:
    store, printed = made
    path = tmp_path / "1.png"
    page(printed, 1).save(path)
    void(store, [printed.labels[0][0]], "破损", look.person_by(store, "顾晓"), NOW + 20)
    result = verify(store, [path], batch="K1-B0001")
    assert result.scope.plates == SHOPS - 1
    assert printed.labels[0][0] not in {one.plate.code for one in result.missing}
    assert {one.page for one in result.missing} == {1} and len(result.missing) == 23


# -- what is said


def test_the_screen_says_what_is_missing_and_the_exit_code_checks(here: Street, tmp_path: Path) -> None:
    shown = [codes.payload(one) for one in (CODES[APO], CODES[NOODLE])]
    path = saved(wall([*shown, PAY], 6, (1200, 800), 3), tmp_path / "墙面.jpg")
    facts = here.facts()
    ran = here.run("plate", "verify", str(path))
    first, *rest = ran.out.splitlines()
    assert ran.code == 0 and ran.err == ""
    assert "认出 2 块" in first and "缺 2 块" in first and f"{CODES[HANDAN][:4]}-… 荷花路18号 {HANDAN}" in first
    assert "外来码 1 个（不是本镇的）" in first
    assert any(PAY in line and "没有打开" in line for line in rest)
    assert here.run("plate", "verify", str(path), "--check").code == 1
    whole = saved(wall([*shown, codes.payload(CODES[HANDAN])], 6, (1200, 800), 3), tmp_path / "whole.png")
    assert here.run("plate", "verify", str(whole), "--check", "--grid", "荷花网格").code == 0
    said = json.loads(here.run("plate", "verify", str(path), "--street", "荷花路", "--json").out)
    assert [one["code"] for one in said["seen"]] == [CODES[APO]] and said["seen"][0]["at"][0]["picture"] == 0
    assert [one["object"]["name"] for one in said["missing"]] == [HANDAN]
    assert (said["street"], said["batch"], said["expected"], said["guessed"]) == ("荷花路", None, 2, False)
    assert here.facts() == facts


def test_a_photo_without_codes_says_so_and_fails_a_check(here: Street, tmp_path: Path) -> None:
    path = tmp_path / "nothing.jpg"
    Image.linear_gradient("L").save(path)
    ran = here.run("plate", "verify", str(path))
    assert (ran.code, len(ran.out.splitlines())) == (0, 1) and "没有认出" in ran.out
    assert here.run("plate", "verify", str(path), "--check").code == 1
    Image.new("1", (1, 1)).save(tmp_path / "dot.png")
    assert here.run("plate", "verify", str(tmp_path / "dot.png")).code == 0


def test_a_transparent_picture_lies_on_white(tmp_path: Path) -> None:
    ink = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), mask=ImageChops.invert(code(codes.payload(STRANGE), 300)))
    ink.save(tmp_path / "ink.png")
    assert [spot.text for spot in photo.spots(tmp_path / "ink.png")] == [codes.payload(STRANGE)]


def test_a_bad_file_is_one_sentence_before_anything_is_looked_at(here: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = saved(code(codes.payload(CODES[APO]), 300), tmp_path / "good.jpg")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "half.jpg").write_bytes(good.read_bytes()[: len(good.read_bytes()) // 2])
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (tmp_path / "bomb.png").write_bytes(png_of(20_000, 20_000))
    (tmp_path / "huge.png").write_bytes(png_of(10_001, 10_000))
    names = ("missing.jpg", "empty.jpg", "text.jpg", "half.jpg", "broken.pdf", "bomb.png", "huge.png", ".")
    for name in names:
        ran = here.run("plate", "verify", str(good), str(tmp_path / name))
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (3, "", 1), (name, ran)
        assert ("太大" in ran.err) == (name in ("bomb.png", "huge.png")), (name, ran)  # by its header, before it takes any memory
    monkeypatch.setattr(photo, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="太大"):
        photo.pages(good)
    for words, exit_code in (
        (("verify",), 2),
        (("verify", str(good), "--batch", "1", "--street", "荷花路"), 2),
        (("verify", str(good), "--batch", "K9-B0009"), 3),
        (("verify", str(good), "--grid", "没有"), 3),
    ):
        ran = here.run("plate", *words)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (exit_code, "", 1), (words, ran)


# -- one code for use elsewhere


def test_a_code_is_drawn_with_its_quiet_zone_and_the_same_bytes_each_time(here: Street, tmp_path: Path) -> None:
    facts = here.facts()
    for name, more in (("a.png", ()), ("b.svg", ()), ("c.png", ("--caption", "--size", "600")), ("d.svg", ("--caption", "--size", "25mm"))):
        path = tmp_path / name
        ran = here.run("plate", "image", CODES[APO], "-o", str(path), *more, "--json")
        assert ran.code == 0, ran
        said, once = json.loads(ran.out), path.read_bytes()
        assert said["payload"] == codes.payload(CODES[APO]) and said["files"] == [str(path)] and said["modules"] == 29
        here.run("plate", "image", APO, "-o", str(path), *more)
        assert path.read_bytes() == once, "by name it is the same"
    with Image.open(tmp_path / "a.png") as plain, Image.open(tmp_path / "c.png") as captioned:
        assert plain.size == (290, 290) and captioned.size == (580, 660), "whole pixels a module: 600 are 20 of them each"
        assert plain.convert("L").getcolors() == [(plain.convert("L").histogram()[0], 0), (plain.convert("L").histogram()[255], 255)]
        ink = plain.convert("L").point(lambda grey: 255 - grey).getbbox()
        assert ink == (40, 40, 250, 250), "four modules of white on each side"
        assert [one.text for one in zxingcpp.read_barcodes(captioned.convert("L"))] == [codes.payload(CODES[APO])]
    svg = (tmp_path / "d.svg").read_text(encoding="utf-8")
    assert 'width="25mm"' in svg and codes.grouped(CODES[APO]) in svg
    assert here.facts() == facts
    assert not [file for file in tmp_path.iterdir() if file.name.endswith(".part")]


def test_a_picture_goes_into_the_town_and_a_blank_plate_says_that_it_is_blank(here: Street) -> None:
    ran = here.run("plate", "image", BLANK, "--format", "png")
    assert ran.code == 0 and "yima plate bind" in ran.out
    assert (here.folder / "data" / "images" / f"{codes.grouped(BLANK)}.png").is_file()


def test_a_picture_that_does_not_read_back_is_not_kept(here: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yima.adapters.paper import image

    monkeypatch.setattr(image, "qr_rows", lambda _payload: paper.qr_rows(codes.payload(STRANGE)))
    for name in ("a.svg", "a.png"):
        assert here.run("plate", "image", CODES[APO], "-o", str(tmp_path / name)).code == 5
    assert not list(tmp_path.glob("*.png")) + list(tmp_path.glob("*.svg"))


def test_what_cannot_be_drawn_is_said_in_one_sentence(here: Street, tmp_path: Path) -> None:
    for words, exit_code, part in (
        ((VOID,), 3, codes.grouped(CODES[HANDAN])),
        ((STRANGE,), 3, ""),
        (("没有这家店",), 3, ""),
        ((CODES[APO], "--size", "0"), 2, ""),
        ((CODES[APO], "--size", "nan"), 2, ""),
        ((CODES[APO], "--size", "5"), 3, "7.25"),
        ((CODES[APO], "--size", "9000"), 3, "2000"),
        ((CODES[APO], "--size", "20", "--format", "png"), 3, "58"),
        ((CODES[APO], "--size", "40px"), 2, "mm"),
        ((CODES[APO], "--format", "png", "-o", str(tmp_path / "a.svg")), 2, ""),
        ((CODES[APO], "-o", str(tmp_path)), 3, ""),
    ):
        ran = here.run("plate", "image", *words)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (exit_code, "", 1), (words, ran)
        assert part in ran.err
    (tmp_path / "file").write_text("")
    assert here.run("plate", "image", CODES[APO], "-o", str(tmp_path / "file" / "a.svg")).code == 6
