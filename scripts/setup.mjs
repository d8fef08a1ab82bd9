/**
 * Set-up: installs what package-lock.json names and builds dist/, each only when needed.
 *
 * `npm start`, `npm test`, `npm run check` and `npm install -g .` begin here, so that a clean clone needs nothing
 * else. Says in one line on stderr what it does, and nothing when there is nothing to do; stdout stays free for
 * those who called it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

if (!isInstalled()) {
  say('installing the packages that package-lock.json names')
  install()
}
if (!isBuilt()) {
  say('building dist/')
  run(process.execPath, [join(root, 'scripts', 'build.mjs')], process.env)
}

/**
 * Whether every package of the lock file stands in node_modules at its version. Looks at versions and not at
 * file times, which a git checkout or an `npm install` by hand set in any order. Packages that npm may leave
 * out on this machine (binaries for others) don't count.
 */
function isInstalled() {
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'))
  const wanted = packagesIn(join(root, 'package-lock.json'))
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || optional === true || installed[path]?.version === version,
  )
}

function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {}
}

/**
 * `npm ci`, with what an outer npm handed down through the environment taken away: under `npm install -g .` it
 * says "global" and gives another prefix, and the packages would be installed anywhere but here. No package
 * needs its install scripts, and this package's own `prepare` would call set-up once more.
 */
function install() {
  const inherited =
    /^npm_config_(global|global_prefix|globalconfig|local_prefix|prefix|location|omit|include|only|dry_run)$/i
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)))
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  run('npm', ['ci', ...options], env)
}

/** Whether dist/ is at least as new as everything that goes into it. */
function isBuilt() {
  const built = join(root, 'dist', 'lode.cjs')
  if (!existsSync(built)) return false
  const sources = [
    'src',
    'bin',
    'package.json',
    'package-lock.json',
    'scripts/build.mjs',
    'scripts/keep-code.cjs',
    'scripts/build-kernels.mjs',
  ]
  return sources.every((source) => newest(join(root, source)) <= statSync(built).mtimeMs)
}

/** The latest time of a change in a file, or in a folder and what it holds (a file taken away changes its folder). */
function newest(path) {
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), own.mtimeMs)
}

/** Runs a program with its stdout on our stderr; ends with its exit code when it fails. */
function run(program, words, env) {
  const shell = process.platform === 'win32'
  const { status, error } = spawnSync(program, words, { cwd: root, env, shell, stdio: ['ignore', 2, 2] })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

function say(what) {
  process.stderr.write(`set-up: ${what}\n`)
}
