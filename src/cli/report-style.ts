/** How a report is printed: which form, how wide, in colour or not. */
import { UsageError } from '../base/errors.ts'
import { VERSION } from '../base/version.ts'
import type { Report } from '../report/report.ts'
import type { Engine } from '../table/engine.ts'
import type { Relation } from '../table/relation.ts'
import type { Host } from './host.ts'
import type { Segment } from './parse.ts'

export interface ReportStyle {
  readonly kind: 'json' | 'text' | 'markdown' | 'html'
  readonly width: number
  readonly color: boolean
}

/** The first rows, for reports of commands whose point they are. */
export interface Preview {
  readonly names: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly more: boolean
}

const PREVIEWED = 10
const FILE_WIDTH = 100

/** The style of a report printed in place of the rows. */
export function reportStyleOf(
  kind: 'json' | 'text',
  segment: Segment,
  host: Host,
  file: string | undefined,
): ReportStyle {
  const onScreen = file === undefined
  return {
    kind,
    width: onScreen ? host.stdout.columns : FILE_WIDTH,
    color: onScreen && wantsColor(segment, host),
  }
}

/** The style of `--report FILE`. @throws {UsageError} for a name that says no form */
export function reportFileStyle(file: string): ReportStyle {
  const extension = /\.([A-Za-z]+)$/.exec(file)?.[1]?.toLowerCase()
  const kind = ({ json: 'json', html: 'html', md: 'markdown', txt: 'text' } as const)[extension ?? '']
  if (kind !== undefined) return { kind, width: FILE_WIDTH, color: false }
  throw new UsageError(`--report ${file}: a report ends in .json, .html, .md or .txt`, {
    code: 'E_OPTION_VALUE',
  })
}

function wantsColor(segment: Segment, host: Host): boolean {
  if (segment.common.color !== 'auto') return segment.common.color === 'always'
  const { NO_COLOR, FORCE_COLOR, TERM } = host.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return host.stdout.isTerminal && TERM !== 'dumb'
}

export async function previewRows(engine: Engine, relation: Relation): Promise<Preview> {
  const cells = relation.columns.map((_, i) => `c${i}`).join(', ')
  const rows = await engine.query(`select ${cells} from ${relation.name} limit ${PREVIEWED + 1}`)
  return {
    names: relation.columns.map(({ name }) => name),
    rows: rows.slice(0, PREVIEWED).map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
    more: rows.length > PREVIEWED,
  }
}

/** Tables and colours are loaded here, where a report is asked for: rows in a pipe do without them. */
export async function renderReport(
  report: Report,
  style: ReportStyle,
  preview: Preview | undefined,
): Promise<string> {
  if (style.kind === 'json') return (await import('../write/json.ts')).reportJson(report, VERSION)
  if (style.kind === 'markdown') return (await import('../write/markdown.ts')).reportMarkdown(report)
  if (style.kind === 'html') return (await import('../write/html.ts')).reportHtml(report)
  const { reportText, rowsTable } = await import('../write/text.ts')
  const text = reportText(report, style.width, style.color)
  if (preview === undefined) return text
  const table = rowsTable(preview.names, preview.rows, style.width, style.color)
  return `${text}\nFirst rows\n${table}${preview.more ? '…\n' : ''}`
}
