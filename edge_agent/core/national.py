"""The national block: what a matter is called in the codes by which a city's platforms exchange it.

Keys, lengths and meanings are those of the attributes of a matter (事项) in GB/T 47678.5-2026, as a transcription
has them; nobody compared it with the printed standard. What nobody wrote down is left out, never made up::

    SXDM       事项代码           matter code: district (6 digits) and category (5)     site, codes
    SXMC       事项名称           matter name                                           codes
    ZGBMDM     主管部门代码       the department in charge: its unified credit code     policy
    ZGBMMC     主管部门名称       and its full name                                     policy
    SFWZ       事发位置           where it happened, in words                           zone
    SZDYWGBSM  所在单元网格标识码  the unit grid cell it lies in                          zone
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_agent.core.policy import Kind
    from edge_agent.core.zones import Zone

STANDARD: Final = "GB/T 47678.5-2026"
LANGUAGE: Final = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """Who is in charge of a matter; ``code`` is its unified social credit code (统一社会信用代码)."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a kind is in the national codes: its name there, and who is in charge of it."""

    name: str
    department: Department = Department()


@dataclass(frozen=True, slots=True, kw_only=True)
class National:
    """The block itself, by the standard's own keys."""

    SXDM: str | None = None
    SXMC: str | None = None
    ZGBMDM: str | None = None
    ZGBMMC: str | None = None
    SFWZ: str | None = None
    SZDYWGBSM: str | None = None


def national(adcode: str, kind: Kind, zone: Zone | None) -> National:
    """The block of an incident of ``kind`` in ``zone`` (None where it is drawn no more) of district ``adcode``."""
    code = kind.codes.get(STANDARD)
    matter = kind.matter
    department = Department() if matter is None else matter.department
    return National(
        SXDM=None if code is None else adcode + code,
        SXMC=None if matter is None else matter.name,
        ZGBMDM=department.code,
        ZGBMMC=department.name,
        SFWZ=None if zone is None else zone.address or zone.name.get(LANGUAGE),
        SZDYWGBSM=None if zone is None else zone.grid,
    )
