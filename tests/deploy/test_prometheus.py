"""What watches the recommender: rules, dashboard, runbooks, and that all speak of real figures."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cinematch.bootstrap import Services
from cinematch.infra.metrics import Family
from cinematch.recommender.core.drift import Drift
from cinematch.recommender.core.model import Group, Groups, Measure
from cinematch.recommender.service.drifting import DriftFigures
from cinematch.recommender.service.gauges import RecommenderGauges
from cinematch.recommender.service.watching import Watch
from cinematch.worker.probe import metrics_text
from tests.support.cinema import cinema
from tests.support.deploying import DEPLOY, ROOT
from tests.support.house import signed_in
from tests.support.models import model

FOLDER = DEPLOY / "prometheus"
DASHBOARD = json.loads((DEPLOY / "grafana" / "recommender.json").read_text("utf-8"))
PAGE = (ROOT / "docs" / "monitoring.md").read_text("utf-8")
INSTALL = "sudo apt-get install prometheus"
# Told by Prometheus itself of whatever it scrapes.
ITS_OWN = {"up"}
_NAME = re.compile(r"\b(?:cinematch|process)_[a-z_]+\b|\bup\b")


def promtool(*arguments: str | Path, given: str | None = None) -> str:
    """Run Prometheus' own tool and return what it said."""
    found = shutil.which("promtool")
    if found is None:
        raise AssertionError(f"There is no promtool here. To have it: {INSTALL}")
    ended = subprocess.run(
        [found, *arguments],
        cwd=FOLDER,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said
    return said


@cache
def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((FOLDER / "recommender.yml").read_text("utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [one for one in DASHBOARD["panels"] if one["type"] != "row"]


def expressions() -> Iterator[str]:
    """Yield what the dashboard asks, with an interval in the place of Grafana's own."""
    asked = [target["expr"] for panel in panels() for target in panel["targets"]]
    asked += [one["expr"] for one in DASHBOARD["annotations"]["list"]]
    for one in asked:
        yield one.replace("$__rate_interval", "5m")


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what a server tells that has everything: a model, jobs, drift, lists."""
    house = cinema(tmp_path_factory.mktemp("house"))
    groups = Groups(0.3, 0.9, 0.8, True, [Group(20, [], [])])
    measured = {name: Measure(0.8, 0.7, 0.9, 30) for name in ("rmse", "bias rmse", "ndcg@10")}
    made = model("m1", hold_out=measured, people=groups, kinds=groups, seconds={"stars": 1.0})
    house.models.register(made, won=True)
    done = house.model_jobs.claim("train", {}, None)
    with Watch(house.store, house.adapters.recommender.jobs, house.clock, done) as watch:
        watch.finish({})
    house.model_jobs.ask("evaluate", {}, None)
    with signed_in(house) as client:
        assert client.get("/api/recommendations").status_code == 200
    text = metrics_text(house.health(), [*house.families(), *_drift(house)])
    house.stop()
    return text


def _drift(house: Services) -> list[Family]:
    own = house.adapters.recommender
    found = DriftFigures(Drift(250, 0.3, 0.05, 1.2), {}, {})
    gauges = RecommenderGauges(house.store, own.models, own.jobs, lambda: found)
    deadline, families = time.monotonic() + 30, list[Family]()
    while not families:
        assert time.monotonic() < deadline
        time.sleep(0.02)
        told = gauges.families()
        families = [one for one in told if one.name.startswith("cinematch_model_drift")]
    gauges.stop()
    return families


def names(text: str) -> set[str]:
    return {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}


def base(name: str) -> str:
    """Return the family of a series."""
    return re.sub(r"_(bucket|sum|count)$", "", name) if "latency_seconds" in name else name


def asked_for(expression: str) -> set[str]:
    # What stands in quotes or as the name of a label is no series.
    bare = re.sub(r'"[^"]*"', '""', expression)
    return {base(name) for name in _NAME.findall(bare)} - ITS_OWN


def test_prometheus_takes_the_configuration_and_the_rules() -> None:
    assert f"{len(rules())} rules found" in promtool("check", "config", "prometheus.yml")


def test_every_rule_fires_when_it_should_and_is_silent_when_not() -> None:
    assert "SUCCESS" in promtool("test", "rules", "recommender.test.yml")
    cases = (FOLDER / "recommender.test.yml").read_text("utf-8")
    tests = [case for test in yaml.safe_load(cases)["tests"] for case in test["alert_rule_test"]]
    for rule in rules():
        own = [bool(case.get("exp_alerts")) for case in tests if case["alertname"] == rule["alert"]]
        assert True in own, rule["alert"]


def test_prometheus_finds_nothing_to_mend_in_what_is_told(exposed: str) -> None:
    assert promtool("check", "metrics", given=exposed) == ""


def test_rules_speak_of_figures_that_are_told(exposed: str) -> None:
    for rule in rules():
        assert asked_for(rule["expr"]) <= names(exposed), rule["alert"]


def test_the_dashboard_asks_for_figures_that_are_told(exposed: str) -> None:
    for expression in expressions():
        assert asked_for(expression) <= names(exposed), expression


def test_prometheus_can_read_what_the_dashboard_asks(tmp_path: Path) -> None:
    recorded = [
        {"record": f"asked:{number}", "expr": one} for number, one in enumerate(expressions())
    ]
    file = tmp_path / "asked.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": recorded}]}))
    assert f"{len(recorded)} rules found" in promtool("check", "rules", file)


def test_all_figures_of_the_recommender_are_on_the_dashboard(exposed: str) -> None:
    shown = {name for expression in expressions() for name in asked_for(expression)}
    told = {name for name in names(exposed) if "_model" in name or "_recommendation" in name}
    # How many ratings drift is found from is only for whoever asks why.
    assert told - shown == {"cinematch_model_drift_ratings"}


def test_every_figure_is_in_the_documentation_and_every_one_there_is_told(exposed: str) -> None:
    rows = set(re.findall(r"^\| `((?:cinematch|process)_[a-z_]+)", PAGE, re.MULTILINE))
    assert rows == names(exposed)


def test_every_alert_is_severe_in_one_of_two_ways_and_has_a_runbook_that_names_it() -> None:
    pages = set()
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        page = ROOT / rule["annotations"]["runbook"]
        assert f"`{rule['alert']}`" in page.read_text("utf-8")
        assert f"| `{rule['alert']}` | {rule['labels']['severity']} |" in PAGE
        pages.add(page.name)
    assert pages == {page.name for page in (ROOT / "docs" / "runbooks").glob("*.md")}


def test_no_panel_lies_over_another_and_each_says_what_it_shows() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for panel in panels():
        assert panel["description"]
        assert panel["datasource"]["uid"] == "${datasource}"


def test_whoever_is_told_gets_no_figures_and_no_secret_is_in_the_file() -> None:
    text = (FOLDER / "alertmanager.yml").read_text("utf-8")
    read = yaml.safe_load(text)
    receivers = {one["name"] for one in read["receivers"]}
    routes = [read["route"], *read["route"]["routes"]]
    assert {route["receiver"] for route in routes} == receivers
    assert "Value" not in text
    for name in re.findall(r"^\s*\S*(?:url|password|key)\S*: (\S+)", text, re.MULTILINE):
        assert name.startswith("/"), name
