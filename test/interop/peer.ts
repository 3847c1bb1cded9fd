/** What an interop peer is: a program or library that other people wrote, asked live and compared with otakit. */

/** Counts of one comparison with a peer. */
export interface PeerOutcome {
  /** What was compared, in a few words. */
  readonly what: string;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  /** One line for each difference, the first hundred. */
  readonly failures?: readonly string[];
}

/** One live peer. */
export interface InteropPeer {
  /** Name of the peer, for example `Debian bsdiff`. */
  readonly name: string;
  /** Its version if it is installed; otherwise the reason, in words, why it cannot be asked. */
  find(): { readonly version: string } | { readonly missing: string };
  /** Minutes of start or gigabytes of memory: asked in the long run only. */
  readonly heavy?: boolean;
  /** Runs every comparison; `full` asks for the long run. */
  run(options: { readonly full: boolean }): readonly PeerOutcome[] | Promise<readonly PeerOutcome[]>;
}
