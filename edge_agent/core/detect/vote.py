"""The vote of the second look: witnesses that err differently, each with a weight, before anything is said aloud.

A detector that is asked again about its own phantom agrees with itself. So who else knows something of the place is
heard too: how sure the detector was on the whole, what appeared in the view and stays, and the classifier that the city
taught. Each says a chance; their log odds, each times its weight, are added. It is enough if the thing is there with a
chance of ``ENOUGH``: at even odds a fifth of the true ones would be lost, more than the closer look alone loses. What
is allowed to stand there is no violation however sure the others are. Where a camera was not taught anything the closer
look's word holds, as it always did, for the others were never measured without it.

The weights of running score, closer look and taught classifier were fitted by ``lab/bench/second_vote.py`` (one whose
balanced accuracy was 0.836); that of a better one grows as the log odds of its accuracy. That of what appeared is not
fitted: there are no stills of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Final

from edge_agent.core.events import LookedAgain, Witness

RUNNING: Final = "running"
DETECTOR: Final = "detector"
APPEARED: Final = "appeared"
TAUGHT: Final = "taught"
ALLOWED: Final = "not_allowed"
WEIGHTS: Final = {RUNNING: 1.25, DETECTOR: 0.12, APPEARED: 0.4, TAUGHT: 0.4}
BIAS: Final = -0.28
FITTED_AT: Final = 0.836  # balanced accuracy of the classifier whose weight was fitted
SURE_S: Final = 0.9  # that something stands where the view changed and stays changed
EVEN: Final = 0.5
ENOUGH: Final = 0.2  # that the thing is there: what is refused is lost, what is let through is a lead for a person
SUREST: Final = 0.02  # from 0 and 1: nobody is surer


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the witnesses saw: ``agreed`` of ``of`` pictures, of which ``confirm`` must agree by the rule.

    ``closer`` is the mean of the pictures' best scores, ``running`` the thing's score on the whole. ``appeared`` says
    that something new stands in the place; that nothing does says nothing, for it may have stood there before anybody
    looked. ``taught`` is the chance of such a thing by the taught classifier, None where there is none; ``mark`` what
    that takes it for, and ``examples`` by which it went; ``weight`` is that of its word, ``allowed`` the chance that
    the thing may stand there.
    """

    agreed: int
    of: int
    confirm: int
    closer: float = 0.0
    running: float = 1.0
    appeared: bool = False
    taught: float | None = None
    mark: str = ""
    examples: tuple[str, ...] = ()
    weight: float = WEIGHTS[TAUGHT]
    allowed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What came of it; no ``witnesses`` where the detector was alone."""

    confirmed: bool
    witnesses: tuple[Witness, ...] = ()


def evidence_in(look: LookedAgain, *, confirm: int, running: float) -> Evidence:
    """What was seen at a second look that a log holds; as sure as the detector was where it does not say how sure."""
    heard = {witness.name: witness for witness in look.witnesses}
    taught = heard.get(TAUGHT)
    closer = heard.get(DETECTOR)
    return Evidence(
        agreed=look.agreed,
        of=look.of,
        confirm=confirm,
        closer=running * look.agreed / max(1, look.of) if closer is None else closer.says,
        running=running,
        appeared=APPEARED in heard,
        taught=None if taught is None else taught.says,
        mark="" if taught is None else taught.mark,
        examples=() if taught is None else taught.examples,
        weight=WEIGHTS[TAUGHT] if taught is None else taught.weight,
        allowed=1 - heard[ALLOWED].says if ALLOWED in heard else 0.0,
    )


def voted(evidence: Evidence) -> Vote:
    """Hear all who know something; without a picture nothing is confirmed."""
    if evidence.taught is None or not evidence.of:
        return Vote(confirmed=evidence.of > 0 and evidence.agreed >= min(evidence.confirm, evidence.of))
    witnesses = _heard(evidence, evidence.taught)
    return Vote(confirmed=there(witnesses) >= ENOUGH and forbidden(witnesses) >= EVEN, witnesses=witnesses)


def weight_of(accuracy: float) -> float:
    """What the word of a classifier of such a balanced accuracy weighs."""
    return round(max(0.0, WEIGHTS[TAUGHT] * log_odds(accuracy) / log_odds(FITTED_AT)), 2)


def split(witnesses: tuple[Witness, ...]) -> bool:
    """Whether those who were heard disagree: what a next teaching should know."""
    sides = {each.says >= EVEN for each in witnesses}
    return len(sides) > 1


def there(witnesses: tuple[Witness, ...]) -> float:
    """The chance that a thing of the kind is there, by all who were heard."""
    total = BIAS + sum(each.weight * log_odds(each.says) for each in witnesses if each.name != ALLOWED)
    return 1 / (1 + exp(-total))


def forbidden(witnesses: tuple[Witness, ...]) -> float:
    """The chance that it may not stand there: 1 where nobody has taught what may."""
    return next((each.says for each in witnesses if each.name == ALLOWED), 1.0)


def log_odds(says: float) -> float:
    """The log odds of a chance; nobody is quite sure."""
    held = min(1 - SUREST, max(SUREST, says))
    return log(held / (1 - held))


def _heard(evidence: Evidence, taught: float) -> tuple[Witness, ...]:
    witnesses = [(RUNNING, evidence.running), (DETECTOR, evidence.closer)]
    if evidence.appeared:
        witnesses.append((APPEARED, SURE_S))
    plain = (Witness(name=name, says=round(says, 3), weight=WEIGHTS[name]) for name, says in witnesses)
    named = Witness(
        name=TAUGHT, says=round(taught, 3), weight=evidence.weight, mark=evidence.mark, examples=evidence.examples
    )
    if not evidence.allowed:
        return (*plain, named)
    return (*plain, named, Witness(name=ALLOWED, says=round(1 - evidence.allowed, 3), weight=1.0))
