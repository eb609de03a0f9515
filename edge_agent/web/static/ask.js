// Asking the server: every question goes through here, so that every refusal is told in one way.

const HEADERS = { "Content-Type": "application/json", "X-Edge-Agent": "studio" };

export class Refused extends Error {
  constructor(status, told) {
    super(told.error || String(status));
    this.status = status;
    this.problems = told.problems || [];
  }
}

export async function ask(method, path, said, signal) {
  const body = said === undefined ? undefined : JSON.stringify(said);
  const answer = await fetch(path, { method, body, signal, headers: HEADERS });
  const told = await answer.json();
  document.dispatchEvent(new Event("answered"));
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}

export const camera = (id, rest = "") => `/api/cameras/${encodeURIComponent(id)}${rest}`;

export const picture = (id, at, signal) => image(camera(id, `/picture${at === null ? "" : `?at=${at}`}`), signal);

// The address of a picture that is asked for as everything is; whoever shows it gives it back.
export async function image(path, signal) {
  const answer = await fetch(path, { headers: HEADERS, signal });
  if (!answer.ok) throw new Refused(answer.status, await answer.json());
  return URL.createObjectURL(await answer.blob());
}

// Do something that may be refused; the refusal is told at the top of the page.
export const trying = (doing) => async (...given) => {
  try {
    await doing(...given);
  } catch (error) {
    if (error.name !== "AbortError") document.dispatchEvent(new CustomEvent("trouble", { detail: error }));
  }
};

// Elements, without markup in texts: what a file says is never read as HTML.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value !== "string") made[key] = value;
    else if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function shape(name, attributes = {}, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
