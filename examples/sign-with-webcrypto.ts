import { utf8ToBytes } from "otakit/core";
import { createWebCryptoSigner, signDsse, verifyDsse } from "otakit/signing";

// A key that cannot be exported: a browser keeps the pair in IndexedDB, and never shows the private half.
const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
const signer = await createWebCryptoSigner(crypto.subtle, pair, { keyId: "approver-1" });

const payloadType = "application/vnd.example+json";
const envelope = await signDsse(payloadType, utf8ToBytes('{"approve":"2026-11"}'), [signer]);

const { signedBy } = verifyDsse(envelope, { keys: [signer.publicKey], threshold: 1 }, { payloadType });
console.log(`signed by ${signedBy.join(", ")} with ${signer.publicKey.scheme}`); // signed by approver-1 with ecdsa-sha2-nistp256
