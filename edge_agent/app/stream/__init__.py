"""What cameras and recordings give: pictures, dated and judged, and what is looked at again."""
