// Follows a stand-in's changes, and shows its counters in the header.

function showCounts(counts) {
  for (const element of document.querySelectorAll("[data-count]")) {
    element.textContent = counts[element.dataset.count];
  }
}

// Calls onVersion for each version that differs from the last, the first one too, and onState with true or false
// when the connection comes or goes. A hidden page lets go of its connection: browsers have few for each server.
export function follow(address, onVersion, onState = () => {}) {
  let source = null;
  let last = null;

  function connect() {
    source = new EventSource(address);
    source.onopen = () => onState(true);
    source.onerror = () => onState(false);
    source.onmessage = (event) => {
      const change = JSON.parse(event.data);
      showCounts(change);
      if (change.version !== last) {
        last = change.version;
        onVersion(last);
      }
    };
  }

  function disconnect() {
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) disconnect();
    else if (source === null) connect();
  });
  window.addEventListener("pagehide", disconnect);
  window.addEventListener("pageshow", () => source === null && connect());
  connect();
}
