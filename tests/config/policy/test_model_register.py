"""The register of models: read, refused in one sentence, written and read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.config.policy.model_register import (
    Credit,
    ModelEntry,
    Register,
    append_entry,
    entry_text,
    read_register,
)
from edge_agent.core.errors import BadInputError

HASH = "0" * 64
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


def entry(name: str = "street", **changes: object) -> ModelEntry:
    """An entry that is in order, with changes."""
    values: dict[str, object] = {
        "name": name,
        "file": f"{name}.onnx",
        "sha256": HASH,
        "license": "Apache-2.0",
        "input": "any",
        "output": "1x6x84",
        "labels": ("car", "garbage"),
        "objects": {"vehicle": ("car",)},
        "credits": (Credit(what="pictures", license="CC BY 4.0", origin="somewhere"),),
        "measured": {"garbage_mean_ap50": 0.5},
    }
    return ModelEntry(**(values | changes))  # type: ignore[arg-type]


def written(folder: Path, text: str) -> Path:
    """A register of that text."""
    (folder / "models.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_without_a_register_has_no_models(tmp_path: Path) -> None:
    """An empty box is no error until a model is asked for."""
    assert read_register(tmp_path) == Register(tmp_path, ())


def test_what_is_appended_is_read_again_and_what_was_there_stays(tmp_path: Path) -> None:
    """Comments too."""
    written(tmp_path, "# the city's own\n" + entry_text(entry("one")))
    append_entry(tmp_path, entry("two"))
    assert read_register(tmp_path).models == (entry("one"), entry("two"))
    assert (tmp_path / "models.toml").read_text(encoding="utf-8").startswith("# the city's own\n")


@given(labels=st.lists(TEXT, max_size=4).map(tuple), license_name=TEXT, thing=TEXT, figure=st.floats(-1e6, 1e6))
def test_any_text_survives_the_register(
    tmp_path_factory: pytest.TempPathFactory, labels: tuple[str, ...], license_name: str, thing: str, figure: float
) -> None:
    """Quotes, line ends and every script come back as they were."""
    folder = tmp_path_factory.mktemp("models")
    entry_given = entry(labels=labels, license=license_name, objects={thing: labels}, measured={thing: figure})
    append_entry(folder, entry_given)
    assert read_register(folder).models == (entry_given,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[model]", "models.toml: "),
        (entry_text(entry()).replace(HASH, "12ab"), "model.0: sha256 is '12ab', expected 64 hexadecimal digits"),
        (entry_text(entry()).replace('["car"]', '["van"]'), "object 'vehicle': 'van' is not among the model's labels"),
        (entry_text(entry()).replace("license =", "licence =", 1), "model.0.licen"),
        (entry_text(entry()) + entry_text(entry()), "model 'street' is there 2 times, expected once"),
        ("[models]\n", "models: "),
    ],
)
def test_a_register_that_cannot_be_used_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """Naming the file, the place and what is expected."""
    with pytest.raises(BadInputError) as refused:
        read_register(written(tmp_path, text))
    assert message in str(refused.value)
    assert str(tmp_path / "models.toml") in str(refused.value)


def test_a_model_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    """So that a typo is mended at once."""
    append_entry(tmp_path, entry("street"))
    with pytest.raises(BadInputError, match=r"model 'stret': not in .*, expected one of: street"):
        read_register(tmp_path).entry("stret")
    assert read_register(tmp_path).entry("street").labels == ("car", "garbage")
