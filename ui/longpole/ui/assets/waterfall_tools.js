/* The row of controls over the waterfall: search, filters, open and close, legend. */
(function () {
  "use strict";
  const longpole = (window.longpole = window.longpole || {});
  const KEYS = "Arrow keys move, open and close; Enter shows the span; + − 0 zoom; [ ] move in time; " +
    "z zooms to the span; / searches; Esc closes. Ctrl + wheel zooms, Shift + wheel moves in time.";

  class WaterfallTools {
    constructor(waterfall, host) {
      this.waterfall = waterfall;
      const make = longpole.element;
      this.box = make("input", "wf-search", host);
      this.box.type = "search";
      this.box.placeholder = "Find a span, model, tool, service, id";
      this.box.setAttribute("aria-label", "Find a span by name, model, tool, service or id");
      this.found = make("span", "wf-count", host);
      this.found.setAttribute("role", "status");
      this.filters = make("div", "wf-filters", host);
      this.filters.setAttribute("role", "group");
      this.filters.setAttribute("aria-label", "Which spans");
      const actions = make("div", "wf-actions", host);
      this.button(actions, "Open all", () => this.toggleAll(false));
      this.button(actions, "Close all", () => this.toggleAll(true));
      this.button(actions, "Whole time", () => waterfall.zoomTo(0, waterfall.model.columns.range));
      this.room = this.button(actions, "Slack", () => this.toggleRoom(), "Show slack and drag in each row");
      this.room.setAttribute("aria-pressed", "false");
      this.button(actions, "?", () => this.toggleHelp(), "Keys and gestures").classList.add("wf-help");
      this.help = make("p", "wf-keys", host);
      this.help.textContent = KEYS;
      this.help.hidden = true;
      this.legend = make("div", "wf-legend", host);
      this.box.addEventListener("input", () => this.search());
      this.box.addEventListener("keydown", (event) => this.onKey(event));
    }

    button(host, text, act, hint) {
      const made = longpole.element("button", "wf-button", host);
      made.type = "button";
      made.textContent = text;
      if (hint) made.title = hint;
      if (hint) made.setAttribute("aria-label", hint);
      made.addEventListener("click", act);
      return made;
    }

    toggleRoom() {
      this.waterfall.showsRoom = !this.waterfall.showsRoom;
      this.room.setAttribute("aria-pressed", this.waterfall.showsRoom);
      this.waterfall.soon();
    }

    toggleHelp() {
      this.help.hidden = !this.help.hidden;
    }

    loaded() {
      const model = this.waterfall.model, marks = longpole.marks;
      const count = (bit) => model.columns.mark.reduce((sum, mark) => sum + (mark & bit ? 1 : 0), 0);
      this.choices = [["all", "All spans", model.count], ["path", "Critical path", count(marks.ON_PATH)],
        ["errors", "Errors", count(marks.ERROR)]];
      const detached = count(marks.DETACHED);
      if (detached) this.choices.push(["detached", "Detached", detached]);
      this.room.disabled = !model.columns.slack.length;
      this.drawFilters();
      this.drawLegend();
      if (model.needle) this.tellMatches();
    }

    drawFilters() {
      this.filters.textContent = "";
      for (const [filter, label, count] of this.choices) {
        const made = this.button(this.filters, `${label} ${count.toLocaleString("en")}`, () => {
          this.waterfall.model.setFilter(filter);
          this.waterfall.moveTo(this.waterfall.model.position(this.waterfall.cursor) < 0 ? -1 : this.waterfall.cursor);
          this.drawFilters();
          this.waterfall.soon();
        });
        made.disabled = count === 0;
        made.setAttribute("aria-pressed", this.waterfall.model.filter === filter);
      }
    }

    drawLegend() {
      this.legend.textContent = "";
      const entry = (text, kind, className) => {
        const made = longpole.element("span", `wf-key ${className || ""}`, this.legend);
        longpole.element("i", "", made);
        if (kind) made.dataset.kind = kind;
        made.append(text);
      };
      for (const kind of [...this.waterfall.model.columns.kinds].sort()) entry(kind, kind, "wf-row");
      entry("on the critical path", "", "wf-key-path");
      const seen = new Set(this.waterfall.model.columns.sections.evidence);
      for (const [name, text] of Object.entries(longpole.EVIDENCE)) {
        if (seen.has(name)) entry(text, "", `wf-key-path wf-key-${name}`);
      }
      if (this.choices.length > 3) entry("detached work", "", "wf-key-detached");
      entry("until the first token", "", "wf-key-first");
    }

    toggleAll(collapsed) {
      this.waterfall.model.toggleAll(collapsed);
      if (this.waterfall.cursor >= 0 && !collapsed) this.waterfall.moveTo(this.waterfall.cursor, true);
      this.waterfall.soon();
    }

    search() {
      const w = this.waterfall;
      w.model.search(this.box.value);
      if (w.model.matches.length) w.moveTo(w.model.nextMatch(Math.max(w.cursor, 0) - 1, 1), true);
      this.tellMatches();
      w.soon();
    }

    tellMatches() {
      const { matches, needle } = this.waterfall.model;
      const place = matches.indexOf(this.waterfall.cursor) + 1;
      const of = matches.length.toLocaleString("en");
      this.found.textContent = !needle ? "" : !matches.length ? "none" : place ? `${place.toLocaleString("en")} of ${of}` : of;
    }

    jump(step) {
      const next = this.waterfall.model.nextMatch(this.waterfall.cursor, step);
      if (next >= 0) this.waterfall.moveTo(next, true);
      this.tellMatches();
    }

    onKey(event) {
      if (event.key === "Enter") this.jump(event.shiftKey ? -1 : 1);
      else if (event.key === "ArrowDown") this.waterfall.grid.focus();
      else if (event.key === "Escape" && !this.box.value) this.waterfall.grid.focus();
      else return;
      event.preventDefault();
    }

    countText() {
      const { shown, count, columns } = this.waterfall.model;
      const whole = columns.total.toLocaleString("en");
      if (count < columns.total) return `${shown.toLocaleString("en")} of ${whole} spans (${count.toLocaleString("en")} sent)`;
      return shown === count ? `${whole} spans` : `${shown.toLocaleString("en")} of ${whole} spans`;
    }
  }

  longpole.WaterfallTools = WaterfallTools;
})();
