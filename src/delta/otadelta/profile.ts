/** How much memory the coder's model takes on the vehicle; the patch says which, so that the one who makes it keeps to the ECU's bound. */

/** Sizes of the model: powers of two, but for `contexts`. */
export interface CoderProfile {
  /** Counters of flags, 4 bytes each. */
  readonly flagBits: number;
  /** Lines of 64 bytes that remember what followed a context. */
  readonly lineBits: number;
  /** Remembered corrections, 8 bytes each. */
  readonly correctionBits: number;
  /** Contexts of a byte, 1 to 7. */
  readonly contexts: number;
  /** How far back inserted bytes are compared, in bytes. */
  readonly windowBits: number;
}

/** Names of the profiles that patches are made with. */
export type DeltaProfile = "tiny" | "default" | "smallest";

/** The profiles that patches are made with; a patch may name any sizes within {@link profileBounds}. */
export const profiles: Readonly<Record<DeltaProfile, CoderProfile>> = {
  tiny: { flagBits: 14, lineBits: 12, correctionBits: 11, contexts: 3, windowBits: 14 },
  default: { flagBits: 16, lineBits: 14, correctionBits: 14, contexts: 4, windowBits: 17 },
  smallest: { flagBits: 18, lineBits: 16, correctionBits: 16, contexts: 7, windowBits: 20 },
};

/** Least and most of each size. */
export const profileBounds: Readonly<Record<keyof CoderProfile, readonly [least: number, most: number]>> = {
  flagBits: [10, 20],
  lineBits: [8, 20],
  correctionBits: [8, 20],
  contexts: [1, 7],
  windowBits: [12, 24],
};

/** The name of a profile that patches are made with. */
export function nameOf(profile: CoderProfile): DeltaProfile | undefined {
  const names = Object.keys(profiles) as DeltaProfile[];
  const fields = Object.keys(profileBounds) as (keyof CoderProfile)[];
  return names.find((name) => fields.every((field) => profiles[name][field] === profile[field]));
}
