"""`yima catalog agenda`: what the next joint meeting must decide. What it decided leaves the list; what it put off stays, with the meeting."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from yima.adapters import catalog
from yima.adapters.files import write_all
from yima.adapters.store import Store, boards, look, registers, seen, topics
from yima.core import agenda as core
from yima.core.agenda import Claim, Decided
from yima.core.events import AgendaDecided, Fact
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import Catalogue, Item, Object
from yima.core.results.agenda import TOPICS, Agenda, Found, Said, Topic


class Folder(NamedTuple):
    """What the town folder's own files say, published or not. fault: why claims.yaml does not count, "" = it does, or there is none."""

    items: tuple[Mapping[str, Any], ...]
    departments: tuple[Mapping[str, Any], ...]
    claims: tuple[Claim, ...]
    fault: str


class Pool(NamedTuple):
    """Unlisted findings that are alike, the oldest first, each with the decision that stands for it."""

    members: tuple[topics.Unlisted, ...]
    decided: Mapping[str, Decided]

    @property
    def is_open(self) -> bool:
        return any(core.is_open(self.decided.get(one.case.key)) for one in self.members)


def agenda(store: Store, now: int) -> Agenda:
    """The agenda as it stands at `now`. Writes nothing but stale folded rows."""
    store.fresh()
    facts = topics.of_meeting(store)
    decided = standing(store, facts)
    folder = in_folder(store.folder)
    unlisted = pools(store, decided)
    claims = core.standing(registers.rules(store).get("claims", ()), folder.claims)
    shown = [one for one in unlisted if one.is_open]
    pooled = {one.case.key for pool in shown for one in pool.members}
    found = [
        *(_pool(store, pool, now) for pool in shown),
        *_items(store, claims, now),
        *(
            _disputed(store, object_id, case, decided.get(case.key))
            for object_id, case in topics.disputed(store)
            if case.key not in pooled and core.is_open(decided.get(case.key), case.since)
        ),
        *(
            _referred(store, object_id, case, decided.get(case.key))
            for object_id, case in topics.referred(store)
            if case.key not in pooled and case.referred is not None and core.is_open(decided.get(case.key), case.referred[2])
        ),
        *_dead(store, claims, now),
        *(
            Topic(
                "suggestion",
                suggestion_id(store, one),
                one.text,
                at=one.when,
                by=look.person_name(store, one.fact.actor),
                said=_said(store, decided.get(one.id)),
            )
            for one in core.suggestions(store.town, facts)
            if core.is_open(decided.get(one.id))
        ),
    ]
    items = store.town.last_catalogue.items.values()
    waiting = (item for item in items if not item.claimed and item.id in claims and core.decision_of(claims[item.id][0]) == "claimed")
    return Agenda(
        store.town.name,
        store.sample,
        now,
        tuple(sorted(found, key=lambda topic: TOPICS.index(topic.kind))),
        tuple(item.name for item in waiting),
        folder.fault,
    )


def standing(store: Store, facts: Iterable[Fact]) -> dict[str, Decided]:
    """Topic (the key of a case, the id of a suggestion) -> the decision that stands. The caller has made everything fresh."""
    return core.decisions(store.town, facts, topics.cases_of(store, {fact.subject for fact in facts}))


def suggestion_id(store: Store, one: core.Suggestion) -> str:
    """How people say it: K1-17."""
    name = seen.fact_name(store, one.fact)
    return f"{name.device}-{name.seq}"


def in_folder(folder: Path) -> Folder:
    """The town folder's rules as they are being edited. A device without them goes by the published rules alone."""
    if not (folder / "claims.yaml").exists():
        return Folder((), (), (), "")
    body, faults = catalog.read(folder)
    fault = next((f"{one.file}:{one.line}  {one.what}" for one in faults if one.file == "claims.yaml"), "")
    items = tuple(one for one in body.get("items", ()) if {"no", "id", "name", "lead"} <= set(one))
    departments = tuple(one for one in body.get("departments", ()) if {"id", "name", "kind"} <= set(one))
    claims = tuple(one for one in body.get("claims", ()) if {"item", "dept", "meeting", "on"} <= set(one))
    return Folder(items, departments, () if fault else claims, fault)


# -- unlisted findings


def pools(store: Store, decided: Mapping[str, Decided]) -> list[Pool]:
    """All unlisted findings pooled by likeness, those with most findings that wait first; a granted void is none."""
    found = {one.case.key: one for one in topics.unlisted(store) if not one.case.void_granted}
    age = {key: number for number, key in enumerate(found)}
    pooled = [
        Pool(tuple(found[key] for key in sorted(names, key=age.__getitem__)), decided)
        for names in core.pools({key: one.case.note for key, one in found.items()})
    ]

    def place(pool: Pool) -> tuple[int, int, str]:
        waiting = sum(core.is_open(decided.get(one.case.key)) for one in pool.members)
        return -waiting, -pool.members[-1].case.opened, pool.members[0].case.key

    return sorted(pooled, key=place)


def _pool(store: Store, pool: Pool, now: int) -> Topic:
    newest = pool.members[-1].case
    said = [pool.decided[one.case.key] for one in pool.members if one.case.key in pool.decided]
    first = next(one.case for one in pool.members if core.is_open(pool.decided.get(one.case.key)))
    return Topic(
        "unlisted",
        seen.number_of(store, first),
        newest.note,
        at=newest.opened,
        findings=tuple(_found(store, one, pool.decided.get(one.case.key), now) for one in pool.members),
        said=_said(store, max(said, key=lambda one: one.when)) if said else None,
    )


def _found(store: Store, one: topics.Unlisted, decided: Decided | None, now: int) -> Found:
    town, case = store.town, one.case
    catalogue = town.catalogues.get(case.catalogue) or town.last_catalogue
    into = boards.case_named(store, case.merged_into) if case.merged_into else None
    what = core.sorted_as(case, into)
    case = cases.advance(town, catalogue, case, now)
    obj = look.store_object(store, one.object) or Object(one.object, "", "")
    item = catalogue.items.get(what.item)
    return Found(
        seen.number_of(store, case),
        one.object,
        obj.called,
        obj.grid,
        case.note,
        case.opened,
        one.reports,
        what.what,
        what.item,
        item.name if item is not None else "",
        what.dept,
        catalogue.dept_name(what.dept),
        topics.refusals(store, one.object).get(case.key, "") if what.what == "refused" else "",
        cases.running_due(town, catalogue, case) if case.closed is None and what.what in ("waiting", "lead") else None,
        case.disputed,
        not core.is_open(decided),
    )


# -- items


def _items(store: Store, claims: Mapping[str, tuple[Claim, bool]], now: int) -> Iterable[Topic]:
    """Items that nobody has claimed, and those whose last decision is a refusal or was put off."""
    town = store.town
    catalogue = town.last_catalogue
    alive = topics.alive(store, town.day_start(town.day(now) - core.DAYS + 1))
    for item in catalogue.items.values():
        claim, published = claims.get(item.id, ({}, True))
        decision = core.decision_of(claim) if claim else "" if not item.claimed else "claimed"
        if decision == "claimed":
            continue
        opened, is_open = alive.get(item.no, (0, 0))
        said = claim_said(catalogue, claim) if claim else None
        note = str(item.more.get("claim_note", ""))
        yield Topic(
            decision or "unclaimed",
            str(item.no),
            item.name,
            item.lead,
            catalogue.dept_name(item.lead),
            found=opened,
            open=is_open,
            said=said,
            published=published,
            note=note,
        )


def _dead(store: Store, claims: Mapping[str, tuple[Claim, bool]], now: int) -> Iterable[Topic]:
    town = store.town
    catalogue, day = town.last_catalogue, town.day(now)
    last = {item.no: claims[item.id][0] for item in catalogue.items.values() if item.id in claims}
    claimed_on = {no: core.day_of_claim(claim) for no, claim in last.items()}
    asked = [one for one in topics.rounds(store, day - core.DAYS) if core.decision_of(last.get(one.item, {})) == "claimed"]
    alive = {item: sum(counts) for item, counts in topics.alive(store, town.day_start(day - core.DAYS + 1)).items()}
    for one in core.dead_items(town, asked, alive, day, claimed_on):
        item = catalogue.items[one.item]
        yield Topic(
            "dead",
            str(item.no),
            item.name,
            item.lead,
            catalogue.dept_name(item.lead),
            rounds=one.rounds,
            places=one.places,
            looked=one.looked,
            said=claim_said(catalogue, last[one.item]) if last.get(one.item) else None,
        )


# -- cases: transfers that nobody takes, and what leaders referred


def _disputed(store: Store, object_id: str, case: Case, decided: Decided | None) -> Topic:
    catalogue = store.town.catalogues.get(case.catalogue) or store.town.last_catalogue
    topic = _of_case("disputed", store, object_id, case, case.since, decided)
    return topic._replace(other=case.to_dept, other_name=catalogue.dept_name(case.to_dept))


def _referred(store: Store, object_id: str, case: Case, decided: Decided | None) -> Topic:
    assert case.referred is not None
    document, day, since = case.referred
    return _of_case("referred", store, object_id, case, since, decided)._replace(document=document, on=day)


def _of_case(kind: str, store: Store, object_id: str, case: Case, since: int, decided: Decided | None) -> Topic:
    """A case as a topic. since: when it became one; what a meeting said before that is not about it."""
    catalogue = store.town.catalogues.get(case.catalogue) or store.town.last_catalogue
    obj = look.store_object(store, object_id) or Object(object_id, "", "")
    item: Item = cases.rule_of(catalogue, case)
    return Topic(
        kind,
        seen.number_of(store, case),
        item.name or case.note,
        case.dept,
        catalogue.dept_name(case.dept),
        place=obj.called,
        at=since,
        said=_said(store, decided) if decided is not None and decided.when >= since else None,
        note=case.note,
    )


# -- words and files


def _said(store: Store, decided: Decided | None) -> Said | None:
    return None if decided is None else event_said(store.town.last_catalogue, decided.event)


def event_said(catalogue: Catalogue, event: AgendaDecided, item_name: str = "") -> Said:
    """A recorded decision in names. item_name: where the item is not published yet."""
    item = catalogue.items.get(event.item)
    name = item.name if item is not None else item_name
    return Said(
        event.decision, event.dept, catalogue.dept_name(event.dept), event.meeting, event.on, event.basis, event.text, event.item, name
    )


def claim_said(catalogue: Catalogue, claim: Claim) -> Said:
    """A decision of claims.yaml, or of the published rules, in names."""
    dept = str(claim.get("dept", ""))
    return Said(
        core.decision_of(claim),
        dept,
        catalogue.dept_name(dept),
        str(claim.get("meeting", "")),
        str(claim.get("on", "")),
        str(claim.get("basis", "")),
    )


def written(made: Agenda, folder: Path, files: Sequence[tuple[str, Callable[[Agenda], bytes]]]) -> Agenda:
    """Write the agenda's files, each whole or not at all; raises Unwritable. files: (name, what makes its bytes) …"""
    return made._replace(files=write_all(folder, [(name, partial(make, made)) for name, make in files]))
