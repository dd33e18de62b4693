"""`yima sweep`: who is told, when, once; and what is taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import admin_of, at, case_of, person, rules, shop, step, town, visit
from yima.adapters.store import look, open_town
from yima.core import events
from yima.core.results.leaders import Swept
from yima.errors import NotAllowed
from yima.verbs.sweep import sweep

FOUNDED = at("2026-11-20 09:00")
TEN = at("2026-11-23 10:00")  # a Monday; over_door_business: 2 work_hour, so due 12:00, reminded at 11:30


class Place:
    """A town with one shop, its people, and an open case K1-0001 that began at ten."""

    def __init__(self, folder: Path) -> None:
        self.store = store = town(folder, FOUNDED)
        self.finder = person(store, "王芳", "street_patrol", dept="ucc")
        self.handlers = sorted((person(store, "周明", "cg_officer", dept="cg"), person(store, "周二", "cg_officer", dept="cg")))
        self.leader = person(store, "陈队长", "dept_leader", dept="cg")
        self.town_leader = person(store, "林镇长", "town_leader")
        self.shop = shop(store, "阿婆生煎", "荷花路", "12", id="0" * 20)  # first due the day after founding
        self.found = visit(store, self.shop, self.finder, TEN, found=["over_door_business=三张桌"])

    def sweep(self, when: str, **more: bool) -> Swept:
        return sweep(self.store, by=look.person_by(self.store, "顾晓"), now=at(f"2026-11-{when}"), **more)

    def facts(self) -> int:
        return int(self.store.db.execute("SELECT COUNT(*) FROM event").fetchone()[0])


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    here = Place(tmp_path)
    with here.store:
        yield here


def told(swept: Swept) -> set[tuple[str, str, str]]:
    return {(one.clock, one.rung, one.name) for one in swept.raised}


def test_each_rung_is_told_to_the_next_person_up(place: Place) -> None:
    visit(place.store, place.shop, place.finder, TEN + 1, found=["commercial_noise"], cases=[])  # police: nobody there
    assert not place.sweep("23 10:10").raised
    first = look.person_name(place.store, place.handlers[0])
    assert ("item:1", "remind", first) in told(place.sweep("23 11:31"))
    raised = place.sweep("23 14:01")
    assert ("item:1", "supervise", "陈队长") in told(raised)
    assert next(one for one in raised.raised if one.name == "陈队长").answer_due == at("2026-11-24 08:01")
    assert {one.to for one in raised.raised if one.case.item_id == "commercial_noise"} == {""}, "nobody is there: raised all the same"
    assert ("item:1", "escalate", "林镇长") in told(place.sweep("24 11:00"))


def test_a_sweep_right_after_another_writes_nothing(place: Place) -> None:
    assert place.sweep("23 14:01").raised
    before, facts = place.store.db.total_changes, place.facts()
    swept = place.sweep("23 14:02")
    assert not swept.raised and not swept.withdrawn
    assert (place.store.db.total_changes, place.facts()) == (before, facts)


def test_a_dry_run_shows_the_same_and_writes_nothing(place: Place) -> None:
    place.store.fresh()
    before = place.store.db.total_changes
    shown = place.sweep("23 14:01", dry_run=True)
    assert shown.dry_run and place.store.db.total_changes == before
    assert told(shown) == told(place.sweep("23 14:01"))


def test_the_holder_is_reminded_and_on_leave_the_deputy(place: Place) -> None:
    holder, deputy = place.handlers
    step(place.store, place.shop, place.found, "told", place.finder, TEN)
    step(place.store, place.shop, place.found, "reassign", place.leader, TEN + 31 * 60_000, to=f"person:{deputy}")
    assert {one.to for one in place.sweep("23 11:31").raised if one.rung == "remind"} == {f"person:{deputy}"}
    with place.store.transaction():
        place.store.append(
            "person.changed",
            deputy,
            events.PersonRegistered(leave=({"from": "2026-11-20", "to": "2026-11-30", "deputy": holder},)),
            by=admin_of(place.store),
            now=TEN + 1,
        )
    again = visit(place.store, place.shop, place.finder, at("2026-11-23 10:40"), found=["street_occupation"])
    step(place.store, place.shop, again, "reassign", place.leader, at("2026-11-23 11:20"), to=f"person:{deputy}")
    reminded = [one for one in place.sweep("23 14:11").raised if one.rung == "remind" and one.case.item_id == "street_occupation"]
    assert [one.to for one in reminded] == [f"person:{holder}"]


def test_the_centre_answers_for_what_is_unlisted(place: Place) -> None:
    centre = person(place.store, "赵主任", "dept_leader", dept="ucc")
    visit(place.store, place.shop, place.finder, TEN, found=["=充电桩没人管"])
    raised = [one for one in place.sweep("24 18:00").raised if not one.case.item]
    assert [(one.clock, one.rung, one.to) for one in raised] == [("triage:1", "supervise", f"person:{centre}")]


def test_what_is_not_claimed_has_no_ladder(tmp_path: Path) -> None:
    with town(tmp_path, FOUNDED, claimed=False) as store:
        finder, at_shop = person(store, "王芳", "street_patrol"), shop(store, "阿婆生煎")
        visit(store, at_shop, finder, TEN, found=["over_door_business"])
        assert not sweep(store, by=look.person_by(store, "顾晓"), now=at("2026-12-10 10:00")).raised


def test_only_a_device_that_may_sweep(place: Place) -> None:
    device = place.store.town.devices[place.store.device]
    with place.store.transaction():
        event = events.DeviceEnrolled(device.letters, device.key, ("*",), sweep=False)
        place.store.append("device.enrolled", device.id, event, by=admin_of(place.store), now=TEN)
    facts = place.facts()
    for when in ("23 10:01", "23 14:01"):  # whether something is due or not
        with pytest.raises(NotAllowed):
            place.sweep(when)
    assert place.facts() == facts


def test_somebody_who_may_not_act_here_raises_nothing(place: Place) -> None:
    with place.store.transaction():
        place.store.append("person.left", place.handlers[1], events.PersonLeft("2026-11-22"), by=admin_of(place.store), now=TEN + 1)
    facts = place.facts()
    with pytest.raises(NotAllowed):
        sweep(place.store, by=place.store.town.people[place.handlers[1]][-1][1], now=at("2026-11-23 14:01"))
    assert place.facts() == facts


def test_a_late_fact_withdraws_a_rung_and_that_is_said_once(place: Place) -> None:
    assert place.sweep("23 14:01").raised
    step(place.store, place.shop, place.found, "done", place.handlers[0], at("2026-11-23 11:45"))  # its clock says so; it came later
    withdrawn = place.sweep("23 15:00").withdrawn
    assert [(one.case.number, one.clock, one.rung) for one in withdrawn] == [("K1-0001", "item:1", "supervise")]
    before = place.store.db.total_changes
    assert not place.sweep("23 15:01").withdrawn
    assert place.store.db.total_changes == before


def test_a_rung_that_was_founded_stays_when_the_case_closes(place: Place) -> None:
    place.sweep("23 14:01")
    step(place.store, place.shop, place.found, "done", place.handlers[0], at("2026-11-23 14:30"))
    assert not place.sweep("23 15:00").withdrawn


def test_missed_rounds_are_counted_for_the_leader_of_whom_the_round_names(place: Place) -> None:
    person(place.store, "赵主任", "dept_leader", dept="ucc")
    other = shop(place.store, "大众理发", "老街", "9", id="0" * 19 + "7", grid="老街网格", trade="service")
    visit(place.store, other, place.finder, at("2026-11-23 09:00"), asked=list(place.store.town.last_catalogue.items))
    lists = {one.dept: (one.leader, one.places) for one in place.sweep("24 09:00").missed}
    assert lists["ucc"] == ("赵主任", 1), "the shop that was not visited; 王芳 is of the centre"


def lists(swept: Swept) -> list[tuple[str, str, int | None]]:
    """Those of the patrol's department; other departments miss rounds, too, and have no leader."""
    return [(one.dept, one.leader, one.told) for one in swept.missed if one.dept == "ucc"]


def test_a_leader_is_told_of_missed_rounds_once_a_workday_from_the_hour_of_the_rules_on(place: Place) -> None:
    leader = person(place.store, "赵主任", "dept_leader", dept="ucc")
    assert lists(place.sweep("22 12:00")) == [("ucc", "赵主任", None)], "a Sunday"
    assert lists(place.sweep("23 09:59")) == [("ucc", "赵主任", None)]
    assert not [fact for fact in place.store.facts_of(leader) if fact.kind == "rung.raised"]
    assert lists(place.sweep("23 10:00", dry_run=True)) == [("ucc", "赵主任", TEN)]
    assert not [fact for fact in place.store.facts_of(leader) if fact.kind == "rung.raised"], "a dry run"
    assert lists(place.sweep("23 10:00")) == [("ucc", "赵主任", TEN)]
    facts = place.facts()
    assert lists(place.sweep("23 17:00"))[0] == ("ucc", "赵主任", TEN)
    assert place.facts() - facts == 3, "the case's own rungs: the list stays as it was told"
    (told,) = [events.decode(fact.kind, fact.body) for fact in place.store.facts_of(leader) if fact.kind == "rung.raised"]
    assert told == events.RungRaised("", "missed:ucc", "supervise", f"person:{leader}", "2026-11-23")
    assert lists(place.sweep("24 10:05")) == [("ucc", "赵主任", at("2026-11-24 10:05"))]


def test_the_facts_of_a_list_are_no_objects_and_a_rebuild_finds_the_same(place: Place) -> None:
    person(place.store, "赵主任", "dept_leader", dept="ucc")
    place.sweep("23 17:00")
    before = list(place.store.db.execute("SELECT * FROM object")), list(place.store.db.execute("SELECT * FROM unmoved"))
    place.store.rebuild()
    assert (list(place.store.db.execute("SELECT * FROM object")), list(place.store.db.execute("SELECT * FROM unmoved"))) == before
    assert len(before[0]) == 1 and not before[1]


def test_a_list_without_a_leader_is_shown_and_told_to_nobody(place: Place) -> None:
    facts = place.facts()
    assert lists(place.sweep("23 10:00")) == [("ucc", "", None)]
    assert place.facts() == facts


def test_the_town_leader_gets_the_days_list_and_a_hazard_at_once(place: Place) -> None:
    person(place.store, "卫平", "dept_leader", dept="cjb")
    visit(place.store, place.shop, place.finder, TEN + 1, found=["sign_fall_risk=招牌松动"], cases=[])  # F4, two hours
    place.sweep("23 14:01")  # told to both leaders: four working hours to answer, until 08:01 of Tuesday
    assert {one.case.item_id for one in place.sweep("24 09:59").raised if one.rung == "escalate"} == {"sign_fall_risk"}
    assert {one.case.item_id for one in place.sweep("24 10:00").raised if one.rung == "escalate"} == {"over_door_business"}


def test_what_is_over_on_a_friday_evening_is_in_mondays_list(place: Place) -> None:
    place.sweep("27 11:00")  # Friday: long overdue, told now; the answer is due on Friday at 17:00
    assert not [one for one in place.sweep("30 09:59").raised if one.rung == "escalate"]
    assert [one.clock for one in place.sweep("30 10:00").raised if one.rung == "escalate"] == ["item:1", "accept:1"]


def test_the_next_sweep_reads_the_file_again(place: Place, tmp_path: Path) -> None:
    with open_town(tmp_path, fake_clock=True) as other:
        assert sweep(other, by=look.person_by(other, "顾晓"), now=at("2026-11-23 14:01")).raised
    assert not place.sweep("23 14:01").raised
    assert {one.rung for one in case_of(place.store, place.shop, place.found).rungs} == {"remind", "supervise"}


def test_the_command(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from yima.cli import main

    monkeypatch.setenv("YIMA_NOW", "2026-11-23T14:01")
    assert main(["sweep", "--town", str(tmp_path), "--json", "--check"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert {"as_of", "raised", "withdrawn", "counts"} <= set(result)
    assert result["as_of"] == "2026-11-23T14:01:00+08:00"
    assert set(result["counts"]) == {"red", "yellow", "blue", "green", "grey"}
    one = next(one for one in result["raised"] if one["clock"] == "item:1" and one["rung"] == "supervise")
    assert {"case": "K1-0001", "to": f"person:{place.leader}", "due": "2026-11-23T12:00:00+08:00"}.items() <= one.items()
    assert one["object"] == {"id": place.shop, "name": "阿婆生煎", "kind": "shop"}
    assert main(["sweep", "--town", str(tmp_path)]) == 0
    assert "L-1123-ucc" in capsys.readouterr().out


def test_the_ladder_of_the_shipped_rules_is_what_these_tests_count_on() -> None:
    assert [one.get("answer") for one in rules()["ladder"]][1:] == [
        {"value": 4, "unit": "work_hour", "schedule": "office"},
        {"value": 1, "unit": "work_day", "schedule": "office"},
    ]
