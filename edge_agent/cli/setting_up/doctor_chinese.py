"""What the doctor finds, in Chinese; what is not here (an error of a camera, a broker, a disk) stays in English."""

from __future__ import annotations

from typing import Final

CHECKS: Final = {
    "configuration": "配置",
    "clock": "时钟",
    "disk": "磁盘",
    "state": "状态数据",
    "model": "模型",
    "camera {}": "摄像机 {}",
    "broker": "MQTT 服务器",
    "topics": "主题权限",
    "voice": "语音",
    "natural voice": "自然语音",
    "speaker {}": "扬声器 {}",
    "agent": "边缘智能体",
}
FOUND: Final = {
    "{} files read, no problems": "已读 {} 个文件，没有问题",
    "synchronised, {}": "已同步，{}",
    "nothing keeps it right; it says {}": "没有对时；当前为 {}",
    "the kernel does not say whether it is synchronised; it says {}": "内核未说明是否已同步；当前为 {}",
    "the system clock is {} s behind the latest record": "系统时钟比最新记录慢 {} 秒",
    "{} free, a write is safe after {} ms": "剩余 {}，写入 {} 毫秒后落盘",
    "nothing in {} yet": "{} 中还没有数据",
    "{} may not be written": "{} 不可写",
    "{} is damaged: {}": "{} 已损坏：{}",
    "whole; {} messages and {} warnings wait, {} open work orders": "完好；{} 条消息、{} 次劝导待发，{} 张工单未办结",
    "none answers on {}": "{} 上没有应答",
    "runs: {}": "运行中：{}",
    "is stuck: {}": "停滞：{}",
    "{}: login {} ms, message taken after {} ms and back after {} ms": (
        "{}：登录 {} 毫秒，收下消息 {} 毫秒，回传 {} 毫秒"
    ),
    "{}: login {} ms, message taken after {} ms; listening is refused": (
        "{}：登录 {} 毫秒，收下消息 {} 毫秒；不允许订阅"
    ),
    "the broker refuses {}": "服务器拒绝 {}",
    "not tried: the agent has the one connection": "未试：唯一的连接由正在运行的程序占用",
    "read its /healthz, or stop it first": "请查看其 /healthz，或先停止它",
    "messages are taken on all {} kinds of topics, and commands may be heard": "{} 类主题均可发布，可以接收指令",
    "{} ({}), {} labels, {} ms a look": "{}（{}），{} 个标签，每次查看 {} 毫秒",
    "{}: sha256 is {}, the register has {}": "{}：sha256 为 {}，登记为 {}",
    "{}, but no picture came": "{}，但没有画面",
    "{}, first picture after {} s": "{}，{} 秒后出现第一帧",
    "{} spoken in {} ms": "{} 语音合成用时 {} 毫秒",
    "{}: found {} s a syllable of a sentence, expected {} to {} s": "{}：一句话每个音节 {} 秒，应为 {} 到 {} 秒",
    "install the voice that is known to read it (pip install 'edge-agent[voice]')": (
        "请安装能读该语言的语音（pip install 'edge-agent[voice]'）"
    ),
    "{} of {} texts rendered": "已合成 {} 条，共 {} 条",
    "the agent renders the others, or edge-agent voice does it now; eSpeak says them till then": (
        "其余的由边缘智能体合成，也可立即运行 edge-agent voice；在此之前由 eSpeak 来说"
    ),
    "{}: what is not rendered is not said": "{}：没有合成的不会说出",
    "nothing, where the site is to be without eSpeak: edge-agent check says what could not be said": (
        "点位有意不装 eSpeak 时无需处理：edge-agent check 会说明哪些说不了"
    ),
    "see docs/voice.md": "见 docs/voice.md",
    "let systemd-timesyncd or chrony keep the time (timedatectl set-ntp true), or set it by hand": (
        "请用 systemd-timesyncd 或 chrony 对时（timedatectl set-ntp true），或手动设定"
    ),
    "compare it with a clock you trust": "请与可信的时钟核对",
    "give the state folder a disk that can be written": "请为状态目录提供可写的磁盘",
    "run as the user to whom the state folder belongs": "请以状态目录的所有者身份运行",
    "stop the agent, move it away, and restore a backup or start anew": "请停止程序，移走该文件，恢复备份或重新开始",
    "stop the agent, move the database away, and restore a backup or start anew": (
        "请停止程序，移走数据库，恢复备份或重新开始"
    ),
    "look at the broker: messages pile up": "请检查 MQTT 服务器：消息积压",
    "look at host, port and login in the site file, and at the broker's access list": (
        "请检查点位文件中的主机、端口和登录信息，以及服务器的访问控制列表"
    ),
    "allow the agent all topics of its own in the broker's access list; deploy/mosquitto.acl has them all": (
        "请在服务器的访问控制列表中放行本设备的全部主题；见 deploy/mosquitto.acl"
    ),
    "look at its power and cable, then at the address and login in the site file": (
        "请检查其电源和网线，再检查点位文件中的地址和登录信息"
    ),
    "look at its address and login in the site file, and at its cable": "请检查点位文件中的地址和登录信息，以及网线",
    "restart the camera": "请重启摄像机",
    "give it a video that can be read": "请提供可读的视频",
    "give the site a model that this box can run": "请配置本设备能运行的模型",
    "fetch the file anew, or enter the new one: edge-agent models add": (
        "请重新获取文件，或登记新文件：edge-agent models add"
    ),
    "edge-agent check names every problem": "edge-agent check 会列出全部问题",
    "install the voice (pip install 'edge-agent[voice]')": "请安装语音（pip install 'edge-agent[voice]'）",
    "look at its log (journalctl -u edge-agent); systemd restarts it": (
        "请查看日志（journalctl -u edge-agent）；systemd 会重启它"
    ),
}
