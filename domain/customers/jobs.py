"""The jobs of customers: asking the register who somebody is, and the news that it answered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    IDENTITY_ANSWER_LOST=(
        "The register of identities did not answer; it is asked again.", "身份核验机构未应答，将重新查询。",
    ),
)  # fmt: skip


@job("customers.verify_identity", queue=Queue.NOTIFY)
@dataclass(frozen=True)
class VerifyIdentity:
    """Asks the register whether a customer's name and number belong together."""

    customer_id: UUID


@job("customers.identity_checked", queue=Queue.NOTIFY)
@dataclass(frozen=True)
class IdentityChecked:
    """News: a check of a customer's identity has ended; the customer's row says how."""

    customer_id: UUID
