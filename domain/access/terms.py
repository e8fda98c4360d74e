"""Words of the access room, and its limits of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

TOKEN_LIFE = timedelta(minutes=10)
"""How long an access token is worth something without the session being renewed."""
IDLE_LIFE = timedelta(minutes=30)
"""How long a session may lie idle after its access token is over before it cannot be renewed any more."""
SESSION_LIFE = timedelta(hours=12)
"""How long a session lives at most, however often it is renewed."""
CODE_LIFE = timedelta(minutes=10)
"""How long a one-time code can be used."""
KEY_LIFE = timedelta(days=365)
"""How long an API key lives at most."""
KEYS_A_PARTNER = 2
"""Live API keys of one partner: the one in use, and the one that will replace it."""


class CodePurpose(StrEnum):
    """What a one-time code is sent for 验证码用途."""

    CUSTOMER_SIGN_IN = "CUSTOMER_SIGN_IN"
    """客户登录: a customer signs in."""
    STAFF_PASSWORD = "STAFF_PASSWORD"  # noqa: S105 - a purpose, not a secret
    """员工设置密码: a member of staff sets a password."""


class ApiScope(StrEnum):
    """What an API key may be used for 接口权限; what its partner may do at all is decided by the role."""

    READ = "READ"
    """查询: to read."""
    SELL = "SELL"
    """出单: to register devices and sell policies."""
    CLAIM = "CLAIM"
    """报案: to report losses."""
    COMPLAIN = "COMPLAIN"
    """投诉: to hand in complaints."""
    INQUIRE = "INQUIRE"
    """咨询: to ask and to follow up."""
    REPAIR = "REPAIR"
    """维修: to carry out repair orders."""
    KEYS = "KEYS"
    """密钥管理: to revoke API keys."""


class Principal(StrEnum):
    """Whose session it is: staff 员工, a customer 客户, or a partner's system 合作方系统 with an API key."""

    STAFF = "STAFF"
    """员工: a member of staff."""
    CUSTOMER = "CUSTOMER"
    """客户: a policyholder."""
    API_KEY = "API_KEY"
    """接口密钥: a partner's system."""


class EndReason(StrEnum):
    """Why a session ended before its time 会话终止原因."""

    SIGNED_OUT = "SIGNED_OUT"
    """Its owner, or an administrator, ended it."""
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105 - a reason, not a secret
    """A refresh token came twice: one of the two who had it had stolen it."""
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a reason, not a secret
    """The password was set anew."""
    KEY_REVOKED = "KEY_REVOKED"
    """The API key was revoked."""
    IDLE = "IDLE"
    """It was not used for too long."""
    LEFT = "LEFT"
    """The member of staff is not active any more."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A session with its tokens. They are told once and stored nowhere; `expires_at` is the access token's."""

    session_id: UUID
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key; `text` is told once."""

    session_id: UUID
    text: str = field(repr=False)
