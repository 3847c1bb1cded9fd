/** Decodes three responses of ECUs to ReadDTCInformation, one of them a refusal and one cut short. */

import { hexToBytes } from "otakit/core";
import { decodeResponse } from "otakit/uds";
import type { Report } from "./report.ts";

/** Two stored trouble codes, of which the ECU supports six status bits; a "please wait"; a list that stops in the middle of a record. */
const responses = ["5902 3f 042016 2f c10300 08", "7f 19 78", "590a ff 9a0117 09 042016"];

export function showDiagnostics(report: Report): void {
  report.section("Diagnostics: three responses from the bus");
  report.facts["diagnostics"] = responses.map((text) => {
    const result = decodeResponse(hexToBytes(text.replaceAll(" ", "")));
    report.line(`${text}`);
    if (!result.ok) {
      const { code, offset, path } = result.error;
      report.expect(
        "       fault with its place",
        "ERR_UDS_SHORT at 10, /dtcs/1/status",
        `${code} at ${offset}, ${path}`,
      );
      return { bytes: text, error: result.error };
    }
    const { bytes: _, ...response } = result.value;
    if (response.kind === "negative") {
      report.expect("       negative response", "requestCorrectlyReceivedResponsePending", response.name);
    }
    if (response.kind === "positive" && "dtcs" in response && response.subFunction === "reportDTCByStatusMask") {
      for (const { display, flags } of response.dtcs) {
        const names = (state: unknown) => Object.entries(flags).filter(([, flag]) => flag === state);
        const set = names(true).map(([name]) => name);
        report.line(`       ${display}  ${set.join(", ")}; ${names("unsupported").length} bits not supported`);
      }
      report.expect("       codes", "P0420-16, U0103-00", response.dtcs.map(({ display }) => display).join(", "));
    }
    return { bytes: text, response };
  });
}
