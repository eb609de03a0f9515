"use strict";
// Incidents and orders a day.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
  const place = document.getElementById("days");
  const data = JSON.parse(place.dataset.series);
  if (!data[0].length) { place.hidden = true; return; }
  const names = place.dataset.names.split("|");
  const style = getComputedStyle(document.documentElement);
  const axis = { stroke: style.color, grid: { stroke: "rgba(128,128,128,.25)" } };
  const bars = window.uPlot.paths.bars({ size: [0.6, 60] });
  const chart = new window.uPlot({
    width: place.clientWidth - 32, height: 220,
    scales: { x: { range: () => [data[0][0] - 43200, data[0][data[0].length - 1] + 43200] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] } },
    axes: [axis, axis],
    series: [{}, { label: names[0], stroke: "#3b82d6", fill: "#3b82d680", paths: bars }, { label: names[1], stroke: "#c2570c", fill: "#c2570c", paths: bars }],
  }, data, place);
  addEventListener("resize", () => chart.setSize({ width: place.clientWidth - 32, height: 220 }));
});
