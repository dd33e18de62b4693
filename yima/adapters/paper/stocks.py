"""Label stocks: what a sheet of labels measures, as data. A new stock is a new row of templates/stocks.json, ours or the town's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from yima.errors import BadInput
from yima.i18n import _

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


class Stock(NamedTuple):
    """One stock; all lengths in millimetres, pairs are (across, down).

    first: upper left corner of the first label. pitch: from one label to the next. inset: from a label's edge to what is printed.
    code: side of the QR's dark part; its quiet zone of four modules is white around it.
    """

    name: str
    template: str
    page: tuple[float, float]
    first: tuple[float, float]
    label: tuple[float, float]
    pitch: tuple[float, float]
    columns: int
    rows: int
    inset: float
    code: float

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def slot_at(self, across: float, down: float) -> int | None:
        """The slot of a page (0 is the upper left one, row by row) that holds this point of it, in mm; None between the labels."""
        column, inside_across = divmod(across - self.first[0], self.pitch[0])
        row, inside_down = divmod(down - self.first[1], self.pitch[1])
        on_label = inside_across <= self.label[0] and inside_down <= self.label[1]
        on_page = 0 <= column < self.columns and 0 <= row < self.rows
        return int(row) * self.columns + int(column) if on_label and on_page else None


def stocks(templates: Path | None = None) -> Mapping[str, Stock]:
    """All stocks by name; those in the town's `templates` folder come on top. A faulty file raises BadInput."""
    found: dict[str, Stock] = {}
    for path in [TEMPLATES / "stocks.json", *([templates / "stocks.json"] if templates else [])]:
        if path.exists():
            try:
                rows = json.loads(path.read_text(encoding="utf-8-sig"))
                found |= {name: _stock(row) for name, row in rows.items()}
            except (ValueError, TypeError, AttributeError) as error:
                sentence = _("{file} is not a table of label stocks ({reason}); compare it with the one that comes with yima.")
                raise BadInput(sentence.format(file=path, reason=error)) from None
    return found


def stock_named(name: str, templates: Path | None = None) -> Stock:
    """One stock; an unknown name raises BadInput, which lists them."""
    all_stocks = stocks(templates)
    if name not in all_stocks:
        listed = _(", ").join(f"{known} ({stock.name})" for known, stock in all_stocks.items())
        raise BadInput(_("There is no label stock {name}; choose one of these: {listed}.").format(name=name, listed=listed))
    return all_stocks[name]


def _stock(row: Mapping[str, object]) -> Stock:
    stock = Stock(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})  # type: ignore[arg-type]
    if stock.per_page < 1 or min(*stock.page, *stock.label, *stock.pitch, stock.code) <= 0:
        raise ValueError("page, label, pitch, code, columns and rows are greater than zero")
    return stock
