// Calibration: points of the picture and where they lie on the ground, what that is worth, and the metres drawn over it.

import { ask, camera as path, element, shape, trying } from "./ask.js";
import { field, tellProblems } from "./fields.js";
import { onStage, pointed, scale, view } from "./stage.js";
import { t } from "./words.js";

const overlay = document.getElementById("overlay");
const form = document.getElementById("survey-form");
const FEWEST = 6; // pairs, as core/point_pairs.py has it
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const survey = { on: false, camera: null, data: null, file: "", base: null, saved: "", fit: null, problems: [], chosen: null, back: [], forth: [] };
let drag = null;
let waiting = null;
let number = 0;

const text = () => JSON.stringify(written());
export const surveyDirty = () => survey.data !== null && text() !== survey.saved;

export function loadSurvey(camera, file) {
  Object.assign(survey, { camera, file: file.file, base: file.base, fit: null, problems: [], chosen: null, back: [], forth: [], plain: !(file.data && "crs" in file.data) });
  survey.data = structuredClone(file.data ?? empty(camera));
  survey.data.pairs ??= [];
  survey.saved = text();
}

function empty(camera) {
  return { version: 1, camera, size: [view.width, view.height], date: new Date().toISOString().slice(0, 10), crs: "local", pairs: [] };
}

// What the file would say: without what is empty.
export function written() {
  const said = structuredClone(survey.data);
  if (said.lens && Object.keys(said.lens).length === 0) delete said.lens;
  if (said.crs === "local" && survey.plain) delete said.crs;
  if (said.foot && !placeOf(said.foot)) delete said.foot;
  return said;
}

const degrees = () => (survey.data.crs ?? "local") !== "local";
const key = () => (degrees() ? "lonlat" : "ground");
const placeOf = (owner) => (owner[key()] ?? []).length === 2 && owner[key()].every(Number.isFinite);

function mark() {
  const now = JSON.stringify(survey.data);
  if (survey.back.at(-1) !== now) survey.back.push(now);
  survey.forth = [];
}

function step(from, to) {
  const now = JSON.stringify(survey.data);
  let before = from.pop();
  if (before === now) before = from.pop();
  if (before === undefined) return;
  to.push(now);
  survey.data = JSON.parse(before);
  survey.chosen = null;
  changed();
}
export const undoSurvey = () => step(survey.back, survey.forth);
export const redoSurvey = () => step(survey.forth, survey.back);

function changed() {
  drawForm();
  drawSurvey();
  fitSoon();
}

function fitSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(fitNow, 60);
  document.dispatchEvent(new Event("survey-changed"));
}

export const fitNow = trying(async () => {
  number += 1;
  const mine = number;
  const missing = survey.data.pairs.length < FEWEST ? t("too_few", { n: survey.data.pairs.length }) : survey.data.pairs.some((pair) => !placeOf(pair)) ? t("incomplete") : null;
  if (missing) Object.assign(survey, { fit: null, problems: [] });
  else {
    const found = await ask("POST", path(survey.camera, "/survey/fit"), { survey: written() });
    if (mine !== number) return;
    Object.assign(survey, { fit: found, problems: found.problems });
  }
  verdict(missing);
  drawSurvey();
});

function verdict(missing) {
  const { fit } = survey;
  const place = document.getElementById("verdict");
  const n = (metres, digits = 2) => (metres === null ? "–" : metres.toFixed(digits));
  place.className = missing ? "quiet" : fit && !survey.problems.length ? "good" : "bad";
  if (missing) place.textContent = missing;
  else if (!fit || survey.problems.length) place.textContent = t("not_believed");
  else place.textContent = t("believed", { left: n(fit.left_out_m), rms: n(fit.rms_m), low: n(fit.pixel_m?.[0] ?? null, 3), high: n(fit.pixel_m?.[1] ?? null, 3) });
  for (const [k, row] of [...form.querySelectorAll(".pair")].entries()) {
    const found = fit?.pairs[k];
    const said = found ? `${t("left_out_error")} ${n(found.left_out_m)} m · ${t("limit")} ${n(found.limit_m)} m · ${t("residual")} ${n(found.residual_m)} m · ${t(found.too_large ? "too_far" : "good")}` : "";
    row.querySelector(".worth").textContent = said;
    row.classList.toggle("bad", Boolean(found?.too_large));
  }
  tellProblems(form, document.getElementById("survey-problems"), survey.problems, survey.file);
}

// ---------------------------------------------------------------- the form

export function drawForm() {
  const focused = document.activeElement?.dataset?.key;
  const { data } = survey;
  data.lens ??= {};
  data.foot ??= {};
  const bound = { before: mark, after: fitSoon };
  form.replaceChildren(
    field("date", t("date"), data, "date", bound),
    field("crs", t("crs"), data, "crs", { before: mark, after: () => { recast(); changed(); }, options: [["local", t("local")], ["EPSG:4490", "CGCS2000 (EPSG:4490)"], ["EPSG:4326", "WGS 84 (EPSG:4326)"]] }),
    sizeField(),
    field("lens.k1", "k1", data.lens, "k1", { ...bound, number: true, hint: "0" }),
    field("lens.k2", "k2", data.lens, "k2", { ...bound, number: true, hint: "0" }),
    element("fieldset", { class: "wide grid" }, element("legend", {}, t("foot")), ...place("foot", data.foot)),
    element("fieldset", { class: "wide" }, element("legend", {}, t("pairs")), element("p", { class: "quiet" }, t("pairs_hint")), ...data.pairs.map(pairBox), element("output", { "data-field": "pairs" }), element("small", { class: "problem", role: "alert", hidden: true })),
  );
  if (focused) form.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function sizeField() {
  const made = field("size", t("size"), { size: survey.data.size.join(" × ") }, "size", {});
  made.querySelector("input").readOnly = true;
  return made;
}

// The other way of writing places has other numbers: those that are there are taken out.
function recast() {
  for (const owner of [...survey.data.pairs, survey.data.foot]) {
    delete owner.ground;
    delete owner.lonlat;
  }
}

function place(at, owner) {
  return [0, 1].map((n) => {
    const words = t((degrees() ? ["lon", "lat"] : ["east", "north"])[n]);
    const kept = Object.fromEntries((owner[key()] ?? []).map((value, axis) => [axis, value]));
    const after = () => {
      const both = [kept[0] ?? null, kept[1] ?? null];
      if (both.every((value) => value === null)) delete owner[key()];
      else owner[key()] = both;
      fitSoon();
    };
    return field(`${at}.${key()}[${n}]`, words, kept, n, { before: mark, after: () => { const other = owner[key()]?.[1 - n]; if (other !== undefined && other !== null) kept[1 - n] = other; after(); }, number: true });
  });
}

function pairBox(pair, n) {
  const gone = element("button", { type: "button", class: "small", "data-do": "delete", onclick: () => { mark(); survey.data.pairs.splice(n, 1); survey.chosen = null; changed(); } }, t("delete"));
  return element("div", { class: `entry-box pair${survey.chosen === n ? " chosen" : ""}`, onfocusin: () => { if (survey.chosen !== n) { survey.chosen = n; drawSurvey(); } } },
    element("strong", {}, String(n + 1)), ...place(`pairs[${n}]`, pair), gone,
    element("output", { "data-field": `pairs[${n}]` }), element("small", { class: "problem", role: "alert", hidden: true }), element("small", { class: "worth" }));
}

// ---------------------------------------------------------------- the picture

export function drawSurvey() {
  if (!survey.on) return;
  const focused = document.activeElement?.dataset?.key;
  const px = ([x, y]) => [x * view.width, y * view.height];
  const line = (points) => points.map((p) => px(p).join(",")).join(" ");
  overlay.replaceChildren();
  overlay.setAttribute("tabindex", "0");
  if (survey.fit?.outline.length) overlay.append(shape("polygon", { points: line(survey.fit.outline), class: "believed" }));
  for (const each of survey.fit?.grid ?? []) overlay.append(shape("polyline", { points: line(each.points), class: `metre${each.bold ? " bold" : ""}` }));
  for (const [n, pair] of survey.data.pairs.entries()) {
    const [x, y] = px(pair.image);
    const state = survey.fit?.pairs[n] ? (survey.fit.pairs[n].too_large ? " bad" : " good") : "";
    overlay.append(shape("circle", { cx: x, cy: y, r: 7 * scale(), class: `pair-point${state}${survey.chosen === n ? " chosen" : ""}`, tabindex: "0", role: "button", "aria-label": `${t("pairs")} ${n + 1}`, "data-pair": n, "data-key": `p${n}` }));
    overlay.append(shape("text", { x: x + 9 * scale(), y: y - 9 * scale(), class: "name", "font-size": 13 * scale() }, String(n + 1)));
  }
  if (focused?.startsWith("p")) overlay.querySelector(`[data-key="${focused}"]`)?.focus();
}

/** @param {number[]} point in fractions of the picture */
const placed = ([x, y]) => [x, y].map((n) => Math.round(Math.min(1, Math.max(0, n)) * 10000) / 10000);

overlay.addEventListener("pointerdown", (event) => {
  if (!survey.on || event.button !== 0) return;
  event.preventDefault();
  mark();
  const { pair } = event.target.dataset;
  if (pair === undefined) {
    survey.data.pairs.push({ image: placed(pointed(event)) });
    survey.chosen = survey.data.pairs.length - 1;
    changed();
    form.querySelector(`[data-field="pairs[${survey.chosen}].${key()}[0]"]`)?.focus();
    return;
  }
  overlay.setPointerCapture(event.pointerId);
  drag = Number(pair);
  survey.chosen = drag;
  drawSurvey();
  overlay.querySelector(`[data-key="p${drag}"]`)?.focus();
});
overlay.addEventListener("pointermove", (event) => {
  if (drag === null) return;
  survey.data.pairs[drag].image = placed(pointed(event));
  drawSurvey();
  fitSoon();
});
overlay.addEventListener("pointerup", () => { if (drag !== null) { drag = null; changed(); } });
overlay.addEventListener("keydown", (event) => {
  const n = Number(event.target.dataset?.pair);
  if (!survey.on || !Number.isInteger(n)) return;
  const arrow = ARROWS[event.key];
  if (!arrow && event.key !== "Delete") return;
  event.preventDefault();
  mark();
  if (event.key === "Delete") survey.data.pairs.splice(n, 1);
  else {
    const { image } = survey.data.pairs[n];
    const by = event.shiftKey ? 10 : 1;
    survey.data.pairs[n].image = placed([image[0] + arrow[0] * by / view.width, image[1] + arrow[1] * by / view.height]);
  }
  changed();
});
form.addEventListener("submit", (event) => event.preventDefault());
onStage(drawSurvey);
