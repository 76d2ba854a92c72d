/**
 * The shapes of the wire: what a member may be, in the terms of the API model (length, pattern, enum, range). A
 * shape describes itself once; the TypeScript type of the parsed input is inferred from it.
 */
export interface StringShape<T extends string = string> {
  readonly kind: 'string'
  readonly min?: number
  readonly max?: number
  /** Source of a pattern that the whole value must match, printed in the validation message as it stands. */
  readonly pattern?: string
  /** Says what matching `pattern` would say, in a time that grows with the length and no faster. */
  readonly matches?: (value: string) => boolean
  readonly values?: readonly T[]
  /** A sensitive value is never echoed in a message or a log. */
  readonly sensitive?: boolean
  /** The answer to a value outside `values` where the service has words of its own for it. */
  readonly refuse?: (value: string) => Error
}
export interface IntegerShape {
  readonly kind: 'integer'
  readonly min?: number
  readonly max?: number
}
export interface BooleanShape {
  readonly kind: 'boolean'
}
/** Free JSON (WebAuthn credentials, branding settings). */
export interface DocumentShape {
  readonly kind: 'document'
}
export interface ListShape<M extends Shape = Shape> {
  readonly kind: 'list'
  readonly member: M
  readonly min?: number
  readonly max?: number
}
export interface MapShape<V extends Shape = Shape> {
  readonly kind: 'map'
  readonly key?: StringShape
  readonly value: V
  readonly min?: number
  readonly max?: number
  readonly sensitive?: boolean
}
export interface StructureShape<M extends Members = Members> {
  readonly kind: 'structure'
  readonly members: M
}
export type Shape =
  | StringShape
  | IntegerShape
  | BooleanShape
  | DocumentShape
  | ListShape
  | MapShape
  | StructureShape

export interface Required<S extends Shape = Shape> {
  readonly required: S
}
export type Members = { readonly [name: string]: Shape | Required }

/** The type of a value that `parse` has accepted for a shape. */
export type Parsed<S> =
  S extends StringShape<infer T>
    ? T
    : S extends IntegerShape
      ? number
      : S extends BooleanShape
        ? boolean
        : S extends DocumentShape
          ? unknown
          : S extends ListShape<infer M>
            ? Parsed<M>[]
            : S extends MapShape<infer V>
              ? Record<string, Parsed<V>>
              : S extends StructureShape<infer M>
                ? ParsedMembers<M>
                : never

type ParsedMembers<M extends Members> = {
  [K in keyof M as M[K] extends Required ? K : never]: M[K] extends Required<infer S> ? Parsed<S> : never
} & {
  [K in keyof M as M[K] extends Required ? never : K]?: Parsed<M[K]>
}

export const string = (rules: Omit<StringShape, 'kind' | 'values'> = {}): StringShape => ({
  kind: 'string',
  ...rules,
})
export const oneOf = <const T extends string>(...values: readonly T[]): StringShape<T> => ({
  kind: 'string',
  values,
})
export const integer = (rules: Omit<IntegerShape, 'kind'> = {}): IntegerShape => ({
  kind: 'integer',
  ...rules,
})
export const boolean: BooleanShape = { kind: 'boolean' }
export const document: DocumentShape = { kind: 'document' }
export const list = <M extends Shape>(
  member: M,
  rules: { min?: number; max?: number } = {},
): ListShape<M> => ({
  kind: 'list',
  member,
  ...rules,
})
export const map = <V extends Shape>(
  value: V,
  rules: { key?: StringShape; min?: number; max?: number; sensitive?: boolean } = {},
): MapShape<V> => ({ kind: 'map', value, ...rules })
export const structure = <M extends Members>(members: M): StructureShape<M> => ({
  kind: 'structure',
  members,
})
export const required = <S extends Shape>(shape: S): Required<S> => ({ required: shape })
