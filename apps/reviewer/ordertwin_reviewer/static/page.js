"use strict";
// Keys press what carries them: every action with `data-key` is a button or link that works without.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const known = document.cookie.includes(`tz=${encodeURIComponent(zone)}`);
  if (!known) {
    document.cookie = `tz=${encodeURIComponent(zone)};path=/;max-age=31536000;samesite=strict`;
  }
  const help = document.getElementById("help");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), select, textarea, [contenteditable]");

  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const at = all.findIndex((row) => row.classList.contains("at"));
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    all.forEach((row) => row.classList.toggle("at", row === next));
    const link = next.querySelector("a, button");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function words(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd").forEach((key) => key.remove());
    return (element.dataset.help || element.getAttribute("aria-label") || copy.textContent || element.name).trim();
  }

  function showHelp() {
    const list = help.querySelector(".keys");
    list.replaceChildren();
    const entries = new Map(rows().length ? [["j / k", "↓ / ↑"]] : []);
    for (const each of document.querySelectorAll("[data-key]")) entries.set(each.dataset.key, words(each));
    for (const [key, text] of entries) {
      const term = document.createElement("dt");
      const shown = document.createElement("kbd");
      shown.textContent = key;
      term.append(shown);
      const said = document.createElement("dd");
      said.textContent = text;
      list.append(term, said);
    }
    help.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (typing(event.target) || help.open) return;
    if (event.key === "?") return event.preventDefault(), showHelp();
    if (event.key === "j" || event.key === "k") {
      if (move(event.key === "j" ? 1 : -1)) event.preventDefault();
      return;
    }
    const target = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
    if (!target || target.disabled) return;
    event.preventDefault();
    if (target.matches("input, select, textarea")) target.focus();
    else target.click();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens=help]");
    if (opener) showHelp();
    document.querySelectorAll("details.who[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // On a small screen the list comes first; what narrows it opens when it is asked for, or at work.
  if (matchMedia("(max-width: 760px)").matches) {
    document.querySelectorAll("details.narrow:not(.used)").forEach((each) => { each.open = false; });
  }

  // One answer is sent once, however often the key is pressed.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) return event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
})();
