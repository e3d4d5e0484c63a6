// Keeps an open page up to date. Without this script the page is the same, and is loaded anew to see what changed.
"use strict";

(() => {
  const live = () => document.getElementById("live");
  const dot = document.getElementById("connection");
  let busy = false;
  let again = false;

  const show = (text, state) => {
    if (dot) {
      dot.textContent = text;
      dot.dataset.state = state;
    }
  };

  // Whoever writes, marks text or has something open must not lose it to a refresh.
  const inUse = () => {
    const focus = document.activeElement;
    const writes = focus && live().contains(focus) && focus.matches("input, textarea");
    return writes || (getSelection().type === "Range" && live().contains(getSelection().anchorNode));
  };

  const refresh = async () => {
    if (busy || document.hidden || inUse()) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
      if (found && !inUse()) {
        const focused = document.activeElement && document.activeElement.id;
        live().replaceWith(document.adoptNode(found));
        if (focused && document.getElementById(focused)) {
          document.getElementById(focused).focus({ preventScroll: true });
        }
        show("live", "on");
      }
    } catch {
      show("not reachable", "off");
    }
    busy = false;
    if (again) {
      setTimeout(refresh, 500);
    }
  };

  if (!live() || !window.EventSource) {
    return;
  }
  const source = new EventSource("/events");
  source.addEventListener("open", () => {
    show("live", "on");
    refresh();
  });
  source.addEventListener("changed", refresh);
  source.addEventListener("error", () => show("not reachable", "off"));
  document.addEventListener("visibilitychange", refresh);
  // Times such as `5 min ago` grow old without any event.
  setInterval(refresh, 30000);
})();
