// One cell as an element.

const SIDES = { n: "right", b: "center", e: "center" };

function dress(element, look) {
  if (look.bold) element.classList.add("bold");
  if (look.italic) element.classList.add("italic");
  if (look.underline || look.strikethrough) {
    element.style.textDecoration = [look.underline && "underline", look.strikethrough && "line-through"]
      .filter(Boolean)
      .join(" ");
  }
  if (look.link) element.classList.add("link");
  else if (look.colour) {
    element.classList.add("coloured");
    element.style.setProperty("--own", look.colour);
  }
  if (look.background) {
    element.classList.add("backed");
    element.style.backgroundColor = look.background;
  }
  if (look.size && look.size !== 10) element.style.fontSize = `${(look.size * 4) / 3}px`;
  if (look.wraps) element.classList.add("wraps");
  if (look.vertical !== "bottom") element.classList.add(look.vertical);
}

function mark(element, cell) {
  if (cell.note) element.classList.add("noted");
  if (cell.kind === "e") element.classList.add("error");
}

// An element with the cell's text. `reach`: how many pixels a text that is too long may take up.
export function cellElement(cell, reach) {
  const element = document.createElement("div");
  element.className = "cell";
  element.setAttribute("role", "gridcell");
  if (!cell) return element;
  if (cell.look) dress(element, cell.look);
  mark(element, cell);
  const side = cell.look?.align || SIDES[cell.kind] || "left";
  if (side !== "left") element.classList.add(side);
  if (cell.text) {
    const text = document.createElement("span");
    text.className = "text";
    text.textContent = cell.text;
    element.append(text);
    if (reach > 0 && side === "left") {
      element.classList.add("reaches");
      text.style.maxWidth = `${reach}px`;
    }
  }
  return element;
}

export function funnel(active) {
  const element = document.createElement("span");
  element.className = active ? "funnel active" : "funnel";
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", active ? "filter, in use" : "filter");
  return element;
}

// Whether a text may be longer than its cell; exact only as far as it has to be, since measuring is slow.
export function mayBeLong(cell, width) {
  return cell?.kind === "t" && !cell.look?.wraps && !cell.look?.clips && cell.text.length * 9 > width;
}
