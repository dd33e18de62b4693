"""Whole processes of the street against a bare Typer command that does nothing."""

from collections.abc import Callable, Iterator

from bench.measure import BARE, YIMA, Figure, Options, copied, interleaved, run
from bench.towns import HANDLER, HAZARD, code_of, town_of

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
PAIRS, FEW = 31, 7
SIZES = f"{SHOPS:,} shops, {POINTS:,} points, {PEOPLE} people"


def measure(options: Options) -> Iterator[Figure]:
    town = copied(town_of(SHOPS, POINTS, PEOPLE), "startup")

    def figure(what: str, bar: float | None, pairs: int, words: Callable[[int], list[str]]) -> Figure:
        ours, bare, ratio = interleaved(lambda pair: run([*YIMA, *words(pair)], cwd=town), lambda _pair: run(BARE, cwd=town), pairs)
        return Figure(what, ratio, bar, f"{ours * 1000:.0f} ms / {bare * 1000:.0f} ms", SIZES)

    yield figure("scan CODE --ok, whole process", 1.25, PAIRS, lambda pair: ["scan", code_of(pair), "--ok"])
    yield figure("noop", None, FEW, lambda _pair: ["noop"])
    for number in range(FEW + 1):
        run([*YIMA, "scan", code_of(PAIRS + 1 + number), "-f", HAZARD], cwd=town)
    yield figure("dispose CASE accept", None, FEW, lambda pair: ["dispose", f"K1-{pair + 1:04}", "accept", "--by", HANDLER])
    yield figure("todo", None, FEW, lambda _pair: ["todo"])
    yield figure("sweep, nothing due", None, FEW, lambda _pair: ["sweep", "--by", "顾晓"])
