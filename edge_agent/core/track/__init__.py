"""From boxes to things that stand at a place: seen, missed, hidden or gone."""
