/* Ties the parts of the trace page together: waterfall, address, drawer, breakdown. */
(function () {
  "use strict";
  const longpole = (window.longpole = window.longpole || {});
  const HOST = "trace-waterfall", PAGE = "trace-page", SELECTED = "trace-selected", LOOK = "trace-look";
  const mounted = new WeakMap();
  const PAUSE_MS = 2000;
  let pinned = null, pause = null;

  function current() {
    const host = document.getElementById(HOST);
    return host ? mounted.get(host) : undefined;
  }

  /* The chosen span is part of the address; replacing it does not make Dash build the page anew. */
  function tellAddress(id) {
    const address = new URL(location.href);
    if (id) address.searchParams.set("span", id);
    else address.searchParams.delete("span");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }

  function choose(id) {
    tellAddress(id);
    window.dash_clientside.set_props(SELECTED, { data: id });
  }

  function mount(columns, selected) {
    const host = document.getElementById(HOST);
    if (!host) return window.dash_clientside.no_update;
    if (!columns) {
      host.textContent = "";
      host.classList.remove("wf");
      mounted.delete(host);
      return null;
    }
    if (!mounted.has(host)) mounted.set(host, new longpole.Waterfall(host, choose));
    mounted.get(host).load(columns, selected);
    return columns.version;
  }

  /* The next look at a trace that is not there yet or still grows; none while nobody looks. */
  function lookAgain(number) {
    clearTimeout(pause);
    const next = () => {
      if (document.hidden) pause = setTimeout(next, PAUSE_MS);
      else if (document.getElementById(PAGE)) window.dash_clientside.set_props(LOOK, { data: number });
    };
    if (number) pause = setTimeout(next, PAUSE_MS);
    return window.dash_clientside.no_update;
  }

  function showDrawer(selected) {
    const waterfall = current();
    if (!selected && waterfall && waterfall.model && document.activeElement === document.body) {
      waterfall.grid.focus({ preventScroll: true });
    }
    return !selected;
  }

  function numbersOf(node) {
    return node.dataset.wfGroup.split(",").map(Number);
  }

  function pointAt(event) {
    const node = event.target.closest && event.target.closest(`#${PAGE} [data-wf-group]`);
    const waterfall = current();
    if (!waterfall || !waterfall.model) return;
    if (node) waterfall.highlight(numbersOf(node));
    else if (waterfall.model.group) waterfall.highlight(pinned ? numbersOf(pinned) : null);
  }

  /* A click keeps the rows marked and goes to the first; a second click lets go. */
  function pin(node) {
    const waterfall = current();
    if (!waterfall || !waterfall.model) return;
    if (pinned) pinned.classList.remove("tr-pinned");
    pinned = pinned === node ? null : node;
    waterfall.highlight(pinned ? numbersOf(pinned) : null);
    if (!pinned) return;
    pinned.classList.add("tr-pinned");
    waterfall.moveTo(waterfall.model.firstInGroup(new Set(numbersOf(pinned))), true);
  }

  function filterRows(input) {
    const needle = input.value.trim().toLowerCase();
    const table = input.closest("details").querySelector("table");
    for (const row of table.rows) row.hidden = !row.textContent.toLowerCase().includes(needle);
  }

  document.addEventListener("mouseover", pointAt, { passive: true });
  document.addEventListener("focusin", pointAt);
  document.addEventListener("click", (event) => {
    const group = event.target.closest(`#${PAGE} [data-wf-group]`);
    if (group) pin(group);
    if (event.target.closest("[data-tr-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest && event.target.closest(".tr-drawer")) close();
    const group = event.key === "Enter" && event.target.closest && event.target.closest("tr[data-wf-group]");
    if (group) pin(group);
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest(".tr-fold") && event.target.type === "search") filterRows(event.target);
  });

  function close() {
    const waterfall = current();
    if (waterfall && waterfall.model) {
      waterfall.select(-1);
      waterfall.grid.focus({ preventScroll: true });
    } else choose(null);
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    longpole_trace: { mount: mount, showDrawer: showDrawer, lookAgain: lookAgain },
  });
})();
