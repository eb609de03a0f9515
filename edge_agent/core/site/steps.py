"""Steps: which rule holds for somebody who was asked before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.feed.strikes import StrikeCount
    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.strikes import Step


def step_at(steps: tuple[Step, ...], n: int) -> Step:
    """The step of the ``n``-th strike, from 1; the last one stays."""
    return steps[min(n, len(steps)) - 1]


def steps_of(rule: Rule, known: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps that a rule names, in order; none where it counts no strikes."""
    if rule.strikes is None:
        return ()
    named = {step.name: step for step in known}
    return tuple(named[name] for name in rule.strikes.steps if name in named)


def rule_at(rule: Rule, steps: tuple[Step, ...], standing: StrikeCount | None) -> Rule:
    """``rule`` as it is for a party that stands there; as written for one that stands nowhere."""
    step = None if standing is None else settled_step(steps, standing)
    return rule if step is None else stepped(rule, step)


def settled_step(steps: tuple[Step, ...], standing: StrikeCount) -> Step | None:
    """The step that was settled, by its name; by its number where the site has another policy now; None without any."""
    named = next((each for each in steps if each.name == standing.step), None)
    return named or (step_at(steps, standing.n) if steps else None)


def stepped(rule: Rule, step: Step) -> Rule:
    """``rule`` as it is at ``step``."""
    return replace(
        rule,
        warnings=rule.warnings if step.warnings is None else step.warnings,
        orders=rule.orders if step.orders is None else step.orders,
    )
