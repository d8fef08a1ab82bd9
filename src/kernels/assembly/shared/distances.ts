/**
 * Sums of distances, compiled: see ../../distances.ts for the same in plain words.
 *
 * Tables are by column: the value of row i in column j stands at columns + (j·n + i)·8.
 */
export function distanceSum(columns: usize, n: i32, p: i32, row: i32, from: i32, to: i32): f64 {
  const stride = (<usize>n) << 3
  const own = columns + ((<usize>row) << 3)
  let sum0 = f64x2.splat(0)
  let sum1 = sum0
  let i = from
  for (; i + 4 <= to; i += 4) {
    let squares0 = f64x2.splat(0)
    let squares1 = squares0
    let column = columns + ((<usize>i) << 3)
    let value = own
    for (let j = 0; j < p; j++) {
      const x = v128.load64_splat(value)
      const apart0 = f64x2.sub(v128.load(column), x)
      const apart1 = f64x2.sub(v128.load(column, 16), x)
      squares0 = f64x2.add(squares0, f64x2.mul(apart0, apart0))
      squares1 = f64x2.add(squares1, f64x2.mul(apart1, apart1))
      column += stride
      value += stride
    }
    sum0 = f64x2.add(sum0, f64x2.sqrt(squares0))
    sum1 = f64x2.add(sum1, f64x2.sqrt(squares1))
  }
  const both = f64x2.add(sum0, sum1)
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
  for (; i < to; i++) {
    let squares: f64 = 0
    let column = columns + ((<usize>i) << 3)
    let value = own
    for (let j = 0; j < p; j++) {
      const apart = load<f64>(column) - load<f64>(value)
      squares += apart * apart
      column += stride
      value += stride
    }
    sum += Math.sqrt(squares)
  }
  return sum
}

/** How many of the rows from … to − 1 have a squared distance to row `row` of at most `limit`. */
export function countWithin(
  columns: usize,
  n: i32,
  p: i32,
  row: i32,
  from: i32,
  to: i32,
  limit: f64,
): i32 {
  const stride = (<usize>n) << 3
  const own = columns + ((<usize>row) << 3)
  const most = f64x2.splat(limit)
  let found = i64x2.splat(0)
  let i = from
  for (; i + 4 <= to; i += 4) {
    let squares0 = f64x2.splat(0)
    let squares1 = squares0
    let column = columns + ((<usize>i) << 3)
    let value = own
    for (let j = 0; j < p; j++) {
      const x = v128.load64_splat(value)
      const apart0 = f64x2.sub(v128.load(column), x)
      const apart1 = f64x2.sub(v128.load(column, 16), x)
      squares0 = f64x2.add(squares0, f64x2.mul(apart0, apart0))
      squares1 = f64x2.add(squares1, f64x2.mul(apart1, apart1))
      column += stride
      value += stride
    }
    // A lane that holds is −1.
    found = i64x2.sub(i64x2.sub(found, f64x2.le(squares0, most)), f64x2.le(squares1, most))
  }
  let count = <i32>(i64x2.extract_lane(found, 0) + i64x2.extract_lane(found, 1))
  for (; i < to; i++) {
    let squares: f64 = 0
    let column = columns + ((<usize>i) << 3)
    let value = own
    for (let j = 0; j < p; j++) {
      const apart = load<f64>(column) - load<f64>(value)
      squares += apart * apart
      column += stride
      value += stride
    }
    if (squares <= limit) count++
  }
  return count
}
