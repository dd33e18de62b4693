"""`yima plate verify`: photos or scans of printed codes, held against a batch or a place. It writes no fact."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from yima.adapters import paper
from yima.adapters.paper import photo
from yima.adapters.paper.stocks import Stock, own_templates
from yima.adapters.store import Store, look, plates
from yima.core import codes
from yima.core.plates import Plate
from yima.core.results.plates import BatchSeen
from yima.core.results.verify import At, Bare, Foreign, Met, Missed, Picture, Scope, Verified
from yima.errors import BadInput
from yima.i18n import _

Spots = dict[str, list[At]]  # what stands there -> where


class Due(NamedTuple):
    """A plate that should hang or lie there. codes: any of them will do, the first is the one that is called missing. page: as in Missed."""

    codes: tuple[str, ...]
    page: int = 0


class Wanted(NamedTuple):
    """What the pictures are held against."""

    scope: Scope = Scope()
    plates: tuple[Due, ...] = ()
    bare: tuple[Bare, ...] = ()


def verify(
    store: Store,
    paths: Sequence[Path],
    *,
    batch: str = "",
    street: str = "",
    grid: str = "",
    tick: Callable[[int, int], None] | None = None,
) -> Verified:
    """Which plates of the batch, or of the street or grid, the pictures show. With none of them: of the batch that holds all that is seen.

    paths: photos (JPEG, PNG) or scans (PDF, each page a picture). tick: told how many pictures are read, of how many.
    Raises BadInput for a file that is no picture and for a batch or place that is not there, before anything is looked at.
    """
    pages = [(path, page, count) for path in paths for count in (photo.pages(path),) for page in range(count)]
    known = {plate.code: plate for plate in plates.every(store)}
    wanted = _of_batch(store, known, batch) if batch else _of_place(store, known, street, grid) if street or grid else Wanted()
    pictures: list[Picture] = []
    texts: Spots = {}
    for path, page, count in pages:
        found = photo.spots(path, page)
        for spot in found:
            texts.setdefault(spot.text, []).append(At(len(pictures), spot.across, spot.down))
        is_paged = count > 1 or path.suffix.lower() == ".pdf"
        pictures.append(Picture(str(path), page + 1 if is_paged else 0, sum(bool(spot.text) for spot in found)))
        if tick is not None:
            tick(len(pictures), len(pages))
    unreadable = tuple(texts.pop("", ()))
    ours, foreign = _sorted_out(store, known, texts)
    if not wanted.scope.is_given:
        wanted = _guess(store, known, ours)
    here = set(chain.from_iterable(due.codes for due in wanted.plates)) if wanted.scope.is_given else set(ours)
    missing, unseen = _missing(wanted.plates, ours)

    def met(is_meant: Callable[[Plate], bool]) -> tuple[Met, ...]:
        return tuple(Met(plates.plate_seen(store, known[code]), tuple(spots)) for code, spots in ours.items() if is_meant(known[code]))

    return Verified(
        wanted.scope,
        tuple(pictures),
        met(lambda plate: not plate.voided and plate.code in here),
        tuple(Missed(plates.plate_seen(store, known[due.codes[0]]), due.page) for due in missing),
        unseen,
        met(lambda plate: bool(plate.voided)),
        met(lambda plate: not plate.voided and plate.code not in here),
        foreign,
        unreadable,
        wanted.bare,
    )


# -- what should be there


def _of_batch(store: Store, known: Mapping[str, Plate], text: str) -> Wanted:
    made = plates.batches(store, plates.batch_id(store, text))
    if not made:
        raise BadInput(_("There is no batch {0}; yima plate list shows them all.").format(text))
    batch, printed = made[0]
    return _labels(store, known, batch, [*printed, *chain.from_iterable(more for _batch, more in made[1:])])


def _labels(store: Store, known: Mapping[str, Plate], batch: BatchSeen, printed: Sequence[str], *, guessed: bool = False) -> Wanted:
    """The labels of a batch that still count, each with the page of its first copy: what was declared void is looked for nowhere."""
    pages = _pages(batch, printed, paper.stocks(own_templates(store.folder)))
    due = tuple(Due((code,), page) for code, page in pages.items() if code in known and not known[code].voided)
    return Wanted(Scope(batch=batch.batch, plates=len(due), guessed=guessed), due)


def _pages(batch: BatchSeen, printed: Sequence[str], stocks: Mapping[str, Stock]) -> dict[str, int]:
    """The page of the first copy of each label, from 1; 0 where the stock is not known here."""
    stock = stocks.get(batch.stock)
    first = {code: batch.start - 1 + number * batch.copies for number, code in enumerate(dict.fromkeys(printed))}
    return {code: at // stock.per_page + 1 if stock is not None else 0 for code, at in first.items()}


def _of_place(store: Store, known: Mapping[str, Plate], street: str, grid: str) -> Wanted:
    """The valid plates of each object; an old one that was never declared void will do as well as its newest."""
    valid: dict[str, list[Plate]] = {}
    for plate in sorted(known.values(), key=lambda plate: (-(plate.bound or plate.printed), plate.code)):
        if plate.object and not plate.voided:
            valid.setdefault(plate.object, []).append(plate)
    objects = look.objects(store, street=street, grid=grid)
    if not objects:
        raise BadInput(_("No object matches; check the street or grid that was given."))
    due = tuple(Due(tuple(plate.code for plate in valid[obj.id])) for obj in objects if obj.id in valid)
    bare = tuple(Bare(obj.id, plates.place_of(obj), obj.name) for obj in objects if obj.id not in valid)
    return Wanted(Scope(street=street, grid=grid, plates=len(due)), due, bare)


def _guess(store: Store, known: Mapping[str, Plate], ours: Spots) -> Wanted:
    """The batch that holds every plate of this town on the pictures.

    Of several (labels printed again) the one on whose pages the plates of each picture stand closest together, for a picture is mostly of
    one page; then the newest.
    """
    holding = [(one, printed) for one, printed in plates.batches(store) if set(printed).issuperset(ours)] if ours else []
    if not holding:
        return Wanted()
    stocks = paper.stocks(own_templates(store.folder))
    shown = {(at.picture, code) for code, spots in ours.items() for at in spots}

    def spread(each: tuple[BatchSeen, Sequence[str]]) -> int:
        """On how many pages the plates of the pictures stand, picture by picture."""
        pages = _pages(each[0], each[1], stocks)
        return len({(picture, pages[code]) for picture, code in shown})

    batch, printed = min(reversed(holding), key=spread)
    return _labels(store, known, batch, printed, guessed=True)


def _missing(due: Sequence[Due], ours: Collection[str]) -> tuple[list[Due], tuple[int, ...]]:
    """What was not seen, and the pages of which nothing was, where something was of other pages."""
    missing = [one for one in due if not any(code in ours for code in one.codes)]
    seen = {one.page for one in due if any(code in ours for code in one.codes)}
    return missing, tuple(sorted({one.page for one in missing} - seen)) if seen else ()


# -- what was read


def _sorted_out(store: Store, known: Mapping[str, Plate], texts: Spots) -> tuple[Spots, tuple[Foreign, ...]]:
    """The codes of this town's plates, and everything else. An address is compared with the town's own, and never opened."""
    prefix = store.town.last_catalogue.url_prefix
    ours: Spots = {}
    foreign: list[Foreign] = []
    for text, spots in texts.items():
        try:
            code = codes.parse(text, (prefix,) if prefix else ())
        except codes.NotACode:
            foreign.append(Foreign(text, "address" if "://" in text else "other", tuple(spots)))
            continue
        if code in known:
            ours.setdefault(code, []).extend(spots)  # a plate from before the town had an address and one from after it are one plate
        else:
            foreign.append(Foreign(text, "unknown", tuple(spots)))
    return ours, tuple(foreign)
