"""What runs in the background of a process, by its role."""

from typing import Protocol, runtime_checkable

from cinematch.bootstrap.fanout import loop_over_outbox
from cinematch.bootstrap.services import Role, Services
from cinematch.bootstrap.speed import speed_flush
from cinematch.diary.spreading import CorrectionSpreader
from cinematch.transfer.service import ImportWorker


@runtime_checkable
class Threaded(Protocol):
    """Something with a thread of its own."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End."""
        ...


def arrange(
    services: Services, role: Role, spreader: CorrectionSpreader, worker: ImportWorker
) -> None:
    """Say what is started, in order, and what is stopped, in reverse.

    Behind Kafka the figures and the consumers are processes of their own; over the outbox they are
    threads of this one.
    """
    start, stop = services.on_start, services.on_stop
    stop.append(services.gauges.stop)
    # Those of one process have no thread: they hear nobody else.
    if isinstance(services.signals, Threaded) and role != "none":
        start.append(services.signals.start)
        stop.append(services.signals.stop)
    if role == "api":
        start.append(services.recommending.start)
        stop.append(services.recommending.stop)
    if role not in {"all", "worker"}:
        return
    start += [services.backups.sweep, services.films.ensure_starter, spreader.run]
    if services.follows:
        start.append(lambda: take_over_community(services))
        loops = [loop_over_outbox(services, handler) for handler in services.handlers.values()]
        parts: list[Threaded] = [services.follower, *loops, services.sender]
        for part in parts:
            start.append(part.start)
            stop.append(part.stop)
    elif (flush := speed_flush(services)) is not None:
        start.append(flush.start)
        stop.append(flush.stop)
    if services.film_index is not None:
        start.append(services.indexer.start)
        stop.append(services.indexer.stop)
    if role == "all":
        start.append(services.recommending.start)
        stop.append(services.recommending.stop)
    start += [worker.start, services.model_runner.start, services.scheduler.start]
    stop += [worker.stop, services.model_runner.stop, services.scheduler.stop]


def take_over_community(services: Services) -> None:
    """Count the community anew where a stream counted it until now, apart from everybody's own.

    The follower adds both at once, so the community must hold each user's events just as far as
    that user's own figures do.
    """
    records = services.adapters.community
    if services.store.snapshot(records.standing) is not None:
        services.stats.rebuild_community()
        services.store.transact(records.forget_standing)
