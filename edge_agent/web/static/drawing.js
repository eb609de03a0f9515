// The drawing: what the zone file would say, what is chosen in it, and the way back.
// It is kept as the file has it, so that a problem's field names the same place here and there.

import { street } from "./frontage.js";

const MOST = 200; // steps back
export const WHOLE = -1; // the place of what belongs to the picture and to no zone

export const drawing = {
  data: { zones: [] },
  chosen: null, // { zone, part: "polygon" | "exempt" | "shop" | "permit" | "ignore", index, corner }; zone is WHOLE for "ignore"
  back: [],
  forth: [],
  saved: "",
};

const listeners = new Set();
export const onDrawing = (listener) => listeners.add(listener);
export const told = (what) => listeners.forEach((listener) => listener(what));

export const text = () => JSON.stringify(drawing.data);
export const dirty = () => text() !== drawing.saved;
export const zones = () => drawing.data.zones ?? (drawing.data.zones = []);
export const chosenZone = () => (drawing.chosen ? zones()[drawing.chosen.zone] : undefined);

export function load(data, camera) {
  drawing.data = structuredClone(data ?? { version: 1, camera, zones: [] });
  drawing.saved = text();
  drawing.back = [];
  drawing.forth = [];
  drawing.chosen = zones().length ? { zone: 0, part: "polygon", index: 0, corner: null } : null;
  told("loaded");
}

// Remember where we are, so that the change that follows can be taken back.
export function mark() {
  const now = text();
  if (drawing.back.at(-1) === now) return;
  drawing.back.push(now);
  if (drawing.back.length > MOST) drawing.back.shift();
  drawing.forth = [];
}

export function change(changing) {
  mark();
  changing();
  told("changed");
}

function step(from, to) {
  let before = from.pop();
  if (before === text()) before = from.pop(); // a mark that no change came after
  if (before === undefined) return;
  to.push(text());
  drawing.data = JSON.parse(before);
  if (drawing.chosen && !part(drawing.chosen)) drawing.chosen = zones().length ? { zone: 0, part: "polygon", index: 0, corner: null } : null;
  told("changed");
}

export const undo = () => step(drawing.back, drawing.forth);
export const redo = () => step(drawing.forth, drawing.back);

export function choose(chosen) {
  drawing.chosen = chosen;
  told("chosen");
}

// Every shape on the picture, with the place in the file that it stands at.
export function* shapes() {
  for (const [index, points] of (drawing.data.ignore ?? []).entries()) yield { zone: WHOLE, part: "ignore", index, points, closed: true };
  for (const [zone, each] of zones().entries()) {
    if (Array.isArray(each.polygon)) yield { zone, part: "polygon", index: 0, points: each.polygon, closed: true };
    for (const [index, points] of (each.exempt ?? []).entries()) yield { zone, part: "exempt", index, points, closed: true };
    for (const [index, shop] of (each.shops ?? []).entries()) if (shop.frontage) yield { zone, part: "shop", index, points: shop.frontage, closed: false };
    for (const [index, permit] of (each.permits ?? []).entries()) if (permit.polygon) yield { zone, part: "permit", index, points: permit.polygon, closed: true };
  }
}

export const same = (a, b) => a && b && a.zone === b.zone && a.part === b.part && a.index === b.index;

export function part(chosen) {
  for (const each of shapes()) if (same(each, chosen)) return each;
  return undefined;
}

const round = (n) => Math.round(Math.min(1, Math.max(0, n)) * 10000) / 10000;
export const point = (x, y) => [round(x), round(y)];

function freeId(start, taken) {
  let n = 1;
  while (taken.has(`${start}-${n}`)) n += 1;
  return `${start}-${n}`;
}

export function addZone(points, kind, name) {
  change(() => {
    const id = freeId("zone", new Set(zones().map((each) => each.id)));
    zones().push({ id, ...(name ? { name } : {}), polygon: points, kinds: { [kind]: {} } });
    drawing.chosen = { zone: zones().length - 1, part: "polygon", index: 0, corner: null };
  });
}

export function addIgnored(points) {
  change(() => {
    (drawing.data.ignore ??= []).push(points);
    drawing.chosen = { zone: WHOLE, part: "ignore", index: drawing.data.ignore.length - 1, corner: null };
  });
}

export function addPart(zone, name, points, permit) {
  const target = zones()[zone];
  change(() => {
    if (name === "exempt") (target.exempt ??= []).push(points);
    if (name === "permit") target.permits[permit].polygon = points;
    if (name === "shop") {
      const taken = new Set(zones().flatMap((each) => (each.shops ?? []).map((shop) => shop.id)));
      const id = freeId("shop", taken);
      const side = street({ frontage: points }, target.polygon);
      (target.shops ??= []).push({ id, name: id, frontage: points, ...(side ? { street: side } : {}) });
    }
    const index = name === "exempt" ? target.exempt.length - 1 : name === "shop" ? target.shops.length - 1 : permit;
    drawing.chosen = { zone, part: name, index, corner: null };
  });
}

export function removeFrom(owner, key, index) {
  owner[key].splice(index, 1);
  if (owner[key].length === 0) delete owner[key];
}

// Take out the chosen corner where the shape can do without it, else the shape.
export function removeChosen() {
  const { chosen } = drawing;
  const found = chosen && part(chosen);
  if (!found) return;
  change(() => {
    if (chosen.corner !== null && found.closed && found.points.length > 3) {
      found.points.splice(chosen.corner, 1);
      chosen.corner = null;
      return;
    }
    if (chosen.part === "ignore") {
      removeFrom(drawing.data, "ignore", chosen.index);
      drawing.chosen = zones().length ? { zone: 0, part: "polygon", index: 0, corner: null } : null;
      return;
    }
    const zone = zones()[chosen.zone];
    if (chosen.part === "polygon") zones().splice(chosen.zone, 1);
    if (chosen.part === "exempt") removeFrom(zone, "exempt", chosen.index);
    if (chosen.part === "shop") removeFrom(zone, "shops", chosen.index);
    if (chosen.part === "permit") delete zone.permits[chosen.index].polygon;
    const left = chosen.part === "polygon" ? Math.min(chosen.zone, zones().length - 1) : chosen.zone;
    drawing.chosen = left < 0 ? null : { zone: left, part: "polygon", index: 0, corner: null };
  });
}
