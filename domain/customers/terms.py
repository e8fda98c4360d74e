"""Words of the customers room."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages in which customers are written to."""

    ZH = "zh"
    """中文: Chinese."""
    EN = "en"
    """英文: English."""


class SealedField(StrEnum):
    """Fields that are only shown as masks: 手机, 邮箱, 身份证号, 银行账户, 地址."""

    PHONE = "PHONE"
    """手机."""
    MAIL = "MAIL"
    """邮箱."""
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    """身份证号."""
    BANK_ACCOUNT = "BANK_ACCOUNT"
    """银行账户."""
    ADDRESS = "ADDRESS"
    """地址."""
