"""The usual way: Strawberry types over Tortoise models, a data loader for each relation, the session read per request.

Written as the libraries' guides do, with their caches of parsed and validated documents switched on.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.types import Info

from bench.reads.serving import DATABASE_URL, POOL, is_bare, serve
from domain.access.models import Session
from domain.access.tokens import read_token
from domain.claims.models import Claim
from domain.connections import database
from domain.customers.models import Customer
from domain.kernel import clock
from domain.policies.models import Policy

BARE = is_bare()


@strawberry.type
class Money:
    """An amount in one currency."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, minor: int, currency: str) -> Money:
        """The amount of so many minor units."""
        return cls(amount=Decimal(minor).scaleb(-2), currency=currency)


@strawberry.type(name="Customer")
class CustomerType:
    """A customer."""

    id: strawberry.ID
    phone: str
    mail: str
    created_at: datetime
    version: int

    @classmethod
    def of(cls, row: Customer) -> CustomerType:
        """The type of a row."""
        return cls(
            id=strawberry.ID(str(row.id)), phone=row.phone_mask, mail=row.mail_mask, created_at=row.created_at,
            version=row.version,
        )  # fmt: skip


@strawberry.type(name="Claim")
class ClaimType:
    """A claim."""

    id: strawberry.ID
    claim_number: str
    state: str
    cause: str
    loss_on: date
    reported_at: datetime
    description: str
    claimed: Money
    paid: Money

    @classmethod
    def of(cls, row: Claim) -> ClaimType:
        """The type of a row."""
        return cls(
            id=strawberry.ID(str(row.id)), claim_number=row.claim_number, state=row.state, cause=row.cause,
            loss_on=row.loss_on, reported_at=row.reported_at, description=row.description,
            claimed=Money.of(row.claimed_minor, row.currency), paid=Money.of(row.paid_minor, row.currency),
        )  # fmt: skip


@strawberry.type
class ClaimConnection:
    """Claims of a policy."""

    nodes: list[ClaimType]


@strawberry.type
class Device:
    """The insured thing."""

    category: str
    brand: str
    model: str


@strawberry.type(name="Policy")
class PolicyType:
    """A policy."""

    id: strawberry.ID
    policy_number: str
    state: str
    device: Device
    starts_on: date
    ends_on: date
    issued_at: datetime
    sum_insured: Money
    premium: Money
    version: int
    key: strawberry.Private[UUID]
    customer_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: Policy) -> PolicyType:
        """The type of a row."""
        return cls(
            id=strawberry.ID(str(row.id)), policy_number=row.policy_number, state=row.state,
            device=Device(category=row.category, brand=row.brand, model=row.model),
            starts_on=row.starts_on, ends_on=row.ends_on, issued_at=row.issued_at,
            sum_insured=Money.of(row.sum_insured_minor, row.currency),
            premium=Money.of(row.premium_minor, row.currency), version=row.version, key=row.id,
            customer_key=row.customer_id,
        )  # fmt: skip

    @strawberry.field
    async def customer(self, info: Info[Any, None]) -> CustomerType | None:
        """Whose it is."""
        row = await info.context["customers"].load(self.customer_key)
        return CustomerType.of(row) if row else None

    @strawberry.field
    async def claims(self, info: Info[Any, None], first: int = 20) -> ClaimConnection:
        """Its claims, newest first."""
        rows = await info.context["claims"].load(self.key)
        return ClaimConnection(nodes=[ClaimType.of(row) for row in rows[:first]])


@strawberry.type
class PolicyConnection:
    """Policies in sight."""

    nodes: list[PolicyType]


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def policy(self, info: Info[Any, None], id: strawberry.ID) -> PolicyType | None:  # noqa: A002
        """One policy."""
        row = await Policy.filter(id=UUID(id), **info.context["scope"]).first()
        return PolicyType.of(row) if row else None

    @strawberry.field
    async def policies(self, info: Info[Any, None], first: int = 20) -> PolicyConnection:
        """The newest policies."""
        rows = await Policy.filter(**info.context["scope"]).order_by("-id").limit(first)
        return PolicyConnection(nodes=[PolicyType.of(row) for row in rows])


def _loaders(scope: dict[str, UUID]) -> dict[str, DataLoader[UUID, Any]]:
    async def customers(keys: list[UUID]) -> list[Customer | None]:
        found = {row.id: row for row in await Customer.filter(id__in=keys, **scope)}
        return [found.get(key) for key in keys]

    async def claims(keys: list[UUID]) -> list[list[Claim]]:
        found: dict[UUID, list[Claim]] = defaultdict(list)
        for row in await Claim.filter(policy_id__in=keys, **scope).order_by("-id"):
            found[row.policy_id].append(row)
        return [found[key] for key in keys]

    return {"customers": DataLoader(load_fn=customers), "claims": DataLoader(load_fn=claims)}


class Endpoint(GraphQL[Any, None]):
    """Strawberry's own endpoint with a context for each request."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        """Who asks, what they may see, and fresh data loaders."""
        scope = {} if BARE else await _scope(request.headers["authorization"].removeprefix("Bearer "))
        return {"request": request, "response": response, "scope": scope, **_loaders(scope)}


async def _scope(token: str) -> dict[str, UUID]:
    actor = read_token(token)
    if actor is None or actor.partner_id is None:
        raise PermissionError("this token is not valid")
    live = Session.filter(id=actor.session_id, revoked_at=None, expires_at__gt=clock.now())
    if not await live.exists():
        raise PermissionError("this session is over")
    return {"partner_id": actor.partner_id}


def create_app() -> Starlette:
    """The application."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with database(os.environ[DATABASE_URL], POOL):
            yield

    return Starlette(routes=[Route("/graphql", Endpoint(schema))], lifespan=lifespan)


if __name__ == "__main__":
    serve(create_app())
