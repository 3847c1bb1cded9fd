import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  coreReasonCodes,
  evaluateWindow,
  type MaintenanceWindow,
  openIntervals,
  parseMaintenanceWindows,
  type WeeklyWindow,
} from "../../src/core/index.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;
/** Monday 2026-11-23, 00:00 UTC. */
const monday = Date.UTC(2026, 10, 23);

const once = (startMs: number, endMs: number): MaintenanceWindow => ({ kind: "once", startMs, endMs });
const weekly = (days: readonly number[], startMinute: number, durationMinutes: number, utcOffsetMinutes = 0) =>
  ({ kind: "weekly", days, startMinute, durationMinutes, utcOffsetMinutes }) satisfies WeeklyWindow;
const codes = (decision: ReturnType<typeof evaluateWindow>) => decision.reasons.map(({ code }) => code);

describe("openIntervals", () => {
  it("places weekly windows on ISO days, at local time", () => {
    for (const [isoDay, offsetDays] of [1, 2, 3, 4, 5, 6, 7].map((isoDay) => [isoDay, isoDay - 1] as const)) {
      const startMs = monday + offsetDays * day + 90 * minute;
      expect(openIntervals([weekly([isoDay], 90, 30)], monday, monday + week)).toEqual([
        { startMs, endMs: startMs + 30 * minute },
      ]);
    }
    // 01:30 at UTC+2 is 23:30 UTC of the day before; at UTC-5 it is 06:30 UTC.
    expect(openIntervals([weekly([2], 90, 30, 120)], monday, monday + week)).toEqual([
      { startMs: monday + 23.5 * hour, endMs: monday + day },
    ]);
    expect(openIntervals([weekly([2], 90, 30, -300)], monday, monday + week)).toEqual([
      { startMs: monday + day + 6.5 * hour, endMs: monday + day + 7 * hour },
    ]);
  });

  it("repeats every week, also before the epoch", () => {
    expect(openIntervals([weekly([7], 0, 60)], -2 * week, 0)).toEqual(
      [-11, -4].map((at) => ({ startMs: at * day, endMs: at * day + hour })),
    );
  });

  it("joins what touches or overlaps, and nothing else", () => {
    const windows = [once(50, 60), once(10, 20), once(20, 30), once(55, 58), once(31, 40), once(35, 45)];
    expect(openIntervals(windows, 0, 100)).toEqual([
      { startMs: 10, endMs: 30 },
      { startMs: 31, endMs: 45 },
      { startMs: 50, endMs: 60 },
    ]);
  });

  it("cuts to the span asked for", () => {
    expect(openIntervals([once(0, 10), once(20, 30)], 5, 25)).toEqual([
      { startMs: 5, endMs: 10 },
      { startMs: 20, endMs: 25 },
    ]);
    expect(openIntervals([once(0, 10)], 10, 20)).toEqual([]);
    expect(openIntervals([once(20, 30)], 10, 20)).toEqual([]);
    expect(openIntervals([{ kind: "always" }], 10, 20)).toEqual([{ startMs: 10, endMs: 20 }]);
    expect(openIntervals([], 0, 100)).toEqual([]);
    for (const window of [{ kind: "always" } as const, once(0, 10), weekly([1, 4], 0, 10_080)]) {
      expect(openIntervals([window], 5, 5)).toEqual([]);
    }
    // A week-long window is cut at both ends of a span within it.
    expect(openIntervals([weekly([1], 0, 10_080)], monday + hour, monday + 2 * hour)).toEqual([
      { startMs: monday + hour, endMs: monday + 2 * hour },
    ]);
  });

  it("finds a weekly window that began before the span, up to its last millisecond", () => {
    const window = [weekly([1], 0, 60)];
    const lastMs = monday + hour - 1;
    expect(openIntervals(window, lastMs, monday + day)).toEqual([{ startMs: lastMs, endMs: monday + hour }]);
    expect(openIntervals(window, monday + hour, monday + day)).toEqual([]);
    expect(openIntervals(window, monday - day, monday)).toEqual([]);
    expect(openIntervals(window, monday - day, monday + 1)).toEqual([{ startMs: monday, endMs: monday + 1 }]);
  });

  it("bounds the span", () => {
    expect(openIntervals([weekly([1], 0, 1)], 0, 366 * day)).toHaveLength(52);
    for (const [from, to] of [
      [0, 366 * day + 1],
      [1, 0],
    ] as const) {
      expect(() => openIntervals([], from, to)).toThrow(
        new RangeError(`"toMs" expected 0 to ${366 * day} ms after "fromMs", got ${to - from}`),
      );
    }
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 8.64e15 + 1]) {
      expect(() => openIntervals([], bad, 0)).toThrow(`"fromMs" expected integer of at most`);
      expect(() => openIntervals([], 0, bad)).toThrow(`"toMs" expected integer of at most`);
    }
  });
});

describe("evaluateWindow", () => {
  it("is open only if the work fits before the close", () => {
    const windows = [once(1_000, 5_000)];
    expect(evaluateWindow(windows, 1_000, 4_000)).toEqual({
      decision: "open",
      reasons: [
        {
          code: "window_open",
          message: "The work fits before the window closes",
          evidence: { closesAtMs: 5_000, neededMs: 4_000 },
        },
      ],
      evidence: { closesAtMs: 5_000 },
    });
    expect(evaluateWindow(windows, 4_999, 1).decision).toBe("open");
    expect(evaluateWindow(windows, 4_999, 0).decision).toBe("open");
    expect(evaluateWindow(windows, 4_999, 2).decision).toBe("never");
  });

  it("waits for a window, with the instants", () => {
    expect(evaluateWindow([once(1_000, 5_000)], 999, 4_000)).toEqual({
      decision: "wait",
      reasons: [{ code: "window_closed", message: "No window is open now" }],
      evidence: { opensAtMs: 1_000, closesAtMs: 5_000 },
    });
  });

  it("waits for a longer window when this one is too short", () => {
    const windows = [once(0, 100), once(200, 250), once(300, 500)];
    expect(evaluateWindow(windows, 50, 51)).toEqual({
      decision: "wait",
      reasons: [
        {
          code: "window_too_short",
          message: "The window closes before the work is done",
          evidence: { closesAtMs: 100, neededMs: 51 },
        },
      ],
      evidence: { opensAtMs: 300, closesAtMs: 500 },
    });
  });

  it("is never when nothing is left, or nothing is long enough", () => {
    const past = evaluateWindow([once(0, 100)], 100, 0);
    expect(past.decision).toBe("never");
    expect(past.evidence).toEqual({});
    expect(codes(past)).toEqual(["window_all_past", "window_closed"]);
    const tooShort = evaluateWindow([once(0, 100), once(200, 250)], 0, 101);
    expect(tooShort.decision).toBe("never");
    expect(tooShort.reasons).toEqual([
      { code: "window_never_fits", message: "No window to come is long enough", evidence: { neededMs: 101 } },
      {
        code: "window_too_short",
        message: "The window closes before the work is done",
        evidence: { closesAtMs: 100, neededMs: 101 },
      },
    ]);
    expect(codes(evaluateWindow([weekly([1], 0, 60)], monday + day, 61 * minute))).toEqual([
      "window_never_fits",
      "window_closed",
    ]);
  });

  it("takes no window as never, and always only when it is said", () => {
    for (const now of [undefined, 0]) {
      expect(evaluateWindow([], now, 0)).toEqual({
        decision: "never",
        reasons: [{ code: "window_list_empty", message: "No maintenance window is given" }],
        evidence: {},
      });
    }
    expect(evaluateWindow([{ kind: "always" }], 0, Number.MAX_SAFE_INTEGER)).toEqual({
      decision: "open",
      reasons: [{ code: "window_open", message: "The window never closes" }],
      evidence: {},
    });
  });

  it("never starts at an unknown time or for an unknown duration", () => {
    for (const windows of [[{ kind: "always" }], [once(0, 100)]] as const) {
      expect(evaluateWindow(windows, undefined, 1)).toEqual({
        decision: "unknown",
        reasons: [{ code: "window_time_unknown", message: "The current time is not known" }],
        evidence: {},
      });
      expect(evaluateWindow(windows, 0, undefined)).toEqual({
        decision: "unknown",
        reasons: [{ code: "window_duration_unknown", message: "The duration of the work is not known" }],
        evidence: {},
      });
      expect(codes(evaluateWindow(windows, undefined, undefined))).toEqual([
        "window_time_unknown",
        "window_duration_unknown",
      ]);
    }
  });

  it("never closes when weekly windows together fill the week", () => {
    const halves = [weekly([1, 3, 5, 7], 0, 1_440), weekly([2, 4, 6], 0, 1_440)];
    expect(evaluateWindow(halves, monday + 5, 1_000 * day)).toMatchObject({ decision: "open", evidence: {} });
    expect(evaluateWindow([weekly([3], 700, 10_080, 60)], 0, 1_000 * day).decision).toBe("open");
    const oneMinuteShort = [weekly([1, 3, 5, 7], 0, 1_440), weekly([2, 4], 0, 1_440), weekly([6], 1, 1_439)];
    expect(evaluateWindow(oneMinuteShort, monday, 1_000 * day).decision).toBe("never");
    expect(evaluateWindow([once(0, week)], 0, week + 1).decision).toBe("never");
  });

  it("joins weekly and one-off windows into one open time", () => {
    // Sunday 22:00-24:00, a one-off from Monday 00:00 to 03:00, Monday 03:00-04:00.
    const windows = [weekly([7], 1_320, 120), once(monday, monday + 3 * hour), weekly([1], 180, 60)];
    expect(evaluateWindow(windows, monday - 2 * hour, 6 * hour)).toMatchObject({
      decision: "open",
      evidence: { closesAtMs: monday + 4 * hour },
    });
    // Years ahead: the weekly windows around it count just the same.
    expect(evaluateWindow(windows, monday - 4_000 * day, 6 * hour)).toMatchObject({
      decision: "wait",
      evidence: { opensAtMs: monday - 2 * hour, closesAtMs: monday + 4 * hour },
    });
    expect(evaluateWindow(windows, monday - 4_000 * day, 6 * hour + 1).decision).toBe("never");
    // Two hours come sooner, on a Sunday.
    expect(evaluateWindow(windows, monday - 5 * week, 2 * hour)).toMatchObject({
      decision: "wait",
      evidence: { opensAtMs: monday - 4 * week - 2 * hour },
    });
  });

  it("looks far enough for an open time of several weekly windows", () => {
    // Monday to Friday is one open time of five days; just after it began, the next one is a week away.
    const workWeek = [weekly([1, 2, 3, 4, 5], 0, 1_440)];
    expect(evaluateWindow(workWeek, monday + 1, 5 * day)).toMatchObject({
      decision: "wait",
      evidence: { opensAtMs: monday + week, closesAtMs: monday + week + 5 * day },
    });
  });

  it("joins weekly windows to both ends of a long one-off window far away", () => {
    const startMs = monday + 100 * week;
    const endMs = startMs + 10 * week;
    const windows = [once(startMs, endMs), weekly([7], 1_320, 120), weekly([1], 0, 60)];
    expect(evaluateWindow(windows, monday, week)).toMatchObject({
      decision: "wait",
      evidence: { opensAtMs: startMs - 2 * hour, closesAtMs: endMs + hour },
    });
  });

  it("sees the gap of a week that is open at its end but not at its beginning", () => {
    const sixDays = [weekly([5], 0, 6 * 1_440)];
    expect(evaluateWindow(sixDays, 0, hour)).toMatchObject({ decision: "wait", evidence: { opensAtMs: day } });
    expect(evaluateWindow(sixDays, 0, week).decision).toBe("never");
  });

  it("answers at once for windows of any length and distance", () => {
    const far = 8.64e15;
    const lists: readonly (readonly MaintenanceWindow[])[] = [
      Array.from({ length: 64 }, (_, index) =>
        index % 2 === 0 ? once(index * 1e12, index * 1e12 + 1) : weekly([1, 2, 3, 4, 5, 6, 7], index, 1),
      ),
      [once(-far, far), weekly([1], 0, 1)],
    ];
    expect(evaluateWindow(lists[0]!, 0, hour).decision).toBe("never");
    expect(evaluateWindow(lists[1]!, 0, far)).toMatchObject({ decision: "open", evidence: { closesAtMs: far } });
    expect(evaluateWindow([weekly([1], 0, 1)], far, 0).decision).toBe("wait");
    expect(evaluateWindow([weekly([1], 0, 1)], -far, 0).decision).toBe("wait");
  });

  it("refuses impossible arguments", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 8.64e15 + 1, -8.64e15 - 1]) {
      expect(() => evaluateWindow([], bad, 0)).toThrow(RangeError);
    }
    for (const bad of [-1, 0.5, Number.NaN]) {
      expect(() => evaluateWindow([{ kind: "always" }], 0, bad)).toThrow(
        new RangeError(`"neededMs" expected integer >= 0, got ${bad}`),
      );
    }
    expect(() => evaluateWindow([once(1, 1)], 0, 0)).toThrow(expect.objectContaining({ code: "ERR_CORE_WINDOW" }));
    expect(() => openIntervals([once(1, 1)], 0, 0)).toThrow(expect.objectContaining({ code: "ERR_CORE_WINDOW" }));
  });
});

describe("parseMaintenanceWindows", () => {
  const fault = (value: unknown) => {
    try {
      parseMaintenanceWindows(value);
    } catch (error) {
      const { name, code, path } = error as Record<string, unknown>;
      expect({ name, code }).toEqual({ name: "CoreError", code: "ERR_CORE_WINDOW" });
      return path;
    }
    throw new Error("expected a throw");
  };

  it("gives well-formed windows back as they are", () => {
    const windows = [
      { kind: "always" },
      once(-8.64e15, 8.64e15),
      weekly([1, 2, 3, 4, 5, 6, 7], 0, 1, -1_439),
      weekly([7], 1_439, 10_080, 1_439),
    ];
    expect(parseMaintenanceWindows(windows)).toBe(windows);
    expect(parseMaintenanceWindows([])).toEqual([]);
    expect(parseMaintenanceWindows(Array(64).fill({ kind: "always" }))).toHaveLength(64);
  });

  it("points at the fault", () => {
    for (const value of [null, undefined, {}, "always", 1, Array(65).fill({ kind: "always" })]) {
      expect(fault(value)).toBe("");
    }
    for (const window of [null, "always", 7, undefined]) expect(fault([{ kind: "always" }, window])).toBe("/1");
    for (const kind of ["daily", "__proto__", "", undefined, 1]) expect(fault([{ kind }])).toBe("/0/kind");
    expect(fault([{ kind: "always", except: [] }])).toBe("/0");
    expect(fault([{ ...once(0, 1), timeZone: "Europe/Berlin" }])).toBe("/0");
    expect(fault([{ ...weekly([1], 0, 1), timeZone: "Europe/Berlin" }])).toBe("/0");
    const unsafe = [Number.NaN, Number.POSITIVE_INFINITY, 0.5, "0", null, undefined, true];
    for (const bad of [...unsafe, 8.64e15 + 1, -8.64e15 - 1]) {
      expect(fault([{ kind: "once", startMs: bad, endMs: 1 }])).toBe("/0/startMs");
      expect(fault([{ kind: "once", startMs: 0, endMs: bad }])).toBe("/0/endMs");
    }
    for (const endMs of [10, 9]) expect(fault([once(10, endMs)])).toBe("/0/endMs");
    for (const bad of [...unsafe, -1, 1_440]) {
      expect(fault([{ ...weekly([1], 0, 1), startMinute: bad }])).toBe("/0/startMinute");
    }
    for (const bad of [...unsafe, 0, 10_081]) {
      expect(fault([{ ...weekly([1], 0, 1), durationMinutes: bad }])).toBe("/0/durationMinutes");
    }
    for (const bad of [...unsafe, -1_440, 1_440]) {
      expect(fault([{ ...weekly([1], 0, 1), utcOffsetMinutes: bad }])).toBe("/0/utcOffsetMinutes");
    }
    for (const days of [[], [1, 2, 3, 4, 5, 6, 7, 1], "1", null, { length: 1 }]) {
      expect(fault([{ ...weekly([1], 0, 1), days }])).toBe("/0/days");
    }
    for (const bad of [...unsafe, 0, 8, 1]) expect(fault([{ ...weekly([1], 0, 1), days: [1, bad] }])).toBe("/0/days/1");
  });

  it("says what was found", () => {
    expect(() => parseMaintenanceWindows([weekly([1, 8], 0, 1)])).toThrow(
      'Cannot accept maintenance windows: "/0/days/1" expected integer 1 to 7, got 8',
    );
    expect(() => parseMaintenanceWindows({})).toThrow(
      'Cannot accept maintenance windows: "windows" expected array of at most 64 windows, got object',
    );
    expect(() => parseMaintenanceWindows([{ kind: "x".repeat(70) }])).toThrow(`got "${"x".repeat(64)}…"`);
  });
});

describe("against a minute-by-minute oracle", () => {
  const horizonMinutes = 7 * 10_080;
  const base = monday / minute;

  /** Whether a window is open in the minute that begins `at` minutes after `base`; by the definition of its members. */
  function isOpen(window: MaintenanceWindow, at: number): boolean {
    const utcMinute = base + at;
    if (window.kind === "always") return true;
    if (window.kind === "once") return window.startMs <= utcMinute * minute && utcMinute * minute < window.endMs;
    const { days, startMinute, durationMinutes, utcOffsetMinutes } = window;
    // `base` is a Monday, 00:00 UTC.
    const minuteOfWeek = (at + utcOffsetMinutes + 10_080 * 2) % 10_080;
    return days.some((isoDay) => {
      const sinceStart = (minuteOfWeek - ((isoDay - 1) * 1_440 + startMinute) + 10_080 * 2) % 10_080;
      return sinceStart < durationMinutes;
    });
  }

  /** For each minute the one at which the open time that holds it ends, or 0 when it is closed. */
  function timeline(windows: readonly MaintenanceWindow[]): readonly number[] {
    const oneOffs = windows.filter(({ kind }) => kind === "once");
    const repeating = windows.filter(({ kind }) => kind !== "once");
    const week = Array.from({ length: 10_080 }, (_, at) => repeating.some((window) => isOpen(window, at)));
    const ends = Array<number>(horizonMinutes).fill(0);
    for (let at = horizonMinutes - 1; at >= 0; at--) {
      const open = week[at % 10_080] || oneOffs.some((window) => isOpen(window, at));
      if (open) ends[at] = ends[at + 1] || at + 1;
    }
    return ends;
  }

  const windowOf = fc.oneof(
    { weight: 1, arbitrary: fc.constant<MaintenanceWindow>({ kind: "always" }) },
    {
      weight: 10,
      arbitrary: fc
        .tuple(fc.integer({ min: -2_000, max: 3 * 10_080 }), fc.integer({ min: 1, max: 5_000 }))
        .map(([start, duration]) => once((base + start) * minute, (base + start + duration) * minute)),
    },
    {
      weight: 20,
      arbitrary: fc.record<MaintenanceWindow & { kind: "weekly" }>({
        kind: fc.constant("weekly" as const),
        days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
        startMinute: fc.constantFrom(0, 60, 720, 1_080, 1_439),
        durationMinutes: fc.oneof(
          fc.constantFrom(60, 660, 720, 1_440, 2_880, 10_079, 10_080),
          fc.integer({ min: 1, max: 1_500 }),
        ),
        utcOffsetMinutes: fc.constantFrom(0, 60, 120, -300, 345, 840, -720, 1_439, -1_439),
      }),
    },
  );
  const windowsOf = fc.array(windowOf, { minLength: 1, maxLength: 5 });

  it("gives the same open minutes", () => {
    fc.assert(
      fc.property(windowsOf, fc.nat(10_080), fc.nat(20_160), (windows, from, length) => {
        const ends = timeline(windows);
        const intervals = openIntervals(windows, (base + from) * minute, (base + from + length) * minute);
        const open = new Set<number>();
        let lastEnd = Number.NEGATIVE_INFINITY;
        for (const { startMs, endMs } of intervals) {
          expect(startMs).toBeGreaterThan(lastEnd);
          expect(endMs).toBeGreaterThan(startMs);
          lastEnd = endMs;
          for (let at = startMs / minute - base; at < endMs / minute - base; at++) open.add(at);
        }
        for (let at = 0; at < from + length + 10; at++) {
          if (open.has(at) !== (at >= from && at < from + length && ends[at] !== 0)) throw new Error(`minute ${at}`);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("gives the same decision, opening and closing", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(windowsOf, fc.nat(10_080), fc.oneof(fc.nat(1_500), fc.nat(12_000)), (windows, now, needed) => {
        const ends = timeline(windows);
        const start = ends.findIndex((end, at) => at >= now && end !== 0 && end - at >= needed);
        const decision = start < 0 ? "never" : start === now ? "open" : "wait";
        const forever = start >= 0 && ends[start] === horizonMinutes;
        const actual = evaluateWindow(windows, (base + now) * minute, needed * minute);
        seen.add(forever ? "forever" : decision);
        expect(actual.decision).toBe(decision);
        expect(actual.evidence).toEqual({
          ...(decision === "wait" && { opensAtMs: (base + start) * minute }),
          ...(start >= 0 && !forever && { closesAtMs: (base + ends[start]!) * minute }),
        });
        const first = { open: ["window_open"], wait: ["window_closed", "window_too_short"] };
        if (decision === "never") expect(["window_all_past", "window_never_fits"]).toContain(actual.reasons[0]!.code);
        else expect(first[decision]).toContain(actual.reasons[0]!.code);
        for (const { code } of actual.reasons) expect(Object.keys(coreReasonCodes)).toContain(code);
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(["forever", "never", "open", "wait"]);
  });
});
