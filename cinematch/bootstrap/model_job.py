"""One model job in a process of its own: `python -m cinematch.bootstrap.model_job JOB PARENT`.

The server's runner begins it. It opens the store as a command does, beside the running server, and
ends with the job: nobody waits for a process whose parent is gone.
"""

import logging
import os
import signal
import sys
from types import FrameType

from cinematch.bootstrap.house import build
from cinematch.bootstrap.services import Services
from cinematch.kit.errors import CineMatchError
from cinematch.recommender.core.records import Failure, Job
from cinematch.recommender.service.executing import JobExecutor
from cinematch.recommender.service.watching import LeftOff, Watch
from cinematch.settings import read_settings

_NICER = 10
"""What is added to the niceness, so that people are served first."""

log = logging.getLogger(__name__)


def main(job_id: str, parent: int) -> int:
    """Do a job that this process's parent has claimed; return the exit status."""
    settings = read_settings()
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    os.nice(_NICER)
    services = build(settings, role="none")
    try:
        job = services.model_jobs.get(job_id)
        if job.status != "running":
            return 1  # called off before it began
        _executor(services, job).execute(
            job, begun=_end_by_signal, orphaned=lambda: os.getppid() != parent
        )
    except LeftOff as end:
        log.info("model job %s left off: %s", job_id, end.why)
    except CineMatchError as refusal:
        log.warning("model job %s: %s", job_id, refusal.detail)
        return 1
    finally:
        services.stop()
    return 0


def _executor(services: Services, job: Job) -> JobExecutor:
    """Return what does the job; where that is not installed, the job says so."""
    try:
        return services.executor()
    except CineMatchError as refusal:
        jobs = services.adapters.recommender.jobs
        with Watch(services.store, jobs, services.clock, job) as watch:
            watch.fail(Failure(kind="refused", detail=refusal.detail))
        raise


def _end_by_signal(watch: Watch) -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        watch.leave("stopped")

    signal.signal(signal.SIGTERM, leave)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
