/**
 * The inner loops of k-means, compiled: see ../../kmeans.ts for what each does, and ../../plain-kmeans.ts for the same
 * in plain words. Both give the same bits: each row's numbers are computed in the same order, and sums run in two
 * lanes, the rows at even and at odd places of the range.
 *
 * Addresses are bytes in the memory that all threads share; nothing is kept between calls. Tables are by column: the
 * value of row i in column j stands at columns + (j·n + i)·8. A centre is p numbers, each times −2, and its square.
 */

/** Rows that are measured together: four registers of two. */
const TILE: i32 = 8
/** Rows that are looked at before those of them that may change are measured. */
const LISTED: i32 = 256

/** Writes min(nearest, squared distance to the centre) for rows from … to − 1 and gives the sum. */
export function shorten(
  columns: usize,
  n: i32,
  p: i32,
  from: i32,
  to: i32,
  squares: usize,
  center: usize,
  nearest: usize,
  store: bool,
): f64 {
  const stride = (<usize>n) << 3
  const own = v128.load64_splat(center + ((<usize>p) << 3))
  const zero = f64x2.splat(0)
  let sum = f64x2.splat(0)
  let i = from
  for (; i + TILE <= to; i += TILE) {
    const at = (<usize>i) << 3
    let dot0 = f64x2.splat(0)
    let dot1 = dot0
    let dot2 = dot0
    let dot3 = dot0
    let column = columns + at
    let weight = center
    for (let j = 0; j < p; j++) {
      const w = v128.load64_splat(weight)
      dot0 = f64x2.add(dot0, f64x2.mul(v128.load(column), w))
      dot1 = f64x2.add(dot1, f64x2.mul(v128.load(column, 16), w))
      dot2 = f64x2.add(dot2, f64x2.mul(v128.load(column, 32), w))
      dot3 = f64x2.add(dot3, f64x2.mul(v128.load(column, 48), w))
      column += stride
      weight += 8
    }
    const square = squares + at
    const before = nearest + at
    const d0 = f64x2.pmax(zero, f64x2.add(f64x2.add(dot0, own), v128.load(square)))
    const d1 = f64x2.pmax(zero, f64x2.add(f64x2.add(dot1, own), v128.load(square, 16)))
    const d2 = f64x2.pmax(zero, f64x2.add(f64x2.add(dot2, own), v128.load(square, 32)))
    const d3 = f64x2.pmax(zero, f64x2.add(f64x2.add(dot3, own), v128.load(square, 48)))
    const least0 = f64x2.pmin(v128.load(before), d0)
    const least1 = f64x2.pmin(v128.load(before, 16), d1)
    const least2 = f64x2.pmin(v128.load(before, 32), d2)
    const least3 = f64x2.pmin(v128.load(before, 48), d3)
    if (store) {
      v128.store(before, least0)
      v128.store(before, least1, 16)
      v128.store(before, least2, 32)
      v128.store(before, least3, 48)
    }
    sum = f64x2.add(f64x2.add(f64x2.add(f64x2.add(sum, least0), least1), least2), least3)
  }
  for (; i + 1 < to; i += 2) {
    const at = (<usize>i) << 3
    let dot = f64x2.splat(0)
    let column = columns + at
    let weight = center
    for (let j = 0; j < p; j++) {
      dot = f64x2.add(dot, f64x2.mul(v128.load(column), v128.load64_splat(weight)))
      column += stride
      weight += 8
    }
    const distance = f64x2.pmax(zero, f64x2.add(f64x2.add(dot, own), v128.load(squares + at)))
    const least = f64x2.pmin(v128.load(nearest + at), distance)
    if (store) v128.store(nearest + at, least)
    sum = f64x2.add(sum, least)
  }
  let low = f64x2.extract_lane(sum, 0)
  const high = f64x2.extract_lane(sum, 1)
  if (i < to) {
    const at = (<usize>i) << 3
    let dot: f64 = 0
    for (let j = 0; j < p; j++) {
      dot += load<f64>(columns + <usize>j * stride + at) * load<f64>(center + ((<usize>j) << 3))
    }
    let distance = dot + load<f64>(center + ((<usize>p) << 3)) + load<f64>(squares + at)
    if (!(0 < distance)) distance = 0
    const before = load<f64>(nearest + at)
    const least = distance < before ? distance : before
    if (store) store_f64(nearest + at, least)
    low += least
  }
  return low + high
}

@inline
function store_f64(at: usize, value: f64): void {
  store<f64>(at, value)
}

/**
 * Measures TILE rows against all centres: the least score (|c|² − 2x·c), the next and the centre of the least, as
 * three times TILE numbers at `out`.
 */
@inline
function measure(base: usize, stride: usize, p: i32, centers: usize, k: i32, out: usize): void {
  let best0 = f64x2.splat(Infinity)
  let best1 = best0
  let best2 = best0
  let best3 = best0
  let next0 = best0
  let next1 = best0
  let next2 = best0
  let next3 = best0
  let label0 = f64x2.splat(0)
  let label1 = label0
  let label2 = label0
  let label3 = label0
  let weight = centers
  for (let c = 0; c < k; c++) {
    let s0 = f64x2.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    let column = base
    for (let j = 0; j < p; j++) {
      const w = v128.load64_splat(weight)
      s0 = f64x2.add(s0, f64x2.mul(v128.load(column), w))
      s1 = f64x2.add(s1, f64x2.mul(v128.load(column, 16), w))
      s2 = f64x2.add(s2, f64x2.mul(v128.load(column, 32), w))
      s3 = f64x2.add(s3, f64x2.mul(v128.load(column, 48), w))
      column += stride
      weight += 8
    }
    const square = v128.load64_splat(weight)
    weight += 8
    s0 = f64x2.add(s0, square)
    s1 = f64x2.add(s1, square)
    s2 = f64x2.add(s2, square)
    s3 = f64x2.add(s3, square)
    const label = f64x2.splat(<f64>c)
    const less0 = f64x2.lt(s0, best0)
    const less1 = f64x2.lt(s1, best1)
    const less2 = f64x2.lt(s2, best2)
    const less3 = f64x2.lt(s3, best3)
    next0 = f64x2.pmin(next0, f64x2.pmax(best0, s0))
    next1 = f64x2.pmin(next1, f64x2.pmax(best1, s1))
    next2 = f64x2.pmin(next2, f64x2.pmax(best2, s2))
    next3 = f64x2.pmin(next3, f64x2.pmax(best3, s3))
    best0 = f64x2.pmin(best0, s0)
    best1 = f64x2.pmin(best1, s1)
    best2 = f64x2.pmin(best2, s2)
    best3 = f64x2.pmin(best3, s3)
    label0 = v128.bitselect(label, label0, less0)
    label1 = v128.bitselect(label, label1, less1)
    label2 = v128.bitselect(label, label2, less2)
    label3 = v128.bitselect(label, label3, less3)
  }
  v128.store(out, best0)
  v128.store(out, best1, 16)
  v128.store(out, best2, 32)
  v128.store(out, best3, 48)
  v128.store(out, next0, 64)
  v128.store(out, next1, 80)
  v128.store(out, next2, 96)
  v128.store(out, next3, 112)
  v128.store(out, label0, 128)
  v128.store(out, label1, 144)
  v128.store(out, label2, 160)
  v128.store(out, label3, 176)
}

/**
 * How much farther the second nearest centres of four rows are than the nearest: from their scores at `out` (measure) and
 * their |row|². In single precision, as gaps are kept: four roots cost less there than one in double.
 */
@inline
function apart(out: usize, squares: usize): v128 {
  const zero = f32x4.splat(0)
  const square0 = v128.load(squares)
  const square1 = v128.load(squares, 16)
  const own = narrow(f64x2.add(v128.load(out), square0), f64x2.add(v128.load(out, 16), square1))
  const other = narrow(f64x2.add(v128.load(out, 64), square0), f64x2.add(v128.load(out, 80), square1))
  return f32x4.sub(f32x4.sqrt(f32x4.pmax(zero, other)), f32x4.sqrt(f32x4.pmax(zero, own)))
}

@inline
function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5)
}

/**
 * Takes what `measure` found for `count` rows: labels, how sure they are, and what changes in the sums of the groups.
 * Gives how many labels changed.
 *
 * @param ownSquares |row|² of TILE rows
 */
@inline
function take(
  columns: usize,
  stride: usize,
  p: i32,
  ownSquares: usize,
  first: i32,
  rows: usize,
  count: i32,
  out: usize,
  spent: usize,
  labels: usize,
  gaps: usize,
  changes: usize,
): i32 {
  let changed = 0
  const width = (<usize>(p + 1)) << 3
  const low = apart(out, ownSquares)
  const high = apart(out + 32, ownSquares + 32)
  // The scores are not needed any more.
  v128.store(out, low)
  v128.store(out, high, 16)
  for (let t = 0; t < count; t++) {
    const row = rows == 0 ? first + t : load<i32>(rows + ((<usize>t) << 2))
    const label = <i32>load<f64>(out + ((<usize>t) << 3), 128)
    const place = (<usize>row) << 2
    store<f32>(
      gaps + place,
      <f32>(<f64>load<f32>(out + ((<usize>t) << 2)) + load<f64>(spent + ((<usize>label) << 3))),
    )
    const before = load<i32>(labels + place)
    if (before == label) continue
    changed++
    store<i32>(labels + place, label)
    const into = changes + <usize>label * width
    let value = columns + ((<usize>row) << 3)
    if (before < 0) {
      for (let j = 0; j < p; j++) {
        const at = into + ((<usize>j) << 3)
        store<f64>(at, load<f64>(at) + load<f64>(value))
        value += stride
      }
    } else {
      const from = changes + <usize>before * width
      for (let j = 0; j < p; j++) {
        const step = (<usize>j) << 3
        const x = load<f64>(value)
        store<f64>(into + step, load<f64>(into + step) + x)
        store<f64>(from + step, load<f64>(from + step) - x)
        value += stride
      }
      const size = from + width - 8
      store<f64>(size, load<f64>(size) - 1)
    }
    const size = into + width - 8
    store<f64>(size, load<f64>(size) + 1)
  }
  return changed
}

/** Gives rows from … to − 1 the label of the nearest centre; how many labels changed. */
export function assign(
  columns: usize,
  n: i32,
  p: i32,
  from: i32,
  to: i32,
  squares: usize,
  centers: usize,
  k: i32,
  spent: usize,
  slack: f64,
  all: bool,
  labels: usize,
  gaps: usize,
  changes: usize,
  scratch: usize,
): i32 {
  const stride = (<usize>n) << 3
  const out = scratch
  const gatheredSquares = scratch + 192
  const gathered = scratch + 256
  const rows = gathered + ((<usize>p) << 6)
  let changed = 0
  let i = from
  if (all) {
    for (; i + TILE <= to; i += TILE) {
      measure(columns + ((<usize>i) << 3), stride, p, centers, k, out)
      changed += take(
        columns, stride, p, squares + ((<usize>i) << 3), i, 0, TILE, out, spent, labels, gaps, changes,
      )
    }
  }
  let count = 0
  while (i < to) {
    const end = min(i + LISTED, to)
    // No branch: where about half of the rows are to be measured nobody could foretell it.
    for (; i < end; i++) {
      store<i32>(rows + ((<usize>count) << 2), i)
      count += all || mayChange(<usize>i << 2, spent, slack, labels, gaps) ? 1 : 0
    }
    let taken = 0
    while (count - taken >= TILE || (i === to && taken < count)) {
      const size = min(count - taken, TILE)
      const own = rows + ((<usize>taken) << 2)
      gather(columns, stride, p, squares, own, size, gathered, gatheredSquares)
      // What stands in the places of rows that are not there is measured and not taken.
      measure(gathered, 64, p, centers, k, out)
      changed += take(
        columns, stride, p, gatheredSquares, 0, own, size, out, spent, labels, gaps, changes,
      )
      taken += size
    }
    memory.copy(rows, rows + ((<usize>taken) << 2), (<usize>(count - taken)) << 2)
    count -= taken
  }
  return changed
}

/** Whether a row may be nearer to another centre by now; its numbers of four bytes stand at `place`. */
@inline
function mayChange(place: usize, spent: usize, slack: f64, labels: usize, gaps: usize): bool {
  const limit = load<f64>(spent + ((<usize>load<i32>(labels + place)) << 3)) + slack
  return !(<f64>load<f32>(gaps + place) > limit)
}

/** Puts the values of up to TILE listed rows side by side. */
@inline
function gather(
  columns: usize,
  stride: usize,
  p: i32,
  squares: usize,
  rows: usize,
  count: i32,
  values: usize,
  ownSquares: usize,
): void {
  for (let t = 0; t < count; t++) {
    const at = (<usize>load<i32>(rows + ((<usize>t) << 2))) << 3
    store<f64>(ownSquares + ((<usize>t) << 3), load<f64>(squares + at))
    let from = columns + at
    let to = values + ((<usize>t) << 3)
    for (let j = 0; j < p; j++) {
      store<f64>(to, load<f64>(from))
      from += stride
      to += 64
    }
  }
}

/** Sum over rows from … to − 1 of the squared distance to the centre of the row's group; `centers` are k × p as they are. */
export function spread(
  columns: usize,
  n: i32,
  p: i32,
  from: i32,
  to: i32,
  labels: usize,
  centers: usize,
): f64 {
  const stride = (<usize>n) << 3
  let low: f64 = 0
  let high: f64 = 0
  for (let i = from; i < to; i++) {
    let value = columns + ((<usize>i) << 3)
    let center = centers + <usize>load<i32>(labels + ((<usize>i) << 2)) * ((<usize>p) << 3)
    let sum: f64 = 0
    for (let j = 0; j < p; j++) {
      const apart = load<f64>(value) - load<f64>(center)
      sum += apart * apart
      value += stride
      center += 8
    }
    if (((i - from) & 1) == 0) low += sum
    else high += sum
  }
  return low + high
}
