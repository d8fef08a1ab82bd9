/**
 * `lode completion bash|zsh|fish`: a script that lets a shell complete commands, options and their words.
 *
 * Out: the script, made of the option data that also parses command lines. It runs nothing of lode: what it offers is
 *      in its text. In a chain it offers what the command behind the last `then` takes.
 */
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import { optionName, type OptionSpec } from '../commands/option.ts'
import { optionGroups } from './help.ts'
import { registry } from './registry.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

export const COMPLETION_HELP = `lode completion: Print a script that lets your shell complete lode's command lines

Usage: lode completion bash|zsh|fish

Examples
  # bash: for this and every later session
  lode completion bash > ~/.local/share/bash-completion/completions/lode
  # zsh: into a folder of $fpath
  lode completion zsh > ~/.zfunc/_lode
  # fish
  lode completion fish > ~/.config/fish/completions/lode.fish
`

interface Offer {
  readonly name: string
  readonly summary: string
  readonly options: readonly Option[]
}

interface Option {
  readonly long: string
  readonly short: string | undefined
  readonly about: string
  /** Empty for a flag. */
  readonly metavar: string
  readonly optionalValue: boolean
  readonly choices: readonly string[]
}

/** @throws {UsageError} for another shell */
export async function completionScript(shell: string | undefined): Promise<string> {
  if (!isShell(shell)) {
    const got = shell === undefined ? '' : `; got "${shell}"${didYouMean(shell, SHELLS)}`
    throw new UsageError(`name the shell: lode completion bash, zsh or fish${got}`, { code: 'E_OPERAND' })
  }
  const offers: Offer[] = []
  for (const { name, summary, load } of registry) {
    const command = await load()
    const options = optionGroups(command).flatMap(([, group]) => group)
    offers.push({ name, summary, options: options.map(([key, spec]) => offered(key, spec)) })
  }
  const others: Offer[] = [
    { name: 'run', summary: 'Replay a command line that --save-recipe wrote', options: [] },
    { name: 'help', summary: 'What a command takes, with examples', options: [] },
    { name: 'completion', summary: 'Print a script that completes command lines', options: [] },
  ]
  return { bash, zsh, fish }[shell](offers, others)
}

function isShell(word: string | undefined): word is Shell {
  return SHELLS.some((shell) => shell === word)
}

function offered(key: string, spec: OptionSpec<unknown>): Option {
  return {
    long: optionName(key, spec),
    short: spec.short === undefined ? undefined : `-${spec.short}`,
    about: spec.about,
    metavar: spec.metavar,
    optionalValue: spec.optionalValue === true,
    choices: spec.choices ?? [],
  }
}

function spelled({ long, short }: Option): string[] {
  return short === undefined ? [long] : [short, long]
}

/** What fills an empty COMPREPLY is readline's own: names of files. */
function bash(offers: readonly Offer[], others: readonly Offer[]): string {
  const names = (list: readonly Offer[]) => list.map(({ name }) => name).join(' ')
  const choices = offers.flatMap(({ name, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => {
        const cases = spelled(option).map((word) => `"${name} ${word}"`)
        return `    ${cases.join(' | ')}) words="${option.choices.join(' ')}" ;;`
      }),
  )
  const valued = offers.flatMap(({ name, options }) =>
    options
      .filter(({ metavar, optionalValue }) => metavar !== '' && !optionalValue)
      .flatMap((option) => spelled(option).map((word) => `"${name} ${word}"`)),
  )
  const options = offers.map(
    (offer) => `      ${offer.name}) words="${offer.options.flatMap(spelled).join(' ')}" ;;`,
  )
  return `# bash completion for lode, made by: lode completion bash
_lode() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" i
  local chained=""
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ "\${COMP_WORDS[i]}" == then ]]; then command="" chained=1
    elif [[ -z "$command" ]]; then command="\${COMP_WORDS[i]}"
    fi
  done
  COMPREPLY=()
  if [[ -z "$command" ]]; then
    words="${names(offers)}"
    [[ -n "$chained" ]] || words="$words ${names(others)}"
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$command $previous" in
${choices.join('\n')}
    "help help") words="${names(offers)} run" ;;
    "completion completion") words="${SHELLS.join(' ')}" ;;
    ${valued.join(' | ')}) return ;;
  esac
  if [[ -z "$words" && "$current" == -* ]]; then
    case "$command" in
${options.join('\n')}
    esac
  elif [[ -z "$words" && -n "$current" && then == "$current"* && ! -e "$current" ]]; then
    words="then"
  fi
  [[ -z "$words" ]] || COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _lode lode
`
}

function zsh(offers: readonly Offer[], others: readonly Offer[]): string {
  const listed = (list: readonly Offer[]) =>
    list.map(({ name, summary }) => `    ${inZsh(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')
  const functions = offers.map(({ name, options }) => {
    const lines = options.map((option) => `    ${zshOption(option)} \\`)
    return `    ${name})\n      _arguments -s \\\n${lines.map((line) => `    ${line}`).join('\n')}\n        '*:file:_files'\n      ;;`
  })
  return `#compdef lode
# zsh completion for lode, made by: lode completion zsh
_lode() {
  local -a commands others
  commands=(
${listed(offers)}
  )
  others=(
${listed(others)}
  )
  # Of a chain only what stands behind the last "then".
  local last=\${words[(I)then]} chained=""
  if (( last > 0 && last < CURRENT )); then
    words=(lode "\${(@)words[last+1,-1]}")
    (( CURRENT = CURRENT - last + 1 ))
    chained=1
  fi
  if (( CURRENT == 2 )); then
    _describe command commands
    [[ -n $chained ]] || _describe command others
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${functions.join('\n')}
    help) _describe command commands ;;
    completion) _values shell ${SHELLS.join(' ')} ;;
    *) _files ;;
  esac
}
if [[ $funcstack[1] == _lode ]]; then _lode "$@"; else compdef _lode lode; fi
`
}

function zshOption(option: Option): string {
  const about = option.about.replaceAll(/[[\]:\\]/g, String.raw`\$&`)
  const names = spelled(option)
  const value =
    option.metavar === ''
      ? ''
      : `:${option.optionalValue ? ':' : ''}${option.metavar.replaceAll(/[[\]:\\()]/g, String.raw`\$&`)}:${
          option.choices.length > 0 ? `(${option.choices.join(' ')})` : '_files'
        }`
  return names.map((name) => inZsh(`*${name}[${about}]${value}`)).join(' ')
}

function inZsh(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function fish(offers: readonly Offer[], others: readonly Offer[]): string {
  const first = [...offers, ...others].map(
    ({ name, summary }) => `complete -c lode -f -n __lode_expects_command -a ${name} -d ${inFish(summary)}`,
  )
  const options = offers.flatMap(({ name, options: own }) =>
    own.map((option) => {
      const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`
      const takes =
        option.metavar === '' || option.optionalValue ? '' : option.choices.length > 0 ? ' -x' : ' -r'
      const words = option.choices.length > 0 ? ` -a ${inFish(option.choices.join(' '))}` : ''
      return `complete -c lode -n '__lode_command ${name}' -l ${option.long.slice(2)}${short}${takes}${words} -d ${inFish(option.about)}`
    }),
  )
  return `# fish completion for lode, made by: lode completion fish
# The words behind the last "then", the word being typed left out.
function __lode_words
    set -l words (commandline -opc)
    set -e words[1]
    while set -l at (contains -i -- then $words)
        set -e words[1..$at]
    end
    string join -- \\n $words
end
function __lode_expects_command
    test (count (__lode_words)) -eq 0
end
function __lode_command
    set -l words (__lode_words)
    test (count $words) -gt 0; and test "$words[1]" = "$argv[1]"
end
${first.join('\n')}
complete -c lode -f -n '__lode_command help' -a ${inFish(offers.map(({ name }) => name).join(' '))}
complete -c lode -f -n '__lode_command completion' -a ${inFish(SHELLS.join(' '))}
${options.join('\n')}
`
}

function inFish(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
