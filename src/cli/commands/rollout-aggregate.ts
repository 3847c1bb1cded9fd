/** `otakit rollout aggregate`: events of vehicles as the counters of a gate. */

import { type OutcomeEvent, OutcomeFold, parseRolloutPlan } from "otakit/cohort";
import { parseUtcTime } from "otakit/core";
import { readDocument } from "../cohort/options.ts";
import { linesOf } from "../cohort/records.ts";
import { type Command, defineCommand, usageError } from "../command.ts";

export const rolloutAggregate: Command = defineCommand({
  name: "rollout aggregate",
  summary: "count the outcomes of a rollout from events of its vehicles",
  details: [
    "Events are JSON objects, one a line, in any order and as often as they came; lines that are no event of the plan are counted as rejected.",
    "A source without --watermark is at the oldest there is: nothing of it is complete, and no verdict expands. How many events were to be expected is unknown without --expected.",
  ],
  options: {
    plan: { value: "FILE", required: true, help: "rollout plan, as JSON" },
    events: { value: "SOURCE=FILE", repeatable: true, required: true, help: "events that a source delivered" },
    watermark: {
      value: "SOURCE=TIME",
      repeatable: true,
      help: "everything the source received up to this time is in its file",
    },
    expected: {
      value: "SOURCE=NUMBER",
      repeatable: true,
      help: "distinct events that the source should have delivered by then",
    },
  },
  examples: [
    [
      "otakit rollout aggregate --plan plan.json --events ledger=enrolled.jsonl --events telematics=reports.jsonl --watermark ledger=2026-11-30T12:00:00Z --watermark telematics=2026-11-30T12:00:00Z",
      "count the events of two sources",
    ],
  ],
  async run({ options }, terminal) {
    const fold = new OutcomeFold(parseRolloutPlan(readDocument(options.plan)));
    const pairOf = (option: string, given: string): readonly [string, string] => {
      const [, source, value] = /^([^=]{1,64})=(.+)$/s.exec(given) ?? [];
      if (source === undefined)
        throw usageError(`--${option} expected SOURCE=..., got "${given}"`, "rollout aggregate");
      return [source, value!];
    };
    const expected = new Map(options.expected.map((given) => pairOf("expected", given)));
    for (const number of expected.values()) {
      if (!/^[0-9]{1,15}$/.test(number))
        throw usageError(`--expected expected a number, got "${number}"`, "rollout aggregate");
    }
    for (const given of options.watermark) {
      const [source, time] = pairOf("watermark", given);
      const number = expected.get(source);
      fold.observe(source, {
        watermarkMs: parseUtcTime(time),
        ...(number === undefined ? {} : { expected: Number(number) }),
      });
    }
    for (const given of options.events) {
      const [source, file] = pairOf("events", given);
      for await (const { text } of linesOf(file)) fold.add(source, eventOf(text) as OutcomeEvent);
    }
    if (fold.unplaced > 0)
      terminal.note(`${fold.unplaced} vehicles have reports, but were never enrolled: they count nowhere`);
    terminal.printJson(fold.aggregate());
    return undefined;
  },
});

/** What a line holds; undefined, which is rejected, for one that is no JSON. */
function eventOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
