/** What the shells themselves offer with the script of `lode completion`; a shell that is not installed is skipped. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { completionScript } from '../../src/cli/completion.ts'
import { registry } from '../../src/cli/registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'lode-completion-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

async function scriptFile(shell: string): Promise<string> {
  const path = join(folder, shell === 'zsh' ? '_lode' : `lode.${shell}`)
  writeFileSync(path, await completionScript(shell))
  return path
}

// Skipped where bash is not installed: lode does without.
describe.skipIf(!isThere('bash'))('bash offers', () => {
  const offers = async (...words: string[]): Promise<string[]> => {
    const program = `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _lode; printf '%s\\n' "\${COMPREPLY[@]}"`
    const text = execFileSync('bash', ['-c', program, await scriptFile('bash'), 'lode', ...words])
    return text
      .toString()
      .trim()
      .split('\n')
      .filter((word) => word !== '')
  }

  test('every command first', async () => {
    const names = registry.map(({ name }) => name)
    expect(await offers('')).toEqual([...names, 'run', 'help', 'completion'])
    expect(await offers('cl')).toEqual(['clean', 'cluster'])
  })
  test('the options of the command, and the words that one of them takes', async () => {
    expect(await offers('cluster', 'a.csv', '--n-')).toEqual(['--n-init'])
    expect(await offers('cluster', '--scale', '')).toEqual(['zscore', 'minmax', 'robust', 'none'])
    expect(await offers('clean', 'a.csv', '-f', 'n')).toEqual(['ndjson'])
  })
  test('nothing, which leaves files to the shell, where a value or a file is due', async () => {
    expect(await offers('cluster', '')).toEqual([])
    expect(await offers('cluster', '--output', '--n')).toEqual([])
  })
  test('in a chain what the command behind the last `then` takes', async () => {
    expect(await offers('clean', 'a.csv', 'th')).toEqual(['then'])
    expect(await offers('clean', 'a.csv', 'then', 'clu')).toEqual(['cluster'])
    expect(await offers('clean', 'a.csv', 'then', 'run')).toEqual([])
    expect(await offers('clean', 'a.csv', 'then', 'cluster', '--n-')).toEqual(['--n-init'])
  })
})

// Skipped where fish is not installed: lode does without.
describe.skipIf(!isThere('fish'))('fish offers', () => {
  const offers = async (line: string): Promise<string[]> => {
    const path = await scriptFile('fish')
    const text = execFileSync('fish', [
      '--no-config',
      '-c',
      `source ${JSON.stringify(path)}; complete -C ${JSON.stringify(line)}`,
    ])
    return text
      .toString()
      .trim()
      .split('\n')
      .map((one) => one.split('\t')[0] as string)
  }

  test('commands, options, their words, and the same in a chain', async () => {
    expect(await offers('lode cl')).toEqual(['clean', 'cluster'])
    expect(await offers('lode cluster --n-i')).toEqual(['--n-init'])
    expect((await offers('lode cluster --scale ')).sort()).toEqual(['minmax', 'none', 'robust', 'zscore'])
    expect(await offers('lode clean a.csv then cluster --n-i')).toEqual(['--n-init'])
  })
})

// Skipped where zsh is not installed: lode does without.
describe.skipIf(!isThere('zsh'))('zsh', () => {
  test('reads the script', async () => {
    expect(spawnSync('zsh', ['-n', await scriptFile('zsh')]).stderr.toString()).toBe('')
  })
})

test('another shell is refused', async () => {
  await expect(completionScript('bahs')).rejects.toThrow('did you mean "bash"')
  await expect(completionScript(undefined)).rejects.toThrow('name the shell')
})
