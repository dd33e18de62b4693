"""The fold against the independent evaluator: stage, colour, since, due and misses of every matter, at and around every stored instant."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import evaluator, histories
from tests.histories import DEVICES, IDS, POINT, SHOP, ms, small_catalogue
from tests.test_evaluator import CASES, tell
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
@settings(max_examples=50)
def test_fold_and_evaluator_agree_on_every_matter_at_every_edge(drawn: tuple[histories.Setting, list[histories.Intention]]) -> None:
    raw = histories.as_facts(*drawn)
    moments = instants(raw)
    for now in moments[:: max(len(moments) // 12, 1)]:
        assert not (found := differences(raw, now)), "\n".join(found)


Line = tuple[str, str, str, dict[str, Any]]  # when, who, visit, undo, clock or a step's word, body


def story(
    *lines: Line, rules: dict[str, Any] | None = None, later: tuple[str, dict[str, Any]] | None = None, place: str = SHOP
) -> list[dict[str, Any]]:
    """A log made by hand on K1. later: (when, rules) published after the lines."""
    log, digest = histories.town_facts(rules or small_catalogue(recheck_share=10**9))
    names: list[str] = []
    said: list[dict[str, Any]] = []
    for when, who, word, more in lines:
        body = dict(more)
        for key in ("cases", "case"):
            if key in body:
                body[key] = [names[number] for number in body[key]] if key == "cases" else names[body[key]]
        kind = {"visit": "visit.recorded", "undo": "fact.withdrawn", "clock": "device.clock"}.get(word, "step.taken")
        if word == "undo":
            body["fact"] = said[body["fact"]]["hash"]
        elif word != "clock":
            body |= {"catalogue": digest} if word == "visit" else {"step": word}
        fact = log.say(DEVICES["K1"], IDS[who], ms(f"2026-09-{when}"), kind, DEVICES["K1"] if word == "clock" else place, body)
        said.append(fact)
        names += [f"{fact['hash']}.{number}" for number in range(len(body.get("findings", ())))]
    if later:
        log.publish(ms(f"2026-09-{later[0]}"), later[1])
    return log.facts


def with_primary(no: int, role: str) -> dict[str, Any]:
    body = small_catalogue()
    next(item for item in body["items"] if item["no"] == no)["primary"] = {"shop": role}
    return body


def found(no: int, **more: Any) -> dict[str, Any]:
    return {"findings": [{"item": no, **more}]}


THREE = [(f"07 1{2 * n + 1}:00", leader, "transfer", {"case": 0, "to": f"dept:{to}", "reason": "职责"}) for n, (leader, to) in enumerate(
    [("leader_pingan", "cg"), ("leader_cg", "cjb"), ("leader_cjb", "mr")])]  # fmt: skip
TWO_ACCEPTED = [("07 12:00", "leader_cg", "accept", {"case": 0}), ("07 14:00", "leader_cjb", "accept", {"case": 0})]
STORIES: list[tuple[str, list[dict[str, Any]]]] = [
    *((why, tell(*said).facts) for why, said, _item, _now, _seen in CASES),
    (
        "R13: the window ends with the limit where that is shorter",
        story(
            ("07 10:00", "patrol1", "visit", found(22)),
            ("07 10:05", "patrol1", "told", {"case": 0}),
            rules=small_catalogue(limits={22: {"value": 1}}),
        ),
    ),
    (
        "R20: permanent, but without may_close_enforcement",
        story(
            ("07 10:00", "patrol1", "visit", found(3)),
            ("07 10:05", "cg1", "visit", {"cases": [0]}),
            ("07 12:40", "cg1", "done", {"case": 0}),
            ("07 12:50", "patrol1", "visit", {"cases": [0]}),
            ("07 12:55", "leader_cg", "close", {"case": 0}),
        ),
    ),
    (
        "R20: the look passed, then the desk closes without the right",
        story(
            ("07 10:00", "patrol1", "visit", found(3)),
            ("07 11:00", "cg1", "accept", {"case": 0}),
            ("07 11:10", "cg1", "done", {"case": 0}),
            ("07 11:20", "patrol1", "visit", {"cases": [0]}),
            ("07 11:30", "leader_cg", "close", {"case": 0}),
        ),
    ),
    ("R23: a third transfer", story(("07 10:00", "pingan1", "visit", found(23)), *sorted(THREE + TWO_ACCEPTED))),
    (
        "R24: never beyond what the law allows",
        story(
            ("07 10:00", "grid1", "visit", found(1)),
            ("07 10:10", "cg1", "told", {"case": 0}),
            ("07 10:20", "leader_cg", "extend", {"case": 0, "reason": "车多"}),
            place=POINT,
        ),
    ),
    ("R28: a self-government group's fix on the spot is looked at", story(("07 10:00", "group1", "visit", found(22, fixed=1)))),
    ("R30: somebody else's is not taken back", story(("07 10:00", "patrol1", "visit", found(3)), ("07 10:10", "cg1", "undo", {"fact": 0}))),
    (
        "of two clock corrections the last counts",
        story(
            ("07 10:00", "patrol1", "visit", found(3)),
            ("07 10:10", "admin", "clock", {"seq_from": 30, "seq_to": 99, "shift_ms": 1_800_000}),
            ("07 10:20", "admin", "clock", {"seq_from": 30, "seq_to": 99, "shift_ms": -3_600_000}),
        ),
    ),
    ("R33: a round starts with its claim", story(rules=small_catalogue(unclaimed=(22,)), later=("07 10:00", small_catalogue()))),
    (
        "R33: a due moves to the next duty day",
        story(("18 10:00", "mr1", "visit", {"asked": [38], "mode": "invited"}), rules=with_primary(38, "mr_officer")),
    ),
    ("R33: a first due moves to the next duty day", story(("28 10:00", "patrol1", "visit", {}), rules=with_primary(3, "cg_officer"))),
    ("R33: a due of seven days in the holidays", story(("24 10:00", "cg1", "visit", {"asked": [3]}), rules=with_primary(3, "cg_officer"))),
]


@pytest.mark.parametrize("raw", [raw for _why, raw in STORIES], ids=[why for why, _raw in STORIES])
def test_fold_and_evaluator_agree_on_stories_made_by_hand(raw: list[dict[str, Any]]) -> None:
    for now in instants(raw):
        assert not (apart := differences(raw, now)), "\n".join(apart)


@pytest.mark.long
@given(st.tuples(histories.SETTINGS, st.lists(histories.INTENTIONS, min_size=1, max_size=30)))
@settings(max_examples=2_000)
def test_fold_and_evaluator_agree_on_longer_histories(drawn: tuple[histories.Setting, list[histories.Intention]]) -> None:
    raw = histories.as_facts(*drawn)
    moments = instants(raw)
    for now in moments[:: max(len(moments) // 24, 1)]:
        assert not (found := differences(raw, now)), "\n".join(found)
