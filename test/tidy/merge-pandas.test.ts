import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { merger, type Rows } from './merge-harness.ts'

interface Case {
  readonly name: string
  readonly files: readonly string[]
  readonly options: { readonly [option: string]: string | boolean | readonly string[] }
  readonly columns?: readonly string[]
  readonly rows?: Rows
  readonly refused?: string
}

const { cases, versions } = JSON.parse(
  readFileSync(new URL('../reference/merge/answers.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[]; readonly versions: { readonly pandas: string } }

const lode = merger()

/** `{ leftOn: 'a', indicator: true }` as `--left-on a --indicator`. */
function words(options: Case['options']): string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    const name = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return value === true ? [name] : [name, Array.isArray(value) ? value.join(',') : String(value)]
  })
}

test.each(cases.filter(({ refused }) => refused === undefined))(
  `merge gives the rows, order and columns of pandas ${versions.pandas}: $name`,
  async ({ files, options, columns, rows }) => {
    const got = await lode.run(words(options), files)
    expect(got.names).toEqual(columns)
    expect(got.cells).toEqual(rows)
  },
)

test.each(cases.filter(({ refused }) => refused !== undefined))(
  `merge refuses what pandas ${versions.pandas} refuses: $name`,
  async ({ files, options }) => {
    const code = options['validate'] === undefined ? 'E_SUFFIXES' : 'E_VALIDATE'
    await expect(lode.run(words(options), files)).rejects.toMatchObject({ code })
  },
)
