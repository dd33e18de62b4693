"""The process that typesets one document and ends, because Typst keeps a cache that only grows. Run as a file by `typeset`, never imported.

It imports nothing of the house, so that it starts wherever the house is installed. Its folder holds main.typ and data.json; it leaves
out.pdf and fit.json there, or error.txt: the file and line at fault ("" where Typst names none), then Typst's reason.
"""

import re
import sys
from pathlib import Path

import typst


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
        place = re.search(r"─ (.+):(\d+):\d+$", error.diagnostic, re.MULTILINE)  # the first is where it went wrong, then come its callers
        where = f"{Path(place[1]).name}:{place[2]}" if place is not None else ""
        (folder / "error.txt").write_text(f"{where}\n{error.message}", encoding="utf-8")
        return 1
    (folder / "fit.json").write_text(fitted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
