// The cells that the page has: blocks of them, fetched when they come into view.

const ROWS = 64;
const COLUMNS = 32;
const MOST_LOADS = 4;
const MOST_BLOCKS = 400;

export class Cells {
  // address: of the spreadsheet's data; onArrival: called when a block has come.
  constructor(address, gid, onArrival) {
    this.address = address;
    this.gid = gid;
    this.onArrival = onArrival;
    this.blocks = new Map();
    this.loads = new Map();
    this.failed = new Set();
    this.changed = new Set();
    this.serial = 0;
    this.wanted = [];
  }

  #key(row, column) {
    return `${Math.floor(row / ROWS)}:${Math.floor(column / COLUMNS)}`;
  }

  // {text, kind, look, raw, note, message}, or null for an empty cell or one that has not come yet.
  cell(row, column) {
    return this.blocks.get(this.#key(row, column))?.cells.get(row * COLUMNS + (column % COLUMNS)) ?? null;
  }

  // A text that changes when cells of the row between two columns have come.
  stamp(row, first, last) {
    const serials = [];
    for (let column = first - (first % COLUMNS); column <= last; column += COLUMNS) {
      serials.push(this.blocks.get(this.#key(row, column))?.serial ?? 0);
    }
    return serials.join();
  }

  // Keep what is shown until its new content has come, forget the rest.
  renew() {
    for (const load of this.loads.values()) load.abort();
    this.loads.clear();
    this.failed.clear();
    for (const block of this.blocks.values()) block.stale = true;
  }

  // Say which rows and columns are in view; what is missing of them is fetched.
  need(rows, columns) {
    const keys = new Set();
    for (const row of rows) for (const column of columns) keys.add(this.#key(row, column));
    this.wanted = [...keys];
    for (const [key, load] of this.loads) {
      if (!keys.has(key)) {
        load.abort();
        this.loads.delete(key);
      }
    }
    this.#load();
  }

  #load() {
    for (const key of this.wanted) {
      if (this.loads.size >= MOST_LOADS) return;
      const block = this.blocks.get(key);
      if (!this.loads.has(key) && !this.failed.has(key) && (!block || block.stale)) this.#fetch(key);
    }
  }

  async #fetch(key) {
    const abort = new AbortController();
    this.loads.set(key, abort);
    const [down, across] = key.split(":").map(Number);
    const query = new URLSearchParams({
      gid: this.gid,
      top: down * ROWS,
      left: across * COLUMNS,
      bottom: (down + 1) * ROWS,
      right: (across + 1) * COLUMNS,
    });
    try {
      const answer = await fetch(`${this.address}/cells?${query}`, { signal: abort.signal });
      const fresh = answer.ok ? await answer.json() : null;
      // A sheet that was deleted is answered by another one.
      if (fresh?.gid === this.gid) this.#take(key, fresh, abort);
      else this.failed.add(key);
    } catch {
      // Fetched again when it is wanted again, if it was given up; after the next change, if there was no answer.
      if (!abort.signal.aborted) this.failed.add(key);
    } finally {
      if (this.loads.get(key) === abort) {
        this.loads.delete(key);
        this.#load();
      }
    }
  }

  #take(key, answer, abort) {
    if (abort.signal.aborted) return;
    const cells = new Map();
    answer.rows.forEach((row, down) => {
      row.forEach((cell, across) => {
        if (cell) cells.set((answer.top + down) * COLUMNS + across, this.#unpacked(cell, answer.looks));
      });
    });
    const before = this.blocks.get(key);
    if (before) this.#compare(key, before.cells, cells);
    this.serial += 1;
    this.blocks.delete(key);
    this.blocks.set(key, { cells, serial: this.serial, stale: false });
    this.#forgetOldest();
    this.onArrival();
  }

  #unpacked([text, kind, look, raw, note, message], looks) {
    return { text, kind, look: look < 0 ? null : looks[look], raw: raw || text, note: note ?? "", message: message ?? "" };
  }

  #compare(key, before, after) {
    const across = Number(key.split(":")[1]) * COLUMNS;
    for (const place of new Set([...before.keys(), ...after.keys()])) {
      const [old, fresh] = [before.get(place), after.get(place)];
      if (old?.text !== fresh?.text || old?.note !== fresh?.note) {
        this.changed.add(`${Math.floor(place / COLUMNS)}:${across + (place % COLUMNS)}`);
      }
    }
  }

  #forgetOldest() {
    for (const key of this.blocks.keys()) {
      if (this.blocks.size <= MOST_BLOCKS) return;
      if (!this.wanted.includes(key)) this.blocks.delete(key);
    }
  }
}
