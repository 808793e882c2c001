/**
 * Read before uPlot, which formats with `navigator.language` as soon as it is read. On a system whose language is "C" or
 * "POSIX" WebKit hands that name on, `Intl` refuses it, and there would be no chart at all.
 */
export function nameLanguage(navigator: Navigator): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en-GB", configurable: true });
  }
}

nameLanguage(window.navigator);
