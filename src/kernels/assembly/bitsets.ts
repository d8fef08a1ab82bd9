/**
 * Sets of baskets as bits over WASM SIMD: the promises of kernels/bitsets.ts, 128 baskets at a time.
 *
 * Places are numbers of 32-bit words from the start of the arena, which takes all memory from `arena` on.
 */

/** Behind what the compiler keeps for itself. */
export const arena: usize = (__heap_base + 15) & ~15

function at(place: i32): usize {
  return arena + ((<usize>place) << 2)
}

export function meet(
  one: i32,
  others: i32,
  count: i32,
  length: i32,
  weights: i32,
  least: u32,
  target: i32,
  kept: i32,
): i32 {
  return weights < 0
    ? meetAlike(at(one), at(others), count, (<usize>length) << 2, least, at(target), at(kept))
    : meetWeighed(at(one), at(others), count, (<usize>length) << 2, at(weights), least, at(target), at(kept))
}

function meetAlike(
  one: usize,
  others: usize,
  count: i32,
  bytes: usize,
  least: u32,
  target: usize,
  kept: usize,
): i32 {
  let found: i32 = 0
  for (let other: i32 = 0; other < count; other++) {
    let sums = i32x4.splat(0)
    let w: usize = 0
    while (w < bytes) {
      // A byte holds the counts of at most 31 bytes of 8 bits.
      const end = min(bytes, w + 31 * 16)
      let few = i8x16.splat(0)
      for (; w < end; w += 16) {
        const both = v128.and(v128.load(one + w), v128.load(others + w))
        v128.store(target + w, both)
        few = i8x16.add(few, i8x16.popcnt(both))
      }
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(few)))
    }
    const weight = <u32>total(sums)
    if (weight >= least) {
      store<u32>(kept, other)
      store<u32>(kept, weight, 4)
      kept += 8
      target += bytes
      found++
    }
    others += bytes
  }
  return found
}

function meetWeighed(
  one: usize,
  others: usize,
  count: i32,
  bytes: usize,
  weights: usize,
  least: u32,
  target: usize,
  kept: usize,
): i32 {
  let found: i32 = 0
  for (let other: i32 = 0; other < count; other++) {
    let sums = i32x4.splat(0)
    for (let w: usize = 0; w < bytes; w += 16) {
      const both = v128.and(v128.load(one + w), v128.load(others + w))
      v128.store(target + w, both)
      const bits = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(both)))
      sums = i32x4.add(sums, i32x4.mul(bits, v128.load(weights + w)))
    }
    const weight = <u32>total(sums)
    if (weight >= least) {
      store<u32>(kept, other)
      store<u32>(kept, weight, 4)
      kept += 8
      target += bytes
      found++
    }
    others += bytes
  }
  return found
}

function total(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  )
}

export function isWithinAny(one: i32, others: i32, count: i32, length: i32): bool {
  const from = at(one)
  const bytes = (<usize>length) << 2
  for (let other: usize = 0; other < <usize>count; other++) {
    const place = at(load<i32>(at(others) + (other << 2)))
    let w: usize = 0
    while (w < bytes && !v128.any_true(v128.andnot(v128.load(from + w), v128.load(place + w)))) w += 16
    if (w >= bytes) return true
  }
  return false
}

export function meetsAny(
  one: i32,
  others: i32,
  count: i32,
  length: i32,
  weights: i32,
  least: u32,
): bool {
  const from = at(one)
  const bytes = (<usize>length) << 2
  for (let other: usize = 0; other < <usize>count; other++) {
    const place = at(load<i32>(at(others) + (other << 2)))
    let sums = i32x4.splat(0)
    for (let w: usize = 0; w < bytes; w += 16) {
      const both = v128.and(v128.load(from + w), v128.load(place + w))
      let bits = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(both)))
      if (weights >= 0) bits = i32x4.mul(bits, v128.load(at(weights) + w))
      sums = i32x4.add(sums, bits)
    }
    if (<u32>total(sums) >= least) return true
  }
  return false
}

export function narrow(set: i32, from: i32, length: i32, target: i32): void {
  const words = at(set)
  let bits = at(from)
  const start = at(target)
  for (let w: usize = 0; w < <usize>length; w++) {
    let word: u32 = 0
    for (let bit: u32 = 0; bit < 32; bit++, bits += 4) {
      const old = load<u32>(bits)
      if (old == 0xffffffff) continue
      word |= ((load<u32>(words + ((<usize>(old >> 5)) << 2)) >> (old & 31)) & 1) << bit
    }
    store<u32>(start + (w << 2), word)
  }
}
