// The note on a page: from a selection to offsets and back, and what is found in it. Offsets are code points of the
// whole note, as the server counts them; JavaScript counts strings in UTF-16 units, of which an emoji has several.

const MOST_HITS = 5000;

export function points(text) {
  let count = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at) > 0xffff ? 2 : 1) count += 1;
  return count;
}

function units(text, count) {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; left -= 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

export class Note {
  // `root` holds one element per line, whose data-start is the offset of its first character.
  constructor(root, pane) {
    this.pane = pane;
    this.lines = [...root.querySelectorAll("[data-start]")];
    this.starts = this.lines.map((line) => Number(line.dataset.start));
  }

  // Index of the line in which an offset lies.
  lineAt(offset) {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // What a range of the page covers of the note, without blanks at its ends: {start, end, quote}, or null.
  covered(range) {
    let start = this.#offset(range.startContainer, range.startOffset, false);
    let end = this.#offset(range.endContainer, range.endOffset, true);
    const parts = [];
    for (let line = this.lineAt(start); line >= 0 && line < this.lines.length && this.starts[line] < end; line += 1) {
      const text = this.lines[line].textContent;
      const from = units(text, Math.max(0, start - this.starts[line]));
      parts.push({ line, from, text: text.slice(from, units(text, end - this.starts[line])) });
    }
    const first = parts.find((part) => part.text.trim());
    const last = parts.findLast((part) => part.text.trim());
    if (!first) return null;
    const skipped = first.text.length - first.text.trimStart().length;
    start = this.starts[first.line] + points(this.lines[first.line].textContent.slice(0, first.from + skipped));
    const whole = this.lines[last.line].textContent.slice(0, last.from + last.text.trimEnd().length);
    end = this.starts[last.line] + points(whole);
    const quote = parts.map((part) => part.text).join(" ").trim().replace(/\s+/g, " ");
    return { start, end, quote };
  }

  #offset(node, at, isEnd) {
    const inside = this.lines[this.#lineOf(node)];
    const point = document.createRange();
    point.setStart(node, at);
    if (inside) {
      point.setStart(inside, 0);
      point.setEnd(node, at);
      return Number(inside.dataset.start) + points(point.toString());
    }
    const after = this.lines.findIndex((line) => point.comparePoint(line, 0) >= 0);
    const next = after < 0 ? this.lines.length : after;
    if (!isEnd) return next < this.lines.length ? this.starts[next] : Infinity;
    return next === 0 ? 0 : this.starts[next - 1] + points(this.lines[next - 1].textContent);
  }

  #lineOf(node) {
    const element = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-start]");
    return element ? this.lines.indexOf(element) : -1;
  }

  // The range of the page that shows note[start:end].
  range(start, end) {
    const range = document.createRange();
    range.setStart(...this.#place(start));
    range.setEnd(...this.#place(end));
    return range;
  }

  #place(offset) {
    const line = this.lineAt(offset);
    return this.#inLine(line, units(this.lines[line].textContent, offset - this.starts[line]));
  }

  // The text node and the index in it of a place in a line, in UTF-16 units.
  #inLine(line, at) {
    const walker = document.createTreeWalker(this.lines[line], NodeFilter.SHOW_TEXT);
    let left = at;
    let node = walker.nextNode();
    while (node && left > node.length) {
      left -= node.length;
      node = walker.nextNode();
    }
    return node ? [node, left] : [this.lines[line], 0];
  }

  // Ranges of all places with these words, in any case and with any blanks between them.
  find(query) {
    const words = query.trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const pattern = new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+"), "giu");
    const hits = [];
    for (const [line, element] of this.lines.entries()) {
      for (const match of element.textContent.matchAll(pattern)) {
        const range = document.createRange();
        range.setStart(...this.#inLine(line, match.index));
        range.setEnd(...this.#inLine(line, match.index + match[0].length));
        hits.push(range);
        if (hits.length === MOST_HITS) return hits;
      }
    }
    return hits;
  }

  // Scroll a range or an element of the note into the middle of its pane, or of the window.
  show(place) {
    const box = place.getBoundingClientRect();
    const frame = this.pane.getBoundingClientRect();
    if (this.pane.scrollHeight > this.pane.clientHeight) {
      this.pane.scrollBy({ top: box.top - frame.top - this.pane.clientHeight / 2 });
    } else {
      window.scrollBy({ top: box.top - window.innerHeight / 2 });
    }
  }
}

// Several ranges under one name of the style sheet, where the browser can.
export function paint(name, ranges) {
  if (CSS.highlights) CSS.highlights.set(name, new Highlight(...ranges));
}

// The search field of a note: finds while one types, and goes from place to place.
export class Search {
  constructor(note, field, output) {
    this.note = note;
    this.field = field;
    this.output = output;
    this.hits = [];
    this.at = -1;
    field.addEventListener("input", () => this.start());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.step(event.shiftKey ? -1 : 1);
    });
  }

  get current() {
    return this.hits[this.at] ?? null;
  }

  start() {
    this.hits = this.note.find(this.field.value);
    this.at = -1;
    paint("found", this.hits);
    this.step(1);
  }

  step(by) {
    const count = this.hits.length;
    if (count > 0) {
      this.at = this.at < 0 && by < 0 ? count - 1 : (this.at + by + count) % count;
      this.note.show(this.current);
    }
    paint("current", this.current ? [this.current] : []);
    const none = this.field.value.trim() ? "not in the note" : "";
    this.output.textContent = count > 0 ? `${this.at + 1} of ${count}` : none;
  }
}
