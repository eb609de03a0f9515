"""A bundle: one incident's sealed evidence as a single ZIP file, its entries in the order of the manifest.

Nothing is compressed: pictures and clips are already. A bundle that was unpacked into a folder is read as well.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from edge_agent.adapters.evidence.sealed_folder import MANIFEST, SIGNATURE
from edge_agent.adapters.evidence.withheld import WITHHELD
from edge_agent.config.yaml.rewriting import write_whole
from edge_agent.core.errors import BadInputError
from edge_agent.ports import unwritten

if TYPE_CHECKING:
    from pathlib import Path

DATED: Final = (1980, 1, 1, 0, 0, 0)  # when files were made stands in the manifest
Entries = tuple[tuple[str, bytes], ...]


def write_bundle(path: Path, entries: Entries) -> None:
    """Write the entries as a ZIP, whole or not at all; the same entries give the same bytes. Raises OutsideError."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, content in entries:
            archive.writestr(ZipInfo(name, DATED), content)
    try:
        write_whole(path, buffer.getvalue(), private=True)
    except OSError as error:
        raise unwritten(error, f"bundle {path}: cannot be written: {error.strerror}") from error


def read_bundle(path: Path) -> Entries:
    """Names and contents in the order in which they lie there; those of a folder in the order of a bundle.

    Raises:
        BadInputError: It is no bundle, or a part of it cannot be read; the part is named.
    """
    try:
        if path.is_dir():
            return _unpacked(path)
        with ZipFile(path) as archive:
            return tuple((each.filename, _content(archive, each, path)) for each in archive.infolist())
    except OSError as error:
        raise BadInputError(f"bundle {path}: cannot be read: {error.strerror}") from error
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise BadInputError(f"bundle {path}: is no ZIP, or a damaged one, expected a bundle of evidence") from error


def _content(archive: ZipFile, entry: ZipInfo, path: Path) -> bytes:
    try:
        if entry.compress_type != ZIP_STORED or entry.is_dir():
            raise BadInputError(f"bundle {path}: {entry.filename}: was packed again, expected a file as exported")
        return archive.read(entry)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise BadInputError(f"bundle {path}: {entry.filename}: was changed, it does not read as packed") from error


def _unpacked(path: Path) -> Entries:
    files = {each.relative_to(path).as_posix(): each for each in path.rglob("*") if not each.is_dir()}
    first = [name for name in (MANIFEST, SIGNATURE, WITHHELD) if name in files]
    names = first + sorted(set(files) - set(first))
    if any(files[name].is_symlink() for name in names):
        raise BadInputError(f"bundle {path}: found a link in it, expected files")
    return tuple((name, files[name].read_bytes()) for name in names)
