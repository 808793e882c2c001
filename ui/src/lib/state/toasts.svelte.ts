import type { Announcement } from "$lib/backend";

/** How long a toast is shown, in seconds, unless it says otherwise. */
const SECONDS = 8;

export interface ToastAction {
  label: string;
  primary?: boolean;
  run: () => unknown;
}

export interface Toast {
  tone: "done" | "failed" | "note";
  title: string;
  text?: string;
  actions?: ToastAction[];
  /** How long it stays, in seconds. */
  seconds?: number;
  /** A toast of the same key takes the place of the one before. */
  key?: string;
  /** Shown at once, because it offers what can be done only now. The one it interrupts comes back with its time. */
  urgent?: boolean;
  /** The text, from the seconds that are left. */
  countdown?: (seconds: number) => string;
  /** Called once when its time is up; not when it was closed, replaced or one of its buttons was used. */
  onExpired?: () => void;
  /** Called once when it leaves, whatever the reason. */
  onGone?: () => void;
}

export interface ShownToast extends Toast {
  id: number;
}

/** A toast, or announcements that get their words when it is their turn. */
interface Item {
  id: number;
  toast?: Toast;
  announcements?: Announcement[];
  leftMs: number;
}

/**
 * What the page says in passing: one toast at a time. Time stands still while a person points at it, has the focus in it
 * or doesn't see the window. Announcements that wait together become one digest.
 */
export class Toasts {
  /** The one on the screen. */
  shown = $state.raw<ShownToast | null>(null);
  /** Whole seconds that it still has. */
  seconds = $state(0);
  /** How many have been asked for: whoever shows toasts is fetched when there is the first. */
  asked = $state(0);

  #current: Item | null = null;
  #waiting: Item[] = [];
  #next = 1;
  #held: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #runningSince = 0;
  #present: ((announcements: Announcement[]) => Promise<Toast>) | undefined;

  /** Gives announcements their words; until then they wait. */
  presentBy(present: (announcements: Announcement[]) => Promise<Toast>): void {
    this.#present = present;
    if (!this.#current) this.#advance();
  }

  show(toast: Toast): number {
    const item = { id: this.#next++, toast, leftMs: (toast.seconds ?? SECONDS) * 1000 };
    this.asked += 1;
    const isSame = (other: Item | null) => toast.key !== undefined && other?.toast?.key === toast.key;
    for (const replaced of this.#waiting.filter(isSame)) this.dismiss(replaced.id);
    if (isSame(this.#current)) {
      this.#leave()?.onGone?.();
      this.#put(item);
    } else if (!this.#current) {
      this.#put(item);
    } else if (toast.urgent) {
      this.#interrupt();
      this.#put(item);
    } else {
      this.#waiting.push(item);
    }
    return item.id;
  }

  /** Takes a toast away, wherever it is. */
  dismiss(id: number): void {
    const waiting = this.#waiting.find((item) => item.id === id);
    this.#waiting = this.#waiting.filter((item) => item !== waiting);
    waiting?.toast?.onGone?.();
    if (this.#current?.id !== id) return;
    const gone = this.#leave();
    this.#advance();
    gone?.onGone?.();
  }

  /** Takes the toasts of a key away: what they say stands elsewhere now. */
  withdraw(key: string): void {
    for (const item of [...this.#waiting, this.#current]) {
      if (item?.toast?.key === key) this.dismiss(item.id);
    }
  }

  /** The person used one of the buttons of the toast on the screen. */
  use(action: ToastAction): void {
    const id = this.shown?.id;
    action.run();
    if (id !== undefined) this.dismiss(id);
  }

  announce(announcement: Announcement): void {
    this.announceDigest([announcement]);
  }

  announceDigest(announcements: Announcement[]): void {
    if (announcements.length === 0) return;
    this.asked += 1;
    this.#waiting.push({ id: this.#next++, announcements, leftMs: SECONDS * 1000 });
    if (!this.#current) this.#advance();
  }

  /** Time stands still for `reason` ("pointer", "focus", "hidden") until it is released. */
  hold(reason: string): void {
    if (this.#held.length === 0) this.#pause();
    this.#held = [...this.#held.filter((held) => held !== reason), reason];
  }

  release(reason: string): void {
    this.#held = this.#held.filter((held) => held !== reason);
    if (this.#held.length === 0) this.#run();
  }

  /** Ends all timers. What counts down does not happen. */
  stop(): void {
    this.#waiting = [];
    this.#leave();
  }

  #put(item: Item): void {
    this.#current = item;
    if (!item.toast) return;
    this.shown = { ...item.toast, id: item.id };
    this.seconds = Math.ceil(item.leftMs / 1000);
    // Whoever pointed at the toast before does not point at this one; that the window is hidden still holds.
    this.#held = this.#held.filter((held) => held === "hidden");
    if (this.#held.length === 0) this.#run();
  }

  #leave(): Toast | undefined {
    this.#pause();
    const gone = this.#current?.toast;
    this.#current = null;
    this.shown = null;
    return gone;
  }

  /** What is shown goes back into the queue, with the time it has left; what counts down stops counting. */
  #interrupt(): void {
    const item = this.#current;
    this.#leave();
    if (item) this.#waiting.unshift(item);
  }

  #advance(): void {
    const announced = this.#waiting.filter((item) => item.announcements && !item.toast);
    if (announced.length > 1) {
      const announcements = announced.flatMap((item) => item.announcements ?? []);
      this.#waiting = this.#waiting.filter((item) => !announced.includes(item));
      this.#waiting.push({ id: this.#next++, announcements, leftMs: SECONDS * 1000 });
    }
    const item = this.#waiting.find((each) => each.toast || this.#present);
    if (!item) return;
    this.#waiting = this.#waiting.filter((each) => each !== item);
    this.#put(item);
    if (!item.toast) void this.#findWords(item);
  }

  async #findWords(item: Item): Promise<void> {
    const toast = await this.#present?.(item.announcements ?? []);
    item.toast = toast;
    if (this.#current === item && toast) this.#put(item);
  }

  #run(): void {
    const item = this.#current;
    if (!item?.toast || this.#timer !== undefined) return;
    this.#runningSince = performance.now();
    const tick = () => {
      const leftMs = item.leftMs - (performance.now() - this.#runningSince);
      if (leftMs <= 0) {
        const gone = this.#leave();
        gone?.onExpired?.();
        gone?.onGone?.();
        this.#advance();
      } else {
        this.seconds = Math.ceil(leftMs / 1000);
        this.#timer = setTimeout(tick, leftMs % 1000 || 1000);
      }
    };
    this.#timer = setTimeout(tick, item.leftMs % 1000 || 1000);
  }

  #pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#current) this.#current.leftMs -= performance.now() - this.#runningSince;
  }
}
