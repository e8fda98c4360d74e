"""Documents that ask for more than they look like: what tests refuse and what the benchmark of refusals times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SIGN_IN = 'staffSignIn(input: {email: "a@example.com", password: "guess"}) { accessToken }'


@dataclass(frozen=True)
class Attack:
    """One request, and the code that refuses it."""

    text: str
    code: str = "QUERY_TOO_COMPLEX"
    variables: Mapping[str, Any] = field(default_factory=dict)


def _nested(head: str, levels: int, leaf: str = "id") -> str:
    return "{" + head * levels + leaf + "}" * (head.count("{") * levels + 1)


def _chain(number: int, spreads: str, leaf: str) -> str:
    """Fragments of which each spreads the next one several times."""
    fragments = [
        f"fragment F{each} on Query {{ {spreads.replace('%', str(each + 1))} }}" for each in range(number)
    ]
    return " ".join(["{ ...F0 }", *fragments, f"fragment F{number} on Query {{ {leaf} }}"])


def _many(number: int, part: str) -> str:
    return " ".join(part.replace("%", str(each)) for each in range(number))


PAGED = "claims(first: $n) { nodes { ...F% } }"
PAGES = "claims(first: 100) { nodes { policy { "
IDS = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
FILTER = "query($w: ClaimWhere) { claims(where: $w) { totalCount } }"
CYCLE = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }"

PARSE, VALIDATION = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
SPREADING = "...F% ...F%"

ATTACKS: Mapping[str, Attack] = {
    # fragments
    "18 fragments that each spread the next twice": Attack(_chain(18, SPREADING, "me { id }")),
    "18 fragments that spread it in a fragment": Attack(_chain(18, "...F% ... { ...F% }", "a: me { id } b: me { id }")),
    "30 fragments that each spread the next three times": Attack(_chain(30, "...F% ...F% ...F%", "me { id }")),
    "60 fragments": Attack(_chain(60, SPREADING, "viewer { id }")),
    "a fragment that spreads itself": Attack("{ ...A } fragment A on Query { ...A }", VALIDATION),
    "a circle of three fragments": Attack(CYCLE, VALIDATION),
    "an unknown fragment": Attack("{ ...Nothing }", VALIDATION),
    "one fragment spread 400 times": Attack("{" + "...F " * 400 + "} fragment F on Query { me { id } }"),
    "pages by a variable in each of 16 fragments": Attack(_chain(16, PAGED * 2, "id")),
    # repetition
    "10,000 aliases": Attack("{" + _many(10_000, "a%: __typename") + "}"),
    "140 aliases of one field": Attack("{" + _many(140, "a%: me { id }") + "}"),
    "16 aliases below": Attack("{ me { " + _many(16, "a%: id") + " } }"),
    "one field 400 times": Attack("{" + "__typename " * 400 + "}"),
    "one field 200 times in inline fragments": Attack("{" + "... { __typename } " * 200 + "}"),
    "200 overlapping objects": Attack("{" + "me { id } " * 200 + "}"),
    "2,500 fields": Attack("{" + _many(2_500, "f%") + "}", PARSE),
    "21 root fields": Attack("{" + _many(21, "f%") + "}"),
    "50 sign-ins": Attack("mutation {" + _many(50, f"a%: {SIGN_IN}") + "}"),
    "6 sign-ins": Attack("mutation {" + _many(6, f"a%: {SIGN_IN}") + "}"),
    # directives
    "1,000 directives on a field": Attack("{ __typename " + "@a " * 1_000 + "}", PARSE),
    "400 directives on a field": Attack("{ __typename " + "@a " * 400 + "}"),
    "51 directives that exist": Attack("{ me { " + _many(51, "... @skip(if: false) { id }") + " } }"),
    # depth and width
    "249 levels": Attack(_nested("a{", 249), PARSE),
    "90 levels": Attack(_nested("a{", 90)),
    "200 levels of inline fragments": Attack("{" + "... {" * 200 + "a" + "}" * 201, PARSE),
    "10 levels of what the schema has": Attack(_nested("claims{nodes{policy{", 5)),
    "introspection of introspection": Attack("{ __schema { types " + "{ a " * 200 + " }" * 202, PARSE),
    "20 schemas": Attack("{" + _many(20, "... { a%: __schema { types { name } } }") + "}"),
    "21 schemas": Attack("{" + _many(21, "a%: __schema { types { name } }") + "}"),
    "pages of pages of pages": Attack("{" + PAGES * 3 + "id" + " }" * 10),
    "pages of pages of pages by a variable": Attack(
        "query($n: Int) {" + PAGES.replace("100", "$n") * 3 + "id" + " }" * 10, variables={"n": 100}
    ),
    # values
    "a list of lists": Attack("{ node(id: " + "[" * 400 + "]" * 400 + ") { id } }", PARSE),
    "a number of 1,000 digits": Attack("{ claims(first: " + "9" * 1_000 + ") { nodes { id } } }", VALIDATION),
    "30,000 ids in a variable": Attack(IDS, variables={"ids": ["clm_x"] * 30_000}),
    "30,000 values in a filter": Attack(FILTER, variables={"w": {"state": {"in": ["PAID"] * 30_000}}}),
    "an object where a text should be": Attack("query($x: ID!) { node(id: $x) { id } }", "BAD_USER_INPUT", {"x": {}}),
    "400 variables": Attack("query(" + _many(400, "$v%: Int") + ") { __typename }", PARSE),
    "a text of the whole body": Attack('{ me { id } } """' + "x" * 200_000 + '"""'),
}
