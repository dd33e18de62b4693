"""What the rows share: a figure with its bar, interleaved timing, child processes with their peak memory, the folder of kept files."""

import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from yima.core.flow import FOLD

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".bench"  # on the disk of the repository, never in memory: a durable commit costs nothing on tmpfs
YIMA = [sys.executable, "-c", "import sys; from yima.cli import main; sys.exit(main())"]  # what the installed script `yima` says
BARE = [sys.executable, "-c", "import typer\napp = typer.Typer()\n@app.command()\ndef nothing() -> None:\n    pass\napp()"]


class Figure(NamedTuple):
    """One line of the table. ratio: measured against something bare; bar: what it may be, None = for information.

    less_is_better: False for a bar that is a floor. sizes: how much, of what. said: both sides in their own units.
    """

    what: str
    ratio: float
    bar: float | None
    said: str
    sizes: str
    less_is_better: bool = True

    @property
    def holds(self) -> bool:
        return self.bar is None or (self.ratio <= self.bar if self.less_is_better else self.ratio >= self.bar)


class Options(NamedTuple):
    """How much to measure: the sizes of every day, those of DESIGN (`--full`), and a city (`--huge`)."""

    full: bool = False
    huge: bool = False


def environment() -> dict[str, str]:
    """The environment of a measured process: byte code may be kept, nothing of the user's own settings."""
    dropped = {"PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME", "PYTHONUTF8"}
    return {name: value for name, value in os.environ.items() if name not in dropped and not name.startswith("YIMA_")} | {
        "PYTHONPATH": str(ROOT)
    }


def run(argv: Sequence[str], cwd: Path = ROOT, now: str = "") -> float:
    """Wall seconds of a process from its start to its end, with nothing on its input. now: stands in for its clock (a sample town).

    Raises RuntimeError with what it said when it fails.
    """
    env = environment() | ({"YIMA_NOW": now} if now else {})
    started = time.perf_counter()
    ended = subprocess.run(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    seconds = time.perf_counter() - started
    if ended.returncode:
        raise RuntimeError(f"{' '.join(argv[3:]) or argv[0]}: exit {ended.returncode}\n{ended.stderr.decode(errors='replace')}")
    return seconds


def peak_mb() -> float:
    """The greatest resident size so far of this process, or of one that it waited for. 0 where the system does not say.

    Not ru_maxrss of this process: that begins with the size of whoever started it.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def seconds_of(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def interleaved(one: Callable[[int], float], other: Callable[[int], float], pairs: int) -> tuple[float, float, float]:
    """Medians of both, and the median of their ratios: A B A B …, so that a busy machine slows down both.

    one, other: the number of the pair -> seconds. The first pair warms up and is not counted.
    """
    one(0), other(0)
    found = [(one(number), other(number)) for number in range(1, pairs + 1)]
    return (
        statistics.median(first for first, _second in found),
        statistics.median(second for _first, second in found),
        statistics.median(first / second for first, second in found),
    )


def kept(name: str, build: Callable[[Path], None], *sources: Path) -> Path:
    """A folder under .bench that `build` fills, kept until a source or the fold's number changes. Its name carries their digest."""
    digest = hashlib.sha256(str(FOLD).encode())
    for source in (*sources, Path(__file__).with_name("towns.py")):
        digest.update(source.read_bytes())
    folder = KEPT / f"{name}-{digest.hexdigest()[:12]}"
    if folder.is_dir():
        return folder
    for old in KEPT.glob(f"{name}-*"):
        shutil.rmtree(old)
    part = KEPT / f"part-{name}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    print(f"  building {name} …", file=sys.stderr, flush=True)
    build(part)
    part.rename(folder)
    return folder


def copied(folder: Path, name: str) -> Path:
    """A fresh copy of a kept folder to write in."""
    target = KEPT / "work" / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return target
