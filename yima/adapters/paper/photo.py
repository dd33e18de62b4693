"""Reading photos and scans: every QR on a picture or on the pages of a PDF, and the spots where one is seen but cannot be read.

A picture is looked at several times, because small codes in a large photo read at another size or sharpness than big ones: as it is, then
in tiles of twice the size, then sharpened; what was read is painted over in between, so that a later look sees only the rest.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yima.errors import BadInput
from yima.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 200_000_000
MOST_PIXELS = 100_000_000  # a sheet of A3 scanned at 600 dpi has 70 million
MOST_PAGES = 500
SCAN_DPI = 300
PAGE_PIXELS = 25_000_000  # of a page of a PDF: more is drawn smaller
TILE, LAP = 1600, 400  # pixels: a code that only a tile shows is smaller than the lap
ZOOM_PIXELS = 30_000_000  # a larger picture shows its codes large enough: its tiles are not enlarged
LEAST_SIDE = 21  # pixels of a code: one for each module of the smallest; below it nothing reads
MOST_SPOTS = 60  # spots that are looked at from near by: a sheet of 65 that is all out of focus is one bad photo
HANDS = 2

# What Pillow and PDFium raise for a file that is no picture, or a broken one (PDFium: RuntimeError).
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, ArithmeticError, MemoryError, RuntimeError, struct.error, zlib.error)


class Spot(NamedTuple):
    """A QR on a picture. text: what it holds, "" = it is there and cannot be read. across, down: its middle in percent of the picture."""

    text: str
    across: int
    down: int


class _Mark(NamedTuple):
    """A QR in pixels. corners: in its own order, from its upper left one."""

    text: str
    corners: tuple[tuple[float, float], ...]

    @property
    def middle(self) -> tuple[float, float]:
        return sum(x for x, _y in self.corners) / 4, sum(y for _x, y in self.corners) / 4

    @property
    def side(self) -> float:
        """The longer side of the upright box around it."""
        across, down = zip(*self.corners, strict=True)
        return float(max(max(across) - min(across), max(down) - min(down)))

    def is_at(self, other: "_Mark") -> bool:
        """Do both stand at one place?"""
        (x, y), (u, v) = self.middle, other.middle
        return (x - u) ** 2 + (y - v) ** 2 < (0.6 * max(self.side, other.side)) ** 2

    def grown(self, share: float) -> list[tuple[float, float]]:
        """Its corners moved away from the middle by this share."""
        x, y = self.middle
        return [(x + (u - x) * (1 + share), y + (v - y) * (1 + share)) for u, v in self.corners]


def pages(path: Path) -> int:
    """How many pictures are in the file: 1, or the pages of a PDF. Raises BadInput for what is no photo and no scan, by its header alone."""
    try:
        if path.is_dir():
            raise BadInput(_("{0} is a folder; name the photos in it.").format(path))
        size = path.stat().st_size
    except (OSError, ValueError):
        raise BadInput(_("There is no photo {0}; check its name.").format(path)) from None
    if not size:
        raise BadInput(_("{0} is empty; copy the photo once more.").format(path))
    if size > MOST_BYTES:
        raise _too_large(path)
    try:
        if not _is_pdf(path):
            with _opened(path):
                return 1
        with _pdf(path) as pdf:
            count = len(pdf)
    except _DAMAGED:
        raise _unreadable(path) from None
    if count > MOST_PAGES:
        raise BadInput(_("{0} has {1} pages; at most {2} are read, so split it.").format(path, count, MOST_PAGES))
    return count


def spots(path: Path, page: int = 0) -> list[Spot]:
    """Every QR on one picture (page: of a PDF, from 0), line by line as the eye goes. Raises BadInput for a damaged file."""
    try:
        picture = _page(path, page) if _is_pdf(path) else _picture(path)
    except _DAMAGED:
        raise _unreadable(path) from None
    found = [Spot(mark.text, *_percent(mark, picture.size)) for mark in _marks(picture)]
    return sorted(found, key=lambda spot: (spot.down // 5, spot.across, spot.text))


# -- files


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _pdf(path: Path) -> Any:
    import pypdfium2

    return pypdfium2.PdfDocument(path)


def _page(path: Path, number: int) -> "Image":
    with _pdf(path) as pdf:
        page = pdf[number]
        wide, high = (max(side, 1) / 72 for side in page.get_size())
        dpi = min(SCAN_DPI, (PAGE_PIXELS / (wide * high)) ** 0.5)
        picture: Image = page.render(scale=dpi / 72, grayscale=True).to_pil().copy()  # a copy: the picture outlives the page
        return picture


def _opened(path: Path) -> "Image":
    """The picture with its header read and its pixels not; one with too many of them is refused here, before they take any memory."""
    from PIL import Image

    try:
        with _quiet():
            picture: Image.Image = Image.open(path, formats=("JPEG", "PNG"))
    except Image.DecompressionBombError:
        raise _too_large(path) from None
    if picture.width * picture.height > MOST_PIXELS:
        picture.close()
        raise _too_large(path)
    return picture


def _quiet() -> Any:
    """Without Pillow's warnings, which would stand on the screen: of many pixels (the limit is ours), of odd notes in a photo."""
    import warnings

    return warnings.catch_warnings(action="ignore")


def _picture(path: Path) -> "Image":
    """The picture upright and in grey, on white where it is transparent."""
    from PIL import Image, ImageOps

    with _opened(path) as picture, _quiet():
        picture.draft("L", picture.size)  # a JPEG is unpacked to grey at once: a third of the memory
        whole = ImageOps.exif_transpose(picture)
        if whole.has_transparency_data:
            paper = Image.new("RGBA", whole.size, "white")
            paper.alpha_composite(whole.convert("RGBA"))
            whole = paper
        return whole.convert("L")


def _unreadable(path: Path) -> BadInput:
    return BadInput(_("{0} cannot be read as a picture; give a photo or scan as JPEG, PNG or PDF, undamaged.").format(path))


def _too_large(path: Path) -> BadInput:
    return BadInput(_("{0} is too large ({1} million pixels at most); save it smaller.").format(path, MOST_PIXELS // 1_000_000))


# -- looks


def _marks(picture: "Image") -> list[_Mark]:
    """Every QR of a grey picture; those that cannot be read have no text, and hide no other."""
    read = [mark for mark in _decoded(picture, thorough=True) if mark.text]
    rest = picture.copy()
    _paint_over(rest, read)
    faint: list[_Mark] = []
    for look in (_smooth, _sharp):
        seen = _in_tiles(rest, look)
        new = _once([mark for mark in seen if mark.text], read)
        read += new
        faint = _once([mark for mark in (*faint, *seen) if not mark.text], read)
        if read and not new and not faint:
            break  # the picture is clear: one more look would only take time
        _paint_over(rest, new)
    near = [mark for spot in faint[:MOST_SPOTS] for mark in _from_near_by(rest, spot)]
    read += _once(near, read)
    return [*read, *_once(faint, read)]


def _smooth(picture: "Image", zoom: int) -> "Image":
    """Enlarged: modules of two or three pixels are too few for the decoder. It also takes noise away."""
    from PIL import Image

    return picture if zoom == 1 else picture.resize((picture.width * zoom, picture.height * zoom), Image.Resampling.LANCZOS)


def _sharp(picture: "Image", zoom: int) -> "Image":
    """Sharpened, then enlarged: for a photo that is a little out of focus."""
    from PIL import ImageFilter

    return _smooth(picture.filter(ImageFilter.UnsharpMask(radius=2, percent=200, threshold=0)), zoom)


def _in_tiles(picture: "Image", look: Callable[["Image", int], "Image"]) -> list[_Mark]:
    """What a look sees, tile by tile: so a large picture needs no more memory than a small one."""
    zoom = 2 if picture.width * picture.height <= ZOOM_PIXELS else 1

    def seen(corner: tuple[int, int]) -> list[_Mark]:
        left, top = corner
        tile = picture.crop((left, top, min(left + TILE, picture.width), min(top + TILE, picture.height)))
        return _decoded(look(tile, zoom), left, top, zoom)

    with ThreadPoolExecutor(HANDS) as pool:
        return [mark for marks in pool.map(seen, _corners(*picture.size)) for mark in marks]


def _corners(wide: int, high: int) -> Iterator[tuple[int, int]]:
    step = TILE - LAP
    for top in range(0, max(high - LAP, 1), step):
        for left in range(0, max(wide - LAP, 1), step):
            yield left, top


def _from_near_by(picture: "Image", spot: _Mark) -> Iterator[_Mark]:
    """What stands at a spot that did not read, looked at alone and in more ways."""
    from PIL import ImageFilter

    (x, y), reach = spot.middle, 0.8 * spot.side
    left, top = max(int(x - reach), 0), max(int(y - reach), 0)
    cut = picture.crop((left, top, min(int(x + reach), picture.width), min(int(y + reach), picture.height)))
    for looked in (_sharp(cut, 3), _smooth(cut, 4), _smooth(cut.filter(ImageFilter.GaussianBlur(0.7)), 3)):
        zoom = looked.width // cut.width
        for is_even in (False, True):
            found = [mark for mark in _decoded(looked, left, top, zoom, is_even=is_even) if mark.text]
            if found:
                yield from found
                return


def _decoded(picture: "Image", left: int = 0, top: int = 0, zoom: int = 1, *, thorough: bool = False, is_even: bool = False) -> list[_Mark]:
    """One look of the decoder, in pixels of the whole picture. thorough: also white on black, and codes that fill the picture.

    is_even: one threshold of black and white for all of it.
    """
    import zxingcpp

    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2),  # no Micro QR: see readback.py
        try_invert=thorough,
        try_downscale=thorough,
        binarizer=zxingcpp.Binarizer.GlobalHistogram if is_even else zxingcpp.Binarizer.LocalAverage,
        return_errors=not thorough,
    )
    marks = []
    for code in found:
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        mark = _Mark(code.text if code.valid else "", tuple((left + each.x / zoom, top + each.y / zoom) for each in corners))
        if mark.side >= LEAST_SIDE and (mark.text or not code.valid):
            marks.append(mark)
    return marks


def _once(marks: Iterable[_Mark], known: Iterable[_Mark]) -> list[_Mark]:
    """The marks that stand nowhere in `known`, each place once: a larger one before a smaller one inside it."""
    kept = list(known)
    first = len(kept)
    for mark in sorted(marks, key=lambda mark: (-mark.side, mark.corners)):
        if not any(mark.is_at(other) for other in kept):
            kept.append(mark)
    return kept[first:]


def _paint_over(picture: "Image", marks: Iterable[_Mark]) -> None:
    """Make paper of what has been read, in the colour of its quiet zone."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    for mark in marks:
        edge = mark.grown(0.15)
        on = [(int(x), int(y)) for x, y in edge if 0 <= x < picture.width and 0 <= y < picture.height]
        paper = max((int(picture.getpixel(point)) for point in on), default=255)  # type: ignore[arg-type]
        draw.polygon(edge, fill=paper)


def _percent(mark: _Mark, size: tuple[int, int]) -> tuple[int, int]:
    (x, y), (wide, high) = mark.middle, size
    return min(max(round(100 * x / wide), 0), 100), min(max(round(100 * y / high), 0), 100)
