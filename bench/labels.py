"""A sheet of labels, every one read back, against typesetting the same pages alone. Both run as processes of their own: `python -m bench.labels`."""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.measure import Figure, Options, peak_mb, run, seconds_of
from bench.towns import STREETS, code_of
from yima.adapters import paper
from yima.adapters.paper import Label

STOCK = "24"
TURNS = 3


def measure(options: Options) -> Iterator[Figure]:
    labels = 10_000 if options.full else 2_016
    with tempfile.TemporaryDirectory() as name:
        seconds: dict[str, list[float]] = {"whole": [], "alone": []}
        peak = 0.0
        for _turn in range(1 if options.full else TURNS):
            for part in seconds:
                file = Path(name) / "said"
                run([sys.executable, "-m", "bench.labels", part, str(labels), str(file)])
                took, size = map(float, file.read_text().split())
                seconds[part].append(took)
                peak = max(peak, size if part == "whole" else 0)
    whole, alone = statistics.median(seconds["whole"]), statistics.median(seconds["alone"])
    sizes = f"{labels:,} labels, 24 a sheet"
    yield Figure("labels to PDF, every one read back", whole / alone, 3, f"{whole:.2f} s / {alone:.2f} s", sizes)
    yield Figure("… the largest of its processes", peak / 250, 1, f"{peak:.0f} MB / 250 MB", sizes)


def _labels(count: int) -> list[Label]:
    return [
        Label(code_of(number), f"{STREETS[number % 40][:2]}小吃店{number}", f"{STREETS[number % 40]}{1 + number // 40}号", f"{number:020x}")
        for number in range(count)
    ]


def _whole(count: int) -> float:
    """Seconds of the whole command's work: codes drawn, pages typeset, merged and read back."""
    with tempfile.TemporaryDirectory() as folder:
        return seconds_of(lambda: paper.sheet(_labels(count), stock=STOCK, path=Path(folder) / "sheet.pdf", town="青荷镇", timestamp=0))


def _alone(count: int) -> float:
    """Seconds of typesetting the same pages, two at a time, from data made beforehand."""
    jobs: list[tuple[str, Any]] = []

    def noted(template: str, data: Any, _out: Path, **_more: Any) -> list[Any]:
        jobs.append((template, data))
        return []

    with tempfile.TemporaryDirectory() as folder:
        with patch.multiple(paper, typeset=noted, unread=lambda *_all: [], _merge=lambda *_all: None):
            paper.sheet(_labels(count), stock=STOCK, path=Path(folder) / "sheet.pdf", town="青荷镇", timestamp=0)

        def one(place: int) -> None:
            paper.typeset(*jobs[place], Path(folder) / f"{place}.pdf", timestamp=0)

        with ThreadPoolExecutor(paper.CHILDREN) as pool:
            return seconds_of(lambda: list(pool.map(one, range(len(jobs)))))


if __name__ == "__main__":
    part, count, file = sys.argv[1:]
    took = (_whole if part == "whole" else _alone)(int(count))
    Path(file).write_text(f"{took} {peak_mb()}")
