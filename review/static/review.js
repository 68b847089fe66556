// Review: evidence from the note, the computation while one types, drafts, undo, and the time that is spent. The
// form works without all of it.

import { Note, Search, paint } from "./context.js";

const COMPUTE_MS = 300;
const SAVE_MS = 1000;
const form = document.getElementById("review");
const note = new Note(document.getElementById("note"), document.getElementById("note-pane"));
const blind = form.dataset.phase === "blind";
const saved = document.getElementById("saved");

for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;

// Search

const search = new Search(note, document.getElementById("search"), document.getElementById("hits"));
document.getElementById("hit-next").addEventListener("click", () => search.step(1));
document.getElementById("hit-before").addEventListener("click", () => search.step(-1));

// Inputs: the row with the focus is the current one, and the keys of a row are its keys.

const rows = [...form.querySelectorAll("[data-row]")];
let current = null;

function part(row, name) {
  return form.elements[`input.${row.dataset.row}.${name}`];
}

function makeCurrent(row) {
  if (row === current) return;
  for (const element of current?.querySelectorAll("[data-row-key]") ?? []) element.removeAttribute("data-key");
  current?.classList.remove("current");
  current = row;
  row.classList.add("current");
  for (const element of row.querySelectorAll("[data-row-key]")) element.dataset.key = element.dataset.rowKey;
}

for (const row of rows) row.addEventListener("focusin", () => makeCurrent(row));
if (rows.length > 0) makeCurrent(rows[0]);

// Undo: what the form said before each change, newest last.

const history = [];
let unsaved = false;

function snapshot() {
  return new Map([...new FormData(form)].filter(([name]) => name !== "seconds"));
}

let before = snapshot();

function same(a, b) {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}

function changed() {
  const now = snapshot();
  if (same(now, before)) return;
  history.push(before);
  before = now;
  follow();
}

function undo() {
  changed();
  const earlier = history.pop();
  if (!earlier) return;
  for (const element of form.elements) {
    if (!element.name || element.name === "seconds") continue;
    if (element.type === "radio" || element.type === "checkbox") element.checked = earlier.get(element.name) === element.value;
    else element.value = earlier.get(element.name) ?? "";
  }
  before = snapshot();
  follow();
}

function follow() {
  unsaved = true;
  for (const row of rows) showEvidence(row);
  paintEvidence();
  later("save", save, SAVE_MS);
  if (blind) later("compute", compute, COMPUTE_MS);
}

document.getElementById("undo")?.addEventListener("click", undo);
form.addEventListener("change", (event) => {
  takeUnit(event.target);
  tickPresent(event.target);
  changed();
});

// "88 µmol/L" typed into a value is 88 with that unit chosen, so that the page does not show two units.
function takeUnit(field) {
  const unit = field.name?.endsWith(".value") && form.elements[field.name.replace(/value$/, "unit")];
  if (!(unit instanceof HTMLSelectElement)) return;
  const typed = field.value.trim();
  const found = [...unit.options].find((option) => typed.length > option.value.length && typed.endsWith(option.value));
  if (!found || !/[0-9]\s*$/.test(typed.slice(0, -found.value.length))) return;
  unit.value = found.value;
  field.value = typed.slice(0, -found.value.length).trim();
}

// An input with a value is present: the page shows the status that the value says, and takes it back with the value.
function tickPresent(field) {
  if (!field.name?.endsWith(".value")) return;
  const statuses = form.elements[field.name.replace(/value$/, "status")];
  if (field.value.trim() === "") {
    if (statuses.value === "present") for (const status of statuses) status.checked = false;
  } else if (statuses.value === "") {
    statuses.value = "present";
  }
}

// Enter goes on with the next input, ready to type its value, and behind the last one to the answer.
form.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.target.matches("button, summary, a")) return;
  event.preventDefault();
  const next = rows[rows.indexOf(row) + 1];
  const target = next ? (next.querySelector('[name$=".value"]') ?? next) : document.getElementById("answer");
  target.focus();
  (next ?? target).scrollIntoView({ block: "nearest" });
});

form.addEventListener("input", (event) => {
  if (event.target.matches(".quote")) place(event.target.closest("[data-row]"), "", "");
  later("save", save, SAVE_MS);
  if (blind) later("compute", compute, COMPUTE_MS);
});

const timers = new Map();

function later(name, what, wait) {
  clearTimeout(timers.get(name));
  timers.set(name, setTimeout(what, wait));
}

// Evidence

let selected = null;

// The event comes some time after the selection, and a key may be faster.
function takeSelection() {
  const selection = document.getSelection();
  if (selection.rangeCount === 0 || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (range.intersectsNode(document.getElementById("note"))) selected = range.cloneRange();
}

document.addEventListener("selectionchange", takeSelection);

function place(row, start, end) {
  part(row, "start").value = start;
  part(row, "end").value = end;
}

function attach(row) {
  takeSelection();
  const range = selected ?? search.current;
  const found = range && note.covered(range);
  if (!found) {
    saved.textContent = "Select words of the note first, or search for them.";
    return;
  }
  part(row, "quote").value = found.quote;
  place(row, found.start, found.end);
  selected = null;
  document.getSelection().removeAllRanges();
  changed();
}

function drop(row) {
  part(row, "quote").value = "";
  place(row, "", "");
  changed();
}

function evidenceOf(row) {
  const start = part(row, "start").value;
  return start && part(row, "quote").value ? note.range(Number(start), Number(part(row, "end").value)) : null;
}

function showEvidence(row) {
  const chip = row.querySelector(".chip");
  const start = part(row, "start").value;
  chip.hidden = row.querySelector(".drop").hidden = evidenceOf(row) === null;
  chip.dataset.quote = part(row, "quote").value;
  if (!chip.hidden) chip.textContent = `line ${note.lineAt(Number(start)) + 1}`;
}

function paintEvidence() {
  if (blind) paint("evidence", rows.map(evidenceOf).filter(Boolean));
}

for (const row of rows) {
  row.querySelector(".attach").addEventListener("click", () => attach(row));
  row.querySelector(".drop").addEventListener("click", () => drop(row));
  row.querySelector(".chip").addEventListener("click", (event) => {
    const range = evidenceOf(row);
    if (!range) return;
    event.preventDefault();
    goTo(range);
  });
}

if (blind && CSS.highlights) {
  // What the server marked is painted instead, so that it can go again.
  for (const mark of document.querySelectorAll("#note mark")) mark.replaceWith(...mark.childNodes);
  paintEvidence();
}

// Of a conversation, the words that are selected are quoted in the reason, with the turn that they stand in.

function quoteInReason() {
  takeSelection();
  const range = selected ?? search.current;
  const found = range && note.covered(range);
  if (!found) {
    saved.textContent = "Select words of the conversation first, or search for them.";
    return;
  }
  const turn = note.lines[note.lineAt(found.start)].closest("[data-turn]").dataset.turn;
  const reason = form.elements.note;
  reason.value = `${reason.value.trimEnd()} “${found.quote}” (turn ${turn})`.trimStart();
  selected = null;
  document.getSelection().removeAllRanges();
  changed();
}

document.getElementById("quote")?.addEventListener("click", quoteInReason);

// From highlight to highlight

let visited = -1;

function places() {
  if (!blind || !CSS.highlights) return [...document.querySelectorAll("#note mark[id]")];
  const ranges = rows.map(evidenceOf).filter(Boolean);
  return ranges.sort((a, b) => a.compareBoundaryPoints(Range.START_TO_START, b));
}

function goTo(target) {
  note.show(target);
  const range = target instanceof Range ? target : document.createRange();
  if (range !== target) range.selectNodeContents(target);
  paint("current", [range]);
}

function jump(by) {
  const all = places();
  if (all.length === 0) return;
  visited = visited < 0 && by < 0 ? all.length - 1 : (visited + by + all.length) % all.length;
  goTo(all[visited]);
}

document.getElementById("mark-next")?.addEventListener("click", () => jump(1));
document.getElementById("mark-before")?.addEventListener("click", () => jump(-1));
for (const link of document.querySelectorAll('.inputs-read a[href^="#"]')) {
  link.addEventListener("click", (event) => {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    visited = places().indexOf(target);
    goTo(target);
  });
}

// The computation

let asked = null;

function entered() {
  return new URLSearchParams(new FormData(form));
}

async function compute() {
  const shown = document.getElementById("computation");
  if (!shown) return;
  asked?.abort();
  asked = new AbortController();
  shown.classList.add("stale");
  try {
    const options = { method: "POST", body: entered(), headers: { "Steward-Part": "computation" }, signal: asked.signal };
    const reply = await fetch(form.dataset.compute, options);
    if (!reply.ok) throw new Error(`${reply.status}`);
    shown.innerHTML = await reply.text();
    shown.classList.remove("stale");
    tellErrors(shown);
  } catch (error) {
    if (error.name !== "AbortError") saved.textContent = "The computation could not be had; the server does not answer.";
  }
}

function tellErrors(shown) {
  const wrong = new Map([...shown.querySelectorAll("[data-wrong]")].map((item) => [item.dataset.wrong, item.querySelector("span").textContent]));
  for (const line of form.querySelectorAll("[data-error]")) {
    const name = line.dataset.error;
    if (!/^(input|convention)\./.test(name)) continue;
    line.textContent = wrong.get(name) ?? "";
    line.hidden = !wrong.has(name);
    const field = form.elements[name];
    if (field instanceof HTMLElement) field.ariaInvalid = wrong.has(name) ? "true" : null;
  }
  const hint = document.getElementById("computed");
  const answer = shown.firstElementChild.dataset.answer;
  hint.textContent = answer ? `Leave it empty to answer with the computed ${answer}.` : hint.dataset.none;
  document.getElementById("outcome").textContent = answer ? `Computed ${answer}` : "";
}

// Drafts, and the time that is spent: it counts while the page is in sight.

let sent = false;
let seconds = Number(form.elements.seconds.value || 0);

setInterval(() => {
  if (document.visibilityState !== "visible") return;
  seconds += 1;
  form.elements.seconds.value = String(seconds);
}, 1000);

// Whether the server answered.
async function save(options = {}) {
  unsaved = false;
  const address = `${form.dataset.draft}${form.dataset.draft.includes("?") ? "&" : "?"}phase=${form.dataset.phase}`;
  let reply;
  try {
    reply = await fetch(address, { method: "POST", body: entered(), ...options });
  } catch {
    unsaved = true;
    saved.textContent = "The draft is not saved; the server does not answer.";
    return false;
  }
  const said = await reply.json().catch(() => ({ problem: "load this page again" }));
  if (!reply.ok) saved.textContent = `The draft is not saved: ${said.problem}`;
  else if (said.reserved_by) saved.textContent = `${said.reserved_by} has this instance open too.`;
  else saved.textContent = "Draft saved";
  return true;
}

form.addEventListener("input", () => { unsaved = true; });
form.addEventListener("change", () => { unsaved = true; });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || !unsaved || sent) return;
  clearTimeout(timers.get("save"));
  save({ keepalive: true });
});

// The draft goes first: a form that is sent to a server that does not answer is gone with its page.
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (event.submitter?.id === "compute") {
    compute();
  } else if (!sent) {
    sent = true;
    for (const timer of timers.values()) clearTimeout(timer);
    if (await save()) {
      HTMLFormElement.prototype.submit.call(form); // the form's own name for it is the button's
    } else {
      sent = false;
      saved.textContent = "Not sent; the server does not answer. What you entered stays on this page.";
    }
  }
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) sent = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(document.getElementById("submit"));
});
