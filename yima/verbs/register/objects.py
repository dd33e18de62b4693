"""Shops and points of a ledger: what is new or differs in each row, compared with what the ledger said last and with the register."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from yima.adapters.ledger import Ledger, trade_of
from yima.adapters.ledger.days import day_text, day_with_year
from yima.adapters.ledger.values import same_text
from yima.adapters.store import Store, look, registers
from yima.core import events
from yima.core.events import ObjectRegistered
from yima.core.model import Catalogue, Object
from yima.core.worktime import day_of, iso_of
from yima.i18n import _
from yima.verbs.register.matching import AS_WRITTEN, Entry, Matching, parted, place_of
from yima.verbs.register.plan import Plan, text_of

STATUS_WORDS = (
    ("ceased", ("歇业", "停业", "停止", "暂停", "注销", "关闭")),
    ("fitting_out", ("装修",)),
    ("vacant", ("空置", "空铺", "待租")),
)
OPEN = re.compile(r"(?<![未不非])(?:正常|营业|在营|开业|open)")


def plan_objects(store: Store, ledger: Ledger, *, source: str, datum: str, now: int, tick: Callable[[int, int], None] | None) -> Plan:
    """What the ledger's rows mean for the register. Nothing is written; the caller is in a transaction."""
    matching = Matching(store, ledger.register, ledger.rows, source)
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


def _parts(store: Store, matching: Matching, plan: Plan) -> dict[str, str]:
    """The market that a row names -> its id, by name among the shops that are no stall; a stall whose market is unknown is rejected."""
    named: dict[str, list[str]] = {same_text(said): [] for entry in matching.entries if (said := entry.row.values.get("part_of"))}
    for known in matching.objects.values() if named else ():
        if known.kind == "shop" and not known.gone and (name := same_text(known.name)) in named:
            named[name].append(look.leads_to(store, known.id) if known.retired else known.id)
    found: dict[str, str] = {}
    lost = 0
    for entry in matching.entries:
        said = entry.row.values.get("part_of", "")
        if not said or entry.fault:
            continue
        ids = [id_ for id_ in dict.fromkeys(named.get(same_text(said), ())) if id_ != entry.id]
        if len(ids) > 1 and entry.place:  # a chain of markets: the one at the same street and door
            ids = [id_ for id_ in ids if (place := place_of(matching.objects[id_])) and place[:2] == entry.place[:2]]
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
        self.trades = Trades(store.town.last_catalogue)
        self.twice: list[str] = []  # names of what was registered twice and is said otherwise now

    def notes(self) -> Iterable[str]:
        if self.twice:
            said = _("Registered twice, so nothing was taken of these rows: {0}. Change the place that stays by hand.")
            yield said.format(_(", ").join(self.twice[:9]) + (" …" if len(self.twice) > 9 else ""))
        if unknown := self.trades.unknown:
            listed = _(", ").join(said[:20] for said in sorted(unknown)[:9])
            yield _("Trades that the rules do not know count as other: {0}. Add the words to modules.yaml.").format(listed)

    def take(self, entry: Entry) -> None:
        part_of = self.parts.get(entry.id, "")
        fields = fields_of(entry, self.trades, source=self.source, datum=self.datum, part_of=part_of, today=self.today)
        phone = entry.row.values.get("phone", "")
        text = text_of(fields)
        mark = events.digest(phone.encode())[:12] if phone else ""
        said, last = f"{text.decode()}\n{mark}", self.said.get(entry.id)
        if entry.twice:
            self.plan.same += 1
            if last != said:
                self.twice.append(entry.name)
            return
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
        if "status" not in fields and before.get("status") and OPEN.search(entry.row.values.get("status", "")):
            new |= {"status": over} if (over := ended(obj.status, self.today)) else {}
        names = list(new)
        if obj.provisional:  # a clerk's registration confirms it, and adds what is missing
            self.plan.facts.append(("object.registered", entry.id, ObjectRegistered(**fields)))
            new = {name: value for name, value in new.items() if current(obj, name)}
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

    def _new_fields(self, obj: Object, fields: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that the ledger says anew and that the register does not hold. What the clerk has changed since stays."""
        new: dict[str, Any] = {}
        for name, value in fields.items():
            plain = list(value) if isinstance(value, tuple) else value
            held = current(obj, name)
            if before.get(name) == plain or held == value:
                continue
            if name == "tenant" and obj.tenant[0]:
                value = {**value, "since": self.today}  # another occupant, as far as this ledger knows since today
            if name == "source" and ("no" not in value or (held.get("no") and same_text(obj.source[0]) != same_text(self.source))):
                continue  # it is another ledger's object, and stays known under its number
            new[name] = value
        return new


class Trades:
    """The trades of the rules, by the words of ledgers; unknown: what none of them knows."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.words = {id_: (str(one.get("name", "")), *one.get("words", ())) for id_, one in catalogue.trades.items()}
        self.ids: dict[str, str] = {}
        self.unknown: set[str] = set()

    def id_of(self, said: str) -> str:
        if said not in self.ids:
            self.ids[said] = trade_of(self.words, said)
            if self.ids[said] == "other" and not any(word in said for word in ("other", *self.words.get("other", ()))):
                self.unknown.add(said)
        return self.ids[said]


def fields_of(entry: Entry, trades: Trades, *, source: str, datum: str, part_of: str, today: str) -> dict[str, Any]:
    """What the row says, in the words of the register; nothing in it is empty. part_of: the id of its market; today: for days without a year."""
    values = entry.row.values
    fields: dict[str, Any] = {name: values[name] for name in AS_WRITTEN if name in values}
    fields["kind"] = entry.kind
    if "ext_id" in values:
        fields["source"] = {"name": source, "no": values["ext_id"]}
    elif not entry.known:
        fields["source"] = {"name": source, "row": str(entry.row.line)} if source else {"row": str(entry.row.line)}
    if part_of:
        fields["part_of"] = part_of
    if entry.row.position is not None:
        fields["position"] = (*entry.row.position, datum)
    if said := values.get("trade"):
        fields["trade"] = trades.id_of(said)
    tenant = values.get("owner") or (values.get("keeper") if entry.kind in ("house", "site") else "")
    if tenant:
        fields["tenant"] = {"name": tenant}
    if "status" in values and (what := status_of(values["status"])):
        days = {"from": _day(values.get("status_from", ""), today), "to": _day(values.get("status_to", ""), today)}
        fields["status"] = {"what": what} | {name: day for name, day in days.items() if day}
    return fields


def status_of(text: str) -> str:
    """The code word of a status as people write it; "" for what is none, 正常 among it."""
    return next((code for code, words in STATUS_WORDS if text == code or any(word in text for word in words)), "")


def ended(status: tuple[str, str, str], on: str) -> dict[str, str]:
    """A status as a fact says that it is over from the day `on` (ISO) on; empty where none is running or to come.

    No fact can empty a field, so its last day is the one before; one that had not begun yet ends before its beginning.
    """
    what, begins, ends = status
    last = iso_of(day_of(on) - 1)
    if not what or (ends and ends <= last):
        return {}
    return {"what": what, **({"from": begins} if begins else {}), "to": last}


def current(obj: Object, name: str) -> Any:
    """A field of the register in the form in which a row says it."""
    if name == "source":
        return {key: value for key, value in zip(("name", "no"), obj.source[:2], strict=True) if value}
    if name == "tenant":
        return {"name": obj.tenant[0]} if obj.tenant[0] else {}
    if name == "status":
        return {key: value for key, value in zip(("what", "from", "to"), obj.status, strict=True) if value}
    return getattr(obj, name)


def _day(text: str, today: str) -> str:
    """A day of a ledger as ISO 8601; "" for what is none."""
    return day_with_year(day_text(text), date.fromisoformat(today))
