"""Login by the city's provider: who may come in, and every way in which a token may be wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from centre.clock import now
from centre.errors import BadInputError
from centre.serving import page_at
from centre.web.oidc_provider import Provider
from centre.web.people import add_account
from centre.web.setting import Settings
from tests.centre.console import PASSWORD
from tests.centre.provider import FakeProvider, providing


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """The city's."""
    with providing() as provider_made:
        yield provider_made


@pytest.fixture
def site(database: str, provider: FakeProvider) -> Iterator[str]:
    """The page of a centre that trusts it, with one account."""
    with psycopg.connect(database, autocommit=True) as connection:
        add_account(connection, "wang.fang", title="Wang Fang", password=PASSWORD, roles={"320402": "dispatcher"})
    ours = Provider(issuer=provider.issuer, client="centre", secret="s3cret")  # noqa: S106 - of this test
    settings = Settings(database=database, timezone=ZoneInfo("Asia/Shanghai"), provider=ours)
    with page_at(settings, "127.0.0.1", 0) as url:
        yield url


def enters(site: str, session: requests.Session, following: str = "/me") -> requests.Response:
    """Follow the link of the login page, all the way."""
    session.headers["accept-language"] = "en"
    return session.get(f"{site}/oidc/start?next={following}", timeout=60)


def test_somebody_with_an_account_comes_in(site: str, provider: FakeProvider, connection: psycopg.Connection) -> None:
    """By the provider's word, to the page that was wanted; the record says how."""
    with requests.Session() as session:
        assert 'href="/oidc/start' in session.get(f"{site}/login", timeout=60).text
        answer = enters(site, session)
        assert (answer.status_code, answer.url) == (200, f"{site}/me")
        assert "Wang Fang" in answer.text
        assert provider.issuer in answer.text
    rows = connection.execute("SELECT action, thing FROM audit ORDER BY n").fetchall()
    assert rows == [("bind", provider.issuer), ("login", provider.issuer)]


def test_nobody_else_can_be_an_account_that_is_bound(
    site: str, provider: FakeProvider, connection: psycopg.Connection
) -> None:
    """Another subject that takes the name is refused; the same subject under a new name is not."""
    with requests.Session() as session:
        assert enters(site, session).ok
    provider.claims = {"sub": "s-2", "preferred_username": "wang.fang"}
    with requests.Session() as session:
        answer = enters(site, session)
        assert (answer.status_code, "no account" in answer.text) == (403, True)
    provider.claims = {"sub": "s-1", "preferred_username": "married.name"}
    with requests.Session() as session:
        assert enters(site, session).ok
    assert connection.execute("SELECT count(*) FROM account").fetchone() == (1,)


@pytest.mark.parametrize("name", ["stranger", ""])
def test_without_an_account_nobody_comes_in(site: str, provider: FakeProvider, name: str) -> None:
    """None is made by itself."""
    provider.claims = {"sub": "s-9", "preferred_username": name}
    with requests.Session() as session:
        answer = enters(site, session)
        assert answer.status_code == 403
        assert session.get(f"{site}/me", timeout=60).url.startswith(f"{site}/login")


def test_an_account_that_is_kept_out_stays_out(site: str, connection: psycopg.Connection) -> None:
    """Whatever the provider says."""
    connection.execute("UPDATE account SET active = false")
    with requests.Session() as session:
        assert enters(site, session).status_code == 403


@pytest.mark.parametrize(
    "bend",
    [
        lambda claims: claims | {"aud": "another"},
        lambda claims: claims | {"iss": "https://elsewhere.example"},
        lambda claims: claims | {"exp": int(now().timestamp()) - 3600},
        lambda claims: claims | {"nonce": "of another login"},
        lambda claims: claims | {"azp": "another"},
        lambda claims: {name: value for name, value in claims.items() if name != "sub"},
        lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    ],
    ids=["audience", "issuer", "expired", "nonce", "azp", "no subject", "no end"],
)
def test_a_token_that_is_not_good_lets_nobody_in(
    site: str, provider: FakeProvider, bend: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Each claim is looked at."""
    provider.bend = bend
    with requests.Session() as session:
        answer = enters(site, session)
        assert (answer.status_code, "ID token is not good" in answer.text) == (403, True)
        assert "centre" not in session.cookies


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP256R1()), "s3cret" * 8], ids=["other key", "our secret"]
)
def test_a_token_of_another_key_lets_nobody_in(
    site: str, provider: FakeProvider, key: ec.EllipticCurvePrivateKey | str
) -> None:
    """Also one that is signed with a secret instead of a key."""
    provider.signs_with = key
    with requests.Session() as session:
        assert enters(site, session).status_code == 403


def test_a_login_that_was_begun_elsewhere_is_refused(site: str, provider: FakeProvider) -> None:
    """Nobody can be made to log in as somebody else; a code is good once, and for the browser that began."""
    with requests.Session() as attacker:
        begun = attacker.get(f"{site}/oidc/start", timeout=60, allow_redirects=False)
        back = attacker.get(begun.headers["location"], timeout=60, allow_redirects=False).headers["location"]
    with requests.Session() as victim:
        assert victim.get(back, timeout=60).status_code == 403
    assert len(provider.codes) == 1


def test_a_login_comes_back_once(site: str) -> None:
    """The address in the browser's history leads nowhere."""
    with requests.Session() as session:
        begun = session.get(f"{site}/oidc/start", timeout=60, allow_redirects=False)
        back = session.get(begun.headers["location"], timeout=60, allow_redirects=False).headers["location"]
        state = session.cookies.get("centre_oidc", path="/oidc")
        assert session.get(back, timeout=60).ok
        assert session.get(back, timeout=60, cookies={"centre_oidc": state or ""}).status_code == 403


def test_an_address_begins_so_many_logins_in_a_while(site: str) -> None:
    """Each is a row and a question to the provider; one that comes back does not count."""
    with requests.Session() as session:
        assert enters(site, session).ok
    begun = [requests.get(f"{site}/oidc/start", timeout=60, allow_redirects=False) for _ in range(31)]
    assert [each.status_code for each in begun] == [303] * 30 + [429]
    assert "请五分钟后再试" in begun[-1].text


def test_a_provider_that_is_away_is_named(site: str, provider: FakeProvider) -> None:
    """And the password still works."""
    provider.away = True
    with requests.Session() as session:
        answer = session.get(f"{site}/oidc/start", timeout=60)
        assert (answer.status_code, "HTTP 400" in answer.text) == (503, True)
        answer = session.post(f"{site}/login", {"name": "wang.fang", "password": PASSWORD}, timeout=60)
        assert answer.ok


def test_the_way_back_leads_to_this_site_alone(site: str) -> None:
    """Somebody who puts another address there gets the queue."""
    with requests.Session() as session:
        assert enters(site, session, following="//evil.example/").url == f"{site}/"


def test_a_provider_that_anybody_could_play_is_refused() -> None:
    """Without TLS, beyond this machine."""
    with pytest.raises(BadInputError, match="https"):
        Provider(issuer="http://login.example.org", client="centre", secret="x")  # noqa: S106
