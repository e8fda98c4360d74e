"""What policy documents call things, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.kernel.money import Money
from domain.notifications.rendering import amount_in_chinese
from domain.policies.terms import PolicyState
from domain.products.terms import DeviceCategory, DeviceCondition, DisclosureLevel, Peril

ISSUER = ("售后保险服务中心", "Aftercare Insurance")
WORDS: dict[StrEnum, tuple[str, str]] = {
    Peril.BREAKDOWN: ("故障", "Breakdown"),
    Peril.DROP: ("跌落", "Damage by a fall"),
    Peril.LIQUID: ("进液", "Damage by liquid"),
    Peril.SCREEN: ("碎屏", "A broken screen"),
    Peril.THEFT: ("盗抢", "Theft or robbery"),
    Peril.BATTERY: ("电池损耗", "A worn battery"),
    DeviceCategory.PHONE: ("手机", "Phone"),
    DeviceCategory.TABLET: ("平板电脑", "Tablet"),
    DeviceCategory.LAPTOP: ("笔记本电脑", "Laptop"),
    DeviceCategory.WATCH: ("智能手表", "Watch"),
    DeviceCategory.APPLIANCE: ("家用电器", "Household appliance"),
    DeviceCondition.NEW: ("全新", "New"),
    DeviceCondition.REFURBISHED: ("官翻", "Refurbished by its maker"),
    DeviceCondition.USED: ("二手", "Used"),
    DisclosureLevel.KEY: ("重点说明", "Explained to you"),
    DisclosureLevel.ORDINARY: ("提示", "Pointed out to you"),
    PolicyState.PENDING: ("未生效", "Not yet in force"),
    PolicyState.IN_FORCE: ("有效", "In force"),
    PolicyState.EXPIRED: ("满期", "Expired"),
    PolicyState.CANCELLED: ("已退保", "Cancelled"),
    PolicyState.LAPSED: ("失效", "Lapsed"),
}
"""Each value of the closed sets that a reader of a policy document, or of its proof, meets."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things in one language, `zh` or `en`."""

    language: str

    def say(self, chinese: str, english: str, **values: object) -> str:
        """The sentence of this language, with values in it."""
        return (chinese if self.language == "zh" else english).format(**values)

    def word(self, value: StrEnum) -> str:
        """The word for a value of a closed set."""
        return self.say(*WORDS[value])

    def amount(self, money: Money) -> str:
        """An amount as its readers write it."""
        return self.say("{zh}", "{en}", zh=amount_in_chinese(str(money)), en=f"{money.currency} {money.amount:,}")

    def day(self, day: date) -> str:
        """A day as its readers write it."""
        return self.say("{day.year}年{day.month}月{day.day}日", "{day:%Y-%m-%d}", day=day)

    def count(self, number: int | None, none: str) -> str:
        """A count, or what is said where none is set."""
        return none if number is None else str(number)
