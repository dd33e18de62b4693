"""The ladder (催办、督查、提级): which rungs of a case are due, to whom, and when an answer is owed. DESIGN §9; computed, never stored ahead."""

from collections.abc import Mapping
from typing import NamedTuple

from yima.core.flow import cases
from yima.core.flow.cases import Case, Rung
from yima.core.model import Catalogue, amount
from yima.core.town import Town
from yima.core.worktime import Clock

RUNGS = ("remind", "supervise", "escalate")
STAGE_CLOCKS = ("verify", "triage", "accept", "check", "returned")  # their time-outs enter at supervise; unclaimed at escalate


class Due(NamedTuple):
    """A rung that becomes due at an instant, on a clock such as "item:1" or "accept:2"."""

    clock: str
    rung: str
    at: int


def item_clock(case: Case) -> str:
    return f"item:{1 + case.fails + case.extensions}"


def stage_clock(case: Case) -> str:
    return f"{case.stage}:{case.entries.get(case.stage, 0)}"


def coming(town: Town, catalogue: Catalogue, case: Case) -> list[Due]:
    """Every rung not yet raised that the case as it stands will need, with the instant from which on it is due. Suspended, no clock of it runs."""
    item = cases.rule_of(catalogue, case)
    if case.closed is not None or not item.claimed:
        return []
    raised = {(one.clock, one.rung): one for one in case.rungs if not one.withdrawn}
    found: list[Due] = []
    if case.running is not None:
        name, clock = item_clock(case), cases.clock_of(town, item, case)
        start = clock.read(case.running) - case.used

        def used(reading: int) -> int:
            """The instant at which so much is used; not before the clock last began to run."""
            return max(clock.when(start + reading), case.running or 0)

        found.append(Due(name, "remind", used(cases.three_quarters(case.allowed))))
        found.append(Due(name, "supervise", used(case.allowed) + 1))
        found += _climb(town, catalogue, case, name, raised, used(2 * case.allowed))
    if case.stage_due is not None and case.stage in STAGE_CLOCKS:
        name = stage_clock(case)
        found.append(Due(name, "supervise", case.stage_due + 1))
        found += _climb(town, catalogue, case, name, raised, None)
    elif case.stage_due is not None and case.stage == "unclaimed":
        found.append(_up(town, catalogue, case, stage_clock(case), case.stage_due + 1))
    return [one for one in found if (one.clock, one.rung) not in raised]


def _climb(
    town: Town, catalogue: Catalogue, case: Case, clock: str, raised: Mapping[tuple[str, str], Rung], twice: int | None
) -> list[Due]:
    """escalate: the leader's answer limit ended unanswered, or answered and still open at 200 %."""
    supervise = raised.get((clock, "supervise"))
    if supervise is None:
        return []
    if supervise.answered is None:
        return [_up(town, catalogue, case, clock, supervise.answer_due + 1)] if supervise.answer_due is not None else []
    return [] if twice is None else [_up(town, catalogue, case, clock, max(twice, supervise.answered))]


def _up(town: Town, catalogue: Catalogue, case: Case, clock: str, at: int) -> Due:
    """A rung to the town leader, who gets one list a day; what the rules except (hazards) goes at once."""
    digest = catalogue.ladder[RUNGS.index("escalate")].get("digest")
    if isinstance(digest, Mapping) and (case.stage == "triage" or case.flow not in digest.get("unless", ())):
        at = town.list_hour(str(digest.get("at", "")), at)
    return Due(clock, "escalate", at)


def is_extended_by_answer(case: Case) -> bool:
    """Whether a leader answered a rung on the item's running clock with an extension, which then counts also after the due."""
    return any((one.clock, one.answer) == (item_clock(case), "extend") and not one.withdrawn for one in case.rungs)


def due_now(town: Town, catalogue: Catalogue, case: Case, now: int) -> list[Due]:
    """The rungs that are due at `now`, on the case as time has made it by then."""
    return [one for one in coming(town, catalogue, cases.advance(town, catalogue, case, now)) if one.at <= now]


def next_rung_at(town: Town, catalogue: Catalogue, case: Case) -> int | None:
    """The first instant at which a rung of this case becomes due, as long as no new fact arrives; None = never."""
    instants = [one.at for one in coming(town, catalogue, case)]
    if case.after is not None and case.closed is None:
        over = case.after[0]
        instants = [at for at in instants if at < over]
        instants += [max(one.at, over) for one in coming(town, catalogue, cases.advance(town, catalogue, case, over))]
    return min(instants, default=None)


def raised(town: Town, catalogue: Catalogue, case: Case, clock: str, rung: str, at: int, to: str) -> Case:
    """The case after somebody was told. A rung that was not due then is kept as withdrawn (撤回)."""
    due = next((one for one in due_now(town, catalogue, case, at) if (one.clock, one.rung) == (clock, rung)), None)
    if due is None:
        return case._replace(rungs=(*case.rungs, Rung(clock, rung, at, to, at, withdrawn=True)))
    limit = catalogue.ladder[RUNGS.index(rung)].get("answer")
    answer_due = None
    if isinstance(limit, dict):
        answer_due = answer_clock(town, catalogue, case, rung).due(at, amount(limit["value"], limit["unit"]))
    return case._replace(rungs=(*case.rungs, Rung(clock, rung, at, to, due.at, answer_due)))


def answer_clock(town: Town, catalogue: Catalogue, case: Case, rung: str) -> Clock:
    """The clock on which the answer to a rung is owed; only of one that asks for an answer."""
    limit = catalogue.ladder[RUNGS.index(rung)]["answer"]
    return town.clock(limit["unit"], limit.get("schedule", "office"), case.catalogue)


def is_answer_provisional(town: Town, catalogue: Catalogue, case: Case, rung: Rung) -> bool:
    """Whether days were counted for the answer that nobody has announced yet."""
    return rung.answer_due is not None and answer_clock(town, catalogue, case, rung.rung).is_provisional(rung.answer_due)


def settled(before: Case, after: Case, at: int) -> Case:
    """After a move at `at`: no answer is owed on a clock that stopped, and a rung that became due only later is proved unfounded."""
    if not after.rungs:
        return after
    ended = set()
    if before.running is not None and (after.running is None or item_clock(after) != item_clock(before)):
        ended.add(item_clock(before))
    if (before.stage, before.entries.get(before.stage)) != (after.stage, after.entries.get(before.stage)):
        ended.add(stage_clock(before))
    return after._replace(
        rungs=tuple(
            one
            if one.clock not in ended
            else one._replace(withdrawn=one.withdrawn or at < one.due, answer_due=one.answer_due if one.answered is not None else None)
            for one in after.rungs
        )
    )


def owed(case: Case, leader_of: tuple[str, ...], town_leader: bool) -> list[Rung]:
    """The rungs of a case whose answer this person owes."""
    return [
        one
        for one in case.rungs
        if one.answer_due is not None
        and one.answered is None
        and not one.withdrawn
        and ((one.rung == "supervise" and case.dept in leader_of) or (one.rung == "escalate" and town_leader))
    ]
