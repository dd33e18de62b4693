"""The rules on a screen and as JSON: published, compared, every publication, one item whole."""

from collections.abc import Iterable, Mapping
from typing import Any

from yima.adapters.render import Voice, clean, colour_word, iso, join, kind_word, local, some, span, table, why_word
from yima.adapters.render.changes import changes_said, claim_said, counts_said, part_word, verified_words
from yima.adapters.render.matrix import gap_json, gaps_said
from yima.adapters.render.office import SHOWN, often_said, period_word, unit_word, where_word
from yima.core import model
from yima.core.results.rules import (
    CatalogDiff,
    CatalogLog,
    CatalogShown,
    Difference,
    Edition,
    FieldChange,
    ItemChange,
    ItemShown,
    LogRow,
    Published,
)
from yima.i18n import _

SHORT = 8  # characters of a digest that people read and type
NAMED = 3  # items named in one line of the list of publications


def short(digest: str) -> str:
    return digest[:SHORT]


# -- published


def published(result: Published, voice: Voice) -> str:
    if result.is_refused:
        return "\n".join(
            [
                _("Empty cells {0}, nothing was published:").format(len(result.gaps)),
                *(f"  {one}" for one in gaps_said(result.gaps, result.grids)),
            ]
        )
    if result.same:
        return _("These rules are in force already; nothing was published.")
    lines = [_("Published {0}: {1} items, {2} of them claimed.").format(short(result.digest), result.items, result.claimed)]
    told = {*result.newly_claimed, *result.no_longer_claimed}
    for sentence, names in (
        (_("Newly claimed: {0}."), result.newly_claimed),
        (_("No longer claimed: {0}."), result.no_longer_claimed),
        (_("Left as in force: {0}."), result.excepted),
    ):
        if names:
            lines.append(sentence.format(some(names, SHOWN)))
    found = result.difference
    other = _without_claims(found, told)
    if not other.is_empty:
        lines.append(_("{0}; this concerns {1} matters.").format(counts_said(other), f"{found.matters:,}"))
        lines += changes_said(other, SHOWN)
    elif found.matters:
        lines.append(_("This concerns {0} matters.").format(f"{found.matters:,}"))
    if result.unclaimed:
        lines.append(_("Still to be claimed, so neither asked nor supervised: {0}.").format(some(result.unclaimed, SHOWN)))
    return "\n".join(lines)


def _without_claims(found: Difference, told: set[str]) -> Difference:
    """Without the items of which only the claim is other: they have been named."""
    changed = [one for one in found.changed if one.name not in told or [field.field for field in one.fields] != ["claim"]]
    return found._replace(changed=tuple(changed))


def refused_said(result: Published) -> str:
    """What to do about empty cells, in one sentence."""
    numbers = " ".join(f"--except {no}" for no in dict.fromkeys(gap.item for gap in result.gaps))
    return _("{0} cells are empty, nothing was published; name somebody for them, or leave these items as they are: {1}.").format(
        len(result.gaps), f"yima catalog publish {numbers}"
    )


def published_json(result: Published, voice: Voice) -> Any:
    found = result.difference
    return {
        "digest": result.digest,
        "published": not result.same and not result.is_refused,
        "items": result.items,
        "claimed": result.claimed,
        "unclaimed": list(result.unclaimed),
        "newly_claimed": list(result.newly_claimed),
        "no_longer_claimed": list(result.no_longer_claimed),
        "new": [one.name for one in found.new],
        "gone": [one.name for one in found.gone],
        "changed": [one.name for one in found.changed],
        "parts": sorted({one.part for one in found.parts}),
        "excepted": list(result.excepted),
        "gaps": [gap_json(one) for one in result.gaps],
        "difference": difference_json(found),
    }


def difference_json(found: Difference) -> Any:
    return {
        "matters": found.matters,
        "new": [_item_json(one) for one in found.new],
        "gone": [_item_json(one) for one in found.gone],
        "changed": [_item_json(one) for one in found.changed],
        "parts": [
            {"part": one.part, "id": one.id or None, "name": one.name or None, "what": one.what, "fields": _fields_json(one.fields)}
            for one in found.parts
        ],
    }


def _item_json(one: ItemChange) -> Any:
    return {"no": one.no, "id": one.id, "name": one.name, "matters": one.matters, "fields": _fields_json(one.fields)}


def _fields_json(fields: Iterable[FieldChange]) -> Any:
    return [{"field": one.field, "old": one.old, "new": one.new} for one in fields]


# -- two editions, and all of them


def edition_said(one: Edition, voice: Voice) -> str:
    if one.at is None:
        return _("the files of the town folder")
    return _("{0} of {1}").format(short(one.digest), local(one.at, voice).strftime("%Y-%m-%d %H:%M"))


def compared(result: CatalogDiff, voice: Voice) -> str:
    title = _("{0} → {1}").format(edition_said(result.old, voice), edition_said(result.new, voice))
    if result.difference.is_empty:
        return _("{0}: the same rules.").format(title)
    said = _("{0}: {1}; this concerns {2} matters.").format(title, counts_said(result.difference), f"{result.difference.matters:,}")
    return "\n".join([said, *changes_said(result.difference)])


def compared_json(result: CatalogDiff, voice: Voice) -> Any:
    return {
        "old": edition_json(result.old, voice),
        "new": edition_json(result.new, voice),
        **difference_json(result.difference),
    }


def edition_json(one: Edition, voice: Voice) -> Any:
    return {"digest": one.digest or None, "at": iso(one.at, voice), "by": one.by or None}


def logged(result: CatalogLog, voice: Voice) -> str:
    current = max((place for place, one in enumerate(result.editions) if one.edition.digest == result.in_force), default=-1)
    rows = [
        (
            local(one.edition.at or 0, voice).strftime("%Y-%m-%d %H:%M"),
            one.edition.by,
            short(one.edition.digest),
            "" if one.why else _("{0} items, {1} claimed").format(one.items, one.claimed),
            _what(one) + (_(" (in force)") if place == current else ""),
        )
        for place, one in enumerate(result.editions)
    ]
    if len(rows) < 2:
        return table(rows)
    last = [short(one.edition.digest) for one in result.editions[-2:]]
    return table(rows) + "\n" + _("All of what one changed: yima catalog diff {0} {1}").format(*last)


def _what(one: LogRow) -> str:
    """What a publication changed, in one line."""
    if one.why:
        return _("does not count: {0}").format(why_word(one.why))
    if one.difference is None:
        return _("the first rules")
    told = {*one.newly_claimed, *one.no_longer_claimed}
    changed = [item.name for item in _without_claims(one.difference, told).changed]
    parts = list(dict.fromkeys(part_word(part.part) for part in one.difference.parts))
    said = [
        sentence.format(len(names), some(names, NAMED))
        for sentence, names in (
            (_("{0} claimed ({1})"), one.newly_claimed),
            (_("{0} no longer claimed ({1})"), one.no_longer_claimed),
            (_("{0} new ({1})"), [item.name for item in one.difference.new]),
            (_("{0} gone ({1})"), [item.name for item in one.difference.gone]),
            (_("{0} changed ({1})"), changed),
        )
        if names
    ]
    return join([*said, *parts]) or _("nothing")


def logged_json(result: CatalogLog, voice: Voice) -> Any:
    return {
        "in_force": result.in_force,
        "publications": [
            {
                "at": iso(one.edition.at, voice),
                "by": {"id": one.by_id, "name": one.edition.by},
                "digest": one.edition.digest,
                "items": one.items,
                "claimed": one.claimed,
                "newly_claimed": list(one.newly_claimed),
                "no_longer_claimed": list(one.no_longer_claimed),
                "new": [item.name for item in one.difference.new] if one.difference else [],
                "gone": [item.name for item in one.difference.gone] if one.difference else [],
                "changed": [item.name for item in one.difference.changed] if one.difference else [],
                "parts": sorted({part.part for part in one.difference.parts}) if one.difference else [],
                "counts": not one.why,
            }
            for one in result.editions
        ],
    }


# -- the rules in force


def catalog_shown(result: CatalogShown, voice: Voice) -> str:
    if result.one:
        return _one_item(result.items[0])
    lines: list[str] = []
    for module in dict.fromkeys(item.module for item in result.items):
        items = [item for item in result.items if item.module == module]
        lines += ["", items[0].module_name] if lines else [items[0].module_name]
        rows = [
            (
                str(item.no),
                item.name,
                item.lead_name,
                unit_word(*item.limit[:2]),
                often_said(item.every),
                "" if item.claimed else _("to be claimed"),
            )
            for item in items
        ]
        lines.append(table(rows, right=[0]))
    claimed = sum(item.claimed for item in result.items)
    lines += ["", _("{0} items, {1} claimed. One of them: yima catalog show NUMBER.").format(len(result.items), claimed)]
    return "\n".join(lines)


def _one_item(item: ItemShown) -> str:
    raw = item.raw
    rows = [
        (_("Question"), item.question),
        (_("Found when"), raw.get("opening", "")),
        (_("Closed when"), raw.get("closing", "")),
        *((_("Not this but") if first else "", said) for first, said in _others(item)),
        (
            _("Looked at"),
            "　".join((where_word(item.where), join(kind_word(kind) for kind in item.kinds), _("{0} places").format(item.matters))),
        ),
        (_("Trades"), join(item.trades)),
        (_("How often"), _often(item)),
        (_("Limit"), _limit(item)),
        (_("Owner first"), span(model.span(item.self_fix)) if item.self_fix else ""),
        (_("Flow"), f"{item.flow} {item.flow_name}"),
        (_("Leads"), join((item.lead_name, *item.support))),
        (_("Why these"), raw.get("claim_note", "")),
        (_("Finds"), join(item.finders)),
        (_("Whose scan counts"), join(f"{kind_word(kind)} {role}" for kind, role in item.primary)),
        (_("Handles"), join(item.handlers)),
        (_("Third party"), _third(raw)),
        (_("Score"), _score(raw)),
        (_("Basis"), _legal(raw)),
        (_("Standard"), _standard(raw.get("gb", {}))),
        (_("Claim"), _claim(item)),
        (_("Remark"), raw.get("note", "")),
    ]
    title = [f"{item.no} {item.name} {item.id}", item.module_name, *([] if item.claimed else [_("to be claimed")])]
    return clean("　".join(title)) + "\n" + table([row for row in rows if row[1].strip()])


def _others(item: ItemShown) -> list[tuple[bool, str]]:
    return [(place == 0, _("{0} {1}: {2}").format(no, name, when)) for place, (no, name, when) in enumerate(item.not_this_if)]


def _often(item: ItemShown) -> str:
    by_colour = join(f"{colour_word(colour)} {period_word(period)}" for colour, period in item.raw.get("every_by_colour", {}).items())
    basis = item.raw.get("basis", {})
    return "　".join(
        part for part in (often_said(item.every), by_colour, _source(basis.get("every", ""), basis.get("every_source", ""))) if part
    )


def _limit(item: ItemShown) -> str:
    limit, basis = item.raw.get("limit", {}), item.raw.get("basis", {})
    starts = {"finding": _("from the finding"), "notified": _("from being told"), "accepted": _("from being accepted")}
    most = limit.get("at_most")
    parts = (
        unit_word(*item.limit[:2]),
        starts.get(item.limit[2], item.limit[2]),
        limit.get("condition", ""),
        _("at most {0} by law").format(unit_word(most["value"], most["unit"])) if most else "",
        _source(basis.get("limit", ""), basis.get("limit_source", "")),
    )
    return "　".join(part for part in parts if part)


def _source(word: str, source: str) -> str:
    """Where a figure comes from."""
    said = {
        "law": _("by law"),
        "other_city": _("as in another city"),
        "practice": _("as practised elsewhere"),
        "mixed": _("partly our own"),
        "default": _("our own default"),
    }.get(word, word)
    return _("[{0}: {1}]").format(said, source) if said and source else _("[{0}]").format(said) if said else ""


def _third(raw: Mapping[str, Any]) -> str:
    may = {"yes": _("may close"), "part": _("only reports that the work is done"), "no": _("may not close")}.get(
        raw.get("third_party_may_close", ""), ""
    )
    return "　".join(part for part in (may, raw.get("third_party_note", "")) if part)


def _score(raw: Mapping[str, Any]) -> str:
    score = raw.get("score", 0)
    return (
        _("{0} points where the shop is to blame and did not fix it in its own time; off until the town turns scores on").format(score)
        if score
        else ""
    )


def _legal(raw: Mapping[str, Any]) -> str:
    legal = raw.get("legal", {})
    checked = verified_words().get(legal.get("verified", ""), "")
    return "　".join(part for part in (legal.get("basis", ""), _source(checked, "")) if part)


def _standard(gb: Mapping[str, Any]) -> str:
    status = {
        "city_table": _("as in the city's table"),
        "city_extension": _("the city's own addition"),
        "near": _("the nearest there is"),
        "name_only": _("only its class is known"),
    }.get(gb.get("status", ""), "")
    parts = (gb.get("std", ""), gb.get("code", ""), gb.get("name", ""), _source(status, ""))
    return " ".join(part for part in parts if part)


def _claim(item: ItemShown) -> str:
    if not item.claim:
        return _("no meeting has decided yet")
    said = claim_said(item.claim, {("departments", item.claim.get("dept", "")): item.claim_dept})
    return "　".join(part for part in (said, item.claim.get("basis", "")) if part)


def catalog_shown_json(result: CatalogShown, voice: Voice) -> Any:
    return {"digest": result.digest, "items": [_shown_json(item) for item in result.items]}


def _shown_json(item: ItemShown) -> Any:
    raw = item.raw
    return {
        "no": item.no,
        "id": item.id,
        "name": item.name,
        "module": item.module,
        "claimed": item.claimed,
        "lead": item.lead,
        "support": [*raw.get("support", ()), *raw.get("support_others", ())],
        "kinds": list(item.kinds),
        "trades": list(raw.get("trades", ())),
        "where": item.where,
        "flow": item.flow,
        "every": dict(item.every),
        "every_by_colour": dict(raw.get("every_by_colour", {})),
        "limit": {"value": item.limit[0], "unit": item.limit[1], "from": item.limit[2]},
        "self_fix": item.self_fix or None,
        "finders": list(raw["finders"]),
        "primary": dict(raw.get("primary", {})),
        "handlers": list(raw["handlers"]),
        "third_party": raw.get("third_party_may_close", "no"),
        "question": item.question,
        "opening": raw.get("opening", ""),
        "closing": raw.get("closing", ""),
        "not_this_if": [{"no": no, "name": name, "when": when} for no, name, when in item.not_this_if],
        "score": raw.get("score", 0),
        "basis": dict(raw.get("basis", {})),
        "legal": {"basis": raw.get("legal", {}).get("basis", ""), "verified": raw.get("legal", {}).get("verified") or None},
        "gb": dict(raw.get("gb", {})),
        "claim": {key: item.claim.get(key, "") for key in ("decision", "dept", "meeting", "on", "basis")} if item.claim else None,
        "claim_note": raw.get("claim_note") or None,
        "note": raw.get("note") or None,
        "matters": item.matters,
    }


TABLE: Mapping[str, Any] = {
    "Published": (published, published_json),
    "CatalogDiff": (compared, compared_json),
    "CatalogLog": (logged, logged_json),
    "CatalogShown": (catalog_shown, catalog_shown_json),
}
