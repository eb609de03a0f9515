"""What stands between FFmpeg and a camera: logins by every digest, TLS, and where a connection may go."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from edge_agent.adapters.rtsp.gate import CameraConnection
from edge_agent.config.broker.tls import Pin, Tls
from edge_agent.config.fields.stream_address import target
from edge_agent.core.stream.pictures import StreamFault
from tests.adapters.mqtt.between import serving
from tests.adapters.rtsp.watching import HASTY, PATIENT, fault_of, session, watch
from tests.cameras.locked import LockedCamera
from tests.cameras.redirecting import redirecting, secured

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cameras.server import CameraServer


@pytest.mark.parametrize("scheme", ["MD5", "SHA-256"])
def test_a_digest_of_either_kind_is_answered(camera: CameraServer, scheme: str) -> None:
    """As the camera asks for it; the password itself is never sent."""
    with LockedCamera(camera.port, "admin:p@ss word", scheme) as locked:
        frames = watch(session(camera.url("street.mp4", port=locked.port, login="admin:p%40ss%20word")), 2)
    assert len(frames) == 2
    assert locked.refused == 1
    assert set(locked.given) == {"Digest"}


def test_a_password_is_not_given_in_the_clear(camera: CameraServer) -> None:
    """Where a camera wants that, it is said, with what to set."""
    with LockedCamera(camera.port, "admin:hunter2", "Basic") as locked:
        error = fault_of(session(camera.url("street.mp4", port=locked.port, login="admin:hunter2")))
    assert error.reason == StreamFault.REFUSED_LOGIN
    assert str(error).endswith("asks for the password in the clear (Basic); where that may be, set basic_auth: true")
    assert not locked.given


def test_a_password_is_given_in_the_clear_where_that_is_allowed(camera: CameraServer) -> None:
    """By whoever writes the site."""
    allowed = replace(PATIENT, basic_auth=True)
    with LockedCamera(camera.port, "admin:hunter2", "Basic") as locked:
        watched = session(camera.url("street.mp4", port=locked.port, login="admin:hunter2"), options=allowed)
        assert len(watch(watched, 1)) == 1


def test_a_redirect_is_followed_on_the_same_host_only(camera: CameraServer) -> None:
    """Also with a login, which goes along; to another host not at all, and not in a circle."""
    with redirecting(camera.url("street.mp4")) as port:
        assert len(watch(session(f"rtsp://u:p@127.0.0.1:{port}/x"), 1)) == 1
    with redirecting(camera.url("street.mp4").replace("127.0.0.1", "localhost")) as port:
        error = fault_of(session(f"rtsp://127.0.0.1:{port}/x"))
    assert error.reason == StreamFault.NO_VIDEO
    assert str(error).endswith("the camera sends us to another host, which is not followed; name that one as source")
    with redirecting("/x") as port:
        assert "sends us to another host" in str(fault_of(session(f"rtsp://127.0.0.1:{port}/x")))


def test_a_camera_behind_tls_is_read_where_it_is_believed(camera: CameraServer, tmp_path: Path) -> None:
    """By its authority, or by a pin; else it is said what is wrong."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    shown = load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()).public_bytes(Encoding.DER)
    with secured(camera.port, certificate) as port:
        url = camera.url("street.mp4", port=port).replace("rtsp://", "rtsps://")
        by_authority = replace(PATIENT, tls=Tls(ca=tmp_path / "ca.pem"))
        frames = watch(session(url, options=by_authority, eager=lambda: True), 30)
        by_pin = replace(PATIENT, tls=Tls(pin=(Pin("certificate", sha256(shown).hexdigest()),)))
        assert len(watch(session(url, options=by_pin), 1)) == 1
        doubted = fault_of(session(url))
    assert len(frames) == 30
    assert not any(frame.damaged for frame in frames)
    assert doubted.reason == StreamFault.REFUSED_LOGIN
    assert "its certificate comes from an authority we do not know" in str(doubted)


def test_what_speaks_no_tls_is_said(camera: CameraServer) -> None:
    """A port for plain RTSP, whose server waits for more; and one that says something else."""
    url = camera.url("street.mp4").replace("rtsp://", "rtsps://")
    assert str(fault_of(session(url, options=HASTY))).endswith("no answer in TLS within 0.5 s; is it a port for rtsps?")
    with serving(lambda connection: connection.sendall(b"RTSP/1.0 400 Bad Request\r\n\r\n")) as port:
        assert "speaks no TLS on this port" in str(fault_of(session(f"rtsps://127.0.0.1:{port}/x")))


def test_who_does_not_know_the_word_is_given_nothing(camera: CameraServer) -> None:
    """Another program of this machine that finds the gate before FFmpeg does."""
    address = camera.url("street.mp4")
    to = target(address)
    assert to is not None
    gate = CameraConnection(address, to, seconds=5, tls=None, basic=False)
    url = gate.open()
    port = int(url.split(":")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stranger:
        stranger.sendall(f"OPTIONS rtsp://127.0.0.1:{port}/guess RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
        with suppress(ConnectionResetError):
            assert stranger.recv(1) == b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as player:
        player.sendall(f"OPTIONS {url} RTSP/1.0\r\nCSeq: 7\r\n\r\n".encode())
        answer = player.recv(65_536)
    gate.hang_up()
    assert answer.startswith(b"RTSP/1.0 200 OK\r\n")
    assert b"CSeq: 7\r\n" in answer
