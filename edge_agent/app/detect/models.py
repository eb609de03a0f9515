"""The models of a box: is each file what the register says, and how a new one is entered."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.detect.onnx import OnnxDetector, facts_of, open_session, output_shape
from edge_agent.adapters.detect.ultralytics import export_onnx
from edge_agent.config.policy.model_register import ModelEntry, append_entry, read_register
from edge_agent.core.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.core.detect.model_spec import ModelFacts

OBJECTS: Final = {
    "vehicle": ("car", "bus", "truck", "van"),
    "two_wheeler": ("bicycle", "motorcycle"),
    "person": ("person",),
    "stall": ("stall", "cart", "tricycle"),
    "stall_furniture": ("umbrella", "parasol", "chair", "dining table", "table", "bench"),
    "goods": (
        *("backpack", "handbag", "suitcase", "bottle", "cup", "bowl", "banana", "apple", "orange"),
        *("broccoli", "carrot", "potted plant", "vase", "goods", "box", "rack"),
    ),
    "garbage": ("garbage",),
    "closed_bin": ("garbage_bin",),
    "overflowing_bin": ("overflow",),
}  # what a city speaks of → how models call it
_METADATA: Final = 14 << 3 | 2  # of a model in ONNX: the field of what it says of itself, a message of pairs
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def verify(entry: ModelEntry, folder: Path) -> ModelFacts:
    """Hold a file against its entry; raises BadInputError with the first thing that does not fit."""
    path = folder / entry.file
    session, sha256 = open_session(path)
    if sha256 != entry.sha256:
        raise BadInputError(f"model {entry.name!r}: sha256 of {entry.file} is {sha256}, expected {entry.sha256}")
    detector = OnnxDetector(path)
    facts = detector.facts
    _fits(entry, "output", output_shape(session), entry.output)
    _fits(entry, "input", _input(facts), entry.input)
    labels = tuple(facts.spec.names[index] for index in sorted(facts.spec.names))
    for index, (label, expected) in enumerate(zip(labels, entry.labels, strict=False)):
        _fits(entry, f"label {index}", label, expected)
    _fits(entry, "number of labels", str(len(labels)), str(len(entry.labels)))
    detector.try_once()
    return facts


def unsought(entry: ModelEntry) -> tuple[str, ...]:
    """Labels of a model that stand for nothing a city speaks of: no kind looks for them unless a policy names them."""
    known = {label for labels in OBJECTS.values() for label in labels}
    return tuple(label for label in entry.labels if label not in known)


def _fits(entry: ModelEntry, what: str, fault: str, expected: str) -> None:
    if fault != expected:
        raise BadInputError(f"model {entry.name!r}: {what} of {entry.file} is {fault}, expected {expected}")


def _input(facts: ModelFacts) -> str:
    size = facts.input.size
    return f"{size.height}x{size.width}" if size else "any"


def register(
    source: Path, folder: Path, *, name: str | None, license_name: str | None, names: Sequence[str] = ()
) -> ModelEntry:
    """Copy a model into the folder, run it once, and enter it; a `.pt` is exported first.

    ``names`` are labels for a file that has none; they are written into the copy.

    Raises:
        BadInputError: it is no model we can read and run, or the name is taken.
        OutsideError: a `.pt` without what exports it.
    """
    chosen = name or source.stem
    if not _NAME.fullmatch(chosen):
        raise BadInputError(f"model name {chosen!r}: expected letters, digits, dots, dashes and underscores")
    if any(entry.name == chosen for entry in read_register(folder).models):
        raise BadInputError(f"model {chosen!r}: already in {folder}, expected another --name")
    if (folder / f"{chosen}.onnx").exists() and (folder / f"{chosen}.onnx").resolve() != source.resolve():
        raise BadInputError(f"model {chosen!r}: {folder / chosen}.onnx is there already, expected another --name")
    onnx = export_onnx(source) if source.suffix == ".pt" else source
    open_session(onnx)  # what is no model is not copied
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as within:
        copy = Path(within) / onnx.name
        shutil.copyfile(onnx, copy)
        if names:
            _name(copy, names)
        entry = _described(copy, chosen, license_name)
        copy.replace(folder / entry.file)
    append_entry(folder, entry)
    return entry


def _described(copy: Path, chosen: str, license_name: str | None) -> ModelEntry:
    """The entry of a copy that was tried where nothing lies beside it."""
    try:
        open_session(copy)
    except BadInputError as error:
        raise BadInputError(
            f"model {copy.name!r}: its weights lie in another file beside it (external data), "
            "expected one file with all of it"
        ) from error
    OnnxDetector(copy).try_once()
    return describe(copy, chosen, license_name=license_name)


def _name(copy: Path, names: Sequence[str]) -> None:
    """Write labels into a model's metadata: a field that is put behind a protocol buffer belongs to it."""
    if "names" in open_session(copy)[0].get_modelmeta().custom_metadata_map:
        raise BadInputError(f"model {copy.name!r}: names its labels itself, expected no --names")
    labels = repr(dict(enumerate(names))).encode()
    pair = b"\x0a" + _counted(b"names") + b"\x12" + _counted(labels)
    with copy.open("ab") as file:
        file.write(bytes([_METADATA]) + _counted(pair))


def _counted(content: bytes) -> bytes:
    """Bytes behind their length, as protocol buffers write it: seven bits a byte, the lowest first."""
    length, left = bytearray(), len(content)
    while left > _SEVEN_BITS:
        length.append(left & _SEVEN_BITS | _MORE)
        left >>= 7
    return bytes([*length, left]) + content


def describe(onnx: Path, name: str, *, license_name: str | None) -> ModelEntry:
    """What a file says of itself, as an entry; the licence as given, else as the file says."""
    session, sha256 = open_session(onnx)
    facts = facts_of(onnx.name, session)
    labels = tuple(facts.spec.names[index] for index in sorted(facts.spec.names))
    metadata = session.get_modelmeta().custom_metadata_map
    known = {thing: tuple(label for label in names if label in labels) for thing, names in OBJECTS.items()}
    return ModelEntry(
        name=name,
        file=f"{name}.onnx",
        sha256=sha256,
        license=license_name or metadata.get("license", "unknown"),
        input=_input(facts),
        output=output_shape(session),
        labels=labels,
        objects={thing: names for thing, names in known.items() if names},
    )
