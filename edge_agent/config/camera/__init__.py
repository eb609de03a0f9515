"""The files of a camera: its calibration, its surveyed places, what it was taught."""
