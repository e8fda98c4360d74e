"""What policies show."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.claims.advice import AdvisedLossInput, CoverAdvice
from api.enums import described
from api.lists import (
    CLAIM_ORDER,
    CLAIM_WHERE,
    FIRST_NOTICE_ORDER,
    FIRST_NOTICE_WHERE,
    REGISTRATION_ROW_ORDER,
    REGISTRATION_ROW_WHERE,
)
from api.node import Node
from api.paging import Connection
from api.reading import fields
from api.scalars import MoneyType
from domain.kernel.actor import Role
from domain.kernel.money import Currency
from domain.policies.reading import POLICY, POLICY_COVER, POLICY_LAPSE, REGISTRATION, REGISTRATION_ROW
from domain.policies.terms import (
    OnError,
    PolicyAction,
    PolicyState,
    PolicyStatus,
    RegistrationAction,
    RegistrationSource,
    RegistrationState,
    RowOutcome,
)
from domain.products.terms import DeviceCategory, DeviceCondition, Peril

if TYPE_CHECKING:
    from api.billing.types import Invoice
    from api.claims.types import Claim, FirstNotice
    from api.complaints.types import Complaint
    from api.customers.types import Customer
    from api.jobs.types import Job
    from api.notifications.types import Notification
    from api.papers.types import Document
    from api.partners.types import Partner
    from api.products.types import ProductVersion
    from api.renewals.types import RenewalReminder

for _kind in (
    DeviceCategory, DeviceCondition, OnError, Peril, PolicyAction, PolicyState, PolicyStatus, RegistrationAction,
    RegistrationSource, RegistrationState, RowOutcome,
):  # fmt: skip
    described(_kind)
ADVISED = (
    Role.CUSTOMER,
    Role.PARTNER,
    Role.CUSTOMER_SERVICE,
    Role.CLAIMS_HANDLER,
    Role.CLAIMS_MANAGER,
)
"""Who asks what can be said of a loss: those who see the claims that limits are used up by."""
COMMISSION_READERS = (
    Role.PARTNER,
    Role.SALES,
    Role.FINANCE,
    Role.FINANCE_APPROVER,
    Role.UNDERWRITER,
    Role.COMPLIANCE,
)


@strawberry.type(description="The insured thing 保险标的.")
class Device:
    """The insured thing."""

    category: DeviceCategory = fields.bound("Its kind.")
    brand: str = fields.bound("Its brand.")
    model: str = fields.bound("Its model.")
    serial_number: str = fields.bound("Its serial number, or IMEI, in upper case, without spaces and dashes.")
    condition: DeviceCondition = fields.bound("What it was when it was bought.")
    purchased_on: date = fields.bound("The day it was bought.")
    invoice_number: str | None = fields.bound("The number on its invoice.")
    price: MoneyType = fields.bound("What it cost.")
    warranty_until: date | None = fields.bound("The day after the maker's warranty ends.")


@fields.entity_type(POLICY)
class Policy(Node):
    """One policy 保单: a version of a product sold on one device."""

    policy_number: str = fields.bound("The number for people, as on the policy.")
    external_ref: str | None = fields.bound("The seller's own name for the sale, where it gave one.")
    state: PolicyState = fields.bound("Where it stands.")
    statuses: list[PolicyStatus] = fields.bound("What holds of it today beside its state.")
    available_actions: list[PolicyAction] = fields.bound(
        "What you may do with it in its state; taking it back has its days, too: see `coolingOffUntil`."
    )
    device: Device = fields.group("The insured thing.")
    starts_on: date = fields.bound("The first day of the contract's cover.")
    waiting_until: date | None = fields.bound("Losses before this day are not covered 等待期.")
    ends_on: date = fields.bound("The day after its last day.")
    cooling_off_until: date = fields.bound("The last day on which it is taken back in full 犹豫期.")
    loss_reported: bool = fields.bound("Whether a loss was reported under it, after which it is not taken back.")
    currency: Currency = fields.bound("The currency of its amounts.")
    sum_insured: MoneyType = fields.bound("The most that is paid for the whole term 累计限额.")
    deductible: MoneyType = fields.bound("What the insured bears first of each loss 免赔额.")
    premium: MoneyType = fields.bound("What it cost, with tax 保费.")
    premium_net: MoneyType = fields.bound("The premium without tax.")
    premium_tax: MoneyType = fields.bound("The tax inside the premium.")
    commission: MoneyType = fields.bound("The seller's share of the net premium.", roles=COMMISSION_READERS)
    refund: MoneyType | None = fields.bound("What is given back of the premium of a policy taken back.")
    issued_at: datetime = fields.bound("When it was issued.")
    cancelled_at: datetime | None = fields.bound("When it was taken back.")
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    customer: Annotated[Customer, strawberry.lazy("api.customers.types")] | None = fields.bound("The policyholder.")
    partner: Annotated[Partner, strawberry.lazy("api.partners.types")] | None = fields.bound(
        "The partner that sold it; out of sight for customers."
    )
    product_version: Annotated[ProductVersion, strawberry.lazy("api.products.types")] | None = fields.bound(
        "The version of the product that was sold."
    )
    covers: list[Annotated[PolicyCover, strawberry.lazy("api.policies.types")]] = fields.bound(
        "What it insures, one for each peril."
    )
    lapses: list[Annotated[PolicyLapse, strawberry.lazy("api.policies.types")]] = fields.bound(
        "When it covered nothing since its premium was not paid."
    )
    invoices: list[Annotated[Invoice, strawberry.lazy("api.billing.types")]] = fields.bound(
        "What is owed or was paid for it."
    )
    claims: Connection[Annotated[Claim, strawberry.lazy("api.claims.types")]] = fields.connection(
        "The losses that were reported under it.", order=CLAIM_ORDER, where=CLAIM_WHERE
    )
    cover_advice: CoverAdvice = fields.derived(
        "What can be said of a loss before it is reported, without a promise; nothing is written down.",
        roles=ADVISED,
        loss=(AdvisedLossInput, "The loss."),
    )
    first_notices: Connection[Annotated[FirstNotice, strawberry.lazy("api.claims.types")]] = fields.connection(
        "First notices that were begun under it, if they are in sight.",
        order=FIRST_NOTICE_ORDER, where=FIRST_NOTICE_WHERE,
    )
    reminders: list[Annotated[RenewalReminder, strawberry.lazy("api.renewals.types")]] = fields.bound(
        "When the customer was reminded of its end."
    )
    complaints: list[Annotated[Complaint, strawberry.lazy("api.complaints.types")]] = fields.bound(
        "Complaints about it."
    )
    documents: list[Annotated[Document, strawberry.lazy("api.papers.types")]] = fields.bound(
        "Its papers, soon after it was issued: one in each language."
    )
    notifications: list[Annotated[Notification, strawberry.lazy("api.notifications.types")]] = fields.bound(
        "What was written about it."
    )


@fields.entity_type(POLICY_COVER)
class PolicyCover(Node):
    """One peril that a policy insures 保险责任, as it was sold."""

    peril: Peril = fields.bound("The peril.")
    live: bool = fields.bound("Whether the policy may still pay for it; a device has one such cover for each peril.")
    currency: Currency = fields.bound("The currency of its amounts.")
    limit: MoneyType | None = fields.bound("The most for one claim; null leaves it to the product version.")
    deductible: MoneyType | None = fields.bound("What the insured bears first; null leaves it to the policy.")
    max_claims_a_year: int | None = fields.bound("Claims in a year of cover; null leaves it to the product version.")
    policy: Policy | None = fields.bound("The policy.")


@fields.entity_type(POLICY_LAPSE)
class PolicyLapse(Node):
    """A time in which a policy covered nothing since its premium was not paid 失效期间."""

    lapsed_on: date = fields.bound("The first day whose losses are not covered.")
    covered_again_on: date | None = fields.bound("The first day whose losses are covered again; null while it lasts.")
    policy: Policy | None = fields.bound("The policy.")


@fields.entity_type(REGISTRATION)
class Registration(Node):
    """Many sales of one partner that were asked for together 批量承保: in one request, or as a file."""

    source: RegistrationSource = fields.bound("How they came.")
    state: RegistrationState = fields.bound("Where it stands.")
    available_actions: list[RegistrationAction] = fields.bound("What you may do with it in its state.")
    file_name: str | None = fields.bound("The name of its file; null for a request.")
    sha256: str | None = fields.bound("The SHA-256 of its file, in hex; null for a request.")
    size: int | None = fields.bound("The size of its file, in bytes; null for a request.")
    row_count: int = fields.bound("How many rows there are.")
    registered_count: int = fields.bound("How many rows were sold; of a file, once it is finished.")
    found_count: int = fields.bound("How many rows had been sold before under their reference.")
    refused_count: int = fields.bound("How many rows were not sold.")
    received_at: datetime = fields.bound("When it came.")
    finished_at: datetime | None = fields.bound("When the last of its rows was worked off.")
    result_link: str | None = fields.bound(
        "Where what became of each row is fetched from as CSV in your language, without signing in, for five minutes "
        "from now on; null for a request, and until a file is finished."
    )
    version: int = fields.bound("How often it was changed.")
    partner: Annotated[Partner, strawberry.lazy("api.partners.types")] | None = fields.bound("The seller.")
    product_version: Annotated[ProductVersion, strawberry.lazy("api.products.types")] | None = fields.bound(
        "The version of the rows of its file that name none."
    )
    job: Annotated[Job, strawberry.lazy("api.jobs.types")] | None = fields.bound("The job that tells how far it is.")
    rows: Connection[Annotated[RegistrationRow, strawberry.lazy("api.policies.types")]] = fields.connection(
        "What became of each row.", order=REGISTRATION_ROW_ORDER, where=REGISTRATION_ROW_WHERE
    )
    documents: list[Annotated[Document, strawberry.lazy("api.papers.types")]] = fields.bound(
        "The files of what became of each row, one in each language."
    )


@strawberry.type(description="Why a row of many was not sold.")
class RowFault:
    """Why a row of many was not sold."""

    code: str = strawberry.field(description="The stable code; one of `ErrorCode` as text.")
    message: str = strawberry.field(description="A sentence in the reader's language.")
    path: list[str] = strawberry.field(description="The value at fault, as it is named in a row of a request.")


@fields.entity_type(REGISTRATION_ROW)
class RegistrationRow(Node):
    """What became of one row of many."""

    line: int = fields.bound("Its place in the request, from 1 on; in a file its line, the header being line 1.")
    external_ref: str | None = fields.bound("The seller's own name for the sale; null where it is none.")
    outcome: RowOutcome = fields.bound("What became of it.")
    faults: list[RowFault] = fields.bound("Why it was not sold; empty when it was.")
    policy: Policy | None = fields.bound("Its policy.")
    registration: Registration | None = fields.bound("All the rows that came together.")
