"""Who acts: a person, a partner's system or a worker, with the roles that decide what may be seen and done."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.kernel.subject import Subject, SubjectKind


class Role(StrEnum):
    """What an actor is to the insurer (Measures, whole; roles of the back office)."""

    ANONYMOUS = "ANONYMOUS"
    """Somebody who has not signed in."""
    CUSTOMER = "CUSTOMER"
    """客户: a policyholder."""
    PARTNER = "PARTNER"
    """合作方: a partner's system."""
    REPAIRER = "REPAIRER"
    """维修商: a repair shop."""
    SALES = "SALES"
    """销售."""
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"
    """客服."""
    CLAIMS_HANDLER = "CLAIMS_HANDLER"
    """理赔员: handles claims within a limit."""
    CLAIMS_MANAGER = "CLAIMS_MANAGER"
    """理赔经理: decides above it."""
    FINANCE = "FINANCE"
    """财务经办: makes payouts ready."""
    FINANCE_APPROVER = "FINANCE_APPROVER"
    """财务审批: approves payouts that others made."""
    UNDERWRITER = "UNDERWRITER"
    """核保: products and tariffs."""
    RISK = "RISK"
    """风险管理."""
    COMPLIANCE = "COMPLIANCE"
    """合规: reviews, and reads the audit."""
    HR = "HR"
    """人力资源."""
    ADMIN = "ADMIN"
    """系统管理: staff, jobs and queues; no business data."""
    SYSTEM = "SYSTEM"
    """A worker that carries out a job."""

    __hash__ = str.__hash__  # that of enumerations is a function in Python, and every request looks roles up


OUTSIDERS = frozenset({Role.ANONYMOUS, Role.CUSTOMER, Role.PARTNER, Role.REPAIRER})
STAFF_ROLES = frozenset(Role) - OUTSIDERS - {Role.SYSTEM}


class Fact(StrEnum):
    """What is known of an actor and may stand in a rule of visibility; the value names the actor's attribute."""

    STAFF_ID = "staff_id"
    CUSTOMER_ID = "customer_id"
    PARTNER_ID = "partner_id"
    SESSION_ID = "session_id"


@dataclass(frozen=True, slots=True)
class Actor:
    """One caller. At most one of `staff_id`, `customer_id`, `partner_id` is set; a worker has none.

    `scopes` are what an API key may be used for; None is everything that the roles may, as people have it.
    """

    roles: frozenset[Role]
    staff_id: UUID | None = None
    customer_id: UUID | None = None
    partner_id: UUID | None = None
    session_id: UUID | None = None
    system_kind: str | None = None
    on_behalf_of: Subject | None = None
    scopes: frozenset[str] | None = None
    label: str = field(init=False, repr=False, compare=False)
    """How audit and logs name the actor: its kind, then its id if it has one. Made once, as every request asks it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self._label())

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody who has not signed in."""
        return cls(frozenset({Role.ANONYMOUS}))

    @classmethod
    def system(cls, kind: str, on_behalf_of: Subject | None = None) -> Actor:
        """A worker that carries out a job of one kind, for whoever caused it."""
        return cls(frozenset({Role.SYSTEM}), system_kind=kind, on_behalf_of=on_behalf_of)

    @property
    def party(self) -> Subject | None:
        """The person or partner behind the call as a row: who acts, or whom a worker acts for."""
        if self.staff_id:
            return Subject(SubjectKind.STAFF, self.staff_id)
        if self.customer_id:
            return Subject(SubjectKind.CUSTOMER, self.customer_id)
        return Subject(SubjectKind.PARTNER, self.partner_id) if self.partner_id else self.on_behalf_of

    @property
    def id(self) -> UUID | None:
        """The id of the person or partner behind the call."""
        return self.party.id if self.party else None

    def _label(self) -> str:
        if self.system_kind:
            return f"system:{self.system_kind}"
        return f"{self.party.kind.lower()}:{self.party.id}" if self.party else "anonymous"

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)
