"""Paper: label sheets and door plates are typeset, then every code of the finished file is read back before anybody gets to see it."""

import errno
import hashlib
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from yima.adapters.paper.glyphs import FAMILY, Face, missing, own_face
from yima.adapters.paper.readback import render_page, unread
from yima.adapters.paper.setting import PLAIN, How, asked, own_font
from yima.adapters.paper.stocks import FILE, Stock, stock_named, stocks
from yima.adapters.paper.typesetting import typeset
from yima.core import codes
from yima.errors import BadInput, Damaged, Unwritable
from yima.i18n import _

__all__ = [
    "PLAIN",
    "Fitted",
    "How",
    "Label",
    "Printed",
    "asked",
    "own_font",
    "printable",
    "qr_svg",
    "render_page",
    "sheet",
    "stocks",
    "typeset",
    "whole",
]

LABELS_PER_CHILD = 504  # 21 sheets of 24: also with nothing but endless names one process stays below 250 MB
PAGES_PER_CHILD = 252
CHILDREN = 2
LINE_ENDS = "\t\n\r\v\f\x85\u2028\u2029"
SHOWN = 3  # codes that are named
FINE = 0.35  # mm: modules below it are near what can be read
QR_MASK = 2  # fixed: five times faster than trying all eight, and no worse to read


class Label(NamedTuple):
    """One plate. code: 12 symbols. name: empty on a blank plate, which gets lines to write on.

    place: street and number. row: the ledger's, for messages; neither it nor object_id is printed.
    """

    code: str
    name: str
    place: str
    object_id: str
    row: str = ""


class Fitted(NamedTuple):
    """A text that did not stand as wanted on its label. part: name or place; cut: it ends with …, else it is set smaller."""

    name: str
    part: str
    cut: bool


@dataclass(frozen=True)
class Printed:
    """A finished sheet.

    labels: what was printed, in order, each once; left_out: what was not, because no_glyph names a (name, character) of it without a glyph.
    read_back: how many codes were decoded from the finished file, each in its own place: all of them, copies too. digest: SHA-256 of the file.
    shrunk: names whose label was set smaller than wanted, or cut; fitted: the same, with which of its texts it was and how.
    """

    path: Path
    labels: tuple[Label, ...]
    read_back: int
    pages: int
    digest: str
    shrunk: tuple[str, ...] = ()
    no_glyph: tuple[tuple[str, str], ...] = ()
    left_out: tuple[Label, ...] = ()
    fitted: tuple[Fitted, ...] = ()

    def lacking(self, label: Label) -> list[str]:
        """The characters without a glyph of a label that was left out."""
        signs = dict.fromkeys(sign for _name, sign in self.no_glyph)
        return [sign for sign in signs if sign in label.name + label.place]


def sheet(
    labels: Iterable[Label],
    *,
    stock: str,
    path: Path,
    town: str,
    service_phone: str = "",
    url_prefix: str = "",
    progress: Callable[[int], None] | None = None,
    timestamp: int,
    templates: Path | None = None,
    how: How = PLAIN,
) -> Printed:
    """Print labels to a PDF file and read every code back from it. The same arguments give the same bytes (with the same Typst).

    stock: a name of templates/stock.yaml. url_prefix: see codes.payload. progress: told how many labels have been read back, page by page.
    timestamp: seconds since 1970, the file's date. templates: the town's own folder, whose files win over ours.
    Raises BadInput (no label, unknown stock, no font, a text of the town that the font cannot draw, what `how` asks), Damaged (a code does
    not read back) and Unwritable; then there is no file, and one that was there before is untouched.
    """
    sort = asked(stock_named(stock, templates), stock, how)
    face = own_face(how.font) if how.font is not None else None
    job = _job(sort, town, service_phone, face, how)
    wanted = tuple(labels)
    if not wanted:
        raise BadInput(_("There is nothing to print: no object matches; check the street, grid or list that was given."))
    for label in wanted:
        if not codes.is_valid(label.code):  # our bug, and once on a wall it would stay there
            raise ValueError(f"{label.code!r} is no code")
    kept, no_glyph = _with_glyphs(wanted, face)
    payloads = [payload_of(label.code, url_prefix) for label in kept]
    row = [label for label in kept for _copy in range(how.copies)]
    drawn = [payload for payload in payloads for _copy in range(how.copies)]
    free = how.start - 1
    with whole(path) as part:
        fitted = _print(job, row, drawn, sort, part, timestamp, templates, free, face)
        wrong = unread(part, sort, [""] * free + drawn, progress)
        if wrong:
            causes = _causes(stock, how, templates, url_prefix, payloads[0])
            raise _not_read([row[max(place - free, 0)].code for place in wrong], len(row), causes)
        digest = hashlib.sha256(part.read_bytes()).hexdigest()
    printed = set(kept)
    shrunk = tuple(dict.fromkeys(one.name for one in fitted))
    left_out = tuple(label for label in wanted if label not in printed)
    return Printed(path, kept, len(row), -(-(free + len(row)) // sort.per_page), digest, shrunk, no_glyph, left_out, fitted)


def some(texts: Sequence[str]) -> str:
    """The first three of a list, and that there are more."""
    listed = _(", ").join(texts[:SHOWN])
    return _("{0} and more").format(listed) if len(texts) > SHOWN else listed


def _not_read(wrong: Sequence[str], total: int, causes: Sequence[str]) -> Damaged:
    listed = some([codes.grouped(code) for code in wrong])
    if not causes:
        sentence = _(
            "{count} of {total} codes do not read back ({listed}), so nothing was kept; print again, and report it if it stays so."
        )
        return Damaged(sentence.format(count=len(wrong), total=total, listed=listed))
    sentence = _("{count} of {total} codes do not read back ({listed}), so nothing was kept; look at {causes}, then print again.")
    return Damaged(sentence.format(count=len(wrong), total=total, listed=listed, causes=_(" or ").join(causes)))


def _causes(stock: str, how: How, templates: Path | None, url_prefix: str, payload: str) -> list[str]:
    """What of this printing is not as it was delivered, the likeliest first: one of these it is, where not all codes read."""
    sort = stock_named(stock, templates)
    causes = [_("--shift {0:g},{1:g}").format(*how.shift)] if any(how.shift) else []
    if templates is not None:
        if sort != stocks().get(stock):
            causes.append(_("stock {0} in {1}").format(stock, templates / FILE))
        causes += [_("the template {0}").format(templates / name) for name in (sort.template, "fit.typ") if (templates / name).is_file()]
    if sort.code / len(qr_rows(payload)) < FINE:
        causes.append(_("the long address {0} (url_prefix), which makes codes fine").format(url_prefix))
    return causes


def payload_of(code: str, url_prefix: str = "") -> str:
    """What the QR of a code holds (codes.payload); raises BadInput for an address that no code holds."""
    try:
        return codes.payload(code, url_prefix)
    except ValueError:
        sentence = _("The address {prefix} cannot stand in a code; url_prefix is like https://host/, of letters, digits and . - / alone.")
        raise BadInput(sentence.format(prefix=url_prefix)) from None


def qr_rows(payload: str) -> list[bytes]:
    """The code's modules row by row, 1 is dark, without a quiet zone: every code that is printed or drawn is made here."""
    import segno

    return [bytes(row) for row in segno.make(payload, error="q", mode="alphanumeric", mask=QR_MASK, boost_error=False, micro=False).matrix]


def qr_path(rows: Sequence[bytes]) -> str:
    """The dark runs of each row as one SVG path, a module is one unit."""
    path = []
    for down, row in enumerate(rows):
        across = 0
        for run in row.replace(b"\0", b"\0 ").replace(b"\1\0", b"\1 \0").split(b" "):
            if run.startswith(b"\1"):
                path.append(f"M{across} {down}h{len(run)}v1h-{len(run)}z")
            across += len(run)
    return "".join(path)


def qr_svg(payload: str) -> tuple[str, int]:
    """The code as SVG, one path of the dark runs of each row, without a quiet zone; and its side in modules (21 for version 1)."""
    rows = qr_rows(payload)
    side = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{qr_path(rows)}"/></svg>', side


def _job(stock: Stock, town: str, service_phone: str, face: Face | None, how: How) -> dict[str, Any]:
    """What all pages of a sheet have in common."""
    job = {
        "title": _("{town}: code plates").format(town=printable(town)),
        "town": printable(town),
        "phone": _("Service phone {phone}").format(phone=printable(service_phone)) if service_phone else "",
        "phone_number": printable(service_phone),
        "purpose": _("Scan this code to check, report and put right. Please keep it clean and in view."),
    }
    boxes = missing(job.values(), face)
    if boxes:
        sentence = _(
            "The font has no shape for {characters} in the town's name or service phone, so nothing was printed; change it in modules.yaml."
        )
        raise BadInput(sentence.format(characters="".join(boxes)))
    fonts = [*([face.family] if face is not None else []), FAMILY]
    return {"stock": stock._asdict(), "fonts": fonts, "large": how.large, "cut_marks": how.cut_marks, **job}


def _with_glyphs(labels: Sequence[Label], face: Face | None) -> tuple[tuple[Label, ...], tuple[tuple[str, str], ...]]:
    """The labels that can be printed, and (name, character) for those that cannot."""
    boxes = frozenset(missing((printable(text) for label in labels for text in (label.name, label.place)), face))
    if not boxes:
        return tuple(labels), ()
    kept, no_glyph = [], []
    for label in labels:
        lacking = [(label.name, character) for character in sorted(boxes.intersection(label.name + label.place))]
        no_glyph += lacking
        if not lacking:
            kept.append(label)
    if not kept:
        listed = _(", ").join(f"{name} ({character})" for name, character in no_glyph[:3])
        sentence = _(
            "The font has no shape for characters of all these names, so nothing was printed: {listed}; change them and print again."
        )
        raise BadInput(sentence.format(listed=listed))
    return tuple(kept), tuple(no_glyph)


def _print(
    job: Mapping[str, Any],
    labels: Sequence[Label],
    payloads: Sequence[str],
    stock: Stock,
    out: Path,
    timestamp: int,
    templates: Path | None,
    free: int,
    face: Face | None,
) -> tuple[Fitted, ...]:
    """Typeset all labels to `out`, after `free` empty places; what was shrunk or cut."""
    step = max(1, min(LABELS_PER_CHILD // stock.per_page, PAGES_PER_CHILD)) * stock.per_page
    with tempfile.TemporaryDirectory(prefix="yima-", ignore_cleanup_errors=True) as folder:

        def chunk(start: int) -> tuple[Path, list[Any]]:
            begin, end = max(start - free, 0), min(start - free + step, len(labels))
            rows = [_row(index, labels[index], payloads[index]) for index in range(begin, end)]
            data = {**job, "skip": 0 if start else free, "labels": rows}
            file = Path(folder) / f"{start}.pdf"
            return file, typeset(stock.template, data, file, timestamp=timestamp, templates=templates, face=face)

        with ThreadPoolExecutor(CHILDREN) as pool:
            chunks = list(pool.map(chunk, range(0, free + len(labels), step)))
        _merge([file for file, _fitted in chunks], out)
    said = (fit for _file, fits in chunks for fit in fits if isinstance(fit, Mapping) and isinstance(fit.get("index"), int))
    found = sorted((fit["index"], fit.get("cut") is True, str(fit.get("text", ""))) for fit in said)
    return tuple(dict.fromkeys(_fitted(labels[index], cut, text) for index, cut, text in found))


def _fitted(label: Label, cut: bool, text: str) -> Fitted:
    """text: as the template had it; a town's older fit.typ says nothing of it, and means the name."""
    return Fitted(label.name, "place" if text and text == printable(label.place) != printable(label.name) else "name", cut)


def _row(index: int, label: Label, payload: str) -> dict[str, Any]:
    """One label as the template gets it. quiet: the four modules of the quiet zone as a share of the code's side."""
    svg, side = qr_svg(payload)
    name, place = printable(label.name), printable(label.place)
    return {"index": index, "svg": svg, "quiet": 4 / side, "name": name, "place": place, "code": codes.grouped(label.code)}


def _merge(parts: Sequence[Path], out: Path) -> None:
    """One file of several, with the first one's date and title, and the same bytes from the same parts."""
    if len(parts) == 1:
        shutil.copyfile(parts[0], out)
        return
    import pypdfium2

    with pypdfium2.PdfDocument(parts[0]) as whole:
        for part in parts[1:]:
            with pypdfium2.PdfDocument(part) as more:
                whole.import_pages(more)
        whole.save(out)
    pdf = bytearray(out.read_bytes())
    end = pdf.rfind(b">]>>", 0, pdf.rfind(b"startxref"))  # trailer: … /ID[(of the first part)<of this file>]>>
    begin = pdf.rfind(b"<", 0, end) + 1
    if end - begin == 32:  # PDFium draws the file's own id by chance
        pdf[begin:end] = hashlib.sha256(pdf[:begin]).hexdigest()[:32].upper().encode()
        out.write_bytes(pdf)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write what becomes `path` when all is well, and is gone otherwise. Raises Unwritable."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(b"")  # before the work: a folder that cannot be written says so at once
        yield part
        os.replace(part, path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> Unwritable:
    if error.errno == errno.ENOSPC:
        return Unwritable(_("The disk is full: free some space and print again. Nothing was kept of {file}.").format(file=path))
    return Unwritable(_("{file} cannot be written; close it if it is open, or choose another place with -o.").format(file=path))


def printable(text: str) -> str:
    """The text without what has no shape: control and direction marks, variation selectors; tabs and line ends become spaces."""
    return "".join(
        " " if character in LINE_ENDS else character for character in text if character in LINE_ENDS or not _is_shapeless(character)
    ).strip()


def _is_shapeless(character: str) -> bool:
    is_variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return is_variation or unicodedata.category(character) in ("Cc", "Cf")
