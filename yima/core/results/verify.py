"""What photos of printed codes show of a batch or a place; and a single code drawn for use elsewhere."""

from typing import NamedTuple

from yima.core.results.plates import PlateSeen


class Picture(NamedTuple):
    """A photo, or a page of a scan. file: as it was given; page: from 1, 0 = the file is one picture; codes: how many were read on it."""

    file: str
    page: int
    codes: int


class At(NamedTuple):
    """Where on which picture (its number in the list, from 0), in percent of its width and height from the upper left."""

    picture: int
    across: int
    down: int


class Met(NamedTuple):
    """A plate of this town on the pictures. spots: where, in the order of the pictures."""

    plate: PlateSeen
    spots: tuple[At, ...]


class Missed(NamedTuple):
    """A plate that should be there and was not seen. page: of the printed sheet, from 1; 0 = it is of no sheet, or of a stock not known here."""

    plate: PlateSeen
    page: int


class Foreign(NamedTuple):
    """Another's code, never opened. text: all that it holds. why: address, other, or unknown (of our form, but printed by nobody here)."""

    text: str
    why: str
    spots: tuple[At, ...]


class Bare(NamedTuple):
    """An object of the place that has no valid plate."""

    object: str
    place: str
    name: str


class Scope(NamedTuple):
    """What the pictures are held against. plates: how many should hang there (void ones not). All empty: nothing in particular.

    guessed: the batch was told from the pictures, because it holds every code of this town on them.
    """

    batch: str = ""
    street: str = ""
    grid: str = ""
    plates: int = 0
    guessed: bool = False

    @property
    def is_given(self) -> bool:
        return bool(self.batch or self.street or self.grid)


class Verified(NamedTuple):
    """What was seen. seen: valid or blank plates of the scope; elsewhere: such of another batch or place; void: void ones, of any.

    missing: of the scope, not seen; pages: of the batch's sheet, of which nothing was seen, though something was of others: they were not
    photographed. bare: objects of the scope without a valid plate; unreadable: a code is there and cannot be read.
    """

    scope: Scope
    pictures: tuple[Picture, ...]
    seen: tuple[Met, ...]
    missing: tuple[Missed, ...]
    pages: tuple[int, ...]
    void: tuple[Met, ...]
    elsewhere: tuple[Met, ...]
    foreign: tuple[Foreign, ...]
    unreadable: tuple[At, ...]
    bare: tuple[Bare, ...]

    @property
    def is_in_order(self) -> bool:
        """Nothing is missing, nothing is foreign, and something was seen at all."""
        return not self.missing and not self.foreign and bool(self.seen or self.elsewhere)


class PlateDrawn(NamedTuple):
    """A code as a picture. side: the whole width in mm (svg) or pixels (png), quiet zone included; modules: so many of them across.

    module: the width of one, in the same unit; captioned: the grouped code stands below.
    """

    plate: PlateSeen
    payload: str
    format: str
    side: float
    modules: int
    module: float
    captioned: bool
    file: str
    file_shown: str
