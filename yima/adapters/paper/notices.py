"""The one door through which a notice (督办单, 催办单 …) goes to paper: fields in words (docs/templates.md), one PDF, whole or not at all."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from yima.adapters.paper import printable, qr_svg, some, typeset
from yima.adapters.paper.glyphs import FAMILY, missing
from yima.adapters.paper.readback import Spot, astray
from yima.adapters.paper.stocks import own_templates
from yima.core import codes
from yima.errors import BadInput, Damaged, Unwritable
from yima.i18n import _

GETA = "〓"  # stands where the font has no shape: what typesetters have always put there


class Noticed(NamedTuple):
    """A finished notice. lacking: characters that the font cannot draw, printed as 〓."""

    path: Path
    pages: int
    lacking: tuple[str, ...] = ()


def notice(
    fields: Mapping[str, Any],
    path: Path,
    *,
    timestamp: int,
    template: str = "notice.typ",
    templates: Path | None = None,
    payloads: Sequence[str] = (),
) -> Noticed:
    """Typeset one notice to the PDF file `path`. The same arguments give the same bytes (with the same Typst).

    fields: those of docs/templates.md, in the words of the reader's language; strings are data, never markup. timestamp: seconds since
    1970, the file's date. templates: the town's own folder, whose files win over ours. payloads: of the codes on it, each read back at the
    spot that the template names. A file at `path` is replaced. Raises BadInput (a fault in the template), Damaged (a code does not read
    back) and Unwritable; then a file that was there before is untouched.
    """
    lacking = tuple(missing(_strings(fields)))
    job = _mapped(fields, str.maketrans(dict.fromkeys(lacking, GETA)))
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        said = typeset(template, {"fonts": [FAMILY], **job}, part, timestamp=timestamp, templates=templates)
        if payloads and (wrong := astray(part, dict(_spots(said)), payloads)):
            raise _not_read(template, wrong, payloads)
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # whoever is told of the file may rely on it, also after a power cut
        os.replace(part, path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Noticed(path, next((int(one["pages"]) for one in said if isinstance(one, Mapping) and "pages" in one), 0), lacking)


def issue(
    fields: Mapping[str, Any],
    folder: Path,
    path: Path | None,
    name: Callable[[int], str],
    *,
    timestamp: int,
    template: str,
    payloads: Sequence[str] = (),
) -> Noticed:
    """A notice that a person asks for, with the town's own templates of `folder`.

    path: as was said, and then replaced; None = the first free one of name(1), name(2) … below the town folder: what was printed stays.
    """
    if path is not None and (not path.name or path.is_dir()):
        raise BadInput(_("{0} is a folder; name the PDF file: -o FILE.").format(path))
    out = path or next(free for number in count(1) if not (free := folder / name(number)).exists())
    templates = own_templates(folder)
    return notice(fields, out, timestamp=timestamp, template=template, templates=templates, payloads=payloads)


def code_drawn(payload: str) -> dict[str, Any]:
    """A code as templates take it. quiet: its white edge on each side, as a share of the dark part's side."""
    svg, side = qr_svg(payload)
    return {"svg": svg, "quiet": 4 / side}


def shown(path: Path, folder: Path) -> str:
    """The file as people say it: below the town folder where it lies there."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _spots(said: Sequence[Any]) -> Iterator[tuple[int, Spot]]:
    """What the template says of its codes: (code: its place in the fields' codes, page, x, y, side)."""
    for one in said:
        if isinstance(one, Mapping) and "code" in one:
            yield int(one["code"]), Spot(int(one["page"]), float(one["x"]), float(one["y"]), float(one["side"]))


def _not_read(template: str, wrong: Sequence[int], payloads: Sequence[str]) -> Damaged:
    listed = some([codes.grouped(payloads[place][-12:]) for place in wrong])
    sentence = _("{0} of {1} codes do not read back ({2}), so nothing was kept; check the template {3} and print again.")
    return Damaged(sentence.format(len(wrong), len(payloads), listed, template))


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
