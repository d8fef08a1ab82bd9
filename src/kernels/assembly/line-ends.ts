/**
 * Where lines end, compiled: the places of a byte in a run of bytes, sixteen at a time.
 *
 * In:  bytes in the room.
 * Out: the places, one i32 each, at `ends`.
 */

/** Where the places are written. */
export let ends: usize = 0
let start: usize = 0

/** Room for so many bytes, and behind it for as many places: every byte may be one. */
export function room(bytes: i32): usize {
  start = (__heap_base + 15) & ~15
  ends = (start + <usize>bytes + 15) & ~15
  const wanted = <i32>((ends + ((<usize>bytes) << 2) + 0xffff) >>> 16)
  if (wanted > memory.size()) memory.grow(wanted - memory.size())
  return start
}

/** Finds the places of a byte among the first `length`. @returns how many there are */
export function find(byte: i32, length: i32): i32 {
  const wanted = i8x16.splat(<i8>byte)
  let into = ends
  let i = 0
  for (; i + 16 <= length; i += 16) {
    let mask = i8x16.bitmask(i8x16.eq(v128.load(start + <usize>i), wanted))
    while (mask !== 0) {
      store<i32>(into, i + ctz(mask))
      into += 4
      mask &= mask - 1
    }
  }
  for (; i < length; i++) {
    if (load<u8>(start + <usize>i) !== <u8>byte) continue
    store<i32>(into, i)
    into += 4
  }
  return <i32>((into - ends) >> 2)
}
