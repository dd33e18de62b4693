"""`yima scan`: what is asked, what a number means, what a visit does to open cases, and who may do what."""

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import street
from tests.factories import at, item, shop
from tests.street import APO, CODES, HANDAN, MONDAY, NOODLE, ROOT, Street, answer, hit, look_at, say, who
from yima.adapters.store import Store
from yima.core.events import VisitRecorded, decode
from yima.errors import BadInput, NotAllowed
from yima.verbs import scan as verb
from yima.verbs.scan import How, words

FRIDAY = "2026-11-27 10:00"


def recorded(store: Store) -> VisitRecorded:
    """The last visit, as it stands in the log."""
    kind, body = store.db.execute("SELECT kind, body FROM event WHERE kind = 'visit.recorded' ORDER BY at DESC LIMIT 1").fetchone()
    visit = decode(kind, body)
    assert isinstance(visit, VisitRecorded)
    return visit


def facts(store: Store) -> int:
    return int(store.db.execute("SELECT COUNT(*) FROM event").fetchone()[0])


# -- what is asked


def test_at_most_the_visit_budget_is_asked_and_the_rest_comes_next_time(store: Store) -> None:
    first = say(store, APO, "ok", "王芳")
    second = say(store, APO, "ok", "王芳", "2026-11-23 11:00")
    assert len(first.asked) == 7, "the budget"
    assert second.asked and not {one.id for one in first.asked} & {one.id for one in second.asked}


def test_the_most_urgent_is_asked_first(store: Store) -> None:
    """老王面馆 is looked at again three weeks later: what was missed comes before what is only due."""
    asked = look_at(store, NOODLE, "王芳", "2026-12-14 10:00").questions
    dues = [(not one.missed, one.due) for one in asked]
    assert asked[0].missed and dues == sorted(dues)


def test_a_question_is_asked_again_only_after_two_thirds_of_its_period(store: Store) -> None:
    weekly = item(store, "over_door_business")  # P7D: from day 5 after the scan
    for _ in range(3):  # all that is due today
        say(store, APO, "ok", "王芳")
    assert weekly not in {one.item for one in look_at(store, APO, "王芳", "2026-11-27 10:00").questions}
    assert weekly in {one.item for one in look_at(store, APO, "王芳", "2026-11-28 10:00").questions}


def test_what_is_inside_is_never_asked_of_a_patrol(store: Store) -> None:
    asked = [one for name in ("王芳", "李强", "孙倩") for one in look_at(store, APO, name).questions]
    assert {one.where for one in asked} <= {"outside", "ask"}


def test_staff_with_an_inspection_code_are_asked_what_is_inside(store: Store) -> None:
    assert not {one.where for one in look_at(store, APO, "吴敏").questions} & {"inside", "papers"}
    asked = look_at(store, APO, "吴敏", mode="inspection", permit="SH2026-1").questions
    assert item(store, "food_safety") in {one.item for one in asked}


def test_the_owner_is_asked_the_owners_questions(store: Store) -> None:
    asked = {one.id for one in look_at(store, APO, "林秀珍", mode="self").questions}
    assert asked & {"fire_equipment", "gas_alarm", "power_wiring", "lpg_cylinder"}, "inside one's own shop"
    assert "street_hanging" not in asked, "the owner is no finder of it"


def test_a_shut_shop_is_asked_from_outside_and_what_is_inside_stays_due(store: Store) -> None:
    closed = verb.ask(store, hit(store, APO), who(store, "林秀珍"), at(MONDAY), How("self"), closed="shut").questions
    assert closed and {one.where for one in closed} == {"outside"}


def test_only_cases_that_this_person_may_move_are_shown(store: Store) -> None:
    opened = say(store, APO, "3:三张桌", "王芳").opened
    assert [case.number for case in look_at(store, APO, "周明").cases] == [opened[0].number]
    assert not look_at(store, APO, "李强").cases, "a third party looks at no enforcement case"


# -- what is said


def test_a_code_without_confirmation_records_only_that_somebody_was_there(store: Store) -> None:
    before = look_at(store, APO, "王芳").questions
    result = say(store, APO, "", "王芳")
    assert not result.asked and result.object.colour == "grey" and recorded(store).asked == ()
    assert [one.item for one in look_at(store, APO, "王芳", "2026-11-23 10:01").questions] == [one.item for one in before]


def test_ok_fills_asked_alone_and_says_that_nothing_was_shown(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    say(store, APO, "3!", "周明", "2026-11-23 12:00")  # stands in check
    result = say(store, APO, "ok", "王芳", "2026-11-23 12:10")
    visit = recorded(store)
    assert visit.asked and not visit.cases and not visit.shown and not result.passed, "who saw no case confirms none"


def test_the_screen_confirmed_puts_the_shown_cases_in_order(store: Store) -> None:
    say(store, APO, "2:招牌脏", "王芳")
    result = answer(store, APO, "", "孙倩", "2026-11-23 15:00")
    assert recorded(store).shown and len(recorded(store).cases) == 1
    assert [case.outcome for case in result.passed] == ["passed"]


def test_a_number_is_a_position_on_a_terminal_and_an_item_in_a_pipe(store: Store) -> None:
    shown = look_at(store, APO, "王芳").questions
    assert shown[2].item != 3
    piped = say(store, HANDAN, "3:三张桌", "王芳")
    assert piped.opened[0].item == 3
    typed = answer(store, APO, "3:三张桌", "王芳")
    assert typed.opened[0].item == shown[2].item


def test_a_position_that_is_not_on_the_screen_is_refused(store: Store) -> None:
    before = facts(store)
    with pytest.raises(BadInput):
        answer(store, APO, "30", "王芳")
    assert facts(store) == before


def test_what_is_named_is_not_also_in_order(store: Store) -> None:
    shown = [one.item for one in look_at(store, APO, "王芳").questions]
    answer(store, APO, "2", "王芳")
    visit = recorded(store)
    assert visit.findings[0].item == shown[1] and visit.asked == (shown[0], *shown[2:])


@pytest.mark.parametrize(
    ("typed", "numbers", "note", "fixed"),
    [
        ("3:三张桌", [3], "三张桌", False),
        ("3：三张桌", [3], "三张桌", False),  # a Chinese input method left on
        ("３＝三张桌", [3], "三张桌", False),
        ("跨门经营=三张 桌", [3], "三张 桌", False),
        ("跨门", [3], "", False),
        ("over_door_business!", [3], "", True),
        ("3！", [3], "", True),
        ("其他=门口新装的充电桩没人管", [0], "门口新装的充电桩没人管", False),
        ("充电桩没人管!", [0], "充电桩没人管", True),
        ("3 10", [3, 10], "", False),
        ("3:吵!", [3], "吵!", False),  # elsewhere the mark is text
    ],
)
def test_what_people_type_is_understood(store: Store, typed: str, numbers: list[int], note: str, fixed: bool) -> None:
    said = words.parse(typed, store.town.last_catalogue)
    assert [one.item for one in said.findings] == numbers
    assert (said.findings[0].note, said.findings[0].fixed) == (note, fixed)


def test_what_is_no_item_goes_to_the_centre(store: Store) -> None:
    case = say(store, APO, "其他=门口新装的充电桩没人管", "王芳").opened[0]
    assert (case.item, case.stage, case.dept) == (0, "triage", "ucc")


# -- a finding on an open case


def test_a_finding_on_an_open_case_is_one_more_reporter(store: Store) -> None:
    first = say(store, APO, "3:三张桌", "王芳").opened[0]
    second = say(store, APO, "跨门经营", "钱队员", "2026-11-23 10:20")
    assert not second.opened and [case.number for case in second.reported_again] == [first.number]
    assert second.reported_again[0].reporters == 2
    assert recorded(store).findings[0].number == 2, "but it has a number of its own"
    assert hit(store, "K1-0002").case == hit(store, "K1-0001").case, "which leads to the same case"


def test_a_number_whose_item_has_an_open_case_names_that_case(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    say(store, APO, "3", "孙倩", "2026-11-23 10:20")
    assert recorded(store).findings[0].again == hit(store, "K1-0001").case
    say(store, APO, "3!", "钱队员", "2026-11-23 10:40")
    assert recorded(store).cases == (hit(store, "K1-0001").case,) and not recorded(store).findings


def test_a_fixed_finding_on_an_open_case_is_done_and_opens_no_other(store: Store) -> None:
    say(store, APO, "10:箱子", "王芳")
    result = say(store, APO, "10!", "周明", "2026-11-23 12:00")
    assert not result.opened and [case.stage for case in (*result.done, *result.passed)]


def test_fixed_on_the_spot_by_staff_closes_at_once(store: Store) -> None:
    case = say(store, APO, "10!:箱子", "王芳").opened[0]
    assert (case.stage, case.outcome) == ("closed", "spot")


def test_fixed_on_the_spot_by_a_third_party_waits_for_a_look_on_enforcement(store: Store) -> None:
    assert say(store, APO, "10!:箱子", "李强").opened[0].stage == "verify", "F3: a third party's word is a lead"
    assert say(store, APO, "21!:墙脏", "李强").opened[0].stage == "closed", "F1 where the item lets a third party close"


# -- who may


def test_a_finding_by_somebody_who_is_no_finder_is_a_lead(store: Store) -> None:
    case = say(store, APO, "16:车停人行道", "周明").opened[0]  # cg_officer finds no cars
    assert case.stage == "verify"


def test_a_finding_by_a_third_party_on_enforcement_is_a_lead(store: Store) -> None:
    assert say(store, APO, "3:三张桌", "李强").opened[0].stage == "verify"


def test_a_third_party_never_confirms_a_lead_of_enforcement(store: Store) -> None:
    say(store, APO, "3:三张桌", "李强")
    for name in ("李强", "何伟"):  # who said it, and a colleague
        assert say(store, APO, "3", name, "2026-11-23 10:10").reported_again[0].stage == "verify"
    result = say(store, APO, "3", "王芳", "2026-11-23 10:20")
    assert result.reported_again[0].stage == "self_fix", "a finder of the item does"


def test_a_hazard_opens_at_once_whoever_says_it_and_the_screen_says_whom_to_phone_first(store: Store) -> None:
    result = say(store, APO, "28:漏气", "李强")
    assert result.opened[0].stage in ("self_fix", "accept")
    phones = [number for _name, number in result.phones]
    assert {"119", "110", "962777"} <= set(phones)
    assert "962777" not in [number for _name, number in say(store, HANDAN, "23:堆货", "王芳").phones], "gas only where it is about gas"


def test_a_third_party_scan_never_closes_an_enforcement_case(store: Store) -> None:
    key = say(store, APO, "3:三张桌", "王芳").opened[0].key
    say(store, APO, "3!", "周明", "2026-11-23 10:40")  # done by the squad: it stands in check
    for how in ("3!", "ok"):
        say(store, APO, how, "李强", "2026-11-23 11:00")
    answer(store, APO, "", "李强", "2026-11-23 11:10")
    case = store.state(hit(store, APO).object).cases[key]
    assert case.closed is None and case.looked is None


def test_a_third_party_looks_and_closes_only_where_the_item_lets_it(store: Store) -> None:
    """22 门责: yes. 2 店招店牌污损 (of the same flow F1): no, not in the street."""
    yes, no = say(store, APO, "22:污水 2:招牌脏", "王芳").opened
    result = answer(store, APO, "", "李强", "2026-11-23 10:30")
    state = store.state(hit(store, APO).object).cases
    assert [case.number for case in result.passed] == [yes.number] and state[yes.key].outcome == "passed" and state[no.key].closed is None


def test_who_reported_it_done_does_not_look_at_it(store: Store) -> None:
    key = say(store, APO, "3:三张桌", "王芳").opened[0].key
    say(store, APO, "3!", "周明", "2026-11-23 12:00")
    say(store, APO, "3!", "周明", "2026-11-23 12:10")
    assert store.state(hit(store, APO).object).cases[key].closed is None
    result = say(store, APO, "3!", "钱队员", "2026-11-23 12:20")
    assert result.passed[0].outcome == "passed", "a colleague with the right to close does"


def test_a_look_by_contract_staff_leaves_the_closing_to_permanent_staff(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    say(store, APO, "3!", "周明", "2026-11-23 12:00")
    looked = say(store, APO, "3!", "王芳", "2026-11-23 12:10").passed
    assert [(case.stage, case.looked) for case in looked] == [("check", True)]


def test_a_failed_check_goes_back_to_the_handler(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    say(store, APO, "3!", "周明", "2026-11-23 11:00")
    failed = say(store, APO, "3", "王芳", "2026-11-23 11:30").failed
    assert [case.stage for case in failed] == ["handle"]


def test_no_inspection_without_its_code_and_none_by_contract_staff(store: Store) -> None:
    before = facts(store)
    with pytest.raises(BadInput):
        say(store, APO, "ok", "吴敏", mode="inspection")
    for name in ("王芳", "李强", "孙倩", "林秀珍"):
        with pytest.raises(NotAllowed):
            say(store, APO, "ok", name, mode="inspection", permit="SH2026-1")
    assert facts(store) == before


def test_a_proxy_scan_needs_consent_and_counts_as_the_owners(store: Store) -> None:
    with pytest.raises(BadInput):
        say(store, APO, "ok", "王芳", mode="proxy")
    result = say(store, APO, "ok", "王芳", mode="proxy", consent=True)
    assert result.self_check and {one.where for one in result.asked} & {"inside", "papers"}
    assert recorded(store).consent and recorded(store).mode == "proxy"


def test_a_self_check_meets_no_round_of_the_patrol(store: Store) -> None:
    """22 door_front_duty is found by the owner too; its round is the patrol's."""
    number = item(store, "door_front_duty")
    assert say(store, APO, "ok", "林秀珍", mode="self").self_check
    rows = dict(
        store.db.execute("SELECT item, scan_day FROM matter WHERE object = ? AND role = 'street_patrol'", (hit(store, APO).object,))
    )
    assert rows[number] is None


def test_two_shut_visits_running_ask_the_clerk(store: Store) -> None:
    assert not say(store, NOODLE, "关门", "王芳").twice_closed
    assert not say(store, NOODLE, "关门", "王芳", "2026-11-23 10:20").twice_closed, "the same morning is one visit"
    assert say(store, NOODLE, "关门", "王芳", "2026-11-24 10:00").twice_closed
    say(store, NOODLE, "ok", "王芳", "2026-11-25 10:00")
    assert not say(store, NOODLE, "关门", "王芳", "2026-11-26 10:00").twice_closed


def test_an_earlier_minute_counts_for_the_round_of_today_and_not_for_the_limit(store: Store) -> None:
    case = say(store, APO, "3:三张桌", "王芳", "2026-11-23 10:00", seen=at("2026-11-23 08:00")).opened[0]
    assert case.opened == at("2026-11-23 10:00") and recorded(store).seen == at("2026-11-23 08:00")


def test_told_and_control_are_steps_of_their_own(store: Store) -> None:
    told = say(store, APO, "3:三张桌", "王芳", told=True).opened[0]
    assert told.told == at(MONDAY) and told.window_end == at("2026-11-23 10:30")
    say(store, APO, "23:堆货", "王芳", control=True)
    steps = [
        decode("step.taken", body).step for (body,) in store.db.execute("SELECT body FROM event WHERE kind = 'step.taken' ORDER BY at")
    ]
    assert steps == ["told", "control"]


@pytest.mark.parametrize(("found", "by", "how"), [("28:漏气", "王芳", "control"), ("3:三张桌", "李强", "told")])
def test_a_step_after_a_visit_that_would_not_count_is_not_written(store: Store, found: str, by: str, how: str) -> None:
    """A patrol is no finder of gas; a third party's lead has no owner to tell yet. The finding itself is taken."""
    with contextlib.suppress(BadInput, NotAllowed):
        say(store, APO, found, by, **{how: True})
    assert not store.db.execute("SELECT 1 FROM event WHERE kind = 'step.taken'").fetchall()
    assert not store.db.execute("SELECT 1 FROM unmoved").fetchall()


def test_a_finding_says_nothing_of_the_rest_unless_ok_stands_beside_it(store: Store) -> None:
    """Asked, not assumed: without a screen nothing turns green that nobody confirmed."""
    assert say(store, APO, "3:三张桌", "王芳").asked == () and recorded(store).asked == ()
    rest = say(store, APO, "10:两摞纸箱 ok", "王芳").asked
    assert rest and 10 not in recorded(store).asked and not recorded(store).shown


def test_ok_in_one_line_names_the_open_cases_that_it_says_nothing_of(store: Store) -> None:
    """Nothing was shown, so nothing is confirmed; what is to be typed for the case is said."""
    case = say(store, APO, "3:三张桌", "王芳").opened[0]
    street.take(store, case.number, "done", "周明")
    left = say(store, APO, "ok", "王芳", "2026-11-23 10:30").unanswered
    assert [one.number for one in left] == [case.number] and left[0].stage == "check"
    again = say(store, APO, "ok 3!", "王芳", "2026-11-23 10:40")
    assert not again.unanswered and [one.number for one in again.passed] == [case.number]
    assert not say(store, APO, "ok", "王芳", "2026-11-23 10:50").unanswered


def test_a_case_may_be_said_by_its_number_also_one_that_no_item_covers(store: Store) -> None:
    other = say(store, APO, "其他=门口新装的充电桩", "王芳").opened[0]
    tables = say(store, APO, "3:三张桌", "王芳").opened[0]
    left = say(store, APO, "ok", "王芳", "2026-11-23 10:30").unanswered
    assert tables.number in {one.number for one in left}
    again = say(store, APO, f"{other.number}=又多一个 {tables.number.lower()}", "李强", "2026-11-23 10:40")
    assert {one.number for one in again.reported_again} == {other.number, tables.number} and not again.opened
    street.take(store, tables.number, "done", "周明", "23 10:45")
    assert tables.number == "K1-0002"
    fine = answer(store, APO, "Ｋ１－２！", "王芳", "2026-11-23 10:50")
    assert tables.number in {one.number for one in fine.passed}
    noted = say(store, APO, f"{other.number}!", "李强", "2026-11-23 10:52").noted
    assert [one.number for one in noted] == [other.number], "what the word does not move is said all the same"
    for said in (f"{other.number} {other.number}!", "K10002!", "k1—99", f"{other.number}! {other.number}=还在"):
        with pytest.raises(BadInput):
            say(store, APO, said, "王芳", "2026-11-23 10:53")
    for said in ("K1-0099", "K1-0099!", "ok k1-0099"):
        with pytest.raises(BadInput, match="K1-0099"):
            say(store, APO, said, "王芳", "2026-11-23 10:55")
    with pytest.raises(BadInput, match=tables.number):
        say(store, HANDAN, tables.number, "王芳", "2026-11-23 10:55")


def test_a_case_number_is_never_given_twice_even_when_a_visit_fails(store: Store) -> None:
    say(store, APO, "3", "王芳")
    with pytest.raises(BadInput):
        say(store, APO, "10 10", "王芳")
    assert say(store, APO, "10", "王芳").opened[0].number == "K1-0002"


@pytest.mark.parametrize("typed", ["K1-0001", " k1-1 ", "Ｋ１－０００１", "k1－0001"])
def test_a_case_number_is_understood_also_with_a_chinese_input_method_on(store: Store, typed: str) -> None:
    case = say(store, APO, "3", "王芳").opened[0]
    assert hit(store, typed).case == case.key


def test_a_voided_plate_records_nothing_and_names_the_new_one(store: Store) -> None:
    before = facts(store)
    with pytest.raises(BadInput) as error:
        say(store, street.VOID, "ok", "王芳")
    assert "破损" in str(error.value) and facts(store) == before


def test_a_part_of_a_code_that_only_one_plate_has_is_enough(store: Store) -> None:
    assert hit(store, CODES[APO][:5].lower()).object == hit(store, APO).object


def test_a_code_typed_with_full_width_letters_and_groups_is_read(store: Store) -> None:
    code = CODES[APO]
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in f"{code[:4]}-{code[4:8]}-{code[8:]}")
    assert hit(store, wide).code == code


def test_pinyin_initials_find_a_shop(store: Store) -> None:
    assert hit(store, "apsj").object == hit(store, APO).object


def test_of_two_shops_of_one_name_both_are_listed_and_nothing_is_written(store: Store) -> None:
    store.settings["person"] = who(store, "顾晓").id  # the register is the administrator's
    shop(store, APO, "老街", "30")
    before = facts(store)
    with pytest.raises(BadInput) as error:
        say(store, APO, "ok", "王芳")
    assert "荷花路12号" in str(error.value) and "老街30号" in str(error.value) and facts(store) == before


# -- the loop, on a terminal


@pytest.fixture
def terminal(here: Street) -> Iterator[Any]:
    pexpect = pytest.importorskip("pexpect")
    environment = {
        "YIMA_NOW": MONDAY.replace(" ", "T"),
        "YIMA_TOWN": str(here.folder),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PATH": "",
    }
    child = pexpect.spawn(sys.executable, ["-m", "yima", "scan"], env=environment, encoding="utf-8", timeout=10, dimensions=(40, 200))
    child.setecho(False)
    child.expect("扫码> ")
    yield child
    child.close(force=True)


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal of this sort")
def test_enter_confirms_what_was_shown(here: Street, terminal: Any) -> None:
    terminal.sendline(CODES[APO])
    terminal.expect("  1 .*  2 .*有> ")
    terminal.sendline("")
    terminal.expect("正常.*扫码> ")
    terminal.sendline("q")
    terminal.wait()
    with here.open() as store:
        visit = recorded(store)
        assert visit.shown and len(visit.asked) == 7 and visit.read == "typed"


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal of this sort")
def test_q_at_the_questions_records_nothing_and_a_mistake_ends_no_loop(here: Street, terminal: Any) -> None:
    before = here.facts()
    terminal.sendline(street.MISTYPED)
    terminal.expect(f"{APO}.*扫码> ")
    terminal.sendline(APO)
    terminal.expect("有> ")
    terminal.sendline("99")
    terminal.expect("有> ")
    terminal.sendline("q")
    terminal.expect("扫码> ")
    terminal.sendeof()
    terminal.wait()
    assert here.facts() == before


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal of this sort")
def test_t_says_that_the_owner_was_told(here: Street, terminal: Any) -> None:
    terminal.sendline(APO)
    terminal.expect("有> ")
    terminal.sendline("跨门经营=三张桌")
    terminal.expect("K1-0001.*扫码> ")
    terminal.sendline("t")
    terminal.expect("10:30.*扫码> ")  # the owner's half hour runs from now
    terminal.sendline("q")
    terminal.wait()
    with here.open() as store:
        assert store.state(hit(store, APO).object).cases[hit(store, "K1-0001").case].told == at(MONDAY)


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal of this sort")
def test_a_shut_door_still_asks_for_the_outside(here: Street, terminal: Any) -> None:
    terminal.sendline("荷花路")  # two fit: they are listed with numbers
    terminal.expect("1 荷花路12号.*2 荷花路18号.*> ")
    terminal.sendline("2")
    terminal.expect("邯郸小吃.*有> ")
    terminal.sendline("关门")
    terminal.expect("  1 .*有> ")
    terminal.sendline("")
    terminal.expect("扫码> ")
    terminal.sendline("q")
    terminal.wait()
    with here.open() as store:
        visit = recorded(store)
        assert visit.closed == "shut" and visit.asked and visit.shown


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal of this sort")
def test_after_a_hazard_the_loop_says_whom_to_phone_and_asks_what_was_done(here: Street, terminal: Any) -> None:
    terminal.sendline(APO)
    terminal.expect("有> ")
    terminal.sendline("消防通道=堆满货")  # one of the patrol's own items
    terminal.expect("119.*K1-0001.*> ")
    terminal.sendline("叫店主搬开，清人")
    terminal.expect("K1-0001.*扫码> ")
    terminal.sendline("q")
    terminal.wait()
    with here.open() as store:
        assert store.state(hit(store, APO).object).cases[hit(store, "K1-0001").case].control == at(MONDAY)


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal of this sort")
def test_the_next_plate_at_an_open_question_is_no_finding(here: Street, terminal: Any) -> None:
    before = here.facts()
    terminal.sendline(APO)
    terminal.expect("有> ")
    terminal.sendline(CODES[APO])
    terminal.expect("先办完这一处.*有> ")
    terminal.sendline(APO)
    terminal.expect("先办完这一处.*有> ")
    terminal.sendline("x")
    terminal.expect("几个字.*有> ")
    terminal.sendline("q")
    terminal.expect("扫码> ")
    terminal.sendline("q")
    terminal.wait()
    assert here.facts() == before
