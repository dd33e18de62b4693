"""Reading a finished sheet as a scanner would: render the pages, decode every code, look whether it stands where it should."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yima.adapters.paper.stocks import Stock

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 150
SECOND_LOOK = 300  # for a page that did not read at the first: a code with a long address has small modules
MM_PER_INCH = 25.4


def render_page(path: Path, page: int, dpi: int = DPI) -> "Image":
    """One page (from 0) as a picture in grey."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        image: Image = pdf[page].render(scale=dpi / 72, grayscale=True).to_pil().copy()  # a copy: the picture outlives the page
        return image


def unread(path: Path, stock: Stock, expected: Sequence[str], progress: Callable[[int], None] | None = None, dpi: int = DPI) -> list[int]:
    """The places in `expected` (payloads in printed order) whose slot holds another code, none, or more than one.

    dpi: of the first look; a page that does not read at it is looked at once more. A code outside all slots of `expected` counts against the
    last label of its page. progress is told after each page how many were read.
    """
    import pypdfium2

    wrong: list[int] = []
    with pypdfium2.PdfDocument(path) as pdf:
        for number in range(len(pdf)):
            begin = number * stock.per_page
            wanted = expected[begin : begin + stock.per_page]
            page = pdf[number]
            faults = _faults(page, stock, wanted, dpi)
            if faults and dpi != SECOND_LOOK:
                faults = _faults(page, stock, wanted, SECOND_LOOK)
            page.close()
            wrong += [begin + slot for slot in faults]
            if progress:
                progress(begin + len(wanted))
        if len(pdf) * stock.per_page < len(expected):
            wrong += range(len(pdf) * stock.per_page, len(expected))
    return wrong


def _faults(page: Any, stock: Stock, wanted: Sequence[str], dpi: int) -> list[int]:
    found: dict[int, list[str]] = {}
    for text, across, down in _codes(page, dpi):
        slot = stock.slot_at(across, down)
        found.setdefault(len(wanted) - 1 if slot is None or slot >= len(wanted) else slot, []).append(text)
    return [slot for slot, payload in enumerate(wanted) if found.get(slot) != [payload]]


def _codes(page: Any, dpi: int) -> list[tuple[str, float, float]]:
    """Every QR on the page: its text and its middle in mm from the upper left corner."""
    import zxingcpp

    bitmap = page.render(scale=dpi / 72, grayscale=True)
    # Not QRCode, which also means Micro QR: a dirty corner can pass for one, with a text that nobody wrote (bench/wear.py).
    qr_only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
    grey = memoryview(bitmap.buffer).cast("B", (bitmap.height, bitmap.stride))
    codes = []
    for code in zxingcpp.read_barcodes(grey, formats=qr_only, try_rotate=False, try_invert=False, try_downscale=False):
        corners = (code.position.top_left, code.position.top_right, code.position.bottom_right, code.position.bottom_left)
        across, down = sum(corner.x for corner in corners), sum(corner.y for corner in corners)
        codes.append((code.text, across / 4 / dpi * MM_PER_INCH, down / 4 / dpi * MM_PER_INCH))
    return codes
