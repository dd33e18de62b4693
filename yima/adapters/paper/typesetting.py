"""One template and its data become a PDF file, in a process of its own that reaches nothing but its folder; whose fault it is when it fails."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from yima.adapters.paper.glyphs import Face, font_file
from yima.adapters.paper.stocks import TEMPLATES
from yima.errors import BadInput, Unwritable
from yima.i18n import _

COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
PACKAGE = re.compile(rb'\b(?:import|include)\b[\s(]*"@')
NO_PACKAGE = ("failed to download package", "failed to load package", "package not found")  # Typst's words where it looked for one


class Templates(NamedTuple):
    """The templates of a run. bodies: those that can be read; used: the names that `template` leads to, itself first, then in turn.

    own: of which files are the town's, by name. Ours are the others.
    """

    template: str
    bodies: Mapping[str, bytes]
    used: Sequence[str]
    own: Mapping[str, Path]


def typeset(
    template: str, data: Mapping[str, Any], out: Path, *, timestamp: int, templates: Path | None = None, face: Face | None = None
) -> list[Any]:
    """Typeset one template with `data` (as JSON: never markup) to the PDF file `out`, in a process of its own.

    face: a font that the template may use beside the packaged one.
    Returns the values of the template's <fit> elements. A fault in a template raises BadInput; a process that dies raises Unwritable.
    """
    gathered = _gathered(template, templates)
    with tempfile.TemporaryDirectory(prefix="yima-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for called, body in gathered.bodies.items():
            (folder / called).write_bytes(body)
        (folder / "main.typ").write_bytes(gathered.bodies[template])
        if face is not None:
            (folder / "fonts").mkdir()
            shutil.copyfile(face.file, folder / "fonts" / f"own{face.file.suffix}")
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        # -P: the child's own folder is not searched for modules, else a file of ours could stand in for a library.
        child = [sys.executable, "-P", "-X", "utf8", str(Path(__file__).with_name("child.py"))]
        run = subprocess.run([*child, str(folder), str(font_file().parent), str(timestamp)], capture_output=True, stdin=subprocess.DEVNULL)
        fault = folder / "error.txt"
        if fault.exists():
            reason, *places = [*fault.read_text(encoding="utf-8").splitlines(), ""]
            raise _at_fault(gathered, reason.replace(f"{folder}/", "").replace(f"{folder}\\", "").rstrip(".。"), [*filter(None, places)])
        if run.returncode:
            raise Unwritable(_("Typesetting broke off (code {code}); close other programs and try again.").format(code=run.returncode))
        shutil.copyfile(folder / "out.pdf", out)
        fitted: list[Any] = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
        return fitted


# -- the files


def _gathered(template: str, templates: Path | None) -> Templates:
    """Every template, ours and the town's. Raises BadInput where `template`, or one that it names, cannot be used."""
    files = {file.name: file for source in (TEMPLATES, templates) if source is not None for file in _files(source)}
    if template not in files:
        sentence = _("There is no template {template}; put it into the templates folder, or correct the table of stocks.")
        raise BadInput(sentence.format(template=template))
    bodies: dict[str, bytes] = {}
    unusable: dict[str, BadInput] = {}
    for name, file in files.items():
        try:
            bodies[name] = _body(file)
        except BadInput as error:  # it matters only where it is used: a fault in the card stops no label
            unusable[name] = error
    used = [template]
    for name in used:
        if name in unusable:
            raise unusable[name]
        _no_package(files[name], bodies[name])
        used += [other for other in files if other not in used and other.encode() in bodies[name]]
    return Templates(template, bodies, used, {name: file for name, file in files.items() if file.parent == templates})


def _files(source: Path) -> list[Path]:
    """The templates of a folder, without links that would let one read what lies elsewhere."""

    def is_inside(file: Path) -> bool:
        try:
            return file.resolve().is_relative_to(source.resolve())
        except (OSError, RuntimeError):  # links in a circle
            return False

    return [file for file in sorted(source.glob("*.typ")) if is_inside(file)]


def _body(file: Path) -> bytes:
    if file.is_dir():
        raise BadInput(_("{file} is a folder, where a template should be; rename it or move it away.").format(file=file))
    try:
        if file.is_file():  # a pipe would wait for ever
            return file.read_bytes()
    except OSError:
        pass
    raise BadInput(_("The template {file} cannot be read; look at its rights, or move it away.").format(file=file))


def _no_package(file: Path, body: bytes) -> None:
    """Refuse what is to come from a network before Typst sees it. Whatever else gets as far is stopped in the child."""
    plain = COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), body)
    if (found := PACKAGE.search(plain)) is not None:
        raise _packaged(file, plain.count(b"\n", 0, found.end()) + 1)


# -- whose fault it is


def _packaged(file: Path | str, line: int | str) -> BadInput:
    sentence = _(
        "{file}, line {line}, asks for a package, and a template gets nothing from a network; take the line out, or put what it needs"
        " into the templates folder as a .typ file."
    )
    return BadInput(sentence.format(file=file, line=line))


def _at_fault(gathered: Templates, reason: str, places: Sequence[str]) -> BadInput:
    """The fault with the file that a town can mend. places: name:line of where it went wrong, then of its callers."""
    named = [(name if name != "main.typ" else gathered.template, line) for name, _colon, line in (one.rpartition(":") for one in places)]
    file, line = next(((gathered.own[name], line) for name, line in named if name in gathered.own), (None, ""))
    if file is not None:
        if reason.startswith(NO_PACKAGE):
            return _packaged(file, line)
        sentence = (
            _(
                "The template {file} cannot be typeset at line {line} (the typesetter says: {reason}); mend that line, or delete the file to"
                " use the packaged template."
            )
            if (TEMPLATES / file.name).is_file()
            else _("The template {file} cannot be typeset at line {line} (the typesetter says: {reason}); mend that line.")
        )
        return BadInput(sentence.format(file=file, line=line, reason=reason))
    own = [gathered.own[name] for name in gathered.used if name in gathered.own]
    if not own:
        sentence = _("The packaged template {template} cannot be typeset (the typesetter says: {reason}); install yima anew, or report it.")
        return BadInput(sentence.format(template=gathered.template, reason=reason))
    if not named or gathered.template in gathered.own:
        sentence = _("The template {file} cannot be typeset (the typesetter says: {reason}); mend it.")
        return BadInput(sentence.format(file=own[0], reason=reason))
    name, line = named[0]
    said = [*gathered.bodies.get(name, b"").splitlines(), *[b""] * int(line)][int(line) - 1]
    sentence = _(
        "The template {file} does not go with the packaged {packaged}, line {line} (the typesetter says: {reason}); mend it, or delete the"
        " file to use the packaged one."
    )
    file = min(own, key=lambda one: one.name.encode() not in said)  # `#import "fit.typ": fit` names the one that lacks something
    return BadInput(sentence.format(file=file, packaged=name, line=line, reason=reason))
