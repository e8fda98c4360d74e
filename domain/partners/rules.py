"""When a partner may earn commission."""

from __future__ import annotations

from datetime import date


def is_licensed(license_number: str | None, licensed_until: date | None, on: date) -> bool:
    """Whether a licence as an agent or broker is valid on a day, its last one included.

    Source: Insurance Law Art. 130.
    """
    return license_number is not None and licensed_until is not None and on <= licensed_until
