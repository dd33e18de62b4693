"""What the office sees: a town founded, a ledger read, rules published, sheets and plates."""

from typing import NamedTuple


class Founded(NamedTuple):
    """A town as founded. years: the first and last year of its calendar; key: where this device's private key lies."""

    town: str
    name: str
    folder: str
    admin_id: str
    admin: str
    device: str
    letters: str
    items: int
    years: tuple[int, int]
    sample: bool
    key: str


class Imported(NamedTuple):
    """A ledger as read. read = added + changed + same + rejected; rejected: (line, reason); changes: (line, name, fields that differ)."""

    register: str
    file: str
    read: int
    added: int
    changed: int
    same: int
    rejected: tuple[tuple[int, str], ...]
    rejected_file: str
    notes: tuple[str, ...]
    changes: tuple[tuple[int, str, tuple[str, ...]], ...]
    dry_run: bool = False


class ObjectListed(NamedTuple):
    """An object of a list. code: its newest valid one, "" = none; colour: at the list's `now`."""

    id: str
    name: str
    kind: str
    code: str
    grid: str
    street: str
    trade: str
    trade_name: str
    colour: str
    place: str
    address: str
    provisional: bool


class PersonListed(NamedTuple):
    """A person of a list. left: the last day (ISO), "" = still here; leave: (last day, deputy's name) of today's; on_duty: today, by roster."""

    id: str
    name: str
    no: str
    roles: tuple[str, ...]
    role_names: tuple[str, ...]
    resource: str
    dept: str
    dept_name: str
    left: str
    leave: tuple[str, str] | None = None
    on_duty: bool = False


class Listed(NamedTuple):
    """A register: objects, or people where `people` is not None."""

    objects: tuple[ObjectListed, ...]
    people: tuple[PersonListed, ...] | None


class Sheeted(NamedTuple):
    """A printed sheet. stock_size: labels a page, width and height in mm; labels: (code, object, name); again: of these printed before.

    no_glyph: (name, character without a shape, number in the ledger) of what was left out. start, copies: as in the fact.
    """

    batch: str
    stock: str
    stock_size: tuple[int, float, float]
    scope: str
    labels: tuple[tuple[str, str, str], ...]
    read_back: int
    pages: int
    again: int
    file: str
    file_shown: str
    shrunk: tuple[str, ...]
    no_glyph: tuple[tuple[str, str, str], ...]
    start: int = 1
    copies: int = 1
    cut: tuple[tuple[str, str], ...] = ()  # of the shrunk: (name, name or place), texts that end with … because they do not fit

    @property
    def next_free(self) -> int:
        """The first free label of the last sheet, from 1; 0 = all of them are used."""
        per_page = self.stock_size[0]
        used = (self.start - 1 + len(self.labels) * self.copies) % per_page
        return used + 1 if used else 0


class Ruled(NamedTuple):
    """A page to measure a printer's shift with. shift: across and down, in mm, as it was printed."""

    stock: str
    shift: tuple[float, float]
    file: str
    file_shown: str
