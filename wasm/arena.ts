/**
 * The only memory management of the core: everything that a run needs is laid out once, one piece behind the other, and given
 * back all at once. The imported memory grows on demand and never shrinks.
 */

let top: usize = 0;

/** Forgets every piece. */
export function resetArena(): void {
  top = __heap_base;
}

/** Lays out `size` bytes at a multiple of 64 and gives their address, or 0 when the memory cannot grow that far. */
export function allocate(size: u32): usize {
  if (top === 0) resetArena();
  const start = (top + 63) & ~63;
  const end = <u64>start + <u64>size;
  if (end > 0xffff0000) return 0;
  const pages = <i32>((end + 0xffff) >> 16);
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) return 0;
  top = <usize>end;
  return start;
}
