"""A year of simulated town life, swept daily (tests/townlife.py): what `yima status` and `yima show` read of sampled matters is what the
independent evaluator says of the same facts: the colour, whether the case or the round made it (问题 / 工作), and since when."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import evaluator
from tests.histories import campaign, day_text
from tests.test_fold import Ladder, ladder_of
from tests.townlife import Life
from yima.adapters.store import Store, look
from yima.core import events
from yima.core.colour import RANK, colour_at, since

Key = tuple[str, int, str]  # object, item, finding


class Shown(NamedTuple):
    """One matter at an instant. cause: case (问题, the place) or round (工作, our work); of two equally bad the case."""

    colour: str
    cause: str
    since: int


def worse_of(case: tuple[str, int | None], its_round: tuple[str, int | None]) -> Shown | None:
    """Of (colour, since) each, "" = there is none; None where there is neither."""
    colour, cause, since_ = max((RANK.get(case[0], -1), 1, case), (RANK.get(its_round[0], -1), 0, its_round))
    return Shown(since_[0], "case" if cause else "round", int(since_[1] or 0)) if colour >= 0 else None


def shown_by_store(store: Store, object_ids: Iterable[str], now: int) -> dict[Key, Shown]:
    """Every matter of these objects, as the folded rows have it."""
    found = {}
    for object_id in object_ids:
        for item, finding, of_round, of_case in look.matter_colours(store, object_id):
            case, its_round = (
                (colour_at(base, yellow, red, now), since(set_at, yellow, red, base, now)) if base else ("", None)
                for base, set_at, yellow, red in (of_case, of_round)
            )
            if (shown := worse_of(case, its_round)) is not None:
                found[object_id, item, finding] = shown
    return found


def ladders_of(store: Store, object_ids: Iterable[str]) -> set[Ladder]:
    """Who was told what in every case of these objects, and when somebody is told next, as the store has it."""
    every = [(key, case) for object_id in object_ids for key, case in store.state(object_id).cases.items()]
    return {one for one in (ladder_of(store.town, key, case) for key, case in every) if one[1:] != ((), None)}


def shown_by_evaluator(store: Store, object_ids: Iterable[str], now: int) -> tuple[dict[Key, Shown], set[Ladder]]:
    """Both from the log alone: the town's facts, those of the register, and all facts of these objects."""
    wanted = set(object_ids)
    facts = [
        raw(fact) for fact in store.facts() if fact.kind in events.TOWN_KINDS or fact.kind.startswith("object.") or fact.subject in wanted
    ]
    town = evaluator.read_town(facts)
    by_object: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in facts:
        by_object[fact["subject"]].append(fact)
    places = {
        object_id: evaluator.replayed(town, object_id, evaluator.of_object(town, by_object[object_id], object_id)) for object_id in wanted
    }
    seen = evaluator.look(evaluator.Replayed(town, places), now)
    found = {key: worse_of((one.case_colour, one.case_since), (one.round_colour, one.round_since)) for key, one in seen.items()}
    return {key: one for key, one in found.items() if one is not None}, {ladder for one in seen.values() for ladder in one.ladders}


def raw(fact: events.Fact) -> dict[str, Any]:
    return {**fact._asdict(), "body": json.loads(fact.body)}


def sampled(shown: dict[Key, Shown], colour: str, most: int, seed: int) -> list[Key]:
    """At most so many matters of a colour, half of them by each cause as far as there are that many."""
    dice = random.Random(seed)
    by_cause = [sorted(key for key, one in shown.items() if (one.colour, one.cause) == (colour, cause)) for cause in ("case", "round")]
    fewer = min(most // 2, min(len(keys) for keys in by_cause))
    chosen = [key for keys in by_cause for key in dice.sample(keys, fewer)]
    rest = sorted({key for keys in by_cause for key in keys} - set(chosen))
    return chosen + dice.sample(rest, min(most - len(chosen), len(rest)))


def disagree(life: Life, most: int, colours: Sequence[str] = ("red", "yellow", "green")) -> tuple[list[str], Counter[tuple[str, str]]]:
    """Where store and evaluator differ on at most so many matters of each colour; and how many by colour and cause were compared.

    Of the objects that were chosen all other matters are compared too (one that the store does not show at all would never be drawn), and the
    ladders of all their cases.
    """
    store, now = life.store, life.now
    store.fresh()
    ours = shown_by_store(store, life.objects, now)
    chosen = [key for colour in colours for key in sampled(ours, colour, most, now)]
    object_ids = {object_id for object_id, _item, _finding in chosen}
    theirs, ladders = shown_by_evaluator(store, object_ids, now)
    here = {key: one for key, one in ours.items() if key[0] in object_ids}
    found = [
        f"{key}\n  store     {here.get(key)}\n  evaluator {theirs.get(key)}"
        for key in sorted({*here, *theirs})
        if here.get(key) != theirs.get(key)
    ]
    found += [f"not in both: {one}" for one in sorted(ladders ^ ladders_of(store, object_ids), key=str)]
    return found, Counter((ours[key].colour, ours[key].cause) for key in chosen)


def stricter(life: Life) -> None:
    """What a joint meeting changes after some weeks: a shorter and a longer period, a longer limit, periods by colour, an item given up."""
    items = {item["no"]: item for item in life.body["items"]}
    items[3]["every"] = {"shop": "P5D"}
    items[2]["every"] = {"shop": "P1M"}
    items[22]["limit"]["value"] = 6
    items[15]["every_by_colour"] = {"blue": "P3D", "yellow": "P2D"}
    life.body["claims"] = [claim for claim in life.body["claims"] if claim["item"] != items[52]["id"]]


def with_campaign(life: Life) -> None:
    """A campaign of two weeks that begins in three days, for what stands in the way of fire engines and on the pavement."""
    ids = [item["id"] for item in life.body["items"] if item["no"] in (4, 23)]
    one = {**campaign(day_text(life.now, 3), day_text(life.now, 17), (), "P3D"), "items": ids}
    life.body["town"]["campaigns"] = [one]


def a_life_of(life: Life, days: int, most: int, *, looks: int) -> Counter[tuple[str, str]]:
    """Live, with new rules after a third and a campaign after the half, and compare at so many instants, the last one at the end."""
    counted: Counter[tuple[str, str]] = Counter()
    passed = 0
    for number in range(1, looks + 1):
        until = days * number // looks
        for turn, change in ((days // 3, stricter), (days // 2, with_campaign)):
            if passed < turn <= until:
                life.live(turn - passed)
                passed = turn
                change(life)
                life.publishes()
        life.live(until - passed)
        passed = until
        found, counted = disagree(life, most)
        assert not found, f"{len(found)} differ on {day_text(life.now)}; the first:\n" + "\n".join(found[:5])
    return counted


def happened(life: Life) -> Counter[str]:
    """How often which flow, stage, way to close, and rung (raised, answered, withdrawn) has occurred."""
    found: Counter[str] = Counter()
    for _object, case in look.all_cases(life.store):
        found.update(
            (case.flow, *case.entries, case.outcome or case.stage, *(word for word in ("repeat", "extensions") if getattr(case, word)))
        )
        for one in case.rungs:
            found.update((one.rung, f"{one.rung} answered" if one.answered is not None else "", "withdrawn" if one.withdrawn else ""))
    return found


OFTEN = {"F1", "F2", "F3", "F4", "F6", "verify", "self_fix", "accept", "handle", "check", "suspended", "unclaimed", "passed", "refused", "void",
         "repeat", "remind", "supervise", "escalate", "supervise answered", "escalate answered"}  # fmt: skip
SELDOM = {"F5", "triage", "returned", "spot", "merged", "rated", "extensions", "withdrawn"}


def test_three_months_of_sixty_shops_agree_on_colour_cause_and_since_when(tmp_path: Path) -> None:
    with Life(tmp_path / "town", shops=60, start="2026-10-05") as life:  # to January 2027, past the calendar that is announced
        counted = a_life_of(life, 92, 500, looks=1)
        assert min(counted["red", "case"], counted["yellow", "round"]) >= 5 and counted["red", "round"] >= 50, counted
        assert counted["green", "round"] == 500, counted
        assert not OFTEN - set(happened(life)), "the agreement would prove little"


@pytest.mark.long
def test_a_year_of_three_thousand_shops_agrees_on_colour_cause_and_since_when(tmp_path: Path) -> None:
    with Life(tmp_path / "town", shops=3000, start="2026-01-01", pace=1.6) as life:
        counted = a_life_of(life, 365, 500, looks=2)
        assert counted["red", "case"] + counted["red", "round"] == 500 and min(counted["red", "case"], counted["red", "round"]) >= 50, (
            counted
        )
        assert counted["green", "round"] == 500 and counted["yellow", "case"] + counted["yellow", "round"] == 500, counted
        assert not (OFTEN | SELDOM) - set(happened(life))
