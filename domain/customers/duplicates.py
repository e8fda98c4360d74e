"""Who may be the same customer in another book, or twice in one 疑似重复客户: by blind indexes, for staff alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.kernel.actor import Role
from domain.kernel.database import fetch_one
from domain.kernel.ids import public_id
from domain.partners.reading import PARTNER

PREFIX = "cus"
"""Of the ids of customers."""
MOST = 20
SEEN_BY = (Role.CUSTOMER_SERVICE, Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE)
"""Who learns of other books; partners never do."""

# A null equals nothing, so that what nobody told makes nobody the same.
DUPLICATES_SQL = f"""(
  SELECT coalesce(json_agg(json_build_array(id, partner_id, same, same_name)
    ORDER BY cardinality(same) DESC, same_name DESC, id), '[]'::json)
  FROM (
    SELECT * FROM (
      SELECT other.id, other.partner_id, lower(other.full_name) = lower({{row}}.full_name) AS same_name,
        array_remove(ARRAY[
          CASE WHEN other.phone_blind = {{row}}.phone_blind THEN 'phone' END,
          CASE WHEN other.mail_blind = {{row}}.mail_blind THEN 'mail' END,
          CASE WHEN other.identity_number_blind = {{row}}.identity_number_blind THEN 'identity_number' END,
          CASE WHEN other.bank_account_blind = {{row}}.bank_account_blind THEN 'bank_account' END,
          CASE WHEN other.organisation_code = {{row}}.organisation_code THEN 'organisation_code' END
        ], NULL) AS same
      FROM customer other
      WHERE other.id <> {{row}}.id AND (
        other.phone_blind = {{row}}.phone_blind OR other.mail_blind = {{row}}.mail_blind
        OR other.identity_number_blind = {{row}}.identity_number_blind
        OR other.bank_account_blind = {{row}}.bank_account_blind
        OR other.organisation_code = {{row}}.organisation_code
      )
    ) alike ORDER BY cardinality(same) DESC, same_name DESC, id LIMIT {MOST}
  ) first_ones
)"""
"""Customers of all books who share a telling detail with a row, the most alike first, in one JSON array."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another customer who may be the same. `same` names the details that are equal: phone, mail, identity_number,
    bank_account, organisation_code.
    """

    customer_id: UUID
    partner_id: UUID
    same: tuple[str, ...]
    same_name: bool


async def duplicates_of(customer_id: UUID) -> list[Duplicate]:
    """The customers of all partners' books who may be the same as this one, the most alike first, at most 20.

    Read in the current transaction, without regard to who asks: never for the eyes of partners.
    """
    statement = f"SELECT {DUPLICATES_SQL.format(row='mine')} AS found FROM customer mine WHERE mine.id = $1"
    row = await fetch_one(statement, customer_id)
    found = row["found"] if row is not None else []
    return duplicates_in(json.loads(found) if isinstance(found, str) else found)


def duplicates_in(stored: Iterable[Any]) -> list[Duplicate]:
    """What `DUPLICATES_SQL` found."""
    return [Duplicate(UUID(id_), UUID(partner), tuple(same), same_name) for id_, partner, same, same_name in stored]


def shown(stored: Iterable[Any]) -> list[Mapping[str, object]]:
    """What `DUPLICATES_SQL` found, for a reader. Shape: see `PossibleDuplicate` of the schema."""
    return [
        {
            "customerId": public_id(PREFIX, each.customer_id),
            "partnerId": public_id(PARTNER.prefix, each.partner_id),
            "same": [name.upper() for name in each.same],
            "isSameName": each.same_name,
        }
        for each in duplicates_in(stored)
    ]
