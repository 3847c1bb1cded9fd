/** A vehicle that goes through the steps of a scenario with the profile `uptane-ats`, and says what it made of each. */

import { utf8ToBytes } from "otakit/core";
import {
  createTufClient,
  createUptaneClient,
  nextTufRequest,
  nextUptaneRequest,
  stepTufClient,
  stepUptaneClient,
  timeFromClock,
  type UptaneClient,
  type UptaneReason,
  type UptaneRepository,
  uptaneAssignment,
  uptaneTufPolicy,
  type VerifiedAssignment,
  verifyUptaneImage,
} from "otakit/manifest";
import { targetClass, updateClass } from "./error-class.ts";
import type { Scenario, ScenarioStep, ServedRepository } from "./scenario.ts";

/** The day on which the scenarios are played: those that have not expired have not until 2038. */
const now = Date.UTC(2026, 10, 25);

const time = timeFromClock(now, 0);

/** What came of one repository or one target: success, or the class of the error; `undefined` when it was not reached. */
export type Observed = "success" | { readonly err: string } | undefined;

/** What a vehicle made of a step. */
export interface ObservedStep {
  readonly update: Readonly<Record<UptaneRepository, Observed>>;
  /** By filename; of both repositories at once, because a vehicle installs what both say. */
  readonly targets: ReadonlyMap<string, Observed>;
}

type Store = Map<string, Uint8Array>;

/** A refusal, with the file that was refused. */
interface Refusal {
  readonly reasons: readonly UptaneReason[];
  readonly file: string | undefined;
}

export class ScenarioVehicle {
  readonly #scenario: Scenario;
  readonly #stores: Readonly<Record<UptaneRepository, Store>> = { director: new Map(), image: new Map() };

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  play(step: ScenarioStep): ObservedStep {
    const served = { director: step.director, image: step.image_repo };
    for (const repository of ["director", "image"] as const) {
      // The scenarios ship no root: the first one served is trusted, as aktualizr does at its provisioning.
      const first = served[repository].files["1.root.json"];
      const store = this.#stores[repository];
      if (first !== undefined && !store.has("root.json")) store.set("root.json", utf8ToBytes(first));
    }
    const result = this.#verify(served);
    if ("assignment" in result) {
      const success = { director: "success", image: "success" } as const;
      return { update: success, targets: this.#checkImages(result.assignment, served) };
    }
    const classes = result.reasons.map(targetClass);
    if (classes[0] !== undefined) {
      const targets = new Map<string, Observed>();
      for (const { evidence, code } of [...result.reasons].reverse()) {
        targets.set(String(evidence["target"]), { err: targetClass({ code } as UptaneReason) ?? code });
      }
      return { update: this.#alone(served, {}), targets };
    }
    const { repository } = result.reasons[0]!;
    const err = updateClass(result.reasons[0]!, result.file);
    return { update: this.#alone(served, { [repository!]: { err } }), targets: new Map() };
  }

  /** The verdict of each repository that the client did not come to, or that it had no fault to find with, by its TUF client alone. */
  #alone(
    served: Readonly<Record<UptaneRepository, ServedRepository>>,
    found: Partial<Record<UptaneRepository, Observed>>,
  ): Record<UptaneRepository, Observed> {
    const of = (repository: UptaneRepository) => found[repository] ?? this.#refresh(repository, served[repository]);
    return { director: of("director"), image: of("image") };
  }

  #refresh(repository: UptaneRepository, { files }: ServedRepository): Observed {
    const policy = uptaneTufPolicy("uptane-ats", repository);
    const store = this.#stores[repository];
    let client = createTufClient(store.get("root.json")!, policy);
    for (
      let request = nextTufRequest(client, policy);
      request !== undefined;
      request = nextTufRequest(client, policy)
    ) {
      const text = files[request.file];
      const fetched = text === undefined ? undefined : utf8ToBytes(text);
      const bytes = request.kind === "load" ? store.get(request.file) : fetched;
      const step = stepTufClient(client, { request, bytes }, now, policy);
      if (step.decision === "refuse") return { err: updateClass(step.reasons[0] as unknown as UptaneReason, text) };
      client = step.state;
    }
    return "success";
  }

  #verify(
    served: Readonly<Record<UptaneRepository, ServedRepository>>,
  ): { readonly assignment: VerifiedAssignment } | Refusal {
    const { ecu, hwid } = this.#scenario;
    const roots = {
      directorRoot: this.#stores.director.get("root.json")!,
      imageRoot: this.#stores.image.get("root.json")!,
    };
    const vehicle = { vehicleId: "ats", primary: ecu, ecus: [{ ecuId: ecu, hardwareId: hwid }] };
    let client: UptaneClient;
    try {
      client = createUptaneClient({ vehicle, profile: "uptane-ats", ...roots });
    } catch (error) {
      const { repository, reasons } = (error as { readonly details: Refusal & { repository: UptaneRepository } })
        .details;
      return { reasons, file: served[repository].files["1.root.json"] };
    }
    for (let request = nextUptaneRequest(client); request !== undefined; request = nextUptaneRequest(client)) {
      const { repository, file } = request;
      const text = served[repository].files[file];
      const fetched = text === undefined ? undefined : utf8ToBytes(text);
      const bytes = request.kind === "load" ? this.#stores[repository].get(file) : fetched;
      const step = stepUptaneClient(client, { request, bytes }, time);
      if (step.decision === "refuse") return { reasons: step.reasons, file: text };
      for (const change of step.persist) {
        if (change.bytes === undefined) this.#stores[change.repository].delete(change.file);
        else this.#stores[change.repository].set(change.file, change.bytes);
      }
      client = step.state;
    }
    const outcome = uptaneAssignment(client);
    if (outcome.decision !== "update") throw new Error(`no update: ${outcome.decision}`);
    return outcome;
  }

  #checkImages(
    { images }: VerifiedAssignment,
    { image }: Readonly<Record<UptaneRepository, ServedRepository>>,
  ): ReadonlyMap<string, Observed> {
    const { ecu, hwid } = this.#scenario;
    const verdictOf = (entry: (typeof images)[number]): Observed => {
      try {
        verifyUptaneImage(utf8ToBytes(image.files[entry.path] ?? ""), entry, { ecuId: ecu, hardwareId: hwid });
        return "success";
      } catch (error) {
        const { code } = error as { readonly code: string };
        return { err: code === "ERR_SIGNING_TARGET_LENGTH" ? "OversizedTarget" : "TargetHashMismatch" };
      }
    };
    return new Map(images.map((entry) => [entry.path, verdictOf(entry)]));
  }
}
