(() => {
  const table = document.getElementById("motions");
  const rows = [...table.tBodies[0].rows];
  const policy = document.getElementById("policy"), find = document.getElementById("find");
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.dataset.text;
      row.hidden = row.dataset.policy !== policy.value || !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("count").textContent = `${shown} motions`;
  };
  policy.addEventListener("change", filter);
  find.addEventListener("input", filter);

  const key = (row, column) => {
    const cell = row.cells[column];
    const number = Number.parseFloat(cell.dataset.value ?? cell.textContent);
    return Number.isNaN(number) ? cell.textContent : number;
  };
  table.tHead.addEventListener("click", (event) => {
    const heading = event.target.closest("th");
    if (!heading) return;
    const rising = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
    rows.sort((a, b) => {
      const x = key(a, heading.cellIndex), y = key(b, heading.cellIndex);
      const order = typeof x === typeof y ? (x < y ? -1 : x > y ? 1 : 0) : typeof x === "number" ? -1 : 1;
      return rising ? order : -order;
    });
    table.tBodies[0].append(...rows);
  });
  filter();
})();
