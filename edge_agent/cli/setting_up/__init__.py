"""The commands before a box goes to work: a site, its cameras, its model, and whether all of it is in order."""
