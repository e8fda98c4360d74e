"""A customer whose values are known to the tests, and a look for them in everything that is stored."""

from __future__ import annotations

import asyncio
from uuid import UUID

from tortoise import Tortoise

from domain.customers.details import CustomerDetails
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.kernel.actor import Actor, Role
from tests.factories.insured import partner_with_a_book

PLAIN = {
    "phone": "13812345678",
    "mail": "wang.wu@planted.example",
    "identity_number": "11010519491231002X",
    "bank_account": "6222020200112233446",
    "address": "上海市黄浦区南京东路一百号二室",
}
MASKS = {
    "phone": "138****5678",
    "mail": "w***@planted.example",
    "identity_number": "110***********002X",
    "bank_account": "***************3446",
    "address": "上海市黄浦区南京东****",
}


def planted() -> CustomerDetails:
    """Somebody who told everything."""
    return CustomerDetails(full_name="王五", **PLAIN)  # type: ignore[arg-type]


async def introduced(partner: Actor | None = None, details: CustomerDetails | None = None) -> Customer:
    """The planted customer, or another one, in some partner's book."""
    seller = partner or await partner_with_a_book()
    assert seller.partner_id is not None
    return await Customer.get(id=await introduce(details or planted(), seller.partner_id, actor=seller))


async def always(_customer_id: UUID, _actor: Actor) -> bool:
    """Somebody has work to do for every customer."""
    return True


async def never(_customer_id: UUID, _actor: Actor) -> bool:
    """Nobody has work to do for any customer."""
    return False


def signed_in(customer_id: UUID) -> Actor:
    """The customer."""
    return Actor(frozenset({Role.CUSTOMER}), customer_id=customer_id)


async def open_connections(count: int) -> None:
    """Opens connections beforehand, so that what runs at once afterwards does not come one after another."""
    connection = Tortoise.get_connection("default")
    await asyncio.gather(*(connection.execute_query("SELECT pg_sleep(0.1)") for _ in range(count)))


async def all_that_is_stored() -> str:
    """Every column of every row of every table as one text; bytes are in it as hexadecimal digits."""
    connection = Tortoise.get_connection("default")
    tables = await connection.execute_query_dict("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = [
        row["text"]
        for table in tables
        for row in await connection.execute_query_dict(f'SELECT t::text AS text FROM "{table["tablename"]}" t')
    ]
    return "\n".join(found)


def plain_in(text: str, values: dict[str, str]) -> list[str]:
    """Which of the values stand in a text, as they are or as bytes."""
    return [name for name, value in values.items() if value in text or value.encode().hex() in text]
