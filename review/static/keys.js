// Keys. What is bound is on the page: an element with data-key is clicked, or focused where one types in it.
// What each key does is told by the overlay and by /help, which the server writes from the same map.

const SEQUENCE_MS = 1000;
const overlay = document.getElementById("keys");
let before = "";
let beforeAt = 0;

function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !["radio", "checkbox", "button", "submit", "reset"].includes(target.type);
}

function usable(element) {
  return !element.matches(":disabled") && element.getClientRects().length > 0;
}

function bound(key) {
  const root = document.querySelector("dialog[open]") ?? document;
  return [...root.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(usable);
}

function act(element) {
  if (typing(element)) {
    element.focus();
    if (element.matches("input, textarea")) element.select();
  } else {
    element.focus();
    element.click();
  }
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(usable);
  if (rows.length === 0) return false;
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const at = focused < 0 ? rows.findIndex((row) => row.classList.contains("current")) : focused;
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const sequence = performance.now() - beforeAt < SEQUENCE_MS ? `${before} ${key}` : key;
  const element = bound(sequence) ?? bound(key);
  before = key;
  beforeAt = performance.now();
  if (element) {
    before = "";
    act(element);
    return true;
  }
  if (document.querySelector("dialog[open]")) return false;
  if (key === "?") {
    overlay.showModal();
    return true;
  }
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  // Escape closes a modal dialog by itself; Enter and the blank do what the focused element does with them.
  if (["Escape", "Enter", " ", "Tab"].includes(event.key)) return;
  if (press(event.key)) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

// What was done is told once: a page that is loaded again does not tell it again.
const address = new URL(location.href);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  address.searchParams.delete("about");
  history.replaceState(history.state, "", address);
}

// A page about something that goes on is loaded again every so many seconds, unless someone is at work on it.
const refresh = Number(document.body.dataset.refresh);
if (refresh > 0) {
  setInterval(() => {
    const busy = document.hidden || overlay.open || typing(document.activeElement) || !getSelection().isCollapsed;
    if (!busy) location.reload();
  }, 1000 * refresh);
}
