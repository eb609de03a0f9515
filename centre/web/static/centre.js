"use strict";
// Keeps an open page fresh: the server says which incidents have changed, and parts of the page ask for themselves anew.

const TURN_MS = 400; // so often at most
const CLOCK_MS = 10000;

function busy(part) {
  // Nobody's half-typed form is taken away.
  const typed = (field) => field.matches("select")
    ? field.options.length > 0 && !field.options[field.selectedIndex]?.defaultSelected && field.selectedIndex !== 0
    : field.value !== field.defaultValue;
  return [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some(typed);
}

let waiting = null;
let changed = new Set();

function refresh() {
  waiting = null;
  const names = changed;
  changed = new Set();
  for (const part of document.querySelectorAll("[data-live]")) {
    const about = part.dataset.live;
    if (about !== "*" && !names.has("*") && !names.has(about)) continue;
    if (part.dataset.parts) {
      const parts = part.dataset.parts.split(" ").filter((name) => !busy(document.getElementById(name)));
      part.setAttribute("hx-select-oob", parts.map((name) => `#${name}`).join(","));
    }
    window.htmx.trigger(part, "changed");
  }
}

function listen() {
  const light = document.getElementById("live");
  if (!light) return;
  const stream = new EventSource("/events");
  stream.onopen = () => light.classList.add("good");
  stream.onerror = () => light.classList.remove("good");
  stream.onmessage = (event) => {
    for (const name of JSON.parse(event.data)) changed.add(name);
    if (!waiting) waiting = setTimeout(refresh, TURN_MS);
  };
}

function span(ms) {
  const [minute, hour, day] = document.documentElement.lang.startsWith("zh") ? ["分钟", "小时", "天"] : ["min", "h", "d"];
  const minutes = Math.floor(Math.abs(ms) / 60000);
  const text = minutes < 120 ? `${minutes} ${minute}` : minutes < 2880 ? `${Math.floor(minutes / 60)} ${hour}` : `${Math.floor(minutes / 1440)} ${day}`;
  return ms < 0 ? `−${text}` : text;
}

function clocks() {
  for (const time of document.querySelectorAll("time[data-since]")) time.textContent = span(Date.now() - Date.parse(time.dateTime));
  for (const time of document.querySelectorAll("time[data-until]")) {
    const left = Date.parse(time.dateTime) - Date.now();
    time.textContent = span(left);
    time.classList.toggle("bad", left < 0);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  listen();
  clocks();
  setInterval(clocks, CLOCK_MS);
  document.getElementById("theme")?.addEventListener("click", () => {
    const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark")
      || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    const next = document.documentElement.dataset.theme ? (document.documentElement.dataset.theme === "dark" ? "light" : "dark") : dark ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem("theme", next);
  });
  document.querySelector("[data-filters]")?.addEventListener("change", (event) => event.target.form.requestSubmit());
});
document.addEventListener("htmx:afterSwap", clocks);
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => {
    const toast = document.getElementById("toast");
    toast.textContent = `${toast.dataset.failed} ${event.detail.xhr?.status || ""}`;
    toast.hidden = false;
    setTimeout(() => { toast.hidden = true; }, 6000);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...document.querySelectorAll(".queue a")];
  const at = rows.indexOf(document.activeElement);
  if (event.key === "j" && rows.length) rows[Math.min(at + 1, rows.length - 1)].focus();
  if (event.key === "k" && rows.length) rows[Math.max(at - 1, 0)].focus();
  if (event.key === "u" && document.querySelector(".case")) location.href = "/";
});
