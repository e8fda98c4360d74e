"""What each reason says to people, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from domain.quotes.terms import ReasonCode

SENTENCES: Mapping[ReasonCode, tuple[str, str]] = {
    ReasonCode.COVERS_WHAT_IS_WANTED: ("It insures all that you want insured.", "覆盖您需要的全部责任。"),
    ReasonCode.WITHIN_BUDGET: ("It costs no more than you want to spend.", "保费在您的预算之内。"),
    ReasonCode.BEST_MATCH: (
        "Of all that fit, it leaves least open, adds least that you do not want, and costs least.",
        "在适合的产品中，未覆盖和不需要的责任最少，保费最低。",
    ),
    ReasonCode.NOT_INSURABLE: ("It does not insure this device.", "该产品不承保此设备。"),
    ReasonCode.COVERS_NOTHING_WANTED: ("It insures nothing that you want insured.", "不包含您需要的任何责任。"),
    ReasonCode.LEAVES_OPEN: ("It does not insure all that you want insured.", "未覆盖您需要的部分责任。"),
    ReasonCode.COVERS_MORE: (
        "It insures, and charges for, more than you want insured.",
        "包含您并不需要的责任，相应费用已计入保费。",
    ),
    ReasonCode.OVER_BUDGET: ("It costs more than you want to spend.", "保费超出您的预算。"),
    ReasonCode.USE_EXCLUDED: ("It excludes what the device is used for.", "设备的用途属于责任免除范围。"),
    ReasonCode.WARRANTY_RUNS: (
        "The maker's warranty answers for breakdowns during a part of the cover.",
        "保险期间的一部分仍在厂商保修期内，故障由厂商负责。",
    ),
    ReasonCode.WARRANTY_COVERS_MOST: (
        "The maker's warranty answers for breakdowns during most of the cover; you would hardly need it.",
        "保险期间的大部分仍在厂商保修期内，您很可能用不到该保障。",
    ),
    ReasonCode.LOSS_IS_BEARABLE: (
        "You could bear the loss of the device without insurance.",
        "即使不投保，您也能够承担该设备的损失。",
    ),
    ReasonCode.DEDUCTIBLE_BEYOND_MEANS: (
        "You could not bear what you would have to pay first of a claim.",
        "每次事故的免赔额超出您的承受能力。",
    ),
    ReasonCode.NEEDS_EXPLAINING: (
        "Its terms are complex; have them explained one by one before you decide.",
        "条款较为复杂，请在逐条说明后再作决定。",
    ),
    ReasonCode.SELLER_NOT_QUALIFIED: (
        "Your adviser may not sell it; somebody else may.",
        "您的销售人员不具备销售该产品的资质，可由其他人员办理。",
    ),
}


def in_words(code: str, language: str) -> str:
    """The sentence of a reason."""
    english, chinese = SENTENCES[ReasonCode(code)]
    return chinese if language.startswith("zh") else english
