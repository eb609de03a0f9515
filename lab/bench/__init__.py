"""Measurements that need more than the agent: other people's programs, labelled pictures. See README.md here."""
