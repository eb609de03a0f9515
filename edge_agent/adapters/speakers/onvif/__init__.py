"""A camera's own loudspeaker, by the backchannel of its stream (ONVIF Profile T).

::

    outlet ─▶ backchannel ─┬▶ connection ─▶ messages   the TCP connection; what a camera sends, taken apart
                           ├▶ login                    the answer to its challenge
                           ├▶ offer                    which of what it offers takes sound, and in which code
                           └▶ packets                  the sound as RTP
"""
