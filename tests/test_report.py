"""`yima report`: a week counted by hand, colours as of an instant, issuing and correcting, the page itself."""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.factories import admin_of, at, person, shop, step, town, visit
from yima.adapters.render import Voice
from yima.adapters.render.weekly import html, report_json, report_text, spark
from yima.adapters.store import look, rows
from yima.adapters.store.asof import Board, board_as_of, objects_as_of, town_as_of
from yima.adapters.store.period import issued, late_facts
from yima.cli import main
from yima.core import events, flow
from yima.core.events import RungRaised
from yima.core.model import Person
from yima.core.results.weekly import Report
from yima.errors import BadInput, NotAllowed
from yima.verbs.report import _changes, content, issue, listed, report

FOUNDED = at("2026-10-12 09:00")
MONDAY = at("2026-11-23 09:00")
VOICE = Voice(8 * 3_600_000, MONDAY)
OVER_DOOR = "over_door_business"  # 2 work_hour on the street's clock from the finding; F3; looked at every seven days by the street patrol


def only_over_door(body: dict[str, Any], capacity: int = 60) -> None:
    """Rounds for one item alone, so that they can be counted by hand; no fix on the spot is looked at again. capacity: of the street patrol."""
    for one in body["items"]:
        one["every"] = {"shop": "P7D"} if one["id"] == OVER_DOOR else {}
    body["town"]["street_start"] = "2026-10-12"
    body["town"]["recheck_share"] = 10**9
    next(one for one in body["roles"] if one["id"] == "street_patrol")["capacity"] = capacity


class Place:
    """Six shops scanned on the 10th or 12th of November, and what happened to them in the week from the 16th to the 22nd."""

    def __init__(self, folder: Path, capacity: int = 60) -> None:
        self.store = store = town(folder, FOUNDED, change=partial(only_over_door, capacity=capacity))
        with store.transaction():
            self.wang = person(store, "王芳", "street_patrol", dept="ucc")
            self.zhou = person(store, "周明", "cg_officer", dept="cg")
            self.yuan = person(store, "袁野", "cg_officer", dept="cg")
            self.chen = person(store, "陈立", "dept_leader", dept="cg", depts=["cg"])
            self.wei = person(store, "卫平", "town_leader")
            self.a, self.b, self.c, self.d, self.e, self.f = (
                shop(store, f"店{n}", "荷花路" if n < 4 else "老街", str(n), grid="荷花网格" if n < 4 else "新塘网格") for n in range(1, 7)
            )
        for one in (self.a, self.b, self.c, self.d):
            visit(store, one, self.wang, at("2026-11-10 09:00"), asked=[OVER_DOOR], shown=True)
        self.old = {one: self.found(one, "2026-11-12 10:00") for one in (self.e, self.f)}
        # a: put right in time, checked and closed; b: nobody did anything; c: the owner fixed it in the window
        self.at_a = self.found(self.a, "2026-11-17 10:00")
        step(store, self.a, self.at_a, "told", self.wang, at("2026-11-17 10:01"))
        step(store, self.a, self.at_a, "done", self.zhou, at("2026-11-17 11:00"))
        visit(store, self.a, self.wang, at("2026-11-17 11:20"), cases=[self.at_a])
        step(store, self.a, self.at_a, "close", self.yuan, at("2026-11-17 11:30"))
        # e: of the week before, done on the 17th and checked on the 18th; f: of the week before, still open
        step(store, self.e, self.old[self.e], "done", self.zhou, at("2026-11-17 15:00"))
        visit(store, self.e, self.wang, at("2026-11-18 09:00"), cases=[self.old[self.e]])
        step(store, self.e, self.old[self.e], "close", self.yuan, at("2026-11-18 09:30"))
        self.at_b = self.found(self.b, "2026-11-18 10:00")
        self.at_c = self.found(self.c, "2026-11-19 10:00")
        step(store, self.c, self.at_c, "told", self.wang, at("2026-11-19 10:01"))
        step(store, self.c, self.at_c, "done", admin_of(store), at("2026-11-19 10:20"), entered_for="owner")
        visit(store, self.c, self.wang, at("2026-11-19 11:00"), cases=[self.at_c], read="typed")
        step(store, self.c, self.at_c, "close", self.yuan, at("2026-11-19 11:30"))

    def found(self, one: str, when: str, what: str = f"{OVER_DOOR}=三张桌") -> Any:
        return visit(self.store, one, self.wang, at(when), found=[what], shown=True)

    def report(self, **more: Any) -> Report:
        return report(self.store, **{"now": MONDAY, "week": "2026-W47", **more})

    def admin(self) -> Person:
        return look.person_by(self.store, "顾晓")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    here = Place(tmp_path)
    with here.store:
        yield here


def shares(made: Report) -> dict[str, tuple[int, int]]:
    return {one.name: (one.numerator, one.denominator) for one in made.numbers}


# -- the numbers


def test_the_numbers_of_a_week_are_those_counted_by_hand(place: Place) -> None:
    found = shares(place.report())
    assert found["scan_completion_rate"] == (4, 8), "met: a 17th, b 18th, c 19th, e 18th; missed: b, c, d on the 17th, f on the 19th"
    assert found["disposal_rate"] == (2, 3), "due in the week: a, b, c; b was never done"
    assert found["on_time_disposal_rate"] == (2, 3)
    assert found["closing_rate"] == (2, 3)
    assert found["on_time_closing_rate"] == (2, 3)
    assert found["rework_rate"] == (0, 3)
    assert found["failed_check_rate"] == (0, 3), "a, c and e were looked at"
    assert found["repeat_rate"] == (0, 3)
    assert found["self_fix_rate"] == (1, 3)
    assert found["extension_rate"] == found["suspension_rate"] == found["void_rate"] == (0, 3)
    assert found["supervision_answer_rate"] == (0, 0)


def test_each_leg_has_its_median(place: Place) -> None:
    legs = {one.name: (one.value, one.cases) for one in place.report().medians}
    assert legs == {"found_to_known": (1, 2), "known_to_disposed": (39, 2)}, "a: 1 and 59 minutes, c: 1 and 19"


def test_the_last_whole_week_is_the_default(place: Place) -> None:
    made = report(place.store, now=MONDAY)
    assert (made.number, made.from_, made.to) == ("2026-W47", "2026-11-16", "2026-11-22")
    assert report(place.store, now=at("2026-11-22 23:00")).number == "2026-W46"


def test_days_that_have_not_come_are_in_no_number(place: Place) -> None:
    early = shares(place.report(as_of=at("2026-11-18 11:00")))
    assert early["disposal_rate"] == (1, 1), "b's limit has not ended by 11:00 on the 18th"
    assert early["scan_completion_rate"] == (3, 6), "c's round is not met yet; b, c, d missed on the 17th"


def test_a_failed_check_counts_in_the_week_in_which_it_was_said(place: Place) -> None:
    store = place.store
    step(store, place.b, place.at_b, "done", place.zhou, at("2026-11-21 09:00"))
    visit(store, place.b, place.wang, at("2026-11-21 10:00"), found=[f"{OVER_DOOR}=还在"])  # no `again`: one more reporter
    step(store, place.b, place.at_b, "fail", place.wang, at("2026-11-21 11:00"), reason="还在")
    assert shares(place.report())["failed_check_rate"] == (1, 4)
    assert shares(place.report())["rework_rate"] == (0, 2), "b has till noon on the 21st now, and a working day for the check after it"
    assert shares(place.report(now=at("2026-11-30 09:00"), week="2026-W46"))["failed_check_rate"] == (0, 0)
    later = shares(report(store, now=at("2026-11-30 09:00"), week="2026-W48"))
    assert later["failed_check_rate"] == (0, 0)
    assert later["rework_rate"] == (1, 1)


def test_supervisions_answered_in_time_are_counted_and_settled_ones_are_apart(place: Place) -> None:
    store = place.store
    for one, case in ((place.f, place.old[place.f]), (place.b, place.at_b)):
        with store.transaction():
            event = RungRaised(events_name(case), "item:1", "supervise", "dept:cg")
            store.append("rung.raised", one, event, by=admin_of(store), now=at("2026-11-19 08:00"))
    assert shares(place.report())["supervision_answer_rate"] == (0, 2)
    step(store, place.b, place.at_b, "done", place.zhou, at("2026-11-19 09:00"))  # before the four hours to answer were over
    assert shares(place.report())["supervision_answer_rate"] == (0, 1)


def events_name(fact: Any) -> str:
    return f"{fact.hash}.0"


def test_burden_counts_visits_questions_and_codes_not_scanned(place: Place) -> None:
    one = place.report().burden
    assert (one.visits, one.findings, one.by_hand, one.person_days) == (6, 3, 1, 3)
    undone = place.store
    with undone.transaction():
        event = events.FactWithdrawn(place.at_b.hash, "弄错")
        undone.append("fact.withdrawn", place.b, event, by=admin_of(undone), now=at("2026-11-20 09:00"))
    assert place.report().burden.visits == 5, "a visit that was taken back is none"


# -- red


def test_red_places_are_new_left_or_cleared(place: Place) -> None:
    assert tuple(place.report().reds) == (2, 1, 1, 1), "b is new, f was left from before, e is cleared"


def test_each_red_one_says_where_how_late_who_has_it_and_who_answers(place: Place) -> None:
    late = {one.name: one for one in place.report().overdue}
    b = late["店2"]
    assert (b.what, b.items, b.leader, b.grid) == ("case", ("跨门经营",), "陈立", "荷花网格")
    assert set(b.holders) == {"周明", "袁野"}
    assert b.late_ms == MONDAY - at("2026-11-18 12:00")
    assert set(late) == {"店2", "店6"}


def test_missed_rounds_turn_red_as_work_and_name_whose_they_are(place: Place) -> None:
    made = place.report(now=at("2026-11-30 09:00"), week="2026-W48")
    one = next(one for one in made.overdue if one.name == "店4")
    assert (one.what, one.holders, one.missed) == ("round", ("王芳",), 2), "due on the 17th and on the 24th"
    assert one.late_ms == at("2026-11-30 09:00") - at("2026-11-18 00:00")


@pytest.mark.parametrize(
    ("capacity", "overload", "why"),
    [
        (60, 0, "she had room for all four"),
        (2, 2, "on the 17th she had visited a: b is hers, c and d are too many; on the 19th c: f is hers"),
        (1, 4, "one visit was all that a day holds"),
    ],
)
def test_places_missed_beyond_what_a_day_holds_are_counted_apart(tmp_path: Path, capacity: int, overload: int, why: str) -> None:
    place = Place(tmp_path, capacity)
    with place.store:
        found = shares(place.report())
        assert found["missed_overload_rate"] == (overload, 4), why
        assert found["scan_completion_rate"] == (4, 8), "missed all the same"


def test_a_place_whose_last_miss_was_beyond_the_day_is_marked(tmp_path: Path) -> None:
    place, later = Place(tmp_path, 1), at("2026-11-30 09:00")
    with place.store:

        def marked(**more: Any) -> set[str]:
            made = place.report(**{"now": later, "week": "2026-W48", **more})
            marks = {one.name for one in made.overdue if one.overload}
            assert html(made, VOICE).count(" · 任务超载") == len(marks)
            return marks

        assert marked() == set(), "red are d (24th) and f (26th), the first of the day's places in the order of the street"
        done = visit(place.store, place.e, place.wang, at("2026-11-24 10:00"), asked=[OVER_DOOR])
        assert marked() == {"店4"}
        with place.store.transaction():
            place.store.append("fact.withdrawn", place.e, events.FactWithdrawn(done.hash), by=place.wang, now=at("2026-11-24 10:05"))
        assert marked() == set(), "what is taken back took no time"
        assert marked(as_of=at("2026-11-24 10:02")) == set(), "the round of the 24th had not ended then"


def test_a_number_that_an_issued_report_did_not_count_yet_is_no_correction() -> None:
    assert not _changes({"numbers": {"void_rate": [0, 1]}}, {"numbers": {"void_rate": [0, 1], "missed_overload_rate": [2, 4]}})
    assert _changes({"numbers": {"void_rate": [0, 1]}}, {"numbers": {"void_rate": [1, 1]}})


def test_streets_with_fewer_red_places_are_named_and_nobody_is_ranked(place: Place) -> None:
    assert place.report().better == (("老街", 2, 1),)


def test_last_weeks_share_stands_beside_and_the_line_comes_from_issued_reports(place: Place) -> None:
    grids = {row.key: row for row in place.report().grids}
    assert grids["新塘网格"].before == (2, 3), "computed where no report was issued: e and f, of d, e and f"
    assert [point[0] for point in grids["新塘网格"].line] == ["2026-W47"]
    issue(place.store, by=place.admin(), now=at("2026-11-23 08:00"), write=lambda made: made, week="2026-W46", as_of=at("2026-11-16 08:00"))
    grids = {row.key: row for row in place.report().grids}
    assert grids["新塘网格"].line == (("2026-W46", 2, 3), ("2026-W47", 1, 3))


def test_fewer_than_two_points_draw_no_line() -> None:
    assert spark([(1, 3)]) is None
    drawn = spark([(0, 0), (3, 3)])
    assert drawn is not None and drawn["points"] == "3.0,15.0 61.0,3.0"


# -- what waits for the leader


def test_what_only_a_leader_can_settle_comes_first_and_one_of_each_sort_before_a_second(place: Place) -> None:
    store = place.store
    for one, when in ((place.d, "2026-11-20 10:00"), (place.a, "2026-11-20 11:00")):
        place.found(one, when, "=门口新装的充电桩没人管")
    place.found(place.d, "2026-11-20 10:30", "=电线杆歪了")
    water = person(store, "喻江", "dept_leader", now=at("2026-11-19 08:00"), dept="water", depts=["water"])
    step(store, place.b, place.at_b, "transfer", place.chen, at("2026-11-20 14:00"), to="dept:water", reason="污水")
    step(store, place.b, place.at_b, "refuse", water, at("2026-11-20 15:00"), about="transfer", reason="不在管网")
    found = place.report().decisions
    assert [one.what for one in found[:3]] == ["disputed", "unlisted", "blank"]
    assert (found[0].dept, found[0].other) == ("城管执法中队", "镇水务所")
    assert (found[1].item, found[1].total) == ("门口新装的充电桩没人管", 2), "the same words are one line"
    assert [one.item for one in found if one.what == "unlisted"] == ["门口新装的充电桩没人管", "电线杆歪了"]


# -- as of an instant


def plain(made: Report) -> dict[str, Any]:
    return {**content(made), "heads": {}}


def test_what_comes_later_does_not_change_a_report_as_of_then(place: Place) -> None:
    store = place.store
    before, boards = plain(place.report(as_of=MONDAY)), {axis: look.board(store, axis, MONDAY) for axis in ("grid", "street", "kind")}
    later = at("2026-11-24 10:00")
    step(store, place.f, place.old[place.f], "done", place.zhou, later)
    visit(store, place.d, place.wang, later, asked=[OVER_DOOR])
    shop(store, "新店", "荷花路", "99", now=later)
    assert plain(report(store, now=at("2026-11-25 09:00"), week="2026-W47", as_of=MONDAY)) == before
    assert {axis: board_as_of(store, axis, MONDAY) for axis in boards} == boards
    person(store, "李强", "street_patrol", now=later)  # a town fact: everything is folded anew
    assert plain(report(store, now=at("2026-11-25 09:00"), week="2026-W47", as_of=MONDAY)) == before


def test_objects_as_of_are_those_that_a_refold_of_everything_makes(place: Place) -> None:
    store, then = place.store, at("2026-11-18 09:10")
    some = list(objects_as_of(store, then))
    assert len(some) == 6
    for past in some:
        state = flow.refold(store.facts_of(past.obj.id), town_as_of(store, then), until=then)
        assert past.matters == rows.object_rows(state, store.town, past.obj.id)[0]
        assert dict(past.state.cases) == dict(state.cases)


def test_counting_in_python_and_in_sql_is_the_same(place: Place) -> None:
    store, now = place.store, at("2026-11-30 09:00")
    store.fresh()
    board = Board(now)
    for past in objects_as_of(store, now):
        board.add(past, store.town)
    for axis in ("grid", "street", "village", "kind"):
        assert board.of(axis) == look.board(store, axis, now), axis
    for axis in ("module", "item", "dept"):
        assert [(row.key, row.counts[:5]) for row in board.of(axis)] == [
            (row.key, row.counts[:5]) for row in look.board(store, axis, now)
        ], axis


# -- issuing


def test_an_issued_report_is_numbered_and_frozen_with_its_digest_heads_and_figures(place: Place) -> None:
    made = issue(place.store, by=place.admin(), now=MONDAY, write=lambda made: made, week="2026-W47")
    assert made.digest == hashlib.sha256(events.canonical(content(made))).hexdigest()
    (one,) = issued(place.store)
    assert (one.number, one.report.digest, one.report.as_of) == ("2026-W47", made.digest, MONDAY)
    assert one.report.heads == {device: list(head) for device, head in made.heads.items()}
    assert one.report.figures["grids"]["新塘网格"] == list(made.grids[0].counts.values())
    assert one.report.figures["reds"] == [2, 1, 1, 1]
    assert listed(place.store).reports[0].by == "顾晓"


def test_only_an_admin_or_a_town_leader_issues(place: Place) -> None:
    for by in (place.wang, place.chen):
        with pytest.raises(NotAllowed):
            issue(place.store, by=look.person_by(place.store, by), now=MONDAY, write=lambda made: made)
    assert issue(place.store, by=look.person_by(place.store, place.wei), now=MONDAY, write=lambda made: made).issued == MONDAY


def test_a_week_that_is_not_over_is_not_issued(place: Place) -> None:
    with pytest.raises(BadInput):
        issue(place.store, by=place.admin(), now=at("2026-11-22 23:59"), write=lambda made: made, week="2026-W47")
    assert not issued(place.store)


def test_a_report_whose_files_cannot_be_written_is_not_issued(place: Place) -> None:
    def fail(made: Report) -> Report:
        raise OSError

    with pytest.raises(OSError):
        issue(place.store, by=place.admin(), now=MONDAY, write=fail)
    assert not issued(place.store)


def test_a_week_is_issued_again_only_as_a_correction_of_what_late_facts_change(place: Place) -> None:
    store, admin = place.store, place.admin()
    first = issue(store, by=admin, now=MONDAY, write=lambda made: made, week="2026-W47")
    later = at("2026-11-23 12:00")
    assert late_facts(store, issued(store)[0].report) == 0
    with pytest.raises(BadInput):
        issue(store, by=admin, now=later, write=lambda made: made, week="2026-W47")
    visit(store, place.d, place.wang, at("2026-11-17 16:00"), asked=[OVER_DOOR])  # a device that came in late
    made = issue(store, by=admin, now=later, write=lambda made: made, week="2026-W47")
    assert (made.number, made.corrects, made.as_of) == ("2026-W47 更正1", "2026-W47", first.as_of)
    changed = {one.name: (one.before, one.after) for one in made.changes}
    assert changed["numbers:scan_completion_rate"] == ((4, 8), (5, 8)), "d was scanned on its due day"
    assert "numbers:disposal_rate" not in changed
    with pytest.raises(BadInput):
        issue(store, by=admin, now=later, write=lambda made: made, week="2026-W47")
    visit(store, place.a, place.wang, at("2026-11-17 17:00"), asked=["shop_sign_dirty_damaged"])  # late, and no figure changes
    with pytest.raises(BadInput):
        issue(store, by=admin, now=later, write=lambda made: made, week="2026-W47")
    assert [one.number for one in listed(store).reports] == ["2026-W47 更正1", "2026-W47"]


def test_an_issue_by_somebody_who_may_not_counts_for_nothing(place: Place) -> None:
    with place.store.transaction():
        event = events.ReportIssued("2026-11-16", "2026-11-22", MONDAY, {place.store.device: [1, "0" * 64]}, "0" * 64)
        place.store.append("report.issued", "2026-W47", event, by=place.wang, now=MONDAY)
    assert not issued(place.store)


# -- words and pages


class Page(HTMLParser):
    """The tags of a page, and what they would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action", "poster")]


def test_the_page_is_one_file_that_fetches_nothing(place: Place) -> None:
    page = html(place.report(), VOICE)
    parsed = Page(page)
    assert not parsed.fetched
    assert not {"script", "link", "img", "iframe", "object"} & set(parsed.tags)
    assert "://" not in page and "@import" not in page and "url(" not in page
    assert page.count("<section") == 2, "the first page, and all behind it"


def test_what_people_typed_is_text_on_the_page(place: Place) -> None:
    store = place.store
    evil = '<img src=x onerror=alert(1)>{{7*7}}\u202e"'
    one = shop(store, evil, "荷花路", "66", now=at("2026-11-15 09:00"))
    place.found(one, "2026-11-20 10:00", f"={evil}")
    visit(store, one, place.wang, at("2026-11-20 11:00"), found=[f"{OVER_DOOR}={evil}"])
    page = html(place.report(), VOICE)
    assert "img" not in Page(page).tags
    assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in page
    assert "\u202e" not in page
    assert "\u202e" not in report_text(place.report(), VOICE)


def test_colours_of_the_town_are_used_and_foreign_ones_are_not(place: Place) -> None:
    made = place.report()
    assert "#123456" in html(made._replace(palette={"red": "#123456"}), VOICE)
    assert "body{}" not in html(made._replace(palette={"red": "red;} body{}"}), VOICE)


def test_every_number_has_both_counts_and_a_definition_and_nothing_divided_by_nothing_is_a_dash(place: Place) -> None:
    page = html(place.report(), VOICE)
    cells = re.findall(r"<td>([^<]*)<small>([^<]+)</small></td><td>([^<]*)</td><td>([^<]*)</td>", page)
    assert len(cells) == 17
    assert all(title and definition and counts for title, definition, _value, counts in cells)
    assert [value for _title, _definition, value, counts in cells if counts == "0 / 0"] == ["—"]


def test_the_json_has_the_promised_keys_and_whole_lists(place: Place) -> None:
    plain = json.loads(json.dumps(report_json(place.report(), VOICE)))
    assert {"number", "period", "as_of", "heads", "numbers"} <= plain.keys()
    assert plain["period"] == {"from": "2026-11-16", "to": "2026-11-22"}
    assert plain["as_of"] == "2026-11-23T09:00:00+08:00"
    assert {"name": "disposal_rate", "numerator": 2, "denominator": 3, "percent": 66.67} in plain["numbers"]
    assert {"name": "supervision_answer_rate", "numerator": 0, "denominator": 0, "percent": None} in plain["numbers"]
    assert plain["medians"][0] == {"name": "found_to_known", "value": 1, "unit": "minute", "count": 2}
    assert len(plain["overdue"]) == 2


# -- the command


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setenv("YIMA_NOW", "2026-11-23T09:00")
    return main(["report", "--town", str(folder), *words])


def test_the_command_writes_the_files_it_names(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, monkeypatch, "--format", "html,json", "--json", "--issue") == 0
    said = json.loads(capsys.readouterr().out)
    names = [Path(name).name for name in said["files"]]
    assert names == ["2026-W47.html", "2026-W47.json"]
    assert json.loads((tmp_path / "data/reports/2026-W47.json").read_text(encoding="utf-8"))["digest"] == said["digest"]
    assert run(tmp_path, monkeypatch, "--list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["reports"][0]["number"] == "2026-W47"
    assert run(tmp_path, monkeypatch, "-o", str(tmp_path / "out"), "--from", "2026-11-01", "--to", "2026-11-22") == 0
    assert (tmp_path / "out/2026-11-01--2026-11-22.html").is_file()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--format", "pdf"), 2),
        (("--format", "doc"), 2),
        (("--week", "2026-W47", "--from", "2026-11-16", "--to", "2026-11-22"), 2),
        (("--from", "2026-11-16", "--to", "2026-11-22", "--issue"), 2),
        (("--week", "2026-47"), 3),
        (("--from", "2026-11-16"), 3),
        (("--from", "2026-11-22", "--to", "2026-11-16"), 3),
        (("--as-of", "yesterday"), 3),
        (("--as-of", "2026-01-01"), 3),
        (("--issue", "--by", "王芳"), 4),
    ],
)
def test_a_wrong_call_is_one_sentence_and_writes_nothing(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    assert run(tmp_path, monkeypatch, *words) == code
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1
    assert not (tmp_path / "data/reports").exists()


def test_a_report_that_is_not_issued_writes_no_fact(place: Place) -> None:
    count = place.store.db.execute("SELECT COUNT(*) FROM event").fetchone()
    place.report()
    assert place.store.db.execute("SELECT COUNT(*) FROM event").fetchone() == count
