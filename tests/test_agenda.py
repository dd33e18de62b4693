"""`yima catalog agenda`, `claim`, `refuse`, `defer` and `yima suggest`: what nobody's rules foresaw has a way in."""

import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.factories import at, person
from tests.street import APO, HANDAN, NOODLE, Ran, Street, hit, say, who
from yima.adapters import catalog
from yima.adapters.store import Store
from yima.core.events import AgendaDecided, Finding, PersonLeft, SuggestionMade, VisitRecorded
from yima.core.results.agenda import Agenda, Topic
from yima.errors import BadInput
from yima.verbs import agenda as verb
from yima.verbs import dispose
from yima.verbs.agenda.decide import What, decide, suggest

NOW = "2026-11-24 09:00"
MEETING = ("--meeting", "第4次联席会议", "--on", "2026-11-24")


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """K1-0001 充电桩没人管 and K1-0003 门口新装的充电桩没人管 are of one thing, K1-0002 挂了彩旗 is of another; nothing is sorted yet."""
    with here.open() as store:
        say(store, APO, "其他=充电桩没人管", "王芳", "2026-11-23 10:00")
        say(store, HANDAN, "其他=挂了彩旗", "王芳", "2026-11-23 10:05")
        say(store, HANDAN, "其他=门口新装的充电桩没人管", "李强", "2026-11-23 10:10")
        yield store


def on(store: Store, kind: str, now: str = NOW) -> list[Topic]:
    """The topics of one kind."""
    return [topic for topic in verb.agenda(store, at(now)).topics if topic.kind == kind]


def decides(store: Store, topic: str, word: str, dept: str = "镇城建办", now: str = NOW, by: str = "顾晓", **more: str) -> Any:
    what = What(word, dept, "第4次联席会议", "2026-11-24", **more)
    return decide(store, topic, what, who(store, by), at(now))


def takes(store: Store, case: str, step: str, by: str, now: str = "2026-11-23 11:00", **more: Any) -> Any:
    return dispose.dispose(store, hit(store, case), dispose.Step(step, **more), who(store, by), at(now))


def decided_facts(store: Store) -> int:
    return int(store.db.execute("SELECT COUNT(*) FROM event WHERE kind = 'agenda.decided'").fetchone()[0])


# -- the whole way: a finding that no rule foresaw becomes an item that is looked at


def test_a_new_kind_of_problem_enters(here: Street) -> None:
    """Unlisted -> triage -> agenda -> the meeting claims -> claims.yaml -> publish -> rounds begin."""

    def run(*words: str, by: str = "顾晓", now: str = NOW) -> Ran:
        ran = here.run(*words, by=by, now=now)
        assert (ran.code, ran.err) == (0, ""), (words, ran)
        return ran

    catalog.copy_defaults(here.folder)
    run("catalog", "publish", now="2026-11-21 09:00")  # as founded: nothing is claimed, so nothing is asked
    with here.open() as store:
        assert len(on(store, "unclaimed")) == 52
    assert not json.loads(run("todo", "--json", by="王芳").out)["rounds"]

    run("scan", APO, "-f", "其他=桌椅摆到人行道", by="王芳", now="2026-11-23 10:00")
    assert "K1-0001" in run("todo", now="2026-11-23 10:01").out
    run("dispose", "K1-0001", "as_item", "--to", "跨门经营", now="2026-11-23 10:30")
    listed = run("catalog", "agenda", by="").out
    assert "K1-0001" in listed and "桌椅摆到人行道" in listed and "跨门经营" in listed

    said = run("catalog", "claim", "跨门经营", "--dept", "城管执法中队", *MEETING, "--basis", "会议纪要第4条").out
    assert "publish" in said
    assert "over_door_business" in (here.folder / "claims.yaml").read_text(encoding="utf-8")
    with here.open() as store:
        assert verb.agenda(store, at(NOW)).unpublished == ("跨门经营",)
        assert "跨门经营" not in {topic.title for topic in on(store, "unclaimed")}, "what was decided leaves the list"
    assert not json.loads(run("todo", "--json", by="王芳", now="2026-11-24 10:00").out)["rounds"], "what is not published does not count"
    run("catalog", "publish", now="2026-11-24 10:00")
    assert json.loads(run("todo", "--json", by="王芳", now="2026-11-25 09:00").out)["rounds"]

    run("catalog", "claim", "K1-0001", "--dept", "cg", *MEETING, "--item", "3", now="2026-11-25 10:00")
    with here.open() as store:
        assert not on(store, "unlisted") and not verb.agenda(store, at(NOW)).unpublished


# -- unlisted findings


def test_findings_of_one_thing_are_one_topic_with_the_newest_note(store: Store) -> None:
    piles, flags = on(store, "unlisted")
    assert (piles.id, piles.title) == ("K1-0001", "门口新装的充电桩没人管")
    assert [one.case for one in piles.findings] == ["K1-0001", "K1-0003"]
    assert [one.place for one in piles.findings] == ["荷花路12号 阿婆生煎", "荷花路18号 邯郸小吃"]
    assert {one.sorted for one in piles.findings} == {"waiting"} and piles.findings[0].until == at("2026-11-24 10:00")
    assert (flags.id, flags.title) == ("K1-0002", "挂了彩旗")


def test_a_topic_says_what_triage_did_with_each_finding(store: Store) -> None:
    takes(store, "K1-0001", "temporary_lead", "顾晓", to="镇城建办")
    takes(store, "K1-0003", "refuse", "顾晓", reason="物业已接")
    takes(store, "K1-0002", "as_item", "顾晓", to="店招店牌污损")
    piles, flags = on(store, "unlisted")
    assert [(one.sorted, one.dept_name, one.reason) for one in piles.findings] == [("lead", "镇城建办", ""), ("refused", "", "物业已接")]
    assert piles.findings[0].until == at("2026-11-26 11:00"), "three workdays"
    assert [(one.sorted, one.item) for one in flags.findings] == [("item", 2)]


def test_a_finding_sorted_into_a_case_that_is_open_there_is_said_to_be_of_its_item(store: Store) -> None:
    say(store, HANDAN, "2:脏", "王芳", "2026-11-23 10:20")
    takes(store, "K1-0002", "as_item", "顾晓", to="2")
    assert [(one.sorted, one.item) for one in on(store, "unlisted")[1].findings] == [("item", 2)]


def test_one_more_who_reports_it_is_counted(store: Store) -> None:
    assert on(store, "unlisted")[1].findings[0].reports == 1
    again = Finding(0, store.next_number("finding"), "又挂了彩旗", again=hit(store, "K1-0002").case)
    visit = VisitRecorded(store.town.last_catalogue.digest, findings=(again,))
    with store.transaction():
        store.append("visit.recorded", hit(store, HANDAN).object, visit, by=who(store, "李强").id, now=at("2026-11-23 10:40"))
    assert on(store, "unlisted")[1].findings[0].reports == 2


def test_a_false_report_leaves_when_the_centre_has_granted_the_void(store: Store) -> None:
    takes(store, "K1-0002", "as_item", "顾晓", to="3")
    takes(store, "K1-0002", "void", "陈队长", "2026-11-23 11:10", reason="看错店")
    assert on(store, "unlisted")[1].findings[0].sorted == "void"
    takes(store, "K1-0002", "grant", "顾晓", "2026-11-23 11:20", about="void")
    assert [topic.id for topic in on(store, "unlisted")] == ["K1-0001"]


def test_a_decision_on_a_topic_is_recorded_for_each_finding_in_it(store: Store) -> None:
    done = decides(store, "K1-0003", "claimed", text="与电力公司定点")
    assert done.findings == ("K1-0001", "K1-0003") and not done.same
    assert decided_facts(store) == 2
    assert [topic.id for topic in on(store, "unlisted")] == ["K1-0002"], "what was decided leaves the list"
    subjects = {row[0] for row in store.db.execute("SELECT subject FROM event WHERE kind = 'agenda.decided'")}
    assert subjects == {hit(store, "K1-0001").case, hit(store, "K1-0003").case}, "by the findings' names"


def test_what_is_put_off_stays_with_its_meeting(store: Store) -> None:
    decides(store, "K1-0001", "deferred")
    piles = on(store, "unlisted")[0]
    assert piles.said is not None and (piles.said.decision, piles.said.meeting) == ("deferred", "第4次联席会议")
    assert [one.decided for one in piles.findings] == [False, False]


def test_what_comes_again_after_a_decision_is_a_topic_again_and_says_so(store: Store) -> None:
    decides(store, "K1-0001", "refused", "城管执法中队", basis="不属镇权")
    say(store, NOODLE, "其他=充电桩坏了", "王芳", "2026-11-24 08:00")
    piles = next(topic for topic in on(store, "unlisted") if topic.id == "K1-0004")
    assert [one.decided for one in piles.findings] == [True, True, False]
    assert piles.said is not None and piles.said.basis == "不属镇权"
    assert decides(store, "K1-0004", "claimed").findings == ("K1-0004",), "what was decided before stays as it was"


def test_a_wrong_decision_is_corrected_by_the_right_one(store: Store) -> None:
    decides(store, "K1-0001", "claimed", "城管执法中队")
    assert decides(store, "K1-0001", "claimed", "镇城建办").findings == ("K1-0001", "K1-0003")
    assert verb.standing(store, verb.topics.of_meeting(store))[hit(store, "K1-0003").case].event.dept == "cjb"


def test_an_equal_decision_is_said_to_be_recorded_and_writes_nothing(store: Store) -> None:
    decides(store, "K1-0001", "claimed")
    assert decides(store, "K1-0001", "claimed").same and decided_facts(store) == 2
    assert not decides(store, "K1-0001", "claimed", basis="会议纪要").same, "another basis is another word"


def test_a_topic_may_become_an_item_that_is_only_written_and_not_published(store: Store, here: Street) -> None:
    catalog.copy_defaults(here.folder)
    file = here.folder / "modules.yaml"
    text = file.read_text(encoding="utf-8")
    begin = text.index("  - no: 3\n")
    item = text[begin : text.index("  - no: 4\n")].replace("no: 3", "no: 88").replace("over_door_business", "charging_pile")
    file.write_text(text[:begin] + item.replace("name: 跨门经营", "name: 充电桩管理") + text[begin:], encoding="utf-8")
    done = decides(store, "K1-0001", "claimed", "城管执法中队", item="充电桩管理")
    assert (done.said.item, done.said.item_name) == (88, "充电桩管理")


# -- items


def test_a_refused_and_a_deferred_claim_stand_on_the_agenda_until_a_later_meeting(here: Street) -> None:
    catalog.copy_defaults(here.folder)
    for word, item, dept in (("refuse", "3", "cg"), ("defer", "店招店牌污损", "cg"), ("refuse", "4", "mr")):
        assert here.run("catalog", word, item, "--dept", dept, *MEETING, by="顾晓", now=NOW).code == 0
    with here.open() as store:
        (over_door, occupied), (sign,) = on(store, "refused"), on(store, "deferred")
        assert (over_door.id, over_door.title, over_door.published) == ("3", "跨门经营", False)
        assert over_door.said is not None and (over_door.said.dept_name, over_door.said.on) == ("城管执法中队", "2026-11-24")
        assert occupied.said is not None and occupied.said.dept == "mr", "anybody asked may refuse, not the lead alone"
        assert sign.id == "2"
    later = ("--meeting", "第5次联席会议", "--on", "2026-11-25")
    assert here.run("catalog", "claim", "3", "--dept", "cg", *later, by="顾晓", now="2026-11-25 09:00").code == 0
    with here.open() as store:
        assert [topic.id for topic in on(store, "refused", "2026-11-25 09:00")] == ["4"]


def test_a_device_without_the_files_goes_by_the_published_rules(store: Store) -> None:
    made = verb.agenda(store, at(NOW))
    assert not made.fault and {topic.kind for topic in made.topics} == {"unlisted"}, "all 52 are claimed"


def test_an_equal_claim_is_not_written_twice(here: Street) -> None:
    catalog.copy_defaults(here.folder)
    words = ("catalog", "claim", "3", "--dept", "cg", *MEETING, "--basis", "会议纪要")
    assert here.run(*words, by="顾晓", now=NOW).code == 0
    before = (here.folder / "claims.yaml").read_bytes()
    again = here.run(*words, by="顾晓", now=NOW)
    assert again.code == 0 and "已经" in again.out
    assert (here.folder / "claims.yaml").read_bytes() == before


def test_a_claims_file_that_cannot_be_read_is_named_and_nothing_is_added_to_it(here: Street) -> None:
    catalog.copy_defaults(here.folder)
    (here.folder / "claims.yaml").write_text(
        "claims:\n  - {item: nothing_such, dept: cg, meeting: 第3次, on: 2026-02-30}\n", encoding="utf-8"
    )
    shown = here.run("catalog", "agenda", now=NOW)
    assert shown.code == 0 and "claims.yaml:2" in shown.out
    ran = here.run("catalog", "claim", "3", "--dept", "cg", *MEETING, by="顾晓", now=NOW)
    assert ran.code == 3 and "claims.yaml:2" in ran.err and "over_door" not in (here.folder / "claims.yaml").read_text(encoding="utf-8")


def test_an_item_that_nobody_finds_is_listed_after_90_days_and_one_that_finds_is_not(here: Street) -> None:
    with here.open() as store:
        say(store, APO, "3:三张桌", "王芳", "2027-02-10 10:00")
        assert not on(store, "dead", "2027-02-17 10:00"), "asked for 89 days"
        dead = {topic.id: topic for topic in on(store, "dead", "2027-02-18 10:00")}
        assert "3" not in dead and dead["2"].looked == 0 and dead["2"].places == 3
        say(store, APO, "ok", "王芳", "2027-02-18 10:00")
        asked = {str(no) for (no,) in store.db.execute("SELECT item FROM matter WHERE scan_day IS NOT NULL")}
        assert asked & set(dead), "the visit asked some of them: this proves something"
        still = {topic.id for topic in on(store, "dead", "2027-02-18 11:00")}
        assert still == set(dead) - asked, "somebody has looked, and a few rounds without a finding may be chance"


def test_a_lead_makes_an_item_alive_until_it_is_refused(here: Street) -> None:
    """A third party's scan meets no round of this item, so nobody has looked; but something was found."""
    with here.open() as store:
        say(store, APO, "3:三张桌", "李强", "2027-02-10 10:00")
        assert "3" not in {topic.id for topic in on(store, "dead", "2027-02-18 10:00")}
        takes(store, "K1-0001", "refuse", "王芳", "2027-02-10 11:00")
        (topic,) = [topic for topic in on(store, "dead", "2027-02-18 10:00") if topic.id == "3"]
        assert topic.looked == 0


def test_a_meeting_that_claims_a_dead_item_again_has_dealt_with_it(here: Street) -> None:
    catalog.copy_defaults(here.folder)
    with here.open() as store:
        assert "2" in {topic.id for topic in on(store, "dead", "2027-02-18 10:00")}
    words = ("--meeting", "第6次联席会议", "--on", "2027-02-18", "--basis", "保留，改为每月")
    assert here.run("catalog", "claim", "2", "--dept", "cjb", *words, by="顾晓", now="2027-02-18 10:00").code == 0
    with here.open() as store:
        assert "2" not in {topic.id for topic in on(store, "dead", "2027-02-18 11:00")}


# -- transfers


@pytest.fixture
def quarrel(here: Street) -> Iterator[Store]:
    """K1-0001 跨门经营 was handed to 市场监管所, whose leader does not take it."""
    with here.open() as store:
        say(store, APO, "3:三张桌", "王芳")
        takes(store, "K1-0001", "told", "王芳", "2026-11-23 10:05")
        takes(store, "K1-0001", "accept", "周明", "2026-11-23 10:40")
        takes(store, "K1-0001", "transfer", "陈队长", "2026-11-23 10:50", reason="应由市监", to="市场监管所")
        assert not on(store, "disputed"), "nobody has refused it yet"
        takes(store, "K1-0001", "refuse", "冯所长", about="transfer")
        yield store


def test_a_transfer_that_the_other_does_not_take_is_a_topic(quarrel: Store) -> None:
    (topic,) = on(quarrel, "disputed")
    assert (topic.id, topic.title, topic.dept_name, topic.other_name) == ("K1-0001", "跨门经营", "城管执法中队", "市场监管所")
    assert topic.place == "荷花路12号 阿婆生煎" and topic.at == at("2026-11-23 10:50")


def test_it_leaves_when_the_meeting_has_said_who_takes_it(quarrel: Store) -> None:
    done = decides(quarrel, "K1-0001", "claimed", "市场监管所")
    assert (done.kind, done.title) == ("disputed", "跨门经营")
    assert not on(quarrel, "disputed")
    assert decides(quarrel, "K1-0001", "claimed", "市场监管所").same


def test_it_leaves_when_the_town_leader_has_reassigned_it(quarrel: Store) -> None:
    takes(quarrel, "K1-0001", "reassign", "林镇长", "2026-11-23 11:10", to="dept:cg")
    assert not on(quarrel, "disputed")


def test_a_decision_settles_the_quarrel_it_was_about_and_no_later_one(quarrel: Store) -> None:
    what = What("claimed", "cg", "第4次联席会议", "2026-11-23")
    decide(quarrel, "K1-0001", what, who(quarrel, "顾晓"), at("2026-11-23 11:05"))
    takes(quarrel, "K1-0001", "reassign", "林镇长", "2026-11-23 11:10", to="dept:cg")
    takes(quarrel, "K1-0001", "transfer", "陈队长", "2026-11-23 11:20", reason="还是应由市监", to="市场监管所")
    takes(quarrel, "K1-0001", "refuse", "冯所长", "2026-11-23 11:30", about="transfer")
    (topic,) = on(quarrel, "disputed")
    assert topic.said is None


def test_an_unlisted_finding_in_dispute_is_one_topic_and_not_two(store: Store) -> None:
    takes(store, "K1-0002", "temporary_lead", "顾晓", to="城管执法中队")
    takes(store, "K1-0002", "transfer", "陈队长", "2026-11-23 11:10", reason="应由市监", to="市场监管所")
    takes(store, "K1-0002", "refuse", "冯所长", "2026-11-23 11:20", about="transfer")
    (flags,) = [topic for topic in on(store, "unlisted") if topic.id == "K1-0002"]
    assert flags.findings[0].disputed and not on(store, "disputed")
    decides(store, "K1-0002", "claimed", "市场监管所")
    assert not on(store, "disputed") and "K1-0002" not in {topic.id for topic in on(store, "unlisted")}


# -- what leaders refer


def test_what_a_leader_refers_stays_a_topic_until_the_meeting_has_decided(here: Street) -> None:
    with here.open() as store:
        _is_referred(store, "K1-0001")


def _is_referred(store: Store, number: str) -> None:
    say(store, APO, "3:三张桌", "王芳")
    takes(store, number, "refer", "陈队长", "2026-11-23 11:00", document="青联〔2026〕7号", until="2026-12-01")
    (topic,) = on(store, "referred")
    assert (topic.id, topic.title, topic.dept_name) == (number, "跨门经营", "城管执法中队")
    assert (topic.document, topic.on, topic.at) == ("青联〔2026〕7号", "2026-12-01", at("2026-11-23 11:00"))
    assert decides(store, number, "deferred", "城管执法中队").kind == "referred"
    assert on(store, "referred")[0].said is not None
    decides(store, number, "claimed", "城管执法中队")
    assert not on(store, "referred")
    takes(store, number, "refer", "陈队长", "2026-11-24 09:30", document="青联〔2026〕9号", until="2026-12-08")
    (again,) = on(store, "referred", "2026-11-24 10:00")
    assert again.document == "青联〔2026〕9号" and again.said is None, "the decision was about the first one"


# -- suggestions


def test_anybody_may_suggest_and_says_it_over_the_phone_by_its_number(here: Street) -> None:
    ran = here.run("suggest", "码牌  反光，\n换哑光膜", by="李强")
    assert ran.code == 0
    number = re.match(r"K1-\d+", ran.out)
    assert number is not None and "码牌 反光， 换哑光膜" in ran.out and ran.out.count("\n") == 1, "one line"
    with here.open() as store:
        (topic,) = on(store, "suggestion")
        assert (topic.id, topic.title, topic.by) == (number[0], "码牌 反光， 换哑光膜", "李强")
        row = store.db.execute("SELECT subject FROM event WHERE kind = 'suggestion.made'").fetchone()
        assert re.fullmatch(r"[0-9a-f]{20}", row[0])


@pytest.mark.parametrize("word", ["claimed", "refused", "deferred"])
def test_a_decided_suggestion_leaves_and_a_deferred_one_stays(store: Store, word: str) -> None:
    made = suggest(store, "巡查单字太小", who(store, "李强"), at(NOW))
    number = f"{made.fact.device}-{made.fact.seq}"
    done = decides(store, number.lower(), word, item="3" if word == "refused" else "")
    assert (done.kind, done.id) == ("suggestion", number)
    assert [topic.said.decision for topic in on(store, "suggestion") if topic.said] == (["deferred"] if word == "deferred" else [])
    assert decides(store, made.id, word, item="3" if word == "refused" else "").same, "its own id names it too"


def test_a_number_that_is_a_case_and_a_suggestion_must_be_said_in_full(store: Store) -> None:
    made = suggest(store, "巡查单字太小", who(store, "李强"), at(NOW))
    with store.transaction():  # a device that has written thousands of facts and found thousands of things
        store.set_setting("last_finding", str(made.fact.seq - 1))
    number = say(store, NOODLE, "其他=野猫", "王芳", "2026-11-24 08:30").opened[0].number
    assert number == f"K1-{made.fact.seq:04d}" and number != f"K1-{made.fact.seq}"
    assert decides(store, f"K1-{made.fact.seq}", "deferred").kind == "suggestion", "a case is written with four digits"
    assert decides(store, number, "deferred").kind == "unlisted"


def test_one_of_four_digits_that_is_both_is_asked_for(store: Store) -> None:
    for _ in range(1000 - store.db.execute("SELECT MAX(seq) FROM event").fetchone()[0]):
        with store.transaction():
            store.append("suggestion.made", store.random(10).hex(), SuggestionMade("字太小"), by=who(store, "李强").id, now=at(NOW))
    made = suggest(store, "最后一条", who(store, "李强"), at(NOW))
    with store.transaction():
        store.set_setting("last_finding", str(made.fact.seq - 1))
    number = say(store, NOODLE, "其他=野猫", "王芳", "2026-11-24 09:30").opened[0].number
    with pytest.raises(BadInput, match="case:"):
        decides(store, number, "deferred")
    assert decides(store, f"case:{number}", "deferred").title == "野猫"
    assert decides(store, f"suggestion：{number}", "deferred").title == "最后一条"


# -- bad input


@pytest.mark.parametrize(("words", "code", "says"), [
    (["claim", "K1-0001", "--dept", "水务局", *MEETING], 3, "镇水务所"),
    (["claim", "K1-0001", "--dept", "消防救援站", *MEETING], 3, "没有"),
    (["claim", "K1-0001", "--dept", "cg", "--meeting", " ", "--on", "2026-11-24"], 3, "--meeting"),
    (["claim", "K1-0001", "--dept", "cg", "--meeting", "第4次", "--on", "2026-02-30"], 3, "2026-02-30"),
    (["claim", "K1-0001", "--dept", "cg", "--meeting", "第4次", "--on", "今天"], 3, "今天"),
    (["claim", "K1-0001", "--dept", "cg", "--meeting", "第4次", "--on", "2026-11-25"], 3, "2026-11-25"),
    (["claim", "K1-0009", "--dept", "cg", *MEETING], 3, "agenda"),
    (["claim", "K9-0001", "--dept", "cg", *MEETING], 3, "agenda"),
    (["claim", "充电", "--dept", "cg", *MEETING], 3, "agenda"),
    (["claim", "店招", "--dept", "cg", *MEETING], 3, "店招店牌污损"),
    (["claim", "K1-0004", "--dept", "cg", *MEETING], 3, "K1-0004"),
    (["claim", "3", "--dept", "mr", *MEETING], 3, "城管执法中队"),
    (["claim", "3", "--dept", "cg", *MEETING, "--item", "4"], 3, "--item"),
    (["claim", "3", "--dept", "cg", *MEETING, "--text", "好"], 3, "--basis"),
    (["claim", "K1-0001", "--dept", "mr", *MEETING, "--item", "3"], 3, "城管执法中队"),
    (["claim", "K1-0001", "--dept", "cg", *MEETING, "--item", "充电桩"], 3, "modules.yaml"),
    (["claim", "3", "--dept", "cg", *MEETING], 3, "claims.yaml"),  # this folder has no rules to write to
    (["claim", "K1-0001", "--dept", "cg", "--on", "2026-11-24"], 2, "--meeting"),
    (["defer", "K1-0001", "--meeting", "第4次", "--on", "2026-11-24"], 2, "--dept"),
    (["agenda", "--format", "pdf"], 2, "pdf"),
])  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(store: Store, here: Street, words: list[str], code: int, says: str) -> None:
    say(store, NOODLE, "3:三张桌", "王芳", "2026-11-24 08:00")  # K1-0004, a case like any other
    before = here.facts()
    more = {"by": "顾晓"} if words[0] != "agenda" else {}
    ran = here.run("catalog", *words, now=NOW, **more)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1), ran
    assert says in ran.err and here.facts() == before and not (here.folder / "claims.yaml").exists()


def test_an_outside_body_claims_nothing(store: Store, here: Street) -> None:
    outside = next(one for one in store.town.last_catalogue.departments.values() if one["kind"] == "outside")
    ran = here.run("catalog", "claim", "K1-0001", "--dept", str(outside["name"]), *MEETING, by="顾晓", now=NOW)
    assert ran.code == 3 and str(outside["name"]) in ran.err and decided_facts(store) == 0


@pytest.mark.parametrize("name", ["王芳", "陈队长", "林镇长"])
def test_only_an_administrator_records_what_a_meeting_decided(store: Store, here: Street, name: str) -> None:
    catalog.copy_defaults(here.folder)
    before = (here.folder / "claims.yaml").read_bytes()
    for topic in ("K1-0001", "3"):
        assert here.run("catalog", "claim", topic, "--dept", "cg", *MEETING, by=name, now=NOW).code == 4
    assert decided_facts(store) == 0 and (here.folder / "claims.yaml").read_bytes() == before


@pytest.mark.parametrize(("text", "code"), [("", 3), (" \n ", 3), ("字" * 1001, 3), ("字" * 1000, 0)])
def test_a_suggestion_says_something_and_is_no_book(here: Street, text: str, code: int) -> None:
    before = here.facts()
    ran = here.run("suggest", text, by="王芳")
    assert ran.code == code and here.facts() == before + (code == 0)


def test_who_has_left_suggests_nothing(here: Street) -> None:
    with here.open() as store:
        store.settings["person"] = who(store, "顾晓").id
        gone = person(store, "旧员", "street_patrol")
        with store.transaction():
            store.append("person.left", gone, PersonLeft("2026-11-21"), by=who(store, "顾晓").id, now=at("2026-11-21 09:00"))
    before = here.facts()
    assert here.run("suggest", "改早班", by="旧员").code == 4 and here.facts() == before


# -- doctor


def test_doctor_knows_these_facts_and_names_one_that_does_not_count(store: Store, here: Street) -> None:
    suggest(store, "字太小", who(store, "李强"), at(NOW))
    decides(store, "K1-0001", "deferred")
    said = json.loads(here.run("doctor", "--json", now=NOW).out)
    assert said["ok"] and not said["unknown"] and not said["unmoved"]
    case = hit(store, "K1-0002").case
    with store.transaction():  # as another device might bring it
        store.append("agenda.decided", case, AgendaDecided("refused", "无", "2026-11-24", "cg"), by=who(store, "王芳").id, now=at(NOW))
    assert [(one["why"], one["facts"]) for one in json.loads(here.run("doctor", "--json", now=NOW).out)["unmoved"]] == [("role", 1)]
    assert {"K1-0002"} <= {topic.id for topic in on(store, "unlisted")}, "王芳 decides nothing"


# -- screen and files

NASTY = "=1+1 <b>粗</b>\u202e"


@pytest.fixture
def nasty(here: Street) -> Street:
    """Notes and suggestions as somebody might try them."""
    with here.open() as store:
        say(store, APO, f"其他={NASTY}", "王芳")
        suggest(store, NASTY, who(store, "李强"), at("2026-11-23 10:00"))
    return here


class Page(HTMLParser):
    """What a browser would build: tags in balance, texts, addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.addresses += [str(value) for name, value in attrs if name in ("src", "href", "action", "srcset")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_fetches_nothing_and_shows_foreign_text_as_text(nasty: Street) -> None:
    ran = nasty.run("catalog", "agenda", "--format", "html", now=NOW)
    assert ran.code == 0
    (file,) = (nasty.folder / "data" / "agenda").iterdir()
    assert str(file) in ran.out or file.name in ran.out
    text = file.read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert not page.open and not page.addresses and not {"script", "link", "img", "iframe", "object"} & page.tags
    assert "<b>粗" not in text and "&lt;b&gt;粗" in text and "\u202e" not in text
    assert "http" not in text.replace("http-equiv", "") and "width=device-width" in text and "@page { size: A4" in text
    assert "样例" in text, "a sample town says so"


def test_the_workbook_holds_every_topic_as_text(nasty: Street) -> None:
    assert nasty.run("catalog", "agenda", "-o", str(nasty.folder / "会"), now=NOW).code == 0
    file = next((nasty.folder / "会").glob("*.xlsx"))
    book = CalamineWorkbook.from_path(file)
    topics, findings = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert topics[2][1] == "K1-0001" and {row[2].strip() for row in topics[2:]} == {"=1+1 <b>粗</b>"}
    assert findings[2][1] == "K1-0001" and findings[2][2].startswith("=1+1") and findings[2][3] == "荷花路12号 阿婆生煎"
    assert b"<f>" not in unzipped(file, "xl/worksheets"), "no formula"
    assert b"2026-11-24T09:00:00Z" in unzipped(file, "docProps/core"), "the agenda's own time, so that the same facts make the same bytes"


def unzipped(file: Path, part: str) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.startswith(part))


def test_the_same_facts_make_the_same_bytes(nasty: Street) -> None:
    def bytes_of(folder: str) -> list[bytes]:
        assert nasty.run("catalog", "agenda", "-o", str(nasty.folder / folder), now=NOW).code == 0
        return [file.read_bytes() for file in sorted((nasty.folder / folder).iterdir())]

    made = bytes_of("一")
    assert len(made) == 2 and made == bytes_of("二")


def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing(nasty: Street) -> None:
    (nasty.folder / "挡路").write_text("", encoding="utf-8")
    ran = nasty.run("catalog", "agenda", "-o", str(nasty.folder / "挡路"), now=NOW)
    assert ran.code == 6 and not ran.out and "-o" in ran.err


def test_the_screen_says_what_each_department_is_asked_to_claim(here: Street) -> None:
    catalog.copy_defaults(here.folder)
    assert here.run("catalog", "publish", by="顾晓", now="2026-11-21 09:00").code == 0
    out = here.run("catalog", "agenda", now=NOW).out
    (line,) = [line for line in out.splitlines() if line.lstrip().startswith("城管执法中队")]
    assert "3 跨门经营" in line and "共52题" in out


def test_an_empty_agenda_says_so(here: Street) -> None:
    ran = here.run("catalog", "agenda", now=NOW)
    assert ran.code == 0 and "没有要议的题" in ran.out and "--dept" not in ran.out


def test_the_agenda_writes_no_fact(store: Store, here: Street) -> None:
    before = here.facts()
    made: Agenda = verb.agenda(store, at(NOW))
    assert made.topics and here.facts() == before
