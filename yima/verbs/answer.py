"""`yima answer`: a leader's answer to 督查 or 提级, and in the same transaction the step that it means; or to a list of missed rounds."""

from yima.adapters import render
from yima.adapters.store import Store, look, seen
from yima.adapters.store.look import Hit
from yima.adapters.store.missed import lists_told, told_of
from yima.adapters.store.staff import staff_at
from yima.core import duty, flow
from yima.core.duty.deputies import speaking
from yima.core.duty.staff import Staff
from yima.core.events import RungAnswered, StepTaken
from yima.core.flow import cases, desk, lists, rungs
from yima.core.flow.before import speaks_for
from yima.core.flow.cases import Case, Rung
from yima.core.flow.steps import At
from yima.core.model import Catalogue, Person
from yima.core.results.leaders import Answered, ListAnswered
from yima.errors import BadInput, NotAllowed
from yima.i18n import _

ANSWERS = ("instruct", "reassign", "extend", "takeover", "refer")


def answer(
    store: Store,
    hit: Hit,
    how: str,
    *,
    text: str,
    to: str = "",
    until: int | str | None = None,
    document: str = "",
    leader: Person | None = None,
    by: Person,
    now: int,
) -> Answered:
    """Answer every rung of the case that this person owes. leader: whose paper answer is entered by `by` (代录).

    until: an instant (ms) or a day (ISO). Raises BadInput or NotAllowed with what to do instead, and then nothing has been written.
    """
    if not text.strip():
        raise BadInput(_("An answer needs its words: --text TEXT."))
    if how == "refer" and not document:
        raise BadInput(_("What goes to the joint meeting or to the district has its number: --document NUMBER."))
    if how == "refer" and not isinstance(until, str):
        raise BadInput(_("Give the day of the meeting or of the report: --until 2026-12-01."))
    with store.transaction():
        state = store.state(hit.object)
        case = _case(state, hit)
        catalogue = store.town.catalogues.get(case.catalogue)
        if catalogue is None:
            raise BadInput(_("The rules of {0} are not here yet; sync first.").format(seen.number_of(store, case)))
        who = leader or by
        if leader is not None and isinstance(speaks_for(store.town, by, leader.id, now), str):
            raise render.not_entered(by, leader)
        owed = _owed(store, hit.object, catalogue, case, who, now)
        step = _step(store, catalogue, case, how, text, to, until, document, who, leader, now)
        for_whom = leader.id if leader is not None else ""
        facts = []
        for one in owed:
            event = RungAnswered(case.key, one.clock, one.rung, how, text, for_whom)
            facts.append(store.append("rung.answered", hit.object, event, by=by.id, now=now))
        if step is not None:
            facts.append(store.append("step.taken", hit.object, step, by=by.id, now=now))
        after = store.state(hit.object)
        for fact in facts:
            if why := after.unmoved.get(fact.hash, ""):
                raise _refused(store, hit.object, catalogue, case, why, how, who, now)
        moved = after.cases.get(case.key, case)
        return Answered(
            seen.fact_name(store, facts[0]),
            tuple(seen.fact_name(store, fact) for fact in facts),
            how,
            tuple(one.rung for one in owed),
            who.name,
            text,
            step.step if step is not None else "",
            seen.case_seen(store, hit.object, moved, now),
            by.name if leader is not None else "",
        )


def answer_list(
    store: Store, day: str, dept: str, how: str, *, text: str, leader: Person | None = None, by: Person, now: int
) -> ListAnswered:
    """Answer a list of missed rounds (漏扫清单), which asks for no answer but takes one. day: ISO; dept: its department's id.

    Raises BadInput or NotAllowed with what to do instead, and then nothing has been written.
    """
    number = lists.number_of(day, dept)
    if how != "instruct":
        raise BadInput(_("A list of missed rounds is answered in words: `yima answer {0} instruct --text TEXT`.").format(number))
    if not text.strip():
        raise BadInput(_("An answer needs its words: --text TEXT."))
    with store.transaction():
        who = leader or by
        told = lists_told(store, who.id).get((day, dept))
        if told is None:
            raise _not_told(store, number, day, dept, who)
        if told.answered is not None:
            raise BadInput(_("{0} is answered already: {1}").format(number, told.text))
        event = RungAnswered(
            clock=f"{lists.MISSED}{dept}",
            rung="supervise",
            answer=how,
            text=text,
            entered_for=leader.id if leader is not None else "",
            day=day,
        )
        fact = store.append("rung.answered", who.id, event, by=by.id, now=now)
        if (day, dept) not in lists_told(store, who.id) or lists_told(store, who.id)[day, dept].answered is None:
            raise NotAllowed(_("{0} may not enter an answer for {1}; the centre or their own leader does.").format(by.name, who.name))
        return ListAnswered(seen.fact_name(store, fact), number, how, who.name, text, by.name if leader is not None else "")


def _not_told(store: Store, number: str, day: str, dept: str, who: Person) -> BadInput | NotAllowed:
    """Whose list it is; or that nobody was told of such a list."""
    told = told_of(store, day, dept)
    if told is None:
        return BadInput(_("Nobody was told of a list {0}; `yima sweep` tells leaders of missed rounds on workdays.").format(number))
    name = look.person_name(store, told[0])
    return NotAllowed(
        _("{0} is the list of {1}, not of {2}; the centre enters an answer on paper with --for.").format(number, name, who.name)
    )


def _case(state: flow.State, hit: Hit) -> Case:
    """The case that was named, or the only one of the object with a rung that waits for an answer."""
    if hit.case:
        return state.cases[hit.case]
    waiting = [case for case in state.cases.values() if any(_waits(one) for one in case.rungs)]
    if len(waiting) != 1:
        raise BadInput(_("Give the case's number, such as K1-0042; `yima todo` lists what waits for an answer."))
    return waiting[0]


def _waits(one: Rung) -> bool:
    return one.answer_due is not None and one.answered is None and not one.withdrawn


def _owed(store: Store, object_id: str, catalogue: Catalogue, case: Case, who: Person, now: int) -> list[Rung]:
    """The rungs that this person owes an answer to. Raises NotAllowed naming who does, BadInput where nobody does."""
    number = seen.number_of(store, case)
    waiting = [one for one in case.rungs if _waits(one)]
    if case.closed is not None or not waiting:
        raise BadInput(_("No answer is owed on {0}; `yima show {0}` tells how it stands.").format(number))
    obj, item, day = look.store_object(store, object_id), cases.rule_of(catalogue, case), store.town.day(now)
    assert obj is not None
    standing = speaking(store.town, duty.who(catalogue, who, item, obj, day), now)
    owed = rungs.owed(case, standing.leads, standing.town_leader)
    if not owed:
        staff = staff_at(store, now, catalogue=catalogue)
        names = dict.fromkeys(_name(catalogue, case, rung, one) for rung, one in zip(waiting, _owing(staff, case, waiting), strict=True))
        raise NotAllowed(
            _("{0} owes no answer on {1}; {2} does. The centre enters an answer on paper with --for.").format(
                who.name, number, _(", ").join(names)
            )
        )
    return owed


def _owing(staff: Staff, case: Case, waiting: list[Rung]) -> list[Person | None]:
    """For each rung who is told of it today."""
    return [staff.in_charge(case.dept) if one.rung == "escalate" else staff.leader(case.dept) for one in waiting]


def _name(catalogue: Catalogue, case: Case, rung: Rung, person: Person | None) -> str:
    if person is not None:
        return person.name
    dept = catalogue.dept_name(case.dept)
    return _("the town leader") if rung.rung == "escalate" else _("the leader of {0}").format(dept)


def _step(
    store: Store,
    catalogue: Catalogue,
    case: Case,
    how: str,
    text: str,
    to: str,
    until: int | str | None,
    document: str,
    who: Person,
    leader: Person | None,
    now: int,
) -> StepTaken | None:
    """The step that an answer means; None for `instruct`, which is words alone."""
    said = StepTaken(case.key, "reassign", reason=text, document=document, entered_for=leader.id if leader is not None else "")
    if how == "takeover":
        return said._replace(to=f"person:{who.id}")
    if how == "reassign":
        if not to:
            raise BadInput(_("Say who takes it over: --to PERSON."))
        if to.startswith("dept:") or (case.stage == "unclaimed" and to in catalogue.departments):
            return said._replace(to="dept:" + to.removeprefix("dept:"))
        holder = look.person_by(store, to)
        if holder.left:
            raise BadInput(_("{0} has left; give the case to somebody else.").format(holder.name))
        return said._replace(to=f"person:{holder.id}")
    if how == "extend":
        if case.asked is not None and until is None:  # a handler asked for it: the leader's yes is a grant
            return said._replace(step="grant", about="extension")
        return said._replace(step="extend", until=until)
    if how == "refer":
        return said._replace(step="refer", until=until)
    return None


def _too_late(store: Store, case: Case) -> BadInput:
    number = seen.number_of(store, case)
    if case.extensions:
        return BadInput(
            _("{0} was extended before; a second time only the town leader may. Answer instruct, reassign or takeover.").format(number)
        )
    return BadInput(
        _("The limit of {0} does not run any more and cannot be extended; answer instruct, reassign or takeover.").format(number)
    )


def _refused(
    store: Store, object_id: str, catalogue: Catalogue, case: Case, why: str, how: str, who: Person, now: int
) -> BadInput | NotAllowed:
    """Why the answer or its step would count for nothing, as a sentence that says what to do."""
    number = seen.number_of(store, case)
    if why == "late" or (why == "role" and how == "extend" and case.extensions):
        return _too_late(store, case)
    if why == "until":
        return BadInput(_until(store, object_id, catalogue, case, now).format(number))
    if why in ("role", "stage") and (waits := _waits_elsewhere(store, catalogue, case, now)):
        return NotAllowed(waits) if why == "role" else BadInput(waits)
    said = {
        "stage": _("{0} is at a stage where it cannot be given to somebody or extended; answer instruct, or look with `yima show {0}`."),
        "count": _("{0} has been extended as often as it may be; answer instruct, reassign or takeover."),
        "pending": _(
            "An extension of {0} has been asked for already: answer extend without --until to grant it, or refuse it first with"
            " `yima dispose {0} refuse --about extension`."
        ),
        "to": _("{0} cannot be given there; name a person with --to."),
        "case": _("{0} is not here any more; look with `yima todo`."),
        "closed": _("{0} is closed already; no answer is needed."),
        "asked": _("Nobody asked to extend {0}; give the new day with --until."),
    }
    if why in said:
        return BadInput(said[why].format(number))
    if why == "role":
        return NotAllowed(_("{0} may not do that in {1}; a department's leader or the town leader does.").format(who.name, number))
    return render.not_counted(why)


def _until(store: Store, object_id: str, catalogue: Catalogue, case: Case, now: int) -> str:
    """What is wrong with the new due; where none could be right, what is left to answer."""
    item, obj = cases.rule_of(catalogue, case), look.store_object(store, object_id)
    assert obj is not None  # the case has just been read from it
    case = cases.advance(store.town, catalogue, case, max(now, case.last))
    if desk.furthest(case, At(store.town, catalogue, item, obj, duty.the_owner(item, obj), max(now, case.last))) is None:
        return _("{0} cannot be extended any more, no due that it could get lies after now; answer instruct, reassign or takeover.")
    return _("The new due of {0} must lie after the old one and after now, at most one more limit on; give such a day with --until.")


def _waits_elsewhere(store: Store, catalogue: Catalogue, case: Case, now: int) -> str:
    """Whose word is awaited before a case can be given to anybody: of the centre, the town leader or another department; "" = nobody's."""
    number = seen.number_of(store, case)
    if case.stage == "triage":
        said = _(
            "{0} is not sorted yet: the centre says first which item it is, `yima dispose {0} as_item --to ITEM`; answer instruct until then."
        )
        return said.format(number)
    if case.stage != "unclaimed":
        return ""
    if not case.disputed:
        said = _("{0} was handed to {1}, who take it or refuse it first; answer instruct or refer until then.")
        return said.format(number, catalogue.dept_name(case.to_dept))
    judge = staff_at(store, now, catalogue=catalogue).in_charge(case.dept)
    said = _(
        "{0} is in dispute between two departments and waits for the ruling of {1}, `yima dispose {0} reassign --to dept:DEPARTMENT`;"
        " answer instruct or refer until then."
    )
    return said.format(number, judge.name if judge is not None else _("the town leader"))
