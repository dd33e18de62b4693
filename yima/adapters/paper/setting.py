"""What may be asked of one printing beside its labels: where it begins, how often, moved by how much, in which font."""

import math
from pathlib import Path
from typing import NamedTuple

from yima.adapters.paper.stocks import Stock
from yima.errors import BadInput
from yima.i18n import _

MOST_COPIES = 100
MOST_SHIFT = 10  # mm: more than that is no printer's shift, but a wrong tray or a scaled page
FONTS = ("font.ttf", "font.otf", "font.ttc")  # in the town's templates folder: the town's font


class How(NamedTuple):
    """How a sheet is printed. start: the first free label of a used sheet, from 1, row by row. copies: of each label, side by side.

    shift: by so many mm (across, down) everything is moved, against the printer's own shift; as far as the stock bears it.
    large: names as large as the label allows.
    font: a font file that is used first; the packaged one stands in for what it lacks.
    """

    start: int = 1
    copies: int = 1
    shift: tuple[float, float] = (0, 0)
    cut_marks: bool = False
    large: bool = False
    font: Path | None = None


PLAIN = How()


def own_font(templates: Path | None) -> Path | None:
    """The town's font: a file font.ttf, font.otf or font.ttc in its templates folder."""
    return next((file for name in FONTS if templates is not None and (file := templates / name).is_file()), None)


def asked(sort: Stock, name: str, how: How) -> Stock:
    """The stock where the printer will put it. Raises BadInput for what cannot be printed on it."""
    if how.start != 1 and sort.per_page == 1:
        raise BadInput(_("Stock {stock} has one label a page, so a sheet is never half used; leave out --start.").format(stock=name))
    if not 1 <= how.start <= sort.per_page:
        sentence = _("A sheet of stock {stock} has {most} labels, so none with number {start}; give --start from 1 to {most}.")
        raise BadInput(sentence.format(stock=name, most=sort.per_page, start=how.start))
    if not 1 <= how.copies <= MOST_COPIES:
        sentence = _("{count} copies of each label cannot be printed; give --copies from 1 to {most}.")
        raise BadInput(sentence.format(count=how.copies, most=MOST_COPIES))
    if max(map(abs, how.shift)) > MOST_SHIFT:
        raise BadInput(
            _("A shift is at most {most} mm; print at 100 %, not fitted to the page, and measure again.").format(most=MOST_SHIFT)
        )
    _bears(sort, name, how.shift)
    if how.cut_marks and sort.label == sort.page:
        raise BadInput(_("Stock {stock} has one label a page, so there is nothing to cut; leave out --cut-marks.").format(stock=name))
    across, down = how.shift
    return sort._replace(first=(sort.first[0] + across, sort.first[1] + down))


def _bears(sort: Stock, name: str, shift: tuple[float, float]) -> None:
    """Refuse a shift that would move print off the page: towards each edge there is the page's margin and the inset of the labels there."""
    most = []
    for side, count in enumerate((sort.columns, sort.rows)):
        end = sort.first[side] + (count - 1) * sort.pitch[side] + sort.label[side]
        for margin in (sort.first[side], sort.page[side] - end):
            most.append(min(math.floor((margin + sort.inset) * 10 + 0.001) / 10, MOST_SHIFT))
    left, right, up, down = most
    if not (-left <= shift[0] <= right and -up <= shift[1] <= down):
        sentence = _(
            "A shift of {across:g},{down:g} would move print off the page; stock {stock} bears {left:g} to {right:g} mm across and {up:g} to"
            " {low:g} mm down; print at 100 % and measure again."
        )
        raise BadInput(sentence.format(across=shift[0], down=shift[1], stock=name, left=-left, right=right, up=-up, low=down))
