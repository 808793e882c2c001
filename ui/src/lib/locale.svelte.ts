import type { Language } from "$lib/backend";
import { getLocale, setLocale } from "$lib/paraglide/runtime.js";

export type Locale = "en" | "it";

/** The language of the page. `App.svelte` is made anew when it changes, so that no text has to watch it. */
class PageLocale {
  current = $state<Locale>("en");

  constructor() {
    this.use("system");
  }

  use(language: Language): void {
    const locale = language === "system" ? ofSystem(navigator.languages) : language;
    if (locale !== getLocale()) void setLocale(locale, { reload: false });
    document.documentElement.lang = locale;
    this.current = locale;
  }
}

/** The first language of the system that Landfall speaks. */
export function ofSystem(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (language.startsWith("it")) return "it";
    if (language.startsWith("en")) return "en";
  }
  return "en";
}

export const locale = new PageLocale();
