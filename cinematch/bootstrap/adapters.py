"""Which store, and every room's repository on it: chosen by the settings alone."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cinematch.accounts.files import load_secret
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.audit.ports import AuditRepository
from cinematch.audit.sqlite import SqliteAudit
from cinematch.diary.ports import EntriesRepository, LibraryRepository
from cinematch.diary.sqlite import SqliteEntries, SqliteLibrary
from cinematch.events.ports import ConsumerProgress, Outbox, RelaySource
from cinematch.events.sqlite import SqliteOutbox, SqliteProgress, SqliteRelaySource
from cinematch.films.ports import FilmFeed, FilmsRepository
from cinematch.films.sqlite import SqliteFilmFeed, SqliteFilms
from cinematch.infra.limits import MemoryRateLimiter, RateLimiter
from cinematch.infra.ports import Store
from cinematch.infra.replies import Replies
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.infra.sqlite.migrations import schema_version
from cinematch.infra.sqlite.replies import SqliteReplies
from cinematch.kit.clock import Clock
from cinematch.kit.errors import Conflict
from cinematch.lake.ports import LakeRecords
from cinematch.lake.sqlite import SqliteLakeRecords
from cinematch.lists.ports import ListsRepository
from cinematch.lists.sqlite import SqliteLists
from cinematch.notifications.ports import ChannelsRepository, NotificationsRepository
from cinematch.notifications.sqlite import SqliteChannels, SqliteNotifications
from cinematch.ops.core.shelves import MARK
from cinematch.ops.ports import OpsRepository, Snapshots
from cinematch.ops.service.backup import BackupService
from cinematch.ops.sqlite import SqliteOps, SqliteSnapshots
from cinematch.recommender.communities import FolderCommunities
from cinematch.recommender.files import FolderModelFiles
from cinematch.recommender.ports import (
    Communities,
    JobsRepository,
    ModelFiles,
    ModelsRepository,
    TasteRepository,
)
from cinematch.recommender.sqlite import SqliteJobs, SqliteModels, SqliteTaste
from cinematch.settings import Settings
from cinematch.stats.ports import CommunityRecords, DiaryLists, StatsRepository
from cinematch.stats.sqlite import SqliteDiaryLists, SqliteStats
from cinematch.stats.sqlite.progress import SqliteCommunityRecords
from cinematch.transfer.files import UploadFolder
from cinematch.transfer.ports import ImportsRepository, Uploads
from cinematch.transfer.sqlite import SqliteImports


@dataclass(frozen=True, kw_only=True)
class ConsumerAdapters:
    """What the consumers' rooms keep."""

    inbox: NotificationsRepository
    channels: ChannelsRepository
    audit_log: AuditRepository
    lake: LakeRecords


@dataclass(frozen=True, kw_only=True)
class RecommenderAdapters:
    """What the recommender keeps."""

    jobs: JobsRepository
    models: ModelsRepository
    files: ModelFiles
    taste: TasteRepository
    communities: Communities


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """One adapter of each port."""

    store: Store
    accounts: AccountsRepository
    films: FilmsRepository
    film_feed: FilmFeed
    entries: EntriesRepository
    library: LibraryRepository
    outbox: Outbox
    relay_source: RelaySource
    progress: ConsumerProgress
    lists: ListsRepository
    imports: ImportsRepository
    uploads: Uploads
    figures: StatsRepository
    diary_lists: DiaryLists
    community: CommunityRecords
    consumers: ConsumerAdapters
    recommender: RecommenderAdapters
    ops: OpsRepository
    replies: Replies
    snapshots: Snapshots
    schema_version: Callable[[], int]
    secret: Callable[[], bytes]
    """The key that signs sessions, the same in every process."""


def choose(settings: Settings, clock: Clock) -> Adapters:
    """Open the store that the settings name: MongoDB by MONGODB_URL, else the data folder.

    Raises:
        StoreFull: the data folder cannot be used.
        SchemaTooNew: the data was written by a later release.
        Invalid: an address cannot be used, or what a cluster needs is not installed.
        StoreBusy: the database server does not answer.
        Conflict: an installation was being moved there, and that was broken off.
    """
    if settings.mongodb is not None:
        from cinematch.bootstrap.cluster import mongo_adapters

        chosen = mongo_adapters(settings)
    else:
        chosen = _embedded(settings, clock)
    if chosen.store.snapshot(lambda tx: chosen.ops.setting(tx, MARK)):
        chosen.store.close()
        raise Conflict(
            "An installation was being moved here and that was broken off. "
            "Repeat `cinematch move`, which begins anew."
        )
    if settings.speed_layer:
        from cinematch.bootstrap.speed import with_speed_layer

        return with_speed_layer(chosen, settings)
    return chosen


def _embedded(settings: Settings, clock: Clock) -> Adapters:
    data_dir = settings.data_dir
    snapshots = SqliteSnapshots(data_dir / "cinematch.db")
    backups = BackupService(data_dir, snapshots, clock)

    def keep(_path: Path, version: int) -> None:
        backups.create(f"before-schema-{version}")

    store = open_database(data_dir, before_migration=keep)
    return Adapters(
        store=store,
        accounts=SqliteAccounts(),
        films=SqliteFilms(noting=settings.elasticsearch is not None),
        film_feed=SqliteFilmFeed(),
        entries=SqliteEntries(),
        library=SqliteLibrary(),
        outbox=SqliteOutbox(),
        relay_source=SqliteRelaySource(),
        progress=SqliteProgress(),
        lists=SqliteLists(),
        imports=SqliteImports(),
        uploads=UploadFolder(data_dir / "uploads"),
        figures=SqliteStats(),
        diary_lists=SqliteDiaryLists(),
        community=SqliteCommunityRecords(),
        consumers=ConsumerAdapters(
            inbox=SqliteNotifications(),
            channels=SqliteChannels(),
            audit_log=SqliteAudit(),
            lake=SqliteLakeRecords(),
        ),
        recommender=_recommender(data_dir, clock),
        ops=SqliteOps(),
        replies=SqliteReplies(),
        snapshots=snapshots,
        schema_version=lambda: schema_version(store.path),
        secret=lambda: load_secret(data_dir),
    )


def _recommender(data_dir: Path, clock: Clock) -> RecommenderAdapters:
    return RecommenderAdapters(
        jobs=SqliteJobs(),
        models=SqliteModels(),
        files=FolderModelFiles(data_dir / "models", clock),
        taste=SqliteTaste(),
        communities=FolderCommunities(data_dir / "community"),
    )


def signals_and_limits(settings: Settings, clock: Clock) -> tuple[Signals, RateLimiter]:
    """Return bells and counters: of all processes by REDIS_URL, else of this one.

    Raises:
        Invalid: the address cannot be used, or the client is not installed.
    """
    alone = MemoryRateLimiter(clock)
    if settings.redis is None:
        return Signals(), alone
    from cinematch.bootstrap.cluster import needed

    with needed():
        from cinematch.infra.redis import RedisRateLimiter, RedisSignals, open_redis
    client = open_redis(settings.redis)
    return RedisSignals(client, secrets.token_hex(8)), RedisRateLimiter(client, clock, alone)
