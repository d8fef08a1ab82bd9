/** Code points in bytes that are known to be UTF-8. */

/** Where the character before `at` starts; below 0 where there is none. */
export function startBefore(bytes: Uint8Array, at: number): number {
  let i = at - 1
  while (i >= 0 && ((bytes[i] as number) & 0xc0) === 0x80) i--
  return i
}

/** Bytes of the character at i. */
export function lengthAt(bytes: Uint8Array, i: number): number {
  const byte = bytes[i] as number
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
}

export function pointAt(bytes: Uint8Array, i: number): number {
  const byte = bytes[i] as number
  if (byte < 0x80) return byte
  const second = (bytes[i + 1] as number) & 0x3f
  if (byte < 0xe0) return ((byte & 0x1f) << 6) | second
  const third = (bytes[i + 2] as number) & 0x3f
  if (byte < 0xf0) return ((byte & 0x0f) << 12) | (second << 6) | third
  return ((byte & 0x07) << 18) | (second << 12) | (third << 6) | ((bytes[i + 3] as number) & 0x3f)
}

/** @returns where it ends */
export function writePoint(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    bytes[at] = point
    return at + 1
  }
  if (point < 0x800) {
    bytes[at] = 0xc0 | (point >> 6)
    bytes[at + 1] = 0x80 | (point & 0x3f)
    return at + 2
  }
  if (point < 0x10000) {
    bytes[at] = 0xe0 | (point >> 12)
    bytes[at + 1] = 0x80 | ((point >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (point & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (point >> 18)
  bytes[at + 1] = 0x80 | ((point >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((point >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (point & 0x3f)
  return at + 4
}
