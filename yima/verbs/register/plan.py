"""What an import will write, worked out before anything is written."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from yima.core.events import ObjectRegistered


@dataclass
class Plan:
    """new: objects that nobody has named yet, each with its canonical bytes; facts: all the rest, in the order of writing.

    said: what the ledger says of each now. phones: private, for a kept table. rejected: (line, reason).
    changes: (line, name, names of the fields that differ).
    """

    new: list[tuple[str, ObjectRegistered, bytes]] = field(default_factory=list)
    facts: list[tuple[str, str, Any]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    changes: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    same: int = 0


_encode = msgspec.json.Encoder(order="sorted").encode  # the same bytes as events.canonical, five times faster


def text_of(fields: dict[str, Any]) -> bytes:
    """What a ledger says of one thing, in canonical bytes: kept, to be compared with what it says the next time. Nothing in it is empty."""
    return _encode(fields)
