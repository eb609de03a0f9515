"""Send one notice, and know what became of it: taken, refused before it could be read by anybody, or unknown."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

import requests

from centre.errors import CentreError
from centre.notices.forms import Channel, refusal, request

CONNECT_S: Final = 5.0
ANSWER_S: Final = 15.0


class RefusedError(CentreError):
    """It was certainly not delivered: it may be sent again."""


class UnknownError(CentreError):
    """It may have been delivered: it is not sent again."""


def send(channel: Channel, *, ident: str, address: str, text: str, at: datetime) -> None:
    """Hand a notice to its channel, which has taken it when this returns.

    Raises:
        RefusedError: It was certainly not delivered.
        UnknownError: Nobody can say whether it was.
        BadInputError: The channel is set up wrongly.
    """
    if channel.kind == "smtp":
        _mail(channel, ident=ident, address=address, text=text)
        return
    made = request(channel, ident=ident, address=address, text=text, at=at)
    headers = {"content-type": made.content_type, "idempotency-key": ident}
    try:
        answer = requests.post(
            made.url, made.body, headers=headers, timeout=(CONNECT_S, ANSWER_S), allow_redirects=False
        )
    except (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL) as error:
        raise RefusedError(f"not reached: {type(error).__name__}") from error
    except requests.exceptions.ConnectionError as error:
        if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
            raise RefusedError("not reached") from error
        raise UnknownError("the connection broke before there was an answer") from error
    except requests.exceptions.RequestException as error:
        raise UnknownError(f"no answer: {type(error).__name__}") from error
    if reason := refusal(channel.kind, answer.status_code, answer.text[:2000]):
        raise RefusedError(reason)


def _mail(channel: Channel, *, ident: str, address: str, text: str) -> None:
    where = urlsplit(channel.url)
    mail = EmailMessage()
    mail["From"], mail["To"] = channel.sender, address
    mail["Subject"] = text.splitlines()[0][:80]
    mail["Message-ID"] = f"<{ident.replace('/', '.').replace('|', '.')}@centre.invalid>"
    mail.set_content(text)
    handed = False
    try:
        with smtplib.SMTP(where.hostname or "", where.port or 587, timeout=ANSWER_S) as server:
            if where.scheme == "smtp+tls":
                server.starttls(context=ssl.create_default_context())
            if where.username:
                server.login(unquote(where.username), unquote(where.password or ""))
            handed = True
            server.send_message(mail)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        raise RefusedError(f"mail: {error}"[:300]) from error
    except (OSError, smtplib.SMTPException) as error:
        raise (UnknownError if handed else RefusedError)(f"mail: {error}"[:300]) from error
