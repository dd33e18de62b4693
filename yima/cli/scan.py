"""`yima scan`: in one line, in a pipe, or in the loop of a finder."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from yima.cli.frame import By, For, Json, MaybeCode, command, now
from yima.cli.shared import actor, opened, voice
from yima.errors import BadInput, WrongUsage, YimaError
from yima.i18n import _

if TYPE_CHECKING:
    from yima.adapters.store import Store
    from yima.adapters.store.look import Hit
    from yima.core.model import Person
    from yima.core.results.street import Scanned
    from yima.verbs.scan import How


@command(help=_("Record a visit; without CODE the loop, or in a pipe one line a visit."))
def scan(
    code: MaybeCode = None,
    ok: Annotated[bool, typer.Option("--ok", help=_("All that is due was looked at and is in order; beside -f: all the rest."))] = False,
    found: Annotated[
        list[str] | None,
        typer.Option("-f", "--found", metavar=_("ITEM[!][=NOTE]"), help=_("An item not in order; ! = fixed on the spot; other=WHAT.")),
    ] = None,
    closed: Annotated[
        str | None,
        typer.Option(
            "--closed", metavar=_("WHY"), help=_("Nothing inside could be asked: shut, ceased, fitting_out, vacant, demolished, no_entry.")
        ),
    ] = None,
    plate: Annotated[str, typer.Option("--plate", metavar=_("STATE"), help=_("The plate is fine, missing, dirty or covered."))] = "",
    mode: Annotated[str, typer.Option("--mode", metavar=_("MODE"), help=_("patrol, self, proxy, invited or inspection."))] = "patrol",
    permit: Annotated[str, typer.Option("--permit", metavar=_("DOC NO"), help=_("The inspection code (检查码) of an inspection."))] = "",
    consent: Annotated[bool, typer.Option("--consent", help=_("The owner agreed to be scanned for (proxy)."))] = False,
    told: Annotated[bool, typer.Option("--told", help=_("The owner was told face to face."))] = False,
    control: Annotated[bool, typer.Option("--control", help=_("The danger was put under control at once."))] = False,
    source: Annotated[
        str, typer.Option("--source", metavar=_("SOURCE"), help=_("Where the finding comes from: hotline, grid, order."))
    ] = "",
    ext_ref: Annotated[str, typer.Option("--ext-ref", metavar=_("DOC NO"), help=_("Its number there."))] = "",
    seen: Annotated[str | None, typer.Option("--seen", metavar="HH:MM", help=_("Seen earlier today, entered now."))] = None,
    for_: For = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.verbs.scan import How

    with opened() as store:
        person = actor(store, by)
        how = How(mode, permit, consent, plate, False, _minute(store, seen), for_ or "", source, ext_ref, told, control)
        if code is not None and (ok or found or closed or not sys.stdin.isatty()):
            _one(store, code, ok, found or [], closed, person, how, json)
        elif code is not None:
            _Loop(store, person, how).visit(code)
        elif ok or found or closed:
            raise WrongUsage(_("Say at which CODE: yima scan CODE …"))
        elif sys.stdin.isatty():
            _Loop(store, person, how).run()
        else:
            raise typer.Exit(_pipe(store, person, how, json))


def _minute(store: "Store", text: str | None) -> int | None:
    """--seen as an instant of today."""
    if text is None:
        return None
    hours, colon, minutes = text.replace("：", ":").partition(":")
    is_number = all(part.isascii() and part.isdecimal() and len(part) < 3 for part in (hours, minutes))
    if not (colon and is_number and int(hours) < 24 and int(minutes) < 60):
        raise WrongUsage(_("--seen is a time of today such as 09:30."))
    return store.town.day_start(store.town.day(now())) + (int(hours) * 60 + int(minutes)) * 60_000


def _one(store: "Store", code: str, ok: bool, found: list[str], closed: str | None, person: "Person", how: "How", json: bool) -> None:
    from yima.adapters.render import say
    from yima.verbs import scan as verb
    from yima.verbs.scan import words

    moment, catalogue = now(), store.town.last_catalogue
    if closed is not None and closed.lower() not in words.CLOSED:
        raise WrongUsage(_("--closed is one of shut, ceased, fitting_out, vacant, demolished, no_entry."))
    said = words.Said(tuple(words.finding(text, catalogue) for text in found), words.CLOSED[closed.lower()] if closed else "", ok)
    result = verb.scan(store, code, said, person, moment, how)
    say(result, voice(store, moment, json))


def _pipe(store: "Store", person: "Person", how: "How", json: bool) -> int:
    """One line is one visit; a bad line is named and the others still count. The exit code is that of the last bad line, else 0."""
    from yima.adapters.render import clean, say
    from yima.verbs import scan as verb
    from yima.verbs.scan import words

    worst = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = _decoded(line)
            if not text or text.startswith("#"):
                continue
            moment = now()
            head, rest = words.split_line(text)
            result = verb.scan(store, head, words.parse(rest, store.town.last_catalogue), person, moment, how)
            say(result, voice(store, moment, json))
        except YimaError as error:
            print(_("yima: line {0}: {1}").format(number, clean(str(error))), file=sys.stderr)
            worst = error.exit_code
    return worst


def _decoded(line: bytes) -> str:
    """A pipe's line, whatever the console's encoding: UTF-8, else GB18030, as the ledgers are read. Raises BadInput for neither."""
    for encoding in ("utf-8-sig", "gb18030"):  # GB18030 last: it decodes almost anything
        try:
            return line.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
    raise BadInput(_("The line is neither UTF-8 nor GB18030; save the file as UTF-8, then try again."))


class _Loop:
    """The loop of a finder: a code, its questions, what was found, and the answer."""

    def __init__(self, store: "Store", person: "Person", how: "How") -> None:
        self.store, self.person, self.how = store, person, how
        self.tell: list[tuple[str, str]] = []  # cases just opened whose owner was not told yet

    def run(self) -> None:
        from yima.verbs.todo import places

        due, done = places(self.store, self.person, now())
        roles = self.store.town.last_catalogue.roles
        names = _(", ").join(dict.fromkeys(roles[held.role].name for held in self.person.roles if held.role in roles))
        print(_("{0}　{1}　today {2} places to see, {3} seen").format(self.person.name, names, due, done))
        print(_("Enter = looked at everything, all in order   numbers = not in order   ? = help   q = end"))
        for text in self._lines(_("scan> ")):
            if text in ("q", "Q", "ｑ"):
                return
            if text in ("?", "？"):
                print(_HELP())
            elif text in ("t", "T", "ｔ"):
                self._told()
            else:
                self.visit(text)

    def _lines(self, prompt: str) -> Iterator[str]:
        while True:
            try:
                text = input(prompt).strip()
            except EOFError:
                print()
                return
            if text:
                yield text

    def visit(self, code: str) -> None:
        """One code, whatever is said at it; a mistake is said and the loop goes on."""
        from yima.adapters.render import clean
        from yima.adapters.store.look import Ambiguous, resolve

        try:
            try:
                hit = resolve(self.store, code)
            except Ambiguous as error:
                chosen = self._choose(error.candidates)
                if chosen is None:
                    return
                hit = _hit(chosen)
            self._visit(hit)
        except YimaError as error:
            print(f"  {clean(str(error))}", file=sys.stderr)

    def _choose(self, candidates: tuple[tuple[str, str, str], ...]) -> str | None:
        lines = "　".join(f"{number} {place} {name}" for number, (_id, place, name) in enumerate(candidates, 1))
        print("  " + _("{0} fit: {1}. Type the number.").format(len(candidates), lines))
        answer = input("  > ").strip()
        numbers = {str(number): one[0] for number, one in enumerate(candidates, 1)}
        return numbers.get(answer)

    def _visit(self, hit: "Hit") -> None:
        from yima.adapters.render import clean, closed_word, say
        from yima.adapters.render.street import asked_text, outcome_lines
        from yima.adapters.store.look import is_place
        from yima.verbs import scan as verb
        from yima.verbs.scan import words

        moment, closed = now(), ""
        asked = verb.ask(self.store, hit, self.person, moment, self.how)
        print(asked_text(asked, voice(self.store, moment)))
        while True:
            try:
                text = input(_("not in order> ")).strip()
            except EOFError:
                print()
                return
            if text in ("q", "Q"):
                print("  " + _("Nothing was recorded here."))
                return
            if text in ("?", "？"):
                print(_HELP())
                continue
            if text and is_place(self.store, text):  # the next plate was scanned: what was shown here is neither fine nor found
                print("  " + _("That is another code or shop; first finish this one: Enter = all in order, q = record nothing."))
                continue
            try:
                said = words.parse(text, self.store.town.last_catalogue, positions=True)
                if said.closed and not closed:  # what is inside stays due; the outside is shown again and still looked at
                    closed = said.closed
                    asked = verb.ask(self.store, hit, self.person, moment, self.how, closed=closed)
                    if not said.findings and (asked.questions or asked.cases):
                        print("  " + _("Recorded as {0} with the next Enter; the outside is still looked at:").format(closed_word(closed)))
                        print(asked_text(asked, voice(self.store, moment)))
                        continue
                said = said._replace(closed=closed)
                how = self.how._replace(shown=True)
                result = verb.scan(self.store, hit, said, self.person, now(), how, asked)
                break
            except YimaError as error:
                print(f"  {clean(str(error))}", file=sys.stderr)
        if result.findings and not result.phones:  # the place stands above already
            print("\n".join(outcome_lines(result, voice(self.store, now()), hint=True)))
        else:
            say(result, voice(self.store, now()))
        self._after(hit, result)

    def _after(self, hit: "Hit", result: "Scanned") -> None:
        from yima.verbs.scan import say_step

        self.tell = [(hit.object, case.key) for case in result.opened if case.stage == "self_fix" and case.told is None]
        hazards = [(hit.object, case.key) for case in result.opened if case.flow == "F4" and case.stage != "closed"]
        if hazards and (what := input("  " + _("What was done at once? (Enter = nothing yet)> ")).strip()):
            done = say_step(self.store, hazards, "control", what, self.person, now())
            for case in done:
                print("  " + _("{0}: recorded as under control").format(case.number))
            if not done:
                print("  " + _("Not recorded: only who looks for or handles this item may say so; phone them."))

    def _told(self) -> None:
        from yima.adapters.render.street import case_line
        from yima.verbs.scan import say_step

        if not self.tell:
            print("  " + _("Nobody waits to be told; t follows a new finding at a shop."))
            return
        moment = now()
        for case in say_step(self.store, self.tell, "told", "", self.person, moment):
            print("  " + case_line(case, voice(self.store, moment)))
        self.tell = []


def _hit(object_id: str) -> "Hit":
    from yima.adapters.store.look import Hit

    return Hit(object_id, read="name")


def _HELP() -> str:
    return _(
        "  Scan or type a code, or a shop's name.\n"
        "  Then: Enter = everything shown is in order; 2 = line 2 is not; 2:three tables = with a note; 2! = found and fixed on the spot;\n"
        "  words = an item by name, or something that is no item; K1-0042! = that case is gone; shut = closed; q = record nothing.\n"
        "  After a finding: t = the owner was told face to face."
    )
