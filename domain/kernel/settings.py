"""Every setting of the system in one typed class; a wrong or missing one stops the start with one sentence."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.kernel.mailbox_address import mailbox_address
from domain.kernel.scanner_address import scanner_address
from domain.kernel.store_address import FolderAddress, StoreAddress, store_address

SECRETS = ("secret_key", "sealing_key", "blind_key", "link_secret", "bank_secret", "identity_secret")
ROTATED = ("secret_key", "sealing_key")
"""Secrets after whose present value former ones follow, separated by commas."""
RINGS = frozenset({"secret_key", "sealing_key"})  # hold former secrets after commas
SECRET_BYTES = 32
REASONS = {
    "missing": "is not set",
    "string_pattern_mismatch": "has not this form",
    "int_parsing": "is not a whole number",
}
DEVELOPMENT_SECRET = "development-only-secret-of-32-bytes"  # noqa: S105 - refused in production


ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


class Environment(StrEnum):
    """Where the system runs."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Documents(StrEnum):
    """Which GraphQL documents are answered: any, or only those registered before."""

    OPEN = "open"
    TRUSTED = "trusted"


class WrongSettings(SystemExit):
    """The settings do not allow a start; the text names the first wrong variable and what it should be.

    `sentences` tell of each that is wrong, the first among them.
    """

    def __init__(self, first: str, *others: str) -> None:
        super().__init__(first)
        self.sentences = (first, *others)


class Settings(BaseSettings):
    """What the environment decides. Names are upper-case with the prefix AFTERCARE_, save the two URLs."""

    model_config = SettingsConfigDict(env_prefix="AFTERCARE_", extra="ignore", populate_by_name=True)

    env: Environment = Field(Environment.DEVELOPMENT, description="development, test or production")
    database_url: str = Field(
        alias="DATABASE_URL", pattern="^postgres(ql)?://", description="PostgreSQL 15 to 18, postgresql://…"
    )
    database_read_url: str | None = Field(
        None, alias="DATABASE_READ_URL", pattern="^postgres(ql)?://", description="a replica for reads"
    )
    redis_url: str = Field(
        alias="REDIS_URL", pattern="^(rediss?|unix)://", description="Redis 7 or Valkey, redis://…, rediss://… or unix://…"
    )
    home: Path = Field(Path(".aftercare"), description="where the embedded servers and the demo keep their files")
    host: str = Field("127.0.0.1", description="address the API listens on")
    port: int = Field(8000, ge=1, le=65535, description="port the API listens on")
    proxies: int = Field(0, ge=0, le=10, description="proxies in front, whose X-Forwarded-For is believed")
    public_url: str = Field("http://127.0.0.1:8000", description="address under which clients reach the API")
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="origins of browser applications, separated by commas: https://app.example"
    )
    documents: Documents | None = Field(None, description="open or trusted; trusted is production's default")
    documents_manifest: Path | None = Field(None, description="JSON manifest of trusted documents")
    secret_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="signs tokens, peppers passwords; former keys follow after commas"
    )
    sealing_key: SecretStr = Field(
        SecretStr(DEVELOPMENT_SECRET), description="encrypts sealed fields; former ones after commas"
    )
    blind_key: SecretStr = Field(SecretStr(DEVELOPMENT_SECRET), description="keys the blind indexes")
    link_secret: SecretStr = Field(SecretStr(DEVELOPMENT_SECRET), description="signs links to files")
    store_url: str | None = Field(
        None,
        description="where documents are kept: file:///folder that all processes share, or "
        "s3://bucket/prefix?endpoint=https://host&region=name; without it the folder files of AFTERCARE_HOME",
    )
    store_key: SecretStr | None = Field(None, description="key of the S3 store; without it as its client finds one")
    store_secret: SecretStr | None = Field(None, validate_default=True, description="its secret")
    scanner_url: str | None = Field(
        None,
        description="scanner of files that are handed in, which speaks clamd's protocol: tcp://host:3310 or "
        "unix:///run/clamd.sock; without it they are checked by themselves alone",
    )
    bank_url: str = Field("http://127.0.0.1:8100", description="the bank's HTTP interface")
    bank_secret: SecretStr = Field(SecretStr(DEVELOPMENT_SECRET), description="signs requests and callbacks")
    payer_name: str | None = Field(
        None, max_length=70, description="name of our account at the bank, in payment files; without it none are made"
    )
    payer_account: str | None = Field(
        None, pattern="^[0-9A-Za-z]{4,34}$", description="its number, in payment files and bank statements"
    )
    payer_bank: str | None = Field(
        None, pattern="^[0-9A-Za-z]{4,35}$", description="clearing number of the bank that keeps it, in payment files"
    )
    identity_url: str = Field("http://127.0.0.1:8101", description="HTTP interface of the register of identities")
    identity_secret: SecretStr = Field(SecretStr(DEVELOPMENT_SECRET), description="signs the questions to it")
    smtp_host: str = Field("127.0.0.1", description="mail server")
    smtp_port: int = Field(8025, ge=1, le=65535, description="its port")
    mail_from: str = Field("service@aftercare.example", description="sender of notices")
    imap_url: str | None = Field(
        None, description="mailbox that letters arrive in, imaps://user@host:993/INBOX; without it none are fetched"
    )
    imap_password: SecretStr | None = Field(None, validate_default=True, description="its password")
    mail_secret: SecretStr | None = Field(
        None, description="signs letters handed in at /mail/arrived, 32 bytes or more; without it none are taken there"
    )
    premium_secret: SecretStr | None = Field(
        None,
        description="signs the gateway's calls at /premium/callback, 32 bytes or more; without it none are taken",
    )
    letter_limit: int = Field(10_485_760, ge=10_240, le=104_857_600, description="bytes a letter may have")
    mailbox_url: str | None = Field(None, description="the demo's mailbox, shown at /mailbox; none in production")
    read_pool: int = Field(8, ge=1, le=100, description="connections for reads, each process")
    write_pool: int = Field(8, ge=1, le=100, description="connections for writes, each process")
    request_deadline: float = Field(5.0, gt=0, le=60, description="seconds a request may take")
    body_limit: int = Field(262_144, ge=1024, description="bytes a request body may have")
    rate_scale: float = Field(1.0, gt=0, description="how many times the table of rates clients may spend")
    dispatch_lease: float = Field(60.0, gt=0, description="seconds a job may wait in the broker")
    execute_lease: float = Field(30.0, gt=0, description="seconds without a heartbeat before a job is given up")
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Prometheus metrics of the workers: this port on 127.0.0.1 and those after it"
    )
    api_metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Prometheus metrics of the API: on 127.0.0.1, each process the first free port from it on",
    )
    traces_endpoint: str | None = Field(
        None,
        alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        pattern="^https?://",
        description="collector of traces, by OTLP over HTTP",
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG to ERROR")

    @field_validator("origins", mode="before")
    @classmethod
    def _are_origins(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
        if wrong := [each for each in found if not ORIGIN.fullmatch(each)]:
            raise ValueError(f"{variable('origins')} has {wrong[0]}, which is no origin like https://app.example")
        return found

    @field_validator("imap_url")
    @classmethod
    def _is_a_mailbox(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                mailbox_address(value)
            except ValueError as wrong:
                raise ValueError(f"{variable('imap_url')} {wrong}") from None
        return value

    @field_validator("store_url")
    @classmethod
    def _is_a_store(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                store_address(value)
            except ValueError as wrong:
                raise ValueError(f"{variable('store_url')} {wrong}") from None
        return value

    @field_validator("scanner_url")
    @classmethod
    def _is_a_scanner(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                scanner_address(value)
            except ValueError as wrong:
                raise ValueError(f"{variable('scanner_url')} {wrong}") from None
        return value

    @field_validator("store_secret")
    @classmethod
    def _is_there_with_its_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if (value is None) != (info.data.get("store_key") is None):
            raise ValueError(f"{variable('store_key')} and {variable('store_secret')} must be set together")
        return value

    @field_validator("imap_password")
    @classmethod
    def _is_there_with_its_mailbox(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("imap_url") is not None and (value is None or not value.get_secret_value()):
            raise ValueError(f"{variable('imap_password')} must be set where {variable('imap_url')} is")
        return value

    @field_validator("mail_secret", "premium_secret")
    @classmethod
    def _is_a_long_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        secret = value.get_secret_value() if value is not None else None
        is_known = secret == DEVELOPMENT_SECRET and info.data.get("env") is Environment.PRODUCTION
        if secret is not None and (is_known or len(secret.encode()) < SECRET_BYTES):
            name = variable(str(info.field_name))
            raise ValueError(f"{name} must have 32 bytes or more, and not be the published one")
        return value

    @field_validator(*SECRETS)
    @classmethod
    def _is_a_secret_in_production(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if info.data.get("env") is Environment.PRODUCTION:
            secret, name = value.get_secret_value(), str(info.field_name)
            parts = secret.split(",") if name in ROTATED else [secret]
            if any(part == DEVELOPMENT_SECRET or len(part.encode()) < SECRET_BYTES for part in parts):
                raise ValueError(f"{variable(name)} must be set to 32 bytes or more in production")
        return value

    @property
    def store(self) -> StoreAddress:
        """Where documents are kept, by setting or in the home."""
        return FolderAddress(self.home / "files") if self.store_url is None else store_address(self.store_url)

    @property
    def answers(self) -> Documents:
        """Which documents are answered, by setting or by environment."""
        if self.documents is not None:
            return self.documents
        return Documents.TRUSTED if self.env is Environment.PRODUCTION else Documents.OPEN

    @property
    def dispatch_lease_time(self) -> timedelta:
        """How long a job may wait in the broker before it is dispatched anew."""
        return timedelta(seconds=self.dispatch_lease)

    @property
    def execute_lease_time(self) -> timedelta:
        """How long a worker may be silent before its job is given to another."""
        return timedelta(seconds=self.execute_lease)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return Settings.model_fields[name].alias or f"AFTERCARE_{name.upper()}"


def _sentence(wrong: ErrorDetails) -> str:
    place = ".".join(str(part) for part in wrong["loc"])
    fields = {known: field for name, field in Settings.model_fields.items() for known in (name, variable(name))}
    field = fields.get(place)
    reason = REASONS.get(wrong["type"]) or wrong["msg"].removeprefix("Value error, ")
    if field is None or wrong["type"] == "value_error":  # a validator of ours, which names the variable itself
        return f"Settings: {reason}."
    name = place if place.isupper() else variable(place)
    return f"Settings: {name}: {reason} ({field.description})."


def read_settings(**known: str) -> Settings:
    """The settings of the environment, with `known` in place of variables that are not set yet.

    Raises: WrongSettings.
    """
    try:
        return Settings(**known)  # type: ignore[arg-type]  # read from text, as the environment is
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise WrongSettings(*map(_sentence, found)) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once.

    Raises: WrongSettings with one sentence that names the variable.
    """
    return read_settings()
