/** The coder's constant tables, filled once for each instance. */

import { initCounters } from "./counters";
import { initHistory } from "./history";
import { initLogistic } from "./logistic";

export function initCoder(): void {
  initLogistic();
  initHistory();
  initCounters();
}
