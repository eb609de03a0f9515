"""Cameras over RTSP, against a real server behind a network that breaks."""
