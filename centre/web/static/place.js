"use strict";
// Where one incident is, and the cameras of its box. Nothing is fetched but from this server and the tiles' own.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("place");
  if (!place || !window.L) return;
  const at = place.dataset.at.split(",").map(Number);
  const map = window.L.map(place, { scrollWheelZoom: false, attributionControl: Boolean(place.dataset.tiles) }).setView(at, 17);
  if (place.dataset.tiles) window.L.tileLayer(place.dataset.tiles, { attribution: place.dataset.credit.replace(/[<>&]/g, ""), maxZoom: 19 }).addTo(map);
  window.L.control.scale({ imperial: false }).addTo(map);
  for (const near of JSON.parse(place.dataset.near)) {
    const node = document.createElement("span");
    node.textContent = near.text;
    window.L.circleMarker(near.at, { radius: 5, color: "#1a7f37", fillOpacity: 1 }).bindTooltip(node).addTo(map);
  }
  window.L.circleMarker(at, { radius: 9, weight: 3, color: "#b3261e", fillOpacity: .5 }).addTo(map);
});
