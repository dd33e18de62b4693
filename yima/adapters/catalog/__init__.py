"""The rules that people edit (modules.yaml, roles.yaml, claims.yaml): read with every fault at once, copied into a town, a claim added."""

from pathlib import Path

from yima.adapters.catalog.body import FILES, read, whole
from yima.adapters.catalog.claims import add_claim
from yima.adapters.catalog.text import Fault
from yima.errors import Damaged, Unwritable
from yima.i18n import _

__all__ = ["FILES", "Fault", "add_claim", "copy_defaults", "defaults", "read", "whole"]


def defaults() -> Path:
    """The folder of the three files that come with the program: inside the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parent.parent.parent
    for folder in (package / "rules", package.parent):
        if all((folder / file).is_file() for file in FILES):
            return folder
    raise Damaged(_("The program's own rules (modules.yaml, roles.yaml, claims.yaml) are missing; install yima again."))


def copy_defaults(folder: Path) -> None:
    """Write the three files into a town folder; a file that is there stays as it is. Raises Unwritable where it cannot be written."""
    source = defaults()
    for file in FILES:
        target, new = folder / file, folder / f"{file}.new"
        try:
            if not target.exists():
                new.write_bytes((source / file).read_bytes())
                new.replace(target)  # whole or not at all: half a file of rules would be read as all of them
        except OSError as error:
            what = _("{file} cannot be written into {folder}; look at its rights and at the free space.")
            raise Unwritable(what.format(file=file, folder=folder)) from error
