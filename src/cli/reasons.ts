/** Reason codes of what the `otakit` command warns of. */

/** Warnings of `otakit inspect`, `otakit repo` and `otakit uds`: the meaning of each. */
export const cliReasonCodes = {
  inspect_expired: "The document has expired.",
  inspect_expires_soon: "The document expires within a week.",
  inspect_no_signature: "Nobody signed the document.",
  inspect_too_few_signatures: "Fewer distinct keys signed the document than its own or the given root demands.",
  inspect_unknown_signer: "A signature is by a key that the document's root does not list for it.",
  inspect_key_twice: "One key is listed twice, under different key ids; it counts once.",
  inspect_key_unusable: "A key is too weak, malformed or of a type that is not supported; its signatures do not count.",
  inspect_key_id_not_hash: "A key id is not the SHA-256 of its key: it is a label, and says nothing about the key.",
  inspect_key_shared: "A key of the root role serves another role too, so that an online machine may hold it.",
  inspect_threshold_unreachable:
    "A threshold is above the number of distinct usable keys: nobody can sign for the role.",
  inspect_threshold_of_one: "One key alone decides for the role: whoever takes it takes the role.",
  inspect_no_versions_in_names: "Snapshots are not consistent: a refresh during a publication can meet a mixture.",
  inspect_private_key: "The file is a private key: whoever has it can sign. It is not shown.",
  inspect_seed_or_key: "32 bytes in hexadecimal can be a public key or a private one; they are read as a public key.",
  inspect_unprotected_key: "A private key can be read by other users of this machine.",
  uds_frame_malformed: "A frame has no form of ISO 15765-2 on classic CAN; no message is read from it.",
  uds_frame_without_start: "A frame continues a message whose first frame is not there; no message is read from it.",
  uds_frame_not_classic: "Frames of CAN FD and remote frames are left out.",
  uds_frames_of_other_ids: "Frames of identifiers that are not asked for are left out; name those you want with --id.",
  uds_transfer_incomplete: "A message of several frames lacks some, or they are not in order; it is left out.",
  uds_request_mismatch: "The response answers another service than that of the request.",
} as const;

/** Reason code of a warning of the command. */
export type CliReasonCode = keyof typeof cliReasonCodes;
