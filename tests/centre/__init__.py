"""The operations centre, with a real database and a real broker."""
