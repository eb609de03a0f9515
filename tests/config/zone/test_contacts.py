"""Contacts: a reference is taken as it is, and what could reach a person is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_agent.core.feed.incidents import Recipient, Role
from tests.config.samples import SHOP_ZONE, ZONES, load, problems, write_site

if TYPE_CHECKING:
    from pathlib import Path

REFERENCE = "the id of a contact in the centre's register, which alone knows how to reach a person"


def with_recipient(contact: str) -> str:
    """The sample with one recipient in its zone."""
    return f'{ZONES}    recipients: [{{role: steward, contact: "{contact}"}}]\n'


@pytest.mark.parametrize("contact", ["jz-017", "商铺 4711", "320402001001005", "1234567890123456"])
def test_a_reference_is_taken(tmp_path: Path, contact: str) -> None:
    """Whatever the centre's register calls people; a shop's code may be all digits."""
    (zone,) = load(write_site(tmp_path, zones=with_recipient(contact))).site.zones
    assert zone.recipients == (Recipient(role=Role.STEWARD, contact=contact),)


@pytest.mark.parametrize(
    "contact", ["13812345678", "+8613812345678", "86 13812345678", "0519-85681234", "051985681234", "+44 20 7946 0958"]
)
def test_a_telephone_number_is_refused(tmp_path: Path, contact: str) -> None:
    """Without being repeated: whoever reads the sentence need not know it."""
    (problem,) = problems(write_site(tmp_path, zones=with_recipient(contact)))
    assert problem == (
        f"zones/c1.yaml:8:43 zones[0].recipients[0].contact: found a telephone number, expected {REFERENCE}"
    )


def test_an_address_of_mail_is_refused(tmp_path: Path) -> None:
    """For the same reason."""
    (problem,) = problems(write_site(tmp_path, zones=with_recipient("li@example.org")))
    assert problem.endswith(f"found an address that mail is sent to, expected {REFERENCE}")


def test_a_role_is_one_of_four(tmp_path: Path) -> None:
    """As the feed names them."""
    (problem,) = problems(write_site(tmp_path, zones=with_recipient("jz-017").replace("steward", "mayor")))
    assert problem == (
        "zones/c1.yaml:8:25 zones[0].recipients[0].role: found 'mayor', expected 'merchant', 'steward', 'officer' or "
        "'responsible'"
    )


def test_a_shop_has_a_contact(tmp_path: Path) -> None:
    """Under the same rule."""
    shop = SHOP_ZONE.replace("name: Noodles,", "name: Noodles, contact: shop-4711,")
    assert load(write_site(tmp_path, zones=ZONES + shop)).site.zones[1].shops[0].contact == "shop-4711"
    shop = SHOP_ZONE.replace("name: Noodles,", "name: Noodles, contact: '13812345678',")
    (problem,) = problems(write_site(tmp_path, zones=ZONES + shop))
    assert "shops[0].contact: found a telephone number" in problem
