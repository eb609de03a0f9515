// Folding: what would have been, asked for anew at every change. Only the last answer counts.

import { ask, camera as path } from "./ask.js";
import { drawing, onDrawing, zones } from "./drawing.js";

const QUIET = 40; // ms after a change in which another may come
const page = crypto.randomUUID?.() ?? String(Math.random());

export const fold = { answer: null, problems: [], busy: false, ms: 0, camera: null };
const listeners = new Set();
export const onFold = (listener) => listeners.add(listener);
const tell = () => listeners.forEach((listener) => listener());

let number = 0;
let running = null;
let waiting = null;

export function foldSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(foldNow, QUIET);
}

export async function foldNow() {
  if (!fold.camera) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  number += 1;
  if (zones().length === 0) {
    Object.assign(fold, { answer: null, problems: [], busy: false });
    return tell();
  }
  fold.busy = true;
  tell();
  const began = performance.now();
  try {
    let rest = "/fold";
    /** @type {{ zones?: object, page: string, number: number }} */
    let said = { zones: drawing.data, page, number };
    do {
      const answer = await ask("POST", path(fold.camera, rest), said, mine.signal);
      if (running !== mine) return;
      fold.problems = answer.problems;
      if (answer.problems.length === 0) fold.answer = answer;
      Object.assign(fold, { busy: answer.looks < answer.of, ms: Math.round(performance.now() - began) });
      tell();
      [rest, said] = ["/fold/more", { page, number: said.number }];
    } while (fold.busy);
  } catch (error) {
    if (running !== mine || error.name === "AbortError" || error.status === 410) return;
    Object.assign(fold, { busy: false, problems: error.problems ?? [] });
    tell();
    document.dispatchEvent(new CustomEvent("trouble", { detail: error }));
  }
}

onDrawing((what) => { if (what !== "chosen") foldSoon(); });
