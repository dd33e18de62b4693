"""`yima catalog publish` and `show`, and the lists of the registers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import at, case_of, person, shop, town, visit
from yima.adapters import catalog
from yima.adapters.store import Store, look
from yima.errors import BadInput, NotAllowed
from yima.verbs import listing
from yima.verbs.publish import people_words, publish, show

ROOT = Path(__file__).parent.parent
NOW = at("2026-10-12 09:00")
CLAIM = "claims:\n  - {item: over_door_business, dept: cg, meeting: 第3次联席会议, on: 2026-08-20}\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    catalog.copy_defaults(tmp_path)
    with town(tmp_path, NOW, claimed=False) as made:
        yield made


def admin(store: Store):  # type: ignore[no-untyped-def]
    return look.person_by(store, "顾晓")


def published(store: Store) -> int:
    return sum(fact.kind == "catalogue.published" for fact in store.facts())


def test_what_is_published_already_is_not_published_again(store: Store) -> None:
    result = publish(store, admin(store), NOW + 1)
    assert result.same and published(store) == 1
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    result = publish(store, admin(store), NOW + 2)
    assert (result.same, result.claimed, result.newly_claimed, result.changed) == (False, 1, ("跨门经营",), ())
    assert published(store) == 2 and len(result.unclaimed) == 51
    assert publish(store, admin(store), NOW + 3).same


def test_a_claim_published_makes_its_items_asked(store: Store) -> None:
    shop_id = shop(store, "甲店")
    assert not store.db.execute("SELECT count(*) FROM matter").fetchone()[0]
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    publish(store, admin(store), NOW + 1)
    store.fresh()
    assert [row[0] for row in store.db.execute("SELECT item FROM matter WHERE object = ?", (shop_id,))] == [3]


def test_the_first_fault_is_named_with_file_and_line_and_nothing_is_published(store: Store) -> None:
    path = store.folder / "modules.yaml"
    lines = path.read_text(encoding="utf-8").split("\n")
    at_line = next(number for number, line in enumerate(lines, 1) if line == "    lead: cg")
    path.write_text(
        "\n".join(lines).replace("    lead: cg\n", "    lead: cgg\n", 1).replace("    flow: F2\n", "    flow: F9\n", 1), encoding="utf-8"
    )
    with pytest.raises(BadInput, match=rf"^modules\.yaml:{at_line}\s") as error:
        publish(store, admin(store), NOW + 1)
    assert "1" in str(error.value).partition("cgg")[2], "there is one more fault, and it is counted"
    assert published(store) == 1


def test_only_the_admin_publishes(store: Store) -> None:
    person(store, "田雨", "data_clerk")
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    with pytest.raises(NotAllowed):
        publish(store, look.person_by(store, "田雨"), NOW + 1)
    assert published(store) == 1


def test_a_leader_may_be_written_by_name_or_number(store: Store) -> None:
    chen = person(store, "陈立", "dept_leader", dept="cg", no="R7")
    person(store, "李强", "street_patrol", dept="cg")
    person(store, "李强", "street_patrol", dept="mr")
    words = people_words(store)
    assert words["陈立"] == words["R7"] == words[chen] == chen
    assert "李强" not in words, "two people have this name"
    roles = (store.folder / "roles.yaml").read_text(encoding="utf-8")
    (store.folder / "roles.yaml").write_text(roles.replace('kind: line, leader: ""', "kind: line, leader: 陈立", 1), encoding="utf-8")
    assert publish(store, admin(store), NOW + 1).parts == ("departments",)
    assert store.town.last_catalogue.departments["cg"]["leader"] == chen


def test_the_rules_are_shown_as_published_and_not_as_they_lie_in_the_files(store: Store) -> None:
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    assert not any(one.claimed for one in show(store).items)
    one = show(store, "跨门经营")
    assert (one.one, one.items[0].id, one.items[0].lead) == (True, "over_door_business", "cg")
    assert show(store, "3").items == show(store, "over_door_business").items == one.items
    assert len(show(store).items) == 52
    with pytest.raises(BadInput):
        show(store, "没有的")


def test_a_list_has_code_and_colour(store: Store) -> None:
    wang = person(store, "王芳", "grid_inspector")
    (store.folder / "claims.yaml").write_text(CLAIM, encoding="utf-8")
    publish(store, admin(store), NOW + 1)
    bad, good = shop(store, "甲店", door="2"), shop(store, "乙店", door="10")
    shop(store, "桥头", kind="point", street="", door="", id="c" * 20)
    seen = visit(store, bad, wang, NOW + 3_600_000, found=["over_door_business"])
    assert case_of(store, bad, seen).closed is None
    listed = listing.objects(store, listing.SHOPS, NOW + 3_700_000).objects
    assert [(one.id, one.kind, one.code, one.grid, one.street, one.trade, one.colour) for one in listed] == [
        (bad, "shop", "", "荷花网格", "荷花路", "catering", "blue"),
        (good, "shop", "", "荷花网格", "荷花路", "catering", "grey"),
    ]
    assert [one.name for one in listing.objects(store, listing.POINTS, NOW).objects] == ["桥头"]
    assert not listing.objects(store, listing.SHOPS, NOW, street="老街").objects
    people = listing.people(store, NOW).people or ()
    assert {(one.name, one.roles, one.resource) for one in people} == {
        ("顾晓", ("admin",), "permanent"), ("王芳", ("grid_inspector",), "contract"),
    }  # fmt: skip


def test_the_commands_keep_their_json_keys_and_exit_codes(store: Store) -> None:
    shop(store, "甲店")
    person(store, "王芳", "grid_inspector")
    store.db.close()
    env = os.environ | {"YIMA_NOW": "2026-10-12T10:00", "YIMA_LANG": "en", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    def yima(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "yima", *words], cwd=store.folder, env=env, capture_output=True, text=True, encoding="utf-8"
        )

    items = json.loads(yima("catalog", "show", "--json").stdout)["items"]
    assert len(items) == 52 and {"no", "id", "name", "module", "claimed"} <= items[0].keys() and items[0]["claimed"] is False
    objects = json.loads(yima("shop", "list", "--json").stdout)["objects"]
    assert [set(one) >= {"id", "name", "kind", "code", "grid", "street", "trade", "colour"} for one in objects] == [True]
    assert objects[0]["colour"] == "grey" and objects[0]["code"] is None
    assert json.loads(yima("point", "list", "--json").stdout) == {"objects": []}
    people = json.loads(yima("person", "list", "--json").stdout)["people"]
    assert all(set(one) >= {"id", "name", "roles", "resource", "dept"} for one in people) and len(people) == 2
    assert yima("catalog", "publish").returncode == 0
    (store.folder / "claims.yaml").write_text("claims: [{item: no_such}]\n", encoding="utf-8")
    done = yima("catalog", "publish")
    assert (done.returncode, done.stdout) == (3, "") and done.stderr.startswith("yima: claims.yaml:1 ")
    done = yima("catalog", "publish", "--by", "王芳")
    assert done.returncode == 4 and len(done.stderr.splitlines()) == 1
