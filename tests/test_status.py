"""`yima status`: counts, group colours, causes; now and as it was."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import admin_of, at, item, person, rules, shop, step, town, visit
from yima.adapters.store import Store, boards, look, open_town
from yima.adapters.store.asof import board_as_of
from yima.core import events
from yima.core.results.leaders import Board
from yima.verbs.status import status
from yima.verbs.sweep import sweep

FOUNDED = at("2026-11-02 09:00")
TEN = at("2026-11-23 10:00")
AXES = ("grid", "street", "village", "kind", "module", "item", "dept")
WHO = ("line", "resource")


def everything(store: Store) -> list[str | int]:
    return list(store.town.last_catalogue.items)


class Place:
    """Forty shops in two grids, all looked at on the morning of 2026-11-23; nothing is wrong yet."""

    def __init__(self, folder: Path, shops: int = 40, **more: Any) -> None:
        self.store = store = town(folder, FOUNDED, **more)
        with store.transaction():
            self.finder = person(store, "王芳", "street_patrol", dept="ucc")
            self.officer = person(store, "周明", "cg_officer", dept="cg")
            self.centre = person(store, "赵主任", "dept_leader", dept="ucc")
            self.leader = person(store, "陈队长", "dept_leader", dept="cg")
            self.shops = [
                shop(store, f"店{n}", "荷花路", str(n), grid="荷花网格" if n % 2 else "新塘网格", village="青荷社区" if n % 4 else "")
                for n in range(shops)
            ]
            for one in self.shops:
                for who in (self.finder, self.officer):  # between them they meet every round of the outside
                    visit(store, one, who, at("2026-11-23 09:00"), asked=everything(store))

    def status(self, when: str = "23 10:01", **more: Any) -> Board:
        return status(self.store, now=at(f"2026-11-{when}"), **more)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    here = Place(tmp_path)
    with here.store:
        yield here


def row(board: Board, key: str) -> Any:
    return next(row for row in board.rows if row.key == key)


def test_a_group_counts_objects_and_the_town_all_of_them(place: Place) -> None:
    visit(place.store, place.shops[1], place.finder, TEN, found=["over_door_business"])
    board = place.status()
    assert [(one.key, sum(one.counts.values())) for one in board.rows] == [("新塘网格", 20), ("荷花网格", 20)]
    assert sum(board.town.counts.values()) == 40
    assert row(board, "荷花网格").counts["blue"] == 1 and row(board, "新塘网格").counts["blue"] == 0


def test_a_red_group_names_its_cases_and_how_many_objects(place: Place) -> None:
    for one in place.shops[1:9:2]:
        visit(place.store, one, place.finder, TEN, found=["over_door_business"])
    visit(place.store, place.shops[9], place.finder, at("2026-11-23 11:20"), found=["over_door_business"])  # yellow: not named beside red
    red = row(place.status("23 13:00"), "荷花网格")
    assert (red.colour, red.problem, red.work) == ("red", 4, 0)
    assert red.causes == ("K1-0001", "K1-0002", "K1-0003", "K1-0004")
    assert row(place.status("23 13:00"), "新塘网格").causes == ()


def test_missed_rounds_are_work_and_name_the_leader_of_who_missed_them(place: Place) -> None:
    late = place.status("30 09:00")  # P7D of over_door_business: due on the 30th, missed from the 1st on
    assert all(one.work == 0 for one in late.rows)
    missed = row(status(place.store, now=at("2026-12-01 09:00")), "荷花网格")
    assert (missed.problem, missed.work, missed.colour) == (0, 20, "yellow")
    assert ("赵主任", 20) in missed.missed


def lenient(body: dict[str, Any]) -> None:
    """Shares alone make no group red or yellow, as in a town with many objects."""
    body["town"]["colours"] |= {"group_red_permille": 900, "group_yellow_permille": 900}


def test_an_overdue_hazard_makes_its_own_groups_red_and_no_other(tmp_path: Path) -> None:
    place = Place(tmp_path, 6, change=lenient)
    with place.store:
        visit(place.store, place.shops[1], place.finder, TEN, found=["fire_lane_blocked", "facade_dirty"])
        grids = place.status("23 13:00")
        assert [(one.key, one.colour) for one in grids.rows] == [("新塘网格", "green"), ("荷花网格", "red")]
        assert grids.town.colour == "green", "the town goes by shares alone"
        modules, depts = place.status("23 13:00", by="module"), place.status("23 13:00", by="dept")
        assert (row(modules, "safety").colour, row(modules, "appearance").colour) == ("red", "green")
        assert (row(depts, "pingan").colour, row(depts, "cjb").colour) == ("red", "green")


def test_a_supervision_not_answered_makes_the_group_red_and_is_named(tmp_path: Path) -> None:
    place = Place(tmp_path, 6, change=lenient)
    with place.store:
        visit(place.store, place.shops[1], place.finder, TEN, found=["=没人管的电线"])
        sweep(place.store, by=look.person_by(place.store, "顾晓"), now=at("2026-11-24 12:00"))
        answer_due = at("2026-11-24 18:00")
        before, after = (row(status(place.store, now=now), "荷花网格") for now in (answer_due, answer_due + 1))
        assert (before.unanswered, before.colour) == ((), "green")
        assert (after.unanswered, after.colour) == (("K1-0001",), "red")


def test_groups_without_a_key_are_called_something(place: Place) -> None:
    from yima.adapters.render import Voice
    from yima.adapters.render.leaders import board_json, row_name

    visit(place.store, place.shops[1], place.finder, TEN, found=["=没人管的电线"])
    for by in (*AXES, *WHO):
        board = place.status(by=by)
        assert all(row_name(by, one) for one in board.rows)
        assert all(one["name"] for one in board_json(board, Voice(8 * 3_600_000, TEN))["rows"])
    assert [one.key for one in place.status(by="village").rows] == ["青荷社区", ""], "what has no key stands last"
    assert place.status(by="item").rows[-1].key == "0"


def test_what_is_not_claimed_is_listed(tmp_path: Path) -> None:
    def but_one(body: dict[str, Any]) -> None:
        body["claims"] = body["claims"][1:]

    with town(tmp_path, FOUNDED, change=but_one) as store:
        assert status(store, now=TEN).unclaimed == (rules()["items"][0]["name"],)


def test_by_object_lists_what_is_neither_green_nor_grey(place: Place) -> None:
    visit(place.store, place.shops[3], place.finder, TEN, found=["over_door_business"])
    visit(place.store, place.shops[4], place.finder, TEN, found=["facade_dirty"])
    board = place.status("23 13:00", by="object")
    assert [(one.key, one.colour, one.causes) for one in board.rows] == [
        (place.shops[3], "red", ("K1-0001",)),
        (place.shops[4], "blue", ("K1-0002",)),
    ]
    assert board.rows[0].since == at("2026-11-23 12:00") + 1 and board.rows[1].since == TEN
    assert [one.key for one in place.status("23 13:00", by="object", colour="red").shown] == [place.shops[3]]
    assert len(place.status("23 13:00", by="object", colour="green").shown) == 38


def test_check_is_about_all_rows_whatever_is_shown(place: Place) -> None:
    visit(place.store, place.shops[1], place.finder, TEN, found=["over_door_business"])
    board = place.status("23 13:00", colour="green")
    assert [one.key for one in board.shown] == ["新塘网格"] and board.has_red


# -- who does it


def test_a_round_belongs_to_the_line_and_the_resource_of_its_primary_role(place: Place) -> None:
    missed = at("2026-12-01 09:00")
    lines = status(place.store, by="line", now=missed)
    assert [one.key for one in lines.rows] == ["line", "local", "self"], "in the order of the rules"
    assert row(lines, "line").counts["yellow"] == 40 and row(lines, "line").work == 40 and ("赵主任", 40) in row(lines, "line").missed
    assert row(lines, "self").counts["yellow"] == 0, "what an owner has not looked at gives no colour"
    resources = status(place.store, by="resource", now=missed)
    assert row(resources, "contract").counts["yellow"] == 40 and sum(resources.town.counts.values()) == 40


def test_a_case_belongs_to_the_owner_while_the_window_runs_then_to_whoever_would_be_told_then_to_its_holder(place: Place) -> None:
    store, one = place.store, place.shops[1]
    crew = person(store, "韦师傅", "sanitation_crew", dept="cjb")
    seen = visit(store, one, place.finder, TEN, found=["over_door_business"])

    def whose(when: str, by: str = "resource") -> list[str]:
        return [each.key for each in place.status(when, by=by).rows if each.counts["blue"] + each.counts["yellow"] + each.counts["red"]]

    assert (whose("23 10:01"), whose("23 10:01", "line")) == (["social"], ["self"])
    assert (whose("23 11:00"), whose("23 11:00", "line")) == (["permanent"], ["line"]), "the officer would be told"
    step(store, one, seen, "return", place.officer, at("2026-11-23 11:01"), reason="不归我")
    step(store, one, seen, "reassign", place.leader, at("2026-11-23 11:02"), to=f"person:{crew}")
    assert (whose("23 11:03"), whose("23 11:03", "line")) == (["third_party"], ["local"]), "who holds it, in the role held"


def test_an_unlisted_case_belongs_to_the_desk_that_sorts_it_then_to_the_department_that_leads_for_now(place: Place) -> None:
    person(place.store, "韦师傅", "sanitation_crew", dept="cjb")
    seen = visit(place.store, place.shops[1], place.finder, TEN, found=["=没人管的电线"])
    assert row(place.status(by="resource"), "permanent").counts["blue"] == 1
    step(place.store, place.shops[1], seen, "temporary_lead", admin_of(place.store), at("2026-11-23 10:05"), to="dept:cjb")
    assert row(place.status("23 10:06", by="resource"), "third_party").counts["blue"] == 1
    assert all(one.key != "permanent" for one in place.status("23 10:06", by="resource").rows)


def test_what_nobody_handles_stands_with_nobody(place: Place) -> None:
    seen = visit(place.store, place.shops[1], place.finder, TEN, found=["=没人管的电线"])
    step(place.store, place.shops[1], seen, "temporary_lead", admin_of(place.store), at("2026-11-23 10:05"), to="dept:agri")
    nobody = place.status("23 10:06", by="line").rows[-1]
    assert (nobody.key, nobody.counts["blue"]) == ("", 1)


def test_a_line_with_an_overdue_case_names_it(place: Place) -> None:
    visit(place.store, place.shops[1], place.finder, TEN, found=["over_door_business"])
    late = place.status("23 13:00", by="line")
    assert (row(late, "line").counts["red"], row(late, "line").causes, row(late, "line").problem) == (1, ("K1-0001",), 1)
    assert row(late, "local").causes == () and late.town.counts["red"] == 1


def test_an_overdue_hazard_makes_the_line_of_who_handles_it_red(tmp_path: Path) -> None:
    place = Place(tmp_path, 6, change=lenient)
    with place.store:
        person(place.store, "郑静", "dept_staff", dept="pingan")
        visit(place.store, place.shops[1], place.finder, TEN, found=["fire_lane_blocked"])
        found = place.status("23 13:00", by="line")
        assert [(one.key, one.colour) for one in found.rows if one.colour == "red"] == [("local", "red")]
        assert found.town.colour == "green"


def test_the_thresholds_are_those_of_the_published_rules(tmp_path: Path) -> None:
    place = Place(tmp_path, 10, change=lenient)
    with place.store:
        visit(place.store, place.shops[1], place.finder, TEN, found=["over_door_business"])
        assert {row(place.status("23 13:00", by=by), key).colour for by, key in (("grid", "荷花网格"), ("line", "line"))} == {"green"}


def test_by_person_shows_what_each_has_to_do_and_ranks_nobody(place: Place) -> None:
    store = place.store
    second = person(store, "安晓", "street_patrol", dept="ucc")
    for one in place.shops[1:4]:
        seen = visit(store, one, place.finder, TEN, found=["over_door_business"])
        if one != place.shops[3]:
            step(store, one, seen, "accept", place.officer, at("2026-11-23 10:40"))
    board = status(store, by="person", now=at("2026-11-30 09:00"))
    assert all(one.colour == "" and not any(one.counts.values()) for one in board.rows) and board.unheld == 1
    loads = {one.key: one.load for one in board.rows}
    assert (loads[place.officer].held, loads[place.officer].overdue) == (2, 2) and loads[place.leader].held == 0
    patrol = loads[place.finder]
    assert patrol == loads[second]._replace() and patrol.places == patrol.shared == 40 and patrol.questions > 40
    from yima.verbs.todo import todo

    rounds = todo(store, look.person_by(store, "王芳"), at("2026-11-30 09:00")).rounds
    assert (patrol.places, patrol.questions) == (len(rounds), sum(one[1] for one in rounds)), "as `yima todo` says"
    names = [one.name for one in board.rows]
    assert names == ["周明", "陈队长", *sorted(["安晓", "王芳", "赵主任", "顾晓"])], "by department and name, whoever has most"


def test_people_have_no_colour_to_ask_for(place: Place) -> None:
    from yima.errors import WrongUsage

    with pytest.raises(WrongUsage):
        place.status(by="person", colour="red")


def test_who_has_gone_is_listed_as_long_as_a_case_is_held(place: Place) -> None:
    seen = visit(place.store, place.shops[1], place.finder, TEN, found=["over_door_business"])
    step(place.store, place.shops[1], seen, "accept", place.officer, at("2026-11-23 10:40"))
    with place.store.transaction():
        gone = events.PersonLeft(on="2026-11-23")
        for one in (place.officer, place.finder):
            place.store.append("person.left", one, gone, by=admin_of(place.store), now=at("2026-11-23 17:00"))
    names = [one.name for one in place.status("25 09:00", by="person").rows]
    assert "周明" in names and "王芳" not in names


# -- as it was


def history(place: Place, seed: int, until: str = "2026-11-23 09:30") -> int:
    """Some more facts, of every sort; returns the instant of the last."""
    chance, now = random.Random(seed), at(until)
    store, names = place.store, [each for each in ("over_door_business", "fire_lane_blocked", "facade_dirty", "door_front_duty")]
    for _ in range(30):
        now += chance.randrange(1, 90) * 60_000
        one = chance.choice(place.shops[:12])
        cases = [case for case in store.state(one).cases.values() if case.closed is None]
        if cases and chance.random() < 0.6:
            step(store, one, cases[0].key, chance.choice(["done", "told", "accept"]), place.officer, now)
        else:
            visit(store, one, place.finder, now, found=[chance.choice(names)])
    return now


def same(one: Board, other: Board) -> bool:
    return one._replace(past=False) == other._replace(past=False)


@pytest.mark.parametrize("seed", range(3))
def test_as_of_says_what_status_said_then(place: Place, seed: int) -> None:
    then = history(place, seed)
    said = {by: status(place.store, by=by, now=then) for by in (*AXES, *WHO, "person", "object")}
    history(place, seed + 100, "2026-11-25 09:00")
    shop(place.store, "新店", "新路", "1", now=at("2026-11-27 09:00"))
    now = at("2026-11-28 09:00")
    assert all(same(status(place.store, by=by, as_of=then, now=now), said[by]) for by in said)
    assert not same(status(place.store, now=now), said["grid"])


def test_as_of_takes_no_later_rules_and_people(place: Place) -> None:
    then = history(place, 7)
    said = {by: status(place.store, by=by, now=then) for by in (*AXES, *WHO, "person")}
    with place.store.transaction():
        body = events.canonical(events.lean(rules(claimed=False)))
        place.store.append("catalogue.published", events.digest(body), body, by=admin_of(place.store), now=then + 60_000)
        place.store.append(
            "person.changed",
            place.finder,
            events.PersonRegistered(dept="cg", roles=({"role": "volunteer"},)),
            by=admin_of(place.store),
            now=then + 60_001,
        )
    now = at("2026-11-28 09:00")
    assert all(same(status(place.store, by=by, as_of=then, now=now), said[by]) for by in said)
    assert len(status(place.store, now=now).unclaimed) == 52


@pytest.mark.parametrize("seed", range(2))
def test_two_ways_of_counting_agree(place: Place, seed: int) -> None:
    """The SQL of `status`, and the count over folded values that reports use."""
    then = history(place, seed + 20)
    sweep(place.store, by=look.person_by(place.store, "顾晓"), now=then)
    for by in AXES:
        for now in (then, then + 86_400_000, then + 9 * 86_400_000):
            board = boards.board(place.store, by, now)
            other = {one.key: one.counts for one in board_as_of(place.store, by, now)}
            assert {one.key: tuple(one.counts.values()) for one in board.rows} == {key: counts[:5] for key, counts in other.items()}, by


def test_before_the_town_there_was_nothing(place: Place) -> None:
    from yima.errors import BadInput

    with pytest.raises(BadInput):
        place.status(as_of=FOUNDED - 1)


def test_the_command(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from yima.cli import main

    visit(place.store, place.shops[1], place.finder, TEN, found=["over_door_business"])
    monkeypatch.setenv("YIMA_NOW", "2026-11-23T13:00")
    assert main(["status", "--town", str(tmp_path), "--check"]) == 1
    text = capsys.readouterr().out
    assert "K1-0001" in text and "荷花网格" in text
    assert main(["status", "--town", str(tmp_path), "--check", "--as-of", "2026-11-23T10:30"]) == 0
    capsys.readouterr()
    for by in (*AXES, *WHO, "person", "object"):
        assert main(["status", "--town", str(tmp_path), "--by", by, "--json"]) == 0
        result = json.loads(capsys.readouterr().out)
        assert {"as_of", "town", "counts", "rows"} <= set(result)
        assert all({"key", "name", "colour", "counts"} <= set(one) for one in result["rows"])
    assert main(["status", "--town", str(tmp_path), "--as-of", "gestern"]) == 3
    with open_town(tmp_path, fake_clock=True) as store:
        assert item(store, "over_door_business") == 3
