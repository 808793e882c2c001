/** Where the system doesn't tell when it has time, in milliseconds. */
const A_WHILE = 300;

/** Does something when nothing else is to be done. Gives what calls it off. */
export function whenIdle(task: () => void): () => void {
  if ("requestIdleCallback" in window) {
    const asked = window.requestIdleCallback(task, { timeout: 5000 });
    return () => window.cancelIdleCallback(asked);
  }
  const timer = setTimeout(task, A_WHILE);
  return () => clearTimeout(timer);
}
