"""`yima suggest`, and what a joint meeting decided: `yima catalog claim`, `refuse`, `defer`. Everything is checked before anything is written."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from yima.adapters import catalog
from yima.adapters.store import Store, look, registers, seen, topics
from yima.core import agenda as core
from yima.core.agenda import Decided, Suggestion
from yima.core.events import AgendaDecided, SuggestionMade
from yima.core.flow.cases import Case, rule_of
from yima.core.model import Person
from yima.core.results.agenda import Said, Suggested, TopicDecided
from yima.core.worktime import day_of
from yima.errors import BadInput
from yima.i18n import _
from yima.verbs.agenda import Folder, claim_said, event_said, in_folder, pools, standing, suggestion_id

LONGEST = 1000  # characters of a suggestion: it is read out at a meeting
NUMBER = re.compile(r"\w+-\d+b?", re.ASCII | re.IGNORECASE)


class What(NamedTuple):
    """What the options say of a decision. dept: id or name; on: a day as typed; item: number, id or name of the item that it becomes."""

    decision: str  # claimed refused deferred
    dept: str
    meeting: str
    on: str
    basis: str = ""
    item: str = ""
    text: str = ""


def suggest(store: Store, text: str, by: Person, now: int) -> Suggested:
    """Put a complaint or an idea on the agenda. Raises BadInput for no text or a very long one, NotAllowed for who is not enrolled here."""
    said = " ".join(text.split())
    if not said:
        raise BadInput(_("Say what you suggest, for example: yima suggest 路灯不亮找谁报."))
    if len(said) > LONGEST:
        raise BadInput(_("The suggestion has {0} characters; say it in at most {1}.").format(len(said), LONGEST))
    with store.transaction():
        registers.check_may(store, by, now)
        id_ = store.random(10).hex()
        fact = store.append("suggestion.made", id_, SuggestionMade(said), by=by.id, now=now)
    return Suggested(seen.fact_name(store, fact), id_, said, by.name)


def decide(store: Store, topic: str, what: What, by: Person, now: int) -> TopicDecided:
    """Record what the meeting said of one topic: of an item in claims.yaml, of anything else as facts.

    A decision that is recorded already is said to be so, and nothing is written. Raises NotAllowed, or BadInput with what to do instead.
    """
    with store.transaction():
        registers.check_may(store, by, now, "admin")
        store.fresh()
        return _decide(store, in_folder(store.folder), topic, what, by, now)


def _decide(store: Store, folder: Folder, topic: str, what: What, by: Person, now: int) -> TopicDecided:
    what = _checked(store, folder, what, now)
    topic = topic.strip()
    prefix, colon, rest = topic.replace("：", ":").partition(":")
    word = rest.strip() if colon and prefix in ("item", "case", "suggestion") else topic
    wanted = prefix if word != topic else ""
    if wanted in ("", "item") and (item := item_of(store, folder, word)) is not None:
        return _about_item(store, folder, item, what)
    facts = topics.of_meeting(store)
    decided = standing(store, facts)
    suggestion = _suggestion(store, core.suggestions(store.town, facts), word) if wanted in ("", "suggestion") else None
    case = _case(store, word) if wanted in ("", "case") else None
    if (
        suggestion is not None and case is not None and len(word.partition("-")[2]) >= 4
    ):  # else a case would have been written with four digits
        raise BadInput(_("{0} is a case and a suggestion; write case:{0} or suggestion:{0}.").format(word))
    if suggestion is not None:
        return _about_suggestion(store, folder, suggestion, decided, what, by, now)
    if case is not None:
        return _about_case(store, folder, case, decided, what, by, now)
    raise BadInput(_("“{0}” is no topic; yima catalog agenda lists them with their numbers.").format(topic) + _near(store, word))


# -- what is checked


def _checked(store: Store, folder: Folder, what: What, now: int) -> What:
    """The options with the department's id, the day and the texts as they will be written. Raises BadInput."""
    departments = {str(one["id"]): one for one in (*store.town.last_catalogue.departments.values(), *folder.departments)}
    inside = {id_: one for id_, one in departments.items() if one.get("kind") != "outside"}
    word = what.dept.strip()
    dept = next((id_ for id_, one in departments.items() if word in (id_, one.get("name"))), "")
    if not dept or dept not in inside:
        named = _(", ").join(str(one["name"]) for one in inside.values())
        if dept:
            raise BadInput(_("{0} is outside the town and claims nothing; it is one of {1}.").format(departments[dept]["name"], named))
        raise BadInput(_("There is no department {0}; it is one of {1}.").format(word, named))
    meeting = " ".join(what.meeting.split())
    if not meeting:
        raise BadInput(_("Name the meeting: --meeting 2026年第3次联席会议."))
    try:
        day = day_of(what.on.strip())
    except ValueError:
        raise BadInput(_("--on is the day of the meeting, written like 2026-11-23; “{0}” is no such day.").format(what.on)) from None
    if day > store.town.day(now):
        raise BadInput(_("--on {0} lies ahead; record the decision when the meeting has been held.").format(what.on.strip()))
    basis, text = " ".join(what.basis.split()), " ".join(what.text.split())
    return what._replace(dept=dept, meeting=meeting, on=what.on.strip(), basis=basis, item=what.item.strip(), text=text)


def item_of(store: Store, folder: Folder, word: str) -> Mapping[str, Any] | None:
    """The item with this number, id or name: as the town folder's modules.yaml has it, else as published; None where there is none."""
    for one in folder.items:
        if word in (str(one["no"]), one["id"], one["name"]):
            return one
    item = store.town.last_catalogue.item_of(word)
    return None if item is None else {"no": item.no, "id": item.id, "name": item.name, "lead": item.lead}


def _only_the_lead(store: Store, folder: Folder, item: Mapping[str, Any], what: What) -> None:
    """A claim is the yes of the department that leads the item."""
    if what.decision == "claimed" and what.dept != item["lead"]:
        names = {str(one["id"]): str(one["name"]) for one in (*store.town.last_catalogue.departments.values(), *folder.departments)}
        said = _("{0} {1} is led by {2}, so {3} cannot claim it; let {2} claim it, or change its lead in modules.yaml first.")
        raise BadInput(said.format(item["no"], item["name"], names.get(item["lead"], item["lead"]), names[what.dept]))


def _near(store: Store, word: str) -> str:
    """Items whose name holds the word, as a hint."""
    found = [f"{item.no} {item.name}" for item in store.town.last_catalogue.items.values() if word and word in item.name]
    return _(" Items with that word: {0}.").format(_(", ").join(found[:5])) if found else ""


# -- the topics


def _about_item(store: Store, folder: Folder, item: Mapping[str, Any], what: What) -> TopicDecided:
    if what.item:
        raise BadInput(_("--item says what an unlisted finding becomes; {0} is an item itself, leave --item out.").format(item["name"]))
    if what.text:
        raise BadInput(_("claims.yaml has no place for --text; write it as --basis."))
    _only_the_lead(store, folder, item, what)
    claim = {"item": item["id"], "decision": what.decision, "dept": what.dept, "meeting": what.meeting, "on": what.on, "basis": what.basis}
    said = claim_said(store.town.last_catalogue, claim)
    same = any({"decision": "claimed", "basis": "", **one} == claim for one in folder.claims if one["item"] == item["id"])
    if not same:
        catalog.add_claim(store.folder, claim)
    return TopicDecided("item", str(item["no"]), item["name"], said, same)


def _suggestion(store: Store, found: Sequence[Suggestion], word: str) -> Suggestion | None:
    """The suggestion with this number (K1-17) or id."""
    plain = word.replace("－", "-").upper()
    return next((one for one in found if plain == suggestion_id(store, one).upper() or word.lower() == one.id), None)


def _about_suggestion(
    store: Store, folder: Folder, one: Suggestion, decided: Mapping[str, Decided], what: What, by: Person, now: int
) -> TopicDecided:
    event, said = _event(store, folder, what)
    same = _write(store, [one.id], decided, event, by, now)
    return TopicDecided("suggestion", suggestion_id(store, one), one.text, said, not same)


def _case(store: Store, word: str) -> tuple[str, Case] | None:
    """(object, case) with this number; None where the text is no number of a case here."""
    if not NUMBER.fullmatch(word.replace("－", "-")):
        return None
    try:
        hit = look.case_number(store, word)
    except BadInput:
        return None
    return None if hit is None else (hit.object, store.state(hit.object).cases[hit.case])


def _about_case(
    store: Store, folder: Folder, found: tuple[str, Case], decided: Mapping[str, Decided], what: What, by: Person, now: int
) -> TopicDecided:
    """A pool of unlisted findings: a decision on each of them that stands as the named one does; a transfer in dispute; what a leader referred."""
    case = found[1]
    number, standing_now = seen.number_of(store, case), decided.get(case.key)
    pool = next((pool for pool in pools(store, decided) if any(one.case.key == case.key for one in pool.members)), None)
    referred = case.closed is None and case.referred is not None
    if pool is not None and (core.is_open(standing_now) or not (case.disputed or referred)):
        event, said = _event(store, folder, what)
        members = [one.case for one in pool.members if _stands_as(decided.get(one.case.key), standing_now)]
        wrote = _write(store, [one.key for one in members], decided, event, by, now)
        numbers = tuple(seen.number_of(store, one) for one in members)
        return TopicDecided("unlisted", number, case.note, said, not wrote, numbers)
    if not case.disputed and not referred:
        raise BadInput(
            _("{0} is no topic: it is neither unlisted nor referred nor a disputed hand-over; yima catalog agenda lists them.").format(
                number
            )
        )
    if what.item:
        raise BadInput(_("--item says what an unlisted finding becomes; {0} has its item already, leave --item out.").format(number))
    event, said = _event(store, folder, what)
    since = case.since if case.disputed or case.referred is None else case.referred[2]
    before = {} if standing_now is None or standing_now.when < since else {case.key: standing_now}
    wrote = _write(store, [case.key], before, event, by, now)
    title = rule_of(store.town.catalogues.get(case.catalogue) or store.town.last_catalogue, case).name or case.note
    return TopicDecided("disputed" if case.disputed else "referred", number, title, said, not wrote)


def _stands_as(one: Decided | None, other: Decided | None) -> bool:
    """Whether a finding waits as another does, or was settled by the same words."""
    if core.is_open(one) or core.is_open(other):
        return core.is_open(one) and core.is_open(other)
    return one is not None and other is not None and one.event == other.event


def _event(store: Store, folder: Folder, what: What) -> tuple[AgendaDecided, Said]:
    number, name = 0, ""
    if what.item:
        item = item_of(store, folder, what.item)
        if item is None:
            said = _("There is no item {0} in the rules or in modules.yaml; write the item there first, or leave --item out.")
            raise BadInput(said.format(what.item) + _near(store, what.item))
        _only_the_lead(store, folder, item, what)
        number, name = int(item["no"]), str(item["name"])
    event = AgendaDecided(what.decision, what.meeting, what.on, what.dept, number, what.basis, what.text)
    return event, event_said(store.town.last_catalogue, event, name)


def _write(store: Store, subjects: Sequence[str], decided: Mapping[str, Decided], event: AgendaDecided, by: Person, now: int) -> int:
    """One fact for each topic that does not stand so already; how many were written."""
    wanted = [subject for subject in subjects if (one := decided.get(subject)) is None or one.event != event]
    for subject in wanted:
        store.append("agenda.decided", subject, event, by=by.id, now=now)
    return len(wanted)
