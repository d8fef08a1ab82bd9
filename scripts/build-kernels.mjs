/**
 * Compiles the kernels: each src/kernels/assembly/<name>.ts becomes <name>.wasm, with a memory of its own, and each
 * src/kernels/assembly/shared/<name>.ts becomes <name>.wasm that works in a memory which all threads share.
 *
 * Release builds with SIMD and no runtime but a bump allocator: a kernel takes its memory once and is thrown
 * away whole. Assertions are out, and an abort is a plain trap.
 *
 * Alone: node scripts/build-kernels.mjs dist
 */
import { mkdirSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('..', import.meta.url))
const kernels = 'src/kernels/assembly'

/** Up to 4 GB; how much there is in fact is for whoever makes the memory to say. */
const shared = '--enable threads --importMemory --sharedMemory --maximumMemory 65536'.split(' ')

const release = '-O3 --converge --noAssert --enable simd --runtime stub --use abort='.split(' ')

/** @throws {Error} with the compiler's messages when a kernel does not compile */
export async function buildKernels(outDir) {
  mkdirSync(outDir, { recursive: true })
  await compileAll(kernels, [], outDir)
  await compileAll(`${kernels}/shared`, shared, outDir)
}

async function compileAll(folder, more, outDir) {
  for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))) {
    const out = join(resolve(outDir), `${basename(file, '.ts')}.wasm`)
    let messages = ''
    const stderr = { write: (text) => (messages += text) }
    const { error } = await asc.main(
      [`${folder}/${file}`, '--baseDir', root, '--outFile', out, ...release, ...more],
      { stderr },
    )
    if (error) throw new Error(`${file} does not compile\n${messages}`, { cause: error })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await buildKernels(process.argv[2] ?? join(root, 'dist'))
