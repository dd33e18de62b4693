"""From publishing new rules to a fresh `yima status` of the whole town: every object is folded anew once. For information, no bar.

What it is compared with is the same `status` afterwards, when nothing is stale.
"""

import copy
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import YIMA, Figure, Options, copied, run, seconds_of
from bench.towns import code_of, rules, town_of
from yima.adapters.store import Store, look, open_town
from yima.core import events

SHOPS, POINTS, PEOPLE = 3_000, 5_000, 200
TURNS = 3


def measure(options: Options) -> Iterator[Figure]:
    town = copied(town_of(SHOPS, POINTS, PEOPLE), "publish")
    run([*YIMA, "scan", code_of(0), "--ok"], cwd=town)  # somebody was somewhere
    whole, publishing, again = sorted(_turn(town, number) for number in range(TURNS))[TURNS // 2]
    with open_town(town) as store:
        items = len(store.town.last_catalogue.items)
    said = f"{whole:.1f} s (publishing {publishing:.2f} s) / {again * 1000:.0f} ms"
    yield Figure("publish, then a fresh status", whole / again, None, said, f"{SHOPS + POINTS:,} objects, {items} items")


def _turn(town: Path, number: int) -> tuple[float, float, float]:
    """Seconds from publishing to a fresh status, of publishing alone, and of the next status."""
    body = copy.deepcopy(rules())
    body["town"] = {**body["town"], "visit_budget": 8 + number}  # other rules, in a trifle
    raw = events.canonical(events.lean(body))
    with open_town(town) as store:
        publishing = seconds_of(lambda: _publish(store, raw))
    fresh = run([*YIMA, "status"], cwd=town)
    return publishing + fresh, publishing, run([*YIMA, "status"], cwd=town)


def _publish(store: Store, raw: bytes) -> None:
    admin = next(person for person in look.people(store) if any(held.role == "admin" for held in person.roles))
    with store.transaction("catalog publish"):
        store.append("catalogue.published", events.digest(raw), raw, by=admin.id, now=time.time_ns() // 1_000_000)
    if store.town.last_catalogue.digest != events.digest(raw):
        raise RuntimeError("the rules did not come into force")
