/**
 * Stemming: what words have in common with their plurals, tenses and cases, by the Snowball algorithms
 * (Porter, "Snowball: a language for stemming algorithms", 2001) as the package snowball-stemmers has them.
 */
const algorithms = {
  en: 'english',
  da: 'danish',
  de: 'german',
  es: 'spanish',
  fi: 'finnish',
  fr: 'french',
  hu: 'hungarian',
  it: 'italian',
  nl: 'dutch',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sv: 'swedish',
  tr: 'turkish',
} as const

export type StemLanguage = keyof typeof algorithms

export const stemLanguages = Object.keys(algorithms) as readonly StemLanguage[]

/** Takes a word in lower case. */
export async function stemmer(language: StemLanguage): Promise<(word: string) => string> {
  const { newStemmer } = await import('snowball-stemmers')
  const made = newStemmer(algorithms[language])
  // What the algorithm itself begins with, and the package does not know.
  if (language === 'ru') return (word) => made.stem(word.replaceAll('ё', 'е'))
  if (language === 'ro') return (word) => withCommas(made.stem(withCedillas(word)))
  return (word) => made.stem(word)
}

/** The package knows Romanian as it was written before there were letters with a comma below. */
function withCedillas(word: string): string {
  return word.replaceAll('ș', 'ş').replaceAll('ț', 'ţ')
}

function withCommas(stem: string): string {
  return stem.replaceAll('ş', 'ș').replaceAll('ţ', 'ț')
}
