"""A decision added to claims.yaml: what the clerk wrote stays byte for byte, any text survives, and nothing is written that would be a fault."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yima.adapters.catalog import FILES, add_claim, defaults, read
from yima.adapters.catalog.claims import quoted
from yima.errors import BadInput, Unwritable

CLAIM = {"item": "over_door_business", "decision": "claimed", "dept": "cg", "meeting": "第3次联席会议", "on": "2026-08-20"}
OLD = "{item: goods_on_pavement, dept: cg, meeting: 第2次联席会议, on: 2026-07-01}"
TEXT = st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and not any("\ud800" <= sign <= "\udfff" for sign in text))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in FILES:
        shutil.copy(defaults() / file, tmp_path / file)
    return tmp_path


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of a property; each writes its own claims.yaml. Few items, so that reading them takes no time."""
    folder = tmp_path_factory.mktemp("town")
    text = (defaults() / "modules.yaml").read_text(encoding="utf-8")
    keep, machine = text.index("  # ── 1 "), text.index("\n# ── 流程 ")
    parts = text[keep:machine].split("\n  # ── ")
    items = [part for part in parts if "id: over_door_business" in part or "id: goods_on_pavement" in part]
    made = text[:keep] + "\n  # ── ".join(["", *items]) + text[machine:]
    made = "\n".join(
        line for line in made.split("\n") if not line.startswith(("      - {item:", "    not_this_if:")) and "燃气抢修" not in line
    )
    (folder / "modules.yaml").write_text(made, encoding="utf-8")
    shutil.copy(defaults() / "roles.yaml", folder / "roles.yaml")
    (folder / "claims.yaml").write_text("claims: []\n", encoding="utf-8")
    assert read(folder)[1] == []
    return folder


def claims(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "claims.yaml").read_bytes().decode("utf-8-sig")
    return list(yaml.load(text, yaml.BaseLoader)["claims"])


FORMS = [
    ("claims: []\n", "as shipped"),
    ("# 一\nclaims: []  # 还没有\n# 二\n", "remarks around"),
    ("claims:\n", "a key without value"),
    ("# 只有说明\n", "only remarks"),
    ("", "empty"),
    (f"claims:\n  - {OLD}\n", "a list"),
    (f"claims:\n- {OLD}\n", "a list without indent"),
    (f"claims:\n      -   {OLD}   # 旧的\n\n# 尾注\n", "another indent, a tail"),
    (f"claims:\n  - {OLD}", "no end of line at the end"),
    (
        "claims:\n  - item: goods_on_pavement\n    dept: cg\n    # 中间\n    meeting: 第2次联席会议\n    on: 2026-07-01\n",
        "on several lines",
    ),
    (f"claims: [{OLD}]\n", "in brackets"),
    (f"claims: [\n  {OLD},  # 旧的\n  ]  # 完\n", "in brackets over lines, a comma at the end"),
    ("claims: [\n  # 没有\n  ]\n", "empty brackets over lines"),
    ("claims:   [ ]   # 空\n", "spaces"),
]


@pytest.mark.parametrize(("text", "why"), FORMS, ids=[why for _text, why in FORMS])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_a_decision_is_added_to_any_form_of_the_file(lasting: Path, text: str, why: str, end: str, mark: str) -> None:
    raw = (mark + text.replace("\n", end)).encode()
    path = lasting / "claims.yaml"
    path.write_bytes(raw)
    add_claim(lasting, {**CLAIM, "basis": "纪要第4条：同意"})
    assert claims(lasting)[-1] == {**CLAIM, "basis": "纪要第4条：同意"}
    assert [claim["item"] for claim in claims(lasting)[:-1]] == ["goods_on_pavement"] * text.count("goods_on_pavement")
    assert read(lasting)[1] == []
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf") == bool(mark)
    assert after.count(b"\r\n") == (after.count(b"\n") if end == "\r\n" and text else 0), "the line ends of the file"
    for line in raw.removeprefix(b"\xef\xbb\xbf").splitlines():
        if b"#" in line:
            assert line[line.index(b"#") :] in after, "a remark is gone"
    assert sorted(os.listdir(lasting)) == ["claims.yaml", "modules.yaml", "roles.yaml"]


def test_what_was_there_stays_byte_for_byte_before_the_new_line(folder: Path) -> None:
    path = folder / "claims.yaml"
    text = f"# 说明\n\nclaims:\n   -  {OLD}  # 第二次会\n\n# 下面是今年的\n"
    path.write_text(text, encoding="utf-8")
    add_claim(folder, {**CLAIM, "decision": "refused", "dept": "mr"})
    add_claim(folder, {**CLAIM, "on": "2026-09-20", "basis": ""})
    new = path.read_text(encoding="utf-8")
    assert new.startswith(text)
    assert new[len(text) :].splitlines() == [
        "   - {item: over_door_business, decision: refused, dept: mr, meeting: 第3次联席会议, on: 2026-08-20}",
        "   - {item: over_door_business, decision: claimed, dept: cg, meeting: 第3次联席会议, on: 2026-09-20}",
    ]


def survives(lasting: Path, meeting: str, basis: str, remark: str) -> None:
    path = lasting / "claims.yaml"
    before = f"# {remark}\nclaims:\n  - {OLD}  # {remark}\n".encode()
    path.write_bytes(before)
    add_claim(lasting, {**CLAIM, "meeting": meeting, "basis": basis})
    body, faults = read(lasting)
    assert faults == []
    assert path.read_bytes().startswith(before)
    old, new = sorted(body["claims"], key=lambda claim: str(claim["item"]))
    assert (old["item"], old["meeting"]) == ("goods_on_pavement", "第2次联席会议")
    assert (new["meeting"], new.get("basis", "")) == (meeting, basis)


REMARK = st.text("说明#: []{}'\"，x", max_size=20)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meeting=TEXT, basis=TEXT | st.just(""), remark=REMARK)
def test_any_text_survives_and_so_does_what_was_there(lasting: Path, meeting: str, basis: str, remark: str) -> None:
    survives(lasting, meeting, basis, remark)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])  # the pure loader takes a second
@given(meeting=TEXT, basis=TEXT, remark=REMARK)
def test_any_text_survives_where_yaml_has_no_c_loader(lasting: Path, meeting: str, basis: str, remark: str) -> None:
    from yima.adapters.catalog import claims as room
    from yima.adapters.catalog import text as reader

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "LOADER", yaml.BaseLoader)
        patch.setattr(room, "LOADER", yaml.BaseLoader)
        survives(lasting, meeting, basis, remark)


@given(st.text(max_size=80).filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text)))
def test_a_quoted_text_is_read_back_as_it_was(text: str) -> None:
    for loader in (yaml.BaseLoader, getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
        assert yaml.load(f"- {{a: {quoted(text)}, b: c}}\n", loader) == [{"a": text, "b": "c"}]


# ── refused, and nothing is written ──


@pytest.mark.parametrize(("claim", "says"), [
    ({"dept": "mr"}, "cg"),
    ({"dept": "nobody"}, "nobody"),
    ({"item": "over_dor_business"}, "over_door_business"),
    ({"on": "2026-02-30"}, "2026-02-30"),
    ({"on": "20.8.2026"}, "20.8.2026"),
    ({"decision": "yes"}, "yes"),
    ({"meeting": ""}, "meeting"),
    ({"meeting": "会" * 501}, "501"),
    ({"basis": "\ud800"}, ""),
    ({"item": "goods_on_pavement", "on": "2026-07-01"}, "goods_on_pavement"),
], ids=str)  # fmt: skip
def test_what_would_be_a_fault_is_not_written(folder: Path, claim: dict[str, str], says: str) -> None:
    path = folder / "claims.yaml"
    path.write_text(f"claims:\n  - {OLD}\n", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(BadInput) as error:
        add_claim(folder, {**CLAIM, **claim})
    assert says in str(error.value) and "\n" not in str(error.value)
    assert path.read_bytes() == before and sorted(os.listdir(folder)) == sorted(FILES)


@pytest.mark.parametrize("raw", [
    b"claims:\n\t- {item: a}\n", b"claims:\n  - {item: nothing_like_it}\n", "claims: [] # 认领\n".encode("gb18030"), b"just words\n",
    b"claims: [\n", b"claims: {}{}\n", b"claims: yes\n", b"claims: []\nclaims: []\n", b"other: 1\n", b"claims: " + b"x" * 2_000_000,
], ids=str)  # fmt: skip
def test_a_file_that_cannot_be_read_is_left_as_it_is(folder: Path, raw: bytes) -> None:
    path = folder / "claims.yaml"
    path.write_bytes(raw)
    with pytest.raises(BadInput):
        add_claim(folder, CLAIM)
    assert path.read_bytes() == raw and sorted(os.listdir(folder)) == sorted(FILES)


def test_a_missing_file_is_not_made_anew(folder: Path) -> None:
    (folder / "claims.yaml").unlink()
    with pytest.raises(BadInput):
        add_claim(folder, CLAIM)
    assert not (folder / "claims.yaml").exists(), "the claims of years may only have been moved"


def test_rules_that_cannot_be_read_take_no_claim(folder: Path) -> None:
    (folder / "modules.yaml").unlink()
    with pytest.raises(BadInput):
        add_claim(folder, CLAIM)
    assert (folder / "claims.yaml").read_bytes() == (defaults() / "claims.yaml").read_bytes()


def test_other_faults_of_the_rules_do_not_stop_a_claim(folder: Path) -> None:
    text = (folder / "modules.yaml").read_text(encoding="utf-8")
    (folder / "modules.yaml").write_text(text.replace("visit_budget: 7", "visit_budget: 0", 1), encoding="utf-8")
    add_claim(folder, CLAIM)
    assert claims(folder) == [CLAIM]


def test_a_disk_that_fails_leaves_the_file_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    before = (folder / "claims.yaml").read_bytes()
    with pytest.raises(Unwritable):
        add_claim(folder, CLAIM)
    assert (folder / "claims.yaml").read_bytes() == before and sorted(os.listdir(folder)) == sorted(FILES)


def test_a_link_stays_a_link_and_the_rights_stay(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    real = tmp_path_factory.mktemp("elsewhere") / "claims.yaml"
    shutil.move(folder / "claims.yaml", real)
    real.chmod(0o640)
    (folder / "claims.yaml").symlink_to(real)
    add_claim(folder, CLAIM)
    assert (folder / "claims.yaml").is_symlink() and claims(folder) == [CLAIM]
    assert real.stat().st_mode & 0o777 == 0o640
