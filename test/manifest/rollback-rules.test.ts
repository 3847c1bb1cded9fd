import { beforeAll, describe, expect, it } from "vitest";
import {
  applyRevocation,
  beginRollbacks,
  closeRollbacks,
  createUpdateFloors,
  decideUpdate,
  type RollbackAuthorisation,
  type RollbackEcu,
  raiseFloors,
  rememberFailure,
  signRollbackAuthorisation,
  signRollbackRevocation,
  type UpdateFloors,
  type VehicleEcu,
  type VerifiedRelease,
  type VerifiedRollbackAuthorisation,
  verifyRollbackAuthorisation,
  verifyRollbackRevocation,
} from "../../src/manifest/index.ts";
import { createLocalSigner } from "../../src/signing/index.ts";
import { errorOf } from "../error-of.ts";
import { digestOf, now, trust as release, verifiedReleaseOf } from "./release-fixture.ts";

const dora = createLocalSigner(new Uint8Array(32).fill(9));
const trust = { rollback: { keys: [dora.publicKey], threshold: 1 }, release };
const scope: RollbackEcu = { ecuId: "gw-1", hardwareId: "gateway-b", fromCounter: 7, toCounter: 5 };
const content: RollbackAuthorisation = {
  schema: "ota-rollback-authorisation/1",
  serial: 10,
  nonce: "00112233445566778899aabbccddeeff",
  notBefore: "2026-10-30T00:00:00Z",
  notAfter: "2026-11-08T00:00:00Z",
  reason: "brake light flickers",
  issuer: "release board",
  vehicles: ["veh-1"],
  ecus: [scope],
};
const floors = createUpdateFloors({ "gw-1": { releaseCounter: 7, securityEpoch: 3 } }, { vehicleId: "veh-1" });
const installed = { sha256: digestOf("7"), releaseCounter: 7, securityEpoch: 3 };
const gateway: VehicleEcu = { ecuId: "gw-1", hardwareId: "gateway-b", installed };

async function verified(change: Partial<RollbackAuthorisation> = {}): Promise<VerifiedRollbackAuthorisation> {
  const envelope = await signRollbackAuthorisation({ ...content, ...change }, [dora]);
  return verifyRollbackAuthorisation(envelope, trust, { now });
}

async function revoke(stored: UpdateFloors, leastSerial: number, serials?: readonly number[]): Promise<UpdateFloors> {
  const revocation = {
    schema: "ota-rollback-revocation/1",
    leastSerial,
    reason: "x",
    ...(serials && { serials }),
  } as const;
  return applyRevocation(
    stored,
    verifyRollbackRevocation(await signRollbackRevocation(revocation, [dora]), trust, { now }),
  );
}

let five: VerifiedRelease;
beforeAll(async () => {
  five = await verifiedReleaseOf({ releaseCounter: 5, hashes: { sha256: digestOf("5") } });
});

describe("reasons of a refused rollback", () => {
  const reasonsOf = async (change: Partial<RollbackAuthorisation>, stored: UpdateFloors = floors, time = now) => {
    const authorisations = [
      await verified({ serial: 1, vehicles: ["veh-2"], nonce: "ff".repeat(16) }),
      await verified(change),
    ];
    const { reasons } = decideUpdate({ candidate: five, ecus: [gateway], floors: stored, now: time, authorisations });
    return reasons.filter(({ path, code }) => path === "/authorisations/1" && code.startsWith("rollback_"));
  };

  it.each<[string, Partial<RollbackAuthorisation>, object, string]>([
    ["rollback_wrong_vehicle", { vehicles: ["veh-2"] }, { vehicleId: "veh-1" }, "wrong_vehicle"],
    [
      "rollback_not_yet_valid",
      { notBefore: "2026-11-02T00:00:00Z" },
      { notBefore: "2026-11-02T00:00:00Z", now },
      "none",
    ],
    ["rollback_expired", { notAfter: "2026-11-01T00:00:00Z" }, { notAfter: "2026-11-01T00:00:00Z", now }, "replay"],
    ["rollback_wrong_ecu", { ecus: [{ ...scope, ecuId: "gw-2" }] }, {}, "wrong_ecu"],
    ["rollback_wrong_hardware", { ecus: [{ ...scope, hardwareId: "x" }] }, { had: "x", got: "gateway-b" }, "wrong_ecu"],
    ["rollback_target_mismatch", { ecus: [{ ...scope, toCounter: 4 }] }, { had: 4, got: 5 }, "downgrade"],
    ["rollback_source_mismatch", { ecus: [{ ...scope, fromCounter: 6 }] }, { had: 6, got: 7 }, "downgrade"],
    [
      "rollback_image_mismatch",
      { ecus: [{ ...scope, sha256: digestOf("e") }] },
      { had: digestOf("e"), got: digestOf("5") },
      "arbitrary_software",
    ],
  ])("%s names what was found", async (code, change, evidence, attack) => {
    const { digest } = await verified(change);
    expect(await reasonsOf(change)).toEqual([
      {
        code,
        message: expect.stringMatching(/^Authorisation 10, ECU "gw-1": The /),
        path: "/authorisations/1",
        attack,
        evidence: { ...evidence, authorisation: digest },
      },
    ]);
  });

  it("of the ledger name what was used", async () => {
    const own = await verified();
    const other = await verified({ serial: 11, ecus: [{ ...scope, ecuId: "gw-2" }] });
    const plan = { ecuId: "gw-1", sha256: digestOf("5"), authorisation: own };
    const found = async (stored: UpdateFloors) =>
      (await reasonsOf({}, stored)).map(({ code, attack, evidence }) => ({ code, attack, ...evidence }));
    const authorisation = own.digest;
    expect(await found(raiseFloors(beginRollbacks(floors, [plan]), gateway, five))).toEqual([
      { code: "rollback_used", attack: "replay", serial: 10, authorisation },
    ]);
    expect(await found(beginRollbacks(floors, [{ ...plan, sha256: digestOf("e") }]))).toEqual([
      {
        code: "rollback_other_image_begun",
        attack: "mix_and_match",
        had: digestOf("e"),
        got: digestOf("5"),
        authorisation,
      },
    ]);
    expect(await found(beginRollbacks(floors, [{ ...plan, ecuId: "gw-2", authorisation: other }]))).toEqual([
      { code: "rollback_serial_too_low", attack: "replay", had: 11, got: 10, authorisation },
      { code: "rollback_nonce_used", attack: "replay", nonce: content.nonce, authorisation },
    ]);
    expect(await found(await revoke(floors, 11))).toEqual([
      { code: "rollback_revoked", attack: "replay", serial: 10, leastSerial: 11, authorisation },
    ]);
    const failed = { ...floors, ecus: { "gw-1": { ...floors.ecus["gw-1"]!, failed: [digestOf("5")] } } };
    expect(await found(failed)).toEqual([
      { code: "rollback_image_not_named", attack: "none", got: digestOf("5"), authorisation },
    ]);
    const { vehicleId: _, ...nameless } = floors;
    expect(await found(nameless)).toEqual([{ code: "rollback_vehicle_unknown", attack: "none", authorisation }]);
  });

  it("are all there, and the time floor counts as the time", async () => {
    const stored = { ...floors, timeMs: Date.UTC(2026, 10, 9) };
    const change = { vehicles: ["veh-2"], ecus: [{ ...scope, toCounter: 4, fromCounter: 6 }] };
    expect((await reasonsOf(change, stored)).map(({ code, evidence }) => [code, evidence?.["now"]])).toEqual([
      ["rollback_wrong_vehicle", undefined],
      ["rollback_expired", stored.timeMs],
      ["rollback_target_mismatch", undefined],
      ["rollback_source_mismatch", undefined],
    ]);
  });

  it("gives way to a permission, which names the authorisation", async () => {
    const own = await verified();
    const verdict = decideUpdate({ candidate: five, ecus: [gateway], floors, now, authorisations: [own] });
    expect(verdict.reasons).toEqual([
      {
        code: "rollback_authorised",
        message: 'ECU "gw-1": authorisation 10 allows release counter 5 (brake light flickers)',
        path: "/ecus/0",
        attack: "none",
        evidence: { authorisation: own.digest, floor: 7 },
      },
    ]);
    expect(verdict.evidence.rollbacks).toEqual([{ ecuId: "gw-1", sha256: digestOf("5"), authorisation: own }]);
    const wordy = decideUpdate({
      candidate: five,
      ecus: [gateway],
      floors,
      now,
      authorisations: [await verified({ reason: "w".repeat(500) })],
    });
    expect(wordy.reasons[0]!.message).toMatch(/ 5 \(w{128}\)$/);
    const refused = decideUpdate({ candidate: five, ecus: [gateway], floors, now: undefined, authorisations: [own] });
    expect([refused.decision, refused.evidence.rollbacks]).toEqual(["refuse", []]);
  });
});

describe("two ECUs that go back at once", () => {
  const second = { ...gateway, ecuId: "gw-2" };
  const stored = createUpdateFloors({ ...floors.ecus, "gw-2": floors.ecus["gw-1"]! }, { vehicleId: "veh-1" });
  const answer = async (...changes: readonly Partial<RollbackAuthorisation>[]) => {
    const authorisations = await Promise.all(changes.map(verified));
    const request = { candidate: five, ecus: [gateway, second], floors: stored, now, authorisations };
    const { decision, reasons, evidence } = decideUpdate(request);
    const codes = reasons.flatMap(({ code, path, evidence }) =>
      path === "/authorisations/1" ? [[code, evidence]] : [],
    );
    return {
      decision,
      codes,
      serials: evidence.rollbacks.map(({ authorisation }) => authorisation.authorisation.serial),
    };
  };
  const other = { ecus: [{ ...scope, ecuId: "gw-2" }] };

  it("do so by one authorisation, or by two that share nothing", async () => {
    const both = { ecus: [scope, { ...scope, ecuId: "gw-2" }] };
    expect(await answer(both)).toEqual({ decision: "install", codes: [], serials: [10, 10] });
    expect(await answer({}, { ...other, serial: 11, nonce: "ff".repeat(16) })).toMatchObject({ serials: [10, 11] });
  });

  it("need two that are not twins, and the answer says so before anything begins", async () => {
    const sameNonce = await answer({}, { ...other, serial: 11 });
    expect([sameNonce.decision, sameNonce.serials]).toEqual(["refuse", []]);
    expect(sameNonce.codes).toMatchObject([["rollback_nonce_used", { nonce: content.nonce }]]);
    const sameSerial = await answer({}, { ...other, nonce: "ff".repeat(16) });
    expect([sameSerial.decision, sameSerial.serials]).toEqual(["refuse", []]);
    expect(sameSerial.codes).toMatchObject([["rollback_serial_too_low", { had: 10, got: 10 }]]);
  });
});

describe("beginRollbacks", () => {
  it("takes nothing that the ledger has closed since the decision", async () => {
    const own = await verified();
    const plan = { ecuId: "gw-1", sha256: digestOf("5"), authorisation: own };
    const newer = await verified({ serial: 11, nonce: "ff".repeat(16) });
    const begun = beginRollbacks(floors, [plan]);
    // The same one may be begun again, which changes nothing.
    expect(beginRollbacks(begun, [plan])).toEqual(begun);
    const spent = raiseFloors(begun, gateway, five);
    const overtaken = raiseFloors(beginRollbacks(floors, [{ ...plan, authorisation: newer }]), gateway, five);
    for (const [stored, code] of [
      [spent, "rollback_used"],
      [overtaken, "rollback_serial_too_low"],
      [await revoke(floors, 11), "rollback_revoked"],
      [beginRollbacks(floors, [{ ...plan, sha256: digestOf("e") }]), "rollback_other_image_begun"],
    ] as const) {
      expect(() => beginRollbacks(stored, [plan])).toThrow(
        new RangeError(`"rollbacks" expected one that is open for ECU gw-1, got serial 10: ${code}`),
      );
    }
    expect(() => beginRollbacks(floors, [{ ...plan, ecuId: "gw-2" }])).toThrow(
      /gw-2, got serial 10: rollback_wrong_ecu$/,
    );
    // What the newer one spent stays spent.
    expect(overtaken.rollback.ecus["gw-1"]).toMatchObject({ authorisation: newer.digest, state: "installed" });
  });

  it("takes two at once, whichever is first, and keeps the highest serial", async () => {
    const ecus = [scope, { ...scope, ecuId: "gw-2" }];
    const [low, high] = [await verified({ ecus }), await verified({ ecus, serial: 11, nonce: "ff".repeat(16) })];
    const plans = [
      { ecuId: "gw-1", sha256: digestOf("5"), authorisation: high },
      { ecuId: "gw-2", sha256: digestOf("5"), authorisation: low },
    ];
    for (const order of [plans, plans.toReversed()]) {
      const { rollback } = beginRollbacks(floors, order);
      expect(rollback).toMatchObject({ serial: 11, authorisation: high.digest });
      expect(rollback.nonces.toSorted()).toEqual([low, high].map((by) => by.authorisation.nonce));
      expect(rollback.ecus["gw-2"]).toEqual({ authorisation: low.digest, sha256: digestOf("5"), state: "begun" });
    }
  });

  it("takes no two with one serial or one nonce, nor two for one ECU", async () => {
    const [one, sameNonce, sameSerial, other] = [
      await verified(),
      await verified({ serial: 11, ecus: [{ ...scope, ecuId: "gw-2" }] }),
      await verified({ nonce: "ff".repeat(16), ecus: [{ ...scope, ecuId: "gw-2" }] }),
      await verified({ serial: 11, nonce: "ff".repeat(16) }),
    ];
    const planOf = (ecuId: string, authorisation: VerifiedRollbackAuthorisation) =>
      ({ ecuId, sha256: digestOf("5"), authorisation }) as const;
    for (const [twin, code] of [
      [sameNonce, "rollback_nonce_used"],
      [sameSerial, "rollback_serial_too_low"],
    ] as const) {
      const plans = [planOf("gw-1", one), planOf("gw-2", twin)];
      for (const order of [plans, plans.toReversed()]) {
        expect(() => beginRollbacks(floors, order)).toThrow(new RegExp(`: ${code}$`));
      }
    }
    expect(() => beginRollbacks(floors, [planOf("gw-1", one), planOf("gw-1", other)])).toThrow(
      new RangeError('"rollbacks" expected each ECU once, got gw-1 twice'),
    );
  });

  it("takes none that is for another vehicle than the floors", async () => {
    const plan = { ecuId: "gw-1", sha256: digestOf("5"), authorisation: await verified() };
    expect(() => beginRollbacks({ ...floors, vehicleId: "veh-2" }, [plan])).toThrow(/: rollback_wrong_vehicle$/);
    const { vehicleId: _, ...nameless } = floors;
    expect(() => beginRollbacks(nameless, [plan])).toThrow(/: rollback_vehicle_unknown$/);
  });

  it("remembers the last 64 nonces", async () => {
    let stored = floors;
    for (let serial = 1; serial <= 66; serial++) {
      const authorisation = await verified({ serial, nonce: serial.toString(16).padStart(32, "0") });
      stored = beginRollbacks(stored, [{ ecuId: "gw-1", sha256: digestOf("5"), authorisation }]);
    }
    expect(stored.rollback.nonces).toHaveLength(64);
    expect([stored.rollback.nonces[0], stored.rollback.nonces.at(-1)]).toEqual(
      [3, 66].map((serial) => serial.toString(16).padStart(32, "0")),
    );
  });
});

describe("closeRollbacks", () => {
  const stateAfter = async (state: "begun" | "installed" | "left", sha256: string | undefined) => {
    const begun = beginRollbacks(floors, [{ ecuId: "gw-1", sha256: digestOf("5"), authorisation: await verified() }]);
    const use = { ...begun.rollback.ecus["gw-1"]!, state };
    const stored = { ...begun, rollback: { ...begun.rollback, ecus: { "gw-1": use } } };
    const closed = closeRollbacks(stored, [
      { ecuId: "gw-1", ...(sha256 && { installed: { sha256 } }) },
      { ecuId: "x", installed },
    ]);
    expect({ ...closed, rollback: { ...closed.rollback, ecus: {} } }).toEqual({
      ...stored,
      rollback: { ...stored.rollback, ecus: {} },
    });
    return closed.rollback.ecus["gw-1"]!.state;
  };

  it.each([
    ["begun", digestOf("5"), "installed"],
    ["begun", digestOf("7"), "begun"],
    ["begun", undefined, "begun"],
    ["installed", digestOf("5"), "installed"],
    ["installed", digestOf("7"), "left"],
    ["installed", undefined, "installed"],
    ["left", digestOf("5"), "left"],
    ["left", digestOf("7"), "left"],
  ] as const)("makes of %s, where %s runs, %s", async (state, sha256, after) => {
    expect(await stateAfter(state, sha256)).toBe(after);
  });
});

describe("a rollback whose image fails", () => {
  it("is over, also when its authorisation names the image", async () => {
    const named = await verified({ ecus: [{ ...scope, sha256: digestOf("5") }] });
    const request = { candidate: five, ecus: [gateway], now, authorisations: [named] };
    const begun = beginRollbacks(floors, [{ ecuId: "gw-1", sha256: digestOf("5"), authorisation: named }]);
    expect(decideUpdate({ ...request, floors: begun }).decision).toBe("install");
    const failed = rememberFailure(begun, "gw-1", digestOf("5"));
    expect(failed.rollback.ecus["gw-1"]).toEqual({ ...begun.rollback.ecus["gw-1"], state: "left" });
    const { decision, reasons } = decideUpdate({ ...request, floors: failed });
    expect([decision, ...reasons.map(({ code }) => code)]).toEqual([
      "refuse",
      "release_counter_below_floor",
      "rollback_used",
      "image_failed_before",
    ]);
    const again = await verified({ serial: 11, nonce: "ff".repeat(16), ecus: named.authorisation.ecus });
    expect(decideUpdate({ ...request, authorisations: [again], floors: failed }).decision).toBe("install");
  });

  it("is not touched by the failure of another image, or of one that was installed to its end", async () => {
    const begun = beginRollbacks(floors, [{ ecuId: "gw-1", sha256: digestOf("5"), authorisation: await verified() }]);
    expect(rememberFailure(begun, "gw-1", digestOf("e")).rollback).toEqual(begun.rollback);
    const done = raiseFloors(begun, gateway, five);
    expect(rememberFailure(done, "gw-1", digestOf("5")).rollback).toEqual(done.rollback);
  });
});

describe("what an ECU runs after a rollback", () => {
  it("is excused until something else was installed", async () => {
    const running = { ...gateway, installed: { sha256: digestOf("5"), releaseCounter: 5, securityEpoch: 3 } };
    const begun = beginRollbacks(floors, [{ ecuId: "gw-1", sha256: digestOf("5"), authorisation: await verified() }]);
    const answer = (stored: UpdateFloors) => {
      const { decision, reasons } = decideUpdate({ candidate: five, ecus: [running], floors: stored, now });
      return [decision, ...reasons.map(({ code, path, message }) => [code, path, message])];
    };
    const excused = [
      "up_to_date",
      ["image_already_installed", "/ecus/0", 'ECU "gw-1": "2.1.0" is installed by an authorised rollback'],
    ];
    expect(answer(begun)).toEqual(excused);
    // Begun to one image, and it runs another one below the floor.
    const elsewhere = { ...gateway, installed: { sha256: digestOf("4"), releaseCounter: 4, securityEpoch: 3 } };
    const found = decideUpdate({ candidate: five, ecus: [elsewhere], floors: begun, now });
    expect(found.reasons.map(({ code }) => code)).toEqual(["release_counter_below_floor", "installed_below_floor"]);
    const done = raiseFloors(begun, gateway, five);
    expect(answer(done)).toEqual(excused);
    const seven = await verifiedReleaseOf({ hashes: { sha256: digestOf("7") } });
    const left = raiseFloors(done, gateway, seven);
    expect(left.rollback.ecus["gw-1"]!.state).toBe("left");
    expect(answer(left).map((reason) => [reason].flat()[0])).toEqual([
      "refuse",
      "release_counter_below_floor",
      "installed_below_floor",
    ]);
    expect(raiseFloors(left, gateway, five).rollback.ecus["gw-1"]!.state).toBe("left");
    expect(raiseFloors(begun, gateway, seven).rollback.ecus["gw-1"]!.state).toBe("left");
  });
});

describe("applyRevocation", () => {
  it("adds up, and never takes back", async () => {
    const first = await revoke(floors, 4, [9, 7]);
    expect(first.rollback).toMatchObject({ leastSerial: 4, revoked: [7, 9] });
    expect((await revoke(first, 2)).rollback).toEqual(first.rollback);
    expect((await revoke(first, 8, [20, 100])).rollback).toMatchObject({ leastSerial: 8, revoked: [9, 20, 100] });
  });

  it("voids what is too much to remember one by one", async () => {
    const serials = Array.from({ length: 256 }, (_, index) => 10 + 2 * index);
    const full = await revoke(floors, 1, serials);
    expect(full.rollback).toMatchObject({ leastSerial: 1, revoked: serials });
    const more = await revoke(full, 1, [5, 7, 9_007_199_254_740_991]);
    expect(more.rollback).toMatchObject({ leastSerial: 11, revoked: [...serials.slice(1), 9_007_199_254_740_991] });
  });
});

describe("documents", () => {
  it.each<[string, object, string, string, RegExp]>([
    ["a time that is none", { notBefore: "2026-10-30" }, "ERR_MANIFEST_SCHEMA", "/notBefore", /is no UTC time$/],
    ["an end that is none", { notAfter: "2026-11-08" }, "ERR_MANIFEST_SCHEMA", "/notAfter", /is no UTC time$/],
    ["no window", { notAfter: content.notBefore }, "ERR_MANIFEST_ROLLBACK", "/notAfter", /it ends before it begins$/],
    [
      "a VIN",
      { vehicles: ["v", "WVWZZZ1KZAW000001"] },
      "ERR_MANIFEST_ROLLBACK",
      "/vehicles/1",
      /identification number/,
    ],
    ["an ECU twice", { ecus: [scope, scope] }, "ERR_MANIFEST_ROLLBACK", "/ecus/1/ecuId", /an ECU twice$/],
    [
      "no way back",
      { ecus: [{ ...scope, toCounter: 7 }] },
      "ERR_MANIFEST_ROLLBACK",
      "/ecus/0/toCounter",
      /does not go back$/,
    ],
    ["a member of an ECU", { ecus: [{ ...scope, x: 1 }] }, "ERR_MANIFEST_SCHEMA", "/ecus/0/x", /is not known here$/],
    ["a member", { x: 1 }, "ERR_MANIFEST_SCHEMA", "/x", /rollback authorisation: "\/x" is not known here$/],
    [
      "a long digest",
      { ecus: [{ ...scope, sha256: `${digestOf("a")}a` }] },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/0/sha256",
      /./,
    ],
    [
      "a digest in a text",
      { ecus: [{ ...scope, sha256: `xx${digestOf("a")}` }] },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/0/sha256",
      /./,
    ],
    ["half a byte", { nonce: `${content.nonce}0` }, "ERR_MANIFEST_SCHEMA", "/nonce", /./],
    ["a nonce in a text", { nonce: `x${content.nonce}` }, "ERR_MANIFEST_SCHEMA", "/nonce", /./],
    ["a short nonce", { nonce: "00".repeat(15) }, "ERR_MANIFEST_SCHEMA", "/nonce", /./],
    ["a long nonce", { nonce: "00".repeat(65) }, "ERR_MANIFEST_SCHEMA", "/nonce", /./],
    ["no reason", { reason: "" }, "ERR_MANIFEST_SCHEMA", "/reason", /./],
    ["a long reason", { reason: "x".repeat(2001) }, "ERR_MANIFEST_SCHEMA", "/reason", /./],
    ["no issuer", { issuer: "" }, "ERR_MANIFEST_SCHEMA", "/issuer", /./],
    ["no ECU", { ecus: [] }, "ERR_MANIFEST_SCHEMA", "/ecus", /./],
    [
      "a counter that is none",
      { ecus: [{ ...scope, toCounter: -1 }] },
      "ERR_MANIFEST_SCHEMA",
      "/ecus/0/toCounter",
      /./,
    ],
  ])("are not signed with %s", async (_, change, code, path, message) => {
    const error = await signRollbackAuthorisation({ ...content, ...change } as never, [dora]).catch((fault) => fault);
    expect(error).toMatchObject({ code, path, message: expect.stringMatching(message) });
  });

  it.each<[string, object, string]>([
    ["a serial of 0", { leastSerial: 0 }, "/leastSerial"],
    ["too many serials", { serials: Array.from({ length: 257 }, (_, index) => index + 1) }, "/serials"],
    ["a member that is not known", { x: 1 }, "/x"],
    ["no reason", { reason: "" }, "/reason"],
  ])("of revocation are not signed with %s", async (_, change, path) => {
    const revocation = { schema: "ota-rollback-revocation/1", leastSerial: 1, reason: "x", ...change } as never;
    const error = await signRollbackRevocation(revocation, [dora]).catch((fault) => fault);
    expect(error).toMatchObject({ code: "ERR_MANIFEST_SCHEMA", path });
  });

  it("are verified by keys that sign nothing else, within limits and by the given provider", async () => {
    const envelope = await signRollbackAuthorisation(content, [dora]);
    const emil = createLocalSigner(new Uint8Array(32).fill(10));
    const shared = { ...trust, rollback: { keys: [emil.publicKey, dora.publicKey], threshold: 1 } };
    const mixed = { ...shared, release: { keys: [...release.keys, dora.publicKey], threshold: 1 } };
    expect(errorOf(() => verifyRollbackAuthorisation(envelope, mixed, { now }))).toMatchObject({
      code: "ERR_MANIFEST_TRUST_ROLES",
      path: "/rollback/keys/1",
    });
    expect(errorOf(() => verifyRollbackAuthorisation(envelope, trust, { now, limits: { maxBytes: 9 } }))).toMatchObject(
      {
        code: "ERR_CORE_LIMIT",
      },
    );
    const deaf = { name: "deaf", importPublicKey: () => ({ verify: () => false }) } as never;
    expect(errorOf(() => verifyRollbackAuthorisation(envelope, trust, { now, provider: deaf }))).toMatchObject({
      code: "ERR_SIGNING_THRESHOLD",
    });
  });
});
