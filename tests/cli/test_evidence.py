"""``edge-agent evidence``: what a person types, and reads."""

from __future__ import annotations

from pathlib import Path

from tests.app.evidence.test_sealing import Street
from tests.architecture import ROOT
from tests.cli.streets import done, refused

SITE = ROOT / "site.yaml"


def test_list_hold_export_verify_release(tmp_path: Path) -> None:
    """From evidence on a box to a bundle that a stranger has checked."""
    street = Street(tmp_path)
    street.shows("inc-1", "opened")
    street.tells("inc-1", 1)
    where = ("--state", street.state)
    assert "inc-1" in done("evidence", "list", SITE, *where)
    assert done("evidence", "hold", "inc-1", "--site", SITE, *where) == "inc-1: held\n"
    out = tmp_path / "inc-1.zip"
    output = done("evidence", "export", "inc-1", "--site", SITE, *where, "--out", out)
    assert "GA/T 832-2014 panoramas: not met, 1\n" in output
    assert f"{out}: 4 files, number 1, 1 originals kept back\n" in output
    (public,) = (street.state / "keys").glob("public-*.pem")
    assert "4 files and 1 events are as sealed at" in done("evidence", "verify", out, "--key", public)
    assert "expected that privacy.originals of the site names somebody" in refused(
        "evidence", "export", "inc-1", "--site", SITE, *where, "--out", out, "--original", "court"
    )
    assert done("evidence", "release", "inc-1", "--site", SITE, *where) == "inc-1: released\n"
    assert done("evidence", "release", "inc-1", "--site", SITE, *where) == "inc-1: was not held\n"


def test_what_is_refused(tmp_path: Path) -> None:
    """A state that is not there, an incident that is not there, a bundle that was changed: one sentence each."""
    assert "expected that edge-agent run has been started once" in refused(
        "evidence", "list", SITE, "--state", tmp_path / "none"
    )
    street = Street(tmp_path)
    assert refused("evidence", "hold", "inc-9", "--site", SITE, "--state", street.state).startswith("incident inc-9: ")
    street.shows("inc-1", "opened")
    street.tells("inc-1", 1)
    out = tmp_path / "inc-1.zip"
    done("evidence", "export", "inc-1", "--site", SITE, "--state", street.state, "--out", out)
    whole = out.read_bytes()
    at = whole.index(b'"seq": 1') + 7
    out.write_bytes(whole[:at] + b"2" + whole[at + 1 :])
    (public,) = (street.state / "keys").glob("public-*.pem")
    assert "events.jsonl: was changed" in refused("evidence", "verify", out, "--key", public)
