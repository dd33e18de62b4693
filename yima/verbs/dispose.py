"""`yima dispose`: one step in a case. The step's rule is tried on the state first; what would move nothing is not recorded."""

from typing import NamedTuple

from yima.adapters.store import Store, look, seen
from yima.adapters.store.look import Hit
from yima.core import duty, flow
from yima.core.events import Fact, StepTaken
from yima.core.flow import cases, steps
from yima.core.flow.cases import Case
from yima.core.model import Item, Person
from yima.core.results import Disposed
from yima.core.worktime import day_of
from yima.errors import BadInput, NotAllowed
from yima.i18n import _


class Step(NamedTuple):
    """What the options of `yima dispose` say. until: an instant (ms) or a day (ISO)."""

    step: str = "done"
    about: str = ""
    reason: str = ""
    to: str = ""
    until: int | str | None = None
    document: str = ""
    note: str = ""
    entered_for: str = ""


def dispose(store: Store, hit: Hit, what: Step, by: Person, now: int) -> Disposed:
    """Take one step. Raises BadInput or NotAllowed with what to do instead, and then nothing has been written."""
    with store.transaction():
        state = store.state(hit.object)
        case = case_of(state, hit)
        event = StepTaken(
            case.key, what.step, what.about, what.reason, address(store, what.to), what.until, what.document, note=what.note,
            entered_for=what.entered_for if what.entered_for in ("", duty.OWNER) else look.person_by(store, what.entered_for).id,
        )  # fmt: skip
        fact = store.append("step.taken", hit.object, event, by=by.id, now=now)
        after = store.state(hit.object)
        if why := after.unmoved.get(fact.hash, ""):
            raise refused(store, hit, case, event, by, why, now)
        moved = after.cases.get(case.key, case)
        return Disposed(seen.fact_name(store, fact), what.step, seen.case_seen(store, hit.object, moved, now))


def case_of(state: flow.State, hit: Hit) -> Case:
    """The case that was named, or the only open one of an object. Raises BadInput where that is not one."""
    if hit.case:
        return state.cases[hit.case]
    open_cases = [case for case in state.cases.values() if case.closed is None]
    if not open_cases:
        raise BadInput(_("There is no open case here; `yima show` lists what there was."))
    if len(open_cases) > 1:
        raise BadInput(_("Several cases are open here; give the case's number, `yima show` lists them."))
    return open_cases[0]


def address(store: Store, to: str) -> str:
    """`--to` as it stands in a fact: person:ID, dept:ID, item:NUMBER. A bare word is looked up in that order: department, item, person."""
    if not to:
        return ""
    prefix, colon, rest = to.replace("：", ":").partition(":")
    catalogue = store.town.last_catalogue
    depts = {dept: dept for dept in catalogue.departments} | {str(one["name"]): id_ for id_, one in catalogue.departments.items()}
    if colon and prefix not in ("person", "dept", "item", "case"):
        raise BadInput(_("--to is person:NAME, dept:DEPARTMENT or item:ITEM; “{0}” is none of these.").format(to))
    word = rest if colon else to
    if prefix == "dept" or (not colon and word in depts):
        if word not in depts:
            raise BadInput(_("There is no department {0}; it is one of {1}.").format(word, _(", ").join(sorted(set(depts.values())))))
        return f"dept:{depts[word]}"
    item: Item | None = catalogue.item_of(word)
    if prefix == "item" or (not colon and item is not None):
        if item is None:
            raise BadInput(_("There is no item {0}; `yima catalog show` lists them.").format(word))
        return f"item:{item.no}"
    return f"person:{look.person_by(store, word).id}"


def until_of(store: Store, text: str | None) -> int | str | None:
    """--until as a day (2026-12-01) or an instant (2026-12-01T17:00, the town's time). Raises BadInput."""
    if text is None:
        return None
    from datetime import datetime, timedelta, timezone

    try:
        if len(text) <= 10:
            day_of(text)
            return text
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            _("--until is a day such as 2026-12-01, or a time such as 2026-12-01T17:00; “{0}” is neither.").format(text)
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone(timedelta(milliseconds=store.town.offset)))
    return round(moment.timestamp() * 1000)


def refused(store: Store, hit: Hit, case: Case, event: StepTaken, by: Person, why: str, now: int) -> BadInput | NotAllowed:
    """Why a step would move nothing, as a sentence that says what to do."""
    town = store.town
    catalogue = town.catalogues.get(case.catalogue) or town.last_catalogue
    case = cases.advance(town, catalogue, case, max(now, case.last))
    number = seen.number_of(store, case)
    item = cases.rule_of(catalogue, case)
    name = item.name or case.note
    if why == "role":
        return NotAllowed(
            _("{0} may not say “{1}” in {2} {3}; {4} may.").format(
                by.name, event.step, number, name, _(", ").join(_who_may(store, hit, case, event))
            )
        )
    stages = steps.TABLE.get((event.step, event.about if event.step in ("grant", "refuse") else ""), ((), ()))[0]
    said = {
        "word": _("“{0}” is no step of this version; the steps are {1}.").format(event.step, " ".join(steps.STEPS)),
        "closed": _("{0} is closed already; nothing was recorded.").format(number),
        "stage": _("{0} stands in {1}; “{2}” is said in {3}.").format(number, case.stage, event.step, ", ".join(stages)),
        "reason": _("“{0}” needs a reason: --reason TEXT.").format(event.step),
        "count": _("“{0}” has been said here as often as it may be; nothing was recorded.").format(event.step),
        "late": _("The limit of {0} has ended already; this must be asked before. Its leader can answer with `yima answer`.").format(
            number
        ),
        "until": _(
            "The end date does not fit; it lies after now (or the old due), a suspension lasts at most 30 days and 60 in all: --until DAY."
        ),
        "to": _("“{0}” needs to whom: --to person:NAME, dept:DEPARTMENT or item:ITEM.").format(event.step),
        "document": _("This reason needs the document's number: --document NUMBER."),
        "control": _("A hazard is never suspended before it is under control; say `yima dispose {0} control` first.").format(number),
        "asked": _("Nothing like that has been asked for in {0}.").format(number),
    }
    if why in said:
        return BadInput(said[why])
    return {
        "entered_for": NotAllowed(_("Only the centre, a data clerk or that person's leader may enter this for somebody.")),
        "actor": NotAllowed(_("This device is not enrolled for that person; use that person's own device, or have it enrolled.")),
        "left": NotAllowed(_("That person has left; choose who acts with --by.")),
    }.get(why, NotAllowed(_("This entry would count for nothing ({0}); it was not recorded.").format(why)))


def _who_may(store: Store, hit: Hit, case: Case, event: StepTaken) -> list[str]:
    """Names or words of those who may say a step; words where nobody is named."""
    town = store.town
    catalogue = town.catalogues.get(case.catalogue) or town.last_catalogue
    item, obj = cases.rule_of(catalogue, case), look.store_object(store, hit.object)
    assert obj is not None
    here = steps.At(town, catalogue, item, obj, duty.Who(""), case.last)
    found: list[str] = []
    if event.step in ("grant", "refuse") and event.about == "void":
        words: tuple[str, ...] = ("centre",)
    else:
        words = steps.words_for(case, event.step, event.about, here)
    day = town.day(case.last)
    for word in words:
        if word in ("handler", "permanent_handler", "holder"):
            found += [name for name in seen.handlers_of(store, obj, case, item, day) if name]
        elif word in ("finder", "verifier", "looker", "closer"):
            found += [one.name for one in duty.named(catalogue, look.people_with(store, item.finders), item.finders, item, obj, day)]
        elif word == "owner":
            found.append(_("the owner"))
        elif word in ("dept_leader", "receiver"):
            leader = duty.leader_of(catalogue, look.people_with(store, ("dept_leader",)), case.to_dept or case.dept, day)
            found.append(leader.name if leader is not None else _("the department's leader"))
        elif word == "town_leader":
            leader = duty.leader_of(catalogue, look.people_with(store, ("town_leader",)), "", day)
            found.append(leader.name if leader is not None else _("the town leader"))
        elif word == "centre":
            found.append(_("the centre"))
    return list(dict.fromkeys(found))[:6] or [_("nobody here yet")]
