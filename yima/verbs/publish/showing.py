"""`yima catalog show`: the rules in force, or one item of them whole."""

from collections.abc import Mapping
from typing import Any

from yima.adapters.store import Store, look, registers
from yima.core.model import Catalogue, Item
from yima.core.results.rules import CatalogShown, ItemShown
from yima.errors import BadInput
from yima.i18n import _
from yima.verbs.publish.compare import concerned, counted

Body = Mapping[str, Any]


def show(store: Store, word: str = "") -> CatalogShown:
    """The rules in force, or one item by number, id or name. Raises BadInput for an item that is not there."""
    body, catalogue = registers.rules(store), store.town.last_catalogue
    claims = {claim["item"]: claim for claim in body.get("claims", ())}
    counts = counted(look.places(store))
    shown = [
        _shown(
            catalogue,
            catalogue.items[one["no"]],
            one,
            {**claims[one["id"]]} if one["id"] in claims else {},
            concerned(counts, [catalogue.items[one["no"]]]),
        )
        for one in _found(body["items"], word)
    ]
    if not shown:
        raise BadInput(_("The rules have no item {0}; yima catalog show lists them all.").format(word))
    return CatalogShown(catalogue.digest, tuple(shown), bool(word) and len(shown) == 1)


def _found(items: list[Body], word: str) -> list[Body]:
    exact = [one for one in items if not word or word in (str(one["no"]), one["id"], one["name"])]
    return exact or [one for one in items if word in one["name"]]


def _shown(catalogue: Catalogue, item: Item, raw: Body, claim: Mapping[str, str], matters: int) -> ItemShown:
    others = {other.id: other for other in catalogue.items.values()}
    return ItemShown(
        item.no,
        item.id,
        item.name,
        item.module,
        str(catalogue.modules.get(item.module, {}).get("name", item.module)),
        item.claimed,
        item.lead,
        catalogue.dept_name(item.lead),
        tuple(catalogue.dept_name(dept) for dept in (*item.support, *raw.get("support_others", ()))),
        item.kinds,
        item.where,
        tuple(str(catalogue.trades.get(trade, {}).get("name", trade)) for trade in item.trades),
        item.flow,
        str(catalogue.flows.get(item.flow, {}).get("name", item.flow)),
        tuple(sorted(item.every.items())),
        (raw["limit"]["value"], item.unit, item.starts),
        raw.get("self_fix", ""),
        _roles(catalogue, item.finders),
        tuple((kind, catalogue.roles[role].name) for kind, role in item.primary.items() if role in catalogue.roles),
        _roles(catalogue, item.handlers),
        item.question,
        tuple(
            (others[one["item"]].no, others[one["item"]].name, one["when"]) for one in raw.get("not_this_if", ()) if one["item"] in others
        ),
        {"decision": "claimed", **claim} if claim else {},
        catalogue.dept_name(claim["dept"]) if claim else "",
        matters,
        raw,
    )


def _roles(catalogue: Catalogue, ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(catalogue.roles[role].name for role in ids if role in catalogue.roles)
