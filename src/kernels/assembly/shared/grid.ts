/**
 * DBSCAN over a grid, compiled: see ../../grid.ts for what is asked of it, learn/dbscan-grid.ts for the whole.
 *
 * Cells are so small that all points of one are within eps of each other. Points are sorted by the key of their cell
 * (its number along each column, the last column counting fastest), so that the cells of a row of the grid, and the
 * points in them, stand side by side: what may be near a cell is a handful of such runs, one in each row around it.
 * As keys ascend from cell to cell so do the places where the runs begin and end: a walk over the cells keeps them, and
 * nothing is looked up.
 *
 * All arrays are in the memory that threads share, and a Frame says where. Tables of points are by column: the value of
 * the point at place i in column j stands at columns + (j·n + i)·8.
 */
import { find } from '../parts/union-find'


/** Where the arrays are, and what is asked. The order is that of ../../grid.ts. */
@unmanaged
class Frame {
  /** The measure of eps, squared unless isSum; what is surely within it, and what may be at most. */
  at!: f64
  near!: f64
  far!: f64
  /** One over the side of a cell. */
  inverse!: f64
  n!: i32
  p!: i32
  /** 1: distances are sums of differences (manhattan). */
  isSum!: i32
  minSamples!: i32
  /** Filled by fill(). */
  cells!: i32
  /** Rows of the grid around a cell, its own and those before it first. */
  rowCount!: i32
  /** Of each row: how far its keys are from those of the own row, i64, and its cells on either side, i64. */
  rowOffsets!: usize
  /** By column: the least value, f64; what the key grows by from cell to cell, i64. */
  least!: usize
  strides!: usize
  /** n × p by row, as the points came; free once they are filled in. */
  values!: usize
  columns!: usize
  /** By place the key of its cell, i64; then by cell. */
  keys!: usize
  cellKeys!: usize
  /** By place the row of the input. */
  rows!: usize
  spare!: usize
  /** 2048 counts for sorting. */
  counts!: usize
  /** By cell where its points begin, and at the end n; how many of them are core: those stand first. */
  begins!: usize
  cores!: usize
  /** By cell: union-find; the group. */
  parents!: usize
  groups!: usize
  /** By cell its p least and its p greatest values. */
  boxes!: usize
  /** By place 1 for a core point. */
  isCore!: usize
  /** Boxes of what `meets` looks at. */
  halves!: usize
  /** By row of the input: the results. */
  labels!: usize
  core!: usize
  /** By group its points. */
  sizes!: usize
}

const DIGIT: i32 = 11
const DIGITS: i32 = 1 << DIGIT
/** Runs of at most so many points are measured without a look at the boxes of their cells. */
const SHORT_RUN: i32 = 48
/** Pairs that are measured before their points are halved. */
const FEW_PAIRS: i32 = 512
/** As often as points are halved. */
export const mostHalvings: i32 = 200

/** The least value of each column, then the greatest of each. */
export function extent(values: usize, n: i32, p: i32, into: usize): void {
  const stride = (<usize>p) << 3
  const end = values + <usize>n * stride
  for (let j = 0; j < p; j++) {
    let least = Infinity
    let most = -Infinity
    for (let at = values + ((<usize>j) << 3); at < end; at += stride) {
      const value = load<f64>(at)
      least = min(least, value)
      most = max(most, value)
    }
    store<f64>(into + ((<usize>j) << 3), least)
    store<f64>(into + ((<usize>(p + j)) << 3), most)
  }
}

/** Puts the points into cells. @returns how many cells there are */
export function fill(frame: usize): i32 {
  const f = changetype<Frame>(frame)
  sort(f, takeKeys(f))
  takePoints(f)
  takeCells(f)
  takeBoxes(f)
  return f.cells
}

/** @returns the greatest key */
function takeKeys(f: Frame): i64 {
  const p = f.p
  let greatest: i64 = 0
  let at = f.values
  for (let i = 0; i < f.n; i++) {
    let key: i64 = 0
    for (let j = 0; j < p; j++, at += 8) {
      const place = <i64>((load<f64>(at) - load<f64>(f.least + ((<usize>j) << 3))) * f.inverse)
      key += place * load<i64>(f.strides + ((<usize>j) << 3))
    }
    store<i64>(f.keys + ((<usize>i) << 3), key)
    store<i32>(f.rows + ((<usize>i) << 2), i)
    greatest = max(greatest, key)
  }
  return greatest
}

/** By digits from the last: points of one cell stay in the order of the input. */
function sort(f: Frame, greatest: i64): void {
  const n = f.n
  const counts = f.counts
  const bits = <i32>(64 - clz(greatest))
  for (let shift = 0; shift < bits; shift += DIGIT) {
    memory.fill(counts, 0, DIGITS << 2)
    for (let i = 0; i < n; i++) {
      const slot = counts + (digitOf(f.keys, i, shift) << 2)
      store<i32>(slot, load<i32>(slot) + 1)
    }
    let sum = 0
    for (let slot = counts; slot < counts + (DIGITS << 2); slot += 4) {
      const count = load<i32>(slot)
      store<i32>(slot, sum)
      sum += count
    }
    for (let i = 0; i < n; i++) {
      const slot = counts + (digitOf(f.keys, i, shift) << 2)
      const to = load<i32>(slot)
      store<i32>(slot, to + 1)
      store<i64>(f.cellKeys + ((<usize>to) << 3), load<i64>(f.keys + ((<usize>i) << 3)))
      store<i32>(f.spare + ((<usize>to) << 2), load<i32>(f.rows + ((<usize>i) << 2)))
    }
    const keys = f.keys
    f.keys = f.cellKeys
    f.cellKeys = keys
    const rows = f.rows
    f.rows = f.spare
    f.spare = rows
  }
}

@inline
function digitOf(keys: usize, i: i32, shift: i32): usize {
  return <usize>((load<i64>(keys + ((<usize>i) << 3)) >> shift) & (DIGITS - 1))
}

function takePoints(f: Frame): void {
  const p = f.p
  const stride = (<usize>f.n) << 3
  for (let i = 0; i < f.n; i++) {
    let from = f.values + ((<usize>(load<i32>(f.rows + ((<usize>i) << 2)) * p)) << 3)
    let to = f.columns + ((<usize>i) << 3)
    for (let j = 0; j < p; j++) {
      store<f64>(to, load<f64>(from))
      from += 8
      to += stride
    }
  }
}

function takeCells(f: Frame): void {
  let cells = 0
  let last: i64 = -1
  for (let i = 0; i < f.n; i++) {
    const key = load<i64>(f.keys + ((<usize>i) << 3))
    if (key === last) continue
    last = key
    store<i64>(f.cellKeys + ((<usize>cells) << 3), key)
    store<i32>(f.begins + ((<usize>cells) << 2), i)
    cells++
  }
  store<i32>(f.begins + ((<usize>cells) << 2), f.n)
  f.cells = cells
}

function takeBoxes(f: Frame): void {
  const p = f.p
  for (let cell = 0; cell < f.cells; cell++) {
    const from = begin(f, cell)
    const to = begin(f, cell + 1)
    for (let j = 0; j < p; j++) {
      let least = Infinity
      let most = -Infinity
      for (let i = from; i < to; i++) {
        const value = valueAt(f, j, i)
        least = min(least, value)
        most = max(most, value)
      }
      const box = boxOf(f, cell) + ((<usize>j) << 3)
      store<f64>(box, least)
      store<f64>(box + ((<usize>p) << 3), most)
    }
  }
}

@inline
function begin(f: Frame, cell: i32): i32 {
  return load<i32>(f.begins + ((<usize>cell) << 2))
}

@inline
function coresOf(f: Frame, cell: i32): i32 {
  return load<i32>(f.cores + ((<usize>cell) << 2))
}

@inline
function boxOf(f: Frame, cell: i32): usize {
  return f.boxes + ((<usize>cell * <usize>f.p) << 4)
}

@inline
function valueAt(f: Frame, column: i32, place: i32): f64 {
  return load<f64>(f.columns + ((<usize>column * <usize>f.n + <usize>place) << 3))
}

/** Where the runs around a cell begin and end: two i32 a row, at `walk`. */
@inline
function firstOf(walk: usize, row: i32): i32 {
  return load<i32>(walk + ((<usize>row) << 3))
}

@inline
function endOf(walk: usize, row: i32): i32 {
  return load<i32>(walk + ((<usize>row) << 3), 4)
}

/** Begins a walk: in each row the first cell that is near enough to the cell. */
function begins(f: Frame, walk: usize, cell: i32): void {
  const key = load<i64>(f.cellKeys + ((<usize>cell) << 3))
  for (let row = 0; row < f.rowCount; row++) {
    const offset = f.rowOffsets + ((<usize>row) << 4)
    const wanted = key + load<i64>(offset) - load<i64>(offset, 8)
    let from = 0
    let to = f.cells
    while (from < to) {
      const middle = (from + to) >>> 1
      if (load<i64>(f.cellKeys + ((<usize>middle) << 3)) < wanted) from = middle + 1
      else to = middle
    }
    store<i32>(walk + ((<usize>row) << 3), from)
    store<i32>(walk + ((<usize>row) << 3), from, 4)
  }
}

/** Walks on to a cell. */
function walkTo(f: Frame, walk: usize, cell: i32, rows: i32): void {
  const cells = f.cells
  const keys = f.cellKeys
  const key = load<i64>(keys + ((<usize>cell) << 3))
  for (let row = 0; row < rows; row++) {
    const offset = f.rowOffsets + ((<usize>row) << 4)
    const middle = key + load<i64>(offset)
    const reach = load<i64>(offset, 8)
    let first = firstOf(walk, row)
    while (first < cells && load<i64>(keys + ((<usize>first) << 3)) < middle - reach) first++
    let end = max(endOf(walk, row), first)
    while (end < cells && load<i64>(keys + ((<usize>end) << 3)) <= middle + reach) end++
    store<i32>(walk + ((<usize>row) << 3), first)
    store<i32>(walk + ((<usize>row) << 3), end, 4)
  }
}

/** Finds the core points of the cells from … to − 1. */
export function findCore(frame: usize, from: i32, to: i32, walk: usize): void {
  const f = changetype<Frame>(frame)
  begins(f, walk, from)
  for (let cell = from; cell < to; cell++) {
    const first = begin(f, cell)
    const end = begin(f, cell + 1)
    if (end - first >= f.minSamples) {
      memory.fill(f.isCore + <usize>first, 1, end - first)
      continue
    }
    walkTo(f, walk, cell, f.rowCount)
    let around = 0
    for (let row = 0; row < f.rowCount; row++) {
      around += begin(f, endOf(walk, row)) - begin(f, firstOf(walk, row))
    }
    if (around < f.minSamples) continue
    for (let i = first; i < end; i++) {
      let count = 0
      for (let row = 0; row < f.rowCount && count < f.minSamples; row++) {
        count += countAround(f, i, firstOf(walk, row), endOf(walk, row), f.minSamples - count)
      }
      if (count >= f.minSamples) store<u8>(f.isCore + <usize>i, 1)
    }
  }
}

/** Points of a run of cells that are within eps of a point; may stop at `enough`. */
function countAround(f: Frame, place: i32, first: i32, end: i32, enough: i32): i32 {
  const from = begin(f, first)
  const to = begin(f, end)
  if (to - from <= SHORT_RUN) return countWithin(f, place, from, to)
  let count = 0
  for (let cell = first; cell < end && count < enough; cell++) {
    const box = boxOf(f, cell)
    if (leastToBox(f, place, box) > f.far) continue
    const own = begin(f, cell)
    const next = begin(f, cell + 1)
    count += mostToBox(f, place, box) <= f.near ? next - own : countWithin(f, place, own, next)
  }
  return count
}

function leastToBox(f: Frame, place: i32, box: usize): f64 {
  const p = f.p
  let sum: f64 = 0
  for (let j = 0; j < p; j++) {
    const value = valueAt(f, j, place)
    const below = load<f64>(box + ((<usize>j) << 3)) - value
    const above = value - load<f64>(box + ((<usize>(p + j)) << 3))
    const apart = max<f64>(max(below, above), 0)
    sum += f.isSum ? apart : apart * apart
  }
  return sum
}

function mostToBox(f: Frame, place: i32, box: usize): f64 {
  const p = f.p
  let sum: f64 = 0
  for (let j = 0; j < p; j++) {
    const value = valueAt(f, j, place)
    const below = value - load<f64>(box + ((<usize>j) << 3))
    const above = load<f64>(box + ((<usize>(p + j)) << 3)) - value
    const apart = max(below, above)
    sum += f.isSum ? apart : apart * apart
  }
  return sum
}

/** How many of the points from … to − 1 are within eps of one. */
function countWithin(f: Frame, place: i32, from: i32, to: i32): i32 {
  if (f.isSum) return countSlowly(f, place, from, to)
  const p = f.p
  const stride = (<usize>f.n) << 3
  const own = f.columns + ((<usize>place) << 3)
  const most = f64x2.splat(f.at)
  let found = i64x2.splat(0)
  let i = from
  for (; i + 2 <= to; i += 2) {
    let squares = f64x2.splat(0)
    let column = f.columns + ((<usize>i) << 3)
    let value = own
    for (let j = 0; j < p; j++) {
      const apart = f64x2.sub(v128.load(column), v128.load64_splat(value))
      squares = f64x2.add(squares, f64x2.mul(apart, apart))
      column += stride
      value += stride
    }
    // A lane that holds is −1.
    found = i64x2.sub(found, f64x2.le(squares, most))
  }
  const count = <i32>(i64x2.extract_lane(found, 0) + i64x2.extract_lane(found, 1))
  return i < to && isWithin(f, place, i) ? count + 1 : count
}

function countSlowly(f: Frame, place: i32, from: i32, to: i32): i32 {
  let count = 0
  for (let i = from; i < to; i++) if (isWithin(f, place, i)) count++
  return count
}

/** As scikit-learn decides it: exactly on it counts. */
function isWithin(f: Frame, a: i32, b: i32): bool {
  let sum: f64 = 0
  for (let j = 0; j < f.p; j++) {
    const apart = valueAt(f, j, a) - valueAt(f, j, b)
    sum += f.isSum ? abs(apart) : apart * apart
  }
  return sum <= f.at
}

/** Whether a point is within eps of one of the points from … to − 1. */
function isNear(f: Frame, place: i32, from: i32, to: i32): bool {
  for (let i = from; i < to; i++) if (isWithin(f, place, i)) return true
  return false
}

/** Puts the core points of each cell before its others, and joins the cells whose core points are within eps. */
export function join(frame: usize, walk: usize): void {
  const f = changetype<Frame>(frame)
  for (let cell = 0; cell < f.cells; cell++) {
    store<i32>(f.parents + ((<usize>cell) << 2), cell)
    store<i32>(f.cores + ((<usize>cell) << 2), coreFirst(f, begin(f, cell), begin(f, cell + 1)))
  }
  begins(f, walk, 0)
  // Pairs are looked at from their later cell: the rows after its own are left out.
  const rows = (f.rowCount + 1) >> 1
  for (let cell = 0; cell < f.cells; cell++) {
    if (coresOf(f, cell) === 0) continue
    walkTo(f, walk, cell, rows)
    for (let row = 0; row < rows; row++) {
      const end = min(endOf(walk, row), cell)
      for (let other = firstOf(walk, row); other < end; other++) {
        if (coresOf(f, other) === 0) continue
        const one = find(f.parents, cell)
        const another = find(f.parents, other)
        if (one === another || !areNear(f, cell, other)) continue
        store<i32>(f.parents + ((<usize>max(one, another)) << 2), min(one, another))
      }
    }
  }
}

/** @returns how many core points there are */
function coreFirst(f: Frame, from: i32, to: i32): i32 {
  let core = from
  for (let i = from; i < to; i++) {
    if (load<u8>(f.isCore + <usize>i) === 0) continue
    if (i > core) exchange(f, i, core)
    core++
  }
  return core - from
}

function exchange(f: Frame, a: i32, b: i32): void {
  for (let j = 0; j < f.p; j++) {
    const at = f.columns + ((<usize>j * <usize>f.n) << 3)
    const value = load<f64>(at + ((<usize>a) << 3))
    store<f64>(at + ((<usize>a) << 3), load<f64>(at + ((<usize>b) << 3)))
    store<f64>(at + ((<usize>b) << 3), value)
  }
  const row = load<i32>(f.rows + ((<usize>a) << 2))
  store<i32>(f.rows + ((<usize>a) << 2), load<i32>(f.rows + ((<usize>b) << 2)))
  store<i32>(f.rows + ((<usize>b) << 2), row)
  const kind = load<u8>(f.isCore + <usize>a)
  store<u8>(f.isCore + <usize>a, load<u8>(f.isCore + <usize>b))
  store<u8>(f.isCore + <usize>b, kind)
}

/** Whether two cells hold core points within eps of each other. */
function areNear(f: Frame, a: i32, b: i32): bool {
  const boxA = boxOf(f, a)
  const boxB = boxOf(f, b)
  if (leastBetween(f, boxA, boxB) > f.far) return false
  if (mostBetween(f, boxA, boxB) <= f.near) return true
  const fromA = begin(f, a)
  const fromB = begin(f, b)
  const countA = coresOf(f, a)
  const countB = coresOf(f, b)
  if (<i64>countA * <i64>countB <= FEW_PAIRS) {
    for (let i = fromA; i < fromA + countA; i++) {
      if (leastToBox(f, i, boxB) <= f.far && isNear(f, i, fromB, fromB + countB)) return true
    }
    return false
  }
  // Of each cell only what is near enough to the other's box can have a partner there.
  const endA = listNear(f, fromA, fromA + countA, boxB, 0)
  const endB = listNear(f, fromB, fromB + countB, boxA, endA)
  return endA > 0 && endB > endA && meets(f, 0, endA, endA, endB, 0)
}

/** Lists places of points near a box in `spare`, from `at` on. @returns where the list ends */
function listNear(f: Frame, from: i32, to: i32, box: usize, at: i32): i32 {
  let end = at
  for (let i = from; i < to; i++) {
    if (leastToBox(f, i, box) > f.far) continue
    store<i32>(f.spare + ((<usize>end) << 2), i)
    end++
  }
  return end
}

/** Whether a point of one list is within eps of a point of another; halves the longer side until that is clear. */
function meets(f: Frame, fromA: i32, toA: i32, fromB: i32, toB: i32, depth: i32): bool {
  const p = f.p
  const boxA = f.halves + ((<usize>depth * <usize>p) << 5)
  const boxB = boxA + ((<usize>p) << 4)
  listBox(f, fromA, toA, boxA)
  listBox(f, fromB, toB, boxB)
  if (leastBetween(f, boxA, boxB) > f.far) return false
  if (mostBetween(f, boxA, boxB) <= f.near) return true
  const few = <i64>(toA - fromA) * <i64>(toB - fromB) <= FEW_PAIRS
  const sideA = widest(f, boxA)
  const sideB = widest(f, boxB)
  const lengthA = sideOf(f, boxA, sideA)
  const lengthB = sideOf(f, boxB, sideB)
  if (few || depth + 1 >= mostHalvings) return meetsSlowly(f, fromA, toA, fromB, toB)
  const halvesA = lengthA >= lengthB
  const box = halvesA ? boxA : boxB
  const other = halvesA ? boxB : boxA
  const side = halvesA ? sideA : sideB
  const from = halvesA ? fromA : fromB
  const to = halvesA ? toA : toB
  const middle = middleOf(f, box, side)
  const cut = halve(f, from, to, side, middle)
  // Points that all stand in one place, or next to each other.
  if (cut === from || cut === to) return meetsSlowly(f, fromA, toA, fromB, toB)
  const lowFirst = middleOf(f, other, side) < middle
  for (let turn = 0; turn < 2; turn++) {
    const isLow = lowFirst === (turn === 0)
    const first = isLow ? from : cut
    const end = isLow ? cut : to
    const met = halvesA ? meets(f, first, end, fromB, toB, depth + 1) : meets(f, fromA, toA, first, end, depth + 1)
    if (met) return true
  }
  return false
}

function meetsSlowly(f: Frame, fromA: i32, toA: i32, fromB: i32, toB: i32): bool {
  for (let a = fromA; a < toA; a++) {
    const i = listed(f, a)
    for (let b = fromB; b < toB; b++) if (isWithin(f, i, listed(f, b))) return true
  }
  return false
}

@inline
function listed(f: Frame, at: i32): i32 {
  return load<i32>(f.spare + ((<usize>at) << 2))
}

function listBox(f: Frame, from: i32, to: i32, box: usize): void {
  const p = f.p
  for (let j = 0; j < p; j++) {
    let least = Infinity
    let most = -Infinity
    for (let at = from; at < to; at++) {
      const value = valueAt(f, j, listed(f, at))
      least = min(least, value)
      most = max(most, value)
    }
    store<f64>(box + ((<usize>j) << 3), least)
    store<f64>(box + ((<usize>(p + j)) << 3), most)
  }
}

@inline
function sideOf(f: Frame, box: usize, j: i32): f64 {
  return load<f64>(box + ((<usize>(f.p + j)) << 3)) - load<f64>(box + ((<usize>j) << 3))
}

@inline
function middleOf(f: Frame, box: usize, j: i32): f64 {
  return (load<f64>(box + ((<usize>(f.p + j)) << 3)) + load<f64>(box + ((<usize>j) << 3))) * 0.5
}

function widest(f: Frame, box: usize): i32 {
  let side = 0
  for (let j = 1; j < f.p; j++) if (sideOf(f, box, j) > sideOf(f, box, side)) side = j
  return side
}

/** Puts what is below the middle first. @returns where the rest begins */
function halve(f: Frame, from: i32, to: i32, column: i32, middle: f64): i32 {
  let low = from
  for (let at = from; at < to; at++) {
    const place = listed(f, at)
    if (valueAt(f, column, place) >= middle) continue
    store<i32>(f.spare + ((<usize>at) << 2), listed(f, low))
    store<i32>(f.spare + ((<usize>low) << 2), place)
    low++
  }
  return low
}

/** The least measure between points of two boxes. */
function leastBetween(f: Frame, a: usize, b: usize): f64 {
  const p = f.p
  let sum: f64 = 0
  for (let j = 0; j < p; j++) {
    const low = (<usize>j) << 3
    const high = (<usize>(p + j)) << 3
    const above = load<f64>(b + low) - load<f64>(a + high)
    const below = load<f64>(a + low) - load<f64>(b + high)
    const apart = max<f64>(max(above, below), 0)
    sum += f.isSum ? apart : apart * apart
  }
  return sum
}

/** The greatest measure between points of two boxes. */
function mostBetween(f: Frame, a: usize, b: usize): f64 {
  const p = f.p
  let sum: f64 = 0
  for (let j = 0; j < p; j++) {
    const low = (<usize>j) << 3
    const high = (<usize>(p + j)) << 3
    const above = load<f64>(b + high) - load<f64>(a + low)
    const below = load<f64>(a + high) - load<f64>(b + low)
    const apart = max(above, below)
    sum += f.isSum ? apart : apart * apart
  }
  return sum
}

/** Numbers the groups by their first core row and labels the core rows. @returns how many groups there are */
export function numberGroups(frame: usize): i32 {
  const f = changetype<Frame>(frame)
  // Of each row its cell where it is core.
  for (let cell = 0; cell < f.cells; cell++) {
    store<i32>(f.groups + ((<usize>cell) << 2), -1)
    const first = begin(f, cell)
    const end = begin(f, cell + 1)
    const core = first + coresOf(f, cell)
    for (let i = first; i < end; i++) store<i32>(labelOf(f, i), i < core ? cell : -1)
  }
  let groups = 0
  for (let row = 0; row < f.n; row++) {
    const label = f.labels + ((<usize>row) << 2)
    const cell = load<i32>(label)
    store<u8>(f.core + <usize>row, cell >= 0 ? 1 : 0)
    if (cell < 0) continue
    const group = f.groups + ((<usize>find(f.parents, cell)) << 2)
    if (load<i32>(group) < 0) {
      store<i32>(group, groups)
      groups++
    }
    store<i32>(label, load<i32>(group))
  }
  for (let cell = 0; cell < f.cells; cell++) {
    if (coresOf(f, cell) === 0) continue
    const group = load<i32>(f.groups + ((<usize>find(f.parents, cell)) << 2))
    store<i32>(f.groups + ((<usize>cell) << 2), group)
  }
  return groups
}

@inline
function labelOf(f: Frame, place: i32): usize {
  return f.labels + ((<usize>load<i32>(f.rows + ((<usize>place) << 2))) << 2)
}

/** Gives the points of the cells from … to − 1 that are not core the first group that they are within eps of. */
export function labelBorder(frame: usize, from: i32, to: i32, walk: usize): void {
  const f = changetype<Frame>(frame)
  begins(f, walk, from)
  for (let cell = from; cell < to; cell++) {
    const first = begin(f, cell) + coresOf(f, cell)
    const end = begin(f, cell + 1)
    if (first === end) continue
    walkTo(f, walk, cell, f.rowCount)
    for (let i = first; i < end; i++) store<i32>(labelOf(f, i), lowestAround(f, i, walk))
  }
}

/** The lowest group of a core point within eps; −1: there is none. */
function lowestAround(f: Frame, place: i32, walk: usize): i32 {
  let lowest = -1
  for (let row = 0; row < f.rowCount; row++) {
    const end = endOf(walk, row)
    for (let cell = firstOf(walk, row); cell < end; cell++) {
      const cores = coresOf(f, cell)
      if (cores === 0) continue
      const group = load<i32>(f.groups + ((<usize>cell) << 2))
      if (lowest >= 0 && group >= lowest) continue
      if (leastToBox(f, place, boxOf(f, cell)) > f.far) continue
      const from = begin(f, cell)
      if (isNear(f, place, from, from + cores)) lowest = group
    }
  }
  return lowest
}

/** Counts the points of each group. */
export function countGroups(frame: usize): void {
  const f = changetype<Frame>(frame)
  for (let row = 0; row < f.n; row++) {
    const label = load<i32>(f.labels + ((<usize>row) << 2))
    if (label < 0) continue
    const size = f.sizes + ((<usize>label) << 2)
    store<i32>(size, load<i32>(size) + 1)
  }
}
