"""Where the embedded servers keep their files, and as whom they run."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SOCKET_LIMIT = 103  # bytes of a unix socket's path: 107 on Linux, 103 on macOS
LONGEST_SOCKET = ".s.PGSQL.5432"
PLAIN_PATH = re.compile(r"[\w/.@+-]+", re.ASCII)  # what needs no quoting in an address or a server setting
REACHABLE = Path("/var/tmp")  # noqa: S108 - kept over a restart; the folder made there is 0700 and its owner checked
SHORT = Path("/tmp")  # noqa: S108 - for sockets alone; the folder made there is 0700 and its owner checked
UNPRIVILEGED = ("postgres", "nobody")  # who serves when root starts: PostgreSQL refuses to run as root


class ServerDidNotStart(RuntimeError):
    """An embedded server cannot run; the text says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Whom a server runs as. Both ids are None when that is the caller."""

    user: int | None = None
    group: int | None = None

    @property
    def groups(self) -> list[int] | None:
        """The further groups of a process: none when the account is changed, else those of the caller."""
        return None if self.user is None else []

    def can(self, argv: Sequence[str]) -> bool:
        """Whether this account can run a command, tried for real."""
        quiet = subprocess.DEVNULL
        try:
            tried = subprocess.run(
                argv,
                cwd="/",
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                check=False,
                user=self.user,
                group=self.group,
                extra_groups=self.groups,
            )
        except OSError:
            return False
        return tried.returncode == 0

    def owns(self, path: Path) -> bool:
        """Whether a file belongs to this account."""
        return path.lstat().st_uid == (os.geteuid() if self.user is None else self.user)

    def give(self, path: Path) -> None:
        """Hands a file of the caller to this account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group, follow_symlinks=False)


@dataclass(frozen=True)
class Place:
    """The folders of one pair of servers, both 0700 and owned by the account the servers run as."""

    folder: Path
    sockets: Path
    account: Account


def open_place(home: Path, say: Callable[[str], None]) -> Place:
    """Makes the folders for the servers of one home, and says so when they cannot lie below it.

    Raises: ServerDidNotStart when a folder cannot be made or belongs to someone else.
    """
    try:
        return _open_place(home.absolute(), say)
    except OSError as error:
        raise ServerDidNotStart(
            f"Nothing can be kept in {home} ({error.strerror}): let AFTERCARE_HOME name another folder."
        ) from None


def find_place(home: Path) -> Path | None:
    """The folder of the servers of a home; None when there never were any, or none in sight."""
    home = home.resolve()
    for folder in (home / "servers", REACHABLE / _name(home)):
        with suppress(PermissionError):
            if folder.is_dir():
                return folder
    return None


def _name(home: Path) -> str:
    """What the folders of a home are called outside it."""
    return f"aftercare-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"


def _open_place(home: Path, say: Callable[[str], None]) -> Place:
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o755)  # what must be hidden lies in a 0700 folder inside
    home = home.resolve()
    folder = home / "servers"
    account = _account_for(folder)
    if not account.can(["/bin/sh", "-c", 'cd "$0"', str(home)]):
        folder = REACHABLE / _name(home)
        name = pwd.getpwuid(account.user or 0).pw_name
        say(f"The servers run as {name}, who cannot enter {home}: their files are kept in {folder}.")
    _make_private(folder, account)
    sockets = folder / "run"
    if len(os.fsencode(sockets / LONGEST_SOCKET)) > SOCKET_LIMIT or not PLAIN_PATH.fullmatch(str(sockets)):
        sockets = SHORT / _name(home)
    _make_private(sockets, account)
    return Place(folder, sockets, account)


def bring_binaries(sources: Sequence[Path], below: Path, copy: Path, account: Account) -> None:
    """Copies binaries with their layout below `below` into `copy`, for an account that cannot reach the original."""
    unfinished = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, unfinished / source.relative_to(below), symlinks=True)
        else:
            (unfinished / source.relative_to(below)).parent.mkdir(parents=True)
            shutil.copy2(source, unfinished / source.relative_to(below))
    for path in (unfinished, *unfinished.rglob("*")):
        account.give(path)
    unfinished.rename(copy)


def _account_for(folder: Path) -> Account:
    if os.geteuid() != 0:
        return Account()
    if folder.exists() and folder.stat().st_uid != 0:
        return Account(folder.stat().st_uid, folder.stat().st_gid)
    for name in UNPRIVILEGED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise ServerDidNotStart("PostgreSQL refuses to run as root, and there is no account named postgres or nobody.")


def _make_private(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if os.geteuid() == 0 and status.st_uid == 0:
        account.give(folder)
    if folder.is_symlink() or not account.owns(folder):
        raise ServerDidNotStart(
            f"{folder} belongs to user {status.st_uid}: remove it, or let AFTERCARE_HOME name another folder."
        )
    folder.chmod(0o700)
