import type { Attachment } from "svelte/attachments";

import { caps } from "$lib/keys";
import { platformHere } from "./platform";
import { place } from "./place";
import "./tooltip.css";

/** A pointer that only passes by shows nothing. */
const DELAY_MS = 500;

/**
 * Shows `text` beside the element while the pointer rests on it or the keyboard is at it; Escape hides it.
 *
 * It repeats the name of the element, so that it is hidden from screen readers.
 */
export function tooltip(text: string, chord?: string): Attachment<HTMLElement> {
  return (element) => {
    let bubble: HTMLElement | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const show = () => {
      if (bubble) return;
      bubble = document.createElement("div");
      bubble.className = "tooltip";
      bubble.setAttribute("aria-hidden", "true");
      bubble.textContent = text;
      if (chord) {
        const key = document.createElement("kbd");
        key.className = "key";
        key.textContent = caps(chord, platformHere).join(" ");
        bubble.append(key);
      }
      // Inside of a dialog the body is inert; next to the element the bubble shares its layer.
      (element.closest('[role="dialog"], [role="alertdialog"]') ?? document.body).append(bubble);
      if (typeof bubble.showPopover === "function") {
        bubble.setAttribute("popover", "manual");
        bubble.showPopover();
      }
      const { left, top } = place(
        element.getBoundingClientRect(),
        { width: bubble.offsetWidth, height: bubble.offsetHeight },
        { width: innerWidth, height: innerHeight },
        "below-start",
        { gap: 6 },
      );
      bubble.style.left = `${left}px`;
      bubble.style.top = `${top}px`;
      document.addEventListener("keydown", keyed);
    };
    const hide = () => {
      clearTimeout(timer);
      document.removeEventListener("keydown", keyed);
      bubble?.remove();
      bubble = undefined;
    };
    const rest = () => {
      clearTimeout(timer);
      timer = setTimeout(show, DELAY_MS);
    };
    const focused = () => {
      if (element.matches(":focus-visible")) rest();
    };
    const keyed = (event: KeyboardEvent) => {
      if (event.key === "Escape") hide();
    };

    element.addEventListener("pointerenter", rest);
    element.addEventListener("pointerleave", hide);
    element.addEventListener("pointerdown", hide);
    element.addEventListener("focusin", focused);
    element.addEventListener("focusout", hide);
    return () => {
      hide();
      element.removeEventListener("pointerenter", rest);
      element.removeEventListener("pointerleave", hide);
      element.removeEventListener("pointerdown", hide);
      element.removeEventListener("focusin", focused);
      element.removeEventListener("focusout", hide);
    };
  };
}
