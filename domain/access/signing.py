"""Keys for signing, each for one purpose, made of the one secret of the settings and of former ones after commas."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.kernel.settings import settings


def secrets_text() -> str:
    """The secrets as they are set."""
    return settings().secret_key.get_secret_value()


@lru_cache(maxsize=32)
def keys_of(secrets: str, purpose: bytes) -> tuple[bytes, ...]:
    """The keys of one purpose, the present one first; what is signed for one purpose is worth nothing for another."""
    return tuple(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
        for secret in secrets.split(",")
    )


def signing_keys(purpose: bytes) -> tuple[bytes, ...]:
    """The keys of a purpose: the first signs, all of them verify."""
    return keys_of(secrets_text(), purpose)
