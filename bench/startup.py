"""Whole processes of the street against a bare Typer command that does nothing."""

from collections.abc import Iterator
from pathlib import Path

from bench.measure import BARE, YIMA, Figure, Options, copied, interleaved, run
from bench.towns import code_of, town_of

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
PAIRS = 31
SIZES = f"{SHOPS:,} shops, {POINTS:,} points, {PEOPLE} people"


def measure(options: Options) -> Iterator[Figure]:
    town = copied(town_of(SHOPS, POINTS, PEOPLE), "startup")
    yield _figure("scan CODE --ok, whole process", town, 1.25, PAIRS, lambda pair: ["scan", code_of(pair), "--ok"])
    for name in ("noop", "todo", "sweep"):
        yield _figure(f"{name}, whole process", town, None, 9, lambda _pair, name=name: [name])  # type: ignore[misc]


def _figure(what, town: Path, bar, pairs, words) -> Figure:
    def ours(pair: int) -> float:
        return run([*YIMA, *words(pair)], cwd=town).seconds

    one, other, ratio = interleaved(ours, lambda _pair: run(BARE, cwd=town).seconds, pairs)
    return Figure(what, ratio, bar, f"{one * 1000:.1f} ms / {other * 1000:.1f} ms", SIZES)
