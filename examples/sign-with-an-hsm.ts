import { utf8ToBytes } from "otakit/core";
import { signDsse, verifyDsse } from "otakit/signing";
import { createPkcs11Signer } from "./hsm/pkcs11-signer.ts";
import { createSoftToken, whatIsMissing } from "./hsm/soft-token.ts";

const missing = whatIsMissing();
if (missing === undefined) {
  // In production the token is a device; here it is SoftHSM2 in a temporary folder.
  const token = createSoftToken();
  try {
    const signers = (["EC:prime256v1", "RSA:3072", "EC:edwards25519"] as const).map((type) =>
      createPkcs11Signer(token.generate(type)),
    );
    const payloadType = "application/vnd.example+json";
    const envelope = await signDsse(payloadType, utf8ToBytes('{"release":7}'), signers);

    const trust = { keys: signers.map(({ publicKey }) => publicKey), threshold: 3 };
    const { signedBy } = verifyDsse(envelope, trust, { payloadType });
    console.log(`signed by ${signedBy.length} keys:`, trust.keys.map(({ scheme }) => scheme).join(", "));
    // signed by 3 keys: ecdsa-sha2-nistp256, rsassa-pss-sha256, ed25519
  } finally {
    token.remove();
  }
} else {
  console.log(`skipped: ${missing}`);
}
