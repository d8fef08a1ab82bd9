import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface LockedPackage {
  readonly version?: string
  readonly optionalDependencies?: { readonly [name: string]: string }
}

test('the lock file names the native binaries of every platform, not only of the one it was made on', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: { [path: string]: LockedPackage }
  }
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
    ),
  )
  expect(missing).toEqual([])
})
