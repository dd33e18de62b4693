"""What the office sees of its plates: batches, single plates, those that were reported."""

from typing import NamedTuple


class PlateSeen(NamedTuple):
    """A plate. state: blank valid void; voided: why; times: in how many batches it was printed; instants in ms."""

    code: str
    batch: str
    state: str
    object: str
    place: str
    name: str
    printed: int
    bound: int | None
    voided: str
    voided_at: int | None
    replaced_by: str
    times: int = 1
    last_printed: int = 0


class Plated(NamedTuple):
    """What was just done. did: bound voided; plates: those it was done to; new: what takes the place of a void one.

    others: valid plates that the object has beside the one bound, or has left when one of its own was voided. retired: the object is no more,
    so it wants no other plate.
    """

    did: str
    plates: tuple[PlateSeen, ...]
    new: PlateSeen | None = None
    others: tuple[PlateSeen, ...] = ()
    retired: bool = False


class BatchSeen(NamedTuple):
    """A batch as its labels stand now. labels = blank + valid + void; reprinted: of these, printed in an earlier batch too.

    when: of its printing, ms; file: SHA-256 of the PDF that was read back. start: the label of the first sheet on which it begins, from 1;
    copies: of each label, one after the other.
    """

    batch: str
    when: int
    by_id: str
    by: str
    stock: str
    labels: int
    reprinted: int
    blank: int
    valid: int
    void: int
    file: str
    start: int = 1
    copies: int = 1


class PlateList(NamedTuple):
    """of: town (all batches; plates only where the whole was asked for), batch (it and its labels), object (its plates, first to last)."""

    of: str
    batches: tuple[BatchSeen, ...]
    plates: tuple[PlateSeen, ...]


class PlateReported(NamedTuple):
    """A place whose plate was reported. state: missing dirty covered, the last word; times: since it was last printed or bound.

    code: of its newest valid plate, "" = it has none; last, by: instant and name of the last report.
    """

    object: str
    place: str
    name: str
    grid: str
    code: str
    state: str
    times: int
    last: int
    by: str


class PlateQueue(NamedTuple):
    """The places whose plate was reported, in the order of the street."""

    places: tuple[PlateReported, ...]
