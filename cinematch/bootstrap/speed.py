"""The speed layer, by CINEMATCH_SPEED_LAYER: figures in Redis between two flushes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cinematch.bootstrap.adapters import Adapters
from cinematch.bootstrap.services import Services
from cinematch.infra.ports import Store
from cinematch.kit.errors import Invalid
from cinematch.settings import Settings
from cinematch.stats.service.applying import ApplyOptions, ApplyService, Arrival, Refuse
from cinematch.stats.service.flushing import SpeedFlush

if TYPE_CHECKING:
    from cinematch.stats.redis import SpeedFlusher


def with_speed_layer(adapters: Adapters, settings: Settings) -> Adapters:
    """Return the adapters with Redis between the figures' stream and the database.

    Raises:
        Invalid: the layer is part of a cluster, and a part of that is not set.
    """
    if not (settings.redis and settings.mongodb and settings.kafka_bootstrap_servers):
        raise Invalid(
            "CINEMATCH_SPEED_LAYER is for a cluster: set MONGODB_URL, KAFKA_BOOTSTRAP_SERVERS "
            "and REDIS_URL, or leave it out."
        )
    from cinematch.infra.redis import open_redis
    from cinematch.stats.redis import SpeedStats, SpeedStore

    figures = SpeedStats(adapters.figures, open_redis(settings.redis))
    return replace(adapters, store=SpeedStore(adapters.store, figures), figures=figures)


def base_of(store: Store) -> Store:
    """Return the database itself, also where the speed layer stands before it."""
    base: Store = getattr(store, "base", store)
    return base


def speed_flusher(services: Services) -> "SpeedFlusher | None":
    """Return what brings Redis's figures to the database; None without the layer."""
    if not services.settings.speed_layer:
        return None
    from cinematch.stats.redis import SpeedFlusher, SpeedStats

    figures = services.adapters.figures
    if not isinstance(figures, SpeedStats):
        raise TypeError("The speed layer is on, but its figures are not.")
    return SpeedFlusher(services.store, figures)


def applying_of(services: Services, refuse: Refuse | None = None) -> ApplyService:
    """Return what applies messages to everybody's own figures; the community has its own stream."""
    return ApplyService(
        services.store,
        services.outbox,
        services.adapters.figures,
        services.signals,
        services.clock,
        options=ApplyOptions(community=False),
        refuse=refuse,
    )


def speed_flush(services: Services) -> SpeedFlush | None:
    """Return the thread that flushes once a minute; None without the layer."""
    flusher = speed_flusher(services)
    if flusher is None:
        return None
    applying = applying_of(services)

    def refill(user_ids: Sequence[str]) -> object:
        # A message without a value: what the figures lack is in the outbox.
        return applying.apply([Arrival(0, 0, user.encode(), None) for user in user_ids])

    return SpeedFlush(flusher, refill, applying.sweep)
