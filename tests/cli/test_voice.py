"""`edge-agent voice`: puts the natural voice in place and renders; what is amiss is one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.adapters.speakers.voice.natural_voice import natural_voice
from edge_agent.adapters.speakers.voice.recorded import PhraseFolder, RecordedWarnings
from edge_agent.adapters.state_folder import PHRASES
from edge_agent.app.speak.phrase_cache import PhraseCache
from tests.app.speak.test_phrase_cache import Singer, no_pause
from tests.app.speak.test_rendering import Choir
from tests.cli.streets import done, typed
from tests.config.samples import SITE, load, write_site
from tests.street import at

if TYPE_CHECKING:
    from pathlib import Path

NATURAL = f"{SITE}voice: natural\n"


def test_a_site_that_asks_for_none_is_told_how(tmp_path: Path) -> None:
    """And a package that holds nothing of it is named."""
    refused = typed("voice", write_site(tmp_path))
    assert refused.exit_code == 1
    assert "found no natural voice asked for, expected voice: natural in the site file" in refused.output
    (tmp_path / "notes.txt").write_text("no package")
    refused = typed("voice", write_site(tmp_path, site=NATURAL), "--from", tmp_path / "notes.txt")
    assert refused.exit_code == 1
    assert "notes.txt: found no whole package, expected kokoro-js-1.2.1.tgz" in refused.output


def test_what_is_not_in_place_is_named(tmp_path: Path) -> None:
    """Before anything is rendered."""
    refused = typed("voice", write_site(tmp_path, site=NATURAL))
    assert refused.exit_code == 1
    assert "voice: found" in refused.output


def test_what_is_rendered_is_what_the_agent_says(tmp_path: Path) -> None:
    """By the same keys: `say` tells which voice it is of."""
    path = write_site(tmp_path, site=NATURAL)
    loaded = load(path)
    choir = Choir(name=natural_voice(loaded.voice).called("en") or "")
    phrases = PhraseFolder(loaded.state / PHRASES)
    cache = PhraseCache(
        loaded.site, voice=Singer(), engine="", recorded=RecordedWarnings(None), folder=phrases, natural=choir
    )
    assert cache.render(loaded.site, at(0), pause=no_pause) > 0
    chinese, english = done("say", path, "--zone", "kerb", "--dry-run").splitlines()[1:3]
    assert "LUFS  voice: " in chinese
    assert "LUFS  natural: Hello." in english
