"""`yima show … --card`, `--slip`: a shop's 门责告知书, a case's 整改提示单, a slip for an owner without a phone. Nothing is recorded."""

from pathlib import Path

from yima.adapters.paper import notices
from yima.adapters.render import Voice
from yima.adapters.render import cards as words
from yima.adapters.render.notices import file_name
from yima.adapters.store import Store, look, seen
from yima.core import duty, events
from yima.core.events import Fact, StepTaken
from yima.core.flow import cases, lists
from yima.core.flow.cases import Case
from yima.core.model import ENTERPRISE, Item, Object, amount
from yima.core.results.cards import Carded, CaseCard, DutyCard, OwnDuty
from yima.core.results.notices import CaseTold, Limit
from yima.core.results.street import ObjectSeen
from yima.errors import BadInput
from yima.i18n import _


def card(store: Store, word: str, now: int, *, slip: bool = False, path: Path | None = None) -> Carded:
    """Print the card of what the word names: a shop's, or a case's. slip: the small one of a case, for an owner without a phone.

    word: as for `yima show`; a shop with one open case will do for a slip. path: else data/outbox/DAY/. Raises BadInput for what has no
    card (a point, a list, a shop that is no more, a closed case), and what paper.notices raises; then there is no file.
    """
    if lists.named(word, store.town.day(now)):
        raise BadInput(_("{0} is a list of missed rounds, which has no card; yima sweep prints it.").format(word))
    hit = look.resolve(store, word)
    store.fresh([hit.object])
    obj = look.store_object(store, hit.object)
    if obj is None:
        raise BadInput(_("The plate leads to an object that is not in the register here; import the register first."))
    voice = Voice(store.town.offset, now)
    if hit.case or slip:
        told = case_card(store, obj, store.state(obj.id).cases[hit.case] if hit.case else _only_case(store, obj), now)
        kind, fields = ("slip", words.slip_fields(told, voice)) if slip else ("rectify", words.rectify_fields(told, voice))
        return _printed(store, kind, fields, f"{told.told.case.number} {obj.name}", told.told.case.object, voice, path)
    of_shop = duty_card(store, obj, now)
    return _printed(store, "card", words.duty_fields(of_shop), obj.name, of_shop.object, voice, path)


def _printed(store: Store, kind: str, fields: words.Fields, of: str, obj: ObjectSeen, voice: Voice, path: Path | None) -> Carded:
    made = notices.issue(
        fields,
        store.folder,
        path,
        lambda number: file_name(kind, of, voice, number),
        timestamp=voice.now // 1000,
        template=f"{kind}.typ",
    )
    return Carded(kind, of, str(made.path), notices.shown(made.path, store.folder), made.pages, 0, (obj,), 0, made.lacking)


# -- a shop


def duty_card(store: Store, obj: Object, now: int) -> DutyCard:
    """What is this shop's own outside its door: claimed items that the owner puts right (门责). Raises BadInput where there is no such card."""
    if obj.retired:
        raise BadInput(_("{0} is retired, so it gets no card; `yima show {0}` has its history.").format(obj.name))
    if obj.kind not in ENTERPRISE:
        raise BadInput(_("{0} is no shop, so it has no duty in front of a door; --card is for shops, stalls and cases.").format(obj.name))
    rules = store.town.last_catalogue
    own = [item for item in rules.items.values() if is_own_duty(item, obj)]
    if not own:
        raise BadInput(_("No claimed item is {0}'s own duty outside, so there is nothing to print; see yima agenda.").format(obj.name))
    items = tuple(
        OwnDuty(item.no, item.name, item.question, _legal(item)[0], duty.the_owner(item, obj).finder)
        for item in sorted(own, key=lambda item: item.no)
    )
    return DutyCard(store.town.name, _phone(store), seen.object_seen(store, obj, now), items)


def is_own_duty(item: Item, obj: Object) -> bool:
    return item.claimed and item.where == "outside" and duty.applies(item, obj) and duty.has_owner(item, obj)


def _phone(store: Store) -> str:
    return str(store.town.last_catalogue.town.get("service_phone", ""))


def _legal(item: Item) -> tuple[str, str]:
    """The legal basis, and how far it was checked."""
    legal = item.more.get("legal", {})
    return str(legal.get("basis", "")), str(legal.get("verified", ""))


# -- a case


def case_card(store: Store, obj: Object, case: Case, now: int) -> CaseCard:
    """An open case as its owner is told of it. Raises BadInput where it is closed."""
    town = store.town
    if case.closed is not None:
        raise BadInput(_("{0} is closed, so there is nothing to put right.").format(seen.number_of(store, case)))
    catalogue = town.catalogues.get(case.catalogue) or town.last_catalogue
    item, case = cases.rule_of(catalogue, case), cases.advance(town, catalogue, case, now)
    limit = Limit("item:1", cases.due_of(town, item, case), (item.limit // amount(1, item.unit), item.unit))
    basis, verified = _legal(item)
    shown = seen.case_seen(store, obj.id, case, now)
    told = CaseTold(shown, "", (limit,), item.question, str(item.more.get("closing", "")), basis, verified)
    finder, documents = _finder_and_documents(store, obj.id, case)
    return CaseCard(town.name, _phone(store), now, told, catalogue.dept_name(case.dept), finder, documents)


def _only_case(store: Store, obj: Object) -> Case:
    """The one open case of a shop. Raises BadInput where there is none, or several."""
    found = [case for case in store.state(obj.id).cases.values() if case.closed is None]
    if not found:
        raise BadInput(_("{0} has no open case; a slip is for a case.").format(obj.name))
    if len(found) > 1:
        numbers = _(", ").join(seen.number_of(store, case) for case in sorted(found, key=lambda case: (case.opened, case.key)))
        raise BadInput(_("{0} has several open cases ({1}); say one of them.").format(obj.name, numbers))
    return found[0]


def _finder_and_documents(store: Store, object_id: str, case: Case) -> tuple[str, tuple[str, ...]]:
    """Who found it (a name), and the numbers of documents that steps of the case name. An order is named, never made here."""
    state = store.state(object_id)
    names = {name for name, named in state.names.items() if named.case == case.key}
    counted = [fact for fact in store.facts_of(object_id) if fact.hash not in state.unmoved]
    finder = next((look.person_name(store, fact.actor) for fact in counted if fact.hash == case.key.rpartition(".")[0]), "")
    return finder, tuple(dict.fromkeys(document for fact in counted if (document := _document(fact, names))))


def _document(fact: Fact, names: set[str]) -> str:
    event = events.decode(fact.kind, fact.body)
    return event.document if isinstance(event, StepTaken) and event.case in names else ""
