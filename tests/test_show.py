"""`yima show`, `find`, `log`: one object or one case on a page, and what a text finds."""

import json
from typing import Any

import pytest

from tests.factories import at
from tests.street import APO, CODES, HANDAN, NOODLE, VOID, Street, hit, say, who
from yima.adapters.store import Store
from yima.core.results.pages import Shown
from yima.verbs.dispose import Step, dispose
from yima.verbs.show import find, log, show, show_case


def page(store: Store, name: str = APO, when: str = "23 10:30", **more: Any) -> Shown:
    return show(store, hit(store, name), at(f"2026-11-{when}"), **more)


def test_the_colour_of_now_and_the_counts_of_all_matters(store: Store) -> None:
    asked = say(store, APO, "3:三张桌", "王芳").asked
    found = page(store)
    assert found.object.colour == "blue" and found.counts["blue"] == 1 and found.counts["green"] == len(asked)
    assert page(store, when="23 11:45").object.colour == "yellow" and page(store, when="23 12:01").object.colour == "red"


def test_open_cases_stand_apart_from_those_of_the_last_90_days(store: Store) -> None:
    say(store, APO, "10!:箱子", "王芳")
    say(store, APO, "3:三张桌", "王芳", "2026-11-23 10:10")
    found = page(store)
    assert [case.number for case in found.cases] == ["K1-0002"] and [case.number for case in found.closed_cases] == ["K1-0001"]
    later = show(store, hit(store, APO), at("2027-02-25 10:00"))
    assert not later.closed_cases and [case.number for case in later.cases] == ["K1-0002"]


def test_the_last_visits_say_who_looked_at_what(store: Store) -> None:
    say(store, APO, "关门", "王芳")
    say(store, APO, "3:三张桌", "钱队员", "2026-11-23 10:10")
    first, second = page(store).last_visits
    assert (first[1], first[3]) == ("钱队员", ("跨门经营",)) and (second[1], second[4]) == ("王芳", "shut")


def test_a_visit_taken_back_is_not_among_them(store: Store) -> None:
    from yima.verbs.undo import undo

    say(store, APO, "ok", "王芳")
    undo(store, who(store, "王芳"), at("2026-11-23 10:05"))
    assert not page(store).last_visits


def test_who_is_responsible_for_every_item_that_applies(store: Store) -> None:
    duty = {item: (finds, handles, leads) for item, finds, handles, leads, _basis in page(store, all_duty=True).duty}
    assert duty["跨门经营"][2] == "陈队长" and "周明" in duty["跨门经营"][1]
    assert "宅基地超占或一户多宅" not in duty, "a house's"


def test_a_case_shows_every_fact_that_names_it_in_order(store: Store) -> None:
    case = say(store, APO, "3:三张桌", "王芳").opened[0]
    say(store, APO, "跨门经营", "钱队员", "2026-11-23 10:02")
    dispose(store, hit(store, "K1-0001"), Step("told"), who(store, "王芳"), at("2026-11-23 10:05"))
    dispose(store, hit(store, "K1-0001"), Step("done"), who(store, "周明"), at("2026-11-23 11:00"))
    say(store, APO, "10:箱子", "王芳", "2026-11-23 11:10")  # another matter of the same shop
    found = show_case(store, hit(store, case.number), at("2026-11-23 11:30"))
    assert [(line.who, line.what) for line in found.steps] == [
        ("王芳", "finding"), ("钱队员", "again"), ("王芳", "told"), ("周明", "done"),
    ]  # fmt: skip
    assert found.steps[0].note == "三张桌" and found.case.stage == "check"


def test_what_was_entered_for_somebody_stands_in_their_name_with_who_entered_it(here: Street) -> None:
    here.run("scan", APO, "-f", "3:三张桌")
    assert here.run("dispose", "K1-0001", "told", "--for", "周明", by="顾晓", now="2026-11-23 10:10").code == 0
    assert "周明（顾晓 代录）" in here.run("show", "K1-0001", now="2026-11-23 10:11").out
    assert "周明（顾晓 代录）" in here.run("log", now="2026-11-23 10:11").out
    told = json.loads(here.run("show", "K1-0001", "--json", now="2026-11-23 10:11").out)["steps"][-1]
    assert (told["person"], told["entered_by"]) == ("周明", "顾晓")


def test_a_refused_void_stays_in_the_history_and_a_merge_names_the_other_case(store: Store) -> None:
    say(store, APO, "3:三张桌 10:箱子", "王芳")
    dispose(store, hit(store, "K1-0001"), Step("void", reason="看错了"), who(store, "陈队长"), at("2026-11-23 10:05"))
    dispose(store, hit(store, "K1-0001"), Step("refuse", about="void"), who(store, "顾晓"), at("2026-11-23 10:10"))
    dispose(store, hit(store, "K1-0001"), Step("merge", to="case:K1-0002"), who(store, "陈队长"), at("2026-11-23 10:20"))
    lines = show_case(store, hit(store, "K1-0001"), at("2026-11-23 10:30")).steps
    assert [(line.what, line.why) for line in lines[1:3]] == [("void", "annulled"), ("refuse", "")] and "看错了" in lines[1].note
    assert lines[3].note == "K1-0002"


def test_a_void_plate_leads_to_the_history_and_says_that_it_is_void(here: Street) -> None:
    said = here.run("show", VOID)
    assert said.code == 0 and HANDAN in said.out and "破损" in said.out + said.err


def test_the_newest_valid_code_is_shown_with_how_many_there_were(here: Street) -> None:
    code = CODES[HANDAN]
    said = here.run("show", HANDAN).out
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in said and "第2块" in said


def test_a_market_is_named_at_its_stalls(store: Store) -> None:
    from tests.factories import shop

    store.settings["person"] = who(store, "顾晓").id
    market = shop(store, "荷花集市", "荷花路", "50", kind="point")
    shop(store, "豆腐摊", "荷花路", "50", kind="stall", part_of=market, unit="3")
    assert page(store, "豆腐摊").part_of == "荷花集市"


@pytest.mark.parametrize("text", ["阿婆", "生煎", "apsj", "荷花路12", "老街", "K1-0001"])
def test_a_part_of_name_place_or_initials_finds(store: Store, text: str) -> None:
    say(store, APO, "3", "王芳")
    if text == "K1-0001":
        assert hit(store, text).case
    else:
        names = [obj.name for obj in find(store, text, at("2026-11-23 10:30")).objects]
        assert names == ([NOODLE] if text == "老街" else [APO])


def test_people_are_found_by_name_and_number(store: Store) -> None:
    assert [name for _id, name, _dept in find(store, "陈队", 0).people] == ["陈队长"]
    assert [name for _id, name, _dept in find(store, "17", 0).people] == ["王伟"]


def test_what_is_typed_is_no_pattern(store: Store) -> None:
    for text in ("%", "_", "*", "' OR 1=1 --"):
        assert not find(store, text, 0).objects and not find(store, text, 0).people


def test_the_log_is_the_last_facts_newest_last_and_of_one_object_alone_where_asked(store: Store) -> None:
    say(store, APO, "ok", "王芳")
    say(store, NOODLE, "ok", "王芳")
    assert [line.note for line in log(store, None).lines[-2:]] == [APO, NOODLE]
    assert {line.note for line in log(store, hit(store, APO)).lines} == {APO}


def test_what_counts_for_nothing_is_marked_in_the_log(store: Store) -> None:
    from tests.factories import visit

    visit(store, hit(store, APO).object, who(store, "王芳").id, at("2026-11-23 10:00"), mode="self", asked=[3])  # not the owner
    store.fresh()
    assert log(store, None).lines[-1].why


def test_json_and_page_say_the_same(here: Street) -> None:
    here.run("scan", APO, "-f", "3")
    told = json.loads(here.run("show", APO, "--json").out)
    assert told["object"]["name"] == APO and told["cases"][0]["number"] in here.run("show", APO).out
