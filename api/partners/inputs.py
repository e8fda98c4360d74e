"""What callers say of partners."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry

from api import inputs
from domain.partners.terms import MAX_URL, PartnerKind, WebhookEvent


@strawberry.input(description="A partner to take on.")
class PartnerIntroduceInput:
    """A partner to take on."""

    code: str = inputs.text("The short code by which people know it; unique.", 32)
    name: str = inputs.text("The name.", 200)
    kind: PartnerKind = inputs.plain("What it is.")
    commission_rate: Decimal = inputs.number("Its usual share of the net premium; earned with a licence.", "0", "1")
    license_number: strawberry.Maybe[str | None] = inputs.text(
        "The number of its licence as an agent or broker; none. It needs `licensedUntil`.", 40
    )
    licensed_until: strawberry.Maybe[date | None] = inputs.plain(
        "The last day of its licence, today or later; none. It needs `licenseNumber`."
    )


@strawberry.input(description="A partner's licence, the first or a renewed one.")
class PartnerSetLicenseInput:
    """A partner's licence."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    license_number: str = inputs.text("The number of its licence as an agent or broker.", 40)
    licensed_until: date = inputs.plain("The last day of its licence; today or later.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A partner that may not sell any more.")
class PartnerSuspendInput:
    """A partner that may not sell any more."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A partner that is paid to another account.")
class PartnerBankAccountChangeInput:
    """A partner that is paid to another account."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    bank_account: str = inputs.text("The number of its account: 8 to 32 digits.", 40)
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Where a partner's system is to be called.")
class WebhookAddInput:
    """Where a partner's system is to be called."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    url: str = inputs.text("The address, by https and open to the internet.", MAX_URL)
    events: list[WebhookEvent] = inputs.many("What it is to be called for, one event at least.")


@strawberry.input(description="A webhook endpoint that gets a new secret.")
class WebhookRotateSecretInput:
    """A webhook endpoint that gets a new secret."""

    endpoint_id: strawberry.ID = inputs.plain("The endpoint.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="A webhook endpoint that is called no more.")
class WebhookRemoveInput:
    """A webhook endpoint that is called no more."""

    endpoint_id: strawberry.ID = inputs.plain("The endpoint.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()
