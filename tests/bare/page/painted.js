// A frame that was drawn is followed by another one.
requestAnimationFrame(() =>
  requestAnimationFrame(() => window.__TAURI_INTERNALS__.invoke("page_painted")),
);
