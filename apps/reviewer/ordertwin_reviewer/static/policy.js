"use strict";
// The document of a policy: line numbers beside it, and a way from a problem to its line.
(() => {
  const area = document.getElementById("document");
  const gutter = document.querySelector(".editor .gutter");

  function number() {
    const lines = area.value.split("\n").length;
    area.rows = lines + 1;
    while (gutter.querySelectorAll("span").length < lines) {
      const line = document.createElement("span");
      line.textContent = gutter.querySelectorAll("span").length + 1;
      gutter.append(line, "\n");
    }
    [...gutter.querySelectorAll("span")].slice(lines).forEach((line) => {
      if (line.nextSibling) line.nextSibling.remove();
      line.remove();
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    const before = area.value.split("\n").slice(0, link.dataset.line - 1).join("\n").length;
    const start = before ? before + 1 : 0;
    const end = area.value.indexOf("\n", start);
    area.focus();
    area.setSelectionRange(start, end < 0 ? area.value.length : end);
    gutter.querySelectorAll("span")[link.dataset.line - 1].scrollIntoView({ block: "center" });
  });
  area.addEventListener("input", number);
  number();
})();
