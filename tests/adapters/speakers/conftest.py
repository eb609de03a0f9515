"""Certificates for devices that speak TLS."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, NamedTuple

import pytest
import trustme

if TYPE_CHECKING:
    from pathlib import Path


class Papers(NamedTuple):
    """A device's TLS, and the file of the authority that vouches for it."""

    context: ssl.SSLContext
    ca: Path


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """Of an authority that nobody knows."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    ca = tmp_path_factory.mktemp("papers") / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    return Papers(context, ca)
