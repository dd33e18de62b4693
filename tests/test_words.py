"""The Chinese catalogue is whole, fits its sources, and is compiled."""

import io
import re
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PLACE = ROOT / "yima/locale/zh/LC_MESSAGES"


def chinese() -> Catalog:
    with (PLACE / "yima.po").open("rb") as file:
        return read_po(file, locale="zh")


def sources() -> dict[str, str]:
    """Each sentence of the code, with where it stands."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    found = extract_from_dir(ROOT / "yima", method_map=[(each["pattern"], each["method"]) for each in mappings])
    return {str(message): f"{file}:{line}" for file, line, message, _comments, _context in found}


def fields(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}", text))


def test_every_sentence_has_its_chinese() -> None:
    catalogue = chinese()
    done = {message.id for message in catalogue if message.string and not message.fuzzy}
    missing = [f"{place}  {text}" for text, place in sources().items() if text not in done]
    assert not missing, "run make words and translate in yima/locale/zh/LC_MESSAGES/yima.po:\n" + "\n".join(missing)


def test_the_chinese_has_the_places_of_its_source() -> None:
    wrong = [message.id for message in chinese() if message.id and message.string and fields(message.string) != fields(message.id)]
    assert not wrong


def test_the_compiled_catalogue_is_fresh() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, chinese())
    assert (PLACE / "yima.mo").read_bytes() == compiled.getvalue(), "run make words"
