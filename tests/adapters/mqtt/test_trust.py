"""TLS to a broker by what a site can say of it: another name than the host's, a pin, a protocol for port 443."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from edge_agent.adapters.broker import HOST, EmbeddedBroker
from edge_agent.adapters.mqtt import MqttPublisher
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.broker.tls import Pin, Tls
from edge_agent.core.errors import OutsideError
from tests.adapters.mqtt.between import joined, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "broker.city.example"


class Secured:
    """A broker behind TLS whose certificate is for `NAME`; ``spoken`` are the protocols that were agreed on."""

    def __init__(self, folder: Path) -> None:
        self.authority, self.folder = trustme.CA(), folder
        self.certificate = self.authority.issue_cert(NAME)
        self.authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        self.spoken: list[str | None] = []
        self.named: list[str | None] = []
        self.port = 0

    @property
    def pem(self) -> bytes:
        """The certificate that is shown."""
        return self.certificate.cert_chain_pems[0].bytes()

    @contextmanager
    def running(self, to: int) -> Iterator[Secured]:
        """In front of the broker on port ``to``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["mqtt"])
        context.sni_callback = lambda _socket, name, _context: self.named.append(name)
        self.certificate.configure_cert(context)

        def handle(connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as made:
                self.spoken.append(made.selected_alpn_protocol())
                with socket.create_connection((HOST, to)) as broker:
                    joined(made, broker)

        with serving(handle) as self.port:
            yield self

    def complaint(self, tls: Tls) -> str:
        """Why there is no connection, or nothing where there is one."""
        publisher = MqttPublisher(BrokerSettings(host=HOST, port=self.port, tls=tls), client_id="box")
        try:
            publisher.connect()
        except OutsideError as error:
            return str(error).removeprefix(f"broker {HOST}:{self.port}: ")
        else:
            return ""
        finally:
            publisher.close()


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Secured]:
    """A broker behind TLS."""
    with EmbeddedBroker() as broker, Secured(tmp_path).running(broker.port) as made:
        yield made


def test_a_certificate_for_another_name_is_believed_by_that_name(secured: Secured) -> None:
    """Reached by an address, and asked for by the name in its certificate."""
    ca = secured.folder / "ca.pem"
    assert secured.complaint(Tls(ca=ca)) == "its certificate is for another address"
    assert not secured.complaint(Tls(ca=ca, server_name=NAME))
    assert secured.complaint(Tls(ca=ca, server_name="x.example")) == "its certificate is for another host name"
    assert secured.named == [None, NAME, "x.example"]


def test_a_pin_is_believed_without_an_authority_and_nothing_else_is(secured: Secured) -> None:
    """Of the key, or of the whole certificate; with ``ca`` both must be right."""
    certificate = load_pem_x509_certificate(secured.pem)
    whole = Pin("certificate", sha256(certificate.public_bytes(Encoding.DER)).hexdigest())
    shown = sha256(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    key, other = Pin("key", shown.hexdigest()), Pin("key", sha256(b"another").hexdigest())
    assert not secured.complaint(Tls(pin=(key,)))
    assert not secured.complaint(Tls(pin=(other, whole)))
    fault = f"its key is sha256//{b64encode(shown.digest()).decode()}, which no tls.pin names; is it the right broker?"
    assert secured.complaint(Tls(pin=(other,))) == fault
    ca = secured.folder / "ca.pem"
    assert secured.complaint(Tls(ca=ca, pin=(key,))) == "its certificate is for another address"
    assert secured.complaint(Tls(ca=ca, server_name=NAME, pin=(other,))) == fault
    assert not secured.complaint(Tls(ca=ca, server_name=NAME, pin=(key,)))


def test_a_protocol_is_offered_where_one_is_named(secured: Secured) -> None:
    """For a port that several protocols share."""
    ca = secured.folder / "ca.pem"
    assert not secured.complaint(Tls(ca=ca, server_name=NAME, alpn=("x-other", "mqtt")))
    assert not secured.complaint(Tls(ca=ca, server_name=NAME))
    assert secured.spoken == ["mqtt", None]
