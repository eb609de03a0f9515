// The street's side of a shop's frontage: what the file says, or what it is taken for, as core/site/frontages.py does.

import { shape } from "./ask.js";

const LENGTH = 0.06; // of an arrow, of the picture's height
const ONE_SIDED = 0.95;
const LEVEL = 0.1;

const turn = ([ax, ay], [bx, by], [x, y]) => (bx - ax) * (y - ay) - (by - ay) * (x - ax);

function area(points) {
  return Math.abs(points.reduce((sum, [x, y], n) => { const [u, v] = points[(n + 1) % points.length]; return sum + x * v - u * y; }, 0)) / 2;
}

function rightOf(polygon, a, b) {
  const kept = [];
  for (const [n, corner] of polygon.entries()) {
    const before = polygon[(n + polygon.length - 1) % polygon.length];
    const [was, now] = [turn(a, b, before), turn(a, b, corner)];
    if ((was >= 0) !== (now >= 0)) kept.push([0, 1].map((axis) => before[axis] + (was / (was - now)) * (corner[axis] - before[axis])));
    if (now >= 0) kept.push(corner);
  }
  return kept;
}

// "left" or "right" of who walks from the line's first end to its second; undefined where nobody can tell.
export function street(shop, polygon) {
  if (shop.street) return shop.street;
  const [a, b] = shop.frontage;
  const share = area(rightOf(polygon, a, b)) / area(polygon);
  if (share >= ONE_SIDED) return "right";
  if (share <= 1 - ONE_SIDED) return "left";
  if (Math.abs(b[0] - a[0]) < LEVEL * Math.hypot(b[0] - a[0], b[1] - a[1])) return undefined;
  return b[0] > a[0] ? "right" : "left";
}

// An arrow from the middle of the line into the street.
export function arrow(shop, polygon, { width, height }) {
  const side = street(shop, polygon);
  if (!side) return [];
  const [[ax, ay], [bx, by]] = shop.frontage;
  const [dx, dy] = [(bx - ax) * width, (by - ay) * height];
  const size = Math.hypot(dx, dy);
  if (!size) return [];
  const sign = side === "right" ? 1 : -1;
  const [ux, uy] = [(-sign * dy) / size, (sign * dx) / size];
  const [x, y, long] = [((ax + bx) / 2) * width, ((ay + by) / 2) * height, LENGTH * height];
  const [tx, ty] = [x + ux * long, y + uy * long];
  const barb = (s) => `${tx - (ux - s * uy) * long * 0.3},${ty - (uy + s * ux) * long * 0.3}`;
  return [shape("polyline", { points: `${x},${y} ${tx},${ty} ${barb(1)} ${tx},${ty} ${barb(-1)}`, class: `street${shop.street ? "" : " unsaid"}`, "data-street": side })];
}
