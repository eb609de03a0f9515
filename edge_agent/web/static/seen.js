// Seen: how far the detector has come, and what it saw at the moment that is looked at.

import { ask, camera as path, shape, trying } from "./ask.js";
import { foldNow } from "./folding.js";
import { standing } from "./timeline.js";
import { scale, view } from "./stage.js";
import { labelWord } from "./labels.js";
import { span, t } from "./words.js";

const POLL = 700; // ms

export const seen = { camera: null, source: "recording", now: null, look: null, at: 0 };
const bar = document.getElementById("seen");
let watching = null;
let asking = null;

export function showSeen(now, source = seen.source) {
  Object.assign(seen, { now, source });
  const whole = now.total_s !== null && now.through_s > 0 && now.through_s + 2 >= now.total_s;
  bar.hidden = false;
  document.getElementById("seen-words").textContent = now.trouble ?? words(now, whole);
  const progress = document.getElementById("seen-bar");
  progress.hidden = !now.running;
  progress.setAttribute("value", String(now.total_s ? Math.min(1, now.through_s / now.total_s) : 0));
  const button = document.getElementById("detect");
  button.hidden = now.given || (whole && !now.running);
  button.textContent = t(now.running ? "stop" : now.through_s > 0 ? "go_on" : "detect");
  clearTimeout(watching);
  if (now.running) watching = setTimeout(trying(watch), POLL);
}

function words(now, whole) {
  const [at, of] = [span(now.through_s), span(now.total_s ?? 0)];
  if (seen.source === "stream" && now.through_s === 0) return t("seen_stream");
  if (now.given) return t("seen_given", { at });
  if (whole) return t("seen_whole", { of });
  return now.through_s > 0 || now.running ? t("seen_part", { at, of }) : t("seen_none");
}

async function watch() {
  const before = seen.now.through_s;
  const camera = seen.camera;
  const now = await ask("GET", path(camera, "/seen"));
  if (camera !== seen.camera) return;
  showSeen(now);
  if (now.through_s !== before || !now.running) {
    foldNow();
    look(seen.at);
  }
}

document.getElementById("detect").addEventListener("click", trying(async () => {
  showSeen(await ask("POST", path(seen.camera, "/seen"), { on: !seen.now.running }));
  foldNow();
}));

let redraw = () => {};
export const onLook = (listener) => { redraw = listener; };

export async function look(at) {
  seen.at = at;
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  try {
    const found = await ask("GET", path(seen.camera, `/look?at=${at}`), undefined, mine.signal);
    if (asking !== mine) return;
    seen.look = found;
    redraw();
  } catch (error) {
    if (error.name !== "AbortError") document.dispatchEvent(new CustomEvent("trouble", { detail: error }));
  }
}

export function under() {
  if (!document.getElementById("show-seen").checked) return [];
  const made = [];
  const [w, h] = [view.width, view.height];
  const box = ([x0, y0, x1, y1], name) => shape("rect", { x: x0 * w, y: y0 * h, width: (x1 - x0) * w, height: (y1 - y0) * h, class: name });
  for (const trail of seen.look?.trails ?? []) made.push(shape("polyline", { points: trail.map(([x, y]) => `${x * w},${y * h}`).join(" "), class: "trail" }));
  for (const each of seen.look?.detections ?? []) {
    made.push(box(each.box, "seen-box"));
    made.push(shape("text", { x: each.box[0] * w, y: each.box[1] * h - 3 * scale(), class: "seen-word", "font-size": 10 * scale() }, `${labelWord(each.label)} ${each.score.toFixed(2)}`));
  }
  for (const each of standing(seen.at)) made.push(box(each.box, `case-box ${each.state}`));
  return made;
}
