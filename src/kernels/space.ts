/**
 * Memory that compiled kernels on all threads work in.
 *
 * In:  how many bytes a problem needs, known before it begins.
 * Out: a space, and typed arrays over it; the kernels of a module on it. Where there is no such memory (too large, too
 *      little address space) arrays are taken from plain shared buffers and the kernels are the plain ones.
 *
 * A space travels in what the jobs of a batch have in common. Each thread makes its own instance of a module, once for
 * each space, and keeps those of the last few spaces.
 */
import { existsSync, readFileSync } from 'node:fs'
import { sharedFloat64, sharedInt32, sharedUint8 } from './shared.ts'
import { wasmFile } from './wasm.ts'

export interface Space {
  readonly id: number
  readonly memory: SharedMemory
}

interface SharedMemory {
  readonly buffer: SharedArrayBuffer
}

/** What is needed of WebAssembly, which the types of Node leave to those of a browser. */
interface WebAssemblyFace {
  readonly Memory: new (size: { initial: number; maximum: number; shared: true }) => SharedMemory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { env: { memory: SharedMemory } },
  ) => { readonly exports: unknown }
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyFace }).WebAssembly

const PAGE = 65_536
/** What a module of 32-bit addresses can reach. */
const MOST_PAGES = 65_536
/** Nothing of ours stands at the first addresses, so that 0 is nobody's. */
const FIRST = 1024
/** Arrays begin where a register can be loaded in one go. */
const ALIGNED = 16

let spaces = 0

/** Hands out the arrays of one problem. */
export class Room {
  readonly space: Space | undefined
  #at = FIRST

  /** @param bytes of all arrays together (sizeOf) */
  constructor(bytes: number) {
    this.space = openSpace(bytes + FIRST)
  }

  float64(length: number): Float64Array {
    if (this.space === undefined) return sharedFloat64(length)
    return new Float64Array(this.space.memory.buffer, this.#take(length * 8), length)
  }

  int32(length: number): Int32Array {
    if (this.space === undefined) return sharedInt32(length)
    return new Int32Array(this.space.memory.buffer, this.#take(length * 4), length)
  }

  uint8(length: number): Uint8Array {
    if (this.space === undefined) return sharedUint8(length)
    return new Uint8Array(this.space.memory.buffer, this.#take(length), length)
  }

  /** Where tables of so many bytes each lie, one after another. Only in a space. */
  places<Tables extends { readonly [name: string]: number }>(bytes: Tables): Tables {
    return Object.fromEntries(
      Object.entries(bytes).map(([name, length]) => [name, this.#take(length)]),
    ) as Tables
  }

  #take(bytes: number): number {
    const at = this.#at
    this.#at += sizeOf(bytes)
    return at
  }
}

/** Bytes that an array of so many takes in a room. */
export function sizeOf(bytes: number): number {
  return Math.ceil(bytes / ALIGNED) * ALIGNED
}

function openSpace(bytes: number): Space | undefined {
  const pages = Math.ceil(bytes / PAGE)
  if (pages > MOST_PAGES) return undefined
  try {
    return { id: ++spaces, memory: new Memory({ initial: pages, maximum: pages, shared: true }) }
  } catch {
    return undefined
  }
}

/** A problem is worked on at a time; one more may still be asked about. */
const KEPT = 2

const modules = new Map<string, object>()
const instances = new Map<string, unknown>()

/** The functions of a module on a space; undefined where it has not been built. */
export function instanceOf({ id, memory }: Space, name: string): unknown {
  const key = `${name} ${id}`
  let instance = instances.get(key)
  if (instance === undefined) {
    const module = modules.get(name) ?? load(name)
    if (module === undefined) return undefined
    modules.set(name, module)
    instance = new Instance(module, { env: { memory } }).exports
    instances.set(key, instance)
    for (const old of [...instances.keys()].slice(0, -KEPT)) instances.delete(old)
  }
  return instance
}

function load(name: string): object | undefined {
  const file = wasmFile(name)
  return existsSync(file) ? new Module(readFileSync(file)) : undefined
}
