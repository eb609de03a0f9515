"""One file for each outside thing; none knows another, each turns foreign failures into ours."""
