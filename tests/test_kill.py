"""kill −9 at any moment: what was confirmed is there, the file opens, nothing is half-written, and no repair step is needed."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import street
from tests.factories import at
from tests.street import APO, CODES, HANDAN, NOODLE, ROOT, Street
from yima.adapters.store import open_town
from yima.verbs.doctor import doctor

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")

KILLS = 16
BATCH = 4  # lives of one town before it is examined as a whole
NOW = "2026-11-23T10:00"


def start(folder: Path, *words: str, **more: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "YIMA_NOW": NOW, "YIMA_TOWN": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}
    return subprocess.Popen(
        [sys.executable, "-m", "yima", *words], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def lines(life: int) -> Iterator[str]:
    """Visits of every sort: in order, found, fixed, shut, unlisted, nothing said; each note names its line."""
    chance = random.Random(life)
    number = 0
    while True:
        number += 1
        code = CODES[chance.choice((APO, HANDAN, NOODLE))]
        yield f"{code} " + chance.choice(
            ("ok", f"3:第{life}-{number}行", f"10!:第{life}-{number}行", "关门", f"其他=第{life}-{number}行{'长' * 500}", "", "23 28")
        )


def killed(process: "subprocess.Popen[bytes]", life: int, wait_for_work: bool, after: float) -> list[int]:
    """Feed visits and hear the answers; kill after so many seconds (from the first answer on, or from the start).

    Returns the sequence numbers of the facts whose answer was printed whole.
    """
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    for pipe in (process.stdin, process.stdout):
        os.set_blocking(pipe.fileno(), False)
    fed, waiting, said = lines(life), b"", b""
    started = time.monotonic()
    ends = started + (10 if wait_for_work else after)
    while time.monotonic() < ends:
        waiting = waiting or "".join(f"{next(fed)}\n" for _ in range(50)).encode()
        with contextlib.suppress(BlockingIOError):
            waiting = waiting[os.write(process.stdin.fileno(), waiting) :]
        with contextlib.suppress(BlockingIOError):
            heard = os.read(process.stdout.fileno(), 1 << 20)
            if heard and not said and wait_for_work:
                ends = time.monotonic() + after
            said += heard
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, process.stderr.read().decode()
    os.set_blocking(process.stdout.fileno(), True)
    said += process.stdout.read()
    for pipe in (process.stdin, process.stdout, process.stderr):
        with contextlib.suppress(BrokenPipeError):
            pipe.close()
    whole = said.decode("utf-8", "replace").split("\n")[:-1]  # the last line may be cut
    return [json.loads(line)["fact"]["seq"] for line in whole]


def test_killed_at_any_moment_nothing_confirmed_is_lost_and_nothing_is_half_written(tmp_path: Path) -> None:
    chance = random.Random(4711)
    street.make(tmp_path / "town")
    here = Street(tmp_path / "town")
    confirmed: set[int] = set()
    kills_amid_work = 0
    for life in range(KILLS):
        process = start(here.folder, "scan", "--json", "--by", chance.choice(("王芳", "周明", "李强", "孙倩")))
        seqs = killed(process, life, life % 7 > 0, chance.random() * 0.3)
        kills_amid_work += bool(seqs)
        with open_town(here.folder, fake_clock=True) as store:  # it opens, without any repair
            assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            here_now = {seq for (seq,) in store.db.execute("SELECT seq FROM event")}
            assert set(seqs) <= here_now, "a confirmed visit is lost"
            assert here_now == set(range(1, len(here_now) + 1)), "the chain has a gap"
            confirmed |= set(seqs)
            numbers = [
                number
                for (body,) in store.db.execute("SELECT body FROM event WHERE kind = 'visit.recorded'")
                for number in (one["number"] for one in json.loads(body).get("findings", ()))
            ]
            assert len(numbers) == len(set(numbers)), "a case's number was given twice"
            if life % BATCH == BATCH - 1:
                found = doctor(store, now=at("2026-11-23 10:00"))  # chain, hashes, and the stored state is what the facts make
                assert not found.problems, found.problems
    assert kills_amid_work >= KILLS * 3 // 4, "the kills came before the work: this proves nothing"
    with open_town(here.folder, fake_clock=True) as store:
        counted = store.db.execute("SELECT COUNT(*) FROM event WHERE kind = 'visit.recorded'").fetchone()[0]
        assert len(confirmed) <= counted <= len(confirmed) + KILLS, (
            "at most the one visit that was in hand at each kill is there unconfirmed"
        )
        before = store.db.execute("SELECT * FROM matter ORDER BY object, item, finding").fetchall()
        store.rebuild()
        assert store.db.execute("SELECT * FROM matter ORDER BY object, item, finding").fetchall() == before


def test_killed_while_it_folds_everything_anew_it_folds_again(tmp_path: Path) -> None:
    """A rebuild drops every folded table; killed amid it, they are there as before."""
    chance = random.Random(7)
    street.make(tmp_path / "town")
    here = Street(tmp_path / "town")
    feed = lines(99)
    assert here.run("scan", stdin="".join(next(feed) + "\n" for _ in range(120))).code in (0, 3)
    for _ in range(5):
        process = start(here.folder, "doctor", "--rebuild", "--json")
        time.sleep(0.15 + chance.random() * 0.25)
        process.kill()
        process.communicate()
        with open_town(here.folder, fake_clock=True) as store:
            assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert store.db.execute("SELECT COUNT(*) FROM object").fetchone()[0] == 3
    assert here.run("doctor").code == 0


def test_killed_amid_an_import_all_of_it_is_there_or_nothing(tmp_path: Path) -> None:
    """One import is one transaction; the same import again makes the register whole."""
    street.make(tmp_path / "town")
    here = Street(tmp_path / "town")
    ledger = tmp_path / "shops.csv"
    rows = "".join(f"店{number},荷花路{number + 100}号\n" for number in range(2000))
    ledger.write_text("店名,地址\n" + rows, encoding="utf-8")
    amid = 0
    for wait in (0.0, 0.05, 0.1, 0.2, 0.4):
        process = start(here.folder, "import", "shops", str(ledger), "--by", "顾晓", "--json")
        (here.folder / "data" / "busy").unlink(missing_ok=True)
        while not (here.folder / "data" / "busy").exists() and process.poll() is None:  # it says so when it begins to write
            time.sleep(0.002)
        time.sleep(wait)
        process.kill()
        said, _ = process.communicate()
        with open_town(here.folder, fake_clock=True) as store:
            assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            count = store.db.execute("SELECT COUNT(*) FROM event WHERE kind = 'object.registered'").fetchone()[0] - 3
            registered = store.db.execute("SELECT COUNT(*) FROM object").fetchone()[0] - 3
            kept = store.db.execute("SELECT COUNT(*) FROM kept_import WHERE register = 'shops'").fetchone()[0]
        assert count == registered and count in (0, 2000) and bool(kept) == bool(count), (count, registered, kept)
        assert count == 2000 or not said, "what was said is there"
        amid += count == 0
    assert amid, "no kill came in time"
    again = here.run("import", "shops", str(ledger), "--json", by="顾晓")
    assert again.code == 0
    told = json.loads(again.out)
    assert told["added"] + told["same"] == 2000 and told["rejected"] == 0
    with here.open() as store:
        assert not (here.folder / "data" / "busy").exists(), "the note of who writes is gone"
        assert not doctor(store, now=at("2026-11-23 10:00")).problems


def test_killed_while_founding_a_second_founding_is_not_blocked(tmp_path: Path) -> None:
    """Killed amid `init` there is a whole town, or what is there does not keep the same command from founding it."""
    whole = 0
    waits = (0.0, 0.004, 0.012, 0.03, 0.08, 0.2)
    for number, (wait, first) in enumerate((wait, first) for wait in waits for first in ("modules.yaml", "data")):
        folder = tmp_path / f"镇{number}"
        process = start(folder, "init", str(folder), "--name", "青荷镇", "--admin", "顾晓", YIMA_TOWN="")
        while not (folder / first).exists() and process.poll() is None:  # from the moment on at which it begins to write
            time.sleep(0.001)
        time.sleep(wait)
        process.kill()
        process.communicate()
        status = Street(folder).run("status")
        if status.code == 0:
            whole += 1
            continue
        again = Street(folder).run("init", str(folder), "--name", "青荷镇", "--admin", "顾晓", now="2026-11-23 10:00")
        assert again.code == 0, (wait, sorted(str(path.relative_to(tmp_path)) for path in folder.rglob("*")), status.err, again.err)
        assert Street(folder).run("status").code == 0
        assert Street(folder).run("doctor").code == 0
    assert whole < 2 * len(waits), "no kill came in time"
