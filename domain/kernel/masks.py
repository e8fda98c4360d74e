"""How sensitive values are shown: enough to recognise one's own, too little to use another's."""

from __future__ import annotations

MOBILE_HEAD, MOBILE_TAIL = 3, 4
DISTRICT, HOUSE = 9, 6


def _between(text: str, head: int, tail: int) -> str:
    """Both ends of a text; of one that is no longer than they are, nothing."""
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[len(text) - tail :] if hidden > 0 else "*" * len(text)


def mask_identity_number(text: str) -> str:
    """First three and last four characters: `110***********002X`."""
    return _between(text, 3, 4)


def mask_mobile(text: str) -> str:
    """First three and last four digits: `138****5678`."""
    return _between(text, MOBILE_HEAD, MOBILE_TAIL)


def mask_bank_account(text: str) -> str:
    """Last four digits only: `************1111`."""
    return _between(text, 0, 4)


def mask_mail(text: str) -> str:
    """First letter and domain: `z***@example.com`."""
    name, _, domain = text.partition("@")
    return f"{name[:1]}***@{domain}"


def mask_name(text: str) -> str:
    """First character and two stars: `张**`."""
    return f"{text[:1]}**"


def mask_address(text: str) -> str:
    """The first nine characters, which reach to the district in a Chinese address, but never the last six."""
    return f"{text[: max(0, min(DISTRICT, len(text) - HOUSE))]}****"


def mask_serial(text: str) -> str:
    """Last four characters only."""
    return _between(text, 0, 4)
