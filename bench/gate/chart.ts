/** The chart of `npm run bench:gate`: failing vehicles of each gate, scenario by scenario, on a logarithmic scale. */

import { contenders } from "./policies.ts";
import type { GateResult } from "./results.ts";
import { scenarios } from "./scenarios.ts";

const [width, left, top, rowHeight] = [960, 190, 40, 34] as const;
const colours = [
  "#0b6e4f",
  "#6fb98f",
  "#b23a48",
  "#d1495b",
  "#edae49",
  "#00798c",
  "#30638e",
  "#003d5b",
  "#7a5195",
  "#bc5090",
  "#888888",
];

/** Draws one row for each scenario and one mark for each gate; a filled mark exposed nine tenths of the fleet in most runs. */
export function drawGateChart(results: readonly GateResult[]): string {
  const shown = scenarios.filter(({ id }) => results.some(({ scenario }) => scenario.id === id));
  const plotted = width - left - 30;
  const place = (failed: number): number => left + (Math.log10(Math.max(1, failed)) / 4) * plotted;
  const bottom = top + shown.length * rowHeight;
  const grid = [1, 10, 100, 1_000, 10_000].map(
    (tick) =>
      `<line x1="${place(tick)}" y1="${top}" x2="${place(tick)}" y2="${bottom}" stroke="#ddd"/><text x="${place(tick)}" y="${top - 8}" text-anchor="middle">${tick.toLocaleString("en-US")}</text>`,
  );
  const rows = shown.flatMap(({ id, scenario }, row) => {
    const y = top + (row + 0.5) * rowHeight;
    const marks = results
      .filter((result) => result.scenario.id === id)
      .map(({ contender, summary }) => {
        const index = contenders.indexOf(contender);
        const colour = colours[index]!;
        const fill = summary.exposedNineTenths.share > 0.5 ? colour : "#fff";
        const offset = (index - (contenders.length - 1) / 2) * 2;
        return `<circle cx="${place(summary.failed.mean).toFixed(1)}" cy="${(y + offset).toFixed(1)}" r="${index === 0 ? 6 : 4}" fill="${fill}" stroke="${colour}" stroke-width="2"/>`;
      });
    return [`<text x="${left - 12}" y="${y + 4}" text-anchor="end">${scenario.name}</text>`, ...marks];
  });
  const legend = contenders.map((contender, index) => {
    const y = bottom + 30 + index * 18;
    return `<circle cx="${left}" cy="${y - 4}" r="5" fill="${colours[index]}"/><text x="${left + 14}" y="${y}">${contender.name.replaceAll(">", "&gt;")}</text>`;
  });
  const height = bottom + 40 + contenders.length * 18;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    "<title>Failing vehicles by scenario and gate</title>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="16">Failing vehicles, mean (filled: nine tenths of the fleet were exposed in most runs)</text>`,
    ...grid,
    ...rows,
    ...legend,
    "</svg>",
    "",
  ].join("\n");
}
