"""What whoever holds a policy document may learn by its code: that it is ours, and where the policy stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.documents.models import Document
from domain.kernel.database import transaction
from domain.kernel.masks import mask_serial
from domain.kernel.subject import SubjectKind
from domain.policies.models import Policy
from domain.policies.terms import PolicyState
from domain.products.models import Product, ProductVersion

CODE = re.compile(r"[A-Z2-7]{16}")
LAST = 4  # characters of a serial number


@dataclass(frozen=True, slots=True)
class Verified:
    """A policy of whose document somebody gave the code: nobody's name, of the device its last four characters."""

    policy_number: str
    product_zh: str
    product_en: str
    serial_end: str
    first_day: date
    last_day: date
    state: PolicyState


async def verify(code: str) -> Verified | None:
    """The policy of a document's code, however it was typed, or None when we gave out no such document."""
    plain = code.upper().replace("-", "").replace(" ", "")
    if not CODE.fullmatch(plain):
        return None
    async with transaction():
        document = await Document.filter(verification_code=plain, subject_kind=SubjectKind.POLICY).first()
        policy = await Policy.filter(id=document.subject_id).first() if document else None
        if policy is None:
            return None
        version = await ProductVersion.get(id=policy.product_version_id)
        product = await Product.get(id=version.product_id)
    return Verified(
        policy_number=policy.policy_number,
        product_zh=product.name_zh,
        product_en=product.name_en,
        serial_end=mask_serial(policy.serial_number)[-LAST:],
        first_day=policy.starts_on,
        last_day=policy.ends_on - timedelta(days=1),
        state=policy.state,
    )
