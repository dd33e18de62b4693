"""`yima dispose`: one step in a case; a step that would count for nothing is not written, and the sentence says what to do."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import at
from tests.street import APO, HANDAN, MONDAY, Street, hit, refuses, say, take, who
from yima.adapters.store import Store
from yima.core.results.street import CaseSeen
from yima.errors import BadInput, NotAllowed
from yima.verbs.dispose import hand_over


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """K1-0001: 跨门经营 (F3, due 12:00). K1-0002: 消防通道 (F4, due 12:00). Both found by 王芳 on Monday at 10:00."""
    with here.open() as store:
        say(store, APO, "3:三张桌", "王芳")
        say(store, HANDAN, "23:堆货", "王芳")
        yield store


def accepted(store: Store) -> CaseSeen:
    """K1-0001 told at 10:05, its window over at 10:35, accepted by 周明 at 10:40."""
    take(store, "K1-0001", "told", "王芳")
    return take(store, "K1-0001", "accept", "周明", "23 10:40")


def test_done_is_the_step_that_is_meant_when_none_is_said(here: Street) -> None:
    assert here.run("scan", APO, "-f", "3").code == 0
    assert here.run("dispose", "K1-0001", by="周明", now="2026-11-23 11:00").code == 0
    with here.open() as store:
        case = store.state(hit(store, APO).object).cases[hit(store, "K1-0001").case]
        assert case.stage == "check" and case.done == (who(store, "周明").id, at("2026-11-23 11:00"))


def test_the_owners_window_begins_when_the_owner_is_told(store: Store) -> None:
    case = take(store, "K1-0001", "told", "王芳")
    assert (case.stage, case.window_end) == ("self_fix", at("2026-11-23 10:35"))


def test_not_told_within_a_quarter_of_the_limit_there_is_no_window(store: Store) -> None:
    assert "周明" not in refuses(store, BadInput, "K1-0001", "told", "王芳", "23 10:31"), "nobody else may say it either"
    assert take(store, "K1-0001", "accept", "周明", "23 10:31").stage == "handle"


def test_who_accepts_holds_it(store: Store) -> None:
    assert accepted(store).holder == "周明"


def test_a_handover_gives_every_case_of_one_holder_to_another(here: Street, store: Store) -> None:
    accepted(store)
    say(store, HANDAN, "3:两张桌", "王芳", now="2026-11-23 10:35")
    take(store, "K1-0003", "accept", "周明", "23 11:10")
    take(store, "K1-0003", "done", "周明", "23 11:20")  # in check: nobody is assigned there
    facts = here.facts()
    with pytest.raises(NotAllowed, match="周明"):
        hand_over(store, who(store, "周明"), who(store, "李强"), "", who(store, "王芳"), at("2026-11-23 11:30"))
    with pytest.raises(BadInput):
        hand_over(store, who(store, "李强"), who(store, "周明"), "", who(store, "李强"), at("2026-11-23 11:30"))
    assert here.facts() == facts
    done = hand_over(store, who(store, "周明"), who(store, "李强"), "休假", who(store, "周明"), at("2026-11-23 11:30"))
    assert [(one.number, one.holder, one.stage) for one in done.cases] == [("K1-0001", "李强", "handle")]
    assert [(one.number, why) for one, why in done.left] == [("K1-0003", "stage")] and here.facts() == facts + 1


def test_done_by_the_desk_is_no_close(store: Store) -> None:
    accepted(store)
    case = take(store, "K1-0001", "done", "周明", "23 11:30")
    assert case.stage == "check" and case.closed is None


def test_no_step_closes_what_nobody_has_looked_at(store: Store) -> None:
    accepted(store)
    take(store, "K1-0001", "done", "周明", "23 11:30")
    assert "K1-0001" in refuses(store, NotAllowed, "K1-0001", "close", "钱队员", "23 11:40")


def test_after_a_look_permanent_staff_close_at_the_desk_and_not_who_did_it(store: Store) -> None:
    accepted(store)
    take(store, "K1-0001", "done", "周明", "23 11:30")
    say(store, APO, "3!", "王芳", "2026-11-23 11:40")  # contract staff look
    for name in ("王芳", "周明", "李强"):
        refuses(store, NotAllowed, "K1-0001", "close", name, "23 11:50")
    assert take(store, "K1-0001", "close", "钱队员", "23 11:50").outcome == "passed"


def test_a_refusal_names_who_may(store: Store) -> None:
    said = refuses(store, NotAllowed, "K1-0001", "accept", "王芳", "23 10:40")
    assert "王芳" in said and "K1-0001" in said and "周明" in said and "钱队员" in said and "李强" not in said


def test_a_wrong_stage_is_named_with_the_right_one(store: Store) -> None:
    said = refuses(store, BadInput, "K1-0001", "accept", "周明")
    assert "店主自改" in said and "待接单" in said


@pytest.mark.parametrize("step", ["return", "extend", "transfer", "suspend", "void"])
def test_what_needs_a_reason_says_so(store: Store, step: str) -> None:
    accepted(store)
    by = "周明" if step in ("return", "extend") else "陈队长"
    more = {"to": "dept:mr"} if step == "transfer" else {"until": "2026-11-25"} if step == "suspend" else {}
    assert "--reason" in refuses(store, BadInput, "K1-0001", step, by, "23 10:50", **more)


def test_a_return_goes_to_the_leader_who_sends_it_back_or_gives_it_to_another(store: Store) -> None:
    accepted(store)
    assert take(store, "K1-0001", "return", "周明", "23 10:50", reason="不是我们的").stage == "returned"
    back = take(store, "K1-0001", "send_back", "陈队长", "23 10:55")
    assert (back.stage, back.holder) == ("accept", "周明")
    refuses(store, BadInput, "K1-0001", "return", "周明", "23 11:00", reason="再退")  # once per person
    assert take(store, "K1-0001", "reassign", "陈队长", "23 11:00", to="person:钱队员").holder == "钱队员"


def test_a_transfer_waits_for_the_other_leader_and_its_clock_runs_on(store: Store) -> None:
    accepted(store)
    due = take(store, "K1-0001", "transfer", "陈队长", "23 10:50", reason="应由市监", to="市场监管所").due
    said = refuses(store, NotAllowed, "K1-0001", "accept", "陈队长", "23 10:55")
    assert "冯所长" in said
    case = take(store, "K1-0001", "accept", "冯所长", "23 10:55")
    assert (case.stage, case.dept) == ("accept", "mr")
    assert due is not None and "吴敏" in case.handlers
    assert take(store, "K1-0001", "accept", "吴敏", "23 10:56").due == at("2026-11-23 12:00"), "the item's limit has not stopped"


def test_a_refused_transfer_stays_and_the_town_leader_decides(store: Store) -> None:
    accepted(store)
    take(store, "K1-0001", "transfer", "陈队长", "23 10:50", reason="应由市监", to="dept:mr")
    assert take(store, "K1-0001", "refuse", "冯所长", "23 10:55", about="transfer").stage == "unclaimed"
    case = take(store, "K1-0001", "reassign", "林镇长", "23 11:00", to="person:周明")
    assert (case.stage, case.holder) == ("accept", "周明")


def test_an_extension_waits_for_the_leader_and_moves_the_due(store: Store) -> None:
    accepted(store)
    asked = take(store, "K1-0001", "extend", "周明", "23 11:00", reason="等配件", until="2026-11-23T13:30")
    assert asked.asked_extension and asked.due == at("2026-11-23 12:00")
    refuses(store, NotAllowed, "K1-0001", "grant", "周明", "23 11:05", about="extension")
    assert take(store, "K1-0001", "grant", "陈队长", "23 11:05", about="extension").due == at("2026-11-23 13:30")


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ((), "最多可延到今天14:00，等陈队长批准"),
        (("--until", "2026-11-23T13:30"), "最多可延到今天13:30，等陈队长批准"),
        (("--until", "2026-11-23"), "超过上限，最多可延到今天14:00，等陈队长批准"),
    ],
)
def test_who_asks_for_an_extension_is_told_until_when_at_most_and_who_grants_it(here: Street, store: Store, until: Any, said: str) -> None:
    accepted(store)
    ran = here.run("dispose", "K1-0001", "extend", "--reason", "等配件", *until, by="周明", now="2026-11-23 11:00")
    assert ran.code == 0 and said in ran.out and "yima dispose K1-0001 grant --about 延期" in ran.out
    assert here.run("dispose", "K1-0001", "grant", "--about", "延期", by="陈队长", now="2026-11-23 11:05").code == 0
    assert f"今天{said.split('今天')[1][:5]}前" in here.run("show", "K1-0001", now="2026-11-23 11:06").out, "and as said it is granted"
    second = here.run("dispose", "K1-0001", "extend", "--reason", "还等", by="陈队长", now="2026-11-23 11:10")
    assert "等林镇长批准" in second.out
    granted = here.run("dispose", "K1-0001", "grant", "--about", "延期", by="林镇长", now="2026-11-23 11:15")
    assert granted.code == 0 and "批准" not in granted.out


def test_a_day_that_may_be_granted_is_not_called_too_long(here: Street, store: Store) -> None:
    """The limit is in office hours, so the due lies before the end of the day that was asked for."""
    number = say(store, APO, "9:装修垃圾", "王芳").opened[0].number  # five days
    take(store, number, "accept", "周明", "25 10:00")
    ran = here.run("dispose", number, "extend", "--reason", "等清运", "--until", "2026-12-01", by="周明", now="2026-11-25 11:00")
    assert "最多可延到12-01" in ran.out and "超过上限" not in ran.out


def test_an_extension_by_who_may_grant_it_counts_at_once_and_waits_for_nobody(here: Street, store: Store) -> None:
    accepted(store)
    ran = here.run("dispose", "K1-0001", "extend", "--reason", "等配件", by="陈队长", now="2026-11-23 11:00")
    assert "今天14:00" in ran.out and "批准" not in ran.out


def test_an_extension_is_asked_before_the_limit_ends(store: Store) -> None:
    accepted(store)
    assert "K1-0001" in refuses(store, BadInput, "K1-0001", "extend", "周明", "23 12:01", reason="等配件")


def test_a_second_request_waits_for_the_answer_to_the_first(store: Store) -> None:
    accepted(store)
    take(store, "K1-0001", "extend", "周明", "23 11:00", reason="等配件", until="2026-11-23T13:30")
    said = refuses(store, BadInput, "K1-0001", "extend", "周明", "23 11:05", reason="还是等配件")
    assert "还在等答复" in said and "用完" not in said
    take(store, "K1-0001", "refuse", "陈队长", "23 11:06", about="extension")
    assert take(store, "K1-0001", "extend", "周明", "23 11:07", reason="还是等配件").asked_extension, "answered, it may be asked again"


def test_a_department_that_has_not_answered_is_not_called_again_and_one_that_has_need_not(store: Store) -> None:
    accepted(store)
    take(store, "K1-0001", "call", "周明", "23 10:45", to="mr")
    said = refuses(store, BadInput, "K1-0001", "call", "周明", "23 10:50", to="mr")
    assert "市场监管所" in said and "还在等对方答复" in said
    take(store, "K1-0001", "answer", "吴敏", "23 10:55", about="call")
    assert "已经答复过" in refuses(store, BadInput, "K1-0001", "answer", "冯所长", "23 10:56", about="call")
    assert "已经答复过" in refuses(store, BadInput, "K1-0001", "answer", "顾晓", "23 10:57", about="call", entered_for="吴敏")
    take(store, "K1-0001", "call", "周明", "23 11:00", to="mr")
    assert "吴敏" in refuses(store, NotAllowed, "K1-0001", "answer", "李强", "23 11:01", about="call"), "who is called may answer"
    take(store, "K1-0001", "answer", "吴敏", "23 11:05", about="call")  # a new call is answered anew
    assert "K1-0001" in refuses(store, BadInput, "K1-0001", "answer", "李强", "23 11:06", about="call"), "nobody is called any more"


@pytest.mark.parametrize("step", ["call", "transfer"])
def test_the_cases_own_department_is_nobody_to_call_or_hand_over_to(store: Store, step: str) -> None:
    accepted(store)
    said = refuses(store, BadInput, "K1-0001", step, "陈队长", "23 10:45", to="dept:cg", reason="人手不够")
    assert "自己" in said and "城管执法中队" in said and "要写明给谁" not in said


def test_a_missing_date_is_asked_for_before_a_date_is_found_unsuitable(store: Store) -> None:
    accepted(store)
    said = refuses(store, BadInput, "K1-0001", "suspend", "陈队长", "23 10:45", reason="等配件")
    assert "要写 --until 日期" in said and "2026-12-01" in said
    said = refuses(store, BadInput, "K1-0001", "suspend", "陈队长", "23 10:45", reason="等配件", until="2026-12-31")
    assert "一次最多 30 天" in said and "累计最多 60 天" in said


def test_what_is_referred_asks_for_number_and_day_whatever_the_reason(store: Store) -> None:
    accepted(store)
    said = refuses(store, BadInput, "K1-0001", "refer", "陈队长", "23 10:45")
    assert "--document" in said and "--until" in said and "这个原因" not in said
    said = refuses(store, BadInput, "K1-0001", "refer", "陈队长", "23 10:45", until="2026-12-01")
    assert "--document" in said and "--until" not in said and "这个原因" not in said
    for until in (None, "2026-12-01T09:00"):
        said = refuses(store, BadInput, "K1-0001", "refer", "陈队长", "23 10:45", document="青联〔2026〕3号", until=until)
        assert "--until" in said and "--document" not in said
    take(store, "K1-0001", "refer", "陈队长", "23 10:45", document="青联〔2026〕3号", until="2026-12-01")


def test_an_unsuitable_new_due_is_told_the_latest_one(store: Store) -> None:
    accepted(store)
    said = refuses(store, BadInput, "K1-0001", "extend", "周明", "23 11:00", reason="等配件", until="2026-11-23T11:30")
    assert "今天12:00" in said and "今天14:00" in said


def test_a_grant_that_comes_too_late_says_that_nothing_can_be_extended_any_more(store: Store) -> None:
    accepted(store)
    take(store, "K1-0001", "extend", "周明", "23 11:00", reason="等配件")
    said = refuses(store, BadInput, "K1-0001", "grant", "陈队长", "23 14:30", about="extension")
    assert "不能再延期" in said and "--until" not in said


def test_without_a_word_what_it_is_about_those_that_fit_are_listed_with_their_meaning(store: Store) -> None:
    accepted(store)
    said = refuses(store, BadInput, "K1-0001", "grant", "陈队长", "23 11:00")
    assert all(word in said for word in ("extension（申请延期）", "suspension（挂起）", "void（误报作废）")) and "contest" not in said
    said = refuses(store, BadInput, "K1-0001", "uphold", "陈队长", "23 11:00", about="别的")
    assert "contest（申辩）" in said and "appeal（超时申诉）" in said and "extension" not in said


@pytest.mark.parametrize("about", ["extension", "延期", " 延期　", "ｅｘｔｅｎｓｉｏｎ", "Extension"])
def test_what_it_is_about_is_said_in_either_language_and_width(store: Store, about: str) -> None:
    accepted(store)
    take(store, "K1-0001", "extend", "周明", "23 11:00", reason="等配件", until="2026-11-23T13:30")
    assert take(store, "K1-0001", "grant", "陈队长", "23 11:05", about=about).due == at("2026-11-23 13:30")


def test_every_word_that_is_listed_is_taken_in_chinese_too() -> None:
    from yima.adapters.render import about_word
    from yima.core.flow.desk import ABOUT
    from yima.verbs.dispose import about_of

    assert [about_of(about_word(about)) for about in ABOUT] == list(ABOUT)
    words = ("延期", "挂起", "转办", "误报作废", "申辩", "申诉", "协办")
    assert [about_of(word) for word in words] == list(ABOUT)
    assert about_of("别的") == "别的", "what is none of them stays as it was said"


def test_a_hazard_is_never_suspended_before_it_is_under_control(store: Store) -> None:
    case = next(iter(store.state(hit(store, HANDAN).object).cases.values()))
    assert case.flow == "F4"
    with here_leads(store):
        said = refuses(store, BadInput, "K1-0002", "suspend", "安办主任", "23 11:00", reason="等材料", until="2026-11-25")
        assert "control" in said
        take(store, "K1-0002", "control", "王芳", "23 11:05")
        assert take(store, "K1-0002", "suspend", "安办主任", "23 11:10", reason="等材料", until="2026-11-25").stage == "suspended"


def test_a_void_closes_at_once_and_counts_until_the_centre_says_so(store: Store) -> None:
    case = take(store, "K1-0001", "void", "陈队长", "23 10:10", reason="看错店")
    assert (case.stage, case.outcome) == ("closed", "void")
    refuses(store, NotAllowed, "K1-0001", "grant", "陈队长", "23 10:20", about="void")
    assert take(store, "K1-0001", "refuse", "顾晓", "23 10:20", about="void").closed is None, "refused, it is open as before"


def test_each_refused_void_counts_as_never_said(store: Store) -> None:
    """The second refusal is about the second void, not once more about the first."""
    for minute in (10, 30):
        take(store, "K1-0001", "void", "陈队长", f"23 10:{minute}", reason="看错店")
        assert take(store, "K1-0001", "refuse", "顾晓", f"23 10:{minute + 10}", about="void").closed is None


def test_a_closed_case_takes_no_step(store: Store) -> None:
    take(store, "K1-0001", "void", "陈队长", "23 10:10", reason="看错店")
    assert "K1-0001" in refuses(store, BadInput, "K1-0001", "accept", "周明", "23 10:50")


def test_entered_for_somebody_only_by_the_centre_and_their_leader(store: Store) -> None:
    take(store, "K1-0001", "told", "王芳")
    said = refuses(store, NotAllowed, "K1-0001", "accept", "吴敏", "23 10:50", entered_for="周明")
    assert "吴敏不能替周明代录" in said and "城运中心" in said
    case = take(store, "K1-0001", "accept", "顾晓", "23 10:50", entered_for="周明")
    assert case.holder == "周明"


def test_whose_word_does_not_count_is_named_and_not_who_enters_it(store: Store) -> None:
    take(store, "K1-0001", "told", "王芳")
    said = refuses(store, NotAllowed, "K1-0001", "accept", "顾晓", "23 10:50", entered_for="李强")
    assert said.startswith("李强") and "顾晓" not in said.split("；")[0]


def test_an_object_with_one_open_case_is_enough(store: Store) -> None:
    assert take(store, APO, "told", "王芳").number == "K1-0001"
    say(store, APO, "10:箱子", "王芳")
    assert "K1-" not in refuses(store, BadInput, APO, "accept", "周明", "23 10:50"), "of several, the number is needed"


def test_triage_puts_what_is_not_among_the_items_where_it_belongs(store: Store) -> None:
    number = say(store, APO, "其他=招牌上挂了彩旗", "王芳", MONDAY).opened[0].number
    refuses(store, NotAllowed, number, "as_item", "周明", to="item:14")
    case = take(store, number, "as_item", "顾晓", to="item:14")
    assert case.item == 14 and case.stage == "self_fix"
    number = say(store, APO, "其他=充电桩没人管", "王芳", MONDAY).opened[0].number
    case = take(store, number, "temporary_lead", "顾晓", to="dept:cjb")
    assert (case.stage, case.dept) == ("accept", "cjb")


def here_leads(store: Store) -> Any:
    """The leader of the department that answers for K1-0002, registered by the administrator."""
    import contextlib

    from tests.factories import person

    @contextlib.contextmanager
    def registered() -> Iterator[None]:
        saved = store.settings["person"]
        store.settings["person"] = who(store, "顾晓").id
        case = next(iter(store.state(hit(store, HANDAN).object).cases.values()))
        person(store, "安办主任", "dept_leader", dept=case.dept)
        store.settings["person"] = saved
        yield

    return registered()
