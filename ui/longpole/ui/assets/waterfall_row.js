/* One recycled row of the waterfall, and how times are written. */
(function () {
  "use strict";
  const EVIDENCE = {
    data: "data flow (proven)", link: "a span link (proven)", order: "order in time",
    assumed: "assumed", clipped: "cut to its caller", skew: "clock moved into its caller",
  };
  const longpole = (window.longpole = window.longpole || {});

  function threeDigits(value) {
    return value >= 99.95 || Number.isInteger(value) ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
  }

  /* As longpole/ui/formats.py writes durations; from µs. */
  function durationText(us) {
    if (us < 0.9995) return `${threeDigits(Math.round(us * 1000))} ns`;
    if (us < 999.5) return `${threeDigits(us)} µs`;
    if (us < 999500) return `${threeDigits(us / 1e3)} ms`;
    if (us < 99.95e6) return `${threeDigits(us / 1e6)} s`;
    const seconds = Math.round(us / 1e6), minutes = Math.floor(seconds / 60);
    const two = (number) => String(number).padStart(2, "0");
    if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  }

  function niceStep(least) {
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * 0.999);
  }

  /* A tick's time, as exact as the distance between ticks. */
  function tickText(us, step) {
    if (us === 0) return "0";
    const [unit, size] = step >= 1e5 || us >= 1e7 ? ["s", 1e6] : step >= 100 || us >= 1e4 ? ["ms", 1e3] : ["µs", 1];
    const digits = Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9));
    return `${(us / size).toFixed(digits)} ${unit}`;
  }

  /* Slack and drag of a row in words; empty where they are not known. */
  function roomText(columns, row) {
    const slack = columns.slack[row], drag = columns.drag[row];
    if (slack === undefined || slack === null) return "";
    return `slack ${durationText(slack)}, drag ${durationText(drag || 0)}`;
  }

  function cell(className, parent) {
    const made = longpole.element("div", className, parent);
    made.setAttribute("role", "gridcell");
    return made;
  }

  class WaterfallRow {
    constructor(waterfall) {
      this.waterfall = waterfall;
      const make = longpole.element;
      this.node = make("div", "wf-row", waterfall.space);
      this.node.setAttribute("role", "row");
      this.head = cell("wf-name", this.node);
      this.twisty = make("span", "wf-twisty", this.head);
      this.dot = make("span", "wf-dot", this.head);
      this.name = make("span", "wf-text", this.head);
      this.detail = make("span", "wf-detail", this.head);
      this.note = make("span", "wf-note", this.head);
      this.time = cell("wf-time", this.node);
      this.bar = make("div", "wf-bar", this.time);
      this.sections = make("div", "wf-sections", this.time);
      this.first = make("div", "wf-first", this.time);
      this.label = make("span", "wf-label", this.time);
      this.row = this.place = -1;
    }

    hide() {
      if (this.node.hidden) return;
      this.row = this.place = -1;
      this.node.hidden = true;
      this.node.removeAttribute("id");
      this.node.className = "wf-row";
    }

    show(row, place) {
      const model = this.waterfall.model;
      if (this.row !== row || this.model !== model) this.fill(model, row);
      this.row = row;
      this.model = model;
      this.place = place;
      this.node.hidden = false;
      this.node.style.transform = `translateY(${place * this.waterfall.rowHeight}px)`;
      this.node.setAttribute("aria-rowindex", place + 1);
      this.dress(model, row);
      this.drawSections(model, row);
      this.placeLabel(model, row);
    }

    /* What never changes while the row shows the same span. */
    fill(model, row) {
      const c = model.columns, kind = model.kind(row), depth = c.depth[row];
      this.node.id = `wf-row-${row}`;
      this.node.dataset.row = row;
      this.node.dataset.kind = kind;
      this.node.setAttribute("aria-level", depth + 1);
      this.head.style.setProperty("--depth", Math.min(depth, longpole.DEEPEST_INDENT));
      this.name.textContent = model.name(row) || "(no name)";
      this.detail.textContent = [model.detail(row), model.service(row)].filter(Boolean).join(" · ");
      this.node.title = this.describe(model, row);
      const end = model.end(row), first = c.first[row];
      this.span(this.bar, c.start[row], end);
      this.first.hidden = !(first > 0);
      this.span(this.first, c.start[row], Math.min(c.start[row] + Math.max(first, 0), end));
    }

    span(node, start, end) {
      node.style.setProperty("--s", start);
      node.style.setProperty("--e", end);
    }

    describe(model, row) {
      const c = model.columns, first = c.first[row];
      const lines = [`${model.name(row)} (${model.kind(row)})`, model.detail(row), model.service(row),
        `${durationText(c.duration[row])}, starts ${durationText(c.start[row])} after the trace`];
      if (first > 0) lines.push(`first token after ${durationText(first)}`);
      if (model.has(row, longpole.marks.ON_PATH)) {
        const known = model.evidence(row).map((name) => EVIDENCE[name] || name).join(", ");
        lines.push(known ? `on the critical path; known by: ${known}` : "on the critical path");
      }
      if (model.has(row, longpole.marks.DETACHED)) lines.push("detached: nobody waited for it");
      lines.push(roomText(c, row));
      if (model.has(row, longpole.marks.ERROR)) lines.push("error");
      lines.push(model.note(row));
      return lines.filter(Boolean).join("\n");
    }

    /* What the reader's doings change. */
    dress(model, row) {
      const marks = longpole.marks, nested = model.columns.size[row] > 1;
      const set = (name, on) => this.node.classList.toggle(name, on);
      set("wf-on-path", model.has(row, marks.ON_PATH));
      set("wf-detached", model.has(row, marks.DETACHED));
      set("wf-error", model.has(row, marks.ERROR));
      set("wf-cursor", row === this.waterfall.cursor);
      set("wf-selected", row === this.waterfall.selected);
      set("wf-found", model.needle !== "" && model.isMatch(row));
      set("wf-pointed", model.inGroup(row));
      this.node.setAttribute("aria-selected", row === this.waterfall.selected);
      this.twisty.classList.toggle("wf-leaf", !nested);
      this.twisty.classList.toggle("wf-open", nested && !model.collapsed[row]);
      if (nested) this.node.setAttribute("aria-expanded", !model.collapsed[row]);
      else this.node.removeAttribute("aria-expanded");
      this.note.textContent = this.noteText(model, row);
    }

    noteText(model, row) {
      const c = model.columns, notes = [];
      if (model.has(row, longpole.marks.ERROR)) notes.push("error");
      if (model.note(row)) notes.push(model.note(row));
      if (this.waterfall.showsRoom) notes.push(roomText(c, row) || "no slack known");
      if (model.collapsed[row]) notes.push(`+${(c.size[row] - 1).toLocaleString("en")}`);
      if (model.hidden.has(row)) notes.push(`${model.hidden.get(row).toLocaleString("en")} not shown`);
      if (c.depth[row] > longpole.DEEPEST_INDENT) notes.push(`level ${c.depth[row].toLocaleString("en")}`);
      return notes.join(" · ");
    }

    /* The pieces of the critical path on this bar, as many as can be told apart at this zoom. */
    drawSections(model, row) {
      const [from, to] = this.waterfall.window, pixel = (to - from) / this.waterfall.timeWidth;
      let pieces = model.sections(row, from, to, pixel);
      for (let least = pixel * 2; pieces.length > longpole.MOST_SECTIONS; least *= 2) {
        pieces = model.sections(row, from, to, least);
      }
      const nodes = this.sections.children;
      while (nodes.length < pieces.length) longpole.element("i", "wf-section", this.sections);
      for (let n = 0; n < nodes.length; n++) {
        nodes[n].hidden = n >= pieces.length;
        if (n >= pieces.length) continue;
        this.span(nodes[n], pieces[n][0], pieces[n][1]);
        nodes[n].dataset.evidence = pieces[n][2];
      }
    }

    /* The duration stands right of the bar; left of it, or on it, where there is no room. */
    placeLabel(model, row) {
      const [from, to] = this.waterfall.window;
      const share = (at) => Math.min(Math.max((at - from) / (to - from), 0), 1) * 100;
      const start = share(model.columns.start[row]), end = share(model.end(row));
      const text = durationText(model.columns.duration[row]);
      this.label.textContent = end <= 0 ? `\u2039 ${text}` : start >= 100 ? `${text} \u203a` : text;
      const room = (this.label.textContent.length * 7 + 12) / this.waterfall.timeWidth * 100;
      const left = end + room > 100 && start > room, inside = end + room > 100 && !left;
      this.label.classList.toggle("wf-before", left);
      this.label.classList.toggle("wf-inside", inside);
      this.label.style.left = left || inside ? "" : `${end}%`;
      this.label.style.right = left ? `${100 - start}%` : inside ? `${100 - end}%` : "";
    }
  }

  Object.assign(longpole, { WaterfallRow, durationText, niceStep, tickText, EVIDENCE });
})();
