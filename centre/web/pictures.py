"""Pictures that came in messages. They are shown as pictures and as nothing else."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from centre.contract.topics import ROOT
from centre.web.visit import Visit

MISSING: Final = 404
AS_PICTURE: Final = {"cache-control": "private, max-age=86400", "content-disposition": "inline"}


def thumbnail(visit: Visit) -> Response:
    """The small picture of one message of an incident."""
    visit.need("viewer", visit.path["adcode"])
    source = f"{ROOT}/{visit.path['adcode']}/{visit.path['agent']}"
    row = visit.connection.execute(
        "SELECT media_type, picture FROM thumbnail WHERE source = %s AND incident = %s AND seq = %s",
        (source, visit.path["incident"], visit.path["seq"]),
    ).fetchone()
    if row is None:
        raise HTTPException(MISSING, visit.words("error.missing"))
    return Response(bytes(row[1]), media_type=row[0], headers=AS_PICTURE)
