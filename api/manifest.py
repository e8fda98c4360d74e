"""The manifest of trusted documents: a JSON object of their texts by SHA-256, as graphql-codegen emits it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from domain.kernel.settings import WrongSettings, variable

PREFIX = "sha256:"


def bare(digest: str) -> str:
    """A hash in hex, without the name of its algorithm."""
    return digest.removeprefix(PREFIX)


def registered(manifest: Path | None) -> dict[str, str]:
    """The texts of a manifest by their hashes in hex.

    Raises: WrongSettings when it cannot be read, or a hash is not the SHA-256 of its text.
    """
    found: dict[str, str] = {}
    for digest, text in (_read(manifest) if manifest else {}).items():
        if not isinstance(text, str) or hashlib.sha256(text.encode()).hexdigest() != bare(digest):
            raise unfit(f"{digest} is not the SHA-256 of its document")
        found[bare(digest)] = text
    return found


def unfit(reason: str) -> WrongSettings:
    """What stops the start when the manifest is not what it should be."""
    return WrongSettings(f"Settings: {variable('documents_manifest')}: {reason}.")


def _read(manifest: Path) -> dict[str, object]:
    try:
        found = json.loads(manifest.read_text())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise unfit(f"{manifest} cannot be read ({reason or 'it is not JSON in UTF-8'})") from None
    if not isinstance(found, dict):
        raise unfit(f"{manifest} is not an object of documents by their hashes")
    return found
