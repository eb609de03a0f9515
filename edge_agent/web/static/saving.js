// Saving: what will be written is shown as a diff first; a file that somebody else changed is not written over.

import { element, trying } from "./ask.js";
import { sentence } from "./fields.js";
import { t } from "./words.js";

const dialog = document.getElementById("saving");
const part = (name) => document.getElementById(name);

// `job` knows the file: compare() → {diff, problems}, save(), and what to do when somebody else was faster.
export async function review(job) {
  const told = await job.compare();
  reset(job);
  part("diff").replaceChildren(...lines(told.diff));
  const bad = told.problems.length > 0;
  part("saving-words").textContent = bad ? t("cannot_save") : told.diff === "" ? t("nothing_changed") : t("will_write", { file: job.file });
  part("saving-problems").replaceChildren(...told.problems.map((each) => element("p", {}, sentence(each, job.file))));
  part("saving-yes").disabled = bad || told.diff === "";
  part("saving-yes").onclick = () => write(job);
  if (!dialog.open) dialog.showModal();
}

function reset(job) {
  part("saving-no").onclick = () => dialog.close();
  part("saving-take").hidden = true;
  part("saving-again").hidden = true;
  part("saving-yes").hidden = false;
  part("saving-take").onclick = trying(async () => { await job.take(); dialog.close(); });
  part("saving-again").onclick = trying(async () => { await job.again(); await review(job); });
}

async function write(job) {
  try {
    await job.save();
    dialog.close();
  } catch (error) {
    part("saving-problems").replaceChildren(...(error.problems?.length ? error.problems.map((each) => element("p", {}, sentence(each, job.file))) : [element("p", {}, error.message)]));
    if (error.status !== 409) return;
    part("saving-words").textContent = t("changed_meanwhile", { file: job.file });
    part("saving-problems").replaceChildren();
    part("saving-take").hidden = false;
    part("saving-again").hidden = false;
    part("saving-yes").hidden = true;
  }
}

function lines(diff) {
  const named = { "+": "added", "-": "removed", "@": "place" };
  return diff.split("\n").map((line) => element("span", { class: named[line[0]] ?? "" }, `${line}\n`));
}
