/**
 * Whether the pointer was used last, and not a key. Engines disagree about the button and the place of a `contextmenu`
 * that the menu key or Shift+F10 asked for; what was pressed before tells them apart.
 */
let pointer = false;

document.addEventListener("pointerdown", () => (pointer = true), true);
document.addEventListener("keydown", () => (pointer = false), true);

export function wasPointer(): boolean {
  return pointer;
}
