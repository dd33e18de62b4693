"""`yima shop list`, `point list`, `person list`: the registers as they stand."""

from collections.abc import Callable

from yima.adapters.store import Store, look, registers
from yima.core import duty
from yima.core.colour import colour_at
from yima.core.results.office import Listed, ObjectListed, PersonListed
from yima.core.worktime import iso_of

SHOPS = ("shop", "stall")
POINTS = ("point", "road", "house", "site", "waste_point")


def objects(
    store: Store,
    kinds: tuple[str, ...],
    now: int,
    *,
    grid: str = "",
    street: str = "",
    tick: Callable[[int, int], None] | None = None,
) -> Listed:
    """Objects of these kinds with code and colour, in the order of the street."""
    store.fresh(progress=tick)
    trades = store.town.last_catalogue.trades
    found = registers.object_list(store, kinds, grid=grid, street=street)
    return Listed(
        tuple(
            ObjectListed(
                row.object.id,
                row.object.name,
                row.object.kind,
                row.code,
                row.object.grid,
                row.object.street,
                row.object.trade,
                str(trades.get(row.object.trade, {}).get("name", row.object.trade)),
                colour_at(row.base, row.yellow_at, row.red_at, now),
                row.object.place,
                row.object.address,
                row.object.provisional,
            )
            for row in found
        ),
        None,
    )


def people(store: Store, now: int, *, dept: str = "") -> Listed:
    """Everybody by department, those who left at the end. dept: id or name."""
    catalogue, day = store.town.last_catalogue, store.town.day(now)
    today = iso_of(day)
    on_duty = {row[1] for rows in store.town.rosters.values() for row in rows if row[0] == today}
    listed = []
    for person in look.people(store):
        name = catalogue.dept_name(person.dept)
        if dept and dept not in (person.dept, name):
            continue
        roles = tuple(held.role for held in duty.roles_on(person, day))
        names = tuple(catalogue.roles[role].name if role in catalogue.roles else role for role in roles)
        resource = duty.resource_of(catalogue, person, day)
        away = next(((to, deputy) for from_, to, deputy in person.leave if from_ <= today and (not to or today <= to)), None)
        leave = (away[0], look.person_name(store, away[1])) if away is not None else None
        duties = (leave, person.id in on_duty)
        listed.append(PersonListed(person.id, person.name, person.no, roles, names, resource, person.dept, name, person.left, *duties))
    return Listed((), tuple(listed))
