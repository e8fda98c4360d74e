"""Complaints are found by what was complained of, whatever language it is in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.errors import Code, RequestError
from domain.complaints import intake
from domain.kernel.actor import Role
from domain.kernel.ids import new_id, public_id
from tests.face.conftest import Face
from tests.factories.complaints import grievance
from tests.factories.insured import insured, staff

SEARCH = "query ($text: String!) { complaints(where: {description: {contains: $text}}) { nodes { description } } }"
SAID = ("手机屏幕碎裂，客服一直没有回复。", "Nobody answered my mail about the Screen.", "保费多扣了一百元。")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("屏幕", {0}), ("没有回复", {0}), ("费", {2}), ("screen", {1}), ("SCREEN Mail", {1}), ("scree", set()),
        ("屏碎", set()), ("客服 screen", set()),
    ],
)  # fmt: skip
async def test_a_complaint_is_found_by_parts_of_chinese_and_by_words_of_english(
    face: Face, text: str, found: set[int]
) -> None:
    service = await staff(Role.CUSTOMER_SERVICE)
    for said in SAID:
        said_so = replace(grievance(), description=said)
        await intake.receive((await insured()).customer_id, grievance=said_so, actor=service)
    answer = await face.data(SEARCH, service, text=text)
    assert {each["description"] for each in answer["complaints"]["nodes"]} == {SAID[number] for number in found}


@pytest.mark.parametrize("text", ["", "，。", "x" * 101])
async def test_a_search_for_nothing_or_for_too_much_is_refused_on_a_kept_plan_too(face: Face, text: str) -> None:
    service = await staff(Role.CUSTOMER_SERVICE)
    await face.data(SEARCH, service, text="screen")
    with pytest.raises(RequestError) as refused:
        await face.data(SEARCH, service, text=text)
    assert refused.value.code is Code.BAD_USER_INPUT


async def test_a_list_of_too_many_values_is_refused_on_a_kept_plan_too(face: Face) -> None:
    service = await staff(Role.CUSTOMER_SERVICE)
    text = "query ($ids: [ID!]!) { complaints(where: {customerId: {in: $ids}}) { nodes { id } } }"
    ids = [public_id("cus", new_id()) for _ in range(101)]
    await face.data(text, service, ids=ids[:100])
    with pytest.raises(RequestError) as refused:
        await face.data(text, service, ids=ids)
    assert refused.value.code is Code.BAD_USER_INPUT
