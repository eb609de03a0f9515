"use strict";
// Zones, cameras, what is open, and circles where much happens. Nothing is fetched but from this server and the tiles' own.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("map");
  const L = window.L;
  const map = L.map(place, { attributionControl: Boolean(place.dataset.tiles) }).setView([31.81, 119.97], 13);
  if (place.dataset.tiles) L.tileLayer(place.dataset.tiles, { attribution: place.dataset.credit.replace(/[<>&]/g, ""), maxZoom: 19 }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const drawn = L.layerGroup().addTo(map);
  const form = document.getElementById("when");
  let fitted = false;

  function text(words) { const node = document.createElement("span"); node.textContent = words; return node; }
  function link(words, path) { const node = document.createElement("a"); node.href = path; node.textContent = words; return node; }

  async function draw() {
    const answer = await fetch(`/map/places?${new URLSearchParams(new FormData(form))}`);
    if (!answer.ok) return;
    const found = await answer.json();
    drawn.clearLayers();
    const all = [];
    const most = Math.max(1, ...found.heat.map((each) => each.n));
    for (const each of found.heat) drawn.addLayer(L.circleMarker(each.at, { radius: 6 + 18 * Math.sqrt(each.n / most), stroke: false, fillColor: "#e06c00", fillOpacity: .3 }).bindTooltip(text(String(each.n)))), all.push(each.at);
    for (const each of found.zones) drawn.addLayer(L.polygon(each.outline, { color: "#ff3b4b", weight: 2, fillOpacity: .12 }).bindTooltip(text(each.text))), all.push(...each.outline);
    for (const each of found.cameras) drawn.addLayer(L.circleMarker(each.at, { radius: 5, color: each.state === "ok" ? "#1a7f37" : "#777", fillOpacity: 1 }).bindTooltip(text(each.text)).bindPopup(link(each.text, each.path))), all.push(each.at);
    for (const each of found.open) drawn.addLayer(L.circleMarker(each.at, { radius: 8, weight: 3, color: each.severity > 2 ? "#b3261e" : "#0b5bc4", fillOpacity: .6, className: "open" }).bindPopup(link(each.text, each.path))), all.push(each.at);
    if (all.length && !fitted) { map.fitBounds(L.latLngBounds(all).pad(.2), { maxZoom: 17 }); fitted = true; }
    place.dataset.drawn = String(all.length);
    document.getElementById("nothing").hidden = all.length > 0;
  }
  form.addEventListener("change", draw);
  place.addEventListener("changed", draw);
  draw();
});
