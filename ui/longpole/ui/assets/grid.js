/* Cells of the list of traces, and the filters round it. Values are text to React: never HTML. */
(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const NAMES = ["q", "service", "agent", "release", "model", "status", "min_ms", "max_ms", "min_usd"];

  // As dcc.Link does it: change the address, tell Dash, load nothing anew.
  function go(event, href) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  cells.TraceLink = function (props) {
    if (!props.data) return React.createElement("span", { className: "lp-dim" }, "Loading …");
    const href = longpole.withProject("/traces/" + encodeURIComponent(props.data.id));
    return React.createElement(
      "a", { href: href, className: "lp-link", onClick: (event) => go(event, href) },
      React.createElement("bdi", null, props.value)
    );
  };

  cells.Status = function (props) {
    if (!props.data) return null;
    const bad = props.value === "error";
    return React.createElement("span", { className: bad ? "lp-row-error" : "lp-dim" }, props.value);
  };

  // Enter on a row opens its trace.
  document.addEventListener("keydown", (event) => {
    const cell = event.key === "Enter" && event.target.closest && event.target.closest(".ag-cell");
    const link = cell && cell.closest(".ag-row").querySelector("a.lp-link");
    if (link && event.target !== link) link.click();
  });

  let seen = null; // what the list was last loaded with

  function grid() {
    try { return window.dash_ag_grid && dash_ag_grid.getApi("traces-grid"); } catch (e) { return null; }
  }

  Object.assign(window.dash_clientside.longpole, {
    // The controls are the filters; the address says the same, without a new page.
    applyFilters: function () {
      const values = Array.from(arguments);
      const range = values.pop();
      const filters = Object.assign({}, range);
      const query = new URLSearchParams();
      NAMES.forEach((name, i) => {
        filters[name] = values[i] === undefined ? null : values[i];
        if (filters[name] !== null && filters[name] !== "") query.set(name, filters[name]);
      });
      Object.keys(range).forEach((name) => range[name] && query.set(name, range[name]));
      const text = longpole.withSince(query.toString(), range.since);
      if (text !== location.search) history.replaceState(history.state, "", location.pathname + text);
      return filters;
    },
    chooseBin: function (click) {
      const point = click && click.points && click.points[0];
      if (!point) return [window.dash_clientside.no_update, window.dash_clientside.no_update];
      return [+point.customdata[0].toPrecision(4), +point.customdata[1].toPrecision(4)];
    },
    clearFilters: function () {
      return NAMES.map((name) => (["q", "min_ms", "max_ms", "min_usd"].includes(name) ? "" : null));
    },
    // New filters start at the top; new runs appear where they belong without moving the view.
    reloadGrid: function (state, newest) {
      const api = grid();
      const first = seen === null;
      seen = newest;
      const why = window.dash_clientside.callback_context.triggered.map((t) => t.prop_id);
      if (api && why.some((id) => id.startsWith("page-state"))) {
        api.purgeInfiniteCache();
        api.ensureIndexVisible(0);
      } else if (api && !first) {
        api.refreshInfiniteCache();
      }
      return window.dash_clientside.no_update;
    },
  });
})();
