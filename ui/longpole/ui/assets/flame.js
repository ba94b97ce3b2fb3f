/* Zoom, keyboard and search of flame graphs. Boxes come from the server; CSS places them from the
 * window --z0 (left edge) and --zk (per cent of the width a per cent of the whole). */
(function () {
  "use strict";
  const number = (box, name) => parseFloat(box.style.getPropertyValue(name));
  const boxesOf = (flame) => [...flame.querySelectorAll(".fl-box")];

  function zoom(flame, box) {
    const left = box ? number(box, "--a") : 0, width = box ? number(box, "--w") : 100;
    const host = flame.querySelector(".fl-boxes");
    host.style.setProperty("--z0", left);
    host.style.setProperty("--zk", 100 / Math.max(width, 1e-6));
    for (const one of boxesOf(flame)) {
      const a = number(one, "--a"), w = number(one, "--w");
      one.hidden = a + w <= left + 1e-6 || a >= left + width - 1e-6;
      one.classList.toggle("fl-thin", w * 100 / width < 1.2);
    }
    flame.zoomed = box || null;
    say(flame, box || boxesOf(flame)[0]);
  }

  function say(flame, box) {
    const said = flame.querySelector(".fl-said");
    if (said && box) said.textContent = box.getAttribute("aria-label");
  }

  function find(flame, text) {
    const needle = text.trim().toLowerCase();
    let count = 0;
    for (const box of boxesOf(flame)) {
      const hit = needle !== "" && box.textContent.toLowerCase().includes(needle);
      box.classList.toggle("fl-hit", hit);
      count += hit ? 1 : 0;
    }
    flame.classList.toggle("fl-finding", needle !== "");
    flame.querySelector(".fl-found").textContent = needle ? `${count.toLocaleString("en")} found` : "";
  }

  function move(flame, box, key) {
    const depth = number(box, "--d"), a = number(box, "--a"), w = number(box, "--w");
    const shown = boxesOf(flame).filter((one) => !one.hidden);
    const at = (level) => shown.filter((one) => number(one, "--d") === level)
      .sort((one, two) => number(one, "--a") - number(two, "--a"));
    const row = at(depth), place = row.indexOf(box);
    const next = {
      ArrowLeft: () => row[place - 1],
      ArrowRight: () => row[place + 1],
      ArrowUp: () => at(depth - 1).find((one) => number(one, "--a") + number(one, "--w") > a + 1e-9),
      ArrowDown: () => at(depth + 1).find((one) => number(one, "--a") >= a - 1e-6 && number(one, "--a") < a + w),
    }[key]();
    if (!next) return;
    box.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    say(flame, next);
  }

  const flameOf = (node) => node && node.closest && node.closest(".fl");
  document.addEventListener("click", (event) => {
    const flame = flameOf(event.target), box = event.target.closest && event.target.closest(".fl-box");
    if (!flame) return;
    if (box) zoom(flame, box === flame.zoomed ? null : box);
    else if (event.target.closest(".fl-out")) zoom(flame, null);
  });
  document.addEventListener("mouseover", (event) => {
    const box = event.target.closest && event.target.closest(".fl-box");
    if (box) say(flameOf(box), box);
  }, { passive: true });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest && event.target.closest(".fl-box");
    if (!box) return;
    if (event.key === "Escape") zoom(flameOf(box), null);
    else if (event.key.startsWith("Arrow")) move(flameOf(box), box, event.key);
    else return;
    event.preventDefault();
  });
  document.addEventListener("input", (event) => {
    const flame = flameOf(event.target);
    if (flame && event.target.type === "search") find(flame, event.target.value);
  });
})();
