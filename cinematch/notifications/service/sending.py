"""The sender: tells of imports that ended, and works off what is on its way outside.

It never stands in the consumer's way: what is to be sent lies in the store, and several senders
share it, for whoever tries a delivery moves its next try on first. A sender that is killed leaves
its deliveries to be tried again, under the same id.
"""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import msgspec
from msgspec.structs import replace

from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.notifications.core.addresses import parsed
from cinematch.notifications.core.channels import (
    FAILURES,
    Delivery,
    Outcome,
    Target,
    Webhook,
    after_try,
    failures_after,
    pause,
    signature,
)
from cinematch.notifications.core.notes import Note, channel_disabled, import_finished, marks
from cinematch.notifications.service.parts import Parts
from cinematch.notifications.service.telling import show, tell

_AT_ONCE = 32  # deliveries, and imports, of one look
_HANDS = 4
_LEASE = timedelta(minutes=2)  # longer than any try takes
_LOOK_EVERY = 2.0  # seconds; another process may have put something on its way
_KEPT = timedelta(days=30)
_log = logging.getLogger(__name__)


class Sender:
    """One thread with a few hands, or `work_off()` without the thread."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._hands: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Send in a thread of its own until `stop`."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 8.0) -> None:
        """End after the tries at hand."""
        thread, self._thread = self._thread, None
        self._stopping.set()
        self._parts.bell.set()
        if thread is not None:
            thread.join(timeout)
        hands, self._hands = self._hands, None
        if hands is not None:
            hands.shutdown(wait=False, cancel_futures=True)

    def work_off(self) -> int:
        """Do all that is due now, each delivery once; return how many were tried."""
        self._settle_imports()
        tried = 0
        while claimed := self._claim():
            tried += len(claimed)
            list(self._pool().map(self._try, claimed))
            if self._stopping.is_set():
                break
        return tried

    def tidy(self) -> int:
        """Forget deliveries that ended a month ago; return how many."""
        before = to_iso(self._parts.clock() - _KEPT)
        return self._parts.store.transact(lambda tx: self._parts.channels.purge(tx, before))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._parts.bell.clear()
            try:
                self.work_off()
            except Exception:  # noqa: BLE001 - nothing else would ever start it again
                _log.exception("The sender tries again in %.0f s", _LOOK_EVERY)
                self._stopping.wait(_LOOK_EVERY)
            self._parts.bell.wait(_LOOK_EVERY)

    def _pool(self) -> ThreadPoolExecutor:
        if self._hands is None:
            self._hands = ThreadPoolExecutor(_HANDS, "sender")
        return self._hands

    # Imports ------------------------------------------------------------------------------------

    def _settle_imports(self) -> None:
        waiting = self._parts.store.snapshot(
            lambda tx: self._parts.inbox.open_imports(tx, _AT_ONCE)
        )
        for import_id, user_id in waiting:
            told = self._parts.store.transact(partial(self._settle, import_id, user_id))
            show(self._parts, told)

    def _settle(self, import_id: str, user_id: str, tx: Tx) -> list[Note]:
        """Tell of one import that is applied, once all its events have been counted."""
        item = self._parts.imports.get(tx, import_id)
        if item is not None and item.status == "applying":
            return []
        progress = self._parts.inbox.progress(tx, [user_id]).get(user_id)
        if item is None or item.status != "applied" or progress is None:
            self._parts.inbox.close_import(tx, import_id)
            return []
        if progress.seq < self._parts.history.last_seq(tx, user_id):
            return []
        at = item.applied_at or to_iso(self._parts.clock())
        after, notes = marks(progress, at)
        done = import_finished(
            user_id, import_id, at, filename=item.filename, counts=item.state.counts
        )
        self._parts.inbox.save_progress(tx, [after])
        self._parts.inbox.close_import(tx, import_id)
        return tell(self._parts, tx, [done, *notes])

    # Deliveries ---------------------------------------------------------------------------------

    def _claim(self) -> Sequence[Delivery]:
        now = self._parts.clock()
        due = partial(self._parts.channels.due, now=to_iso(now), limit=_AT_ONCE)
        if not self._parts.store.snapshot(due):
            return []
        until = to_iso(now + _LEASE)

        def work(tx: Tx) -> list[Delivery]:
            claimed = [replace(one, attempts=one.attempts + 1, next_at=until) for one in due(tx)]
            for one in claimed:
                self._parts.channels.save_delivery(tx, one)
            return claimed

        return self._parts.store.transact(work)

    def _try(self, delivery: Delivery) -> None:
        try:
            channel = self._parts.store.snapshot(lambda tx: self._channel(tx, delivery))
            if channel is None or channel.disabled_at is not None:
                outcome = Outcome(sent=False, error="switched off", gone=True)
            elif isinstance(channel, Target):
                said = msgspec.json.decode(delivery.payload)
                outcome = self._parts.messenger.send(channel.url, said["title"], said["body"])
            else:
                outcome = self._call(channel, delivery)
            told = self._parts.store.transact(partial(self._note, delivery, outcome))
        except Exception:  # noqa: BLE001 - its lease ends, and it is tried again
            _log.exception("delivery %s will be tried again", delivery.delivery_id)
            return
        if told:
            show(self._parts, told)

    def _call(self, hook: Webhook, delivery: Delivery) -> Outcome:
        content = delivery.payload.encode()
        timestamp = int(self._parts.clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Webhook-Id": delivery.delivery_id,
            "Webhook-Timestamp": str(timestamp),
            "Webhook-Signature": signature(hook.secret, delivery.delivery_id, timestamp, content),
        }
        return self._parts.caller.post(hook.url, content, headers)

    def _note(self, delivery: Delivery, outcome: Outcome, tx: Tx) -> list[Note]:
        """Write how a try went, and switch a channel off that fails again and again."""
        current = self._parts.channels.delivery(tx, delivery.delivery_id)
        if current is None or current.status != "pending":
            return []
        if not outcome.sent and current.attempts != delivery.attempts:
            return []  # its lease was over: another sender is at it
        now = self._parts.clock()
        again = to_iso(now + pause(delivery.attempts, self._parts.chance()))
        self._parts.channels.save_delivery(tx, after_try(current, outcome, to_iso(now), again))
        channel = self._channel(tx, delivery)
        if channel is None or channel.disabled_at is not None:
            return []
        return self._judge(tx, channel, outcome, to_iso(now))

    def _judge(self, tx: Tx, channel: Target | Webhook, outcome: Outcome, now: str) -> list[Note]:
        failures = failures_after(channel.failures, outcome)
        if failures == channel.failures == 0:
            return []
        off = now if failures >= FAILURES else None
        self._save(tx, channel, failures, off, outcome.error)
        if off is None:
            return []
        key = channel.target_id if isinstance(channel, Target) else channel.webhook_id
        self._parts.channels.drop_pending(tx, key, now, "switched off")
        note = channel_disabled(
            channel.user_id,
            "target" if isinstance(channel, Target) else "webhook",
            key,
            now,
            name=channel.name if isinstance(channel, Target) else parsed(channel.url).host,
            reason=outcome.error or "no answer",
        )
        return tell(self._parts, tx, [note])

    def _save(
        self, tx: Tx, channel: Target | Webhook, failures: int, off: str | None, error: str | None
    ) -> None:
        if isinstance(channel, Target):
            self._parts.channels.save_target(
                tx, replace(channel, failures=failures, disabled_at=off, last_error=error)
            )
        else:
            self._parts.channels.save_webhook(
                tx, replace(channel, failures=failures, disabled_at=off, last_error=error)
            )

    def _channel(self, tx: Tx, delivery: Delivery) -> Target | Webhook | None:
        if delivery.channel == "target":
            return self._parts.channels.target(tx, delivery.channel_id)
        return self._parts.channels.webhook(tx, delivery.channel_id)
