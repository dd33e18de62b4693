"""Triage of what is outside the items (分办), as a clerk of the centre does it: `yima todo` shows it, `yima dispose` takes plain words."""

import json
from typing import Any

import pytest

from tests.factories import at, rules
from tests.street import APO, HANDAN, Street, hit, say, who
from yima.core import events

MORNING = "2026-11-23 10:00"


@pytest.fixture
def here(here: Street) -> Street:
    """K1-0001 三张桌 (跨门经营) is open at 阿婆生煎; K1-0002 桌椅摆到人行道, also there, and K1-0003 充电桩没人管 wait for the centre."""
    with here.open() as store:
        say(store, APO, "3:三张桌", "王芳", MORNING)
        say(store, APO, "其他=桌椅摆到人行道", "王芳", MORNING)
        say(store, HANDAN, "其他=充电桩没人管", "王芳", MORNING)
    return here


def sorts(here: Street, case: str, *words: str, by: str = "顾晓") -> str:
    ran = here.run("dispose", case, *words, by=by, now="2026-11-23 11:00")
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def refuses(here: Street, code: int, case: str, *words: str, by: str = "顾晓") -> str:
    before = here.facts()
    ran = here.run("dispose", case, *words, by=by, now="2026-11-23 11:00")
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1), ran
    assert here.facts() == before, "something was written"
    return ran.err


def case_now(here: Street, number: str) -> Any:
    with here.open() as store:
        found = hit(store, number)
        return store.state(found.object).cases[found.case]


def test_what_waits_for_triage_stands_in_the_centres_list_with_its_limit_and_how_to_sort_it(here: Street) -> None:
    out = here.run("todo", by="顾晓", now="2026-11-23 11:00").out
    line = next(line for line in out.splitlines() if "K1-0003" in line)
    assert "充电桩没人管" in line and "邯郸小吃" in line and "分办" in line and "剩" in line
    assert "yima dispose K1-0002 as_item" in out and "temporary_lead" in out and "refuse" in out
    waits = json.loads(here.run("todo", "--json", by="顾晓", now="2026-11-23 11:00").out)["cases"]
    assert [(case["number"], case["due"]) for case in waits if case["stage"] == "triage"] == [
        ("K1-0002", "2026-11-24T10:00:00+08:00"), ("K1-0003", "2026-11-24T10:00:00+08:00"),
    ]  # fmt: skip


def test_who_is_not_of_the_centre_has_nothing_to_sort(here: Street) -> None:
    out = here.run("todo", by="周明", now="2026-11-23 11:00").out
    assert "K1-0003" not in out and "as_item" not in out


@pytest.mark.parametrize("word", ["2", "shop_sign_dirty", "店招店牌污损", "item:2", "item：店招店牌污损", " 2 "])
def test_an_item_is_said_by_number_id_or_name(here: Street, word: str) -> None:
    with here.open() as store:
        assert store.town.last_catalogue.items[2].name == "店招店牌污损"
        word = word.replace("shop_sign_dirty", store.town.last_catalogue.items[2].id)
    sorts(here, "K1-0003", "as_item", "--to", word)
    assert case_now(here, "K1-0003").item == 2


def test_sorted_into_the_case_that_is_open_there_it_says_which(here: Street) -> None:
    out = sorts(here, "K1-0002", "as_item", "--to", "跨门经营")
    assert "K1-0002" in out and "K1-0001" in out and "并入" in out
    assert case_now(here, "K1-0002").outcome == "merged"


def test_the_case_that_took_it_in_stands_in_the_json(here: Street) -> None:
    assert json.loads(sorts(here, "K1-0002", "as_item", "--to", "3", "--json"))["merged_into"] == "K1-0001"
    assert json.loads(sorts(here, "K1-0003", "as_item", "--to", "2", "--json"))["merged_into"] is None


@pytest.mark.parametrize("word", ["镇城建办", "cjb", "dept:cjb", "dept：镇城建办"])
def test_a_temporary_lead_is_said_by_name_or_id_and_the_answer_says_until_when(here: Street, word: str) -> None:
    out = sorts(here, "K1-0003", "temporary_lead", "--to", word)
    assert "镇城建办" in out and "郑静" in out and "11-26 11:00" in out, "three workdays"
    assert case_now(here, "K1-0003").dept == "cjb"
    assert "K1-0003" in here.run("todo", by="郑静", now="2026-11-23 12:00").out


def test_a_refusal_has_a_reason_and_says_that_the_meeting_still_sees_it(here: Street) -> None:
    assert "--reason" in refuses(here, 3, "K1-0003", "refuse")
    assert "--reason" in refuses(here, 3, "K1-0003", "refuse", "--reason", " ")
    out = sorts(here, "K1-0003", "refuse", "--reason", "物业已接")
    assert "不受理" in out and "联席会议" in out
    assert "物业已接" in here.run("show", "K1-0003", now="2026-11-23 12:00").out


@pytest.mark.parametrize(("words", "says"), [
    (["as_item"], "--to 3"),
    (["temporary_lead"], "--to"),
    (["as_item", "--to", "店招"], "2 店招店牌污损"),
    (["as_item", "--to", "99"], "99"),
    (["as_item", "--to", "王芳"], "子项"),
    (["temporary_lead", "--to", "跨门经营"], "部门"),
    (["temporary_lead", "--to", "王芳"], "部门"),
])  # fmt: skip
def test_a_word_that_is_not_what_the_step_takes_is_told_what_it_takes(here: Street, words: list[str], says: str) -> None:
    assert says in refuses(here, 3, "K1-0003", *words)


def test_only_the_centre_sorts(here: Street) -> None:
    assert "顾晓" in refuses(here, 4, "K1-0003", "as_item", "--to", "2", by="周明")


def test_a_person_is_named_by_number_even_where_an_item_has_that_number(here: Street) -> None:
    """王伟 has the number 17, and so has an item."""
    sorts(here, "K1-0003", "temporary_lead", "--to", "cg")
    sorts(here, "K1-0003", "reassign", "--to", "17", by="陈队长")
    with here.open() as store:
        assert case_now(here, "K1-0003").holder == who(store, "17").id


def test_an_item_that_is_newer_than_the_case_is_said_to_be_so(here: Street) -> None:
    def newer(body: dict[str, Any]) -> None:
        item = next(one for one in body["items"] if one["no"] == 3)
        body["items"].append({**item, "no": 88, "id": "charging_pile", "name": "充电桩管理"})

    body = events.canonical(events.lean(rules(newer)))
    with here.open() as store, store.transaction():
        store.append("catalogue.published", events.digest(body), body, by=who(store, "顾晓").id, now=at("2026-11-23 10:30"))
    said = refuses(here, 3, "K1-0003", "as_item", "--to", "充电桩管理")
    assert "88" in said and "K1-0003" in said and "临时牵头" in said
