"""A broker behind TLS: who may come in does, and whatever is wrong is one clear sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import trustme

from edge_agent.adapters.broker import HOST
from edge_agent.adapters.mqtt import MqttPublisher
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.broker.tls import Tls
from edge_agent.core.errors import OutsideError
from tests.feed.brokers import MOSQUITTO, PLAIN, Mosquitto

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="the embedded broker speaks no TLS")
# Written on one line, a brace of mosquitto's settings is a brace of ours.
MUTUAL = """\
listener {port} 127.0.0.1
cafile {folder}/ca.pem
certfile {folder}/broker.pem
keyfile {folder}/broker.key
require_certificate true
use_identity_as_username true
"""


@dataclass(frozen=True, slots=True)
class Safe:
    """A folder of keys: of an authority, of a broker and of an agent."""

    folder: Path

    @property
    def tls(self) -> Tls:
        """What the agent is told."""
        return Tls(ca=self.folder / "ca.pem", certificate=self.folder / "box.pem", key=self.folder / "box.key")

    def issue(self, name: str, certificate: trustme.LeafCert) -> None:
        """Write a certificate and its key."""
        (self.folder / f"{name}.pem").write_bytes(b"".join(each.bytes() for each in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(str(self.folder / f"{name}.key"))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Whom both sides trust."""
    return trustme.CA()


@pytest.fixture
def safe(tmp_path: Path, authority: trustme.CA) -> Safe:
    """All that is needed for both sides to trust each other."""
    made = Safe(tmp_path)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    made.issue("broker", authority.issue_cert(HOST))
    made.issue("box", authority.issue_cert("box-01@example.org", common_name="box-01"))
    return made


@pytest.fixture
def port(safe: Safe) -> Iterator[int]:
    """A broker that wants a client certificate."""
    with Mosquitto(folder=safe.folder, settings=MUTUAL) as broker:
        yield broker.port


def complaint(port: int, tls: Tls | None, host: str = HOST) -> str:
    """The sentence with which the connection is refused, without the broker's name."""
    publisher = MqttPublisher(BrokerSettings(host=host, port=port, tls=tls), client_id="box-01")
    with pytest.raises(OutsideError) as caught:
        publisher.connect()
    publisher.close()
    return str(caught.value).removeprefix(f"broker {host}:{port}: ")


def test_a_client_certificate_lets_us_in(safe: Safe, port: int) -> None:
    """And a message is taken."""
    publisher = MqttPublisher(BrokerSettings(host=HOST, port=port, tls=safe.tls), client_id="box-01")
    publisher.publish("cityops/x", b"1")
    publisher.close()


def test_without_a_client_certificate_it_is_asked_for(safe: Safe, port: int) -> None:
    """Brokers hang up over it without a word."""
    assert "does it want a client certificate?" in complaint(port, Tls(ca=safe.folder / "ca.pem"))


def test_a_broker_of_another_authority_is_not_trusted(safe: Safe, port: int) -> None:
    """Whoever answers there is not whom we know."""
    trustme.CA().cert_pem.write_to_path(str(safe.folder / "other.pem"))
    text = complaint(port, Tls(ca=safe.folder / "other.pem"))
    assert text == "its certificate comes from an authority we do not know; name that one as tls.ca"


def test_a_broker_of_another_name_is_not_trusted(safe: Safe, port: int) -> None:
    """Its certificate is for the address and not for the name."""
    assert complaint(port, safe.tls, host="localhost") == "its certificate is for another host name"


def test_an_expired_certificate_is_named(safe: Safe, authority: trustme.CA) -> None:
    """That of the broker, in 2020."""
    old = authority.issue_cert(
        HOST, not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=datetime(2020, 1, 1, tzinfo=UTC)
    )
    safe.issue("broker", old)
    with Mosquitto(folder=safe.folder, settings=MUTUAL) as broker:
        assert complaint(broker.port, safe.tls) == "its certificate has expired"


def test_a_plain_port_is_named(safe: Safe, tmp_path: Path) -> None:
    """TLS was asked for, and nobody speaks it there."""
    with Mosquitto(folder=tmp_path, settings=PLAIN) as broker:
        text = complaint(broker.port, safe.tls)
    assert text in {"speaks no TLS on this port", "hung up instead of speaking TLS; is it a port for TLS?"}


def test_a_port_for_tls_is_asked_about(port: int) -> None:
    """TLS was not asked for."""
    assert "is it a port for TLS?" in complaint(port, None)


def test_files_that_cannot_be_used_are_named(safe: Safe, authority: trustme.CA) -> None:
    """Each with its path and what is wrong with it; nobody is asked for a password at a terminal."""
    there = safe.folder
    (there / "text.pem").write_text("no certificate")
    safe.issue("other", authority.issue_cert("other@example.org"))
    box, missing = there / "box.pem", there / "missing.pem"
    assert complaint(1, Tls(ca=missing)) == f"tls.ca {missing} cannot be read: No such file or directory"
    assert complaint(1, Tls(ca=there / "text.pem")) == f"tls.ca {there / 'text.pem'} is no certificate"
    mixed = complaint(1, Tls(certificate=box, key=there / "other.key"))
    assert mixed == f"tls.key {there / 'other.key'} does not belong to tls.certificate {box}"
    none = complaint(1, Tls(certificate=box, key=there / "text.pem"))
    assert none == f"tls.certificate {box} or tls.key {there / 'text.pem'} is not in PEM format"
    away = complaint(1, Tls(certificate=box, key=missing))
    assert away == f"{missing} cannot be read: No such file or directory"
