"""The city's own provider of logins, as it is set up."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from centre.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who vouches for people. ``claim`` of the ID token is the account's name at its first login."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str = "preferred_username"
    back: str = ""

    def __post_init__(self) -> None:
        """Refuse an issuer that anybody on the way could play.

        Raises:
            BadInputError: It is neither https nor this machine.
        """
        parts = urlsplit(self.issuer)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})):
            raise BadInputError(f"--oidc-issuer {self.issuer!r}: expected an address that begins with https://")
