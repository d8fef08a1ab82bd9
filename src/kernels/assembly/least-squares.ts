/**
 * The loops of least squares over WASM SIMD; see kernels/least-squares.ts for what they promise, and in which order
 * sums run.
 */

let columns: usize = 0
let capacity: usize = 0

export let room: usize = 0
/** What is taken from each column first: origins, or the centres of a fit. */
export let origins: usize = 0
export let means: usize = 0
export let products: usize = 0

export let slopes: usize = 0
export let kept: usize = 0
export let inverse: usize = 0
/** A number stands before the first: the error of the row before. */
export let errors: usize = 0
export let leverages: usize = 0
export let sums: usize = 0
export let squaresByColumn: usize = 0

let keptCount: usize = 0
let offset: f64 = 0
let leverage: f64 = 0
let unit: f64 = 0
/** Room for a block of numbers. */
let part: usize = 0

// The layout that kernels/least-squares.ts names.
const STEPS: usize = 1 << 3
const POWERS: usize = 2 << 3
const SMALLEST: usize = 6 << 3
const LARGEST: usize = 7 << 3
const SUMS: usize = 8

export function setup(columnCount: i32, rowCapacity: i32): void {
  columns = <usize>columnCount
  capacity = <usize>rowCapacity
  room = doubles(columns * capacity)
  origins = doubles(columns)
  means = doubles(columns)
  products = doubles(columns * columns)
  slopes = doubles(columns)
  kept = doubles(columns)
  inverse = doubles(columns * columns)
  errors = doubles(capacity + 2) + 16
  leverages = doubles(capacity)
  part = doubles(capacity)
  sums = doubles(SUMS)
  squaresByColumn = doubles(columns)
}

function doubles(count: usize): usize {
  return heap.alloc(count << 3)
}

export function centre(rows: i32): void {
  const count = <usize>rows
  for (let j: usize = 0; j < columns; j++) {
    const column = room + ((j * capacity) << 3)
    add(column, count, -load<f64>(origins + (j << 3)))
    const mean = total(column, count) / <f64>count
    add(column, count, -mean)
    store<f64>(means + (j << 3), mean)
    for (let k: usize = 0; k <= j; k++) {
      const sum = dot(column, room + ((k * capacity) << 3), count)
      store<f64>(products + ((j * columns + k) << 3), sum)
    }
  }
}

export function setFit(keptColumns: i32, fitOffset: f64, ownLeverage: f64, powerUnit: f64): void {
  keptCount = <usize>keptColumns
  offset = fitOffset
  leverage = ownLeverage
  unit = powerUnit
}

export function residuals(rows: i32, before: f64, bound: f64): i32 {
  const count = <usize>rows
  for (let j: usize = 0; j < columns; j++) {
    add(room + ((j * capacity) << 3), count, -load<f64>(origins + (j << 3)))
  }
  const target = room + (((columns - 1) * capacity) << 3)
  add(target, count, -offset)
  for (let j: usize = 0; j < columns - 1; j++) {
    const slope = load<f64>(slopes + (j << 3))
    if (slope != 0) addMultiple(target, room + ((j * capacity) << 3), count, -slope)
  }
  memory.copy(errors, target, count << 3)
  store<f64>(errors - 8, before)
  findLeverages(count)
  const isAbove = anyAbove(count, bound)
  addUp(count)
  square(target, count)
  for (let j: usize = 0; j < columns - 1; j++) {
    store<f64>(squaresByColumn + (j << 3), dot(room + ((j * capacity) << 3), target, count))
  }
  return isAbove ? 1 : 0
}

function findLeverages(count: usize): void {
  fill(leverages, count, leverage)
  for (let j: usize = 0; j < keptCount; j++) {
    fill(part, count, 0)
    for (let k: usize = 0; k <= j; k++) {
      const column = room + (<usize>load<i32>(kept + (k << 2)) * capacity << 3)
      addMultiple(part, column, count, load<f64>(inverse + ((j * keptCount + k) << 3)))
    }
    const end = part + (count << 3)
    const apart = leverages - part
    let at = part
    for (; at + 16 <= end; at += 16) {
      const half = v128.load(at)
      v128.store(at + apart, f64x2.add(v128.load(at + apart), f64x2.mul(half, half)))
    }
    if (at < end) store<f64>(at + apart, load<f64>(at + apart) + load<f64>(at) * load<f64>(at))
  }
}

/** Whether some influence is not at most the bound; one that is no number is not. */
function anyAbove(count: usize, bound: f64): bool {
  const one = f64x2.splat(1)
  const most = f64x2.splat(bound)
  const end = errors + (count << 3)
  const apart = leverages - errors
  let above = i64x2.splat(0)
  let at = errors
  for (; at + 16 <= end; at += 16) {
    const error = v128.load(at)
    const own = v128.load(at + apart)
    const rest = f64x2.sub(one, own)
    const strength = f64x2.div(f64x2.mul(f64x2.mul(error, error), own), f64x2.mul(rest, rest))
    above = v128.or(above, v128.not(f64x2.le(strength, most)))
  }
  if (v128.any_true(above)) return true
  if (at == end) return false
  const error = load<f64>(at)
  const own = load<f64>(at + apart)
  const rest: f64 = 1 - own
  return !((error * error * own) / (rest * rest) <= bound)
}

function addUp(count: usize): void {
  let squares0 = f64x2.splat(0)
  let squares1 = squares0
  let steps0 = squares0
  let steps1 = squares0
  let first0 = squares0
  let first1 = squares0
  let second0 = squares0
  let second1 = squares0
  let third0 = squares0
  let third1 = squares0
  let fourth0 = squares0
  let fourth1 = squares0
  const units = f64x2.splat(unit)
  let smallest = f64x2.splat(Infinity)
  let largest = f64x2.splat(-Infinity)
  const end = errors + (count << 3)
  let at = errors
  for (; at + 32 <= end; at += 32) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    squares0 = f64x2.add(squares0, f64x2.mul(a, a))
    squares1 = f64x2.add(squares1, f64x2.mul(b, b))
    const stepA = f64x2.sub(a, v128.load(at - 8))
    const stepB = f64x2.sub(b, v128.load(at - 8, 16))
    steps0 = f64x2.add(steps0, f64x2.mul(stepA, stepA))
    steps1 = f64x2.add(steps1, f64x2.mul(stepB, stepB))
    const scaledA = f64x2.mul(a, units)
    const scaledB = f64x2.mul(b, units)
    const squareA = f64x2.mul(scaledA, scaledA)
    const squareB = f64x2.mul(scaledB, scaledB)
    first0 = f64x2.add(first0, scaledA)
    first1 = f64x2.add(first1, scaledB)
    second0 = f64x2.add(second0, squareA)
    second1 = f64x2.add(second1, squareB)
    third0 = f64x2.add(third0, f64x2.mul(squareA, scaledA))
    third1 = f64x2.add(third1, f64x2.mul(squareB, scaledB))
    fourth0 = f64x2.add(fourth0, f64x2.mul(squareA, squareA))
    fourth1 = f64x2.add(fourth1, f64x2.mul(squareB, squareB))
    smallest = f64x2.min(smallest, f64x2.min(a, b))
    largest = f64x2.max(largest, f64x2.max(a, b))
  }
  let low = min(f64x2.extract_lane(smallest, 0), f64x2.extract_lane(smallest, 1))
  let high = max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1))
  for (; at < end; at += 8) {
    const error = load<f64>(at)
    const step = error - load<f64>(at - 8)
    const scaled = error * unit
    const square = scaled * scaled
    squares0 = plus(squares0, error * error)
    steps0 = plus(steps0, step * step)
    first0 = plus(first0, scaled)
    second0 = plus(second0, square)
    third0 = plus(third0, square * scaled)
    fourth0 = plus(fourth0, square * square)
    low = min(low, error)
    high = max(high, error)
  }
  store<f64>(sums, joined(squares0, squares1))
  store<f64>(sums + STEPS, joined(steps0, steps1))
  store<f64>(sums + POWERS, joined(first0, first1))
  store<f64>(sums + POWERS, joined(second0, second1), 8)
  store<f64>(sums + POWERS, joined(third0, third1), 16)
  store<f64>(sums + POWERS, joined(fourth0, fourth1), 24)
  store<f64>(sums + SMALLEST, low)
  store<f64>(sums + LARGEST, high)
}

/** Adds to the first of four sums. */
@inline
function plus(both: v128, by: f64): v128 {
  return f64x2.replace_lane(both, 0, f64x2.extract_lane(both, 0) + by)
}

function fill(column: usize, count: usize, value: f64): void {
  const both = f64x2.splat(value)
  const end = column + (count << 3)
  let at = column
  for (; at + 16 <= end; at += 16) v128.store(at, both)
  if (at < end) store<f64>(at, value)
}

function square(column: usize, count: usize): void {
  const end = column + (count << 3)
  let at = column
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at)
    v128.store(at, f64x2.mul(value, value))
  }
  if (at < end) store<f64>(at, load<f64>(at) * load<f64>(at))
}

function add(column: usize, count: usize, by: f64): void {
  const both = f64x2.splat(by)
  const end = column + (count << 3)
  let at = column
  for (; at + 16 <= end; at += 16) v128.store(at, f64x2.add(v128.load(at), both))
  if (at < end) store<f64>(at, load<f64>(at) + by)
}

function addMultiple(to: usize, column: usize, count: usize, by: f64): void {
  const both = f64x2.splat(by)
  const apart = column - to
  const end = to + (count << 3)
  let at = to
  for (; at + 16 <= end; at += 16) {
    v128.store(at, f64x2.add(v128.load(at), f64x2.mul(v128.load(at + apart), both)))
  }
  if (at < end) store<f64>(at, load<f64>(at) + load<f64>(at + apart) * by)
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
  for (; at < end; at += 8) first = plus(first, load<f64>(at))
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
  for (; at < end; at += 8) first = plus(first, load<f64>(at) * load<f64>(at + apart))
  return joined(first, second)
}
