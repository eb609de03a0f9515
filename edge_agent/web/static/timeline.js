// The timeline: every case of the fold, what was said of it, and the moment that is looked at.

import { element } from "./ask.js";
import { choose, zones } from "./drawing.js";
import { fold } from "./folding.js";
import { clock, hour, language, read, span, t } from "./words.js";

const lanes = document.getElementById("lanes");
const stories = document.getElementById("stories");
const SHOWN = 40; // stories in words; the lanes show all
const MARKS = { opened: "!", referred: "?", confirmed: "☑", escalated: "▲", resolved: "✓", recurred: "↺", suppressed: "–", cancelled: "×" };

export const time = { length: 1, at: 0, started: "", timezone: "UTC", site: null, go: /** @type {(seconds: number) => void} */ (() => {}) };

const share = (seconds) => `${(100 * Math.min(1, Math.max(0, seconds / time.length))).toFixed(3)}%`;

export function drawTimeline() {
  const answer = fold.answer;
  const rows = new Map();
  for (const lane of answer?.lanes ?? []) {
    const key = `${lane.zone} ${lane.kind}`;
    rows.set(key, [...(rows.get(key) ?? []), lane]);
  }
  lanes.replaceChildren(...[...rows.values()].map(row));
  lanes.append(element("div", { class: "now", id: "now" }));
  move();
  axis();
  words();
  document.getElementById("lines").textContent = (answer?.told ?? []).map((each) => each.line).join("\n");
  said();
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]; // seconds
const WIDE = 72; // pixels for the words of one tick

// The axis under the lanes: the time of day at the site, as many ticks as there is room for.
export function axis() {
  const place = document.getElementById("axis");
  place.replaceChildren();
  if (!time.started) return;
  const room = Math.max(1, Math.floor(place.clientWidth / WIDE));
  const step = STEPS.find((each) => time.length / each <= room) ?? STEPS.at(-1);
  for (let at = 0; at <= time.length; at += step) {
    const made = element("span", { class: "tick" }, hour(time.started, at, time.timezone, step < 60));
    made.style.left = share(at);
    place.append(made);
  }
}
new ResizeObserver(axis).observe(document.getElementById("axis"));

export function move() {
  const now = document.getElementById("now");
  if (now) now.style.left = `calc(var(--names) + (100% - var(--names)) * ${Math.min(1, time.at / time.length)})`;
}

function zoneName(id) {
  const zone = zones().find((each) => each.id === id);
  return read(zone?.name) || id;
}

function kindName(id) {
  return read(time.site?.kinds.find((each) => each.name === id)?.title) || id;
}

function row(cases) {
  const [{ zone, kind }] = cases;
  const track = element("div", { class: "track", onclick: (event) => {
    const box = track.getBoundingClientRect();
    time.go(((event.clientX - box.left) / box.width) * time.length);
  } });
  for (const each of cases) track.append(...bars(each), ...marks(each));
  const name = element("button", { class: "row-name", type: "button", title: kindName(kind), onclick: () => {
    const index = zones().findIndex((one) => one.id === zone);
    if (index >= 0) choose({ zone: index, part: "polygon", index: 0, corner: null });
  } }, `${zoneName(zone)} · ${kindName(kind)}`);
  return element("div", { class: "lane" }, name, track);
}

function bars(lane) {
  return lane.spans.map((each) => {
    const made = element("div", { class: `bar ${each.state}`, title: `${t(each.state)} ${span(each.from_s)}–${span(each.to_s)}` });
    made.style.left = share(each.from_s);
    made.style.width = `max(3px, ${share(each.to_s - each.from_s)})`;
    return made;
  });
}

function marks(lane) {
  const told = (fold.answer?.told ?? []).map((each) => ({ ...JSON.parse(each.line), second: each.at_s })).filter((each) => each.incident === lane.incident);
  return told.map((each) => {
    const what = each.type.replace("incident.", "");
    const made = element("button", { class: `mark ${what}`, type: "button", title: `${span(each.second)} ${t(what)} ${each.n ?? ""}`, onclick: (event) => {
      event.stopPropagation();
      time.go(each.second);
    } }, what === "warned" ? String(each.n) : MARKS[what] ?? "•");
    made.style.left = share(each.second);
    return made;
  });
}

function words() {
  const all = fold.answer?.lanes ?? [];
  const ordered = [...all].sort((a, b) => Number(b.incident !== null) - Number(a.incident !== null) || b.dwell_s - a.dwell_s);
  stories.replaceChildren(...ordered.slice(0, SHOWN).map(story));
}

function story(lane) {
  const head = element("button", { class: "story-head", type: "button", onclick: () => time.go(lane.spans[0].from_s) },
    `${zoneName(lane.zone)} · ${kindName(lane.kind)} · ${clock(time.started, lane.spans[0].from_s, time.timezone)}`);
  const moments = lane.moments.map((each) => element("li", {}, element("button", { class: "moment", type: "button", onclick: () => time.go(each.at_s) }, span(each.at_s)), " ", each.text[language()] ?? each.text.en));
  if (lane.incident === null && moments.length === 0) {
    moments.push(element("li", {}, t("still_counting", { dwell: span(lane.dwell_s), needed: span(lane.needed_s) })));
  }
  const kind = lane.incident === null ? "near" : "incident";
  return element("article", { class: `story ${kind}`, "data-incident": lane.incident ?? "" }, head, element("ul", {}, ...moments));
}

function said() {
  const place = document.getElementById("fold-words");
  const answer = fold.answer;
  if (fold.problems.length) place.textContent = t("fold_bad");
  else if (zones().length === 0) place.textContent = "";
  else if (!answer || answer.looks === 0) place.textContent = fold.busy ? t("folding") : t("fold_none");
  else {
    const incidents = new Set(answer.told.map((each) => JSON.parse(each.line).incident)).size;
    const near = answer.lanes.filter((each) => each.incident === null && each.moments.length).length + answer.left_out;
    place.textContent = t("fold_done", { looks: fold.busy ? `${answer.looks}/${answer.of}` : answer.looks, incidents, near, ms: fold.ms }) + (answer.left_out ? `; ${t("left_out", { n: answer.left_out })}` : "");
  }
  place.classList.toggle("busy", fold.busy);
}

// The cases that stand at this moment, with the state they are in.
export function standing(at) {
  const found = [];
  for (const lane of fold.answer?.lanes ?? []) {
    const each = lane.spans.findLast((one) => one.from_s <= at + 0.001 && at <= one.to_s + 0.001);
    if (each) found.push({ box: lane.box, state: each.state });
  }
  return found;
}
