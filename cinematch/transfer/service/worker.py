"""The one thread that reads, applies and takes back, one import after the other.

What it does is in the store after each transaction, so it may be killed at any line: `recover`
finds what was at work and the loop goes on with it.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from cinematch.infra.ports import Tx
from cinematch.kit.errors import CineMatchError, StoreBusy
from cinematch.transfer.core.items import BadFile, BadValue, NeedsMapping
from cinematch.transfer.core.rows import WORKING, Import, Problem, Progress, Question, State, Status
from cinematch.transfer.service.applying import Applier
from cinematch.transfer.service.parts import Parts
from cinematch.transfer.service.reading import Reader, Superseded, dropped
from cinematch.transfer.service.undoing import Undoer

_log = logging.getLogger(__name__)
_IDLE_SECONDS = 30.0
_LOOK_AGAIN = 0.5  # seconds, where another process does the work
_COMING_IN = timedelta(hours=6)  # a file that is older is not just being sent
_encode = msgspec.json.Encoder().encode


class ImportWorker:
    """Works off the imports that wait. `run_pending` does it in the caller's thread.

    In a cluster a process of the role `worker` does it for all: `elsewhere` says that this is not
    the one, and `idle_seconds` how often that one looks, since no bell reaches it.
    """

    def __init__(
        self, parts: Parts, *, elsewhere: bool = False, idle_seconds: float = _IDLE_SECONDS
    ) -> None:
        self._parts = parts
        self._elsewhere = elsewhere
        self._idle_seconds = idle_seconds
        self._bell = threading.Event()
        self._turn = threading.Lock()
        self._settled = threading.Condition()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Clear what a crash left, and start the thread."""
        self._stopping.clear()
        self.recover()
        self._thread = threading.Thread(target=self._loop, name="imports", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the transaction at work; what is left is done at the next start."""
        self._stopping.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
            self._thread = None

    def wake(self) -> None:
        """Say that there is something to do; without a thread, `run_pending` does it."""
        self._bell.set()

    def recover(self) -> None:
        """Remove files of imports that nobody needs any more."""
        self._parts.scratches.sweep()
        self._parts.uploads.sweep(self._parts.store.snapshot(self._kept_uploads))

    def tidy(self) -> int:
        """Remove, while everything runs, files of old that nobody needs; return how many."""
        wanted = self._parts.store.snapshot(self._kept_uploads)
        return self._parts.uploads.sweep(wanted, self._parts.clock() - _COMING_IN)

    def run_pending(self) -> None:
        """Work until nothing waits."""
        with self._turn:
            while not self._stopping.is_set():
                waiting = self._parts.store.snapshot(self._parts.imports.working)
                if not waiting:
                    return
                self._work_on(waiting[0])

    def wait_for(self, import_id: str, seconds: float) -> None:
        """Wait until the import is at rest, or the time is over."""
        if self._thread is None and not self._elsewhere:
            self.run_pending()
            return
        deadline = time.monotonic() + seconds
        with self._settled:
            while self._is_working(import_id):
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                self._settled.wait(min(left, _LOOK_AGAIN if self._elsewhere else 1.0))

    def _is_working(self, import_id: str) -> bool:
        item = self._parts.store.snapshot(lambda tx: self._parts.imports.get(tx, import_id))
        return item is not None and item.status in WORKING

    def _kept_uploads(self, tx: Tx) -> list[str]:
        return [item.import_id for item in self._parts.imports.unread(tx)]

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self.run_pending()
            except CineMatchError as refusal:
                # The store is full or busy: nothing is lost, try again after a while.
                _log.warning("imports wait: %s", refusal.detail)
                self._stopping.wait(5.0)
            except Exception:  # noqa: BLE001 - one import must not stop all others
                _log.exception("the import worker goes on after an error")
                self._stopping.wait(5.0)
            self._bell.wait(self._idle_seconds)
            self._bell.clear()

    def _work_on(self, item: Import) -> None:
        try:
            if item.status == "reading":
                self._read(item)
            else:
                step = (
                    Applier(self._parts, item.import_id).apply_some
                    if item.status == "applying"
                    else Undoer(self._parts, item.import_id).undo_some
                )
                self._repeat(item.status, step)
        except StoreBusy:
            raise
        except Superseded:
            _log.info("import %s is no longer to be read", item.import_id)
        finally:
            self._tell(item.import_id)

    def _repeat(self, status: str, step: Callable[[], Import | None]) -> None:
        while not self._stopping.is_set():
            item = step()
            if item is None:
                return
            self._tell(item.import_id)
            if item.status != status:
                self._parts.uploads.discard(item.import_id)
                return

    def _read(self, item: Import) -> None:
        try:
            Reader(self._parts, item).read()
        except NeedsMapping as question:
            asked = Question(question.columns, question.sample, question.suggested)
            self._leave(item, "preview", lambda state: replace(state, question=asked))
        except (BadFile, BadValue) as bad:
            problem = (
                Problem(bad.message, bad.mend)
                if isinstance(bad, BadFile)
                else Problem(f"{bad.mend.field}: {bad.mend.message}", bad.mend.mend)
            )
            self._fail(item, problem)
        except (CineMatchError, Superseded):
            raise
        except Exception:  # noqa: BLE001 - nor the next one's reading
            _log.exception("import %s cannot be read", item.import_id)
            self._fail(
                item,
                Problem(
                    "The file brought the reader to a stop; nothing of yours was changed.",
                    "Report it, with the log; a plain CSV of the same may be read.",
                    "internal",
                ),
            )

    def _fail(self, item: Import, problem: Problem) -> None:
        self._leave(item, "failed", lambda state: replace(state, problem=problem))

    def _leave(self, item: Import, status: Status, change: Callable[[State], State]) -> None:
        def work(tx: Tx) -> None:
            now = self._parts.imports.get(tx, item.import_id)
            if now is None or now.status != "reading":
                raise Superseded
            now = replace(now, state=replace(change(now.state), progress=Progress(0, 0, "done")))
            self._parts.imports.save(tx, dropped(self._parts, tx, now, status))

        self._parts.store.transact(work)

    def _tell(self, import_id: str) -> None:
        item = self._parts.store.snapshot(lambda tx: self._parts.imports.get(tx, import_id))
        if item is not None:
            self._parts.signals.tell(item.user_id, "import", _encode(_news(item)))
        with self._settled:
            self._settled.notify_all()


def _news(item: Import) -> dict[str, object]:
    progress = item.state.progress
    return {
        "import_id": item.import_id,
        "status": item.status,
        "done": progress.done,
        "total": progress.total,
        "counts": item.state.counts,
    }
