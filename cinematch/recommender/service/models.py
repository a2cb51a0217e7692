"""Which model serves: kept with its files, let serve, taken back, and set aside when damaged."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

import msgspec
from msgspec.structs import replace

from cinematch.accounts.ports import Recorder
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, from_iso, to_iso
from cinematch.kit.errors import CineMatchError, Conflict, NotFound, StoreBusy
from cinematch.recommender.core.errors import DamagedModel, OtherFormat
from cinematch.recommender.core.model import Model
from cinematch.recommender.core.records import ModelRecord
from cinematch.recommender.ports import ModelFiles, ModelsRepository
from cinematch.recommender.service.watching import LeftOff

KEPT_MODELS = 3
"""Models that stay beside the one that serves."""
_UNREGISTERED = timedelta(days=1)
"""Files of no model on record are left alone so long: their training may be about to end."""
_UNUSABLE = (DamagedModel, NotFound)
_log = logging.getLogger(__name__)


class ModelsService:
    """The registry of models and their files. An actor None is the installation itself."""

    def __init__(
        self,
        store: Store,
        models: ModelsRepository,
        files: ModelFiles,
        audit: Recorder,
        clock: Clock,
    ) -> None:
        self._store = store
        self._models = models
        self._files = files
        self._audit = audit
        self._clock = clock
        self._loaded: Model | None = None
        self._unread: str | None = None
        self._turn = threading.Lock()

    def all(self) -> list[ModelRecord]:
        """Return all models, newest first."""
        return self._store.snapshot(self._models.all)

    def champion(self) -> ModelRecord | None:
        """Return the model that serves, None when none does."""
        return self._store.snapshot(self._models.champion)

    def register(
        self,
        model: Model,
        won: bool,
        within: Callable[[Callable[[Tx], object]], object] | None = None,
    ) -> None:
        """Keep a model: it serves at once when it has won, else it may be promoted by hand.

        Args:
            model: what was trained.
            won: whether it is to serve.
            within: does the work that it is given in a transaction, with more of its own.

        Raises:
            Conflict: there is one of this version.
            StoreFull: there is no room for its files; nothing is left behind.
            LeftOff: by `within`; nothing is left behind.
        """
        manifest = model.manifest
        record = ModelRecord(
            version=manifest.version,
            status="challenger",
            created_at=manifest.created_at,
            manifest=msgspec.to_builtins(manifest),
        )

        def work(tx: Tx) -> None:
            if self._models.get(tx, record.version) is not None:
                raise Conflict(f"There is a model {record.version} already.")
            self._models.add(tx, record)
            about: dict[str, object] = {"source": manifest.source, "won": won}
            self._audit.record(tx, None, "model.added", subject=record.version, details=about)
            if won:
                self._serve(record.version, None, "model.promoted", tx)

        self._files.put(model)
        try:
            (within or self._store.transact)(work)
        except (CineMatchError, LeftOff) as refusal:
            # A commit whose answer was lost may have been made: `prune` takes what is of no use.
            if not isinstance(refusal, (Conflict, StoreBusy)):
                self._files.remove(record.version)
            raise

    def promote(self, version: str, actor: str | None) -> ModelRecord:
        """Let a model serve; its files are looked at first.

        Raises:
            NotFound: there is none.
            DamagedModel: its files are not what was written; it is on record as refused.
            OtherFormat: another release wrote it; nothing is changed.
        """
        record = self._store.snapshot(lambda tx: self._found(tx, version))
        if why := self._fault(version):
            if record.status != "champion":
                self._store.transact(partial(self._refuse, version, why, actor))
            raise DamagedModel(why)
        return self._store.transact(partial(self._serve, version, actor, "model.promoted"))

    def roll_back(self, actor: str | None) -> ModelRecord:
        """Let the model serve that served last before; one with damaged files is passed over.

        Raises:
            Conflict: there is none to go back to.
        """
        for record in _as_they_served(self.all()):
            try:
                why = self._fault(record.version)
            except OtherFormat:
                continue
            if why:
                self._store.transact(partial(self._refuse, record.version, why, actor))
            else:
                return self._store.transact(
                    partial(self._serve, record.version, actor, "model.rolled_back")
                )
        raise Conflict("No other model has served before that could serve again.")

    def load_champion(self) -> Model | None:
        """Return the model that serves, mapped; the same object until another one serves.

        One whose files are not what was written is put down as refused, and the one that served
        last before and can be read serves in its place: bad suggestions are worse than old ones.
        One of another release's format is passed over in this process alone: while machines are
        upgraded one by one, others read it.

        Raises:
            Unavailable, StoreFull: its files cannot be read, or fetched, just now.
        """
        with self._turn:
            while (record := self.champion()) is not None:
                loaded = self._loaded.manifest.version if self._loaded else None
                if record.version not in {loaded, self._unread}:
                    self._loaded = self._unread = None
                    try:
                        self._loaded = self._files.load(record.version)
                    except OtherFormat as refusal:
                        _log.error("%s", refusal.detail)
                        self._loaded, self._unread = self._stand_in(), record.version
                    except _UNUSABLE as refusal:
                        _log.error("The model that serves is refused: %s", refusal.detail)
                        self._fall_back(record, refusal.detail)
                        continue
                return self._loaded
            self._loaded = self._unread = None
            return None

    def _stand_in(self) -> Model | None:
        """Return the model that served last before and that this release reads."""
        for record in _as_they_served(self.all()):
            try:
                return self._files.load(record.version)
            except _UNUSABLE:
                continue
        return None

    def prune(self, keep: int = KEPT_MODELS) -> int:
        """Remove all models but the one that serves, the one before it, and the `keep` newest.

        Files that belong to no model on record go, too. Returns how many models went.
        """

        def work(tx: Tx) -> list[str]:
            others = [one for one in self._models.all(tx) if one.status != "champion"]
            kept = {one.version for one in (*others[:keep], *_as_they_served(others)[:1])}
            gone = [one.version for one in others if one.version not in kept]
            for version in gone:
                self._models.remove(tx, version)
                self._audit.record(tx, None, "model.removed", subject=version)
            return gone

        gone = self._store.transact(work)
        for version in (*gone, *self._strays()):
            self._files.remove(version)
        return len(gone)

    def _strays(self) -> list[str]:
        """Return versions with files of a day ago and more, and without a record."""
        kept = self._files.versions()
        known = {one.version for one in self.all()}
        return [version for version in kept if version not in known and self._old(version)]

    def _old(self, version: str) -> bool:
        try:
            made = self._files.load(version).manifest.created_at
        except OtherFormat:
            return False
        except DamagedModel:
            return True
        except NotFound:
            return False
        return from_iso(made) < self._clock() - _UNREGISTERED

    def _fall_back(self, champion: ModelRecord, why: str) -> None:
        """Refuse the champion, and let the latest before it serve that can be read."""
        refused, chosen = {champion.version: why}, None
        for record in _as_they_served(self.all()):
            try:
                fault = self._fault(record.version)
            except OtherFormat:
                continue
            if fault:
                refused[record.version] = fault
            else:
                chosen = record.version
                break

        def work(tx: Tx) -> None:
            now = self._models.champion(tx)
            if now is None or now.version != champion.version:
                return  # somebody else was quicker
            for version, fault in refused.items():
                self._refuse(version, fault, None, tx)
            if chosen and self._models.get(tx, chosen):
                self._serve(chosen, None, "model.rolled_back", tx)

        self._store.transact(work)

    def _fault(self, version: str) -> str | None:
        """Return what is wrong with a model's files, None when they are as they were written.

        Raises:
            OtherFormat: this release cannot tell.
        """
        try:
            self._files.load(version)
        except OtherFormat:
            raise
        except _UNUSABLE as refusal:
            return refusal.detail
        return None

    def _serve(self, version: str, actor: str | None, action: str, tx: Tx) -> ModelRecord:
        record, before = self._found(tx, version), self._models.champion(tx)
        if before is not None and before.version == version:
            return before
        if before is not None:
            self._models.save(tx, replace(before, status="retired"))
        serving = replace(record, status="champion", promoted_at=to_iso(self._clock()))
        self._models.save(tx, serving)
        about: dict[str, object] = {"replaced": before.version if before else None}
        self._audit.record(tx, actor, action, subject=version, details=about)
        return serving

    def _refuse(self, version: str, why: str, actor: str | None, tx: Tx) -> None:
        found = self._models.get(tx, version)
        if found is not None and found.status != "refused":
            self._models.save(tx, replace(found, status="refused"))
            about: dict[str, object] = {"why": why}
            self._audit.record(tx, actor, "model.refused", subject=version, details=about)

    def _found(self, tx: Tx, version: str) -> ModelRecord:
        found = self._models.get(tx, version)
        if found is None:
            raise NotFound(f"There is no model {version}.")
        return found


def _as_they_served(records: Sequence[ModelRecord]) -> list[ModelRecord]:
    """Return those that have served and do not, the one that served last first."""
    retired = [one for one in records if one.status == "retired"]
    return sorted(retired, key=lambda one: one.promoted_at or "", reverse=True)
