// The panel: the chosen zone in words and numbers.

import { element } from "./ask.js";
import { change, choose, chosenZone, drawing, mark, onDrawing, removeChosen, removeFrom, told, zones } from "./drawing.js";
import { setMode } from "./editor.js";
import { field, small, tellProblems } from "./fields.js";
import { fold } from "./folding.js";
import { label, read, t } from "./words.js";

const form = document.getElementById("zone-form");
const list = document.getElementById("zone-list");
const MAIN = ["dwell", "interval", "warnings", "leave_grace"];
const LANGUAGES = [["zh-CN", "name_zh"], ["en", "name_en"]];

export const panel = { site: null, file: null };

const before = () => mark();
const after = () => told("typed");
const bound = { before, after };

export function drawPanel() {
  const focused = document.activeElement?.dataset?.key;
  const open = new Set([...form.querySelectorAll("details[open]")].map((each) => each.dataset.part));
  list.replaceChildren(...zones().map(entry));
  const zone = chosenZone();
  form.replaceChildren(...(zone ? parts(zone, drawing.chosen.zone).filter(Boolean) : []));
  for (const each of form.querySelectorAll("details")) each.open = open.has(each.dataset.part);
  label(form);
  if (focused) form.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  problems();
}

export function problems() {
  tellProblems(form, document.getElementById("problems"), fold.problems, panel.file);
  const bad = new Set(fold.problems.map((each) => /^zones\[(\d+)\]/.exec(each.field)?.[1]));
  for (const [n, each] of [...list.children].entries()) each.classList.toggle("bad", bad.has(String(n)));
}

function entry(zone, n) {
  const chosen = drawing.chosen?.zone === n;
  const kinds = Object.keys(zone.kinds ?? {}).map(kindTitle).join(", ");
  const pick = () => choose({ zone: n, part: "polygon", index: 0, corner: null });
  return element("button", { type: "button", class: "entry", role: "option", "aria-selected": String(chosen), onclick: pick },
    element("strong", {}, read(zone.name) || zone.id || "–"), element("small", {}, kinds));
}

const kindTitle = (name) => read(panel.site.kinds.find((each) => each.name === name)?.title) || name;

function parts(zone, n) {
  const at = `zones[${n}]`;
  return [
    outline(zone, at),
    field(`${at}.id`, t("id"), zone, "id", bound),
    ...names(zone, at),
    kinds(zone, at),
    field(`${at}.hours`, t("hours"), zone, "hours", { ...bound, hint: t("hours_hint"), wide: true }),
    responsible(zone, at),
    field(`${at}.address`, t("address"), zone, "address", { ...bound, wide: true }),
    field(`${at}.grid`, t("grid"), zone, "grid", bound),
    shops(zone, at, n),
    permits(zone, at, n),
    exempt(zone, n),
    also(zone, ["id", "name", "polygon", "kinds", "hours", "responsible", "address", "grid", "shops", "permits", "exempt"]),
  ];
}

// The polygon has no input; what is wrong with it is told here.
function outline(zone, at) {
  return element("div", { class: "wide" }, element("output", { "data-field": `${at}.polygon` }), element("small", { class: "problem", role: "alert", hidden: true }));
}

function also(owner, known) {
  const keys = Object.keys(owner).filter((key) => !known.includes(key));
  return keys.length ? element("p", { class: "quiet wide" }, t("also", { keys: keys.join(", ") })) : null;
}

// A name by language: the mapping is there while any of them is.
function names(zone, at) {
  return LANGUAGES.map(([tag, words]) => {
    const owner = zone.name ?? {};
    const kept = { before, after: () => {
      if (Object.keys(owner).length) zone.name = owner;
      else delete zone.name;
      after();
    } };
    return field(`${at}.name.${tag}`, t(words), owner, tag, kept);
  });
}

function kinds(zone, at) {
  const made = panel.site.kinds.map((kind) => kindBox(zone, kind, at));
  return element("fieldset", { class: "wide" }, element("legend", {}, t("kinds")), ...made, element("output", { "data-field": `${at}.kinds` }), element("small", { class: "problem", role: "alert", hidden: true }));
}

function kindBox(zone, kind, at) {
  zone.kinds ??= {};
  const on = kind.name in zone.kinds;
  const turn = element("input", { type: "checkbox", checked: on, "data-key": `k${kind.name}`, onchange: () => change(() => {
    if (on) delete zone.kinds[kind.name];
    else zone.kinds[kind.name] = {};
  }) });
  const head = element("label", { class: "turn" }, turn, " ", read(kind.title));
  if (!on) return head;
  const owner = zone.kinds[kind.name] ?? (zone.kinds[kind.name] = {});
  const make = (setting) => settingField(`${at}.kinds.${kind.name}.${setting.name}`, setting, owner, kind.rule[setting.name] ?? "");
  const main = panel.site.settings.filter((each) => MAIN.includes(each.name)).map(make);
  const rest = panel.site.settings.filter((each) => !MAIN.includes(each.name)).map(make);
  const more = element("details", { "data-part": `more ${kind.name}` }, element("summary", {}, t("more")), element("div", { class: "grid" }, ...rest), also(owner, panel.site.settings.map((each) => each.name)));
  return element("div", { class: "kind" }, head, element("div", { class: "grid" }, ...main), more);
}

function settingField(path, setting, owner, usual) {
  const hint = t("default_of", { value: usual });
  if (setting.sort !== "word") return field(path, t(setting.name), owner, setting.name, { ...bound, hint: usual, number: setting.sort === "number" });
  return field(path, t(setting.name), owner, setting.name, { ...bound, options: [["", hint], ...setting.words.map((word) => [word, word])] });
}

function responsible(zone, at) {
  const each = zone.responsible && typeof zone.responsible === "object";
  const names = Object.keys(zone.kinds ?? {});
  const swap = small(t(each ? "one_for_all" : "each_kind"), () => change(() => {
    const said = each ? Object.values(zone.responsible)[0] : zone.responsible;
    if (said === undefined) delete zone.responsible;
    else zone.responsible = each ? said : Object.fromEntries(names.map((name) => [name, said]));
  }), "swap");
  if (!each) return element("div", { class: "wide row" }, field(`${at}.responsible`, t("responsible"), zone, "responsible", { ...bound, wide: true }), names.length > 1 && zone.responsible ? swap : null);
  const rows = [...new Set([...names, ...Object.keys(zone.responsible)])].map((name) => field(`${at}.responsible.${name}`, kindTitle(name), zone.responsible, name, bound));
  return element("fieldset", { class: "wide grid" }, element("legend", {}, t("responsible")), ...rows, swap);
}

function box(name, entries, ...adding) {
  return element("details", { class: "wide", "data-part": name }, element("summary", {}, `${t(name)} (${entries.length})`), ...entries, ...adding);
}

function remove(what) {
  return small(t("delete"), what, "delete");
}

function shops(zone, at, n) {
  const rows = (zone.shops ?? []).map((shop, k) => element("div", { class: "entry-box grid" },
    field(`${at}.shops[${k}].id`, t("id"), shop, "id", bound),
    field(`${at}.shops[${k}].name`, t("shop_name"), shop, "name", bound),
    field(`${at}.shops[${k}].street`, t("street"), shop, "street", { ...bound, options: ["", "left", "right"].map((side) => [side, t(`street_${side || "unsaid"}`)]) }),
    remove(() => { choose({ zone: n, part: "shop", index: k, corner: null }); removeChosen(); })));
  const missing = element("div", {}, element("output", { "data-field": `${at}.shops` }), element("small", { class: "problem", role: "alert", hidden: true }));
  return box("shops", rows, missing, small(t("draw_frontage"), () => setMode("frontage"), "frontage"));
}

function permits(zone, at, n) {
  const rows = (zone.permits ?? []).map((permit, k) => permitBox(zone, permit, `${at}.permits[${k}]`, n, k));
  const add = small(t("add_permit"), () => change(() => {
    const taken = new Set(zones().flatMap((each) => (each.permits ?? []).map((one) => one.id)));
    let free = 1;
    while (taken.has(`permit-${free}`)) free += 1;
    (zone.permits ??= []).push({ id: `permit-${free}`, holder: "?" });
  }), "add-permit");
  return box("permits", rows, add);
}

function permitBox(zone, permit, at, n, k) {
  const kinds = element("label", { class: "field" }, element("span", {}, t("kinds")), element("select", { multiple: true, size: 2, "data-field": `${at}.kinds`, onchange: (event) => change(() => {
    const picked = [...event.target.selectedOptions].map((each) => each.value);
    if (picked.length) permit.kinds = picked;
    else delete permit.kinds;
  }) }, ...Object.keys(zone.kinds ?? {}).map((name) => element("option", { value: name, selected: (permit.kinds ?? []).includes(name) }, kindTitle(name)))), element("small", { class: "problem", hidden: true }));
  const shopOptions = [["", t("any")], ...(zone.shops ?? []).map((shop) => [shop.id, shop.name])];
  return element("div", { class: "entry-box grid" },
    field(`${at}.id`, t("id"), permit, "id", bound),
    field(`${at}.holder`, t("holder"), permit, "holder", bound),
    field(`${at}.hours`, t("hours"), permit, "hours", { ...bound, hint: t("hours_hint") }),
    field(`${at}.shop`, t("shop"), permit, "shop", { ...bound, options: shopOptions }),
    field(`${at}.valid_from`, t("valid_from"), permit, "valid_from", { ...bound, hint: "2026-11-01" }),
    field(`${at}.valid_to`, t("valid_to"), permit, "valid_to", { ...bound, hint: "2026-11-30" }),
    kinds,
    small(permit.polygon ? t("permit_area") : t("draw_area"), () => permit.polygon ? choose({ zone: n, part: "permit", index: k, corner: null }) : setMode("permit", k), "area"),
    remove(() => change(() => removeFrom(zone, "permits", k))),
    also(permit, ["id", "holder", "hours", "shop", "valid_from", "valid_to", "kinds", "polygon"]));
}

function exempt(zone, n) {
  const rows = (zone.exempt ?? []).map((_, k) => element("div", { class: "entry-box row" },
    small(t("number", { n: k + 1 }), () => choose({ zone: n, part: "exempt", index: k, corner: null }), "choose"),
    element("output", { "data-field": `zones[${n}].exempt[${k}]` }), element("small", { class: "problem", role: "alert", hidden: true }),
    remove(() => { choose({ zone: n, part: "exempt", index: k, corner: null }); removeChosen(); })));
  return box("exempt", rows, small(t("draw_exempt"), () => setMode("exempt"), "exempt"));
}

form.addEventListener("submit", (event) => event.preventDefault());
onDrawing((what) => { if (what !== "moving" && what !== "typed") drawPanel(); });
