"""The fold against the independent evaluator: stage, colour, since, due and misses of every matter, at and around every stored instant."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import evaluator, histories
from yima.core import events, flow
from yima.core.colour import colour_at, since, worse
from yima.core.events import Fact
from yima.core.flow import Matter, State, cases
from yima.core.flow.rounds import misses
from yima.core.town import Town, fold_town

Seen = evaluator.Seen


def as_fact(raw: dict[str, Any]) -> Fact:
    return Fact(
        raw["device"],
        raw["seq"],
        raw["wall"],
        raw["at"],
        raw["actor"],
        raw["kind"],
        raw["subject"],
        events.canonical(raw["body"]),
        raw["prev"],
        raw["hash"],
    )


def split(facts: list[Fact]) -> tuple[Town, dict[str, list[Fact]]]:
    town = fold_town([fact for fact in facts if fact.kind in events.TOWN_KINDS])
    objects: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind in events.OBJECT_KINDS:
            objects.setdefault(fact.subject, []).append(fact)
    return town, objects


def seen_by_fold(town: Town, object_id: str, state: State, now: int) -> dict[tuple[int, str], Seen]:
    """What the fold says of every matter at `now`, in the evaluator's words."""
    its_rounds = flow.rounds(state, town)
    found = {}
    keys = {*state.matters, *((no, "") for no in its_rounds), *((case.item, case.finding) for case in state.cases.values())}
    for key in keys:
        matter = state.matters.get(key, Matter())
        own = [case for case in state.cases.values() if (case.item, case.finding) == key]
        case = state.cases.get(matter.open) or (own[-1] if own else None)
        if key[0] == 0 and not own:
            continue  # sorted to an item: the case has left this matter
        stage = outcome = case_colour = ""
        case_since = due = None
        if case is not None:
            catalogue = town.catalogues[case.catalogue]
            ahead = cases.advance(town, catalogue, case, now)
            stage, outcome = ahead.stage, ahead.outcome
            turns = cases.turns_of(town, catalogue, case)
            if turns is not None:
                case_colour = colour_at(turns.base, turns.yellow_at, turns.red_at, now)
                case_since = since(turns.since, turns.yellow_at, turns.red_at, turns.base, now)
                if ahead.stage != "suspended":
                    due = cases.running_due(town, catalogue, ahead)
        round_colour, round_since, missed = "", None, 0
        one = its_rounds.get(key[0]) if not key[1] else None
        if one is not None:
            round_colour = colour_at(one.base, one.yellow_at, one.red_at, now)
            round_since = since(one.set_at, one.yellow_at, one.red_at, one.base, now)
            missed = misses(town, one, now)
        colour = worse(case_colour or "grey", round_colour or "grey") if case_colour or round_colour else ""
        found[key] = Seen(stage, outcome, case_colour, case_since, round_colour, round_since, missed, colour, due)
    return found


def differences(raw: list[dict[str, Any]], now: int) -> list[str]:
    """Where fold and evaluator disagree at `now`."""
    facts = [as_fact(one) for one in raw]
    town, objects = split(facts)
    theirs = evaluator.evaluate(raw, now)
    found = []
    for object_id, its in objects.items():
        ours = seen_by_fold(town, object_id, flow.refold(its, town), now)
        expected = {key[1:]: seen for key, seen in theirs.items() if key[0] == object_id}
        for key in sorted({*ours, *expected}):
            if ours.get(key, Seen()) != expected.get(key, Seen()):
                found.append(f"{object_id} {key}\n  fold      {ours.get(key)}\n  evaluator {expected.get(key)}")
    return found


def instants(raw: list[dict[str, Any]]) -> list[int]:
    """Every instant that the fold stores, with a minute and a millisecond around it, and the evaluator's own edges."""
    facts = [as_fact(one) for one in raw]
    town, objects = split(facts)
    last = histories.last_when(raw)
    stored: set[int] = {last}
    for its in objects.values():
        state = flow.refold(its, town)
        for case in state.cases.values():
            turns = cases.turns_of(town, town.catalogues[case.catalogue], case)
            stored |= {one for one in (*(turns or ())[1:], case.stage_due, case.after[0] if case.after else None) if isinstance(one, int)}
        for one in flow.rounds(state, town).values():
            stored |= {turn for turn in (one.yellow_at, one.red_at) if turn is not None}
    around = {instant + by for instant in stored for by in (-60_000, -1, 0, 1, 60_000)}
    return sorted(instant for instant in around if instant >= last)


@given(histories.history(18))
@settings(max_examples=60)
def test_fold_and_evaluator_agree_on_every_matter_at_every_edge(drawn: tuple[histories.Setting, list[histories.Intention]]) -> None:
    raw = histories.as_facts(*drawn)
    moments = instants(raw)
    for now in moments[:: max(len(moments) // 12, 1)]:
        assert not (found := differences(raw, now)), "\n".join(found)


@pytest.mark.long
@given(st.tuples(histories.SETTINGS, st.lists(histories.INTENTIONS, min_size=1, max_size=30)))
@settings(max_examples=2_000)
def test_fold_and_evaluator_agree_on_longer_histories(drawn: tuple[histories.Setting, list[histories.Intention]]) -> None:
    raw = histories.as_facts(*drawn)
    moments = instants(raw)
    for now in moments[:: max(len(moments) // 24, 1)]:
        assert not (found := differences(raw, now)), "\n".join(found)
