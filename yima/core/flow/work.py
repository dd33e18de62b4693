"""The fold itself: facts applied one by one to the state of their object."""

from typing import Any

from yima.core import duty
from yima.core.colour import colour_at
from yima.core.duty import Who
from yima.core.events import Fact, Finding, StepTaken, VisitRecorded
from yima.core.flow import cases, rungs, steps
from yima.core.flow.before import may_enter_for_others, speaks_for
from yima.core.flow.cases import Case
from yima.core.flow.state import NOTHING, Key, Matter, Named, State
from yima.core.model import OWNER_OF, Catalogue, Item, Person
from yima.core.town import Town, at

RUNG_KINDS = ("rung.raised", "rung.answered")


class Work:
    """The state while facts are applied to it; nothing of it outlives the fold."""

    def __init__(self, state: State, town: Town, skip: frozenset[str]) -> None:
        self.town, self.skip = town, skip
        self.versions = state.versions
        self.matters, self.cases, self.names = dict(state.matters), dict(state.cases), dict(state.names)
        self.unmoved = dict(state.unmoved)
        self.last_visit = state.last_visit
        self.annul: dict[str, str] = {}  # a void that the centre has just refused, and the fact that says so
        self.tenant = ("", "")
        self.told: dict[tuple[str, str], bool] = {}  # lists of missed rounds by day and clock: whether answered

    def state(self) -> State:
        return State(self.versions, self.matters, self.cases, self.names, self.unmoved, self.last_visit)

    def apply(self, fact: Fact, when: int, event: Any) -> None:
        if fact.hash in self.skip:
            if isinstance(event, VisitRecorded):
                self._leave_names(fact, event)
            return
        if fact.hash in self.unmoved:
            return
        if fact.kind in RUNG_KINDS and event.day:
            self._list(fact, when, event)
        elif not self.versions:
            self.unmoved[fact.hash] = "object"
        elif isinstance(event, VisitRecorded):
            self._visit(fact, when, event)
        elif isinstance(event, StepTaken):
            self._step(fact, when, event)
        elif fact.kind in RUNG_KINDS:
            self._rung(fact, when, event)
        elif fact.kind in ("object.registered", "object.changed") and event.tenant:
            self._tenant(when, event, changed=fact.kind == "object.changed")

    # names

    def _leave_names(self, fact: Fact, event: VisitRecorded) -> None:
        """A withdrawn finding names the case open on its matter at this place in order, else the next that opens there."""
        for index, finding in enumerate(event.findings):
            name = f"{fact.hash}.{index}"
            key = (finding.item, "" if finding.item else name)
            self._name(fact, name, finding, self.matters.get(key, NOTHING).open)

    def _name(self, fact: Fact, name: str, finding: Finding, case: str) -> None:
        self.names[name] = Named(case, finding.item, fact.device, finding.number)

    def _case(self, name: str) -> Case | None:
        named = self.names.get(name)
        return self.cases.get(named.case) if named is not None else None

    # speakers

    def _person(self, fact: Fact, when: int, event: Any, mode: str) -> Person | str | None:
        """Who speaks; None = the object's owner as such; a word says why nobody does."""
        actor = self.town.person(fact.actor, when)
        assert actor is not None  # why_not looked
        if mode == "proxy" and not event.consent:
            return "consent"
        if event.entered_for == duty.OWNER:
            return None if may_enter_for_others(self.town, actor, when) else "entered_for"
        person = speaks_for(self.town, actor, event.entered_for, when) if event.entered_for else actor
        if isinstance(person, str):
            return person
        if mode == "proxy":
            return None
        if mode == "self" and not duty.is_owner(person, at(self.versions, when), self.town.day(when)):
            return "owner"
        return person

    def _speaker(self, fact: Fact, when: int, event: Any, mode: str, catalogue: Catalogue, item: Item, case: Case | None) -> Who | str:
        """Who speaks, with their standing for one item; a word says why nobody does."""
        person, obj = self._person(fact, when, event, mode), at(self.versions, when)
        if isinstance(person, str):
            return person
        if person is None:
            return duty.the_owner(item, obj)._replace(for_somebody=event.entered_for == duty.OWNER)
        own = case.dept if case is not None and case.own_people else ""
        holder = case.holder if case is not None else ""
        one = duty.who(catalogue, person, item, obj, self.town.day(when), case_dept=own, holder=holder)
        return one._replace(for_somebody=bool(event.entered_for))

    # visits

    def _visit(self, fact: Fact, when: int, event: VisitRecorded) -> None:
        if event.mode not in ("patrol", "self", "proxy", "invited", "inspection") or not self.town.rules:
            self.unmoved[fact.hash] = "mode" if self.town.rules else "catalogue"
            return
        if event.mode != "patrol" or event.entered_for:  # else the actor speaks for themselves, and may
            person = self._person(fact, when, event, event.mode)
            if isinstance(person, str):
                self.unmoved[fact.hash] = person
                return
        self.last_visit = (when, fact.actor, fact.hash)
        met = self._meet_rounds(fact, when, event)
        for name in event.cases:
            self._say(fact, when, event, name, fine=True)
        if event.findings:
            again = {index for index, finding in enumerate(event.findings) if self._is_again(finding)}
            for index in sorted(again):
                self._say(fact, when, event, event.findings[index].again, fine=False)
            for index, finding in enumerate(event.findings):
                self._finding(fact, when, event, index, finding, again)
        if self.cases:
            for no in met:
                self._hasten(no, when)

    def _is_again(self, finding: Finding) -> bool:
        """Whether a finding's `again` counts: an open case of its own item, or of whatever an unlisted finding repeats; never with `fixed`."""
        case = self._case(finding.again) if finding.again and not finding.fixed else None
        return case is not None and case.closed is None and finding.item in (0, case.item)

    def _meet_rounds(self, fact: Fact, when: int, event: VisitRecorded) -> list[int]:
        """The items whose round this visit meets; only the first such visit of a later day counts."""
        spoken = dict.fromkeys(event.asked)
        names = list(event.cases)
        for finding in event.findings:
            names.append(finding.again)
            if finding.item:
                spoken[finding.item] = None
        for name in names:
            case = self._case(name)
            if case is not None and case.item:
                spoken[case.item] = None
        obj = self.versions[-1][1]  # kind and trade are those of now
        day = self.town.day(when)  # `seen` is an earlier minute of the same local day, so it never moves a round to another one
        last = self.town.catalogue_on(day)
        person = self._person(fact, when, event, event.mode)
        met: list[int] = []
        if not spoken or isinstance(person, str):
            return met
        its = duty.looks(self.town, last, person, obj, day, event.mode, event.permit).rounds
        before = after = None
        for no in spoken:
            if no not in its:
                continue
            matter = self.matters.get((no, ""), NOTHING)
            if matter is not before:  # what was scanned in one visit is one value, and stays one
                before, (is_open, closed, scanned, hastened) = matter, matter
                after = Matter(is_open, closed, (day, when), hastened) if scanned is None or day > scanned[0] else None
            if after is not None:
                self.matters[no, ""] = after
                met.append(no)
        return met

    def _hasten(self, no: int, when: int) -> None:
        """The colour that the item's open case has at the scan may shorten the period that runs from it (docs/readings.md 60)."""
        matter = self.matters[no, ""]
        if not matter.open:
            return
        case, day = self.cases[matter.open], self.town.day(when)
        item = self.town.catalogue_on(day).items[no]
        if not item.by_colour or item.primary[self.versions[-1][1].kind] in OWNER_OF or case.catalogue not in self.town.catalogues:
            return
        turns = cases.turns_of(self.town, self.town.catalogues[case.catalogue], case)
        period = "" if turns is None else item.by_colour.get(colour_at(turns.base, turns.yellow_at, turns.red_at, when), "")
        if period:
            self.matters[no, ""] = matter._replace(hastened=(*matter.hastened, (day, period)))

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
        matter = self.matters.get(key, NOTHING)
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
        obj, matter = at(self.versions, when), self.matters.get(key, NOTHING)
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
        key: Key = (moved.item, moved.finding)
        old: Key = (before.item, before.finding)
        if key != old:
            self.matters[old] = self.matters[old]._replace(open="")
            target = self.matters.get(key, NOTHING)
            if target.open:
                moved = before._replace(
                    closed=at_, outcome="merged", merged_into=target.open, stage="closed", since=at_, after=None, last=moved.last
                )
            else:
                self.matters[key] = target._replace(open=moved.key)
        moved = rungs.settled(before, moved, at_)
        was = self.cases.get(moved.key)
        self.cases[moved.key] = moved
        if moved.closed is not None and (was is None or was.closed is None):  # what is said of a closed case leaves its matter alone
            key = (moved.item, moved.finding)
            matter = self.matters.get(key, NOTHING)
            closed = matter.closed if moved.outcome in cases.NO_REPEAT else moved.closed
            self.matters[key] = matter._replace(open="" if matter.open == moved.key else matter.open, closed=closed)

    # steps

    def _step(self, fact: Fact, when: int, event: StepTaken) -> None:
        from yima.core.duty.deputies import speaking  # most visits say no step: a scan loads neither
        from yima.core.flow import desk

        case = self._case(event.case)
        if case is None or case.catalogue not in self.town.catalogues:
            self.unmoved[fact.hash] = "case"
            return
        judged = max(when, case.last)
        before = cases.advance(self.town, self.town.catalogues[case.catalogue], case, judged)
        here = self._here(fact, when, event, "", "", before, judged)
        if event.step == "merge":
            event = event._replace(to=self._merged_into(event.to))
        moved = here if isinstance(here, str) else desk.take(before, event, here._replace(one=speaking(self.town, here.one, when)))
        if moved == "annul":
            self.annul = {case.void: fact.hash}
        elif isinstance(moved, str):
            self.unmoved[fact.hash] = moved
        else:
            self._keep(before, moved, judged)

    def _merged_into(self, to: str) -> str:
        """The case that a merge names, by its key; "" for a finding of this object that leads to no open one. Another object's stays as it is."""
        name = to.removeprefix("case:")
        if name not in self.names and name.rpartition(".")[0] not in self.unmoved:
            return to
        case = self._case(name)
        return f"case:{case.key}" if case is not None and case.closed is None else ""

    # rungs

    def _list(self, fact: Fact, when: int, event: Any) -> None:
        """A word about a leader's list of missed rounds; its subject is no object."""
        from yima.core.flow import lists

        if why := lists.why_not(self.town, fact, when, event, self.told):
            self.unmoved[fact.hash] = why

    def _rung(self, fact: Fact, when: int, event: Any) -> None:
        from yima.core.duty.deputies import speaking

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
        one = None if isinstance(here, str) else speaking(self.town, here.one, when)
        owed = [] if one is None else rungs.owed(case, one.leads, one.town_leader)
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

    def _tenant(self, when: int, event: Any, *, changed: bool) -> None:
        """Another occupant: cases of flows that end with the tenant close, and no later case is a repeat. A first one named changes nothing."""
        said = (str(event.tenant.get("name", "")), str(event.tenant.get("since", "")))
        before = self.tenant
        if said == before or (not changed and any(before)):  # a second registration adds only what is missing
            return
        self.tenant = said
        if not any(before):
            return
        for case in list(self.cases.values()):
            catalogue = self.town.catalogues.get(case.catalogue)
            if case.closed is None and catalogue is not None and case.item and case.flow in catalogue.ends_with_tenant:
                judged = max(when, case.last)
                before_close = cases.advance(self.town, catalogue, case, judged)
                here = steps.At(self.town, catalogue, cases.rule_of(catalogue, case), at(self.versions, when), Who(""), judged)
                self._keep(before_close, steps.close(before_close, here, "tenant"), judged)
        self.matters = {key: matter._replace(closed=None) for key, matter in self.matters.items()}
