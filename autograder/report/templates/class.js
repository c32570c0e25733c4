"use strict";
// The table is whole without this script; with it, heads sort and two fields choose rows.
(() => {
  const table = document.querySelector("table.grid");
  const tools = document.getElementById("tools");
  if (!table || !tools) return;
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const [name, kind] = [document.getElementById("named"), document.getElementById("kind")];
  const shown = document.getElementById("shown");

  const compare = (first, second, way) => {
    // What has no value comes last, whichever way the column is sorted.
    if (first === "" || second === "") return (first === "") - (second === "");
    const numbers = [Number(first), Number(second)];
    if (numbers.every((number) => !Number.isNaN(number))) return way * (numbers[0] - numbers[1]);
    return way * first.localeCompare(second, "en", { numeric: true });
  };

  const sort = (place) => {
    const way = heads[place].getAttribute("aria-sort") === "ascending" ? -1 : 1;
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[place].setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
    const value = (row) => row.cells[place].dataset.v;
    rows.sort((first, second) => compare(value(first), value(second), way));
    table.tBodies[0].append(...rows);
  };

  const choose = () => {
    const part = name.value.trim().toLowerCase();
    for (const row of rows) {
      const named = row.cells[0].textContent.toLowerCase().includes(part);
      row.hidden = !(named && row.dataset.kinds.split(" ").includes(kind.value));
    }
    const count = rows.filter((row) => !row.hidden).length;
    shown.textContent = `${count} of ${rows.length} shown`;
  };

  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(place));
    head.append(button);
  });
  name.addEventListener("input", choose);
  kind.addEventListener("change", choose);
  tools.hidden = false;
  choose();
})();
