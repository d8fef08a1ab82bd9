/** What the tests use of ml-cart, which has no types of its own. */
declare module 'ml-cart' {
  interface Options {
    readonly minNumSamples: number
    readonly gainThreshold: number
    readonly maxDepth: number
  }
  export class DecisionTreeClassifier {
    constructor(options: Options)
    train(rows: readonly (readonly number[])[], classes: readonly number[]): void
    predict(rows: readonly (readonly number[])[]): number[]
  }
  export class DecisionTreeRegression {
    constructor(options: Options)
    train(rows: readonly (readonly number[])[], values: readonly number[]): void
    predict(rows: readonly (readonly number[])[]): number[]
  }
}
