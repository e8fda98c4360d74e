"""Who sees which rows, in Python over loaded rows: what the oracle's second rules of visibility are made of."""

from __future__ import annotations

from collections.abc import Callable

from domain.kernel.actor import Actor, Role
from tests.oracle.writing import Values

Sees = Callable[[Actor, Values], bool]

SAL, CS, CH, CM = Role.SALES, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER
FIN, FAP, UW, RSK, COM = Role.FINANCE, Role.FINANCE_APPROVER, Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE
HR, ADM = Role.HR, Role.ADMIN
CUS, PAR, REP = Role.CUSTOMER, Role.PARTNER, Role.REPAIRER
STAFF = (SAL, CS, CH, CM, FIN, FAP, UW, RSK, COM, HR, ADM)
CLAIM_READERS = (CS, CH, CM, FIN, FAP, UW, RSK, COM)
POLICY_READERS = (SAL, *CLAIM_READERS)
MONEY = (FIN, FAP, RSK, COM)


def any_of(*rules: Sees) -> Sees:
    """Rows that at least one of the rules shows."""
    return lambda actor, row: any(rule(actor, row) for rule in rules)


def all_to(*roles: Role) -> Sees:
    """Every row, to these roles."""
    return lambda actor, _: bool(actor.roles & set(roles))


def own(role: Role, column: str) -> Sees:
    """Rows of the actor's own: those that name the customer, the partner or the member of staff."""
    fact = {CUS: "customer_id", PAR: "partner_id", REP: "partner_id"}.get(role, "staff_id")
    return lambda actor, row: role in actor.roles and row[column] is not None and row[column] == getattr(actor, fact)


def only(rule: Sees, column: str, *values: str) -> Sees:
    """A rule over rows in some states."""
    return lambda actor, row: row[column] in values and rule(actor, row)


def own_staff(column: str) -> Sees:
    """Rows that name the member of staff, whatever the role."""
    return any_of(*(own(role, column) for role in STAFF))


def both_own(customer: str = "customer_id", partner: str = "partner_id") -> Sees:
    """A customer's own rows and the rows of a partner's book."""
    return any_of(own(CUS, customer), own(PAR, partner))
