"""The Kubernetes base: valid for its own schemas, and of one piece."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from cinematch import __version__
from cinematch.settings import read_settings
from tests.support.deploying import (
    CONSUMERS,
    DEPLOY,
    SETTINGS,
    command_exists,
    documents,
    manifests,
)

BASE = DEPLOY / "k8s" / "base"
OBJECTS = manifests()
# From an operator or a tool, not from Kubernetes: kubernetes-validate has no schema for them.
FOREIGN = {"ScaledObject", "Kustomization"}
TEXT = {"type": "string", "minLength": 1}
# KEDA publishes its schema as a CustomResourceDefinition on the net alone, and no test downloads
# anything; so this holds what we use of it, and refuses any other key.
SCALED_OBJECT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["scaleTargetRef", "minReplicaCount", "maxReplicaCount", "triggers"],
    "properties": {
        "scaleTargetRef": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {"name": TEXT},
        },
        "minReplicaCount": {"type": "integer", "minimum": 1},
        "maxReplicaCount": {"type": "integer", "minimum": 2},
        "cooldownPeriod": {"type": "integer", "minimum": 0},
        "triggers": {
            "type": "array",
            "minItems": 1,
            "items": {
                "oneOf": [
                    {
                        "additionalProperties": False,
                        "required": ["type", "metadata"],
                        "properties": {
                            "type": {"const": "kafka"},
                            "metadata": {
                                "additionalProperties": False,
                                "required": [
                                    "bootstrapServers",
                                    "consumerGroup",
                                    "topic",
                                    "lagThreshold",
                                    "offsetResetPolicy",
                                ],
                                # KEDA takes strings alone here, numbers included.
                                "properties": {
                                    "bootstrapServers": TEXT,
                                    "consumerGroup": TEXT,
                                    "topic": TEXT,
                                    "lagThreshold": {"type": "string", "pattern": r"^\d+$"},
                                    "offsetResetPolicy": {"enum": ["earliest", "latest"]},
                                },
                            },
                        },
                    },
                    {
                        "additionalProperties": False,
                        "required": ["type", "metadata"],
                        "properties": {
                            "type": {"const": "prometheus"},
                            "metadata": {
                                "additionalProperties": False,
                                "required": ["serverAddress", "query", "threshold"],
                                "properties": {
                                    "serverAddress": {"type": "string", "pattern": "^https?://"},
                                    "query": TEXT,
                                    "threshold": {"type": "string", "pattern": r"^\d+$"},
                                },
                            },
                        },
                    },
                ]
            },
        },
    },
}


def _of(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in OBJECTS if one["kind"] == kind}


def _pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in _of("Deployment").items():
        yield name, one["spec"]["template"]
    for name, one in _of("CronJob").items():
        yield name, one["spec"]["jobTemplate"]["spec"]["template"]


PODS = dict(_pods())
CONFIG = _of("ConfigMap")["cinematch"]["data"]


def _container(name: str) -> dict[str, Any]:
    [one] = PODS[name]["spec"]["containers"]
    found: dict[str, Any] = one
    return found


def test_every_file_is_in_the_kustomization() -> None:
    [kustomization] = documents(BASE / "kustomization.yaml")
    listed = set(kustomization["resources"])
    assert listed == {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    assert [image["newTag"] for image in kustomization["images"]] == [__version__]


def test_kubernetes_own_schemas_are_met() -> None:
    files = sorted(BASE.glob("*.yaml"))
    program = Path(sys.executable).parent / "kubernetes-validate"
    ended = subprocess.run(
        [program, "--strict", *files], capture_output=True, text=True, check=False
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    passed = len(re.findall(r"^INFO .* passed", said, re.MULTILINE))
    assert passed == sum(one["kind"] not in FOREIGN for one in OBJECTS)
    assert set(re.findall(r"schema for kind (\w+)", said)) == FOREIGN


@pytest.mark.parametrize("name", _of("ScaledObject"))
def test_scaled_objects_are_what_keda_reads(name: str) -> None:
    one = _of("ScaledObject")[name]
    assert one["apiVersion"] == "keda.sh/v1alpha1"
    validate(one["spec"], SCALED_OBJECT)
    assert one["spec"]["scaleTargetRef"]["name"] in _of("Deployment")


def test_every_role_of_a_cluster_is_there() -> None:
    assert {" ".join(_container(name)["args"]) for name in PODS} == {
        "api",
        "worker",
        "relay",
        "stream stats",
        "stream trends",
        *(f"consumer {name}" for name in CONSUMERS),
        "batch nightly",
    }


@pytest.mark.parametrize("name", PODS)
def test_commands_are_commands_of_ours(name: str) -> None:
    assert command_exists(_container(name)["args"])


@pytest.mark.parametrize("name", PODS)
def test_the_settings_take_what_a_role_is_given(name: str) -> None:
    own = {one["name"]: one["value"] for one in _container(name).get("env", [])}
    given = {**CONFIG, **own}
    assert set(given) <= SETTINGS
    read_settings(given)


@pytest.mark.parametrize("name", PODS)
def test_addresses_with_passwords_come_from_a_secret_that_is_not_here(name: str) -> None:
    assert _container(name)["envFrom"] == [
        {"configMapRef": {"name": "cinematch"}},
        {"secretRef": {"name": "cinematch-servers"}},
    ]
    assert not _of("Secret")
    assert not {"MONGODB_URL", "REDIS_URL"} & set(CONFIG)


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_pinned_bounded_and_harmless(name: str) -> None:
    pod, one = PODS[name]["spec"], _container(name)
    assert one["image"] == f"cinematch:{__version__}"
    for bound in ("requests", "limits"):
        assert set(one["resources"][bound]) == {"cpu", "memory"}
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    mounted = {mount["name"] for mount in one["volumeMounts"]}
    assert mounted == {volume["name"] for volume in pod["volumes"]} == {"data", "tmp"}


@pytest.mark.parametrize("name", _of("Deployment"))
def test_probes_ask_the_port_on_which_the_role_answers(name: str) -> None:
    one = _container(name)
    [port] = one["ports"]
    own = {variable["name"]: variable["value"] for variable in one.get("env", [])}
    assert str(port["containerPort"]) == own.get("CINEMATCH_PROBE_PORT", "8000")
    for probe, path in (("startup", "/live"), ("liveness", "/live"), ("readiness", "/ready")):
        asked = one[f"{probe}Probe"]["httpGet"]
        assert (asked["path"], asked["port"]) == (path, port["name"])
        if name == "cinematch-api":
            # By the pod's own address it would answer 421: CINEMATCH_ALLOWED_HOSTS is set.
            assert asked["httpHeaders"] == [{"name": "Host", "value": "localhost"}]


def test_whatever_selects_pods_selects_some() -> None:
    labels = [pod["metadata"]["labels"] for pod in PODS.values()]
    selectors = [
        *(one["spec"]["selector"] for one in _of("Service").values()),
        *(one["spec"]["selector"]["matchLabels"] for one in _of("PodDisruptionBudget").values()),
        *(one["spec"]["selector"]["matchLabels"] for one in _of("Deployment").values()),
        *(one["spec"]["podSelector"]["matchLabels"] for one in _of("NetworkPolicy").values()),
    ]
    for selector in selectors:
        assert any(selector.items() <= label.items() for label in labels), selector


def test_claims_are_made_and_streams_are_alone_with_theirs() -> None:
    users: dict[str, list[str]] = {}
    for name, pod in PODS.items():
        for volume in pod["spec"]["volumes"]:
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                users.setdefault(claim, []).append(name)
    assert set(users) == set(_of("PersistentVolumeClaim"))
    for stream in ("cinematch-stream-stats", "cinematch-stream-trends"):
        assert users[stream] == [stream]
        spec = _of("Deployment")[stream]["spec"]
        assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert users["cinematch-lake"] == ["cinematch-consumer-lake", "cinematch-batch"]


def test_who_is_scaled_by_a_figure_has_no_number_of_its_own() -> None:
    scaled = [
        one["spec"]["scaleTargetRef"]["name"]
        for kind in ("HorizontalPodAutoscaler", "ScaledObject")
        for one in _of(kind).values()
    ]
    assert len(scaled) == len(set(scaled))
    for name, one in _of("Deployment").items():
        assert ("replicas" in one["spec"]) == (name not in scaled), name


def test_consumers_are_scaled_by_the_lag_of_their_own_group() -> None:
    for name, one in _of("ScaledObject").items():
        [trigger] = one["spec"]["triggers"]
        if trigger["type"] == "prometheus":
            assert trigger["metadata"]["query"] == 'max(cinematch_lag{part="relay"})'
            assert name == "cinematch-relay"
            continue
        consumer = name.removeprefix("cinematch-consumer-")
        assert consumer in CONSUMERS
        asked = trigger["metadata"]
        assert asked["consumerGroup"] == f"cinematch-{consumer}"
        assert asked["topic"] == CONFIG["CINEMATCH_KAFKA_TOPIC"]
        assert asked["bootstrapServers"] == CONFIG["KAFKA_BOOTSTRAP_SERVERS"]
        assert one["spec"]["maxReplicaCount"] <= int(CONFIG["CINEMATCH_KAFKA_PARTITIONS"])


def test_the_ingress_leads_to_the_api_under_the_name_that_it_answers_to() -> None:
    spec = _of("Ingress")["cinematch"]["spec"]
    [rule] = spec["rules"]
    assert rule["host"] == CONFIG["CINEMATCH_ALLOWED_HOSTS"]
    [path] = rule["http"]["paths"]
    service = _of("Service")[path["backend"]["service"]["name"]]
    assert path["backend"]["service"]["port"]["name"] in {
        port["name"] for port in service["spec"]["ports"]
    }
