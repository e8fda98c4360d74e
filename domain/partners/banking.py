"""Where a partner's money goes; a new account starts the cool-down before payouts."""

from __future__ import annotations

import re
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.masks import mask_bank_account
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.sealing import blind_index, seal
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.models import Partner
from domain.partners.payee import ACCOUNT_PLACE
from domain.partners.reading import PARTNER

BANKERS = (Role.FINANCE, Role.FINANCE_APPROVER)
_ACCOUNT = re.compile(r"[0-9]{8,32}")


async def change_bank_account(
    partner_id: UUID, *, bank_account: str, reason: str, expected_version: int, actor: Actor
) -> None:
    """Sets the account that a partner is paid to; nothing is paid to it for 24 hours.

    Whoever sets it neither makes nor approves a payout to it, so that it takes two people to lead money elsewhere.

    Raises: Forbidden, NotFound, StaleVersion; Invalid for what is not 8 to 32 digits.
    """
    if not actor.has(*BANKERS):
        raise Forbidden(permission="partner:change_bank_account")
    plain = bank_account.replace(" ", "")
    if not _ACCOUNT.fullmatch(plain):
        raise Invalid("company_account_form", path=("input", "bankAccount"))
    async with transaction():
        row = await lock_visible(Partner, PARTNER, partner_id, actor)
        expect_version(row, expected_version)
        before: dict[str, object] = {"bank_account": row.bank_account_mask}
        row.bank_account_sealed = seal(ACCOUNT_PLACE, row.id, plain)
        row.bank_account_mask, row.bank_account_blind = mask_bank_account(plain), blind_index("bank_account", plain)
        row.bank_account_set_at, row.bank_account_set_by = clock.now(), actor.staff_id
        await save_changes(
            row, "bank_account_sealed", "bank_account_mask", "bank_account_blind", "bank_account_set_at",
            "bank_account_set_by",
        )  # fmt: skip
        after: dict[str, object] = {"bank_account": row.bank_account_mask}
        subject = Subject(SubjectKind.PARTNER, row.id)
        await record("partner:change_bank_account", subject, actor, before=before, after=after, reason=reason)
