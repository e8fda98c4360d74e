"""Where a mailbox is, as one address says it: `imaps://user@host:993/INBOX`."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

PORTS = {"imaps": 993, "imap": 143}
FOLDER = "INBOX"
UNLIKE = "is no address like imaps://user@host:993/INBOX"


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """A mailbox on a server; only one on this machine is reached without encryption."""

    host: str
    port: int
    user: str = field(repr=False)
    folder: str
    is_encrypted: bool


def mailbox_address(url: str) -> MailboxAddress:
    """The mailbox that an address names; `%40` stands for an @ in the user's name.

    Raises: ValueError with what is wrong, without repeating the address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ValueError(UNLIKE) from None
    if parts.password is not None:
        raise ValueError("holds a password, which belongs in AFTERCARE_IMAP_PASSWORD")
    user, folder = unquote(parts.username or ""), unquote(parts.path.strip("/")) or FOLDER
    is_whole = bool(user and parts.hostname and port and not parts.query and not parts.fragment)
    if parts.scheme not in PORTS or not parts.hostname or not is_whole or not (user + folder).isprintable():
        raise ValueError(UNLIKE)
    if parts.scheme == "imap" and not _is_loopback(parts.hostname):
        raise ValueError("would send the password in the open; only a mailbox on this machine may be imap://")
    return MailboxAddress(parts.hostname, port, user, folder, parts.scheme == "imaps")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
