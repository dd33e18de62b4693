"""The bottom net, pure: what is alike, who may decide, what stays on the agenda, which item finds nothing."""

from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import at, rules
from yima.core import agenda, events
from yima.core.agenda import AskedOf, Dead, Decided, Sorted
from yima.core.events import AgendaDecided, Fact, PersonRegistered, SuggestionMade, TownFounded
from yima.core.flow.cases import Case
from yima.core.model import MS_DAY
from yima.core.town import Town, fold_town

NOON = at("2026-11-23 12:00")
TODAY = (NOON + 8 * 3_600_000) // MS_DAY


@pytest.mark.parametrize(("one", "other", "are_alike", "why"), [
    ("充电桩没人管", "门口新装的充电桩没人管", True, "where it stands and that nobody is in charge says nothing of the thing"),
    ("充电桩坏了", "充电桩", True, "of five pairs four are common"),
    ("充电桩！", "充 电 桩", False, "characters with a gap between them are no pair"),
    ("充电桩", "充电桩", True, "the same words"),
    ("ＬＥＤ屏太亮", "led屏太亮", True, "full-width and capital letters are the same letters"),
    ("3张桌子", "12张桌子", True, "numbers are no difference in kind"),
    ("墙上小广告", "电线杆上的小广告", True, "上 and 的 join nothing"),
    ("挂了彩旗", "招牌上挂了彩旗", True, "half a phrase more"),
    ("垃圾没人管", "充电桩没人管", False, "that nobody is in charge is said of everything"),
    ("门口有积水", "门口有落叶", False, "only the place is common"),
    ("飞线充电", "充电桩没人管", False, "one pair in common is not enough"),
    ("流浪狗", "流浪猫", False, "half of the pairs is not more than half"),
    ("电动车充电", "电动车乱停", False, "one thing, two troubles: half of the pairs"),
    ("井盖破损", "地砖破损", False, "one trouble, two things"),
    ("没人管", "没人管", True, "a note of fillers alone is taken as it stands"),
    ("没人管", "充电桩没人管", False, "and is like nothing else"),
    ("狗", "狗", True, "a single character is a word too"),
    ("狗", "狗叫", False, "which is no part of a longer one"),
    ("", "充电桩", False, "no words are like nothing"),
])  # fmt: skip
def test_notes_are_alike_when_more_than_half_of_their_pairs_are_common(one: str, other: str, are_alike: bool, why: str) -> None:
    assert agenda.alike(agenda.grams(one), agenda.grams(other)) is are_alike, (why, agenda.grams(one), agenda.grams(other))
    assert agenda.alike(agenda.grams(other), agenda.grams(one)) is are_alike, "likeness has no direction"


WORDS = st.lists(
    st.sampled_from(["充电", "电桩", "充电桩", "彩旗", "小广告", "坏", "没人管", "门口", "的", "流浪", "狗", "a", "１"]), max_size=5
)
NOTES = st.dictionaries(st.uuids().map(lambda id_: id_.hex), WORDS.map("".join) | st.text(max_size=6), max_size=14)


@given(NOTES, st.randoms(use_true_random=False))
def test_every_finding_is_in_exactly_one_pool_whatever_the_order(notes: dict[str, str], chance: Any) -> None:
    found = agenda.pools(notes)
    assert sorted(name for pool in found for name in pool) == sorted(notes)
    names = list(notes)
    chance.shuffle(names)
    assert agenda.pools({name: notes[name] for name in names}) == found


@given(NOTES)
def test_all_of_a_pool_are_like_its_shortest_note_and_no_two_pools_begin_alike(notes: dict[str, str]) -> None:
    grams = {name: agenda.grams(note) for name, note in notes.items()}
    firsts = [min((grams[name] for name in pool), key=lambda its: (len(its), sorted(its))) for pool in agenda.pools(notes)]
    for pool, first in zip(agenda.pools(notes), firsts, strict=True):
        assert all(agenda.alike(grams[name], first) for name in pool)
    assert not any(agenda.alike(one, other) for one, other in combinations(firsts, 2))


def test_likeness_is_not_handed_on() -> None:
    """Each is like the next, the first is not like the last: two pools, not one of everything."""
    chain = {"a": "甲乙丙丁", "b": "乙丙丁戊", "c": "丙丁戊己", "d": "丁戊己庚"}
    grams = {name: agenda.grams(note) for name, note in chain.items()}
    assert all(agenda.alike(grams[one], grams[two]) for one, two in pairwise(chain)) and not agenda.alike(grams["a"], grams["c"])
    assert len(agenda.pools(chain)) == 2


def test_a_note_joins_the_pool_that_it_is_most_like() -> None:
    notes = {"lamp": "路灯歪斜", "pole": "灯杆生锈断裂", "new": "路灯歪斜生锈"}
    assert agenda.pools(notes) == (("lamp", "new"), ("pole",))


# -- what triage did

CASE = Case("k.0", "d", 1, 0, "k.0", "c", "F2", "ucc", "p", 0, 0, "triage", 0, 0, note="充电桩")


@pytest.mark.parametrize(("case", "into", "what"), [
    (CASE, None, Sorted("waiting")),
    (CASE._replace(item=3, finding="", stage="accept"), None, Sorted("item", 3)),
    (CASE._replace(item=3, finding="", stage="closed", closed=9, outcome="passed"), None, Sorted("item", 3)),
    (CASE._replace(merged_into="m.0", stage="closed", closed=9, outcome="merged"), CASE._replace(key="m.0", item=7), Sorted("item", 7)),
    (CASE._replace(merged_into="m.0", stage="closed", closed=9, outcome="merged"), CASE._replace(key="m.0"), Sorted("waiting")),
    (CASE._replace(merged_into="m.0", stage="closed", closed=9, outcome="merged"), None, Sorted("merged")),
    (CASE._replace(dept="cjb", own_people=True, stage="handle"), None, Sorted("lead", dept="cjb")),
    (CASE._replace(dept="cjb", own_people=True, stage="closed", closed=9, outcome="passed"), None, Sorted("lead", dept="cjb")),
    (CASE._replace(stage="closed", closed=9, outcome="refused"), None, Sorted("refused")),
    (CASE._replace(item=3, stage="closed", closed=9, outcome="void"), None, Sorted("void")),
])  # fmt: skip
def test_what_triage_did_is_read_from_the_case(case: Case, into: Case | None, what: Sorted) -> None:
    assert agenda.sorted_as(case, into) == what


# -- whose word counts


def fact(seq: int, kind: str, subject: str, event: Any, by: str = "adm", *, device: str = "d1", wall: int = NOON) -> Fact:
    body = event if isinstance(event, bytes) else events.encode(event)
    bare = Fact(device, seq, wall + seq, (wall + seq) << 16, by, kind, subject, body, "", "")
    return events.sealed("t", bare)


def _asked_weekly(body: dict[str, Any]) -> None:
    """Item 3 is asked of shops every 7 days; the town has no later start."""
    body["town"].pop("street_start", None)
    next(one for one in body["items"] if one["no"] == 3)["every"] = {"shop": "P7D"}


def little_town() -> Town:
    """The founder adm, and 王芳 (w) who finds things."""
    founded = TownFounded("青荷镇", 480, {"id": "adm", "name": "顾晓"}, {"letters": "K1", "key": ""})
    published = events.canonical(events.lean(rules(_asked_weekly)))
    return fold_town([
        fact(1, "town.founded", "t", founded),
        fact(2, "catalogue.published", events.digest(published), published),
        fact(3, "person.registered", "w", PersonRegistered("王芳", roles=({"role": "street_patrol"},))),
        fact(4, "person.registered", "gone", PersonRegistered("旧员", roles=({"role": "admin"},))),
        fact(5, "person.left", "gone", events.PersonLeft("2026-11-01")),
    ])  # fmt: skip


YES, NO, LATER = (AgendaDecided(word, "第4次", "2026-11-23", "cg") for word in ("claimed", "refused", "deferred"))


@pytest.mark.parametrize(("one", "why"), [
    (fact(9, "suggestion.made", "s", SuggestionMade("码太小"), "w"), ""),
    (fact(9, "suggestion.made", "s", SuggestionMade("码太小"), "nobody"), "person"),
    (fact(9, "suggestion.made", "s", SuggestionMade("码太小"), "gone"), "left"),
    (fact(9, "suggestion.made", "s", SuggestionMade("码太小"), "w", device="d2"), "device"),
    (fact(9, "suggestion.made", "s", b'{"text":7}', "w"), "unknown"),
    (fact(9, "agenda.decided", "s", YES), ""),
    (fact(9, "agenda.decided", "s", YES, "w"), "role"),
    (fact(9, "agenda.decided", "s", b'{"decision":"adjourned"}'), "unknown"),
])  # fmt: skip
def test_anybody_suggests_and_only_an_administrator_decides(one: Fact, why: str) -> None:
    assert agenda.why_not(little_town(), one) == why
    counted = (*agenda.suggestions(little_town(), [one]), *agenda.decisions(little_town(), [one], {}))
    assert bool(counted) is not bool(why)


def test_the_last_decision_in_order_stands_whatever_the_order_of_arrival() -> None:
    said = [fact(7, "agenda.decided", "s", YES), fact(8, "agenda.decided", "s", LATER), fact(9, "agenda.decided", "s", NO, "w")]
    for facts in (said, said[::-1]):
        assert agenda.decisions(little_town(), facts, {})["s"].event == LATER, "王芳 decides nothing"


def test_a_decision_on_any_finding_of_a_case_is_one_on_the_case() -> None:
    assert list(agenda.decisions(little_town(), [fact(7, "agenda.decided", "b.0", YES)], {"b.0": "a.0"})) == ["a.0"]


def test_of_two_suggestions_with_one_id_the_first_counts() -> None:
    twice = [fact(8, "suggestion.made", "s", SuggestionMade("后"), "w"), fact(7, "suggestion.made", "s", SuggestionMade("先"), "w")]
    assert [one.text for one in agenda.suggestions(little_town(), twice)] == ["先"]


@pytest.mark.parametrize(("decided", "since", "is_open", "why"), [
    (None, None, True, "nobody has said anything"),
    (Decided(YES, 5), None, False, "claimed"),
    (Decided(NO, 5), None, False, "refused"),
    (Decided(LATER, 5), None, True, "put off"),
    (Decided(YES, 5), 6, True, "said before this quarrel began"),
    (Decided(YES, 6), 6, False, "said of this quarrel"),
])  # fmt: skip
def test_what_was_decided_leaves_and_what_was_put_off_stays(decided: Decided | None, since: int | None, is_open: bool, why: str) -> None:
    assert agenda.is_open(decided, since) is is_open, why


# -- claims: published, and as written in the town folder


def claim(decision: str, on: str, dept: str = "cg") -> dict[str, str]:
    return {"item": "shop_sign", "decision": decision, "dept": dept, "meeting": "第4次", "on": on, "basis": ""}


@pytest.mark.parametrize(("published", "written", "decision", "is_published", "why"), [
    ([claim("claimed", "2026-08-20")], [], "claimed", True, "a device without the files goes by the published rules"),
    ([claim("claimed", "2026-08-20")], [claim("claimed", "2026-08-20")], "claimed", True, "the same in both"),
    ([claim("claimed", "2026-08-20")], [claim("refused", "2026-11-20")], "refused", False, "the later meeting holds"),
    ([claim("refused", "2026-11-20")], [claim("claimed", "2026-08-20")], "refused", True, "an old file takes nothing back"),
    ([claim("claimed", "2026-11-20")], [claim("deferred", "2026-11-20")], "deferred", False, "of one day, the file was mended since"),
    ([], [claim("deferred", "2026-11-20")], "deferred", False, "written and not published"),
])  # fmt: skip
def test_the_decision_of_the_latest_day_stands(
    published: list[Any], written: list[Any], decision: str, is_published: bool, why: str
) -> None:
    found, flag = agenda.standing(published, written)["shop_sign"]
    assert (agenda.decision_of(found), flag) == (decision, is_published), why


def test_a_claim_without_a_word_is_a_yes_and_one_without_a_day_is_old() -> None:
    assert agenda.decision_of({"item": "x"}) == "claimed"
    assert agenda.day_of_claim({"item": "x", "on": "2026-02-30"}) == agenda.day_of_claim({}) == 0


# -- items that find nothing: item 3 is asked of shops from 23 November on

LATER_DAY = TODAY + agenda.DAYS


@pytest.mark.parametrize(("asked", "alive", "day", "claimed", "dead", "why"), [
    ([AskedOf(3, "shop", "P7D", 9, 9)], {}, LATER_DAY, {}, (Dead(3, 108, 9, 9),), "9 shops × 12 rounds of 7 days in 90, nothing found"),
    ([AskedOf(3, "shop", "P7D", 8, 8)], {}, LATER_DAY, {}, (), "96 rounds without a finding may be chance"),
    ([AskedOf(3, "shop", "P7D", 1, 0)], {}, LATER_DAY, {}, (Dead(3, 12, 1, 0),), "nobody looked at all, however few they are"),
    ([AskedOf(3, "shop", "P7D", 9, 9)], {3: 1}, LATER_DAY, {}, (), "it found something"),
    ([AskedOf(3, "shop", "P7D", 9, 9)], {}, LATER_DAY - 1, {}, (), "not asked for 90 days yet"),
    ([AskedOf(3, "shop", "P7D", 9, 9)], {}, LATER_DAY, {3: LATER_DAY - 89}, (), "a meeting has just claimed it again"),
    ([AskedOf(3, "shop", "P7D", 5, 0), AskedOf(3, "shop", "P3D", 2, 1)], {}, LATER_DAY, {}, (Dead(3, 120, 7, 1),), "periods add up"),
    ([AskedOf(3, "house", "P1D", 500, 0)], {}, LATER_DAY, {}, (), "not asked of houses at all"),
    ([], {}, LATER_DAY, {}, (), "nothing is asked"),
])  # fmt: skip
def test_a_dead_item_was_asked_for_90_days_and_found_nothing(
    asked: list[AskedOf], alive: dict[int, int], day: int, claimed: dict[int, int], dead: tuple[Dead, ...], why: str
) -> None:
    assert agenda.dead_items(little_town(), asked, alive, day, claimed) == dead, why
