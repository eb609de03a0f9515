// Teaching: a thing on the picture is chosen and marked; what was taught is tried on the fold before it is used.

import { ask, camera as path, element, image, shape, trying } from "./ask.js";
import { draw } from "./editor.js";
import { foldNow } from "./folding.js";
import { labelWord } from "./labels.js";
import { seen } from "./seen.js";
import { pointed, scale, view } from "./stage.js";
import { standing, time } from "./timeline.js";
import { t } from "./words.js";

const GROUND = 0.12; // of the picture's width: how large a place on the ground is
const part = (name) => document.getElementById(name);

export const teaching = { on: false, camera: null, taught: null, chosen: null };

export async function loadTeaching(camera) {
  Object.assign(teaching, { camera, chosen: null, taught: await ask("GET", path(camera, "/taught")) });
  drawTeaching();
}

// What can be chosen at a point: the smallest box there, or a place on the ground.
/** @param {number[]} point in fractions of the picture */
function at([x, y]) {
  const detections = (seen.look?.detections ?? []).map((each) => ({ box: each.box, what: labelWord(each.label), source: each.label }));
  const cases = standing(seen.at).map((each) => ({ box: each.box, what: t("mark_incident"), source: "incident" }));
  const around = [...detections, ...cases].filter(({ box }) => box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3]);
  const area = ({ box }) => (box[2] - box[0]) * (box[3] - box[1]);
  if (around.length) return around.reduce((a, b) => (area(b) < area(a) ? b : a));
  const [half, tall] = [GROUND / 2, (GROUND / 2) * (view.width / view.height)];
  const [cx, cy] = [Math.min(1 - half, Math.max(half, x)), Math.min(1 - tall, Math.max(tall, y))];
  return { box: [cx - half, cy - tall, cx + half, cy + tall], what: t("teach_ground"), source: "ground" };
}

export function boxes() {
  if (!teaching.on) return [];
  const [w, h] = [view.width, view.height];
  const rect = ([x0, y0, x1, y1], name) => shape("rect", { x: x0 * w, y: y0 * h, width: (x1 - x0) * w, height: (y1 - y0) * h, class: name, "stroke-width": 2 * scale() });
  return teaching.chosen ? [rect(teaching.chosen.box, "teach-box")] : [];
}

export function drawTeaching() {
  const { taught, chosen } = teaching;
  if (!taught) return;
  part("teach-chosen").textContent = chosen ? t("teach_chosen", { what: chosen.what }) : t("teach_none");
  part("teach-marks").replaceChildren(...taught.marks.map((mark) => element("button", { type: "button", "data-mark": mark, disabled: !chosen, onclick: trying(() => say(mark)) }, t(`mark_${mark}`))));
  const counts = taught.marks.map((mark) => [mark, taught.examples.filter((each) => each.mark === mark).length]).filter(([, count]) => count);
  part("teach-counts").textContent = counts.map(([mark, count]) => `${count} ${t(`mark_${mark}`)}`).join(" · ");
  part("teach-train").disabled = taught.missing.length > 0;
  part("teach-train").title = taught.missing.join("\n");
  part("teach-use").hidden = taught.balanced === null || taught.refused !== null || taught.in_use;
  part("teach-accuracy").replaceChildren(...accuracy(taught));
  part("teach-proposed").hidden = !taught.proposed.length;
  part("teach-proposals").replaceChildren(...taught.proposed.map(proposal));
  part("teach-examples").replaceChildren(...taught.examples.map((each) => element("li", {}, `${t(`mark_${each.mark}`)} · ${each.at.slice(0, 19)} · ${each.source} `, element("button", { type: "button", onclick: trying(() => forget(each.id)) }, t("forget")))));
}

// A proposed crop: its picture, what it is taken for, and what a person says: this, something else, or nothing to learn.
function proposal({ id, mark, at, source }) {
  const shown = element("img", { alt: t(`mark_${mark}`), width: 160, onload: () => URL.revokeObjectURL(shown.src) });
  trying(async () => shown.setAttribute("src", await image(path(teaching.camera, `/taught/proposed?id=${id}`))))();
  const choice = element("select", { "aria-label": t("take_as") }, ...teaching.taught.marks.map((each) => element("option", { value: each, selected: each === mark }, t(`mark_${each}`))));
  const take = element("button", { type: "button", onclick: trying(() => told("take", { id, mark: choice.value })) }, t("take"));
  const refuse = element("button", { type: "button", onclick: trying(() => told("refuse", { id })) }, t("refuse"));
  return element("li", { "data-proposal": id }, shown, element("br"), `${at.slice(0, 19)} · ${source} `, element("br"), choice, take, refuse);
}

function accuracy(taught) {
  if (taught.balanced === null) return [];
  const [balanced, low, high] = [taught.balanced, taught.low, taught.high].map((each) => each.toFixed(2));
  const rows = taught.right.map(({ mark, right, of }) => element("li", {}, `${t(`mark_${mark}`)}: ${right}/${of}`));
  const verdict = taught.refused ?? (taught.in_use ? t("teach_in_use") : t("teach_good"));
  const lines = [element("p", { id: "teach-balanced" }, t("teach_accuracy", { balanced, low, high })), element("ul", {}, ...rows), element("p", { class: taught.refused ? "problem" : "" }, verdict)];
  if (taught.hint) lines.push(element("p", {}, t("add_line", { line: taught.hint })));
  return lines;
}

async function told(rest, said) {
  teaching.taught = await ask("POST", path(teaching.camera, `/taught/${rest}`), said);
  drawTeaching();
}

async function say(mark) {
  const { box, source } = teaching.chosen;
  teaching.chosen = null; // before the answer: meanwhile somebody may choose the next
  draw();
  await told("mark", { mark, box, source, at_s: time.at });
}

const forget = (id) => told("forget", { id });

part("teach-train").addEventListener("click", trying(async () => {
  part("teach-train").disabled = true;
  try {
    await told("train", {});
  } finally {
    drawTeaching();
  }
  foldNow();
}));
part("teach-use").addEventListener("click", trying(async () => {
  await told("use", {});
  foldNow();
}));
part("overlay").addEventListener("pointerdown", (event) => {
  if (!teaching.on || event.button !== 0) return;
  teaching.chosen = at(pointed(event));
  drawTeaching();
  draw();
});
