"""`yima shop|point add|change|retire`: one shop or point at a time, by the same rules as a ledger."""

from collections.abc import Mapping
from typing import Any, Literal

from yima.adapters.ledger import one_row
from yima.adapters.ledger.values import micro_degrees, same_text
from yima.adapters.render import kind_word
from yima.adapters.store import Store, look, registers, seen
from yima.core.events import ObjectRegistered, ObjectRetired
from yima.core.model import Object, Person
from yima.core.results.registers import ObjectKept
from yima.errors import BadInput
from yima.i18n import _
from yima.verbs.register.matching import KINDS, Entry, Matching, kind_of, place_of, shown, split_point_door
from yima.verbs.register.objects import OPEN, Trades, current, ended, fields_of, status_of
from yima.verbs.register.touched import Before, object_kept, registered
from yima.verbs.register.typed import new_places, not_empty, today_of, typed_day

Register = Literal["shops", "points"]
CLERKS = ("admin", "data_clerk")
WEST = 73_000_000  # micro-degrees: all of China lies east of it, and no latitude comes that far
OWN_NUMBER = "编号"  # what a number is called where no ledger has been read yet
OPTIONS = {
    "kind": "--kind", "street": "--street", "door": "--door", "unit": "--unit", "address": "--address", "grid": "--grid",
    "village": "--village", "trade": "--trade", "licence": "--licence", "position": "--position", "lon": "--position", "lat": "--position",
    "datum": "--datum", "part_of": "--part-of", "tenant": "--tenant", "since": "--since", "status": "--status", "from": "--from",
    "to": "--to", "no": "--no", "ext_id": "--no", "source": "--source",
}  # fmt: skip
AS_TYPED = ("name", "street", "door", "unit", "address", "grid", "village", "trade", "licence")  # judged as cells of a ledger are


def add(store: Store, register: Register, said: Mapping[str, str], by: Person, now: int, *, provisional: bool = False) -> ObjectKept:
    """Register one object. said: field (OPTIONS, and name) -> text as typed. provisional: from the street, by anybody, until a clerk confirms it.

    Raises NotAllowed, or BadInput for what no ledger could say, and for what the register has already; then nothing has been written.
    """
    not_empty(said, OPTIONS | {"name": _("The name")})
    today = today_of(store, now)
    with store.transaction():
        registers.check_may(store, by, now, *(() if provisional else CLERKS))
        source = _source(store, register, said)
        said = _in_its_market(store, said)
        entry = _entry(store, register, said, source)
        fields, notes = _fields(store, entry, said, source, today)
        fields.pop("source" if "ext_id" not in entry.row.values else "", None)  # a line of no ledger
        store.append("object.registered", entry.id, ObjectRegistered(**fields, provisional=provisional), by=by.id, now=now)
        return object_kept(store, entry.id, "added", now, notes=notes)


def change(
    store: Store, register: Register, text: str, said: Mapping[str, str], by: Person, now: int, *, confirm: bool = False
) -> ObjectKept:
    """Change what is said of one object, and nothing else. text: code or name. confirm: what the street registered is right.

    Where nothing differs nothing is written. Raises NotAllowed or BadInput.
    """
    options = OPTIONS | {"name": "--name"}
    not_empty(said, options)
    today = today_of(store, now)
    with store.transaction():
        registers.check_may(store, by, now, *CLERKS)
        obj = _the(store, register, text)
        if obj.retired:
            raise BadInput(_("{0} was retired on {1}; nothing more is changed there.").format(obj.name, obj.retired))
        if not said and not (confirm and obj.provisional):
            raise BadInput(
                _("{0} is confirmed already; say what to change, for example --grid.").format(obj.name)
                if confirm
                else _("Say what to change, for example --grid or --tenant; yima show {0} shows what is registered.").format(obj.name)
            )
        source = _source(store, register, said)
        row = one_row(register, {"name": obj.name, "door": "", **_cells(said)}, options)  # a column for doors: an address changes no door
        split_point_door(register, row.values)
        entry = Entry(row, _kind(register, said, {}) if "kind" in said else obj.kind, "", "", None, obj.id, True)
        fields, notes = _fields(store, entry, said, source, today, obj)
        new = {
            name: value
            for name, value in fields.items()
            if current(obj, name) != value and not (name in ("name", "kind") and name not in said)
        }
        _check_new(store, register, obj, new, notes)
        before = Before(store, obj, now)
        confirms = confirm and obj.provisional
        if confirms:  # only a registration by a clerk confirms; it says all that stands, for whoever reads it first
            store.append("object.registered", obj.id, ObjectRegistered(**registered(obj)), by=by.id, now=now)
        if new:
            store.append("object.changed", obj.id, ObjectRegistered(**new), by=by.id, now=now)
        did = "changed" if new or confirms else "same"
        if obj.provisional and not confirms:
            notes.append(_("Still to be confirmed: --confirm."))
        return object_kept(store, obj.id, did, now, before=before, fields=(*new, *(("provisional",) if confirms else ())), notes=notes)


def retire(store: Store, register: Register, text: str, by: Person, now: int, *, on: str, reason: str) -> ObjectKept:
    """Retire one object. on: the first day without it, today at the latest; "" = today. Raises NotAllowed or BadInput."""
    if not reason.strip():
        raise BadInput(_("Say why: --reason TEXT (pulled down, closed for good, registered twice …)."))
    today = today_of(store, now)
    with store.transaction():
        registers.check_may(store, by, now, *CLERKS)
        obj = _the(store, register, text, led_on=False)
        if obj.same_as:
            other = look.store_object(store, look.leads_to(store, obj.id)) or obj
            raise BadInput(_("{0} was registered twice and is {1} now; say that name to retire it.").format(text, other.called))
        day = typed_day(on, today) if on else today
        if day > today:
            raise BadInput(_("{0} has not come yet; what is retired leaves every list at once, so enter it on that day.").format(day))
        before = Before(store, obj, now)
        if obj.retired == day:
            return object_kept(store, obj.id, "same", now, before=before)
        store.append("object.retired", obj.id, ObjectRetired(day, reason.strip()), by=by.id, now=now)
        return object_kept(store, obj.id, "retired", now, before=before)


def merge(store: Store, register: Register, text: str, other: str, by: Person, now: int) -> ObjectKept:
    """An object that was registered twice is the other one from now on: its codes and its name lead there, its history stays its own.

    text: the one that goes, also one that was sent to a wrong place; other: the one that stays. What is still open there would be lost from
    sight, so it is closed first. Raises NotAllowed or BadInput.
    """
    with store.transaction():
        registers.check_may(store, by, now, *CLERKS)
        obj, stays = _the(store, register, text, led_on=False), _the(store, register, other)
        if stays.id in (obj.id, look.leads_to(store, obj.id)):
            raise BadInput(_("“{0}” and “{1}” are one place already; nothing was written.").format(text, other))
        if stays.retired:
            raise BadInput(_("{0} is retired itself; say the one that is still there.").format(stays.name))
        if obj.kind != stays.kind:
            what = _("{0} is registered as {1}, {2} as {3}; if they are one place, give both the same kind first: --kind.")
            raise BadInput(what.format(obj.name, kind_word(obj.kind), stays.name, kind_word(stays.kind)))
        if parts := registers.parts_of(store, obj.id):
            raise BadInput(_("{0} stalls are still part of {1}; give them another market first.").format(parts, obj.name))
        before = Before(store, obj, now)
        if still := [seen.number_of(store, case) for case in before.state.cases.values() if case.closed is None]:
            what = _("{0} cases of {1} are still open: {2}; close them first, then merge it.")
            raise BadInput(what.format(len(still), obj.name, _(", ").join(still)))
        store.append("object.changed", obj.id, ObjectRegistered(same_as=stays.id), by=by.id, now=now)
        named = [one.name for one in look.people(store) if not one.left and any(obj.id in held.objects for held in one.roles)]
        role = _("{0} still has a role at the place that is no more; give it the other one: yima person change.")
        return object_kept(store, obj.id, "merged", now, before=before, notes=[role.format(name) for name in named])


# -- which object is meant


def _the(store: Store, register: Register, text: str, *, led_on: bool = True) -> Object:
    """The object with this code or name, of this register; led_on: of one that was registered twice, the other. Raises BadInput or Ambiguous."""
    hit = look.resolve(store, text) if led_on else look.as_read(store, text)
    if hit.case:
        raise BadInput(_("{0} is the number of a case; say the place's code or name.").format(text))
    obj = look.store_object(store, hit.object)
    if obj is None:
        raise BadInput(_("No shop or point is called “{0}”; look with `yima find`, or scan the plate.").format(text))
    if obj.kind not in KINDS[register]:
        other = "point" if register == "shops" else "shop"
        raise BadInput(_("{0} is in the other register; use yima {1}.").format(obj.called, other))
    return obj


def _entry(store: Store, register: Register, said: Mapping[str, str], source: str) -> Entry:
    """What is new as a ledger's row would be, with the id that it gets. Raises BadInput where the register has it already."""
    options = OPTIONS | {"name": _("The name")}
    row = one_row(register, _cells(said), options)
    if "part_of" in said:
        row.values["part_of"] = said["part_of"]
    matching = Matching(store, register, [row], source)
    entry = matching.entries[0]
    entry.kind = _kind(register, said, row.values)
    for known in map(matching.objects.__getitem__, matching.by_licence.get(entry.licence, ())):
        if entry.place and (place := place_of(known)) and place != entry.place:
            what = _("The licence {0} is that of {1} ({2}): if the shop has moved, retire the old place first; if this is another shop of a chain,"
                     " add it without --licence, then yima shop change --licence.")  # fmt: skip
            raise BadInput(what.format(entry.licence, known.name, shown(known)))
    matching.run()
    if entry.known:
        known = matching.objects[entry.id]
        what = _("{0} ({1}) is registered already; nothing was written. Change it with yima {2} change.")
        raise BadInput(what.format(known.name, shown(known) or known.no, "shop" if register == "shops" else "point"))
    if entry.fault:
        if taken := next((matching.objects[id_] for id_ in matching.ids_of(entry) if id_ in matching.objects), None):
            what = _("That is how {0} ({1}) was registered first, and it is no longer there; what is new needs a number (--no), a licence"
                     " or an address of its own.")  # fmt: skip
            raise BadInput(what.format(taken.name, shown(taken)))
        if not (entry.number or entry.licence or entry.place or "address" in row.values):
            raise BadInput(_("Say where it is: --street and --door, or --address; a name alone does not tell it from another."))
        raise BadInput(entry.fault)
    return entry


def _kind(register: Register, said: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The kind as typed, in code or in the words of a ledger; else as a ledger's row has it."""
    word = said.get("kind", "").strip().lower()
    if not word:
        return kind_of(register, {**values, "part_of": said.get("part_of", "")})
    plain = {"shops": {"商户": "shop", "店铺": "shop", "商铺": "shop", "摊位": "stall"}, "points": {"点位": "point"}}[register]
    kind = word if word in KINDS[register] else plain.get(word, "")
    if not kind and register == "points" and (found := kind_of(register, {"kind": word})) != "point":
        kind = found
    if not kind:
        raise BadInput(_("There is no kind {0} here; it is one of {1}.").format(said["kind"], " ".join(KINDS[register])))
    return kind


def _source(store: Store, register: Register, said: Mapping[str, str]) -> str:
    """What the typed number is called: as typed, else as the one ledger calls it that was read here. Raises BadInput."""
    if "no" not in said:
        if "source" in said:
            raise BadInput(_("--source belongs to a number; say it too: --no."))
        return ""
    known = registers.sources(store, register)
    if "source" not in said and len(known) > 1:
        raise BadInput(_("Numbers of several ledgers are known here; say whose this is: --source {0}.").format(_(" or ").join(known)))
    return said.get("source", "").strip() or (known[0] if known else OWN_NUMBER)


# -- what is said


def _cells(said: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as the fields of a ledger's row."""
    cells = {name: said[name] for name in AS_TYPED if name in said}
    if "no" in said:
        cells["ext_id"] = said["no"]
    if "tenant" in said:
        cells["owner"] = said["tenant"]
    if "position" in said:
        parts = said["position"].replace("，", ",").replace(" ", ",").strip(",").split(",")
        found = [part for part in parts if part]
        if len(found) != 2:
            raise BadInput(
                _("“{0}” is no position; write longitude and latitude, for example 121.473701,31.230416.").format(said["position"])
            )
        if "datum" not in said:
            raise BadInput(_("Say the datum of the position: --datum gcj02 (most Chinese maps), wgs84 (GPS), or unknown."))
        is_lat_first = (micro_degrees(found[0]) or WEST) < WEST
        cells |= dict(zip(("lat", "lon") if is_lat_first else ("lon", "lat"), found, strict=True))
    elif "datum" in said:
        raise BadInput(_("--datum belongs to a position; say it too: --position."))
    return cells


def _fields(
    store: Store, entry: Entry, said: Mapping[str, str], source: str, today: str, obj: Object | None = None
) -> tuple[dict[str, Any], list[str]]:
    """The typed fields as a fact says them, and notes. obj: the object that is changed, None for a new one. Raises BadInput."""
    trades = Trades(store.town.last_catalogue)
    part_of = _market(store, said["part_of"], entry.id) if "part_of" in said else ""
    fields = fields_of(entry, trades, source=source, datum=said.get("datum", ""), part_of=part_of, today=today)
    if "owner" in entry.row.values:
        fields["tenant"] = {"name": entry.row.values["owner"]}
    if trades.unknown:
        names = _(", ").join(str(one.get("name", id_)) for id_, one in store.town.last_catalogue.trades.items())
        raise BadInput(_("There is no trade {0}; write one of {1}.").format(said["trade"], names))
    if entry.kind == "stall" and not part_of and not (obj is not None and obj.part_of):
        raise BadInput(_("A stall needs its market: --part-of MARKET."))
    _tenancy(said, fields, today, obj)
    if "status" in said:
        if status := _status(said, today, obj):
            fields["status"] = status
    elif "from" in said or "to" in said:
        raise BadInput(_("--from and --to belong to a status; say it too: --status."))
    notes = new_places(store, {name: [fields[name]] for name in ("grid", "village") if name in said and name in fields})
    if "status" in fields and "to" not in fields["status"]:
        notes.append(_("Say its last day too (--to): without it the owner's self-checks are not paused."))
    return fields, notes


def _in_its_market(store: Store, said: Mapping[str, str]) -> Mapping[str, str]:
    """A stall of which only the market is said stands at the market's door, in its grid."""
    if "part_of" not in said or said.keys() & {"street", "door"}:
        return said
    market = look.store_object(store, _market(store, said["part_of"], ""))
    assert market is not None, "it was found a moment ago"
    place = {name: value for name in ("street", "door", "grid", "village") if (value := getattr(market, name))}
    return place | dict(said)


def _market(store: Store, text: str, own: str) -> str:
    market = look.store_object(store, look.resolve(store, text).object)
    if market is None or market.retired or market.kind != "shop" or market.id == own:
        raise BadInput(_("“{0}” is no market: a stall is part of a shop of the register that is no stall itself.").format(text))
    return market.id


def _tenancy(said: Mapping[str, str], fields: dict[str, Any], today: str, obj: Object | None) -> None:
    """Since when the occupant is there: as typed; of another occupant than before since today."""
    name, since = obj.tenant if obj is not None else ("", "")
    if "tenant" not in said:
        if "since" in said:
            raise BadInput(_("--since belongs to an occupant; say who it is: --tenant."))
        return
    typed = typed_day(said["since"], today) if "since" in said else ""
    if typed > today:
        raise BadInput(_("{0} has not come yet; enter a new occupant when they are there.").format(typed))
    if same_text(name) == same_text(fields["tenant"]["name"]):
        if typed and typed != since:  # the fold reads another day as another occupant
            raise BadInput(
                _("{0} is the occupant already; another day would count as another occupant, and was not recorded.").format(name)
            )
        fields["tenant"] = {"name": name}
        return
    if typed and since and typed < since:
        raise BadInput(_("The occupant before is there since {0}; the new one cannot have come earlier.").format(since))
    if since_ := typed or (today if name else ""):
        fields["tenant"]["since"] = since_


def _status(said: Mapping[str, str], today: str, obj: Object | None) -> dict[str, str]:
    """The status as a fact says it; empty where nothing is to be said. 正常 ends the one that runs."""
    text = said["status"].strip()
    begins = typed_day(said["from"], today) if "from" in said else today
    what = status_of(text)
    if not what:
        if not OPEN.fullmatch(text):
            raise BadInput(_("“{0}” is no status; write 歇业, 装修, 空置 or 正常.").format(text))
        if "to" in said:
            raise BadInput(_("正常 has no end; leave --to out."))
        return ended(obj.status, begins) if obj is not None else {}
    last = typed_day(said["to"], today) if "to" in said else ""
    if last and last < begins:
        raise BadInput(_("{0} comes before {1}; write the first day first.").format(last, begins))
    if obj is not None and "from" not in said and obj.status[0] == what and obj.status[1] and (not obj.status[2] or obj.status[2] >= today):
        begins = obj.status[1]  # the one that runs gets another last day
        if last and last < begins:
            raise BadInput(_("{0} comes before {1}; write the first day first.").format(last, begins))
    return {"what": what, "from": begins, **({"to": last} if last else {})}


def _check_new(store: Store, register: Register, obj: Object, new: dict[str, Any], notes: list[str]) -> None:
    """Raise BadInput where the changed place or number is another object's; a shared licence is only noted."""
    if not new.keys() & {"street", "door", "unit", "licence", "source"}:
        return
    known = [one for one in registers.known_objects(store, KINDS[register]) if one.id != obj.id]
    after = obj._replace(**{name: new[name] for name in ("street", "door", "unit") if name in new})
    if after.street and after.door and (after.street, after.door, after.unit) != (obj.street, obj.door, obj.unit):
        here = tuple(map(same_text, (after.street, after.door, after.unit)))
        if there := next((one for one in known if not one.retired and place_of(one) == here), None):
            raise BadInput(_("{0} is at {1} already; two at one door need units: --unit.").format(there.name, shown(there)))
    if "source" in new:
        number = (same_text(new["source"]["name"]), same_text(new["source"]["no"]))
        if there := next((one for one in known if (same_text(one.source), same_text(one.no)) == number), None):
            raise BadInput(_("The number {0} is that of {1} ({2}).").format(new["source"]["no"], there.name, shown(there)))
    if "licence" in new and (there := next((one for one in known if not one.retired and one.licence == new["licence"]), None)):
        notes.append(
            _("{0} ({1}) has the same licence: right for a chain; if the shop has moved, retire the old place.").format(
                there.name, shown(there)
            )
        )
