"""A centre takes kinds that it has never heard of: a city adds one in a file of its own, and a later box has more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from centre.contract.messages import Incident, WorkOrder
from edge_agent.app.feed.messages import messages
from edge_agent.core.site.policy import Grouping, Severity
from tests.architecture import ROOT
from tests.core_run import tell
from tests.site import SHORT, kind, site, zone
from tests.street import looks, stands

STRANGE: Final = "kind_of_tomorrow"
SCHEMAS: Final = sorted((ROOT / "docs" / "feed" / "schemas").glob("*.json"))


@pytest.mark.parametrize("silent", [False, True])
def test_messages_of_an_unknown_kind_are_read(silent: bool) -> None:  # noqa: FBT001
    """From its opening to its order and its end, with its severity, spoken to or not."""
    strange = replace(kind(STRANGE, {"scaffold"}, Grouping.SPOT), severity=Severity.HIGH)
    where = site(zone(STRANGE, rule=replace(SHORT, silent=silent)))
    where = replace(where, policy=replace(where.policy, kinds={**where.policy.kinds, STRANGE: strange}))
    result = tell(looks(stands("scaffold", 0, 120), until=200), where)
    sent = [json.loads(message.payload) for message in messages(result.effects, where)]
    read = [
        (WorkOrder if "work_order." in each["type"] else Incident).model_validate(each["data"])
        for each in sent
        if "work_order." in each["type"] or "incident." in each["type"]
    ]
    assert {each.kind for each in read} == {STRANGE}
    assert {each.severity for each in read} == {"high"}
    assert len(read) == (6 if silent else 8)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_no_schema_names_the_kinds_that_there_are(path: Path) -> None:
    """A kind is a text."""
    assert ',"illegal_parking"' not in path.read_text(encoding="utf-8").replace(" ", "")
