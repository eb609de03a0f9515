"""Adjusting: a setting put into the files of a site, where somebody can see beforehand what will change."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.config.site.loading import load_site
from edge_agent.config.site.settings import drafts
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError, Bug
from edge_agent.core.site.variation import Setting, Turned, todays, varied
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from edge_agent.config.site.loading import LoadedSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """The new text of each file that changes, and the one that it was made from."""

    site: Path
    texts: dict[Path, tuple[str, str]]  # before, after

    @property
    def diff(self) -> str:
        """What changes, as a reviewer reads it; empty where nothing does."""
        return "".join(
            line
            for path, (before, after) in self.texts.items()
            for line in unified_diff(_lines(before), _lines(after), f"{path} (today)", str(path))
        )

    def write(self) -> None:
        """Put the texts in place, each whole or not at all, and read the site again as ``check`` does.

        Raises:
            BadInputError: A file was changed since it was read.
            OutsideError: The disk takes nothing.
        """
        for path, (before, _) in self.texts.items():
            if path.read_text(encoding="utf-8") != before:
                raise BadInputError(f"{path}: was changed meanwhile, expected it as it was read; nothing was written")
        for path, (_, after) in self.texts.items():
            try:
                write_whole(path, after.encode())
            except OSError as error:
                raise unwritten(error, f"{path}: cannot be written: {error.strerror}") from error
        load_site(self.site, secrets_needed=False)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def adjustment(site: Path, loaded: LoadedSite, turned: Turned, setting: Setting) -> Adjustment:
    """What putting ``setting`` into the files of ``site`` would change; judged by the parser before it is shown.

    Raises:
        BadConfigError: The files would not be a site any more.
        BadInputError: There is no file to say it in.
    """
    now = dict(todays(loaded.site, turned, [name for name, _ in setting]))
    changed = tuple((name, value) for name, value in setting if value != now[name])
    meant = varied(loaded.site, turned, changed)
    polygon = next(zone.polygon for zone in meant.zones if zone.id == turned.zone)
    texts = drafts(site, turned, changed, polygon)
    read = load_site(site, drafts=texts, secrets_needed=False).site
    if (read.zones, read.policy.seeing) != (meant.zones, meant.policy.seeing):
        raise Bug(f"{site}: what would be written does not read back as what was tried")
    return Adjustment(site=site, texts={path: (path.read_text(encoding="utf-8"), text) for path, text in texts.items()})
