"""``edge-agent check``: read everything a site names and say all that is wrong with it at once.

``edge-agent doctor``: is everything a site needs in order, and what to do where it is not?
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from edge_agent.adapters.clock import SystemClock
from edge_agent.app.detect.detectors import opened_detector
from edge_agent.app.doctor.findings import Condition, Finding
from edge_agent.app.doctor.rounds import examine
from edge_agent.app.speak.coverage import check_audible, check_recorded, languages_of, recordings_of
from edge_agent.app.speak.natural_coverage import check_natural, natural_remarks
from edge_agent.cli.options import Language, LanguageOption, SiteArgument, spoken
from edge_agent.cli.output import show
from edge_agent.cli.setting_up.doctor_chinese import CHECKS, FOUND
from edge_agent.cli.setting_up.hours_in_words import week_in_words
from edge_agent.cli.setting_up.site_in_words import cameras_in_words, outlets_in_words
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.config.site.remarks import remarks
from edge_agent.config.site.shipped import check_files, check_labels, problem_at
from edge_agent.config.yaml.chinese import SentenceTable
from edge_agent.config.yaml.source import BadConfigError, Problem
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import OBJECT


def check(
    site: Annotated[Path, typer.Argument(help="The site file.")] = Path("site.yaml"),
    lang: LanguageOption = None,
) -> None:
    """Read a site with its zones, policy, secrets and model, and say everything that is wrong with them.

    Each problem is one line: FILE:LINE:COLUMN FIELD: found ..., expected ... Exits with 1 if there are any. Without,
    it says in words what the box would do, and in which hours of the next seven days.
    """
    try:
        loaded = load_site(site)
    except BadConfigError as error:
        raise _refused(error.problems, spoken(lang)) from error
    problems, labels = _outside(loaded)
    if problems:
        raise _refused(problems, spoken(lang))
    for line in _summary(loaded, labels, spoken(lang)):
        show(line)


def _refused(problems: tuple[Problem, ...], language: Language) -> typer.Exit:
    """Say all ``problems``, and how many they are."""
    for problem in sorted(problems):
        show(problem.in_chinese() if language is Language.CHINESE else str(problem))
    count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
    show(f"发现 {len(problems)} 个问题。" if language is Language.CHINESE else f"{count} found.", err=True)
    return typer.Exit(code=1)


def _outside(loaded: LoadedSite) -> tuple[tuple[Problem, ...], frozenset[str]]:
    """What is wrong with the files around the configuration, and the labels the model knows."""
    heard = (*check_recorded(loaded), *check_audible(loaded), *check_natural(loaded, SystemClock().now()))
    missing = (*check_files(loaded), *heard)
    if any(problem.field == "model" for problem in missing):
        return missing, frozenset()
    try:
        detector = opened_detector(loaded)
        detector.try_once()
        labels = detector.labels
    except OutsideError as error:
        return (*missing, problem_at(loaded, "model", str(error), "a model that can be used")), frozenset()
    return (*missing, *check_labels(loaded, labels)), labels


def _summary(loaded: LoadedSite, labels: frozenset[str], language: Language) -> Iterator[str]:
    site, now = loaded.site, SystemClock().now()
    yield f"agent {site.agent}, district {site.adcode}, time zone {loaded.timezone.key}"
    yield from cameras_in_words(loaded)
    yield f"model {loaded.model}: {len(labels)} labels, looks for {_sought(loaded, labels)}{_unsought(loaded, labels)}"
    yield outlets_in_words(loaded)
    yield f"warnings in {', '.join(languages_of(loaded.site))}, {len(recordings_of(loaded))} recorded"
    yield f"policy {site.policy.sha256[:12]}"
    yield from week_in_words(loaded, now, language)
    for remark in (*remarks(loaded, now), *natural_remarks(loaded, now)):
        yield f"note: {remark}"
    yield f"{len(loaded.files)} files read, no problems."


def _sought(loaded: LoadedSite, labels: frozenset[str]) -> str:
    wanted = _wanted(loaded)
    unlabelled = ("whatever appears and stays (object)",) if OBJECT in wanted else ()
    return ", ".join((*sorted(wanted & labels), *unlabelled))


def _unsought(loaded: LoadedSite, labels: frozenset[str]) -> str:
    """What the model sees, and no kind that is asked for looks for."""
    others = sorted(labels - _wanted(loaded))
    shown = ", ".join(others[:MOST_SHOWN]) + (", …" if len(others) > MOST_SHOWN else "")
    return f"; nothing looks for {len(others)}: {shown}" if others else ""


def _wanted(loaded: LoadedSite) -> frozenset[str]:
    """Every label that makes a violation of some kind asked for."""
    return frozenset(
        label for zone_kind in loaded.zone_kinds for label in loaded.site.policy.kinds[zone_kind.kind].labels
    )


MOST_SHOWN: Final = 5  # labels
WIDTH: Final = 20  # of the column that names the thing


def doctor(
    site: SiteArgument = Path("site.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Look for the speakers, and play nothing on them.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Look at everything a site needs, also while an agent runs: cameras, clock, disk, broker, speaker, model.

    Each speaker plays a second of a tone, or is lit. Says of each thing whether it is in order, and what to do where it
    is not. Exits with 1 if anything fails.
    """
    problems = []
    for finding in examine(site, silent=silent):
        problems.append(finding.verdict)
        for line in [json.dumps(asdict(finding), ensure_ascii=False)] if as_json else _lines(_worded(finding, lang)):
            show(line)
    if not as_json:
        show(", ".join(f"{problems.count(verdict)} {verdict}" for verdict in Condition))
    if Condition.FAIL in problems:
        raise typer.Exit(code=1)


def _worded(finding: Finding, lang: Language | None) -> Finding:
    """The finding in the language of whoever reads it."""
    if spoken(lang) is Language.ENGLISH:
        return finding
    checks, findings = SentenceTable(CHECKS), SentenceTable(FOUND)
    text, todo = findings.translated(finding.said), findings.translated(finding.todo)
    return replace(finding, check=checks.translated(finding.check), said=text, todo=todo)


def _lines(finding: Finding) -> list[str]:
    line = f"{finding.verdict:<5} {finding.check:<{WIDTH}} {finding.said}"
    return [line, *([f"{'':<6}{'':<{WIDTH}} → {finding.todo}"] if finding.todo else [])]
