"""`yima show`, `yima find`, `yima log`: one object or one case on one page, what a text finds, and the trace of facts."""

from collections.abc import Iterable

from yima.adapters.render import about_word
from yima.adapters.store import Store, look, seen
from yima.adapters.store.look import Hit
from yima.adapters.store.missed import missed_page, past_page
from yima.adapters.store.staff import staff_at
from yima.core import duty, events
from yima.core.colour import colour_at, worse
from yima.core.duty.staff import Staff
from yima.core.duty.staff import duty as duty_of
from yima.core.flow import NOTHING, State, lists
from yima.core.flow.rounds import missed_days, pauses, round_of
from yima.core.model import OWNER_OF, Object
from yima.core.results.leaders import MissedPage
from yima.core.results.pages import CaseShown, Found, Line, Logged, Shown
from yima.core.worktime import iso_of
from yima.errors import BadInput
from yima.i18n import _

LAST_DAYS = 90


def shown(store: Store, word: str, now: int, *, all_duty: bool = False) -> Shown | CaseShown | MissedPage:
    """What the word names, on one page: a list of missed rounds, a case, or an object."""
    if listed := lists.named(word, store.town.day(now)):
        return show_list(store, *listed, now)
    hit = look.resolve(store, word)
    return show_case(store, hit, now) if hit.case else show(store, hit, now, all_duty=all_duty)


def show(store: Store, hit: Hit, now: int, *, all_duty: bool = False) -> Shown:
    """One object: colour and counts, open cases, last visits, who is responsible for what, and the last 90 days.

    What was registered twice and leads here has plates, visits and cases of its own: they are shown together.
    """
    twice = look.led_here(store, hit.object)
    store.fresh([hit.object, *twice])
    obj = look.store_object(store, hit.object)
    if obj is None:
        raise BadInput(_("The plate leads to an object that is not in the register here; import the register first."))
    state, town = store.state(obj.id), store.town
    states = {id_: store.state(id_) for id_ in (obj.id, *twice)}
    counts = dict.fromkeys(("red", "yellow", "blue", "green", "grey"), 0)
    for _item, _finding, round_turns, case_turns in look.matter_colours(store, obj.id):
        colours = [colour_at(base, yellow, red, now) for base, _since, yellow, red in (round_turns, case_turns) if base]
        if colours:
            counts[worse(colours[0], colours[-1])] += 1
    everything = [(id_, case) for id_, its in states.items() for case in its.cases.values()]
    everything.sort(key=lambda one: (-one[1].opened, one[1].key))
    visits = [(fact, id_) for id_ in states for fact in look.visits_of(store, id_, 9) if fact.hash not in states[id_].unmoved]
    visits.sort(key=lambda one: -one[0].at)
    since = now - LAST_DAYS * 86_400_000
    self_missed = missed = 0
    paused = pauses(state.versions)
    for item in town.last_catalogue.items.values():
        one = round_of(town, item.no, obj, state.matters.get((item.no, ""), NOTHING), paused)
        if one is None:
            continue
        late = len(missed_days(town, item, obj, one, now, paused))
        if one.role in OWNER_OF:
            self_missed += late
        else:
            missed += late > 0
    parent = look.store_object(store, obj.part_of) if obj.part_of else None
    return Shown(
        seen.object_seen(store, obj, now),
        tuple(look.plates_of(store, obj.id)),
        counts,
        tuple(seen.case_seen(store, id_, case, now) for id_, case in reversed(everything) if case.closed is None),
        tuple(seen.case_seen(store, id_, case, now) for id_, case in everything if case.closed is not None and case.opened >= since),
        tuple(_visit(store, fact, states[id_]) for fact, id_ in visits[:5]),
        tuple(_duty(store, obj, now)),
        obj.village,
        obj.licence,
        self_missed,
        missed,
        parent.name if parent is not None else obj.part_of,
        now,
        all_duty,
        hit.void,
        tuple(_twice(store, id_) for id_ in twice),
    )


def _twice(store: Store, object_id: str) -> tuple[str, tuple[str, ...]]:
    """Place and name of one that was registered twice, and its valid codes."""
    obj = look.store_object(store, object_id)
    name = obj.called if obj is not None else object_id
    return name, tuple(plate.code for plate in look.plates_of(store, object_id) if not plate.voided)


def _visit(store: Store, fact: events.Fact, state: State) -> tuple[int, str, tuple[str, ...], tuple[str, ...], str]:
    visit = events.decode(fact.kind, fact.body)
    items = store.town.last_catalogue.items
    seen_cases = [state.cases[named.case].item for name in visit.cases if (named := state.names.get(name)) and named.case in state.cases]
    asked = tuple(items[no].name for no in dict.fromkeys((*seen_cases, *visit.asked)) if no in items)
    found = tuple(items[one.item].name if one.item in items else _said_of(state, one) for one in visit.findings)
    return store.town.when(fact), seen.speaker_of(store, fact, visit)[0], asked, found, visit.closed


def _said_of(state: State, finding: events.Finding) -> str:
    """What a finding that no item covers is about: of one said again, the case's own words."""
    named = state.names.get(finding.again)
    return state.cases[named.case].note if named is not None and named.case in state.cases else finding.note


def _duty(store: Store, obj: Object, now: int) -> Iterable[tuple[str, str, str, str, str]]:
    """Who finds, handles and leads each item here today: 到人、到事、到店."""
    staff = staff_at(store, now)
    for item in sorted(staff.catalogue.items.values(), key=lambda item: item.no):
        if duty.applies(item, obj) and item.claimed:
            one = duty_of(staff, item, obj)
            yield item.name, _names(staff, one.primary, obj), _names(staff, one.handlers, obj), staff.name(one.leader), one.basis


def _names(staff: Staff, ids: tuple[str, ...], obj: Object) -> str:
    owner = _("the house's owner") if obj.kind in ("house", "site") else _("the owner")
    return _(", ").join([owner if id_ == duty.OWNER else staff.name(id_) for id_ in ids][:3])


def show_case(store: Store, hit: Hit, now: int) -> CaseShown:
    """One case with every fact that names it, in order."""
    store.fresh([hit.object])
    state = store.state(hit.object)
    case = state.cases[hit.case]
    names = {name for name, named in state.names.items() if named.case == case.key}
    lines: list[Line] = []
    for fact in store.facts_of(hit.object):
        event = events.decode(fact.kind, fact.body)
        if event is None:
            continue
        why = state.unmoved.get(fact.hash, "")
        if why in ("", "annulled"):  # a void that the centre refused was said all the same
            lines += [line._replace(why=why) for line in _lines(store, fact, event, names)]
    return CaseShown(seen.case_seen(store, hit.object, case, now), tuple(lines), now)


def _lines(store: Store, fact: events.Fact, event: object, names: set[str]) -> Iterable[Line]:
    when, (who, entered_by), name = store.town.when(fact), seen.speaker_of(store, fact, event), seen.fact_name(store, fact)
    if isinstance(event, events.VisitRecorded):
        for index, finding in enumerate(event.findings):
            if f"{fact.hash}.{index}" in names:
                yield Line(
                    name, when, who, "again" if finding.again else "fixed" if finding.fixed else "finding", finding.note, "", entered_by
                )
        if names & set(event.cases):
            yield Line(name, when, who, "fine", "", "", entered_by)
    elif isinstance(event, events.StepTaken) and event.case in names:
        words = (about_word(event.about), _addressed(store, event.to), event.reason, event.document, event.note)
        yield Line(name, when, who, event.step, _(", ").join(word for word in words if word), "", entered_by)
    elif isinstance(event, events.RungRaised) and event.case in names:
        yield Line(name, when, look.person_name(store, event.to.removeprefix("person:")) or "—", event.rung, "")
    elif isinstance(event, events.RungAnswered) and event.case in names:
        yield Line(name, when, who, f"answer {event.answer}", event.text, "", entered_by)


def show_list(store: Store, day: str, dept: str, now: int) -> MissedPage:
    """A list of missed rounds (L-1123-cg): today's with its places as they stand now, of an earlier day's what is kept. Raises BadInput."""
    is_today = day == iso_of(store.town.day(now))
    if is_today and dept not in store.town.last_catalogue.departments:
        raise BadInput(_("No department is called “{0}”; `yima sweep` names today's lists.").format(dept))
    found = missed_page(store, dept, now) if is_today else past_page(store, day, dept)
    if found is None:
        said = _("Nobody was told of a list {0}; `yima sweep` tells leaders of missed rounds on workdays.")
        raise BadInput(said.format(lists.number_of(day, dept)))
    return found


def _addressed(store: Store, to: str) -> str:
    """`to` of a step in names: a person, a department, an item, another case."""
    prefix, _colon, name = to.partition(":")
    catalogue = store.town.last_catalogue
    if prefix == "person":
        return look.person_name(store, name)
    if prefix == "dept":
        return store.town.last_catalogue.dept_name(name)
    if prefix == "case":
        return seen.number_named(store, name) or to
    return catalogue.items[int(name)].name if prefix == "item" and name.isdigit() and int(name) in catalogue.items else to


def find(store: Store, text: str, now: int) -> Found:
    """Objects and people that a text finds; of places that are no more, where they lead."""
    ids = look.find(store, text)
    store.fresh(ids)
    objects = [obj for id_ in ids if (obj := look.store_object(store, id_)) is not None]
    people = [person for person in look.people(store) if text and (text in person.name or text == person.no)]
    return Found(
        text,
        tuple(seen.object_seen(store, obj, now) for obj in objects),
        tuple((one.id, one.name, store.town.last_catalogue.dept_name(one.dept)) for one in people),
        {obj.id: _leads_to(store, obj) for obj in objects if obj.retired},
    )


def _leads_to(store: Store, obj: Object) -> str:
    """The name of the place to which one that was registered twice leads; "" = it is gone."""
    other = look.store_object(store, look.leads_to(store, obj.id))
    return other.name if other is not None and other.id != obj.id else ""


def log(store: Store, hit: Hit | None, limit: int = 40) -> Logged:
    """The last facts of the town or of one object (with what was registered twice and leads to it), newest last: number, instant, who, kind."""
    if hit is None:
        facts = look.last_facts(store, limit)
    else:
        ids = (hit.object, *(look.led_here(store, hit.object) if not hit.case else ()))
        facts = sorted((fact for id_ in ids for fact in store.facts_of(id_)), key=events.order)[-limit:]
    store.fresh(dict.fromkeys(fact.subject for fact in facts))
    unmoved = look.unmoved_of(store, [fact.hash for fact in facts])
    lines = []
    for fact in facts:
        obj = look.store_object(store, fact.subject)
        who, entered_by = seen.speaker_of(store, fact, events.decode(fact.kind, fact.body))
        name, why = obj.name if obj is not None else "", unmoved.get(fact.hash, "")
        lines.append(Line(seen.fact_name(store, fact), store.town.when(fact), who, fact.kind, name, why, entered_by))
    return Logged(tuple(lines))
