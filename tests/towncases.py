"""What people say next of a case in the life of tests/townlife.py: a table of words by stage, who says them, and with what."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from yima.adapters.store.look import Hit
from yima.adapters.store.seen import number_of
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import MS_DAY, MS_HOUR, OWNER_OF, Item, Object, Person
from yima.verbs.answer import answer
from yima.verbs.dispose import Step, dispose
from yima.verbs.scan import How
from yima.verbs.scan.words import Said, Saying

if TYPE_CHECKING:
    from tests.townlife import Life

MINUTE = 60_000
DEPTS = ("cg", "mr", "cjb", "pingan", "safety", "police")
BRANCHES = {"return": 4, "transfer": 4, "extend": 7, "suspend": 5, "void": 2, "reassign": 3, "control": 6, "call": 3, "refer": 1, "contest": 2,
            "merge": 1, "appeal": 2, "answer_call": 2}  # fmt: skip
WORDS: dict[str, dict[str, int]] = {  # by stage: word -> weight
    "verify": {"confirm": 5, "refuse": 2, "look": 3},
    "triage": {"as_item": 5, "temporary_lead": 2, "refuse": 2},
    "self_fix": {"told": 6, "owner_fixed": 5, "done": 1, "look": 2, "void": 1, "control": 2, "contest": 1},
    "accept": {"accept": 50, "told": 12, "done": 6, "look": 5, **BRANCHES},
    "handle": {"done": 60, "look": 8, "owner_fixed": 6, **BRANCHES},
    "check": {"look": 22, "again": 4, "fail": 2, "close": 6, "rate": 12, "void": 1},
    "returned": {"send_back": 3, "reassign": 3, "transfer": 2},
    "unclaimed": {"take_over": 5, "refuse_transfer": 2, "reassign": 2},
    "suspended": {"grant_suspension": 4, "refuse_suspension": 1, "resume": 2, "wait": 4},
    "closed": {"grant_void": 3, "refuse_void": 2, "appeal": 1, "answer_contest": 1, "answer_appeal": 1, "wait": 4},
}


class Here(NamedTuple):
    """A case at its place, as time has made it by now."""

    object: Object
    case: Case
    item: Item


class Cases:
    """The desk of a living town."""

    def __init__(self, life: "Life") -> None:
        self.life, self.dice = life, life.dice

    def open_at(self, object_id: str) -> list[Here]:
        keys = [key for key, case in self.life.store.state(object_id).cases.items() if case.closed is None]
        return [here for key in keys if (here := self.here(object_id, key)) is not None]

    def here(self, object_id: str, name: str) -> Here | None:
        """None: the finding leads to no case (any more), or under rules that are not here."""
        store = self.life.store
        state = store.state(object_id)
        named = state.names.get(name)
        case = state.cases.get(named.case) if named is not None else None
        if case is None or state.obj is None:
            return None
        catalogue = store.town.catalogues[case.catalogue]
        case = cases.advance(store.town, catalogue, case, max(self.life.now, case.last))
        return Here(state.obj, case, cases.rule_of(catalogue, case))

    def touch(self, object_id: str, name: str) -> None:
        """Somebody turns to the case and says one thing; later somebody turns to it again."""
        here = self.here(object_id, name)
        if here is None:
            return
        words = {word: weight for word, weight in WORDS[here.case.stage].items() if self.fits(here, word)}
        word = self.dice.choices(list(words), list(words.values()))[0]
        if here.case.closed is None or self.dice.random() < 0.2:
            spread = self.dice.choice((MINUTE, 5 * MINUTE, 5 * MINUTE, 30 * MINUTE, 6 * MS_HOUR))
            self.life.later(self.life.now + round(spread * (1 + 9 * self.dice.random())), self.touch, object_id, name)
        if word == "wait":
            return
        says: Callable[[Here], None] | None = getattr(self, f"_{word}", None)
        self.life.counts[f"{here.case.stage} {word}"] += 1
        if says is not None:
            says(here)
        else:
            self.plainly(here, word)

    def fits(self, here: Here, word: str) -> bool:
        """Whether the word makes sense here; most of what is left is allowed to somebody."""
        case = here.case
        return {
            "told": (case.stage == "self_fix" and case.told is None) or (here.item.starts == "notified" and case.running is None),
            "close": case.flow == "F6" or (case.flow == "F3" and case.looked is not None),
            "appeal": case.appeal == "" and (case.running is None or self.life.now > case.opened + MS_DAY),
            "rate": case.flow == "F6",
            "owner_fixed": any(role in OWNER_OF for role in here.item.handlers),
            "answer_call": any(not call.answered for call in case.calls),
            "answer_contest": case.contest == "asked",
            "answer_appeal": case.appeal == "asked",
            "grant_void": case.outcome == "void",
            "refuse_void": case.outcome == "void",
        }.get(word, True)

    # -- who

    def handler(self, here: Here) -> Person:
        case, life = here.case, self.life
        if case.holder:
            return life.person(case.holder)
        if case.own_people:
            staff = [id_ for ids in life.by_role.values() for id_ in ids if life.store.town.people[id_][-1][1].dept == case.dept]
            return life.person(self.dice.choice(staff or [life.admin]))
        return life.someone(here.item.handlers, here.item, here.object) or self.finder(here)

    def finder(self, here: Here) -> Person:
        return self.life.someone(here.item.finders, here.item, here.object) or self.life.person(self.life.admin)

    def closer(self, here: Here) -> Person:
        """Somebody permanent other than who reported it done, mostly."""
        roles = ("cg_officer", "mr_officer", "police") if here.case.flow == "F3" else here.item.handlers
        return self.life.someone(roles, None, here.object) or self.handler(here)

    def leader(self, dept: str) -> Person:
        life = self.life
        found = [id_ for id_ in life.by_role["dept_leader"] if life.store.town.people[id_][-1][1].dept == dept]
        return life.person(found[0] if found else life.by_role["town_leader"][0])

    def town_leader(self) -> Person:
        return self.life.person(self.dice.choice(self.life.by_role["town_leader"]))

    def centre(self) -> Person:
        return self.life.person(self.dice.choice([self.life.admin, *self.life.by_role["admin"], *self.life.by_role["grid_inspector"][:3]]))

    # -- what

    def say(self, here: Here, word: str, by: Person, **more: Any) -> None:
        dispose(self.life.store, Hit(here.object.id, here.case.key), Step(word, **more), by, self.life.now)

    def plainly(self, here: Here, word: str) -> None:
        """A word that needs no more than a person and a reason."""
        by = {
            "confirm": self.finder, "told": self.dice.choice((self.finder, self.handler)), "fail": self.finder, "return": self.handler,
            "control": self.dice.choice((self.finder, self.handler)), "accept": self.handler, "done": self.handler, "close": self.closer,
        }.get(word, lambda here: self.leader(here.case.dept))(here)  # fmt: skip
        self.say(here, word, by, reason="情况说明")

    def _refuse(self, here: Here) -> None:
        by = self.centre() if here.case.stage == "triage" else self.finder(here)
        self.say(here, "refuse", by, reason="不属实")

    def _as_item(self, here: Here) -> None:
        fitting = [
            item.no for item in self.life.store.town.catalogues[here.case.catalogue].items.values() if here.object.kind in item.kinds
        ]
        self.say(here, "as_item", self.centre(), to=f"item:{self.dice.choice(fitting)}")

    def _temporary_lead(self, here: Here) -> None:
        self.say(here, "temporary_lead", self.centre(), to=f"dept:{self.dice.choice(DEPTS)}")

    def _transfer(self, here: Here) -> None:
        self.say(here, "transfer", self.leader(here.case.dept), reason="职责不符", to=f"dept:{self.dice.choice(DEPTS)}")

    def _take_over(self, here: Here) -> None:
        self.say(here, "accept", self.leader(here.case.to_dept))

    def _refuse_transfer(self, here: Here) -> None:
        self.say(here, "refuse", self.leader(here.case.to_dept), about="transfer", reason="也不属我部门")

    def _reassign(self, here: Here) -> None:
        if here.case.stage == "unclaimed" and self.dice.random() < 0.5:
            self.say(here, "reassign", self.town_leader(), to=f"dept:{self.dice.choice(DEPTS)}")
            return
        by = self.town_leader() if here.case.stage == "unclaimed" else self.leader(here.case.dept)
        other = self.life.someone(here.item.handlers, here.item, here.object) or self.life.person(self.life.by_role["cg_officer"][0])
        self.say(here, "reassign", by, to=f"person:{other.name}")

    def _extend(self, here: Here) -> None:
        days = self.dice.choice((None, 1, 2, 5))
        until = None if days is None else self.life.day(days)
        if here.case.asked is not None:
            by = self.dice.choice((self.leader(here.case.dept), self.town_leader()))
            self.say(here, self.dice.choice(("grant", "grant", "refuse")), by, about="extension")
        else:
            by = self.dice.choice((self.handler(here), self.leader(here.case.dept), self.town_leader()))
            self.say(here, "extend", by, reason="等待材料", until=until)

    def _suspend(self, here: Here) -> None:
        until = self.life.day(self.dice.choice((1, 5, 9, 14, 30)))
        self.say(here, "suspend", self.leader(here.case.dept), reason="等检测报告", until=until, document="青检〔2026〕9号")

    def _grant_suspension(self, here: Here) -> None:
        self.say(here, "grant", self.centre(), about="suspension")

    def _refuse_suspension(self, here: Here) -> None:
        self.say(here, "refuse", self.centre(), about="suspension")

    def _grant_void(self, here: Here) -> None:
        self.say(here, "grant", self.centre(), about="void")

    def _refuse_void(self, here: Here) -> None:
        self.say(here, "refuse", self.centre(), about="void")

    def _contest(self, here: Here) -> None:
        self.say(here, "contest", self.centre(), reason="不是本店的", entered_for="owner")

    def _answer_contest(self, here: Here) -> None:
        self.say(here, self.dice.choice(("uphold", "refuse")), self.leader(here.case.dept), about="contest")

    def _answer_appeal(self, here: Here) -> None:
        self.say(here, self.dice.choice(("uphold", "refuse")), self.town_leader(), about="appeal")

    def _call(self, here: Here) -> None:
        self.say(here, "call", self.handler(here), to=f"dept:{self.dice.choice(DEPTS)}")

    def _answer_call(self, here: Here) -> None:
        call = next(call for call in here.case.calls if not call.answered)
        self.say(here, "answer", self.leader(call.dept), about="call")

    def _refer(self, here: Here) -> None:
        self.say(here, "refer", self.leader(here.case.dept), document="会〔2026〕3号", until=self.life.day(7))

    def _merge(self, here: Here) -> None:
        others = [other.case for other in self.open_at(here.object.id) if other.case.key != here.case.key]
        if others:
            number = number_of(self.life.store, self.dice.choice(others))
            self.say(here, "merge", self.leader(here.case.dept), to=f"case:{number}")

    def _rate(self, here: Here) -> None:
        self.say(here, "rate", self.centre(), value=self.dice.choice((3, 4, 5)), entered_for="owner")

    # -- looks

    def looks(self, here: Here, by: Person, **said: tuple[str, ...]) -> None:
        """On the same code: inside only where one may enter."""
        role = self.life.store.town.last_catalogue.roles.get(by.roles[0].role) if by.roles else None
        protected = here.item.where in ("inside", "papers") and here.object.kind in ("shop", "stall")
        mode = "patrol" if not protected else "inspection" if role is not None and role.may_inspect else "invited"
        self.life.visit(here.object.id, by, mode, **said)

    def _look(self, here: Here) -> None:
        self.looks(here, self.dice.choice((self.finder, self.handler))(here), fine=(here.case.key,))

    def _again(self, here: Here) -> None:
        self.looks(here, self.dice.choice((self.finder, self.handler))(here), again=(here.case.key,))

    def _owner_fixed(self, here: Here) -> None:
        """The owner says it is done: by themselves, by somebody who enters it with their consent, or on the phone."""
        life, hit = self.life, Hit(here.object.id, read="typed")
        said = Said((Saying(here.case.item, "", fixed=True),)) if here.case.item else Said()
        owner = life.owner_of.get(here.object.id)
        if owner and self.dice.random() < 0.7:
            life.record(hit, said, life.store.town.people[owner][-1][1], How("self"))
        elif self.dice.random() < 0.5:
            life.record(hit, said, self.finder(here), How("proxy", consent=True))
        else:
            self.say(here, "done", self.centre(), entered_for="owner")

    # -- the ladder

    def answers(self, object_id: str, key: str, leader: str) -> None:
        """What a leader answers to a rung; some of it on paper, entered by the centre."""
        life = self.life
        here = self.here(object_id, key)
        if here is None:
            return
        how = self.dice.choice(("instruct", "instruct", "instruct", "reassign", "extend", "takeover", "refer"))
        other = life.someone(here.item.handlers, here.item, here.object)
        more: dict[str, Any] = {"to": other.name if other is not None else ""} if how == "reassign" else {}
        if how == "refer":
            more = {"document": "移〔2026〕5号", "until": self.life.day(20)}
        if how == "extend":
            more = {"until": life.day(self.dice.choice((1, 3, 6)))}
        one: Person = life.store.town.people[leader][-1][1]
        by, paper = (self.centre(), one) if self.dice.random() < 0.2 else (life.person(leader), None)
        answer(life.store, Hit(object_id, key), how, text="马上办", leader=paper, by=by, now=life.now, **more)
