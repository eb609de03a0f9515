"""The studio: its gate and routes without sockets, its page in a real browser."""
