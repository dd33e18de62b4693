"""Which object a row of a ledger means (DESIGN §12, identity): by number, licence, door, or name with address; never by name alone."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yima.adapters.ledger import Register, Row, split_door
from yima.adapters.ledger.values import same_text
from yima.adapters.store import Store, registers
from yima.adapters.store.place import identity
from yima.adapters.store.registers import Known
from yima.core.model import TWICE, Object
from yima.i18n import _

KINDS = {"shops": ("shop", "stall"), "points": ("point", "road", "house", "site", "waste_point")}
POINT_WORDS = (  # a word of 点位类型 -> the kind; the first that stands in the text
    ("waste_point", ("垃圾", "投放点", "箱房", "waste_point")),
    ("site", ("工地", "施工", "site")),
    ("house", ("农房", "民房", "住宅", "自建房", "房屋", "house")),
    ("road", ("道路", "路段", "road")),
)
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
    twice: bool = False  # the object was registered twice: its row stays as it is, and changes nothing
    fault: str = ""

    @property
    def name(self) -> str:
        return self.row.values["name"]

    @property
    def is_open(self) -> bool:
        return not self.id and not self.fault


def kind_of(register: str, values: Mapping[str, str]) -> str:
    """The kind that a row means. A shop with a market and a unit of its own in it is a stall."""
    if register == "shops":
        return "stall" if values.get("part_of") and values.get("unit") else "shop"
    said = values.get("kind", "").lower()
    return next((kind for kind, words in POINT_WORDS if any(word in said for word in words)), "point")


def split_point_door(register: str, values: dict[str, str]) -> None:
    """Bring the door of a point into one form, as the ledger's reader does for shops."""
    if register == "points" and "door" in values:
        values["door"], unit = split_door(values["door"])
        if unit:
            values.setdefault("unit", unit)


class Matching:
    """Which object each row means. Rows with a number or a licence of their own choose first, so that the order of rows decides little."""

    def __init__(self, store: Store, register: Register, rows: Iterable[Row], source: str) -> None:
        self.town, self.source, self.register = store.town_id, source, register
        self.entries = [self._entry(row) for row in rows]
        self.said = registers.last_imports(store, register, source)
        self.objects: dict[str, Known] = {}
        self.by_number: dict[str, list[str]] = {}
        self.by_licence: dict[str, list[str]] = {}
        self.by_place: dict[Place | None, list[str]] = {}
        self.by_address: dict[tuple[str, str], list[str]] = {}
        self.taken: dict[str, Entry] = {}  # object -> the row of this file that means it
        self._by_words: dict[tuple[str, Place | str], str] | None = None
        for known in registers.known_objects(store, KINDS[register]):
            is_ours = known.no and same_text(known.source) == same_text(source)
            self._note(known, same_text(known.no) if is_ours else "", place_of(known))
        self.numbers = {entry.number for entry in self.entries if entry.number}
        self.doors: dict[str, set[Place]] = {}  # licence -> its doors in this file: one licence at two doors is a chain
        for entry in self.entries:
            if entry.licence and entry.place:
                self.doors.setdefault(entry.licence, set()).add(entry.place)

    def _entry(self, row: Row) -> Entry:
        values = row.values
        split_point_door(self.register, values)
        number = same_text(values["ext_id"]) if "ext_id" in values else ""
        return Entry(row, kind_of(self.register, values), number, values.get("licence", ""), _place(values.get))

    def _note(self, known: Known, number: str, place: Place | None) -> None:
        """Keep an object to be found. number: its number in this ledger; place: both as they are compared."""
        self.objects[known.id] = known
        if number:
            self.by_number.setdefault(number, []).append(known.id)
        if known.gone:
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
            if self.said and not self._stands_there(entry):
                self._by_said(entry)
            if entry.is_open and entry.place in self.by_place:
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
                entry.fault = what.format(entry.row.values["ext_id"], known.name, shown(known))
            elif known.gone and not self._is_unchanged(entry, known):
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
        for known in sorted(found, key=lambda known: (bool(known.retired), place_of(known) != entry.place)):
            if known.id in self.taken or self._is_another(entry, known):
                continue
            place = place_of(known)
            if entry.place and place and entry.place not in (place, (self._words_of(known.id) or ("", ""))[1]):
                if place not in self.doors.get(entry.licence, ()):  # else the ledger itself has it at both: a chain
                    moved = moved or known
                continue
            self._take(entry, known.id)
            return
        if moved is not None:
            what = _("搬迁: the licence {0} is that of {1} at {2}; retire that shop, or correct its door, then import again.")
            entry.fault = what.format(entry.licence, moved.name, shown(moved))

    def _is_another(self, entry: Entry, known: Known) -> bool:
        """Whether this ledger itself gives that object another number, which stands in this file too."""
        if not (entry.number and known.no and same_text(known.source) == same_text(self.source)):
            return False
        return same_text(known.no) != entry.number and same_text(known.no) in self.numbers

    # -- what the ledger said last: a clerk may have changed name or door since, and the ledger still means the same object

    def _stands_there(self, entry: Entry) -> bool:
        """Whether an object of this name is still where the row says: nothing to look for then."""
        return any(self.objects[id_].name == entry.name for id_ in self.by_place.get(entry.place, ()))

    def _by_said(self, entry: Entry) -> None:
        if self._by_words is None:
            self._by_words = {}
            for id_ in self.said:
                if id_ in self.objects and (words := self._words_of(id_)) is not None:
                    self._by_words[words] = "" if words in self._by_words else id_
        words = _words(entry.row.values.get)
        id_ = self._by_words.get(words, "") if words is not None else ""
        if not id_ or id_ in self.taken or self._is_another(entry, self.objects[id_]):
            return
        if not self.objects[id_].gone or self._is_unchanged(entry, self.objects[id_]):
            self._take(entry, id_)

    def _words_of(self, id_: str) -> tuple[str, Place | str] | None:
        """Name with place or address as this ledger said them last."""
        return _words(parted(self.said.get(id_))[0].get)

    # -- rules 3 and 4: the place, and the name with its address

    def _by_address(self, entry: Entry) -> None:
        address = entry.row.values["address"]
        found = [self.objects[id_] for id_ in self.by_address.get((same_text(entry.name), same_text(address)), ())]
        same = [known.id for known in found if not (entry.place and (place := place_of(known)) and place != entry.place)]
        self._among(entry, same)

    def _among(self, entry: Entry, found: Iterable[str]) -> None:
        for id_ in sorted(found, key=lambda id_: bool(self.objects[id_].retired)):  # what was registered twice comes after what stays
            known = self.objects[id_]
            if known.retired and same_text(known.name) != same_text(entry.name):
                continue  # another shop has moved in there since
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
        entry.twice = self.objects[id_].retired == TWICE

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

    def ids_of(self, entry: Entry) -> list[str]:
        """The ids that the row could have, by the rules that it can fill."""
        return [identity(self.town, entry.kind, rule, said) for rule, said in self._sayings(entry)]

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


def place_of(known: Known) -> Place | None:
    return (_same(known.street), same_text(known.door), same_text(known.unit)) if known.street and known.door else None


def _words(get: Callable[[str, str], Any]) -> tuple[str, Place | str] | None:
    """Name with place, or with address where there is no door; None where there is neither."""
    place = _place(get) or same_text(get("address", ""))
    return (same_text(get("name", "")), place) if place else None


def _place(get: Callable[[str, str], Any]) -> Place | None:
    street, door = get("street", ""), get("door", "")
    return (_same(street), same_text(door), same_text(get("unit", ""))) if street and door else None


def shown(known: Known) -> str:
    return Object(known.id, known.kind, known.name, known.street, known.door, known.unit, known.address).place or known.address


def parted(said: str | None) -> tuple[Mapping[str, Any], str]:
    """What a ledger said of an object, and the mark of its phone; both empty where it said nothing."""
    text, _line, mark = (said or "{}").partition("\n")
    before: Mapping[str, Any] = json.loads(text)
    return before, mark
