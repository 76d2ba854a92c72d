// The library finds its algorithms by what this adds to `Reflect`.
import 'reflect-metadata/lite'
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

// Certificates for developing over https. An authority of this machine signs one for each name, so that a system that
// trusts the authority trusts names that come later too. Its certificate limits it to names and addresses of this
// machine: a stolen key cannot sign for other sites.

const DAY = 86_400_000
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate and its key, as PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
}

/** @param now the time of those who check it, which is never a clock that a test moves */
export async function makeAuthority(now: number): Promise<Certified> {
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Amulet development on this machine',
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + 3650 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new Extension(NAME_CONSTRAINTS, true, THIS_MACHINE),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: certificate.toString('pem'), key: await pemOf(keys.privateKey) }
}

/**
 * A certificate for names and addresses of this machine, with the authority's behind it.
 *
 * @param names the first is the one that people see
 */
export async function makeCertificate(
  authority: Certified,
  names: readonly string[],
  now: number,
): Promise<Certified> {
  const keys = await newKeys()
  const issuer = new X509Certificate(authority.cert)
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    notBefore: new Date(now - DAY),
    // The longest that Apple's systems take.
    notAfter: new Date(now + 397 * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await privateKeyOf(authority.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([SERVER_AUTHENTICATION]),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n${authority.cert}`, key: await pemOf(keys.privateKey) }
}

/** Whether it goes on being good for a while. */
export function isFresh({ cert }: Certified, now: number): boolean {
  const { notBefore, notAfter } = new X509Certificate(cert.split(/(?<=-----END CERTIFICATE-----)/)[0] ?? '')
  return notBefore.getTime() <= now && now + 30 * DAY < notAfter.getTime()
}

const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1'
const NAME_CONSTRAINTS = '2.5.29.30'

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')

async function privateKeyOf(pem: string): Promise<webcrypto.CryptoKey> {
  const [bytes = Buffer.of()] = PemConverter.decode(pem)
  return await webcrypto.subtle.importKey('pkcs8', bytes, ALGORITHM, false, ['sign'])
}

/** DER: a tag, the length of its content, which is short here, and the content. */
const der = (tag: number, ...content: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = content.flatMap((part) => [...part])
  return Uint8Array.of(tag, bytes.length, ...bytes)
}

const SEQUENCE = 0x30
const subtree = (tag: number, base: Uint8Array) => der(SEQUENCE, der(tag, base))
const LOOPBACK_IPV6 = Buffer.concat([Buffer.alloc(15), Buffer.of(1), Buffer.alloc(16, 0xff)])

/** RFC 5280 section 4.2.1.10: only `localhost` and what ends in it, 127.0.0.0/8 and ::1. */
const THIS_MACHINE = der(
  SEQUENCE,
  der(
    0xa0,
    subtree(0x82, Buffer.from('localhost')),
    subtree(0x87, Buffer.of(127, 0, 0, 0, 255, 0, 0, 0)),
    subtree(0x87, LOOPBACK_IPV6),
  ),
)
