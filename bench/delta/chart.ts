/** An SVG, complete in itself, that plots the size of patches against the CPU time of making and of applying them. */

import { largeBytes, medianOf, outcomeOf, type PairResult, ratio, succeeded, yardstick } from "./results.ts";
import type { Outcome } from "./settings.ts";

interface Point {
  readonly tool: string;
  readonly own: boolean;
  readonly x: number;
  readonly y: number;
}

const [width, height, top, bottom, left] = [560, 460, 56, 48, 60];
const plotHeight = height - top - bottom;
const plotWidth = width - left - 24;

/** Draws both plots; medians over the pairs of the corpus, relative to Debian's bsdiff and bspatch. */
export function drawChart(results: readonly PairResult[], subtitle: string): string {
  const large = results.filter(({ pair }) => pair.part === "corpus" && pair.new.bytes >= largeBytes);
  const tools = new Set(
    large.flatMap(({ peers, ours }) => [...peers, ...ours].filter(succeeded).map(({ tool }) => tool)),
  );
  // Medians over different pairs are not to be compared.
  const corpus = large.filter((result) => [...tools].every((tool) => outcomeOf(result, tool) !== undefined));
  const panels = [
    drawPanel(
      points(corpus, ({ make }) => make.cpuSeconds),
      "CPU of making / Debian bsdiff (log)",
      0,
    ),
    drawPanel(
      points(corpus, ({ apply }) => apply.cpuSeconds),
      "CPU of applying / Debian bspatch (log)",
      width,
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="11">
<title>Size of patches against CPU time</title>
<desc>Medians over ${corpus.length} pairs of firmware from 0.5 MB on, ${names(corpus)}; lower and further left is better. ${escapeXml(subtitle)}</desc>
<style>
  text { fill: #222 } .grid { stroke: #ddd } .axis { stroke: #888; fill: none } .own { fill: #0b62c4 } .peer { fill: #b4531a } .back { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .grid { stroke: #333 } .own { fill: #6db1ff } .peer { fill: #f0a06a } .back { fill: #16181c }
  }
</style>
<rect class="back" width="${2 * width}" height="${height}"/>
<text x="${left}" y="20" font-size="14">Size of patches against CPU time: medians over ${corpus.length} pairs of firmware from 0.5 MB on</text>
<text x="${left}" y="36">${escapeXml(`${names(corpus)}; ${subtitle}`)}</text>
${panels.join("\n")}
</svg>
`;
}

function names(results: readonly PairResult[]): string {
  return results.map(({ pair }) => pair.name).join(", ");
}

function points(results: readonly PairResult[], cost: (outcome: Outcome) => number): readonly Point[] {
  const tools = new Map(
    results.flatMap(({ peers, ours }) =>
      [...peers, ...ours].map(({ tool }) => [tool, ours.some((own) => own.tool === tool)]),
    ),
  );
  return [...tools].flatMap(([tool, own]): Point[] => {
    const compared = results.map((result) => [outcomeOf(result, tool), yardstick(result)] as const);
    const x = medianOf(compared.map(([outcome, base]) => ratio(outcome && cost(outcome), base && cost(base))));
    const y = medianOf(compared.map(([outcome, base]) => ratio(outcome?.patchBytes, base?.patchBytes)));
    return x === undefined || y === undefined || x <= 0 ? [] : [{ tool, own, x, y }];
  });
}

function drawPanel(all: readonly Point[], label: string, offset: number): string {
  if (all.length === 0) return "";
  const [low, high] = [
    Math.floor(Math.log2(Math.min(...all.map(({ x }) => x)))),
    Math.ceil(Math.log2(Math.max(...all.map(({ x }) => x)))),
  ];
  const most = Math.ceil(Math.max(...all.map(({ y }) => y)) * 5) / 5;
  const atX = (x: number): number => offset + left + ((Math.log2(x) - low) / Math.max(1, high - low)) * plotWidth;
  const atY = (y: number): number => top + plotHeight - (y / most) * plotHeight;
  const lines: string[] = [];
  for (let power = low; power <= high; power++) {
    const x = atX(2 ** power);
    lines.push(`<line class="grid" x1="${fixed(x)}" y1="${top}" x2="${fixed(x)}" y2="${top + plotHeight}"/>`);
    lines.push(
      `<text x="${fixed(x)}" y="${top + plotHeight + 16}" text-anchor="middle">${power < 0 ? `1/${2 ** -power}` : 2 ** power}</text>`,
    );
  }
  for (let y = 0; y <= most + 1e-9; y += 0.2) {
    lines.push(
      `<line class="grid" x1="${offset + left}" y1="${fixed(atY(y))}" x2="${offset + left + plotWidth}" y2="${fixed(atY(y))}"/>`,
    );
    lines.push(`<text x="${offset + left - 6}" y="${fixed(atY(y) + 4)}" text-anchor="end">${y.toFixed(1)}</text>`);
  }
  lines.push(`<text x="${offset + left + plotWidth / 2}" y="${height - 10}" text-anchor="middle">${label}</text>`);
  if (offset === 0) {
    lines.push(
      `<text transform="translate(16 ${top + plotHeight / 2}) rotate(-90)" text-anchor="middle">patch bytes / Debian bsdiff</text>`,
    );
  }
  // Labels that would overlap are moved down.
  const taken: { readonly x: number; readonly y: number }[] = [];
  for (const { tool, own, x, y } of [...all].sort((one, other) => one.y - other.y)) {
    const [cx, cy] = [atX(x), atY(y)];
    const after = cx < offset + left + plotWidth * 0.7;
    let labelY = cy + 4;
    while (taken.some((other) => Math.abs(other.x - cx) < 150 && Math.abs(other.y - labelY) < 11)) labelY -= 11;
    taken.push({ x: cx, y: labelY });
    if (labelY !== cy + 4) {
      lines.push(
        `<path class="axis" d="M${fixed(cx)} ${fixed(cy)}L${fixed(cx + (after ? 8 : -8))} ${fixed(labelY - 4)}"/>`,
      );
    }
    lines.push(`<circle class="${own ? "own" : "peer"}" cx="${fixed(cx)}" cy="${fixed(cy)}" r="4"/>`);
    lines.push(
      `<text x="${fixed(cx + (after ? 8 : -8))}" y="${fixed(labelY)}" text-anchor="${after ? "start" : "end"}">${escapeXml(tool)}</text>`,
    );
  }
  return lines.join("\n");
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
