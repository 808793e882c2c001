import type { Attachment } from "svelte/attachments";

/** Brings the focus back to a control of which the page was made anew. */
class FocusAfterRemount {
  #wanted: string | undefined;

  want(name: string): void {
    this.#wanted = name;
  }

  attach(name: string): Attachment<HTMLElement> {
    return (element) => {
      if (this.#wanted !== name) return;
      this.#wanted = undefined;
      element.querySelector<HTMLElement>("[aria-checked='true']")?.focus();
    };
  }
}

export const focusAfterRemount = new FocusAfterRemount();
