"""What is seen of the rules: published, compared, listed, one item shown."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from yima.core.results.matrix import GapSeen


class FieldChange(NamedTuple):
    """A field that is other than before, in its published form; None = it is not there. field: its key, `limit.from` for one inside."""

    field: str
    old: Any
    new: Any


class ItemChange(NamedTuple):
    """An item that is new, gone or other than before. matters: objects to which it applies or did; fields: what is other, () = all of it."""

    no: int
    id: str
    name: str
    matters: int
    fields: tuple[FieldChange, ...] = ()


class PartChange(NamedTuple):
    """A setting, role, department … of the rules. id "" = the part has no records; what: new gone changed."""

    part: str
    id: str
    name: str
    what: str
    fields: tuple[FieldChange, ...] = ()


class Difference(NamedTuple):
    """What one set of rules has other than the one before. matters: (object × item) that the items concern.

    names: (list, id) -> name, of roles, departments, modules, trades, flows, items and people of both.
    """

    new: tuple[ItemChange, ...]
    gone: tuple[ItemChange, ...]
    changed: tuple[ItemChange, ...]
    parts: tuple[PartChange, ...]
    names: Mapping[tuple[str, str], str]

    @property
    def matters(self) -> int:
        return sum(one.matters for one in (*self.new, *self.gone, *self.changed))

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.gone or self.changed or self.parts)


class Published(NamedTuple):
    """Rules as published, or refused for their empty cells (`gaps`); same: they are those in force. Names of items where no more is said.

    excepted: items that were left as they are in force; grids: all that there are.
    """

    digest: str
    same: bool
    items: int
    claimed: int
    unclaimed: tuple[str, ...]
    newly_claimed: tuple[str, ...]
    no_longer_claimed: tuple[str, ...]
    difference: Difference
    excepted: tuple[str, ...] = ()
    gaps: tuple[GapSeen, ...] = ()
    grids: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        return bool(self.gaps)


class Edition(NamedTuple):
    """Rules that can be compared: a publication, or (digest "") the files of the town folder. at: ms; by: a person's name."""

    digest: str
    at: int | None
    by: str


class CatalogDiff(NamedTuple):
    """Two editions of the rules."""

    old: Edition
    new: Edition
    difference: Difference


class LogRow(NamedTuple):
    """One publication. difference: against the one before, None = it is the first; why: why it does not count, "" = it does."""

    edition: Edition
    by_id: str
    items: int
    claimed: int
    newly_claimed: tuple[str, ...]
    no_longer_claimed: tuple[str, ...]
    difference: Difference | None
    why: str


class CatalogLog(NamedTuple):
    """Every publication, the newest last. in_force: digest of the rules that count now."""

    editions: tuple[LogRow, ...]
    in_force: str


class ItemShown(NamedTuple):
    """An item of the rules in force. every: (kind, period); limit: value, unit, from; claim: as published, empty = no meeting has decided.

    primary: (kind, role's name); not_this_if: (item's number, its name, when); raw: the item whole, as published.
    """

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
    trades: tuple[str, ...]
    flow: str
    flow_name: str
    every: tuple[tuple[str, str], ...]
    limit: tuple[int, str, str]
    self_fix: str
    finders: tuple[str, ...]
    primary: tuple[tuple[str, str], ...]
    handlers: tuple[str, ...]
    question: str
    not_this_if: tuple[tuple[int, str, str], ...]
    claim: Mapping[str, str]
    claim_dept: str  # the deciding department's name
    matters: int
    raw: Mapping[str, Any]


class CatalogShown(NamedTuple):
    """The rules in force; one: a single item was asked for."""

    digest: str
    items: tuple[ItemShown, ...]
    one: bool
