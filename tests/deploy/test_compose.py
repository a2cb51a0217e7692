"""The compose file: real commands, known variables, limits, health, pinned images, no password."""

import re
from typing import Any

import pytest

from cinematch import __version__
from cinematch.settings import read_settings
from tests.support.deploying import (
    DEPLOY,
    SETTINGS,
    asked,
    command_exists,
    compose,
    example_variables,
    filled,
)

COMPOSE = compose()
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("cinematch:")}
TEXT = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
# Variables of the images that are not ours, as their own documentation names them.
SERVERS = re.compile(r"MONGO_INITDB_ROOT_(USERNAME|PASSWORD_FILE)|KAFKA_[A-Z_]+|HOME")
# The keys that the Compose Specification allows where this file uses them. Its JSON schema is in
# no package of ours, and nothing is downloaded by a test.
SERVICE_KEYS = {
    "build", "cap_add", "cap_drop", "command", "depends_on", "deploy", "entrypoint", "environment",
    "healthcheck", "image", "logging", "networks", "ports", "profiles", "read_only", "restart",
    "secrets", "security_opt", "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip
TOP_KEYS = {"name", "services", "networks", "secrets", "volumes"}
ENDING = {"batch", "mongo-init"}


def test_keys_are_those_of_the_compose_specification() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} == TOP_KEYS
    for name, one in SERVICES.items():
        assert set(one) <= SERVICE_KEYS, name


def test_every_role_of_a_cluster_is_there() -> None:
    commands = {" ".join(one["command"]) for one in OURS.values()}
    assert commands == {
        "api",
        "worker",
        "relay",
        "stream stats",
        "stream trends",
        "consumer notifications",
        "consumer audit",
        "consumer lake",
        "batch nightly",
    }


@pytest.mark.parametrize("name", OURS)
def test_commands_are_commands_of_ours(name: str) -> None:
    assert command_exists(OURS[name]["command"])


@pytest.mark.parametrize("name", OURS)
def test_the_settings_take_what_a_role_is_given(name: str) -> None:
    given = {"CINEMATCH_ALLOWED_HOSTS": "films.example.org", "REDIS_PASSWORD": "0f", "X": "1"}
    environment = {
        key: filled(str(value), {**given, "MONGODB_PASSWORD": "0f"})
        for key, value in OURS[name]["environment"].items()
    }
    assert set(environment) <= SETTINGS
    settings = read_settings(environment)
    where = "mongodb://cinematch:0f@mongo:27017/cinematch"
    assert settings.mongodb == f"{where}?replicaSet=rs0&authSource=admin"
    assert settings.redis == "redis://:0f@redis:6379/0"
    assert settings.kafka_bootstrap_servers == "kafka:9092"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_servers_get_variables_that_they_know(name: str) -> None:
    unknown = [key for key in SERVICES[name].get("environment", {}) if not SERVERS.fullmatch(key)]
    assert not unknown


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_limited_and_looked_after(name: str) -> None:
    one = SERVICES[name]
    tag = filled(one["image"], {}).rpartition(":")[2]
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[a-z]+)?", tag), one["image"]
    limits = one["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    assert one["restart"] in ({"no", "on-failure:5"} if name in ENDING else {"unless-stopped"})
    if name in ENDING:
        assert one["healthcheck"] == {"disable": True}
    else:
        assert one["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_cannot_write_to_their_image(name: str) -> None:
    assert OURS[name]["read_only"] is True
    [data] = OURS[name]["volumes"]
    assert data.rpartition(":")[2] == "/data"


def test_a_role_is_asked_where_it_answers() -> None:
    for name, one in OURS.items():
        if name not in {"api", "batch"}:
            assert one["environment"]["CINEMATCH_PROBE_PORT"] == "8001", name
        if name != "batch":
            assert one["healthcheck"]["test"][1:] == ["python", "/opt/cinematch/health.py"], name


def test_the_release_is_the_one_that_is_built() -> None:
    assert ("CINEMATCH_VERSION", "-", __version__) in set(asked(TEXT))
    assert example_variables()["CINEMATCH_VERSION"] == __version__


def test_what_is_asked_for_is_named_in_the_example_and_the_other_way_round() -> None:
    sources = {one["environment"] for one in COMPOSE["secrets"].values()}
    assert {name for name, _, _ in asked(TEXT)} | sources == set(example_variables())


def test_what_has_no_default_is_refused_in_words_when_empty() -> None:
    required = {name for name, how, _ in asked(TEXT) if how == "?"}
    empty = {name for name, value in example_variables().items() if not value}
    assert required == empty
    assert all(how is not None for _, how, _ in asked(TEXT))
    assert all(len(words) > 20 for _, how, words in asked(TEXT) if how == "?")


def test_no_value_is_a_password() -> None:
    secret = re.compile(r"(PASSWORD|SECRET|TOKEN|KEY)$")
    for name, value in example_variables().items():
        assert not (secret.search(name) and value), name
    for name, one in SERVICES.items():
        for key, value in one.get("environment", {}).items():
            assert not secret.search(key), (name, key)
            # user:password@host: the password is a variable, or it is a secret for all to read.
            for word in re.findall(r"://[^:@/]*:(\$\{[^}]*\}|[^@/]+)@", str(value)):
                assert word.startswith("${"), (name, key)


def test_networks_volumes_secrets_and_dependencies_are_declared() -> None:
    for name, one in SERVICES.items():
        assert set(one.get("networks", [])) <= set(COMPOSE["networks"]), name
        assert set(one.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(one.get("depends_on", {})) <= set(SERVICES), name
        for volume in one.get("volumes", []):
            source = volume.partition(":")[0]
            assert source.startswith(("/", "./")) or source in COMPOSE["volumes"], (name, volume)
            if source.startswith("./"):
                assert (DEPLOY / source).is_file(), (name, volume)


def test_servers_are_on_the_network_without_a_way_out() -> None:
    assert COMPOSE["networks"]["back"] == {"internal": True}
    for name in ("mongo", "mongo-init", "kafka", "redis"):
        assert SERVICES[name]["networks"] == ["back"]
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["nginx"]


def test_the_api_believes_its_own_proxy_alone() -> None:
    [pool] = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert SERVICES["api"]["environment"]["CINEMATCH_TRUSTED_PROXIES"] == pool["subnet"]
    on_front = {name for name, one in SERVICES.items() if "front" in one["networks"]}
    assert on_front == {"nginx", "api"}
