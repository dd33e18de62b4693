"""Worn codes: the same payloads at levels L, M and Q in symbols of one size, damaged in the same ways, and how many still read.

All synthetic: three pixels a module is a phone that stands a little far away. 15 alphanumerics are version 1 at each level (L holds 25, M 20,
Q 16), so a higher level costs no room. The decoder looks once, as a scanner does: `yima plate verify`, which looks closer, reads more.
"""

import random
from collections.abc import Callable, Iterator
from io import BytesIO
from math import inf, pi

import segno
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bench.measure import Figure, Options
from bench.towns import code_of
from yima.adapters import paper
from yima.core import codes

LEVELS = ("l", "m", "q")
PIXELS = 3  # a module
QUIET = 4  # modules
SIDE = 21  # modules of version 1
TURN = 25  # degrees to either side
SHARE = 0.09  # of the symbol under a stain
FINDER = 8  # modules of a corner's pattern with its white edge
SHIFT = 0.1  # of the side that a corner moves in perspective, at most
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
WHITE = 255

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels of the symbol
Damage = Callable[[Image.Image, random.Random], Image.Image]


def measure(options: Options) -> Iterator[Figure]:
    """For each damage how many read at each level; the ratio is Q to the better of L and M. Any other text read is a failure."""
    count = 1000 if options.full else 200
    payloads = [codes.payload(code_of(number)) for number in range(count)]
    whole = {level: [drawn(payload, level) for payload in payloads] for level in LEVELS}
    sizes = f"{count:,} codes a level, version 1, {PIXELS} pixels a module"
    wrong = 0
    for name, steps in DAMAGES.items():
        read = dict.fromkeys(LEVELS, 0)
        for level in LEVELS:
            for payload, image in zip(payloads, whole[level], strict=True):
                chance = random.Random(f"{name} {payload}")  # the same damage for every level
                found = texts(worn(image, steps, chance))
                read[level] += payload in found
                wrong += any(text != payload for text in found)
        said = "  ".join(f"{level.upper()} {read[level] / count:.1%}" for level in LEVELS)
        best = max(read["l"], read["m"])
        ratio = read["q"] / best if best else inf if read["q"] else 1.0
        yield Figure(f"worn codes that read, {name}", ratio, 1, said, sizes, less_is_better=False)
    yield Figure("… of all these, read as another text", wrong, 0, f"{wrong} / {len(DAMAGES) * len(LEVELS) * count:,}", sizes)


def drawn(payload: str, level: str) -> Image.Image:
    """The code in grey, a module PIXELS wide, with its quiet zone; made as on plates, but for the level."""
    code = segno.make(payload, error=level, mode="alphanumeric", mask=paper.QR_MASK, boost_error=False, micro=False)
    assert code.version == 1, f"{payload} at level {level} is version {code.version}"
    rows = Image.frombytes("L", (SIDE, SIDE), bytes(0 if dark else WHITE for row in code.matrix for dark in row))
    side = SIDE * PIXELS
    image = Image.new("L", (side + 2 * QUIET * PIXELS,) * 2, WHITE)
    image.paste(rows.resize((side, side), Image.Resampling.NEAREST), (QUIET * PIXELS, QUIET * PIXELS))
    return image


def worn(image: Image.Image, steps: tuple[Damage, ...], chance: random.Random) -> Image.Image:
    for step in steps:
        image = step(image, chance)
    return image


def texts(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image, formats=QR)]


# -- damages


def blurred(image: Image.Image, _chance: random.Random, radius: float = 1.5) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def noisy(image: Image.Image, chance: random.Random, reach: int = 140) -> Image.Image:
    """Each pixel lighter or darker by up to `reach` of 255."""
    grain = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
    grain = grain.point([round(128 + (value / 127.5 - 1) * reach) for value in range(256)])
    return ImageChops.add(image, grain, 1, -128)


def grainy(image: Image.Image, chance: random.Random) -> Image.Image:
    """A little of it, as every photo has."""
    return noisy(image, chance, 40)


def stained(image: Image.Image, chance: random.Random) -> Image.Image:
    """One spot of dirt or glare that covers SHARE of the symbol, anywhere on it."""
    return _stain(image, chance, lambda _box: True)


def stained_inside(image: Image.Image, chance: random.Random) -> Image.Image:
    """The same spot, clear of the three corners by which a code is found: there no level helps."""
    return _stain(image, chance, _is_clear_of_corners)


def _is_clear_of_corners(box: Box) -> bool:
    left, top, right, bottom = box
    near, far = FINDER * PIXELS, (SIDE - FINDER) * PIXELS
    return not ((top < near and (left < near or right > far)) or (left < near and bottom > far))


def _stain(image: Image.Image, chance: random.Random, may: Callable[[Box], bool]) -> Image.Image:
    """An ellipse of one grey that lies whole on the symbol, where `may` allows its box."""
    image, side, edge = image.copy(), SIDE * PIXELS, QUIET * PIXELS
    grey, radius = chance.choice((40, 215)), (SHARE * side * side / pi) ** 0.5
    while True:
        flat = chance.uniform(0.7, 1.4)
        across, down = radius * flat, radius / flat
        x, y = chance.uniform(across, side - across), chance.uniform(down, side - down)
        box = (x - across, y - down, x + across, y + down)
        if may(box):
            break
    ImageDraw.Draw(image).ellipse([edge + corner for corner in box], fill=grey)
    return image


def turned(image: Image.Image, chance: random.Random) -> Image.Image:
    return image.rotate(chance.uniform(-TURN, TURN), Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)


def seen_aslant(image: Image.Image, chance: random.Random) -> Image.Image:
    """Each corner moved inwards by up to SHIFT of the side: what was three pixels a module is less."""
    side = image.width
    reach = SHIFT * side
    shifts = [(chance.uniform(0, reach), chance.uniform(0, reach)) for _corner in range(4)]
    corners = [(0, 0), (side, 0), (side, side), (0, side)]
    moved = [(abs(x - across), abs(y - down)) for (x, y), (across, down) in zip(corners, shifts, strict=True)]
    return image.transform(image.size, Image.Transform.PERSPECTIVE, perspective(moved, corners), Image.Resampling.BICUBIC, fillcolor=WHITE)


def squeezed(image: Image.Image, _chance: random.Random) -> Image.Image:
    """As JPEG at quality 40."""
    file = BytesIO()
    image.save(file, "JPEG", quality=40)
    return Image.open(file).convert("L")


def perspective(target: list[tuple[float, float]], source: list[tuple[float, float]]) -> list[float]:
    """The eight numbers with which Pillow fetches each pixel of `target`'s quadrangle from `source`'s: solved as linear equations."""
    rows = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for place in range(8):
        pivot = max(range(place, 8), key=lambda row: abs(rows[row][place]))
        rows[place], rows[pivot] = rows[pivot], rows[place]
        for row in range(8):
            if row != place:
                share = rows[row][place] / rows[place][place]
                rows[row] = [value - share * other for value, other in zip(rows[row], rows[place], strict=True)]
    return [rows[place][8] / rows[place][place] for place in range(8)]


DAMAGES: dict[str, tuple[Damage, ...]] = {
    "blur of 1.5 pixels": (blurred,),
    "noise": (noisy,),
    "a stain of 9 % anywhere": (stained,),
    "a stain of 9 % clear of the corners": (stained_inside,),
    "turned by up to 25°": (turned,),
    "perspective": (seen_aslant,),
    "JPEG at quality 40": (squeezed,),
    "turned, aslant, noise and JPEG together": (turned, seen_aslant, grainy, squeezed),
}
