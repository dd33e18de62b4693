"""Files for people: several that belong together, each whole or not at all."""

from collections.abc import Callable, Sequence
from pathlib import Path

from yima.errors import Unwritable
from yima.i18n import _


def write_all(folder: Path, files: Sequence[tuple[str, Callable[[], bytes]]]) -> tuple[str, ...]:
    """Write the files (name, what makes its bytes) into the folder and give back their paths. Raises Unwritable."""
    paths = [folder / name for name, _make in files]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, (_name, make) in zip(paths, files, strict=True):
            half = path.with_name(path.name + ".part")
            half.write_bytes(make())
            half.replace(path)
    except OSError as error:
        raise Unwritable(_("{0} cannot be written ({1}); choose another folder with -o.").format(folder, error.strerror)) from None
    return tuple(str(path) for path in paths)
