/** What two sets of bits have in common, sixteen bytes at a time. Sets are whole vectors long. */

/** What is in both sets goes to `target`; gives how many that is. */
export function meet(one: usize, other: usize, bytes: usize, target: usize): u32 {
  let sums = i32x4.splat(0)
  let w: usize = 0
  while (w < bytes) {
    // A byte holds the counts of at most 31 bytes of 8 bits.
    const end = min(bytes, w + 31 * 16)
    let few = i8x16.splat(0)
    for (; w < end; w += 16) {
      const both = v128.and(v128.load(one + w), v128.load(other + w))
      v128.store(target + w, both)
      few = i8x16.add(few, i8x16.popcnt(both))
    }
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(few)))
  }
  return total(sums)
}

/** The same; every word of 32 bits counts as often as its weight says. */
export function meetWeighed(one: usize, other: usize, bytes: usize, weights: usize, target: usize): u32 {
  let sums = i32x4.splat(0)
  for (let w: usize = 0; w < bytes; w += 16) {
    const both = v128.and(v128.load(one + w), v128.load(other + w))
    v128.store(target + w, both)
    const bits = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(both)))
    sums = i32x4.add(sums, i32x4.mul(bits, v128.load(weights + w)))
  }
  return total(sums)
}

export function total(sums: v128): u32 {
  return <u32>(
    (i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3))
  )
}
