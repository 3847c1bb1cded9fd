/** Error codes of the `otakit` command, and how a command line, the network, the disk and a refusal differ to a script. */

import { OtaError } from "otakit/core";

/** Codes of {@link CliError}: cause and remedy of each. */
export const cliErrorCodes = {
  ERR_CLI_USAGE: "The command line is not understood. Remedy: read the command's `--help`.",
  ERR_CLI_FILE: "A file cannot be read or written. Remedy: see `details`; check the path and its permissions.",
  ERR_CLI_FILE_EXISTS: "A file that would be written is there already. Remedy: move it away; nothing is overwritten.",
  ERR_CLI_FILE_TOO_LONG: "A file is longer than this command reads. Remedy: check that it is the right file.",
  ERR_CLI_STORE:
    "The client's metadata folder cannot be read or written, or holds something that is no plain file. Remedy: see `details`; if in doubt, start an empty folder with `otakit tuf init`.",
  ERR_CLI_STORE_EMPTY:
    "The metadata folder has no root of trust. Remedy: `otakit tuf --metadata-dir DIR init ROOT`, with a root you got from a source you trust.",
  ERR_CLI_STORE_LOCKED:
    "Another process uses the folder or file. Remedy: wait for it; if there is none, remove the lock file that is named.",
  ERR_CLI_TRANSPORT:
    "The repository could not be reached, or did not answer as a file server should; nothing is said about its content. Remedy: check the address and the network, and try again.",
  ERR_CLI_REFUSED:
    "The repository offers metadata or a target that must not be used. Remedy: see the reasons; if it stays so, tell the repository's owner.",
  ERR_CLI_TARGET_NOT_FOUND:
    "No role that may list the target lists it. Remedy: check its name; names are case-sensitive.",
  ERR_CLI_REPOSITORY:
    "A folder is no repository of `otakit repo`, or its files contradict each other. Remedy: see `path`; restore it from its backup.",
  ERR_CLI_NOT_PUBLISHABLE:
    "What is staged would be refused by a client, or needs more signatures. Remedy: see the reasons; `otakit repo status` tells what is missing.",
  ERR_CLI_UDS_INPUT:
    "An input holds no diagnostic messages in a form that is read, or one of its lines has another form. Remedy: give lines of hexadecimal digits, a log of candump, a dump for text2pcap or, to `otakit uds encode`, JSON.",
  ERR_CLI_COHORT_INPUT:
    "A file of vehicles has a line that is no JSON object, or a record that is none of its CSV. Remedy: see the line; write UTF-8, CSV as RFC 4180 says.",
  ERR_CLI_COHORT_VEHICLE:
    "A vehicle that was asked for is not in the input. Remedy: check its id, and the catalogue's `idField`; ids are compared as they are.",
  ERR_CLI_RELEASE_DRAFT:
    "A draft of a release names a file where it cannot. Remedy: see `path`; give the file, or its length and hashes.",
  ERR_CLI_INSPECT: "A file is nothing that this command knows. Remedy: check that it is the right file, and whole.",
} as const;

/** Code of a {@link CliError}. */
export type CliErrorCode = keyof typeof cliErrorCodes;

/** What stops a command, told to people and scripts. */
export class CliError extends OtaError<CliErrorCode> {}
