/* The shell in the browser: theme, navigation, time range. No store, no rules. */
(function () {
  "use strict";
  const SCHEME = "data-mantine-color-scheme";
  const KEY = "mantine-color-scheme-value"; // where Mantine remembers the choice
  const DEFAULT_SINCE = "24h";
  const SINCE = ["1h", "24h", "7d", "all"];
  const root = document.documentElement;
  const noUpdate = () => window.dash_clientside.no_update;

  function chosenScheme() {
    let stored = null;
    try { stored = JSON.parse(localStorage.getItem(KEY)); } catch (e) { stored = localStorage.getItem(KEY); }
    if (stored === "light" || stored === "dark") return stored;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  // The server builds charts in the scheme this cookie names.
  function remember(scheme) {
    document.cookie = "longpole-theme=" + scheme + ";path=/;max-age=31536000;samesite=lax";
  }

  root.setAttribute(SCHEME, chosenScheme()); // before the first paint of the app: no flash
  remember(root.getAttribute(SCHEME));
  new MutationObserver(() => {
    const scheme = root.getAttribute(SCHEME);
    remember(scheme);
    window.dash_clientside.set_props("theme", { data: scheme });
  }).observe(root, { attributes: true, attributeFilter: [SCHEME] });

  // Nothing needs refreshing while nobody looks.
  document.addEventListener("visibilitychange", () => {
    ["tick", "slow-tick"].forEach((id) => {
      window.dash_clientside.set_props(id, { disabled: document.hidden });
    });
  });

  function sinceOf(search) {
    const since = new URLSearchParams(search || "").get("since");
    return SINCE.includes(since) ? since : DEFAULT_SINCE;
  }

  function withSince(search, since) {
    const query = new URLSearchParams(search || "");
    if (since === DEFAULT_SINCE) query.delete("since"); else query.set("since", since);
    const text = query.toString();
    return text ? "?" + text : "";
  }

  function projectOf(search) {
    return new URLSearchParams(search || "").get("project") || "";
  }

  // An address inside the app, with the project of this one.
  function withProject(path) {
    const project = projectOf(location.search);
    return project ? path + "?" + new URLSearchParams({ project: project }) : path;
  }

  // Where another project shows the same kind of page: a trace or a finding is of one project only.
  function inProject(project, since) {
    const section = "/" + location.pathname.split("/")[1];
    return section + withSince(new URLSearchParams({ project: project }).toString(), since);
  }

  // Links of the rail keep project and time range and mark the page that is open.
  function markLinks(pathname, since) {
    document.querySelectorAll("[data-nav]").forEach((item) => {
      const path = item.dataset.nav;
      const here = path === "/" ? pathname === "/" : pathname.startsWith(path);
      const anchor = item.querySelector("a");
      if (here) anchor.setAttribute("aria-current", "page"); else anchor.removeAttribute("aria-current");
    });
  }

  window.longpole = { withSince: withSince, withProject: withProject };
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    longpole: {
      toggleRail: function (opened, navbar) {
        return Object.assign({}, navbar, { collapsed: { mobile: !opened } });
      },
      followAddress: function (pathname, search) {
        const since = sinceOf(search);
        markLinks(pathname || "/", since);
        const project = projectOf(search);
        const query = withSince(project ? new URLSearchParams({ project: project }).toString() : "", since);
        return [since].concat(["/", "/", "/traces", "/architecture", "/findings", "/costs", "/settings"].map((path) => path + query));
      },
      chooseSince: function (since) {
        if (since === sinceOf(location.search)) return noUpdate();
        return withSince(location.search, since);
      },
      chooseProject: function (project, shown) {
        if (!project || project === shown) return noUpdate();
        return inProject(project, sinceOf(location.search));
      },
      dressCharts: function (scheme, templates) {
        if (window.Plotly && templates[scheme]) {
          document.querySelectorAll(".js-plotly-plot").forEach((chart) => {
            window.Plotly.relayout(chart, { template: templates[scheme] });
          });
        }
        return noUpdate();
      },
    },
  });
})();
