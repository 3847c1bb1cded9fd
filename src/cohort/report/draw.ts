/** An evidence curve as SVG: lines and labels, no text of others. */

import type { CurvePoints, EvidenceCurve } from "./evidence-curve.ts";

const [width, height] = [720, 320];
const margin = { left: 56, right: 16, top: 16, bottom: 40 };

/** Draws the curve; vehicles to the right, failures upwards. */
export function drawCurve({ seen, stop, go }: EvidenceCurve): string {
  const points = [...seen, ...stop, ...go];
  const most = { n: Math.max(1, ...points.map(([n]) => n)), f: Math.max(1, ...points.map(([, f]) => f)) };
  const x = (n: number): string => (margin.left + ((width - margin.left - margin.right) * n) / most.n).toFixed(1);
  const y = (f: number): string =>
    (height - margin.bottom - ((height - margin.top - margin.bottom) * f) / most.f).toFixed(1);
  const line = (name: string, list: CurvePoints): string =>
    list.length === 0
      ? ""
      : `<polyline class="${name}" points="${list.map(([n, f]) => `${x(n)},${y(f)}`).join(" ")}"/>`;
  const label = (at: readonly [string, string], anchor: string, text: string): string =>
    `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}">${text}</text>`;
  const bottom = String(height - margin.bottom);
  const legend = [
    ["seen", "seen"],
    ["stop", "stops by its own part of alpha"],
    ["go", "passes this gate"],
  ].map(([name, text], at) => {
    const top = margin.top + 14 * at;
    return `<line class="${name}" x1="70" x2="95" y1="${top}" y2="${top}" stroke-width="2"/><text x="100" y="${top + 4}">${text}</text>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Failures over enrolled vehicles, with boundaries">
<line class="axis" x1="${margin.left}" x2="${width - margin.right}" y1="${bottom}" y2="${bottom}"/>
<line class="axis" x1="${margin.left}" x2="${margin.left}" y1="${margin.top}" y2="${bottom}"/>
${line("stop", stop)}${line("go", go)}${line("seen", seen)}
${label([x(0), String(height - 22)], "start", "0")}${label([x(most.n), String(height - 22)], "end", `${most.n} vehicles enrolled`)}
${label([String(margin.left - 6), y(0)], "end", "0")}${label([String(margin.left - 6), String(margin.top + 10)], "end", String(most.f))}
${legend.join("\n")}
</svg>`;
}
