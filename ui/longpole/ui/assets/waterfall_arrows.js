/* Arrows from what the selected span provably waited for: from the end of each to its row. */
(function () {
  "use strict";
  const longpole = (window.longpole = window.longpole || {});
  const MOST = 40;

  class WaterfallArrows {
    constructor(waterfall) {
      this.waterfall = waterfall;
      this.nodes = [];
    }

    draw() {
      const { model, selected } = this.waterfall;
      const sources = selected >= 0 ? model.sources(selected).slice(0, MOST) : [];
      while (this.nodes.length < sources.length) {
        const made = longpole.element("i", "wf-arrow", this.waterfall.space);
        made.setAttribute("aria-hidden", "true");
        this.nodes.push(made);
      }
      this.nodes.forEach((node, n) => {
        node.hidden = n >= sources.length || !this.place(node, sources[n]);
      });
    }

    /* Put an arrow between the rows; false where one of them is not shown or out of the window. */
    place(node, [source, evidence]) {
      const w = this.waterfall, [from, to] = w.window;
      const above = w.model.position(source), below = w.model.position(w.selected);
      const share = (w.model.end(source) - from) / (to - from);
      if (above < 0 || below < 0 || share < 0 || share > 1) return false;
      const top = Math.min(above, below), rows = Math.abs(above - below);
      node.dataset.evidence = evidence;
      node.classList.toggle("wf-arrow-up", above > below);
      node.style.left = `calc(var(--wf-names) + ${share * w.timeWidth}px)`;
      node.style.top = `${(top + 0.5) * w.rowHeight}px`;
      node.style.height = `${rows * w.rowHeight}px`;
      return true;
    }
  }

  longpole.WaterfallArrows = WaterfallArrows;
})();
