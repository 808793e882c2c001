// A frame that was drawn is followed by what was put off until then.
requestAnimationFrame(() => setTimeout(() => window.__TAURI_INTERNALS__.invoke("page_painted")));
