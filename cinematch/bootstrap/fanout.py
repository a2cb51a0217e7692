"""What events set off beside the figures: notifications, webhooks, the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cinematch.audit.consumer import AuditHandler
from cinematch.audit.service import AuditService
from cinematch.bootstrap.cluster import needed
from cinematch.bootstrap.services import Foundations, Services
from cinematch.events.consumer import ConsumerLoop
from cinematch.events.ports import Bus, Handler, Letter
from cinematch.events.service import OutboxSource
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Invalid
from cinematch.lake.consumer import LakeHandler
from cinematch.lake.service import LakeService
from cinematch.notifications.apprise import AppriseMessenger
from cinematch.notifications.calling import HttpCaller
from cinematch.notifications.consumer import NotificationsHandler
from cinematch.notifications.service import (
    InboxService,
    Parts,
    Sender,
    TargetsService,
    WebhooksService,
)
from cinematch.settings import Settings
from cinematch.stats.service.applying import Arrival, Refuse

if TYPE_CHECKING:
    from cinematch.events.kafka import KafkaOptions


@dataclass(frozen=True, kw_only=True)
class FanOut:
    """The services of the consumers' rooms, and what each consumer does with events."""

    inbox: InboxService
    targets: TargetsService
    webhooks: WebhooksService
    audit: AuditService
    sender: Sender
    lake_service: LakeService | None
    handlers: Mapping[str, Handler]


def fan_out(ground: Foundations) -> FanOut:
    """Build the rooms of the consumers."""
    adapters, private = ground.adapters, ground.settings.private_webhooks
    parts = Parts(
        store=ground.store,
        inbox=adapters.consumers.inbox,
        channels=adapters.consumers.channels,
        accounts=adapters.accounts,
        imports=adapters.imports,
        history=ground.outbox,
        messenger=AppriseMessenger(allow_private=private),
        caller=HttpCaller(allow_private=private),
        signals=ground.signals,
        clock=ground.clock,
    )
    audit = AuditService(ground.store, adapters.consumers.audit_log, ground.clock)
    lake = _lake(ground)
    handlers: list[Handler] = [
        NotificationsHandler(parts),
        AuditHandler(audit, adapters.accounts),
    ]
    if lake is not None:
        handlers.append(LakeHandler(lake))
    return FanOut(
        inbox=InboxService(parts),
        targets=TargetsService(parts),
        webhooks=WebhooksService(parts),
        audit=audit,
        sender=Sender(parts),
        lake_service=lake,
        handlers={handler.name: handler for handler in handlers},
    )


def _lake(ground: Foundations) -> LakeService | None:
    settings = ground.settings
    if not settings.lake and ground.follows:
        return None
    with needed():
        from cinematch.lake.parquet import ParquetFiles
    files = ParquetFiles(settings.data_dir / "lake")
    return LakeService(ground.store, ground.adapters.consumers.lake, files, ground.clock)


def consumer_loop(services: Services, handler: Handler) -> ConsumerLoop:
    """Return a consumer, over Kafka where there is one, else over the outbox.

    What it opens is closed when the services stop.
    """
    if services.follows:
        return loop_over_outbox(services, handler)
    bus = kafka_bus(services.settings)
    services.on_stop.append(bus.close)
    return loop_over_kafka(services, handler, bus)


def loop_over_outbox(ground: Foundations, handler: Handler) -> ConsumerLoop:
    """Return a consumer that reads the outbox itself."""
    source = OutboxSource(ground.store, ground.outbox, handler.name)
    progress = ground.adapters.progress
    return ConsumerLoop(handler, source, progress, ground.store, ground.clock)


def loop_over_kafka(ground: Foundations, handler: Handler, bus: Bus) -> ConsumerLoop:
    """Return a consumer that reads the topic; what it cannot take goes to the bus, too."""
    with needed():
        from cinematch.events.kafka import KafkaSource
    progress = ground.adapters.progress
    source = KafkaSource(kafka_options(ground.settings), ground.store, progress, handler.name)
    return ConsumerLoop(handler, source, progress, ground.store, ground.clock, bus=bus)


def dead_letters_of_stats(bus: Bus, topic: str, clock: Clock) -> Refuse:
    """Return what publishes the messages of which the stream `stats` can make nothing."""

    def refuse(arrival: Arrival, reason: str) -> None:
        letter = Letter(
            consumer="stats",
            letter_id=f"{topic}/{arrival.partition}/{arrival.offset}",
            user_id=(arrival.key or b"").decode(errors="replace"),
            seq=0,
            reason=reason,
            payload=arrival.value or b"",
            topic=topic,
            partition=arrival.partition,
            offset=arrival.offset,
            set_aside_at=to_iso(clock()),
        )
        bus.set_aside([letter])

    return refuse


def kafka_bus(settings: Settings) -> Bus:
    """Return the producer; it connects with the first event.

    Raises:
        Invalid: there is no KAFKA_BOOTSTRAP_SERVERS, or the client is not installed.
    """
    with needed():
        from cinematch.events.kafka import KafkaBus
    return KafkaBus(kafka_options(settings))


def kafka_options(settings: Settings) -> "KafkaOptions":
    """Return where the broker is and what it holds; see `kafka_bus` for what is raised."""
    with needed():
        from cinematch.events.kafka import KafkaOptions
    return KafkaOptions(
        kafka_servers(settings), topic=settings.kafka_topic, partitions=settings.kafka_partitions
    )


def kafka_servers(settings: Settings) -> str:
    """Return the brokers' addresses.

    Raises:
        Invalid: there are none.
    """
    if settings.kafka_bootstrap_servers is None:
        raise Invalid("This role is part of a cluster: set KAFKA_BOOTSTRAP_SERVERS.")
    return settings.kafka_bootstrap_servers
