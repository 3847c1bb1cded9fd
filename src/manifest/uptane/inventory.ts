/** Checks what the inventory database says of one vehicle (Uptane 2.1.0 section 5.3.2.2). */

import { bytesToHex, jsonPointer, sha256 } from "../../core/index.ts";
import { ManifestError } from "../errors.ts";
import type { EcuKey } from "./ecu-report.ts";
import { checkVehicle } from "./vehicle.ts";
import type { InventoryEcu, UptaneInventory } from "./vehicle-manifest.ts";

/**
 * Checks an inventory and gives its ECUs by their ids, in its order.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_VEHICLE` with the JSON pointer of the fault
 */
export function checkInventory(inventory: UptaneInventory): ReadonlyMap<string, InventoryEcu> {
  checkVehicle(inventory);
  const owners = new Map<string, string>();
  inventory.ecus.forEach(({ ecuId, key }, index) => {
    const material = materialOf(key);
    if (material === undefined) throw wrongKey("a public key or a shared secret", index);
    // 5.4.1: "identity keys are required to be unique to the ECU to avoid replay attacks": one ECU could speak for the other.
    if (owners.has(material)) throw wrongKey("a key that no other ECU has", index);
    owners.set(material, ecuId);
  });
  return new Map(inventory.ecus.map((ecu) => [ecu.ecuId, ecu]));
}

/** What tells one key from another, whatever its id. */
function materialOf(key: EcuKey | undefined): string | undefined {
  if (typeof key !== "object" || key === null || typeof key.keyId !== "string") return undefined;
  if (key.scheme !== "hmac-sha256") return typeof key.material === "string" ? key.material : undefined;
  return key.secret instanceof Uint8Array ? `hmac ${bytesToHex(hmacBlock(key.secret))}` : undefined;
}

/** What HMAC-SHA-256 makes of a secret (RFC 2104 section 2): zeros at its end, or its hash, are the same key. */
function hmacBlock(secret: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(secret.length > block.length ? sha256(secret) : secret);
  return block;
}

function wrongKey(expected: string, index: number): ManifestError {
  const path = jsonPointer("ecus", index, "key");
  return new ManifestError("ERR_MANIFEST_UPTANE_VEHICLE", `Cannot use vehicle: "${path}" expected ${expected}`, {
    path,
    details: { expected },
  });
}
