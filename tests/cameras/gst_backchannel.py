"""A camera with a loudspeaker by GStreamer: ``/usr/bin/python3 gst_backchannel.py FILE CODEC [USER PASSWORD]``.

GStreamer's own ONVIF server (``RTSPOnvifServer``), which shares no line with ours: what it decodes is appended to
FILE, 16 bits, little-endian, 8000 a second. It says its port on a line, and serves until its standard input ends. A
program of its own, for the system's Python: the bindings come with the system's packages, not with wheels.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - only once the versions are said

SILENCE = "audiotestsrc wave=silence is-live=true ! audio/x-raw,rate=8000,channels=1"
STREAM = f"( {SILENCE} ! mulawenc ! rtppcmupay name=pay0 )"
CODES = {"PCMU": ("pcmu", "mulawdec", 0), "PCMA": ("pcma", "alawdec", 8)}


def main() -> None:
    """Serve until the standard input ends."""
    file, codec, *login = sys.argv[1:]
    Gst.init(None)
    server = GstRtspServer.RTSPOnvifServer.new()
    server.set_address("127.0.0.1")
    server.set_service("0")
    server.get_mount_points().add_factory("/camera", loudspeaker(file, codec))
    server.get_mount_points().add_factory("/plain", mute())
    if login:
        lock(server, *login)
    server.attach(None)
    loop = GLib.MainLoop()
    GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.PRIORITY_DEFAULT, GLib.IO_HUP, lambda *_: loop.quit())
    print(server.get_bound_port(), flush=True)  # noqa: T201 - this is how it says so
    loop.run()


def loudspeaker(file: str, codec: str) -> GstRtspServer.RTSPOnvifMediaFactory:
    """A stream of silence with a backchannel that writes what it hears."""
    depay, decoder, payload_type = CODES[codec]
    caps = f"application/x-rtp,media=audio,payload={payload_type},clock-rate=8000,encoding-name={codec}"
    factory = mute()
    factory.set_backchannel_launch(
        f'( capsfilter caps="{caps}" name=depay_backchannel ! rtp{depay}depay ! {decoder}'
        f" ! filesink location={file} append=true buffer-mode=unbuffered sync=false async=false )"
    )
    factory.set_backchannel_bandwidth(64_000)
    return factory


def mute() -> GstRtspServer.RTSPOnvifMediaFactory:
    """The same stream without a backchannel; for every known user."""
    factory = GstRtspServer.RTSPOnvifMediaFactory.new()
    factory.set_launch(STREAM)
    factory.set_media_gtype(GstRtspServer.RTSPOnvifMedia)
    allowed = GstRtspServer.RTSPPermissions()
    for right in ("media.factory.access", "media.factory.construct"):
        allowed.add_permission_for_role("viewer", right, allowed=True)
    factory.set_permissions(allowed)
    return factory


def lock(server: GstRtspServer.RTSPOnvifServer, user: str, password: str) -> None:
    """Ask everybody for this login, by digest."""
    viewer = GstRtspServer.RTSPToken()
    viewer.set_string("media.factory.role", "viewer")
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, viewer)
    server.set_auth(auth)


if __name__ == "__main__":
    main()
