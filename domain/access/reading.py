"""What can be read of access: everybody's own sessions, and the test that every answer starts with."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from domain.access.terms import Principal
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import STAFF_ROLES, Fact, Role
from domain.kernel.projection.entity import (
    Column,
    Entity,
    Expression,
    instants,
    link,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import AnyOf, Is, Owns
from domain.kernel.projection.wire import JSON, TRUTH
from domain.kernel.subject import SubjectKind
from domain.partners.reading import PARTNER
from domain.staff.reading import STAFF

_SESSION_LIVE_SQL = """EXISTS (
  SELECT FROM session s WHERE s.id = {id} AND s.roles @> %s AND s.revoked_at IS NULL AND s.expires_at > now()
  AND (s.staff_id IS NULL OR EXISTS (SELECT FROM staff p WHERE p.id = s.staff_id AND p.active AND p.roles = s.roles))
)"""


def session_live_sql(roles: Collection[Role]) -> str:
    """Whether a session counts now, in these roles: a condition over `{id}`.

    A member of staff whose roles were changed, or who left, has none until renewed; and a token from before that is
    worth nothing after it.
    """
    return _SESSION_LIVE_SQL % f"'{roles_text(roles)}'"


def roles_text(roles: Collection[Role]) -> str:
    """Roles as they stand in the row of a session."""
    return orjson.dumps(sorted(roles)).decode()


LIVE_PLACES = f"""
SELECT coalesce(array_agg(w.place), '{{}}') FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS w(id, roles, place)
WHERE {(_SESSION_LIVE_SQL % "w.roles::jsonb").format(id="w.id")}
"""
"""Of sessions, each with the roles it is used in, the places of those that count now, from 1."""


OWN = Owns("staff_id", Fact.STAFF_ID)

SESSION = Entity(
    name="Session",
    table="session",
    prefix="ses",
    kind=SubjectKind.SESSION,
    seen_by={
        **dict.fromkeys(STAFF_ROLES, OWN),
        Role.ADMIN: AnyOf((OWN, Is("principal", (Principal.STAFF, Principal.API_KEY)))),
        Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        Role.REPAIRER: Owns("partner_id", Fact.PARTNER_ID),
    },
    columns={
        **texts("principal"),
        **maybe_texts("label", "revoked_reason"),
        "roles": Column("roles", JSON),
        "scopes": Column("scopes", JSON),
        "is_live": Expression("({row}.revoked_at IS NULL AND {row}.expires_at > {now})", TRUTH),
        **instants("created_at", "expires_at"),
        **instants("refreshed_at", "revoked_at", nullable=True),
        **wholes("version"),
    },
    orders={"RECORDED": order()},
)
link(SESSION, "staff", STAFF, "staff_id")
link(SESSION, "customer", CUSTOMER, "customer_id")
link(SESSION, "partner", PARTNER, "partner_id")
