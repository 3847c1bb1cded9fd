import { createGoTest, createStopTest, decideGo, decideStop } from "otakit/statistics";

// 0.5 % of failed installs are tolerable, 2 % are not. Each wrong verdict has at most a 5 % chance, however often one looks.
const stop = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
const go = createGoTest({ p1: 0.02, beta: 0.05 });

for (const [n, f] of [
  [100, 1],
  [500, 1],
  [500, 9],
] as const) {
  console.log(decideStop({ n, f }, stop).reasons[0]?.message);
  console.log(decideGo({ n, f }, go).decision);
}
// 1 of 100 vehicles failed, fewer than the stop boundary of 4
// wait
// 1 of 500 vehicles failed, fewer than the stop boundary of 9
// go
// 9 of 500 vehicles failed, which reaches the stop boundary of 9
// wait
