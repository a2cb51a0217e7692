"""Everything is built here, once, and handed to the doors. Nothing happens at import time."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cinematch.accounts.files import load_secret
from cinematch.accounts.ports import Erasing
from cinematch.accounts.service.accounts import AccountsService
from cinematch.accounts.service.passwords import Passwords
from cinematch.accounts.service.sessions import SessionsService
from cinematch.accounts.service.tokens import AccessTokens
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.diary.joining import JoiningService
from cinematch.diary.queries import LibraryQueries
from cinematch.diary.service import DiaryService
from cinematch.diary.spreading import CorrectionSpreader
from cinematch.diary.sqlite import SqliteEntries, SqliteLibrary
from cinematch.events.service import EventLog
from cinematch.events.sqlite import SqliteOutbox
from cinematch.films.files import read_starter
from cinematch.films.service import FilmsService
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.limits import MemoryRateLimiter, RateLimiter
from cinematch.infra.replies import KEPT_FOR, Replies
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import Database, open_database
from cinematch.infra.sqlite.migrations import schema_version
from cinematch.infra.sqlite.replies import SqliteReplies
from cinematch.kit.clock import Clock, system_clock, to_iso
from cinematch.kit.errors import CineMatchError
from cinematch.lists.service import ListsService
from cinematch.lists.sqlite import SqliteLists
from cinematch.ops.service.backup import BackupService
from cinematch.ops.service.checks import CheckService
from cinematch.ops.service.jobs import Job, Report, Scheduler
from cinematch.ops.service.settings import DEFAULTS, InstallationSettings
from cinematch.ops.service.status import StatusService
from cinematch.ops.sqlite import SqliteOps, SqliteSnapshots
from cinematch.settings import Settings
from cinematch.stats.follower import Follower
from cinematch.stats.service import Parts, StatsService
from cinematch.stats.sqlite import SqliteDiaryLists, SqliteStats
from cinematch.transfer.files import UploadFolder
from cinematch.transfer.service import (
    AccountPreferences,
    ExportService,
    ImportService,
    ImportWorker,
    UploadsOfErased,
)
from cinematch.transfer.service import Parts as TransferParts
from cinematch.transfer.sqlite import SqliteImports, SqliteScratches


@dataclass(kw_only=True)
class Foundations:
    """What every room stands on."""

    settings: Settings
    clock: Clock
    store: Database
    backups: BackupService
    signals: Signals
    outbox: SqliteOutbox
    entries: SqliteEntries
    ops: SqliteOps
    limiter: RateLimiter
    replies: Replies
    passwords: Passwords


@dataclass(kw_only=True)
class Services(Foundations):
    """The house: what doors and endpoints may use."""

    accounts: AccountsService
    sessions: SessionsService
    films: FilmsService
    diary: DiaryService
    library: LibraryQueries
    joining: JoiningService
    lists: ListsService
    imports: ImportService
    exports: ExportService
    stats: StatsService
    follower: Follower
    checks: CheckService
    installation: InstallationSettings
    scheduler: Scheduler
    status: StatusService
    on_start: list[Callable[[], object]] = field(default_factory=list)
    on_stop: list[Callable[[], object]] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        """The folder that holds everything."""
        return self.settings.data_dir

    def start(self) -> None:
        """Fill an empty catalogue and begin the work in the background."""
        for begin in self.on_start:
            begin()

    def stop(self) -> None:
        """End the work in the background, last begun first, and close the store."""
        for end in reversed(self.on_stop):
            end()
        self.store.close()

    def health(self) -> Mapping[str, Mapping[str, Any]]:
        """Return each part's `status` (`ok`, `degraded`, `failed`) and what else it says."""
        try:
            self.accounts.setup()
            return self.status.health()
        except CineMatchError as error:
            return {"store": {"status": "failed", "detail": error.detail}}


def build(
    settings: Settings, *, clock: Clock = system_clock, passwords: Passwords | None = None
) -> Services:
    """Open the data folder and build everything on it; nothing runs before `Services.start`.

    Args:
        settings: which folder, and how to listen.
        clock: tells the time.
        passwords: how passwords are hashed; tests take a quick way.

    Raises:
        StoreFull: the data folder cannot be used.
        SchemaTooNew: it was written by a later release.
    """
    ground = _foundations(settings, clock, passwords)
    catalogue = SqliteFilms()
    films, diary, spreader = _films_and_diary(ground, catalogue)
    follower, stats = _stats(ground)
    installation = _installation(ground)
    transfer = _transfer(ground, catalogue, diary)
    worker = ImportWorker(transfer)
    accounts = _accounts(ground, installation, _erasing(ground, films, stats, transfer))
    checks = CheckService(_Figures(stats), accounts.user_ids)
    scheduler = _scheduler(ground, checks, installation, worker)
    return Services(
        **vars(ground),
        accounts=accounts,
        sessions=_sessions(ground),
        films=films,
        diary=diary,
        library=LibraryQueries(ground.store, SqliteLibrary(), ground.entries, catalogue),
        joining=_joining(ground, catalogue, diary, transfer),
        lists=ListsService(ground.store, SqliteLists(), catalogue, clock),
        imports=ImportService(transfer, worker),
        exports=ExportService(transfer),
        stats=stats,
        follower=follower,
        checks=checks,
        installation=installation,
        scheduler=scheduler,
        status=_status(ground, follower),
        on_start=[
            ground.backups.sweep,
            films.ensure_starter,
            spreader.run,
            follower.start,
            worker.start,
            scheduler.start,
        ],
        on_stop=[follower.stop, worker.stop, scheduler.stop],
    )


def _foundations(settings: Settings, clock: Clock, passwords: Passwords | None) -> Foundations:
    data_dir = settings.data_dir
    backups = BackupService(data_dir, SqliteSnapshots(data_dir / "cinematch.db"), clock)
    store = open_database(
        data_dir, before_migration=lambda _path, version: _keep(backups, f"before-schema-{version}")
    )
    return Foundations(
        settings=settings,
        clock=clock,
        store=store,
        backups=backups,
        signals=Signals(),
        outbox=SqliteOutbox(),
        entries=SqliteEntries(),
        ops=SqliteOps(),
        limiter=MemoryRateLimiter(clock),
        replies=SqliteReplies(),
        passwords=passwords or Passwords(),
    )


def _keep(backups: BackupService, reason: str) -> None:
    backups.create(reason)


def _erasing(
    ground: Foundations, films: FilmsService, stats: StatsService, transfer: TransferParts
) -> Erasing:
    """Say what goes with an account, in order: figures are taken out while its films are there."""
    uploads = UploadsOfErased(transfer)
    hooks = [uploads.note, films.erase_user, stats.erase_user, ground.outbox.erase_user]
    return Erasing(hooks, uploads.remove)


def _accounts(
    ground: Foundations,
    installation: InstallationSettings,
    erasing: Erasing,
) -> AccountsService:
    return AccountsService(
        ground.store,
        SqliteAccounts(),
        ground.passwords,
        lambda: bool(installation.get("registration_open")),
        erasing,
        ground.clock,
    )


def _sessions(ground: Foundations) -> SessionsService:
    tokens = AccessTokens(load_secret(ground.settings.data_dir))
    return SessionsService(
        ground.store, SqliteAccounts(), ground.passwords, tokens, ground.limiter, ground.clock
    )


def _films_and_diary(
    ground: Foundations, catalogue: SqliteFilms
) -> tuple[FilmsService, DiaryService, CorrectionSpreader]:
    def corrected() -> None:
        # Corrections flow into the diary, which stands above the catalogue.
        spreader.run()

    films = FilmsService(ground.store, catalogue, ground.clock, read_starter, corrected)
    events = EventLog(ground.outbox, ground.clock)
    diary = DiaryService(
        ground.store, ground.entries, events, films.facts_of, ground.signals, ground.clock
    )
    spreader = CorrectionSpreader(ground.store, catalogue, diary)
    return films, diary, spreader


def _joining(
    ground: Foundations, catalogue: SqliteFilms, diary: DiaryService, transfer: TransferParts
) -> JoiningService:
    return JoiningService(
        ground.store,
        ground.entries,
        catalogue,
        diary,
        ground.signals,
        on_join=[transfer.imports.move_film],
    )


def _transfer(ground: Foundations, catalogue: SqliteFilms, diary: DiaryService) -> TransferParts:
    uploads = ground.settings.data_dir / "uploads"
    return TransferParts(
        store=ground.store,
        imports=SqliteImports(),
        uploads=UploadFolder(uploads),
        scratches=SqliteScratches(uploads),
        films=catalogue,
        entries=ground.entries,
        diary=diary,
        lists=SqliteLists(),
        preferences=AccountPreferences(SqliteAccounts()),
        signals=ground.signals,
        clock=ground.clock,
    )


def _stats(ground: Foundations) -> tuple[Follower, StatsService]:
    figures = SqliteStats()
    follower = Follower(ground.store, ground.outbox, figures, ground.signals, ground.clock)
    parts = Parts(
        store=ground.store,
        figures=figures,
        lists=SqliteDiaryLists(),
        entries=ground.entries,
        outbox=ground.outbox,
        signals=ground.signals,
        clock=ground.clock,
        catch_up=follower.catch_up,
    )
    return follower, StatsService(parts)


def _installation(ground: Foundations) -> InstallationSettings:
    """Registration is open by default where only this machine can reach the server."""
    defaults = {**DEFAULTS, "registration_open": ground.settings.loopback}
    return InstallationSettings(ground.store, ground.ops, defaults)


def _scheduler(
    ground: Foundations,
    checks: CheckService,
    installation: InstallationSettings,
    worker: ImportWorker,
) -> Scheduler:
    def back_up(report: Report) -> dict[str, Any]:
        taken = ground.backups.create("nightly", report)
        pruned = ground.backups.prune(int(installation.get("backup_keep")))
        return {"name": taken.name, "bytes": taken.bytes, "pruned": len(pruned)}

    def verify(report: Report) -> dict[str, Any]:
        return checks.everybody(report).summary()

    def tidy(_report: Report) -> dict[str, Any]:
        since = to_iso(ground.clock() - KEPT_FOR)
        ground.store.transact(lambda tx: ground.replies.purge(tx, since))
        return {"uploads_removed": worker.tidy()}

    def at(minutes: int) -> Callable[[], tuple[int, int]]:
        """Return the time of day that is so long after the night's work begins."""
        hour, minute = divmod(minutes, 60)
        return lambda: ((int(installation.get("backup_hour")) + hour) % 24, minute)

    jobs = [
        Job("backup", at(0), back_up),
        Job("verify", at(60), verify),
        Job("tidy", at(90), tidy),
    ]
    return Scheduler(jobs, ground.store, ground.ops, ground.clock)


def _status(ground: Foundations, follower: Follower) -> StatusService:
    return StatusService(
        ground.store,
        ground.ops,
        ground.backups,
        ground.settings.data_dir,
        lambda: schema_version(ground.store.path),
        lambda: asdict(follower.health()),
    )


class _Figures:
    """The statistics, in the words of the operator's checks (`ops.service.checks.Figures`)."""

    def __init__(self, stats: StatsService) -> None:
        self._stats = stats

    def differences(self, user_id: str) -> list[str]:
        return [str(line) for line in self._stats.verify(user_id)["differences"]]

    def community_differences(self) -> list[str]:
        return self._stats.verify_community()

    def rebuild(self, user_id: str) -> None:
        self._stats.rebuild(user_id)

    def rebuild_community(self) -> None:
        self._stats.rebuild_community()
