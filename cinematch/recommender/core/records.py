"""What the recommender keeps of its own: jobs, models, and what people tell it beside ratings."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

JobKind = Literal["train", "evaluate", "optimise-k"]
JobStatus = Literal["waiting", "running", "done", "failed", "cancelled"]
OPEN: tuple[JobStatus, ...] = ("waiting", "running")

FailureKind = Literal[
    "no_community",
    "damaged_community",
    "no_ratings",
    "bad_ratings",
    "too_few_ratings",
    "too_few_films",
    "invented",
    "no_training_data",
    "store_full",
    "store_away",
    "no_memory",
    "gone",
    "not_begun",
    "silent",
    "refused",
    "broken",
]
"""Why a job failed; pages have words for each in their language. `gone`: no sign of life any more;
`silent`: its process ended without a word; `refused`: for another reason that was to be expected;
`broken`: by an error in the program."""

ModelStatus = Literal["champion", "challenger", "retired", "refused"]
"""`champion` serves; `challenger` did not win, and may be promoted by hand; `retired` once served;
`refused` has files that are not what was written."""

Algorithm = Literal["learnt", "described", "ease", "ials", "content", "popularity"]
Mood = Literal["any", "light", "tense", "moving", "wondrous", "thoughtful"]
AgeBand = Literal["under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65 and over"]
MarkKind = Literal["muted", "not interested"]
Slope = Annotated[float, Meta(ge=-1.0, le=1.0)]


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job failed: in English for logs and commands, and so that a page can say it itself.

    `values` are what a page's words may name, such as a number of ratings.
    """

    kind: FailureKind
    detail: str
    values: dict[str, Any] = {}

    def told(self) -> dict[str, Any]:
        """Return it without the English, as it is kept and sent."""
        return {"kind": self.kind, "values": self.values}


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A long task: asked for, done by one process at a time, on record. Instants are ISO strings.

    `beat_at` is the last sign of life of who runs it; `cancel` asks that one to leave off. Of one
    that has failed, `error` is the reason in English, and `result` has it as `failure`.
    """

    job_id: str
    kind: JobKind
    status: JobStatus = "waiting"
    options: dict[str, Any] = {}
    asked_by: str | None = None
    asked_at: str
    started_at: str | None = None
    ended_at: str | None = None
    beat_at: str | None = None
    cancel: bool = False
    progress: int = 0
    """0 to 100."""
    phase: str = ""
    result: dict[str, Any] | None = None
    error: str | None = None


class Message(msgspec.Struct, frozen=True):
    """One thing that a job said; `number` counts from 1 within the job."""

    number: int
    data: dict[str, Any]


class ModelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A trained model on record; `manifest` is `core.model.Manifest` as plain JSON."""

    version: str
    status: ModelStatus
    created_at: str
    promoted_at: str | None = None
    manifest: dict[str, Any]


class CommunityRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A background community on record; `synthetic` is the name of the invented one.

    `checksum` is the SHA-256 of its file, `file` that one's name.
    """

    name: str
    licence: str
    users: int
    films: int
    ratings: int
    added_at: str
    noise_floor: float | None = None
    file: str
    checksum: str


class Mark(msgspec.Struct, frozen=True):
    """A film that a person has set aside: no evidence of taste, or not to be suggested."""

    film_id: str
    kind: MarkKind
    at: str


class Preferences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's knobs, as they stand until turned again."""

    popularity: Slope = 0.0
    recency: Slope = 0.0
    variety: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.3
    algorithm: Algorithm = "learnt"
    mood: Mood = "any"
    genres: tuple[str, ...] = ()
    """Only films with one of these; none: any."""
    without_genres: tuple[str, ...] = ()
    max_minutes: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """Only films that are known to be no longer."""
    rest_days: Annotated[int, Meta(ge=0, le=365)] = 7
    """Days for which a film rests that was suggested on three days and not taken; 0: none rests."""
    together: bool = False
    """Whether others of this installation may choose a film with this person."""
    age_band: AgeBand | None = None
    """Told to be counted among peers; with `country` the only thing that is used for it."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""


class Shown(msgspec.Struct, frozen=True):
    """The last time that a film was suggested to a person before they rated it.

    Attributes:
        times: on how many days it was.
        place: in the list, from 1.
        predicted: stars, not rounded, with the bounds of the 80 % interval.
        model: version, or `none`.
    """

    film_id: str
    at: str
    times: int
    place: int
    predicted: float
    low: float
    high: float
    model: str


class Evidence(msgspec.Struct, frozen=True):
    """One film of a person's own, as the recommender reads it; rating in half-stars."""

    film_id: str
    rating: int | None
    liked: bool
    seen: bool
    rated_at: str | None
    watchlist: bool = False
