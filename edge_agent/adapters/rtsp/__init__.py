"""Cameras on the network: one session over RTSP, and the loop that opens the next when it breaks."""

from edge_agent.adapters.rtsp.reconnecting import RtspStream
from edge_agent.adapters.rtsp.session import RtspOptions, RtspSession, nothing

__all__ = ["RtspOptions", "RtspSession", "RtspStream", "nothing"]
