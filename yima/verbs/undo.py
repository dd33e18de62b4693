"""`yima undo`: take back one's own last entry within 30 minutes, or, for the centre, anybody's visit or step with a reason."""

from yima.adapters.store import Store, look, seen
from yima.core.events import Fact, FactWithdrawn
from yima.core.model import Object, Person
from yima.core.results.pages import Undone
from yima.errors import BadInput, NotAllowed
from yima.i18n import _

KINDS = ("visit.recorded", "step.taken")


def undo(store: Store, by: Person, now: int, *, fact_name: str = "", reason: str = "") -> Undone:
    """Withdraw a fact. fact_name: "K1-17" (device letters and number of the fact) or a hash; "" = one's own last visit or step.

    Raises BadInput or NotAllowed where the withdrawal would not count, and then nothing has been written.
    """
    with store.transaction():
        target = _named(store, fact_name) if fact_name else _own_last(store, by)
        if fact_name and not reason:
            raise BadInput(_("Taking back somebody's entry needs a reason: --reason TEXT."))
        if target.kind not in KINDS:
            raise BadInput(_("Only visits and steps are taken back; anything else is set right by a new entry."))
        fact = store.append("fact.withdrawn", target.subject, FactWithdrawn(target.hash, reason), by=by.id, now=now)
        store.fresh([target.subject])
        if why := store.state(target.subject).unmoved.get(fact.hash, ""):
            raise NotAllowed(
                {
                    "late": _(
                        "An entry of one's own can be taken back for 30 minutes; now the centre must: yima undo {0} --reason TEXT."
                    ).format(f"{seen.letters_of(store, target.device)}-{target.seq}"),
                    "others": _("Somebody else has already acted on it; the centre can take it back with a reason."),
                    "fact": _("That entry cannot be taken back."),
                }.get(why, _("{0} may not take this back ({1}).").format(by.name, why))
            )
        obj = look.store_object(store, target.subject) or Object(target.subject, "", "")
        return Undone(seen.fact_name(store, target), target.kind, seen.object_seen(store, obj, now), store.town.when(target))


def _own_last(store: Store, by: Person) -> Fact:
    fact = look.last_of(store, by.id, KINDS)
    if fact is None:
        raise BadInput(_("{0} has entered nothing here that could be taken back.").format(by.name))
    if look.is_withdrawn(store, fact):
        raise BadInput(_("The last entry has been taken back already; an earlier one only the centre can take back."))
    return fact


def _named(store: Store, name: str) -> Fact:
    fact = look.fact_named(store, name)
    if fact is None:
        raise BadInput(_("There is no entry {0}; `yima log` shows the numbers.").format(name))
    return fact
