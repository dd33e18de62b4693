"""Paper for the street: a day's walk with codes that a gun reads from the sheet, a shop's card, a hint to put right, a slip for the owner."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp

from tests.factories import admin_of, at, case_of, shop, step, visit
from tests.late import pages_of, text_of
from tests.street import APO, CODES, HANDAN, MONDAY, NOODLE, ROOT, Street, hit, look_at, say, who
from yima.adapters import paper
from yima.adapters.paper import notices
from yima.adapters.store import Store, look
from yima.core import codes
from yima.core.events import ObjectRetired, PlatesPrinted
from yima.core.results.cards import Carded
from yima.errors import BadInput, Damaged, Unwritable
from yima.verbs.card import card
from yima.verbs.scan.route import route, walk_of

NO_SHAPE = "𱍐"  # U+31350; the font ends before it
ALL_DUE = "2026-11-30 10:00"  # a first round is asked within a week, on a day that hangs on the place
OUTBOX = "data/outbox/2026-11-23/"
ODD = "*粗*#strong[x]$z$<a>\\名\x00字\x1b[31m\u202e反\n行"


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """The street, open at the office: who registers and prints there is the administrator."""
    with here.open() as opened:
        with opened.transaction():
            opened.set_setting("person", who(opened, "顾晓").id)
        yield opened


def walked(store: Store, name: str = "王芳", now: str = MONDAY, path: Path | None = None) -> Carded:
    return route(store, who(store, name), at(now), path)


def printed(store: Store, word: str, path: Path | None = None, *, slip: bool = False, now: str = MONDAY) -> Carded:
    return card(store, word, at(now), slip=slip, path=path)


def text(made: Carded) -> str:
    return text_of(Path(made.file))


def seen_codes(made: Carded) -> list[str]:
    """Every code of the file as a scanner reads it, page by page from the top."""
    found = []
    for page in range(made.pages):
        read = zxingcpp.read_barcodes(paper.render_page(Path(made.file), page, 200))
        found += [one.text for one in sorted(read, key=lambda one: one.position.top_left.y)]
    return found


def street_of(store: Store, street: str, doors: range) -> list[str]:
    """So many shops more, each with a plate; their names."""
    names = [f"{street}店{door}" for door in doors]
    with store.transaction():
        plates = []
        for door, name in zip(doors, names, strict=True):
            id_ = shop(store, name, street, str(door), now=at("2026-11-20 09:00"))
            plates.append((codes.make(bytes([100, door, *[7] * 5])), id_))
        number = store.next_number("batch")
        event = PlatesPrinted(number, "24", tuple(plates))
        store.append("plates.printed", f"B{number}x", event, by=admin_of(store), now=at("2026-11-20 09:30"))
    store.fresh()
    return names


def own_template(store: Store, name: str, source: str) -> Path:
    path = store.folder / "templates" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, "utf-8")
    return path


def set_in_town(store: Store, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A town setting of the rules in force, as published."""
    catalogue = store.town.last_catalogue
    changed = catalogue._replace(town={**catalogue.town, name: value})
    monkeypatch.setattr(type(store.town), "last_catalogue", property(lambda _town: changed))


def shipped(name: str) -> str:
    return (ROOT / "yima" / "templates" / name).read_text("utf-8")


# -- the walk


def test_a_walk_has_each_place_with_its_code_questions_and_boxes(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳", "2026-11-23 09:45")
    made = walked(store)
    assert made.shown == f"{OUTBOX}巡查单-王芳-1123-1000.pdf" and (made.pages, made.codes, made.left, made.lacking) == (1, 3, 0, ())
    said = text(made)
    for part in (
        "巡查单",
        "王芳（城管执法中队）",
        "青荷镇",
        "2026年11月23日10:00",
        "荷花路2处、老街1处",
        "第1页，共1页",
        "yimascan",
        "码关门",
    ):
        assert part in said, part
    assert said.index("荷花路12号阿婆生煎") < said.index("荷花路18号邯郸小吃") < said.index("老街9号老王面馆")
    assert all(codes.grouped(CODES[name]) in said for name in (APO, HANDAN, NOODLE))
    assert said.count("关门") == 4 and said.count("有问题（题号") == 3 and said.count("正常") == 3
    assert "K1-0001跨门经营（店主自改）：还在吗？三张桌" in said
    asked = look_at(store, HANDAN, "王芳").questions
    assert asked and all(f"{one.item}{one.text}" in said for one in asked), "the permanent number and the question"


def test_a_gun_reads_every_code_of_the_paper_in_the_order_of_the_walk(store: Store) -> None:
    assert seen_codes(walked(store)) == [f"Y1:{CODES[name]}" for name in (APO, HANDAN, NOODLE)]


def test_ok_in_the_pipe_records_the_questions_of_the_sheet_and_no_others(store: Store) -> None:
    stops = {stop.object.name: stop for stop in walk_of(store, who(store, "王芳"), at(MONDAY)).stops}
    assert say(store, HANDAN, "ok", "王芳").asked == stops[HANDAN].questions


def test_streets_with_more_places_come_first_and_doors_by_their_number(store: Store) -> None:
    street_of(store, "桂花路", range(1, 12))
    names = [stop.object.name for stop in walk_of(store, who(store, "王芳"), at(ALL_DUE)).stops]
    assert names == [*(f"桂花路店{door}" for door in range(1, 12)), APO, HANDAN, NOODLE]


def test_a_sheet_holds_one_persons_day(store: Store) -> None:
    street_of(store, "桂花路", range(1, 70))
    walk = walk_of(store, who(store, "王芳"), at(ALL_DUE))
    assert (len(walk.stops), walk.left) == (60, 12), "capacity of street_patrol in roles.yaml"
    assert {stop.object.name for stop in walk.stops}.isdisjoint({APO, HANDAN, NOODLE}), "the longest street fills the day"


def test_what_was_missed_is_walked_before_what_is_only_due(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.fresh()
    everything = [no for no, _due in look.due_at(store, hit(store, APO).object, 1 << 30, store.town.last_catalogue.items, ())]
    for name in (APO, HANDAN):
        visit(store, hit(store, name).object, who(store, "王芳").id, at("2026-11-28 10:00"), asked=everything)
    store.fresh()
    now = next(
        now
        for day in range(1, 8)
        if len((walk := walk_of(store, who(store, "王芳"), now := at(f"2026-12-{day:02d} 10:00"))).stops) == 3
        and [stop.missed > 0 for stop in walk.stops] == [False, False, True]
    )
    catalogue = store.town.last_catalogue
    for capacity, names in ((1, [NOODLE]), (2, [NOODLE, APO])):
        role = catalogue.roles["street_patrol"]._replace(capacity=capacity)
        changed = catalogue._replace(roles={**catalogue.roles, "street_patrol": role})
        monkeypatch.setattr(type(store.town), "last_catalogue", property(lambda _town, changed=changed: changed))
        walk = walk_of(store, who(store, "王芳"), now)
        assert [stop.object.name for stop in walk.stops] == names and walk.left == 3 - capacity
    assert "另有1处到期" in text(route(store, who(store, "王芳"), now))


def test_many_pages_are_numbered_and_every_code_is_read_back(store: Store) -> None:
    street_of(store, "桂花路", range(1, 40))
    made = walked(store, now=ALL_DUE)
    assert made.pages > 2 and made.codes == len(made.places) == 42 == len(seen_codes(made))
    for number, page in enumerate(pages_of(Path(made.file)), 1):
        assert f"第{number}页，共{made.pages}页" in page


def test_a_place_without_a_plate_stands_on_the_sheet_without_a_code(store: Store) -> None:
    shop(store, "新开的店", "荷花路", "20")
    made = walked(store, now=ALL_DUE)
    assert (len(made.places), made.codes) == (4, 3) and "没有有效码牌" in text(made)


def test_codes_with_the_towns_address_are_read_back_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    set_in_town(store, monkeypatch, "url_prefix", "https://qinghe.example.gov.cn/")
    assert seen_codes(walked(store))[0] == f"HTTPS://QINGHE.EXAMPLE.GOV.CN/{CODES[APO]}"
    set_in_town(store, monkeypatch, "url_prefix", "没有的")
    with pytest.raises(BadInput, match="url_prefix"):
        walked(store)


def test_who_has_no_round_gets_no_sheet(store: Store) -> None:
    with pytest.raises(BadInput, match="林镇长 今天没有到期的巡查"):
        walked(store, "林镇长")
    assert not (store.folder / "data" / "outbox").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("x: at.x / 1mm", "x: at.x / 1mm + 20"), "a code that stands elsewhere than the template says"),
        (("let side = 12mm", "let side = 1.2mm"), "a code too small to be read"),
        (("<fit>]\n  }", "]\n  }"), "a code of which the template says nothing"),
    ],
)
def test_a_sheet_whose_codes_do_not_read_back_is_not_issued(store: Store, tmp_path: Path, change: tuple[str, str], why: str) -> None:
    assert change[0] in shipped("route.typ"), why
    own_template(store, "route.typ", shipped("route.typ").replace(*change))
    path = tmp_path / "r.pdf"
    path.write_bytes(b"of yesterday")
    with pytest.raises(Damaged, match=r"3 个码中有 3 个复读不出.*route\.typ"):
        walked(store, path=path)
    assert path.read_bytes() == b"of yesterday" and [one.name for one in tmp_path.iterdir() if one.is_file()] == ["r.pdf"]


# -- a shop's card


def test_a_card_says_what_is_the_shops_own_outside_and_nothing_personal(store: Store) -> None:
    made = printed(store, APO)
    assert (made.kind, made.shown, made.pages) == ("card", f"{OUTBOX}门责告知书-阿婆生煎-1123-1000.pdf", 1)
    said = text(made)
    for part in ("青荷镇", "门责告知书", "荷花路12号阿婆生煎", codes.grouped(CODES[APO]), "跨门经营★", "门前责任区不洁（门责）★", "申辩"):
        assert part in said, part
    rules = store.town.last_catalogue
    for word in ("over_door_business", "door_front_duty"):
        item = rules.item_of(word)
        assert item is not None and item.question in said
    assert "《上海市市容环境卫生管理条例》" in said and "条款以现行文本为准" in said
    assert "瓶装液化气" not in said and "流动设摊" not in said, "inside, or not the shop's own"
    assert not [one.name for one in look.people(store) if one.name in said], "it hangs in public"


def test_what_no_department_has_claimed_stands_on_no_card(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = store.town.last_catalogue
    item = catalogue.item_of("over_door_business")
    assert item is not None
    for items, found in (({item.no: item._replace(claimed=False)}, False), ({item.no: item}, True)):
        changed = catalogue._replace(items={**catalogue.items, **items})
        monkeypatch.setattr(type(store.town), "last_catalogue", property(lambda _town, changed=changed: changed))
        assert ("跨门经营" in text(printed(store, APO))) is found
    none = catalogue._replace(items={no: one._replace(claimed=False) for no, one in catalogue.items.items()})
    monkeypatch.setattr(type(store.town), "last_catalogue", property(lambda _town: none))
    with pytest.raises(BadInput, match="没有可打印的"):
        printed(store, APO)


def test_a_card_has_the_towns_service_phone_where_there_is_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "服务电话" not in text(printed(store, APO))
    set_in_town(store, monkeypatch, "service_phone", "021-00000000")
    said = text(printed(store, APO))
    assert "服务电话021-00000000" in said and "或拨打服务电话提出申辩" in said


def test_what_is_no_shop_or_is_no_more_gets_no_card(store: Store) -> None:
    shop(store, "荷花路停车点", "荷花路", "30", kind="point")
    store.fresh()
    with pytest.raises(BadInput, match="荷花路停车点 不是店铺"):
        printed(store, "荷花路停车点")
    with pytest.raises(BadInput, match="漏扫清单"):
        printed(store, "L-1123-cg")
    with store.transaction():
        gone = hit(store, NOODLE).object
        store.append("object.retired", gone, ObjectRetired("2026-11-23", "关店"), by=admin_of(store), now=at(MONDAY))
    with pytest.raises(BadInput, match="老王面馆 已停用"):
        printed(store, CODES[NOODLE])
    assert not (store.folder / "data" / "outbox").exists()


# -- a case, for its owner


def test_a_hint_names_item_standard_basis_limit_and_the_right_to_object(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳", "2026-11-23 09:45")
    made = printed(store, "K1-0001")
    assert (made.kind, made.shown, made.pages) == ("rectify", f"{OUTBOX}整改提示单-K1_0001_阿婆生煎-1123-1000.pdf", 1)
    said, item = text(made), store.town.last_catalogue.item_of("over_door_business")
    assert item is not None
    for part in (
        "整改提示单", "非执法文书", "编号K1-0001", "荷花路12号阿婆生煎", "3跨门经营", "11月23日周一09:45：三张桌", item.more["closing"],
        item.more["legal"]["basis"], "告知后30分钟内改好", "2工作小时，11月23日周一11:45到期", "不是处罚", "申辩", "yimadisposeK1-0001done--forowner",
    ):  # fmt: skip
        assert part.replace(" ", "") in said, part
    assert "执法文书：" not in said.replace("非执法文书", "") and not [one.name for one in look.people(store) if one.name in said]


def test_the_owners_time_runs_from_being_told_and_then_it_is_said_that_it_is_over(store: Store) -> None:
    seen = say(store, APO, "3:三张桌", "王芳", "2026-11-23 09:45")
    step(store, hit(store, APO).object, f"{seen.hash}.0", "told", who(store, "王芳").id, at("2026-11-23 09:50"))
    assert "11月23日周一10:20前改好" in text(printed(store, "K1-0001"))
    said = text(printed(store, "K1-0001", now="2026-11-23 14:00"))
    assert "请立即改好（应在11月23日周一11:45前改好）" in said and "改好了由处置人报完成" in said


def test_a_legal_order_is_named_by_its_number_only(store: Store) -> None:
    seen = say(store, APO, "3:三张桌", "王芳", "2026-11-23 09:45")
    apo, cg = hit(store, APO).object, who(store, "陈队长").id
    step(store, apo, f"{seen.hash}.0", "told", who(store, "王芳").id, at("2026-11-23 09:46"))
    step(store, apo, f"{seen.hash}.0", "accept", who(store, "周明").id, at("2026-11-23 10:18"))
    step(
        store,
        apo,
        f"{seen.hash}.0",
        "suspend",
        cg,
        at("2026-11-23 10:20"),
        reason="等决定",
        document="青城责改字〔2026〕7号",
        until="2026-11-25",
    )
    said = text(printed(store, "K1-0001", now="2026-11-23 11:00"))
    assert "执法文书青城责改字〔2026〕7号" in said and "非执法文书" in said
    other = visit(store, apo, who(store, "王芳").id, at("2026-11-23 10:30"), found=["goods_on_pavement=两箱货"])
    number = case_of(store, apo, other).number
    assert "青城责改字" not in text(printed(store, f"K1-{number:04d}", now="2026-11-23 11:00")), "another case's"
    refused = step(
        store, apo, other, "suspend", who(store, "李强").id, at("2026-11-23 10:40"), reason="x", document="假1号", until="2026-11-25"
    )
    assert refused.hash in store.state(apo).unmoved
    assert "假1号" not in text(printed(store, f"K1-{number:04d}", now="2026-11-23 11:00")), "what moved nothing is no document"


def test_a_slip_says_what_until_when_and_whom_to_tell(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳", "2026-11-23 09:45")
    for word in ("K1-0001", APO):
        made = printed(store, word, slip=True)
        said = text(made)
        assert made.kind == "slip" and made.pages == 1
        for part in (
            "店主条",
            "非执法文书",
            "荷花路12号阿婆生煎",
            "3跨门经营",
            "三张桌",
            "30分钟内改好",
            "改好告诉谁王芳",
            "已改好",
            "请宽限到",
            "有异议",
            "签名",
        ):
            assert part in said, part


def test_a_slip_is_of_one_open_case(store: Store) -> None:
    with pytest.raises(BadInput, match="没有未结案卷"):
        printed(store, APO, slip=True)
    say(store, APO, "3:三张桌 2:缺字", "王芳", "2026-11-23 09:45")
    with pytest.raises(BadInput, match="K1-0001、K1-0002"):
        printed(store, APO, slip=True)
    step(
        store,
        hit(store, APO).object,
        next(iter(store.state(hit(store, APO).object).cases)),
        "void",
        who(store, "王芳").id,
        at(MONDAY),
        reason="看错",
    )
    say(store, HANDAN, "1!:挡路", "王芳", "2026-11-23 09:40")
    with pytest.raises(BadInput, match="K1-0003 已结案"):
        printed(store, "K1-0003", slip=True)


# -- all of them


def test_nothing_is_recorded_and_what_was_printed_stays(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳", "2026-11-23 09:45")
    before = store.db.total_changes
    made = [walked(store), printed(store, APO), printed(store, "K1-0001"), printed(store, "K1-0001", slip=True)]
    first = {one.kind: Path(one.file).read_bytes() for one in made}
    again = [walked(store), printed(store, APO), printed(store, "K1-0001"), printed(store, "K1-0001", slip=True)]
    assert [Path(one.file).stem for one in again] == [f"{Path(one.file).stem}-2" for one in made]
    assert first == {one.kind: Path(one.file).read_bytes() for one in again}, "the same facts and instant, the same bytes"
    assert store.db.execute("SELECT COUNT(*) FROM event WHERE at > ?", (at(MONDAY) << 16,)).fetchone() == (0,) and before >= 0


@pytest.mark.parametrize(("name", "kept"), [(ODD, "*粗*#strong[x]$z$<a>\\"), ("长" * 200, "长" * 30), (f"{NO_SHAPE}记面馆", "〓记面馆")])
def test_any_name_can_be_printed_and_what_has_no_shape_is_said(store: Store, name: str, kept: str) -> None:
    odd = shop(store, name, "荷花路", "99")
    store.fresh()
    seen = visit(store, odd, who(store, "王芳").id, at("2026-11-23 09:00"), found=[f"over_door_business={name}"])
    number = case_of(store, odd, seen).number
    case = f"K1-{number:04d}"
    made = [walked(store, now=ALL_DUE), printed(store, "荷花路99号"), printed(store, case), printed(store, case, slip=True)]
    for one in made:
        assert kept in text(one), one.kind
        assert one.pages < 3 and one.lacking == ((NO_SHAPE,) if NO_SHAPE in name else ())
        assert not [sign for sign in text(one) if unicodedata.category(sign) in ("Cc", "Cf")]


@pytest.mark.parametrize("kind", ["route", "card", "rectify", "slip"])
def test_a_fault_names_the_towns_own_file_and_line_and_nothing_is_issued(store: Store, kind: str) -> None:
    say(store, APO, "3:三张桌", "王芳", "2026-11-23 09:45")

    def made() -> Carded:
        return walked(store) if kind == "route" else printed(store, APO if kind == "card" else "K1-0001", slip=kind == "slip")

    own = own_template(store, f"{kind}.typ", '#let job = json("data.json")\n\n#job.nosuchfield\n')
    with pytest.raises(BadInput) as caught:
        made()
    assert f"{own} 第 3 行" in str(caught.value) and "nosuchfield" in str(caught.value) and "main.typ" not in str(caught.value)
    assert "（排版程序的话：" in str(caught.value) and str(caught.value).endswith("；请改好这一行，或删去这个文件用自带的模板。")
    own.write_text(shipped(f"{kind}.typ"), "utf-8")
    beside = own_template(store, "fit.typ", shipped("fit.typ") + "\n#let x = (\n")
    with pytest.raises(BadInput, match=re.escape(f"{beside} 第")):
        made()
    assert not (store.folder / "data" / "outbox").exists() or not list((store.folder / "data" / "outbox").rglob("*.*"))
    beside.unlink()
    assert made().pages == 1


def test_a_card_whose_template_is_a_folder_or_asks_for_a_package_names_the_template(store: Store) -> None:
    own = store.folder / "templates" / "card.typ"
    own.mkdir(parents=True)
    with pytest.raises(BadInput, match=re.escape(f"{own} 是文件夹")):
        printed(store, APO)
    own.rmdir()
    own_template(store, "card.typ", f'{shipped("card.typ")}\n#import "@preview/cetz:0.2.0": *\n')
    with pytest.raises(BadInput, match=re.escape(f"{own} 第 ") + ".*程序包"):
        printed(store, APO)
    assert not list(store.folder.rglob("*.part")) and not list(store.folder.rglob("*.pdf"))
    own.unlink()
    assert printed(store, APO).pages == 1


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../../../../../etc/passwd", "../data.json"])
def test_a_template_reads_nothing_outside_its_folder(store: Store, path: str) -> None:
    own_template(store, "card.typ", f'#read("{path}")')
    with pytest.raises(BadInput) as caught:
        printed(store, APO)
    assert "root:" not in str(caught.value) and "第 1 行" in str(caught.value) and "yima-" not in str(caught.value)


def test_a_link_in_the_templates_folder_leads_nowhere_outside(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "secret.typ"
    secret.write_text("机密", "utf-8")
    own = own_template(store, "card.typ", '#read("more.typ")')
    try:
        (own.parent / "more.typ").symlink_to(secret)
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(BadInput, match=r"more\.typ"):
        printed(store, APO)


def test_the_towns_own_template_wins(store: Store) -> None:
    own_template(
        store, "card.typ", '#let job = json("data.json")\n#set text(font: job.fonts)\n本镇自己的 #job.title #job.shop #job.items.len()'
    )
    assert re.fullmatch(r"本镇自己的门责告知书荷花路12号阿婆生煎1\d", text(printed(store, APO)))


def test_what_cannot_be_written_says_so(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="-o"):
        printed(store, APO, tmp_path)
    (tmp_path / "file").write_bytes(b"")
    for made in (lambda: printed(store, APO, tmp_path / "file" / "x.pdf"), lambda: walked(store, path=tmp_path / "file" / "x.pdf")):
        with pytest.raises(Unwritable, match=r"x\.pdf"):
            made()
    (store.folder / "data" / "outbox").write_bytes(b"in the way")
    with pytest.raises(Unwritable):
        walked(store)


@pytest.mark.parametrize("name", ["route", "card", "rectify", "slip"])
def test_what_a_template_may_use_is_documented(name: str) -> None:
    page = (ROOT / "docs" / "templates.md").read_text("utf-8")
    section = page[page.index(f"## {name}.typ") :]
    used = set(re.findall(r"\b(?:job|job\.answer|one)\.([a-z_]+)", shipped(f"{name}.typ"))) - {"map", "len", "x", "y"}
    assert len(used) > 8 and not [one for one in used if f"`{one}`" not in section]


# -- the commands


def test_the_commands_say_one_line_with_the_file_and_its_json(here: Street) -> None:
    assert here.run("scan", APO, "-f", "over_door_business=三张桌", by="王芳").code == 0
    said = here.run("todo", "--route", by="王芳")
    assert (said.code, said.err, said.out.count("\n")) == (0, "", 1)
    assert said.out.split() == ["巡查单", "王芳", "3处", "1页", "3个码已复读", f"{OUTBOX}巡查单-王芳-1123-1000.pdf"]
    for words, kind in (
        (["show", APO, "--card"], "card"),
        (["show", "K1-0001", "--card"], "rectify"),
        (["show", "K1-0001", "--slip"], "slip"),
    ):
        path = here.folder / f"{kind}.pdf"
        found = json.loads(here.run(*words, "-o", str(path), "--json").out)
        assert (found["kind"], found["file"], found["pages"], found["codes"]) == (kind, str(path), 1, 0)
        assert [one["name"] for one in found["places"]] == [APO] and path.exists()
    found = json.loads(here.run("todo", "--route", "--json", by="王芳").out)
    assert (found["codes"], found["left"], len(found["places"])) == (3, 0, 3)


def test_a_small_screen_command_loads_no_paper(here: Street) -> None:
    for words in (
        ["todo", "-o", "x.pdf"],
        ["show", APO, "-o", "x.pdf"],
        ["show", APO, "--card", "--slip"],
        ["show", APO, "--slip", "--duty"],
    ):
        ran = here.run(*words)
        assert ran.code == 2 and ran.err.count("\n") == 1, words


def test_the_door_takes_its_codes_only_from_whoever_says_where_they_are(tmp_path: Path) -> None:
    """A template that speaks of codes that were not asked for hinders nothing."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "x.typ").write_text('#metadata((code: 7, page: 1, x: 0, y: 0, side: 1)) <fit>\n#metadata("odd") <fit>', "utf-8")
    made = notices.notice({"lang": "zh"}, tmp_path / "x.pdf", timestamp=0, template="x.typ", templates=folder)
    assert made.path.exists()
