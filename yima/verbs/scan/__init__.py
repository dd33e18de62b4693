"""`yima scan`: what is asked at a code, and one visit recorded. Everything is checked before anything is appended."""

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from yima.adapters.render import not_counted
from yima.adapters.store import Store, look, seen
from yima.adapters.store.look import Hit
from yima.core import duty
from yima.core.codes import grouped
from yima.core.events import Fact, Finding, StepTaken, VisitRecorded
from yima.core.flow import State, cases, steps
from yima.core.flow.cases import Case
from yima.core.model import MS_HOUR, OWNER_OF, Catalogue, Item, Object, Person
from yima.core.results.street import Asked, CaseSeen, Question, Scanned
from yima.core.town import Town
from yima.errors import BadInput, NotAllowed
from yima.i18n import _
from yima.verbs.scan.words import Said, Saying

MODES = ("patrol", "self", "proxy", "invited", "inspection")
PLATE_STATES = ("fine", "missing", "dirty", "covered")
SOURCES = ("patrol", "self", "hotline", "grid", "order")


class How(NamedTuple):
    """How a visit is made: what the options of `yima scan` say beside the findings."""

    mode: str = "patrol"
    permit: str = ""
    consent: bool = False
    plate_state: str = ""
    shown: bool = False
    seen: int | None = None
    entered_for: str = ""
    source: str = ""
    ext_ref: str = ""
    told: bool = False
    control: bool = False


def ask(store: Store, hit: Hit, by: Person, now: int, how: How, *, closed: str = "", budget: int | None = None) -> Asked:
    """What to show at this object: open cases that this person may act on, then the items that are due, most urgent first."""
    hit, state, obj = _there(store, hit)
    catalogue = store.town.last_catalogue
    person = _speaker(store, by, how)
    open_cases = _open_to(store, obj, state, by, how, now)
    visit = state.last_visit
    return Asked(
        seen.object_seen(store, obj, now),
        hit.code,
        hit.read,
        tuple(seen.case_seen(store, hit.object, case, now) for case in open_cases),
        _questions(store, catalogue, obj, person, how, now, closed, budget),
        (visit[0], look.person_name(store, visit[1])) if visit is not None else None,
    )


def _there(store: Store, hit: Hit) -> tuple[Hit, State, Object]:
    """The place that a hit leads to in the end, where something may be recorded. Raises BadInput."""
    state = store.state(hit.object)
    obj = _object(state)
    if obj.same_as:
        hit = look.led_on(store, hit)
        state = store.state(hit.object)
        obj = _object(state)
    _valid(store, hit, obj, state)
    return hit, state, obj


def _valid(store: Store, hit: Hit, obj: Object, state: State) -> None:
    """A void plate, or a place that is no more, still leads to the history (`yima show`), and nothing is recorded there.

    What is open at a place that is no more can still be looked at: else nobody could close it.
    """
    if obj.retired and all(case.closed is not None for case in state.cases.values()):
        raise BadInput(_("{0} is retired, nothing was recorded; `yima show {0}` has its history.").format(obj.name))
    if not hit.void:
        return
    code = look.code_of(store, obj.id)
    other = _("scan {0} instead").format(grouped(code)) if code else _("it has no valid plate; say its name instead")
    raise BadInput(_("This plate of {0} is void ({1}), nothing was recorded; {2}.").format(obj.name, hit.void, other))


def _object(state: State) -> Object:
    if state.obj is None:
        raise BadInput(_("The plate leads to an object that is not in the register here; import the register first."))
    return state.obj


def _speaker(store: Store, by: Person, how: How) -> Person | None:
    """Whose rights count: None = the object's owner as such."""
    if how.mode == "proxy" or how.entered_for == duty.OWNER:
        return None
    return look.person_by(store, how.entered_for) if how.entered_for else by


def _who(catalogue: Catalogue, person: Person | None, item: Item, obj: Object, day: int, case: Case | None = None) -> duty.Who:
    if person is None:
        return duty.the_owner(item, obj)
    own = case.dept if case is not None and case.own_people else ""
    return duty.who(catalogue, person, item, obj, day, case_dept=own, holder=case.holder if case is not None else "")


def _open_to(store: Store, obj: Object, state: State, by: Person, how: How, now: int) -> list[Case]:
    """The open cases that this person's word that all is fine would move, the oldest first."""
    still = [case for case in state.cases.values() if case.closed is None]
    if not still:
        return []
    person = _speaker(store, by, how)
    return sorted((case for case in still if _may_act(store, obj, case, person, how, now)), key=lambda case: (case.opened, case.key))


def _may_act(store: Store, obj: Object, case: Case, person: Person | None, how: How, now: int) -> bool:
    """Whether this person's word that all is fine would move the case."""
    catalogue = store.town.catalogues.get(case.catalogue)
    if catalogue is None:
        return False
    judged = max(now, case.last)
    case = cases.advance(store.town, catalogue, case, judged)
    item = cases.rule_of(catalogue, case)
    one = _who(catalogue, person, item, obj, store.town.day(now), case)
    here = steps.At(store.town, catalogue, item, obj, one, judged, how.mode, how.permit, "")
    return isinstance(steps.fine(case, here), Case)


def _questions(
    store: Store, catalogue: Catalogue, obj: Object, person: Person | None, how: How, now: int, closed: str, budget: int | None
) -> tuple[Question, ...]:
    """Urgent first: what is missed, then the person's own rounds before those that they only may look at, then by due."""
    town, day = store.town, store.town.day(now)
    own = [held.role for held in person.roles] if person is not None else list(OWNER_OF)
    its: Container[int] = duty.looks(town, catalogue, person, obj, day, how.mode, how.permit).items
    if closed:
        its = {item.no for item in catalogue.items.values() if item.where == "outside" and item.no in its}
    most = int(catalogue.town.get("visit_budget", 7)) if budget is None else budget
    same = town.kept(("questions", catalogue.digest, day), dict)  # one question for all objects where the item falls due on that day
    return tuple([same.get(one) or _question(town, catalogue, one, day, same) for one in look.due_at(store, obj.id, day, its, own, most)])


def _question(town: Town, catalogue: Catalogue, one: tuple[int, int], day: int, same: dict[tuple[int, int], Question]) -> Question:
    """one: the item and its due day. same: where it is kept."""
    no, due_day = one
    item, due = catalogue.items[no], town.day_start(due_day + 1) - 1
    question = same[one] = Question(no, item.id, item.name, item.question, item.where, due, int(due_day < day))
    return question


def scan(store: Store, where: Hit | str, said: Said, by: Person, now: int, how: How, asked: Asked | None = None) -> Scanned:
    """Record one visit.

    where: what was shown (a Hit), or a text, which is looked up in the same transaction.
    asked: what was on the screen (then its open cases and questions that nothing was said against are in order). Without it, only `said.fine`
    fills `asked`, with the items that are due, and touches no case. Raises BadInput or NotAllowed, and then nothing has been written.
    """
    with store.transaction():
        hit, state, obj = _there(store, look.as_read(store, where) if isinstance(where, str) else where)
        catalogue = store.town.last_catalogue
        check(store, obj, by, how, now)
        questions = _asked_items(store, catalogue, obj, said, by, now, how, asked)
        findings, fine_cases = _findings(store, state, said, asked, how)
        in_order = _in_order(state, questions, findings, fine_cases)
        visit = VisitRecorded(
            catalogue.digest,
            plate=hit.code,
            plate_state=how.plate_state,
            read=hit.read,
            mode=how.mode,
            shown=how.shown,
            asked=tuple([question.item for question in in_order]),
            cases=tuple(fine_cases),
            findings=tuple(finding._replace(number=store.next_number("finding")) for finding in findings),
            closed=said.closed,
            permit=how.permit,
            consent=how.consent,
            seen=how.seen,
            entered_for=_entered_for(store, how),
        )
        fact = store.append("visit.recorded", hit.object, visit, by=by.id, now=now)
        after = store.state(hit.object)
        if fact.hash in after.unmoved:
            raise not_counted(after.unmoved[fact.hash])
        left_out: tuple[str, ...] = ()
        if how.told or how.control:
            left_out = _after_words(store, hit.object, after, fact.hash, by, now, how)
            after = store.state(hit.object)
        unanswered = []
        if asked is None and said.fine and state.cases:
            spoken = [*fine_cases, *(finding.again for finding in findings)]
            unanswered = [case for case in _open_to(store, obj, state, by, how, now) if case.key not in spoken]
        return _result(store, hit, obj, state, after, fact, visit, in_order, left_out, unanswered, now)


def _in_order(
    state: State, questions: tuple[Question, ...], findings: Sequence[Finding], fine_cases: Sequence[str]
) -> tuple[Question, ...]:
    """What was asked, and nothing else was said of."""
    if not findings and not fine_cases:
        return questions
    named = {*(finding.item for finding in findings), *(state.cases[key].item for key in fine_cases if key in state.cases)}
    return tuple(question for question in questions if question.item not in named)


def check(store: Store, obj: Object, by: Person, how: How, now: int) -> None:
    """The rules of a visit that its options must keep. Raises BadInput or NotAllowed."""
    if how.mode not in MODES:
        raise BadInput(_("The mode {0} is not known; it is one of {1}.").format(how.mode, _(", ").join(MODES)))
    if how.plate_state and how.plate_state not in PLATE_STATES:
        raise BadInput(_("The plate's state is one of {0}.").format(_(", ").join(PLATE_STATES)))
    if how.source and how.source not in SOURCES:
        raise BadInput(_("The source is one of {0}.").format(_(", ").join(SOURCES)))
    if how.mode == "proxy" and not how.consent:
        raise BadInput(_("A scan for the owner needs the owner's consent: --consent."))
    if how.mode == "self" and not how.entered_for and not duty.is_owner(by, obj, store.town.day(now)):
        raise NotAllowed(_("{0} is not the owner of {1}; only the owner checks oneself.").format(by.name, obj.name))
    if how.mode == "inspection":
        if not how.permit:
            raise BadInput(_("An inspection needs its inspection code: --permit CODE."))
        catalogue = store.town.last_catalogue
        held = [catalogue.roles[one.role] for one in duty.roles_on(by, store.town.day(now)) if one.role in catalogue.roles]
        if not any(role.resource == "permanent" and role.may_inspect for role in held):
            raise NotAllowed(_("{0} may not inspect; only permanent staff with an inspection code may.").format(by.name))
    if how.seen is not None and (how.seen > now or store.town.day(how.seen) != store.town.day(now)):
        raise BadInput(_("--seen is an earlier minute of today, such as 09:30."))


def _entered_for(store: Store, how: How) -> str:
    return how.entered_for if how.entered_for in ("", duty.OWNER) else look.person_by(store, how.entered_for).id


def _asked_items(
    store: Store, catalogue: Catalogue, obj: Object, said: Said, by: Person, now: int, how: How, asked: Asked | None
) -> tuple[Question, ...]:
    if asked is not None:
        return asked.questions
    if not said.fine:
        return ()  # somebody was there (到过), found something, or it was shut: nothing turns green unasked
    return _questions(store, catalogue, obj, _speaker(store, by, how), how, now, said.closed, None)


def _findings(store: Store, state: State, said: Said, shown: Asked | None, how: How) -> tuple[list[Finding], list[str]]:
    """Findings to record, and the open cases said to be in order (their keys). Positions and numbers are resolved here."""
    if not said.findings and shown is None:
        return [], []
    still = [case for case in state.cases.values() if case.closed is None]
    open_by_item, numbered = {case.item: case for case in still if case.item}, {seen.number_of(store, case): case for case in still}
    places = _places(shown)
    findings: list[Finding] = []
    fine: list[str] = []
    spoken: set[str] = set()
    for one in said.findings:
        item, case_key = _numbered(one.case, numbered) if one.case else _meant(one, places, open_by_item)
        if case_key:
            if case_key in spoken:
                raise BadInput(_("A case was named twice; say once whether it is gone or still there."))
            spoken.add(case_key)
            if one.fixed:
                fine.append(case_key)
                continue
        findings.append(Finding(item, 0, one.note, case_key, one.fixed, (), how.source, how.ext_ref))
    if shown is not None:
        fine += [case.key for case in shown.cases if case.key not in spoken]
    doubles = {finding.item for finding in findings if finding.item and sum(other.item == finding.item for other in findings) > 1}
    if doubles:
        raise BadInput(_("An item was named twice; say it once, with one note."))
    return findings, fine


def _places(shown: Asked | None) -> dict[int, tuple[int, str]]:
    """Position on the screen -> (item, case key)."""
    if shown is None:
        return {}
    lines = [(case.item, case.key) for case in shown.cases] + [(question.item, "") for question in shown.questions]
    return {place + 1: line for place, line in enumerate(lines)}


def _numbered(number: str, numbered: Mapping[str, Case]) -> tuple[int, str]:
    if number not in numbered:
        raise BadInput(_("{0} is no case that is open here; `yima show {0}` says where it stands.").format(number))
    return numbered[number].item, numbered[number].key


def _meant(one: Saying, places: dict[int, tuple[int, str]], open_by_item: dict[int, Case]) -> tuple[int, str]:
    if one.item is None:
        if one.place not in places:
            raise BadInput(_("There is no line {0} on the screen; say one of the numbers shown, or the item's name.").format(one.place))
        item, case_key = places[one.place]
    else:
        item, case_key = one.item, ""
    if not case_key and item in open_by_item:
        case_key = open_by_item[item].key
    return item, case_key


def _after_words(store: Store, object_id: str, state: State, visit: str, by: Person, now: int, how: How) -> tuple[str, ...]:
    """--told and --control: what was said to the owner, or done about the danger, for the cases that this visit opened.

    A step that would not count is left out; the finding itself is never lost for it. Gives the words that were left out.
    """
    said = [(key, word) for word, meant in (("told", how.told), ("control", how.control)) if meant for key in _opened(state, visit)]
    counted = {word for key, word in said if _append_step(store, object_id, key, word, "", by, now)}
    return tuple(word for word in ("told", "control") if word not in counted and getattr(how, word))


def _opened(state: State, visit: str) -> list[str]:
    return [key for key, case in state.cases.items() if key.rpartition(".")[0] == visit and case.closed is None]


def _append_step(store: Store, object_id: str, key: str, step: str, note: str, by: Person, now: int) -> bool:
    """Append a step where it counts; whether it did."""
    event = StepTaken(key, step, note=note)
    if not counts(store, store.state(object_id), store.state(object_id).cases[key], event, by, now):
        return False
    store.append("step.taken", object_id, event, by=by.id, now=now)
    return True


def counts(store: Store, state: State, case: Case, event: StepTaken, by: Person, now: int) -> bool:
    """Whether a step of this person would move the case now."""
    from yima.core.flow import desk

    catalogue = store.town.catalogues.get(case.catalogue)
    if catalogue is None or state.obj is None:
        return False
    judged = max(now, case.last)
    case = cases.advance(store.town, catalogue, case, judged)
    item = cases.rule_of(catalogue, case)
    one = _who(catalogue, by, item, state.obj, store.town.day(now), case)
    return isinstance(desk.take(case, event, steps.At(store.town, catalogue, item, state.obj, one, judged)), Case)


def say_step(store: Store, keys: Sequence[tuple[str, str]], step: str, note: str, by: Person, now: int) -> list[CaseSeen]:
    """A step right after the visit (told, control) for cases just opened: (object, case key). Only what counts is written."""
    found = []
    with store.transaction():
        for object_id, key in keys:
            if _append_step(store, object_id, key, step, note, by, now):
                found.append(seen.case_seen(store, object_id, store.state(object_id).cases[key], now))
    return found


class Moved(NamedTuple):
    """What a visit did to the cases of its object."""

    opened: tuple[CaseSeen, ...] = ()
    reported_again: tuple[CaseSeen, ...] = ()
    done: tuple[CaseSeen, ...] = ()
    passed: tuple[CaseSeen, ...] = ()
    failed: tuple[CaseSeen, ...] = ()


NOT_MOVED = Moved()


def _moved(store: Store, object_id: str, before: State, after: State, visit: str, now: int) -> Moved:
    town = store.town
    opened, again, done, passed, failed = list[Case](), list[Case](), list[Case](), list[Case](), list[Case]()
    for key, case in after.cases.items():
        old = before.cases.get(key)
        if old is None:
            opened.append(case)
            continue
        if old == case:
            continue
        was = cases.advance(town, town.catalogues[old.catalogue], old, now).stage if old.catalogue in town.catalogues else old.stage
        if case.fails > old.fails:
            failed.append(case)
        elif case.closed is not None or (case.looked is not None and case.looked != old.looked):
            passed.append(case)
        elif case.stage == "check" and was != "check":
            done.append(case)
        else:
            again.append(case)
    named = {named.case for name, named in after.names.items() if name.startswith(visit)}
    told_of = {case.key for case in (*opened, *again, *done, *passed, *failed)}
    again += [after.cases[key] for key in named if key in after.cases and key not in told_of]
    return Moved(*(tuple(seen.case_seen(store, object_id, case, now) for case in some) for some in (opened, again, done, passed, failed)))


def _phones(catalogue: Catalogue, opened: Sequence[CaseSeen]) -> tuple[tuple[str, str], ...]:
    """The numbers to call first where a hazard was found: the town's general ones, and those for the items."""
    if not any(case.flow == "F4" and case.closed is None for case in opened):
        return ()
    items = {case.item_id for case in opened}
    phones = catalogue.town.get("phones", ())
    return tuple((str(one.get("name", "")), str(one.get("number", ""))) for one in phones if not one.get("for") or items & set(one["for"]))


def _result(
    store: Store,
    hit: Hit,
    obj: Object,
    before: State,
    after: State,
    fact: Fact,
    visit: VisitRecorded,
    asked: tuple[Question, ...],
    left_out: tuple[str, ...],
    unanswered: Sequence[Case],
    now: int,
) -> Scanned:
    moved = _moved(store, hit.object, before, after, fact.hash, now) if after.cases else NOT_MOVED
    last = look.visits_of(store, hit.object, 2) if visit.closed == "shut" else []
    return Scanned(
        seen.fact_name(store, fact),
        fact.hash,
        seen.object_seen(store, obj, now, hit.code or None),
        hit.code,
        asked,
        visit.closed,
        len(visit.findings),
        *moved,
        _phones(store.town.last_catalogue, moved.opened) if moved.opened else (),
        visit.mode in ("self", "proxy"),
        len(last) == 2 and b'"closed":"shut"' in last[1].body and now - last[1].wall > MS_HOUR,
        left_out,
        visit.plate_state,
        tuple([seen.case_seen(store, hit.object, case, now) for case in unanswered]),
        _noted(store, hit.object, before, after, visit.cases, now) if visit.cases else (),
    )


def _noted(store: Store, object_id: str, before: State, after: State, said: Sequence[str], now: int) -> tuple[CaseSeen, ...]:
    """The cases said to be in order that stand as they stood."""
    same = [case for key in said if (case := after.cases.get(key)) is not None and case == before.cases.get(key)]
    return tuple(seen.case_seen(store, object_id, case, now) for case in same)
