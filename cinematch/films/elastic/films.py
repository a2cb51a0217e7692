"""The films in Elasticsearch or OpenSearch, found as the stores find them.

The words are the core's: normalised by `core.title`, read by `core.searching`, which also chooses
among the words that the index offers for a misspelt one.

An alias names the index that is searched. An index is built beside it and takes its place in one
step. Every index has an alias of its own for writing: a request to an index that was removed is
refused, in the place of making it anew without its mapping.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.film import Film
from cinematch.films.core.searching import readings
from cinematch.films.elastic.mapping import FORMAT, GONE, MAPPING, SETTINGS, lines_of, version
from cinematch.films.elastic.questions import RANK, order_of, question
from cinematch.films.elastic.vocabulary import Vocabulary
from cinematch.films.elastic.wire import Json, Wire, reason, well
from cinematch.kit.clock import Clock
from cinematch.kit.errors import Invalid, Unavailable
from cinematch.kit.ids import new_id
from cinematch.kit.paging import Page, encode_cursor

_WORK = 60.0  # seconds that a piece of work may take


class ElasticFilms:
    """Implements `films.ports.FilmIndex`."""

    def __init__(self, url: str, name: str, clock: Clock, *, timeout: float = 2.0) -> None:
        """Make it; nothing is asked yet.

        Args:
            url: where the engine is; may hold a name and a password, and a path.
            name: what the index is called there.
            clock: tells the time, by which the younger of two indices is known.
            timeout: seconds that a question may take.

        Raises:
            Invalid: the address cannot be used.
        """
        self._timeout = timeout
        self._wire = Wire(url)
        self._alias = f"{name}-v{FORMAT}"
        self._ours = re.compile(re.escape(name) + r"-v(\d+)-(\d{20})-[a-z2-7]+")
        self._clock = clock

    def put(self, films: Iterable[Film]) -> None:
        self._write([line for film in films for line in lines_of(film)])

    def remove(self, film_ids: Collection[str]) -> None:
        self._write([{"delete": version(film_id, GONE)} for film_id in film_ids])

    def find(self, query: FilmQuery, user_id: str | None, seen: Collection[str]) -> Page[str]:
        vocabulary = Vocabulary(self._ask, query.q)
        for reading in readings(query.q, vocabulary.mended):
            asked = replace(query, year=query.year or reading.year)
            order = order_of(asked, reading)
            answer = self._ask(question(asked, reading, order, user_id, seen))
            total = int(answer["hits"]["total"]["value"])
            if total:
                return _page(answer["hits"]["hits"], total, query.limit, order)
        return Page([], 0, None)

    def size(self) -> int | None:
        status, answer = self._wire.call("GET", f"/{self._alias}/_count", timeout=self._timeout)
        return None if status == 404 else int(well(status, answer)["count"])

    def rebuild(self, films: Iterable[Sequence[Film]]) -> int:
        stamp = self._clock().strftime("%Y%m%d%H%M%S%f")
        index = f"{self._alias}-{stamp}-{new_id()}"
        body = {"settings": SETTINGS, "mappings": MAPPING, "aliases": {_door(index): {}}}
        self._do("PUT", f"/{index}", body)
        try:
            for some in films:
                self._bulk(index, [line for film in some for line in lines_of(film)])
            self._do("POST", f"/{index}/_refresh")
            size = int(self._do("GET", f"/{index}/_count")["count"])
        except BaseException:
            with suppress(Unavailable):
                self._do("DELETE", f"/{index}")
            raise
        self._switch(index)
        return size

    def close(self) -> None:
        self._wire.close()

    def _switch(self, index: str) -> None:
        """Have the alias name this index in one step, and then remove the older ones.

        Both at once would leave searches for a moment with an index that is no more.
        """
        aliases = self._aliases()
        searched = [one for one, names in aliases.items() if self._alias in names]
        older = [one for one in aliases if self._age(one) < self._age(index)]
        actions = [{"remove": {"index": one, "alias": self._alias}} for one in searched]
        actions.append({"add": {"index": index, "alias": self._alias}})
        self._do("POST", "/_aliases", {"actions": actions})
        for one in {*searched, *older} - {index}:
            # What stays now, the next rebuild removes.
            with suppress(Unavailable):
                self._do("DELETE", f"/{one}")

    def _age(self, index: str) -> tuple[int, str]:
        found = self._ours.fullmatch(index)
        return (int(found[1]), found[2]) if found else (0, "")

    def _indices(self) -> list[str]:
        """Return the index that is searched and those that are being built."""
        return [one for one in self._aliases() if one.startswith(f"{self._alias}-")]

    def _aliases(self) -> dict[str, list[str]]:
        stem = self._alias.rpartition("-v")[0]
        found = self._do("GET", f"/{stem}-v*/_alias")
        return {one: list(has["aliases"]) for one, has in found.items() if self._age(one)[0]}

    def _write(self, lines: Sequence[Json]) -> None:
        for index in self._indices() if lines else ():
            self._bulk(index, lines)

    def _bulk(self, index: str, lines: Sequence[Json]) -> None:
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        path = f"/{_door(index)}/_bulk?require_alias=true"
        answer = self._do("POST", path, body)
        for item in answer["items"]:
            (told,) = item.values()
            # 409: what is in is newer.
            if "error" in told and told["status"] != 409:
                raise Unavailable(f"The search index did not take a film: {reason(told)}")

    def _ask(self, body: Json) -> Json:
        path, status = f"/{self._alias}/_search", 0
        # An index that is replaced goes in the middle of a search: the second finds the new one.
        for _ in range(2):
            status, answer = self._wire.call("POST", path, body, timeout=self._timeout)
            if status == 400 and "search_after" in body:
                mend = "start again without it"
                raise Invalid.field("cursor", "belongs to another listing", mend)
            if status == 200 and _is_whole(answer):
                return dict(answer)
        if status == 404:
            raise Unavailable("The search index is not built yet.")
        raise Unavailable(f"The search index answered {status}, or in part only.")

    def _do(self, method: str, path: str, body: Json | bytes | None = None) -> Json:
        return well(*self._wire.call(method, path, body, timeout=_WORK))


def _door(index: str) -> str:
    return f"{index}-write"


def _is_whole(answer: Any) -> bool:
    if not isinstance(answer, dict) or "_shards" not in answer:
        return False
    return not answer["timed_out"] and not answer["_shards"]["failed"]


def _page(
    hits: Sequence[Json], total: int, limit: int, order: Sequence[tuple[str, str]]
) -> Page[str]:
    ids = [hit["_id"] for hit in hits[:limit]]
    if len(hits) <= limit:
        return Page(ids, total, None)
    key = hits[limit - 1]["sort"]
    return Page(ids, total, encode_cursor([int(key[0]), *key[1:]] if RANK in order else key))
