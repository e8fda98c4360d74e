from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.mailboxes import connect_mailbox
from commands.settings_table import README, settings_table, with_table
from domain.inquiries import letters
from domain.kernel.mailbox_address import mailbox_address
from domain.kernel.settings import SECRETS, Settings, WrongSettings, read_settings, settings, variable
from domain.kernel.store_address import BucketAddress, FolderAddress, StoreAddress, store_address
from gateways.imap import ImapMailbox

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
        ("AFTERCARE_LETTER_LIMIT", "0"),
        ("AFTERCARE_LETTER_LIMIT", "10 MB"),
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


MAILBOX = "imaps://service%40aftercare.example@imap.example:993/INBOX"
NO_MAILBOX = "is no address like imaps://user@host:993/INBOX"
WRONG_MAILBOXES = {
    "https://u@imap.example": NO_MAILBOX,
    "imaps://imap.example": NO_MAILBOX,
    "imaps://u@": NO_MAILBOX,
    "imaps://u@imap.example:port": NO_MAILBOX,
    "imaps://u@imap.example:0": NO_MAILBOX,
    "imaps://u@imap.example/INBOX?x=y": NO_MAILBOX,
    "imaps://u%0D%0A@imap.example/INBOX": NO_MAILBOX,
    "imaps://u@[::1": NO_MAILBOX,
    "imaps://u:hunter2@imap.example": "holds a password, which belongs in AFTERCARE_IMAP_PASSWORD",
    "imap://u@imap.example": "would send the password in the open; only a mailbox on this machine may be imap://",
    "imap://u@10.0.0.1": "would send the password in the open; only a mailbox on this machine may be imap://",
}


@pytest.mark.parametrize("url", WRONG_MAILBOXES)
def test_a_wrong_mailbox_is_refused_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    told = refusal(monkeypatch, **URLS, AFTERCARE_IMAP_URL=url, AFTERCARE_IMAP_PASSWORD="word")
    assert told == f"Settings: AFTERCARE_IMAP_URL {WRONG_MAILBOXES[url]}."


@pytest.mark.parametrize("password", [None, ""])
def test_a_mailbox_without_its_password_is_refused(monkeypatch: pytest.MonkeyPatch, password: str | None) -> None:
    given = {} if password is None else {"AFTERCARE_IMAP_PASSWORD": password}
    told = refusal(monkeypatch, **URLS, AFTERCARE_IMAP_URL=MAILBOX, **given)
    assert told == "Settings: AFTERCARE_IMAP_PASSWORD must be set where AFTERCARE_IMAP_URL is."


@pytest.mark.parametrize(
    ("url", "host", "port", "folder", "encrypted"),
    [
        (MAILBOX, "imap.example", 993, "INBOX", True),
        ("imaps://service@aftercare.example@imap.example", "imap.example", 993, "INBOX", True),
        (
            "imaps://service%40aftercare.example@imap.example:1993/Kunden/%E4%BF%A1",
            "imap.example",
            1993,
            "Kunden/信",
            True,
        ),
        ("imap://service%40aftercare.example@127.0.0.1", "127.0.0.1", 143, "INBOX", False),
        ("imap://service%40aftercare.example@[::1]:1143", "::1", 1143, "INBOX", False),
        ("imap://service%40aftercare.example@localhost", "localhost", 143, "INBOX", False),
    ],
)
def test_a_mailbox_is_read_from_its_address(url: str, host: str, port: int, folder: str, encrypted: bool) -> None:
    found = mailbox_address(url)
    assert (found.host, found.port, found.folder, found.is_encrypted) == (host, port, folder, encrypted)
    assert found.user == "service@aftercare.example"
    assert "service" not in repr(found)


def test_a_worker_fetches_from_the_mailbox_that_is_set_and_from_none_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in URLS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(letters, "_mailboxes", [])
    connect_mailbox(read_settings())
    assert letters.mailbox_in_use() is None
    monkeypatch.setenv("AFTERCARE_IMAP_URL", MAILBOX)
    monkeypatch.setenv("AFTERCARE_IMAP_PASSWORD", "word")
    monkeypatch.setenv("AFTERCARE_LETTER_LIMIT", "20000")
    connect_mailbox(read_settings())
    mailbox = letters.mailbox_in_use()
    assert isinstance(mailbox, ImapMailbox)
    assert (mailbox.address, mailbox.letter_limit) == (mailbox_address(MAILBOX), 20_000)


PUBLISHED = "development-only-secret-of-32-bytes"


@pytest.mark.parametrize(
    ("environment", "value"),
    [("development", ""), ("development", "short"), ("production", "short"), ("production", PUBLISHED)],
)
@pytest.mark.parametrize("name", ["AFTERCARE_MAIL_SECRET", "AFTERCARE_PREMIUM_SECRET"])
def test_letters_and_payments_are_told_under_no_weak_secret(
    monkeypatch: pytest.MonkeyPatch, environment: str, value: str, name: str
) -> None:
    given = URLS | {"AFTERCARE_ENV": environment} | {variable(each): LONG for each in SECRETS}
    told = refusal(monkeypatch, **given, **{name: value})
    assert told == f"Settings: {name} must have 32 bytes or more, and not be the published one."


@pytest.mark.parametrize(
    ("environment", "value"), [("development", PUBLISHED), ("production", LONG), ("production", None)]
)
def test_a_strong_secret_or_none_lets_the_system_start(
    monkeypatch: pytest.MonkeyPatch, environment: str, value: str | None
) -> None:
    given = URLS | {"AFTERCARE_ENV": environment} | {variable(each): LONG for each in SECRETS}
    for name, each in (given | ({"AFTERCARE_MAIL_SECRET": value} if value else {})).items():
        monkeypatch.setenv(name, each)
    found = read_settings().mail_secret
    assert (found.get_secret_value() if found else None) == value


NO_STORE = "is no address like file:///folder or s3://bucket/prefix?endpoint=https://host"
OPEN_STORE = "would send documents in the open; only a store on this machine may be http://"
WRONG_STORES = {
    "/srv/files": NO_STORE,
    "file://host/srv/files": NO_STORE,
    "file:files": NO_STORE,
    "file:///srv?x=y": NO_STORE,
    "ftp://bucket": NO_STORE,
    "s3://": NO_STORE,
    "s3://Bucket": NO_STORE,
    "s3://key:secret@bucket": NO_STORE,
    "s3://bucket:9000": NO_STORE,
    "s3://bucket/../other": NO_STORE,
    "s3://bucket?host=https://s3.example": NO_STORE,
    "s3://bucket?endpoint=s3.example": NO_STORE,
    "s3://bucket?endpoint=https://k:s@s3.example": NO_STORE,
    "s3://bucket?endpoint=https://s3.example/path": NO_STORE,
    "s3://bucket?endpoint=https://[::1": NO_STORE,
    "s3://[bucket": NO_STORE,
    "s3://bucket?endpoint=http://10.0.0.1:9000": OPEN_STORE,
}


@pytest.mark.parametrize("url", WRONG_STORES)
def test_a_wrong_store_is_refused_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert refusal(monkeypatch, **URLS, AFTERCARE_STORE_URL=url) == (
        f"Settings: AFTERCARE_STORE_URL {WRONG_STORES[url]}."
    )


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("file:///srv/a%20b", FolderAddress(Path("/srv/a b"))),
        ("s3://files", BucketAddress("files", "", None, "us-east-1")),
        (
            "s3://files/care/2026?endpoint=https://s3.example:9000/&region=cn-north-1",
            BucketAddress("files", "care/2026", "https://s3.example:9000", "cn-north-1"),
        ),
        ("s3://files?endpoint=http://127.0.0.1:9000", BucketAddress("files", "", "http://127.0.0.1:9000", "us-east-1")),
    ],
)
def test_a_store_is_read_from_its_address(url: str, address: StoreAddress) -> None:
    assert store_address(url) == address


@pytest.mark.parametrize("given", ["AFTERCARE_STORE_KEY", "AFTERCARE_STORE_SECRET"])
def test_a_key_of_the_store_is_nothing_without_its_secret(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    told = refusal(monkeypatch, **URLS, **{given: "word"})
    assert told == "Settings: AFTERCARE_STORE_KEY and AFTERCARE_STORE_SECRET must be set together."


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_readme_holds_the_table_of_all_settings() -> None:
    text = README.read_text()
    assert with_table(text) == text, "run `python -m commands.settings_table`"
    assert all(variable(name) in settings_table() for name in Settings.model_fields)
