"""``docs/speakers.md`` names every driver, and each of its examples is a site file that works."""

from __future__ import annotations

import re
from typing import Final, get_args, get_type_hints

import pytest

from edge_agent.app.speak.outlets import OutletFactory
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.addresses import FIELDS
from edge_agent.config.site.loading import load_site
from edge_agent.config.speaker.speakers import SpeakerSettings
from tests.architecture import ROOT
from tests.clocks import SimulatedClock
from tests.docs.pages import fences, text

PAGE: Final = text("docs/speakers.md")
EXAMPLES: Final = fences(PAGE, "yaml")
SITE: Final = ROOT / "site.yaml"
SECRETS: Final = {"HORN": "a secret", "BOARD_KEY": "a secret", "GATE": "rtsp://gate.invalid/1"}


def site_with(speakers: str) -> str:
    """The sample site with a camera of the street and these speakers."""
    before = SITE.read_text(encoding="utf-8").split("speakers:")[0]
    live = re.sub(r"source: .*\n", "source: rtsp://gate.invalid/1\n", before)
    return re.sub(r" +(looks_per_second|started): .*\n", "", live) + speakers


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_site_that_loads_and_an_outlet_that_can_be_made(example: str) -> None:
    """As it stands on the page."""
    loaded = load_site(SITE, environ=SECRETS, drafts={SITE: site_with(example)})
    workshop = OutletFactory(clock=SimulatedClock(), broker=BrokerSettings(host="127.0.0.1"), name="box-01")
    assert loaded.speakers
    for settings in loaded.speakers.values():
        workshop.outlet(settings).close()


def test_every_driver_is_on_the_page() -> None:
    """With what it drives and what it was tried with; the backchannel points to a page of its own."""
    drivers = {get_args(get_type_hints(each)["driver"])[0] for each in get_args(SpeakerSettings)}
    assert drivers == {*re.findall(r"^\| `(\w+)` ", PAGE, re.MULTILINE), "onvif"}
    assert "`onvif`" in PAGE


def test_every_field_of_a_hook_is_on_the_page() -> None:
    """And no other."""
    fields = PAGE.split("are filled in:")[1].split("Any other brace")[0]
    assert re.findall(r"`\{(\w+)\}`", fields) == list(FIELDS)
