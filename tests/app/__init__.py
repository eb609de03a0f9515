"""The wiring, driven with fakes of what lies outside and with the real thing."""
