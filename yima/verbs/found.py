"""`yima init`: found a town, with the rules and the calendar that come with the program. All of it, or nothing."""

import re
from pathlib import Path

from yima.adapters import catalog
from yima.adapters.calendars import shipped_calendars
from yima.adapters.catalog import FILES
from yima.adapters.store import Store
from yima.adapters.store.founding import found_town, town_stands
from yima.core.results.office import Founded
from yima.errors import BadInput, Unwritable
from yima.i18n import _

LONGEST = 60
LETTERS = re.compile(r"[A-Z][A-Z0-9]{0,5}")


def found(folder: Path, name: str, admin: str, now: int, *, letters: str = "K1", sample: bool = False) -> Founded:
    """Found a town in `folder`. sample: the clock is pretended, so the town proves nothing and its key lies in its own data folder.

    Raises BadInput or Unwritable; then nothing is left behind, and what stood in the folder before is untouched.
    """
    folder = folder.absolute()
    name, admin = _name(name, "--name"), _name(admin, "--admin")
    letters = letters.strip().upper()
    if not LETTERS.fullmatch(letters):
        raise BadInput(_("The letters of a device are like K1, up to six capital letters and digits; not “{0}”.").format(letters))
    if town_stands(folder):
        raise BadInput(_("{0} is a town already; choose another folder.").format(folder))
    made = [path for path in (folder / "data", *(folder / file for file in FILES), *_missing(folder)) if not path.exists()]
    try:
        store = _made(folder, name, admin, now, letters, sample)
    except BaseException:
        for path in made:
            _remove(path)
        raise
    with store:
        return _result(store, folder, name, admin, letters)


def _made(folder: Path, name: str, admin: str, now: int, letters: str, sample: bool) -> Store:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable(_("{0} cannot be written ({1}); choose another folder.").format(error.filename, error.strerror)) from None
    catalog.copy_defaults(folder)
    return found_town(
        folder,
        name=name,
        admin=admin,
        catalogue=catalog.whole(folder),
        calendars=shipped_calendars(),
        now=now,
        sample=sample,
        letters=letters,
    )


def _name(text: str, option: str) -> str:
    """A name as it is kept: trimmed; printable, because it stands on every plate."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST or not text.isprintable() or not any(sign.isalnum() for sign in text):
        raise BadInput(_("{0} must be a name of at most {1} printable characters.").format(option, LONGEST))
    return text


def _missing(folder: Path) -> list[Path]:
    """The folders that founding makes, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _remove(path: Path) -> None:
    """A file, or a folder with nothing in it."""
    try:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    except OSError:
        return


def _result(store: Store, folder: Path, name: str, admin: str, letters: str) -> Founded:
    town = store.town
    years = sorted(town.years)
    key = store.key_path()
    return Founded(
        town.id,
        name,
        str(folder),
        store.settings["person"],
        admin,
        store.device,
        letters,
        len(town.last_catalogue.items),
        (years[0], years[-1]),
        store.sample,
        str(key),
    )
