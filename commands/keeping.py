"""Which store a process keeps its files in."""

from __future__ import annotations

from pydantic import SecretStr

from domain.documents.keeping import Store
from domain.kernel.settings import Settings
from domain.kernel.store_address import FolderAddress
from gateways.store import FolderStore


def store_of(configured: Settings) -> Store:
    """The store that the settings name: a folder, or a bucket."""
    address = configured.store
    if isinstance(address, FolderAddress):
        return FolderStore(address.folder)
    from gateways.s3 import S3Store  # noqa: PLC0415 - its client takes a third of a second to load, and few need it

    return S3Store(address, _plain(configured.store_key), _plain(configured.store_secret))


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
