"""How a site reaches its brokers: addresses, logins, TLS and what it trusts."""
