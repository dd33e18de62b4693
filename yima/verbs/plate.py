"""`yima plate list`, `queue`, `bind`, `void`: which printed code leads where, and which plate somebody must look after."""

from collections.abc import Sequence

from yima.adapters.render import void_word
from yima.adapters.store import Store, look, plates, registers
from yima.core import codes
from yima.core.events import PlateBound, PlateVoided
from yima.core.model import Person
from yima.core.plates import SPOILT, Plate
from yima.core.results.plates import Plated, PlateList, PlateQueue, PlateSeen
from yima.errors import BadInput, WrongUsage
from yima.i18n import _


def listed(store: Store, *, batch: str = "", object_: str = "", whole: bool = False) -> PlateList:
    """All batches; or one ("K1-B0007", or 7 of this device) with its labels; or all plates of an object, first to last.

    whole: every plate of the town beside the batches. Raises BadInput for a batch or an object that is not there.
    """
    if object_:
        place = look.resolve(store, object_).object
        found = [plate for id_ in (place, *look.led_here(store, place)) for plate in look.plates_of(store, id_)]
        return PlateList("object", (), _seen(store, found))
    if not batch:
        made = plates.batches(store)
        return PlateList("town", tuple(one for one, _codes in made), _seen(store, plates.every(store)) if whole else ())
    made = plates.batches(store, plates.batch_id(store, batch))
    if not made:
        raise BadInput(_("There is no batch {0}; yima plate list shows them all.").format(batch))
    labels = dict.fromkeys(code for _one, printed in made for code in printed)
    return PlateList("batch", tuple(one for one, _codes in made), tuple(_again(store, code) for code in labels))


def queue(store: Store) -> PlateQueue:
    """The places whose plate was reported missing, dirty or covered, and was neither printed again, replaced nor found fine since."""
    return PlateQueue(tuple(plates.reported(store)))


def bind(store: Store, code: str, name: str, by: Person, now: int) -> Plated:
    """Bind a blank plate to an object. Raises BadInput where the plate is void or hangs elsewhere; then nothing has been written."""
    with store.transaction():
        plate = plates.named(store, code)
        registers.check_plate(store, by, now, "plate.bound", plate.code)
        hit = look.resolve(store, name)
        obj = look.store_object(store, hit.object)
        if obj is None or obj.retired:
            raise BadInput(_("{0} is retired; a plate there would lead nowhere.").format(name))
        _must_be_valid(plate)
        if plate.object == obj.id:
            raise BadInput(_("{0} already belongs to {1}; there is nothing to bind.").format(*_said(store, plate)))
        if plate.object:
            raise BadInput(_("{0} already belongs to {1}; void it first, then bind another plate.").format(*_said(store, plate)))
        store.append("plate.bound", plate.code, PlateBound(obj.id), by=by.id, now=now)
        return Plated("bound", (_again(store, plate.code),), None, _others(store, obj.id, plate.code))


def void(store: Store, texts: Sequence[str], reason: str, by: Person, now: int, *, spoilt: bool = False, replaced_by: str = "") -> Plated:
    """Declare plates void, all or none. reason: why; spoilt: instead of it, for blank labels that were spoilt at the desk.

    replaced_by: the new plate of the same object, of a single plate; a blank one is bound to it. Raises BadInput, and then nothing was written.
    """
    reason = SPOILT if spoilt else reason.strip()
    if not reason:
        raise BadInput(_("Say why the plate is void: --reason TEXT (broken, stolen, covered …)."))
    with store.transaction():
        found = list(dict.fromkeys(plates.named(store, text) for text in texts))
        for plate in found:
            registers.check_plate(store, by, now, "plate.voided", plate.code)
            _must_be_valid(plate)
            if spoilt and plate.object:
                what = _("{0} belongs to {1}: a spoilt label of it is printed again with the same code, yima plate reprint {0}.")
                raise BadInput(what.format(*_said(store, plate)))
        if replaced_by and len(found) > 1:
            raise WrongUsage(_("--replaced-by names the new plate of one old one; void the others by themselves."))
        new = _replacing(store, found[0], replaced_by) if replaced_by else None
        if new is not None and not new.object and found[0].object:
            store.append("plate.bound", new.code, PlateBound(found[0].object), by=by.id, now=now)
        for plate in found:
            event = PlateVoided(reason, new.code if new is not None else "")
            store.append("plate.voided", plate.code, event, by=by.id, now=now)
        place = look.store_object(store, found[0].object)
        left = _others(store, found[0].object, new.code if new is not None else "") if found[0].object else ()
        seen = tuple(_again(store, one.code) for one in found)
        is_retired = place is not None and bool(place.retired)
        return Plated("voided", seen, _again(store, new.code) if new is not None else None, left, is_retired)


def _replacing(store: Store, plate: Plate, replaced_by: str) -> Plate:
    """The plate that takes the place of a void one: another, valid, and blank or of the same object."""
    new = plates.named(store, replaced_by)
    _must_be_valid(new)
    if new.code == plate.code:
        raise BadInput(_("A plate cannot replace itself; give the code of the new one."))
    if new.object and new.object != plate.object:
        what = _("{0} already belongs to {1}; it cannot replace {2}.")
        raise BadInput(what.format(*_said(store, new), codes.grouped(plate.code)))
    return new


def _said(store: Store, plate: Plate) -> tuple[str, str]:
    return codes.grouped(plate.code), plates.called(store, plate.object)


def _seen(store: Store, found: Sequence[Plate]) -> tuple[PlateSeen, ...]:
    return tuple(plates.plate_seen(store, plate) for plate in found)


def _again(store: Store, code: str) -> PlateSeen:
    plate = store.plate(code)
    assert plate is not None, "it was there a moment ago, and plates are never deleted"
    return plates.plate_seen(store, plate)


def _others(store: Store, object_id: str, code: str) -> tuple[PlateSeen, ...]:
    """The object's valid plates but this one."""
    return _seen(store, [plate for plate in look.plates_of(store, object_id) if not plate.voided and plate.code != code])


def _must_be_valid(plate: Plate) -> None:
    """Raise BadInput for a void plate. A spoilt label's reason is a word of the log, which is said in the town's language."""
    if plate.voided:
        why = void_word(plate.voided)
        raise BadInput(_("{0} is void ({1}) and stays so; take another plate.").format(codes.grouped(plate.code), why))
