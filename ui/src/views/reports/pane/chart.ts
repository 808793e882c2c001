import type { SummaryChart } from "$lib/backend";
import { decimal } from "$lib/format";

/** Series that are drawn one by one; what is left over is one more, in the fourth colour. */
const MOST_SERIES = 4;

/** More points than this are a line: bars would be thinner than the gaps between them. */
const MOST_BARS = 62;

type Values = (number | null)[];

export interface DrawnSeries {
  name: string;
  values: Values;
  /** Which of the four colours, from 1. */
  colour: 1 | 2 | 3 | 4;
}

/** A chart as it is drawn, and what is said about it. */
export interface Drawing {
  kind: "bars" | "lines";
  series: DrawnSeries[];
  labels: string[];
  /** The labels are days. */
  days: boolean;
  /** Where the horizontal lines are: always three, and 0 is one of them. */
  ticks: [number, number, number];
  /** The highest value, and where it stands. */
  peak: { series: number; at: number; value: number } | null;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Makes a drawing of what the workbook holds. `rest` names the series that stands for all that don't fit. */
export function draw(chart: SummaryChart, rest: string): Drawing {
  const series = fold(chart.series, rest);
  const values = series.flatMap((each) => each.values).filter((value) => value !== null);
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  return {
    kind: series.length === 1 && chart.labels.length <= MOST_BARS ? "bars" : "lines",
    series,
    labels: chart.labels,
    days: chart.labels.length > 0 && chart.labels.every((label) => DAY.test(label)),
    ticks: ticks(low, high),
    peak: peak(series),
  };
}

function fold(series: SummaryChart["series"], rest: string): DrawnSeries[] {
  const drawn = series.length > MOST_SERIES ? series.slice(0, MOST_SERIES - 1) : series;
  const folded: DrawnSeries[] = drawn.map(({ name, values }, index) => ({
    name,
    values,
    colour: (index + 1) as DrawnSeries["colour"],
  }));
  if (drawn.length === series.length) return folded;
  const others = series.slice(drawn.length);
  const values = (series[0]?.values ?? []).map((_, at) => sum(others.map((each) => each.values[at] ?? null)));
  return [...folded, { name: rest, values, colour: 4 }];
}

/** The sum of what is there; nothing where nothing is. */
function sum(values: Values): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : there.reduce((total, value) => total + value, 0);
}

function peak(series: DrawnSeries[]): Drawing["peak"] {
  let best: Drawing["peak"] = null;
  series.forEach(({ values }, index) =>
    values.forEach((value, at) => {
      if (value !== null && value > (best?.value ?? 0)) best = { series: index, at, value };
    }),
  );
  return best;
}

/** The smallest round number that is not below `value`. */
function roundUp(value: number): number {
  if (value <= 0) return 0;
  const unit = 10 ** Math.floor(Math.log10(value));
  const factor =
    [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((each) => each * unit >= value * (1 - 1e-9)) ?? 10;
  return factor * unit;
}

/** Three round values that hold everything between `low` (at most 0) and `high` (at least 0). */
export function ticks(low: number, high: number): [number, number, number] {
  if (low === 0) {
    const top = roundUp(high) || 1;
    return [0, top / 2, top];
  }
  if (high === 0) {
    const bottom = roundUp(-low);
    return [-bottom, -bottom / 2, 0];
  }
  return [-roundUp(-low), 0, roundUp(high)];
}

const STEPS = [
  { from: 1e9, unit: "G" },
  { from: 1e6, unit: "M" },
  { from: 1e3, unit: "k" },
];

/**
 * A number in three or four characters, for axes and labels: `96k`, `2.31M`. `gap` sets its unit apart: a caption, which
 * keeps its three digits.
 */
export function compact(value: number, gap = ""): string {
  const size = Math.abs(value);
  const step = STEPS.find(({ from }) => size >= from * 0.9995);
  if (!step) return decimal(value, Number.isInteger(value) ? 0 : size < 10 ? 2 : 0);
  const scaled = value / step.from;
  const digits = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
  if (gap !== "") return `${decimal(scaled, digits)}${gap}${step.unit}`;
  // Zeros that say nothing are left out: an axis has 50k, not 50.0k.
  const least = [0, 1, 2].find((count) => Number(scaled.toFixed(count)) === Number(scaled.toFixed(digits)));
  return `${decimal(scaled, least ?? digits)}${gap}${step.unit}`;
}

/** Which labels stand below the chart: every seventh day, the first of each month in long ones, all of a few names. */
export function marks(labels: readonly string[], days: boolean): number[] {
  const all = labels.map((_, index) => index);
  if (!days)
    return labels.length <= 8 ? all : all.filter((index) => index % Math.ceil(labels.length / 6) === 0);
  if (labels.length <= MOST_BARS) return all.filter((index) => index % (labels.length <= 35 ? 7 : 14) === 0);
  const firsts = all.filter((index) => labels[index]?.endsWith("-01"));
  const every = Math.ceil(firsts.length / 6);
  return firsts.filter((_, index) => index % every === 0);
}
