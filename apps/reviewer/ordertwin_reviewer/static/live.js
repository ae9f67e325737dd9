"use strict";
// Keeps a list fresh: the server tells when something happened; the list also looks by itself now
// and then (`hx-trigger` on it), which is all there is where no events arrive.
(() => {
  const list = document.querySelector("[data-live]");
  const SOON = 300;
  const AT_MOST_EVERY = 5000;
  let source = null;
  let pending = 0;
  let last = 0;

  function refresh() {
    if (pending) return;
    pending = setTimeout(() => {
      pending = 0;
      last = Date.now();
      htmx.trigger(list, "stale");
    }, Math.max(SOON, last + AT_MOST_EVERY - Date.now()));
  }

  // A browser opens six connections to a site at most: a tab that nobody sees holds none.
  function listen() {
    if (document.hidden || (source && source.readyState !== EventSource.CLOSED)) return;
    source = new EventSource(list.dataset.live);
    let before = false;
    source.addEventListener("open", () => {
      list.dataset.listening = "yes";
      if (before) refresh();
      before = true;
    });
    source.addEventListener("changed", refresh);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      if (source) source.close();
      return;
    }
    listen();
    refresh();
  });
  window.addEventListener("pagehide", () => source && source.close());
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    listen();
    refresh();
  });

  // The row that somebody is at stays the same one, wherever it is now.
  let at = null;
  let focused = false;
  const link = (row) => row.querySelector(".row-link").getAttribute("href");
  list.addEventListener("htmx:beforeSwap", () => {
    const row = list.querySelector("[data-row].at") || (list.contains(document.activeElement) && document.activeElement.closest("[data-row]"));
    at = row ? link(row) : null;
    focused = Boolean(row && row.contains(document.activeElement));
  });
  list.addEventListener("htmx:afterSwap", () => {
    const row = at && [...list.querySelectorAll("[data-row]")].find((each) => link(each) === at);
    if (row) {
      row.classList.add("at");
      if (focused) row.querySelector(".row-link").focus({ preventScroll: true });
    }
    listen();
  });
  listen();
})();
