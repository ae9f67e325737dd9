"use strict";
// A burst: the buttons say for how many orders the answer holds while some of them are ticked.
(() => {
  const buttons = [...document.querySelectorAll("#decide .answer")];
  const texts = buttons.map((button) => button.firstChild.textContent.trim());
  document.addEventListener("change", (event) => {
    if (event.target.name !== "orders") return;
    const ticked = document.querySelectorAll("[name=orders]:checked").length;
    buttons.forEach((button, place) => {
      const some = button.dataset.some;
      button.firstChild.textContent = `${ticked && some ? `${some} × ${ticked}` : texts[place]} `;
    });
  });
})();
