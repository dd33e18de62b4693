"""One code as a picture for use elsewhere: SVG or PNG, with its quiet zone, read back before the file is there."""

import os
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from yima.adapters.paper import payload_of, qr_path, qr_rows, render_page, typeset
from yima.adapters.paper.glyphs import FAMILY, font_file
from yima.core import codes
from yima.errors import BadInput, Damaged, Unwritable
from yima.i18n import _

QUIET = 4  # modules of white around a code
FOOT = 4  # modules below it for the caption
LETTERS = 2.3  # height of the caption's letters in modules: 14 of them are as wide as the code
SVG_MM, MOST_MM = 40.0, 2000.0
LEAST_MODULE_MM = 0.25  # below it no office printer gives clean edges, and no phone's camera reads them
PNG_MODULE, LEAST_MODULE, MOST_MODULE = 10, 2, 200


class Drawn(NamedTuple):
    """What was drawn. side: the whole width in mm or pixels; modules: across, quiet zone included; module: width of one."""

    payload: str
    side: float
    modules: int
    module: float


def draw(code: str, path: Path, *, form: str, size: float | None = None, url_prefix: str = "", caption: str = "") -> Drawn:
    """Draw one code to `path`; the same arguments give the same bytes (with the same Pillow). A file at `path` is replaced.

    form: svg (size in mm) or png (size in pixels; the side is the greatest whole number of pixels a module that fits). caption: a line below.
    Raises BadInput (a size that is too small or too large, an address that no code holds), Damaged (it does not read back) and Unwritable.
    """
    payload = payload_of(code, url_prefix)
    rows = qr_rows(payload)
    modules = len(rows) + 2 * QUIET
    if form == "svg":
        side = _millimetres(size, modules)
        module = side / modules
        drawn = _svg(rows, side, caption)
    else:
        module = _pixels(size, modules)
        side = module * modules
        drawn = _png(rows, int(module), caption)
    if _read(drawn, form) != [payload]:
        raise Damaged(_("The picture of {0} does not read back, so it was not kept; try another size.").format(codes.grouped(code)))
    _write(drawn, path)
    return Drawn(payload, side, modules, module)


def _millimetres(size: float | None, modules: int) -> float:
    side = SVG_MM if size is None else size
    least = LEAST_MODULE_MM * modules
    if not least <= side <= MOST_MM:
        raise BadInput(_("A code of {0:g} mm cannot be read or printed; give --size from {1:g} to {2:g} mm.").format(side, least, MOST_MM))
    return side


def _pixels(size: float | None, modules: int) -> int:
    """Pixels of one module: a whole number, so that no edge is grey."""
    module = PNG_MODULE if size is None else int(size // modules)
    if not LEAST_MODULE <= module <= MOST_MODULE:
        least, most = LEAST_MODULE * modules, MOST_MODULE * modules
        raise BadInput(_("A code of {0:g} pixels cannot be read or kept; give --size from {1} to {2} pixels.").format(size, least, most))
    return module


def _svg(rows: list[bytes], side: float, caption: str) -> bytes:
    """One path on white; the caption is text in a common font, so that it stays text."""
    across = len(rows) + 2 * QUIET
    down = across + (FOOT if caption else 0)
    high = side * down / across
    text = (
        f'<text x="{across / 2:g}" y="{across + LETTERS / 2:g}" font-family="{FAMILY}, sans-serif" font-size="{LETTERS}"'
        f' text-anchor="middle">{caption}</text>'
        if caption
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side:g}mm" height="{high:g}mm" viewBox="0 0 {across} {down}">'
        f'<rect width="{across}" height="{down}" fill="#fff"/>'
        f'<path transform="translate({QUIET} {QUIET})" d="{qr_path(rows)}"/>{text}</svg>\n'
    ).encode()


def _png(rows: list[bytes], module: int, caption: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    across = len(rows) + 2 * QUIET
    plain = Image.frombytes("L", (len(rows), len(rows)), b"".join(row.translate(b"\xff\0" + bytes(254)) for row in rows))
    whole = Image.new("L", (across * module, (across + (FOOT if caption else 0)) * module), 255)
    whole.paste(plain.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST), (QUIET * module, QUIET * module))
    if caption:
        font = ImageFont.truetype(str(font_file()), max(round(LETTERS * module), 6))
        ImageDraw.Draw(whole).text((across * module / 2, (across + LETTERS / 2) * module), caption, fill=0, font=font, anchor="ms")
    else:
        whole = whole.convert("1", dither=Image.Dither.NONE)
    out = BytesIO()
    whole.save(out, "PNG", optimize=True)
    return out.getvalue()


def _read(drawn: bytes, form: str) -> list[str]:
    """What a decoder reads in the finished bytes; an SVG is typeset first, by a renderer that is not ours."""
    import zxingcpp
    from PIL import Image

    if form == "svg":
        with tempfile.TemporaryDirectory(prefix="yima-", ignore_cleanup_errors=True) as folder:
            page = Path(folder) / "image.pdf"
            typeset("image.typ", {"svg": drawn.decode(), "fonts": [FAMILY], "title": "yima"}, page, timestamp=0)
            picture: Image.Image = render_page(page, 0)
    else:
        picture = Image.open(BytesIO(drawn)).convert("L")
    return [one.text for one in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2))]


def _write(drawn: bytes, path: Path) -> None:
    """The whole file or none."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(drawn)
        os.replace(part, path)
    except OSError as error:
        what = _("{0} cannot be written ({1}); close it if it is open, or look at the folder's rights.")
        raise Unwritable(what.format(path, error.strerror)) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
