"""The kinds of fact that the office writes. A scan never needs them: each NamedTuple costs a tenth of a millisecond at start-up."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class TownFounded(NamedTuple):
    """The first fact of a town; subject: the town. utc_offset in minutes; admin {id, name}; device {letters, key}."""

    name: str
    utc_offset: int
    admin: Mapping[str, str]
    device: Mapping[str, str]
    sample: bool = False


class DeviceEnrolled(NamedTuple):
    """Subject: the device. people: ids, or "*" for everybody (leaders and admins by name); sweep: it may raise rungs."""

    letters: str
    key: str
    people: tuple[str, ...] = ()
    sweep: bool = False


class DeviceClock(NamedTuple):
    """Subject: the device. `when` = wall + shift_ms for its facts seq_from..seq_to; the last in order that names a seq counts alone."""

    seq_from: int
    seq_to: int
    shift_ms: int = 0


class PersonRegistered(NamedTuple):
    """Subject: the person. roles: dicts of role, depts, grids, streets, villages, objects, from, to; leave: dicts of from, to, deputy."""

    name: str = ""
    no: str = ""
    dept: str = ""
    roles: tuple[Mapping[str, Any], ...] = ()
    leave: tuple[Mapping[str, str], ...] = ()


class PersonLeft(NamedTuple):
    """Subject: the person. on: the last day (ISO)."""

    on: str
    reason: str = ""


class RosterPublished(NamedTuple):
    """Subject: the department. Who is on duty from `from_` to `to` (days, both included); it replaces what was published for that span.

    rows: dicts of day, person (id), and optionally grid, from, to (times of the day, "08:00").
    """

    from_: str
    to: str
    rows: tuple[Mapping[str, str], ...] = ()


class ObjectRegistered(NamedTuple):
    """Subject: the object. `changed` carries only what differs. position: (lat, lon, datum) in micro-degrees: 31.234567° is 31_234_567."""

    kind: str = ""
    name: str = ""
    street: str = ""
    door: str = ""
    unit: str = ""
    address: str = ""
    grid: str = ""
    village: str = ""
    trade: str = ""
    licence: str = ""
    part_of: str = ""
    position: tuple[int, int, str] | None = None
    tenant: Mapping[str, str] = {}
    status: Mapping[str, str] = {}
    same_as: str = ""
    source: Mapping[str, str] = {}
    provisional: bool = False


class ObjectRetired(NamedTuple):
    """Subject: the object. on: the first day (ISO) without it."""

    on: str
    reason: str = ""


class CalendarPublished(NamedTuple):
    """Subject: the year. Only days that differ from Monday-Friday: off, work."""

    off: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


class PlatesPrinted(NamedTuple):
    """Subject: the batch. plates: pairs (code, object), a blank one is (code,); file: SHA-256 of the PDF that was read back.

    start: the label of the first sheet on which it begins, from 1; copies: of each label, one after the other.
    """

    number: int
    stock: str
    plates: tuple[tuple[str, ...], ...] = ()
    reprint: bool = False
    file: str = ""
    start: int = 1
    copies: int = 1


class PlateBound(NamedTuple):
    """Subject: the code."""

    object: str


class PlateVoided(NamedTuple):
    """Subject: the code."""

    reason: str = ""
    replaced_by: str = ""


class ReportIssued(NamedTuple):
    """Subject: the report ("2026-W47"). Frozen: digest of the canonical result, the heads it was computed from, its figures."""

    from_: str
    to: str
    as_of: int
    heads: Mapping[str, Any]
    digest: str
    figures: Mapping[str, Any] = {}
    corrects: str = ""


class SuggestionMade(NamedTuple):
    """Subject: the suggestion's own id. A complaint or an idea about the rules or the tool, by anybody; it goes to the agenda."""

    text: str


class AgendaDecided(NamedTuple):
    """Subject: the topic (an item's id, a finding's name, a suggestion's id). decision: claimed, refused or deferred, at which meeting, on
    which day (ISO); dept: who takes it; item: the id of the item that it becomes or belongs to; basis and text as people wrote them.
    """

    decision: str
    meeting: str = ""
    on: str = ""
    dept: str = ""
    item: int = 0
    basis: str = ""
    text: str = ""
