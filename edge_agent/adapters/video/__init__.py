"""Video files and still pictures, and the last seconds of a stream as it was coded."""
