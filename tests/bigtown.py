"""A made-up town of full size: 3,000 shops, 5,000 points, 2,000 houses, some roads, sites, waste points and stalls, 200 people. Always the same.

24 grids of six streets: eight in the middle with most of the shops, sixteen outside with all the houses; 12 villages, each over two grids.
Nothing here is registered anywhere; a test that needs a database registers it itself.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from yima.core.model import Object, Person, RoleOf

GRIDS = tuple(f"第{number:02d}网格" for number in range(1, 25))
VILLAGES = tuple(f"{name}村" for name in ("东", "西", "南", "北", "上", "下", "前", "后", "新", "老", "大", "小"))
CENTRE, STREETS = 8, 6  # grids in the middle; streets of a grid
KINDS = {  # how many of each kind, and which part of them lies in the middle
    "shop": (3000, 0.6), "point": (5000, 0.4), "house": (2000, 0.0), "road": (72, 0.4), "site": (40, 0.0), "waste_point": (160, 0.4),
    "stall": (120, 1.0),
}  # fmt: skip
# Of 100 shops; the trades of the shipped rules.
TRADES = {
    "catering": 21, "food_retail": 16, "retail": 19, "service": 13, "repair": 6, "lodging": 2, "entertainment": 2, "education": 3,
    "medical": 3, "office": 4, "logistics": 2, "warehouse": 2, "vacant": 4, "other": 3,
}  # fmt: skip


class Crew(NamedTuple):
    """People of one role: how many, of which department, and what they are shared out by: "" = all are there for the whole town, "grid" and
    "village" = each has an equal part of these, a kind of object = each has neighbouring streets that hold an equal part of these."""

    role: str
    count: int
    dept: str
    by: str = ""


# What a town of this size has: about 50 officers of its departments, as many inspectors and patrols, hired crews, villages.
CREWS = (
    Crew("town_leader", 3, ""),
    *(Crew("dept_leader", 1, dept) for dept in (
        "cg", "mr", "police", "cjb", "planning", "pingan", "safety", "agri", "housing", "env", "water", "biz", "ucc")),
    Crew("admin", 2, "ucc"),
    Crew("data_clerk", 2, "ucc"),
    Crew("cg_officer", 12, "cg", "grid"),
    Crew("mr_officer", 6, "mr"),
    Crew("police", 8, "police", "grid"),
    Crew("fire_officer", 2, "fire"),
    *(Crew("dept_staff", count, dept) for dept, count in (
        ("cjb", 3), ("planning", 2), ("pingan", 2), ("safety", 2), ("agri", 1), ("housing", 2), ("env", 1), ("water", 2), ("food", 1))),
    Crew("service_agent", 3, "biz"),
    Crew("grid_inspector", 40, "ucc", "point"),
    Crew("street_patrol", 24, "cg", "shop"),
    Crew("patrol_3p", 6, "cg"),
    Crew("sanitation_crew", 12, "cjb", "shop"),
    Crew("parking_crew", 18, "cjb", "point"),
    Crew("road_contractor", 3, "cjb"),
    Crew("drain_contractor", 3, "water"),
    Crew("supervision_3p", 2, "planning"),
    Crew("survey_3p", 1, "planning"),
    Crew("property_staff", 4, ""),
    Crew("bike_operator", 2, ""),
    Crew("gas_company", 2, ""),
    Crew("contractor", 1, ""),
    Crew("sign_contractor", 1, ""),
    Crew("village_cadre", 12, "", "village"),
    Crew("volunteer", 1, "", "village"),
    Crew("self_gov_group", 1, "", "shop"),
)  # fmt: skip


def sign(text: str) -> str:
    """20 hex digits, as an id is."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _share(kind: str) -> list[int]:
    """How many things of a kind each grid has: their part in the eight grids of the middle, uneven by up to a seventh."""
    count, in_centre = KINDS[kind]
    weights = [
        (in_centre / CENTRE if number < CENTRE else (1 - in_centre) / (len(GRIDS) - CENTRE)) * (1 + (number * 5 % 7 - 3) / 21)
        for number in range(len(GRIDS))
    ]
    ends = [round(count * sum(weights[: number + 1]) / sum(weights)) for number in range(len(GRIDS))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def objects() -> list[Object]:
    """All that carries a code."""
    return [one for kind in KINDS for one in _of_kind(kind)]


def _of_kind(kind: str) -> Iterator[Object]:
    bag = [trade for trade, share in TRADES.items() for _ in range(share)]
    number = 0
    for place, many in enumerate(_share(kind)):
        for inside in range(many):
            trade = bag[number * 37 % len(bag)] if kind == "shop" else ""
            street, grid, village = _street(place, inside * STREETS // many), GRIDS[place], VILLAGES[place // 2]
            yield Object(sign(f"{kind} {number}"), kind, f"{kind}{number}", street, str(number), grid=grid, village=village, trade=trade)
            number += 1


def _street(grid: int, number: int) -> str:
    return f"{grid + 1:02d}{'甲乙丙丁戊己'[number]}路"


@cache
def _streets(kind: str) -> Counter[str]:
    """How many things of a kind stand on each street, in the order of the grids."""
    return Counter(one.street for one in _of_kind(kind))


def people() -> list[Person]:
    """The 200. Owners are there by their tenancies and need no registration."""
    found = []
    for crew in CREWS:
        for number in range(crew.count):
            name = f"{crew.role}{crew.dept}{number + 1:02d}"
            places = _places(crew, number)
            found.append(Person(sign(f"person {name}"), name, dept=crew.dept, roles=(RoleOf(crew.role, **places),)))
    return found


def _places(crew: Crew, number: int) -> dict[str, tuple[str, ...]]:
    """The places of one of a crew."""
    if not crew.by:
        return {}
    if crew.by in ("grid", "village"):
        places = GRIDS if crew.by == "grid" else VILLAGES
        return {f"{crew.by}s": places[number * len(places) // crew.count : (number + 1) * len(places) // crew.count]}
    streets = _streets(crew.by)
    before, mine = 0, []
    for street, many in streets.items():
        if (2 * before + many) * crew.count // (2 * streets.total()) == number:  # the street's middle lies in this one's part
            mine.append(street)
        before += many
    return {"streets": tuple(mine)}
