/** What a rule says of one of its examples: the message, then its places. */
export type ExampleResult = readonly [message: string, ...places: ExamplePlace[]];
export type ExamplePlace = readonly [path: string, line: number, note?: string];

/** In the order of the examples, by their verdict. */
export type ExampleResults = Record<
  "pass" | "fail" | "notApplicable" | "partial" | "inconclusive",
  readonly ExampleResult[] | undefined
>;
