"""Break the rules of the fold on purpose, one by one, and look whether the comparison of tests/test_fold.py notices.

    python tests/tools/break_rules.py [--histories 300] [--seed 1] [--only WORD] [--readings 24,65] [--seconds 60]

Each rule is a textual change to a temporary copy of yima/. The same histories (fixed seed) and what the independent evaluator says of
them are made once; each broken copy is then compared with it in a process of its own. Exit 1 where a broken rule goes unnoticed.
"""

import argparse
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
MOMENTS = 24  # of each history


class Rule(NamedTuple):
    """One rule, broken: the text `old`, which must stand once in yima/core (numbers.py apart), becomes `new`. source: the line of docs/readings.md."""

    what: str
    source: str
    old: str
    new: str


RULES = [
    Rule("yellow begins at 20 % left", "3", "-(-3 * allowed // 4)", "-(-4 * allowed // 5)"),
    Rule("red at the due itself", "3", "None if due is None else due + 1", "due"),
    Rule("a limit ends at 08:00, not at 18:00 the day before", "3", "if rest == 0:", "if rest < 0:"),
    Rule("a round's due is missed a day late", "4", "return first, town.day_start(next(missed) + 1), town", "return first, town.day_start(next(missed) + 2), town"),
    Rule("a person counts with the last version", "5", "        if when > instant:\n            break\n", ""),
    Rule("anybody may enter for anybody", "5", 'if may_enter_for_others(town, actor, when) or _leads(actor, other, day) else "entered_for"', ""),
    Rule("proxy without consent counts", "6", 'if mode == "proxy" and not event.consent:', "if False:"),
    Rule("own places are ignored", "7", "role is not None and (not role.own_places_only or is_in_place(held, obj))", "role is not None"),
    Rule("dept_staff of any department", "7", "any(dept == item.lead or dept in item.support for dept in here.depts)", "True"),
    Rule("a role's last day is ignored", "7", "and not (held.to and day > day_of(held.to))", ""),
    Rule("third parties open F3 at once", "10", 'or (item.flow == "F3" and one.resource == "third_party")', ""),
    Rule("a hazard may be a lead", "10", 'elif item.flow != "F4" and (not', "elif (not"),
    Rule("an invited visit does not tell", "12", 'here.mode in ("self", "proxy", "invited")', 'here.mode in ("self", "proxy")'),
    Rule("told counts after the quarter", "13", "-(-item.limit // 4)", "item.limit"),
    Rule("the window reaches past the due", "13", "end if due is None else min(end, due)", "end"),
    Rule("a repeat within 31 days", "14", "30 * MS_DAY", "31 * MS_DAY"),
    Rule("a repeat after a void", "14", '("refused", "void", "merged", "tenant")', '("refused", "merged", "tenant")'),
    Rule("a fact that does not count moves the case's time", "15",
         "            self.unmoved[fact.hash] = moved\n", "            self.cases[case.key] = case._replace(last=judged)\n"),
    Rule("a fact is judged at its own when", "15",
         'judged = max(when, case.last)\n        before = cases.advance(self.town, self.town.catalogues[case.catalogue], case, judged)\n        here = self._here(fact, when, event, "", "", before, judged)',
         'judged = when\n        before = cases.advance(self.town, self.town.catalogues[case.catalogue], case, judged)\n        here = self._here(fact, when, event, "", "", before, judged)'),
    Rule("the pending change is not applied first", "15",
         'before = cases.advance(self.town, self.town.catalogues[case.catalogue], case, judged)\n        here = self._here(fact, when, event, "", "", before, judged)',
         'before = case\n        here = self._here(fact, when, event, "", "", before, judged)'),
    Rule("who reported a lead may verify it", "16", "(one.finder or one.handler) and one.id != case.opener and", "(one.finder or one.handler) and"),
    Rule("a temporary lead has 4 working days", "17", 'amount(3, "work_day")', 'amount(4, "work_day")'),
    Rule("the owner may look", "20", "if one.owner or one.id == done_by", "if one.id == done_by"),
    Rule("who reported done may look", "20", "if one.owner or one.id == done_by", "if one.owner"),
    Rule("third parties may close everywhere", "20", 'return closing.get("third_party") == "item.third_party_may_close" and item.third_party_may_close', "return True"),
    Rule("F3 closes on any look", "20", 'if case.flow == "F3" and not duty.may_close_enforcement(here.one, done_by):', "if False:"),
    Rule("F3 closes without may_close_enforcement", "20", "one.permanent and one.may_close_enforcement and one.id", "one.permanent and one.id"),
    Rule("who reported done may close F3", "20", "one.may_close_enforcement and one.id != done_by and", "one.may_close_enforcement and"),
    Rule("an inspection needs no permit", "20", 'mode == "inspection" and bool(permit) and', 'mode == "inspection" and'),
    Rule("the clock runs on in check", "21",
         "    due = cases.due_of(here.town, here.item, case)\n    if case.running is not None:\n        case = cases.stop_clock(here.town, here.item, case, here.at)\n    case = cases.enter",
         "    due = cases.due_of(here.town, here.item, case)\n    case = cases.enter"),
    Rule("a fail gives no half of the limit", "21", "max(case.allowed, case.used + half)", "case.allowed"),
    Rule("a fail starts the clock at nothing used", "21", "cases.start_clock(case, here.at), \"handle\"", "cases.start_clock(case._replace(used=0), here.at), \"handle\""),
    Rule("accept on a told item leaves the stage", "22", 'here.item.starts == "notified" and not case.started:', "False:"),
    Rule("told in accept by any handler", "22", 'tuple(here.catalogue.told.get("by", {}).get(case.stage, ()))', '("finder", "handler")'),
    Rule("one may return twice", "23", "if here.one.id in case.returned_by:", "if False:"),
    Rule("three transfers", "23", 'branches["transfer"].get("at_most", 2)', 'branches["transfer"].get("at_mos", 3)'),
    Rule("a transferred case keeps its handlers", "23", 'dept=case.to_dept, to_dept="", own_people=True', 'dept=case.to_dept, to_dept="", own_people=False'),
    Rule("the second extension by the department's leader", "24", "(case.extensions == 0 and case.dept in one.leads)", "(case.dept in one.leads)"),
    Rule("an extension may be asked late", "24", "if due is None or (here.at > due and not (rungs.is_extended_by_answer(case) and may_grant_extension(case, here.one))):", "if due is None:"),
    Rule("a handler extends late beside the leader's answer", "68", "not (rungs.is_extended_by_answer(case) and may_grant_extension(case, here.one))", "not rungs.is_extended_by_answer(case)"),
    Rule("a leader extends late without an answer", "68", "not (rungs.is_extended_by_answer(case) and may_grant_extension(case, here.one))", "not may_grant_extension(case, here.one)"),
    Rule("any answer lets the leader extend late", "68", '(one.clock, one.answer) == (item_clock(case), "extend")', "one.clock == item_clock(case) and bool(one.answer)"),
    Rule("an extension beyond the law's ceiling", "24", "if here.item.ceiling:", "if False:"),
    Rule("an extension beyond the item's limit", "24", "clock.when(min(most, clock.read(_end_of(until, here))))", "clock.when(clock.read(_end_of(until, here)))"),
    Rule("a suspension keeps the clock running", "25", "ran = case.running is not None", "ran = False"),
    Rule("a suspension counts 11 days without a grant", "25", "10 * MS_DAY", "11 * MS_DAY"),
    Rule("a suspension of 31 days", "25", 'days > branch["at_most_each"]["value"]', 'days > branch["at_most_each"]["value"] + 1'),
    Rule("a hazard is suspended without control", "25", 'case.control is None:\n        return "control"', 'False:\n        return "control"'),
    Rule("a refused void stays", "26", 'if event.step == "grant" else "annul"', 'if event.step == "grant" else "count"'),
    Rule("a fix on the spot is never looked at again", "28", "if closes and int(here.hash, 16) % share:", "if closes:"),
    Rule("volunteers' fix on the spot closes", "28", "closes = closes and (one.resource in (\"permanent\", \"contract\") or", "closes = closes and (one.resource != \"third_party\" or"),
    Rule("the accept share is five points higher", "29", 'limit["percent"] * left', '(limit["percent"] + 5) * left'),
    Rule("a withdrawal within 40 minutes", "30", "HALF_HOUR = 30 *", "HALF_HOUR = 40 *"),
    Rule("a withdrawal after others spoke", "30", 'return "others" if any(named(one, findings=False) & matters for one in said) else ""', 'return ""'),
    Rule("anybody may withdraw", "30", "if fact.actor != target.actor or when", "if when"),
    Rule("a round starts before its claim", "33", "asked = item is not None and item.claimed and kind", "asked = item is not None and kind"),
    Rule("a third party's visit meets the round", "32", 'return Looker(owner, resource == "permanent",', 'return Looker(owner, resource in ("permanent", "third_party"),'),
    Rule("what is inside is judged uninvited", "32", "return one.enters or not protected(item, obj)", "return True"),
    Rule("a self-check meets every round", "32", "return role in OWNER_OF", "return True"),
    Rule("an earlier day moves the round back", "32", "if scanned is None or day > scanned[0] else None", "if True else None"),
    Rule("the first due without one more day", "33", "start + 1 + spread(obj.id)", "start + spread(obj.id)"),
    Rule("months clamp to the 28th", "33", "min(start.day, last)", "min(start.day, 28)"),
    Rule("a due falls on a day off", "33", 'if duty_days == "workdays":', 'if duty_days == "never":'),
    Rule("street_start is ignored", "33", 'starts = {"": settings.get("street_start", ""),', 'starts = {"": "",'),
    Rule("the first miss is red", "34", "town.day_start(next(missed) + 1), ask", "town.day_start(first + 1), ask"),
    Rule("a missed self-check is yellow", "34", "if asked.role in OWNER_OF:", "if False:"),
    Rule("a shorter period waits for the next scan", "35", "due = min(due, on_duty(town, asked, day, plus(day, period)))", "pass"),
    Rule("a shorter period takes back misses", "35", "        while due < day:\n            yield due\n", "        while due < day:\n"),
    Rule("a suspended repeat is yellow", "36", 'base, start, seen = "blue", case.since, ahead', "start, seen = case.since, ahead"),
    Rule("a tenancy ends nothing", "37", "case.item and case.flow in catalogue.ends_with_tenant:", "case.item < 0:"),
    Rule("a tenancy forgets no repeats", "37", "self.matters = {key: matter._replace(closed=None) for key, matter in self.matters.items()}", "pass"),
    Rule("of two clock corrections the first counts", "DESIGN 3", "in reversed(self.shifts.get(fact.device, ())):", "in self.shifts.get(fact.device, ()):"),
    Rule("a leader enrolled elsewhere counts on the founding device", "DESIGN 4", "if device.founding and not (fact.actor in self.named", "if device.founding and (True or fact.actor in self.named"),
    Rule("anybody contests", "51", '("contest", ""): (IN_FLOW, ("owner",))', '("contest", ""): (IN_FLOW, ("owner", "handler", "finder"))'),
    Rule("a contest twice", "51", 'return "count" if case.contest else', "return"),
    Rule("the town leader decides a contest", "51", '("uphold", "contest"): ((*IN_FLOW, "closed"), ("dept_leader",))', '("uphold", "contest"): ((*IN_FLOW, "closed"), ("town_leader",))'),
    Rule("an appeal before it is late", "52", 'return case._replace(appeal="asked") if missed else "early"', 'return case._replace(appeal="asked")'),
    Rule("the department decides its own appeal", "52", '("uphold", "appeal"): ((*IN_FLOW, "closed"), ("town_leader",))', '("uphold", "appeal"): ((*IN_FLOW, "closed"), ("town_leader", "dept_leader"))'),
    Rule("an answer of a leader turns into a later one", "52", 'if case.appeal == "asked" else "asked"', 'if case.appeal else "asked"'),
    Rule("one department is called twice", "53", "if any(call.dept == dept and call.answered is None for call in case.calls):", "if False:"),
    Rule("refer without its number", "54", "    if not event.document:\n        return \"document\"\n    if not isinstance", "    if not isinstance"),
    Rule("merged into a closed case", "56", 'if case is not None and case.closed is None else ""', 'if case is not None else ""'),
    Rule("merged into itself", "56", "or name == case.key or not (", "or not ("),
    Rule("a merge leaves the matter open", "56", "if moved.closed is not None and (was is None or was.closed is None):", "if moved.closed is not None and not moved.merged_into and (was is None or was.closed is None):"),
    Rule("who did it rates it", "57", 'return case.flow == "F6" and one.owner and done_by != duty.OWNER', 'return case.flow == "F6" and one.owner'),
    Rule("closed unrated before the limit", "57", 'if case.stage_due is not None and here.at > case.stage_due else "early"', ""),
    Rule("a rating of six", "57", "event.value not in range(1, 6)", "event.value not in range(0, 9)"),
    Rule("what is said of a closed case closes its matter anew", "58", "(was is None or was.closed is None)", "True"),
    Rule("a campaign is ignored", "59", "faster = [every for first, last, every in spans if first <= turn <= last]", "faster = list[str]()"),
    Rule("a campaign never ends", "59", "if first <= turn <= last]", "if first <= turn]"),
    Rule("the case's colour hastens nothing", "60", "if day == last and period_days(faster) < period_days(period):", "if False:"),
    Rule("a colour hastens to a longer period", "60", "if day == last and period_days(faster) < period_days(period):", "if day == last:"),
    Rule("street_starts is ignored", "61", "asked.starts.get(street, asked.starts.get(\"\", 0))", "asked.starts.get(\"\", 0)"),
    Rule("a pause is a miss", "62", "return bool(paused) and is_paused(paused, due) and asked.role_on(due) in OWNER_OF", "return False"),
    Rule("staff pause too", "62", "return bool(paused) and is_paused(paused, due) and asked.role_on(due) in OWNER_OF", "return is_paused(paused, due)"),
    Rule("a roster is ignored", "63", 'elif duty_days == "roster" and', "elif False and"),
    Rule("after its last day a roster still rules", "63", "while min(rostered) <= day < last and day not in rostered:", "while min(rostered) <= day and day not in rostered and day < last + 30:"),
    Rule("a grant may come when the new due has passed", "24", 'if new <= max(due, here.at):\n        return "until"\n    return', 'if new <= due:\n        return "until"\n    return'),
    Rule("a rung may be due before its clock began to run", "66", "return max(clock.when(start + reading), case.running or 0)", "return clock.when(start + reading)"),
    Rule("no reminder before the end", "66", '"remind", used(cases.three_quarters(case.allowed))', '"remind", used(case.allowed)'),
    Rule("supervision at the due itself", "66", 'Due(name, "supervise", used(case.allowed) + 1)', 'Due(name, "supervise", used(case.allowed))'),
    Rule("an answered case climbs at once", "66", "used(2 * case.allowed)", "used(case.allowed)"),
    Rule("an answered stage climbs, too", "66", "found += _climb(town, catalogue, case, name, raised, None)", "found += _climb(town, catalogue, case, name, raised, case.stage_due)"),
    Rule("what nobody takes over goes to the department's leader", "66", "(_up(town, catalogue, case, stage_clock(case), case.stage_due + 1))", '(Due(stage_clock(case), "supervise", case.stage_due + 1))'),
    Rule("a hazard waits for the day's list", "66", ' and (case.stage == "triage" or case.flow not in digest.get("unless", ()))', ""),
    Rule("the day's list comes at weekends, too", "66", "while not self.calendar.is_workday(day) or self.hour_on", "while self.hour_on"),
    Rule("everything goes up at once", "66", 'at = town.list_hour(str(digest.get("at", "")), at)', "pass"),
    Rule("a rung raised too early stands", "67", "Rung(clock, rung, at, to, at, withdrawn=True)", "Rung(clock, rung, at, to, at)"),
    Rule("a rung stands twice", "67", "elif any((one.clock, one.rung) == (event.clock, event.rung) and not one.withdrawn for one in case.rungs):", "elif False:"),
    Rule("any device may sweep", "67", "elif not self.town.devices[fact.device].sweep:", "elif False:"),
    Rule("a stopped clock still owes its answer", "67", "if one.clock not in ended", "if one.clock not in ()"),
    Rule("what proved unfounded still stands", "67", "withdrawn=one.withdrawn or at < one.due,", "withdrawn=one.withdrawn,"),
    Rule("any leader answers", "68", 'one.rung == "supervise" and case.dept in leader_of', 'one.rung == "supervise" and bool(leader_of)'),
    Rule("a department's leader answers for the town's", "68", '(one.rung == "escalate" and town_leader)', '(one.rung == "escalate" and (town_leader or case.dept in leader_of))'),
    Rule("one may answer twice", "68", "        and one.answered is None\n        and not one.withdrawn", "        and not one.withdrawn"),
    Rule("what nobody claims climbs", "65", "if case.closed is not None or not item.claimed:", "if case.closed is not None:"),
    Rule("a clock keeps its name after a fail", "65", 'f"item:{1 + case.fails + case.extensions}"', 'f"item:{1 + case.extensions}"'),
    Rule("nobody stands in for a leader", "64", "        leads += word.leads\n", ""),
    Rule("a deputy's deputy is nobody", "64", "            waiting.append(leader)\n", ""),
    Rule("roles.yaml names no leader", "64", "[*one.leads, *_named(rules, one.id)]", "[*one.leads]"),
    Rule("a leave lasts for ever", "64", "and (not to or day <= day_of(to))]", "]"),
]  # fmt: skip
# ruff: noqa: E501  (a rule stands in one line)


class Said(NamedTuple):
    """One history: its facts, and for some values of `now` what the evaluator says."""

    raw: list[dict[str, Any]]
    seen: dict[int, Any]


def make_histories(count: int, seed: int) -> list[Said]:
    """The stories of tests/test_fold.py, then histories as there, only longer, drawn from a fixed seed; with the evaluator's answers at and around stored instants."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from tests import evaluator, histories
    from tests.test_fold import STORIES, instants

    found: list[Said] = []

    def add(raw: list[dict[str, Any]]) -> None:
        moments = instants(raw)
        chosen = moments[:: max(len(moments) // MOMENTS, 1)]
        found.append(Said(raw, {now: evaluator.evaluate(raw, now) for now in chosen}))

    for _why, raw in STORIES:  # those made by hand come first
        add(raw)

    @seeded(seed)
    @settings(max_examples=count, database=None, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(histories.SETTINGS, st.lists(histories.INTENTIONS, min_size=14, max_size=36)))
    def draw(drawn: tuple[histories.Setting, list[histories.Intention]]) -> None:
        add(histories.as_facts(*drawn))

    draw()
    return found


def differing(said: list[Said], seconds: float) -> Iterator[tuple[int, str]]:
    """The numbers of the histories in which fold and evaluator differ, with the class of an error (a broken rule may crash)."""
    from tests.test_fold import Seen, as_fact, seen_by_fold, split
    from yima.core import flow

    end = time.monotonic() + seconds
    for number, one in enumerate(said, 1):
        try:
            town, objects = split([as_fact(raw) for raw in one.raw])
            states = {object_id: flow.refold(facts, town) for object_id, facts in objects.items()}
            for now, theirs in one.seen.items():
                ours = {(id_, *key): seen for id_, state in states.items() for key, seen in seen_by_fold(town, id_, state, now).items()}
                if any(ours.get(key, Seen()) != theirs.get(key, Seen()) for key in {*ours, *theirs} if key[0] in states):
                    yield number, ""
                    break
        except Exception as error:
            yield number, type(error).__name__
        if time.monotonic() > end:
            break


def compare(path: Path, seconds: float) -> None:
    """In a broken copy's process: prints after how many histories the first difference was seen (0 = none), and how many there are in all."""
    sys.path.append(str(ROOT))
    said: list[Said] = pickle.loads(path.read_bytes())
    number, crash = next(differing(said, seconds), (0, ""))
    print(number, crash)


def broken(rule: Rule, folder: Path) -> Path:
    """A copy of yima/ in which the rule is broken. Raises ValueError where its text does not stand there once."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "yima", copy / "yima", ignore=shutil.ignore_patterns("__pycache__"))
    texts = ((path, path.read_text(encoding="utf-8")) for path in (copy / "yima/core").rglob("*.py") if path.name != "numbers.py")
    files = [(path, text) for path, text in texts if rule.old in text]  # numbers.py counts for the report, beside the fold
    if len(files) != 1 or files[0][1].count(rule.old) != 1:
        raise ValueError(f"its text stands in {len(files)} files, adjust it: {rule.old!r}")
    files[0][0].write_text(files[0][1].replace(rule.old, rule.new), encoding="utf-8", newline="\n")
    return copy


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--histories", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="rules whose words hold this")
    options.add_argument("--readings", default="", help="rules of these lines of docs/readings.md, with commas between")
    options.add_argument("--seconds", type=float, default=60, help="for each rule")
    options.add_argument("--keep", type=Path, help="keep the histories in this file, or take them from it")
    options.add_argument("--compare", type=Path, help=argparse.SUPPRESS)
    said = options.parse_args()
    if said.compare:
        compare(said.compare, said.seconds)
        return 0
    sys.path.insert(0, str(ROOT))
    readings = said.readings.split(",") if said.readings else [rule.source for rule in RULES]
    rules = [rule for rule in RULES if said.only in rule.what and rule.source in readings]
    caught, missed = 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "histories"
        if said.keep and said.keep.exists():
            drawn: list[Said] = pickle.loads(said.keep.read_bytes())
        else:
            drawn = make_histories(said.histories, said.seed)
        if said.keep:
            said.keep.write_bytes(pickle.dumps(drawn))
        before = {number for number, _crash in differing(drawn, 100 * said.seconds)}
        if before:
            print(f"fold and evaluator differ with no rule broken, left out here: histories {sorted(before)}")
        drawn = [one for number, one in enumerate(drawn, 1) if number not in before]
        path.write_bytes(pickle.dumps(drawn))
        command = [sys.executable, __file__, "--seconds", str(said.seconds), "--compare", str(path)]
        print(f"{len(drawn)} histories, each at up to {MOMENTS} instants\n\n{'reading':8}  {'rule broken':58}  result")
        for rule in rules:
            try:
                copy = broken(rule, folder)
            except ValueError as error:
                missed.append(rule.what)
                print(f"{rule.source:8}  {rule.what:58}  not broken: {error}")
                continue
            environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=2 * said.seconds + 60)
            if done.returncode:
                print(done.stderr)
                return 2
            number, _, crash = done.stdout.strip().partition(" ")
            caught += number != "0"
            if number == "0":
                missed.append(rule.what)
            result = f"caught after {number:>3} histories{f' ({crash})' if crash else ''}" if number != "0" else "NOT caught"
            print(f"{rule.source:8}  {rule.what:58}  {result}", flush=True)
    print(f"\n{caught} of {len(rules)} caught" + "".join(f"\n  not: {what}" for what in missed))
    return 1 if missed or before else 0


if __name__ == "__main__":
    sys.modules["break_rules"] = sys.modules["__main__"]  # so that a kept history is found again under one name
    Said.__module__ = "break_rules"
    sys.exit(main())
