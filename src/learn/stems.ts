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
  return (word) => made.stem(word)
}
