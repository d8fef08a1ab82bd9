/** The loops of least squares, compiled: assembly/least-squares.ts behind the interface of least-squares.ts. */
import { SUMS, type LeastSquaresKernel } from './least-squares.ts'
import { wasmModule } from './wasm.ts'

/** What assembly/least-squares.ts exports. */
interface LeastSquaresModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  setup(columns: number, capacity: number): void
  centre(rows: number): void
  setFit(kept: number, offset: number, leverage: number, unit: number): void
  residuals(rows: number, before: number, bound: number): number
  readonly room: Address
  readonly origins: Address
  readonly means: Address
  readonly products: Address
  readonly slopes: Address
  readonly kept: Address
  readonly inverse: Address
  readonly errors: Address
  readonly leverages: Address
  readonly sums: Address
  readonly squaresByColumn: Address
}

interface Address {
  readonly value: number
}

const compiled = wasmModule<LeastSquaresModule>('least-squares')

export function wasmLeastSquares(columns: number, capacity: number): LeastSquaresKernel {
  const module = compiled.instance()
  module.setup(columns, capacity)
  const { buffer } = module.memory
  const doubles = ({ value }: Address, length: number) => new Float64Array(buffer, value, length)
  const origins = doubles(module.origins, columns)
  const centred = {
    means: doubles(module.means, columns),
    products: doubles(module.products, columns * columns),
  }
  const errors = doubles(module.errors, capacity)
  const leverages = doubles(module.leverages, capacity)
  const sums = doubles(module.sums, SUMS)
  const squaresByColumn = doubles(module.squaresByColumn, columns - 1)
  return {
    room: doubles(module.room, columns * capacity),
    centre(rows, from) {
      origins.set(from)
      module.centre(rows)
      return centred
    },
    fit({ centers, offset, slopes, leverage, kept, inverse, unit }) {
      origins.set(centers)
      doubles(module.slopes, columns - 1).set(slopes)
      new Int32Array(buffer, module.kept.value, kept.length).set(kept)
      doubles(module.inverse, inverse.length).set(inverse)
      module.setFit(kept.length, offset, leverage, unit)
    },
    residuals(rows, before, bound) {
      const isAbove = module.residuals(rows, before, bound) !== 0
      return {
        errors: errors.subarray(0, rows),
        leverages: leverages.subarray(0, rows),
        sums,
        squaresByColumn,
        isAbove,
      }
    },
  }
}
