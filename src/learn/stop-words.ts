/**
 * Stop words: words too common to say anything, by language.
 *
 * `en` is the list of 318 words that scikit-learn takes for `stop_words='english'` (BSD-3-Clause, after the Glasgow
 * Information Retrieval Group), so that both give the same terms. The other lists are those of stopwords-iso, by way
 * of @orama/stopwords, each loaded only when asked for.
 *
 * A list says "isn't" where texts are parted into "isn" and "t": so every entry is parted as the texts are, and its
 * parts are left out too (stopTokens). scikit-learn compares the entries as they stand, and never meets such a one.
 */
import { packTexts } from '../base/packed-texts.ts'
import { folded } from './segments.ts'
import { TokenTable } from '../kernels/token-table.ts'
import { tokensOfTexts, type TokenRules } from './tokens.ts'

const lists = {
  en: async () => english.trim().split(/\s+/),
  zh: async () => (await import('@orama/stopwords/mandarin')).stopwords,
  ja: async () => (await import('@orama/stopwords/japanese')).stopwords,
  da: async () => (await import('@orama/stopwords/danish')).stopwords,
  de: async () => (await import('@orama/stopwords/german')).stopwords,
  es: async () => (await import('@orama/stopwords/spanish')).stopwords,
  fi: async () => (await import('@orama/stopwords/finnish')).stopwords,
  fr: async () => (await import('@orama/stopwords/french')).stopwords,
  hu: async () => (await import('@orama/stopwords/hungarian')).stopwords,
  it: async () => (await import('@orama/stopwords/italian')).stopwords,
  nl: async () => (await import('@orama/stopwords/dutch')).stopwords,
  no: async () => (await import('@orama/stopwords/norwegian')).stopwords,
  pt: async () => (await import('@orama/stopwords/portuguese')).stopwords,
  ro: async () => (await import('@orama/stopwords/romanian')).stopwords,
  ru: async () => (await import('@orama/stopwords/russian')).stopwords,
  sv: async () => (await import('@orama/stopwords/swedish')).stopwords,
  tr: async () => (await import('@orama/stopwords/turkish')).stopwords,
} satisfies { readonly [language: string]: () => Promise<readonly string[]> }

/** What `en` has none of, to be taken beside it. */
export const CONTRACTIONS: readonly string[] = `
ain't aren't can't couldn't daren't didn't doesn't don't hadn't hasn't haven't isn't mayn't mightn't mustn't needn't
oughtn't shan't shouldn't wasn't weren't won't wouldn't i'd i'll i'm i've he'd he'll he's she'd she'll she's it'd it'll
it's we'd we'll we're we've you'd you'll you're you've they'd they'll they're they've that'd that'll that's there'd
there'll there's here's how's let's what'll what're what's what've when's where's who'd who'll who's who've why's
could've might've must've should've would've y'all
`
  .trim()
  .split(/\s+/)
  .flatMap((word) => [word, word.replace("'", '’')])

export type StopWordLanguage = keyof typeof lists

export const stopWordLanguages = Object.keys(lists) as readonly StopWordLanguage[]

/** The list of a language, in lower case. */
export async function stopWords(language: StopWordLanguage): Promise<ReadonlySet<string>> {
  return wordSet(await lists[language]())
}

/** Words as tokens are compared with them: in lower case, without blanks around them, none of them empty. */
export function wordSet(words: Iterable<string>): ReadonlySet<string> {
  return new Set(Array.from(words, (word) => word.trim().toLowerCase()).filter((word) => word !== ''))
}

/** The tokens to leave out: the words of a list, and what they are parted into where letters set the words apart. */
export function stopTokens(words: ReadonlySet<string>, rules: TokenRules): ReadonlySet<string> {
  if (rules.kind === 'segments') return new Set(Array.from(words, folded))
  const list = [...words]
  if ((rules.kind !== 'runs' && rules.kind !== 'mixed') || list.length === 0) return words
  // Words that a dictionary would part stay whole: their parts are other words.
  const { vocabulary } = tokensOfTexts.run({ ...rules, kind: 'runs' }, packTexts(list))
  const table = new TokenTable()
  const parts = Array.from(table.putAll(vocabulary), (token) => table.text(token))
  return new Set([...words, ...parts, ...(rules.kind === 'mixed' ? list.map(folded) : [])])
}

const english = `
a about above across after afterwards again against all almost alone along already also although always am among
amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as at back be
became because become becomes becoming been before beforehand behind being below beside besides between beyond
bill both bottom but by call can cannot cant co con could couldnt cry de describe detail do done down due during
each eg eight either eleven else elsewhere empty enough etc even ever every everyone everything everywhere
except few fifteen fifty fill find fire first five for former formerly forty found four from front full further
get give go had has hasnt have he hence her here hereafter hereby herein hereupon hers herself him himself his
how however hundred i ie if in inc indeed interest into is it its itself keep last latter latterly least less
ltd made many may me meanwhile might mill mine more moreover most mostly move much must my myself name namely
neither never nevertheless next nine no nobody none noone nor not nothing now nowhere of off often on once one
only onto or other others otherwise our ours ourselves out over own part per perhaps please put rather re same
see seem seemed seeming seems serious several she should show side since sincere six sixty so some somehow
someone something sometime sometimes somewhere still such system take ten than that the their them themselves
then thence there thereafter thereby therefore therein thereupon these they thick thin third this those though
three through throughout thru thus to together too top toward towards twelve twenty two un under until up upon
us very via was we well were what whatever when whence whenever where whereafter whereas whereby wherein
whereupon wherever whether which while whither who whoever whole whom whose why will with within without would
yet you your yours yourself yourselves
`
