"""The recommender's room: what serves, and what has models made by a process of their own."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from cinematch import __version__
from cinematch.accounts.ports import Recorder
from cinematch.bootstrap.cluster import needed
from cinematch.bootstrap.services import Foundations, RecommenderRoom, Role
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Invalid
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service import (
    JobRunner,
    JobsService,
    ModelsService,
    MonitoringService,
    RecommendingService,
    TasteService,
)
from cinematch.recommender.service.demo import DemoParts, DemoService
from cinematch.recommender.service.executing import ExecutorParts, JobExecutor
from cinematch.recommender.service.gauges import RecommenderGauges
from cinematch.recommender.service.metering import Meter
from cinematch.recommender.service.monitoring import MonitoringParts
from cinematch.recommender.service.retraining import Retraining, RetrainingParts
from cinematch.recommender.service.sources import Sources
from cinematch.recommender.service.views import Parts as RecommendingParts
from cinematch.settings import Settings, variable

if TYPE_CHECKING:
    from cinematch.recommender.spark import SparkKernel

_FITTING = ("irspack", "myfm", "sklearn", "threadpoolctl")


def recommender(
    ground: Foundations, audit: Recorder, starter: Callable[[], int], role: Role
) -> RecommenderRoom:
    """Build the room; nothing is loaded before the first list.

    Args:
        ground: what it stands on.
        audit: hears which model serves.
        starter: fills an empty catalogue.
        role: of this process.
    """
    store, clock, films = ground.store, ground.clock, ground.adapters.films
    own, feed = ground.adapters.recommender, ground.adapters.film_feed
    models = ModelsService(store, own.models, own.files, audit, clock)
    runner = JobRunner(store, own.jobs, clock, lambda job_id: launch(ground.settings, job_id))
    # The process that answers calls in a cluster need not be able to fit: a worker does that.
    ready = (lambda: None) if role == "api" else _can_fit
    jobs = JobsService(store, own.jobs, clock, runner.wake, ready)
    sources = Sources(store, own.taste, feed, own.communities)
    monitoring, meter = _monitoring(ground, models, jobs), Meter()
    return RecommenderRoom(
        recommending=RecommendingService(
            RecommendingParts(
                store=store,
                taste=own.taste,
                films=films,
                feed=feed,
                models=models,
                audit=audit,
                clock=clock,
                meter=meter,
            )
        ),
        taste=TasteService(store, own.taste, films, clock),
        models=models,
        model_jobs=jobs,
        model_runner=runner,
        model_sources=sources,
        monitoring=monitoring,
        meter=meter,
        gauges=_gauges(ground, monitoring, role),
        executor=lambda: _executor(ground, models, sources),
        fitters=lambda: fitters(ground.settings),
        communities=own.communities,
        demo=_demo(ground, sources, starter),
    )


def _monitoring(ground: Foundations, models: ModelsService, jobs: JobsService) -> MonitoringService:
    return MonitoringService(
        MonitoringParts(
            store=ground.store,
            films=ground.adapters.films,
            taste=ground.adapters.recommender.taste,
            models=models,
            jobs=jobs,
            clock=ground.clock,
        )
    )


def _gauges(ground: Foundations, monitoring: MonitoringService, role: Role) -> RecommenderGauges:
    own = ground.adapters.recommender
    # Drift reads all ratings since the training: in a cluster the worker does.
    drift = monitoring.drift if role in {"all", "worker"} else None
    return RecommenderGauges(ground.store, own.models, own.jobs, drift)


def _demo(ground: Foundations, sources: Sources, starter: Callable[[], int]) -> DemoService:
    own = ground.adapters.recommender
    return DemoService(
        DemoParts(
            store=ground.store,
            taste=own.taste,
            starter=starter,
            sources=sources,
            communities=own.communities,
            clock=ground.clock,
        )
    )


def retraining(ground: Foundations, room: RecommenderRoom) -> Retraining:
    """Return the night's work."""
    return Retraining(
        RetrainingParts(
            store=ground.store,
            taste=ground.adapters.recommender.taste,
            communities=ground.adapters.recommender.communities,
            jobs=room.model_jobs,
            models=room.models,
            monitoring=room.monitoring,
            sources=room.model_sources,
            clock=ground.clock,
        )
    )


def fitters(settings: Settings) -> Fitters:
    """Import what fits models.

    Raises:
        Invalid: it is not installed.
    """
    with needed("recommender"):
        from cinematch.recommender.irspack import fit_kernel
        from cinematch.recommender.myfm import fit_stars
        from cinematch.recommender.sklearn import group
    if not settings.spark_training:
        return Fitters(fit_stars, fit_kernel, group)
    spark, training = _spark(settings), settings.data_dir / "training"
    from cinematch.recommender.spark import is_fresh

    fresh = is_fresh(training, system_clock())
    of_lake = partial(spark.of_training_data, training) if fresh else None
    return Fitters(fit_stars, spark, group, of_lake)


def _spark(settings: Settings) -> "SparkKernel":
    with needed():
        from cinematch.recommender.spark import SparkKernel
        from cinematch.stats.spark.nightly import session_of
        from cinematch.stats.spark.session import SessionOptions
    session = SessionOptions(
        name="cinematch-training",
        master=settings.spark_master,
        driver_memory=settings.spark_memory,
        jars=settings.spark_jars,
        # No topic is read: the connector need not be fetched.
        extra={"spark.jars.packages": ""},
    )
    return SparkKernel(lambda: session_of(session), settings.data_dir / "factors")


def launch(settings: Settings, job_id: str) -> "subprocess.Popen[bytes]":
    """Begin a process that does a claimed job; see `bootstrap.model_job`.

    A process that is begun anew, and not forked: a copy of one with threads may stand still, and
    what it takes of memory is given back when it ends.
    """
    command = [sys.executable, "-m", "cinematch.bootstrap.model_job", job_id, str(os.getpid())]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the server, which ends its jobs in order
    )


def environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment, with the settings as they were read and few threads."""
    threads = str(min(os.cpu_count() or 1, 4))
    given = {
        variable(name): _text(value)
        for name in Settings.model_fields
        if (value := getattr(settings, name)) is not None
    }
    limits = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), threads
    )
    return {**os.environ, **limits, **given}


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value.absolute()) if isinstance(value, Path) else str(value)


def _can_fit() -> None:
    for name in _FITTING:
        if find_spec(name) is None:
            raise Invalid(
                f"Models are fitted with the package {name}, which is not installed. "
                "Install it: pip install 'cinematch[recommender]'"
            )


def _executor(ground: Foundations, models: ModelsService, sources: Sources) -> JobExecutor:
    return JobExecutor(
        ExecutorParts(
            store=ground.store,
            jobs=ground.adapters.recommender.jobs,
            clock=ground.clock,
            sources=sources,
            models=models,
            fitters=fitters(ground.settings),
            code=__version__,
        )
    )
