"""The catalogue's index outside the store, where ELASTICSEARCH_URL names one."""

from dataclasses import dataclass

from cinematch.bootstrap.adapters import Adapters
from cinematch.films.elastic import ElasticFilms
from cinematch.films.indexing import FilmSearch, Indexer, IndexParts
from cinematch.films.ports import FilmIndex
from cinematch.infra.ports import Tx
from cinematch.kit.clock import Clock
from cinematch.settings import Settings

FOLLOWED = "films.index_followed"
"""The setting that tells whether all changes since the index was built have been noted."""


@dataclass(frozen=True)
class FilmIndexing:
    """Who asks the index, and who keeps it."""

    search: FilmSearch
    indexer: Indexer
    index: FilmIndex


def film_indexing(settings: Settings, adapters: Adapters, clock: Clock) -> FilmIndexing | None:
    """Build what uses the index; None where there is none.

    Raises:
        Invalid: the address cannot be used.
    """
    store, records = adapters.store, adapters.ops

    def followed(tx: Tx) -> bool:
        return bool(records.setting(tx, FOLLOWED))

    if settings.elasticsearch is None:
        if store.snapshot(followed):
            # From now on changes go by without a note: the index will have to be built anew.
            store.transact(lambda tx: records.save_setting(tx, FOLLOWED, value=False))
        return None
    index = ElasticFilms(settings.elasticsearch, settings.search_index, clock)
    parts = IndexParts(
        store=store,
        films=adapters.films,
        feed=adapters.film_feed,
        index=index,
        clock=clock,
        followed=followed,
        follow=lambda tx: records.save_setting(tx, FOLLOWED, value=True),
    )
    return FilmIndexing(FilmSearch(parts), Indexer(parts), index)
