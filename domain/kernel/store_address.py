"""Where files are kept, as one address says it: `file:///folder`, or `s3://bucket/prefix?endpoint=https://…`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

UNLIKE = "is no address like file:///folder or s3://bucket/prefix?endpoint=https://host"
OPEN = "would send documents in the open; only a store on this machine may be http://"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
REGION = "us-east-1"
ASKED = frozenset({"endpoint", "region"})


@dataclass(frozen=True, slots=True)
class FolderAddress:
    """A folder that every process of the system reaches."""

    folder: Path


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket of an S3 store, Amazon's where no `endpoint` is named; `prefix` stands before every key."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str


StoreAddress: TypeAlias = FolderAddress | BucketAddress


def store_address(url: str) -> StoreAddress:
    """The store that an address names.

    Raises: ValueError with what is wrong, without repeating the address.
    """
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise ValueError(UNLIKE) from None
    if parts.scheme == "file":
        return _folder(unquote(parts.path), is_plain=not (parts.netloc or parts.query or parts.fragment))
    prefix = parts.path.strip("/")
    is_whole = parts.scheme == "s3" and not parts.fragment and not asked.keys() - ASKED
    if not is_whole or not BUCKET.fullmatch(parts.netloc) or (prefix and not PREFIX.fullmatch(prefix)):
        raise ValueError(UNLIKE)
    return BucketAddress(parts.netloc, prefix, _endpoint(asked.get("endpoint")), asked.get("region") or REGION)


def _folder(path: str, *, is_plain: bool) -> FolderAddress:
    if not is_plain or not path.startswith("/") or not path.isprintable():
        raise ValueError(UNLIKE)
    return FolderAddress(Path(path))


def _endpoint(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host, is_whole = parts.hostname or "", parts.path in {"", "/"} and not (parts.query or parts.username)
    except ValueError:
        raise ValueError(UNLIKE) from None
    if parts.scheme not in {"http", "https"} or not host or not is_whole:
        raise ValueError(UNLIKE)
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError(OPEN)
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
