"""The number by which a register knows a customer: added where it was missing, corrected only for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.customers.details import (
    SEALED,
    is_organisation_code,
    organisation_form,
    sealed_columns,
    to_camel,
)
from domain.customers.guessing import tries_at
from domain.customers.models import Customer
from domain.customers.reading import CUSTOMER
from domain.customers.refusals import DetailDiffers
from domain.customers.terms import ANSWERED, CustomerKind, IdentityState
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.sealing import blind_index
from domain.kernel.subject import Subject, SubjectKind

IDENTIFIERS = (Role.CUSTOMER, Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE)
PERSONAL = ("identity_number_sealed", "identity_number_mask", "identity_number_blind")


@dataclass(frozen=True, slots=True, repr=False)
class Number:
    """A number as it was given, in its normal form: `field` says which of the two. Never shown."""

    field: str
    text: str

    @property
    def kind(self) -> CustomerKind:
        """What a customer with such a number is."""
        return CustomerKind.COMPANY if self.field == "organisation_code" else CustomerKind.PERSON


async def identify(
    customer_id: UUID,
    *,
    identity_number: str | None,
    organisation_code: str | None,
    reason: str | None = None,
    expected_version: int,
    actor: Actor,
) -> None:
    """Adds a customer's identity number or organisation code; the one that is known already changes nothing.

    Another than the known one is refused, but customer service corrects it for a reason until it is verified. After a
    correction the customer is unverified again; a check that is under way asks about the corrected number.

    Raises: Forbidden, NotFound, StaleVersion; Invalid for a value that breaks its rule, or not exactly one;
    DetailDiffers; TooManyAttempts after five wrong numbers in a day. Source: GB 11643, GB 32100.
    """
    if not actor.has(*IDENTIFIERS):
        raise Forbidden(permission="customer:identify")
    async with transaction():
        row = await lock_visible(Customer, CUSTOMER, customer_id, actor)
        expect_version(row, expected_version)
        number = _read(identity_number, organisation_code)
        may_correct = _may_correct(row, reason, actor)
        if not may_correct and _is_sealed(row, number):
            await _expect_few_guesses(row, number)
        if _is_known(row, number):
            return
        if _has_number(row) and not may_correct:
            raise _differs(number)
        before = _shown(row)
        await save_changes(row, *_set(row, number))
        subject = Subject(SubjectKind.CUSTOMER, row.id)
        await record("customer:identify", subject, actor, before=before, after=_shown(row), reason=reason)


def _read(identity_number: str | None, organisation_code: str | None) -> Number:
    if (identity_number is None) == (organisation_code is None):
        raise Invalid("one_number", path=("input",))
    if organisation_code is not None:
        if not is_organisation_code(organisation_code):
            raise Invalid("organisation_code_form", path=("input", "organisationCode"))
        return Number("organisation_code", organisation_form(organisation_code))
    rule = SEALED["identity_number"]
    text = rule.normalise(identity_number or "")
    if not rule.fits(text):
        raise Invalid("identity_number_form", path=("input", "identityNumber"))
    return Number("identity_number", text)


def _is_known(row: Customer, number: Number) -> bool:
    if number.kind is CustomerKind.COMPANY:
        return row.organisation_code == number.text
    known = row.identity_number_blind
    return known is not None and bytes(known) == blind_index("identity_number", number.text)


def _is_sealed(row: Customer, number: Number) -> bool:
    """Whether a number would be compared with one that the house keeps sealed."""
    return number.kind is CustomerKind.PERSON and row.identity_number_blind is not None


async def _expect_few_guesses(row: Customer, number: Number) -> None:
    """Counts another number than the known one, and compares none any more where too many were wrong.

    Raises: TooManyAttempts.
    """
    tries = await tries_at([row.id])
    if (bound := tries.bound(row.id)) is not None:
        raise bound
    if not _is_known(row, number):
        tries.add(row.id)
        await tries.keep()


def _differs(number: Number) -> DetailDiffers:
    if number.kind is CustomerKind.PERSON:
        return DetailDiffers(path=("input",))
    return DetailDiffers(field=number.field, path=("input", to_camel(number.field)))


def _has_number(row: Customer) -> bool:
    return row.organisation_code is not None or row.identity_number_sealed is not None


def _may_correct(row: Customer, reason: str | None, actor: Actor) -> bool:
    return (
        actor.has(Role.CUSTOMER_SERVICE) and bool(reason) and row.identity_state is not IdentityState.VERIFIED
    )


def _set(row: Customer, number: Number) -> list[str]:
    """Sets the number and what follows from it. Returns the columns that were set."""
    values: dict[str, object] = {**dict.fromkeys(PERSONAL), "organisation_code": None, "kind": number.kind}
    if number.kind is CustomerKind.COMPANY:
        values["organisation_code"] = number.text
    else:
        values |= sealed_columns(row.id, "identity_number", number.text)
    if row.identity_state in ANSWERED:
        values |= {"identity_state": IdentityState.UNVERIFIED, "identity_checked_at": None}
    for column, value in values.items():
        setattr(row, column, value)
    return list(values)


def _shown(row: Customer) -> dict[str, object]:
    return {
        "kind": row.kind,
        "identity_number": row.identity_number_mask,
        "organisation_code": row.organisation_code,
        "identity_state": row.identity_state,
    }
