"""`yima plate list`, `bind`, `void`: which printed code leads where."""

from yima.adapters.store import Store, look, registers, seen
from yima.core import codes
from yima.core.events import PlateBound, PlateVoided
from yima.core.model import Person
from yima.core.plates import Plate
from yima.core.results.office import Plated, PlateSeen
from yima.errors import BadInput
from yima.i18n import _


def plates(store: Store, *, batch: str = "") -> Plated:
    """All plates, or those of one batch ("K1-B0007", or 7 of this device). Raises BadInput for a batch that is not there."""
    found = registers.plates_of_batch(store, _batch(store, batch)) if batch else registers.plate_list(store)
    if batch and not found:
        raise BadInput(_("There is no batch {0}; yima plate list shows them all.").format(batch))
    return Plated("list", tuple(plate_seen(store, plate) for plate in found))


def bind(store: Store, code: str, name: str, by: Person, now: int) -> Plated:
    """Bind a blank plate to an object. Raises BadInput where the plate is void or hangs elsewhere; then nothing has been written."""
    with store.transaction():
        plate = named(store, code)
        registers.check_plate(store, by, now, "plate.bound", plate.code)
        hit = look.resolve(store, name)
        obj = look.store_object(store, hit.object)
        if obj is None or obj.retired:
            raise BadInput(_("{0} is retired; a plate there would lead nowhere.").format(name))
        _must_be_valid(plate)
        if plate.object:
            what = _("{0} already belongs to {1}; void it first, then bind another plate.")
            raise BadInput(what.format(codes.grouped(plate.code), _called(store, plate.object)))
        store.append("plate.bound", plate.code, PlateBound(obj.id), by=by.id, now=now)
        return Plated("bound", (_again(store, plate.code),))


def void(store: Store, code: str, reason: str, by: Person, now: int, *, replaced_by: str = "") -> Plated:
    """Declare a plate void. replaced_by: the new plate of the same object; a blank one is bound to it."""
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the plate is void: --reason TEXT (broken, stolen, covered …)."))
    with store.transaction():
        plate = named(store, code)
        registers.check_plate(store, by, now, "plate.voided", plate.code)
        _must_be_valid(plate)
        new = named(store, replaced_by) if replaced_by else None
        if new is not None:
            _must_be_valid(new)
            if new.code == plate.code:
                raise BadInput(_("A plate cannot replace itself; give the code of the new one."))
            if new.object and new.object != plate.object:
                what = _("{0} already belongs to {1}; it cannot replace {2}.")
                raise BadInput(what.format(codes.grouped(new.code), _called(store, new.object), codes.grouped(plate.code)))
            if not new.object and plate.object:
                store.append("plate.bound", new.code, PlateBound(plate.object), by=by.id, now=now)
        event = PlateVoided(reason, new.code if new is not None else "")
        store.append("plate.voided", plate.code, event, by=by.id, now=now)
        return Plated("voided", (_again(store, plate.code), *((_again(store, new.code),) if new is not None else ())))


def named(store: Store, text: str) -> Plate:
    """The plate with this code, as scanned or typed, or its beginning. Raises BadInput in one sentence for everything else."""
    prefix = str(store.town.last_catalogue.town.get("url_prefix", ""))
    try:
        code = codes.parse(text, (prefix,) if prefix else ())
    except codes.NotACode:
        code = look.resolve(store, text).code  # a beginning that only one code has, or the sentence that says what is wrong
    plate = store.plate(code) if code else None
    if plate is None:
        if code:
            look.resolve(store, text)  # says that it is none of this town, with codes that are near
        raise BadInput(_("“{0}” is no plate; give its code as it is printed.").format(text))
    return plate


def plate_seen(store: Store, plate: Plate) -> PlateSeen:
    obj = look.store_object(store, plate.object) if plate.object else None
    state = "void" if plate.voided else "valid" if plate.object else "blank"
    batch = f"{seen.letters_of(store, plate.batch)}-B{plate.number:04d}"
    place, name = (obj.place if obj.door or not obj.address else obj.address, obj.name) if obj is not None else ("", "")
    return PlateSeen(
        plate.code, batch, state, plate.object, place, name, plate.printed, plate.bound, plate.voided, plate.voided_at, plate.replaced_by
    )


def _again(store: Store, code: str) -> PlateSeen:
    plate = store.plate(code)
    assert plate is not None, "it was there a moment ago, and plates are never deleted"
    return plate_seen(store, plate)


def _must_be_valid(plate: Plate) -> None:
    if plate.voided:
        raise BadInput(_("{0} is void ({1}) and stays so; take another plate.").format(codes.grouped(plate.code), plate.voided))


def _called(store: Store, object_id: str) -> str:
    obj = look.store_object(store, object_id)
    return f"{obj.place} {obj.name}".strip() if obj is not None else object_id


def _batch(store: Store, text: str) -> str:
    """The batch that is called K1-B0007, or B7 or 7 where it is this device's, by its id."""
    letters, _dash, digits = text.upper().rpartition("-")
    digits = digits.removeprefix("B")
    devices = [device.id for device in store.town.devices.values() if device.letters.upper() == letters] if letters else [store.device]
    if not digits.isascii() or not digits.isdigit() or not devices:
        raise BadInput(_("There is no batch {0}; yima plate list shows them all.").format(text))
    return f"{devices[0]}-B{int(digits)}"
