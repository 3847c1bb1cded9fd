/** Verdicts for people. */

export { renderVerdict, renderVerdictHtml, type VerdictReport } from "./render.ts";
