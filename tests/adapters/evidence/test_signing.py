"""Keys: made once, read by nobody else, refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from edge_agent.adapters.evidence.signing import Ed25519Signer, Ed25519Verifier
from edge_agent.core.errors import BadInputError, OutsideError


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """Of mode 0600 in a folder of mode 0700; the next start signs with the same one."""
    folder = tmp_path / "keys"
    first, second = Ed25519Signer(folder), Ed25519Signer(folder)
    assert first.key == second.key
    assert (folder / "private.pem").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    verifier = Ed25519Verifier(first.public)
    assert verifier.key == first.key
    assert verifier.verifies(b"content", second.sign(b"content"))
    assert not verifier.verifies(b"other", second.sign(b"content"))
    assert not verifier.verifies(b"content", b"")


def test_a_replaced_key_leaves_the_old_public_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What was sealed with it verifies for ever; that a new one had to be made is said, of the very first it is not."""
    first = Ed25519Signer(tmp_path)
    assert caplog.text == ""
    signature = first.sign(b"content")
    (tmp_path / "private.pem").unlink()
    second = Ed25519Signer(tmp_path)
    assert second.key != first.key
    assert "was not there, a new one was made; give its public key to all who verify" in caplog.text
    assert Ed25519Verifier(first.public).verifies(b"content", signature)
    assert not Ed25519Verifier(second.public).verifies(b"content", signature)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610])
def test_a_key_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    """Whatever of it they may do."""
    Ed25519Signer(tmp_path)
    (tmp_path / "private.pem").chmod(mode)
    with pytest.raises(
        BadInputError, match=rf"private\.pem: others may read it \(mode {mode:04o}\), expected mode 0600"
    ):
        Ed25519Signer(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key(content: bytes, tmp_path: Path) -> None:
    """A private and a public one; nothing is made in its place."""
    path = tmp_path / "private.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadInputError, match="is no private key"):
        Ed25519Signer(tmp_path)
    with pytest.raises(BadInputError, match="is no public key"):
        Ed25519Verifier(path)
    assert path.read_bytes() == content


def test_a_key_of_another_kind(tmp_path: Path) -> None:
    """Named as such."""
    private = generate_private_key(SECP256R1())
    path = tmp_path / "private.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    with pytest.raises(BadInputError, match="is a key of another kind"):
        Ed25519Signer(tmp_path)
    public = tmp_path / "public.pem"
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(BadInputError, match="is a key of another kind"):
        Ed25519Verifier(public)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """In a sentence; so is a public key that is not there."""
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(OutsideError, match="cannot be read or made"):
        Ed25519Signer(tmp_path / "keys")
    with pytest.raises(BadInputError, match="cannot be read: No such file"):
        Ed25519Verifier(tmp_path / "none.pem")
