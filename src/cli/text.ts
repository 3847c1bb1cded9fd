/** Words of the command's texts. */

/** A number with its noun, which takes an s unless there is one. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
