"""Missed rounds as leaders read them: the list's places, 任务超载, who was told, what was answered, `yima show L-1118-ucc`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import admin_of, at, person, shop, town, visit
from tests.street import Street
from yima.adapters.store import Store
from yima.adapters.store.missed import ListTold, lists_told, missed_page, missed_pages, past_page, standing, visits_on
from yima.core import events
from yima.core.events import Fact, RungAnswered, RungRaised
from yima.core.flow import Matter
from yima.core.flow.rounds import missed_days, round_of
from yima.core.model import MS_DAY
from yima.core.results.leaders import MissedRow
from yima.core.worktime import day_of
from yima.errors import BadInput
from yima.verbs.show import show_list
from yima.verbs.sweep import sweep

FOUNDED = at("2026-11-02 09:00")
NOW = at("2026-11-18 10:30")  # a Wednesday; what was scanned on Tuesday the 10th was due on the 17th
OVER_DOOR, SIGN = "over_door_business", "shop_sign_dirty_damaged"
DAY = day_of("2026-11-17")


def weekly(capacity: int) -> Callable[[dict[str, Any]], None]:
    """Two items of the street patrol, every seven days; a patrol's day holds `capacity` places."""

    def change(body: dict[str, Any]) -> None:
        for one in body["items"]:
            one["every"] = {"shop": "P7D"} if one["id"] in (OVER_DOOR, SIGN) else {}
        body["town"]["street_start"] = "2026-11-02"
        next(one for one in body["roles"] if one["id"] == "street_patrol")["capacity"] = capacity

    return change


class Place:
    """Five shops scanned whole on the 10th, and one on the 17th; its patrol is of the centre."""

    def __init__(self, folder: Path, capacity: int = 60) -> None:
        self.store = store = town(folder, FOUNDED, change=weekly(capacity))
        with store.transaction():
            self.wang = person(store, "王芳", "street_patrol", dept="ucc")
            self.zhao = person(store, "赵主任", "dept_leader", dept="ucc")
            self.chen = person(store, "陈队长", "dept_leader", dept="cg")
            self.shops = [shop(store, f"店{door}", "荷花路", str(door)) for door in (2, 4, 6, 8, 10)]
            self.other = shop(store, "店12", "荷花路", "12")
        for one in self.shops:
            visit(store, one, self.wang, at("2026-11-10 09:00"), asked=[OVER_DOOR, SIGN])
        visit(store, self.other, self.wang, at("2026-11-17 09:00"), asked=[OVER_DOOR, SIGN])

    def rows(self, now: int = NOW, dept: str = "ucc") -> tuple[MissedRow, ...]:
        return missed_page(self.store, dept, now).rows

    def overload(self, now: int = NOW) -> list[str]:
        return [row.object.name for row in self.rows(now) if row.overload]

    def tell(self, day: str = "2026-11-18", when: str = "2026-11-18 10:00", clock: str = "missed:ucc", **more: Any) -> Fact:
        event = RungRaised(clock=clock, rung=more.pop("rung", "supervise"), to=f"person:{self.zhao}", day=day)
        with self.store.transaction():
            return self.store.append("rung.raised", self.zhao, event, by=admin_of(self.store), now=at(when))

    def answer(self, by: str, text: str = "明天补扫", when: str = "2026-11-18 11:00", **more: Any) -> Fact:
        event = RungAnswered(clock="missed:ucc", rung="supervise", answer="instruct", text=text, **{"day": "2026-11-18", **more})
        with self.store.transaction():
            return self.store.append("rung.answered", self.zhao, event, by=by, now=at(when))

    def told(self) -> ListTold | None:
        return lists_told(self.store, self.zhao).get(("2026-11-18", "ucc"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    here = Place(tmp_path)
    with here.store:
        yield here


# -- the places


def test_a_place_stands_on_the_list_of_whom_its_round_names_with_items_days_and_people(place: Place) -> None:
    rows = place.rows()
    assert [row.object.name for row in rows] == ["店2", "店4", "店6", "店8", "店10"], "in the order of the street"
    assert {(row.who, row.day, row.misses, row.overload, row.shut) for row in rows} == {(("王芳",), DAY, 1, False, 0)}
    assert len(rows[0].items) == 2, "a place counts once, however many of its items were missed"
    assert not place.rows(dept="cg") and not place.rows(at("2026-11-17 23:59"))
    visit(place.store, place.shops[0], place.wang, NOW, asked=[OVER_DOOR])
    assert next((row.object.name, len(row.items)) for row in place.rows()) == ("店2", 1), "one of the two is made good"
    later = place.rows(at("2026-11-27 09:00"))
    assert {row.object.name: (row.misses, row.day) for row in later}["店2"] == (3, DAY), "the other on the 17th and 24th, this on the 25th"


def test_the_pages_hold_the_places_that_the_sweep_counts(place: Place) -> None:
    by = place.store.town.people[admin_of(place.store)][-1][1]
    counted = {one.dept: one.places for one in sweep(place.store, by=by, now=NOW, dry_run=True).missed}
    assert {dept: len(page.rows) for dept, page in missed_pages(place.store, NOW).items()} == counted == {"ucc": 5}


def test_visits_since_the_last_scan_that_found_it_shut_stand_beside_a_place(place: Place) -> None:
    one = place.shops[0]
    visit(place.store, one, place.wang, at("2026-11-09 09:00"), closed="shut")
    for day in (12, 16):
        visit(place.store, one, place.wang, at(f"2026-11-{day} 09:00"), closed="shut")
    gone = visit(place.store, one, place.wang, at("2026-11-17 09:00"), closed="no_entry")
    assert place.rows()[0].shut == 3, "that of the 9th was before the last scan"
    with place.store.transaction():
        place.store.append("fact.withdrawn", one, events.FactWithdrawn(gone.hash), by=place.wang, now=at("2026-11-17 09:10"))
    assert place.rows()[0].shut == 2


def test_the_days_of_a_standing_miss_are_those_that_the_round_counts(tmp_path: Path) -> None:
    def change(body: dict[str, Any]) -> None:
        weekly(60)(body)
        body["town"]["campaigns"] = [{"name": "占道整治", "from": "2026-11-12", "to": "2026-11-16", "items": [OVER_DOOR], "every": "P2D"}]
        body["town"]["street_starts"] = {"新街": "2026-11-11"}

    with town(tmp_path, FOUNDED, change=change) as store:
        wang = person(store, "王芳", "street_patrol", dept="ucc")
        shops = [shop(store, f"店{n}", "荷花路" if n < 5 else "新街", str(n), id=f"{n:020x}") for n in range(8)]
        for one, day in zip(shops, (0, 4, 10, 13, 16, 10, 13, 0), strict=True):
            if day:
                visit(store, one, wang, at(f"2026-11-{day:02d} 09:00"), asked=[OVER_DOOR, SIGN])
        now, items = at("2026-11-28 09:00"), store.town.last_catalogue.items
        store.fresh()
        found = {(one.object.id, one.item): (list(one.days), one.since) for one in standing(store, now)}
        expected = {}
        for one in shops:
            state = store.state(one)
            obj = state.versions[-1][1]
            for no, item in items.items():
                matter = state.matters.get((no, ""), Matter())
                its = round_of(store.town, no, obj, matter)
                if its is not None and its.yellow_at is not None and its.yellow_at <= now:
                    since = matter.scanned[1] if its.since is None else 0
                    expected[one, no] = (missed_days(store.town, item, obj, its, now), since)
        assert found == expected and len(found) == 16


# -- 任务超载


@pytest.mark.parametrize(("capacity", "overload"), [(60, []), (3, ["店6", "店8", "店10"]), (1, ["店2", "店4", "店6", "店8", "店10"])])
def test_beyond_what_the_people_had_room_for_that_day_a_miss_is_overload(tmp_path: Path, capacity: int, overload: list[str]) -> None:
    place = Place(tmp_path, capacity)
    with place.store:
        assert place.overload() == overload, "one place of the day was used for 店12"


def test_only_visits_that_count_take_room_each_object_once_and_those_entered_for_somebody(tmp_path: Path) -> None:
    place = Place(tmp_path, 3)
    with place.store:
        store, before = place.store, ["店6", "店8", "店10"]
        visit(store, place.other, place.wang, at("2026-11-17 10:00"), closed="shut")
        assert place.overload() == before, "店12 once more"
        more = visit(store, place.shops[0], admin_of(store), at("2026-11-17 11:00"), entered_for=place.wang)
        assert place.overload() == ["店4", *before], "entered for her: her visit"
        with store.transaction():
            store.append(
                "fact.withdrawn", place.shops[0], events.FactWithdrawn(more.hash, "错"), by=admin_of(store), now=at("2026-11-17 11:05")
            )
        assert place.overload() == before
        visit(store, place.shops[1], place.zhao, at("2026-11-17 12:00"))
        visit(store, place.shops[1], place.wang, at("2026-11-18 09:00"))
        assert place.overload() == before, "of somebody else, and of another day"


def test_a_corrected_clock_moves_a_visit_to_its_day(tmp_path: Path) -> None:
    place = Place(tmp_path, 3)
    with place.store:
        store = place.store
        ahead = visit(store, place.shops[0], place.wang, at("2026-11-19 09:00"))  # the device's clock is two days ahead
        assert place.overload() == ["店6", "店8", "店10"]
        with store.transaction():
            event = events.DeviceClock(ahead.seq, ahead.seq, -2 * MS_DAY)
            store.append("device.clock", store.device, event, by=admin_of(store), now=at("2026-11-19 10:00"))
        assert place.overload() == ["店4", "店6", "店8", "店10"]
        behind = visit(store, place.shops[1], place.wang, at("2026-11-19 11:00"))
        with store.transaction():
            event = events.DeviceClock(behind.seq, behind.seq, -49 * 3_600_000)
            store.append("device.clock", store.device, event, by=admin_of(store), now=at("2026-11-19 12:00"))
        assert place.overload() == ["店2", "店4", "店6", "店8", "店10"]


def test_a_clock_that_ran_behind_is_read_too(place: Place) -> None:
    store = place.store
    late = visit(store, place.other, place.wang, at("2026-11-17 09:30"))
    with store.transaction():
        event = events.DeviceClock(late.seq, late.seq, 3 * MS_DAY)
        store.append("device.clock", store.device, event, by=admin_of(store), now=at("2026-11-17 09:40"))
    assert visits_on(store, {DAY + 3}, NOW + 9 * MS_DAY, lambda fact: True) == {DAY + 3: {place.wang: 1}}


def test_what_was_made_good_takes_no_room_from_what_still_stands(tmp_path: Path) -> None:
    place = Place(tmp_path, 3)
    with place.store:
        visit(place.store, place.shops[0], place.wang, at("2026-11-18 09:00"), asked=[OVER_DOOR, SIGN])
        assert place.overload() == ["店8", "店10"], "two visits nobody made on the 17th: 店4 and 店6 could have been seen"


def test_the_last_miss_decides_and_each_day_is_shared_out_by_itself(tmp_path: Path) -> None:
    place = Place(tmp_path, 3)
    with place.store:
        week_later = at("2026-11-25 10:30")
        assert place.overload(week_later) == ["店8", "店10", "店12"], "missed again on the 24th, when she visited nothing"
        for one in place.shops[:2]:
            visit(place.store, one, place.wang, at("2026-11-24 09:00"), closed="shut")
        assert place.overload(week_later) == ["店4", "店6", "店8", "店10", "店12"]


def test_no_day_is_read_before_the_last_misses(place: Place) -> None:
    said: list[str] = []
    place.store.fresh()
    place.store.db.set_trace_callback(said.append)
    place.rows()
    place.store.db.set_trace_callback(None)
    (read,) = [one for one in said if "FROM event WHERE at >=" in one]
    assert f"at >= {at('2026-11-17 00:00') << 16} " in read
    plan = place.store.db.execute(f"EXPLAIN QUERY PLAN {read}").fetchall()
    assert "event_in_order" in str(plan), plan


def test_roles_without_a_capacity_read_no_visits_at_all(tmp_path: Path) -> None:
    place = Place(tmp_path, 0)
    with place.store:
        place.store.fresh()
        said: list[str] = []
        place.store.db.set_trace_callback(said.append)
        assert len(place.rows()) == 5 and not place.overload()
        assert not [one for one in said if "FROM event WHERE at >=" in one]


# -- who was told, what was answered


def test_the_first_that_was_told_stands_and_the_first_answer_to_it(place: Place) -> None:
    place.answer(place.zhao, "还没有发")
    assert place.told() is None
    place.tell()
    place.tell(when="2026-11-18 10:20")
    assert place.told() == ListTold("2026-11-18", "ucc", at("2026-11-18 10:00"))
    place.answer(place.zhao, "那天人手不够")
    place.answer(place.zhao, "改主意了", "2026-11-18 12:00")
    assert place.told() == ListTold(
        "2026-11-18", "ucc", at("2026-11-18 10:00"), at("2026-11-18 11:00"), "instruct", "那天人手不够", place.zhao
    )
    assert set(lists_told(place.store, place.zhao)) == {("2026-11-18", "ucc")} and not lists_told(place.store, place.chen)


def test_an_answer_is_the_leaders_or_entered_for_them_by_who_may(place: Place) -> None:
    place.tell()
    place.answer(place.chen)
    place.answer(place.chen, entered_for=place.zhao)
    place.answer(place.zhao, entered_for=place.chen)
    place.answer(place.zhao, day="2026-11-17")
    assert place.told() is not None and place.told().answered is None  # type: ignore[union-attr]
    place.answer(admin_of(place.store), "批示补扫", entered_for=place.zhao)
    told = place.told()
    assert told is not None and (told.text, told.by) == ("批示补扫", admin_of(place.store))


def test_a_word_that_is_none_of_a_list_and_a_device_that_may_not_sweep_tell_nobody(place: Place) -> None:
    place.tell(clock="item:1")
    place.tell(rung="remind")
    device = place.store.town.devices[place.store.device]
    with place.store.transaction():
        event = events.DeviceEnrolled(device.letters, device.key, ("*",), sweep=False)
        place.store.append("device.enrolled", device.id, event, by=admin_of(place.store), now=at("2026-11-18 09:00"))
    place.tell()
    assert not lists_told(place.store, place.zhao)


# -- on the screen


def shown(store: Store, day: str, now: int, dept: str = "ucc") -> Any:
    return show_list(store, day, dept, now)


def test_of_an_earlier_day_only_who_was_told_and_what_was_answered_is_kept(place: Place) -> None:
    assert past_page(place.store, "2026-11-18", "ucc") is None
    place.tell()
    place.answer(place.zhao)
    page = shown(place.store, "2026-11-18", at("2026-11-19 09:00"))
    assert (page.past, page.rows, page.leader, page.told, page.text) == (True, (), "赵主任", at("2026-11-18 10:00"), "明天补扫")
    today = shown(place.store, "2026-11-18", NOW)
    assert (today.past, len(today.rows), today.told) == (False, 5, page.told)
    for day, dept in (("2026-11-17", "ucc"), ("2026-11-18", "cg")):
        with pytest.raises(BadInput, match=f"L-{day[5:7]}{day[8:]}-{dept}"):
            shown(place.store, day, at("2026-11-19 09:00"), dept)
    with pytest.raises(BadInput, match="xx"):
        shown(place.store, "2026-11-18", NOW, "xx")


def test_the_command_shows_the_list_as_text_and_json(tmp_path: Path) -> None:
    place, here = Place(tmp_path, 3), Street(tmp_path)
    with place.store:
        place.tell()
    said = here.run("show", "l-1118-UCC", now="2026-11-18 10:30")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[:3] == [
        "漏扫清单 L-1118-ucc　镇城运中心　赵主任",
        "已发领导（今天10:00）　未答复（可以不答复；要答复用 yima answer L-1118-ucc instruct --text 内容）",
        "漏扫5处，其中任务超载3处（那天人手去不过来，不记在个人）",
    ]
    assert [line.split()[1] for line in said.out.splitlines() if line.endswith("任务超载")] == ["店6", "店8", "店10"]
    plain = json.loads(here.run("show", "L-1118-ucc", "--json", now="2026-11-18 10:30").out)
    assert (plain["places"], plain["overload"], plain["told"]) == (5, 3, "2026-11-18T10:00:00+08:00")
    assert [(one["object"]["name"], one["people"], one["since"], one["overload"]) for one in plain["rows"]][3] == (
        "店8", ["王芳"], "2026-11-17", True,
    )  # fmt: skip
    later = here.run("show", "L-1118-ucc", now="2026-11-19 09:00").out
    assert "不逐处保存" in later and "yima show L-1119-ucc" in later and "店8" not in later
    assert json.loads(here.run("show", "L-1118-ucc", "--json", now="2026-11-19 09:00").out)["rows"] is None
    assert here.run("show", "L-1117-ucc", now="2026-11-19 09:00").code == 3
    assert "现在没有漏扫" in here.run("show", "L-1118-cg", now="2026-11-18 10:30").out
