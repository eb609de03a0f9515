"""Problems of the files in Chinese: what was found and what is expected, sentence by sentence.

A hole ``{}`` of a sentence is whatever stands there (a name, a number, a path), and is taken over. A sentence that is
not here stays as it is, in English.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

SENTENCES: Final = {
    # what is expected
    "a text": "文本",
    "a text that is not empty": "非空文本",
    "a number": "数字",
    "a whole number": "整数",
    "true or false": "true 或 false",
    "a mapping": "键值对",
    "a mapping that begins with version: 1": "以 version: 1 开头的键值对",
    "a list": "列表",
    "a path": "路径",
    "a path, relative to this file": "相对于本文件的路径",
    "a duration such as 90s, 5m or 1h30m": "时长，如 90s、5m 或 1h30m",
    "a duration such as 90s, 5m, 1h30m or 250ms": "时长，如 90s、5m、1h30m 或 250ms",
    "a size such as 500MB or 20GB": "容量，如 500MB 或 20GB",
    "a date such as 2026-11-01": "日期，如 2026-11-01",
    "a date such as 2026-11-01 or a time such as 2026-11-01T08:00": "日期或时刻，如 2026-11-01 或 2026-11-01T08:00",
    "a later date": "更晚的日期",
    "a time zone such as Asia/Shanghai": "时区，如 Asia/Shanghai",
    "one such as Asia/Shanghai": "如 Asia/Shanghai 的时区",
    "a point [x, y]": "点 [x, y]",
    "a list of points [x, y]": "点 [x, y] 的列表",
    "a number from 0 to 1 (a fraction of the picture)": "0 到 1 之间的数字（占画面的比例）",
    "a polygon whose edges do not cross": "各边互不相交的多边形",
    "the two ends of a line": "线段的两端",
    "the two ends of a line, [[x, y], [x, y]]": "线段的两端 [[x, y], [x, y]]",
    "the picture's [width, height] in pixels": "画面的 [宽, 高]（像素）",
    "a place [east, north] in metres": "以米计的位置 [东, 北]",
    "a place [lon, lat] in degrees": "以度计的位置 [经度, 纬度]",
    "hours such as Mo-Su 07:00-22:00 (OpenStreetMap opening_hours)": "时段，如 Mo-Su 07:00-22:00",
    "the name of a party, or one for each kind": "一个处置责任单位，或每种违规类型各一个",
    "a language tag such as zh-CN": "语言标签，如 zh-CN",
    "a unified social credit code of 18 digits and capitals": "18 位统一社会信用代码",
    "the code of a unit grid cell, 15 digits or capitals in quotes": "15 位单元网格标识码（加引号）",
    'the six digits of a district in quotes, such as "320402"': '六位行政区划代码（加引号），如 "320402"',
    "an id of letters, digits, '-' and '_' (at most 64)": "由字母、数字、“-”和“_”组成的编号（最多 64 个字符）",
    "an id of its own": "不与其他重复的编号",
    "ids of zones": "监管区域的编号",
    "the id of one of its shops": "本区域某一沿街商铺的编号",
    "a shop with its frontage, as kind {} asks": "违规类型 {} 需要的沿街商铺及其门前界线",
    "one of its kinds": "本区域的违规类型之一",
    "geometry beyond_frontage": "geometry: beyond_frontage（越过门前界线）",
    "label_share and min_size with it": "同时填写 label_share 和 min_size",
    "street: left or right, as it lies for who walks from the line's first end to its second": (
        "street: left 或 right，按从界线第一点走向第二点时街道所在的一侧"
    ),
    "one of: {}": "以下之一：{}",
    "this key to be set": "填写此项",
    "a file that exists": "存在的文件",
    "a readable text file": "可读的文本文件",
    "a readable YAML file": "可读的 YAML 文件",
    "YAML that can be read": "可读的 YAML",
    "a YAML file of a site": "点位的 YAML 文件",
    "a model that knows one of: {}": "认识以下标签之一的模型：{}",
    "a model that can be used": "可用的模型",
    "it to be set and not empty": "已设置且不为空",
    "off, hash or clear, or a mapping with keep": "off、hash 或 clear，或含 keep 的键值对",
    "a plate such as {}, or its hash from edge-agent plates hash": "车牌号，如 {}，或其哈希（edge-agent plates hash）",
    "plates: hash or plates: clear": "plates: hash 或 plates: clear",
    "the output of edge-agent plates hash": "edge-agent plates hash 的输出",
    "the plate itself": "车牌号本身",
    "the secret in it": "其中有密钥",
    "at least {}": "至少 {}",
    "at most {}": "至多 {}",
    "more than nothing and at most {}": "大于零且不超过 {}",
    "at least one entry": "至少一项",
    "values that do": "相互匹配的数值",
    "a ladder that can be climbed": "能够逐级推进的处置阶梯",
    "review: before_warning or before_order beside it": "同时填写 review: before_warning 或 before_order",
    "each label in one family": "每个标签只属于一个同类标签组",
    "username and password beside it": "另外填写 username 和 password",
    "an rtsp:// address, {}": "rtsp:// 地址，{}",
    "a video file, an rtsp:// address, {}": "视频文件、rtsp:// 地址，{}",
    "one that starts with {}": "以 {} 开头的地址",
    "an address that starts with {}": "以 {} 开头的地址",
    "it to be written as %23": "写成 %23",
    "both of them, or neither": "两者都有或都没有",
    "{}, the only version there is": "{}（唯一的版本）",
    "a host name or an address alone, such as mqtt.example.org": "单独的主机名或地址，如 mqtt.example.org",
    "the port under port": "把端口写在 port 中",
    "HOST or HOST:PORT, such as mqtt2.example.org:8883 or [2001:db8::1]:1883": (
        "HOST 或 HOST:PORT，如 mqtt2.example.org:8883 或 [2001:db8::1]:1883"
    ),
    "sha256// and the public key's digest in base64, or the certificate's SHA-256 in 64 hex digits": (
        "sha256// 加公钥摘要（base64），或证书的 SHA-256（64 位十六进制）"
    ),
    "the name of a protocol for ALPN, such as mqtt, or a list of them": "ALPN 协议名，如 mqtt，或其列表",
    "levels of a topic without '+', '#' and slashes at the ends": "不含“+”“#”、首尾无斜杠的主题层级",
    "the path of a WebSocket, such as /mqtt": "WebSocket 路径，如 /mqtt",
    "a client id of printable characters": "由可见字符组成的客户端标识",
    "embedded, or a mapping with host and port": "embedded，或含 host 和 port 的键值对",
    "system, or a mapping with ca, certificate and key, server_name, pin or alpn": (
        "system，或含 ca、certificate 和 key、server_name、pin、alpn 的键值对"
    ),
    "username and password, tls with certificate and key, or anonymous: true": (
        "username 和 password、带 certificate 和 key 的 tls，或 anonymous: true"
    ),
    "rtsp://host/path or rtsp://host:port/path": "rtsp://主机/路径 或 rtsp://主机:端口/路径",
    "rtsp://host/path or rtsp://host:port/path; in a user name or a password write {}": (
        "rtsp://主机/路径 或 rtsp://主机:端口/路径；用户名或密码中请写：{}"
    ),
    "one that starts with rtsp:// or rtsps://": "以 rtsp:// 或 rtsps:// 开头的地址",
    # what was found
    "nothing": "空",
    "nothing in it": "空",
    "no shops": "没有沿街商铺",
    "a line with the zone on both of its sides": "两侧都有监管区域的界线",
    "{} with geometry {}": "{}，而 geometry 为 {}",
    "only {}, which is hard to tell from {}": "仅有 {}，难以与 {} 区分",
    "no lamp": "没有警示灯",
    "no file {}": "不存在的文件 {}",
    "no environment variable {}": "没有环境变量 {}",
    "a secret file {} that cannot be read": "不可读的密钥文件 {}",
    "an empty secret file {}": "空的密钥文件 {}",
    "an unknown key": "未知的项",
    "an end before the start": "结束早于开始",
    "a review that is off": "人工审核未启用",
    "edges {} and {} that cross": "第 {} 条与第 {} 条边相交",
    "the same point twice": "同一个点出现两次",
    "an area of {} of the picture": "仅占画面 {} 的面积",
    "{} points": "{} 个点",
    "a list of {}": "{} 项的列表",
    "{}, a time zone that does not exist": "{}，不存在的时区",
    "{}, a kind the policy does not know": "{}，处置策略中没有的违规类型",
    "kind {}, of which the model knows no label": "违规类型 {}，模型不认识它的任何标签",
    "the {} id {} again (first at {})": "{} 编号 {} 重复（首次在 {}）",
    "values that do not fit ({})": "不相互匹配的数值（{}）",
    "a literal secret": "直接写出的密钥",
    "a login in the address": "地址中的登录信息",
    "a password in the address": "地址中的密码",
    "a '#' in the address": "地址中的“#”",
    "an address ({}) that is none": "不成立的地址（{}）",
    "an address ({}) of another kind": "其他类型的地址（{}）",
    "a plate, and plates: off": "车牌号，而 plates 为 off",
    "a clear plate, and plates: hash": "明文车牌号，而 plates 为 hash",
    "the hash of a plate, and plates: clear": "车牌哈希，而 plates 为 clear",
    "a telephone number": "电话号码",
    "an address that mail is sent to": "电子邮箱地址",
    "something else": "其他内容",
    "less than {}": "小于 {}",
    "one of certificate and key": "certificate 和 key 只有其一",
    "a scheme ({}) in the host": "主机中的协议（{}）",
    "{}, a host with blanks": "{}，带空白的主机",
    "{}, a host with a port": "{}，带端口的主机",
    "a broker on the network without a login": "没有登录信息的网络服务器",
}


class SentenceTable:
    """Says the sentences of a table; those with the fewest holes and the most words are tried first."""

    def __init__(self, sentences: dict[str, str]) -> None:
        ordered = sorted(sentences.items(), key=lambda each: (each[0].count("{}"), -len(each[0])))
        self._patterns = tuple((re.compile(_with_holes(english)), chinese) for english, chinese in ordered)

    def translated(self, sentence: str) -> str:
        """The sentence in Chinese; itself where the table has none that it is an example of."""
        for pattern, chinese in self._patterns:
            match = pattern.fullmatch(sentence)
            if match:
                return chinese.format(*match.groups())
        return sentence


def in_chinese(sentence: str) -> str:
    """What was found in a file, or is expected there, in Chinese."""
    return _of_files().translated(sentence)


@cache
def _of_files() -> SentenceTable:
    return SentenceTable(SENTENCES)


def _with_holes(english: str) -> str:
    return "(.+?)".join(map(re.escape, english.split("{}")))
