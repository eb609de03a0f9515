// The stage: the picture, its size on the screen, and where on it somebody points.

import { picture } from "./ask.js";

const image = document.getElementById("picture");
const overlay = document.getElementById("overlay");
const stage = document.getElementById("stage");
const narrow = matchMedia("(max-width: 60rem)");
const STEPS = [1, 1.5, 2, 3, 4, 6, 8];

export const view = { width: 1280, height: 720, zoom: 1, camera: null, at: 0 };

let loading = null;
let shown = null;
const listeners = new Set();
export const onStage = (listener) => listeners.add(listener);
const tell = () => listeners.forEach((listener) => listener());

// Pixels of the picture that one pixel of the screen is.
export const scale = () => view.width / (overlay.getBoundingClientRect().width || view.width);
export const screen = () => [overlay.getBoundingClientRect().width, overlay.getBoundingClientRect().height];

export function pointed(event) {
  const box = overlay.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

export async function show(camera, at, trouble) {
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  Object.assign(view, { camera, at: at ?? view.at });
  try {
    const url = await picture(camera, at, mine.signal);
    if (loading !== mine) return URL.revokeObjectURL(url);
    image.src = url;
    await image.decode();
    if (shown) URL.revokeObjectURL(shown);
    shown = url;
    fit(image.naturalWidth, image.naturalHeight);
    trouble(null);
  } catch (error) {
    if (error.name === "AbortError" || error.name === "EncodingError") return;
    trouble(error);
  }
}

function fit(width, height) {
  Object.assign(view, { width, height });
  overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
  resize();
}

// As large as the whole picture can be seen, times the zoom; on a small screen as wide as that.
function resize() {
  const box = stage.parentElement;
  const whole = narrow.matches ? box.clientWidth : Math.min(box.clientWidth, (box.clientHeight * view.width) / view.height);
  stage.style.width = `${Math.floor(whole * view.zoom)}px`;
  tell();
}

export function zoom(direction, about) {
  const next = Math.min(STEPS.length - 1, Math.max(0, STEPS.indexOf(view.zoom) + direction));
  const box = stage.parentElement;
  const [x, y] = about ?? [(box.scrollLeft + box.clientWidth / 2) / box.scrollWidth, (box.scrollTop + box.clientHeight / 2) / box.scrollHeight];
  view.zoom = STEPS[next];
  resize();
  box.scrollTo(x * box.scrollWidth - box.clientWidth / 2, y * box.scrollHeight - box.clientHeight / 2);
}

overlay.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1 : -1, pointed(event));
}, { passive: false });
new ResizeObserver(resize).observe(stage.parentElement);
