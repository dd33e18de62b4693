"""Stored states as the plain values that results are made of: a case with its people and its due, an object with its colour."""

from typing import TYPE_CHECKING, Any

from yima.adapters.store import Store, look
from yima.core.colour import colour_at
from yima.core.events import Fact
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import Item, Object
from yima.core.results.street import CaseSeen, FactName, ObjectSeen

if TYPE_CHECKING:  # a visit that touches no case does not need it
    from yima.core.duty.staff import Staff


def letters_of(store: Store, device: str) -> str:
    """The device's letters; "?" where it is not enrolled."""
    found = store.town.devices.get(device)
    return found.letters if found is not None else "?"


def fact_name(store: Store, fact: Fact) -> FactName:
    return FactName(letters_of(store, fact.device), fact.seq)


def speaker_of(store: Store, fact: Fact, event: Any) -> tuple[str, str]:
    """Who says this, by name, and who entered it for them (代录): "" = they themselves."""
    entered_for, actor = getattr(event, "entered_for", ""), look.person_name(store, fact.actor)
    return (look.person_name(store, entered_for), actor) if entered_for else (actor, "")


def number_of(store: Store, case: Case) -> str:
    return _number(store, case.device, case.number)


def number_named(store: Store, finding: str) -> str:
    """How people say the case that a finding's name leads to (K1-0019); "" = not known here."""
    row = store.db.execute("SELECT device, number FROM finding WHERE name = ?", (finding,)).fetchone()
    return _number(store, *row) if row is not None else ""


def _number(store: Store, device: str, number: int) -> str:
    return f"{letters_of(store, device)}-{number:04d}"


def object_seen(store: Store, obj: Object, now: int, code: str | None = None) -> ObjectSeen:
    """The object with its colour at `now`. code: where it is known already."""
    stored = store.stored(obj.id)
    one = stored.extremes if stored is not None else None
    colour = colour_at(one.base, one.yellow_at, one.red_at, now) if one is not None else "grey"
    trade = store.town.last_catalogue.trades.get(obj.trade, {}).get("name", obj.trade)
    return ObjectSeen(
        obj.id,
        obj.kind,
        obj.name,
        obj.place,
        obj.grid,
        obj.street,
        str(trade),
        colour,
        look.code_of(store, obj.id) if code is None else code,
    )


def item_of(store: Store, case: Case) -> Item:
    catalogue = store.town.catalogues.get(case.catalogue) or store.town.last_catalogue
    return cases.rule_of(catalogue, case)


def case_seen(store: Store, object_id: str, case: Case, now: int) -> CaseSeen:
    """A case as it stands at `now`: stage and due as time has made them, and the people resolved on that day."""
    town = store.town
    catalogue = town.catalogues.get(case.catalogue) or town.last_catalogue
    case = cases.advance(town, catalogue, case, now)
    item = cases.rule_of(catalogue, case)
    obj = look.store_object(store, object_id) or Object(object_id, "", "")
    turns = cases.turns_of(town, catalogue, case)
    due = None if case.closed is not None else cases.running_due(town, catalogue, case)
    clock = cases.clock_of(town, item, case) if case.running is not None else town.clock("work_day", digest=case.catalogue)
    leader = staff_for(store, case, item, now).leader(case.dept)
    handlers = handlers_of(store, obj, case, item, now)
    opened_before = case.running if case.running is not None else case.since
    return CaseSeen(
        case.key,
        number_of(store, case),
        object_seen(store, obj, now),
        case.item,
        item.id,
        item.name,
        case.flow,
        case.stage,
        case.outcome,
        case.opened,
        case.since,
        due,
        due is not None and clock.is_provisional(due),
        "" if turns is None else colour_at(turns.base, turns.yellow_at, turns.red_at, now),
        case.repeat,
        look.person_name(store, case.holder) if case.holder else "",
        handlers,
        leader.name if leader is not None else "",
        case.dept,
        case.note,
        case.after[0] if case.after is not None and case.stage == "self_fix" else None,
        case.told,
        case.closed,
        0 if due is None else max(due - opened_before, 1),
        1 + len(case.reporters),
        0 if due is None else max(now - due, 0),
        len(case.returned_by),
        case.asked is not None,
        case.after[0] if case.after is not None and case.stage == "suspended" else None,
        item.window,
        case.looked is not None,
        case.suspended_to if case.stage == "suspended" else None,
        tuple((one.clock, one.rung, one.at, one.answer_due, one.answered) for one in case.rungs if not one.withdrawn),
        case.disputed,
    )


def staff_for(store: Store, case: Case, item: Item, now: int) -> "Staff":
    """Whom the rules of a case name on the day of `now`: its leaders and handlers, for a case with people of its own everybody."""
    from yima.adapters.store.staff import staff_at

    catalogue = store.town.catalogues.get(case.catalogue) or store.town.last_catalogue
    return staff_at(store, now, catalogue=catalogue, roles=() if case.own_people else ("dept_leader", *item.handlers))


def handlers_of(store: Store, obj: Object, case: Case, item: Item, now: int) -> tuple[str, ...]:
    """The names of those who handle a case now: its holder who is still here, else the named handlers of the narrowest scope."""
    if case.holder and store.town.is_here(case.holder, now):
        return (look.person_name(store, case.holder),)
    staff = staff_for(store, case, item, now)
    return tuple(one.name for one in (staff.members(case.dept) if case.own_people else staff.named(item.handlers, item, obj)))
