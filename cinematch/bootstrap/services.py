"""What the house is made of, as doors and endpoints see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cinematch.accounts.service.accounts import AccountsService
from cinematch.accounts.service.passwords import Passwords
from cinematch.accounts.service.sessions import SessionsService
from cinematch.audit.service import AuditService
from cinematch.bootstrap.adapters import Adapters
from cinematch.bootstrap.search import FilmIndexing
from cinematch.diary.joining import JoiningService
from cinematch.diary.ports import EntriesRepository
from cinematch.diary.queries import LibraryQueries
from cinematch.diary.service import DiaryService
from cinematch.events.ports import Handler, Outbox
from cinematch.events.service import DeadLetters
from cinematch.films.indexing import Indexer
from cinematch.films.service import FilmsService
from cinematch.infra.limits import RateLimiter
from cinematch.infra.metrics import Family
from cinematch.infra.ports import Store
from cinematch.infra.process import process_families
from cinematch.infra.replies import Replies
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock
from cinematch.kit.errors import CineMatchError, Invalid
from cinematch.lake.service import LakeService
from cinematch.lists.service import ListsService
from cinematch.notifications.service import InboxService, Sender, TargetsService, WebhooksService
from cinematch.ops.ports import OpsRepository
from cinematch.ops.service.backup import BackupService
from cinematch.ops.service.checks import CheckService
from cinematch.ops.service.jobs import Scheduler
from cinematch.ops.service.settings import InstallationSettings
from cinematch.ops.service.status import StatusService
from cinematch.recommender.ports import Communities, Fitters
from cinematch.recommender.service import (
    JobRunner,
    JobsService,
    ModelsService,
    MonitoringService,
    RecommendingService,
    TasteService,
)
from cinematch.recommender.service.demo import DemoService
from cinematch.recommender.service.executing import JobExecutor
from cinematch.recommender.service.gauges import RecommenderGauges
from cinematch.recommender.service.metering import Meter
from cinematch.recommender.service.sources import Sources
from cinematch.settings import Settings
from cinematch.stats.follower import Follower
from cinematch.stats.service import StatsService
from cinematch.stats.service.community import CommunityFigures
from cinematch.transfer.service import ExportService, ImportService

Role = Literal["all", "api", "worker", "none"]
"""What runs in the background of this process.

`all`: everything, as for one machine. `api`: nothing that another process of the cluster does.
`worker`: imports, jobs and corrections, without the calls. `none`: a command, or a stream, which
only uses the services.
"""


@dataclass(kw_only=True)
class Foundations:
    """What every room stands on."""

    settings: Settings
    clock: Clock
    adapters: Adapters
    store: Store
    backups: BackupService
    signals: Signals
    outbox: Outbox
    entries: EntriesRepository
    ops: OpsRepository
    limiter: RateLimiter
    replies: Replies
    passwords: Passwords
    film_index: FilmIndexing | None
    """Given where films are searched outside the store."""

    @property
    def follows(self) -> bool:
        """Whether figures are brought up to date from the outbox, not by a stream behind Kafka."""
        return self.settings.kafka_bootstrap_servers is None


@dataclass(kw_only=True)
class RecommenderRoom:
    """What models are made, kept and asked with."""

    recommending: RecommendingService
    taste: TasteService
    models: ModelsService
    model_jobs: JobsService
    model_runner: JobRunner
    model_sources: Sources
    monitoring: MonitoringService
    meter: Meter
    gauges: RecommenderGauges
    executor: Callable[[], JobExecutor]
    """Makes what does a model job in this process; `Invalid` where what fits is not installed."""
    fitters: Callable[[], Fitters]
    """Imports what fits models; raises as `executor`."""
    communities: Communities
    demo: DemoService


@dataclass(kw_only=True)
class Services(RecommenderRoom, Foundations):
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
    community: CommunityFigures | None
    """Given where a stream of its own writes the community's figures."""
    dead_letters: DeadLetters
    inbox: InboxService
    targets: TargetsService
    webhooks: WebhooksService
    audit: AuditService
    sender: Sender
    lake_service: LakeService | None
    handlers: Mapping[str, Handler]
    """What consumers do with events, by name."""
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

    @property
    def lake(self) -> LakeService:
        """Everything that happened, as Parquet files.

        Raises:
            Invalid: it is not kept here.
        """
        if self.lake_service is None:
            raise Invalid("The lake is switched off. To have it: CINEMATCH_LAKE=1")
        return self.lake_service

    @property
    def indexer(self) -> Indexer:
        """What keeps the index of the films.

        Raises:
            Invalid: there is none.
        """
        if self.film_index is None:
            raise Invalid("Say in ELASTICSEARCH_URL where films are searched.")
        return self.film_index.indexer

    def start(self) -> None:
        """Fill an empty catalogue and begin the work in the background."""
        for begin in self.on_start:
            begin()

    def pause(self) -> None:
        """End the work in the background, last begun first; `start` begins it again."""
        for end in reversed(self.on_stop):
            end()

    def stop(self) -> None:
        """End the work in the background and close the store."""
        self.pause()
        if self.film_index is not None:
            self.film_index.index.close()
        self.store.close()

    def health(self) -> Mapping[str, Mapping[str, Any]]:
        """Return each part's `status` (`ok`, `degraded`, `failed`) and what else it says."""
        try:
            self.accounts.setup()
            parts: dict[str, Mapping[str, Any]] = {
                **self.status.health(),
                "ml_model": self.recommending.health(),
            }
            return parts | ({"search": index.search.health()} if (index := self.film_index) else {})
        except CineMatchError as error:
            return {"store": {"status": "failed", "detail": error.detail}}

    def families(self) -> list[Family]:
        """Return the figures of this process, and what is on record, for Prometheus.

        While the store is away there are those of the process alone.
        """
        own = [*process_families(), *self.meter.families()]
        try:
            return own + self.gauges.families()
        except CineMatchError:
            return own
