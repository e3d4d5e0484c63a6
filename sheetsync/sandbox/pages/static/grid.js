// A spreadsheet: loads outlines, follows changes, moves the selection.

import { columnName, parseAddress } from "./axis.js";
import { Cells } from "./cells.js";
import { Notes } from "./notes.js";
import { Painter } from "./painter.js";
import { follow } from "./stream.js";

const FLASH_MILLISECONDS = 2500;

const root = document.querySelector("[data-spreadsheet]");
const viewport = root.querySelector("[data-viewport]");
const content = root.querySelector("[data-content]");
const tabs = root.querySelector(".tabs");
const state = root.querySelector("[data-state]");
const address = `/sandbox/pages/spreadsheets/${root.dataset.spreadsheet}`;

const painter = new Painter(viewport);
const notes = new Notes(root);
const places = new Map();
let outline = null;
let cells = null;
let selected = { row: 0, column: 0 };
let drawing = false;
let loading = null;
let again = false;
let forgetting = 0;

function asked() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  return { gid: fragment.get("gid") ?? new URLSearchParams(location.search).get("gid"), range: fragment.get("range") };
}

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (!outline) return;
    painter.draw(selected);
    showContent();
  });
}

const KINDS = { t: "text", n: "number", b: "boolean", e: "error" };

function showContent() {
  const cell = cells.cell(selected.row, selected.column);
  const input = content.elements.address;
  if (document.activeElement !== input) input.value = columnName(selected.column) + (selected.row + 1);
  content.querySelector(".raw").textContent = cell?.raw ?? "";
  content.querySelector(".format").textContent = [KINDS[cell?.kind], cell?.look?.number_format].filter(Boolean).join(" · ");
  if (document.activeElement === viewport) notes.select(cell, document.getElementById(`cell-${selected.row}-${selected.column}`));
}

function arrived() {
  if (cells.changed.size > 0) {
    clearTimeout(forgetting);
    forgetting = setTimeout(() => cells.changed.clear(), FLASH_MILLISECONDS);
  }
  draw();
}

async function load() {
  const gid = asked().gid;
  const answer = await fetch(`${address}${gid === null ? "" : `?gid=${encodeURIComponent(gid)}`}`);
  if (answer.ok) take(await answer.json());
}

function take(fresh) {
  const sameSheet = outline?.gid === fresh.gid;
  if (!sameSheet) {
    if (outline) places.set(outline.gid, { selected, top: viewport.scrollTop, left: viewport.scrollLeft });
    cells = new Cells(address, fresh.gid, arrived);
  } else {
    cells.renew();
  }
  outline = fresh;
  root.querySelector("h1").textContent = outline.title;
  document.title = `${outline.title} · sheetsync sandbox`;
  showTabs();
  viewport.setAttribute("aria-label", outline.tabs.find((tab) => tab.gid === outline.gid)?.title ?? "");
  painter.show(outline, cells);
  if (!sameSheet) restore();
  select(selected, { scroll: false });
}

function leave() {
  state.textContent = "This spreadsheet was deleted.";
  root.classList.add("gone");
}

function restore() {
  const place = places.get(outline.gid);
  viewport.scrollTo(place?.left ?? 0, place?.top ?? 0);
  selected = place?.selected ?? { row: 0, column: 0 };
  const cell = parseAddress(asked().range ?? "");
  if (cell) select(cell);
}

function showTabs() {
  tabs.replaceChildren(
    ...outline.tabs.map((tab) => {
      const link = document.createElement("a");
      link.href = `#gid=${tab.gid}`;
      link.dataset.gid = tab.gid;
      link.textContent = tab.title;
      if (tab.colour) link.style.setProperty("--tab", tab.colour);
      if (tab.gid === outline.gid) link.setAttribute("aria-current", "page");
      return link;
    }),
  );
  tabs.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// One load at a time; a change that comes meanwhile is loaded right after.
async function refresh() {
  again = true;
  if (loading) return;
  while (again) {
    again = false;
    loading = load().catch(() => {
      state.textContent = "The sandbox does not answer.";
    });
    await loading;
  }
  loading = null;
}

function select({ row, column }, { scroll = true } = {}) {
  const [rows, columns] = [painter.rows, painter.columns];
  row = Math.max(0, Math.min(row, rows.count - 1));
  column = Math.max(0, Math.min(column, columns.count - 1));
  if (rows.size(row) === 0) row = rows.next(row, 1) === row ? rows.next(row, -1) : rows.next(row, 1);
  if (columns.size(column) === 0) column = columns.next(column, 1) === column ? columns.next(column, -1) : columns.next(column, 1);
  const merge = outline.merges.find(([top, left, bottom, right]) => row >= top && row < bottom && column >= left && column < right);
  selected = merge ? { row: merge[0], column: merge[1] } : { row, column };
  if (scroll) painter.reveal(selected);
  draw();
}

// The cell that a key leads to from the selected one; null when the key is not for the grid.
function led(event) {
  const { rows, columns } = painter;
  const merge = outline.merges.find(([top, left]) => top === selected.row && left === selected.column);
  const [lowest, rightmost] = merge ? [merge[2] - 1, merge[3] - 1] : [selected.row, selected.column];
  const far = event.ctrlKey || event.metaKey;
  const { row, column } = selected;
  const first = { row: rows.next(-1, 1), column: columns.next(-1, 1) };
  const last = { row: rows.next(rows.count, -1), column: columns.next(columns.count, -1) };
  switch (event.key) {
    case "ArrowDown":
    case "Enter":
      return { row: far ? last.row : rows.next(lowest, 1), column };
    case "ArrowUp":
      return { row: far ? first.row : rows.next(row, -1), column };
    case "ArrowRight":
      return { row, column: far ? last.column : columns.next(rightmost, 1) };
    case "ArrowLeft":
      return { row, column: far ? first.column : columns.next(column, -1) };
    case "PageDown":
      return { row: Math.min(row + painter.pageOf(row), last.row), column };
    case "PageUp":
      return { row: Math.max(row - painter.pageOf(row), first.row), column };
    case "Home":
      return far ? first : { row, column: first.column };
    case "End":
      return far ? last : { row, column: last.column };
    case "Tab":
      return tabbed(event.shiftKey ? columns.next(column, -1) : columns.next(rightmost, 1));
    default:
      return null;
  }
}

// Tab moves along the row, and leaves the grid at its ends, so that nobody is caught in it.
function tabbed(column) {
  return column === selected.column ? null : { row: selected.row, column };
}

viewport.addEventListener("keydown", (event) => {
  if (!outline || event.altKey) return;
  if (event.key === "Escape") {
    tabs.querySelector("[aria-current]")?.focus();
    return;
  }
  const cell = led(event);
  if (cell) {
    event.preventDefault();
    select(cell);
  }
});

viewport.addEventListener("pointerdown", (event) => {
  const cell = event.target.closest?.(".cell");
  if (!cell?.id) return;
  const [, row, column] = cell.id.split("-").map(Number);
  select({ row, column }, { scroll: false });
});

viewport.addEventListener("copy", (event) => {
  if (String(getSelection()) !== "") return;
  event.clipboardData.setData("text/plain", cells.cell(selected.row, selected.column)?.text ?? "");
  event.preventDefault();
});

content.addEventListener("submit", (event) => {
  event.preventDefault();
  const cell = parseAddress(content.elements.address.value);
  viewport.focus({ preventScroll: true });
  if (cell && outline) select(cell);
});

viewport.addEventListener("scroll", () => {
  notes.hide();
  draw();
}, { passive: true });
viewport.addEventListener("pointerover", (event) => notes.hover(event, (row, column) => cells?.cell(row, column)));
viewport.addEventListener("pointermove", (event) => notes.move(event), { passive: true });
window.addEventListener("hashchange", refresh);
new ResizeObserver(() => {
  if (!outline) return;
  painter.measure();
  draw();
}).observe(viewport);

content.hidden = viewport.hidden = false;
viewport.tabIndex = 0;
viewport.setAttribute("role", "grid");
viewport.setAttribute("aria-readonly", "true");
follow(`${address}/changes`, (version) => (version === "" ? leave() : refresh()), (connected) => {
  if (connected && root.classList.contains("lost")) refresh();
  root.classList.toggle("lost", !connected);
  state.textContent = connected ? "live" : "no connection: the sandbox has ended, or is about to come back";
});
