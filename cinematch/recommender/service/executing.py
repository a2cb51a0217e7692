"""What the process of a job does: gathers ratings, fits or searches, and keeps what came of it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import CineMatchError
from cinematch.recommender.core.options import (
    EvaluationOptions,
    SearchOptions,
    Source,
    TrainingOptions,
)
from cinematch.recommender.core.records import Failure, FailureKind, Job, JobKind
from cinematch.recommender.ports import Fitters, JobsRepository
from cinematch.recommender.service.evaluating import evaluate_gathered
from cinematch.recommender.service.jobs import KEPT_JOBS, last_done, read_options
from cinematch.recommender.service.models import ModelsService
from cinematch.recommender.service.optimising import Tried, optimise
from cinematch.recommender.service.sources import Gathered, Mixture, Sources, until
from cinematch.recommender.service.training import Trained, train
from cinematch.recommender.service.watching import LeftOff, Watch

log = logging.getLogger(__name__)

_BANDS: Mapping[str, tuple[int, int]] = {
    "gathering": (0, 5),
    "weights": (5, 30),
    "ranking models": (30, 40),
    "stars": (40, 60),
    "judging": (60, 65),
    "fitting on everything": (65, 90),
    "groups": (90, 97),
    "saving": (97, 100),
}
"""Progress of a training from the beginning to the end of each of its phases."""

_EVALUATION_BANDS = {
    "gathering": (0, 5),
    "weights": (5, 20),
    "baselines": (20, 40),
    "ranking models": (40, 50),
    "stars": (50, 60),
    "judging": (60, 80),
    "cold start": (80, 100),
}
_SEARCH_BANDS = {"gathering": (0, 28), "k_svd": (30, 65), "k_cluster": (65, 95)}
_BANDS_OF: Mapping[JobKind, Mapping[str, tuple[int, int]]] = {
    "train": _BANDS,
    "evaluate": _EVALUATION_BANDS,
    "optimise-k": _SEARCH_BANDS,
}
_REASONS: Mapping[str, FailureKind] = {"store_busy": "store_away", "unavailable": "store_away"}
_LOOKED_BACK = 10
_ALL_MESSAGES = 10_000


@dataclass(frozen=True, kw_only=True)
class ExecutorParts:
    """What jobs are done with; `code` is the release, kept with a model."""

    store: Store
    jobs: JobsRepository
    clock: Clock
    sources: Sources
    models: ModelsService
    fitters: Fitters
    code: str


class JobExecutor:
    """Does one claimed job to its end, whatever that is."""

    def __init__(self, parts: ExecutorParts) -> None:
        self._parts = parts

    def execute(
        self,
        job: Job,
        *,
        begun: Callable[[Watch], object] = lambda _watch: None,
        orphaned: Callable[[], bool] = lambda: False,
        told: Callable[[str, int], object] = lambda _phase, _progress: None,
    ) -> Job:
        """Do a job and put down how it ended.

        Args:
            job: as it was claimed.
            begun: gets the watch, by which the job can be made to leave off.
            orphaned: whether nobody waits for this process any more; see `Watch`.
            told: hears `(phase, progress)` in the computing thread.

        Raises:
            LeftOff: it is to be done another time, or was taken over.
            KeyboardInterrupt: as it came; the job is put down as cancelled.
        """
        parts = self._parts
        with Watch(parts.store, parts.jobs, parts.clock, job, orphaned=orphaned) as watch:
            begun(watch)
            try:
                return _Doing(parts, job, watch, told).done()
            except LeftOff as end:
                if end.why == "stopped":
                    watch.put_back()
                if end.why != "cancelled":
                    raise
                return watch.cancelled()
            except KeyboardInterrupt:
                watch.cancelled()
                raise
            except CineMatchError as refusal:
                return watch.fail(_refused(refusal))
            except MemoryError:
                why = "There was too little memory; see docs/operating.md."
                return watch.fail(Failure(kind="no_memory", detail=why))
            except Exception as error:  # the last line of a process: the job says it too
                log.exception("model job %s failed", job.job_id)
                return watch.fail(Failure(kind="broken", detail=f"{type(error).__name__}: {error}"))


class _Doing:
    """One job at work."""

    def __init__(
        self, parts: ExecutorParts, job: Job, watch: Watch, told: Callable[[str, int], object]
    ) -> None:
        self._parts = parts
        self._job = job
        self._watch = watch
        self._told = told
        self._phase = ""

    def done(self) -> Job:
        """Do it, and put it down as done with its result."""
        if self._job.kind == "train":
            return self._train()
        if self._job.kind == "optimise-k":
            return self._watch.finish(self._search())
        return self._watch.finish(self._evaluate())

    def _train(self) -> Job:
        parts, job = self._parts, self._job
        options = read_options(TrainingOptions, job.options)
        gathered = self._gathered(options.source)
        options = self._with_optimum(options, job.options, gathered.source)
        at = parts.clock()
        champion = parts.models.champion()
        trained = train(
            gathered,
            gathered.films,
            options,
            parts.fitters,
            self._report,
            version=f"{at:%Y%m%dT%H%M%SZ}-{job.job_id[:6]}",
            created_at=to_iso(at),
            code=parts.code,
            champion=_options_of_model(champion.manifest) if champion else None,
            champion_source=champion.manifest["source"] if champion else None,
        )
        self._report("saving", 0, 1)
        result, ended = _result_of(trained), list[Job]()

        def finish(promote: Callable[[Tx], object]) -> None:
            # Called off in the last moment: either it serves and is done, or neither.
            ended.append(self._watch.finish(result, promote))

        parts.models.register(trained.model, trained.won, finish)
        return ended[0]

    def _search(self) -> dict[str, Any]:
        options = read_options(SearchOptions, self._job.options)
        said = {"message": "Ratings are gathered.", "phase": "gathering"}
        self._watch.say({"type": "status", **said})
        gathered = self._gathered(options.source)
        about = {"source": gathered.source, "noise_floor": gathered.noise_floor}
        tried = self._tried(options, gathered.ratings.fingerprint())
        found = optimise(
            gathered.ratings,
            options,
            self._parts.fitters,
            self._say,
            self._report,
            tried,
            about=about | {"code": self._parts.code},
        )
        return found | about

    def _evaluate(self) -> dict[str, Any]:
        parts = self._parts
        options = read_options(EvaluationOptions, self._job.options)
        gathered = self._gathered(options.source)
        given = self._job.options.get("training", {})
        training = self._with_optimum(options.training, given, gathered.source)
        options = replace(options, training=training)
        found = evaluate_gathered(gathered, options, parts.fitters, self._report)
        return {**found, "evaluated_at": to_iso(parts.clock()), "source": gathered.source}

    def _gathered(self, source: Source) -> Gathered:
        """Gather ratings; one of tomorrow is of now, so that it makes no other one old."""
        gathered = self._parts.sources.gather(source, self._gathering)
        return until(gathered, int(self._parts.clock().timestamp()))

    def _with_optimum(
        self, options: TrainingOptions, given: Mapping[str, Any], source: Mixture
    ) -> TrainingOptions:
        """Take what the last search of the same source found, where `given` does not say (R143).

        What invented people agree on says nothing of real ones.
        """
        parts = self._parts
        latest = parts.store.snapshot(lambda tx: parts.jobs.latest(tx, "optimise-k", KEPT_JOBS))
        optimum = optimum_of(last_done(latest, source))
        if "factors" not in given.get("stars", {}) and optimum["k_svd"]:
            most = 128  # of `StarsOptions.factors`; a search may go beyond
            k = min(optimum["k_svd"], most)
            options = replace(options, stars=replace(options.stars, factors=k))
        if options.groups is None and optimum["k_cluster"]:
            options = replace(options, groups=optimum["k_cluster"])
        return options

    def _tried(self, options: SearchOptions, fingerprint: str) -> Tried:
        """Return what unfinished searches found of the same data, options and release, newest
        first.
        """
        parts = self._parts
        found: dict[tuple[str, int], dict[str, Any]] = {}
        latest = parts.store.snapshot(lambda tx: parts.jobs.latest(tx, "optimise-k", _LOOKED_BACK))
        for job in latest:
            if job.status == "done":
                break
            if _searches_so(job, options):
                for key, data in self._results_of(job.job_id, fingerprint).items():
                    found.setdefault(key, data)
        return found

    def _results_of(self, job_id: str, fingerprint: str) -> dict[tuple[str, int], dict[str, Any]]:
        parts = self._parts
        said = parts.store.snapshot(lambda tx: parts.jobs.messages(tx, job_id, 0, _ALL_MESSAGES))
        of_data = [one.data for one in said if one.data["type"] == "matrix_info"]
        known = fingerprint, parts.code
        if not of_data or any((data["fingerprint"], data.get("code")) != known for data in of_data):
            return {}
        kinds = {"k_svd_result", "k_cluster_result"}
        return {
            (one.data["type"], one.data["k"]): one.data for one in said if one.data["type"] in kinds
        }

    def _gathering(self, done: int, of: int) -> None:
        self._report("gathering", done, of)

    def _say(self, data: dict[str, Any]) -> None:
        if "progress" in data:
            self._watch.report(self._phase, data["progress"])
            self._told(self._phase, data["progress"])
        self._watch.say(data)

    def _report(self, phase: str, done: int, of: int) -> None:
        first, last = _BANDS_OF[self._job.kind].get(phase, (0, 0))
        progress = first + int((last - first) * min(done / max(of, 1), 1.0))
        self._watch.report(phase, progress)
        self._told(phase, progress)
        if phase != self._phase:
            self._phase = phase
            if self._job.kind != "optimise-k":
                self._watch.say(
                    {"type": "status", "message": phase, "phase": phase, "progress": progress}
                )


def _result_of(trained: Trained) -> dict[str, Any]:
    manifest = trained.model.manifest
    return {
        "version": manifest.version,
        "won": trained.won,
        "why": trained.why,
        "k": manifest.options.stars.factors,
        "groups": manifest.options.groups,
        "source": manifest.source,
        "users": manifest.users,
        "films": manifest.films,
        "ratings": manifest.ratings,
        "hold_out": msgspec.to_builtins(manifest.hold_out),
        "seconds": manifest.seconds,
    }


def _searches_so(job: Job, options: SearchOptions) -> bool:
    """Whether a search has these options, said or left out."""
    try:
        return read_options(SearchOptions, job.options) == options
    except CineMatchError:
        return False  # of a release that had others


def optimum_of(search: Job | None) -> dict[str, int | None]:
    """Return `k_svd` and `k_cluster` of a search that is done, None before one."""
    result = (search.result if search else None) or {}
    return {"k_svd": result.get("k_svd"), "k_cluster": result.get("k_cluster")}


def _refused(refusal: CineMatchError) -> Failure:
    """Return a refusal as why a job failed: by the reason that it gives, else by its code."""
    context = refusal.context
    told = context.get("reason", _REASONS.get(refusal.code, refusal.code))
    kind: FailureKind = told if told in get_args(FailureKind) else "refused"
    values = {
        name: value
        for name, value in context.items()
        if name != "reason" and isinstance(value, (int, float, str))
    }
    return Failure(kind=kind, detail=refusal.detail, values=values)


def _options_of_model(manifest: Mapping[str, Any]) -> TrainingOptions:
    return msgspec.convert(manifest["options"], TrainingOptions)
