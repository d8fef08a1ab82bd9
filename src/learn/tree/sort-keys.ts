/**
 * Whole numbers into ascending order: the sort of a node's rows by rank.
 *
 * Cost: O(n) for many keys of few bits (radix, up to 11 bits a pass), else the engine's own sort.
 */
const FEW = 24
const MANY = 512
const DIGIT = 11

/**
 * Sorts keys[0 … n−1] and gives the array that they then stand in, which is `keys` or `spare`.
 *
 * @param bits of the largest key, at most 32
 */
export function sortKeys(keys: Uint32Array, spare: Uint32Array, n: number, bits: number): Uint32Array {
  if (n <= FEW) {
    insertionSort(keys, n)
    return keys
  }
  if (n < MANY) {
    keys.subarray(0, n).sort()
    return keys
  }
  const passes = Math.ceil(bits / DIGIT)
  const width = Math.ceil(bits / passes)
  let from = keys
  let to = spare
  for (let pass = 0; pass < passes; pass++) {
    radixPass(from, to, n, pass * width, width)
    const before = from
    from = to
    to = before
  }
  return from
}

function insertionSort(keys: Uint32Array, n: number): void {
  for (let i = 1; i < n; i++) {
    const key = keys[i] as number
    let j = i
    for (; j > 0 && (keys[j - 1] as number) > key; j--) keys[j] = keys[j - 1] as number
    keys[j] = key
  }
}

const starts = new Uint32Array(1 << DIGIT)

function radixPass(from: Uint32Array, to: Uint32Array, n: number, shift: number, width: number): void {
  const mask = (1 << width) - 1
  starts.fill(0)
  for (let i = 0; i < n; i++) {
    const digit = ((from[i] as number) >>> shift) & mask
    starts[digit] = (starts[digit] as number) + 1
  }
  let at = 0
  for (let digit = 0; digit <= mask; digit++) {
    const count = starts[digit] as number
    starts[digit] = at
    at += count
  }
  for (let i = 0; i < n; i++) {
    const key = from[i] as number
    const digit = (key >>> shift) & mask
    const place = starts[digit] as number
    starts[digit] = place + 1
    to[place] = key
  }
}
