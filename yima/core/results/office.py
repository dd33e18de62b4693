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


# -- the weekly report


class Published(NamedTuple):
    """Rules as published, and what is other than before, in names; same: they are those in force, nothing was written."""

    digest: str
    same: bool
    items: int
    claimed: int
    unclaimed: tuple[str, ...]
    newly_claimed: tuple[str, ...]
    no_longer_claimed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    parts: tuple[str, ...]  # town roles departments …: what else is other


class ItemShown(NamedTuple):
    """An item of the rules in force. every: (kind, period); limit: value, unit, from; claim: decision, meeting, day."""

    no: int
    id: str
    name: str
    module: str
    module_name: str
    claimed: bool
    lead: str
    lead_name: str
    support: tuple[str, ...]
    kinds: tuple[str, ...]
    where: str
    flow: str
    flow_name: str
    every: tuple[tuple[str, str], ...]
    limit: tuple[int, str, str]
    self_fix: str
    finders: tuple[str, ...]
    handlers: tuple[str, ...]
    question: str
    opening: str
    closing: str
    basis: str
    claim: tuple[str, str, str]


class CatalogShown(NamedTuple):
    """The rules in force; one: a single item was asked for."""

    digest: str
    items: tuple[ItemShown, ...]
    one: bool


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
    """A person of a list. left: the last day (ISO), "" = still here."""

    id: str
    name: str
    no: str
    roles: tuple[str, ...]
    role_names: tuple[str, ...]
    resource: str
    dept: str
    dept_name: str
    left: str


class Listed(NamedTuple):
    """A register: objects, or people where `people` is not None."""

    objects: tuple[ObjectListed, ...]
    people: tuple[PersonListed, ...] | None


class Sheeted(NamedTuple):
    """A printed sheet. stock_size: labels a page, width and height in mm; labels: (code, object, name); again: of these printed before."""

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
    no_glyph: tuple[tuple[str, str], ...]


class PlateSeen(NamedTuple):
    """A plate. state: blank valid void; voided: why; instants in ms."""

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


class Plated(NamedTuple):
    """Plates listed, or those that were just bound or voided. did: list bound voided."""

    did: str
    plates: tuple[PlateSeen, ...]
