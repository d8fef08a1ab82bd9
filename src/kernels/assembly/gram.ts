/**
 * Means and sums of products of a block of rows over WASM SIMD; see kernels/gram.ts for what it promises, and in which
 * order sums run.
 */

let columns: i32 = 0
let capacity: usize = 0

export let room: usize = 0
export let means: usize = 0
export let products: usize = 0

export function setup(columnCount: i32, rowCapacity: i32): void {
  columns = columnCount
  capacity = <usize>rowCapacity
  room = heap.alloc((<usize>columnCount * capacity) << 3)
  means = heap.alloc(<usize>columnCount << 3)
  products = heap.alloc((<usize>columnCount * <usize>columnCount) << 3)
}

export function centre(rows: i32): void {
  const count = <usize>rows
  for (let j: usize = 0; j < <usize>columns; j++) {
    const column = room + ((j * capacity) << 3)
    store<f64>(means + (j << 3), centred(column, count))
    for (let k: usize = 0; k <= j; k++) {
      const sum = dot(column, room + ((k * capacity) << 3), count)
      store<f64>(products + ((j * <usize>columns + k) << 3), sum)
    }
  }
}

function centred(column: usize, count: usize): f64 {
  let mean: f64 = 0
  for (let round = 0; round < 2; round++) {
    const by = total(column, count) / <f64>count
    const both = f64x2.splat(by)
    const end = column + (count << 3)
    let at = column
    for (; at + 16 <= end; at += 16) v128.store(at, f64x2.sub(v128.load(at), both))
    if (at < end) store<f64>(at, load<f64>(at) - by)
    mean += by
  }
  return mean
}

@inline
function joined(first: v128, second: v128): f64 {
  return f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1) + (f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1))
}

function total(column: usize, count: usize): f64 {
  let first = f64x2.splat(0)
  let second = f64x2.splat(0)
  const end = column + (count << 3)
  let at = column
  for (; at + 32 <= end; at += 32) {
    first = f64x2.add(first, v128.load(at))
    second = f64x2.add(second, v128.load(at, 16))
  }
  for (; at < end; at += 8) {
    first = f64x2.replace_lane(first, 0, f64x2.extract_lane(first, 0) + load<f64>(at))
  }
  return joined(first, second)
}

function dot(a: usize, b: usize, count: usize): f64 {
  let first = f64x2.splat(0)
  let second = f64x2.splat(0)
  const end = a + (count << 3)
  const apart = b - a
  let at = a
  for (; at + 32 <= end; at += 32) {
    first = f64x2.add(first, f64x2.mul(v128.load(at), v128.load(at + apart)))
    second = f64x2.add(second, f64x2.mul(v128.load(at, 16), v128.load(at + apart, 16)))
  }
  for (; at < end; at += 8) {
    const sum = f64x2.extract_lane(first, 0) + load<f64>(at) * load<f64>(at + apart)
    first = f64x2.replace_lane(first, 0, sum)
  }
  return joined(first, second)
}
