"""Refusals of the access room. Signing in has one only, so that nobody learns which accounts there are."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class SignInFailed(Refusal):
    """Unknown, wrong, over or locked: which of them is not told."""

    code = "SIGN_IN_FAILED"
    english = "That did not work; check what you entered, or try again in 15 minutes."
    chinese = "登录未成功，请检查输入内容，或 15 分钟后再试。"


@dataclass(eq=False)
class SessionOver(Refusal):
    """The session has ended or this refresh token is not its present one."""

    code = "SESSION_OVER"
    english = "This session has ended; sign in again."
    chinese = "会话已结束，请重新登录。"


@dataclass(eq=False)
class SecondFactorThere(Refusal):
    """The member of staff has a second factor that counts."""

    code = "SECOND_FACTOR_THERE"
    english = "You have a second factor already; another administrator can remove it."
    chinese = "您已启用动态口令；如需更换，请由其他管理员先行解除。"


@dataclass(eq=False)
class TooManyKeys(Refusal):
    """The partner has as many live API keys as it may have."""

    most: int
    code = "TOO_MANY_KEYS"
    english = "A partner has {most} live API keys at most; revoke one first."
    chinese = "每个合作方最多持有 {most} 个有效的 API 密钥，请先撤销一个。"
