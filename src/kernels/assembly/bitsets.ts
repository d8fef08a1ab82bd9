/**
 * Sets of baskets as bits over WASM SIMD: the promises of kernels/bitsets.ts, 128 baskets at a time.
 *
 * Places are numbers of 32-bit words from the start of the arena, which takes all memory from `arena` on.
 */
import { meet as meetTwo, meetWeighed, total } from './parts/meet'


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
  const bytes = (<usize>length) << 2
  let place = at(others)
  let into = at(target)
  let list = at(kept)
  let found: i32 = 0
  for (let other: i32 = 0; other < count; other++, place += bytes) {
    const weight =
      weights < 0 ? meetTwo(at(one), place, bytes, into) : meetWeighed(at(one), place, bytes, at(weights), into)
    if (weight < least) continue
    store<u32>(list, other)
    store<u32>(list, weight, 4)
    list += 8
    into += bytes
    found++
  }
  return found
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
    if (total(sums) >= least) return true
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
