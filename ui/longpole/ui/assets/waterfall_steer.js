/* Keyboard, mouse and touch for the waterfall. */
(function () {
  "use strict";
  const longpole = (window.longpole = window.longpole || {});
  const FOLLOW_MS = 140; // an open drawer follows the cursor once it rests this long

  function steps(w) {
    const place = () => w.model.position(w.cursor);
    const at = (index) => w.model.visible[Math.min(Math.max(index, 0), w.model.shown - 1)];
    const page = () => Math.max(1, Math.floor(w.grid.clientHeight / w.rowHeight) - 2);
    return {
      ArrowDown: () => w.moveTo(at(place() + 1)),
      ArrowUp: () => w.moveTo(at(Math.max(place(), 0) - 1)),
      PageDown: () => w.moveTo(at(place() + page())),
      PageUp: () => w.moveTo(at(place() - page())),
      Home: () => w.moveTo(at(0)),
      End: () => w.moveTo(at(w.model.shown - 1)),
      ArrowRight: () => openOrEnter(w),
      ArrowLeft: () => closeOrLeave(w),
    };
  }

  function openOrEnter(w) {
    if (w.cursor < 0) return w.moveTo(w.model.visible[0]);
    if (w.model.collapsed[w.cursor]) w.toggle(w.cursor, false);
    else if (w.model.columns.size[w.cursor] > 1) w.moveTo(w.model.visible[w.model.position(w.cursor) + 1]);
  }

  function closeOrLeave(w) {
    if (w.cursor < 0) return;
    if (w.model.columns.size[w.cursor] > 1 && !w.model.collapsed[w.cursor]) w.toggle(w.cursor, true);
    else w.moveTo(w.model.parent[w.cursor]);
  }

  function deeds(w) {
    return {
      Enter: () => w.select(w.cursor < 0 ? w.model.visible[0] : w.cursor),
      " ": () => w.toggle(w.cursor),
      Escape: () => w.select(-1),
      "+": () => w.zoomBy(0.6), "=": () => w.zoomBy(0.6), "-": () => w.zoomBy(1 / 0.6),
      "0": () => w.zoomTo(0, w.model.columns.range),
      "[": () => w.pan(-0.25), "]": () => w.pan(0.25),
      z: () => w.zoomToRow(w.cursor),
      "/": () => w.tools.box.focus(),
      n: () => w.tools.jump(1), N: () => w.tools.jump(-1),
    };
  }

  function listenToKeys(w) {
    let rest = null;
    const moving = steps(w), doing = deeds(w);
    w.grid.addEventListener("keydown", (event) => {
      const step = moving[event.key], deed = doing[event.key];
      if ((!step && !deed) || event.ctrlKey || event.metaKey || event.altKey || !w.model.shown) return;
      event.preventDefault();
      (step || deed)();
      clearTimeout(rest);
      if (step && w.selected >= 0) {
        rest = setTimeout(() => w.selected >= 0 && w.select(w.cursor), FOLLOW_MS);
      }
    });
  }

  function listenToMouse(w) {
    const rowOf = (event) => {
      const node = event.target.closest(".wf-row");
      return node && w.space.contains(node) ? Number(node.dataset.row) : -1;
    };
    w.space.addEventListener("click", (event) => {
      const row = rowOf(event);
      if (row < 0) return;
      if (event.target.closest(".wf-twisty") && w.model.columns.size[row] > 1) {
        w.cursor = row;
        w.toggle(row);
      } else if (String(window.getSelection()) === "") {
        w.select(row, { scroll: false });
      }
    });
    w.space.addEventListener("dblclick", (event) => w.zoomToRow(rowOf(event)));
    w.grid.addEventListener("wheel", (event) => {
      const box = w.axis.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
        w.zoomBy(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 150), share);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        w.pan((event.shiftKey ? event.deltaY : event.deltaX) / box.width);
      }
    }, { passive: false });
  }

  /* The line between names and bars can be dragged. */
  function listenToSplit(w) {
    w.split.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      w.split.setPointerCapture(event.pointerId);
      const move = (next) => {
        const box = w.grid.getBoundingClientRect();
        const width = Math.min(Math.max(next.clientX - box.left, 90), box.width - 120);
        w.grid.style.setProperty("--wf-names", `${width}px`);
        w.soon();
      };
      w.split.addEventListener("pointermove", move);
      const stop = () => w.split.removeEventListener("pointermove", move);
      w.split.addEventListener("pointerup", stop, { once: true });
      w.split.addEventListener("pointercancel", stop, { once: true });
    });
  }

  longpole.steerWaterfall = function (waterfall) {
    waterfall.toggle = (row, collapsed) => {
      if (row < 0) return;
      waterfall.model.toggle(row, collapsed);
      waterfall.moveTo(row);
    };
    listenToKeys(waterfall);
    listenToMouse(waterfall);
    listenToSplit(waterfall);
  };
})();
