"""The floors of the house: imports go down, never up and never sideways."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

FLOORS = ["__version__", "i18n", "errors", "core", "adapters", "verbs", "cli", "__main__"]  # lowest first: the folders are the floors
# Inside a floor, lowest first; what stands together does not import each other. "*" is every other file of that folder.
INSIDE = {
    "core": [
        "sound",
        "model",
        "codes events worktime",
        "town",
        "duty colour",
        "flow plates results",
        "numbers agenda matrix burden notice overload",
    ],
    "adapters": ["catalog", "*"],  # its YAML door serves the table of label stocks too
    "cli": ["words", "frame", "shared", "*", ""],
}
PURE = {
    "__future__", "bisect", "collections", "dataclasses", "datetime", "dateutil", "enum", "functools", "hashlib",
    "itertools", "json", "math", "operator", "re", "sys", "typing", "unicodedata",
    "_sha2", "_sha256",  # what hashlib uses where there is no OpenSSL: 0.8 ms instead of 3.1 at each start
}  # fmt: skip
OWNER = {"typer": "cli", "sqlite3": "adapters.store"}
PACKAGE = Path(__file__).parent.parent / "yima"
TREES = {
    ".".join(p.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): ast.parse(p.read_bytes())
    for p in PACKAGE.rglob("*.py")
}


def room(name: str) -> str:
    """core.flow for core.flow.fold, verbs.scan for verbs.scan.loop: a file, or the folder it grew into; cli for cli.main, a function."""
    parts = name.split(".")[:2]
    known = ".".join(parts)
    return known if any(module == known or module.startswith(known + ".") for module in TREES) else parts[0]


def height(name: str) -> tuple[int, int]:
    floor, _, file = name.partition(".")
    steps = [names.split() or [""] for names in INSIDE.get(floor, ["*"])]
    named = [i for i, files in enumerate(steps) if file in files] or [i for i, files in enumerate(steps) if "*" in files]
    assert named or not file, f"{name} has no place in INSIDE: give it one"
    return FLOORS.index(floor), named[0] if named else -1


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: write imports in full, from yima.core import codes"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_in(here: str, owner: str) -> bool:
    return here == owner or here.startswith(owner + ".")


def fault(here: str, name: str) -> str:
    """What is wrong with `here` importing `name`; nothing if it may."""
    top, there = name.split(".")[0], room(".".join(name.split(".")[1:]))
    if name == "yima":  # its folder, no room
        return ""
    if top == "yima":
        if there != here and height(there) >= height(here):
            return f"{here} may not import {there}"
        return f"{here}: the core speaks no language" if is_in(here, "core") and there == "i18n" else ""
    if not is_in(here, OWNER.get(top, here)):
        return f"{here} may not import {top}: ask {OWNER[top]}"
    return f"{here} must stay pure, but imports {top}" if is_in(here, "core") and top not in PURE else ""


def test_imports_only_go_down() -> None:
    assert "cli" in TREES, "no code found: this test would prove nothing"
    found = {fault(room(module), name) for module, tree in TREES.items() for name in imports(tree)} - {""}
    assert not found, "\n".join(sorted(found))


def test_the_floors_test_sees_what_is_forbidden() -> None:
    for here, name in (
        ("core.flow", "yima.adapters.render"),  # up
        ("core.codes", "yima.core.events.Visit"),  # sideways
        ("core.flow", "yima.i18n._"),
        ("core.flow", "time.time"),
        ("verbs.scan", "typer.Exit"),
        ("verbs.scan", "yima.verbs.sweep.sweep"),
        ("adapters.ledger", "sqlite3.connect"),
        ("cli.own", "yima.cli.main"),
        ("cli.frame", "yima.cli.own"),
    ):
        assert fault(here, name), f"{here} imports {name}"
    assert not fault("cli.own", "typer.Option")
    assert not fault("adapters.store", "sqlite3.connect")


def file_of(name: str) -> str:
    """The file that an import means: core.flow.rounds for yima.core.flow.rounds.Round; "" where it is none of ours."""
    parts = name.split(".")[1:] if name.startswith("yima.") else []
    return next((file for end in range(len(parts), 0, -1) if (file := ".".join(parts[:end])) in TREES), "")


def test_no_files_import_each_other_in_a_circle() -> None:
    """Also where an import stands inside a function: what needs each other belongs together."""
    imported = {module: {file_of(name) for name in imports(tree)} - {module, ""} for module, tree in TREES.items()}
    assert "core.flow.rounds" in imported["core.flow"], "no import found: this test would prove nothing"
    TopologicalSorter(imported).prepare()


def test_core_reads_no_clock() -> None:
    for module in (module for module in TREES if is_in(module, "core")):
        for node in ast.walk(TREES[module]):
            assert getattr(node, "attr", None) not in {"now", "today", "utcnow"}, f"{module}: take `now` as an argument"
