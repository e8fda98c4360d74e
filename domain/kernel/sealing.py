"""Sealed fields: encrypted for their place and row, searchable only by a keyed blind index of the exact value."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.kernel.settings import settings

NONCE_BYTES = 12
KEY_ID_BYTES = 4
BLIND_BYTES = 16


class CannotUnseal(ValueError):
    """The ciphertext is not of this place and row, or its key is gone. Says nothing about the content."""


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


@lru_cache(maxsize=8)
def _key(secret: str) -> tuple[bytes, AESGCM]:
    """A sealing key with its id, which stands before every ciphertext so that keys can be rotated."""
    derived = _derive(secret, b"aftercare sealed fields")
    return hashlib.sha256(derived).digest()[:KEY_ID_BYTES], AESGCM(derived)


def _ring() -> dict[bytes, AESGCM]:
    """Every key that may still open something: the present one first, then the former ones."""
    keys = settings().sealing_key.get_secret_value().split(",")
    return dict(_key(each) for each in keys)


def seal(place: str, row_id: UUID, plain: str) -> bytes:
    """Encrypts a value for one column of one row (AES-256-GCM, bound to `place:row`)."""
    return seal_bytes(place, row_id, plain.encode())


def seal_bytes(place: str, row_id: UUID, plain: bytes) -> bytes:
    """Encrypts what is no text in the same way, as a file that belongs to one row."""
    key_id, key = _key(settings().sealing_key.get_secret_value().split(",")[0])
    nonce = os.urandom(NONCE_BYTES)
    return key_id + nonce + key.encrypt(nonce, plain, f"{place}:{row_id}".encode())


def unseal(place: str, row_id: UUID, sealed: bytes) -> str:
    """The plain value of a sealed column.

    Raises: CannotUnseal when it was sealed for another place or row, or was changed.
    """
    try:
        return unseal_bytes(place, row_id, sealed).decode()
    except UnicodeDecodeError:
        raise CannotUnseal("not of this place") from None


def unseal_bytes(place: str, row_id: UUID, sealed: bytes) -> bytes:
    """What was sealed and is no text.

    Raises: CannotUnseal when it was sealed for another place or row, or was changed.
    """
    key = _ring().get(bytes(sealed[:KEY_ID_BYTES]))
    if key is None:
        raise CannotUnseal("no key")
    nonce, text = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES], sealed[KEY_ID_BYTES + NONCE_BYTES :]
    try:
        return key.decrypt(bytes(nonce), bytes(text), f"{place}:{row_id}".encode())
    except (InvalidTag, ValueError):
        raise CannotUnseal("not of this place") from None


@lru_cache(maxsize=8)
def _blind_key(secret: str) -> bytes:
    return _derive(secret, b"aftercare blind index")


def blind_index(kind: str, normalised: str) -> bytes:
    """What exact search compares instead of the value: a truncated HMAC under its own key, different for each kind."""
    key = _blind_key(settings().blind_key.get_secret_value())
    return hmac.digest(key, f"{kind}:{normalised}".encode(), "sha256")[:BLIND_BYTES]
