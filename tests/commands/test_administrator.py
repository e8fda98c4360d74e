"""How a fresh system gets its first two administrators, in production too."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from domain.access import resetting, signing_in
from domain.access.tokens import read_token
from domain.audit.models import AuditEntry
from domain.kernel.actor import Actor, Role
from domain.kernel.settings import SECRETS, variable
from domain.staff import changes, joining
from domain.staff.models import Staff, StaffChange
from tests.commands.test_sentences import run, sentence
from tests.factories.signed_in import password_code_sent_to

SECRET = "0123456789abcdef0123456789abcdef"


def take_on(home: Path, url: str, *words: str, env: str = "production") -> subprocess.CompletedProcess[str]:
    """Runs the command against a database."""
    given = {"DATABASE_URL": url, "REDIS_URL": os.environ["REDIS_URL"], "AFTERCARE_ENV": env}
    return run(home, "administrator", *words, **given, **{variable(name): SECRET for name in SECRETS})


async def signed_in(email: str) -> Actor:
    """Sets a password by mail and signs in."""
    await resetting.request_password(email)
    await resetting.set_own_password(email, await password_code_sent_to(email), f"pass phrase of {email}")
    found = read_token((await signing_in.staff_sign_in(email, f"pass phrase of {email}")).access_token)
    assert found is not None
    return found


async def test_two_administrators_are_taken_on_in_production_and_give_everybody_else_a_role(
    database: str, tmp_path: Path
) -> None:
    for mail, name in ((" Wang.Fang@Insurer.example", "王芳"), ("li.na@insurer.example", "Li Na")):
        ran = take_on(tmp_path, database, mail, name)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout == (
            f"{mail.strip().lower()} is an administrator now; `staffRequestPassword` sends the code that sets a"
            " password.\n"
        )
    rows = await Staff.all().order_by("id")
    assert [(row.email, row.name, row.roles) for row in rows] == [
        ("wang.fang@insurer.example", "王芳", ["ADMIN"]), ("li.na@insurer.example", "Li Na", ["ADMIN"]),
    ]  # fmt: skip
    entries = await AuditEntry.filter(action="staff:join")
    assert {entry.actor for entry in entries} == {"system:operator"}
    first, second = [await signed_in(row.email) for row in rows]
    staff_id = await joining.join(name="Zhao", email="zhao@insurer.example", roles=[Role.FINANCE], actor=first)
    proposed = await StaffChange.get(staff_id=staff_id)
    await changes.confirm(proposed.id, expected_version=1, actor=second)
    assert (await Staff.get(id=staff_id)).roles == ["FINANCE"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("li.na@insurer.example", "Li Na"), "aftercare: A member of staff with this address exists already."),
        (("LI.NA@insurer.example ", "Another"), "aftercare: A member of staff with this address exists already."),
        (("li.na", "Li Na"), "aftercare: li.na is no mail address that can be written to."),
        (("other@insurer.example", " "), "aftercare: a name has 1 to 100 characters."),
        (("other@insurer.example", "x" * 101), "aftercare: a name has 1 to 100 characters."),
    ],
)
async def test_a_known_address_and_what_is_none_are_refused_in_a_sentence(
    database: str, tmp_path: Path, words: tuple[str, str], told: str
) -> None:
    await joining.join(name="Li Na", email="li.na@insurer.example", roles=[Role.HR], actor=Actor.system("test"))
    assert sentence(take_on(tmp_path, database, *words, env="test")) == told
    assert [(row.name, row.roles) for row in await Staff.all()] == [("Li Na", ["HR"])]


async def test_without_tables_it_says_what_to_do(empty_database: str, tmp_path: Path) -> None:
    told = sentence(take_on(tmp_path, empty_database, "li.na@insurer.example", "Li Na", env="test"))
    assert told == "aftercare: the database has no tables yet: run `aftercare migrate`."
