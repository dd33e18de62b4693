"""Reading a finished sheet as a scanner would: render the pages, decode every code, look whether it stands where it should."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yima.adapters.paper.stocks import Stock

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 150
SECOND_LOOK = 300  # for a page that did not read at the first: a code with a long address has small modules
MM_PER_INCH = 25.4
HANDS = 2  # pages decoded at the same time, while the next one is drawn
Codes = list[tuple[str, float, float]]  # a code's text, and its middle in mm from the upper left corner of the page


def render_page(path: Path, page: int, dpi: int = DPI) -> "Image":
    """One page (from 0) as a picture in grey."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        image: Image = pdf[page].render(scale=dpi / 72, grayscale=True).to_pil().copy()  # a copy: the picture outlives the page
        return image


def unread(path: Path, stock: Stock, expected: Sequence[str], progress: Callable[[int], None] | None = None, dpi: int = DPI) -> list[int]:
    """The places in `expected` (payloads in printed order, "" where a slot stays empty) whose slot holds another code, none, or more than one.

    dpi: of the first look; a page that does not read at it is looked at once more. A code outside all slots of `expected` counts against the
    last label of its page. progress is told after each page how many were read.
    """
    import pypdfium2

    wrong: list[int] = []
    with pypdfium2.PdfDocument(path) as pdf:
        for number, seen in enumerate(_pages(pdf, dpi)):
            begin = number * stock.per_page
            wanted = expected[begin : begin + stock.per_page]
            faults = _faults(seen, stock, wanted)
            if faults and dpi != SECOND_LOOK:
                faults = _faults(_codes(pdf[number], SECOND_LOOK), stock, wanted)
            wrong += [begin + slot for slot in faults]
            if progress:
                progress(sum(map(bool, expected[: begin + len(wanted)])))
        if len(pdf) * stock.per_page < len(expected):
            wrong += range(len(pdf) * stock.per_page, len(expected))
    return wrong


def _faults(seen: Codes, stock: Stock, wanted: Sequence[str]) -> list[int]:
    found: dict[int, list[str]] = {}
    for text, across, down in seen:
        slot = stock.slot_at(across, down)
        found.setdefault(len(wanted) - 1 if slot is None or slot >= len(wanted) else slot, []).append(text)
    return [slot for slot, payload in enumerate(wanted) if found.get(slot, []) != ([payload] if payload else [])]


def _pages(pdf: Any, dpi: int) -> Iterator[Codes]:
    """The codes of each page in order. Pages are drawn here alone, because PDFium knows no threads; decoding needs half the time or more."""
    waiting: deque[Future[Codes]] = deque()
    with ThreadPoolExecutor(HANDS) as pool:
        for number in range(len(pdf)):
            page = pdf[number]
            waiting.append(pool.submit(_decoded, _drawn(page, dpi), dpi))
            page.close()
            if len(waiting) > HANDS:
                yield waiting.popleft().result()
        for one in waiting:
            yield one.result()


def _codes(page: Any, dpi: int) -> Codes:
    """Every QR on the page."""
    return _decoded(_drawn(page, dpi), dpi)


def _drawn(page: Any, dpi: int) -> memoryview:
    """The page in grey, a row of bytes for each row of pixels; a copy, so that nothing of PDFium's is touched by another thread."""
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    grey = memoryview(bytes(bitmap.buffer)).cast("B", (bitmap.height, bitmap.stride))
    bitmap.close()
    return grey


def _decoded(grey: memoryview, dpi: int) -> Codes:
    import zxingcpp

    # Not QRCode, which also means Micro QR: a dirty corner can pass for one, with a text that nobody wrote (bench/wear.py).
    qr_only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
    codes = []
    for code in zxingcpp.read_barcodes(grey, formats=qr_only, try_rotate=False, try_invert=False, try_downscale=False):
        corners = (code.position.top_left, code.position.top_right, code.position.bottom_right, code.position.bottom_left)
        across, down = sum(corner.x for corner in corners), sum(corner.y for corner in corners)
        codes.append((code.text, across / 4 / dpi * MM_PER_INCH, down / 4 / dpi * MM_PER_INCH))
    return codes


class Spot(NamedTuple):
    """Where a template says that it put a code. page: from 1; x, y: its upper left corner in mm; side: in mm."""

    page: int
    x: float
    y: float
    side: float


def astray(path: Path, spots: Mapping[int, Spot], expected: Sequence[str]) -> list[int]:
    """The places in `expected` (payloads) that cannot be read at their spot, or for which the template gave none."""
    import pypdfium2

    wrong = set(range(len(expected))) - set(spots)
    with pypdfium2.PdfDocument(path) as pdf:
        for number in range(len(pdf)):
            wanted = {index: spot for index, spot in spots.items() if spot.page == number + 1 and index < len(expected)}
            page = pdf[number]
            faults = _not_there(page, wanted, expected, DPI)
            if faults:
                faults = _not_there(page, wanted, expected, SECOND_LOOK)
            page.close()
            wrong |= faults
    return sorted(wrong)


def _not_there(page: Any, wanted: Mapping[int, Spot], expected: Sequence[str], dpi: int) -> set[int]:
    if not wanted:
        return set()
    codes = _codes(page, dpi)

    def at(spot: Spot) -> list[str]:
        return [text for text, across, down in codes if 0 <= across - spot.x <= spot.side and 0 <= down - spot.y <= spot.side]

    return {index for index, spot in wanted.items() if at(spot) != [expected[index]]}
