"""Which characters the font has. Typst prints an empty box for the others and says nothing."""

import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import BinaryIO

FAMILY = "Noto Sans CJK SC"  # the collection also holds the Japanese, Korean, Taiwan and Hong Kong shapes


def font_file() -> Path:
    """The packaged font collection. Typst wants its folder."""
    from noto_cjk_sans_otc import FONT_PATH

    return Path(str(FONT_PATH))


def missing(text: Iterable[str]) -> list[str]:
    """The characters of `text` that the font cannot draw, each once, in code point order."""
    starts, ends = _ranges(font_file())

    def has(point: int) -> bool:
        at = bisect_right(starts, point) - 1
        return at >= 0 and point <= ends[at]

    return sorted(character for character in set().union(*text) if not has(ord(character)))


@cache
def _ranges(path: Path) -> tuple[list[int], list[int]]:
    """First and last code points of the runs that the font has, ascending (the cmap subtable of format 12: the whole of Unicode)."""
    with path.open("rb") as file:
        (count,) = struct.unpack(">8xI", file.read(12))
        for face in struct.unpack(f">{count}I", file.read(4 * count)):
            tables = _tables(file, face)
            if FAMILY in _names(file, tables[b"name"]):
                return _format_12(file, tables[b"cmap"])
    raise ValueError(f"{path} has no face {FAMILY}")


def _tables(file: BinaryIO, face: int) -> dict[bytes, int]:
    file.seek(face)
    (count,) = struct.unpack(">4xH6x", file.read(12))
    return {tag: offset for tag, offset in struct.iter_unpack(">4s4xI4x", file.read(16 * count))}


def _names(file: BinaryIO, table: int) -> set[str]:
    """The family names (name id 1) in UTF-16."""
    file.seek(table)
    count, strings = struct.unpack(">2xHH", file.read(6))
    records = [record for record in struct.iter_unpack(">6H", file.read(12 * count)) if record[0] == 3 and record[3] == 1]
    names = set()
    for *_, length, offset in records:
        file.seek(table + strings + offset)
        names.add(file.read(length).decode("utf-16-be"))
    return names


def _format_12(file: BinaryIO, table: int) -> tuple[list[int], list[int]]:
    file.seek(table)
    (count,) = struct.unpack(">2xH", file.read(4))
    for offset in [offset for (offset,) in struct.iter_unpack(">4xI", file.read(8 * count))]:
        file.seek(table + offset)
        kind, groups = struct.unpack(">H10xI", file.read(16))
        if kind == 12:
            runs = [run for run in struct.iter_unpack(">3I", file.read(12 * groups)) if run[2]]  # glyph 0 is the empty box
            return [start for start, _, _ in runs], [end for _, end, _ in runs]
    raise ValueError("the font has no cmap of format 12")
