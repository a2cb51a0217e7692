"""The one reader of the environment: what an operator may set, validated once, then handed over."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from cinematch.kit.errors import FieldError, Invalid

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")
_PREFIX = "CINEMATCH_"
_UNPREFIXED = frozenset(
    {"mongodb_url", "kafka_bootstrap_servers", "redis_url", "elasticsearch_url"}
)


def _words(value: Any) -> Any:
    """Split `a, b c` at commas and blanks."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class SettingsError(Invalid):
    """A variable of the environment cannot be used; the error names it and the mend."""

    code, title = "settings", "A setting cannot be used"


class Settings(BaseModel):
    """What the operator chose. Each field is the variable `CINEMATCH_` and its name in capitals.

    The servers of a cluster have the names that their own tools give them, without the prefix.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", min_length=1, max_length=255)
    """The address to listen on; 127.0.0.1 answers this machine alone, 0.0.0.0 the network."""

    port: int = Field(8000, ge=0, le=65535)
    """The TCP port; 0 takes a free one and prints it."""

    data_dir: Path = Path("data")
    """The folder that holds everything: the database, its backups, the secret of the sessions."""

    allowed_hosts: Words = ()
    """Further host names under which the server may be called, such as `films.example.org`."""

    cors_origins: Words = ()
    """Origins of other pages that may call the API, such as `https://app.example.org`."""

    trusted_proxies: Words = ("127.0.0.1", "::1")
    """Addresses of reverse proxies whose `X-Forwarded-For` and `-Proto` are believed."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is written to the log."""

    lake: bool = False
    """Whether every event is also kept as Parquet files, in `lake` in the data folder; behind Kafka
    the consumer `lake` does that anyway."""

    private_webhooks: bool = False
    """Whether notifications and webhooks may go to addresses of the local network, such as an
    `ntfy` of one's own."""

    probe_port: int | None = Field(None, ge=0, le=65535)
    """Where a role other than the API answers `/live`, `/ready` and `/metrics`; none when unset."""

    metrics_port: int | None = Field(None, ge=0, le=65535)
    """Where `cinematch serve` and `cinematch api` answer `/metrics`, apart from what people call;
    none when unset."""

    mongodb_url: SecretStr | None = None
    """A MongoDB replica set in the place of the file in the data folder, such as
    `mongodb://db:27017/cinematch?replicaSet=rs0`."""

    kafka_bootstrap_servers: str | None = None
    """Kafka brokers, `host:port, host:port`; with them Spark takes the follower's place."""

    kafka_topic: str = Field("user-movie-events", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    """The topic of the events; its dead letters go to the same name and `.dead-letters`."""

    kafka_partitions: int = Field(12, ge=1, le=10_000)
    """Partitions of a topic that has to be made: the most processes that can share its work."""

    spark_master: str = Field("local[*]", min_length=1)
    """Where Spark's jobs run, such as `local[2]` or `spark://host:7077`."""

    spark_memory: str = Field("1g", pattern=r"^[1-9][0-9]*[kmg]$")
    """Heap of a Spark job's JVM."""

    spark_jars: Path | None = None
    """A folder with Spark's Kafka connector; when unset, Spark fetches it by its Maven name."""

    spark_training: bool = False
    """Whether Spark fits the factors of the recommender's lists, for ratings that outgrow one
    machine. Where models are trained there must be Java then."""

    stream_trigger: str = Field("0 seconds", pattern=r"^(availableNow|\d+ (milli)?seconds?)$")
    """When a batch of the figures' stream begins: at once after the last, or every so often."""

    trends_trigger: str = Field("30 seconds", pattern=r"^(availableNow|\d+ (milli)?seconds?)$")
    """The same for the community's trends."""

    redis_url: SecretStr | None = None
    """A Redis or Valkey server, such as `redis://cache:6379/0`, for limits and live pages of
    several API processes."""

    elasticsearch_url: SecretStr | None = None
    """An Elasticsearch or OpenSearch server in which films are searched, such as
    `http://search:9200`; for every process of the installation, or for none."""

    search_index: str = Field("cinematch-films", pattern=r"^[a-z][a-z0-9_-]{0,60}$")
    """What the index of the films is called there; each installation has one of its own."""

    speed_layer: bool = False
    """Whether the figures' stream writes to Redis, and to MongoDB once a minute only."""

    @property
    def mongodb(self) -> str | None:
        """The connection string, which may hold a password."""
        return self.mongodb_url.get_secret_value() if self.mongodb_url else None

    @property
    def redis(self) -> str | None:
        """The address, which may hold a password."""
        return self.redis_url.get_secret_value() if self.redis_url else None

    @property
    def elasticsearch(self) -> str | None:
        """The address, which may hold a password."""
        return self.elasticsearch_url.get_secret_value() if self.elasticsearch_url else None

    @property
    def loopback(self) -> bool:
        """Whether the server answers this machine alone."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    @property
    def hosts(self) -> frozenset[str]:
        """Host names that may stand in a request; empty when any may.

        Listening on loopback, only its own names are good, so that a page elsewhere cannot reach
        the server by pointing a name of its own here (DNS rebinding).
        """
        named = {name.casefold() for name in self.allowed_hosts}
        if self.loopback:
            return frozenset({*LOOPBACK_NAMES, self.host.casefold(), *named})
        return frozenset({*LOOPBACK_NAMES, *named}) if named else frozenset()


_MENDS = {
    "host": "give an address of this machine, such as 127.0.0.1 or 0.0.0.0",
    "port": "give a number from 0 to 65535, such as 8000",
    "probe_port": "give a number from 0 to 65535, such as 8001",
    "metrics_port": "give a number from 0 to 65535, such as 8001",
    "data_dir": "give a folder that can be written",
    "log_level": "give debug, info, warning or error",
}


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from this process's environment, or a given one; empty is as not set.

    Raises:
        SettingsError: a variable cannot be used; the message names it and says how to mend it.

    >>> read_settings({"CINEMATCH_PORT": "8080"}).port
    8080
    """
    variables = os.environ if environ is None else environ
    given = {
        name: value
        for name in Settings.model_fields
        if (value := variables.get(variable(name), "").strip())
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise _refusal(error) from None


def variable(field: str) -> str:
    """Return the environment variable of a field.

    >>> variable("data_dir"), variable("redis_url")
    ('CINEMATCH_DATA_DIR', 'REDIS_URL')
    """
    return field.upper() if field in _UNPREFIXED else _PREFIX + field.upper()


def _refusal(error: ValidationError) -> SettingsError:
    errors = []
    for fault in error.errors():
        name = str(fault["loc"][0])
        mend = _MENDS.get(name, "correct it, or unset it to have the default")
        message = f"{fault['input']!r} cannot be used: {fault['msg'].lower()}"
        errors.append(FieldError(variable(name), message, mend))
    first = errors[0]
    return SettingsError(f"{first.field}: {first.message}; {first.mend}.", errors=tuple(errors))
