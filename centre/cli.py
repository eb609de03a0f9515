"""``centre``: the commands of the operations centre."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
import typer

from centre.contract.topics import place_of
from centre.database.migrate import first_line, migrate
from centre.errors import BadInputError, CentreError, OutsideError
from centre.serving import broker_address, ingesting, notifying, page_at
from centre.web.api import digest
from centre.web.oidc_provider import Provider
from centre.web.outside_store import outside_store
from centre.web.people import EVERYWHERE, add_account
from centre.web.setting import Settings

app: Final = typer.Typer(no_args_is_help=True, add_completion=False, help="The operations centre.")

DatabaseOption = Annotated[
    str, typer.Option(envvar="DATABASE_URL", help="postgresql://..., or a folder for an embedded database.")
]


@contextmanager
def refusing() -> Iterator[None]:
    """Say what went wrong in one sentence, and end with 1."""
    try:
        yield
    except CentreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except psycopg.Error as error:
        typer.echo(f"database: {first_line(error)}", err=True)
        raise typer.Exit(1) from error


@contextmanager
def database_of(where: str) -> Iterator[str]:
    """The address of the database, with all tables; one in a folder is started and ends with the block."""
    from centre.database.embedded import EmbeddedDatabase  # noqa: PLC0415 - the city's own needs no wheel

    if "://" in where or "=" in where:
        migrate(where)
        yield where
        return
    if not where:
        raise OutsideError("--database: found nothing, expected postgresql://... or a folder")
    with EmbeddedDatabase(Path(where)) as embedded:
        migrate(embedded.url)
        yield embedded.url


@app.command("account")
def account(
    name: Annotated[str, typer.Argument(help="The name to log in with; it stands in the commands as `by`.")],
    database: DatabaseOption = "",
    title: Annotated[str, typer.Option(help="The person's name as others read it.")] = "",
    role: Annotated[str, typer.Option(help="viewer, dispatcher, manager or admin.")] = "viewer",
    district: Annotated[list[str] | None, typer.Option(help="Six digits; may be given again. All, where none.")] = None,
) -> None:
    """Make an account, or set a new password: it is read from CENTRE_PASSWORD, or asked for."""
    password = os.environ.get("CENTRE_PASSWORD") or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with refusing(), database_of(database) as url, psycopg.connect(url, autocommit=True) as connection:
        roles = dict.fromkeys(district or [EVERYWHERE], role)
        add_account(connection, name, title=title or name, password=password, roles=roles)
    typer.echo(f"{name}: {role} in {', '.join(roles)}", file=sys.stdout)


@app.command("token")
def token(
    name: Annotated[str, typer.Argument(help="Who reads with it.")],
    database: DatabaseOption = "",
    district: Annotated[list[str] | None, typer.Option(help="Six digits; may be given again. All, where none.")] = None,
) -> None:
    """Make a token for the read API, and print it: it is shown once."""
    made = secrets.token_urlsafe(32)
    with refusing(), database_of(database) as url, psycopg.connect(url, autocommit=True) as connection:
        row = (digest(made), name, district or None)
        connection.execute("INSERT INTO api_token (digest, name, districts) VALUES (%s, %s, %s)", row)
    typer.echo(made)


@app.command("box-token")
def box_token(
    box: Annotated[str, typer.Argument(help="The box: cityops/v1/(district)/(agent).")],
    database: DatabaseOption = "",
) -> None:
    """Make a token with which a box brings evidence to /store/(district)/(agent)/, and print it: it is shown once."""
    made = secrets.token_urlsafe(32)
    with refusing(), database_of(database) as url, psycopg.connect(url, autocommit=True) as connection:
        source = place_of(f"{box}/status").source
        connection.execute("INSERT INTO box_token (digest, source) VALUES (%s, %s)", (digest(made), source))
    typer.echo(made)


BrokerOption = Annotated[
    str, typer.Option(envvar="CENTRE_BROKER", help="mqtt://user:password@host:1883 or mqtts://...")
]

PrefixOption = Annotated[
    str, typer.Option(envvar="CENTRE_TOPIC_PREFIX", help="The boxes' `topic_prefix`, where they have one.")
]


EvidenceOption = Annotated[
    str,
    typer.Option(
        envvar="CENTRE_EVIDENCE",
        help="The store that boxes bring evidence to: s3://bucket/root?endpoint=https://...&region=...",
    ),
]
UrlsOption = Annotated[
    str, typer.Option(help="What begins the addresses of that evidence in messages: https://evidence.example.org/")
]
IssuerOption = Annotated[str, typer.Option(help="The city's login (OpenID Connect): its issuer, https://...")]
ClientOption = Annotated[str, typer.Option(help="Our id there; the secret is in CENTRE_OIDC_SECRET.")]
ClaimOption = Annotated[str, typer.Option(help="The claim that is an account's name at its first login.")]
BackOption = Annotated[
    str, typer.Option(help="The address that people come back to, as it is known there: https://.../oidc/back")
]
TilesOption = Annotated[str, typer.Option(help="Map tiles: https://.../{z}/{x}/{y}.png. None are fetched without.")]
ShiftOption = Annotated[bool, typer.Option(help="The tiles are in GCJ-02: points are shifted for display.")]
WorkerOption = Annotated[str, typer.Option(help="This worker's name at the broker; the same at every start.")]
HttpsOption = Annotated[bool, typer.Option(help="Behind a proxy that speaks HTTPS: cookies are sent over that only.")]
StoreOption = Annotated[Path | None, typer.Option(help="A folder for evidence that boxes bring to /store/.")]


@app.command("serve")
def serve(
    database: DatabaseOption = "",
    broker: BrokerOption = "",
    topic_prefix: PrefixOption = "",
    host: Annotated[str, typer.Option(help="Where the page listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8080,
    timezone: Annotated[str, typer.Option(help="The city's.")] = "Asia/Shanghai",
    https: HttpsOption = False,
    store: StoreOption = None,
    evidence: EvidenceOption = "",
    evidence_urls: UrlsOption = "",
    oidc_issuer: IssuerOption = "",
    oidc_client: ClientOption = "",
    oidc_claim: ClaimOption = "preferred_username",
    oidc_back: BackOption = "",
    tiles: TilesOption = "",
    tiles_credit: Annotated[str, typer.Option(help="Whose map it is, shown on it.")] = "",
    tiles_gcj02: ShiftOption = False,
    worker: WorkerOption = "",
    page: Annotated[bool, typer.Option(help="Serve the page.")] = True,
    ingest: Annotated[bool, typer.Option(help="Take messages from the broker.")] = True,
    notify: Annotated[bool, typer.Option(help="Send notices and webhooks.")] = True,
) -> None:
    """Serve the page and take what the boxes say. Run several side by side with --no-page or --no-ingest."""
    with refusing(), database_of(database) as url, ExitStack() as stack, stopping() as stop:
        settings = Settings(database=url, timezone=_timezone(timezone), https=https, store=store)
        provider = _provider(oidc_issuer, oidc_client, oidc_claim, oidc_back) if oidc_issuer else None
        outside = outside_store(evidence, evidence_urls, _secrets_of_store()) if evidence else None
        settings = replace(settings, provider=provider, outside=outside)
        settings = replace(settings, tiles=tiles, tiles_credit=tiles_credit, tiles_gcj02=tiles_gcj02)
        if ingest:
            name = worker or f"centre-{socket.gethostname()}"
            stack.enter_context(ingesting(broker_address(broker, topic_prefix), url, worker=name))
            typer.echo(f"Taking messages as {name}")
        if notify:
            stack.enter_context(notifying(url))
        if page:
            typer.echo(f"The page: {stack.enter_context(page_at(settings, host, port))}")
        stop.wait()


@app.command("demo")
def demo(
    project: Annotated[Path, typer.Option(help="The folder with models/ and sample_videos/.")] = Path(),
    agent: Annotated[str, typer.Option(help="The command of the agent.")] = "",
    out: Annotated[Path, typer.Option(help="Where everything it makes goes.")] = Path("centre-out"),
    port: Annotated[int, typer.Option(help="Of the page; 0 takes a free one.")] = 8080,
    review: Annotated[
        str, typer.Option(help="Before what you must confirm an incident: off, before_warning or before_order.")
    ] = "off",
) -> None:
    """Start a database, a broker, a camera that shows the sample clip, an agent, and the page, on this machine."""
    from centre.demo.show import REVIEWS, Demo, agent_command, run_demo  # noqa: PLC0415 - it needs packages that serving does not

    with refusing(), stopping() as stop:
        if review not in REVIEWS:
            raise BadInputError(f"--review {review!r}: expected one of {', '.join(REVIEWS)}")
        command = agent or agent_command()
        plan = Demo(project=project.resolve(), agent=command, folder=out.resolve(), port=port, review=review)
        run_demo(plan, typer.echo, stop.wait)


def _secrets_of_store() -> dict[str, str]:
    """Options of the store that nobody should see: CENTRE_EVIDENCE_SECRET_ACCESS_KEY is its secret_access_key."""
    start = "CENTRE_EVIDENCE_"
    return {name.removeprefix(start).lower(): text for name, text in os.environ.items() if name.startswith(start)}


def _provider(issuer: str, client: str, claim: str, back: str) -> Provider:
    secret = os.environ.get("CENTRE_OIDC_SECRET", "")
    if not client or not secret:
        raise BadInputError("--oidc-issuer: expected --oidc-client and CENTRE_OIDC_SECRET too")
    return Provider(issuer=issuer, client=client, secret=secret, claim=claim, back=back)


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInputError(f"--timezone {name!r}: expected one such as Asia/Shanghai") from error


@contextmanager
def stopping() -> Iterator[Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stop = Event()
    before = {each: signal.signal(each, lambda *_: stop.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
