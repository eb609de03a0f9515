// Snapping: a corner near another corner, an edge or the picture's border lies on it. Distances are screen pixels.

const CORNER = 10;
const EDGE = 7;

const far = (a, b, size) => Math.hypot((a[0] - b[0]) * size[0], (a[1] - b[1]) * size[1]);

function onEdge(p, a, b, size) {
  const [dx, dy] = [(b[0] - a[0]) * size[0], (b[1] - a[1]) * size[1]];
  const length = dx * dx + dy * dy;
  if (length === 0) return a;
  const along = ((p[0] - a[0]) * size[0] * dx + (p[1] - a[1]) * size[1] * dy) / length;
  const share = Math.min(1, Math.max(0, along));
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

export function* edges(points, closed) {
  for (let n = 0; n < points.length - (closed ? 0 : 1); n += 1) yield [points[n], points[(n + 1) % points.length], n];
}

// `others` are shapes to snap to; `size` is the picture's size on the screen.
export function snapped(p, others, size) {
  let best = null;
  let reach = CORNER;
  for (const { points } of others) {
    for (const corner of points) {
      const away = far(p, corner, size);
      if (away <= reach) [best, reach] = [corner, away];
    }
  }
  if (best) return [...best];
  reach = EDGE;
  const border = [[0, 0], [1, 0], [1, 1], [0, 1]];
  for (const { points, closed } of [...others, { points: border, closed: true }]) {
    for (const [a, b] of edges(points, closed)) {
      const foot = onEdge(p, a, b, size);
      const away = far(p, foot, size);
      if (away <= reach) [best, reach] = [foot, away];
    }
  }
  return best ?? p;
}
