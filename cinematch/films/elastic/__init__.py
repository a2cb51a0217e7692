"""The catalogue's index in Elasticsearch or OpenSearch, for a cluster with many films."""

from cinematch.films.elastic.films import ElasticFilms

__all__ = ["ElasticFilms"]
