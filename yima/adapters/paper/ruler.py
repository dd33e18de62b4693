"""A page to measure with: the outlines of a stock's labels and scales on which a printer's shift is read. Nothing on it is a code."""

from pathlib import Path

from yima.adapters.paper import asked, printable, typeset, whole
from yima.adapters.paper.glyphs import FAMILY, missing
from yima.adapters.paper.setting import How
from yima.adapters.paper.stocks import stock_named
from yima.i18n import _

ASIDE = 10  # mm from the page's edges stands the 0 of the scales on a page with one label, where the label's edge is the page's


def ruler(stock: str, path: Path, *, town: str, shift: tuple[float, float], timestamp: int, templates: Path | None = None) -> None:
    """Print the ruler page of a stock to a PDF file, moved by `shift` (across, down, in mm). Raises BadInput and Unwritable."""
    sort = asked(stock_named(stock, templates), stock, How(shift=shift))
    is_edge = sort.columns == 1 or sort.rows == 1  # half of a scale on the label's edge would be off the page
    words = {
        "title": _("{stock} ({name}), shift {across:g},{down:g} mm").format(stock=stock, name=sort.name, across=shift[0], down=shift[1]),
        "hint": _(
            "Print at 100 %. Lay a ruler on the page from its left edge, then from its top edge: what its {0} mm mark points at on the scale"
            " is the shift. Then print with --shift ACROSS,DOWN."
        ).format(ASIDE)
        if is_edge
        else _(
            "Print at 100 % and hold it with a sheet of labels against the light. Where a label's edge crosses the scales stands the shift:"
            " right and down are plus. Then print with --shift ACROSS,DOWN."
        ),
        "measure": _("{0} mm: if not, print at 100 %"),
    }
    lost = dict.fromkeys(map(ord, missing(words.values())), "〓")
    job = {
        "stock": sort._asdict(),
        "zero": [ASIDE + moved for moved in shift] if is_edge else None,
        "fonts": [FAMILY],
        "town": printable(town),
        **{key: word.translate(lost) for key, word in words.items()},
    }
    with whole(path) as part:
        typeset("ruler.typ", job, part, timestamp=timestamp, templates=templates)
