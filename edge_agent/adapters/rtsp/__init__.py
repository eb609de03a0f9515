"""Cameras on the network: one session over RTSP, and the loop that opens the next when it breaks."""

from edge_agent.adapters.rtsp.options import RtspOptions, nothing, options_of
from edge_agent.adapters.rtsp.reconnecting import RtspStream
from edge_agent.adapters.rtsp.session import RtspSession

__all__ = ["RtspOptions", "RtspSession", "RtspStream", "nothing", "options_of"]
