"""Shops and points of a ledger: which object a row means (DESIGN §12, identity), and what is new or differs in it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yima.adapters.ledger import Ledger, Row, split_door, trade_of
from yima.adapters.ledger.values import same_text
from yima.adapters.store import Store, look, registers
from yima.adapters.store.place import identity
from yima.adapters.store.registers import Known
from yima.core import events
from yima.core.events import ObjectRegistered
from yima.core.model import Object
from yima.core.worktime import day_of, iso_of
from yima.i18n import _
from yima.verbs.register.plan import Plan, text_of

KINDS = {"shops": ("shop", "stall"), "points": ("point", "road", "house", "site", "waste_point")}
POINT_WORDS = (  # a word of 点位类型 -> the kind; the first that stands in the text
    ("waste_point", ("垃圾", "投放点", "箱房", "waste_point")),
    ("site", ("工地", "施工", "site")),
    ("house", ("农房", "民房", "住宅", "自建房", "房屋", "house")),
    ("road", ("道路", "路段", "road")),
)
STATUS_WORDS = (("ceased", ("歇业", "停业", "注销", "关闭")), ("fitting_out", ("装修",)), ("vacant", ("空置", "空铺", "待租")))
AS_WRITTEN = ("name", "street", "door", "unit", "address", "grid", "village", "licence")
Place = tuple[str, str, str]


@dataclass(eq=False, slots=True)
class Entry:
    """One row on its way: what it says, which object it means (`known` is in the register already), or why it is rejected."""

    row: Row
    kind: str
    number: str  # the ledger's own, as it is compared
    licence: str
    place: Place | None  # street, door, unit, as they are compared; None without a door
    id: str = ""
    known: bool = False
    fault: str = ""

    @property
    def name(self) -> str:
        return self.row.values["name"]

    @property
    def is_open(self) -> bool:
        return not self.id and not self.fault


def plan_objects(store: Store, ledger: Ledger, *, source: str, datum: str, now: int, tick: Callable[[int, int], None] | None) -> Plan:
    """What the ledger's rows mean for the register. Nothing is written; the caller is in a transaction."""
    matching = Matching(store, ledger, source)
    matching.run()
    plan = Plan()
    parts = _parts(store, matching, plan) if ledger.register == "shops" else {}
    differing = _Differing(store, ledger.register, source, datum, now, parts, plan)
    for number, entry in enumerate(matching.entries):
        if entry.fault:
            plan.rejected.append((entry.row.line, entry.fault))
        else:
            differing.take(entry)
        if tick is not None and number % 1000 == 999:
            tick(number + 1, len(matching.entries))
    plan.notes += differing.notes()
    return plan


def kind_of(register: str, values: Mapping[str, str]) -> str:
    """The kind that a row means. A shop with a market and a unit of its own in it is a stall."""
    if register == "shops":
        return "stall" if values.get("part_of") and values.get("unit") else "shop"
    said = values.get("kind", "").lower()
    return next((kind for kind, words in POINT_WORDS if any(word in said for word in words)), "point")


class Matching:
    """Which object each row means. Rows with a number or a licence of their own choose first, so that the order of rows decides little."""

    def __init__(self, store: Store, ledger: Ledger, source: str) -> None:
        self.town, self.source, self.register = store.town_id, source, ledger.register
        self.entries = [self._entry(row) for row in ledger.rows]
        self.said = registers.last_imports(store, ledger.register, source)
        self.objects: dict[str, Known] = {}
        self.by_number: dict[str, list[str]] = {}
        self.by_licence: dict[str, list[str]] = {}
        self.by_place: dict[Place | None, list[str]] = {}
        self.by_address: dict[tuple[str, str], list[str]] = {}
        self.taken: dict[str, Entry] = {}  # object -> the row of this file that means it
        for known in registers.known_objects(store, KINDS[ledger.register]):
            is_ours = known.no and same_text(known.source) == same_text(source)
            self._note(known, same_text(known.no) if is_ours else "", _place_of(known))
        self.numbers = {entry.number for entry in self.entries if entry.number}
        self.doors: dict[str, set[Place]] = {}  # licence -> its doors in this file: one licence at two doors is a chain
        for entry in self.entries:
            if entry.licence and entry.place:
                self.doors.setdefault(entry.licence, set()).add(entry.place)

    def _entry(self, row: Row) -> Entry:
        values = row.values
        if self.register == "points" and "door" in values:
            values["door"], unit = split_door(values["door"])
            if unit:
                values.setdefault("unit", unit)
        number = same_text(values["ext_id"]) if "ext_id" in values else ""
        return Entry(row, kind_of(self.register, values), number, values.get("licence", ""), _place(values.get))

    def _note(self, known: Known, number: str, place: Place | None) -> None:
        """Keep an object to be found. number: its number in this ledger; place: both as they are compared."""
        self.objects[known.id] = known
        if number:
            self.by_number.setdefault(number, []).append(known.id)
        if known.retired:
            return
        if known.licence:
            self.by_licence.setdefault(known.licence, []).append(known.id)
        if place:
            self.by_place.setdefault(place, []).append(known.id)
        if known.address:
            self.by_address.setdefault((same_text(known.name), same_text(known.address)), []).append(known.id)

    def run(self) -> None:
        for entry in self.entries:
            if entry.number in self.by_number:
                self._by_number(entry)
        for entry in self.entries:
            if entry.licence in self.by_licence and entry.is_open:
                self._by_licence(entry)
        for entry in self.entries:
            if not entry.is_open:
                continue
            if entry.place in self.by_place:
                self._among(entry, self.by_place[entry.place])
            if entry.is_open and "address" in entry.row.values:
                self._by_address(entry)
            if entry.is_open:
                self._new(entry)

    # -- rule 1: the ledger's own number

    def _by_number(self, entry: Entry) -> None:
        found = [self.objects[id_] for id_ in self.by_number[entry.number]]
        for known in sorted(found, key=lambda known: known.kind != entry.kind):
            alike = self._is_alike(entry, known)
            if not alike and known.kind != entry.kind:
                continue  # a number of another kind of object, in another ledger that numbers from 1
            if not alike:
                what = _("同号不同店: the number {0} is {1} ({2}) here; correct the number, or say --source for another ledger.")
                entry.fault = what.format(entry.row.values["ext_id"], known.name, _shown(known))
            elif known.retired and not self._is_unchanged(entry, known):
                what = _("{0} was retired on {1}; a new shop there gets a number of its own.")
                entry.fault = what.format(known.name, known.retired)
            else:
                self._take(entry, known.id)
            return

    def _is_alike(self, entry: Entry, known: Known) -> bool:
        """Whether name or address agree, with the register or with what this ledger said last; what one side lacks does not differ."""
        values = entry.row.values
        says = [known._asdict()]
        if said := self.said.get(known.id):
            says.append(dict(parted(said)[0]))
        for before in says:
            place, address = _place(before.get), before.get("address", "")
            if same_text(values["name"]) == same_text(before.get("name", "")):
                return True
            if entry.place and place:
                if entry.place == place:
                    return True
            elif not (address and values.get("address")) or same_text(address) == same_text(values["address"]):
                return True
        return False

    def _is_unchanged(self, entry: Entry, known: Known) -> bool:
        said = parted(self.said.get(known.id))[0]
        return bool(said) and all(said.get(name, "") == entry.row.values.get(name, "") for name in AS_WRITTEN)

    # -- rule 2: the licence

    def _by_licence(self, entry: Entry) -> None:
        """A licence is the tenant's, an object is the place: it matches only where the door agrees or one side has none."""
        found = [self.objects[id_] for id_ in self.by_licence[entry.licence]]
        moved = None
        for known in sorted(found, key=lambda known: _place_of(known) != entry.place):
            if known.id in self.taken or self._is_another(entry, known):
                continue
            place = _place_of(known)
            if entry.place and place and entry.place != place:
                if place not in self.doors.get(entry.licence, ()):  # else the ledger itself has it at both: a chain
                    moved = moved or known
                continue
            self._take(entry, known.id)
            return
        if moved is not None:
            what = _("搬迁: the licence {0} is that of {1} at {2}; retire that shop, or correct its door, then import again.")
            entry.fault = what.format(entry.licence, moved.name, _shown(moved))

    def _is_another(self, entry: Entry, known: Known) -> bool:
        """Whether this ledger itself gives that object another number, which stands in this file too."""
        if not (entry.number and known.no and same_text(known.source) == same_text(self.source)):
            return False
        return same_text(known.no) != entry.number and same_text(known.no) in self.numbers

    # -- rules 3 and 4: the place, and the name with its address

    def _by_address(self, entry: Entry) -> None:
        address = entry.row.values["address"]
        found = [self.objects[id_] for id_ in self.by_address.get((same_text(entry.name), same_text(address)), ())]
        same = [known.id for known in found if not (entry.place and (place := _place_of(known)) and place != entry.place)]
        self._among(entry, same)

    def _among(self, entry: Entry, found: Iterable[str]) -> None:
        for id_ in found:
            known = self.objects[id_]
            if id_ in self.taken:
                if not entry.number and not entry.licence:
                    earlier = self.taken[id_].row.line
                    entry.fault = _("This place stands in line {0} already, with other content.").format(earlier)
                    return
            elif not self._is_another(entry, known):
                self._take(entry, id_)
                return

    def _take(self, entry: Entry, id_: str) -> None:
        if id_ in self.taken:
            entry.fault = _("Line {0} means the same object, with other content.").format(self.taken[id_].row.line)
            return
        entry.id, entry.known, self.taken[id_] = id_, True, entry

    # -- a new object

    def _new(self, entry: Entry) -> None:
        """The id by the first rule that the row can fill and that is not another object's already."""
        for rule, said in self._sayings(entry):
            id_ = identity(self.town, entry.kind, rule, said)
            if id_ not in self.objects:
                entry.id, self.taken[id_] = id_, entry
                self._note(self._as_known(entry), entry.number, entry.place)
                return
        entry.fault = _("No number, licence, door or address: nothing tells this row from another of that name.")

    def _sayings(self, entry: Entry) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The rules that the row can fill, with what it says, in their order."""
        values = entry.row.values
        if "ext_id" in values:
            yield 1, (self.source, values["ext_id"])
        if entry.licence:
            yield 2, (entry.licence,)
        if entry.place:
            yield 3, (values["street"], values["door"], values.get("unit", ""))
        if "address" in values:
            yield 4, (values["name"], values["address"])

    def _as_known(self, entry: Entry) -> Known:
        said, no = entry.row.values.get, entry.row.values.get("ext_id", "")
        place = (said("street", ""), said("door", ""), said("unit", ""))
        return Known(entry.id, entry.kind, entry.name, *place, said("address", ""), entry.licence, self.source if no else "", no, "")


_same = lru_cache(65_536)(same_text)  # streets repeat


def _place_of(known: Known) -> Place | None:
    return (_same(known.street), same_text(known.door), same_text(known.unit)) if known.street and known.door else None


def _place(get: Callable[[str, str], Any]) -> Place | None:
    street, door = get("street", ""), get("door", "")
    return (_same(street), same_text(door), same_text(get("unit", ""))) if street and door else None


def _shown(known: Known) -> str:
    return Object(known.id, known.kind, known.name, known.street, known.door, known.unit, known.address).place or known.address


def _parts(store: Store, matching: Matching, plan: Plan) -> dict[str, str]:
    """The market that a row names -> its id, by name among the shops that are no stall; a stall whose market is unknown is rejected."""
    named: dict[str, list[str]] = {same_text(said): [] for entry in matching.entries if (said := entry.row.values.get("part_of"))}
    for known in matching.objects.values() if named else ():
        if known.kind == "shop" and not known.retired and (name := same_text(known.name)) in named:
            named[name].append(known.id)
    found: dict[str, str] = {}
    lost = 0
    for entry in matching.entries:
        said = entry.row.values.get("part_of", "")
        if not said or entry.fault:
            continue
        ids = [id_ for id_ in named.get(same_text(said), ()) if id_ != entry.id]
        if len(ids) > 1 and entry.place:  # a chain of markets: the one at the same street and door
            ids = [id_ for id_ in ids if (place := _place_of(matching.objects[id_])) and place[:2] == entry.place[:2]]
        if len(ids) == 1:
            found[entry.id] = ids[0]
        elif entry.kind == "stall":
            entry.fault = _("There is no market called {0} in the register; enter it as a shop of its own first.").format(said)
        else:
            lost += 1
    if lost:
        plan.notes.append(_("{0} rows name a market that is not in the register; it was left out.").format(lost))
    return found


class _Differing:
    """What a row adds or changes: compared with what the ledger said last, else with the register."""

    def __init__(self, store: Store, register: str, source: str, datum: str, now: int, parts: Mapping[str, str], plan: Plan) -> None:
        self.store, self.register, self.source, self.datum, self.parts, self.plan = store, register, source, datum, parts, plan
        self.today = iso_of(store.town.day(now))
        self.said = registers.last_imports(store, register, source)
        self.contacts = registers.contacts(store)
        trades = store.town.last_catalogue.trades
        self.trades = {id_: (str(one.get("name", "")), *one.get("words", ())) for id_, one in trades.items()}
        self.trade_ids: dict[str, str] = {}
        self.no_trade: set[str] = set()

    def notes(self) -> Iterable[str]:
        if self.no_trade:
            listed = _(", ").join(said[:20] for said in sorted(self.no_trade)[:9])
            yield _("Trades that the rules do not know count as other: {0}. Add the words to modules.yaml.").format(listed)

    def take(self, entry: Entry) -> None:
        fields, phone = self._fields(entry), entry.row.values.get("phone", "")
        text = text_of(fields)
        mark = events.digest(phone.encode())[:12] if phone else ""
        said, last = f"{text.decode()}\n{mark}", self.said.get(entry.id)
        if last != said:
            self.plan.said[entry.id] = said
        if not entry.known:
            self.plan.new.append((entry.id, ObjectRegistered(**fields), text))
            self.plan.added += 1
            if phone:
                self.plan.phones[entry.id] = phone
        elif last == said:
            self.plan.same += 1
        else:
            self._compare(entry, fields, phone, *parted(last))

    def _compare(self, entry: Entry, fields: dict[str, Any], phone: str, before: Mapping[str, Any], mark: str) -> None:
        """A row of a known object that the ledger has not said before. before, mark: what it said last, and of which phone."""
        obj = look.store_object(self.store, entry.id)
        assert obj is not None, "matching found it in the register"
        new = self._new_fields(obj, fields, before)
        names = list(new)
        if obj.provisional:  # a clerk's registration confirms it, and adds what is missing
            self.plan.facts.append(("object.registered", entry.id, ObjectRegistered(**fields)))
            new = {name: value for name, value in new.items() if _current(obj, name)}
            names.append("provisional")
        if new:
            self.plan.facts.append(("object.changed", entry.id, ObjectRegistered(**new)))
        if phone and mark != events.digest(phone.encode())[:12] and self.contacts.get(entry.id) != phone:
            self.plan.phones[entry.id] = phone
            names.append("phone")
        if names:
            self.plan.changed += 1
            self.plan.changes.append((entry.row.line, entry.name, tuple(names)))
        else:
            self.plan.same += 1

    def _fields(self, entry: Entry) -> dict[str, Any]:
        """What the row says, in the words of the register; nothing in it is empty."""
        values = entry.row.values
        fields: dict[str, Any] = {name: values[name] for name in AS_WRITTEN if name in values}
        fields["kind"] = entry.kind
        if "ext_id" in values:
            fields["source"] = {"name": self.source, "no": values["ext_id"]}
        elif not entry.known:
            fields["source"] = {"name": self.source, "row": str(entry.row.line)} if self.source else {"row": str(entry.row.line)}
        if entry.id in self.parts:
            fields["part_of"] = self.parts[entry.id]
        if entry.row.position is not None:
            fields["position"] = (*entry.row.position, self.datum)
        if said := values.get("trade"):
            if said not in self.trade_ids:
                self.trade_ids[said] = trade_of(self.trades, said)
                if self.trade_ids[said] == "other" and not any(word in said for word in self.trades.get("other", ())):
                    self.no_trade.add(said)
            fields["trade"] = self.trade_ids[said]
        tenant = values.get("owner") or (values.get("keeper") if entry.kind in ("house", "site") else "")
        if tenant:
            fields["tenant"] = {"name": tenant}
        if "status" in values and (what := _status(values["status"])):
            days = {"from": _day(values.get("status_from", "")), "to": _day(values.get("status_to", ""))}
            fields["status"] = {"what": what} | {name: day for name, day in days.items() if day}
        return fields

    def _new_fields(self, obj: Object, fields: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that the ledger says anew and that the register does not hold. What the clerk has changed since stays."""
        new: dict[str, Any] = {}
        for name, value in fields.items():
            plain = list(value) if isinstance(value, tuple) else value
            current = _current(obj, name)
            if before.get(name) == plain or current == value:
                continue
            if name == "tenant" and obj.tenant[0]:
                value = {**value, "since": self.today}  # another occupant, as far as this ledger knows since today
            if name == "source" and ("no" not in value or (current.get("no") and same_text(obj.source[0]) != same_text(self.source))):
                continue  # it is another ledger's object, and stays known under its number
            new[name] = value
        return new


def parted(said: str | None) -> tuple[Mapping[str, Any], str]:
    """What a ledger said of an object, and the mark of its phone; both empty where it said nothing."""
    text, _line, mark = (said or "{}").partition("\n")
    before: Mapping[str, Any] = json.loads(text)
    return before, mark


def _status(text: str) -> str:
    return next((code for code, words in STATUS_WORDS if any(word in text for word in words)), "")


def _current(obj: Object, name: str) -> Any:
    """A field of the register in the form in which a row says it."""
    if name == "source":
        return {key: value for key, value in zip(("name", "no"), obj.source[:2], strict=True) if value}
    if name == "tenant":
        return {"name": obj.tenant[0]} if obj.tenant[0] else {}
    if name == "status":
        return {key: value for key, value in zip(("what", "from", "to"), obj.status, strict=True) if value}
    return getattr(obj, name)


def _day(text: str) -> str:
    try:
        return iso_of(day_of(text))
    except ValueError:
        return ""
