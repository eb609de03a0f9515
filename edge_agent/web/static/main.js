// The page: which camera, which moment, which of the two pages; and what holds the parts together.

import { ask, camera as path, element, trying } from "./ask.js";
import { drawForm, drawSurvey, fitNow, loadSurvey, redoSurvey, survey, surveyDirty, undoSurvey, written } from "./calibration.js";
import { dirty, drawing, load, onDrawing, redo, text, undo } from "./drawing.js";
import { boxes as taughtBoxes, drawTeaching, loadTeaching, teaching } from "./teaching.js";
import { draw, editor, finish, middle, remove, setMode } from "./editor.js";
import { fold, foldNow, onFold } from "./folding.js";
import { drawPanel, panel, problems } from "./panel.js";
import { review } from "./saving.js";
import { look, onLook, seen, showSeen, under } from "./seen.js";
import { show, zoom } from "./stage.js";
import { drawTimeline, move, time } from "./timeline.js";
import { clock, label, language, span, speak, t } from "./words.js";

const part = (name) => document.getElementById(name);
const page = { site: null, camera: null, view: null, base: null, tab: "zones", timer: null };

let lost = false; // the server did not answer the last question

function trouble(error) {
  lost = error instanceof TypeError;
  part("trouble").hidden = !error;
  if (error) part("trouble").textContent = lost ? t("lost") : error.message;
}
document.addEventListener("trouble", (event) => trouble(event.detail));
document.addEventListener("answered", () => { if (lost) trouble(null); });

// ---------------------------------------------------------------- which camera

async function open(id) {
  play(false);
  page.camera = id;
  const found = await ask("GET", path(id));
  page.view = found;
  Object.assign(seen, { camera: id, look: null });
  Object.assign(fold, { answer: null, problems: [], camera: id });
  Object.assign(page, { base: found.zones.base });
  panel.file = found.zones.file;
  const card = page.site.cameras.find((each) => each.id === id);
  const length = Math.max(found.total_s ?? 0, found.seen.through_s, 1);
  Object.assign(time, { length, started: found.started, timezone: page.site.timezone, site: page.site, go });
  Object.assign(part("at"), { max: String(length), step: String(found.step_s) });
  part("refresh").hidden = card.source !== "stream";
  editor.kind = page.site.kinds[0]?.name;
  await show(id, card.source === "stream" ? null : 0, trouble);
  load(found.zones.data, id);
  loadSurvey(id, found.survey);
  showSeen(found.seen, card.source);
  await loadTeaching(id);
  go(0);
  foldNow();
  state();
}

function go(seconds) {
  const at = Math.min(time.length, Math.max(0, Math.round(seconds * 1e6) / 1e6));
  time.at = at;
  part("at").value = String(at);
  part("clock").textContent = `${span(at)} · ${clock(time.started, at, time.timezone)}`;
  move();
  draw();
  clearTimeout(page.timer);
  page.timer = setTimeout(() => {
    look(at);
    const last = page.view.total_s === null ? at : Math.max(0, page.view.total_s - 0.2);
    const within = page.view.seen.through_s > (page.view.total_s ?? 0) ? at : Math.min(at, last);
    if (page.view.total_s !== null) show(page.camera, within, trouble);
  }, 30);
}

// ---------------------------------------------------------------- playing

const FRAMES = 4; // pictures a second, one look each: a recording is seen through in a fraction of its length
let playing = null;

function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(() => {
    if (time.at >= time.length) play(false);
    else go(time.at + page.view.step_s);
  }, 1000 / FRAMES) : null;
  part("play").setAttribute("aria-pressed", String(on));
  part("play").textContent = on ? "⏸" : "▶";
}

// ---------------------------------------------------------------- saving

const zonesJob = {
  get file() { return page.view.zones.file; },
  compare: () => ask("POST", path(page.camera, "/zones/compare"), { zones: drawing.data }),
  async save() {
    const saved = await ask("PUT", path(page.camera, "/zones"), { zones: drawing.data, base: page.base });
    page.base = saved.file.base;
    drawing.saved = text();
    state(t("saved"));
  },
  async take() {
    const found = await ask("GET", path(page.camera));
    page.base = found.zones.base;
    load(found.zones.data, page.camera);
  },
  async again() { page.base = (await ask("GET", path(page.camera))).zones.base; },
};

const surveyJob = {
  get file() { return survey.file; },
  compare: () => ask("POST", path(page.camera, "/survey/compare"), { survey: written() }),
  async save() {
    const saved = await ask("PUT", path(page.camera, "/survey"), { survey: written(), base: survey.base });
    survey.base = saved.file.base;
    survey.saved = JSON.stringify(written());
    state(saved.hint ? t("add_line", { line: saved.hint }) : t("saved"));
  },
  async take() {
    loadSurvey(page.camera, (await ask("GET", path(page.camera))).survey);
    drawForm();
    fitNow();
  },
  async again() { survey.base = (await ask("GET", path(page.camera))).survey.base; },
};

function state(words) {
  const open = page.tab === "calibration" ? surveyDirty() : dirty();
  part("state").textContent = words ?? (open ? t("unsaved") : "");
  const steps = page.tab === "calibration" ? survey : drawing;
  part("undo").disabled = steps.back.length === 0;
  part("redo").disabled = steps.forth.length === 0;
}

const back = () => (page.tab === "calibration" ? undoSurvey() : undo());
const forth = () => (page.tab === "calibration" ? redoSurvey() : redo());
const save = trying(() => review(page.tab === "calibration" ? surveyJob : zonesJob));

// ---------------------------------------------------------------- which page

function turn(tab) {
  page.tab = tab;
  editor.on = tab === "zones";
  survey.on = tab === "calibration";
  teaching.on = tab === "teach";
  editor.away = teaching.on ? "teach_hint" : "pairs_hint";
  for (const name of ["zones", "calibration", "teach"]) {
    part(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
    part(`${name}-page`).hidden = name !== tab;
  }
  part("zone-tools").hidden = tab !== "zones";
  part("lanes").hidden = tab === "calibration";
  setMode("select");
  if (survey.on) {
    drawForm();
    drawSurvey();
    fitNow();
    part("hint").textContent = t("pairs_hint");
  }
  if (teaching.on) drawTeaching();
  state();
}

function redraw() {
  label();
  drawPanel();
  drawTimeline();
  draw();
  if (page.view) showSeen(seen.now);
  if (survey.on || teaching.on) turn(page.tab);
}

function bind() {
  part("camera").addEventListener("change", trying((event) => {
    if ((dirty() || surveyDirty()) && !confirm(t("leave"))) {
      part("camera").value = page.camera;
      return undefined;
    }
    return open(event.target.value);
  }));
  part("language").addEventListener("change", (event) => { speak(event.target.value); redraw(); });
  for (const each of document.querySelectorAll("[data-mode]")) each.addEventListener("click", () => setMode(each.dataset.mode));
  for (const name of ["zones", "calibration", "teach"]) part(`tab-${name}`).addEventListener("click", () => turn(name));
  const doing = { undo: back, redo: forth, save, finish, cancel: () => setMode("select"), delete: remove, play: () => play(playing === null), smaller: () => zoom(-1, middle()), larger: () => zoom(1, middle()), earlier: () => go(time.at - page.view.step_s), later: () => go(time.at + page.view.step_s), refresh: trying(() => show(page.camera, null, trouble)) };
  for (const [name, act] of Object.entries(doing)) part(name).addEventListener("click", act);
  part("at").addEventListener("input", (event) => go(Number(event.target.value)));
  part("show-seen").addEventListener("change", draw);
  document.addEventListener("keydown", shortcut);
  document.addEventListener("survey-changed", () => state());
  addEventListener("beforeunload", (event) => { if (dirty() || surveyDirty()) event.preventDefault(); });
}

function shortcut(event) {
  if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const act = key === "s" ? save : key === "y" || (key === "z" && event.shiftKey) ? forth : key === "z" ? back : null;
  if (!act) return;
  event.preventDefault();
  act();
}

// ---------------------------------------------------------------- the beginning

onDrawing(() => state());
onFold(() => { problems(); drawTimeline(); draw(); });
onLook(() => { if (editor.on || teaching.on) draw(); });
editor.under = () => [...under(), ...taughtBoxes()];

trying(async () => {
  bind();
  label();
  page.site = await ask("GET", "/api/site");
  panel.site = page.site;
  time.site = page.site;
  part("agent").textContent = page.site.agent;
  part("language").value = language();
  part("camera").replaceChildren(...page.site.cameras.map((each) => element("option", { value: each.id }, `${each.id} · ${each.name}`)));
  await open(page.site.cameras[0].id);
  label();
  document.body.dataset.ready = "yes";
})();
