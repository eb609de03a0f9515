"""How single values are written in a file: durations, sizes, hours, shapes, addresses, secrets."""
