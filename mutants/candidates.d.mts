/** A place of a source where a mistake can be made, and what stands there then. */
export interface Candidate {
  readonly line: number
  readonly start: number
  readonly end: number
  /** What is another. */
  readonly what: string
  readonly code: string
  readonly replace: string
  /** A parenthesis there would go on with the line before. */
  readonly beginsStatement: boolean
}

export function candidatesOf(file: string, text: string): Candidate[]
export function withMutants(text: string, mutants: readonly (Candidate & { readonly id: string })[]): string
