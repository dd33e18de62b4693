"""Facts: their form, bytes, hash and order. One NamedTuple for each kind of fact.

A kind's name in the log is a word such as "visit.recorded", never the class path. What is absent in the log is the default here, and the
other way round. What this version does not know (a kind, a field, a word) is kept and passed on; `decode` gives None for such a kind.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import compress
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from operator import is_not
from typing import Any, NamedTuple

if sys.version_info >= (3, 12):  # the C module alone: hashlib costs 5 to 10 points of the start-up ratio
    from _sha2 import sha256
else:
    from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore]

FIRST_WALL = 1_577_836_800_000  # 2020-01-01 UTC
LAST_WALL = 4_133_980_799_999  # 2100-12-31 UTC
MAX_BODY = 1 << 20
ZEROS = "0" * 64
MOST = (1 << 63) - 1  # what a database's integer holds
HALF_HOUR = 30 * 60_000


class Fact(NamedTuple):
    """A row of the log. `wall`: the device's clock, ms UTC; `at`: serves for the order and for nothing else; `body`: the bytes hashed."""

    device: str
    seq: int
    wall: int
    at: int
    actor: str
    kind: str
    subject: str
    body: bytes
    prev: str
    hash: str


class Finding(NamedTuple):
    """An item that is not in order. item: permanent number, 0 = unlisted (then with a note); number: the next of its device;
    again: the open case that it repeats, by a finding's name; fixed: done on the spot; source: hotline, grid, order, with its ext_ref."""

    item: int
    number: int = 0
    note: str = ""
    again: str = ""
    fixed: bool = False
    photos: tuple[str, ...] = ()
    source: str = ""
    ext_ref: str = ""


class VisitRecorded(NamedTuple):
    """One visit to one object (the subject).

    catalogue: digest of the rules this device held, 64 hex digits. asked: items in order, by permanent number. cases: open cases that were
    shown and said to be in order, each by a finding's name, "hash.index". shown: the questions were on the screen or a printed route.
    seen: 補录, an earlier minute of the same local day, ms; rounds read it, limits and proof do not. permit: the 检查码 that mode inspection
    needs (Shanghai practice since 2025-01-01). entered_for: a person's id, or "owner".
    """

    catalogue: str
    plate: str = ""
    plate_state: str = ""  # fine missing dirty covered; "" = nothing was said of it
    read: str = ""  # gun camera photo typed name
    mode: str = "patrol"  # patrol self proxy invited inspection
    shown: bool = False
    asked: tuple[int, ...] = ()
    cases: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    closed: str = ""  # shut ceased fitting_out vacant demolished no_entry
    position: tuple[int, int, str] | None = None
    permit: str = ""
    consent: bool = False
    seen: int | None = None
    entered_for: str = ""


class StepTaken(NamedTuple):
    """One step in a case; subject: the object. case: any finding's name of it. until: an instant (ms) or a day (ISO). to: prefixed."""

    case: str
    step: str
    about: str = ""
    reason: str = ""
    to: str = ""
    until: int | str | None = None
    document: str = ""
    value: int | None = None
    note: str = ""
    photos: tuple[str, ...] = ()
    entered_for: str = ""


class FactWithdrawn(NamedTuple):
    """Subject: that fact's subject. fact: its hash."""

    fact: str
    reason: str = ""


class RungRaised(NamedTuple):
    """Somebody was told; subject: the object. clock: "item:1" or a stage and which entry it is, "accept:2"; to: prefixed.

    Of a list of missed rounds (漏扫清单) the subject is the leader, day its day, clock "missed:" and the department, case "".
    """

    case: str = ""
    clock: str = ""
    rung: str = ""  # remind supervise escalate
    to: str = ""
    day: str = ""


class RungAnswered(NamedTuple):
    """Subject: the object, or the leader whose list it is, then with its day. answer: instruct reassign extend takeover refer."""

    case: str = ""
    clock: str = ""
    rung: str = ""
    answer: str = ""
    text: str = ""
    entered_for: str = ""
    day: str = ""


STREET_KINDS: dict[str, type] = {
    "visit.recorded": VisitRecorded,
    "step.taken": StepTaken,
    "fact.withdrawn": FactWithdrawn,
    "rung.raised": RungRaised,
    "rung.answered": RungAnswered,
}
OFFICE_KINDS = {
    "town.founded": "TownFounded",
    "device.enrolled": "DeviceEnrolled",
    "device.clock": "DeviceClock",
    "person.registered": "PersonRegistered",
    "person.changed": "PersonRegistered",
    "person.left": "PersonLeft",
    "roster.published": "RosterPublished",
    "object.registered": "ObjectRegistered",
    "object.changed": "ObjectRegistered",
    "object.retired": "ObjectRetired",
    "calendar.published": "CalendarPublished",
    "plates.printed": "PlatesPrinted",
    "plate.bound": "PlateBound",
    "plate.voided": "PlateVoided",
    "report.issued": "ReportIssued",
    "suggestion.made": "SuggestionMade",
    "agenda.decided": "AgendaDecided",
}  # catalogue.published carries the rules whole: its body is a plain dict, read by core/model.catalogue_of
KINDS = (*STREET_KINDS, *OFFICE_KINDS, "catalogue.published")
TOWN_KINDS = (
    "town.founded",
    "catalogue.published",
    "calendar.published",
    "device.enrolled",
    "device.clock",
    "person.registered",
    "person.changed",
    "person.left",
    "roster.published",
)
OBJECT_KINDS = (
    "object.registered",
    "object.changed",
    "object.retired",
    "visit.recorded",
    "step.taken",
    "fact.withdrawn",
    "rung.raised",
    "rung.answered",
)


def canonical(value: Any) -> bytes:
    """The one way in which a value becomes bytes: sorted keys, compact, UTF-8. Raises ValueError for floats and invalid Unicode."""
    _no_floats(value)
    return _bytes(value)


def _sorted_encoder() -> Callable[[Any], bytes]:
    """Made once. JSONEncoder.encode makes its own C encoder at each call, which takes longer than to encode a visit."""
    made = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if c_make_encoder is None:  # a Python without the C module
        return lambda value: made.encode(value).encode()
    chunks = c_make_encoder(None, made.default, encode_basestring, None, ":", ",", True, False, False)
    return lambda value: "".join(chunks(value, 0)).encode()


_bytes = _sorted_encoder()
NO_FLOAT = "a float is no canonical value"
PLAIN = frozenset((str, int))  # what nearly every value is, asked first


def _is_plain(values: Iterable[Any]) -> bool:
    """Whether they are all texts and whole numbers."""
    return PLAIN.issuperset(map(type, values))


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError(NO_FLOAT)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for one in inner if not _is_plain(inner) else ():
        if type(one) not in PLAIN:
            _no_floats(one)


def lean(value: Any) -> Any:
    """A plain value without what canonical JSON leaves out of objects: null, false and empty; true becomes 1, tuples lists.

    Raises ValueError for floats.
    """
    if isinstance(value, dict):
        return {str(key): lean(one) for key, one in value.items() if _says_something(one)}
    if isinstance(value, (list, tuple)):
        return list(value) if _is_plain(value) else [lean(one) for one in value]
    if isinstance(value, float):
        raise ValueError(NO_FLOAT)
    return 1 if value is True else value


def _says_something(value: Any) -> bool:
    return value is not None and value is not False and (bool(value) or not isinstance(value, (str, tuple, list, dict)))


def encode(event: Any) -> bytes:
    """The canonical body of one kind's NamedTuple."""
    return _bytes(_fields(event))


def _fields(event: Any) -> dict[str, Any]:
    body = {}
    names, defaults = _form(type(event))
    for name, value, default in compress(zip(names, event, defaults, strict=True), map(is_not, event, defaults)):
        if not (value or _says_something(value)) or (value == default and type(value) is type(default)):
            continue
        if name == "findings":
            value = [_fields(finding) for finding in value]
        body[name] = value if type(value) in PLAIN else lean(value)
    return body


_FORMS: dict[type, tuple[list[str], list[Any]]] = {}


def _form(made: Any) -> tuple[list[str], list[Any]]:
    """The names in the log and the defaults of a kind's fields."""
    if made not in _FORMS:
        _FORMS[made] = [name.rstrip("_") for name in made._fields], [made._field_defaults.get(name) for name in made._fields]
    return _FORMS[made]


def digest(body: bytes) -> str:
    return str(sha256(body).hexdigest())


def hash_of(town: str, fact: Fact) -> str:
    """SHA-256 of the canonical frame, LF, and the body's bytes: a fact is named by it, and belongs to one town.

    The frame is the compact JSON of [1, town, device, seq, at, wall, actor, kind, subject, prev], written out: an encoder takes twice the time.
    """
    device, seq, wall, at, actor, kind, subject, body, prev, _hash = fact
    if not type(seq) is type(at) is type(wall) is int:
        raise TypeError("numbers of a frame are whole")  # else a text could stand for two values of it
    text = encode_basestring
    frame = f"[1,{text(town)},{text(device)},{seq},{at},{wall},{text(actor)},{text(kind)},{text(subject)},{text(prev)}]\n"
    return str(sha256(frame.encode() + body).hexdigest())


def order(fact: Fact) -> tuple[int, str, int, str]:
    """Facts are ordered by this and by nothing else."""
    return fact.at, fact.device, fact.seq, fact.hash


def next_at(wall: int, own_last: int, greatest: int) -> int:
    """`at` of a new fact: after its device's last one and after every fact that counts here (0 where there is none)."""
    return max(wall << 16, own_last + 1, greatest + 1)


def sealed(town: str, fact: Fact) -> Fact:
    """The fact with its hash."""
    return Fact(*fact[:-1], hash_of(town, fact))


def what_is_wrong(town: str, fact: Fact, before: Fact | None) -> str:
    """Why a fact that comes from elsewhere may not enter the log, in one word; "" = well formed. before: its predecessor, None for the first.

    The first fact of a chain has the hash of town.founded as prev (64 zeros for town.founded itself): the caller knows it.
    """
    if not FIRST_WALL <= fact.wall <= LAST_WALL:
        return "wall"
    if len(fact.body) > MAX_BODY:
        return "size"
    if before is None:
        if fact.seq != 1:
            return "gap"
    elif fact.seq != before.seq + 1 or fact.prev != before.hash or fact.device != before.device:
        return "gap"
    elif fact.at <= before.at:
        return "at"
    return "" if hash_of(town, fact) == fact.hash else "hash"


def class_of(kind: str) -> type | None:
    """The kind's NamedTuple; None for a kind that this version does not know, and for the rules, which are a plain dict."""
    if kind in STREET_KINDS:
        return STREET_KINDS[kind]
    made: type | None = __getattr__(OFFICE_KINDS[kind]) if kind in OFFICE_KINDS else None
    return made


def __getattr__(name: str) -> Any:
    """`events.PersonRegistered` and the like: the office's kinds, loaded when the first one is asked for."""
    if name not in OFFICE_KINDS.values():
        raise AttributeError(name)
    from yima.core.events import office

    return getattr(office, name)


def decode(kind: str, body: bytes) -> Any:
    """The fact's content as its kind's NamedTuple; None where kind or form are not known to this version (it is kept all the same)."""
    made = class_of(kind)
    if made is None:
        return None
    try:
        if b"\\ud" in body:  # canonical bytes hold no escaped half of a character; it could not be stored
            return None
        raw = json.loads(body)
        if made is VisitRecorded:
            return _visit(raw)
        return made(**{name: _value(raw[key], name) for name, key in _names(made) if key in raw})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


_NAMES: dict[type, tuple[tuple[str, str], ...]] = {}
_INTEGERS = {"number", "seq_from", "seq_to", "shift_ms", "utc_offset", "as_of", "seen", "value", "item", "start", "copies"}
_LISTS = {"people", "roles", "leave", "rows", "off", "work", "plates", "asked", "cases", "photos", "position"}
_MAPS = {"admin", "device", "tenant", "status", "source", "heads", "figures"}
_FLAGS = {"sample", "sweep", "provisional", "reprint", "shown", "consent", "fixed"}


def _names(made: type) -> tuple[tuple[str, str], ...]:
    if made not in _NAMES:
        _NAMES[made] = tuple((name, name.rstrip("_")) for name in made._fields)  # type: ignore[attr-defined]
    return _NAMES[made]


def _value(value: Any, name: str) -> Any:
    """A body's value in the form that the NamedTuple promises; raises TypeError where a foreign fact holds another form."""
    if name in _LISTS:
        if not isinstance(value, list):
            raise TypeError(name)
        if name == "position" and not (len(value) == 3 and type(value[0]) is type(value[1]) is int and isinstance(value[2], str)):
            raise TypeError(name)
        if name in ("roles", "leave", "rows"):
            if not all(isinstance(one, dict) for one in value):
                raise TypeError(name)
        elif name == "asked":
            if not all(type(one) is int for one in value):
                raise TypeError(name)
        elif name == "plates":
            if not all(isinstance(one, list) and one and all(isinstance(part, str) for part in one) for one in value):
                raise TypeError(name)
        elif name != "position" and not all(isinstance(one, str) for one in value):
            raise TypeError(name)
        return tuple(tuple(one) if isinstance(one, list) else one for one in value)
    if name in _FLAGS:
        return bool(value)
    wanted: Any = str
    if name in _INTEGERS:
        wanted = int
    elif name == "until":
        wanted = (int, str)
    elif name in _MAPS and not (name == "source" and isinstance(value, str)):
        wanted = dict
    if not isinstance(value, wanted) or isinstance(value, bool) or (isinstance(value, int) and not -MOST <= value <= MOST):
        raise TypeError(name)
    return value


def _visit(raw: Mapping[str, Any]) -> VisitRecorded:
    findings = tuple(
        Finding(**{name: _value(one[name], name) for name in Finding._fields if name in one}) for one in raw.get("findings", ())
    )
    return VisitRecorded(
        **{name: _value(raw[name], name) for name in VisitRecorded._fields if name in raw and name != "findings"}, findings=findings
    )
