import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createFaultState,
  type FaultEvent,
  type FaultReport,
  type FaultState,
  faultId,
  faultSourceId,
  forgetGoneFaults,
  parseFaultState,
  reduceFaults,
  safeParseFaultState,
  toJ1939FaultReport,
  toObdFaultReport,
} from "../../../src/uds/events/index.ts";
import { errorOf } from "../../error-of.ts";
import { changed, engine, eventOf, reportOf } from "./fixture.ts";

const empty = createFaultState();
const list = (dtcs: string, observedAt: number) => reportOf(`5902ff${dtcs}`, { observedAt, statusMask: 0xff });
const source = faultSourceId({ vehicleId: "v-1", ecu: engine, source: { protocol: "uds", memory: "primary" } });
const id = faultId(source, "042016");

/** Folds one item after the other and gives the last step. */
function fold(...items: readonly (FaultEvent | FaultReport)[]) {
  let step = reduceFaults(empty, []);
  for (const item of items) step = reduceFaults(step.state, [item]);
  return step;
}

describe("createFaultState", () => {
  it("is empty", () => {
    expect(createFaultState()).toEqual({ schema: "otakit.fault-state/1", maxFaults: 10_000, faults: {}, sources: {} });
    expect(createFaultState({ maxFaults: 1_000_000 }).maxFaults).toBe(1_000_000);
  });

  it.each([0, -1, 1.5, 1_000_001, Number.NaN])("refuses room for %j", (maxFaults) => {
    expect(() => createFaultState({ maxFaults })).toThrow(RangeError);
  });
});

describe("reduceFaults", () => {
  it("takes a report", () => {
    const step = reduceFaults(empty, [list("0420162f", 7)]);
    expect(step).toEqual({
      decision: "applied",
      state: {
        schema: "otakit.fault-state/1",
        maxFaults: 10_000,
        faults: {
          [id]: {
            id,
            sourceId: source,
            code: { native: "042016", display: "P0420-16", system: "powertrain", standardised: true, ftb: 0x16 },
            firstSeenAt: 7,
            lastSeenAt: 7,
            readings: {
              status: { observedAt: 7, condition: "active", byte: 0x2f, availability: 0xff, quality: "good" },
            },
          },
        },
        sources: {
          [source]: {
            vehicleId: "v-1",
            ecu: engine,
            source: { protocol: "uds", memory: "primary" },
            answeredAt: 7,
            completeAt: { status: 7 },
          },
        },
      },
      changes: [
        { id, change: "appeared", after: "active", basis: "status", observedAt: 7 },
        { id, change: "confirmed", after: "active", basis: "status", observedAt: 7 },
      ],
      withoutEffect: 0,
      refused: { faults: 0, sources: 0 },
    });
    expect(empty.faults).toEqual({});
  });

  it("does not change the state that it is given", () => {
    const { state } = fold(list("0420162f", 7));
    const before = JSON.stringify(state);
    reduceFaults(state, [list("04201628", 8), reportOf("7f1931", { observedAt: 9 })]);
    expect(JSON.stringify(state)).toBe(before);
  });

  it("never lets a late event overwrite a newer one", () => {
    const step = fold(list("04201628", 9), eventOf("5902ff 042016 2f", { observedAt: 8 }));
    expect(step.state.faults[id]).toMatchObject({
      firstSeenAt: 8,
      lastSeenAt: 9,
      readings: { status: { observedAt: 9, condition: "stored" } },
    });
    expect(step.changes).toEqual([]);
  });

  it("counts what had no effect", () => {
    const event = eventOf("5902ff 042016 2f");
    expect(fold(event, event)).toMatchObject({ withoutEffect: 1, changes: [] });
    expect(fold(event, { ...event, observedAt: 1_001 }).withoutEffect).toBe(0);
  });

  it("notes refusals and broken messages, which are no answers", () => {
    const { state } = fold(
      reportOf("7f1931", { observedAt: 3 }),
      reportOf("5902", { observedAt: 4 }),
      reportOf("5902ff04", { observedAt: 6 }),
    );
    expect(state.sources[source]).toMatchObject({ refusedAt: 3, unreadableAt: 6, completeAt: {} });
    expect(state.sources[source]).not.toHaveProperty("answeredAt");
  });

  it.each([
    ["0420162f", "04201628", [["healed", "active", "stored", "status"]]],
    ["04201628", "04201620", [["aged", "stored", "passive", "status"]]],
    ["0420162f", "04201650", [["cleared", "active", "unknown", "status"]]],
    ["04201624", "0420162f", [["confirmed", "pending", "active", "status"]]],
    ["04201628", "", [["aged", "stored", undefined, "absence"]]],
    ["0420162f", "", [["cleared", "active", undefined, "absence"]]],
    [
      "",
      "04201628",
      [
        ["appeared", undefined, "stored", "status"],
        ["confirmed", undefined, "stored", "status"],
      ],
    ],
    ["04201620", "04201620", []],
  ])("from %s to %s: %j", (before, after, expected) => {
    const { changes } = fold(list(before, 1), list(after, 2));
    expect(changes.map((change) => [change.change, change.before, change.after, change.basis])).toEqual(expected);
    for (const change of changes) expect([change.id, change.observedAt]).toEqual([id, 2]);
  });

  it("knows a clear by another code of the same report", () => {
    const { changes } = fold(list("0420162804201728", 1), list("04201750", 2));
    expect(changes.map(({ change, basis }) => [change, basis])).toEqual([
      ["cleared", "absence"],
      ["cleared", "status"],
    ]);
  });

  it("takes nothing away for a report that is not complete", () => {
    for (const message of ["5902ff", "5902ff0420", "7f1931", "5904 042017 2f"]) {
      const { state, changes } = fold(list("0420162f", 1), reportOf(message, { observedAt: 2 }));
      expect(changes.filter((change) => change.id === id)).toEqual([]);
      expect(state.sources[source]!.completeAt).toEqual({ status: 1 });
    }
  });

  it("leaves other memories and control units alone", () => {
    const other = reportOf("5902ff", { observedAt: 2, statusMask: 0xff, ecu: { addressing: "uds-can", address: 1 } });
    expect(fold(list("0420162f", 1), other).changes).toEqual([]);
    expect(fold(list("0420162f", 1), reportOf("5915ff", { observedAt: 2 })).changes).toEqual([]);
  });

  it("takes a severity along that a later report does not give", () => {
    const severe = eventOf("5908ff 80 07 042016 2f", { observedAt: 1 });
    const { state } = fold(severe, list("0420162f", 2));
    expect(state.faults[id]!.severity).toEqual({ observedAt: 1, value: "immediate" });
    const milder = eventOf("5908ff 20 07 042016 2f", { observedAt: 3 });
    expect(fold(severe, milder).state.faults[id]!.severity).toEqual({ observedAt: 3, value: "maintenance" });
    expect(fold(milder, severe).state.faults[id]!.severity).toEqual({ observedAt: 3, value: "maintenance" });
    const same = { ...severe, severity: "next-halt" as const };
    expect(fold(same, severe).state.faults[id]!.severity!.value).toBe("immediate");
  });

  it("marks reports of one instant that differ, and keeps the more urgent", () => {
    for (const order of [
      ["2f", "28"],
      ["28", "2f"],
    ]) {
      const [first, second] = order.map((status) => eventOf(`5902ff 042016 ${status}`));
      const reading = fold(first!, second!).state.faults[id]!.readings["status"];
      expect(reading).toMatchObject({ condition: "active", contradicted: true });
    }
  });

  it("marks them also where the word is the same", () => {
    const reading = fold(eventOf("5902ff 042016 2f"), eventOf("5902ff 042016 af")).state.faults[id]!.readings["status"];
    expect(reading).toMatchObject({ condition: "active", byte: 0xaf, contradicted: true });
    const masks = fold(eventOf("5902ff 042016 2f"), eventOf("59022f 042016 2f")).state.faults[id]!.readings["status"];
    expect(masks).toMatchObject({ availability: 0xff, contradicted: true });
  });

  it("calls nothing healed whose clear bit nobody knows to be supported", () => {
    const { changes } = fold(eventOf("5904 042016 2f"), eventOf("5904 042016 20", { observedAt: 2_000 }));
    expect(changes).toEqual([]);
    const known = { availabilityMask: 0xff };
    const after = eventOf("5904 042016 28", { observedAt: 2_000, ...known });
    expect(fold(eventOf("5904 042016 2f", known), after).changes.map(({ change }) => change)).toEqual(["healed"]);
  });

  it("knows within one call what an earlier item brought", () => {
    const { changes } = reduceFaults(empty, [list("", 1), list("04201628", 2), list("", 3)]);
    expect(changes.map(({ change, basis }) => [change, basis])).toEqual([
      ["appeared", "status"],
      ["confirmed", "status"],
      ["aged", "absence"],
    ]);
    const other = reportOf("5902ff", { ecu: { addressing: "uds-can", address: 1 } });
    const full = reduceFaults(createFaultState({ maxFaults: 1 }), [list("", 1), other]);
    expect(full).toMatchObject({ decision: "full", refused: { faults: 0, sources: 1 } });
  });

  it("takes the reading with a mask, without calling it a contradiction", () => {
    const known = eventOf("5902ff 042016 28");
    const unknown = eventOf("5904 042016 28");
    for (const order of [
      [known, unknown],
      [unknown, known],
    ]) {
      const reading = fold(...order).state.faults[id]!.readings["status"]!;
      expect(reading).toEqual({
        observedAt: 1_000,
        condition: "stored",
        byte: 0x28,
        availability: 0xff,
        quality: "good",
      });
    }
  });

  it("keeps lists of different kinds apart", () => {
    const obd = { addressing: "obd", address: 0x7e8 } as const;
    const codes = (service: 3 | 7, observedAt: number, ...dtcs: readonly number[]) => {
      const bytes = Uint8Array.of(0x40 + service, dtcs.length, ...dtcs.flatMap((code) => [code >> 8, code & 255]));
      const places = dtcs.map((code, index) => ({ code, offset: 2 + 2 * index }));
      return toObdFaultReport({ service, dtcs: places, counted: true, bytes }, { observedAt, ecu: obd });
    };
    const { state } = fold(codes(3, 1, 0x420), codes(7, 2, 0x421));
    expect(Object.values(state.faults).map(({ readings }) => Object.keys(readings))).toEqual([
      ["report:service03"],
      ["report:service07"],
    ]);
    const gone = reduceFaults(state, [codes(3, 3)]);
    expect(gone.changes).toEqual([
      { id: Object.keys(state.faults)[0], change: "aged", before: "confirmed", basis: "absence", observedAt: 3 },
    ]);
  });

  it("calls a code healed that leaves the list of active ones", () => {
    const ecu = { addressing: "j1939-sa", address: 0 } as const;
    const dm = (message: string, observedAt: number, codes: number) =>
      toJ1939FaultReport(
        {
          message,
          bytes: Uint8Array.of(4, 0xff, 0xb8, 4, 3, 1),
          dtcs: Array.from({ length: codes }, () => ({ offset: 2, candidates: [{ version: 4, spn: 1208, fmi: 3 }] })),
        },
        { observedAt, ecu },
      );
    const { state, changes } = fold(dm("DM1", 1, 1), dm("DM1", 2, 0));
    expect(changes.map(({ change, basis }) => [change, basis])).toEqual([["healed", "absence"]]);
    const [entry] = Object.values(reduceFaults(state, [dm("DM2", 2, 1)]).state.faults);
    expect(Object.keys(entry!.readings)).toEqual(["report:DM1", "report:DM2"]);
  });

  it("answers that it is full, and goes on with what it knows", () => {
    const small = createFaultState({ maxFaults: 1 });
    const first = reduceFaults(small, [list("0420162f 042017 2f 042018 2f", 1)]);
    expect(first).toMatchObject({ decision: "full", refused: { faults: 2, sources: 0 } });
    expect(Object.keys(first.state.faults)).toEqual([id]);
    const second = reduceFaults(first.state, [
      list("04201628", 2),
      reportOf("5902ff 042016 2f", { ecu: { addressing: "uds-can", address: 1 } }),
      eventOf("5902ff 042016 2f", { ecu: { addressing: "uds-can", address: 1 } }),
    ]);
    expect(second).toMatchObject({ decision: "full", refused: { faults: 0, sources: 1 } });
    expect(second.state.faults[id]!.readings["status"]!.condition).toBe("stored");
    expect(reduceFaults(second.state, [list("04201628", 3)]).decision).toBe("applied");
  });

  it("keeps the later texts of a code", () => {
    const event = eventOf("5902ff 042016 2f", { observedAt: 5 });
    const named = (name: string, observedAt: number) => ({ ...event, observedAt, code: { ...event.code, name } });
    expect(fold(named("new", 6), named("old", 5)).state.faults[id]!.code.name).toBe("new");
    expect(fold(named("old", 5), named("new", 6)).state.faults[id]!.code.name).toBe("new");
    const [left, right] = [fold(named("a", 5), named("b", 5)), fold(named("b", 5), named("a", 5))];
    expect(left.state).toEqual(right.state);
  });
});

describe("forgetGoneFaults", () => {
  it("takes out what is gone and old, and nothing else", () => {
    const { state } = fold(list("0420162f 042017 2f", 1), list("042018 2f", 5), list("042019 2f", 9));
    const codesIn = (before: number) =>
      Object.values(forgetGoneFaults(state, before).faults).map(({ code }) => code.native);
    expect(codesIn(1)).toEqual(["042016", "042017", "042018", "042019"]);
    expect(codesIn(2)).toEqual(["042018", "042019"]);
    expect(codesIn(100)).toEqual(["042019"]);
    expect(forgetGoneFaults(state, 100).sources).toBe(state.sources);
    const late = reduceFaults(forgetGoneFaults(state, 100), [list("0420162f 042017 2f", 1)]);
    expect(late.changes).toEqual([]);
    expect(Object.keys(late.state.faults)).toHaveLength(3);
  });
});

describe("laws of the fold", () => {
  const messages = [
    "5902ff 042016 2f",
    "5902ff 042016 28 c10087 2f",
    "5902ff",
    "59020d 042016 09",
    "5904 042016 28",
    "5908ff 80 07 042016 2f",
    "5908ff 20 07 042016 24",
    "5914 042016 7f",
    "5915ff 042016 2f",
    "591718ff c10087 08",
    "594233ffff04 40 042016 2f",
    "5902ff 0420",
    "7f1922",
    "590aff 042016 50",
  ];
  const report = fc
    .record({
      message: fc.constantFrom(...messages),
      observedAt: fc.nat(4),
      address: fc.nat(1),
      name: fc.constantFrom("a", "b"),
      statusMask: fc.constantFrom(undefined, 0xff, 1),
    })
    .map(({ message, observedAt, address, name, statusMask }) =>
      reportOf(message, {
        observedAt,
        ecu: { addressing: "uds-can", address, name },
        ...(statusMask === undefined ? {} : { statusMask }),
      }),
    );
  const item = report.chain((whole) => fc.constantFrom<FaultEvent | FaultReport>(whole, ...whole.events));
  const items = fc.array(item, { maxLength: 12 });
  const stateOf = (list: readonly (FaultEvent | FaultReport)[]): FaultState => reduceFaults(empty, list).state;

  it("the order makes no difference", () => {
    const shuffled = items.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(stateOf(other)).toEqual(stateOf(list));
      }),
      { numRuns: 2_000 },
    );
  });

  it("twice is as good as once", () => {
    fc.assert(
      fc.property(items, (list) => {
        const once = reduceFaults(empty, list);
        const twice = reduceFaults(once.state, list);
        expect(twice.state).toEqual(once.state);
        expect(twice.changes).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("one by one gives what all at once gives", () => {
    fc.assert(
      fc.property(items, (list) => {
        expect(fold(...list).state).toEqual(stateOf(list));
      }),
      { numRuns: 500 },
    );
  });

  it("a state survives storage, and has no bytes of messages", () => {
    fc.assert(
      fc.property(items, (list) => {
        const state = stateOf(list);
        const text = JSON.stringify(state);
        expect(parseFaultState(JSON.parse(text))).toEqual(state);
        expect(text).not.toMatch(/"raw"|"hex"|"snapshots"|"extended"|"undecoded"/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("parseFaultState", () => {
  const { state } = fold(list("0420162f", 7), eventOf("5908ff 80 07 042016 2f"));
  const coverage = state.sources[source];

  it.each<[string, readonly string[], unknown, string]>([
    ["no schema", ["schema"], undefined, "/schema"],
    ["another document", ["schema"], "otakit.other/1", "/schema"],
    ["too much room", ["maxFaults"], 1e7, "/maxFaults"],
    ["a list of faults", ["faults"], [], "/faults"],
    ["a source of another name", ["sources", "x"], coverage, "/sources/x"],
    ["another vehicle", ["sources", source, "vehicleId"], "v-2", `/sources/${source}`],
    ["a time in words", ["sources", source, "completeAt", "status"], "now", `/sources/${source}/completeAt/status`],
    ["channels in a list", ["sources", source, "completeAt"], [], `/sources/${source}/completeAt`],
    ["a fault of another name", ["faults", "x"], state.faults[id], "/faults/x"],
    ["a fault that calls itself otherwise", ["faults", id, "id"], "x", `/faults/${id}`],
    ["another code", ["faults", id, "code", "native"], "042017", `/faults/${id}`],
    ["a fault without source", ["sources"], {}, `/faults/${id}/sourceId`],
    [
      "a condition of its own",
      ["faults", id, "readings", "status", "condition"],
      "fine",
      `/faults/${id}/readings/status/condition`,
    ],
    ["readings in a list", ["faults", id, "readings"], [], `/faults/${id}/readings`],
    ["a severity of its own", ["faults", id, "severity", "value"], "low", `/faults/${id}/severity/value`],
  ])("refuses %s", (_, place, value, path) => {
    expect(errorOf(() => parseFaultState(changed(state, place, value)))).toMatchObject({
      code: "ERR_UDS_FAULT_STATE",
      path,
    });
  });

  it("refuses more than the state takes", () => {
    const two = fold(list("0420162f0420172f", 7)).state;
    expect(errorOf(() => parseFaultState({ ...two, maxFaults: 1 }))).toMatchObject({ path: "/faults" });
    const ecu = { addressing: "uds-can", address: 1 } as const;
    const sources = fold(list("", 7), reportOf("5902ff", { ecu })).state;
    expect(errorOf(() => parseFaultState({ ...sources, maxFaults: 1 }))).toMatchObject({ path: "/sources" });
  });

  it("refuses another version by its own code", () => {
    expect(safeParseFaultState({ ...state, schema: "otakit.fault-state/2" })).toMatchObject({
      ok: false,
      error: { code: "ERR_UDS_FAULT_STATE_VERSION", path: "/schema" },
    });
    expect(safeParseFaultState(state)).toMatchObject({ ok: true, value: state });
    expect(safeParseFaultState(null)).toMatchObject({ ok: false, error: { code: "ERR_UDS_FAULT_STATE", path: "" } });
  });

  it("reads the first version for ever", () => {
    const text = `{"schema":"otakit.fault-state/1","maxFaults":10,"faults":{},"sources":{}}`;
    expect(parseFaultState(JSON.parse(text))).toEqual({ ...empty, maxFaults: 10 });
  });
});
