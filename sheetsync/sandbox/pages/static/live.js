// Renews the list on the page when it has changed on the server.

import { follow } from "./stream.js";

const root = document.querySelector("[data-changes]");
let known = root.dataset.version;

async function renew() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.querySelector(`[data-live="${fresh.dataset.live}"]`);
    if (old && !old.contains(document.activeElement)) old.replaceWith(fresh);
  }
}

follow(root.dataset.changes, (version) => {
  if (version !== known) renew().catch(() => {});
  known = version;
});
