/** Text of an envelope in a log: it is hostile and of any length, and its start is enough. */
export function shortened(text: string): string {
  return text.length > 128 ? `${text.slice(0, 128)}…` : text;
}
