import "./language";

import uPlot from "uplot";

import "uplot/dist/uPlot.min.css";

import { type Drawing, compact, marks } from "./chart";

/** What a chart takes from the theme. The canvas knows no custom properties, so that they are read once per drawing. */
export interface Palette {
  font: string;
  text: string;
  caption: string;
  back: string;
  grid: string;
  axis: string;
  series: [string, string, string, string];
}

/** The colours of the page, or those of the system where it asks for its own. */
export function palette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const font = style.fontFamily || "system-ui";
  if (window.matchMedia?.("(forced-colors: active)").matches) {
    return {
      font,
      text: "CanvasText",
      caption: "CanvasText",
      back: "Canvas",
      grid: "GrayText",
      axis: "CanvasText",
      series: ["CanvasText", "Highlight", "LinkText", "GrayText"],
    };
  }
  return {
    font,
    text: token("--text"),
    caption: token("--text-3"),
    back: token("--bg"),
    grid: token("--grid"),
    axis: token("--axis"),
    series: [token("--c1"), token("--c2"), token("--c3"), token("--c4")],
  };
}

/** Bars other than the highest stand back a little, and keep three to one against the ground. */
const QUIET = 0.74;

export interface PlotOptions {
  drawing: Drawing;
  palette: Palette;
  width: number;
  height: number;
  /** The words below a mark, such as the day of the month. */
  markWord: (label: string) => string;
  /** The point that the pointer is at; `null` for none. */
  onhover: (at: number | null) => void;
}

/** Draws the chart into `target`; the result is destroyed by its own `destroy`. */
export function plot(target: HTMLElement, options: PlotOptions): uPlot {
  const { drawing, palette: colours, width, height, markWord, onhover } = options;
  const { labels, series, ticks, peak, days } = drawing;
  const last = Math.max(0, labels.length - 1);
  const bars = drawing.kind === "bars";
  const font = `11px ${colours.font}`;
  const colourOf = (index: number) => colours.series[(series[index]?.colour ?? 1) - 1] ?? colours.text;
  const marked = marks(labels, days);

  const columns = bars
    ? [others(series[0]?.values ?? [], peak?.at), only(series[0]?.values ?? [], peak?.at)]
    : series.map(({ values }) => values);
  const barPaths = uPlot.paths.bars?.({ size: [0.76, 40], radius: 0.14 });
  // Drawn twice, so that the peak is solid while the others stand back.
  const barSeries = [QUIET, 1].map((alpha): uPlot.Series => ({
    paths: barPaths,
    fill: colourOf(0),
    stroke: "transparent",
    width: 0,
    alpha,
    points: { show: false },
  }));
  const lineSeries = series.map((_, index): uPlot.Series => ({
    stroke: colourOf(index),
    width: index === 0 ? 2 : 1.75,
    dash: index === 1 ? [5, 4] : undefined,
    points: { show: false },
  }));
  const direct =
    bars || series.length === 1
      ? 0
      : widest(
          series.map(({ name }) => name),
          font,
        ) + 8;

  const numbers = Math.max(
    32,
    widest(
      ticks.map((tick) => compact(tick)),
      font,
    ) + 6,
  );

  return new uPlot(
    {
      width,
      height,
      padding: [12, direct, 0, 0],
      legend: { show: false },
      cursor: { x: !bars, y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
      scales: {
        x: { time: false, range: () => (bars ? [-0.5, last + 0.5] : [0, Math.max(1, last)]) },
        y: { range: () => [Math.min(ticks[0], 0), ticks[2]] },
      },
      axes: [
        {
          stroke: colours.caption,
          font,
          size: 24,
          gap: 7,
          grid: { show: false },
          ticks: { show: false },
          splits: () => marked,
          values: (_, splits) => splits.map((at) => markWord(labels[at] ?? "")),
        },
        {
          stroke: colours.caption,
          font,
          size: numbers,
          gap: 5,
          grid: { stroke: colours.grid, width: 1 },
          ticks: { show: false },
          splits: () => [...ticks],
          values: (_, splits) => splits.map((value) => compact(value)),
        },
      ],
      series: [{}, ...(bars ? barSeries : lineSeries)],
      hooks: {
        drawAxes: [(chart) => baseLine(chart, colours.axis)],
        draw: [
          (chart) => {
            if (bars) labelPeak(chart, drawing, colours);
            else labelEnds(chart, drawing, colours, colourOf);
          },
        ],
        setCursor: [(chart) => onhover(chart.cursor.idx ?? null)],
      },
    },
    [labels.map((_, index) => index), ...columns] as uPlot.AlignedData,
    target,
  );
}

function only(values: (number | null)[], at: number | undefined): (number | null)[] {
  return values.map((value, index) => (index === at ? value : null));
}

function others(values: (number | null)[], at: number | undefined): (number | null)[] {
  return values.map((value, index) => (index === at ? null : value));
}

function widest(names: string[], font: string): number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return 60;
  context.font = font;
  return Math.ceil(Math.max(...names.map((name) => context.measureText(name).width)));
}

/** The line of 0 is stronger than the others. */
function baseLine(chart: uPlot, colour: string): void {
  const { ctx, bbox } = chart;
  const y = Math.round(chart.valToPos(0, "y", true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** Text with a rim of the ground, so that it is read over bars and lines. */
function write(
  chart: uPlot,
  text: string,
  x: number,
  y: number,
  colour: string,
  { font, back }: Palette,
): void {
  const { ctx } = chart;
  ctx.save();
  ctx.font = `600 ${11 * devicePixelRatio}px ${font}`;
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.lineJoin = "round";
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.strokeStyle = back;
  ctx.fillStyle = colour;
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
  ctx.restore();
}

function labelPeak(chart: uPlot, { peak }: Drawing, colours: Palette): void {
  if (!peak) return;
  const { ctx, bbox } = chart;
  const text = compact(peak.value);
  ctx.save();
  ctx.font = `600 ${11 * devicePixelRatio}px ${colours.font}`;
  const half = ctx.measureText(text).width / 2;
  ctx.restore();
  const middle = chart.valToPos(peak.at, "x", true);
  const x = Math.max(bbox.left, Math.min(middle - half, bbox.left + bbox.width - 2 * half));
  write(chart, text, x, chart.valToPos(peak.value, "y", true) - 4 * devicePixelRatio, colours.text, colours);
}

/** The name of each line at its end, pushed apart where two ends meet. */
function labelEnds(
  chart: uPlot,
  drawing: Drawing,
  colours: Palette,
  colourOf: (index: number) => string,
): void {
  if (drawing.series.length === 1) {
    labelPeak(chart, drawing, colours);
    return;
  }
  const line = 13 * devicePixelRatio;
  const ends = drawing.series
    .map(({ name, values }, index) => ({ name, index, value: values.findLast((value) => value !== null) }))
    .filter((end): end is typeof end & { value: number } => typeof end.value === "number")
    .map((end) => ({ ...end, y: chart.valToPos(end.value, "y", true) + 4 * devicePixelRatio }))
    .sort((one, other) => one.y - other.y);
  let least = -Infinity;
  const x = chart.bbox.left + chart.bbox.width + 6 * devicePixelRatio;
  for (const { name, index, y } of ends) {
    const at = Math.max(y, least);
    least = at + line;
    write(chart, name, x, at, colourOf(index), colours);
  }
}
