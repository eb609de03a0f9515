"""Problems in Chinese: each part that the table knows, and nothing lost of what a person wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_agent.cli.commands import app
from edge_agent.config.fields.refusals import _EXPECTED
from edge_agent.config.fields.values import PATTERNS
from edge_agent.config.yaml.chinese import SENTENCES, in_chinese
from tests.config.samples import SITE, ZONES, write_site


@pytest.mark.parametrize("sentence", sorted({*_EXPECTED.values(), *PATTERNS.values(), *SENTENCES}))
def test_a_sentence_is_said_in_chinese(sentence: str) -> None:
    """With as many holes as it has in English."""
    chinese = in_chinese(sentence)
    assert re.search(r"[一-鿿]", chinese)
    assert SENTENCES[sentence].count("{}") == sentence.count("{}")


def test_what_a_person_wrote_is_kept() -> None:
    """And what is not in the table stays in English."""
    assert in_chinese("no file /etc/site/zones {1}.yaml") == "不存在的文件 /etc/site/zones {1}.yaml"
    assert in_chinese("edges 1 and 3 that cross") == "第 1 条与第 3 条边相交"
    assert in_chinese("one of: a, b") == "以下之一：a, b"
    assert in_chinese("a thing nobody has heard of") == "a thing nobody has heard of"


@pytest.mark.parametrize(("words", "lang"), [(["--lang", "zh-CN"], "C.UTF-8"), ([], "zh_CN.UTF-8")])
def test_check_speaks_chinese(tmp_path: Path, words: list[str], lang: str) -> None:
    """Asked to, or by LANG; places and values stay as they are in the file."""
    zones = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: abc}, parking: {}}")
    site = write_site(tmp_path, site=SITE, zones=zones)
    result = CliRunner(env={"LANG": lang, "LC_ALL": ""}).invoke(app, ["check", str(site), *words])
    assert result.exit_code == 1
    assert "dwell：现为 'abc'，应为 时长，如 90s、5m 或 1h30m" in result.stdout
    assert "'parking'，处置策略中没有的违规类型" in result.stdout
    assert "发现 2 个问题。" in result.stderr
