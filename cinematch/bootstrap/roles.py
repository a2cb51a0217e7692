"""The roles of a cluster: what each process runs, built on the services of the house."""

import logging
import os
import secrets
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from cinematch.bootstrap.cluster import needed
from cinematch.bootstrap.fanout import (
    consumer_loop,
    dead_letters_of_stats,
    kafka_bus,
    kafka_servers,
)
from cinematch.bootstrap.house import build
from cinematch.bootstrap.services import Services
from cinematch.bootstrap.speed import applying_of, base_of
from cinematch.events.consumer import ConsumerLoop
from cinematch.events.service import Relay
from cinematch.infra.metrics import Family
from cinematch.kit.errors import Invalid
from cinematch.settings import Settings

STREAMS = ("stats", "trends")
Running = Callable[[threading.Event, Callable[[int], object]], object]
"""A stream that runs until the event is set, and tells how many messages wait."""
_log = logging.getLogger(__name__)


class Lifted:
    """A relay or a consumer as a part of a process: its health says whether it is well."""

    def __init__(self, loop: Relay | ConsumerLoop, services: Services) -> None:
        self._loop = loop
        self._services = services

    def start(self) -> None:
        """Begin."""
        self._services.start()
        self._loop.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._loop.stop()
        self._services.stop()

    def health(self) -> Mapping[str, Any]:
        """Return the loop's own figures; an error is degraded, a dead thread failed."""
        figures = asdict(self._loop.health())
        status = "ok" if figures["running"] else "failed"
        if figures["running"] and figures["error"]:
            status = "degraded"
        lag = figures.pop("lag")
        return {
            "status": status,
            "lag": sum(lag.values()) if isinstance(lag, dict) else lag,
            **figures,
        }


class Streaming:
    """A Spark stream in a thread of its own; when it cannot go on, the process ends."""

    def __init__(self, run: Running, services: Services) -> None:
        self._run = run
        self._lag: int | None = None
        self._services = services
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._guarded, name="stream", daemon=True)
        self._error: str | None = None

    def start(self) -> None:
        """Begin; the JVM takes some seconds."""
        self._services.start()
        self._thread.start()

    def stop(self) -> None:
        """End after the batch at hand, the JVM included."""
        self._stopping.set()
        self._thread.join(15)
        self._services.stop()

    def health(self) -> Mapping[str, Any]:
        """Return whether it runs, and its `lag` (messages; none before the first batch)."""
        status = "ok" if self._thread.is_alive() and self._error is None else "failed"
        return {"status": status, "lag": self._lag, "error": self._error}

    def _behind(self, messages: int) -> None:
        self._lag = messages

    def _guarded(self) -> None:
        try:
            self._run(self._stopping, self._behind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the process says it and ends
            self._error = f"{type(error).__name__}: {error}"
            _log.exception("The stream has ended.")
        if not self._stopping.is_set():
            # Nothing would ever start it again: the orchestrator shall.
            os.kill(os.getpid(), signal.SIGTERM)


class Leading:
    """The services' work in the background, by one process of the cluster at a time."""

    def __init__(self, services: Services) -> None:
        from cinematch.infra.mongo import MongoStore
        from cinematch.infra.mongo.leases import MongoLease

        store = base_of(services.store)
        if not isinstance(store, MongoStore):
            raise Invalid("The role worker is part of a cluster: set MONGODB_URL.")
        self._services = services
        holder = f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(4)}"
        self._lease = MongoLease(store, "worker", holder, services.clock)

    def start(self) -> None:
        """Begin to try for the lease."""
        self._lease.keep(self._services.start, self._services.pause)

    def stop(self) -> None:
        """Leave off and let another take over."""
        self._lease.stop()
        self._services.stop()

    def health(self) -> Mapping[str, Any]:
        """Return whether this is the process that works; to wait for one's turn is well, too."""
        return {"status": "ok", "leading": int(self._lease.held)}

    def families(self) -> list[Family]:
        """Return what is on record of models and jobs; whoever waits for its turn tells it, too."""
        return self._services.families()


def worker_part(settings: Settings) -> Leading:
    """Build the role `worker`: imports, scheduled jobs, corrections.

    Raises:
        Invalid: there is no MONGODB_URL.
    """
    return Leading(build(settings, role="worker"))


def relay_part(settings: Settings) -> Lifted:
    """Build the role `relay`: the outbox to Kafka.

    Raises:
        Invalid: there is no KAFKA_BOOTSTRAP_SERVERS.
    """
    bus = kafka_bus(settings)
    services = build(settings, role="none")
    relay = Relay(services.store, services.adapters.relay_source, bus, services.clock)
    services.on_stop.append(bus.close)
    return Lifted(relay, services)


def consumer_part(settings: Settings, name: str) -> Lifted:
    """Build the role `consumer NAME`, over Kafka where there is one, else over the outbox.

    Raises:
        Invalid: there is no such consumer.
    """
    services = build(settings, role="none")
    handler = services.handlers.get(name)
    if handler is None:
        known = ", ".join(sorted(services.handlers))
        services.stop()
        raise Invalid(f"There is no consumer {name!r}; there are: {known}.")
    if name == "notifications":
        services.on_start.append(services.sender.start)
        services.on_stop.append(services.sender.stop)
    return Lifted(consumer_loop(services, handler), services)


def stream_part(settings: Settings, name: str) -> Streaming:
    """Build the role `stream NAME`: `stats` or `trends`.

    Raises:
        Invalid: there is no such stream, or no KAFKA_BOOTSTRAP_SERVERS.
    """
    if name not in STREAMS:
        raise Invalid(f"There is no stream {name!r}; there are: {', '.join(STREAMS)}.")
    kafka_servers(settings)
    services = build(settings, role="none")
    run = _stats_stream if name == "stats" else _trends_stream
    return Streaming(run(settings, services), services)


def _stats_stream(settings: Settings, services: Services) -> Running:
    with needed():
        from cinematch.stats.spark.run import run_stats_stream
        from cinematch.stats.spark.session import SessionOptions
        from cinematch.stats.spark.stream import StreamOptions
    bus = kafka_bus(settings)
    services.on_stop.append(bus.close)
    refuse = dead_letters_of_stats(bus, settings.kafka_topic, services.clock)
    service = applying_of(services, refuse)
    session = SessionOptions(**_session(settings, "cinematch-stats"))
    options = StreamOptions(**_stream(settings), trigger=settings.stream_trigger)
    return lambda stopping, behind: run_stats_stream(service, session, options, stopping, behind)


def _trends_stream(settings: Settings, services: Services) -> Running:
    with needed():
        from cinematch.stats.spark.session import SessionOptions
        from cinematch.stats.spark.trends import TrendsOptions, run_trends_stream
    community = services.community
    if community is None:
        raise Invalid("The stream of trends writes to MongoDB: set MONGODB_URL.")
    session = SessionOptions(**_session(settings, "cinematch-trends"))
    options = TrendsOptions(**_stream(settings), trigger=settings.trends_trigger)
    return lambda stopping, behind: run_trends_stream(community, session, options, stopping, behind)


def _session(settings: Settings, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "master": settings.spark_master,
        "driver_memory": settings.spark_memory,
        "jars": settings.spark_jars,
    }


def _stream(settings: Settings) -> dict[str, Any]:
    return {
        "servers": kafka_servers(settings),
        "checkpoints": settings.data_dir / "checkpoints",
        "topic": settings.kafka_topic,
    }
