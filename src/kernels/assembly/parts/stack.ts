/**
 * Memory taken one piece behind the other, and given back from the end: what a kernel has beside its inputs.
 *
 * Out of bounds nothing is checked; `outOfMemory` is called where there is no more and does not come back.
 */
@external('stack', 'outOfMemory')
declare function outOfMemory(): void

const PAGE: usize = 1 << 16
/** Less than WASM can address, so that no place and no size overflows. */
const MOST_PAGES: i32 = 65535

/** Where the next piece will lie. */
export let top: usize = 0
let limit: usize = 0

/** All of the memory behind what the compiler keeps for itself is free. */
export function reset(): void {
  top = (__heap_base + 15) & ~15
  limit = <usize>memory.size() * PAGE
}

/** What lies from this place on is given back. */
export function free(from: usize): void {
  top = from
}

/** A piece that begins where a vector can be loaded in one go. @param bytes may be more than can be addressed */
export function reserve(bytes: u64): usize {
  const at = top
  const more = (bytes + 15) & ~15
  if (more > <u64>MOST_PAGES * PAGE - top) outOfMemory()
  top += <usize>more
  if (top > limit) {
    const pages = <i32>((top - limit + PAGE - 1) / PAGE)
    const held = memory.size()
    // Half as much again where there is so much, else what is needed.
    const many = min(max(pages, held >> 1), MOST_PAGES - held)
    if (memory.grow(many) < 0 && memory.grow(pages) < 0) outOfMemory()
    limit = <usize>memory.size() * PAGE
  }
  return at
}

export function ints(count: i32): usize {
  return reserve((<u64>count) << 2)
}

export function zeros(count: i32): usize {
  const at = ints(count)
  memory.fill(at, 0, (<usize>count) << 2)
  return at
}

export function int(at: usize, i: i32): i32 {
  return load<i32>(at + ((<usize>i) << 2))
}

export function setInt(at: usize, i: i32, value: i32): void {
  store<i32>(at + ((<usize>i) << 2), value)
}

/** Shell's sort: baskets are short, and a long one must not be quadratic. */
export function sort(at: usize, length: i32): void {
  let gap = 1
  while (gap < length / 12) gap = 3 * gap + 1
  for (; gap > 0; gap /= 3) {
    for (let i = gap; i < length; i++) {
      const value = int(at, i)
      let j = i
      for (; j >= gap; j -= gap) {
        const other = int(at, j - gap)
        if (other <= value) break
        setInt(at, j, other)
      }
      setInt(at, j, value)
    }
  }
}
