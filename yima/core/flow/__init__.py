"""The object fold: facts of one object become matters, cases and rounds. `refold` from the first fact, `fold` one more at the end.

No object's state reads another's. The same facts give the same state, whatever the order of their arrival: they are folded in their own order.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yima.core import duty, events
from yima.core.duty import Who
from yima.core.events import HALF_HOUR, Fact, Finding, StepTaken, VisitRecorded
from yima.core.flow import cases, rungs, steps
from yima.core.flow.cases import Case
from yima.core.flow.rounds import Round, round_of
from yima.core.model import OWNER_OF, Catalogue, Item, Object
from yima.core.town import Town, Versions, at, versions_of
from yima.core.worktime import day_of

FOLD = 1  # of this code: a database folded by another number is stale as a whole
Key = tuple[int, str]  # an item's number, and for an unlisted finding its name


class Matter(NamedTuple):
    """(object, item). open: the key of its open case; closed: its last close that makes a later case a repeat; scanned: (day, `when`)."""

    open: str = ""
    closed: int | None = None
    scanned: tuple[int, int] | None = None


class Named(NamedTuple):
    """Where a finding's name leads: to a case's key, or ("") to the next case that opens on its item. device, number: how people say it."""

    case: str
    item: int
    device: str
    number: int


class State(NamedTuple):
    """All that the facts of one object say. `names` leads from every finding to its case; `unmoved` from a fact to why it moves nothing."""

    versions: Versions = ()
    matters: Mapping[Key, Matter] = {}
    cases: Mapping[str, Case] = {}
    names: Mapping[str, Named] = {}
    unmoved: Mapping[str, str] = {}
    last_visit: tuple[int, str, str] | None = None  # when, actor, hash

    @property
    def obj(self) -> Object | None:
        return self.versions[-1][1] if self.versions else None


def refold(facts: Iterable[Fact], town: Town, *, until: int | None = None) -> State:
    """The state from the object's first fact. until: as of that instant (facts with `when` <= until)."""
    found = sorted(facts, key=events.order)
    whens = {fact.hash: town.when(fact) for fact in found}
    if until is not None:
        found = [fact for fact in found if whens[fact.hash] <= until]
    decoded = {fact.hash: events.decode(fact.kind, fact.body) for fact in found}
    unmoved = {fact.hash: why for fact in found if (why := _why_not(town, fact, decoded[fact.hash]))}
    versions = _versions(found, whens, decoded, unmoved, town)
    withdrawn = _withdrawn(found, whens, decoded, unmoved, town)
    annulled: frozenset[str] = frozenset()
    while True:
        work = _Work(State(versions, unmoved=unmoved), town, withdrawn | annulled)
        for fact in found:
            work.apply(fact, whens[fact.hash], decoded[fact.hash])
        if work.annul <= annulled:
            state = work.state()
            gone = dict.fromkeys(withdrawn, "withdrawn") | dict.fromkeys(annulled, "annulled")
            return state._replace(unmoved={**state.unmoved, **gone})
        annulled |= work.annul  # a void that the centre refused counts as never said


def register(facts: Iterable[Fact], town: Town) -> Versions:
    """The object's versions alone: what its register facts say, without matters. An import makes thousands of objects; matters can wait."""
    found = sorted((fact for fact in facts if fact.kind.startswith("object.")), key=events.order)
    decoded = {fact.hash: events.decode(fact.kind, fact.body) for fact in found}
    unmoved = {fact.hash: why for fact in found if (why := _why_not(town, fact, decoded[fact.hash]))}
    return _versions(found, {fact.hash: town.when(fact) for fact in found}, decoded, unmoved, town)


def fold(state: State, fact: Fact, town: Town, event: Any = None) -> State:
    """The state after one more fact that is the last in order for its object and `folds_forward`. event: its content, where already decoded."""
    event = events.decode(fact.kind, fact.body) if event is None else event
    why = _why_not(town, fact, event)
    work = _Work(state, town, frozenset())
    if why:
        work.unmoved[fact.hash] = why
    work.apply(fact, town.when(fact), event)
    if work.annul:
        raise ValueError("a refused void makes its object stale")
    return work.state()


def folds_forward(state: State, fact: Fact, town: Town) -> bool:
    """Whether `fold` may take it; what changes the past (a withdrawal, a register change, a refused void) makes the object stale instead."""
    if fact.kind not in ("visit.recorded", "step.taken", "rung.raised", "rung.answered"):
        return False
    if not state.versions or town.when(fact) < state.versions[-1][0]:
        return False
    if fact.kind == "step.taken":
        event = events.decode(fact.kind, fact.body)
        return not (event is not None and event.step == "refuse" and event.about == "void")
    return True


def rounds(state: State, town: Town, only: Iterable[int] | None = None) -> dict[int, Round]:
    """The rounds of the object under the rules in force, by item number."""
    obj, found = state.obj, {}
    if obj is None or not town.rules:
        return {}
    items = town.last_catalogue.items
    for no in items if only is None else only:
        if no in items and (one := round_of(town, items[no], obj, state.matters.get((no, ""), Matter()).scanned)) is not None:
            found[no] = one
    return found


def scans(state: State, visits: Iterable[Fact], town: Town) -> dict[int, list[tuple[int, int]]]:
    """The scans among these visits that meet a round, by item number: (day, `when`) each, in the given order.

    state: the object's, which knows what moves nothing and where the names of cases lead. Withdrawn visits are left out by the caller.
    """
    work, found = _Work(state, town, frozenset()), dict[int, list[tuple[int, int]]]()
    for fact in visits:
        if fact.hash in state.unmoved or not isinstance(event := events.decode(fact.kind, fact.body), VisitRecorded):
            continue
        work.matters = {}
        work._meet_rounds(fact, town.when(fact), event)
        for (no, _finding), matter in work.matters.items():
            if matter.scanned is not None:
                found.setdefault(no, []).append(matter.scanned)
    return found


# -- before the fold: who may, which version, what was withdrawn


def _why_not(town: Town, fact: Fact, event: Any) -> str:
    if event is None:
        return "unknown"
    return town.why_not(fact)


def _is_clerk(town: Town, fact: Fact, when: int) -> bool:
    person = town.person(fact.actor, when)
    return person is not None and any(held.role in ("admin", "data_clerk") for held in duty.roles_on(person, town.day(when)))


def _versions(found: Sequence[Fact], whens: Mapping[str, int], decoded: Mapping[str, Any], unmoved: dict[str, str], town: Town) -> Versions:
    """The object's versions from its register facts; a register fact by somebody who may not is marked."""
    changes: list[tuple[int, Any]] = []
    for fact in found:
        if not fact.kind.startswith("object.") or fact.hash in unmoved:
            continue
        event, when = decoded[fact.hash], whens[fact.hash]
        provisional = fact.kind == "object.registered" and event.provisional
        if not provisional and not _is_clerk(town, fact, when):
            unmoved[fact.hash] = "role"
            continue
        changes.append((when, (fact.subject, fact.kind, event, when)))
    return tuple(one for one in versions_of(changes, object_after) if one[1] is not None)  # retired before it was registered: nothing


def object_after(obj: Object | None, change: tuple[str, str, Any, int]) -> Object | None:
    """An object after a registration, a change or a retirement; a second registration adds only what is missing."""
    id_, kind, event, when = change
    if kind == "object.retired":
        try:
            day_of(event.on)
        except ValueError:
            return obj
        return obj._replace(retired=event.on) if obj is not None else None
    new = {
        **{name: getattr(event, name) for name in _PLAIN},
        "tenant": _words(event.tenant, "name", "since") if event.tenant else (),
        "status": _words(event.status, "what", "from", "to") if event.status else (),
        "source": _words(event.source, "name", "no", "row") if event.source and isinstance(event.source, Mapping) else (),
    }
    if obj is None:
        known = {key: value for key, value in new.items() if value}
        return Object(**{"id": id_, "kind": "shop", "name": "", "registered": when, **known})
    if kind == "object.registered":  # only what is missing, and a clerk's registration confirms a provisional one
        new = {key: value for key, value in new.items() if value and key != "provisional" and not any(_flat(getattr(obj, key)))}
        return obj._replace(**new, provisional=obj.provisional and event.provisional)
    changed = obj._replace(**{key: value for key, value in new.items() if value})
    return changed if not event.same_as else changed._replace(retired=changed.retired or "same")  # its codes and name lead to the other


_PLAIN = (
    "kind", "name", "street", "door", "unit", "address", "grid", "village", "trade", "licence", "part_of", "position", "same_as", "provisional",
)  # fmt: skip


def _words(value: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    return tuple(str(value.get(key, "")) for key in keys)


def _flat(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _withdrawn(
    found: Sequence[Fact], whens: Mapping[str, int], decoded: Mapping[str, Any], unmoved: dict[str, str], town: Town
) -> frozenset[str]:
    """The facts that a counting withdrawal takes back, docs/readings.md 30. Withdrawals of withdrawals do not exist."""
    place = {fact.hash: number for number, fact in enumerate(found)}
    matter_of: dict[str, Key] = {}
    for fact in found:
        if isinstance(decoded[fact.hash], VisitRecorded):
            for index, finding in enumerate(decoded[fact.hash].findings):
                name = f"{fact.hash}.{index}"
                own: Key = (finding.item, "" if finding.item else name)
                matter_of[name] = own if finding.item else matter_of.get(finding.again, own)

    def named(fact: Fact, *, findings: bool) -> set[Key]:
        event = decoded[fact.hash]
        if isinstance(event, StepTaken):
            return {matter_of[event.case]} if event.case in matter_of else set()
        names = [*event.cases, *(one.again for one in event.findings if one.again)]
        if findings:
            names += [f"{fact.hash}.{index}" for index in range(len(event.findings))]
        return {matter_of[name] for name in names if name in matter_of}

    def counts(fact: Fact, taken: set[str]) -> str:
        """"" where the withdrawal counts, else why it does not."""
        number = place.get(decoded[fact.hash].fact, len(found))
        if number >= place[fact.hash] or found[number].kind not in ("visit.recorded", "step.taken") or found[number].hash in unmoved:
            return "fact"
        target, when = found[number], whens[fact.hash]
        person = town.person(fact.actor, when)
        if person is not None and _is_centre(town, person, when):
            return ""
        if fact.actor != target.actor or when - whens[target.hash] > HALF_HOUR:
            return "late"
        matters = named(target, findings=True)
        between = (one for one in found[number + 1 : place[fact.hash]] if one.kind in ("visit.recorded", "step.taken"))
        said = (one for one in between if one.actor != fact.actor and one.hash not in unmoved and one.hash not in taken)
        return "others" if any(named(one, findings=False) & matters for one in said) else ""

    asked = [fact for fact in found if fact.kind == "fact.withdrawn" and fact.hash not in unmoved]
    taken: set[str] = set()
    while True:  # what somebody else took back themselves stands between no longer: a few rounds, each taking back more
        more = {decoded[fact.hash].fact for fact in asked if not counts(fact, taken)}
        if more <= taken:
            break
        taken |= more
    unmoved.update({fact.hash: why for fact in asked if (why := counts(fact, taken))})
    return frozenset(taken)


def _is_centre(town: Town, person: Any, instant: int) -> bool:
    held = duty.roles_on(person, town.day(instant))
    centre = town.catalogue_at(instant).centre if town.rules else "ucc"
    return any(one.role == "admin" or centre in one.depts for one in held) or person.dept == centre


# -- the fold itself


class _Work:
    """The state while facts are applied to it; nothing of it outlives the fold."""

    def __init__(self, state: State, town: Town, skip: frozenset[str]) -> None:
        self.town, self.skip = town, skip
        self.versions = state.versions
        self.matters, self.cases, self.names = dict(state.matters), dict(state.cases), dict(state.names)
        self.unmoved = dict(state.unmoved)
        self.last_visit = state.last_visit
        self.annul: frozenset[str] = frozenset()
        self.tenant = ("", "")

    def state(self) -> State:
        return State(self.versions, self.matters, self.cases, self.names, self.unmoved, self.last_visit)

    def apply(self, fact: Fact, when: int, event: Any) -> None:
        if fact.hash in self.skip:
            if isinstance(event, VisitRecorded):
                self._leave_names(fact, event)
            return
        if fact.hash in self.unmoved:
            return
        if not self.versions:
            self.unmoved[fact.hash] = "object"
        elif isinstance(event, VisitRecorded):
            self._visit(fact, when, event)
        elif isinstance(event, StepTaken):
            self._step(fact, when, event)
        elif fact.kind in ("rung.raised", "rung.answered"):
            self._rung(fact, when, event)
        elif fact.kind == "object.registered" or (fact.kind == "object.changed" and event.tenant):
            self._tenant(when)

    # names

    def _leave_names(self, fact: Fact, event: VisitRecorded) -> None:
        """A withdrawn finding names the case open on its matter at this place in order, else the next that opens there."""
        for index, finding in enumerate(event.findings):
            name = f"{fact.hash}.{index}"
            key = (finding.item, "" if finding.item else name)
            self._name(fact, name, finding, self.matters.get(key, Matter()).open)

    def _name(self, fact: Fact, name: str, finding: Finding, case: str) -> None:
        self.names[name] = Named(case, finding.item, fact.device, finding.number)

    def _case(self, name: str) -> Case | None:
        named = self.names.get(name)
        return self.cases.get(named.case) if named is not None else None

    # speakers

    def _speaker(self, fact: Fact, when: int, event: Any, mode: str, catalogue: Catalogue, item: Item, case: Case | None) -> Who | str:
        """Who speaks, with their standing for one item; a word says why nobody does."""
        obj, day = at(self.versions, when), self.town.day(when)
        actor = self.town.person(fact.actor, when)
        assert actor is not None  # _why_not looked
        person, for_somebody = actor, False
        if mode == "proxy" and not event.consent:
            return "consent"
        if event.entered_for:
            clerk = _is_centre(self.town, actor, when) or any(one.role == "data_clerk" for one in duty.roles_on(actor, day))
            if event.entered_for == duty.OWNER:
                return duty.the_owner(item, obj)._replace(for_somebody=True) if clerk else "entered_for"
            other = self.town.person(event.entered_for, when)
            gone = other is None or (other.left and day > day_of(other.left))
            if other is None or gone or not (clerk or _leads(actor, other, day)):
                return "entered_for"
            person, for_somebody = other, True
        if mode == "proxy":
            return duty.the_owner(item, obj)
        one = duty.who(
            catalogue,
            person,
            item,
            obj,
            day,
            case_dept=case.dept if case is not None and case.own_people else "",
            holder=case.holder if case is not None else "",
        )
        if mode == "self" and not one.owner:
            return "owner"
        return one._replace(for_somebody=for_somebody)

    # visits

    def _visit(self, fact: Fact, when: int, event: VisitRecorded) -> None:
        current = self.town.catalogue_at(when) if self.town.rules else None
        if event.mode not in ("patrol", "self", "proxy", "invited", "inspection") or current is None:
            self.unmoved[fact.hash] = "mode" if current is not None else "catalogue"
            return
        any_item = next(iter(current.items.values()))
        speaker = self._speaker(fact, when, event, event.mode, current, any_item, None)
        if isinstance(speaker, str):
            self.unmoved[fact.hash] = speaker
            return
        self.last_visit = (when, fact.actor, fact.hash)
        self._meet_rounds(fact, when, event)
        for name in event.cases:
            self._say(fact, when, event, name, fine=True)
        again = {index for index, finding in enumerate(event.findings) if self._is_again(finding)}
        for index in sorted(again):
            self._say(fact, when, event, event.findings[index].again, fine=False)
        for index, finding in enumerate(event.findings):
            self._finding(fact, when, event, index, finding, again)

    def _is_again(self, finding: Finding) -> bool:
        """Whether a finding's `again` counts: an open case of its own item, or of whatever an unlisted finding repeats; never with `fixed`."""
        case = self._case(finding.again) if finding.again and not finding.fixed else None
        return case is not None and case.closed is None and finding.item in (0, case.item)

    def _meet_rounds(self, fact: Fact, when: int, event: VisitRecorded) -> None:
        spoken = dict.fromkeys((*event.asked, *(finding.item for finding in event.findings if finding.item)))
        for name in (*event.cases, *(finding.again for finding in event.findings)):
            case = self._case(name)
            if case is not None and case.item:
                spoken[case.item] = None
        obj = self.versions[-1][1]  # kind and trade are those of now
        day = self.town.day(when)  # `seen` is an earlier minute of the same local day, so it never moves a round to another one
        last = self.town.catalogue_on(day)
        one = self._speaker(fact, when, event, event.mode, last, next(iter(last.items.values())), None)  # who, whatever the item
        if not spoken or isinstance(one, str):
            return
        for no in spoken:
            item = last.items.get(no)
            if item is None or obj.kind not in item.primary or not self._meets(fact, when, event, last, item, obj, one):
                continue
            matter = self.matters.get((no, ""), Matter())
            if matter.scanned is None or day > matter.scanned[0]:
                self.matters[no, ""] = matter._replace(scanned=(day, when))

    def _meets(self, fact: Fact, when: int, event: VisitRecorded, last: Catalogue, item: Item, obj: Object, one: Who) -> bool:
        """Whether this visit meets the item's round: its primary role for the kind, or anybody 在编 (docs/readings.md 32)."""
        role = item.primary[obj.kind]
        if one.owner:
            return role in OWNER_OF
        if duty.protected(item, obj) and not duty.may_enter(event.mode, event.permit, one.resource):
            return False
        if one.permanent:
            return True
        person = self.town.person(one.id, when)
        return person is not None and duty.has_role(last, person, (role,), item, obj, self.town.day(when))

    def _say(self, fact: Fact, when: int, event: VisitRecorded, name: str, *, fine: bool) -> None:
        case = self._case(name)
        if case is None or case.closed is not None or case.catalogue not in self.town.catalogues:
            return
        judged = max(when, case.last)
        catalogue = self.town.catalogues[case.catalogue]
        before = cases.advance(self.town, catalogue, case, judged)
        here = self._here(fact, when, event, event.mode, event.permit, before, judged)
        if isinstance(here, str):
            return
        moved = steps.fine(before, here) if fine else steps.again(before, here)
        if isinstance(moved, Case):
            self._keep(before, moved, judged)
        elif not fine:
            self._reporter(case, here.one.id)

    def _here(self, fact: Fact, when: int, event: Any, mode: str, permit: str, case: Case, judged: int) -> steps.At | str:
        catalogue = self.town.catalogues[case.catalogue]
        item = cases.rule_of(catalogue, case)
        one = self._speaker(fact, when, event, mode, catalogue, item, case)
        if isinstance(one, str):
            return one
        return steps.At(self.town, catalogue, item, at(self.versions, when), one, judged, mode, permit, fact.hash)

    def _finding(self, fact: Fact, when: int, event: VisitRecorded, index: int, finding: Finding, again: set[int]) -> None:
        name = f"{fact.hash}.{index}"
        key: Key = (finding.item, "" if finding.item else name)
        matter = self.matters.get(key, Matter())
        if index in again:
            self._name(fact, name, finding, self.names[finding.again].case)  # its word was taken in `again`
            return
        if matter.open:
            self._name(fact, name, finding, matter.open)
            if finding.fixed:
                self._say(fact, when, event, matter.open, fine=True)
            else:
                self._report(fact, when, event, matter.open)
            return
        catalogue = self.town.catalogues.get(event.catalogue)
        if catalogue is None or (finding.item and finding.item not in catalogue.items):
            self.unmoved[fact.hash] = "catalogue"
            return
        self._open(fact, when, event, finding, name, key, catalogue)

    def _report(self, fact: Fact, when: int, event: VisitRecorded, key: str) -> None:
        """A finding on a matter that has an open case: one more reporter, and perhaps the owner is told by it."""
        case = self.cases[key]
        if case.catalogue not in self.town.catalogues:
            return
        judged = max(when, case.last)
        before = cases.advance(self.town, self.town.catalogues[case.catalogue], case, judged)
        here = self._here(fact, when, event, event.mode, event.permit, before, judged)
        if isinstance(here, str):
            return
        moved = steps.reported(before, here)
        if isinstance(moved, Case):
            self._keep(before, moved, judged)
        self._reporter(self.cases[key], here.one.id)

    def _reporter(self, case: Case, person: str) -> None:
        if person != case.opener and person not in case.reporters:
            self.cases[case.key] = case._replace(reporters=(*case.reporters, person))

    def _open(self, fact: Fact, when: int, event: VisitRecorded, finding: Finding, name: str, key: Key, catalogue: Catalogue) -> None:
        obj, matter = at(self.versions, when), self.matters.get(key, Matter())
        case = Case(
            name, fact.device, finding.number, finding.item, key[1], catalogue.digest, "F2", catalogue.centre, "", when, when, "", when, when,
            note=finding.note,
        )  # fmt: skip
        item = cases.rule_of(catalogue, case)
        one = self._speaker(fact, when, event, event.mode, catalogue, item, None)
        if isinstance(one, str):
            return
        here = steps.At(self.town, catalogue, item, obj, one, when, event.mode, event.permit, fact.hash)
        knows = steps.tells(here)
        repeat = bool(finding.item) and item.flow != "F6" and matter.closed is not None and when - matter.closed <= cases.REPEAT_WITHIN
        case = case._replace(
            opener=one.id, flow=item.flow, dept=item.lead, repeat=repeat, knows=knows, limit=item.limit, allowed=item.limit
        )
        if not finding.item:
            case = cases.enter(self.town, catalogue, case, "triage", when)
        elif item.flow != "F4" and (not one.finder or (item.flow == "F3" and one.resource == "third_party")):
            case = cases.enter(self.town, catalogue, case, "verify", when)
        else:
            case = cases.first_stage(self.town, catalogue, item, obj, case, when, knows=knows)
            if finding.fixed:
                case = steps.fixed_on_the_spot(case, here)
        self._name(fact, name, finding, name)
        for other, named in self.names.items():
            if not named.case and finding.item and named.item == finding.item:
                self.names[other] = named._replace(case=name)
        self.matters[key] = matter._replace(open=name)
        self._keep(case, case, when)

    def _keep(self, before: Case, moved: Case, at_: int) -> None:
        """The moved case in the state: its rungs settled, its matter opened, closed or changed (triage to an item)."""
        moved = rungs.settled(before, moved, at_)
        key: Key = (moved.item, moved.finding)
        old: Key = (before.item, before.finding)
        if key != old:
            self.matters[old] = self.matters[old]._replace(open="")
            target = self.matters.get(key, Matter())
            if target.open:
                moved = before._replace(
                    closed=at_, outcome="merged", merged_into=target.open, stage="closed", since=at_, after=None, last=moved.last
                )
            else:
                self.matters[key] = target._replace(open=moved.key)
        self.cases[moved.key] = moved
        if moved.closed is not None and not moved.merged_into:
            matter = self.matters.get(key, Matter())
            closed = matter.closed if moved.outcome in cases.NO_REPEAT else moved.closed
            self.matters[key] = matter._replace(open="" if matter.open == moved.key else matter.open, closed=closed)

    # steps

    def _step(self, fact: Fact, when: int, event: StepTaken) -> None:
        case = self._case(event.case)
        if case is None or case.catalogue not in self.town.catalogues:
            self.unmoved[fact.hash] = "case"
            return
        judged = max(when, case.last)
        before = cases.advance(self.town, self.town.catalogues[case.catalogue], case, judged)
        here = self._here(fact, when, event, "", "", before, judged)
        moved = here if isinstance(here, str) else steps.take(before, event, here)
        if moved == "annul":
            self.annul |= {case.void}
        elif isinstance(moved, str):
            self.unmoved[fact.hash] = moved
        else:
            self._keep(before, moved, judged)

    # rungs

    def _rung(self, fact: Fact, when: int, event: Any) -> None:
        case = self._case(event.case)
        if case is None or case.closed is not None or case.catalogue not in self.town.catalogues:
            self.unmoved[fact.hash] = "case" if case is None else "closed"
            return
        catalogue = self.town.catalogues[case.catalogue]
        if fact.kind == "rung.raised":
            if event.rung not in rungs.RUNGS:
                self.unmoved[fact.hash] = "word"
            elif not self.town.devices[fact.device].sweep:
                self.unmoved[fact.hash] = "sweep"
            elif any((one.clock, one.rung) == (event.clock, event.rung) and not one.withdrawn for one in case.rungs):
                self.unmoved[fact.hash] = "count"
            else:
                self.cases[case.key] = rungs.raised(self.town, catalogue, case, event.clock, event.rung, when, event.to)
            return
        here = self._here(fact, when, event, "", "", case, max(when, case.last))
        owed = [] if isinstance(here, str) else rungs.owed(case, here.one.leads, here.one.town_leader)
        if not any((one.clock, one.rung) == (event.clock, event.rung) for one in owed):
            self.unmoved[fact.hash] = "role"
            return
        self.cases[case.key] = case._replace(
            rungs=tuple(
                one._replace(answered=when, answer=event.answer)
                if (one.clock, one.rung) == (event.clock, event.rung) and one in owed
                else one
                for one in case.rungs
            )
        )

    # tenancy

    def _tenant(self, when: int) -> None:
        """Another occupant: cases of flows that end with the tenant close, and no later case is a repeat. A first one named changes nothing."""
        before, self.tenant = self.tenant, at(self.versions, when).tenant
        if before == self.tenant or not any(before):
            return
        for case in list(self.cases.values()):
            catalogue = self.town.catalogues.get(case.catalogue)
            if case.closed is None and catalogue is not None and case.item and case.flow in catalogue.ends_with_tenant:
                judged = max(when, case.last)
                before_close = cases.advance(self.town, catalogue, case, judged)
                here = steps.At(self.town, catalogue, cases.rule_of(catalogue, case), at(self.versions, when), Who(""), judged)
                self._keep(before_close, steps.ended_with_tenant(before_close, here), judged)
        self.matters = {key: matter._replace(closed=None) for key, matter in self.matters.items()}


def _leads(leader: Any, other: Any, day: int) -> bool:
    depts = {dept for held in duty.roles_on(leader, day) if held.role == "dept_leader" for dept in (held.depts or (leader.dept,))}
    return bool(depts & {other.dept, *(dept for held in duty.roles_on(other, day) for dept in held.depts)})
