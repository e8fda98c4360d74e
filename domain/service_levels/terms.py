"""Words of service levels: what is promised, how it is counted, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

WARNINGS = (50, 80, 100)
"""Shares of the time that has passed, in percent, at which somebody is warned."""


class ServiceStage(StrEnum):
    """Up to which point of a matter a promise counts 服务环节."""

    FIRST_RESPONSE = "FIRST_RESPONSE"
    """首次响应: until somebody answers or acknowledges it for the first time."""
    ASSIGNMENT = "ASSIGNMENT"
    """分派: until somebody is in charge of it."""
    SPECIALIST_ANSWER = "SPECIALIST_ANSWER"
    """专员答复: until the specialist's answer that was promised."""
    RESOLUTION = "RESOLUTION"
    """办结: until it is settled."""


class ServiceChannel(StrEnum):
    """The way on which the customer waits 服务渠道; `ANY` is whichever has no promise of its own."""

    ANY = "ANY"
    """不限."""
    PHONE = "PHONE"
    """电话."""
    MAIL = "MAIL"
    """电子邮件."""
    CHAT = "CHAT"
    """在线聊天."""
    STORE = "STORE"
    """门店."""
    APP = "APP"
    """应用程序."""
    PARTNER = "PARTNER"
    """合作方."""


class ServicePriority(StrEnum):
    """How urgent a matter is 优先级."""

    NORMAL = "NORMAL"
    """普通."""
    URGENT = "URGENT"
    """绿色通道: the green channel, for disasters, vulnerable customers and medical need; halves targets, goes first."""


class ServiceCalendar(StrEnum):
    """Which time counts 计时日历."""

    AROUND_THE_CLOCK = "AROUND_THE_CLOCK"
    """全天候: every minute."""
    BUSINESS = "BUSINESS"
    """工作时间: business hours of working days, make-up days 调休 among them, public holidays not."""


class ClockState(StrEnum):
    """Where a clock stands 计时状态."""

    RUNNING = "RUNNING"
    """计时中."""
    PAUSED = "PAUSED"
    """暂停: somebody else is waited for."""
    MET = "MET"
    """达标: ended in time."""
    BREACHED = "BREACHED"
    """超时: ended late."""
    DROPPED = "DROPPED"
    """终止计时: what it measured is wanted no more."""


class PauseReason(StrEnum):
    """Why a clock stands still 暂停原因."""

    CUSTOMER = "CUSTOMER"
    """等待客户: papers or an answer of the customer are waited for."""
    PARTNER = "PARTNER"
    """等待合作方: a retailer or repairer is waited for."""
    AUTHORITY = "AUTHORITY"
    """等待有关机关: the police, a court or another authority is waited for."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time, [start, end)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised. Units: minutes of the calendar's time."""

    minutes: int
    calendar: ServiceCalendar
