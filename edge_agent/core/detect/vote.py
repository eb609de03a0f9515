"""The vote of the second look: witnesses that err differently, each with a weight, before anything is said aloud.

A detector that is asked again about its own phantom agrees with itself. So who else knows something of the place is
heard too, where there is one: what appeared in the view and stays, and the classifier that the city taught. Where
nobody else knows anything the detector's word holds, as it always did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from edge_agent.core.events import Witness

DETECTOR: Final = "detector"
APPEARED: Final = "appeared"
TAUGHT: Final = "taught"
WEIGHTS: Final = {DETECTOR: 1.0, APPEARED: 1.0, TAUGHT: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the witnesses saw: ``agreed`` of ``of`` pictures, of which ``confirm`` must agree by the rule.

    ``appeared`` says that something new stands in the place, or None where nobody watches for that or it says nothing
    about such a thing. ``taught`` is the chance of such a thing by the taught classifier, ``mark`` what it takes it for
    and ``examples`` by which it went.
    """

    agreed: int
    of: int
    confirm: int
    appeared: bool | None = None
    taught: float | None = None
    mark: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What came of it; no ``witnesses`` where the detector was alone."""

    confirmed: bool
    witnesses: tuple[Witness, ...] = ()


def voted(evidence: Evidence) -> Vote:
    """Hear all who know something; without a picture nothing is confirmed."""
    needed = min(evidence.confirm, evidence.of)
    agrees = evidence.of > 0 and evidence.agreed >= needed
    if evidence.taught is None or not evidence.of:
        return Vote(confirmed=agrees or (bool(evidence.of) and evidence.appeared is True))
    witnesses = _heard(evidence, says=_of_pictures(evidence.agreed, evidence.of, needed))
    weight = sum(each.weight for each in witnesses)
    mean = sum(each.says * each.weight for each in witnesses) / weight
    return Vote(confirmed=mean >= 0.5, witnesses=witnesses)  # noqa: PLR2004 - as likely as not


def _of_pictures(agreed: int, of: int, needed: int) -> float:
    """What the detector says: half and more from as many pictures on as the rule asks for."""
    if agreed < needed:
        return 0.5 * agreed / needed
    return 0.5 + 0.5 * (agreed - needed + 1) / (of - needed + 1)


def _heard(evidence: Evidence, says: float) -> tuple[Witness, ...]:
    heard = [Witness(name=DETECTOR, says=round(says, 3), weight=WEIGHTS[DETECTOR])]
    if evidence.appeared is not None:
        heard.append(Witness(name=APPEARED, says=float(evidence.appeared), weight=WEIGHTS[APPEARED]))
    if evidence.taught is not None:
        heard.append(
            Witness(
                name=TAUGHT,
                says=round(evidence.taught, 3),
                weight=WEIGHTS[TAUGHT],
                mark=evidence.mark,
                examples=evidence.examples,
            )
        )
    return tuple(heard)
