"""How the films lie in the index."""

from collections.abc import Iterator

from cinematch.films.core.film import Film
from cinematch.films.core.finding import (
    LATE,
    NEVER,
    credits_of,
    links_of,
    names_of,
    sort_title,
    titles_of,
)
from cinematch.films.elastic.wire import Json

FORMAT = 1
"""Another one is another index."""
STEM = 20
"""Letters of a word, or of a title, that are indexed as a beginning of it."""
GONE = 2**62
"""The version of a film that is gone: a late write of it changes nothing."""


def _analyzer(tokenizer: str, *filters: str) -> Json:
    return {"type": "custom", "tokenizer": tokenizer, "filter": [*filters]}


_FOLDED = ("lowercase", "asciifolding")
SETTINGS: Json = {
    "index": {"auto_expand_replicas": "0-1", "refresh_interval": "1s"},
    "analysis": {
        "filter": {"stems": {"type": "edge_ngram", "min_gram": 1, "max_gram": STEM}},
        "normalizer": {"folded": {"type": "custom", "filter": [*_FOLDED]}},
        "analyzer": {
            "word": _analyzer("whitespace", *_FOLDED),
            "word_stems": _analyzer("whitespace", *_FOLDED, "stems"),
            "whole": _analyzer("keyword", *_FOLDED),
            "whole_stems": _analyzer("keyword", *_FOLDED, "stems"),
        },
    },
}


def _with_stems(analyzer: str, /, **kind: str) -> Json:
    stems = {"type": "text", "analyzer": f"{analyzer}_stems", "search_analyzer": analyzer}
    return {**kind, "fields": {"stem": {**stems, "index_options": "docs", "norms": False}}}


_KEYWORD, _INTEGER = {"type": "keyword"}, {"type": "integer"}
MAPPING: Json = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "properties": {
        "film_id": _KEYWORD,
        "words": _with_stems("word", type="text", analyzer="word", index_options="docs"),
        "title_keys": _with_stems("whole", type="keyword", normalizer="folded"),
        "links": _KEYWORD,
        "people": _KEYWORD,
        "owner_user_id": _KEYWORD,
        "own": _INTEGER,
        "year": _INTEGER,
        "runtime": _INTEGER,
        "popularity": {"type": "double"},
        "order_title": _KEYWORD,
        "order_year": _INTEGER,
        "order_runtime": _INTEGER,
        "latest": _INTEGER,
    },
}


def version(film_id: str, number: int) -> Json:
    """Return which film a line of a bulk request is about, and as of which version."""
    return {"_id": film_id, "version": number, "version_type": "external_gte"}


def lines_of(film: Film) -> Iterator[Json]:
    """Yield the two lines of a bulk request that take the film in."""
    yield {"index": version(film.film_id, film.version)}
    words = {word for text in (*titles_of(film), *names_of(film)) for word in text.split()}
    yield {
        "film_id": film.film_id,
        "words": sorted(words),
        "title_keys": sorted(film.title_keys),
        "links": sorted({f"{kind}:{key}" for kind, key in links_of(film)}),
        "people": sorted({key for _, key in credits_of(film)}),
        "owner_user_id": film.owner_user_id,
        "own": int(film.owner_user_id is not None),
        "year": film.year,
        "runtime": film.runtime,
        "popularity": float(film.popularity),
        "order_title": sort_title(film),
        "order_year": LATE if film.year is None else film.year,
        "order_runtime": NEVER if film.runtime is None else film.runtime,
        "latest": -1 if film.year is None else film.year,
    }
