"""What must be as before when a verb refused: rows, audit and jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import pytest
from tortoise import Tortoise

from domain.kernel.refusals import Refusal, Refusals

R = TypeVar("R", bound=Refusal)
CHANGED_BY_VERBS = (
    "claim", "advance", "clearance", "reserve_change", "claim_line", "claim_document",
    "complaint", "inquiry", "recommendation", "payout", "payout_attempt", "payout_approval", "payout_exception",
    "payment_file", "bank_statement", "bank_statement_entry",
    "notification", "audit_entry", "job", "consent", "first_notice",
    "customer", "policy", "policy_cover", "renewal_reminder", "ledger_transaction", "ledger_line",
    "partner", "webhook_endpoint", "webhook_delivery",
    "product", "product_version", "product_peril", "product_exclusion", "product_relativity",
    "scorecard", "scorecard_bin", "credit_band", "credit_assessment", "fraud_standard", "fraud_signal", "referral",
    "commission_rate", "staff", "document",
    "application", "underwriting_flag", "disclosure", "cover_hold",
    "invoice", "instalment", "premium_payment", "premium_exception", "policy_lapse",
    "claim_bordereau", "salvage", "subrogation", "recovery_receipt", "survey", "survey_month",
    "repairer", "rate_card_line", "repair_order", "estimate_line",
    "registration", "registration_part", "registration_row", "bordereau", "commission_statement", "evidence_file",
    "service_clock", "service_pause",
)  # fmt: skip


async def _everything(more: Collection[str] = (), but: Collection[str] = ()) -> dict[str, list[dict[str, Any]]]:
    connection = Tortoise.get_connection("default")
    return {
        table: await connection.execute_query_dict(f"SELECT * FROM {table} ORDER BY id")
        for table in (*CHANGED_BY_VERBS, *more)
        if table not in but
    }


@asynccontextmanager
async def refused(kind: type[Refusal], *more: str) -> AsyncIterator[pytest.ExceptionInfo[Refusal]]:
    """The block is refused with this kind and leaves no trace, in `more` tables neither."""
    before = await _everything(more)
    with pytest.raises(kind) as raised:
        yield raised
    assert await _everything(more) == before


@asynccontextmanager
async def refusing(kind: type[R]) -> AsyncIterator[pytest.ExceptionInfo[R]]:
    """The same, for tests that look at what the refusal of this kind says."""
    async with refused(kind) as raised:
        yield cast("pytest.ExceptionInfo[R]", raised)


@asynccontextmanager
async def unchanged(but: Collection[str] = ()) -> AsyncIterator[None]:
    """The block leaves no trace, though nothing is refused; or none but in these tables."""
    before = await _everything(but=but)
    yield
    assert await _everything(but=but) == before


@asynccontextmanager
async def refused_together() -> AsyncIterator[pytest.ExceptionInfo[Refusals]]:
    """The block is refused for several reasons, told at once, and leaves no trace."""
    before = await _everything()
    with pytest.raises(Refusals) as raised:
        yield raised
    assert await _everything() == before
