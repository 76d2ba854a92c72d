import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { StartError } from '../start-error.js'
import type { Certified } from '../tls/certificate-authority.js'
import { UsageError } from './usage-error.js'

/**
 * A certificate and its key, in files of PEM; those behind the certificate may come after it.
 *
 * @throws {UsageError} one without the other
 * @throws {StartError} they cannot be read, or do not belong together
 */
export function readCertificate(
  certFile: string | undefined,
  keyFile: string | undefined,
): Certified | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined || keyFile === undefined)
    throw new UsageError('--tls-cert and --tls-key name a certificate and its key: give both.')
  const cert = read(certFile, 'certificate')
  const key = read(keyFile, 'key of the certificate')
  try {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key }
  } catch (cause) {
    throw new StartError(`${certFile} and ${keyFile} are not a certificate and its key, as PEM.`, { cause })
  }
  throw new StartError(`The key in ${keyFile} is not that of the certificate in ${certFile}.`)
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`The ${what} ${file} cannot be read (${reason}).`, { cause })
  }
}
