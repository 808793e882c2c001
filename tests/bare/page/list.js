// The least that a virtual list can be: the rows that are seen and a few more, drawn anew at each scroll.
const COUNT = 10_000;
const HEIGHT = 32;
const MORE = 8;

const list = document.getElementById("list");
const rows = document.getElementById("rows");
rows.style.height = `${COUNT * HEIGHT}px`;

function row(number) {
  const element = document.createElement("div");
  element.className = "row";
  element.style.top = `${number * HEIGHT}px`;
  const cells = [`Report ${number}`, "83,835", "6.5 MB", "2 Nov 08:14", "This computer", "On desktop"];
  for (const text of cells) {
    element.append(Object.assign(document.createElement("span"), { textContent: text }));
  }
  return element;
}

function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - MORE);
  const last = Math.min(COUNT, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + MORE);
  rows.replaceChildren(...Array.from({ length: last - first }, (_, at) => row(first + at)));
}

list.addEventListener("scroll", draw, { passive: true });
draw();
