"""Pinyin initials of names (阿婆生煎 -> apsj), made at registration and kept in the folded row: pypinyin's import costs 180 ms."""

from functools import cache
from typing import Any

EXTRA = {"𠮷": "jí"}  # characters that the library lacks


@cache
def _library() -> Any:
    import pypinyin

    pypinyin.load_single_dict({ord(sign): reading for sign, reading in EXTRA.items()})
    return pypinyin


@cache
def _prefixes() -> Any:
    """What a word of the library begins with: the set that its own cutting asks, asked here without a call for each character."""
    from pypinyin.seg.mmseg import p_set

    return getattr(p_set, "_set", p_set)


_letters: dict[str, str] = {}  # of each word met so far: names are made of the same few thousand words


def initials(name: str) -> str:
    """First letters in lower case; what is no Chinese character stays as it is, without spaces."""
    if name.isascii():
        return "".join(name.lower().split())
    library = _library()
    prefixes, found, start, end = _prefixes(), [], 0, len(name)
    while start < end:  # the longest beginning of a word, as the library cuts
        stop = start + 1
        if name[start:stop] in prefixes:
            while stop < end and name[start : stop + 1] in prefixes:
                stop += 1
        word = name[start:stop]
        if word not in _letters:
            _letters[word] = "".join("".join(library.lazy_pinyin(word, style=library.Style.FIRST_LETTER)).lower().split())
        found.append(_letters[word])
        start = stop
    return "".join(found)
