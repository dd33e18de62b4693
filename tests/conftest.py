"""What every test gets: no settings of the person who runs it, an own configuration folder, and golden files."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

for name in [name for name in os.environ if name.startswith("YIMA_") and name != "YIMA_LEDGERS"]:
    del os.environ[name]  # before yima is imported: it settles its language then

from tests import street  # noqa: E402
from yima.adapters.store import Store, place  # noqa: E402

settings.register_profile("yima", deadline=None)  # a busy machine is no defect
settings.load_profile("yima")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew, with the tests that use them")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--golden"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
            patch.setenv(name, home)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """What a test writes in its own process need not survive a power cut; processes of their own (tests/test_kill.py) do wait."""

    def connect(path: Path) -> sqlite3.Connection:
        db = place.connect(path)
        db.execute("PRAGMA synchronous = OFF")
        return db

    with pytest.MonkeyPatch.context() as patch:
        for module in ("yima.adapters.store.connect", "yima.adapters.store.founding.connect"):
            patch.setattr(module, connect)
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("status.txt", text)` compares with tests/golden/status.txt, or writes it (`make golden`)."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.read_text(encoding="utf-8") == text, f"{name} differs; if that is meant, run make golden"

    return compare


@pytest.fixture(scope="session")
def made_street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street of tests/street.py, made once; nobody writes to it."""
    folder = tmp_path_factory.mktemp("street") / "town"
    street.make(folder)
    return folder


@pytest.fixture
def here(made_street: Path, tmp_path: Path) -> street.Street:
    """A copy of the street of one's own."""
    return street.copy_of(made_street, tmp_path / "town")


@pytest.fixture
def store(here: street.Street) -> Iterator[Store]:
    """That copy, open."""
    with here.open() as opened:
        yield opened
