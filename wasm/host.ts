/** What the vehicle's module asks of its host. */

/** Puts the next coded bytes into the input buffer and gives their number; 0 at the end. */
// @ts-expect-error: decorator
@external("env", "refill")
export declare function refill(): u32;
