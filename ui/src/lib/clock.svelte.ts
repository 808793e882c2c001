import { createSubscriber } from "svelte/reactivity";

/** The page's only clock. A time is read by an effect or a template, and ticks only as long as somebody reads it. */
class Clock {
  #every(ms: number): () => void {
    return createSubscriber((update) => {
      const timer = setInterval(update, ms);
      return () => clearInterval(timer);
    });
  }

  #quarter = this.#every(250);
  #second = this.#every(1000);
  #minute = this.#every(60_000);

  /** The present moment, for things that happen. */
  now(): number {
    return Date.now();
  }

  /** Milliseconds since 1970, four times a second: for counters. */
  get quarter(): number {
    this.#quarter();
    return Date.now();
  }

  /** Milliseconds since 1970, once a second: for elapsed times. */
  get second(): number {
    this.#second();
    return Date.now();
  }

  /** Milliseconds since 1970, once a minute: for "today" and ages. */
  get minute(): number {
    this.#minute();
    return Date.now();
  }
}

export const clock = new Clock();
