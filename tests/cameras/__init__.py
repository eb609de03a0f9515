"""Cameras for the tests: real RTSP servers on the loopback, what they show, and the network between them and us.

::

    clips ─▶ CameraServer ──TCP──▶ FaultProxy ──TCP──▶ the code under test
    what is shown   the toolkit's server,   breaks as it is told
                    in a process of its own
"""
