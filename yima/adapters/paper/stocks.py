"""Label stocks: what a sheet of labels measures, as data. A new stock is a few lines of templates/stock.yaml, ours or the town's."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from yima.adapters.catalog.reading import Conv, Page, form, line_of, record, text, whole
from yima.adapters.catalog.text import Fault, Node, compose
from yima.errors import BadInput
from yima.i18n import _

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
FILE = "stock.yaml"
QUIET = 4 / 21  # of a version 1 code's side, the coarsest there is: four modules
LEAST_CODE = 10  # mm: below that a module is under half a millimetre, and the cameras of cheap phones miss it
MOST = 1_000  # mm, of any length
SHOWN = 3  # faults in one sentence
MM = re.compile(r"\d{1,4}(\.\d{1,3})?", re.ASCII)


def own_templates(town_folder: Path) -> Path | None:
    """The folder of a town's own templates, whose files win over ours; None where there is none."""
    return folder if (folder := town_folder / "templates").is_dir() else None


class Stock(NamedTuple):
    """One stock; all lengths in millimetres, pairs are (across, down).

    first: upper left corner of the first label. pitch: from one label to the next. inset: from a label's edge to what is printed.
    code: side of the QR's dark part; its quiet zone of four modules is white around it. radius: of a label's corners.
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
    radius: float = 0

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
    """All stocks by name; those in the town's `templates` folder come on top. Faults raise BadInput, all in one sentence, each with its line."""
    faults: list[Fault] = []
    found = _read(TEMPLATES / FILE, FILE, faults)
    if templates is not None and (templates / FILE).exists():
        found |= _read(templates / FILE, f"{templates.name}/{FILE}", faults)
    if faults:
        said = [f"{fault.file}:{fault.line} {fault.what.rstrip('.。')}" for fault in faults[:SHOWN]]
        more = [_("and {0} more").format(len(faults) - SHOWN)] if len(faults) > SHOWN else []
        raise BadInput(_("The label stocks cannot be used, so nothing was printed: {faults}.").format(faults=_("; ").join([*said, *more])))
    return found


def stock_named(name: str, templates: Path | None = None) -> Stock:
    """One stock; an unknown name raises BadInput, which lists them."""
    all_stocks = stocks(templates)
    if name not in all_stocks:
        listed = _(", ").join(f"{known} ({stock.name})" for known, stock in all_stocks.items())
        raise BadInput(_("There is no label stock {name}; choose one of these: {listed}.").format(name=name, listed=listed))
    return all_stocks[name]


# -- reading the file


def _read(path: Path, called: str, faults: list[Fault]) -> dict[str, Stock]:
    """The stocks of one file that could be read; what is wrong is added to `faults`."""
    node = compose(path, faults, called)
    found: dict[str, Stock] = {}
    for name, (_line, one) in node.value.items() if node is not None and isinstance(node.value, dict) else ():
        page = Page(called, faults, [])
        before = len(faults)
        with page.inside(where=name):
            made = _STOCK(one, page)
        if len(faults) == before:
            found[name] = Stock(**made)
    return found


def _length(least: float, most: float = MOST) -> Conv:
    """Millimetres from least to most, with at most three places."""

    def read(node: Node, page: Page) -> float | None:
        said = text(node, page)
        if said is None:
            return None
        if not MM.fullmatch(said):
            page.say(node.line, _("{key}: `{said}` is no length; write millimetres, for example 63.5."), said=said)
        elif not least <= float(said) <= most:
            what = _("{key}: {said} mm is out of range; write {least:g} to {most:g}.")
            page.say(node.line, what, said=said, least=least, most=most)
        else:
            return float(said)
        return None

    return read


def _pair(each: Conv) -> Conv:
    """Two lengths: [across, down]."""

    def read(node: Node, page: Page) -> tuple[float, float] | None:
        if not isinstance(node.value, list) or len(node.value) != 2:
            page.say(node.line, _("{key}: write two lengths, [across, down], for example [63.5, 38.1]."))
            return None
        across, down = (each(one, page) for one in node.value)
        return None if across is None or down is None else (across, down)

    return read


def _fits(made: dict[str, Any], node: Node, page: Page) -> None:
    """What several numbers must have in common; nothing is said where one of them could not be read."""
    if not {"page", "first", "label", "pitch", "columns", "rows", "inset", "code"} <= made.keys():
        return
    sides = (
        (0, "columns", _("{key}: {count} labels across reach {reach:g} mm, but the page is {size:g} mm wide.")),
        (1, "rows", _("{key}: {count} labels down reach {reach:g} mm, but the page is {size:g} mm high.")),
    )
    for side, key, too_far in sides:
        label, pitch, count = made["label"][side], made["pitch"][side], made[key]
        reach = made["first"][side] + (count - 1) * pitch + label
        if count > 1 and pitch < label:
            what = _("{key}: labels of {label:g} mm overlap when the next one begins after {pitch:g} mm.")
            _say(page, node, "pitch", what, label=label, pitch=pitch)
        elif reach > made["page"][side] + 0.005:
            _say(page, node, key, too_far, count=count, reach=reach, size=made["page"][side])
    smallest = min(made["label"])
    if made["code"] + 2 * made["inset"] > smallest:
        what = _("{key}: a code of {code:g} mm with {inset:g} mm on either side does not fit a label of {label:g} mm.")
        _say(page, node, "code", what, code=made["code"], inset=made["inset"], label=smallest)
    elif made["inset"] < QUIET * made["code"] - 0.005:
        least = math.ceil(QUIET * made["code"] * 10) / 10
        what = _("{key}: a code of {code:g} mm needs {least:g} mm of white around it, and has {inset:g}.")
        _say(page, node, "inset", what, code=made["code"], least=least, inset=made["inset"])
    if made.get("radius", 0) > smallest / 2:
        what = _("{key}: {radius:g} mm is more than half of a label of {label:g} mm.")
        _say(page, node, "radius", what, radius=made["radius"], label=smallest)


def _say(page: Page, node: Node, key: str, what: str, **words: object) -> None:
    with page.inside(key):
        page.say(line_of(node, key), what, **words)


_STOCK = record(
    {
        "name!": text,
        "template!": form(r"[A-Za-z0-9_-]{1,60}\.typ", "labels.typ"),
        "page!": _pair(_length(20)),
        "first!": _pair(_length(0)),
        "label!": _pair(_length(15)),
        "pitch!": _pair(_length(1)),
        "columns!": whole(1, 50),
        "rows!": whole(1, 50),
        "inset!": _length(0),
        "code!": _length(LEAST_CODE),
        "radius": _length(0),
    },
    _fits,
)
