"""`python -m bench [NAME…] [--full] [--huge]`: measure the rows, print one table, exit with 1 when a bar does not hold."""

import shutil
import sys
from importlib import import_module

from bench.measure import KEPT, Figure, Options

# The rows of DESIGN's table, each a module with `measure`; the merge of facts follows with `yima sync`.
ROWS = ("startup", "loop", "sweep", "status", "publish", "matrix", "rebuild", "labels", "wear", "ledger")
HEADER = ("what", "ratio", "bar", "", "measured / bare", "sizes")


def main(words: list[str]) -> int:
    names = [word for word in words if not word.startswith("-")]
    if unknown := [word for word in words if word not in (*ROWS, "--full", "--huge")]:
        print(f"bench: {' '.join(unknown)}? The rows are {' '.join(ROWS)}; --full and --huge measure larger sizes.", file=sys.stderr)
        return 2
    options = Options("--full" in words or "--huge" in words, "--huge" in words)
    figures: list[Figure] = []
    for name in names or ROWS:
        print(f"  {name} …", file=sys.stderr, flush=True)
        figures += import_module(f"bench.{name}").measure(options)
    shutil.rmtree(KEPT / "work", ignore_errors=True)
    print(table(figures))
    return 0 if all(figure.holds for figure in figures) else 1


def table(figures: list[Figure]) -> str:
    """The figures in aligned columns; a line that does not hold its bar says so."""
    rows = [HEADER, *(_row(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADER))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "≤" if figure.less_is_better else "≥"
    bar = "–" if figure.bar is None else f"{sign} {figure.bar:g}"
    verdict = "" if figure.bar is None else "holds" if figure.holds else "DOES NOT HOLD"
    return figure.what, f"{figure.ratio:.2f}", bar, verdict, figure.said, figure.sizes


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
