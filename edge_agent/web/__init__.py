"""Web: the studio's page, on which zones are drawn and tuned; it knows files and the core, and can act on nothing."""
