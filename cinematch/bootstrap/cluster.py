"""The parts of a cluster, imported only where the settings ask for them."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cinematch.bootstrap.adapters import Adapters, ConsumerAdapters, RecommenderAdapters
from cinematch.infra.ports import Store
from cinematch.kit.errors import Invalid
from cinematch.ops.ports import OpsRepository
from cinematch.settings import Settings

if TYPE_CHECKING:
    from cinematch.infra.mongo import MongoStore

_SECRET = "session_secret"  # noqa: S105 - the name under which it is kept
_HANGING = (
    "sessions",
    "api_tokens",
    "movies",
    "lists",
    "imports",
    "import_rows",
    "import_choices",
    "user_stats",
    "user_affinities",
    "user_stats_batch",
    "stat_moves",
    "dead_letters",
    "outbox",
    "consumer_seqs",
    "set_aside_events",
    "idempotency_keys",
    "notification_progress",
    "notification_imports",
    "notifications",
    "notification_settings",
    "notification_targets",
    "webhooks",
    "deliveries",
    "taste_marks",
    "taste_preferences",
    "suggestions_shown",
)
"""Collections whose documents of a user go with the account."""


@contextmanager
def needed(extra: str = "cluster") -> Iterator[None]:
    """Say how to install what is missing, in the place of an import error."""
    try:
        yield
    except ImportError as error:
        parts = "the parts of a cluster" if extra == "cluster" else "what fits models"
        raise Invalid(
            f"This needs the package {error.name}, which is not installed. "
            f"Install {parts}: pip install 'cinematch[{extra}]'"
        ) from error


def mongo_adapters(settings: Settings) -> Adapters:
    """Connect to MONGODB_URL and make what is missing there; see `adapters.choose`."""
    with needed():
        from cinematch.accounts import mongo as accounts
        from cinematch.bootstrap.moving import prepared_mongo
        from cinematch.diary import mongo as diary
        from cinematch.events import mongo as events
        from cinematch.films import mongo as films
        from cinematch.infra.mongo import replies
        from cinematch.infra.mongo.schema import SCHEMA_VERSION
        from cinematch.lists import mongo as lists
        from cinematch.ops import mongo as ops
        from cinematch.ops.mongo.snapshots import MongoSnapshots
        from cinematch.stats import mongo as stats
        from cinematch.transfer import mongo as transfer
    store = prepared_mongo(settings.mongodb or "")
    records = ops.MongoOps()
    return Adapters(
        store=store,
        accounts=accounts.MongoAccounts(_HANGING),
        films=films.MongoFilms(noting=settings.elasticsearch is not None),
        film_feed=films.MongoFilmFeed(),
        entries=diary.MongoEntries(),
        library=diary.MongoLibrary(),
        outbox=events.MongoOutbox(),
        relay_source=events.MongoRelaySource(),
        progress=events.MongoProgress(),
        lists=lists.MongoLists(),
        imports=transfer.MongoImports(),
        uploads=transfer.MongoUploads(store),
        figures=stats.MongoStats(),
        diary_lists=stats.MongoDiaryLists(),
        community=stats.MongoCommunityRecords(),
        consumers=_consumers(),
        recommender=_recommender(store, settings),
        ops=records,
        replies=replies.MongoReplies(),
        snapshots=MongoSnapshots(),
        schema_version=lambda: SCHEMA_VERSION,
        secret=lambda: shared_secret(store, records),
    )


def _consumers() -> ConsumerAdapters:
    from cinematch.audit.mongo import MongoAudit
    from cinematch.lake.mongo import MongoLakeRecords
    from cinematch.notifications.mongo import MongoChannels, MongoNotifications

    return ConsumerAdapters(
        inbox=MongoNotifications(),
        channels=MongoChannels(),
        audit_log=MongoAudit(),
        lake=MongoLakeRecords(),
    )


def _recommender(store: "MongoStore", settings: Settings) -> RecommenderAdapters:
    from cinematch.recommender.communities import FolderCommunities
    from cinematch.recommender.files import FolderModelFiles
    from cinematch.recommender.mongo import MongoJobs, MongoModelFiles, MongoModels, MongoTaste

    folder = FolderModelFiles(settings.data_dir / "models")
    return RecommenderAdapters(
        jobs=MongoJobs(),
        models=MongoModels(),
        files=MongoModelFiles(store, folder),
        taste=MongoTaste(),
        communities=FolderCommunities(settings.data_dir / "community"),
    )


def shared_secret(store: Store, records: OpsRepository) -> bytes:
    """Return the key that signs sessions; the first process that asks makes it for all."""

    def get_or_make(tx: object) -> str:
        found = records.setting(tx, _SECRET)
        if found is None:
            found = base64.b64encode(secrets.token_bytes(32)).decode()
            records.save_setting(tx, _SECRET, found)
        return str(found)

    return base64.b64decode(store.transact(get_or_make))
