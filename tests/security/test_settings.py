"""Settings: which source wins, what is refused, and the secret that is made once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from tracker import config


@pytest.fixture
def load(tmp_path):
    """Settings of an instance folder of the test's own."""
    return lambda **given: config.load({"INSTANCE_PATH": str(tmp_path), **given})


def test_what_nobody_gives_has_its_default_and_follows_the_instance(load, tmp_path):
    settings = load()
    assert settings["UPLOAD_MAX_MB"] == 25
    assert settings["DATABASE_URL"] == f"sqlite:///{tmp_path / 'cumple.db'}"
    assert settings["EVIDENCE_URL"] == f"file://{tmp_path / 'evidence'}"


def test_the_environment_wins_over_the_file_and_what_is_given_over_both(load, tmp_path, monkeypatch):
    (tmp_path / "config.toml").write_text('upload_max_mb = 10\ntimezone = "UTC"\nsession_hours = 3\n')
    monkeypatch.setenv("CUMPLE_UPLOAD_MAX_MB", "20")
    monkeypatch.setenv("CUMPLE_SESSION_HOURS", "4")
    settings = load(SESSION_HOURS=5)
    assert (settings["TIMEZONE"], settings["UPLOAD_MAX_MB"], settings["SESSION_HOURS"]) == ("UTC", 20, 5)


def test_a_name_that_is_no_setting_stops_the_start(load, tmp_path):
    (tmp_path / "config.toml").write_text("uplaod_max_mb = 10\n")
    with pytest.raises(ValueError, match="uplaod_max_mb"):
        load()


def test_a_number_that_is_none_stops_the_start(load, monkeypatch):
    monkeypatch.setenv("CUMPLE_UPLOAD_MAX_MB", "mucho")
    with pytest.raises(ValueError, match="mucho"):
        load()


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("1", True), ("Sí", True), ("yes", True), ("no", False), ("0", False), ("", False)],
)
def test_yes_and_no_are_read_as_people_write_them(load, monkeypatch, text, value):
    monkeypatch.setenv("CUMPLE_SESSION_COOKIE_SECURE", text)
    assert load()["SESSION_COOKIE_SECURE"] is value


class TestTheSecret:
    def test_is_made_once_and_read_by_its_owner_alone(self, load, tmp_path):
        secret = load()["SECRET_KEY"]
        assert (len(secret), load()["SECRET_KEY"]) == (64, secret)
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600

    def test_is_one_for_all_who_start_together(self, load, tmp_path):
        with ThreadPoolExecutor(8) as pool:
            secrets = set(pool.map(lambda _: load()["SECRET_KEY"], range(16)))
        assert len(secrets) == 1
        assert len(secrets.pop()) == 64
        assert [one.name for one in tmp_path.iterdir()] == ["secret_key"]

    def test_that_is_given_is_used_and_not_written(self, load, tmp_path):
        assert load(SECRET_KEY="dada")["SECRET_KEY"] == "dada"
        assert not (tmp_path / "secret_key").exists()
