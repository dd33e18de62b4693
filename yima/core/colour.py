"""Four colours (DESIGN §8). A colour is written as instants; these functions compare them with `now` and count groups of objects.

Our own default throughout: no standard that we know fixes four colours; the thresholds are town data (`colours` in modules.yaml).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from yima.core.model import COLOURS

RANK = {colour: rank for rank, colour in enumerate(COLOURS)}


class Counts(NamedTuple):
    """Objects of a group by colour, and what makes it red whatever the shares."""

    red: int = 0
    yellow: int = 0
    blue: int = 0
    green: int = 0
    grey: int = 0
    hazard: bool = False  # an overdue hazard (F4)
    unanswered: bool = False  # a 督查 past its answer limit

    @property
    def total(self) -> int:
        return self.red + self.yellow + self.blue + self.green + self.grey


def colour_at(base: str, yellow_at: int | None, red_at: int | None, now: int) -> str:
    """The colour at `now`, as long as no new fact arrives. Instants in ms, None = never; compared with >=."""
    if red_at is not None and now >= red_at:
        return "red"
    if yellow_at is not None and now >= yellow_at and RANK[base] < RANK["yellow"]:
        return "yellow"
    return base


def since(base_since: int, yellow_at: int | None, red_at: int | None, base: str, now: int) -> int:
    """Since when it has this colour: the instant passed, else the one of the fact that set it."""
    colour = colour_at(base, yellow_at, red_at, now)
    if colour == "red" and red_at is not None:
        return red_at
    if colour == "yellow" and base != "yellow" and yellow_at is not None:
        return yellow_at
    return base_since


def worse(one: str, other: str) -> str:
    return one if RANK[one] >= RANK[other] else other


def worst(colours: Iterable[str]) -> str:
    """The worst of some colours; grey for none."""
    return max(colours, key=RANK.__getitem__, default="grey")


def group_colour(counts: Counts, thresholds: Mapping[str, int], *, town: bool = False) -> str:
    """The colour of a group below the town, or of the town, which goes by shares alone.

    thresholds: group_red_permille (30) and group_yellow_permille (10), town data; shares are of all objects of the group.
    """
    total = counts.total
    if not total or counts.grey == total:
        return "grey"
    red_share, yellow_share = thresholds.get("group_red_permille", 30), thresholds.get("group_yellow_permille", 10)
    if counts.red * 1000 >= red_share * total or (not town and (counts.hazard or counts.unanswered)):
        return "red"
    if (counts.red + counts.yellow) * 1000 >= yellow_share * total:
        return "yellow"
    return "green"
