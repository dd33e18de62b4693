"""Which characters a font has. Typst prints an empty box for the others and says nothing."""

import shutil
import struct
import tempfile
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from yima.errors import BadInput
from yima.i18n import _

FAMILY = "Noto Sans CJK SC"  # the collection also holds the Japanese, Korean, Taiwan and Hong Kong shapes
MOST_BYTES = 100_000_000  # of a font file; the packaged one has 20 million
Runs = tuple[list[int], list[int]]


class Face(NamedTuple):
    """A font of the town's own. family: as Typst calls it."""

    file: Path
    family: str


def font_file() -> Path:
    """The packaged font collection. Typst wants its folder."""
    from noto_cjk_sans_otc import FONT_PATH

    return Path(str(FONT_PATH))


def own_face(file: Path) -> Face:
    """The font in this file (TTF, OTF, or the first one of a TTC). Raises BadInput where there is none."""
    if not file.is_file():
        raise BadInput(_("There is no font file {file}; check the name, or leave out --font.").format(file=file))
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError("too large")
        families = _families(file)
        named = _first_face(file)[0]
        _runs(file, "")
        family = next((family for family in families if family in named), families[0])
    except (OSError, ValueError, LookupError, UnicodeError, struct.error):
        sentence = _("{file} cannot be used as a font; give an undamaged TTF, OTF or TTC file, or leave out --font.")
        raise BadInput(sentence.format(file=file)) from None
    return Face(file, family)


def _families(file: Path) -> list[str]:
    """What Typst calls the fonts of this file."""
    import typst

    with tempfile.TemporaryDirectory(prefix="yima-", ignore_cleanup_errors=True) as folder:
        shutil.copyfile(file, Path(folder) / f"own{file.suffix}")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        return list(fonts.families())


def missing(text: Iterable[str], own: Face | None = None) -> list[str]:
    """The characters of `text` that neither the packaged font nor `own` can draw, each once, in code point order."""
    tables = [_runs(font_file(), FAMILY), *([_runs(own.file, "")] if own is not None else [])]

    def has(runs: Runs, point: int) -> bool:
        starts, ends = runs
        at = bisect_right(starts, point) - 1
        return at >= 0 and point <= ends[at]

    return sorted(sign for sign in set().union(*text) if not any(has(runs, ord(sign)) for runs in tables))


@cache
def _runs(path: Path, family: str) -> Runs:
    """First and last code points of the runs that a font has, ascending. family: "" = the first font of the file."""
    with path.open("rb") as file:
        for face in _faces(file):
            tables = _tables(file, face)
            if not family or family in _names(file, tables[b"name"]):
                return _characters(file, tables[b"cmap"])
    raise ValueError(f"{path} has no face {family}")


def _first_face(path: Path) -> tuple[set[str], int]:
    with path.open("rb") as file:
        face = _faces(file)[0]
        return _names(file, _tables(file, face)[b"name"]), face


def _faces(file: BinaryIO) -> tuple[int, ...]:
    """Where the fonts of a file begin: one in a TTF or OTF, several in a TTC."""
    tag, count = struct.unpack(">4s4xI", file.read(12))
    return struct.unpack(f">{min(count, 256)}I", file.read(4 * min(count, 256))) if tag == b"ttcf" else (0,)


def _tables(file: BinaryIO, face: int) -> dict[bytes, int]:
    file.seek(face)
    (count,) = struct.unpack(">4xH6x", file.read(12))
    return {tag: offset for tag, offset in struct.iter_unpack(">4s4xI4x", file.read(16 * count))}


def _names(file: BinaryIO, table: int) -> set[str]:
    """The family names (name ids 1 and 16) in UTF-16."""
    file.seek(table)
    count, strings = struct.unpack(">2xHH", file.read(6))
    records = [record for record in struct.iter_unpack(">6H", file.read(12 * count)) if record[0] == 3 and record[3] in (1, 16)]
    names = set()
    for *_ids, length, offset in records:
        file.seek(table + strings + offset)
        names.add(file.read(length).decode("utf-16-be"))
    return names


def _characters(file: BinaryIO, table: int) -> Runs:
    """From the cmap subtable of format 12 (the whole of Unicode), or of format 4 (its first 65,536 characters) where there is no other."""
    file.seek(table)
    (count,) = struct.unpack(">2xH", file.read(4))
    basic: Runs | None = None
    for platform, offset in [(platform, offset) for platform, offset in struct.iter_unpack(">H2xI", file.read(8 * count))]:
        file.seek(table + offset)
        (kind,) = struct.unpack(">H", file.read(2))
        if kind == 12:
            (groups,) = struct.unpack(">10xI", file.read(14))
            runs = [run for run in struct.iter_unpack(">3I", file.read(12 * groups)) if run[2]]  # glyph 0 is the empty box
            return [start for start, _end, _glyph in runs], [end for _start, end, _glyph in runs]
        if kind == 4 and platform in (0, 3):
            basic = _format_4(file)
    if basic is None:
        raise ValueError("the font has no cmap of format 12 or 4")
    return basic


def _format_4(file: BinaryIO) -> Runs:
    """The runs of a subtable of format 4, whose number has been read; a run may hold a few characters without a glyph, which are left out."""
    (length, double) = struct.unpack(">H2xH6x", file.read(12))
    rest = file.read(length - 14)
    segments = double // 2
    parts = struct.unpack(f">{len(rest) // 2}H", rest[: len(rest) // 2 * 2])
    ends, starts = parts[:segments], parts[segments + 1 : 2 * segments + 1]
    deltas, offsets = parts[2 * segments + 1 : 3 * segments + 1], parts[3 * segments + 1 : 4 * segments + 1]
    first: list[int] = []
    last: list[int] = []
    for at, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for point in range(start, min(end, 0xFFFE) + 1):
            glyph = point if not offset else parts[3 * segments + 1 + at + offset // 2 + point - start]
            if (glyph + delta) % 65536 if glyph or not offset else 0:
                if last and last[-1] == point - 1:
                    last[-1] = point
                else:
                    first.append(point)
                    last.append(point)
    return first, last
