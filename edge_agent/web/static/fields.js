// Fields: inputs that write into the drawing as they are typed in, and problems told at the field they are about.

import { element } from "./ask.js";
import { language, t } from "./words.js";

// An input bound to `owner[key]`; empty means that the key is left out. `path` is its place in the file.
/** @param {any} [how] before and after: called around a change; options: the values to choose from, and their words. */
export function field(path, words, owner, key, how = {}) {
  const { before, after, hint = "", number = false, type = "text", wide = false, options } = how;
  const write = (text) => {
    const value = number && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    if (text === "") delete owner[key];
    else owner[key] = value;
  };
  const value = owner[key] ?? "";
  let fresh = true; // one step back for all that is typed in one go
  const typed = (event) => {
    if (fresh) before?.();
    fresh = false;
    write(event.target.value);
    after?.();
  };
  const shared = { "data-field": path, "data-key": `f${path}`, onfocus: () => { fresh = true; }, oninput: typed };
  const input = options
    ? element("select", shared, ...options.map(([name, said]) => element("option", { value: name, selected: String(value) === name }, said)))
    : element("input", { type, ...shared, placeholder: hint, spellcheck: false });
  if (!options) input.value = typeof value === "object" ? JSON.stringify(value) : String(value);
  return element("label", { class: wide ? "field wide" : "field" }, element("span", {}, words), input, element("small", { class: "problem", role: "alert", hidden: true }));
}

const dots = (path) => path.replaceAll("[", ".").replaceAll("]", "").split(".");

// How much of the way to a problem's place a field lies on; 0 where it lies elsewhere.
function along(field, problem) {
  const [a, b] = [dots(field), dots(problem)];
  return a.every((part, n) => b[n] === part) ? a.length : 0;
}

// Tell each problem at its field, or in `place` where it has none on the page; returns those.
export function tellProblems(root, place, problems, file) {
  for (const each of root.querySelectorAll("[data-field]")) {
    each.removeAttribute("aria-invalid");
    each.nextElementSibling.hidden = true;
  }
  const homeless = problems.filter((problem) => problem.file !== file || !tellAtField(root, problem));
  place.replaceChildren(...homeless.map((each) => element("p", {}, sentence(each, file))));
  place.hidden = homeless.length === 0;
  return homeless;
}

function tellAtField(root, problem) {
  const inputs = [...root.querySelectorAll("[data-field]")];
  const [best] = inputs.map((each) => [along(each.dataset.field, problem.field), each]).filter(([n]) => n > 0).sort((a, b) => b[0] - a[0]);
  if (!best) return false;
  const [, input] = best;
  input.setAttribute("aria-invalid", "true");
  const said = input.nextElementSibling;
  said.textContent = inWords(problem);
  said.hidden = false;
  for (let box = input.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  return true;
}

export function sentence(problem, file) {
  const place = problem.file === file ? problem.field : `${problem.file}:${problem.line} ${problem.field}`;
  return `${place}: ${inWords(problem)}`;
}

// What was found and what is expected, in the language of the page.
function inWords(problem) {
  const chinese = language() === "zh-CN";
  return t("problem", chinese ? { found: problem.found_zh, expected: problem.expected_zh } : problem);
}

export function small(words, doing, name = "") {
  return element("button", { type: "button", class: "small", "data-do": name, onclick: doing }, words);
}
