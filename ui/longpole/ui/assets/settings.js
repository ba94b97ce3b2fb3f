/* The Settings page in the browser: changes go to the API, whose words are shown. */
(function () {
  "use strict";
  const SAID = "settings-said", RELOAD = "settings-reload";
  const set = (id, props) => window.dash_clientside.set_props(id, props);

  function say(words) {
    set(SAID, { children: words });
  }

  async function post(path, body) {
    const answer = await fetch(longpole.withProject(path), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body || {}),
    });
    const text = await answer.text();
    let said = null;
    try { said = JSON.parse(text); } catch (e) { said = { detail: text }; }
    if (!answer.ok) throw new Error(said.detail || "the server answered " + answer.status);
    return said;
  }

  // What was done shows in the lists, which are asked for anew.
  async function attempt(work) {
    say("");
    try {
      const done = await work();
      set(RELOAD, { data: Date.now() });
      return done;
    } catch (error) {
      say(error.message);
      return null;
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("[data-lp-post]");
    if (!button || button.disabled) return;
    const question = button.dataset.lpQuestion;
    if (question && !window.confirm(question)) return;
    button.disabled = true; // a second click must not ask twice
    await attempt(() => post(button.dataset.lpPost));
    button.disabled = false;
  });

  // Enter in a field creates the key; a form must not load the page anew.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".lp-keyform")) return;
    event.preventDefault();
    document.getElementById("key-create").click();
  }, true);

  async function createKey(clicks, name, project, days) {
    const no = window.dash_clientside.no_update;
    if (!clicks) return [no, no, no];
    const wanted = { name: name || "", project: project || "" };
    if (days !== "" && days !== null && days !== undefined) wanted.expires_days = Number(days);
    const made = await attempt(() => post("/api/v1/keys", wanted));
    if (!made) return [no, no, no];
    set("key-name", { value: "" });
    return [false, made.key, made.key];
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    longpole_settings: { createKey: createKey },
  });
})();
