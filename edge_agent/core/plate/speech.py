"""A plate as it is said aloud: sign by sign, so that the driver of that very car looks up.

Mandarin says the digit 1 of a number that is spelled out as 幺, which cannot be taken for 七. English names the
province, for nobody there reads its sign. A hash cannot be said, and an unsure province is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.plate.formats import has_province

if TYPE_CHECKING:
    from edge_agent.core.plate.reading import PlateReading

_MANDARIN: Final = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_ENGLISH: Final = dict(
    zip("0123456789", ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), strict=True)
)
_PROVINCES: Final = {
    "京": "Beijing",
    "津": "Tianjin",
    "沪": "Shanghai",
    "渝": "Chongqing",
    "冀": "Hebei",
    "晋": "Shanxi",
    "蒙": "Inner Mongolia",
    "辽": "Liaoning",
    "吉": "Jilin",
    "黑": "Heilongjiang",
    "苏": "Jiangsu",
    "浙": "Zhejiang",
    "皖": "Anhui",
    "闽": "Fujian",
    "赣": "Jiangxi",
    "鲁": "Shandong",
    "豫": "Henan",
    "鄂": "Hubei",
    "湘": "Hunan",
    "粤": "Guangdong",
    "桂": "Guangxi",
    "琼": "Hainan",
    "川": "Sichuan",
    "贵": "Guizhou",
    "云": "Yunnan",
    "藏": "Tibet",
    "陕": "Shaanxi",
    "甘": "Gansu",
    "青": "Qinghai",
    "宁": "Ningxia",
    "新": "Xinjiang",
}
_ENDINGS: Final = {
    "警": "police",
    "学": "learner",
    "挂": "trailer",
    "领": "consulate",
    "使": "embassy",
    "港": "Hong Kong",
    "澳": "Macau",
}


def spoken(reading: PlateReading | None, language: str) -> str:
    """What is said of a plate in a language; nothing where none is known, or only its hash."""
    if reading is None or reading.hashed:
        return ""
    text = reading.text if reading.province_sure or not has_province(reading.text) else reading.text[1:]
    if language.startswith("zh"):
        return " ".join(_MANDARIN.get(sign, sign) for sign in text)
    names = {**_ENGLISH, **_PROVINCES, **_ENDINGS}
    return " ".join(names.get(sign, sign) for sign in text)


def written(reading: PlateReading | None, language: str) -> str:
    """The same for whoever reads it; an unsure province is there, and is said to be unsure."""
    if reading is None or reading.hashed:
        return ""
    if reading.province_sure:
        return reading.text
    doubt = "（省份存疑）" if language.startswith("zh") else " (province unsure)"
    return f"{reading.text}{doubt}"
