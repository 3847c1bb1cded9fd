/**
 * The compile-time brand of values that only a verification gives.
 *
 * The class exists for the type checker alone: with a private member, neither a literal nor a spread is of its type.
 */

/**
 * What only a verifying function gives, so that unverified data cannot be passed in its place.
 *
 * @typeParam What - what was verified; values of different kinds do not stand in for each other
 */
export declare class Verified<What extends string> {
  private readonly verified: What;
}
