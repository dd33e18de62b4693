"""Mappings that read a row when asked, so that a scan never loads what it does not need."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yima.adapters.store import rows
from yima.core.model import Catalogue
from yima.core.town import RosterRow, Versions


class People(dict[str, Versions]):
    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def __missing__(self, id_: str) -> Versions:
        row = self.db.execute("SELECT versions FROM person WHERE id = ?", (id_,)).fetchone()
        self[id_] = rows.versions_of(row[0], rows.person_of) if row else ()
        return self[id_]

    def get(self, id_: str, default: Any = None) -> Any:
        return self[id_]

    def items(self) -> Any:
        for (id_,) in self.db.execute("SELECT id FROM person ORDER BY id").fetchall():
            self[id_]
        return super().items()


class Catalogues(dict[str, Catalogue]):
    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def __missing__(self, digest: str) -> Catalogue:
        row = self.db.execute("SELECT slim FROM catalogue WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise KeyError(digest)
        texts = Texts(self.db, digest)
        self[digest] = rows.catalogue_from(row[0], lambda no: TextsOf(texts, no))
        return self[digest]

    def __contains__(self, digest: object) -> bool:
        return self.get(str(digest)) is not None

    def get(self, digest: str, default: Any = None) -> Any:
        try:
            return self[digest]
        except KeyError:
            return default


class Texts:
    """The long texts of one catalogue's items, read from its publishing fact when the first is asked for."""

    def __init__(self, db: sqlite3.Connection, digest: str) -> None:
        self.db, self.digest, self.items = db, digest, dict[int, Mapping[str, Any]]()

    def of(self, no: int) -> Mapping[str, Any]:
        if not self.items:
            row = self.db.execute("SELECT body FROM event WHERE subject = ? AND kind = 'catalogue.published'", (self.digest,)).fetchone()
            self.items = {item["no"]: item for item in json.loads(row[0])["items"]}
        return self.items[no]


class TextsOf(Mapping[str, Any]):
    def __init__(self, texts: Texts, no: int) -> None:
        self.texts, self.no = texts, no

    def __getitem__(self, key: str) -> Any:
        return self.texts.of(self.no)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts.of(self.no))

    def __len__(self) -> int:
        return len(self.texts.of(self.no))


class Years(Mapping[int, tuple[Sequence[str], Sequence[str]]]):
    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._years: dict[int, tuple[Sequence[str], Sequence[str]]] | None = None

    def _all(self) -> dict[int, tuple[Sequence[str], Sequence[str]]]:
        if self._years is None:
            raw = json.loads(self.db.execute("SELECT value FROM town_part WHERE name = 'years'").fetchone()[0])
            self._years = {int(year): (days[0], days[1]) for year, days in raw.items()}
        return self._years

    def __getitem__(self, year: int) -> tuple[Sequence[str], Sequence[str]]:
        return self._all()[year]

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Rosters(Mapping[str, tuple[RosterRow, ...]]):
    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._rosters: dict[str, tuple[RosterRow, ...]] | None = None

    def _all(self) -> dict[str, tuple[RosterRow, ...]]:
        if self._rosters is None:
            raw = json.loads(self.db.execute("SELECT value FROM town_part WHERE name = 'rosters'").fetchone()[0])
            self._rosters = {dept: tuple((row[0], row[1], row[2], row[3], row[4]) for row in some) for dept, some in raw.items()}
        return self._rosters

    def __getitem__(self, dept: str) -> tuple[RosterRow, ...]:
        return self._all()[dept]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
