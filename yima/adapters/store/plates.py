"""What the office asks of its plates: one by what is typed, batches with their labels, places whose plate was reported."""

from collections import Counter

from yima.adapters.store import Store, look, seen, waiting
from yima.adapters.store.sql import COLUMNS, PLATE_COLUMNS
from yima.core import codes, events
from yima.core.events import Fact
from yima.core.model import Object
from yima.core.plates import Plate, why_not
from yima.core.results.plates import BatchSeen, PlateReported, PlateSeen
from yima.errors import BadInput
from yima.i18n import _

PRINTINGS = f"SELECT {COLUMNS} FROM event WHERE kind = 'plates.printed' ORDER BY at, device, seq, hash"


def named(store: Store, text: str) -> Plate:
    """The plate with this code, as scanned or typed, or its beginning. Raises BadInput in one sentence for everything else."""
    prefix = store.town.last_catalogue.url_prefix
    try:
        code = codes.parse(text, (prefix,) if prefix else ())
    except codes.NotACode:
        code = _begun(store, text)
    plate = store.plate(code)
    if plate is None:
        look.resolve(store, text)  # says that it is none of this town, with codes that are near
        raise _no_code(text)
    return plate


def _begun(store: Store, text: str) -> str:
    """The code that alone begins so. Raises BadInput, which for anything but a code says that a code is asked."""
    try:
        code = look.resolve(store, text).code
    except BadInput:
        if codes.looks_like_code(text) or not text.strip():
            raise
        code = ""
    if not code:
        raise _no_code(text)
    return code


def _no_code(text: str) -> BadInput:
    return BadInput(_("“{0}” is no code; give the code that is printed on the plate, as 4F7K-92MD-QX8T.").format(text))


def place_of(obj: Object) -> str:
    """Where it is, as it stands on a plate: street and number, else the address in words."""
    return obj.place if obj.door or not obj.address else obj.address


def called(store: Store, object_id: str) -> str:
    """Place and name, for a sentence; the id where the register here does not know it."""
    obj = look.store_object(store, object_id)
    return f"{place_of(obj)} {obj.name}".strip() if obj is not None else object_id


def plate_seen(store: Store, plate: Plate) -> PlateSeen:
    obj = look.store_object(store, plate.object) if plate.object else None
    return PlateSeen(
        plate.code,
        batch_name(store, plate.batch, plate.number),
        plate.state,
        plate.object,
        place_of(obj) if obj is not None else "",
        obj.name if obj is not None else "",
        plate.printed,
        plate.bound,
        plate.voided,
        plate.voided_at,
        plate.replaced_by,
        plate.times,
        plate.last_printed,
    )


def every(store: Store) -> list[Plate]:
    """All plates in the order of printing."""
    return [Plate(*row) for row in store.db.execute(f"SELECT {PLATE_COLUMNS} FROM plate ORDER BY printed, batch, number, code")]


# -- batches


def batch_name(store: Store, device: str, number: int) -> str:
    """K1-B0007."""
    return f"{seen.letters_of(store, device)}-B{number:04d}"


def batch_id(store: Store, text: str) -> tuple[str, int]:
    """(device, number) of the batch that is called K1-B0007, or B7 or 7 where it is this device's. Raises BadInput."""
    letters, _dash, digits = text.strip().upper().rpartition("-")
    digits = digits.removeprefix("B")
    devices = [device.id for device in store.town.devices.values() if device.letters.upper() == letters] if letters else [store.device]
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or not devices:
        raise BadInput(_("There is no batch {0}; yima plate list shows them all.").format(text))
    return devices[0], int(digits)


def batches(store: Store, only: tuple[str, int] | None = None) -> list[tuple[BatchSeen, list[str]]]:
    """Every batch that counts, in order, with the codes of its labels. only: of this device and number (of a cloned device there are two)."""
    states = {row[0]: Plate(*row).state for row in store.db.execute(f"SELECT {PLATE_COLUMNS} FROM plate")}
    found, known = [], set[str]()
    for row in store.db.execute(PRINTINGS):
        fact = Fact(*row)
        event = events.decode(fact.kind, fact.body)
        if event is None or why_not(store.town, fact):
            continue
        printed = list(dict.fromkeys(pair[0] for pair in event.plates))
        if only in (None, (fact.device, event.number)):
            tally = Counter(states[code] for code in printed)
            batch = BatchSeen(
                batch_name(store, fact.device, event.number),
                store.town.when(fact),
                fact.actor,
                look.person_name(store, fact.actor),
                event.stock,
                len(printed),
                len(known.intersection(printed)),
                tally["blank"],
                tally["valid"],
                tally["void"],
                event.file,
                max(event.start, 1),
                max(event.copies, 1),
            )
            found.append((batch, printed))
        known.update(printed)
    return found


# -- places whose plate was reported


def reported(store: Store) -> list[PlateReported]:
    """The queue (reading 78). Folds what is stale first: a visit that counts for nothing reports nothing."""
    store.fresh()
    return [
        PlateReported(
            one.object.id,
            place_of(one.object),
            one.object.name,
            one.object.grid,
            look.code_of(store, one.object.id),
            one.state,
            one.times,
            one.last,
            look.person_name(store, one.by),
        )
        for one in waiting.plates_reported(store)
    ]
