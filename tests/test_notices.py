"""What a sweep raises comes on paper to whom it concerns, one file for each receiver; and nothing of it is lost."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import at, person, shop, step, visit
from tests.late import OUTBOX, TEN, Place, pages_of, rungs, text_of
from tests.street import ROOT, Street
from yima.adapters.locks import alone
from yima.adapters.paper import notices
from yima.adapters.render import Voice
from yima.adapters.render.notices import file_name
from yima.adapters.store import Store, look, messages
from yima.verbs.sweep import sweep

BOXES = ("督促办理", "改派给", "延期到", "亲自办理", "提请或移送（文号", "意见", "签名", "日期")
NO_SHAPE = "𱍐"  # U+31350; the font ends before it


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    here = Place(tmp_path)
    with here.store:
        yield here


# -- what stands on them


def test_the_handler_is_reminded_with_what_makes_it_right(place: Place) -> None:
    swept = place.sweep("23 11:31")
    leader, made = swept.delivery.notices
    assert (made.number, made.kind, made.to, made.pages) == ("K1-N0002", "remind", place.handlers[0], 1)
    assert place.files() == sorted((made.file, leader.file))
    assert made.file == f"{OUTBOX}催办单-{place.first}-1123-1131.pdf"
    assert swept.delivery.outbox == OUTBOX and not swept.delivery.waiting and not swept.delivery.troubles
    text, item = place.text(Path(made.file).name), place.store.town.last_catalogue.item_of("over_door_business")
    assert item is not None
    for part in (
        "青荷镇", "催办单", "编号K1-N0002", "2026年11月23日11:31", f"收件：{place.first}", "K1-0001", "跨门经营", "荷花路12号阿婆生煎",
        "三张桌", item.question, item.more["closing"], "2工作小时", "11月23日周一12:00到期", "剩29分钟", item.more["legal"]["basis"],
        "第1页，共1页",
    ):  # fmt: skip
        assert part.replace(" ", "") in text, part
    assert "督促办理" not in text, "a reminder asks for no answer"


def test_the_leader_has_a_place_for_each_answer_and_the_centre_what_to_type(place: Place) -> None:
    step(place.store, place.shop, place.found, "told", place.finder, TEN)
    step(place.store, place.shop, place.found, "accept", place.handlers[0], TEN + 31 * 60_000, note="下午去")
    visit(place.store, place.shop, place.finder, at("2026-11-23 10:05"), found=["street_occupation=两个摊"])
    (made,) = [one for one in place.sweep("23 14:10").delivery.notices if one.kind == "supervise"]
    assert (made.to, made.file) == (place.leader, f"{OUTBOX}督办单-陈队长-1123-1410.pdf")
    text = place.text("督办单-陈队长-1123-1410.pdf")
    for part in (
        "督办单",
        "收件：陈队长",
        "超时2小时10分",
        f"{place.first}（11月23日周一10:31起处置中）",
        "11月23日周一10:31",
        "接单（下午去）",
    ):
        assert part in text, part
    for number in ("K1-0001", "K1-0002"):
        assert f'yimaanswer{number}…--text"…"--for陈队长' in text
    assert "11月24日周二08:10" in text, "the answer limit: 4 hours of the office from 14:10 on"
    for box in BOXES:
        assert text.count(box) >= 2, f"{box}: one for each case"


def test_a_case_late_on_two_clocks_is_answered_once(place: Place) -> None:
    clocks = {one.clock for one in place.sweep("23 14:01").raised if one.rung == "supervise"}
    assert clocks == {"accept:1", "item:1"}
    text = place.text("督办单-陈队长-1123-1401.pdf")
    assert text.count("K1-0001跨门经营") == 1 and text.count("□督促办理") + text.count("督促办理改派给") == 1
    assert "“待接单”，" in text and "2工作小时，" in text


def test_an_answer_limit_over_days_that_nobody_has_announced_is_called_provisional(place: Place) -> None:
    """The calendar that is shipped ends with 2026; the four hours of the office run into January."""
    made = sweep(place.store, by=look.person_by(place.store, "顾晓"), now=at("2026-12-31 16:00"), tell=True).delivery.notices
    (file,) = [one.file for one in made if one.kind == "supervise"]
    assert "1月4日周一10:00（暂定）" in text_of(place.folder / file)


def test_the_town_leader_gets_the_list_of_the_day_and_hazards_apart(place: Place) -> None:
    visit(place.store, place.shop, place.finder, TEN + 1, found=["sign_fall_risk=招牌松动"], cases=[])
    place.sweep("23 14:01")
    place.sweep("23 18:01")
    found = {one.kind: one for when in ("24 08:30", "24 10:00", "24 12:00") for one in place.sweep(when).delivery.notices}
    list_, hazard = text_of(place.folder / found["escalate"].file), text_of(place.folder / found["hazard"].file)
    assert "提级督查单" in list_ and "K1-0001" in list_ and "K1-0002" not in list_
    assert "11月23日周一14:01请陈队长答复，没有答复" in list_
    assert "K1-0002" in hazard and "招牌松动" in hazard and "K1-0001" not in hazard
    assert {found[kind].to for kind in ("escalate", "hazard")} == {place.town_leader}
    assert all(box in text for box in BOXES for text in (list_, hazard))


def test_missed_rounds_are_a_page_of_their_own_in_the_leaders_file(place: Place) -> None:
    person(place.store, "赵主任", "dept_leader", dept="ucc")
    missed = shop(place.store, "大众理发", "老街", "9", id="0" * 19 + "7", trade="service")
    assert missed
    visit(place.store, place.shop, place.finder, at("2026-11-24 17:00"), found=["=充电桩没人管"])
    alone_ = {one.kind: one for one in place.sweep("25 10:00").delivery.notices if one.name.startswith("赵主任")}
    assert set(alone_) == {"missed"}
    pages = pages_of(place.folder / alone_["missed"].file)
    assert "漏扫清单L-1125-ucc" in pages[0] and "老街9号大众理发" in pages[0] and "王芳" in pages[0]
    assert "yimaanswerL-1125-ucc" in pages[0] and "签名" in pages[0]
    with_it = {one.kind: one for one in place.sweep("26 10:00").delivery.notices if one.name.startswith("赵主任")}
    assert set(with_it) == {"supervise"}, "the triage is late now, so there is a 督办单"
    pages = pages_of(place.folder / with_it["supervise"].file)
    assert "K1-0002" in pages[0] and "L-1126-ucc" not in pages[0] and "L-1126-ucc" in pages[1]


def test_where_nobody_is_registered_the_post_is_written_to(place: Place) -> None:
    visit(place.store, place.shop, place.finder, TEN + 1, found=["commercial_noise"], cases=[])  # police: nobody there
    made = [one for one in place.sweep("23 18:30").delivery.notices if not one.to]
    assert {one.name for one in made} >= {"派出所 负责人（未登记）"}
    assert all("未登记" in text_of(place.folder / one.file) for one in made)


def test_a_namesake_is_named_by_number_where_an_answer_is_entered(place: Place) -> None:
    person(place.store, "陈队长", "cg_officer", dept="mr", no="99")
    place.sweep("23 14:01")
    assert f"--for{place.leader}" in place.text("督办单-陈队长-1123-1401.pdf")


def test_a_notice_in_english(place: Place) -> None:
    environment = {**os.environ, "YIMA_NOW": "2026-11-23T14:01", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "yima", "--lang", "en", "--town", str(place.folder), "sweep", "--by", "顾晓"]
    ended = subprocess.run(words, env=environment, capture_output=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stderr
    text = place.text("Supervision_notice-陈队长-1123-1401.pdf")
    assert all(part in text for part in ("Supervisionnotice", "To:陈队长", "presson", "Signed", "Page1of1", "2026-11-2314:01"))


# -- files


def test_the_same_facts_and_instant_give_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for number in (1, 2):
        here = Place(tmp_path / str(number))
        with here.store:
            here.sweep("23 14:01")
        found.append({name: (here.folder / name).read_bytes() for name in here.files() if name.endswith(".pdf")})
    assert found[0] == found[1] and len(found[0]) == 2


def test_a_file_that_is_there_is_never_overwritten(place: Place) -> None:
    taken = place.folder / OUTBOX / "督办单-陈队长-1123-1401.pdf"
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"signed")
    place.sweep("23 14:01")
    assert taken.read_bytes() == b"signed"
    assert "K1-0001" in place.text("督办单-陈队长-1123-1401-2.pdf")


@pytest.mark.parametrize("who", ['a/b\\c:d*e?f"g<h>i|j', "..", "CON", "陈\n立\t\x07", "长" * 300, "\u202e立陈", " ", "𠮷祥.", ""])
def test_a_file_name_is_safe_on_every_system(who: str) -> None:
    folder, _slash, name = file_name("supervise", who, Voice(8 * 3_600_000, TEN)).rpartition("/")
    assert folder == "data/outbox/2026-11-23"
    assert re.fullmatch(r"督办单-[\w·]{1,24}-1123-1000\.pdf", name), name
    assert len(name.encode()) < 200


@pytest.mark.parametrize("odd", ["*粗*#strong[x]$z$<a>\\", '"=1+1', '#import "x"', "名\x00字\x1b[31m\u202e反\n行"])
def test_names_with_markup_or_control_signs_are_harmless(tmp_path: Path, odd: str) -> None:
    here = Place(tmp_path, name=odd, note=odd)
    with here.store:
        made = here.sweep("23 14:01").delivery
        assert len(made.notices) == 2 and not made.troubles
        plain = "".join(sign for sign in odd if sign.isprintable() and not sign.isspace())
        plain = re.sub("[\x00-\x1f\u202e]", "", plain)
        assert plain in text_of(here.folder / made.notices[0].file)


def test_the_door_itself_takes_any_text(tmp_path: Path) -> None:
    odd = "甲\x00\x1b[31m\u202e乙\u200b\ufeff\n丙#strong[x]*_$\\" + NO_SHAPE
    card = {"head": [odd, odd], "lines": [[odd, odd]], "answer": None}
    table = {"head": [odd], "widths": [1], "rows": [[odd]]}
    section = {"title": odd, "intro": odd, "new_page": False, "cases": [card], "table": table, "answer": None}
    words = dict.fromkeys(("town", "title", "number", "to", "date", "intro"), odd)
    fields = {**words, "lang": "zh", "page": "{0}/{1}", "notes": [odd], "sections": [section]}
    made = notices.notice(fields, tmp_path / "a" / "n.pdf", timestamp=0)
    assert (made.pages, made.lacking) == (1, (NO_SHAPE,))
    assert text_of(made.path).count("甲[31m乙丙#strong[x]*_$\\〓") == 18
    assert [path.name for path in made.path.parent.iterdir()] == ["n.pdf"]


def test_a_character_without_a_shape_does_not_stop_the_notice_and_is_named(tmp_path: Path) -> None:
    here = Place(tmp_path, name=f"{NO_SHAPE}记面馆")
    with here.store:
        swept = here.sweep("23 14:01")
        assert {one.lacking for one in swept.delivery.notices} == {(NO_SHAPE,)}
        assert "〓记面馆" in here.text("督办单-陈队长-1123-1401.pdf")
    again = Place(tmp_path / "again", name=f"{NO_SHAPE}记面馆")
    again.store.db.close()
    said = again.run("23 14:01").out
    assert f"K1-N0001（陈队长（城管执法中队））：字体没有“{NO_SHAPE}”的字形，印作〓。" in said


def test_an_endless_note_is_cut(tmp_path: Path) -> None:
    here = Place(tmp_path, note="长" * 5000)
    with here.store:
        (made, *_more) = here.sweep("23 14:01").delivery.notices
        assert made.pages == 1


def test_the_towns_own_template_wins(place: Place) -> None:
    own = place.folder / "templates"
    own.mkdir()
    (own / "notice.typ").write_text(
        '#let job = json("data.json")\n#set text(font: job.fonts)\n本镇自己的 #job.title #job.sections.at(0).cases.at(0).head.at(0)',
        "utf-8",
    )
    place.sweep("23 14:01")
    text = place.text("督办单-陈队长-1123-1401.pdf")
    assert text.startswith("本镇自己的督办单K1-0001") and "收件" not in text


def test_what_a_template_may_use_is_documented() -> None:
    page = (ROOT / "docs" / "templates.md").read_text("utf-8")
    template = (ROOT / "yima" / "templates" / "notice.typ").read_text("utf-8")
    used = set(re.findall(r"\b(?:job|one)\.([a-z_]+)", template)) - {"map", "rows", "at"}
    assert len(used) > 15 and not [name for name in used if f"`{name}`" not in page]


# -- nothing is lost


def test_a_sweep_right_after_writes_nothing(place: Place) -> None:
    place.sweep("23 14:01")
    before, files = place.store.db.total_changes, place.files()
    swept = place.sweep("23 14:01")
    assert swept.delivery == type(swept.delivery)()
    assert (place.store.db.total_changes, place.files()) == (before, files)


def test_a_dry_run_writes_no_notice(place: Place) -> None:
    place.sweep("23 14:01", dry_run=True)
    assert not place.files() and not messages.waiting(place.store)


def test_a_sweep_with_nothing_to_tell_loads_neither_paper_nor_processes(place: Place) -> None:
    place.sweep("23 14:01")
    place.store.db.close()
    code = "import sys; from yima.cli import main; main(sys.argv[1:]); print(sorted(sys.modules), file=sys.stderr)"
    environment = {**os.environ, "YIMA_NOW": "2026-11-23T14:02", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", code, "sweep", "--by", "顾晓", "--town", str(place.folder)]
    ended = subprocess.run(words, env=environment, capture_output=True, encoding="utf-8")
    assert ended.returncode == 0 and "红" in ended.stdout
    loaded = ended.stderr.splitlines()[-1]
    assert not [
        name
        for name in ("typst", "concurrent.futures", "yima.adapters.paper", "yima.adapters.notify", "yima.verbs.sweep.deliver")
        if f"'{name}'" in loaded
    ]


def test_a_fault_in_a_template_undoes_no_rung_and_the_next_sweep_writes(place: Place) -> None:
    own = place.folder / "templates"
    own.mkdir()
    (own / "notice.typ").write_text("#nosuchthing", "utf-8")
    place.store.db.close()
    ended = place.run("23 14:01")
    assert ended.code == 0 and not ended.err
    assert ended.out.count("notice.typ") == 1, "one line, however many notices"
    assert "还有2份没送出" in ended.out
    with Street(place.folder).open() as store:
        place.store = store
        assert rungs(place) == 3 and not place.files()
        (own / "notice.typ").unlink()
        made = place.sweep("23 14:02").delivery
    assert [one.number for one in made.notices] == ["K1-N0001", "K1-N0002"] and not made.waiting
    assert f"{OUTBOX}督办单-陈队长-1123-1401.pdf" in place.files(), "under the name of the sweep that raised it"


def test_a_folder_that_cannot_be_written_loses_nothing(place: Place) -> None:
    (place.folder / "data" / "outbox").write_bytes(b"in the way")
    swept = place.sweep("23 14:01")
    assert rungs(place) == 3 and swept.delivery.waiting == 2
    assert all("写不进去" in said for said in swept.delivery.troubles) and swept.delivery.troubles
    (place.folder / "data" / "outbox").unlink()
    assert len(place.sweep("23 14:02").delivery.notices) == 2


def test_a_full_disk_loses_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(notices, "typeset", full)
        swept = place.sweep("23 14:01")
    assert swept.delivery.waiting == 2 and swept.delivery.troubles == ("磁盘已满；腾出空间后再试。",)
    assert rungs(place) == 3
    assert len(place.sweep("23 14:02").delivery.notices) == 2


def test_somebody_else_who_writes_is_waited_for_by_the_next_sweep(place: Place) -> None:
    with alone(place.store.path.with_name("outbox.lock")) as mine:
        assert mine
        swept = place.sweep("23 14:01")
    assert rungs(place) == 3 and swept.delivery.waiting == 2 and len(swept.delivery.troubles) == 1
    assert len(place.sweep("23 14:02").delivery.notices) == 2


def test_what_waited_a_month_is_dropped_and_said(place: Place) -> None:
    (place.folder / "data" / "outbox").write_bytes(b"in the way")
    place.sweep("23 14:01")
    place.sweep("24 11:00")
    now = at("2026-11-23 14:01") + messages.KEPT_FOR
    made = sweep(place.store, by=look.person_by(place.store, "顾晓"), now=now, tell=True).delivery
    assert [number for number, _name in made.dropped] == ["K1-N0001", "K1-N0002"]
    assert made.dropped[0][1] == "陈队长（城管执法中队）"
    assert all(one.number > 2 for one in messages.waiting(place.store))


KILLED = """
import os, signal, sys
from yima.cli import main
import {module} as module
def kill(*words, **more):
    os.kill(os.getpid(), signal.SIGKILL)
module.{name} = kill
main(sys.argv[1:])
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
@pytest.mark.parametrize(
    ("module", "name", "written"),
    [("yima.adapters.paper.notices", "typeset", 0), ("yima.verbs.sweep.deliver", "_mark", 1)],
    ids=["between the commit and the paper", "between the paper and its mark"],
)
def test_killed_the_next_sweep_writes_every_notice_once(place: Place, module: str, name: str, written: int) -> None:
    place.store.db.close()
    environment = {**os.environ, "YIMA_NOW": "2026-11-23T14:01", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", KILLED.format(module=module, name=name), "sweep", "--by", "顾晓", "--town", str(place.folder)]
    assert subprocess.run(words, env=environment, capture_output=True).returncode == -signal.SIGKILL
    with Street(place.folder).open() as store:
        place.store = store
        assert rungs(place) == 3, "what was committed stands"
        assert len(messages.waiting(store)) == 2
        assert len([one for one in place.files() if one.endswith(".pdf")]) >= written
        swept = place.sweep("23 14:01")
        assert not swept.raised and [one.number for one in swept.delivery.notices] == ["K1-N0001", "K1-N0002"]
        assert len([one for one in place.files() if not one.endswith(".part")]) == 2, "the same files, not others beside them"
        assert not messages.waiting(store)


def test_a_notice_written_late_says_how_the_case_stands_then(place: Place) -> None:
    (place.folder / "data" / "outbox").write_bytes(b"in the way")
    place.sweep("23 14:01")
    (place.folder / "data" / "outbox").unlink()
    step(place.store, place.shop, place.found, "accept", place.handlers[0], at("2026-11-23 14:20"))
    step(place.store, place.shop, place.found, "done", place.handlers[0], at("2026-11-23 14:30"))
    place.sweep("23 14:40")
    text = place.text("督办单-陈队长-1123-1401.pdf")
    assert "另一个人，同码复核" in text and "已不再计时" in text and "督促办理" not in text, "nothing is owed any more"


# -- withdrawn (撤回)


def test_who_was_told_hears_that_it_does_not_stand(place: Place) -> None:
    place.sweep("23 14:01")
    step(place.store, place.shop, place.found, "done", place.handlers[0], at("2026-11-23 11:45"))  # it came later
    swept = place.sweep("23 15:00")
    (made,) = swept.delivery.notices
    assert (made.kind, made.to, made.file) == ("withdrawn", place.leader, f"{OUTBOX}撤回单-陈队长-1123-1500.pdf")
    text = place.text("撤回单-陈队长-1123-1500.pdf")
    for part in ("撤回单", "K1-0001", "荷花路12号阿婆生煎", "督查（11月23日周一14:01）", "11月23日周一11:45已报改好"):
        assert part in text, part
    assert not place.sweep("23 15:01").delivery.notices


def test_whose_finding_was_taken_back_too(place: Place) -> None:
    from yima.core.events import FactWithdrawn

    place.sweep("23 14:01")
    with place.store.transaction():
        admin = place.store.settings["person"]
        place.store.append("fact.withdrawn", place.shop, FactWithdrawn(place.found.hash, "看错了"), by=admin, now=at("2026-11-23 14:30"))
    made = {one.to: text_of(place.folder / one.file) for one in place.sweep("23 15:00").delivery.notices}
    assert set(made) == {place.leader, place.handlers[0]}
    assert all("K1-0001" in text and "那次发现已撤销" in text for text in made.values())


def test_what_nobody_was_told_is_not_told_when_it_does_not_stand(place: Place) -> None:
    (place.folder / "data" / "outbox").write_bytes(b"in the way")
    place.sweep("23 14:01")
    (place.folder / "data" / "outbox").unlink()
    step(place.store, place.shop, place.found, "done", place.handlers[0], at("2026-11-23 11:45"))
    made = place.sweep("23 15:00").delivery.notices
    assert [one.kind for one in made] == ["supervise", "remind"], "no 撤回单: nobody had heard of what does not stand"
    text = place.text("督办单-陈队长-1123-1401.pdf")
    assert "“待接单”" in text and "2工作小时" not in text, "that it was taken late stands, that it was done late does not"


# -- JSON


def test_the_json_names_every_notice_and_what_waits(place: Place) -> None:
    place.store.db.close()
    said = json.loads(place.run("23 14:01", "--json").out)
    assert said["outbox"] == OUTBOX and said["waiting"] == 0 and said["troubles"] == [] and said["messages"] == [] and said["dropped"] == []
    assert said["notices"][0] == {
        "number": "K1-N0001", "kind": "supervise", "to": place.leader, "to_name": "陈队长（城管执法中队）",
        "file": f"{OUTBOX}督办单-陈队长-1123-1401.pdf", "pages": 1, "lacking": [],
    }  # fmt: skip


def test_nothing_of_a_queue_is_forgotten_between_two_programs(store: Store) -> None:
    one, two, three = (messages.Message(number, "remind", "p", "cg", TEN, f"{number}.pdf") for number in (1, 2, 3))
    with store.transaction():
        messages.keep(store, [one, two])
    assert messages.waiting(store) == [one, two]
    with store.transaction():
        messages.keep(store, [one, two, three])  # another sweep
        messages.change(store, [two._replace(written=True)], [1])
    assert messages.waiting(store) == [two._replace(written=True), three]
