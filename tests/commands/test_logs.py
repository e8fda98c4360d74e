from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from domain.kernel.logs import set_up_logs, without_personal_data
from domain.kernel.settings import SECRETS, settings, variable

LONG = "0123456789abcdef0123456789abcdef"
PERSONAL = (
    "zhang.wei@customer.example",
    "13800138000",
    "110101198106150012",
    "6225881234567890123",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
    "pk_01a20fdb8cc478a0813270c20b16350f.wrU-rGau5X3F8OdJ0Z4R3tQ1DivxxcY",
)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What production's logs hold."""
    monkeypatch.setenv("AFTERCARE_ENV", "production")
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@localhost/b")
    monkeypatch.setenv("REDIS_URL", "redis://localhost")
    for name in SECRETS:
        monkeypatch.setenv(variable(name), LONG)
    settings.cache_clear()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logs()
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    monkeypatch.undo()
    settings.cache_clear()


def test_production_writes_one_json_object_a_line(logged: io.StringIO) -> None:
    logging.getLogger("aftercare.jobs").warning("job %s was given up", "01a20fdb-8cc4-78a0-8132-70c20b16350f")
    (line,) = logged.getvalue().splitlines()
    told = json.loads(line)
    assert told["event"] == "job 01a20fdb-8cc4-78a0-8132-70c20b16350f was given up"
    assert (told["level"], told["logger"]) == ("warning", "aftercare.jobs")


@pytest.mark.parametrize("personal", PERSONAL)
def test_personal_data_and_secrets_are_taken_out_wherever_they_stand(logged: io.StringIO, personal: str) -> None:
    log = logging.getLogger("aftercare.api")
    log.warning("refused %s", personal)
    log.warning("refused", exc_info=ValueError(personal))
    assert len(logged.getvalue().splitlines()) == 2
    assert personal not in logged.getvalue()


def test_an_exception_is_told_by_its_type_and_places_and_not_by_its_text(logged: io.StringIO) -> None:
    def refuse() -> None:
        raise LookupError("Key (full_name)=(Zhang Wei) exists")

    try:
        refuse()
    except LookupError:
        logging.getLogger("aftercare.api").exception("it broke")
    told = json.loads(logged.getvalue())
    assert told["error"] == "builtins.LookupError"
    assert "test_logs.py" in told["at"][0]
    assert "Zhang Wei" not in logged.getvalue()


def test_the_statements_of_the_database_are_not_logged(logged: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger("tortoise.db_client").debug("INSERT INTO customer VALUES ('Zhang Wei')")
    assert logged.getvalue() == ""


def test_passwords_in_addresses_are_taken_out() -> None:
    assert without_personal_data("postgresql://a:secret@db/x") == "postgresql://a:<password>@db/x"
