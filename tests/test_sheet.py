"""`yima sheet` and `yima plate`: printed, read back, then recorded; and what may be done with a plate afterwards."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import at, person, shop, town
from yima.adapters import paper
from yima.adapters.paper import How
from yima.adapters.render import Voice
from yima.adapters.render.office import sheeted
from yima.adapters.render.plates import listed as plates_listed
from yima.adapters.store import Store, look, registers
from yima.core import codes, events
from yima.core.events import PlatesPrinted
from yima.core.model import Person
from yima.core.results.office import Sheeted
from yima.errors import BadInput, Damaged, NotAllowed
from yima.verbs.plate import bind, listed, void
from yima.verbs.sheet import sheet

ROOT = Path(__file__).parent.parent
NOW = at("2026-10-12 09:00")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with town(tmp_path / "town", NOW) as made:
        shop(made, "甲店", "荷花路", "2")
        shop(made, "乙店", "荷花路", "10")
        shop(made, "丙店", "老街", "1", grid="老街网格")
        shop(made, "桥头", "", "", kind="point", address="荷花路桥南侧", id="c" * 20)
        yield made


def by(store: Store, name: str = "顾晓") -> Person:
    return look.person_by(store, name)


def batches(store: Store) -> list[PlatesPrinted]:
    return [events.decode(fact.kind, fact.body) for fact in store.facts() if fact.kind == "plates.printed"]


def blank(store: Store) -> str:
    """A printed plate that hangs nowhere yet."""
    code = codes.make(store.random(8))
    with store.transaction():
        event = PlatesPrinted(store.next_number("batch"), "24", ((code,),))
        store.append("plates.printed", f"{store.device}-B99", event, by=by(store).id, now=NOW + 5)
    return code


def code_at(store: Store, name: str) -> str:
    return look.code_of(store, look.resolve(store, name).object)


def printed(store: Store, **more: object) -> Sheeted:
    return sheet(store, by(store), NOW + 10, **more)  # type: ignore[arg-type]


def test_every_object_gets_a_code_that_is_read_back_and_leads_to_it(store: Store) -> None:
    result = printed(store)
    path = Path(result.file)
    assert (result.batch, result.read_back, len(result.labels), result.pages, result.again) == ("K1-B0001", 4, 4, 1, 0)
    assert path == store.folder / "data" / "sheets" / "K1-B0001-青荷镇.pdf" and path.read_bytes().startswith(b"%PDF")
    assert [name for _code, _id, name in result.labels] == ["桥头", "丙店", "甲店", "乙店"], "in the order of the street, 2 before 10"
    assert all(look.resolve(store, f"Y1:{code}").object == object_id for code, object_id, _name in result.labels)
    (fact,) = batches(store)
    assert fact.file == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [tuple(pair) for pair in fact.plates] == [(code, id_) for code, id_, _name in result.labels]
    assert not fact.reprint


def test_what_has_a_plate_is_printed_again_with_the_same_code(store: Store) -> None:
    first = printed(store, street="荷花路")
    again = printed(store, street="荷花路")
    assert again.labels == first.labels and again.again == 2 and again.batch == "K1-B0002"
    assert [fact.reprint for fact in batches(store)] == [False, True]
    both = printed(store)
    assert (len(both.labels), both.again) == (4, 2) and not batches(store)[-1].reprint
    assert set(first.labels) < set(both.labels)
    with pytest.raises(BadInput):
        printed(store, only_new=True)
    assert len(batches(store)) == 3


def test_a_void_plate_gets_a_new_code_and_only_that_place_is_new(store: Store) -> None:
    printed(store)
    old = code_at(store, "甲店")
    void(store, [old], "破损", by(store), NOW + 20)
    result = printed(store, only_new=True)
    assert [name for _code, _id, name in result.labels] == ["甲店"] and result.labels[0][0] != old
    assert code_at(store, "甲店") == result.labels[0][0]
    assert look.resolve(store, old).object == result.labels[0][1], "the old plate still leads to the object's history"


def test_the_objects_are_chosen_by_grid_street_kind_and_name(store: Store) -> None:
    def names(**more: object) -> list[str]:
        return [name for _code, _id, name in printed(store, **more).labels]

    assert names(grid="老街网格") == ["丙店"]
    assert names(kinds=("point",)) == ["桥头"]
    assert names(names=("乙店", "荷花路2号", "乙店")) == ["乙店", "甲店"]
    assert names(names=(code_at(store, "甲店"),), stock="a6") == ["甲店"]
    for more in ({"grid": "没有"}, {"names": ("没有的店",)}, {"names": ("丙店",), "street": "荷花路"}, {"stock": "25"}):
        before = len(batches(store))
        with pytest.raises(BadInput):
            printed(store, **more)
        assert len(batches(store)) == before


def test_if_anything_fails_nothing_is_recorded_and_no_file_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = len(list(store.facts()))
    with monkeypatch.context() as patch:
        patch.setattr(paper, "unread", lambda *_args: [0])
        with pytest.raises(Damaged):
            printed(store)
    with monkeypatch.context() as patch:
        patch.setattr(store, "append", lambda *_args, **_more: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            printed(store)
    assert len(list(store.facts())) == facts and not registers.all_codes(store)
    assert not list((store.folder / "data" / "sheets").iterdir())
    assert printed(store).batch == "K1-B0001", "no number was used up"


def test_the_file_is_there_before_the_batch_is_recorded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    append, seen = store.append, []

    def watched(*args: object, **more: object) -> object:
        seen.append([path.name for path in (store.folder / "data" / "sheets").glob("*.pdf")])
        return append(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "append", watched)
    printed(store, names=("甲店",))
    assert seen == [["K1-B0001-甲店.pdf"]]


def test_a_name_without_a_shape_is_left_out_and_said(store: Store) -> None:
    shop(store, "\U00031350记面馆", "荷花路", "41")
    result = printed(store, street="荷花路")
    assert len(result.labels) == 2 and result.no_glyph[0][1] == "\U00031350"
    assert len(batches(store)[0].plates) == 2
    assert code_at(store, "记面馆") == ""


def said(result: Sheeted) -> list[str]:
    return sheeted(result, Voice(480, NOW)).splitlines()


def test_copies_are_counted_as_labels_and_the_plates_beside_them(store: Store) -> None:
    copied = How(copies=2)
    assert said(printed(store, blank=5, how=copied))[0].startswith("空白码牌 10张（5块，每块2张），1页，")
    assert said(printed(store, blank=5))[0].startswith("空白码牌 5张，1页，")
    batches_said = [line.split() for line in plates_listed(listed(store), Voice(480, NOW)).splitlines()]
    assert "10张（5块，每块2张）" in batches_said[0] and "5张" in batches_said[1]


def test_what_was_printed_before_is_counted_as_plates_and_labels_and_all_of_it_as_all(store: Store) -> None:
    assert not any("补印" in line for line in said(printed(store, names=("甲店",), how=How(copies=3))))
    once_more = said(printed(store, names=("甲店",), how=How(copies=3)))
    assert once_more[0].startswith("甲店 3张（1块，每块3张），") and once_more[1] == "全是补印，码不变。"
    assert "其中1块（3张）是补印，码不变。" in said(printed(store, names=("甲店", "乙店"), how=How(copies=3)))
    assert "其中2张是补印，码不变。" in said(printed(store, names=("甲店", "乙店", "丙店")))
    assert "全是补印，码不变。" in said(printed(store, names=("甲店", "乙店", "丙店")))


def test_places_are_counted_as_they_were_printed_not_as_they_were_chosen(store: Store, tmp_path: Path) -> None:
    shop(store, "\U00031350记面馆", "荷花路", "41")
    lacking = "\U00031350记面馆"
    result = printed(store, names=("甲店", lacking, "乙店"))
    assert result.scope == "2处" and said(result)[0].startswith("2处 2张，")
    assert Path(result.file).name == "K1-B0001-2处.pdf" and Path(result.file).is_file()
    assert [path.name for path in Path(result.file).parent.iterdir()] == ["K1-B0001-2处.pdf"]
    assert batches(store)[0].file == hashlib.sha256(Path(result.file).read_bytes()).hexdigest()
    alone = printed(store, names=("甲店", lacking))
    assert alone.scope == "甲店" and Path(alone.file).name == "K1-B0002-甲店.pdf"
    named = printed(store, names=("甲店", lacking), path=tmp_path / "三处.pdf")
    assert named.file == str(tmp_path / "三处.pdf") and (tmp_path / "三处.pdf").is_file(), "a name that was given stays"


def test_a_long_name_is_named_once_however_many_copies(store: Store) -> None:
    shop(store, "长" * 60, "荷花路", "43")
    assert printed(store, names=("长" * 60,), how=How(copies=3)).shrunk == ("长" * 60,)


@pytest.mark.parametrize("name", ["x.png", "x", "x.pdf.txt"])
def test_a_sheet_is_written_to_a_pdf_file_or_not_at_all(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"\.pdf"):
        printed(store, path=tmp_path / name)
    assert not batches(store) and not (tmp_path / name).exists()
    assert Path(printed(store, path=tmp_path / "X.PDF").file).is_file(), "capitals are fine"


def test_only_the_admin_prints(store: Store) -> None:
    person(store, "田雨", "data_clerk")
    with pytest.raises(NotAllowed):
        sheet(store, by(store, "田雨"), NOW + 10)
    assert not batches(store)


# -- plates


def test_a_blank_plate_is_bound_on_the_street_and_never_twice(store: Store) -> None:
    person(store, "王芳", "street_patrol")
    person(store, "钱进", "patrol_3p")
    code = blank(store)
    with pytest.raises(NotAllowed):
        bind(store, code, "甲店", by(store, "钱进"), NOW + 20)
    result = bind(store, codes.grouped(code).lower(), "甲店", by(store, "王芳"), NOW + 20)
    assert result.plates[0].name == "甲店" and look.resolve(store, code).object == look.resolve(store, "甲店").object
    with pytest.raises(BadInput):
        bind(store, code, "乙店", by(store, "王芳"), NOW + 30)


def test_a_void_plate_is_never_bound_nor_voided_again(store: Store) -> None:
    person(store, "王芳", "street_patrol")
    code = blank(store)
    with pytest.raises(BadInput):
        void(store, [code], " ", by(store), NOW + 20)
    with pytest.raises(NotAllowed):
        void(store, [code], "丢失", by(store, "王芳"), NOW + 20)
    assert void(store, [code], "丢失", by(store), NOW + 20).plates[0].state == "void"
    for again in (lambda: void(store, [code], "丢失", by(store), NOW + 30), lambda: bind(store, code, "甲店", by(store), NOW + 30)):
        before = len(list(store.facts()))
        with pytest.raises(BadInput):
            again()
        assert len(list(store.facts())) == before


def test_a_blank_plate_takes_the_place_of_a_void_one(store: Store) -> None:
    printed(store)
    old, new = code_at(store, "甲店"), blank(store)
    with pytest.raises(BadInput):
        void(store, [old], "破损", by(store), NOW + 20, replaced_by=code_at(store, "乙店"))
    with pytest.raises(BadInput):
        void(store, [old], "破损", by(store), NOW + 20, replaced_by=old)
    result = void(store, [old], "破损", by(store), NOW + 20, replaced_by=new)
    assert [(one.code, one.state) for one in (*result.plates, result.new) if one] == [(old, "void"), (new, "valid")]
    assert code_at(store, "甲店") == new and result.plates[0].replaced_by == new


def test_plates_are_listed_by_batch_also_those_that_were_printed_again(store: Store) -> None:
    printed(store)
    printed(store, street="荷花路")
    assert [len(listed(store, batch=batch).plates) for batch in ("K1-B0001", "2", "b2", "K1-B0002")] == [4, 2, 2, 2]
    for batch in ("K1-B0003", "K9-B0001", "x", "9" * 5000):
        with pytest.raises(BadInput):
            listed(store, batch=batch)


def test_the_commands_answer_in_json_and_say_errors_in_one_sentence(store: Store, tmp_path: Path) -> None:
    store.db.close()
    env = os.environ | {"YIMA_NOW": "2026-10-12T10:00", "YIMA_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    def yima(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "yima", *words], cwd=store.folder, env=env, capture_output=True, text=True, encoding="utf-8"
        )

    out = tmp_path / "out" / "标签.pdf"
    said = json.loads(yima("sheet", "--objects", "甲店，乙店", "-o", str(out), "--json").stdout)
    assert {key: said[key] for key in ("batch", "stock", "labels", "read_back", "files")} == {
        "batch": "K1-B0001", "stock": "24", "labels": 2, "read_back": 2, "files": [str(out)],
    }  # fmt: skip
    assert out.is_file()
    code = said["plates"][0]["code"]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for words, exit_code in (
        (("sheet", "--street", "没有路"), 3),
        (("sheet", "--stock", "25"), 3),
        (("sheet", "--kind", "tree"), 2),
        (("sheet", "--all", "--street", "荷花路"), 2),
        (("sheet", "--objects", "甲店", "-o", str(tmp_path)), 3),
        (("plate", "bind", wrong, "甲店"), 3),
        (("plate", "bind", "https://pay.example/abc", "甲店"), 3),
        (("plate", "bind", code, "乙店"), 3),
        (("plate", "void", "甲店", "--reason", "破损"), 3),
        (("plate", "void", code), 2),
        (("plate", "list", "--batch", "K1-B0009"), 3),
    ):
        done = yima(*words)
        assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (exit_code, 1, ""), (words, done.stderr)
    assert [one["state"] for one in json.loads(yima("plate", "list", "--json").stdout)["plates"]] == ["valid", "valid"]
