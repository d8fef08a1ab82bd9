/**
 * Imports a TypeScript file of this project: Node 20 cannot, so esbuild bundles it in memory first.
 *
 * Packages stay outside the bundle and are found from the project's folder. The bundle stands in a file for a
 * moment, because a `data:` module has no place to find packages from.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** @param {string} file relative to the project's folder */
export async function importTypeScript(file) {
  const bundle = await build({
    entryPoints: [path.join(root, file)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
  })
  const folder = await mkdtemp(path.join(root, 'node_modules', '.typescript-'))
  try {
    const module = path.join(folder, 'bundle.mjs')
    await writeFile(module, bundle.outputFiles[0].contents)
    return await import(pathToFileURL(module).href)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
