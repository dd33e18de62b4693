"""A place that was registered twice: its codes and its name lead to the other one, its history stays its own and is shown there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import at
from tests.street import APO, CODES, HANDAN, MONDAY, NOODLE, Street, say, take, who
from yima.adapters.store import Store, look
from yima.core.events import ObjectRegistered
from yima.core.results.registers import ObjectKept
from yima.errors import BadInput, NotAllowed
from yima.verbs import plate, scan, sheet, show, todo
from yima.verbs.register import import_ledger, one_object
from yima.verbs.scan import How, words

NOW = at(MONDAY)


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    with here.open() as opened:
        yield opened


def merge(store: Store, name: str, other: str, by: str = "顾晓", register: one_object.Register = "shops") -> ObjectKept:
    return one_object.merge(store, register, name, other, who(store, by), NOW)


def id_of(store: Store, name: str) -> str:
    return look.resolve(store, name).object


def test_codes_and_name_lead_to_the_one_that_stays(store: Store) -> None:
    apo, handan = id_of(store, APO), id_of(store, HANDAN)
    kept = merge(store, APO, HANDAN)
    assert (kept.did, kept.fields["same_as"], kept.names[handan], kept.plates) == ("merged", handan, f"荷花路18号 {HANDAN}", (CODES[APO],))
    assert kept.notes == ("林秀珍的角色还写着停用的那一处，请改到留下的那一处：yima person change。",)
    for text in (CODES[APO], f"Y1:{CODES[APO]}", CODES[APO].lower(), APO, CODES[APO][:6], "荷花路12号"):
        assert look.resolve(store, text).object == handan, text
    seen = scan.scan(store, CODES[APO], words.Said(fine=True), who(store, "王芳"), NOW, How())
    assert (seen.object.name, seen.plate) == (HANDAN, CODES[APO]) and seen.asked
    assert [fact.subject for fact in look.last_facts(store, 1)] == [handan] and store.state(apo).last_visit is None
    assert scan.ask(store, look.resolve(store, APO), who(store, "王芳"), NOW, How()).object.name == HANDAN
    with pytest.raises(BadInput, match=f"已并到.*{HANDAN}"):
        sheet.reprint(store, who(store, "顾晓"), NOW, (CODES[APO],))
    assert {one.code for one in plate.listed(store, object_=HANDAN).plates} >= {CODES[APO], CODES[HANDAN]}


def test_no_round_asks_for_it_any_more_and_no_board_counts_it(store: Store) -> None:
    before, _done = todo.places(store, who(store, "王芳"), NOW)
    merge(store, APO, HANDAN)
    after, _done = todo.places(store, who(store, "王芳"), NOW)
    assert after == before - 1
    assert APO not in [obj.name for obj in look.places(store)]


def test_both_histories_are_shown_where_its_codes_lead(store: Store) -> None:
    say(store, APO, "3!", "王芳")
    say(store, HANDAN, "3:两张桌", "王芳", "2026-11-23 10:01")
    merge(store, APO, HANDAN)
    page = show.show(store, look.resolve(store, CODES[APO]), NOW)
    assert page.object.name == HANDAN and page.twice == ((f"荷花路12号 {APO}", (CODES[APO],)),)
    assert [case.number for case in page.cases] == ["K1-0002"] and [case.number for case in page.closed_cases] == ["K1-0001"]
    assert len(page.last_visits) == 2
    assert look.resolve(store, "K1-0001").object != page.object.id, "a case stays where it was found"
    said = show.log(store, look.resolve(store, HANDAN)).lines
    assert {line.note for line in said} == {APO, HANDAN}


def test_what_is_still_open_there_is_closed_first(store: Store) -> None:
    """Else nobody would see it any more: no board counts a place that is no more, and its codes lead elsewhere."""
    say(store, APO, "3:三张桌", "王芳")
    with pytest.raises(BadInput, match="K1-0001；办结以后再并"):
        merge(store, APO, HANDAN)
    take(store, "K1-0001", "done", "周明")
    say(store, APO, "3!", "王芳", "2026-11-23 11:00")
    take(store, "K1-0001", "close", "钱队员", "23 11:05")
    assert merge(store, APO, HANDAN).did == "merged"


def test_one_that_was_sent_to_a_wrong_place_is_sent_to_another(store: Store) -> None:
    merge(store, APO, HANDAN)
    merge(store, APO, NOODLE)
    assert look.resolve(store, CODES[APO]).object == id_of(store, NOODLE) == id_of(store, APO)
    assert look.led_here(store, id_of(store, HANDAN)) == []
    with pytest.raises(BadInput, match=NOODLE):  # and the one that stays is not retired in its stead
        one_object.retire(store, "shops", APO, who(store, "顾晓"), NOW, on="", reason="没了")


def test_a_place_leads_on_over_several_and_a_circle_of_two_devices_ends(store: Store) -> None:
    handan, noodle = id_of(store, HANDAN), id_of(store, NOODLE)
    merge(store, APO, HANDAN)
    merge(store, HANDAN, NOODLE)
    assert look.resolve(store, CODES[APO]).object == noodle == look.resolve(store, APO).object
    assert {name.split()[1] for name, _codes in show.show(store, look.resolve(store, NOODLE), NOW).twice} == {APO, HANDAN}
    with store.transaction():
        store.append("object.changed", noodle, ObjectRegistered(same_as=handan), by=who(store, "顾晓").id, now=NOW)
    with pytest.raises(BadInput):
        say(store, CODES[NOODLE], "ok", "王芳")
    assert look.led_here(store, noodle)


def test_one_that_leads_to_what_is_not_known_here_stays_itself(store: Store) -> None:
    apo = id_of(store, APO)
    with store.transaction():
        store.append("object.changed", apo, ObjectRegistered(same_as="f" * 20), by=who(store, "顾晓").id, now=NOW)
    assert look.resolve(store, CODES[APO]).object == apo
    with pytest.raises(BadInput, match="停用"):
        say(store, CODES[APO], "ok", "王芳")


def test_what_cannot_be_is_refused_in_one_sentence(store: Store) -> None:
    say(store, APO, "3!", "王芳")
    clerk = who(store, "顾晓")
    for kind in ("point", "road"):
        name = {"point": "新街道口", "road": "新街"}[kind]
        one_object.add(store, "points", {"name": name, "kind": kind, "street": "新街", "address": name}, clerk, NOW)
    one_object.add(store, "shops", {"name": "豆花市场", "street": "新街", "door": "8"}, clerk, NOW)
    for unit in ("A1", "A2"):
        one_object.add(store, "shops", {"name": f"豆花{unit}", "part_of": "豆花市场", "unit": unit, "kind": "stall"}, clerk, NOW)
    merge(store, APO, HANDAN)
    one_object.retire(store, "shops", NOODLE, who(store, "顾晓"), NOW, on="", reason="拆除")
    facts = store.db.execute("SELECT COUNT(*) FROM event").fetchone()
    for name, other, by, error, said in (
        (HANDAN, HANDAN, "顾晓", BadInput, "本来就是一处"),
        (APO, HANDAN, "顾晓", BadInput, "本来就是一处"),
        (HANDAN, CODES[NOODLE], "顾晓", BadInput, "停用"),
        (HANDAN, "没有的店", "顾晓", BadInput, "没有的店"),
        (HANDAN, CODES[NOODLE], "王芳", NotAllowed, "信息登记员"),
    ):
        with pytest.raises(error, match=said):
            merge(store, name, other, by)
    with pytest.raises(BadInput, match="yima shop"):
        merge(store, HANDAN, APO, register="points")
    with pytest.raises(BadInput, match="案号"):
        merge(store, "K1-0001", HANDAN)
    with pytest.raises(BadInput, match="同一类"):
        merge(store, "新街道口", "新街", register="points")
    with pytest.raises(BadInput, match="2个摊位"):
        merge(store, "豆花市场", HANDAN)
    assert store.db.execute("SELECT COUNT(*) FROM event").fetchone() == facts


def test_a_ledger_that_still_has_it_changes_nothing_and_says_so(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "台账.csv"

    def read(head: str, *lines: str) -> tuple[int, int, list[str]]:
        file.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
        made = import_ledger(store, "shops", file, who(store, "顾晓"), NOW)
        assert not made.rejected, made.rejected
        return made.added, made.same, [note for note in made.notes if "重复登记" in note]

    numbered = "编号,店名,路名,门牌号,业主"
    first = ("1,豆花店,新街,3,", "2,豆花小店,新街,3号后门,")
    assert read(numbered, *first) == (2, 0, [])
    merge(store, "豆花小店", "豆花店")
    assert read(numbered, *first) == (0, 2, [])
    for other in ("2,豆花小店,新街,3号侧门,", "2,豆花小店,新街,3号后门,林某"):
        added, same, notes = read(numbered, first[0], other)
        assert (added, same) == (0, 2) and len(notes) == 1 and "豆花小店" in notes[0]
    plain = "店名,路名,门牌号"
    assert read(plain, "豆花小店,新街,3号后门")[:2] == (0, 1), "nor does another ledger bring it back"
    assert look.resolve(store, "豆花小店").object == id_of(store, "豆花店")
    assert "登记过" in _refused(store, {"name": "豆花小店", "street": "新街", "door": "3号后门"})
    added = one_object.add(store, "shops", {"name": "新来的店", "street": "新街", "door": "3号后门"}, who(store, "顾晓"), NOW)
    assert added.did == "added", "another shop may move in there"


def _refused(store: Store, said: dict[str, str]) -> str:
    with pytest.raises(BadInput) as caught:
        one_object.add(store, "shops", said, who(store, "顾晓"), NOW)
    return str(caught.value)


def test_on_the_command_line_it_is_an_option_of_retiring(here: Street) -> None:
    assert here.run("shop", "retire", APO, by="顾晓").code == 2
    assert here.run("shop", "retire", APO, "--same-as", HANDAN, "--reason", "重复登记", by="顾晓").code == 2
    ran = here.run("shop", "retire", APO, "--same-as", HANDAN, by="顾晓")
    assert (ran.code, ran.err) == (0, "")
    assert "重复登记，今后就是荷花路18号 邯郸小吃" in ran.out and "通到那里" in ran.out
    assert f"→ {HANDAN}" in here.run("find", "阿婆").out
    page = here.run("show", APO).out
    assert HANDAN in page and f"并到这里：荷花路12号 {APO}（" in page
    assert "与重算一致" in here.run("doctor").out


def test_a_provisional_double_from_the_street_goes_the_same_way(store: Store) -> None:
    said = {"name": "阿婆生煎馒头", "street": "荷花路", "door": "12-1"}
    double = one_object.add(store, "shops", said, who(store, "王芳"), NOW, provisional=True).object.id
    merge(store, "阿婆生煎馒头", APO)
    assert double != id_of(store, APO) and look.resolve(store, "阿婆生煎馒头").object == id_of(store, APO)
