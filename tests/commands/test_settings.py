from __future__ import annotations

from collections.abc import Iterator

import pytest

from commands.settings_table import README, settings_table, with_table
from domain.kernel.settings import SECRETS, Settings, WrongSettings, settings, variable

URLS = {"DATABASE_URL": "postgresql://a@localhost/b", "REDIS_URL": "redis://localhost"}
LONG = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No setting of this machine while a test runs, and none of the test afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(variable(name), raising=False)
        yield
    settings.cache_clear()


def refusal(monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    with pytest.raises(WrongSettings) as refused:
        settings()
    return str(refused.value)


def test_a_missing_address_is_named_with_what_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, REDIS_URL=URLS["REDIS_URL"])
    assert told == "Settings: DATABASE_URL: is not set (PostgreSQL 15 to 18, postgresql://…)."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/b"),
        ("REDIS_URL", "http://localhost"),
        ("AFTERCARE_PORT", "70000"),
        ("AFTERCARE_PORT", "http"),
        ("AFTERCARE_ENV", "prod"),
        ("AFTERCARE_DOCUMENTS", "any"),
        ("AFTERCARE_REQUEST_DEADLINE", "0"),
        ("AFTERCARE_LOG_LEVEL", "verbose"),
        ("AFTERCARE_API_METRICS_PORT", "0"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    told = refusal(monkeypatch, **(URLS | {name: value}))
    assert told.startswith(f"Settings: {name}: ")
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", [None, "short", "development-only-secret-of-32-bytes"])
def test_production_refuses_missing_short_and_published_secrets(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    given = URLS | {"AFTERCARE_ENV": "production"} | {variable(each): LONG for each in SECRETS}
    del given[variable(name)]
    if value is not None:
        given[variable(name)] = value
    told = refusal(monkeypatch, **given)
    assert told == f"Settings: {variable(name)} must be set to 32 bytes or more in production."


def test_production_refuses_a_ring_with_a_short_former_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    given = URLS | {"AFTERCARE_ENV": "production"} | {variable(each): LONG for each in SECRETS}
    told = refusal(monkeypatch, **(given | {"AFTERCARE_SEALING_KEY": f"{LONG},former"}))
    assert "AFTERCARE_SEALING_KEY" in told


def test_a_refusal_never_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, **URLS, AFTERCARE_ENV="production", AFTERCARE_SECRET_KEY="hunter2")
    assert "hunter2" not in told


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_readme_holds_the_table_of_all_settings() -> None:
    text = README.read_text()
    assert with_table(text) == text, "run `python -m commands.settings_table`"
    assert all(variable(name) in settings_table() for name in Settings.model_fields)
