"""The page: rendered here, kept fresh by server-sent events, and usable without a network beyond this server."""
