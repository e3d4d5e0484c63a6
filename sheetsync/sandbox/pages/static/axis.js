// Where rows or columns lie, in pixels. Built from runs of equal size, so that a million rows cost no more than ten.

export class Axis {
  // runs: [count, size] pairs; hidden rows have the size 0.
  constructor(runs) {
    this.count = 0;
    this.length = 0;
    this.runs = runs.map(([count, size]) => {
      const run = { first: this.count, count, size, start: this.length };
      this.count += count;
      this.length += count * size;
      return run;
    });
  }

  // The last run for which `key` is not above the value.
  #run(key, value) {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.runs[middle][key] <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  start(index) {
    if (index >= this.count) return this.length;
    const run = this.runs[this.#run("first", index)];
    return run.start + (index - run.first) * run.size;
  }

  size(index) {
    return index < this.count ? this.runs[this.#run("first", index)].size : 0;
  }

  // The visible index at a pixel; the last one beyond the end, -1 when there is none.
  at(pixel) {
    let number = this.#run("start", Math.max(pixel, 0));
    while (number >= 0 && this.runs[number]?.size === 0) number -= 1;
    const run = this.runs[number];
    if (!run) return this.next(-1, 1);
    return run.first + Math.min(Math.floor((Math.max(pixel, 0) - run.start) / run.size), run.count - 1);
  }

  // The visible index next to another one in a direction (1 or -1), itself when there is none.
  next(index, direction) {
    let number = this.#run("first", Math.max(index + direction, 0));
    let wanted = index + direction;
    while (number >= 0 && number < this.runs.length) {
      const run = this.runs[number];
      if (run.size > 0 && wanted >= 0 && wanted < this.count) return wanted;
      number += direction;
      const other = this.runs[number];
      if (other) wanted = direction > 0 ? other.first : other.first + other.count - 1;
    }
    return index;
  }

  // The visible indexes that touch the pixels from..to, and `more` visible ones on each side.
  within(from, to, more = 0) {
    let index = this.at(from);
    if (index < 0 || to <= from) return [];
    for (let step = 0; step < more; step += 1) index = this.next(index, -1);
    const found = [index];
    let beyond = 0;
    for (;;) {
      const following = this.next(index, 1);
      if (following === index) break;
      if (this.start(following) >= to) beyond += 1;
      if (beyond > more) break;
      found.push(following);
      index = following;
    }
    return found;
  }
}

export function columnName(index) {
  let name = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

// The cell of a text such as "B12"; null when it is none.
export function parseAddress(text) {
  const found = /^\$?([A-Za-z]{1,3})\$?([1-9]\d{0,8})/.exec(text.trim());
  if (!found) return null;
  let column = 0;
  for (const letter of found[1].toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return { row: Number(found[2]) - 1, column: column - 1 };
}
