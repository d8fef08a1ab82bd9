/**
 * Arrays that all threads see: a task that is given one works on the same numbers, not on a copy.
 */
export function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT))
}

export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT))
}

export function sharedUint8(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length))
}

/** A copy that goes to another thread without being copied again. */
export function inSharedMemory(values: Float64Array): Float64Array {
  const shared = sharedFloat64(values.length)
  shared.set(values)
  return shared
}
