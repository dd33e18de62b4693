"""What is printed is read for ever; what is mistyped is caught."""

import random
from itertools import combinations
from pathlib import Path

import pytest

from yima.core import codes
from yima.core.codes import ALPHABET, LENGTH, NotACode

GOLDEN = Path(__file__).parent.parent / "golden" / "codes.txt"
TOWN = "https://yima.example"
CODE = "28T5CY4TQKFD"
ANY = [codes.make(random.Random(seed).randbytes(7)) for seed in range(40)]


def printed_forms() -> list[tuple[str, str]]:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return [(form, code) for form, code in (line.split("\t") for line in lines if not line.startswith("#"))]


@pytest.mark.parametrize(("form", "code"), printed_forms())
def test_every_form_ever_printed_is_still_read(form: str, code: str) -> None:
    assert codes.parse(form, [TOWN]) == code
    assert codes.looks_like_code(form)


def test_what_is_printed_today_stands_in_the_golden_file() -> None:
    forms = dict(printed_forms())
    assert len(set(forms.values())) >= 8
    for code in set(forms.values()):
        for form in (codes.payload(code), codes.payload(code, TOWN), codes.grouped(code)):
            assert forms[form] == code, f"{form} is a new form: add a line, change none"


@pytest.mark.parametrize(("typed", "why"), [
    (f"Y1:{CODE}", "a gun"),
    (f"y1:{CODE.lower()}\r\n", "a gun with caps lock on"),
    (f"  Y1:{CODE}\t", "a gun that ends with a tab"),
    ("Ｙ１：２８Ｔ５ＣＹ４ＴＱＫＦＤ", "a gun while the input method writes full width"),
    (f"Y1：{CODE}", "a Chinese colon"),
    (f"HTTPS://YIMA.EXAMPLE/{CODE}", "a gun on a code with an address"),
    (f"https://yima.example/{CODE.lower()}/", "a phone's scanner, copied"),
    (f"ｈｔｔｐｓ：／／ｙｉｍａ．ｅｘａｍｐｌｅ／{CODE}", "the same in full width"),
    ("28T5-CY4T-QKFD", "as printed"),
    ("28t5 cy4t qkfd", "lower case, spaces"),
    ("28T5.CY4T.QKFD", "dots"),
    ("28T5。CY4T。QKFD", "dots of a Chinese input method"),
    ("28T5——CY4T——QKFD", "dashes of a Chinese input method"),
    ("２８Ｔ５　ＣＹ４Ｔ　ｑｋｆｄ", "full width with full-width spaces"),
    ("28T5CY4TQKFD", "ungrouped"),
    ("2 8T5C Y4TQK-FD", "any grouping"),
])  # fmt: skip
def test_a_code_is_read_however_it_arrives(typed: str, why: str) -> None:
    assert codes.parse(typed, ["HTTPS://OLD.EXAMPLE/", TOWN]) == CODE, why
    assert codes.looks_like_code(typed), why


def test_o_i_and_l_are_read_as_0_and_1() -> None:
    code = next(one for one in ANY if "0" in one and "1" in one)
    for typed in (code.replace("0", "O").replace("1", "I"), code.lower().replace("0", "o").replace("1", "l")):
        assert codes.parse(typed) == code


@pytest.mark.parametrize(("typed", "why"), [
    ("28T5-CY4T-QKFW", "check"),
    ("Y1:28T5CY4TQKFW", "check"),
    (f"HTTPS://YIMA.EXAMPLE/{CODE[:-1]}W", "check"),
    ("28T5-CY4T-QKF", "length"),
    ("Y1:", "length"),
    ("", "length"),
    ("6901234567892", "length"),
    ("28T5-CY4T-QKFU", "symbols"),
    ("28T5-CY4T-QK面D", "symbols"),
    (f"https://else.example/{CODE}", "foreign"),
    (f"https://yima.example.evil.example/{CODE}", "foreign"),
    (f"http://yima.example/{CODE}", "foreign"),
    (f"Y2:{CODE}", "foreign"),
    ("weixin://wxpay/bizpayurl?pr=28T5CY4", "foreign"),
    ("WIFI:S:shop;P:12345678;;", "foreign"),
])  # fmt: skip
def test_what_is_no_code_says_why(typed: str, why: str) -> None:
    with pytest.raises(NotACode) as caught:
        codes.parse(typed, [TOWN])
    assert caught.value.why == why


def test_an_address_without_a_known_prefix_is_foreign() -> None:
    with pytest.raises(NotACode) as caught:
        codes.parse(f"HTTPS://YIMA.EXAMPLE/{CODE}")
    assert caught.value.why == "foreign"


def test_every_single_wrong_symbol_is_caught() -> None:
    for code in ANY:
        wrong = [code[:at] + symbol + code[at + 1 :] for at in range(LENGTH) for symbol in ALPHABET if symbol != code[at]]
        assert len(wrong) == 12 * 31
        assert not any(map(codes.is_valid, wrong)), code


def test_every_swap_of_two_places_is_caught_whatever_stands_there() -> None:
    # The check is linear: that every pair of places and every pair of unlike symbols is caught in one code, is caught in all.
    for first, second in combinations(range(LENGTH - 1), 2):
        for one, other in combinations(ALPHABET, 2):
            body = ["0"] * (LENGTH - 1)
            body[first], body[second] = one, other
            code = "".join(body) + codes._check("".join(body))
            body[first], body[second] = other, one
            assert not codes.is_valid("".join(body) + code[-1])
    for code in ANY:
        for first, second in combinations(range(LENGTH), 2):
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert codes.is_valid("".join(swapped)) is (code[first] == code[second])


def test_random_bits_all_reach_the_code() -> None:
    assert len({codes.make((1 << bit).to_bytes(7, "big")) for bit in range(1, 56)} | {codes.make(bytes(7))}) == 56
    assert codes.make(bytes(7)) == "0" * 12
    assert codes.make(b"\xff" * 9) == codes.make(b"\xff" * 7)
    with pytest.raises(ValueError):
        codes.make(bytes(6))


def test_a_payload_stays_in_the_alphabet_that_keeps_the_qr_small() -> None:
    assert codes.payload(CODE) == f"Y1:{CODE}"
    assert len(codes.payload(CODE)) == 15
    assert codes.payload(CODE, "https://yima.example/") == codes.payload(CODE, TOWN) == f"HTTPS://YIMA.EXAMPLE/{CODE}"
    assert set(codes.payload(CODE, "https://a-b.example/p")) <= codes.QR_ALPHANUMERIC
    for prefix in ("https://码.example/", "https://a_b.example/", "https://a.example/?c=", "yima.example", "https://a b.example"):
        with pytest.raises(ValueError):
            codes.payload(CODE, prefix)


@pytest.mark.parametrize(("text", "is_meant"), [
    ("28T5-CY4T-QKFW", True),
    ("28T5-CY4T-QKF", True),
    ("28T5-CY4T-QKFU", True),
    ("weixin://wxpay/bizpayurl?pr=1", True),
    ("Y1:", True),
    ("老王面馆", False),
    ("365便利店", False),
    ("Coffee Corner", False),
    ("K2-0042", False),
    ("K1-B0007", False),
    ("13800138000", False),
    ("荷花路12号", False),
    ("4F7K", False),
    ("", False),
])  # fmt: skip
def test_a_name_or_a_case_number_is_not_taken_for_a_code(text: str, is_meant: bool) -> None:
    assert codes.looks_like_code(text) is is_meant


def test_a_code_of_letters_alone_is_still_taken_for_one() -> None:
    body = "ABCDEFGHJKM"
    check = codes._check(body)
    assert codes.looks_like_code(body + check) is True
    assert codes.looks_like_code(body + ("A" if check != "A" else "B")) is False


def test_near_codes_are_one_slip_away() -> None:
    known = [CODE, *ANY]
    for typed in ("28T5CY4TQKFW", "28T5-CY4T-QKDF", "82T5CY4TQKFD", "28T5CY4TQKUD", "28t5.cy4t.qkf", "28T5CY4TTQKFD", "Y1:28T5CY4TQK面D"):
        assert codes.near(typed, iter(known)) == [CODE], typed
    for typed in ("82T5CY4TQKDF", "00T5CY4TQKFD", "28T5", "", "T8251CY4QKFD"):
        assert codes.near(typed, known) == [], typed


def test_near_codes_are_few_and_in_order() -> None:
    family = ["28T5CY4TQKF" + symbol for symbol in reversed(ALPHABET)]
    assert codes.near(CODE, family) == ["28T5CY4TQKF0", "28T5CY4TQKF1", "28T5CY4TQKF2"]
    assert codes.near(CODE, [*family, *family], at_most=1) == ["28T5CY4TQKF0"]


def test_a_typed_beginning_becomes_symbols_for_a_search() -> None:
    assert codes.symbols("28t5-c") == "28T5C"
    assert codes.symbols("Ｏｉl－") == "011"
