// Adjudicate: search in the note, and a way from highlight to highlight. The form works without it.

import { Note, Search } from "./context.js";

const note = new Note(document.getElementById("note"), document.getElementById("note-pane"));
for (const element of document.querySelectorAll("[data-scripted]")) element.hidden = false;

const search = new Search(note, document.getElementById("search"), document.getElementById("hits"));
document.getElementById("hit-next").addEventListener("click", () => search.step(1));
document.getElementById("hit-before").addEventListener("click", () => search.step(-1));

const marks = [...document.querySelectorAll("#note mark[id]")];
let visited = -1;

function jump(by) {
  if (marks.length === 0) return;
  visited = visited < 0 && by < 0 ? marks.length - 1 : (visited + by + marks.length) % marks.length;
  note.show(marks[visited]);
  for (const mark of marks) mark.classList.toggle("current", mark === marks[visited]);
}

document.getElementById("mark-next").addEventListener("click", () => jump(1));
document.getElementById("mark-before").addEventListener("click", () => jump(-1));
