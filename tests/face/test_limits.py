"""How much one document may ask for: refused before the validator, let alone the database, sees it."""

from __future__ import annotations

import pytest

from api.limits import AD_HOC
from tests.face.conftest import Face

REFUSED = "QUERY_TOO_COMPLEX"


async def refusal_of(face: Face, query: str, **variables: int) -> str | None:
    """The sentence of a refusal for its weight, or None when the document was not too heavy."""
    error = (await face.post({"query": query, "variables": variables})).json().get("errors", [{}])[0]
    return str(error["message"]) if error.get("extensions", {}).get("code") == REFUSED else None


def claims(page: str, below: str) -> str:
    return f"claims{page} {{ nodes {{ {below} }} }}"


@pytest.mark.parametrize("wide", ["(first: 100)", "(last: 100)", "(first: $n)"])
async def test_pages_of_pages_of_pages_are_too_many_rows(face: Face, wide: str) -> None:
    head = "query($n: Int)" if "$" in wide else "query"
    inner = claims(wide, f"policy {{ {claims(wide, 'id')} }}")
    assert await refusal_of(face, f"{head} {{ {inner} }}", n=100) is None, "two wide pages are a reader's right"
    outer = f"{head} {{ customers{wide} {{ nodes {{ policies{wide} {{ nodes {{ {claims(wide, 'id')} }} }} }} }} }}"
    assert str(AD_HOC.cost) in (await refusal_of(face, outer, n=100) or "")


async def test_a_variable_counts_for_what_it_asks_for(face: Face) -> None:
    pages = ("customers", "policies", "claims")
    asked = " { nodes { ".join(f"{name}(first: $n)" for name in pages) + " { nodes { id" + " } }" * len(pages)
    text = f"query($n: Int = 100) {{ {asked} }}"
    assert await refusal_of(face, text, n=20) is None
    assert await refusal_of(face, text, n=30) is not None
    assert await refusal_of(face, text) is not None


async def test_a_list_that_names_no_length_counts_as_its_page(face: Face) -> None:
    modest = "{ customers { nodes { policies { nodes { claims { nodes { id } } } } } } }"
    assert await refusal_of(face, modest) is None
    wider = modest.replace("claims", "claims(first: 100)")
    assert await refusal_of(face, wider) is not None


async def test_one_field_is_not_repeated_in_one_place_without_end(face: Face) -> None:
    assert await refusal_of(face, "{ viewer { " + "__typename " * AD_HOC.repeats + "} }") is None
    for repeated in ("__typename " * (AD_HOC.repeats + 1), "... { __typename } " * (AD_HOC.repeats + 1)):
        assert "__typename" in (await refusal_of(face, "{ viewer { " + repeated + "} }") or "")


async def test_an_answer_is_kept_by_no_cache_and_guessed_by_no_browser(face: Face) -> None:
    for query in ("{__typename}", "{ nonsense }"):
        answer = await face.post({"query": query})
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
