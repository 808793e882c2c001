import type { Platform } from "$lib/generated/Platform";

/** The system this page is shown on, as far as key caps go. */
export const platformHere: Platform = /^(Mac|iP)/.test(navigator.platform)
  ? "macos"
  : navigator.platform.startsWith("Win")
    ? "windows"
    : "linux";
