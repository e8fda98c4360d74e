"""Changes of first notices of a loss, which are filled in step by step."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed
from api.claims import inputs
from api.claims.types import Claim, FirstNotice
from api.inputs import row_id, value_of
from domain.access.terms import ApiScope
from domain.claims import first_notice
from domain.claims.first_notice import PARTS, Parts
from domain.claims.intake import REPORTERS
from domain.claims.reading import FIRST_NOTICE
from domain.kernel.actor import Actor
from domain.policies.reading import POLICY


def _parts(given: inputs.FirstNoticePartsInput | None) -> Parts:
    if given is None:
        return Parts()
    claimed = value_of(given.claimed)
    return Parts(
        loss_on=value_of(given.loss_on),
        cause=value_of(given.cause),
        place=value_of(given.place),
        description=value_of(given.description),
        claimed=claimed.money(*PARTS, "claimed") if claimed else None,
        emergency=value_of(given.emergency),
    )


@change(*REPORTERS, scope=ApiScope.CLAIM, first_notice=FirstNotice)
async def first_notice_begin(given: inputs.FirstNoticeBeginInput, actor: Actor) -> Changed:
    """Begins a first notice 开始报案 that may be left; the time for the decision does not start yet."""
    policy_id = value_of(given.policy_id)
    notice = await first_notice.begin(
        policy_id=row_id(POLICY.prefix, policy_id) if policy_id is not None else None,
        serial_number=value_of(given.serial_number),
        parts=_parts(value_of(given.parts)),
        actor=actor,
    )
    return changed(first_notice=notice.id)


@change(*REPORTERS, scope=ApiScope.CLAIM, first_notice=FirstNotice)
async def first_notice_update(given: inputs.FirstNoticeUpdateInput, actor: Actor) -> Changed:
    """Fills in parts of a first notice, and tells whether the loss was reported before."""
    notice = await first_notice.fill(
        row_id(FIRST_NOTICE.prefix, given.first_notice_id),
        parts=_parts(given.parts),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(first_notice=notice.id)


@change(*REPORTERS, scope=ApiScope.CLAIM, first_notice=FirstNotice, claim=Claim)
async def first_notice_submit(given: inputs.FirstNoticeSubmitInput, actor: Actor) -> Changed:
    """Reports the loss 提交报案; what is missing is told all at once. The time for the decision starts."""
    notice, claim = await first_notice.submit(
        row_id(FIRST_NOTICE.prefix, given.first_notice_id),
        parts=_parts(value_of(given.parts)),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(first_notice=notice.id, claim=claim.id)


@change(*REPORTERS, scope=ApiScope.CLAIM, first_notice=FirstNotice)
async def first_notice_abandon(given: inputs.FirstNoticeAbandonInput, actor: Actor) -> Changed:
    """Gives a first notice up 放弃报案; nothing was reported by it."""
    notice = await first_notice.abandon(
        row_id(FIRST_NOTICE.prefix, given.first_notice_id), expected_version=given.expected_version, actor=actor
    )
    return changed(first_notice=notice.id)


@strawberry.type
class FirstNoticesMutations:
    """Changes of first notices."""

    first_notice_begin = first_notice_begin
    first_notice_update = first_notice_update
    first_notice_submit = first_notice_submit
    first_notice_abandon = first_notice_abandon
