"""`yima sweep`: find what is late, and tell the next person up (催办、督查、提级). Safe to run every minute."""

import json
from collections.abc import Callable, Sequence

from yima.adapters.store import Store, boards, look, messages, seen
from yima.adapters.store.messages import Told
from yima.adapters.store.missed import lists_told
from yima.adapters.store.staff import staff_at
from yima.core.events import RungRaised
from yima.core.flow import cases, rungs
from yima.core.flow.cases import Case
from yima.core.flow.lists import MISSED
from yima.core.flow.rungs import Due
from yima.core.model import MS_DAY, Object, Person
from yima.core.results.leaders import Delivery, MissedList, Raised, Swept
from yima.errors import NotAllowed
from yima.i18n import _

WATCH = "sweep_watch"  # kept: the rungs this device raised lately, so that one proved unfounded by a late fact is shown once (撤回)
WATCHED_FOR = 30 * MS_DAY


def sweep(
    store: Store,
    *,
    by: Person,
    now: int,
    dry_run: bool = False,
    tell: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Swept:
    """Raise every rung that is due, in one transaction; where nothing is due nothing is written.

    tell: afterwards people are told, with notices and messages, also of what an earlier sweep could not tell; nothing that goes wrong there
    undoes a rung. Raises NotAllowed on a device that may not sweep, or for a person who may not use it.
    """
    device = store.town.devices.get(store.device)
    if device is None or not device.sweep:
        raise NotAllowed(_("This device may not sweep; let the admin enrol it to sweep, or do it on the centre's device."))
    store.fresh(progress=progress)
    raised: list[Raised] = []
    missed, out = _when_told(store, boards.missed_lists(store, now)), _is_out(store, now)
    if dry_run:
        raised = [
            _raised(store, object_id, case, one, _whom(store, object_id, case, one.rung, now), now)
            for object_id, case, one in _due(store, now)
        ]
        withdrawn, _gone = _withdrawn(store, _watched(store), now)
        missed = [one._replace(told=now) if out and _is_untold(one) else one for one in missed]
    else:
        if _due(store, now) or (out and any(_is_untold(one) for one in missed)):
            with store.transaction("sweep"):
                told = _raise(store, by, now)
                lists = _tell_lists(store, missed, by, now) if out else []
                if tell:
                    from yima.verbs.sweep.queue import queue

                    queue(store, told, lists, now)
            raised = [_raised(store, object_id, store.state(object_id).cases[key], one, whom, now) for object_id, key, one, whom in told]
        withdrawn, gone = _withdrawn(store, _watched(store), now)
        if gone:
            with store.transaction("sweep"):
                watched = _watched(store)  # read again: another sweep may have been first
                _watch(store, [one for one in watched if one not in gone], now)
                if tell:
                    from yima.verbs.sweep.queue import take_back

                    take_back(store, [one for one in watched if one in gone], now)
        missed = _when_told(store, missed)
    delivery = Delivery()
    if tell and not dry_run and messages.waiting(store):
        from yima.verbs.sweep.deliver import deliver

        delivery = deliver(store, now, progress)
    raised.sort(key=lambda one: (-rungs.RUNGS.index(one.rung), -one.case.overdue_ms, one.case.number))
    return Swept(now, tuple(raised), withdrawn, tuple(missed), boards.board(store, "grid", now), dry_run, delivery)


# -- what is due, and whom it is told


def _due(store: Store, now: int) -> list[tuple[str, Case, Due]]:
    """(object, case, rung) of all that is due; every such rung is still to be raised."""
    town = store.town
    return [
        (object_id, case, one)
        for object_id, case in look.cases_with_due_rungs(store, now)
        if case.catalogue in town.catalogues
        for one in rungs.due_now(town, town.catalogues[case.catalogue], case, now)
    ]


def _raise(store: Store, by: Person, now: int) -> list[tuple[str, str, Due, Person | None]]:
    """(object, case, rung, who is told). Append what is due; read again inside the transaction, because another sweep may have been first."""
    told = []
    for object_id, case, one in _due(store, now):
        whom = _whom(store, object_id, case, one.rung, now)
        event = RungRaised(case.key, one.clock, one.rung, f"person:{whom.id}" if whom is not None else "")
        fact = store.append("rung.raised", object_id, event, by=by.id, now=now)
        if store.state(object_id).unmoved.get(fact.hash):
            raise NotAllowed(_("{0} may not sweep on this device; choose who acts with --by.").format(by.name))
        told.append((object_id, case.key, one, whom))
    fresh = [
        Told(
            object_id,
            key,
            one.clock,
            one.rung,
            now,
            "" if whom is None else whom.id,
            seen.number_of(store, store.state(object_id).cases[key]),
        )
        for object_id, key, one, whom in told
    ]
    _watch(store, [*_watched(store), *fresh], now)
    return told


def _whom(store: Store, object_id: str, case: Case, rung: str, now: int) -> Person | None:
    """Who is told, on that day: the holder who is still here, or the first handler; the department's leader; the town leader.

    None = nobody is there.
    """
    staff = staff_at(store, now, catalogue=store.town.catalogues[case.catalogue])
    if rung in ("supervise", "escalate"):
        return staff.leader(case.dept) if rung == "supervise" else staff.in_charge(case.dept)
    if case.holder and store.town.is_here(case.holder, now):
        return staff.stands_in(staff.people.get(case.holder))
    item, obj = cases.rule_of(staff.catalogue, case), look.store_object(store, object_id) or Object(object_id, "", "")
    handlers = staff.members(case.dept) if case.own_people else staff.named(item.handlers, item, obj)
    return handlers[0] if handlers else None


def _raised(store: Store, object_id: str, case: Case, one: Due, whom: Person | None, now: int) -> Raised:
    rung = next((rung for rung in case.rungs if (rung.clock, rung.rung) == (one.clock, one.rung) and not rung.withdrawn), None)
    catalogue = store.town.catalogues[case.catalogue]
    dept = case.dept if one.rung == "supervise" else "" if one.rung == "escalate" or whom is None else whom.dept
    return Raised(
        seen.case_seen(store, object_id, case, now),
        one.rung,
        one.clock,
        f"person:{whom.id}" if whom is not None else "",
        rung.answer_due if rung is not None else None,
        whom.name if whom is not None else "",
        catalogue.dept_name(dept),
        rung is not None and rungs.is_answer_provisional(store.town, catalogue, case, rung),
    )


# -- lists of missed rounds (docs/readings.md 69)


def _is_out(store: Store, now: int) -> bool:
    """Whether today's lists go to the leaders: a workday, from the hour of the rules on."""
    town = store.town
    hour = str(town.last_catalogue.missed_rounds.get("at", "00:00"))
    return town.calendar.is_workday(town.day(now)) and town.hour_on(hour, town.day(now)) <= now


def _when_told(store: Store, lists: Sequence[MissedList]) -> list[MissedList]:
    """Today's lists with the instant at which each leader was told, as the file has it now."""
    told = [lists_told(store, one.leader_id).get((one.day, one.dept)) if one.leader_id else None for one in lists]
    return [one._replace(told=its.at if its is not None else None) for one, its in zip(lists, told, strict=True)]


def _is_untold(one: MissedList) -> bool:
    return bool(one.leader_id) and one.told is None


def _tell_lists(store: Store, lists: Sequence[MissedList], by: Person, now: int) -> list[MissedList]:
    """Inside the transaction: each leader is told once a day; the lists of which somebody is told now. Another sweep may have been first."""
    due = [one for one in _when_told(store, lists) if _is_untold(one)]
    for one in due:
        event = RungRaised(clock=f"{MISSED}{one.dept}", rung="supervise", to=f"person:{one.leader_id}", day=one.day)
        store.append("rung.raised", one.leader_id, event, by=by.id, now=now)
    return due


# -- what was told and proved unfounded


def _watched(store: Store) -> list[Told]:
    return [Told(*one) for one in json.loads(boards.setting(store, WATCH) or "[]")]


def _watch(store: Store, told: list[Told], now: int) -> None:
    store.set_setting(WATCH, json.dumps([one for one in told if one.at > now - WATCHED_FOR], separators=(",", ":")))


def _withdrawn(store: Store, watched: list[Told], now: int) -> tuple[tuple[Raised, ...], set[Told]]:
    """Rungs that this device raised and that facts which came later prove unfounded."""
    found, gone = [], set()
    for told in watched:
        case = boards.case_named(store, told.finding)
        if case is not None and any((one.clock, one.rung) == (told.clock, told.rung) and not one.withdrawn for one in case.rungs):
            continue
        gone.add(told)
        if case is not None:
            found.append(Raised(seen.case_seen(store, told.object, case, now), told.rung, told.clock, "", None))
    return tuple(found), gone
