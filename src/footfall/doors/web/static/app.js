// Everything works without this file; with it pictures answer to a pointer, tables sort and search,
// charts can be saved, and the theme can be chosen.
"use strict";

const all = (selector, from = document) => [...from.querySelectorAll(selector)];

function chooseTheme() {
  const button = document.getElementById("theme");
  if (!button) return;
  const themes = ["system", "light", "dark"];
  const root = document.documentElement;
  const shown = () => root.dataset.theme || "system";
  const say = () => { button.querySelector("span").textContent = shown(); };
  button.hidden = false;
  say();
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(shown()) + 1) % themes.length];
    if (next === "system") delete root.dataset.theme; else root.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* it lasts for this page then */ }
    say();
  });
}

function closeMenus() {
  const menus = all("details.menu");
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus.filter((each) => each.open)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    for (const help of all(".help")) help.classList.add("shut");
  });
  for (const help of all(".help")) {
    for (const name of ["mouseenter", "focusin"]) help.addEventListener(name, () => help.classList.remove("shut"));
  }
}

function showTips() {
  const tip = document.getElementById("tip");
  const say = (words) => {
    const [place, ...lines] = words.split("\n");
    const head = document.createElement("b");
    head.textContent = place;
    const rows = lines.map((line) => {
      const row = document.createElement("span");
      for (const part of line.split("\t")) row.append(Object.assign(document.createElement("span"), { textContent: part }));
      return row;
    });
    tip.replaceChildren(head, ...rows);
  };
  document.addEventListener("pointermove", (event) => {
    const hit = event.target.closest?.("[data-tip]");
    tip.hidden = !hit;
    if (!hit) return;
    if (tip.dataset.of !== hit.dataset.tip) { say(hit.dataset.tip); tip.dataset.of = hit.dataset.tip; }
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
    tip.style.top = `${event.clientY - height - 14 < 8 ? event.clientY + 18 : event.clientY - height - 14}px`;
  });
}

function sortTables() {
  for (const table of all("table.sortable")) {
    all("thead th", table).forEach((head, column) => {
      if (head.classList.contains("course")) return;
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent });
      head.replaceChildren(button);
      button.addEventListener("click", () => sortBy(table, head, column));
    });
  }
}

function sortBy(table, head, column) {
  const down = head.getAttribute("aria-sort") !== "descending";
  for (const each of all("thead th", table)) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const key = (row) => {
    const cell = row.cells[column];
    const data = cell.querySelector("data");
    if (!data) return cell.textContent.trim().toLowerCase();
    return data.value === "" ? null : Number(data.value);
  };
  const rows = [...body.rows].map((row) => [key(row), row]);
  rows.sort(([one], [other]) => {
    if (one === null || other === null) return (one === null) - (other === null);
    const order = typeof one === "number" ? one - other : one < other ? -1 : one > other ? 1 : 0;
    return down ? -order : order;
  });
  body.append(...rows.map(([, row]) => row));
}

function searchTables() {
  for (const field of all("input.search")) {
    field.hidden = false;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      for (const row of all("tbody tr", field.closest(".card"))) {
        const text = "all" in field.dataset ? row.textContent : row.cells[0].textContent;
        row.hidden = !text.toLowerCase().includes(wanted);
      }
    });
  }
}

function saveCharts() {
  for (const button of all("button[data-save]")) {
    const card = button.closest(".chart-card");
    const picture = card.querySelector("svg.chart.wide");
    if (!picture) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const name = card.querySelector("h3").textContent.trim();
      const text = new XMLSerializer().serializeToString(lifted(picture));
      const file = new Blob([text], { type: "image/svg+xml" });
      if (button.dataset.save === "svg") save(file, `${name}.svg`); else drawn(file, picture, `${name}.png`);
    });
  }
}

function saveTables() {
  // What a spreadsheet would take for a formula begins with an apostrophe.
  const safe = (text) => (/^[=+\-@\t\r\n]/.test(text) && !/^-?[\d.]+$/.test(text) ? `'${text}` : text);
  const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  for (const button of all("button[data-csv]")) {
    const card = button.closest(".card");
    button.hidden = false;
    button.addEventListener("click", () => {
      const lines = all("tr", card.querySelector("table")).map((row) => [...row.cells].map((cell) => {
        const data = cell.querySelector("data");
        return quoted(safe(cell.dataset.name ?? (data ? data.value : cell.textContent.trim())));
      }).join(","));
      save(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }), `${card.querySelector("h3").textContent.trim()}.csv`);
    });
  }
}

function lifted(picture) {
  // The picture's own attributes are its colours on paper; only what a pointer needs is left out.
  const copy = picture.cloneNode(true);
  for (const hit of all(".hit", copy)) hit.remove();
  const [, , width, height] = picture.getAttribute("viewBox").split(" ");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ width, height, fill: "#ffffff" })) paper.setAttribute(name, value);
  copy.insertBefore(paper, copy.firstChild);
  return copy;
}

function drawn(file, picture, name) {
  const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((made) => save(made, name), "image/png");
    URL.revokeObjectURL(image.src);
  });
  image.src = URL.createObjectURL(file);
}

function save(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function addFilters() {
  for (const form of all("form[data-filter]")) {
    const dimension = form.querySelector("[data-dimension]");
    const value = form.querySelector("[data-value]");
    const plain = form.querySelector("label.plain");
    const known = form.querySelector("datalist");
    plain.hidden = true;
    const suggest = async () => {
      const asked = new URLSearchParams(location.search);
      for (const name of ["experience", "folder", "kpi", "band"]) asked.delete(name);
      asked.set("dimension", dimension.value);
      known.replaceChildren();
      const answer = await fetch(`${form.dataset.filter}?${asked}`).catch(() => null);
      if (!answer?.ok || asked.get("dimension") !== dimension.value) return;
      for (const { value, name } of await answer.json()) known.append(Object.assign(document.createElement("option"), { value, label: name }));
    };
    dimension.addEventListener("change", () => { value.value = ""; suggest(); });
    form.closest("details").addEventListener("toggle", (event) => { if (event.target.open) suggest(); });
    form.addEventListener("submit", () => { plain.querySelector("input").value = `${dimension.value}=${value.value}`; });
  }
}

chooseTheme();
closeMenus();
showTips();
sortTables();
searchTables();
saveCharts();
saveTables();
addFilters();
