"""Values that schemathesis gives to our scalars; it loads this module by SCHEMATHESIS_HOOKS.

Ids are those of rows that are there (AFTERCARE_FUZZ_IDS, separated by commas), and some that are none.
"""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import graphql
import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from domain.kernel.ids import public_id

KNOWN = tuple(filter(None, os.environ.get("AFTERCARE_FUZZ_IDS", "").split(",")))
NONE = public_id("clm", UUID(int=0))
OFFSETS = ("Z", "+08:00", "-12:00", "+14:00")

small = st.decimals(Decimal(0), Decimal(10_000), places=2)
large = st.decimals(Decimal(-(10**15) + 1), Decimal(10**15 - 1), places=6)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - an offset follows

TEXTS: dict[str, st.SearchStrategy[str]] = {
    "BigInt": st.integers(-(10**18) + 1, 10**18 - 1).map(str),
    "Date": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(str),
    "DateTime": st.tuples(instants, st.sampled_from(OFFSETS)).map(lambda both: f"{both[0].isoformat()}{both[1]}"),
    "Decimal": st.one_of(small, small, large).map(lambda number: f"{number:f}"),
    "ID": st.one_of(st.sampled_from((*KNOWN, NONE)), st.sampled_from((*KNOWN, NONE)), st.text(max_size=40)),
    "JSON": st.dictionaries(st.text(max_size=5), st.integers(), max_size=3).map(json.dumps),
}
STRATEGIES: dict[str, st.SearchStrategy[graphql.ValueNode]] = {
    name: strategy.map(nodes.String) for name, strategy in TEXTS.items()
}
for name, strategy in STRATEGIES.items():
    schemathesis.graphql.scalar(name, strategy)
