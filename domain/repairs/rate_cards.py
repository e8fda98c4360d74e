"""Rate cards 价目表: what a repairer may ask for labour and parts, from a day on. A price that is set stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import add_all, lock_visible
from domain.repairs.models import RateCardLine, Repairer
from domain.repairs.network import KEEPERS, subject_of
from domain.repairs.reading import REPAIRER
from domain.repairs.refusals import RateStands
from domain.repairs.rules import Rate
from domain.repairs.terms import WorkKind


@dataclass(frozen=True, slots=True)
class NewRate:
    """A price for one hour of labour or one part."""

    kind: WorkKind
    code: str
    description: str
    price: Money


async def set_rates(
    repairer_id: UUID, *, rates: Sequence[NewRate], valid_from: date, reason: str, actor: Actor
) -> Repairer:
    """Sets prices of a repairer from a day on; what is estimated before follows those that counted until then.

    Raises: Forbidden, NotFound; Invalid for a day that is over, a price that is not above zero, no price at all or one
    code twice; RateStands for a code that has a price from that day on.
    """
    if not actor.has(*KEEPERS):
        raise Forbidden(permission="rate_card:set")
    if valid_from < (today := clock.today()):
        raise Invalid("min", today.isoformat(), path=("input", "validFrom"))
    _check(rates)
    async with transaction():
        repairer = await lock_visible(Repairer, REPAIRER, repairer_id, actor)
        known = {_key(row) for row in await RateCardLine.filter(repairer_id=repairer.id, valid_from=valid_from)}
        rows = [_row(repairer, rate, valid_from, actor) for rate in rates]
        for position, row in enumerate(rows):
            if _key(row) in known:
                path = ("input", "rates", str(position), "code")
                raise RateStands(rate=row.code, valid_from=valid_from, path=path)
        await add_all(rows)
        after: dict[str, object] = {
            "valid_from": valid_from, "rates": [[row.kind, row.code, row.price_minor] for row in rows],
        }  # fmt: skip
        await record("rate_card:set", subject_of(repairer), actor, after=after, reason=reason)
    return repairer


async def card_of(repairer_id: UUID) -> list[Rate]:
    """All prices of a repairer, whenever they count, in the current transaction."""
    rows = await RateCardLine.filter(repairer_id=repairer_id)
    return [Rate(row.kind, row.code, Money(row.price_minor, row.currency), row.valid_from) for row in rows]


def _check(rates: Sequence[NewRate]) -> None:
    if not rates:
        raise Invalid("required", path=("input", "rates"))
    keys = {(rate.kind, rate.code.strip(), rate.price.currency) for rate in rates}
    if len(keys) < len(rates):
        raise Invalid("unique", path=("input", "rates"))
    for position, rate in enumerate(rates):
        if rate.price.minor <= 0:
            raise Invalid("min", "0.01", path=("input", "rates", str(position), "price"))


def _row(repairer: Repairer, rate: NewRate, valid_from: date, actor: Actor) -> RateCardLine:
    return RateCardLine(
        id=new_id(),
        repairer_id=repairer.id,
        repairer_partner_id=repairer.partner_id,
        kind=rate.kind,
        code=rate.code.strip(),
        description=rate.description.strip(),
        currency=rate.price.currency,
        price_minor=rate.price.minor,
        valid_from=valid_from,
        set_by=actor.staff_id,
    )


def _key(row: RateCardLine) -> tuple[str, ...]:
    return row.kind, row.code, row.currency
