"""Passwords of staff: argon2id over a peppered text, in two threads, so that a wave of sign-ins takes half a machine.

Source: OWASP, Password Storage Cheat Sheet (argon2id, 19 MiB, 2 passes, 1 lane).
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.access.sessions import end_sessions_of
from domain.access.signing import signing_keys
from domain.access.terms import EndReason
from domain.audit.entries import record
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.refusals import Forbidden, Invalid, NotFound
from domain.kernel.rows import lock_row
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.models import Staff, StaffPassword

T = TypeVar("T")
SHORTEST, LONGEST = 12, 128
SLOTS = 2
NICE = 10
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@lru_cache(maxsize=1)
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SLOTS, thread_name_prefix="passwords", initializer=_step_back)


def _step_back() -> None:
    """Lets everything else go before this thread, where the system knows priorities of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


async def _in_thread(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_executor(), work)


def _peppered(password: str) -> list[str]:
    """The password under a key that the database does not hold; the present key first, then former ones."""
    keys = signing_keys(b"aftercare password pepper")
    return [base64.b64encode(hmac.digest(key, password.encode(), "sha256")).decode() for key in keys]


async def hash_password(password: str) -> str:
    """What is stored of a password."""
    return await _in_thread(lambda: HASHER.hash(_peppered(password)[0]))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return HASHER.hash("nobody has this password")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password fits, and whether its hash should be made anew, with today's key and parameters."""

    fits: bool
    outdated: bool = False


async def verify_password(stored: str | None, password: str) -> Verdict:
    """Judges a password; without a stored hash that takes as long, and it never fits."""
    return await _in_thread(lambda: _judged(stored or _nobodys_hash(), password, known=stored is not None))


async def judge_password(staff_id: UUID, password: str, *, allowed: bool) -> tuple[str | None, Verdict]:
    """Judges the password of a member of staff, and tells the hash that it was judged by.

    It takes as long, and never fits, when nobody has this id, when no password is set, and for a try that is not
    `allowed`.
    """
    row = await StaffPassword.filter(staff_id=staff_id).first()
    stored = row.hash if row is not None and allowed and len(password) <= LONGEST else None
    return stored, await verify_password(stored, password[:LONGEST])


def _judged(stored: str, password: str, *, known: bool) -> Verdict:
    """Tries every pepper, so that a password that fits takes no less time than one that does not."""
    fitting = [_fits(stored, peppered) for peppered in _peppered(password)]
    if not any(fitting):
        return Verdict(fits=False)
    return Verdict(fits=known, outdated=not fitting[0] or HASHER.check_needs_rehash(stored))


def _fits(stored: str, peppered: str) -> bool:
    try:
        return HASHER.verify(stored, peppered)
    except (VerificationError, InvalidHashError):
        return False


def expect_strong(password: str) -> None:
    """Sees that a password is long enough to be one.

    Raises: Invalid for one shorter than 12 or longer than 128 characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid("between", f"{SHORTEST} and {LONGEST}", path=("input", "password"))


async def set_password(staff_id: UUID, *, password: str, actor: Actor) -> None:
    """Gives a member of staff a password; whoever is signed in with the former one is signed out.

    Raises: Forbidden, NotFound; Invalid for a password shorter than 12 or longer than 128 characters.
    """
    if not actor.has(Role.ADMIN, Role.HR, Role.SYSTEM):
        raise Forbidden(permission="access:set_password")
    expect_strong(password)
    stored = await hash_password(password)
    async with transaction():
        if await lock_row(Staff, staff_id) is None:
            raise NotFound(kind="Staff")
        await replace_password(staff_id, stored, actor)


async def replace_password(staff_id: UUID, stored: str, actor: Actor) -> None:
    """Gives a locked member of staff another hash and ends all sessions, in the current transaction."""
    await store_hash(staff_id, stored)
    await end_sessions_of(staff_id, EndReason.PASSWORD_CHANGED)
    await record("access:set_password", Subject(SubjectKind.STAFF, staff_id), actor)


async def renew_hash(staff_id: UUID, former: str, stored: str) -> None:
    """Replaces a hash by one of the same password, unless another password was set meanwhile."""
    async with transaction():
        await StaffPassword.filter(staff_id=staff_id, hash=former).update(hash=stored)


async def store_hash(staff_id: UUID, stored: str) -> None:
    """Keeps a hash as the one of a member of staff, in the current transaction."""
    if not await StaffPassword.filter(staff_id=staff_id).update(hash=stored):
        await StaffPassword.create(staff_id=staff_id, hash=stored)
