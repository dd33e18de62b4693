"""One row that somebody types instead of a ledger: judged by the same rules as a row of a sheet."""

from collections.abc import Mapping

from yima.adapters.ledger.header import KEY, Head, Register
from yima.adapters.ledger.rows import Reading, Row
from yima.adapters.ledger.sheets import Sheet
from yima.errors import BadInput
from yima.i18n import _


def one_row(register: Register, said: Mapping[str, str], words: Mapping[str, str]) -> Row:
    """A typed row, with the register's key field among its fields. A field said as "" only says that the row has such a column.

    said: field -> text as typed. words: field -> what it is called where it is typed (--licence), for the sentences.
    Raises BadInput with all faults of the row, and for what would be left out silently in a ledger: identity card numbers, "无", "/".
    """
    fields = tuple(said)
    head = Head(0, 1, tuple(words.get(name, name) for name in fields), fields, tuple((name, at) for at, name in enumerate(fields)))
    reading = Reading(register, head, Sheet("", [list(head.words), [said[name] for name in fields]]))
    reading.run()
    if reading.counts["identity"]:
        raise BadInput(_("An identity card number is never stored; leave it out."))
    if reading.faults:
        raise BadInput(" ".join(reason for _line, reason in reading.faults))
    if not reading.rows:
        raise BadInput(_("“{text}” is no name of a shop, point or person.").format(text=said[KEY[register]]))
    row = reading.rows[0]
    for name in fields:
        left_out = row.position is None if name in ("lon", "lat") else name not in row.values and name != "licence"  # 无证 is an answer
        if said[name] and left_out:
            raise BadInput(
                _("{option} says nothing (“{text}”); write what it is, or leave it out.").format(
                    option=words.get(name, name), text=said[name]
                )
            )
    return row
