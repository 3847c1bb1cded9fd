/** An interval of numbers or of version keys, narrowed bound by bound. */

/** Between two bounds, each included or not; without bounds at first. */
export class Interval<T extends number | string> {
  private low: { readonly at: T; readonly included: boolean } | undefined;
  private high: { readonly at: T; readonly included: boolean } | undefined;

  /** Narrows from below. */
  above(at: T, included: boolean): void {
    const { low } = this;
    if (low === undefined || at > low.at || (at === low.at && !included)) this.low = { at, included };
  }

  /** Narrows from above. */
  below(at: T, included: boolean): void {
    const { high } = this;
    if (high === undefined || at < high.at || (at === high.at && !included)) this.high = { at, included };
  }

  get isEmpty(): boolean {
    const { low, high } = this;
    if (low === undefined || high === undefined) return false;
    return low.at > high.at || (low.at === high.at && !(low.included && high.included));
  }

  has(value: T): boolean {
    const { low, high } = this;
    const above = low === undefined || value > low.at || (value === low.at && low.included);
    return above && (high === undefined || value < high.at || (value === high.at && high.included));
  }

  /** Whether it lies within `lo` .. `hi`, both included. */
  isWithin(lo: T, hi: T): boolean {
    return this.low !== undefined && this.high !== undefined && this.low.at >= lo && this.high.at <= hi;
  }
}
