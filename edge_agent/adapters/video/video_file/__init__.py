"""Video files: what one holds, and the looks at it."""

from edge_agent.adapters.video.video_file.looks import VideoFile

__all__ = ["VideoFile"]
