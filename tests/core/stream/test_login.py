"""The answers to challenges, against those that the standards work out."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

import pytest

from edge_agent.adapters.process import processor_s
from edge_agent.core.stream.login import Login

URL = "rtsp://camera/stream"
MD5 = 'Digest realm="r", nonce="n", qop="auth"'
SHA = 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'


def answered(*challenges: str, user: str = "Mufasa", password: str = "Circle Of Life") -> str:  # noqa: S107 - RFC 2617's
    """What is said to these challenges."""
    login = Login(user, password, openly=True)
    assert login.challenged(challenges)
    return login.answer("GET", "/dir/index.html")


def test_a_digest_without_quality_of_protection_is_rfc_2069s() -> None:
    """The example of RFC 2069, 2.4, with the digest that its erratum gives; names of the scheme may be small."""
    challenge = (
        'digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    given = answered(challenge, password="CircleOfLife")  # noqa: S106 - RFC 2069's
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in given
    assert given.startswith('Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b71')
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in given


def test_a_basic_challenge_is_answered_only_where_there_is_no_digest() -> None:
    """A digest does not give the password away."""
    assert b64decode(answered('Basic realm="r"').split()[1]) == b"Mufasa:Circle Of Life"
    assert answered('Basic realm="r"', MD5).startswith("Digest ")


def test_the_stronger_digest_is_answered() -> None:
    """Where a camera offers several, in whatever letters; one of an unknown hash is passed over."""
    longer = SHA.replace("SHA-256", "SHA-512-256")
    assert "algorithm=SHA-256" in answered(MD5, SHA)
    assert "algorithm=SHA-256" in answered(SHA, 'Digest realm="r", nonce="n", algorithm=md5')
    assert "algorithm=SHA-512-256" in answered(MD5, longer, SHA)
    assert "algorithm" not in answered(MD5, 'Digest realm="r", nonce="n", algorithm=SHA3')


def test_the_examples_of_rfc_7616_come_out() -> None:
    """Its 3.9.1, as far as a client nonce of ours allows: the hash of user, realm and password, by SHA-256."""
    challenge = (
        'Digest realm="http-auth@example.org", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    given = answered(challenge, password="Circle of Life")  # noqa: S106 - RFC 7616's
    secret = sha256(b"Mufasa:http-auth@example.org:Circle of Life").hexdigest()
    way = sha256(b"GET:/dir/index.html").hexdigest()
    whole = f"{secret}:7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:{way}"
    assert f'response="{sha256(whole.encode()).hexdigest()}"' in given


def test_a_password_is_given_in_the_clear_only_where_that_is_allowed() -> None:
    """And it is known that nothing else was wanted."""
    login = Login("u", "p", openly=False)
    assert not login.challenged(('Basic realm="r"',))
    assert login.only_basic
    assert not login.answer("GET", "/")
    assert login.challenged(('Basic realm="r"', MD5))
    assert not login.only_basic


def test_a_nonce_is_used_with_a_new_count_each_time() -> None:
    """And a client nonce of its own; the count begins again with another nonce."""
    login = Login("u", "p", openly=False)
    assert login.challenged((MD5,))
    first, second = login.answer("PLAY", URL), login.answer("PLAY", URL)
    assert "nc=00000001" in first
    assert "nc=00000002" in second
    assert first.partition("cnonce")[2] != second.partition("cnonce")[2]
    assert login.challenged((MD5.replace('"n"', '"m"'),))
    assert "nc=00000001" in login.answer("PLAY", URL)


def test_a_user_with_a_quotation_mark_stays_one_value() -> None:
    """Escaped, as quoted strings are."""
    assert 'username="a\\"b\\\\c"' in answered(MD5, user='a"b\\c')


@pytest.mark.parametrize(
    "challenges", [(), ("Negotiate",), ('Digest realm="r"',), ('Digest realm="r", nonce="n", algorithm=X',)]
)
def test_what_cannot_be_answered_is_not(challenges: tuple[str, ...]) -> None:
    """An unknown scheme, a digest without a nonce, or by an unknown hash."""
    login = Login("u", "p", openly=False)
    assert not login.challenged(challenges)
    assert not login.answer("GET", "/")


def test_without_a_login_nothing_is_answered() -> None:
    """Whatever the challenge."""
    assert not Login("", "", openly=True).challenged((MD5,))


def test_a_challenge_of_one_long_word_is_read_once() -> None:
    """Tried anew from each of its letters, it would hold every camera of the box for a minute."""
    begun = processor_s()
    assert Login("u", "p", openly=False).challenged(('Digest nonce="n", ' + "r" * 60_000,))
    assert processor_s() - begun < 5  # the square of its length takes 60 s


def test_a_login_shows_no_password() -> None:
    """Not even to a debugger."""
    login = Login("u", "geheim", openly=False)
    login.challenged((MD5,))
    assert "geheim" not in repr(login)
