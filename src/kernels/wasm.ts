/** Compiled kernels: the .wasm files that scripts/build-kernels.mjs makes of assembly/. */
import { existsSync, readFileSync } from 'node:fs'
import { EngineError } from '../base/errors.ts'

/** What is needed of WebAssembly, which the types of Node leave to those of a browser. */
interface WebAssemblyFace {
  readonly Module: new (bytes: Uint8Array) => object
  /** `exports` is what the module says it is. */
  readonly Instance: new (module: object, imports?: WasmImports) => { readonly exports: unknown }
  readonly compile: (bytes: Uint8Array) => Promise<object>
}

const { Module, Instance, compile } = (globalThis as unknown as { WebAssembly: WebAssemblyFace }).WebAssembly

/** Functions that a kernel calls, by the names that it declares. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, (value: number) => number | void>>>>

/** What assembly/parts/stack.ts declares: an EngineError where it takes more than the 4 GB that it can address. */
export function stackImports(what: string): WasmImports {
  return {
    stack: {
      outOfMemory() {
        throw new EngineError(`${what} more memory than there is`, { code: 'E_MEMORY' })
      },
    },
  }
}

export interface WasmModule<Exports> {
  /** Compiles on another thread what instance() would else compile when it is first called. */
  prepare(): Promise<void>
  /** Each with a memory of its own. */
  instance(imports?: WasmImports): Exports
}

/** A kernel by name, compiled once a process. */
export function wasmModule<Exports>(name: string): WasmModule<Exports> {
  let compiled: object | undefined
  return {
    async prepare() {
      compiled ??= await compile(readFileSync(wasmFile(name)))
    },
    instance(imports) {
      compiled ??= new Module(readFileSync(wasmFile(name)))
      return new Instance(compiled, imports).exports as Exports
    },
  }
}

/** Where a kernel is: beside the bundle, or in dist/ where this runs from the sources. */
export function wasmFile(name: string): URL {
  const beside = new URL(`./${name}.wasm`, import.meta.url)
  return existsSync(beside) ? beside : new URL(`../../dist/${name}.wasm`, import.meta.url)
}
