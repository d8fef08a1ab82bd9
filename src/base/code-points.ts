/**
 * Orders texts by their code points, as Python does.
 *
 * JavaScript's own order is by UTF-16 units, which differs where a surrogate meets what lies above the surrogates.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left === right) continue
    const rank = (unit: number) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
    return rank(left) - rank(right)
  }
  return a.length - b.length
}
