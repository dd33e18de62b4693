"""What a printed code contains, and how to read back what a gun or a person types. A form once printed is read for ever."""

from collections.abc import Iterable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
LENGTH = 12  # 11 random symbols and one check symbol
MARK = "Y1:"  # the form's version: another form gets another mark
QR_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_TIMES_A = [(value << 1) ^ (0b100101 if value & 16 else 0) for value in range(32)]
_SYMBOLS = frozenset(ALPHABET)
_SEPARATORS = " \t\r\n-._·。—–‐‑−\u3000\ufeff\u200b"  # with what a Chinese input method makes of "." and "-"
_SAME = {symbol: symbol for symbol in ALPHABET + "OIL"}  # said to str.translate: what it has to miss costs it an exception
_READ_AS = str.maketrans({**_SAME, "O": "0", "I": "1", "L": "1", **dict.fromkeys(_SEPARATORS)})  # Crockford: what a hand writes for 0 and 1
_PARTS = str.maketrans({**_SAME, **dict.fromkeys(_SEPARATORS, " ")})
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # full-width ！ to ～: unicodedata would be one import more at a scan


class NotACode(ValueError):
    """The text is no code of ours.

    why: "check" (12 symbols, one or more of them mistyped), "length" (not 12 symbols), "symbols" (a character that no code has),
    "foreign" (the address of another host, or some other QR content).
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def make(random: bytes) -> str:
    """The 12 symbols of a new code from at least 7 random bytes (55 bits of them are used); fewer raise ValueError (our bug)."""
    if len(random) < 7:
        raise ValueError("a code needs at least 7 random bytes")
    bits = int.from_bytes(random[:7], "big") >> 1
    body = "".join(ALPHABET[bits >> shift & 31] for shift in range(50, -5, -5))
    return body + _check(body)


def payload(code: str, url_prefix: str = "") -> str:
    """What the QR holds: `Y1:` + 12 symbols, or `HTTPS://HOST/` + 12 symbols. All of it fits the QR's alphanumeric mode.

    url_prefix: the town's address, in any case, with or without the last slash; one that does not fit raises ValueError.
    """
    if not url_prefix:
        return MARK + code
    prefix = _prefix(url_prefix)
    if not QR_ALPHANUMERIC.issuperset(prefix) or " " in prefix or "://" not in prefix:
        raise ValueError(url_prefix)
    return prefix + code


def grouped(code: str) -> str:
    """The printed form for the eye: 4F7K-92MD-QX8T."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def parse(text: str, url_prefixes: Iterable[str] = ()) -> str:
    """The 12 symbols of what was scanned or typed; raises NotACode.

    text: a payload, an address with one of the town's url_prefixes, or the short code in any case and grouping, with full-width
    letters and O, I, L for 0 and 1. An address is never opened, only compared.
    """
    plain = narrow(text)
    if plain.startswith(MARK):
        return _checked(plain[len(MARK) :])
    if ":" in plain or "/" in plain:
        for prefix in map(_prefix, url_prefixes):
            if plain.startswith(prefix):
                return _checked(plain[len(prefix) :].removesuffix("/"))
        raise NotACode("foreign")
    return _checked(plain)


def looks_like_code(text: str) -> bool:
    """Was a code meant, rather than a name or a case number? True also for a mistyped code and for foreign QR content.

    Twelve letters without a digit are a name (Coffee Corner) unless their check symbol is right: of 90 codes one has no digit.
    """
    plain = narrow(text)
    if plain.startswith(MARK) or "://" in plain:
        return True
    parts = plain.translate(_PARTS).split()
    short = "".join(parts)
    if not (short.isascii() and short.isalnum()):
        return False
    if not short.isalpha():  # it has a digit
        return len(short) == LENGTH or (len(parts) == 3 and abs(len(short) - LENGTH) == 1)
    return is_valid(symbols(short))


def symbols(text: str) -> str:
    """The typed text as symbols: upper case, ungrouped, without the mark, O, I and L read as 0 and 1; for a search by prefix, unchecked."""
    return narrow(text).removeprefix(MARK).translate(_READ_AS)


def is_valid(code: str) -> bool:
    """Are these 12 symbols of the alphabet, the last of which is the right check?"""
    return len(code) == LENGTH and _SYMBOLS.issuperset(code) and _check(code[:-1]) == code[-1]


def near(code: str, known: Iterable[str], at_most: int = 3) -> list[str]:
    """Codes of `known` that the mistyped text may have meant: one symbol wrong, missing or too many, or two neighbours swapped.

    Sorted, at most `at_most`; empty when the text is too far from 12 symbols. `known` is read once (383 candidates are looked up in it).
    """
    typed = symbols(code)
    candidates: set[str] = set()
    if len(typed) == LENGTH:
        candidates.update(typed[:place] + symbol + typed[place + 1 :] for place in range(LENGTH) for symbol in ALPHABET)
        candidates.update(typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(LENGTH - 1))
    elif len(typed) == LENGTH - 1:
        candidates.update(typed[:place] + symbol + typed[place:] for place in range(LENGTH) for symbol in ALPHABET)
    elif len(typed) == LENGTH + 1:
        candidates.update(typed[:place] + typed[place + 1 :] for place in range(LENGTH + 1))
    return sorted({one for one in known if one in candidates})[:at_most] if candidates else []


def _check(body: str) -> str:
    """The check symbol: a sum over GF(32), x^5 + x^2 + 1, with the weights a^11 … a^1 and a^0 = 1 for the check itself.

    a has order 31, so no two places weigh the same and none weighs nothing: each single wrong symbol and each swap of two is caught.
    """
    total = 0
    for symbol in body:
        total = _TIMES_A[total ^ _VALUE[symbol]]
    return ALPHABET[total]


def _checked(plain: str) -> str:
    code = plain.translate(_READ_AS)
    if code and not (code.isascii() and code.isalnum()):
        raise NotACode("symbols")
    if len(code) != LENGTH:
        raise NotACode("length")
    if not _SYMBOLS.issuperset(code):
        raise NotACode("symbols")
    if _check(code[:-1]) != code[-1]:
        raise NotACode("check")
    return code


def case_number(plain: str) -> tuple[str, int] | None:
    """A device's letters and the number of a case, of a text in upper case and half width (K1-0042); None where it is none."""
    letters, _dash, digits = plain.partition("-")
    number = digits.rstrip("B")
    if not letters or not number.isdigit() or not digits.isascii() or len(digits) > 12:
        return None
    return letters, int(number)


def narrow(text: str) -> str:
    """Upper case and half width, without the edges."""
    if not text.isascii():
        text = text.translate(_NARROW)
    return text.strip(" \t\r\n\u3000\ufeff\u200b").upper()


def _prefix(url_prefix: str) -> str:
    return narrow(url_prefix).rstrip("/") + "/"
