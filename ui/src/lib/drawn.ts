/** Done when what the page holds now has been drawn: what is put off in a frame happens after it. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
