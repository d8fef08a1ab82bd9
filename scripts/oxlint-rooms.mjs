/**
 * The lint rule `lode/rooms`: which room of the project may import from which.
 *
 * In:  the imports of a file, static, dynamic and in types (`import('…')`).
 * Out: an error at each that the table below does not allow. A room may always import from itself, and files
 *      outside the rooms (tests, fixtures, scripts) may import anything.
 *
 * Held by a rule and not by patterns in .oxlintrc.json, because those match the text of an import, which says
 * nothing about the room that it stands in or leads to.
 */
import { dirname, relative, resolve, sep } from 'node:path'

/** A room, `type` before a room whose types alone may be used, or one file of a room. */
const MAY_ENTER = {
  bin: ['cli', 'kernels/worker.ts', 'learn/tasks.ts'],
  cli: ['commands', 'table', 'table/duckdb', 'write', 'report', 'base', 'kernels'],
  commands: ['table', 'tidy', 'shape', 'learn', 'report', 'base', 'type kernels'],
  'table/duckdb': ['table', 'base'],
  table: ['table/duckdb', 'kernels', 'base'],
  tidy: ['type table/engine.ts', 'type table/relation.ts', 'base'],
  shape: ['base'],
  learn: ['kernels', 'base'],
  report: ['type learn', 'type tidy', 'base'],
  write: ['type report', 'base'],
  kernels: ['base'],
  base: [],
  'index.ts': ['learn', 'shape', 'base', 'kernels'],
}

/** Packages that one room alone may import. */
const PACKAGE_HOME = [[/^@duckdb\//, 'table/duckdb']]

const rooms = {
  meta: {
    type: 'problem',
    docs: { description: 'Imports go one way, from room to room' },
    schema: [],
  },
  create(context) {
    const from = roomOf(resolve(context.filename), context.cwd)
    if (from === undefined) return {}

    function check(node, source, typesOnly) {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return
      const refusal = refused(from, source.value, typesOnly, context)
      if (refusal !== undefined) context.report({ node, message: refusal })
    }
    return {
      ImportDeclaration: (node) => check(node, node.source, importsTypes(node)),
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument, true),
    }
  },
}

export default { meta: { name: 'lode' }, rules: { rooms } }

/** The room that a file stands in: its folder under src, or a file right in src by its name; undefined: none. */
function roomOf(file, root) {
  const path = relative(root, file).split(sep).join('/')
  if (path.startsWith('bin/')) return 'bin'
  if (!path.startsWith('src/')) return undefined
  const inSrc = path.slice('src/'.length)
  if (inSrc.startsWith('table/duckdb/')) return 'table/duckdb'
  return inSrc.split('/')[0]
}

function importsTypes({ importKind, specifiers }) {
  if (importKind === 'type') return true
  return specifiers.length > 0 && specifiers.every((specifier) => specifier.importKind === 'type')
}

/** Why this import is not allowed; undefined when it is. */
function refused(from, specifier, typesOnly, { filename, cwd }) {
  if (!specifier.startsWith('.')) return refusedPackage(from, specifier)
  const target = resolve(dirname(resolve(filename)), specifier)
  const to = roomOf(target, cwd)
  if (to === from) return undefined
  const file = relative(resolve(cwd, 'src'), target).split(sep).join('/')
  const places = [to, file]
  const allowed = MAY_ENTER[from] ?? []
  if (places.some((place) => allowed.includes(place))) return undefined
  if (!places.some((place) => allowed.includes(`type ${place}`))) {
    const list = allowed.length === 0 ? 'nothing' : allowed.join(', ')
    return `${from} must not import from ${to ?? 'outside the rooms'}; it may import: ${list}`
  }
  return typesOnly ? undefined : `${from} may import types alone from ${to}: write "import type"`
}

function refusedPackage(from, specifier) {
  if (from === 'base') return 'base imports nothing, no package either'
  const home = PACKAGE_HOME.find(([pattern]) => pattern.test(specifier))?.[1]
  return home === undefined || home === from ? undefined : `${specifier} is imported in ${home} alone`
}
