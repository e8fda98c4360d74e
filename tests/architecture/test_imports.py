"""The contracts of `.importlinter` hold, and each of them catches the fault it is there for."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from domain.rooms import ORDER
from tests.architecture.sources import PACKAGES, ROOT

NOT_CODE = shutil.ignore_patterns("__pycache__", "static", "*.pyc")


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(root), "COLUMNS": "300"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The code in a place where faults can be planted."""
    for package in (*PACKAGES, "migrations"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=NOT_CODE)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def plant(root: Path, path: str, line: str) -> None:
    planted = root / path
    planted.parent.mkdir(exist_ok=True)
    text = planted.read_text() if planted.exists() else '"""Planted."""\n'
    planted.write_text(f"{text}\n{line}\n")


def test_every_contract_is_kept(copied: Path) -> None:
    found = lint(copied)
    assert found.returncode == 0, found.stdout
    assert " 0 broken" in found.stdout


FAULTS = {
    "the face uses the workers": ("composes", "api/node.py", "import workers.registry"),
    "a gateway uses the face": ("composes", "gateways/mail.py", "import api.paging"),
    "the domain uses a gateway": ("composes", "domain/notifications/outbox.py", "import gateways.mail"),
    "workers compose the servers": ("composes", "workers/relay.py", "import commands.servers.embedded"),
    "a lower room uses an upper one": ("layered", "domain/payouts/requests.py", "import domain.claims.terms"),
    "a new room has no place": ("layered", "domain/campaigns/__init__.py", ""),
    "the kernel knows a room": ("layered", "domain/kernel/money.py", "import domain.ledger.terms"),
    "the kernel knows the rooms": ("layered", "domain/kernel/clock.py", "import domain.rooms"),
    "the face speaks to the database": ("Only the domain", "api/paging.py", "import asyncpg"),
    "a worker uses the mapper": ("Only the domain", "workers/relay.py", "from tortoise import Tortoise"),
    "the face touches rows": ("never touch rows", "api/claims/mutations.py", "from domain.claims.models import Claim"),
    "a worker touches rows": ("never touch rows", "workers/claims.py", "import domain.claims.models"),
    "the domain speaks GraphQL": ("neither GraphQL", "domain/claims/reading.py", "import strawberry"),
    "the domain speaks HTTP": ("neither GraphQL", "domain/access/keys.py", "from starlette import requests"),
    "the domain uses the broker": ("neither GraphQL", "domain/jobs/queue.py", "import dramatiq"),
    "a rule reads the database": ("are pure", "domain/claims/rules.py", "import domain.kernel.database"),
    "a rule touches rows": ("are pure", "domain/complaints/rules.py", "import domain.complaints.models"),
    "terms use the mapper": ("are pure", "domain/claims/terms.py", "import tortoise"),
    "a lifecycle reads settings": ("are pure", "domain/claims/lifecycle.py", "import domain.kernel.settings"),
    "two modules need each other": ("need each other", "domain/claims/terms.py", "import domain.claims.refusals"),
    "two api rooms go in a circle": ("need each other", "api/paging.py", "import api.claims.mutations"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(copied: Path, fault: str) -> None:
    contract, path, line = FAULTS[fault]
    plant(copied, path, line)
    found = lint(copied)
    assert found.returncode == 1, fault
    broken = [text for text in found.stdout.splitlines() if " BROKEN" in text]
    assert any(contract in each for each in broken), found.stdout


def test_models_may_be_named_for_type_checkers(copied: Path) -> None:
    lines = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from domain.claims.models import Claim"
    plant(copied, "api/claims/mutations.py", lines)
    assert lint(copied).returncode == 0


def test_the_layers_are_the_rooms_in_their_order() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = contracts["importlinter:contract:rooms"]["layers"].split()
    assert [each.strip("()") for each in layers[-len(ORDER) - 1 :]] == [*ORDER, "kernel"]
