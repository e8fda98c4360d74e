"""Where a scanner of files is, as one address says it: `tcp://host:3310`, or `unix:///run/clamd.sock`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

UNLIKE = "is no address like tcp://host:3310 or unix:///run/clamd.sock"


@dataclass(frozen=True, slots=True)
class ScannerAddress:
    """A host and port, or the path of a socket on this machine."""

    host: str | None
    port: int | None
    path: str | None


def scanner_address(url: str) -> ScannerAddress:
    """The scanner that an address names.

    Raises: ValueError with what is wrong, without repeating the address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(UNLIKE) from None
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(UNLIKE)
    if parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1:
        return ScannerAddress(None, None, parts.path)
    if parts.scheme == "tcp" and host and port and parts.path in {"", "/"}:
        return ScannerAddress(host, port, None)
    raise ValueError(UNLIKE)
