"""What each kind of channel is sent, by its documentation, and what its answer means. Pure.

Sources: the pages on custom robots of 企业微信 (developer.work.weixin.qq.com, "群机器人配置说明"), 钉钉
(open.dingtalk.com, "自定义机器人") and 飞书 (open.feishu.cn, "自定义机器人使用指南").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from centre.errors import BadInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to reach people."""

    name: str
    kind: str
    url: str
    secret: str = ""
    template: str = ""
    sender: str = ""
    per_minute: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is posted."""

    url: str
    body: bytes
    content_type: str = "application/json; charset=utf-8"


def request(channel: Channel, *, ident: str, address: str, text: str, at: datetime) -> Request:
    """What a notice is, for this channel.

    Raises:
        BadInputError: The channel's template cannot be filled in.
    """
    match channel.kind:
        case "wecom":
            content: dict[str, object] = {"content": text}
            if address:
                content["mentioned_mobile_list"] = [address]
            return _json(channel.url, {"msgtype": "text", "text": content})
        case "dingtalk":
            at_people = {"atMobiles": [address] if address else [], "isAtAll": False}
            return _json(_signed_dingtalk(channel, at), {"msgtype": "text", "text": {"content": text}, "at": at_people})
        case "feishu":
            return _json(channel.url, _signed_feishu(channel, at) | {"msg_type": "text", "content": {"text": text}})
        case _:
            return Request(url=channel.url, body=filled(channel.template, ident=ident, address=address, text=text))


def filled(template: str, *, ident: str, address: str, text: str) -> bytes:
    """A template of JSON with its places filled in: ``{id}``, ``{address}``, ``{text}`` within strings.

    Raises:
        BadInputError: It is no JSON.
    """
    parts = {"{id}": ident, "{address}": address, "{text}": text}

    def fill(value: object) -> object:
        match value:
            case str():
                for place, part in parts.items():
                    value = value.replace(place, part)
                return value
            case list():
                return [fill(each) for each in value]
            case dict():
                return {key: fill(each) for key, each in value.items()}
            case _:
                return value

    try:
        return json.dumps(fill(json.loads(template)), ensure_ascii=False).encode()
    except ValueError as error:
        raise BadInputError(f"template: expected JSON with {{address}} and {{text}} in its strings: {error}") from error


def refusal(kind: str, status: int, body: str) -> str:
    """Why a channel has refused a notice; empty where it has taken it."""
    if status >= 300:  # noqa: PLR2004 - of HTTP
        return f"HTTP {status}: {body[:200]}"
    if kind == "http":
        return ""
    try:
        answer = json.loads(body)
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
    except (ValueError, AttributeError):
        return f"an answer that is no JSON: {body[:200]}"
    return "" if code == 0 else f"{code}: {answer.get('errmsg') or answer.get('msg') or ''}"[:300]


def _signed_dingtalk(channel: Channel, at: datetime) -> str:
    if not channel.secret:
        return channel.url
    stamp = str(round(at.timestamp() * 1000))
    mark = "&" if "?" in channel.url else "?"
    return (
        channel.url
        + mark
        + urlencode({"timestamp": stamp, "sign": _hmac(channel.secret, f"{stamp}\n{channel.secret}")})
    )


def _signed_feishu(channel: Channel, at: datetime) -> dict[str, str]:
    if not channel.secret:
        return {}
    stamp = str(int(at.timestamp()))
    return {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{channel.secret}", "")}


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _json(url: str, body: dict[str, object]) -> Request:
    return Request(url=url, body=json.dumps(body, ensure_ascii=False).encode())
