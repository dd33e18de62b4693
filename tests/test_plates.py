"""Plates after they were printed: batches, blank ones, single labels printed again, void ones and their history, the queue of those reported."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.factories import admin_of, at, person, shop, town, visit
from tests.street import APO, BLANK, CODES, HANDAN, NOODLE, STRANGE, VOID, Street
from yima.adapters.store import Store, look
from yima.core import codes, events
from yima.core.events import Fact, PlateBound, PlatesPrinted, PlateVoided
from yima.core.model import Person
from yima.core.plates import Plate, fold_plates, unmoved
from yima.core.results.office import Sheeted
from yima.errors import BadInput, NotAllowed, WrongUsage, YimaError
from yima.verbs.doctor import doctor
from yima.verbs.plate import bind, listed, queue, void
from yima.verbs.sheet import reprint, sheet

NOW = at("2026-10-12 09:00")
MINUTE = 60_000
OTHER = "2" * 32  # a second device


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with town(tmp_path / "town", NOW) as made:
        shop(made, "甲店", "荷花路", "2")
        shop(made, "乙店", "荷花路", "10")
        shop(made, "丙店", "老街", "1", grid="老街网格")
        person(made, "王芳", "street_patrol")
        person(made, "田雨", "data_clerk")
        yield made


def by(store: Store, name: str = "顾晓") -> Person:
    return look.person_by(store, name)


def printed(store: Store, minute: int = 1, **more: object) -> Sheeted:
    return sheet(store, by(store), NOW + minute * MINUTE, **more)  # type: ignore[arg-type]


def again(store: Store, *texts: str, minute: int = 5, **more: object) -> Sheeted:
    return reprint(store, by(store), NOW + minute * MINUTE, texts, **more)  # type: ignore[arg-type]


def blanks(store: Store, count: int = 2, minute: int = 1) -> list[str]:
    return [code for code, _object, _name in printed(store, minute, blank=count).labels]


def code_at(store: Store, name: str) -> str:
    return look.code_of(store, look.resolve(store, name).object)


def plate(store: Store, code: str) -> Plate:
    found = store.plate(code)
    assert found is not None
    return found


def batches(store: Store) -> list[PlatesPrinted]:
    return [events.decode(fact.kind, fact.body) for fact in store.facts() if fact.kind == "plates.printed"]


def nothing_written(store: Store, error: type[YimaError], act: Callable[[], object]) -> str:
    """The sentence of the refusal; no fact, no file and no number has come of it."""
    before = len(list(store.facts())), sorted((store.folder / "data").glob("sheets/*")), store.settings.get("last_batch")
    with pytest.raises(error) as caught:
        act()
    assert (len(list(store.facts())), sorted((store.folder / "data").glob("sheets/*")), store.settings.get("last_batch")) == before
    return str(caught.value)


# -- the fold: what two devices say of one plate (readings 75-77)


def fact(store: Store, order: int, kind: str, subject: str, event: object, who: str, device: str = "") -> Fact:
    """A fact as the fold sees it; order: its place among the others."""
    wall = NOW + order * MINUTE
    actor = by(store, who).id
    return Fact(device or store.device, 1000 + order, wall, wall << 16, actor, kind, subject, events.encode(event), "", f"{order:064d}")


@pytest.fixture
def two(store: Store) -> Store:
    """The town with a second device that everybody but leaders and admins may use."""
    with store.transaction():
        store.append("device.enrolled", OTHER, events.DeviceEnrolled("K2", "02", ("*",)), by=admin_of(store), now=NOW)
    return store


FIRST, SECOND = "a" * 20, "b" * 20


def folded(store: Store, facts: list[Fact]) -> dict[str, Plate]:
    """The plates of these facts: the same in whatever order they arrive."""
    made = [fold_plates(order, store.town) for order in itertools.permutations(facts)]
    assert all(one == made[0] for one in made)
    return made[0]


def test_of_two_devices_that_bind_one_blank_plate_the_first_in_order_counts(two: Store) -> None:
    facts = [
        fact(two, 1, "plates.printed", "B1", PlatesPrinted(1, "24", (("C1",),)), "顾晓"),
        fact(two, 2, "plate.bound", "C1", PlateBound(FIRST), "王芳", OTHER),
        fact(two, 3, "plate.bound", "C1", PlateBound(SECOND), "王芳"),
    ]
    assert folded(two, facts)["C1"] == Plate("C1", two.device, 1, FIRST, facts[0].wall, facts[1].wall, last_printed=facts[0].wall)
    assert unmoved(facts, two.town) == {facts[2].hash: "plate_bound"}


def test_a_binding_after_the_void_moves_nothing_and_one_before_it_counts_however_late_it_comes(two: Store) -> None:
    made = fact(two, 1, "plates.printed", "B1", PlatesPrinted(1, "24", (("C1",), ("C2",))), "顾晓")
    gone = [fact(two, order, "plate.voided", code, PlateVoided("丢失"), "田雨") for order, code in ((3, "C1"), (4, "C2"))]
    late = fact(two, 5, "plate.bound", "C1", PlateBound(FIRST), "王芳", OTHER)
    early = fact(two, 2, "plate.bound", "C2", PlateBound(FIRST), "王芳", OTHER)
    found = folded(two, [made, *gone, late, early])
    assert (found["C1"].object, found["C1"].voided) == ("", "丢失")
    assert (found["C2"].object, found["C2"].voided) == (FIRST, "丢失"), "it goes on leading to the object's history"
    assert unmoved([made, *gone, late, early], two.town) == {late.hash: "plate_void"}


def test_the_first_void_stands_and_what_nobody_printed_is_no_plate(two: Store) -> None:
    facts = [
        fact(two, 1, "plates.printed", "B1", PlatesPrinted(1, "24", (("C1", FIRST),)), "顾晓"),
        fact(two, 2, "plate.voided", "C1", PlateVoided("", "C3"), "田雨", OTHER),
        fact(two, 3, "plate.voided", "C1", PlateVoided("破损"), "田雨"),
        fact(two, 4, "plate.bound", "C9", PlateBound(FIRST), "王芳"),
        fact(two, 5, "plate.bound", "C1", PlateBound(FIRST), "顾晓", OTHER),  # an admin's fact of a device that is not the admin's
    ]
    found = folded(two, facts)
    assert (found["C1"].voided, found["C1"].replaced_by, list(found)) == ("void", "C3", ["C1"])
    assert [unmoved(facts, two.town).get(one.hash, "") for one in facts] == ["", "", "plate_void", "plate", "actor"]


def test_a_later_printing_is_counted_once_a_batch_and_moves_nothing_else(two: Store) -> None:
    facts = [
        fact(two, 1, "plates.printed", "B1", PlatesPrinted(1, "24", (("C1", FIRST), ("C2",))), "顾晓"),
        fact(two, 2, "plate.voided", "C2", PlateVoided("丢失"), "田雨"),
        fact(two, 3, "plates.printed", "B2", PlatesPrinted(2, "a6", (("C1", SECOND), ("C1", SECOND), ("C2", SECOND)), True), "顾晓"),
        fact(two, 4, "plates.printed", "B3", PlatesPrinted(3, "24", (("C1", FIRST),), True), "王芳"),  # no admin
    ]
    found = folded(two, facts)
    assert found["C1"] == Plate("C1", two.device, 1, FIRST, facts[0].wall, times=2, last_printed=facts[2].wall)
    assert (found["C2"].times, found["C2"].last_printed, found["C2"].object) == (1, facts[0].wall, "")


def test_doctor_names_a_binding_that_came_second_and_the_rows_are_what_the_facts_make(store: Store) -> None:
    code, *_rest = blanks(store)
    bind(store, code, "甲店", by(store, "王芳"), NOW + 2 * MINUTE)
    with store.transaction():  # as a merge brings it: the command would have refused
        event = PlateBound(look.resolve(store, "乙店").object)
        store.append("plate.bound", code, event, by=by(store, "王芳").id, now=NOW + 3 * MINUTE)
    found = doctor(store, now=NOW + 4 * MINUTE)
    assert [(one.why, one.number) for one in found.unmoved] == [("plate_bound", 1)] and not found.problems
    assert look.resolve(store, code).object == look.resolve(store, "甲店").object


# -- batches


def test_a_batch_is_listed_with_who_when_stock_digest_and_how_its_labels_stand(store: Store) -> None:
    first = printed(store)
    code, gone, *_rest = blanks(store, 3, 2)
    bind(store, code, "甲店", by(store, "王芳"), NOW + 3 * MINUTE)
    void(store, [gone], "", by(store), NOW + 3 * MINUTE, spoilt=True)
    printed(store, 4, street="荷花路", stock="a6")
    one, two, three = listed(store).batches
    assert (one.batch, one.when, one.by, one.stock) == ("K1-B0001", NOW + MINUTE, "顾晓", "24")
    assert one.file == hashlib.sha256(Path(first.file).read_bytes()).hexdigest()
    assert [(each.labels, each.valid, each.blank, each.void, each.reprinted) for each in (one, two, three)] == [
        (3, 3, 0, 0, 0),
        (3, 1, 1, 1, 0),
        (2, 2, 0, 0, 2),
    ]


def test_a_printing_that_counts_for_nothing_is_no_batch(store: Store) -> None:
    with store.transaction():
        event = PlatesPrinted(9, "24", (("C9",),))
        store.append("plates.printed", f"{store.device}-B9", event, by=by(store, "王芳").id, now=NOW + MINUTE)
    assert listed(store, whole=True) == ("town", (), ())
    with pytest.raises(BadInput):
        listed(store, batch="9")


def test_a_batch_shows_its_labels_with_the_places_at_which_blank_ones_were_bound(store: Store) -> None:
    printed(store)
    made = blanks(store, 2, 2)
    bind(store, made[1], "乙店", by(store, "王芳"), NOW + 3 * MINUTE)
    found = listed(store, batch="K1-B0002")
    assert [one.batch for one in found.batches] == ["K1-B0002"]
    assert [(one.code, one.state, one.name) for one in found.plates] == [(made[0], "blank", ""), (made[1], "valid", "乙店")]
    assert not listed(store).plates and len(listed(store, whole=True).plates) == 5


def test_a_sheet_of_places_that_have_plates_prints_them_again_and_counts_it(store: Store) -> None:
    printed(store)
    before = plate(store, code_at(store, "甲店"))
    printed(store, 7, street="荷花路")
    after = plate(store, before.code)
    assert (before.times, before.last_printed) == (1, before.printed)
    assert after == before._replace(times=2, last_printed=NOW + 7 * MINUTE)
    assert plate(store, code_at(store, "丙店")).times == 1


# -- blank plates


def test_blank_plates_have_codes_and_no_names_and_are_bound_on_the_street(store: Store) -> None:
    result = printed(store, blank=30, stock="a6")
    assert (result.batch, result.read_back, result.pages, result.again) == ("K1-B0001", 30, 30, 0)
    assert len({code for code, _object, _name in result.labels}) == 30 and all(label[1:] == ("", "") for label in result.labels)
    assert [len(pair) for pair in batches(store)[0].plates] == [1] * 30, "the pair of a blank plate is [code]"
    assert b'"plates":[["' in next(fact.body for fact in store.facts() if fact.kind == "plates.printed")
    code = result.labels[0][0]
    assert bind(store, codes.grouped(code), "丙店", by(store, "王芳"), NOW + 2 * MINUTE).plates[0].name == "丙店"
    assert look.resolve(store, f"Y1:{code}").object == look.resolve(store, "丙店").object


@pytest.mark.parametrize("count", [0, -1, 20_001, 100_000])
def test_a_number_of_blank_plates_that_no_sheet_has_is_refused(store: Store, count: int) -> None:
    said = nothing_written(store, BadInput, lambda: printed(store, blank=count))
    assert str(count) in said


def test_whoever_binds_a_second_plate_is_told_of_the_first(store: Store) -> None:
    printed(store)
    old, (code, *_rest) = code_at(store, "甲店"), blanks(store, 2, 2)
    result = bind(store, code, "甲店", by(store, "王芳"), NOW + 3 * MINUTE)
    assert [one.code for one in result.others] == [old]
    assert "不用再绑" in nothing_written(store, BadInput, lambda: bind(store, code, "甲店", by(store), NOW + 4 * MINUTE))
    assert "请先作废" in nothing_written(store, BadInput, lambda: bind(store, code, "乙店", by(store), NOW + 4 * MINUTE))


# -- printed again


def test_a_single_label_is_printed_again_with_its_code_and_counted(store: Store) -> None:
    printed(store)
    code = code_at(store, "甲店")
    result = again(store, codes.grouped(code), code.lower(), stock="a6")
    assert (result.batch, result.stock, result.again, result.labels) == ("K1-B0002", "a6", 1, ((code, plate(store, code).object, "甲店"),))
    assert batches(store)[-1].reprint and Path(result.file).name == "K1-B0002-甲店.pdf"
    assert (plate(store, code).times, plate(store, code).last_printed) == (2, NOW + 5 * MINUTE)


def test_what_is_void_blank_foreign_or_gone_is_not_printed_again(store: Store) -> None:
    printed(store)
    good, gone = code_at(store, "甲店"), code_at(store, "乙店")
    blank, *_rest = blanks(store, 2, 2)
    void(store, [gone], "破损", by(store), NOW + 3 * MINUTE)
    with store.transaction():
        store.append("object.retired", look.resolve(store, "丙店").object, events.ObjectRetired("2026-10-01"), by=by(store).id, now=NOW)
    retired = next(one.code for one in listed(store, whole=True).plates if one.name == "丙店")
    for text, word in (
        (gone, "破损"),
        (blank, "--spoilt"),
        (STRANGE, codes.grouped(STRANGE)),
        (good[:-1] + ("0" if good[-1] != "0" else "1"), codes.grouped(good)),  # mistyped: the near code is named
        ("https://pay.example/abc", ""),
        ("甲店", "甲店"),
        (retired, f"yima plate void {codes.grouped(retired)} --reason"),  # what to do with it
        ("", ""),
    ):
        assert word in nothing_written(store, BadInput, lambda text=text: again(store, good, text)), text
    nothing_written(store, NotAllowed, lambda: reprint(store, by(store, "田雨"), NOW + 5 * MINUTE, [good]))
    assert plate(store, good).times == 1


# -- void


def test_several_plates_are_declared_void_at_once_all_or_none(store: Store) -> None:
    printed(store)
    one, two = code_at(store, "甲店"), code_at(store, "乙店")
    said = nothing_written(store, BadInput, lambda: void(store, [one, STRANGE], "拆迁", by(store), NOW + 2 * MINUTE))
    assert codes.grouped(STRANGE) in said and not plate(store, one).voided
    result = void(store, [one, two, one], "拆迁", by(store, "田雨"), NOW + 2 * MINUTE)
    assert [(each.code, each.state, each.voided) for each in result.plates] == [(one, "void", "拆迁"), (two, "void", "拆迁")]
    more, new = blanks(store, 2, 3), code_at(store, "丙店")
    nothing_written(store, WrongUsage, lambda: void(store, more, "丢失", by(store), NOW + 4 * MINUTE, replaced_by=new))


def test_a_spoilt_label_is_void_when_blank_and_else_the_same_plate_printed_again(store: Store) -> None:
    printed(store)
    code, spoilt = code_at(store, "甲店"), blanks(store, 3, 2)
    said = nothing_written(store, BadInput, lambda: void(store, [spoilt[0], code], "", by(store), NOW + 3 * MINUTE, spoilt=True))
    assert "reprint" in said
    result = void(store, spoilt[:2], "", by(store), NOW + 3 * MINUTE, spoilt=True)
    assert [one.voided for one in result.plates] == ["spoilt", "spoilt"]
    for act in (
        lambda: bind(store, spoilt[0], "甲店", by(store), NOW + 4 * MINUTE),
        lambda: look.resolve(store, spoilt[0]),  # as a scan does
        lambda: again(store, spoilt[0]),
    ):
        assert f"{codes.grouped(spoilt[0])} 已作废" in nothing_written(store, BadInput, act)


def test_the_plates_of_a_place_are_listed_first_to_last_with_reasons(store: Store) -> None:
    printed(store)
    first, (second, third) = code_at(store, "甲店"), blanks(store, 2, 2)
    void(store, [first], "破损", by(store), NOW + 3 * MINUTE, replaced_by=second)
    void(store, [second], "被偷", by(store), NOW + 4 * MINUTE)
    bind(store, third, "甲店", by(store, "王芳"), NOW + 5 * MINUTE)
    for asked in ("甲店", first):  # the old plate leads to the whole history
        found = listed(store, object_=asked)
        assert [(one.code, one.voided, one.replaced_by) for one in found.plates] == [
            (first, "破损", second),
            (second, "被偷", ""),
            (third, "", ""),
        ]
    with pytest.raises(BadInput):
        listed(store, object_="没有的店")


def test_show_says_which_plate_of_the_place_it_is_and_why_the_last_one_went(here: Street) -> None:
    code = codes.grouped(BLANK)
    said = here.run("plate", "void", CODES[APO], "--reason", "破损", "--replaced-by", BLANK, by="顾晓")
    assert said.code == 0 and code in said.out
    assert f"码 {code}（第2块，2026-11-23 换，原因：破损）" in here.run("show", APO).out
    assert "您手上这块码牌已作废（破损）" in here.run("show", CODES[APO]).out
    rows = here.run("plate", "list", "--object", CODES[APO]).out.splitlines()
    assert f"2026-11-23 作废：破损，换成 {code}" in rows[1] and code in rows[2] and "2026-11-23 绑定" in rows[2]
    assert "没有记录" in here.run("scan", CODES[APO], "--ok").err
    assert here.run("plate", "void", BLANK, "--reason", "被偷", by="顾晓", now="2026-11-24 10:00").code == 0
    assert here.run("sheet", "--objects", APO, by="顾晓", now="2026-11-25 10:00").code == 0
    assert "（第3块，2026-11-25 换，原因：被偷）" in here.run("show", APO, now="2026-11-25 11:00").out


# -- the queue


def reported(here: Street, now: str = "2026-11-23 12:00") -> list[dict[str, object]]:
    said = here.run("plate", "queue", "--json", now=now)
    assert said.code == 0, said.err
    return json.loads(said.out)["queue"]  # type: ignore[no-any-return]


def test_a_plate_that_is_reported_waits_until_it_was_printed_again(here: Street) -> None:
    assert reported(here) == [] and "没有" in here.run("plate", "queue").out
    for minute, who, state in ((1, "王芳", "covered"), (2, "李强", "missing"), (3, "王芳", "missing")):
        ran = here.run("scan", APO, "--plate", state, by=who, now=f"2026-11-23 10:0{minute}")
        assert ran.code == 0 and {"covered": "码牌被遮挡", "missing": "码牌缺失"}[state] in ran.out and "到过" not in ran.out
    assert here.run("scan", HANDAN, "--plate", "covered", now="2026-11-23 10:05").code == 0
    assert here.run("scan", NOODLE, "--ok", now="2026-11-23 10:06").code == 0
    one, two = reported(here)
    assert (one["reported"], one["times"], one["by"], one["code"], one["print"]) == ("missing", 3, "王芳", CODES[APO], True)
    assert one["last"] == "2026-11-23T10:03:00+08:00" and two["object"]["name"] == HANDAN and not two["print"]  # type: ignore[index]
    said = here.run("plate", "queue").out
    assert "yima plate reprint --queue" in said and "去现场移开遮挡" in said and APO in said
    ran = here.run("plate", "reprint", "--queue", "--json", by="顾晓", now="2026-11-23 11:00")
    assert [label["name"] for label in json.loads(ran.out)["plates"]] == [APO], "what is covered needs somebody, and no paper"
    assert [row["object"]["name"] for row in reported(here)] == [HANDAN]  # type: ignore[index]
    assert here.run("scan", APO, "--plate", "missing", now="2026-11-23 11:30").code == 0
    assert [row["times"] for row in reported(here)] == [1, 1], "reported anew: counted from the printing on"


@pytest.mark.parametrize(
    "way",
    [
        ["scan", APO, "--plate", "fine", "--by", "李强"],
        ["sheet", "--objects", APO, "--by", "顾晓"],
        ["plate", "void", CODES[APO], "--reason", "丢失", "--replaced-by", BLANK, "--by", "顾晓"],
        ["plate", "bind", BLANK, APO],
        ["undo"],
        ["shop", "retire", APO, "--reason", "搬走", "--by", "顾晓"],
    ],
    ids=" ".join,
)
def test_a_plate_leaves_the_queue_by(here: Street, way: list[str]) -> None:
    assert here.run("scan", APO, "--plate", "missing").code == 0
    assert len(reported(here)) == 1
    ran = here.run(*way, now="2026-11-23 10:20")
    assert ran.code == 0, ran.err
    assert reported(here) == []


def test_a_void_without_a_new_plate_or_a_look_that_says_nothing_of_it_leaves_it_there(here: Street) -> None:
    assert here.run("scan", APO, "--plate", "missing").code == 0
    assert here.run("scan", APO, "--ok", now="2026-11-23 10:10").code == 0
    assert here.run("plate", "void", CODES[APO], "--reason", "丢失", by="顾晓", now="2026-11-23 10:20").code == 0
    (one,) = reported(here)
    assert one["code"] is None and "印新的" in here.run("plate", "queue", now="2026-11-23 10:30").out
    ran = json.loads(here.run("plate", "reprint", "--queue", "--json", by="顾晓", now="2026-11-23 10:40").out)
    assert ran["reprinted"] == 0 and ran["plates"][0]["code"] != CODES[APO], "a void code is never hung again: the place gets a new plate"
    assert reported(here) == []


def test_the_queue_stands_in_the_order_of_the_street(store: Store) -> None:
    for name in ("丙店", "乙店", "甲店"):
        visit(store, look.resolve(store, name).object, by(store, "王芳").id, NOW + MINUTE, plate_state="dirty")
    assert [one.name for one in queue(store).places] == ["丙店", "甲店", "乙店"]
    nothing_written(store, BadInput, lambda: reprint(store, by(store), NOW + 5 * MINUTE, queue=True))


# -- names that do not fit on paper


@pytest.mark.parametrize("name", ["", " ", "\u200b\u202e", "\x07"])
def test_a_place_without_a_name_stops_the_sheet_in_one_sentence(store: Store, name: str) -> None:
    shop(store, name, "新塘路", "7")
    assert "新塘路7号" in nothing_written(store, BadInput, lambda: printed(store))
    assert printed(store, street="荷花路").read_back == 2, "the others are printed without it"


def test_a_name_of_200_characters_is_cut_and_named_and_markup_is_text(store: Store) -> None:
    shop(store, "长" * 200, "新塘路", "7")
    shop(store, "#emph[好店] $x$ *粗* \\ <b>\x1b[31m", "新塘路", "8")
    result = printed(store, street="新塘路")
    assert (result.read_back, result.shrunk) == (2, ("长" * 200,))
    assert result.cut == (("长" * 200, "name"),)


def test_the_pages_say_it_in_one_look(here: Street) -> None:
    said = here.run("plate", "list").out.splitlines()
    assert said[0].split() == ["K1-B0001", "11-20", "09:00", "顾晓", "24", "5张", "在用3", "空白1", "作废1"]
    ran = here.run("plate", "void", BLANK, "--spoilt", by="顾晓")
    assert ran.out.strip() == f"{codes.grouped(BLANK)}（空白码牌）已作废：报废。"
    assert "这里没有码牌了" in here.run("plate", "void", CODES[APO], "--reason", "丢失", by="顾晓").out
    assert here.run("shop", "retire", HANDAN, "--reason", "拆除", by="顾晓").code == 0
    assert "这里没有码牌了" not in here.run("plate", "void", CODES[HANDAN], "--reason", "拆除", by="顾晓").out, (
        "a place that is no more wants none"
    )
    assert VOID not in here.run("plate", "list").out, "a batch a line; the labels are asked for"
