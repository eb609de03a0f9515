"""How the composed sample clips are made: real scenes, drawn things, and the files that tell what was laid where."""
