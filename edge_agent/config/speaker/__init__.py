"""The speakers of a site as they are written."""
