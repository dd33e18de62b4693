"""How it is said what photos of printed codes show, and that a code was drawn."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from yima.adapters.render import Voice, clean, iso, join, some, table, void_word
from yima.core import codes
from yima.core.results.plates import PlateSeen
from yima.core.results.verify import At, Foreign, Met, PlateDrawn, Scope, Verified
from yima.i18n import _

SHOWN = 8  # plates from elsewhere that are shown
NAMED = 3  # so many missing plates are named in the first line; more of them get lines of their own
TEXT = 60  # characters of a foreign code that are shown


def verified(result: Verified, voice: Voice) -> str:
    if not (result.seen or result.void or result.elsewhere or result.foreign or result.unreadable or result.scope.is_given):
        return _("No code was seen; take the photo nearer, in focus and without glare.")
    missing = _near(result)
    lines = [_scope(result.scope) + _("; ").join(_counts(result, missing))]
    rows = [
        *((_("missing"), *_plate(one)) for one in (missing if len(missing) > NAMED else ())),
        *((_("void plate"), *_plate(one.plate), _fate(one.plate), _where(one.spots, result)) for one in result.void),
        *((_("elsewhere"), *_plate(one.plate), one.plate.batch, _where(one.spots, result)) for one in result.elsewhere[:SHOWN]),
        *((_("foreign"), _strange(one), _why(one), "", _where(one.spots, result)) for one in result.foreign),
        *((_("not read"), "", "", "", _where((one,), result)) for one in result.unreadable),
    ]
    lines += [table(rows)] if rows else []
    if len(result.elsewhere) > SHOWN:
        lines.append(_("  … and {0} more from elsewhere").format(len(result.elsewhere) - SHOWN))
    if gone := [codes.grouped(one.code) for one in missing if one.object]:
        named = " ".join(gone[:NAMED]) + (" …" if len(gone) > NAMED else "")
        lines.append(_("To print what is missing again: yima plate reprint {0}").format(named))
    if result.unreadable:
        lines.append(_("What was not read: take another photo, nearer and in focus; or wipe the plate."))
    if result.bare:
        said = some([f"{one.place} {one.name}".strip() for one in result.bare], NAMED)
        lines.append(_("{0} places here have no plate yet: {1}").format(len(result.bare), said))
    if not result.scope.is_given and (result.seen or result.void):
        lines.append(_("These plates are of no one batch; with --batch, --street or --grid it is said what is missing."))
    return "\n".join(lines)


def _scope(scope: Scope) -> str:
    """What the photos are held against, as the head of the first line; nothing where there is nothing."""
    if scope.batch and scope.guessed:
        return _("Of batch {0} ({1} plates), by what is seen: ").format(scope.batch, scope.plates)
    if scope.batch:
        return _("Batch {0} ({1} plates): ").format(scope.batch, scope.plates)
    if scope.is_given:
        return _("{0} ({1} plates): ").format(clean(f"{scope.street} {scope.grid}".strip()), scope.plates)
    return ""


def _near(result: Verified) -> list[PlateSeen]:
    """What is missing on pages that were photographed, or at all in a place."""
    return [one.plate for one in result.missing if one.page not in result.pages]


def _counts(result: Verified, missing: Sequence[PlateSeen]) -> list[str]:
    """The first line: how many of each, and the first of what is missing by code and place."""
    said = [_("{0} plates seen").format(len(result.seen))]
    if missing and len(missing) <= NAMED:
        named = join(f"{one.code[:4]}-… {one.place} {one.name}".strip() for one in missing)
        said.append(_("{0} missing: {1}").format(len(missing), named))
    elif missing:
        said.append(_("{0} missing").format(len(missing)))
    elif result.scope.is_given and not result.missing:  # a page that was not photographed may lack any of its plates
        said.append(_("none missing"))
    if result.pages:
        said.append(_("page {0} not photographed ({1} plates)").format(_pages(result.pages), len(result.missing) - len(missing)))
    if result.foreign:
        said.append(_("{0} foreign codes (not of this town)").format(len(result.foreign)))
    if result.void:
        said.append(_("{0} void plates").format(len(result.void)))
    if result.elsewhere:
        said.append(_("{0} plates from elsewhere").format(len(result.elsewhere)))
    if result.unreadable:
        said.append(_("{0} spots not read").format(len(result.unreadable)))
    return said


def _pages(numbers: Sequence[int]) -> str:
    """2-4, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _plate(one: PlateSeen) -> tuple[str, str]:
    return codes.grouped(one.code), f"{one.place} {one.name}".strip() or _("a blank plate")


def _fate(one: PlateSeen) -> str:
    """Why a plate is void, and what took its place."""
    if one.replaced_by:
        return _("{0}, replaced by {1}").format(void_word(one.voided), codes.grouped(one.replaced_by))
    return void_word(one.voided)


def _strange(one: Foreign) -> str:
    text = clean(one.text)
    return text if len(text) <= TEXT else text[:TEXT] + "…"


def _why(one: Foreign) -> str:
    return {
        "address": _("an address; it was not opened"),
        "unknown": _("of our form, but printed by nobody here"),
    }.get(one.why, _("something else's code"))


def _where(spots: Sequence[At], result: Verified) -> str:
    """Where on the picture, and on which one where there are several."""
    first = spots[0]
    part = _part(first.across, first.down)
    if len(result.pictures) > 1:
        picture = result.pictures[first.picture]
        name = PurePath(picture.file).name
        part = _("{0}, page {1}, {2}").format(name, picture.page, part) if picture.page else _("{0}, {1}").format(name, part)
    return part if len(spots) == 1 else _("{0}, {1} times").format(part, len(spots))


def _part(across: int, down: int) -> str:
    """The ninth of a picture that holds a point of it."""
    column, row = min(across * 3 // 100, 2), min(down * 3 // 100, 2)
    words = (
        (_("at the upper left"), _("at the top"), _("at the upper right")),
        (_("on the left"), _("in the middle"), _("on the right")),
        (_("at the lower left"), _("at the bottom"), _("at the lower right")),
    )
    return words[row][column]


def verified_json(result: Verified, voice: Voice) -> Any:
    scope = result.scope
    return {
        "batch": scope.batch or None,
        "street": scope.street or None,
        "grid": scope.grid or None,
        "guessed": scope.guessed,
        "expected": scope.plates if scope.is_given else None,
        "pictures": [{"file": one.file, "page": one.page or None, "codes": one.codes} for one in result.pictures],
        "seen": [_met_json(one) for one in result.seen],
        "missing": [{**_plate_json(one.plate), "page": one.page or None} for one in result.missing],
        "pages_not_seen": list(result.pages),
        "void": [
            _met_json(one)
            | {"void": one.plate.voided, "voided": iso(one.plate.voided_at, voice), "replaced_by": one.plate.replaced_by or None}
            for one in result.void
        ],
        "elsewhere": [_met_json(one) for one in result.elsewhere],
        "foreign": [{"text": one.text, "why": one.why, "at": _spots_json(one.spots)} for one in result.foreign],
        "unreadable": _spots_json(result.unreadable),
        "without_plate": [{"id": one.object, "name": one.name, "place": one.place} for one in result.bare],
    }


def _met_json(one: Met) -> dict[str, Any]:
    return {**_plate_json(one.plate), "at": _spots_json(one.spots)}


def _plate_json(one: PlateSeen) -> dict[str, Any]:
    return {
        "code": one.code,
        "batch": one.batch,
        "state": one.state,
        "object": {"id": one.object, "name": one.name, "place": one.place} if one.object else None,
    }


def _spots_json(spots: Sequence[At]) -> list[dict[str, int]]:
    return [{"picture": one.picture, "across": one.across, "down": one.down} for one in spots]


# -- one code


def drawn(result: PlateDrawn, voice: Voice) -> str:
    where = clean(f"{result.plate.place} {result.plate.name}".strip())
    size = (
        _("{0:g} mm wide, a module {1:.2f} mm").format(result.side, result.module)
        if result.format == "svg"
        else _("{0:g} pixels wide, a module {1:g}").format(result.side, result.module)
    )
    code = codes.grouped(result.plate.code)
    said = _("{0} {1}: {2}, read back, in {3}").format(code, where or _("(a blank plate)"), size, result.file_shown)
    if where:
        return said
    return said + "\n" + _("It belongs to no place yet; bind it: yima plate bind {0} NAME").format(code)


def drawn_json(result: PlateDrawn, voice: Voice) -> Any:
    return {
        **_plate_json(result.plate),
        "payload": result.payload,
        "format": result.format,
        "unit": "mm" if result.format == "svg" else "px",
        "side": result.side,
        "modules": result.modules,
        "module": round(result.module, 3),
        "caption": result.captioned,
        "read_back": 1,
        "files": [result.file],
    }


TABLE: Mapping[str, Any] = {
    "Verified": (verified, verified_json),
    "PlateDrawn": (drawn, drawn_json),
}
