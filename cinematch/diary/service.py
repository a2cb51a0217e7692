"""What people and imports do to a user's films. Each change is one transaction with its event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from cinematch.diary.core import Edit, Entry, apply_edit, change_watch, log_watch, remove_watch
from cinematch.diary.ports import EntriesRepository
from cinematch.events.core import Event, EventType, FilmFacts, Watch
from cinematch.events.service import EventLog
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import NotFound, VersionMismatch
from cinematch.kit.ids import new_id

FactsOf = Callable[[Tx, str, str], FilmFacts]
"""`(tx, user_id, film_id)` -> the film's facts now; raises NotFound for one not visible to them."""

_BATCH = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One entry before and after. `seq` is that of the event, or of the user's last one before."""

    before: Entry | None
    after: Entry | None
    seq: int


class DiaryService:
    """Use cases of the diary. Repositories are called inside one transaction each."""

    def __init__(
        self,
        store: Store,
        entries: EntriesRepository,
        events: EventLog,
        facts_of: FactsOf,
        signals: Signals,
        clock: Clock,
    ) -> None:
        self._store = store
        self._entries = entries
        self._events = events
        self._facts_of = facts_of
        self._signals = signals
        self._clock = clock

    def edit(
        self, user_id: str, film_id: str, edit: Edit, *, expected_version: int | None = None
    ) -> Change:
        """Rate, like, tag, review, put on the watchlist or mark as seen; makes the entry if new.

        Raises:
            NotFound: there is no such film for this user.
            Invalid: a value is out of its range.
            VersionMismatch: the entry is no longer at `expected_version`.
        """
        now, watch_id = to_iso(self._clock()), new_id()
        return self._change(
            user_id,
            film_id,
            lambda entry: apply_edit(entry, edit, now=now, watch_id=watch_id),
            expected_version,
        )

    def watch(
        self,
        user_id: str,
        film_id: str,
        watch: Watch,
        edit: Edit | None = None,
        *,
        expected_version: int | None = None,
    ) -> Change:
        """Log one viewing, and with it what else was said in the same gesture (a rating, say).

        Raises:
            NotFound, Invalid, VersionMismatch: as for `edit`.
        """
        now = self._clock()
        logged = replace(watch, watch_id=watch.watch_id or new_id())

        def change(entry: Entry) -> Entry:
            seen = log_watch(entry, logged, today=now.date())
            return (
                apply_edit(seen, edit, now=to_iso(now), watch_id=logged.watch_id) if edit else seen
            )

        return self._change(user_id, film_id, change, expected_version)

    def change_watch(
        self, user_id: str, film_id: str, watch: Watch, *, expected_version: int | None = None
    ) -> Change:
        """Correct the date, place or rewatch mark of one viewing.

        Raises:
            NotFound, Invalid, VersionMismatch: as for `edit`.
        """
        today = self._clock().date()
        return self._change_existing(
            user_id,
            film_id,
            lambda entry: change_watch(entry, watch, today=today),
            expected_version,
        )

    def remove_watch(
        self, user_id: str, film_id: str, watch_id: str, *, expected_version: int | None = None
    ) -> Change:
        """Remove one viewing.

        Raises:
            NotFound, VersionMismatch: as for `edit`.
        """
        return self._change_existing(
            user_id, film_id, lambda entry: remove_watch(entry, watch_id), expected_version
        )

    def remove(self, user_id: str, film_id: str, *, expected_version: int | None = None) -> Change:
        """Take a film out of the user's films altogether; `Change.before` can bring it back.

        Raises:
            NotFound: the user does not have it.
            VersionMismatch: as for `edit`.
        """
        return self._change_existing(user_id, film_id, lambda _entry: None, expected_version)

    def restore(self, entry: Entry) -> Change:
        """Bring an entry to exactly this state, as the undoing of a removal or an edit does.

        Raises:
            NotFound: there is no such film for this user.
        """

        def work(tx: Tx) -> Change:
            facts = self._facts_of(tx, entry.user_id, entry.film_id)
            return self.put(tx, entry.user_id, entry.film_id, replace(entry, facts=facts))

        return self._committed(work)

    def put(
        self,
        tx: Tx,
        user_id: str,
        film_id: str,
        target: Entry | None,
        *,
        event_type: EventType | None = None,
        cause: str | None = None,
    ) -> Change:
        """Inside the caller's transaction, make the entry what `target` says, and record it.

        The one way in which an entry changes. Nothing is written when nothing would differ. The
        caller says `signals.written()` once its transaction is committed.
        """
        return self.put_many(tx, user_id, {film_id: target}, event_type=event_type, cause=cause)[
            film_id
        ]

    def put_many(
        self,
        tx: Tx,
        user_id: str,
        targets: Mapping[str, Entry | None],
        *,
        event_type: EventType | None = None,
        cause: str | None = None,
        known: Mapping[str, Entry] | None = None,
    ) -> dict[str, Change]:
        """Do as `put` for several of a user's films, by film id; events keep the order.

        `known` are those of the entries that exist, when the caller has read them in `tx` already.
        """
        entries = self._entries.get_many(tx, user_id, list(targets)) if known is None else known
        changes: dict[str, Change] = {}
        moves: list[tuple[str, Entry | None, Entry | None]] = []
        for film_id, wanted in targets.items():
            before = entries.get(film_id)
            target = None if wanted is None or wanted.empty else wanted
            if before == target or (before and target and _same(before, target)):
                changes[film_id] = Change(before, before, before.seq if before else 0)
            else:
                moves.append((film_id, before, target))
        if moves:
            changes |= self._moved(tx, user_id, moves, event_type, cause)
        return changes

    def _moved(
        self,
        tx: Tx,
        user_id: str,
        moves: Sequence[tuple[str, Entry | None, Entry | None]],
        event_type: EventType | None,
        cause: str | None,
    ) -> dict[str, Change]:
        images = [
            (before.image if before else None, target.image if target else None)
            for _, before, target in moves
        ]
        events = self._events.record_many(tx, user_id, images, event_type=event_type, cause=cause)
        changes: dict[str, Change] = {}
        for (film_id, before, target), event in zip(moves, events, strict=True):
            after = None if target is None else _recorded(before, target, event)
            if after is None:
                self._entries.delete(tx, user_id, film_id)
            changes[film_id] = Change(before, after, event.seq)
        self._entries.save(tx, *(change.after for change in changes.values() if change.after))
        return changes

    def refresh_facts(self, film_id: str, *, cause: str) -> int:
        """Carry a film's corrected facts into everybody's entries, as events; return how many.

        Runs in transactions of some hundred users, and may be run again after an interruption:
        entries that already hold the facts are left alone.
        """
        changed, users = 0, [""]
        while users:
            refresh = partial(
                self._refresh_some, film_id=film_id, after_user=users[-1], cause=cause
            )
            users, done = self._committed(refresh)
            changed += done
        return changed

    def _refresh_some(
        self, tx: Tx, *, film_id: str, after_user: str, cause: str
    ) -> tuple[list[str], int]:
        users = self._entries.users_with(tx, film_id, after_user, _BATCH)
        done = 0
        for user_id in users:
            entry = self._entries.get(tx, user_id, film_id)
            facts = self._facts_of(tx, user_id, film_id)
            if entry and entry.facts != facts:
                self.put(tx, user_id, film_id, replace(entry, facts=facts), cause=cause)
                done += 1
        return users, done

    def _change(
        self,
        user_id: str,
        film_id: str,
        change: Callable[[Entry], Entry],
        expected_version: int | None,
    ) -> Change:
        def work(tx: Tx) -> Change:
            entry = self._entries.get(tx, user_id, film_id)
            _check_version(entry, expected_version)
            if entry is None:
                facts = self._facts_of(tx, user_id, film_id)
                entry = Entry(user_id=user_id, film_id=film_id, facts=facts)
            return self.put(tx, user_id, film_id, change(entry))

        return self._committed(work)

    def _change_existing(
        self,
        user_id: str,
        film_id: str,
        change: Callable[[Entry], Entry | None],
        expected_version: int | None,
    ) -> Change:
        def work(tx: Tx) -> Change:
            entry = self._entries.get(tx, user_id, film_id)
            if entry is None:
                raise NotFound("This film is not among yours.")
            _check_version(entry, expected_version)
            return self.put(tx, user_id, film_id, change(entry))

        return self._committed(work)

    def _committed(self, work: Callable[[Tx], T]) -> T:
        result = self._store.transact(work)
        self._signals.written()
        return result


def _check_version(entry: Entry | None, expected: int | None) -> None:
    if expected is not None and (entry.version if entry else 0) != expected:
        raise VersionMismatch(
            "This film was changed in the meantime, perhaps in another window. "
            "Nothing was overwritten: load it again and repeat your change.",
            version=entry.version if entry else 0,
        )


def _recorded(before: Entry | None, target: Entry, event: Event) -> Entry:
    return replace(
        target,
        seq=event.seq,
        version=(before.version if before else target.version) + 1,
        added_at=target.added_at or event.occurred_at,
        updated_at=event.occurred_at,
    )


def _same(before: Entry, target: Entry) -> bool:
    """Whether the two differ in nothing but the bookkeeping."""
    kept = replace(
        target,
        version=before.version,
        seq=before.seq,
        updated_at=before.updated_at,
        added_at=target.added_at or before.added_at,
    )
    return kept == before
