"""Convert a folder of catalogue tables (items52.csv, roles.csv, departments.csv, trades.csv, flows.yaml) into one published catalogue.

Usage: python tests/tools/make_catalogue.py FOLDER > tests/data/catalogue.json
The result is the body of a fact `catalogue.published`: null, false and empty values are left out, true is 1.
It exists so that the independent evaluator and its histories need no code of the package.
"""

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

HOURS = {"office": [["08:00", "12:00"], ["14:00", "18:00"]], "street": [["07:00", "21:00"]]}
MEANS = {"cg_officer": "cg", "mr_officer": "mr", "police": "police", "fire_officer": "fire", "service_agent": "biz"}
OWN_PLACES = {"shop_owner", "house_owner", "village_cadre", "volunteer", "self_gov_group"}
CEILINGS = {1: {"value": 2, "unit": "urgent_hour"}, 51: {"value": 15, "unit": "work_day"}}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def pairs(text: str) -> dict[str, str]:
    return dict(part.split("=") for part in text.split(";") if part)  # "shop=P7D;house=P14D"


def words(text: str) -> list[str]:
    return [word for word in text.split(";") if word]


def plain(value: Any) -> Any:
    """YAML read as text, with numbers and booleans; `zh` becomes `name`."""
    if isinstance(value, dict):
        return {{"zh": "name", "name_zh": "name"}.get(key, key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"\d+", value) else value


def dense(value: Any) -> Any:
    """What the log leaves out is left out: null, false, empty; true is 1."""
    if isinstance(value, dict):
        inner = {key: dense(part) for key, part in value.items()}
        return {
            key: part for key, part in inner.items() if part is not None and part is not False and part != "" and part != [] and part != {}
        }
    if isinstance(value, list):
        return [dense(part) for part in value]
    return 1 if value is True else value


def item(row: dict[str, str]) -> dict[str, Any]:
    kinds = words(row["object_kinds"])
    every = {kind: pairs(row["every_by_kind"]).get(kind, row["every"]) for kind in kinds}
    number = int(row["no"])
    return {
        "no": number,
        "id": row["id"],
        "name": row["name_zh"],
        "name_en": row["name_en"],
        "module": row["module"],
        "kinds": kinds,
        "where": row["where"],
        "trades": words(row["trades"]),
        "lead": row["lead_dept"],
        "support": words(row["support_depts"]),
        "finders": words(row["scanner_roles"]),
        "primary": pairs(row["primary"]),
        "handlers": words(row["handler_roles"]),
        "third_party_may_close": row["third_party_may_close"],
        "every": {kind: p for kind, p in every.items() if p != "on_demand"},
        "every_by_colour": pairs(row["every_by_colour"]),
        "flow": row["flow"],
        "self_fix": row["self_fix_window"],
        "evidence": row["evidence"],
        "limit": {
            "value": int(row["limit_value"]),
            "unit": row["limit_unit"],
            "schedule": row["schedule"],
            "from": row["limit_starts"],
            "at_most": CEILINGS.get(number),
        },
        "score": int(row["score"]),
        "question": row["questions"],
    }


def catalogue(folder: Path) -> dict[str, Any]:
    flows = plain(yaml.load((folder / "flows.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader))
    items = [item(row) for row in rows(folder / "items52.csv")]
    roles = [
        {
            "id": row["id"],
            "name": row["name_zh"],
            "name_en": row["name_en"],
            "resource": row["resource"],
            "line": row["line"],
            "may_inspect": row["may_inspect"] == "yes",
            "may_close_enforcement": row["may_close_enforcement"] == "yes",
            "duty_days": row["duty_days"],
            "capacity": int(row["capacity"] or 0),
            "dept": MEANS.get(row["id"]),
            "own_places_only": row["id"] in OWN_PLACES,
        }
        for row in rows(folder / "roles.csv")
    ]
    body: dict[str, Any] = dense(
        {
            "format": 1,
            "town": {
                "utc_offset": 480,
                "visit_budget": 7,
                "recheck_share": 20,
                "inspection_cap": 2,
                "schedules": {
                    "office": {"days": "workdays", "hours": HOURS["office"]},
                    "street": {"days": "daily", "hours": HOURS["street"]},
                },
                "colours": {"yellow_percent": 25, "group_red_permille": 30, "group_yellow_permille": 10},
            },
            "centre": "ucc",
            "trades": [
                {"id": r["id"], "name": r["name_zh"], "name_en": r["name_en"], "words": words(r["words"])}
                for r in rows(folder / "trades.csv")
            ],
            "departments": [
                {"id": r["id"], "name": r["name_zh"], "name_en": r["name_en"], "kind": r["kind"]} for r in rows(folder / "departments.csv")
            ],
            "roles": roles,
            "flows": {key: value for key, value in flows.items() if key in ("F1", "F2", "F3", "F4", "F5", "F6")},
            **{key: flows[key] for key in ("branches", "before", "ladder", "limits", "actors", "told", "ends_with_tenant")},
            "items": items,
            "claims": [{"item": i["id"], "decision": "claimed", "dept": i["lead"], "on": "2026-08-20"} for i in items],
        }
    )
    return body


if __name__ == "__main__":
    sys.stdout.write(json.dumps(catalogue(Path(sys.argv[1])), sort_keys=True, ensure_ascii=False, indent=1) + "\n")
