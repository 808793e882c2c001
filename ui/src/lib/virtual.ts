import {
  type VirtualItem,
  Virtualizer,
  elementScroll,
  observeElementOffset,
  observeElementRect,
} from "@tanstack/virtual-core";
import { createSubscriber } from "svelte/reactivity";

/** A list of rows of one height, as it stands. */
export interface Rows {
  count: number;
  /** Pixels. */
  rowHeight: number;
  /** Names the row at an index, so that the list keeps its place when rows come in above; `undefined` for one not read yet. */
  keyAt: (index: number) => string | undefined;
  /** Another value is another list (sorted, filtered): it is shown from its start. */
  identity?: unknown;
}

/** Rows outside of the viewport that are drawn as well, so that a quick turn of the wheel meets no gap. */
const OVERSCAN = 8;

/** How far a row may have moved and still be found again. */
const SEARCH = 200;

/**
 * The part of a long list that is in sight, for Svelte: what is read here is read again when it changes.
 *
 * It holds no rows, only indexes; ten thousand rows cost no more than what the viewport shows.
 */
export class VirtualRows {
  readonly #subscribe: () => void;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #rows: Rows;
  #update = () => {};
  #element: HTMLElement | null = null;
  /** The row at the top of the viewport and its index, by which the place is kept. */
  #anchor: { key: string; index: number } | undefined;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.#virtualizer = new Virtualizer(this.#options());
    this.#subscribe = createSubscriber((update) => {
      this.#update = update;
      return () => {
        this.#update = () => {};
      };
    });
  }

  /** Belongs on the element that scrolls. */
  attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const unmounted = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.#update();
    return () => {
      unmounted();
      this.#element = null;
    };
  };

  /** Takes over a list that has changed. Call it after the page shows the new height, so that there is room to scroll. */
  set(rows: Rows): void {
    const before = this.#rows;
    this.#rows = rows;
    this.#virtualizer.setOptions(this.#options());
    if (before.rowHeight !== rows.rowHeight) this.#virtualizer.measure();
    this.#virtualizer._willUpdate();
    if (before.identity !== rows.identity) this.#element?.scrollTo?.({ top: 0 });
    else this.#keepPlace();
    this.#update();
  }

  /** The rows to draw, in order, each with its index and its distance from the start in pixels. */
  get items(): VirtualItem[] {
    this.#subscribe();
    return this.#virtualizer.getVirtualItems();
  }

  /** At most so many rows are drawn at once while the viewport keeps its size. */
  get slots(): number {
    this.#subscribe();
    const seen = this.#virtualizer.scrollRect?.height ?? 0;
    return Math.ceil(seen / this.#rows.rowHeight) + 1 + 2 * OVERSCAN;
  }

  /** Height of the whole list in pixels. */
  get height(): number {
    this.#subscribe();
    return this.#rows.count * this.#rows.rowHeight;
  }

  /** Rows that fit into the viewport, at least one. */
  get page(): number {
    return Math.max(1, Math.floor(this.#room / this.#rows.rowHeight));
  }

  /** Scrolls as little as possible until the row is in sight. */
  reveal(index: number): void {
    const element = this.#element;
    if (!element) return;
    const top = index * this.#rows.rowHeight;
    const bottom = top + this.#rows.rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + this.#room) element.scrollTop = bottom - this.#room;
  }

  get #room(): number {
    return this.#element?.clientHeight ?? 0;
  }

  #options() {
    const { count, rowHeight } = this.#rows;
    return {
      count,
      getScrollElement: () => this.#element,
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => {
        this.#remember();
        this.#update();
      },
    };
  }

  #remember(): void {
    const top = this.#element?.scrollTop ?? 0;
    const index = Math.floor(top / this.#rows.rowHeight);
    const key = top > 0 ? this.#rows.keyAt(index) : undefined;
    // At the very top the newest rows are what a person wants to see, so there is no place to keep.
    this.#anchor = key === undefined ? undefined : { key, index };
  }

  /** Rows came in or went above the viewport: what the person looks at stays where it is. */
  #keepPlace(): void {
    const anchor = this.#anchor;
    if (!anchor || !this.#element) return this.#remember();
    for (let step = 0; step <= SEARCH; step += 1) {
      for (const index of [anchor.index + step, anchor.index - step]) {
        if (index < 0 || index >= this.#rows.count || this.#rows.keyAt(index) !== anchor.key) continue;
        if (step > 0) this.#element.scrollTop += (index - anchor.index) * this.#rows.rowHeight;
        this.#anchor = { key: anchor.key, index };
        return;
      }
    }
    this.#remember();
  }
}
