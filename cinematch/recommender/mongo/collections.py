"""The collections of this room: their fields and indexes.

Options, results, messages and manifests are JSON text, since their names are not ours to choose:
a name with a dot in it would be read as a path.
"""

from typing import Any, Final, get_args

from cinematch.infra.mongo import Collection, Index
from cinematch.recommender.core.records import JobKind, JobStatus, MarkKind, ModelStatus

_TEXT: Final = {"bsonType": "string"}
_TEXT_OR_NULL: Final = {"bsonType": ["string", "null"]}
_WHOLE: Final = {"bsonType": ["int", "long"], "minimum": 0}
_NUMBER: Final = {"bsonType": ["double", "int", "long"]}
_FLAG: Final = {"bsonType": "bool"}


def _shape(**fields: Any) -> dict[str, Any]:
    return {"bsonType": "object", "required": list(fields), "properties": fields}


COLLECTIONS: Final = (
    Collection(
        "recommender_jobs",
        (
            Index([("status", 1), ("asked_at", 1)]),
            Index([("kind", 1), ("asked_at", -1), ("_id", -1)]),
            Index([("asked_at", -1), ("_id", -1)]),
        ),
        _shape(
            job_id=_TEXT,
            kind={"enum": list(get_args(JobKind))},
            status={"enum": list(get_args(JobStatus))},
            options=_TEXT,
            asked_by=_TEXT_OR_NULL,
            asked_at=_TEXT,
            started_at=_TEXT_OR_NULL,
            ended_at=_TEXT_OR_NULL,
            beat_at=_TEXT_OR_NULL,
            cancel=_FLAG,
            progress=_WHOLE,
            phase=_TEXT,
            result=_TEXT_OR_NULL,
            error=_TEXT_OR_NULL,
        ),
    ),
    # One document, which everybody writes who adds or begins a job.
    Collection("recommender_turn"),
    Collection(
        "recommender_messages",
        (Index([("job_id", 1), ("number", 1)], unique=True),),
        _shape(job_id=_TEXT, number=_WHOLE, data=_TEXT),
    ),
    Collection(
        "models",
        (Index([("status", 1)], unique=True, where={"status": "champion"}),),
        _shape(
            version=_TEXT,
            status={"enum": list(get_args(ModelStatus))},
            created_at=_TEXT,
            promoted_at=_TEXT_OR_NULL,
            manifest=_TEXT,
        ),
    ),
    # A model is there once its document is, which is written after all its pieces.
    Collection(
        "model_files",
        schema=_shape(
            put={"bsonType": "objectId"},
            files={"bsonType": "array", "items": _shape(name=_TEXT, pieces=_WHOLE)},
        ),
    ),
    Collection(
        "model_pieces",
        (Index([("put", 1), ("name", 1), ("n", 1)], unique=True),),
        _shape(put={"bsonType": "objectId"}, name=_TEXT, n=_WHOLE, data={"bsonType": "binData"}),
    ),
    Collection(
        "taste_marks",
        (Index([("user_id", 1), ("at", -1)]), Index([("film_id", 1)])),
        _shape(user_id=_TEXT, film_id=_TEXT, kind={"enum": list(get_args(MarkKind))}, at=_TEXT),
    ),
    Collection(
        "taste_preferences",
        (Index([("preferences.together", 1)], where={"preferences.together": True}),),
        _shape(user_id=_TEXT, preferences={"bsonType": "object"}),
    ),
    Collection(
        "suggestions_shown",
        (Index([("user_id", 1), ("film_id", 1)]), Index([("film_id", 1)]), Index([("at", 1)])),
        _shape(
            user_id=_TEXT,
            film_id=_TEXT,
            at=_TEXT,
            times=_WHOLE,
            place=_WHOLE,
            predicted=_NUMBER,
            low=_NUMBER,
            high=_NUMBER,
            model=_TEXT,
        ),
    ),
)
