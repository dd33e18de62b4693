"""Pinyin initials of names (阿婆生煎 -> apsj), made at registration and kept in the folded row: pypinyin's import costs 180 ms."""

from functools import cache
from typing import Any

EXTRA = {"𠮷": "jí"}  # characters that the library lacks


@cache
def _library() -> Any:
    import pypinyin

    pypinyin.load_single_dict({ord(sign): reading for sign, reading in EXTRA.items()})
    return pypinyin


def initials(name: str) -> str:
    """First letters in lower case; what is no Chinese character stays as it is, without spaces."""
    if name.isascii():
        return "".join(name.lower().split())
    library = _library()
    return "".join("".join(library.lazy_pinyin(name, style=library.Style.FIRST_LETTER)).lower().split())
