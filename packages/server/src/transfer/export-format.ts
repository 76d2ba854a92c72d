import { isUint8Array } from 'node:util/types'
import type { RootKey } from '../crypto/root-key.js'
import { StartError } from '../start-error.js'
import type { SealedTable } from './moved-tables.js'

/**
 * An export is JSON, one object per line, so that other programs can read it too:
 *
 * ```
 * {"amulet":"export","version":1,…}                        what it is
 * {"user_pools":{…}}                                       a row of a table that users refer to
 * {"users":{…},"login_names":[{…}],…}                      a user and all that is the user's
 * {"end":{"users":1000000}}                                nothing is missing
 * ```
 *
 * What is secret is sealed under the transfer key, bound to its row as in the database. Each line ends with a `mac` of
 * the line, its number and the export's id under the same key: without it, no line and no place can be changed.
 */
export const FORMAT_VERSION = 1

export interface Header {
  readonly amulet: 'export'
  readonly version: number
  /** Random; lines of one export are no use in another. */
  readonly id: string
  /** Of the tables. */
  readonly schema: string
  readonly exportedAt: string
  readonly userPools: readonly string[]
  /** How many there were at the beginning. */
  readonly users: number
}

export interface End {
  readonly end: { readonly users: number }
}

/** A row with its bytes as `{ base64 }`, and what is sealed in it sealed under the transfer key. */
export type ExportedRow = Readonly<Record<string, string | number | null | { readonly base64: string }>>
export type Row = Record<string, string | number | null | Uint8Array>

/** Opens with one key and seals with the other, for the same purpose and bound to the same row. */
export function reseal(table: SealedTable, row: Row, from: RootKey, to: RootKey): Row {
  const resealed = { ...row }
  for (const [column, [purpose, boundTo]] of table.sealed) {
    const sealed = row[column]
    if (sealed === null) continue
    const bound = String(row[boundTo])
    const secret = isUint8Array(sealed) ? from.open(purpose, bound, sealed) : undefined
    if (!secret)
      throw new StartError(`The ${column} of ${bound} in ${table.name} was sealed under another key.`)
    resealed[column] = to.seal(purpose, bound, secret)
  }
  return resealed
}

export const encodeRow = (row: Row): ExportedRow =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      isUint8Array(value) ? { base64: Buffer.from(value).toString('base64') } : value,
    ]),
  )

export const decodeRow = (row: ExportedRow): Row =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'object' && value !== null ? Buffer.from(value.base64, 'base64') : value,
    ]),
  )

/** @param number of the line, from 0 */
export function formatLine(transferKey: RootKey, id: string, number: number, record: object): string {
  const json = JSON.stringify(record)
  return `${json.slice(0, -1)},"mac":"${lineMac(transferKey, id, number, json)}"}\n`
}

const MAC = /,"mac":"([\w-]{43})"\}$/

/** The record of a line, or `undefined` when it is not one of this export and this key, or not in this place. */
export function readLine(transferKey: RootKey, id: string, number: number, line: string): object | undefined {
  const mac = MAC.exec(line)
  if (!mac) return undefined
  const json = `${line.slice(0, mac.index)}}`
  if (lineMac(transferKey, id, number, json) !== mac[1]) return undefined
  // Authenticated: an Amulet wrote it.
  return JSON.parse(json) as object
}

const lineMac = (transferKey: RootKey, id: string, number: number, json: string): string =>
  transferKey.mac('export-line', `${id}\n${number}\n${json}`).toString('base64url')
