"""The environment is read once; what cannot be used is named with its mend."""

from pathlib import Path

import pytest

from cinematch.settings import Settings, SettingsError, read_settings


def test_nothing_set_is_loopback_port_8000_and_a_folder_here() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 8000, Path("data"))
    assert settings.loopback


def test_what_is_set_is_taken_and_blank_is_as_not_set() -> None:
    settings = read_settings(
        {
            "CINEMATCH_HOST": "0.0.0.0",  # noqa: S104 - nothing listens here
            "CINEMATCH_PORT": " 8080 ",
            "CINEMATCH_DATA_DIR": "/srv/films",
            "CINEMATCH_ALLOWED_HOSTS": "Films.example, films.home",
            "CINEMATCH_LOG_LEVEL": "",
            "PORT": "1",
        }
    )
    assert (settings.port, settings.data_dir) == (8080, Path("/srv/films"))
    assert settings.hosts >= {"films.example", "films.home", "localhost"}
    assert settings.log_level == "info"
    assert not settings.loopback


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("CINEMATCH_PORT", "http", "0 to 65535"),
        ("CINEMATCH_PORT", "65536", "0 to 65535"),
        ("CINEMATCH_LOG_LEVEL", "loud", "debug"),
        ("CINEMATCH_HOST", "x" * 300, "127.0.0.1"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_mend(name: str, value: str, mend: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({name: value})
    assert refusal.value.errors[0].field == name
    assert name in refusal.value.detail
    assert mend in refusal.value.detail


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.2", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("192.168.1.2", False),
        ("::", False),
        ("films.home", False),
    ],
)
def test_loopback_is_told_from_the_network(host: str, loopback: bool) -> None:
    assert Settings(host=host).loopback is loopback


def test_on_the_network_any_name_is_good_until_some_are_given() -> None:
    assert read_settings({"CINEMATCH_HOST": "192.168.1.2"}).hosts == frozenset()
