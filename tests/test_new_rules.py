"""New rules move no open case and take no due back (DESIGN §5, §7): of the fold with random histories, and of a real town."""

import copy
import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests import histories
from tests.factories import admin_of, at, case_of, person, rules, shop, step, visit
from tests.factories import town as founded
from tests.test_fold import as_fact, split
from yima.adapters.store import Store
from yima.core import events, flow
from yima.core.events import Fact
from yima.core.flow import cases
from yima.core.flow.rounds import Round, dues, missed_days, on_duty
from yima.core.flow.rungs import next_rung_at
from yima.core.model import Item, Object
from yima.core.town import Town
from yima.core.worktime import period_days, plus

Body = dict[str, Any]


# ── other rules ──


class Changes:
    """What a later catalogue has other than the one before; each is drawn or left out."""

    @staticmethod
    def limits(item: Body, dice: int) -> None:
        value = item["limit"]["value"]
        item["limit"]["value"] = [max(value // 2, 1), value * 3, 1, 40][dice % 4]
        if dice % 3 == 0:
            item["limit"].update({"unit": "natural_day"})
            item["limit"].pop("schedule", None)
        if dice % 5 == 0:
            item["limit"]["from"] = "accepted"
        item["self_fix"] = ["PT5M", "P1D", ""][dice % 3]

    @staticmethod
    def roles(item: Body, dice: int) -> None:
        item["handlers"] = [["police"], ["service_agent", "cg_officer"], list(reversed(item["handlers"]))][dice % 3]
        item["finders"] = [*dict.fromkeys(item.get("primary", {}).values()), *([] if dice % 2 else ["volunteer"])]
        item["third_party_may_close"] = ["yes", "no"][dice % 2]
        item["lead"] = ["police", item["lead"]][dice % 2]

    @staticmethod
    def periods(item: Body, dice: int) -> None:
        every = {kind: ["P1D", "P2D", "P3D", "P7D", "P14D", "P1M"][(dice + place) % 6] for place, kind in enumerate(item.get("every", {}))}
        item["every"] = every

    @staticmethod
    def flow(item: Body, dice: int) -> None:
        item["flow"] = ["F1", "F2", "F3", "F4"][dice % 4]


def changed(body: Body, picks: list[tuple[str, int]], dice: int) -> Body:
    """Another catalogue. picks: which kind of change, and the die of each item."""
    new = copy.deepcopy(body)
    for word, die in picks:
        for place, item in enumerate(new["items"]):
            getattr(Changes, word)(item, die + place)
    if dice % 2:
        for one in new["flows"].values():
            one["closing"] = {"by_resource": ["permanent"], "third_party": "never"}
            one["stages"] = [
                {**stage, "limit": {"kind": "fixed", "value": 1, "unit": "urgent_hour"}} for stage in one["stages"][:-1]
            ] + one["stages"][-1:]
    if dice % 3 == 0:
        new["ladder"] = [{**rung, **({"at_percent": 50} if "at_percent" in rung else {})} for rung in new["ladder"]]
        new["town"]["recheck_share"] = 1
        new["ends_with_tenant"] = []
    if dice % 5 == 0:
        new["claims"] = []
    if dice % 7 == 0:
        new["items"] = new["items"][1:]
    if dice % 4 == 0:  # other office hours: a limit in working hours is counted on those of its own rules
        new["town"]["schedules"]["office"]["hours"] = [["07:00", "20:00"]]
        new["town"]["schedules"]["street"]["hours"] = [["10:00", "12:00"]]
    new["town"]["colours"]["yellow_percent"] = 10 + dice % 50
    return new


CHANGES = st.tuples(
    st.lists(st.tuples(st.sampled_from(["limits", "roles", "periods", "flow"]), st.integers(0, 11)), max_size=4), st.integers(0, 209)
)


def published(facts: list[Fact], place: int, body: Body) -> list[Fact]:
    """The log with one more publication by the founder's device, just after the fact at `place` in order."""
    ordered = sorted(facts, key=events.order)
    before = ordered[place]
    raw = events.canonical(events.lean(body))
    fact = Fact(
        histories.DEVICES["K1"], 10_000, max(before.wall, ordered[0].wall), before.at, histories.ADMIN, "catalogue.published",
        events.digest(raw), raw, "0" * 64, "",
    )  # fmt: skip
    between = fact._replace(at=before.at + 1, hash=events.digest(raw + str(place).encode()))
    return [*ordered, between]


def last_rules(facts: list[Fact]) -> Body:
    made: Body = json.loads(max((fact for fact in facts if fact.kind == "catalogue.published"), key=events.order).body)
    return made


# ── the fold ──


@given(histories.history(22), CHANGES, st.integers(0, 1 << 30))
@settings(max_examples=50)
def test_a_case_keeps_limit_roles_and_closing_rule_whatever_is_published_after_its_opening(
    drawn: tuple[histories.Setting, list[histories.Intention]], change: tuple[list[tuple[str, int]], int], die: int
) -> None:
    """Every later fact says what it said, and every case is in the same state, with the same dues, colours and rungs, as without new rules."""
    facts = [as_fact(one) for one in histories.as_facts(*drawn)]
    first = next(place for place, fact in enumerate(sorted(facts, key=events.order)) if fact.kind == "catalogue.published")
    place = first + die % (len(facts) - first)
    old, objects = split(facts)
    new, _objects = split(published(facts, place, changed(last_rules(facts), *change)))
    assert len(new.rules) >= len(old.rules)
    for its in objects.values():
        before, after = flow.refold(its, old), flow.refold(its, new)
        assert after.cases == before.cases
        assert after.names == before.names and after.unmoved == before.unmoved
        for key, case in before.cases.items():
            if case.catalogue in old.catalogues:
                rules = old.catalogues[case.catalogue]
                assert cases.turns_of(new, rules, case) == cases.turns_of(old, rules, case), key
                assert cases.running_due(new, rules, case) == cases.running_due(old, rules, case), key
                assert next_rung_at(new, rules, case) == next_rung_at(old, rules, case), key


# New rules on the day on which a street starts.
STREET_STARTS_THEN = histories.Setting("2026-09-28 20:30", "2026-10-01", 0, False, 20, 0, 0)


def running(town: Town, item: Item, obj: Object, one: Round, day: int) -> int:
    """The first due on that day or later."""
    asked = town.asked(item.no, obj.kind)
    return next(due for due in islice(dues(town, asked, one.anchor, one.due, one.period), 10_000) if due >= day)


@given(histories.history(18), CHANGES)
@example(
    (STREET_STARTS_THEN, [histories.Intention(gap, "find", (0, 0, 0, 0)) for gap in (0, 0, 0, 0, 60, 60, 90, 2880)]), ([("periods", 0)], 1)
)
@settings(max_examples=50)
def test_new_rules_take_no_due_back_and_make_nothing_late_at_once(
    drawn: tuple[histories.Setting, list[histories.Intention]], change: tuple[list[tuple[str, int]], int]
) -> None:
    raw = histories.as_facts(*drawn)
    facts = [as_fact(one) for one in raw]
    body = changed(last_rules(facts), *change)
    old, objects = split(facts)
    new, _objects = split(published(facts, len(facts) - 1, body))
    now = new.rules[-1].when
    today = new.day(now)
    assume(all(old.day(rule.when) < today for rule in old.rules))  # of several publications on one day the last holds (readings 35)
    for its in objects.values():
        before, after = flow.refold(its, old), flow.refold(its, new)
        was, rounds = flow.rounds(before, old), flow.rounds(after, new)
        for no, one in rounds.items():
            if no not in was or was[no].anchor > today:
                continue
            obj, item = after.obj, new.last_catalogue.items[no]
            due, earlier = running(new, item, obj, one, today), running(old, old.last_catalogue.items[no], obj, was[no], today)
            asked = new.asked(no, obj.kind)
            period = next(period for day, period in reversed(asked.run) if day <= today)
            begins = one.base == "grey" and one.anchor == today  # then the first dues are spread over the new period (readings 33)
            least = today + 1 if begins else plus(today, period)
            assert due >= min(earlier, on_duty(new, asked, today, least)), (no, due, earlier, period)
            ran = [was[no].period, *(shorter for day, shorter in old.asked(no, obj.kind).run if was[no].anchor < day <= today)]
            if was[no].anchor < today and period_days(period) >= min(map(period_days, ran)):  # a scan of today is one under the new rules
                assert due == earlier, (no, "a longer period waits for the next scan")
            late, was_late = (missed_days(*args, now) for args in ((new, item, obj, one), (old, item, obj, was[no])))
            assert late == was_late, (no, "late at once")


# ── a real town ──


def longer(body: Body) -> None:
    """Limits and periods times three, other people, nobody of the third party closes."""
    for item in body["items"]:
        item["limit"]["value"] *= 3
        item["handlers"] = ["service_agent"]
        item["every"] = dict.fromkeys(item.get("every", {}), "P3M")


def shorter(body: Body) -> None:
    """A limit of one hour for all, longer office hours, daily rounds, another flow, and nobody claims the signs any more."""
    body["town"]["schedules"]["office"]["hours"] = [["06:00", "22:00"]]
    body["town"]["schedules"]["street"]["hours"] = [["00:00", "24:00"]]
    for item in body["items"]:
        item["limit"] = {"value": 1, "unit": "urgent_hour", "from": "finding"}
        item.pop("self_fix", None)
        item["every"] = dict.fromkeys(item.get("every", {}), "P1D")
        item["flow"] = "F2"
        item["finders"] = list(dict.fromkeys(item["primary"].values()))
    body["claims"] = [claim for claim in body["claims"] if claim["item"] != "shop_sign_dirty_damaged"]


def publish(store: Store, change: Callable[[Body], None], now: int) -> str:
    raw = events.canonical(events.lean(rules(change)))
    with store.transaction():
        store.append("catalogue.published", events.digest(raw), raw, by=admin_of(store), now=now)
    store.fresh()
    return events.digest(raw)


CASE_ROWS = "SELECT * FROM case_file ORDER BY key"
TURNS = "SELECT object, item, finding, case_base, case_since, case_yellow, case_red FROM matter WHERE case_base <> '' ORDER BY object, item, finding"


@pytest.mark.parametrize("change", [longer, shorter])
def test_open_cases_of_a_town_stay_as_they_are_when_rules_are_published(tmp_path: Path, change: Callable[[Body], None]) -> None:
    with founded(tmp_path, at("2026-10-12 09:00")) as store:
        wang, li, zhou = (
            person(store, "王芳", "street_patrol", dept="cg"),
            person(store, "李强", "street_patrol", dept="cg"),
            person(store, "周明", "cg_officer", dept="cg"),
        )
        person(store, "陈立", "dept_leader", dept="cg")
        zheng = person(store, "郑静", "dept_staff", dept="cjb")
        shops = [shop(store, f"{number}号店", door=str(number)) for number in range(1, 6)]
        items = ("over_door_business", "shop_sign_dirty_damaged", "renovation_waste", "sign_fall_risk", "door_front_duty")
        seen = [visit(store, one, wang, at("2026-11-23 10:00"), found=[item]) for one, item in zip(shops, items, strict=True)]
        step(store, shops[0], seen[0], "told", wang, at("2026-11-23 10:05"))
        step(store, shops[2], seen[2], "accept", zhou, at("2026-11-24 16:00"))
        step(store, shops[3], seen[3], "done", zheng, at("2026-11-23 11:00"))
        store.fresh()
        before, turns = (store.db.execute(statement).fetchall() for statement in (CASE_ROWS, TURNS))
        assert len(before) == 5 and len(turns) == 5
        publish(store, change, at("2026-11-24 17:00"))
        assert store.db.execute(CASE_ROWS).fetchall() == before
        assert store.db.execute(TURNS).fetchall() == turns
        # 周明 is handler no more, 李强 finder no more of some: for the cases of the old rules they still are
        step(store, shops[2], seen[2], "done", zhou, at("2026-11-24 18:00"))
        assert case_of(store, shops[2], seen[2]).stage == "check"
        visit(store, shops[3], li, at("2026-11-24 18:30"), cases=[seen[3]])
        assert case_of(store, shops[3], seen[3]).outcome == "passed", "closed by a contract finder, as the old F4 has it"
        new = visit(store, shops[4], wang, at("2026-11-25 09:00"), found=["over_door_business"])
        limits = {"longer": 6 * 3_600_000, "shorter": 3_600_000}
        assert case_of(store, shops[4], new).limit == limits[change.__name__], "what opens now lives under the new rules"


@pytest.mark.parametrize(("change", "period"), [(longer, 90), (shorter, 1)])
def test_rounds_of_a_town_keep_their_due_or_get_a_nearer_one_from_the_day_of_publication(
    tmp_path: Path, change: Callable[[Body], None], period: int
) -> None:
    with founded(tmp_path, at("2026-10-12 09:00")) as store:
        wang = person(store, "王芳", "street_patrol", dept="cg")
        shops = [shop(store, f"{number}号店", door=str(number)) for number in range(1, 8)]
        for day, one in enumerate(shops[:5], 10):
            visit(store, one, wang, at(f"2026-11-{day} 10:00"), asked=["over_door_business", "door_front_duty"])
        store.fresh()
        statement = "SELECT object, item, due_day, round_yellow FROM matter WHERE round_base <> '' AND role = 'street_patrol'"
        before = {row[:2]: row[2:] for row in store.db.execute(statement)}
        publish(store, change, at("2026-11-16 15:00"))
        today = store.town.day(at("2026-11-16 15:00"))
        after = {row[:2]: row[2:] for row in store.db.execute(statement)}
        kept = before.keys() & after.keys()
        assert len(kept) > 50
        for key in kept:
            (due, yellow), (was, was_yellow) = after[key], before[key]
            if was >= today:
                assert due == min(was, today + period), key
            else:
                assert (due, yellow) == (was, was_yellow), "what is missed stays missed"
            assert yellow >= min(was_yellow, store.town.day_start(today + period + 1)), "nothing becomes late at once"
