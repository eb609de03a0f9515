// The editor: shapes on the picture, changed by mouse, touch or keyboard.

import { shape } from "./ask.js";
import { addIgnored, addPart, addZone, change, choose, chosenZone, drawing, mark, onDrawing, part, point, removeChosen, same, shapes, told, zones } from "./drawing.js";
import { arrow } from "./frontage.js";
import { edges, snapped } from "./snap.js";
import { onStage, pointed, scale, screen, view } from "./stage.js";
import { language, read, t } from "./words.js";

const overlay = document.getElementById("overlay");
const NUDGE = 1; // pixels of the picture
const FURTHER = 10;
const coarse = matchMedia("(pointer: coarse)").matches;
const TWICE = 4; // pixels of the screen within which two taps are one
const RADIUS = coarse ? 11 : 6; // of a corner, on the screen

export const editor = { mode: "select", points: [], cross: null, permit: null, kind: null, on: true, away: "pairs_hint", under: () => [] };
let drag = null;

export function setMode(mode, permit = null) {
  if (!["select", "zone", "ignore"].includes(mode) && !chosenZone()) {
    document.getElementById("hint").textContent = t("zone_first");
    return;
  }
  Object.assign(editor, { mode, permit, points: [], cross: null });
  draw();
  if (mode !== "select") overlay.focus();
}

export function finish() {
  const needed = editor.mode === "frontage" ? 2 : 3;
  if (editor.points.length < needed) return;
  const { mode, points, permit } = editor;
  editor.points = [];
  editor.mode = "select";
  if (mode === "zone") {
    const name = prompt(t("ask_name"))?.trim();
    addZone(points, editor.kind, name ? { [language()]: name } : undefined);
  } else if (mode === "ignore") addIgnored(points);
  else addPart(drawing.chosen.zone, mode === "frontage" ? "shop" : mode, points, permit);
}

// Take out what is chosen; a whole zone, with all that is written of it, is asked about first.
export function remove() {
  const { chosen } = drawing;
  const found = chosen && part(chosen);
  if (!found) return;
  const corner = chosen.corner !== null && found.points.length > 3;
  if (chosen.part === "polygon" && !corner && !confirm(t("delete_zone", { name: title(chosen) }))) return;
  removeChosen();
}

function add(p) {
  const last = editor.points.at(-1);
  const [w, h] = screen();
  if (last && Math.hypot((last[0] - p[0]) * w, (last[1] - p[1]) * h) < TWICE) return; // the second half of a double tap
  editor.points.push(p);
  if (editor.mode === "frontage" && editor.points.length === 2) finish();
  else draw();
}

// ---------------------------------------------------------------- what is seen

export function draw() {
  const focused = document.activeElement?.dataset?.key;
  overlay.replaceChildren();
  overlay.setAttribute("tabindex", "0");
  overlay.classList.toggle("drawing", editor.mode !== "select");
  overlay.append(...editor.under());
  if (editor.on) {
    const all = [...shapes()];
    for (const each of all) overlay.append(body(each));
    const found = drawing.chosen && part(drawing.chosen);
    if (found && editor.mode === "select") overlay.append(...handles(found));
    if (editor.mode !== "select") overlay.append(...begun());
  }
  if (focused) overlay.querySelector(`[data-key="${focused}"]`)?.focus();
  buttons();
}

const px = ([x, y]) => [x * view.width, y * view.height];
const list = (points) => points.map((p) => px(p).join(",")).join(" ");
const valid = (points) => points.every((p) => Array.isArray(p) && p.length === 2 && p.every(Number.isFinite));

function title({ zone, part: what, index }) {
  if (what === "ignore") return t("ignored", { n: index + 1 });
  const owner = zones()[zone];
  const id = t("zone", { id: owner.id ?? zone + 1 });
  if (what === "polygon") return id;
  const own = what === "shop" ? owner.shops[index].name : what === "permit" ? owner.permits[index].holder : t("exempt");
  return `${id}, ${own}`;
}

function body(each) {
  const chosen = same(each, drawing.chosen);
  const group = shape("g", { class: `shape ${each.part}${chosen ? " chosen" : ""}`, "data-shape": `${each.zone}.${each.part}.${each.index}` });
  if (!valid(each.points)) return group;
  const outline = shape(each.closed ? "polygon" : "polyline", { points: list(each.points), class: "outline", tabindex: "0", role: "button", "aria-label": title(each), "data-key": `s${each.zone}.${each.part}.${each.index}` });
  group.append(outline);
  if (each.part === "shop") group.append(...arrow(zones()[each.zone].shops[each.index], zones()[each.zone].polygon, view));
  if (each.part === "polygon" || each.part === "shop") group.append(words(each));
  return group;
}

function words(each) {
  const [x, y] = px(each.points.reduce((a, b) => (b[1] < a[1] ? b : a)));
  const owner = zones()[each.zone];
  const said = each.part === "shop" ? owner.shops[each.index].name : read(owner.name) || owner.id;
  const left = x < view.width * 0.75; // near the right border it would be cut off
  return shape("text", { x, y: y - 6 * scale(), class: "name", "font-size": 13 * scale(), "text-anchor": left ? "start" : "end" }, said);
}

function handles(each) {
  if (!valid(each.points)) return [];
  const made = [];
  const r = radius(each) * scale();
  for (const [a, b, n] of edges(each.points, each.closed)) {
    if (!each.closed) break;
    const [x, y] = px([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
    made.push(shape("circle", { cx: x, cy: y, r: r * 0.6, class: "middle", "data-middle": n }));
  }
  for (const [n, p] of each.points.entries()) {
    const [x, y] = px(p);
    const key = `c${n}`;
    made.push(shape("circle", { cx: x, cy: y, r, class: `corner${drawing.chosen.corner === n ? " chosen" : ""}`, tabindex: "0", role: "button", "aria-label": t("corner", { shape: title(each), n: n + 1 }), "data-corner": n, "data-key": key }));
  }
  return made;
}

// Of the corners, on the screen: so small that those of a small zone leave something of it to be seen.
function radius(each) {
  const [w, h] = screen();
  const sides = [0, 1].map((axis) => each.points.map((p) => p[axis] * [w, h][axis]));
  const least = Math.min(...sides.map((found) => Math.max(...found) - Math.min(...found)));
  return Math.max(4, Math.min(RADIUS, least / 5));
}

function begun() {
  const made = [];
  const end = editor.cross ?? null;
  const points = end ? [...editor.points, end] : editor.points;
  if (points.length > 1) made.push(shape("polyline", { points: list(points), class: "outline begun" }));
  for (const [n, p] of editor.points.entries()) {
    const [x, y] = px(p);
    made.push(shape("circle", { cx: x, cy: y, r: RADIUS * scale(), class: `corner${n === 0 ? " first" : ""}`, "data-begun": n }));
  }
  if (end) {
    const [x, y] = px(end);
    const arm = 9 * scale();
    made.push(shape("path", { d: `M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`, class: "cross" }));
  }
  return made;
}

// The middle of what is chosen, to look at more closely.
export function middle() {
  const found = drawing.chosen && part(drawing.chosen);
  if (!found || !valid(found.points)) return undefined;
  return [0, 1].map((axis) => found.points.reduce((sum, p) => sum + p[axis], 0) / found.points.length);
}

function buttons() {
  for (const each of document.querySelectorAll("[data-mode]")) each.setAttribute("aria-pressed", String(each.dataset.mode === editor.mode));
  const busy = editor.mode !== "select";
  document.getElementById("finish").hidden = !busy || editor.mode === "frontage";
  document.getElementById("finish").disabled = editor.points.length < 3;
  document.getElementById("cancel").hidden = !busy;
  document.getElementById("delete").disabled = busy || !drawing.chosen;
  const hint = editor.mode === "frontage" ? "frontage_hint" : busy ? "drawing_hint" : zones().length ? "select_help" : "no_zones";
  document.getElementById("hint").textContent = t(editor.on ? hint : editor.away);
}

// ---------------------------------------------------------------- what is done

const others = (except) => [...shapes()].filter((each) => !same(each, except) && valid(each.points));
const placed = (event, except) => point(...(event.altKey ? pointed(event) : snapped(pointed(event), others(except), screen())));

overlay.addEventListener("pointerdown", (event) => {
  if (!editor.on || event.button !== 0) return;
  if (editor.mode !== "select") return begin(event);
  const { corner, middle } = event.target.dataset;
  const found = drawing.chosen && part(drawing.chosen);
  if (corner !== undefined || middle !== undefined) return grab(event, found, corner, middle);
  const group = event.target.closest("[data-shape]");
  if (!group) return;
  const [zone, name, index] = group.dataset.shape.split(".");
  const picked = { zone: Number(zone), part: name, index: Number(index), corner: null };
  const again = same(picked, drawing.chosen);
  choose(picked);
  if (again && event.pointerType !== "touch") carry(event);
  else overlay.querySelector(`[data-key="s${group.dataset.shape}"]`)?.focus();
});

function begin(event) {
  event.preventDefault();
  overlay.focus();
  if (editor.points.length > 2 && event.target.dataset.begun === "0") return finish();
  editor.cross = null;
  add(placed(event));
}

overlay.addEventListener("dblclick", () => { if (editor.on && editor.mode !== "select") finish(); });

function grab(event, found, corner, middle) {
  event.preventDefault();
  overlay.setPointerCapture(event.pointerId);
  mark();
  let n = Number(corner ?? middle);
  if (middle !== undefined) {
    n += 1;
    found.points.splice(n, 0, point(...pointed(event)));
  }
  drawing.chosen.corner = n;
  drag = { kind: "corner", n, moved: middle !== undefined };
  draw();
  overlay.querySelector(`[data-key="c${n}"]`)?.focus();
}

function carry(event) {
  overlay.setPointerCapture(event.pointerId);
  const found = part(drawing.chosen);
  mark();
  drag = { kind: "whole", from: pointed(event), points: structuredClone(found.points), moved: false };
}

overlay.addEventListener("pointermove", (event) => {
  if (editor.on && editor.mode !== "select" && event.pointerType !== "touch") {
    editor.cross = placed(event);
    return draw();
  }
  if (!drag) return;
  const found = part(drawing.chosen);
  if (drag.kind === "corner") found.points[drag.n] = placed(event, drawing.chosen);
  else shift(found, drag.points, pointed(event).map((n, axis) => n - drag.from[axis]));
  drag.moved = true;
  told("moving");
});

// Moved as a whole, and not out of the picture.
function shift(found, from, by) {
  const within = by.map((n, axis) => {
    const sides = from.map((p) => p[axis]);
    return Math.min(1 - Math.max(...sides), Math.max(-Math.min(...sides), n));
  });
  for (const [n, p] of from.entries()) found.points[n] = point(p[0] + within[0], p[1] + within[1]);
}

function release() {
  if (!drag) return;
  const { moved } = drag;
  drag = null;
  if (moved) told("changed");
}
overlay.addEventListener("pointerup", release);
overlay.addEventListener("pointercancel", release);

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

overlay.addEventListener("focusin", (event) => {
  const { corner, key } = event.target.dataset;
  if (corner !== undefined && drawing.chosen && drawing.chosen.corner !== Number(corner)) {
    drawing.chosen.corner = Number(corner);
    for (const each of overlay.querySelectorAll(".corner")) each.classList.toggle("chosen", each.dataset.corner === corner);
  }
  if (key?.startsWith("s")) {
    const [zone, name, index] = key.slice(1).split(".");
    const picked = { zone: Number(zone), part: name, index: Number(index), corner: null };
    if (!same(picked, drawing.chosen) && editor.mode === "select") choose(picked);
    else if (drawing.chosen) drawing.chosen.corner = null;
  }
});

overlay.addEventListener("keydown", (event) => {
  if (!editor.on) return;
  const arrow = ARROWS[event.key];
  if (arrow) {
    event.preventDefault();
    const by = (event.shiftKey ? FURTHER : NUDGE) * (editor.mode === "select" ? 1 : 2);
    nudge(arrow[0] * by / view.width, arrow[1] * by / view.height);
  } else if (event.key === " " && editor.mode !== "select") {
    event.preventDefault();
    if (editor.cross) add(editor.cross);
  } else if (event.key === "Backspace" && editor.mode !== "select") {
    event.preventDefault();
    editor.points.pop();
    draw();
  } else if (event.key === "Enter" && editor.mode !== "select") {
    event.preventDefault();
    finish();
  } else if ((event.key === "Delete" || event.key === "Backspace") && editor.mode === "select") {
    event.preventDefault();
    remove();
  }
});

function nudge(dx, dy) {
  if (editor.mode !== "select") {
    const [x, y] = editor.cross ?? editor.points.at(-1) ?? [0.5, 0.5];
    editor.cross = point(x + dx, y + dy);
    return draw();
  }
  const found = drawing.chosen && part(drawing.chosen);
  if (!found) return;
  change(() => {
    const { corner } = drawing.chosen;
    if (corner === null) shift(found, structuredClone(found.points), [dx, dy]);
    else found.points[corner] = point(found.points[corner][0] + dx, found.points[corner][1] + dy);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && editor.mode !== "select" && !document.querySelector("dialog[open]")) setMode("select");
});
onDrawing(draw);
onStage(draw);
