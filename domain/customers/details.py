"""What a customer says of himself or herself: checked, normalised, then sealed, masked and indexed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stdnum import luhn
from stdnum.cn import ric, uscc

from domain.customers.terms import CustomerKind, Language
from domain.kernel import masks
from domain.kernel.refusals import Invalid, Refusal, refuse_all
from domain.kernel.sealing import blind_index, seal

_PHONE = re.compile(r"1[3-9][0-9]{9}")  # not \d, which other scripts' digits match
# ASCII alone: mail servers need not know RFC 6531, and a letter to a name in another script could never be sent.
_MAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
MAX_LOCAL = 64
MAX_MAIL = 254
_ACCOUNT = re.compile(r"[0-9]{12,19}")
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]")
_ORGANISATION = re.compile(r"[0-9A-HJ-NP-RT-UW-Y]{18}")
MAX_NAME = 100
MAX_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """A customer as introduced. `bank_account` is a card number, digits only; sensitive values never enter `repr`.

    Without a `kind` it is a company where an organisation code is given, else a person, if nothing else is known.
    """

    full_name: str
    phone: str
    mail: str
    language: Language = Language.ZH
    identity_number: str | None = None
    bank_account: str | None = None
    address: str | None = None
    kind: CustomerKind | None = None
    organisation_code: str | None = None

    @property
    def said_kind(self) -> CustomerKind | None:
        """What the customer is by what was said; None when nothing was."""
        return self.kind or (CustomerKind.COMPANY if self.organisation_code is not None else None)

    def __repr__(self) -> str:
        return "CustomerDetails(…)"


@dataclass(frozen=True)
class SealedKind:
    """How one sealed field is normalised, judged and masked."""

    column: str
    fits: Callable[[str], bool]
    mask: Callable[[str], str]
    indexed: bool = True
    normalise: Callable[[str], str] = str.strip


def _mail_form(text: str) -> str:
    return text.strip().lower()


def _is_mail(text: str) -> bool:
    """Whether letters can be sent to a normalised address. Source: RFC 5321 Section 4.1.2 (dot-string), 4.5.3.1."""
    return len(text) <= MAX_MAIL and text.find("@") <= MAX_LOCAL and bool(_MAIL.fullmatch(text))


SEALED: Mapping[str, SealedKind] = {
    "phone": SealedKind("phone", lambda text: bool(_PHONE.fullmatch(text)), masks.mask_mobile),
    "mail": SealedKind("mail", _is_mail, masks.mask_mail, normalise=_mail_form),
    "identity_number": SealedKind(
        "identity_number",
        lambda text: bool(_IDENTITY.fullmatch(text)) and ric.is_valid(text),
        masks.mask_identity_number,
        normalise=lambda text: text.strip().upper(),
    ),
    "bank_account": SealedKind(
        "bank_account",
        lambda text: bool(_ACCOUNT.fullmatch(text)) and luhn.is_valid(text),
        masks.mask_bank_account,
    ),
    "address": SealedKind("address", lambda text: 0 < len(text) <= MAX_ADDRESS, masks.mask_address, indexed=False),
}


def check_details(details: CustomerDetails) -> None:
    """Refuses every field that breaks its rule, all at once.

    Raises: Refusals. Source: GB 11643 (identity numbers), ISO/IEC 7812 (card numbers).
    """
    refuse_all(detail_faults(details))


def detail_faults(details: CustomerDetails) -> list[Refusal]:
    """Every field that breaks its rule."""
    found: list[Refusal] = []
    if not 0 < len(details.full_name.strip()) <= MAX_NAME:
        found.append(Invalid("length", str(MAX_NAME), path=("input", "customer", "fullName")))
    for name, kind in SEALED.items():
        given: str | None = getattr(details, name)
        if given is not None and not kind.fits(kind.normalise(given)):
            found.append(Invalid(f"{name}_form", path=("input", "customer", to_camel(name))))
    return [*found, *_identity_faults(details)]


def _identity_faults(details: CustomerDetails) -> list[Refusal]:
    """What is wrong with an organisation code, or with a number that this kind of customer cannot have."""
    code, place = details.organisation_code, ("input", "customer", "organisationCode")
    is_company = details.said_kind is CustomerKind.COMPANY
    found: list[Refusal] = []
    if code is not None and not is_organisation_code(code):
        found.append(Invalid("organisation_code_form", path=place))
    if code is not None and not is_company:
        found.append(Invalid("companies_only", path=place))
    if details.identity_number is not None and is_company:
        found.append(Invalid("people_only", path=("input", "customer", "identityNumber")))
    return found


def organisation_form(code: str) -> str:
    """An organisation code as it is kept."""
    return code.strip().upper()


def is_organisation_code(code: str) -> bool:
    """Whether this is a unified social credit code 统一社会信用代码, check character included. Source: GB 32100."""
    text = organisation_form(code)
    return bool(_ORGANISATION.fullmatch(text)) and uscc.is_valid(text)


def to_camel(name: str) -> str:
    """A field's name as callers know it."""
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def blind_indexes(details: CustomerDetails) -> dict[str, bytes]:
    """The blind indexes of the given fields that have one: equal for equal values, whatever way they are written."""
    return {
        name: blind_index(kind.column, kind.normalise(plain))
        for name, kind in SEALED.items()
        if kind.indexed and (plain := getattr(details, name)) is not None
    }


def sealed_columns(row_id: UUID, name: str, plain: str) -> dict[str, Any]:
    """The columns of one sealed field: ciphertext for this row, mask, and blind index where it is searched by."""
    kind = SEALED[name]
    text = kind.normalise(plain)
    columns: dict[str, Any] = {
        f"{kind.column}_sealed": seal(f"customer:{kind.column}", row_id, text),
        f"{kind.column}_mask": kind.mask(text),
    }
    if kind.indexed:
        columns[f"{kind.column}_blind"] = blind_index(kind.column, text)
    return columns


def blind_finder(name: str) -> Callable[[str], bytes]:
    """What exact search compares a given value of a sealed field by: its blind index, in its normal form."""
    return lambda text: blind_index(SEALED[name].column, SEALED[name].normalise(text))


def all_sealed_columns(row_id: UUID, details: CustomerDetails) -> dict[str, Any]:
    """The columns of every field that was given."""
    columns: dict[str, Any] = {}
    for name in SEALED:
        if (plain := getattr(details, name)) is not None:
            columns |= sealed_columns(row_id, name, plain)
    return columns
