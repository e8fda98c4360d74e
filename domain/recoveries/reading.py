"""What can be read of recoveries: staff what comes back, the customer what was left to him or her, partners nothing."""

from __future__ import annotations

from domain.claims.reading import CLAIM
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Actions,
    Amount,
    Entity,
    Filter,
    Masked,
    about,
    days,
    instants,
    link,
    maybe_texts,
    order,
    rates,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import EVERYTHING, AllOf, Is, Owns, SeenBy
from domain.kernel.projection.wire import TEXT, id_of
from domain.kernel.subject import SubjectKind
from domain.payouts.reading import PAYOUT
from domain.recoveries.lifecycle import RECEIPT_LIFECYCLE, SALVAGE_LIFECYCLE, SUBROGATION_LIFECYCLE
from domain.recoveries.terms import ReceiptState, SalvageState, SubrogationState
from domain.staff.reading import STAFF

INSIDERS = (
    Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE, Role.FINANCE_APPROVER, Role.RISK,
    Role.COMPLIANCE,
)  # fmt: skip
"""Who reads what comes back of claims."""
SEEN_BY: SeenBy = dict.fromkeys(INSIDERS, EVERYTHING)
SALVAGE_SEEN_BY: SeenBy = {
    Role.CUSTOMER: AllOf((Owns("customer_id", Fact.CUSTOMER_ID), Is("state", (SalvageState.LEFT_TO_CUSTOMER,)))),
    **SEEN_BY,
}
MASKED_FOR = frozenset({Role.CUSTOMER_SERVICE, Role.FINANCE, Role.FINANCE_APPROVER})
"""Who needs no serial number for their work."""
_SERIAL = "repeat('*', greatest(length({row}.serial_number) - 4, 0)) || right({row}.serial_number, 4)"
_SHORT = "repeat('*', length({row}.serial_number))"

SALVAGE = Entity(
    name="Salvage",
    table="salvage",
    prefix="slv",
    kind=SubjectKind.SALVAGE,
    seen_by=SALVAGE_SEEN_BY,
    columns={
        **texts("state", "description", "currency"),
        **maybe_texts("reason"),
        **rates("share_rate"),
        **instants("created_at"),
        **instants("received_at", "ended_at", nullable=True),
        **wholes("version"),
        "serial_number": Masked(
            "serial_number",
            f"CASE WHEN length({{row}}.serial_number) > 4 THEN {_SERIAL} ELSE {_SHORT} END",
            MASKED_FOR,
            nullable=True,
        ),
        "proceeds": Amount("proceeds_minor", nullable=True),
        "insurer_part": Amount("insurer_part_minor", nullable=True),
        "customer_part": Amount("customer_part_minor", nullable=True),
        "available_actions": Actions(SALVAGE_LIFECYCLE, tuple(SalvageState)),
    },
    orders={"RECORDED": order()},
    filters={"claim_id": Filter("claim_id", id_of(CLAIM.prefix)), "state": Filter("state", TEXT)},
)

SUBROGATION = Entity(
    name="Subrogation",
    table="subrogation",
    prefix="sbr",
    kind=SubjectKind.SUBROGATION,
    seen_by=SEEN_BY,
    columns={
        **texts("state", "party_mask", "ground", "currency"),
        **maybe_texts("reason"),
        **instants("created_at"),
        **instants("demanded_at", "ended_at", nullable=True),
        **wholes("version"),
        "demand": Amount("demand_minor"),
        "recovered": Amount("recovered_minor"),
        "available_actions": Actions(SUBROGATION_LIFECYCLE, tuple(SubrogationState)),
    },
    orders={"RECORDED": order()},
    filters={"claim_id": Filter("claim_id", id_of(CLAIM.prefix)), "state": Filter("state", TEXT)},
)

RECOVERY_RECEIPT = Entity(
    name="RecoveryReceipt",
    table="recovery_receipt",
    prefix="rcp",
    kind=SubjectKind.RECOVERY_RECEIPT,
    seen_by=SEEN_BY,
    columns={
        **texts("state", "reference", "currency"),
        **maybe_texts("refusal_reason"),
        **days("received_on"),
        **instants("created_at"),
        **instants("judged_at", nullable=True),
        **wholes("version"),
        "amount": Amount("amount_minor"),
        "available_actions": Actions(RECEIPT_LIFECYCLE, tuple(ReceiptState)),
    },
    orders={"RECORDED": order()},
    filters={"claim_id": Filter("claim_id", id_of(CLAIM.prefix)), "state": Filter("state", TEXT)},
)

link(SALVAGE, "claim", CLAIM, "claim_id", back="salvages")
link(SALVAGE, "customer", CUSTOMER, "customer_id")
link(SALVAGE, "recorder", STAFF, "recorded_by")
link(SUBROGATION, "claim", CLAIM, "claim_id", back="subrogations")
link(SUBROGATION, "opener", STAFF, "opened_by")
link(RECOVERY_RECEIPT, "claim", CLAIM, "claim_id", back="recovery_receipts")
link(RECOVERY_RECEIPT, "salvage", SALVAGE, "salvage_id", back="receipts")
link(RECOVERY_RECEIPT, "subrogation", SUBROGATION, "subrogation_id", back="receipts")
link(RECOVERY_RECEIPT, "recorder", STAFF, "recorded_by")
link(RECOVERY_RECEIPT, "judge", STAFF, "judged_by")
about(PAYOUT, "source", SubjectKind.SALVAGE, SALVAGE, back="payouts")
