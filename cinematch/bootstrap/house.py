"""The services put together on the adapters that the settings choose."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from cinematch.accounts.ports import Erasing
from cinematch.accounts.service.accounts import AccountsService
from cinematch.accounts.service.parts import Parts as AccountParts
from cinematch.accounts.service.passwords import Passwords
from cinematch.accounts.service.sessions import SessionsService
from cinematch.accounts.service.tokens import AccessTokens
from cinematch.bootstrap.adapters import choose, signals_and_limits
from cinematch.bootstrap.background import arrange, take_over_community
from cinematch.bootstrap.fanout import FanOut, fan_out
from cinematch.bootstrap.recommender import recommender, retraining
from cinematch.bootstrap.scheduling import Night, scheduler
from cinematch.bootstrap.search import film_indexing
from cinematch.bootstrap.services import Foundations, Role, Services
from cinematch.diary.joining import JoiningService
from cinematch.diary.queries import LibraryQueries
from cinematch.diary.service import DiaryService
from cinematch.diary.spreading import CorrectionSpreader
from cinematch.events.service import DeadLetters, EventLog
from cinematch.films.files import read_starter
from cinematch.films.service import FilmsService
from cinematch.kit.clock import Clock, from_iso, system_clock
from cinematch.lists.service import ListsService
from cinematch.ops.service.backup import BackupService
from cinematch.ops.service.checks import CheckService
from cinematch.ops.service.settings import DEFAULTS, InstallationSettings
from cinematch.ops.service.status import StatusService
from cinematch.recommender.service.portable import TasteInSettings
from cinematch.settings import Settings
from cinematch.stats.follower import Follower, FollowerHealth
from cinematch.stats.service import Parts, StatsService
from cinematch.stats.service.community import CommunityFigures, CommunityParts
from cinematch.transfer.service import (
    AccountPreferences,
    ExportService,
    ImportService,
    ImportWorker,
    UploadsOfErased,
)
from cinematch.transfer.service import Parts as TransferParts
from cinematch.transfer.sqlite import SqliteScratches

_LOOK_EVERY = 1.0
_IDLE_SECONDS = 30.0
_LATE = timedelta(seconds=60)


def build(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    passwords: Passwords | None = None,
    role: Role = "all",
) -> Services:
    """Open the data folder and build everything on it; nothing runs before `Services.start`.

    Args:
        settings: which folder, and how to listen.
        clock: tells the time.
        passwords: how passwords are hashed; tests take a quick way.
        role: what runs in the background once started.

    Raises:
        StoreFull: the data folder cannot be used.
        SchemaTooNew: it was written by a later release.
    """
    ground = _foundations(settings, clock, passwords)
    films, diary, spreader = _films_and_diary(ground)
    figures = _figures(ground)
    installation = _installation(ground)
    transfer, worker = _transfer(ground, diary, role)
    others = fan_out(ground)
    erasing = _erasing(ground, films, figures.stats, transfer, others)
    accounts, sessions = _accounts(ground, others, installation, erasing)
    checks = CheckService(_Checked(figures.stats), accounts.user_ids)
    room = recommender(ground, others.audit, films.ensure_starter, role)
    night = Night(installation, checks, worker, others, figures.community, retraining(ground, room))
    services = Services(
        **vars(ground),
        **vars(others),
        **vars(room),
        **vars(figures),
        accounts=accounts,
        sessions=sessions,
        films=films,
        diary=diary,
        library=_library(ground),
        joining=_joining(ground, diary, transfer),
        lists=ListsService(ground.store, ground.adapters.lists, ground.adapters.films, clock),
        imports=ImportService(transfer, worker),
        exports=ExportService(transfer, others.audit),
        dead_letters=DeadLetters(ground.store, ground.adapters.progress),
        checks=checks,
        installation=installation,
        scheduler=scheduler(ground, night),
        status=_status(ground, figures.follower),
    )
    arrange(services, role, spreader, worker)
    return services


def back_on_one_machine(settings: Settings) -> None:
    """Make an installation that came back from a cluster ready for the follower."""
    alone = {"mongodb_url": None, "kafka_bootstrap_servers": None, "redis_url": None}
    services = build(settings.model_copy(update=alone), role="none")
    try:
        take_over_community(services)
    finally:
        services.stop()


def _foundations(settings: Settings, clock: Clock, passwords: Passwords | None) -> Foundations:
    adapters = choose(settings, clock)
    signals, limiter = signals_and_limits(settings, clock)
    return Foundations(
        settings=settings,
        clock=clock,
        adapters=adapters,
        store=adapters.store,
        backups=BackupService(settings.data_dir, adapters.snapshots, clock),
        signals=signals,
        outbox=adapters.outbox,
        entries=adapters.entries,
        ops=adapters.ops,
        limiter=limiter,
        replies=adapters.replies,
        passwords=passwords or Passwords(),
        film_index=film_indexing(settings, adapters, clock),
    )


def _erasing(
    ground: Foundations,
    films: FilmsService,
    stats: StatsService,
    transfer: TransferParts,
    others: FanOut,
) -> Erasing:
    """Say what goes with an account, in order: figures are taken out while its films are there."""
    uploads = UploadsOfErased(transfer)
    hooks = [
        uploads.note,
        films.erase_user,
        stats.erase_user,
        others.inbox.erase_user,
        others.audit.erase_user,
        ground.outbox.erase_user,
        ground.adapters.recommender.jobs.erase_user,
    ]
    if others.lake_service is not None:
        hooks.append(others.lake_service.owe_erasure)
    return Erasing(hooks, uploads.remove)


def _accounts(
    ground: Foundations, others: FanOut, installation: InstallationSettings, erasing: Erasing
) -> tuple[AccountsService, SessionsService]:
    parts = AccountParts(
        ground.store, ground.adapters.accounts, ground.passwords, others.audit, ground.clock
    )
    accounts = AccountsService(parts, lambda: bool(installation.get("registration_open")), erasing)
    tokens = AccessTokens(ground.adapters.secret())
    return accounts, SessionsService(parts, tokens, ground.limiter)


def _films_and_diary(
    ground: Foundations,
) -> tuple[FilmsService, DiaryService, CorrectionSpreader]:
    def corrected() -> None:
        # Corrections flow into the diary, which stands above the catalogue.
        spreader.run()

    catalogue = ground.adapters.films
    index = ground.film_index
    search = index.search.search if index else None
    films = FilmsService(ground.store, catalogue, ground.clock, read_starter, corrected, search)
    events = EventLog(ground.outbox, ground.clock)
    diary = DiaryService(
        ground.store, ground.entries, events, films.facts_of, ground.signals, ground.clock
    )
    spreader = CorrectionSpreader(ground.store, catalogue, diary)
    return films, diary, spreader


def _library(ground: Foundations) -> LibraryQueries:
    adapters = ground.adapters
    return LibraryQueries(ground.store, adapters.library, ground.entries, adapters.films)


def _joining(ground: Foundations, diary: DiaryService, transfer: TransferParts) -> JoiningService:
    return JoiningService(
        ground.store,
        ground.entries,
        ground.adapters.films,
        diary,
        ground.signals,
        on_join=[transfer.imports.move_film],
    )


def _transfer(
    ground: Foundations, diary: DiaryService, role: Role
) -> tuple[TransferParts, ImportWorker]:
    adapters = ground.adapters
    parts = TransferParts(
        store=ground.store,
        imports=adapters.imports,
        uploads=adapters.uploads,
        scratches=SqliteScratches(ground.settings.data_dir / "uploads"),
        films=adapters.films,
        entries=ground.entries,
        diary=diary,
        lists=adapters.lists,
        preferences=TasteInSettings(
            AccountPreferences(adapters.accounts), adapters.recommender.taste, adapters.films
        ),
        signals=ground.signals,
        clock=ground.clock,
    )
    seconds = _LOOK_EVERY if role == "worker" else _IDLE_SECONDS
    return parts, ImportWorker(parts, elsewhere=role == "api", idle_seconds=seconds)


@dataclass(frozen=True)
class _Figures:
    """The statistics; the names are those of `Services`."""

    stats: StatsService
    follower: Follower
    community: CommunityFigures | None


def _figures(ground: Foundations) -> _Figures:
    community = _community(ground)
    figures = ground.adapters.figures
    follower = Follower(ground.store, ground.outbox, figures, ground.signals, ground.clock)
    parts = Parts(
        store=ground.store,
        figures=figures,
        lists=ground.adapters.diary_lists,
        entries=ground.entries,
        outbox=ground.outbox,
        signals=ground.signals,
        clock=ground.clock,
        # In a cluster the stream sets aside what cannot be read, and nobody follows here.
        catch_up=follower.catch_up if ground.follows else lambda: 0,
        community=ground.adapters.community if community else None,
        counting=community,
    )
    return _Figures(StatsService(parts), follower, community)


def _community(ground: Foundations) -> CommunityFigures | None:
    if ground.follows:
        return None  # the follower writes them with everybody's own
    adapters = ground.adapters
    return CommunityFigures(
        CommunityParts(
            ground.store,
            adapters.figures,
            adapters.community,
            ground.entries,
            ground.outbox,
            ground.clock,
        )
    )


def _installation(ground: Foundations) -> InstallationSettings:
    """Registration is open by default where only this machine can reach the server."""
    defaults = {**DEFAULTS, "registration_open": ground.settings.loopback}
    return InstallationSettings(ground.store, ground.ops, defaults)


def _status(ground: Foundations, follower: Follower) -> StatusService:
    return StatusService(
        ground.store,
        ground.ops,
        ground.backups,
        ground.settings.data_dir,
        ground.adapters.schema_version,
        lambda: asdict(follower.health() if ground.follows else _on_its_way(ground)),
    )


def _on_its_way(ground: Foundations) -> FollowerHealth:
    """Say how many events wait for Kafka; what is beyond, the stream's own probe tells."""
    waiting = ground.store.snapshot(ground.adapters.relay_source.lag)
    late = waiting.count and ground.clock() - from_iso(waiting.oldest) > _LATE
    error = f"events have been waiting for Kafka since {waiting.oldest}" if late else None
    return FollowerHealth(
        running=True,
        position=0,
        lag=waiting.count,
        applied=0,
        set_aside=0,
        negatives=0,
        error=error,
        alarms=(),
    )


class _Checked:
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
