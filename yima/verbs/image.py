"""`yima plate image`: one code as a picture for use elsewhere. It is a copy of a plate that is printed already, so it writes no fact."""

from pathlib import Path

from yima.adapters.paper import image as drawing
from yima.adapters.paper.notices import shown
from yima.adapters.render import void_word
from yima.adapters.store import Store, look, plates
from yima.core import codes
from yima.core.plates import Plate
from yima.core.results.verify import PlateDrawn
from yima.errors import BadInput, WrongUsage
from yima.i18n import _


def image(store: Store, text: str, *, form: str, size: float | None = None, caption: bool = False, path: Path | None = None) -> PlateDrawn:
    """Draw one code with its quiet zone, as it stands on plates, and read it back before the file is there.

    text: the code, or the name of what it hangs at. form: svg or png. size: of the whole side, mm (svg, else 40) or pixels (png, else 10 for
    a module). path: else data/images/ of the town. Raises BadInput for a void plate, another sort of
    file and a size that is too small to read.
    """
    plate = _plate(store, text)
    if plate.voided:
        raise _refused(plate)
    if path is not None and (not path.name or path.is_dir()):
        raise BadInput(_("{0} is a folder; name the picture's file: -o FILE.").format(path))
    if path is not None and path.suffix.lower() not in (".svg", ".png"):
        what = _("A picture is an SVG or a PNG file, and {0} ends in neither .svg nor .png; write for example -o code.png.")
        raise BadInput(what.format(path.name))
    path = path or store.folder / "data" / "images" / f"{codes.grouped(plate.code)}.{form}"
    prefix = store.town.last_catalogue.url_prefix
    drawn = drawing.draw(plate.code, path, form=form, size=size, url_prefix=prefix, caption=codes.grouped(plate.code) if caption else "")
    seen, said = plates.plate_seen(store, plate), shown(path, store.folder)
    return PlateDrawn(seen, drawn.payload, form, drawn.side, drawn.modules, drawn.module, caption, str(path), said)


def format_of(form: str, path: Path | None) -> str:
    """svg or png: as it was said, else as the file's name ends, else svg. Raises WrongUsage where the two differ."""
    ending = path.suffix.lower().lstrip(".") if path is not None else ""
    named = ending if ending in ("svg", "png") else ""
    if form and named and form != named:
        raise WrongUsage(_("--format {0} and a file that ends in .{1}: say one of them.").format(form, named))
    return form or named or "svg"


def size_of(text: str | None, form: str) -> float | None:
    """--size as a number: 40 or 40mm for svg, 600 or 600px for png. Raises WrongUsage."""
    if text is None:
        return None
    unit = "mm" if form == "svg" else "px"
    number = text.strip().lower().removesuffix(unit).strip()
    try:
        size = float(number) if number.isascii() else 0.0
    except ValueError:
        size = 0.0
    if not 0 < size < 1_000_000:  # also for nan
        raise WrongUsage(_("“{0}” is no size; svg is measured in mm (40mm), png in pixels (600px).").format(text))
    return size


def _plate(store: Store, text: str) -> Plate:
    """The plate that is meant: by its code, else the newest valid one of what is called so."""
    if codes.looks_like_code(text):
        return plates.named(store, text)
    hit = look.resolve(store, text)
    code = hit.code or look.code_of(store, hit.object)
    plate = store.plate(code) if code else None
    if plate is None:
        raise BadInput(_("{0} has no valid plate; print one with yima sheet, then draw it.").format(plates.called(store, hit.object)))
    return plate


def _refused(plate: Plate) -> BadInput:
    code, why = codes.grouped(plate.code), void_word(plate.voided)
    if plate.replaced_by:
        what = _("{0} is void ({1}) and is drawn no more; {2} has taken its place.")
        return BadInput(what.format(code, why, codes.grouped(plate.replaced_by)))
    return BadInput(_("{0} is void ({1}) and is drawn no more; its place gets a new plate.").format(code, why))
