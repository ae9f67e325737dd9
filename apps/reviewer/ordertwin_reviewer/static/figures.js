"use strict";
// Draws the charts of the page: each canvas says in `data-chart` what it shows, as its table does.
(() => {
  const canvases = [...document.querySelectorAll("canvas[data-chart]")];
  const charts = [];

  function tokens() {
    const style = getComputedStyle(document.documentElement);
    return (name) => style.getPropertyValue(`--${name}`).trim();
  }

  function shorten(text, most) {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  }

  function formats(locale, share) {
    const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
    const percent = (value) => `${plain.format(value * 100)}\u00a0%`;
    return share ? [percent, percent] : [(value) => plain.format(value), (value) => compact.format(value)];
  }

  function datasets(spec, token) {
    return spec.series.map((each) => {
      const colour = token(`c-${each.colour}`);
      const set = { label: each.label, data: each.values, backgroundColor: colour, borderColor: colour };
      if (spec.kind === "line") return { ...set, type: "line", cubicInterpolationMode: "monotone", borderWidth: 2.5, pointRadius: 2.5, spanGaps: true };
      if (spec.kind === "interval" && each.colour !== "soft") return { ...set, type: "line", showLine: false, pointRadius: 4, pointHoverRadius: 6, order: 0 };
      if (spec.kind === "interval") return { ...set, order: 1, maxBarThickness: 10, borderRadius: 5, borderSkipped: false };
      return { ...set, maxBarThickness: spec.kind === "across" ? 22 : 34, borderRadius: 2 };
    });
  }

  function options(spec, token, locale, paper) {
    const across = spec.kind === "across";
    const stacked = across || spec.kind === "stacked";
    const [exact, short] = formats(locale, spec.kind === "interval");
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    const count = {
      stacked, beginAtZero: true, grid: { color: token("line") }, border: { display: false },
      ticks: { color: token("ink-2"), font, maxTicksLimit: 6, callback: (value) => short(value), ...(stacked ? { precision: 0 } : {}) },
    };
    const named = {
      stacked, grid: { display: false }, border: { color: token("line-2") },
      ticks: { color: token("ink-2"), font, maxRotation: 0, autoSkip: !across, autoSkipPadding: 14,
        callback(value) { return shorten(this.getLabelForValue(value), this.chart.width < 420 ? 22 : 36); } },
    };
    const said = ({ dataset, raw }) => `${dataset.label}: ${Array.isArray(raw) ? raw.map(exact).join(" – ") : exact(raw)}`;
    return {
      locale, animation: false, responsive: !paper, maintainAspectRatio: false, ...(paper ? { devicePixelRatio: 3 } : {}),
      indexAxis: across ? "y" : "x",
      interaction: { mode: "index", axis: across ? "y" : "x", intersect: false },
      scales: across ? { x: count, y: named } : { x: named, y: count },
      plugins: {
        legend: { display: spec.series.length > 1, position: "bottom", labels: { color: token("ink"), font, boxWidth: 11, boxHeight: 11, padding: 11 } },
        tooltip: { callbacks: { label: said }, padding: 10, boxPadding: 4, titleFont: font, bodyFont: font },
      },
    };
  }

  function draw() {
    const token = tokens();
    const paper = document.body.classList.contains("paper");
    charts.splice(0).forEach((chart) => chart.destroy());
    for (const canvas of canvases) {
      const spec = JSON.parse(canvas.dataset.chart);
      // A page that is printed is laid out anew: what is drawn on it only becomes smaller.
      if (paper) [canvas.width, canvas.height] = [canvas.parentElement.clientWidth, canvas.parentElement.clientHeight];
      charts.push(new Chart(canvas, {
        type: "bar",
        data: { labels: spec.labels, datasets: datasets(spec, token) },
        options: options(spec, token, canvas.dataset.locale, paper),
      }));
    }
    document.documentElement.dataset.drawn = String(charts.length);
  }

  const printer = document.querySelector("[data-print]");
  if (printer) printer.addEventListener("click", () => window.print());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
})();
