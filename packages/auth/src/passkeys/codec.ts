import type { Tools } from './tools.js'

// WebAuthn's options and credentials as JSON, and the other way around. Platforms have done it themselves since 2025.

/** As the service sends the options of a ceremony: JSON, with base64url for bytes. */
export interface OptionsJson {
  challenge: string
  rp?: object
  user?: { id: string }
  allowCredentials?: { id: string }[]
  excludeCredentials?: { id: string }[]
  /** Milliseconds. */
  timeout?: number
}

/** Options of a ceremony with their bytes. The id of the relying party is a domain; all others are bytes. */
export const fromJson = ({ fromBase64 }: Tools, { rp, ...options }: OptionsJson): object => {
  const decode = (key: string, value: unknown) =>
    key === 'challenge' || key === 'id' ? fromBase64(`${value}`) : value
  return { ...JSON.parse(JSON.stringify(options), decode), rp }
}

/** A credential, or its response, with base64url for bytes. What a `get…` method gives is a member of JSON. */
export const toJson = (tools: Tools, source: object): object => {
  const json: Record<string, unknown> = {}
  // The members are those of its prototypes. Which ones there are depends on the ceremony.
  for (const key in source) {
    const name = key.replace(/^get(.)/, (_, first) => first.toLowerCase())
    // Values of other kinds stay as they are.
    const members = source as Record<string, unknown> & Record<string, () => unknown>
    const value = name === key ? members[key] : members[key]?.()
    if (value instanceof ArrayBuffer) {
      json[name] = tools
        .toBase64(new Uint8Array(value))
        .replace(/\+/g, '-')
        .replace(/\//g, '_')
        .replace(/=/g, '')
    } else if (name === 'response') json[name] = toJson(tools, value as object)
    // `toJSON`, and what is not known.
    else if (typeof value !== 'function') json[name] = value ?? undefined
  }
  return json
}
