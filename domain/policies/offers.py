"""One row of many to sell, what becomes of it, and what is wrong with its form. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.customers.details import CustomerDetails, detail_faults
from domain.kernel.refusals import Invalid, Refusal
from domain.policies.selling import Device, device_faults, serial_of
from domain.policies.terms import MAX_REF, RowOutcome

REFERENCE = re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_REF}}}")


@dataclass(frozen=True, slots=True)
class Offer:
    """One sale of many. `faults` were found while it was read; device and customer are there where there are none.

    `external_ref` is the seller's own name for it, by which it is sold once however often it comes.
    """

    external_ref: str
    version_id: UUID | None
    device: Device | None
    customer: CustomerDetails | None
    faults: tuple[Refusal, ...] = ()

    @property
    def shown_ref(self) -> str | None:
        """The reference, where it has the form of one."""
        return self.external_ref if REFERENCE.fullmatch(self.external_ref) else None

    @property
    def serial_number(self) -> str:
        """The serial number of its device, as it is kept."""
        return serial_of(self.device) if self.device else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row."""

    outcome: RowOutcome
    policy_id: UUID | None = None
    faults: tuple[Refusal, ...] = ()


def refusing(*faults: Refusal) -> Verdict:
    """The verdict of a row that is not sold."""
    return Verdict(RowOutcome.REFUSED, faults=faults)


def form_faults(offer: Offer) -> list[Refusal]:
    """Every field of a row that breaks its form."""
    found = list(offer.faults)
    if offer.shown_ref is None:
        found.append(Invalid("reference_form", path=("input", "externalRef")))
    if offer.version_id is None:
        found.append(Invalid("required", path=("input", "productVersionId")))
    if not offer.faults and offer.device is not None and offer.customer is not None:
        found += [*device_faults(offer.device), *detail_faults(offer.customer)]
    return found


def told(faults: tuple[Refusal, ...]) -> list[Mapping[str, Any]]:
    """The faults of a row as they are kept: see `RegistrationRow`. Their paths begin inside the row."""
    return [
        {"code": each.code, "path": list(each.path[1:]), "zh": each.message("zh"), "en": each.message("en")}
        for each in faults
    ]
