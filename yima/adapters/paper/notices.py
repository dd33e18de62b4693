"""The one door through which a notice (督办单, 催办单 …) goes to paper: fields in words (docs/templates.md), one PDF, whole or not at all."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from yima.adapters.paper import printable, typeset
from yima.adapters.paper.glyphs import FAMILY, missing
from yima.errors import Unwritable
from yima.i18n import _

GETA = "〓"  # stands where the font has no shape: what typesetters have always put there


class Noticed(NamedTuple):
    """A finished notice. lacking: characters that the font cannot draw, printed as 〓."""

    path: Path
    pages: int
    lacking: tuple[str, ...] = ()


def notice(
    fields: Mapping[str, Any], path: Path, *, timestamp: int, template: str = "notice.typ", templates: Path | None = None
) -> Noticed:
    """Typeset one notice to the PDF file `path`. The same arguments give the same bytes (with the same Typst).

    fields: those of docs/templates.md, in the words of the reader's language; strings are data, never markup. timestamp: seconds since
    1970, the file's date. templates: the town's own folder, whose files win over ours. A file at `path` is replaced.
    Raises BadInput (a fault in the template) and Unwritable; then a file that was there before is untouched.
    """
    lacking = tuple(missing(_strings(fields)))
    job = _mapped(fields, str.maketrans(dict.fromkeys(lacking, GETA)))
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        said = typeset(template, {"fonts": [FAMILY], **job}, part, timestamp=timestamp, templates=templates)
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # whoever is told of the file may rely on it, also after a power cut
        os.replace(part, path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Noticed(path, next((int(one["pages"]) for one in said if "pages" in one), 0), lacking)


def _unwritable(path: Path, error: OSError) -> Unwritable:
    if error.errno == errno.ENOSPC:
        return Unwritable(_("The disk is full; make room, then try again."))
    return Unwritable(
        _("{0} cannot be written ({1}); close it if it is open, or look at the folder's rights.").format(path, error.strerror)
    )


def _strings(value: Any) -> Iterator[str]:
    """Every text in the fields, without what has no shape."""
    if isinstance(value, str):
        yield printable(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _mapped(value: Any, shapes: Mapping[int, str]) -> Any:
    """The fields with every text as it can be printed."""
    if isinstance(value, str):
        return printable(value).translate(shapes)
    if isinstance(value, Mapping):
        return {name: _mapped(one, shapes) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(one, shapes) for one in value]
    return value
