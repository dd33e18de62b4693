"""The process that typesets one document and ends, because Typst keeps a cache that only grows. Run as a file by `typeset`, never imported.

It imports nothing of the house, so that it starts wherever the house is installed. Its folder holds main.typ and data.json; it leaves
out.pdf and fit.json there, or error.txt: Typst's reason in one line, then file:line of the place at fault and of its callers, as far as Typst
names them.
"""

import os
import re
import sys
from pathlib import Path

import typst

NOWHERE = "http://127.0.0.1:1"  # a proxy that is not there: Typst would fetch a package that a template names, and has no switch against it


def cut_off() -> None:
    """Whatever this process asks a network for fails at once, without a look-up or a packet that leaves the computer."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = NOWHERE


def main(folder: Path, font_folder: str, timestamp: int) -> int:
    """Compile `folder`/main.typ; 0, or 1 when the template is at fault."""
    packages = str(folder / "packages")  # empty: a replaced template brings its files along, nothing comes from this computer or a network
    own_fonts = [str(own) for own in [folder / "fonts"] if own.is_dir()]
    try:
        compiler = typst.Compiler(
            input=str(folder / "main.typ"),
            root=str(folder),
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder, *own_fonts]),
            package_path=packages,
            package_cache_path=packages,
        )
        # A-2b refuses a text without a glyph, which would otherwise be an empty box that nobody notices.
        compiler.compile(output=str(folder / "out.pdf"), format="pdf", timestamp=timestamp, pdf_tags=False, pdf_standards="a-2b")
        fitted = compiler.query("<fit>", field="value")  # from the cache of the same run: no second typesetting
    except typst.TypstError as error:
        places = re.findall(r"─ (.+):(\d+):\d+$", error.diagnostic, re.MULTILINE)  # the first is where it went wrong, then come its callers
        said = [" ".join(error.message.split()), *(f"{Path(file).name}:{line}" for file, line in places)]
        (folder / "error.txt").write_text("\n".join(said), encoding="utf-8")
        return 1
    (folder / "fit.json").write_text(fitted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    cut_off()
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
