/** Where a floating box goes beside its anchor, in pixels of the viewport. */
export interface Place {
  left: number;
  top: number;
  /** How high the box may be before it scrolls. */
  maxHeight: number;
}

export type Side = "below-start" | "below-end" | "above-start" | "above-end" | "right-start";

/** A rectangle without the methods of `DOMRect`, so that a point is one too. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const MARGIN = 8;

/**
 * Puts a box of `size` beside `anchor`: on the wanted side where it fits, else on the opposite one, and always inside of
 * `view`, `edge` pixels from its left and right. It never covers the anchor while one of the two sides is high enough.
 */
export function place(
  anchor: Box,
  size: { width: number; height: number },
  view: { width: number; height: number },
  side: Side,
  { gap = 4, edge = MARGIN }: { gap?: number; edge?: number } = {},
): Place {
  const inside = (start: number, length: number, room: number, margin = MARGIN) =>
    Math.max(margin, Math.min(start, room - margin - length));
  if (side === "right-start") {
    const fits = anchor.right + gap + size.width <= view.width - MARGIN;
    const left = fits ? anchor.right + gap : anchor.left - gap - size.width;
    return {
      left: inside(left, size.width, view.width),
      top: inside(anchor.top, size.height, view.height),
      maxHeight: view.height - 2 * MARGIN,
    };
  }
  const below = view.height - MARGIN - gap - anchor.bottom;
  const above = anchor.top - gap - MARGIN;
  const wantsBelow = side.startsWith("below");
  const [wanted, other] = wantsBelow ? [below, above] : [above, below];
  const isBelow = size.height <= wanted || wanted >= other ? wantsBelow : !wantsBelow;
  const maxHeight = Math.max(isBelow ? below : above, 96);
  const height = Math.min(size.height, maxHeight);
  const left = side.endsWith("start") ? anchor.left : anchor.right - size.width;
  return {
    left: inside(left, size.width, view.width, edge),
    top: inside(isBelow ? anchor.bottom + gap : anchor.top - gap - height, height, view.height),
    maxHeight,
  };
}
