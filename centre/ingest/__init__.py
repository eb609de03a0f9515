"""From the broker into the database: each message once, and commands the other way."""
