"""The device's notify command: a real program, called once for each receiver after the commit; what fails waits and undoes nothing."""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import at, person, shop, step, visit
from tests.late import Place, rungs, text_of
from tests.street import ROOT
from yima.adapters import notify
from yima.adapters.store import messages
from yima.adapters.store.registers import keep_contacts
from yima.errors import BadInput, Unwritable
from yima.verbs.sweep import deliver

SENT = "import json, sys; open('sent.jsonl', 'a', encoding='utf-8').write(sys.stdin.read())"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's configuration folder."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("YIMA_CONFIG", str(folder))
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    here = Place(tmp_path / "town")
    with here.store:
        yield here


def says(config: Path, code: str, *words: str, timeout: float = 20, **more: Any) -> None:
    """notify.json runs this program."""
    raw = {"argv": [sys.executable, "-c", code, *words], "timeout": timeout, "samples": True, **more}
    (config / "notify.json").write_text(json.dumps(raw), "utf-8")


def sent(config: Path) -> list[dict[str, Any]]:
    file = config / "sent.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def test_each_receiver_gets_one_message_with_all_that_it_needs(place: Place, config: Path) -> None:
    says(config, SENT)
    with place.store.transaction():
        keep_contacts(place.store, {place.leader: "13900000000"})
    made = place.sweep("23 14:01").delivery
    assert [(one.kind, one.to, one.sent, one.why) for one in made.messages] == [
        ("supervise", place.leader, True, ""),
        ("remind", place.handlers[0], True, ""),
    ]
    assert not made.waiting and not made.troubles
    leader, handler = sent(config)
    assert {name: leader[name] for name in ("town", "number", "kind", "title", "to", "name", "phone", "raised", "lists")} == {
        "town": "青荷镇", "number": "K1-N0001", "kind": "supervise", "title": "督办单", "to": place.leader, "name": "陈队长",
        "phone": "13900000000", "raised": "2026-11-23T14:01:00+08:00", "lists": [],
    }  # fmt: skip
    assert leader["cases"] == [
        {
            "number": "K1-0001", "place": "荷花路12号 阿婆生煎", "item": "跨门经营", "rung": "supervise",
            "due": "2026-11-23T10:52:30+08:00", "answer_due": "2026-11-24T08:01:00+08:00",
        }
    ]  # fmt: skip
    assert "K1-0001" in leader["text"] and "\n" not in leader["text"]
    assert "phone" not in handler, "no number is kept of this person"
    assert "K1-0001" in text_of(Path(handler["file"])) and Path(handler["file"]).is_absolute()


def test_the_keys_are_documented(place: Place, config: Path) -> None:
    says(config, SENT)
    with place.store.transaction():
        keep_contacts(place.store, {place.leader: "13900000000"})
    place.sweep("23 14:01")
    page = (ROOT / "docs" / "notify.md").read_text("utf-8")
    assert all(f"`{name}`" in page for one in sent(config) for name in (*one, *one["cases"][0]))


def test_without_a_command_nothing_is_sent_and_nothing_waits(place: Place, config: Path) -> None:
    made = place.sweep("23 14:01").delivery
    assert len(made.notices) == 2 and not made.messages and not made.waiting


def test_a_sample_town_writes_to_nobody_unless_it_is_said(place: Place, config: Path) -> None:
    says(config, SENT, samples=False)
    made = place.sweep("23 14:01").delivery
    assert not made.messages and not made.waiting and not sent(config)


def test_nothing_in_the_town_folder_is_executed(place: Place, config: Path) -> None:
    for folder in (place.folder, place.folder / "data"):
        says(folder, "open('ran', 'w')")
    assert not place.sweep("23 14:01").delivery.messages
    assert not list(place.folder.rglob("ran"))


def test_the_words_go_to_the_program_as_they_are_and_it_runs_beside_its_settings(place: Place, config: Path) -> None:
    words = ("; touch x", "$(touch x)", "a b", "*", "`touch x`")
    says(config, "import json, os, sys; json.dump([sys.argv[1:], os.getcwd()], open('words', 'w'))", *words)
    place.sweep("23 14:01")
    assert json.loads((config / "words").read_text()) == [list(words), str(config)]


def test_it_is_called_after_the_commit_and_in_no_transaction(place: Place, config: Path) -> None:
    code = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None); db.execute('BEGIN IMMEDIATE');"
        "print(db.execute(\"SELECT COUNT(*) FROM event WHERE kind = 'rung.raised'\").fetchone()[0], file=open('seen', 'a'))"
    )
    says(config, code, str(place.store.path))
    made = place.sweep("23 14:01").delivery
    assert all(one.sent for one in made.messages)
    assert (config / "seen").read_text().split() == ["3", "3"]


def test_a_failing_command_undoes_nothing_and_says_its_last_line(place: Place, config: Path) -> None:
    code = "import sys; print('not shown'); print('first', file=sys.stderr); print('  网关 拒绝 \\x1b[31m\\n\\n', file=sys.stderr); sys.exit(7)"
    says(config, code)
    place.store.db.close()
    ended = place.run("23 14:01")
    assert ended.code == 0 and not ended.err
    assert "没有发给陈队长、" in ended.out and "通知命令出错（退出码7）：网关 拒绝" in ended.out
    assert "还有2份没送出" in ended.out
    assert "not shown" not in ended.out and "first" not in ended.out and "\x1b" not in ended.out
    says(config, SENT)
    said = json.loads(place.run("23 14:02", "--json").out)
    assert [one["number"] for one in said["messages"]] == ["K1-N0001", "K1-N0002"] and not said["waiting"] and not said["notices"]
    assert not said["raised"], "nothing is raised twice"
    assert [one["number"] for one in sent(config)] == ["K1-N0001", "K1-N0002"]


def test_a_missing_program_is_tried_once_and_the_message_waits(place: Place, config: Path) -> None:
    (config / "notify.json").write_text(json.dumps({"argv": ["no-such-program"], "samples": True}), "utf-8")
    made = place.sweep("23 14:01").delivery
    assert len(made.messages) == 1 and "no-such-program" in made.messages[0].why
    assert made.waiting == 2 and rungs(place) == 3


@pytest.mark.skipif(os.name == "nt", reason="looks for processes in /proc")
def test_a_hanging_command_is_stopped_with_all_that_it_started(place: Place, config: Path) -> None:
    mark = f"hang-{os.getpid()}-{time.monotonic_ns()}"
    child = "import sys, time; time.sleep(60)"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}, sys.argv[1]]); time.sleep(60)"
    says(config, code, mark, timeout=1)
    began = time.monotonic()
    made = place.sweep("23 14:01").delivery
    assert time.monotonic() - began < 20
    assert len(made.messages) == 1, "after the first time-out the rest waits for the next sweep"
    assert made.messages[0].why == "通知命令1秒内没有结束，已停掉" and made.waiting == 2
    assert not _running(mark)
    says(config, SENT)
    assert [one.sent for one in place.sweep("23 14:02").delivery.messages] == [True, True]


def _running(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_a_child_left_behind_is_not_waited_for(config: Path) -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)']); sys.exit(int(sys.argv[1]))"
    for word, why in (("0", ""), ("3", "通知命令出错（退出码3）")):
        says(config, code, word)
        one = notify.command(config, sample=True)
        assert one is not None
        began = time.monotonic()
        assert list(notify.send_each(one, [{}])) == [why]
        assert time.monotonic() - began < 4


def test_a_command_that_reads_nothing_or_says_a_lot_does_not_stop_the_sweep(config: Path) -> None:
    says(config, "import sys; sys.stderr.write('x' * 5_000_000 + '\\n\\u9000\\u56de'); sys.exit(1)", timeout=20)
    one = notify.command(config, sample=True)
    assert one is not None
    (why,) = notify.send_each(one, [{"text": "长" * 1_000_000}])
    assert why.endswith("：退回")


def test_three_failures_in_a_sweep_are_enough_and_those_that_failed_come_last(place: Place, config: Path) -> None:
    says(config, "import json, sys; one = json.load(sys.stdin); sys.exit(one['name'] + ' has no phone')")
    extra = [shop(place.store, f"店{number}", "老街", str(number), id=f"{number:019x}f") for number in range(5)]
    for number, object_id in enumerate(extra):
        handler = person(place.store, f"处置{number}", "cg_officer", dept="cg")
        found = visit(place.store, object_id, place.finder, at("2026-11-23 10:00"), found=["over_door_business"])
        step(place.store, object_id, found, "told", place.finder, at("2026-11-23 10:01"))
        step(place.store, object_id, found, "reassign", place.leader, at("2026-11-23 10:40"), to=f"person:{handler}")
    first = place.sweep("23 11:40").delivery
    assert len(first.messages) == notify.FAILURES and first.waiting > 5
    second = place.sweep("23 11:41").delivery
    assert not {one.number for one in second.messages} & {one.number for one in first.messages}
    assert len(second.messages) == notify.FAILURES and second.waiting == first.waiting


def test_calls_that_take_long_in_all_wait_for_the_next_sweep(config: Path) -> None:
    says(config, "import time; time.sleep(0.4)", timeout=1)
    one = notify.command(config, sample=True)
    assert one is not None
    assert 2 <= len(list(notify.send_each(one, [{} for _number in range(50)]))) <= 3


def test_what_was_told_and_does_not_stand_is_told_too(place: Place, config: Path) -> None:
    says(config, SENT)
    place.sweep("23 14:01")
    step(place.store, place.shop, place.found, "done", place.handlers[0], at("2026-11-23 11:45"))
    place.sweep("23 15:00")
    last = sent(config)[-1]
    assert (last["kind"], last["name"], [one["number"] for one in last["cases"]]) == ("withdrawn", "陈队长", ["K1-0001"])
    assert last["cases"][0]["answer_due"] is None and len(sent(config)) == 3


def test_what_does_not_stand_any_more_is_not_sent_late(place: Place, config: Path) -> None:
    says(config, "import sys; sys.exit(1)")
    step(place.store, place.shop, place.found, "told", place.finder, at("2026-11-23 10:01"))
    step(place.store, place.shop, place.found, "accept", place.handlers[0], at("2026-11-23 10:32"))
    assert {one.kind for one in place.sweep("23 14:01").delivery.messages} == {"supervise", "remind"}
    step(place.store, place.shop, place.found, "done", place.handlers[0], at("2026-11-23 11:45"))
    says(config, SENT)
    assert {one.kind for one in place.sweep("23 15:00").delivery.messages} == {"remind", "withdrawn"}, "on paper it was told already"
    assert not messages.waiting(place.store)


def test_a_notice_that_cannot_be_written_is_told_all_the_same(place: Place, config: Path) -> None:
    says(config, SENT)
    (place.folder / "data" / "outbox").write_bytes(b"in the way")
    made = place.sweep("23 14:01").delivery
    assert [one.sent for one in made.messages] == [True, True] and made.waiting == 2
    assert {one["file"] for one in sent(config)} == {""}
    (place.folder / "data" / "outbox").unlink()
    made = place.sweep("23 14:02").delivery
    assert len(made.notices) == 2 and not made.messages and not made.waiting, "written later, and not sent twice"


@pytest.mark.parametrize(
    "raw",
    [
        "", "{", "[]", "null", '{"argv": "python3 send.py"}', '{"argv": []}', '{"argv": [""]}', '{"argv": ["a", 1]}', '{"timeout": 5}',
        '{"argv": ["a"], "timeout": 0}', '{"argv": ["a"], "timeout": "20"}', '{"argv": ["a"], "timeout": 601}',
        '{"argv": ["a"], "timeout": true}', '{"argv": ["a"], "timout": 5}', '{"argv": ["a\\u0000b"]}', '{"argv": ["a"], "samples": "no"}',
        '{"argv": ["a"], "timeout": NaN}',
    ],
)  # fmt: skip
def test_settings_that_are_wrong_are_named_in_one_sentence(config: Path, raw: str) -> None:
    (config / "notify.json").write_text(raw, "utf-8")
    with pytest.raises(BadInput, match=r"notify\.json"):
        notify.command(config, sample=True)


def test_settings_that_are_wrong_lose_nothing(place: Place, config: Path) -> None:
    (config / "notify.json").write_text("{", "utf-8")
    made = place.sweep("23 14:01").delivery
    assert len(made.notices) == 2 and made.waiting == 2 and "notify.json" in made.troubles[0]
    says(config, SENT)
    assert [one.sent for one in place.sweep("23 14:02").delivery.messages] == [True, True]
    assert not messages.waiting(place.store)


def test_settings_with_a_mark_of_notepad_are_read(config: Path) -> None:
    (config / "notify.json").write_text('{"argv": ["a", "b"]}', "utf-8-sig")
    assert notify.command(config, sample=False) == notify.Command(("a", "b"), 20.0, config)


def test_a_file_that_is_busy_meanwhile_loses_nothing(place: Place, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_words: Any) -> None:
        raise Unwritable("busy")

    says(config, SENT)
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_mark", busy)
        made = place.sweep("23 14:01").delivery
    assert made.troubles == ("busy",) and made.waiting == 2 and rungs(place) == 3
    made = place.sweep("23 14:02").delivery
    assert len(made.notices) == 2 and [one.sent for one in made.messages] == [True, True] and not made.waiting


def test_where_nothing_can_be_marked_nothing_is_sent(place: Place, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: Any) -> None:
        raise Unwritable("full")

    says(config, SENT)
    with monkeypatch.context() as patch:
        patch.setattr(messages, "change", full)
        made = place.sweep("23 14:01").delivery
    assert made.troubles == ("full",) and made.waiting == 2 and not place.files() and not sent(config)
    assert len(place.sweep("23 14:02").delivery.messages) == 2
