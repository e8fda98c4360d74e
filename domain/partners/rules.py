"""When a partner may earn commission; which addresses may be called for it, and how a call is signed."""

from __future__ import annotations

import base64
import hmac
import re
from datetime import date, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from domain.partners.terms import WebhookEvent

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
GIVE_UP_AFTER = timedelta(days=1)
"""How long a call is tried again."""
TUNNELS = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
"""Addresses that stand for IPv4 addresses behind a translator: NAT64, 6to4, Teredo, and the old compatible ones."""
UNICAST = IPv6Network("2000::/3")
"""The only IPv6 addresses that are given out to the public."""
SET_ASIDE = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")))
"""Kept for protocols, relays and documentation, whatever the library knows. Source: IANA, RFC 6890, 7526, 9637."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?", re.IGNORECASE)
_UNFIT = re.compile(r"[^\x21-\x7e]|[\\\"<>^`{|}]")


def is_licensed(license_number: str | None, licensed_until: date | None, on: date) -> bool:
    """Whether a licence as an agent or broker is valid on a day, its last one included.

    Source: Insurance Law Art. 130.
    """
    return license_number is not None and licensed_until is not None and on <= licensed_until


def event_type(event: WebhookEvent) -> str:
    """The name of an event in a call, such as `policy.issued`. Source: Standard Webhooks."""
    return event.value.lower().replace("_", ".", 1)


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """What a call is signed with: `v1,` and the HMAC-SHA256 over id, timestamp and body, by the secret's bytes.

    Units: `timestamp` in seconds since 1970. Source: Standard Webhooks.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def is_public(text: str, *, loopback: bool = False) -> bool:
    """Whether a numeric address is one of the public internet; `loopback` lets this machine's own pass, too.

    Private, loopback, link-local, shared, reserved and multicast ones are not, nor what merely stands for one of them.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    plain = _plain(address)
    if plain is None:
        return False
    if plain.is_loopback:
        return loopback
    if isinstance(plain, IPv6Address) and plain not in UNICAST:
        return False
    aside = any(plain in each for each in SET_ASIDE)
    return plain.is_global and not (aside or plain.is_multicast or plain.is_reserved or plain.is_unspecified)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address | None:
    """The IPv4 address inside a mapped one, the address itself otherwise; None for one that leads through a tunnel."""
    if not isinstance(address, IPv6Address) or address.is_loopback:
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return None if address.is_site_local or any(address in each for each in TUNNELS) else address


def may_be_called(url: str, *, loopback: bool = False) -> bool:
    """Whether a URL may be an endpoint: https, a full name or a public address, no account and no fragment in it.

    `loopback` lets this machine's own addresses pass, by http as well. What a name leads to is judged at each call.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if _UNFIT.search(url) or "@" in parts.netloc or "#" in url:
        return False
    if loopback and host in LOOPBACK_NAMES:
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and (_NAME.fullmatch(host) is not None or is_public(host))


def is_given_up(created_at: datetime, next_attempt_at: datetime) -> bool:
    """Whether a call is too old to be tried again at an instant."""
    return next_attempt_at > created_at + GIVE_UP_AFTER
