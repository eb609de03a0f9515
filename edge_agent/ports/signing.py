"""Signing, as protocols: a city puts its own module (SM2 and SM3, a smart card) in the place of the shipped Ed25519."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Signs what this box seals; it holds the private key, or knows who does."""

    @property
    def algorithm(self) -> str:
        """The name of the algorithm, such as ``Ed25519``."""

    @property
    def key(self) -> str:
        """The id of the public key: the SHA-256, in hex, of its SubjectPublicKeyInfo in DER."""

    def sign(self, content: bytes) -> bytes:
        """The signature of ``content``; raises OutsideError where it cannot be had."""


class Verifier(Protocol):
    """Knows a public key, and nothing secret."""

    @property
    def algorithm(self) -> str:
        """The name of the algorithm."""

    @property
    def key(self) -> str:
        """The id of the public key, as with a `Signer`."""

    def verifies(self, content: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is one of ``content`` by this key."""
