"""Which broker a command speaks with: that of a site, of a login file, or the one that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.app.agent.embedded_broker import LOGIN, read_login
from edge_agent.config.broker.broker_settings import BrokerSettings
from edge_agent.config.fields.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite


def chosen_broker(loaded: LoadedSite | None, login: Path | None) -> BrokerSettings | None:
    """The broker of a site or of a login file, where either is there; raises BadInputError."""
    if login is not None:
        return read_login(login).settings
    if loaded is None:
        return None
    return loaded.broker if isinstance(loaded.broker, BrokerSettings) else read_login(loaded.state / LOGIN).settings


def named_broker(host: str, port: int, username: str | None, password: str | None) -> BrokerSettings:
    """The broker at an address."""
    secret = None if password is None else Secret("EDGE_AGENT_PASSWORD", password)
    return BrokerSettings(host=host, port=port, username=username, password=secret)
