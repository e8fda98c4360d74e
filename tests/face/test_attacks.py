"""Documents that ask for more than they look like are refused for what they are, before the database hears of them."""

from __future__ import annotations

import pytest

from tests.face.attacks import ATTACKS
from tests.face.conftest import Face

HEAVY = [
    name
    for name, attack in ATTACKS.items()
    # What its pages alone make heavy is weighed for each caller, once it is known to fit the schema.
    if attack.code == "QUERY_TOO_COMPLEX" and not attack.variables and name != "pages of pages of pages"
]


def test_there_are_thirty_of_them_at_least() -> None:
    assert len(ATTACKS) >= 30


@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attack_is_refused_and_reads_nothing(face: Face, name: str) -> None:
    attack, before = ATTACKS[name], face.reading.statements
    answer = await face.post({"query": attack.text, "variables": dict(attack.variables)})
    assert answer.status_code == 400
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {attack.code}
    assert len(answer.json()["errors"]) <= 100
    assert face.reading.statements == before


@pytest.mark.parametrize("name", HEAVY)
async def test_the_validator_never_sees_what_is_too_heavy(
    face: Face, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.documents.validate", None)
    answer = await face.post({"query": ATTACKS[name].text})
    assert answer.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
