/* The minimap: every span on one small canvas, and the window of time the rows show. */
(function () {
  "use strict";
  const longpole = (window.longpole = window.longpole || {});
  const HEIGHT = 52, PATH_HEIGHT = 6, GRIP = 9; // px

  class WaterfallMap {
    constructor(waterfall, host) {
      this.waterfall = waterfall;
      this.host = host;
      this.canvas = longpole.element("canvas", "wf-canvas", host);
      this.before = longpole.element("div", "wf-shade", host);
      this.after = longpole.element("div", "wf-shade", host);
      this.frame = longpole.element("div", "wf-window", host);
      host.title = "Drag to zoom into a stretch of time, drag the window to move it, double-click to see all";
      host.addEventListener("pointerdown", (event) => this.grab(event));
      host.addEventListener("dblclick", () => waterfall.zoomTo(0, this.range));
    }

    get range() {
      return this.waterfall.model ? this.waterfall.model.columns.range : 1;
    }

    draw() {
      const width = (this.width = this.host.clientWidth), ratio = window.devicePixelRatio || 1;
      this.canvas.width = Math.max(1, width * ratio);
      this.canvas.height = HEIGHT * ratio;
      this.pen = this.canvas.getContext("2d");
      this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.drawSpans(width);
      this.drawPath(width);
      this.showWindow();
    }

    colours() {
      const style = getComputedStyle(this.host);
      const colour = (name) => style.getPropertyValue(name).trim();
      const kinds = this.waterfall.model.columns.kinds;
      const own = kinds.map((kind) => /^[a-z]+$/.test(kind) ? colour(`--lp-kind-${kind}`) : "");
      return { kinds: own.map((one) => one || colour("--lp-kind-other")), path: colour("--wf-path") };
    }

    /* Spans that would cover the very pixels of the one before are skipped. */
    drawSpans(width) {
      const c = this.waterfall.model.columns, count = c.ids.length, kinds = this.colours().kinds;
      const lane = Math.max(1, Math.min(5, Math.floor((HEIGHT - PATH_HEIGHT - 4) / Math.max(count, 1))));
      const scale = width / this.range, depth = (HEIGHT - PATH_HEIGHT - 4 - lane) / Math.max(count - 1, 1);
      let drawn = "";
      for (let row = 0; row < count; row++) {
        const x = Math.floor(c.start[row] * scale), y = Math.round(Math.min(depth, lane + 1) * row) + 2;
        const wide = Math.max(1, Math.round(c.duration[row] * scale)), kind = c.kind[row];
        const key = `${x},${y},${wide},${kind}`;
        if (key === drawn) continue;
        drawn = key;
        this.pen.fillStyle = kinds[kind];
        this.pen.fillRect(x, y, wide, lane);
      }
    }

    drawPath(width) {
      const { start, end, row } = this.waterfall.model.columns.sections;
      const c = this.waterfall.model.columns, kinds = this.colours().kinds, scale = width / this.range;
      const longest = new Float64Array(width + 1); // of a pixel, among sections shorter than it
      for (let s = 0; s < start.length; s++) {
        const x = start[s] * scale, wide = end[s] * scale - x, pixel = Math.floor(x);
        if (wide < 1 && wide <= longest[pixel]) continue;
        longest[pixel] = Math.min(wide, 1);
        this.pen.fillStyle = kinds[c.kind[row[s]]];
        this.pen.fillRect(wide < 1 ? pixel : x, HEIGHT - PATH_HEIGHT, Math.max(wide, 1), PATH_HEIGHT);
      }
    }

    showWindow() {
      const [from, to] = this.waterfall.window;
      const left = (from / this.range) * 100, right = (to / this.range) * 100;
      this.before.style.cssText = `left:0;width:${left}%`;
      this.after.style.cssText = `left:${right}%;right:0`;
      this.frame.style.cssText = `left:${left}%;width:${right - left}%`;
      this.frame.classList.toggle("wf-whole", right - left > 99.9);
    }

    timeAt(event) {
      const box = this.host.getBoundingClientRect();
      return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * this.range;
    }

    /* One drag: an edge is pulled, the window is moved, or a new window is drawn. */
    grab(event) {
      if (event.button !== 0 || !this.waterfall.model) return;
      event.preventDefault();
      const start = this.timeAt(event), [from, to] = this.waterfall.window;
      const near = (time) => Math.abs(time - start) < (GRIP / this.host.clientWidth) * this.range;
      const whole = to - from > this.range * 0.999;
      let drag = (now) => this.zoomBetween(start, now);
      if (!whole && near(from)) drag = (now) => this.zoomBetween(to, now);
      else if (!whole && near(to)) drag = (now) => this.zoomBetween(from, now);
      else if (!whole && start > from && start < to) {
        drag = (now) => this.waterfall.zoomTo(from + now - start, to + now - start);
      }
      this.follow(event, drag);
    }

    follow(event, drag) {
      const move = (next) => drag(this.timeAt(next));
      const stop = () => {
        this.host.removeEventListener("pointermove", move);
        this.host.removeEventListener("pointerup", stop);
        this.host.removeEventListener("pointercancel", stop);
      };
      this.host.setPointerCapture(event.pointerId);
      this.host.addEventListener("pointermove", move);
      this.host.addEventListener("pointerup", stop);
      this.host.addEventListener("pointercancel", stop);
    }

    /* A drag of a pixel or two is a slip of the hand. */
    zoomBetween(one, other) {
      const least = (3 / this.host.clientWidth) * this.range;
      if (Math.abs(one - other) > least) this.waterfall.zoomTo(Math.min(one, other), Math.max(one, other));
    }
  }

  longpole.WaterfallMap = WaterfallMap;
})();
