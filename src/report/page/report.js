"use strict";
// Sorting tables and narrowing the list of findings; everything can be read without it.
for (const table of document.querySelectorAll("table.sort")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.classList.contains("n") ? head.ariaSort !== "descending" : head.ariaSort === "ascending";
      const value = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
      const compare = head.classList.contains("n")
        ? (a, b) => Number(value(a)) - Number(value(b))
        : (a, b) => value(a).localeCompare(value(b), undefined, { numeric: true });
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.ariaSort = down ? "descending" : "ascending";
      body.append(...[...body.rows].sort((a, b) => (down ? compare(b, a) : compare(a, b))));
    });
  });
}
const filter = document.querySelector(".filter");
if (filter) {
  const word = filter.querySelector("input"), decision = filter.querySelector("select"), shown = filter.querySelector("output");
  const cards = [...document.querySelectorAll(".card")];
  const narrow = () => {
    let left = 0;
    for (const card of cards) {
      const fits = (!decision.value || card.dataset.decision === decision.value)
        && card.textContent.toLowerCase().includes(word.value.toLowerCase());
      card.hidden = !fits;
      left += fits;
    }
    shown.textContent = `${left} of ${cards.length}`;
  };
  word.addEventListener("input", narrow);
  decision.addEventListener("change", narrow);
  filter.hidden = false;
  narrow();
}
