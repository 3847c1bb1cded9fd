/** Keys of four-character software part indices, as Volkswagen Group ECUs report them: `0610`, `H024`, `x123`. */

/** The index in upper case: characters compare from left to right, digits before letters. */
export function alnumKey(text: string): string | undefined {
  return /^[0-9A-Za-z]{4}$/.test(text) ? text.toUpperCase() : undefined;
}
