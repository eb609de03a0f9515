"""The commands that cannot act: they judge what was recorded."""
