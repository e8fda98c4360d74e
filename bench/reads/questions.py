"""The three questions, how each side is asked them, and its answers in one form, so that they can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

ONES = 1_000  # different policies that are asked for in turn


class Question(StrEnum):
    """What is asked."""

    ONE = "one"
    TWENTY = "20"
    HUNDRED = "100"

    @property
    def words(self) -> str:
        """The words of the table."""
        return "one policy" if self is Question.ONE else f"{self} policies"


@dataclass(frozen=True)
class Asked:
    """One HTTP request."""

    method: str
    path: str
    body: str = ""


GRAPHQL_FIELDS = """{
  id policyNumber state startsOn endsOn issuedAt version
  device { category brand model } sumInsured { amount currency } premium { amount currency }
  customer { id phone mail createdAt version }
  claims(first: 20) {
    nodes {
      id claimNumber state cause lossOn reportedAt description
      claimed { amount currency } paid { amount currency }
    }
  }
}"""
POSTGRAPHILE_FIELDS = """{
  rowId policyNumber state category brand model startsOn endsOn issuedAt version
  sumInsuredMinor premiumMinor currency
  customerByCustomerId { rowId phoneMask mailMask createdAt version }
  claimsByPolicyId(first: 20, orderBy: PRIMARY_KEY_DESC) {
    nodes { rowId claimNumber state cause lossOn reportedAt description claimedMinor paidMinor currency }
  }
}"""


def _graphql(query: str, variables: Mapping[str, Any] | None = None) -> Asked:
    body = {"query": query, **({"variables": variables} if variables else {})}
    return Asked("POST", "/graphql", json.dumps(body, separators=(",", ":")))


def ours(question: Question, ids: Sequence[UUID]) -> list[Asked]:
    """The requests to our API."""
    if question is Question.ONE:
        text = f"query One($id: ID!) {{ policy(by: {{ id: $id }}) {GRAPHQL_FIELDS} }}"
        return [_graphql(text, {"id": f"pol_{each.hex}"}) for each in ids]
    return [_graphql(f"query Page {{ policies(first: {question}) {{ nodes {GRAPHQL_FIELDS} }} }}")]


def our_least(ids: Sequence[UUID]) -> list[Asked]:
    """The same small request to our API again and again: what it costs to answer at all."""
    return [_graphql("query Least($id: ID!) { policy(by: { id: $id }) { id } }", {"id": f"pol_{ids[0].hex}"})]


def our_page(after: str | None, *, with_cursor: bool = False, first: int = 20) -> Asked:
    """The request to our API for one page of policies behind a cursor."""
    info = "pageInfo { endCursor }" if with_cursor else ""
    page = f"policies(first: {first}, after: $after) {{ {info} nodes {GRAPHQL_FIELDS} }}"
    return _graphql(f"query Deep($after: String) {{ {page} }}", {"after": after})


def end_cursor(answer: bytes) -> str:
    """The cursor of the last row of such a page."""
    return str(json.loads(answer)["data"]["policies"]["pageInfo"]["endCursor"])


def usual(question: Question, ids: Sequence[UUID]) -> list[Asked]:
    """The requests to the usual way."""
    if question is Question.ONE:
        text = f"query One($id: ID!) {{ policy(id: $id) {GRAPHQL_FIELDS} }}"
        return [_graphql(text, {"id": str(each)}) for each in ids]
    return [_graphql(f"query Page {{ policies(first: {question}) {{ nodes {GRAPHQL_FIELDS} }} }}")]


def postgraphile(question: Question, ids: Sequence[UUID]) -> list[Asked]:
    """The requests to PostGraphile."""
    if question is Question.ONE:
        text = f"query One($id: UUID!) {{ policyByRowId(rowId: $id) {POSTGRAPHILE_FIELDS} }}"
        return [_graphql(text, {"id": str(each)}) for each in ids]
    page = f"allPolicies(first: {question}, orderBy: PRIMARY_KEY_DESC)"
    return [_graphql(f"query Page {{ {page} {{ nodes {POSTGRAPHILE_FIELDS} }} }}")]


def limit(question: Question, ids: Sequence[UUID]) -> list[Asked]:
    """The requests to hand-written SQL."""
    if question is Question.ONE:
        return [Asked("GET", f"/policies/pol_{each.hex}") for each in ids]
    return [Asked("GET", f"/policies?first={question}")]


def rows_of(answer: bytes) -> list[Any]:
    """An answer of any side as policies in one form: plain ids, decimal amounts, instants in UTC.

    Raises: ValueError when the answer holds errors.
    """
    found = json.loads(answer)
    if isinstance(found, dict) and found.get("errors"):
        raise ValueError(str(found["errors"])[:500])
    data = found["data"] if isinstance(found, dict) and "data" in found else {"root": found}
    (root,) = data.values()
    if root is None:
        return []
    if isinstance(root, dict) and "nodes" in root:
        root = root["nodes"]
    return [_policy(row) for row in (root if isinstance(root, list) else [root])]


_NAMES = {
    "rowId": "id",
    "customerByCustomerId": "customer",
    "claimsByPolicyId": "claims",
    "phoneMask": "phone",
    "mailMask": "mail",
}


def _policy(row: dict[str, Any]) -> Any:
    row = {**row, **row.get("device", {})}
    return {
        _NAMES.get(name, name).removesuffix("Minor"): _value(name, value, row)
        for name, value in row.items()
        if name not in {"currency", "device"}
    }


def _value(name: str, value: Any, row: dict[str, Any]) -> Any:
    if name in {"id", "rowId"}:
        return UUID(value[-32:] if "_" in value else value).hex
    if name.endswith("Minor"):
        return str(Decimal(value).scaleb(-2)), row["currency"]
    if name.endswith("At"):
        return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="milliseconds")
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return str(Decimal(value["amount"])), value["currency"]
    if isinstance(value, dict):
        return [_policy(each) for each in value["nodes"]] if "nodes" in value else _policy(value)
    return [_policy(each) for each in value] if isinstance(value, list) else value
