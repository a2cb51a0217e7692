"""The plugin that turns a skipped test into a failure, run in a pytest of its own."""

import pytest

pytest_plugins = ["pytester"]

SKIPS = """
import pytest

@pytest.mark.skip(reason="no Kafka")
def test_marked(): ...

def test_inside():
    pytest.skip("no Java")

@pytest.mark.xfail(strict=True)
def test_known_fault():
    assert False

def test_good(): ...
"""


def run(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    return pytester.runpytest_subprocess("-p", "tests.support.no_skips")


def test_in_ci_a_skip_is_a_failure(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    result = run(pytester, SKIPS)
    result.assert_outcomes(passed=1, failed=1, errors=1, xfailed=1)
    result.stdout.fnmatch_lines(["*CI does not allow: *no Java*"])


def test_in_ci_a_skipped_module_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    result = run(pytester, 'import pytest\npytest.importorskip("no_such_module")')
    result.assert_outcomes(errors=1)


def test_elsewhere_a_skip_stays_a_skip(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    run(pytester, SKIPS).assert_outcomes(passed=1, skipped=2, xfailed=1)
