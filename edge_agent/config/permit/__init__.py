"""The register of permits: rows in and out of the zone files."""
