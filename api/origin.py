"""Where a request comes from: the address by which tries of signing in are counted, as nobody can name another's."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import Scope

FORWARDED = b"x-forwarded-for"
NETWORK_BITS = 64  # of an IPv6 address: whoever has one has all that begin alike

origin: ContextVar[str | None] = ContextVar("origin", default=None)


def origin_of(scope: Scope, proxies: int) -> str | None:
    """The address that a request was sent from, or None where it is not known (a socket in the file system).

    Each proxy adds to `X-Forwarded-For` whom it was called by; what stands before that was written by the caller and
    counts for nothing. Units: `proxies` that stand in front of the process, all of them ours.
    """
    client = scope.get("client")
    peer = None if client is None else str(client[0])
    if proxies == 0:
        return _counted(peer)
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == FORWARDED]
    hops = [hop.strip() for hop in ",".join(lines).split(",")]
    return _counted(hops[-min(proxies, len(hops))]) or _counted(peer)


@lru_cache(maxsize=4096)
def _counted(address: str | None) -> str | None:
    """An address as it is counted, or None for what is none."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), NETWORK_BITS), strict=False).network_address)
