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
def _words() -> tuple[Any, Any]:
    """The library's words, and all that a word may begin with: asked here directly, without a call for each character."""
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.seg.mmseg import p_set

    return PHRASES_DICT, getattr(p_set, "_set", p_set)


_letters: dict[str, str] = {}  # of each word met so far: names are made of the same few thousand words


def initials(name: str) -> str:
    """First letters in lower case; what is no Chinese character stays as it is, without spaces."""
    if name.isascii():
        return "".join(name.lower().split())
    library = _library()
    (words, prefixes), found, start, end = _words(), [], 0, len(name)
    while start < end:  # the longest word from here on, as the library cuts a text; a word has at least two characters
        stop, reach = start + 1, start + 2
        while reach <= end and (word := name[start:reach]) in prefixes:
            if word in words:
                stop = reach
            reach += 1
        word = name[start:stop]
        if word not in _letters:
            _letters[word] = "".join("".join(library.lazy_pinyin(word, style=library.Style.FIRST_LETTER)).lower().split())
        found.append(_letters[word])
        start = stop
    return "".join(found)
