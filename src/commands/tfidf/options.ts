/** The options of `lode tfidf`. */
import { UsageError } from '../../base/errors.ts'
import { languages, type Language } from '../../learn/languages.ts'
import { stemLanguages } from '../../learn/stems.ts'
import { stopWordLanguages } from '../../learn/stop-words.ts'
import type { Frequency } from '../../learn/tfidf.ts'
import {
  choice,
  file,
  flag,
  integer,
  matrixFile,
  modelFile,
  negativeFlag,
  text,
  type OptionSpec,
  type OptionValues,
} from '../option.ts'

const ngramLengths: OptionSpec<readonly [number, number]> = {
  about: 'words in a term: 1..2 takes single words and pairs of neighbours; characters with --analyzer char',
  metavar: 'N|A..B',
  group: 'Terms',
  fallback: [1, 1],
  defaultText: '1',
  badValue: '0',
  parse(given = '') {
    const [, from = '', to] = /^(\d{1,2})(?:\.\.(\d{1,2}))?$/.exec(given) ?? []
    const least = Number(from)
    const most = Number(to ?? from)
    if (least >= 1 && most >= least) return [least, most]
    throw new UsageError(`must be a whole number from 1 to 99 or a range like 1..2; got "${given}"`)
  },
}

/** A whole number is a count of texts; `0.05`, `1.0` and `5%` are shares of all texts. */
function frequency(about: string, fallback: Frequency, defaultText: string): OptionSpec<Frequency> {
  return {
    about,
    metavar: 'N|SHARE',
    group: 'Terms',
    fallback,
    defaultText,
    badValue: 'few',
    parse(given = '') {
      if (/^0*[1-9]\d{0,14}$/.test(given)) return { count: Number(given) }
      if (/^0+$/.test(given))
        throw new UsageError('must be 1 text or more, or a share like 0.05 or 5%; got "0"')
      const [, digits, percent] = /^(\d*\.?\d+)(%?)$/.exec(given) ?? []
      const share = Number(digits) / (percent === '%' ? 100 : 1)
      if (share >= 0 && share <= 1) return { share }
      throw new UsageError(`must be a whole number of texts, or a share like 0.05 or 5%; got "${given}"`)
    },
  }
}

export const options = {
  column: text({
    about: 'column of texts; may be left out where there is only one',
    metavar: 'COL',
    names: 'columns',
  }),
  top: integer({
    min: 1,
    about: 'list only the first N terms; with --by, of each group. --max-features N weighs no others',
  }),
  by: text({
    about:
      'rows are the terms that tell the groups of this column apart, by class-based TF-IDF: the share of a term in ' +
      'its group × ln(1 + mean terms of a group / how often it occurs in all)',
    metavar: 'COL',
    names: 'columns',
    group: 'Rows',
  }),
  perRow: integer({
    min: 1,
    about: 'rows are those of the file, with their N heaviest terms in the column keywords',
    group: 'Rows',
  }),
  components: integer({
    min: 1,
    about:
      'rows are those of the file, with N columns component_1 … for cluster, by truncated SVD: those of scikit-learn’s ' +
      'TruncatedSVD(algorithm="arpack"), signs and all, and the same on every machine',
    group: 'Rows',
  }),
  dense: flag({
    about: 'rows are those of the file, with a column tfidf_TERM for each term',
    group: 'Rows',
  }),
  examples: integer({
    min: 0,
    max: 20,
    default: 1,
    about: 'texts that the report quotes for each of the first terms; 0 quotes none',
    group: 'Rows',
  }),
  language: choice({
    about:
      'how texts are parted into words: none as scikit-learn does; a language also says how its words are spelled ' +
      '(accents composed; tr: the capitals İ and I; ro: ş and ţ are ș and ț; ru: ё is е); auto looks at all letters: ' +
      languages.join(', '),
    metavar: 'LANG',
    choices: ['auto', ...languages] as readonly (Language | 'auto')[],
    default: 'auto',
    group: 'Terms',
  }),
  analyzer: choice({
    about: 'what terms are made of: words, or characters (char_wb: within words)',
    choices: ['word', 'char', 'char_wb'],
    default: 'word',
    group: 'Terms',
  }),
  stopWords: text({
    about:
      `words to leave out: none, ${stopWordLanguages.join(', ')}, or a file with a word a line; several parted by ` +
      'commas. en is scikit-learn’s list; en,contractions also leaves out don’t, we’ve and their parts',
    metavar: 'LANG|FILE,…',
    default: 'none',
    group: 'Terms',
  }),
  dictionary: file({
    about: 'words to take whole in Chinese, Japanese and Thai, one a line',
    group: 'Terms',
  }),
  stem: choice({
    about: `take words for their stems, as order for orders and ordered: ${stemLanguages.join(', ')}`,
    choices: stemLanguages,
    group: 'Terms',
    metavar: 'LANG',
  }),
  minTokenLen: integer({
    min: 1,
    default: 2,
    about: 'characters that a word must have',
    group: 'Terms',
  }),
  ngrams: ngramLengths,
  minDf: frequency('leave out terms in fewer texts', { count: 1 }, '1'),
  maxDf: frequency('leave out terms in more texts', { share: 1 }, '100%'),
  maxFeatures: integer({
    min: 1,
    about: 'keep at most N terms, those that occur most often',
    group: 'Terms',
  }),
  sublinear: flag({ about: 'take 1 + ln(count) for the count of a term in a text', group: 'Weights' }),
  binary: flag({ about: 'take 1 for the count of a term in a text', group: 'Weights' }),
  norm: choice({
    about: 'what the weights of a text are divided by: their length, their sum, nothing',
    choices: ['l2', 'l1', 'none'],
    default: 'l2',
    group: 'Weights',
  }),
  smooth: negativeFlag({
    about: 'idf without the one text that is thought to hold every term',
    group: 'Weights',
  }),
  idf: negativeFlag({ about: 'weigh by counts alone, not by how rare a term is', group: 'Weights' }),
  matrix: matrixFile(),
  saveModel: modelFile(),
}

export type Options = OptionValues<typeof options>
