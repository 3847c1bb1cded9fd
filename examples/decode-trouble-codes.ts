import { hexToBytes } from "otakit/core";
import { decodeResponse } from "otakit/uds";

// ReadDTCInformation, reportDTCByStatusMask: this ECU supports the six lower status bits and stores two codes.
const result = decodeResponse(hexToBytes("59023f0420162fc1030008"));

if (!result.ok) {
  const { code, offset, path } = result.error;
  throw new Error(`${code} at byte ${offset}, ${path}`); // what was understood before it is in result.partial
}
const response = result.value;
if (response.kind === "negative") console.log(`refused: ${response.name} (${response.nrcKind})`);
if (response.kind === "unknown") console.log("no decoder for this response; its bytes are kept");
if (response.kind === "positive" && response.service === "readDTCInformation") {
  if (response.subFunction !== "reportDTCByStatusMask") throw new Error("not what was asked for");
  for (const { display, flags } of response.dtcs) {
    console.log(display, "confirmed:", flags.confirmedDTC, "warning lamp:", flags.warningIndicatorRequested);
  }
}
// P0420-16 confirmed: true warning lamp: unsupported
// U0103-00 confirmed: true warning lamp: unsupported
