"""A message as a notice: the cases as they stand when it is written, and the people as they are that day."""

from collections.abc import Iterator, Mapping

from yima.adapters.store import Store, boards, look, messages, seen
from yima.adapters.store.messages import Message, Row
from yima.adapters.store.missed import missed_page
from yima.adapters.store.staff import staff_at
from yima.core import events
from yima.core.flow import cases, lists, rungs
from yima.core.flow.cases import Case, Rung
from yima.core.model import Item, Object, Person, amount
from yima.core.results.leaders import MissedPage
from yima.core.results.notices import CaseTold, Limit, Notice, StepSeen, Supervised, TakenBack
from yima.core.worktime import iso_of

STEPS = 3  # what was done last, on one line


def notice_of(store: Store, message: Message, now: int, missed: Mapping[str, MissedPage]) -> Notice | None:
    """What the message says at `now`; None where nothing of it is left: a rung proved unfounded is told to nobody.

    missed: today's lists of missed rounds, by department.
    """
    person = _person(store, message.to)
    name = person.name if person is not None else ""
    staff = staff_at(store, now)
    namesake = person is not None and staff.has_namesake(person)
    made = Notice(
        message.kind,
        number_said(store, message.number),
        store.town.name,
        message.at,
        now,
        message.to,
        name,
        (person.no or person.id) if person is not None and namesake else name,
        store.town.last_catalogue.dept_name(message.dept),
    )
    if message.kind == "withdrawn":
        return made._replace(withdrawn=tuple(dict.fromkeys(_taken_back(store, row, now) for row in message.rows)))
    told = sorted(_told(store, message, now), key=lambda one: (one.limits[0].over or now, one.case.number))
    pages = tuple(_page(store, message, dept, now, missed) for dept in message.lists)
    return made._replace(cases=tuple(told), missed=pages) if told or pages else None


def number_said(store: Store, number: int) -> str:
    """K1-N0007: the device's letters and its running number of notices."""
    return f"{seen.letters_of(store, store.device)}-N{number:04d}"


def _person(store: Store, person_id: str) -> Person | None:
    versions = store.town.people.get(person_id)
    found: Person | None = versions[-1][1] if versions else None
    return found


def _page(store: Store, message: Message, dept: str, now: int, missed: Mapping[str, MissedPage]) -> MissedPage:
    """The list under the number under which it was raised, also where it is written on a later day."""
    page, day = missed.get(dept) or missed_page(store, dept, now), iso_of(store.town.day(message.at))
    return page._replace(number=lists.number_of(day, dept), day=day)


def _told(store: Store, message: Message, now: int) -> Iterator[CaseTold]:
    """Case by case; one of which the receiver is told on several clocks comes once."""
    rows: dict[str, list[Row]] = {}
    for row in message.rows:
        rows.setdefault(row.case, []).append(row)
    for key, its in rows.items():
        case = boards.case_named(store, key)
        standing = [] if case is None else [(row, rung) for row in its if (rung := _rung(case, row.clock, row.rung)) is not None]
        if case is not None and standing:
            yield _case_told(store, case, standing, now)


def _rung(case: Case, clock: str, rung: str) -> Rung | None:
    return next((one for one in case.rungs if (one.clock, one.rung) == (clock, rung) and not one.withdrawn), None)


def _case_told(store: Store, case: Case, standing: list[tuple[Row, Rung]], now: int) -> CaseTold:
    town, first = store.town, standing[0][0]
    catalogue = town.catalogues.get(case.catalogue) or town.last_catalogue
    item, legal = cases.rule_of(catalogue, case), cases.rule_of(catalogue, case).more.get("legal", {})
    limits = [_limit(store, item, cases.advance(town, catalogue, case, now), rung.clock) for _row, rung in standing]
    owed = [
        (rung.answer_due, rungs.is_answer_provisional(town, catalogue, case, rung))
        for _row, rung in standing
        if rung.answer_due is not None and rung.answered is None and case.closed is None
    ]
    below = [_rung(case, rung.clock, "supervise") for _row, rung in standing if rung.rung == "escalate"]
    return CaseTold(
        seen.case_seen(store, first.object, case, now),
        first.rung,
        tuple(sorted(limits, key=lambda one: (one.over is None, one.over, one.clock))),
        item.question,
        str(item.more.get("closing", "")),
        str(legal.get("basis", "")),
        str(legal.get("verified", "")),
        tuple(_steps(store, first.object, case))[-STEPS:],
        tuple(dict.fromkeys(_supervised(store, rung) for rung in below if rung is not None)),
        *min(owed, default=(None, False)),
    )


def _limit(store: Store, item: Item, case: Case, clock: str) -> Limit:
    """The limit of a clock on which a rung was raised; case: as time has made it."""
    if case.closed is not None:
        return Limit(clock, None, (0, ""))
    if clock == rungs.item_clock(case):
        return Limit(clock, cases.due_of(store.town, item, case), (item.limit // amount(1, item.unit), item.unit))
    return Limit(clock, case.stage_due if clock == rungs.stage_clock(case) else None, (0, ""))


def _supervised(store: Store, rung: Rung) -> Supervised:
    return Supervised(look.person_name(store, rung.to.removeprefix("person:")), rung.at, rung.answered, rung.answer)


def _steps(store: Store, object_id: str, case: Case) -> list[StepSeen]:
    """What was done about a case, in order: its steps, and a look of the handler's that reported it done."""
    state = store.state(object_id)
    names = {name for name, named in state.names.items() if named.case == case.key}
    found = []
    for fact in messages.steps_since(store, object_id, case.opened):
        event = events.decode(fact.kind, fact.body)
        if isinstance(event, events.StepTaken) and event.case in names and fact.hash not in state.unmoved:
            who = look.person_name(store, event.entered_for or fact.actor)
            found.append(StepSeen(store.town.when(fact), who, event.step, event.reason or event.note))
    if case.done is not None and not any(one.step == "done" and one.when == case.done[1] for one in found):
        found.append(StepSeen(case.done[1], look.person_name(store, case.done[0]), "done", ""))
    return sorted(found, key=lambda one: one.when)


def _taken_back(store: Store, row: Row, now: int) -> TakenBack:
    case, obj = boards.case_named(store, row.case), look.store_object(store, row.object) or Object(row.object, "", "")
    return TakenBack(
        row.number,
        seen.object_seen(store, obj, now),
        row.rung,
        row.at,
        None if case is None else seen.case_seen(store, row.object, case, now),
    )
