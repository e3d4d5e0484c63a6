// The note of a cell, or the reason of an error, beside the cell that is pointed at or selected.

export class Notes {
  constructor(parent) {
    this.element = document.createElement("div");
    this.element.className = "note";
    this.element.setAttribute("role", "tooltip");
    this.element.id = "note";
    this.element.hidden = true;
    parent.append(this.element);
    this.selectedKey = "";
    this.pointer = "";
  }

  // Remember where the pointer is.
  move(event) {
    this.pointer = `${event.clientX} ${event.clientY}`;
  }

  // Show the note of the cell that the pointer has come to; without one, hide what is shown. Cells that are drawn anew
  // under a pointer that rests change nothing.
  hover(event, find) {
    const before = this.pointer;
    this.move(event);
    if (this.pointer === before) return;
    const place = event.target.closest?.(".cell.noted, .cell.error");
    if (!place) {
      this.hide();
      return;
    }
    const [, row, column] = place.id.split("-").map(Number);
    this.#show(find(row, column), place);
  }

  // Show the note of a cell that has just been selected; drawing it again does not.
  select(cell, place) {
    const key = `${place?.id} ${cell?.note} ${cell?.message}`;
    if (key === this.selectedKey) return;
    this.selectedKey = key;
    if (cell && place && (cell.note || cell.message)) this.#show(cell, place);
    else this.hide();
  }

  hide() {
    this.element.hidden = true;
  }

  #show(cell, place) {
    const text = [cell?.message, cell?.note].filter(Boolean).join("\n");
    if (!text) return;
    this.element.textContent = text;
    this.element.hidden = false;
    place.setAttribute("aria-describedby", "note");
    const beside = place.getBoundingClientRect();
    const own = this.element.getBoundingClientRect();
    const right = beside.right + 6 + own.width <= innerWidth;
    const left = right ? beside.right + 6 : Math.max(6, beside.left - own.width - 6);
    this.element.style.left = `${left}px`;
    this.element.style.top = `${Math.max(6, Math.min(beside.top, innerHeight - own.height - 6))}px`;
  }
}
