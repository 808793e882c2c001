import type { Backend } from "./backend";
import { tauriBackend } from "./tauri";

export type * from "./types";
export type { Backend };

/**
 * The shell of the desktop app. While developing, in a plain browser, a made-up one that acts by the address
 * (`?scenario=busy`); it is no part of what is shipped.
 */
export async function connect(): Promise<Backend> {
  if (import.meta.env.MODE !== "production" && !("__TAURI_INTERNALS__" in window)) {
    const { fakeFromAddress } = await import("./fake");
    return fakeFromAddress(new URLSearchParams(location.search));
  }
  return tauriBackend();
}
