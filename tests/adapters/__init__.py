"""The adapters against the real thing: files, databases, a broker on loopback, a voice."""
