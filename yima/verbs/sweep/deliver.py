"""After the commit: the notices of what was raised are written, the device's notify command is called, and what fails waits for the next sweep.

Nothing here undoes a rung. Each message is marked as soon as it is written, and as soon as it is sent, so that a kill at any moment repeats
at most the one that was in hand; the name of its file is settled before, so a notice written again is the same file.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from yima.adapters import notify
from yima.adapters.locks import alone
from yima.adapters.paper import notices
from yima.adapters.paper.notices import Noticed
from yima.adapters.paper.stocks import own_templates
from yima.adapters.render import Voice
from yima.adapters.render.notices import message_json, notice_fields, receiver_said
from yima.adapters.store import Store, messages
from yima.adapters.store.messages import Message
from yima.adapters.store.missed import missed_pages
from yima.adapters.store.place import config_folder
from yima.core.results.leaders import Delivery, MessageTried, NoticeWritten
from yima.core.results.notices import Notice
from yima.errors import BadInput, YimaError
from yima.i18n import _
from yima.verbs.sweep.compose import notice_of

HANDS = 2  # notices typeset at the same time
Progress = Callable[[int, int], None]


class Page(NamedTuple):
    """A message with its notice as it stands now."""

    message: Message
    notice: Notice


def deliver(store: Store, now: int, progress: Progress | None = None) -> Delivery:
    """Write and send what waits. What a user can mend is not raised but said, and what it concerns waits."""
    done: list[Delivery] = []
    troubles: list[str] = []
    try:
        with alone(store.path.with_name("outbox.lock")) as mine:
            if not mine:
                troubles.append(_("Another yima is writing and sending notices just now."))
            for part in _delivered(store, now, progress) if mine else ():
                done.append(part)  # one by one: what was done before a trouble is said
    except YimaError as error:  # the file is busy, or the disk is full
        troubles.append(str(error))
    except OSError as error:
        troubles.append(_("{0} cannot be written ({1}).").format(store.path.parent, error.strerror or error))
    written = tuple(one for part in done for one in part.notices)
    return Delivery(
        max((one.file.rpartition("/")[0] + "/" for one in written), default=""),
        written,
        tuple(one for part in done for one in part.messages),
        len(messages.waiting(store)),
        tuple(one for part in done for one in part.dropped),
        tuple(dict.fromkeys((*(said for part in done for said in part.troubles), *troubles))),
    )


def _delivered(store: Store, now: int, progress: Progress | None) -> Iterator[Delivery]:
    """What became of each message, one after the other."""
    command: notify.Command | None = None
    sends = True
    try:
        command = notify.command(config_folder(), sample=store.sample)
        sends = command is not None
    except BadInput as error:
        yield Delivery(troubles=(str(error),))
    pages, dropped = _pages(store, now, sends)
    yield Delivery(dropped=dropped)
    written: dict[int, Message] = {}
    for page, made in _typeset(store, now, pages, progress):
        if isinstance(made, YimaError):
            yield Delivery(troubles=(str(made),))
            continue
        written[page.message.number] = page.message._replace(written=True)
        _mark(store, written[page.message.number], sends)
        file, notice = page.message.file, page.notice
        yield Delivery(
            notices=(NoticeWritten(notice.number, notice.kind, notice.to, receiver_said(notice), file, made.pages, made.lacking),)
        )
    if command is not None:
        unsent = [page._replace(message=written.get(page.message.number, page.message)) for page in pages if _unsent(page.message)]
        yield from _sent(store, now, command, sorted(unsent, key=lambda page: (page.message.tried, page.message.number)))


def _pages(store: Store, now: int, sends: bool) -> tuple[list[Page], tuple[tuple[str, str], ...]]:
    """The messages that stand, with their notices; and those that waited too long and are dropped. What is told already is forgotten."""
    queued = messages.waiting(store)
    missed = missed_pages(store, now) if any(one.lists for one in queued) else {}
    pages, gone, dropped = [], [], []
    for message in queued:
        made = notice_of(store, message, now, missed)
        if made is None or _is_told(message, sends):
            gone.append(message.number)
        elif message.at <= now - messages.KEPT_FOR:
            gone.append(message.number)
            dropped.append((made.number, receiver_said(made)))
        else:
            pages.append(Page(message, made))
    with store.transaction(
        "sweep"
    ):  # also where nothing is gone: what cannot be marked afterwards is not sent, or it would be sent for ever
        messages.change(store, (), gone)
    return pages, tuple(dropped)


def _unsent(message: Message) -> bool:
    return bool(message.to) and not message.sent


def _is_told(message: Message, sends: bool) -> bool:
    return message.written and not (sends and _unsent(message))


def _mark(store: Store, message: Message, sends: bool) -> None:
    with store.transaction("sweep"):
        messages.change(store, [message], [message.number] if _is_told(message, sends) else [])


def _typeset(store: Store, now: int, pages: Sequence[Page], progress: Progress | None) -> Iterator[tuple[Page, Noticed | YimaError]]:
    """Each notice that is not on paper yet, as soon as it is, or why it is not."""
    voice = Voice(store.town.offset, now)
    templates = own_templates(store.folder)
    todo = [(page, notice_fields(page.notice, voice)) for page in pages if not page.message.written]

    def made(one: tuple[Page, dict[str, object]]) -> Noticed | YimaError:
        page, fields = one
        try:
            return notices.notice(fields, store.folder / page.message.file, timestamp=now // 1000, templates=templates)
        except YimaError as error:
            return error

    with ThreadPoolExecutor(HANDS) as hands:
        for number, ((page, _fields), found) in enumerate(zip(todo, hands.map(made, todo), strict=True)):
            if progress is not None:
                progress(number + 1, len(todo))
            yield page, found


def _sent(store: Store, now: int, command: notify.Command, pages: Sequence[Page]) -> Iterator[Delivery]:
    """Hand the messages to the notify command, as long as it answers."""
    voice = Voice(store.town.offset, now)

    def payloads() -> Iterator[dict[str, object]]:
        for message, made in pages:
            file = store.folder / message.file if message.written else None
            yield message_json(made, voice, phone=messages.phone_of(store, message.to), file=file)

    for (message, made), why in zip(pages, notify.send_each(command, payloads()), strict=False):  # it may stop early
        _mark(store, message._replace(tried=message.tried + 1) if why else message._replace(sent=True), True)
        yield Delivery(messages=(MessageTried(made.number, made.kind, made.to, made.name, not why, why),))
