/**
 * DBSCAN by looking at all pairs of points, compiled: see ../../pairs.ts for what is asked of it.
 *
 * In many columns no box leaves anything out, and what counts is how fast a pair is seen to be apart. That is seen in
 * single precision from |a|² + |b|² − 2a·b, four points against eight at a time, with room for what rounding can do;
 * only the pairs that may be near are measured as they are, in double precision.
 *
 * Points are packed eight by eight: the value of the point at place 8·q + t in column j stands at packed +
 * ((q·p + j)·8 + t)·4, less the mean of its column, which changes no distance and keeps rounding small.
 */
import { find } from '../parts/union-find'


/** Where the arrays are, and what is asked. The order is that of ../../pairs.ts. */
@unmanaged
class Frame {
  /** eps². */
  at!: f64
  n!: i32
  p!: i32
  minSamples!: i32
  /** Core points, once they are known: they stand first. */
  cores!: i32
  /** n × p by row, as the points came. */
  values!: usize
  means!: usize
  /** By place the row of the input. */
  rows!: usize
  packed!: usize
  /** By place |x|² of what is packed, f32; by pack of eight the greatest |x|, f32. */
  squares!: usize
  reaches!: usize
  /** By place: union-find. By run of places: one of them where all are of one group, else −1. */
  parents!: usize
  single!: usize
  /** By place that stands for a group: its label. */
  groups!: usize
  /** By row: the results. */
  labels!: usize
  core!: usize
}

const PACK: i32 = 8
/** Points that are compared with a pack together. */
const TILE: i32 = 4
/** Places of which it is kept whether they are one group. */
const RUN: i32 = 64

@inline
function rowAt(f: Frame, place: i32): i32 {
  return load<i32>(f.rows + ((<usize>place) << 2))
}

/** Packs the points in the order of `rows`. */
export function pack(frame: usize): void {
  const f = changetype<Frame>(frame)
  const n = f.n
  const p = f.p
  for (let q = 0; q * PACK < n; q++) {
    let most: f32 = 0
    for (let t = 0; t < PACK; t++) {
      const place = q * PACK + t
      // What stands behind the last point is never near: it is not asked for.
      const from = f.values + ((<usize>rowAt(f, min(place, n - 1)) * <usize>p) << 3)
      let to = f.packed + ((<usize>q * <usize>p * PACK + <usize>t) << 2)
      let square: f32 = 0
      for (let j = 0; j < p; j++, to += PACK << 2) {
        const value = <f32>(load<f64>(from + ((<usize>j) << 3)) - load<f64>(f.means + ((<usize>j) << 3)))
        store<f32>(to, value)
        square += value * value
      }
      store<f32>(f.squares + ((<usize>place) << 2), square)
      most = max(most, square)
    }
    store<f32>(f.reaches + ((<usize>q) << 2), sqrt<f32>(most))
  }
}

/** Of TILE points from a place on and the points of a pack: which may be within eps, a bit a pair. */
function maybeNear(f: Frame, first: i32, q: i32): u32 {
  const p = f.p
  let a = f.packed + ((<usize>(first >> 3) * <usize>p * PACK + <usize>(first & 7)) << 2)
  let b = f.packed + ((<usize>q * <usize>p * PACK) << 2)
  let a0 = f32x4.splat(0)
  let a1 = a0
  let b0 = a0
  let b1 = a0
  let c0 = a0
  let c1 = a0
  let d0 = a0
  let d1 = a0
  for (let j = 0; j < p; j++) {
    const low = v128.load(b)
    const high = v128.load(b, 16)
    let x = v128.load32_splat(a)
    a0 = f32x4.add(a0, f32x4.mul(low, x))
    a1 = f32x4.add(a1, f32x4.mul(high, x))
    x = v128.load32_splat(a, 4)
    b0 = f32x4.add(b0, f32x4.mul(low, x))
    b1 = f32x4.add(b1, f32x4.mul(high, x))
    x = v128.load32_splat(a, 8)
    c0 = f32x4.add(c0, f32x4.mul(low, x))
    c1 = f32x4.add(c1, f32x4.mul(high, x))
    x = v128.load32_splat(a, 12)
    d0 = f32x4.add(d0, f32x4.mul(low, x))
    d1 = f32x4.add(d1, f32x4.mul(high, x))
    a += PACK << 2
    b += PACK << 2
  }
  // Rounding of values, products and sums: at most so much of (|a| + |b|)²; the last term is for what is too small for
  // single precision.
  const reach = load<f32>(f.reaches + ((<usize>(first >> 3)) << 2)) + load<f32>(f.reaches + ((<usize>q) << 2))
  const room = <f64>(p + 8) * 2.4e-7 * <f64>reach * <f64>reach + 1e-36
  const far = f32x4.splat(<f32>((f.at + room) * (1 + 1e-6)))
  const own = f.squares + ((<usize>first) << 2)
  const other = f.squares + ((<usize>(q * PACK)) << 2)
  const low = v128.load(other)
  const high = v128.load(other, 16)
  return (
    mask(a0, a1, low, high, v128.load32_splat(own), far) |
    (mask(b0, b1, low, high, v128.load32_splat(own, 4), far) << 8) |
    (mask(c0, c1, low, high, v128.load32_splat(own, 8), far) << 16) |
    (mask(d0, d1, low, high, v128.load32_splat(own, 12), far) << 24)
  )
}

@inline
function mask(dot0: v128, dot1: v128, low: v128, high: v128, own: v128, far: v128): u32 {
  const s0 = f32x4.sub(f32x4.add(low, own), f32x4.add(dot0, dot0))
  const s1 = f32x4.sub(f32x4.add(high, own), f32x4.add(dot1, dot1))
  // Not: more. What is no number, because single precision does not reach so far, may be near.
  const apart = i32x4.bitmask(f32x4.gt(s0, far)) | (i32x4.bitmask(f32x4.gt(s1, far)) << 4)
  return <u32>(apart ^ 0xff)
}

/** As scikit-learn decides it: exactly on it counts. */
function isWithin(f: Frame, a: i32, b: i32): bool {
  const size = (<usize>f.p) << 3
  let x = f.values + <usize>rowAt(f, a) * size
  let y = f.values + <usize>rowAt(f, b) * size
  const end = x + size
  let sum: f64 = 0
  for (; x < end; x += 8, y += 8) {
    const apart = load<f64>(x) - load<f64>(y)
    sum += apart * apart
  }
  return sum <= f.at
}

/** Finds which of the points from … to − 1 are core; `from` is a multiple of TILE. */
export function findCore(frame: usize, from: i32, to: i32): void {
  const f = changetype<Frame>(frame)
  const packs = (f.n + PACK - 1) >> 3
  for (let first = from; first < to; first += TILE) {
    const own = first >> 3
    let c0 = 0
    let c1 = 0
    let c2 = 0
    let c3 = 0
    for (let step = 0; step < packs; step++) {
      // What is near stands near: the pack itself, those behind it, those before it.
      const q = own + step < packs ? own + step : own + step - packs
      let near = maybeNear(f, first, q)
      while (near !== 0) {
        const bit = ctz(near)
        near &= near - 1
        const place = first + (bit >> 3)
        const other = q * PACK + (bit & 7)
        if (place >= to || other >= f.n || !isWithin(f, place, other)) continue
        if (bit < 8) c0++
        else if (bit < 16) c1++
        else if (bit < 24) c2++
        else c3++
      }
      if (min(min(c0, c1), min(c2, c3)) >= f.minSamples) break
    }
    setCore(f, first, to, c0)
    setCore(f, first + 1, to, c1)
    setCore(f, first + 2, to, c2)
    setCore(f, first + 3, to, c3)
  }
}

function setCore(f: Frame, place: i32, to: i32, count: i32): void {
  if (place < to) store<u8>(f.core + <usize>rowAt(f, place), count >= f.minSamples ? 1 : 0)
}

/** Core points first, each kind in the order that it has; joins those within eps. @returns how many groups there are */
export function group(frame: usize): i32 {
  const f = changetype<Frame>(frame)
  order(f)
  pack(frame)
  join(f)
  return numberGroups(f)
}

function order(f: Frame): void {
  // The labels are not needed yet.
  memory.copy(f.labels, f.rows, (<usize>f.n) << 2)
  let place = 0
  for (let kind = 1; kind >= 0; kind--) {
    for (let i = 0; i < f.n; i++) {
      const row = load<i32>(f.labels + ((<usize>i) << 2))
      if (<i32>load<u8>(f.core + <usize>row) !== kind) continue
      store<i32>(f.rows + ((<usize>place) << 2), row)
      place++
    }
    if (kind === 1) f.cores = place
  }
}

function join(f: Frame): void {
  for (let i = 0; i < f.cores; i++) store<i32>(f.parents + ((<usize>i) << 2), i)
  for (let begin = 0; begin < f.cores; begin += RUN) {
    const run = begin / RUN
    for (let r = 0; r < run; r++) lookAt(f, r)
    store<i32>(f.single + ((<usize>run) << 2), -1)
    const end = min(begin + RUN, f.cores)
    for (let first = begin; first < end; first += TILE) {
      // Its own run first: then it is likely to be one group when others are looked at.
      for (let other = run; other >= 0; other--) {
        if (!isKnown(f, first, min(first + TILE, end), other)) joinWith(f, first, other)
      }
    }
    lookAt(f, run)
  }
}

/** Whether the points from … to − 1 and all of a run are known to be one group. */
function isKnown(f: Frame, from: i32, to: i32, run: i32): bool {
  const single = load<i32>(f.single + ((<usize>run) << 2))
  if (single < 0) return false
  const root = find(f.parents, single)
  for (let i = from; i < to; i++) if (find(f.parents, i) !== root) return false
  return true
}

function joinWith(f: Frame, first: i32, run: i32): void {
  const end = min((run + 1) * RUN, f.cores)
  for (let q = run * (RUN / PACK); q * PACK < end; q++) {
    let near = maybeNear(f, first, q)
    while (near !== 0) {
      const bit = ctz(near)
      near &= near - 1
      const a = first + (bit >> 3)
      const b = q * PACK + (bit & 7)
      if (a >= f.cores || b >= a) continue
      const one = find(f.parents, a)
      const other = find(f.parents, b)
      if (one === other || !isWithin(f, a, b)) continue
      store<i32>(f.parents + ((<usize>max(one, other)) << 2), min(one, other))
    }
  }
}

/** Whether the points of a run are one group by now. */
function lookAt(f: Frame, run: i32): void {
  const single = f.single + ((<usize>run) << 2)
  if (load<i32>(single) >= 0) return
  const end = min((run + 1) * RUN, f.cores)
  const root = find(f.parents, run * RUN)
  for (let i = run * RUN + 1; i < end; i++) if (find(f.parents, i) !== root) return
  store<i32>(single, root)
}

/** Groups in the order of their first core row. */
function numberGroups(f: Frame): i32 {
  memory.fill(f.labels, 0xff, (<usize>f.n) << 2)
  memory.fill(f.groups, 0xff, (<usize>f.n) << 2)
  for (let i = 0; i < f.cores; i++) store<i32>(labelOf(f, i), i)
  let groups = 0
  for (let row = 0; row < f.n; row++) {
    const label = f.labels + ((<usize>row) << 2)
    const place = load<i32>(label)
    if (place < 0) continue
    const group = f.groups + ((<usize>find(f.parents, place)) << 2)
    if (load<i32>(group) < 0) {
      store<i32>(group, groups)
      groups++
    }
    store<i32>(label, load<i32>(group))
  }
  return groups
}

@inline
function labelOf(f: Frame, place: i32): usize {
  return f.labels + ((<usize>rowAt(f, place)) << 2)
}

/** Gives the points from … to − 1 that are not core the first group that they are within eps of. */
export function labelBorder(frame: usize, from: i32, to: i32): void {
  const f = changetype<Frame>(frame)
  for (let first = max(from, f.cores & ~(TILE - 1)); first < to; first += TILE) {
    for (let q = 0; q * PACK < f.cores; q++) {
      let near = maybeNear(f, first, q)
      while (near !== 0) {
        const bit = ctz(near)
        near &= near - 1
        const place = first + (bit >> 3)
        const other = q * PACK + (bit & 7)
        if (place < f.cores || place >= to || other >= f.cores) continue
        const label = load<i32>(labelOf(f, other))
        const known = load<i32>(labelOf(f, place))
        if ((known < 0 || label < known) && isWithin(f, place, other)) store<i32>(labelOf(f, place), label)
      }
    }
  }
}
