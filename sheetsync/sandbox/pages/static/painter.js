// Draws the part of a sheet that is in view, and nothing else: a row of elements for each visible row.

import { Axis, columnName } from "./axis.js";
import { cellElement, funnel, mayBeLong } from "./cell.js";

const LETTERS_HEIGHT = 24;
const MORE_ROWS = 8;
const MORE_COLUMNS = 2;
// Browsers cannot draw elements of any height; longer sheets move faster than the scroll bar.
const LONGEST = 8_000_000;
// Frozen rows or columns that would leave less than this share of the view are let go.
const LARGEST_FROZEN_SHARE = 0.65;

function element(tag, name, role) {
  const made = document.createElement(tag);
  made.className = name;
  if (role) made.setAttribute("role", role);
  return made;
}

export class Painter {
  constructor(viewport) {
    this.viewport = viewport;
    this.canvas = element("div", "canvas", "presentation");
    this.head = element("div", "head", "rowgroup");
    this.body = element("div", "body", "rowgroup");
    this.canvas.append(this.head, this.body);
    viewport.append(this.canvas);
    this.drawn = new Map();
    this.epoch = 0;
  }

  // Take a sheet's outline and its cells; what is drawn of another one is dropped.
  show(outline, cells) {
    this.outline = outline;
    this.cells = cells;
    this.rows = new Axis(outline.rows);
    this.columns = new Axis(outline.columns);
    this.epoch += 1;
    this.numbersWidth = Math.max(46, 16 + 9 * String(this.rows.count).length);
    this.viewport.setAttribute("aria-rowcount", this.rows.count + 1);
    this.viewport.setAttribute("aria-colcount", this.columns.count + 1);
    this.viewport.classList.toggle("bare", !outline.gridlines);
    this.measure();
  }

  // Lay out anew; needed when the view's size has changed.
  measure() {
    const { clientWidth: width, clientHeight: height } = this.viewport;
    const { outline, rows, columns } = this;
    const frozenHeight = rows.start(outline.frozen_rows);
    const frozenWidth = columns.start(outline.frozen_columns);
    this.frozenRows = frozenHeight > height * LARGEST_FROZEN_SHARE ? 0 : outline.frozen_rows;
    this.frozenColumns = frozenWidth > width * LARGEST_FROZEN_SHARE ? 0 : outline.frozen_columns;
    this.frozenHeight = rows.start(this.frozenRows);
    this.frozenWidth = columns.start(this.frozenColumns);
    this.headHeight = LETTERS_HEIGHT + this.frozenHeight;
    this.length = rows.length - this.frozenHeight;
    const drawnLength = Math.min(this.length, LONGEST);
    const room = height - this.headHeight;
    this.pace = drawnLength > room ? (this.length - room) / (drawnLength - room) : 1;
    this.canvas.style.width = `${this.numbersWidth + columns.length}px`;
    this.canvas.style.height = `${this.headHeight + drawnLength}px`;
    this.head.style.height = `${this.headHeight}px`;
    this.viewport.style.scrollPadding = `${this.headHeight}px 0 0 ${this.numbersWidth + this.frozenWidth}px`;
  }

  #lead() {
    return this.pace === 1 ? 0 : this.viewport.scrollTop * (this.pace - 1);
  }

  draw(selected) {
    const { scrollTop, scrollLeft, clientWidth, clientHeight } = this.viewport;
    const top = this.frozenHeight + scrollTop + this.#lead();
    const left = this.frozenWidth + scrollLeft;
    this.selected = selected;
    this.inView = {
      rows: this.rows.within(top, top + clientHeight - this.headHeight, MORE_ROWS).filter((row) => row >= this.frozenRows),
      columns: this.columns
        .within(left, left + clientWidth - this.numbersWidth - this.frozenWidth, MORE_COLUMNS)
        .filter((column) => column >= this.frozenColumns),
      frozenRows: this.rows.within(0, this.frozenHeight),
      frozenColumns: this.columns.within(0, this.frozenWidth),
    };
    this.#findMerges();
    const rows = [...this.inView.frozenRows, ...this.inView.rows, ...this.#anchorRows()];
    const columns = [...this.inView.frozenColumns, ...this.inView.columns, ...this.merges.map((merge) => merge[1])];
    this.cells.need(rows, columns);
    this.#drawLetters();
    this.#drawRows(rows);
    const active = document.getElementById(`cell-${selected.row}-${selected.column}`);
    if (active) this.viewport.setAttribute("aria-activedescendant", active.id);
    else this.viewport.removeAttribute("aria-activedescendant");
  }

  #findMerges() {
    const rows = [...this.inView.frozenRows, ...this.inView.rows];
    const columns = [...this.inView.frozenColumns, ...this.inView.columns];
    const [lastRow, lastColumn] = [rows.at(-1) ?? -1, columns.at(-1) ?? -1];
    const [firstRow, firstColumn] = [rows[0] ?? 0, columns[0] ?? 0];
    this.merges = this.outline.merges.filter(
      ([top, left, bottom, right]) =>
        top <= lastRow && bottom > firstRow && left <= lastColumn && right > firstColumn && this.rows.size(top) > 0,
    );
  }

  // Rows out of view in which a merged cell begins that reaches into view.
  #anchorRows() {
    const known = new Set([...this.inView.rows, ...this.inView.frozenRows]);
    return [...new Set(this.merges.map((merge) => merge[0]))].filter((row) => !known.has(row));
  }

  #drawRows(rows) {
    const wanted = new Set(rows);
    for (const [row, drawn] of this.drawn) {
      if (!wanted.has(row)) {
        drawn.element.remove();
        this.drawn.delete(row);
      }
    }
    for (const row of rows) this.#drawRow(row);
  }

  #drawRow(row) {
    const frozen = row < this.frozenRows;
    let drawn = this.drawn.get(row);
    if (!drawn) {
      drawn = { element: element("div", "row", "row"), stamp: "" };
      drawn.element.setAttribute("aria-rowindex", row + 2);
      this.drawn.set(row, drawn);
    }
    const parent = frozen ? this.head : this.body;
    if (drawn.element.parentElement !== parent) parent.append(drawn.element);
    const top = frozen ? LETTERS_HEIGHT + this.rows.start(row) : this.headHeight + this.rows.start(row) - this.frozenHeight - this.#lead();
    drawn.element.style.top = `${top}px`;
    const stamp = this.#stamp(row);
    if (stamp !== drawn.stamp) {
      drawn.stamp = stamp;
      drawn.element.style.height = `${this.rows.size(row)}px`;
      drawn.element.classList.toggle("last-frozen", row === this.inView.frozenRows.at(-1));
      drawn.element.replaceChildren(...this.#rowContent(row));
    }
  }

  #stamp(row) {
    const { columns, frozenColumns } = this.inView;
    const last = columns.at(-1) ?? frozenColumns.at(-1) ?? 0;
    const selected = row === this.selected.row ? this.selected.column : "";
    const cells = this.cells.stamp(row, frozenColumns[0] ?? columns[0] ?? 0, last);
    const merged = this.merges.map((merge) => merge.join()).join(";");
    return [this.epoch, columns[0], last, this.frozenColumns, selected, cells, merged].join("|");
  }

  #rowContent(row) {
    const number = element("div", "number", "rowheader");
    number.textContent = row + 1;
    number.style.width = `${this.numbersWidth}px`;
    number.setAttribute("aria-colindex", 1);
    if (row === this.selected.row) number.classList.add("chosen");
    const content = [number];
    for (const column of [...this.inView.frozenColumns, ...this.inView.columns, ...this.#anchorColumns(row)]) {
      const merge = this.merges.find(([top, left, bottom, right]) => row >= top && row < bottom && column >= left && column < right);
      if (merge && (merge[0] !== row || merge[1] !== column)) continue;
      content.push(this.#cell(row, column, merge));
    }
    return content;
  }

  #anchorColumns(row) {
    const first = this.inView.columns[0] ?? 0;
    const begun = this.merges.filter(([top, left]) => top === row && left < first && left >= this.frozenColumns);
    return begun.map((merge) => merge[1]);
  }

  #cell(row, column, merge) {
    const cell = this.cells.cell(row, column);
    const made = cellElement(cell, merge ? 0 : this.#reach(row, column, cell));
    made.id = `cell-${row}-${column}`;
    made.setAttribute("aria-colindex", column + 2);
    this.#place(made, column, merge ? this.columns.start(merge[3]) - this.columns.start(column) : this.columns.size(column));
    if (merge) {
      made.classList.add("merged");
      made.style.height = `${this.rows.start(merge[2]) - this.rows.start(row)}px`;
    }
    if (row === this.selected.row && column === this.selected.column) {
      made.classList.add("selected");
      made.setAttribute("aria-selected", "true");
    }
    if (this.cells.changed.has(`${row}:${column}`)) made.classList.add("flash");
    const filter = this.outline.filter;
    if (filter && row === filter.area[0] && column >= filter.area[1] && column < filter.area[3]) {
      made.append(funnel(filter.active.includes(column)));
      made.classList.add("filtered");
    }
    return made;
  }

  #place(made, column, width) {
    made.style.width = `${width}px`;
    made.style.left = `${this.numbersWidth + this.columns.start(column)}px`;
    if (column < this.frozenColumns) {
      made.classList.add("frozen");
      made.classList.toggle("last-frozen", column === this.inView.frozenColumns.at(-1));
    }
  }

  // The width over which a long text may run: its own cell and the empty ones after it.
  #reach(row, column, cell) {
    const own = this.columns.size(column);
    if (!mayBeLong(cell, own) || column < this.frozenColumns) return 0;
    let reach = own;
    const last = this.inView.columns.at(-1) ?? column;
    for (let next = column + 1; next <= last && !this.#holds(row, next); next += 1) reach += this.columns.size(next);
    return reach > own ? reach : 0;
  }

  #holds(row, column) {
    const merged = this.merges.some(([top, left, bottom, right]) => row >= top && row < bottom && column >= left && column < right);
    return merged || Boolean(this.cells.cell(row, column)?.text);
  }

  #drawLetters() {
    const { columns, frozenColumns } = this.inView;
    const stamp = [this.epoch, columns[0], columns.at(-1), this.frozenColumns, this.selected.column].join("|");
    if (this.letters?.stamp === stamp) return;
    const row = element("div", "letters", "row");
    row.setAttribute("aria-rowindex", 1);
    const corner = element("div", "number corner", "columnheader");
    corner.style.width = `${this.numbersWidth}px`;
    corner.setAttribute("aria-label", "row");
    row.append(corner);
    for (const column of [...frozenColumns, ...columns]) {
      const letter = element("div", "letter", "columnheader");
      letter.textContent = columnName(column);
      letter.setAttribute("aria-colindex", column + 2);
      if (column === this.selected.column) letter.classList.add("chosen");
      this.#place(letter, column, this.columns.size(column));
      row.append(letter);
    }
    if (this.letters) this.letters.row.replaceWith(row);
    else this.head.prepend(row);
    this.letters = { stamp, row };
  }

  // Scroll as little as needed for a cell to be in view.
  reveal({ row, column }) {
    const view = this.viewport;
    if (row >= this.frozenRows) {
      const start = this.rows.start(row) - this.frozenHeight;
      const room = view.clientHeight - this.headHeight;
      const top = view.scrollTop * this.pace;
      if (start < top) view.scrollTop = start / this.pace;
      else if (start + this.rows.size(row) > top + room) view.scrollTop = Math.ceil((start + this.rows.size(row) - room) / this.pace);
    }
    if (column >= this.frozenColumns) {
      const start = this.columns.start(column) - this.frozenWidth;
      const room = view.clientWidth - this.numbersWidth - this.frozenWidth;
      if (start < view.scrollLeft) view.scrollLeft = start;
      else if (start + this.columns.size(column) > view.scrollLeft + room) view.scrollLeft = start + this.columns.size(column) - room;
    }
  }

  // How many rows one page of the view holds.
  pageOf(row) {
    return Math.max(1, Math.floor((this.viewport.clientHeight - this.headHeight) / (this.rows.size(row) || 21)) - 1);
  }
}
