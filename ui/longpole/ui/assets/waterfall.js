/* The waterfall: about 35 recycled rows over a WaterfallModel. Times are µs from the first span.
 *
 * Bars are placed by CSS from --s and --e (start, end) and the window's --t0 and --k (per cent a
 * µs), so zooming moves every bar without touching it. All text goes in by textContent: names of
 * spans come from anyone.
 */
(function () {
  "use strict";
  const longpole = (window.longpole = window.longpole || {});
  const SPARE = 6; // rows kept ready above and below the ones in sight
  const DEEPEST_INDENT = 14;
  const MOST_SECTIONS = 160; // drawn in one row; closer ones are joined
  const LEAST_WINDOW = 0.5; // µs
  const TICKS = 6;

  function element(name, className, parent) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (parent) parent.append(made);
    return made;
  }

  class Waterfall {
    constructor(host, onSelect) {
      this.host = host;
      this.onSelect = onSelect;
      this.slots = [];
      this.cursor = -1;
      this.selected = -1;
      host.textContent = "";
      host.classList.add("wf");
      this.tools = new longpole.WaterfallTools(this, element("div", "wf-tools", host));
      this.map = new longpole.WaterfallMap(this, element("div", "wf-map", host));
      this.buildGrid();
      this.arrows = new longpole.WaterfallArrows(this);
      longpole.steerWaterfall(this);
      this.watch();
    }

    buildGrid() {
      this.grid = element("div", "wf-grid", this.host);
      this.grid.tabIndex = 0;
      this.grid.setAttribute("role", "treegrid");
      this.grid.setAttribute("aria-label", "Spans of this trace by time");
      const head = element("div", "wf-head", this.grid);
      head.setAttribute("role", "row");
      this.caption = element("div", "wf-name", head);
      this.caption.setAttribute("role", "columnheader");
      this.split = element("div", "wf-split", head);
      this.axis = element("div", "wf-axis", head);
      this.axis.setAttribute("role", "columnheader");
      this.axis.setAttribute("aria-label", "Time after the start of the trace");
      this.space = element("div", "wf-space", this.grid);
      this.space.setAttribute("role", "rowgroup");
    }

    /* Redraw when the reader scrolls, the window changes size or the colours change. */
    watch() {
      this.grid.addEventListener("scroll", () => this.soon(), { passive: true });
      new ResizeObserver(() => this.soon()).observe(this.host);
      new MutationObserver(() => this.soon(true)).observe(document.documentElement, {
        attributes: true, attributeFilter: ["data-mantine-color-scheme"],
      });
    }

    load(columns, selectedId) {
      const model = new longpole.WaterfallModel(columns);
      const again = this.model && this.model.columns.trace === columns.trace;
      const before = again ? this.model.columns.ids[this.cursor] : null;
      const whole = !again || this.window[1] - this.window[0] >= this.map.range * 0.999;
      if (again) model.adopt(this.model);
      this.model = model;
      if (whole) this.window = [0, columns.range];
      this.grid.setAttribute("aria-rowcount", model.count);
      this.cursor = before ? model.rowOf(before) : -1;
      this.selected = -1;
      this.tools.loaded();
      if (selectedId) this.select(model.rowOf(selectedId), { silent: true, scroll: !again });
      this.measure();
      if (selectedId && !again) this.host.scrollIntoView({ block: "nearest" });
      this.soon(true);
    }

    /* Draw in the next frame, once however often asked. */
    soon(map = false) {
      this.mapToo = this.mapToo || map;
      if (this.asked || !this.model) return;
      this.asked = requestAnimationFrame(() => {
        this.asked = null;
        if (!this.host.isConnected) return;
        this.measure();
        this.draw();
        if (this.mapToo || this.map.width !== this.host.clientWidth) this.map.draw();
        this.mapToo = false;
      });
    }

    measure() {
      this.rowHeight = parseFloat(getComputedStyle(this.grid).getPropertyValue("--wf-row")) || 26;
      this.headHeight = this.axis.parentElement.offsetHeight || 26;
      const most = Math.max(300, window.innerHeight * 0.66);
      const whole = this.model.shown * this.rowHeight + this.headHeight + 2;
      this.grid.style.height = `${Math.min(whole, most)}px`;
      this.space.style.height = `${this.model.shown * this.rowHeight}px`;
      this.timeWidth = Math.max(this.axis.clientWidth, 1);
    }

    draw() {
      this.drawWindow();
      const top = this.grid.scrollTop / this.rowHeight;
      const fits = Math.ceil(this.grid.clientHeight / this.rowHeight);
      const first = Math.max(0, Math.floor(top) - SPARE);
      const last = Math.min(this.model.shown, Math.floor(top) + fits + SPARE);
      const needed = Math.min(fits + 2 * SPARE + 1, Math.max(this.model.shown, 1));
      while (this.slots.length < needed) this.slots.push(new longpole.WaterfallRow(this));
      const used = new Set();
      for (let place = first; place < last; place++) {
        const slot = this.slots[place % this.slots.length];
        slot.show(this.model.visible[place], place);
        used.add(slot);
      }
      for (const slot of this.slots) if (!used.has(slot)) slot.hide();
      this.arrows.draw();
      this.markActive();
      this.caption.textContent = this.tools.countText();
    }

    markActive() {
      const place = this.model.position(this.cursor);
      const slot = this.slots.find((one) => one.place === place && place >= 0);
      if (slot) this.grid.setAttribute("aria-activedescendant", slot.node.id);
      else this.grid.removeAttribute("aria-activedescendant");
    }

    drawWindow() {
      const [from, to] = this.window;
      const step = longpole.niceStep((to - from) / Math.max(2, Math.min(TICKS, this.timeWidth / 90)));
      const style = this.grid.style;
      style.setProperty("--t0", from);
      style.setProperty("--k", 100 / (to - from));
      style.setProperty("--wf-step", `${(step / (to - from)) * this.timeWidth}px`);
      style.setProperty("--wf-tick", `${((Math.ceil(from / step) * step - from) / (to - from)) * this.timeWidth}px`);
      this.axis.textContent = "";
      for (let at = Math.ceil(from / step) * step; at < to; at += step) {
        const share = ((at - from) / (to - from)) * 100;
        if ((1 - share / 100) * this.timeWidth < 56) break;
        const tick = element("span", "wf-tick", this.axis);
        tick.style.left = `${share}%`;
        tick.textContent = longpole.tickText(at, step);
      }
      this.map.showWindow();
    }

    /* Show [from, to], kept inside the trace and not narrower than can be told apart. */
    zoomTo(from, to) {
      const range = this.model.columns.range;
      const width = Math.min(Math.max(to - from, Math.min(LEAST_WINDOW, range)), range);
      const start = Math.min(Math.max(from, 0), range - width);
      this.window = [start, start + width];
      this.soon();
    }

    /* Zoom by a factor round a share of the window (0.5: its middle). */
    zoomBy(factor, share = 0.5) {
      const [from, to] = this.window;
      const fixed = from + (to - from) * share;
      this.zoomTo(fixed - (fixed - from) * factor, fixed + (to - fixed) * factor);
    }

    pan(share) {
      const width = this.window[1] - this.window[0];
      this.zoomTo(this.window[0] + width * share, this.window[1] + width * share);
    }

    zoomToRow(row) {
      if (row < 0) return;
      const start = this.model.columns.start[row], length = this.model.columns.duration[row];
      this.zoomTo(start - length * 0.05, start + length * 1.05);
    }

    moveTo(row, center = false) {
      if (row < 0) return;
      this.model.reveal(row);
      this.cursor = row;
      this.measure();
      const top = this.model.position(row) * this.rowHeight;
      const height = this.grid.clientHeight - this.headHeight;
      const above = this.grid.scrollTop;
      if (center && (top < above || top > above + height - this.rowHeight)) {
        this.grid.scrollTop = top - height / 2;
      } else if (top < above) this.grid.scrollTop = top;
      else if (top > above + height - this.rowHeight) {
        this.grid.scrollTop = top - height + this.rowHeight;
      }
      this.soon();
    }

    /* Choose a row and tell the page; -1 chooses nothing. */
    select(row, { silent = false, scroll = true } = {}) {
      this.selected = row;
      if (row >= 0) {
        if (scroll) this.moveTo(row, true);
        this.cursor = row;
        this.bringIntoWindow(row);
      }
      if (!silent) this.onSelect(row < 0 ? null : this.model.columns.ids[row]);
      this.soon();
    }

    bringIntoWindow(row) {
      const start = this.model.columns.start[row], end = this.model.end(row);
      const [from, to] = this.window;
      if (end >= from && start <= to) return;
      const middle = (start + end) / 2, half = Math.max(to - from, (end - start) * 1.1) / 2;
      this.zoomTo(middle - half, middle + half);
    }

    /* Point at the rows that spend path time in the given rows of the path table. */
    highlight(numbers) {
      this.model.group = numbers && numbers.length ? new Set(numbers) : null;
      this.host.classList.toggle("wf-pointing", this.model.group !== null);
      this.soon();
    }
  }

  Object.assign(longpole, { Waterfall, element, DEEPEST_INDENT, MOST_SECTIONS });
})();
