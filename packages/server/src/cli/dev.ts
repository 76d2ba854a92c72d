import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { createServer, type ListeningInfo } from '../create-server.js'
import { databaseFile, isKept } from '../db/database.js'
import { isLoopback } from '../http/allowed-origins.js'
import type { ServerInfo } from '../server-info.js'
import { AUTHORITY_FILE } from '../tls/made-certificates.js'
import { configOptions } from './config-options.js'
import { type DevOptions, devOptions } from './dev-options.js'
import { listen } from './listen.js'
import { logLine } from './log-line.js'
import { rootKeyBeside } from './root-key-file.js'
import { stopSignal } from './stop-signal.js'

/** `amulet dev`: serves until it is told to stop. */
export async function dev(args: readonly string[]): Promise<void> {
  const options = devOptions(args)
  // From here on, so that a signal during the start ends it in good order too.
  const stop = stopSignal()
  // The reader of the output may have left; that is no reason to stop serving.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const say = options.json ? console.error : console.log

  const server = createServer({
    database: options.database,
    allowHosts: options.allowHosts,
    ...(options.keyFile !== undefined && {
      rootKey: rootKeyBeside(databaseFile(options.database), options.keyFile),
    }),
    ...(options.url !== undefined && { url: options.url }),
    ...(await configOptions(options.config)),
    ...(options.delivery && { delivery: options.delivery }),
    log: (entry) => say(logLine(entry, new Date())),
    warn: (sentence) => say(sentence),
  })
  try {
    const info = await listen(server, options)
    // An IPv6 address with a zone is no URL, and no loopback address.
    const at = `http://${isIPv6(options.host) ? `[${options.host}]` : options.host}`
    if (!URL.canParse(at) || !isLoopback(new URL(at)))
      say(
        'Programs on other machines that reach this server can administer it and read all codes. "amulet serve" is for production.',
      )
    console.log(options.json ? JSON.stringify(announcement(info)) : summary(info, options))
    await stop
  } finally {
    await server.close()
  }
}

/** The one line that programs read. `null` stands for what this server does not have. */
const announcement = ({
  url,
  issuer,
  region,
  userPoolId,
  userPoolClientId,
  oauthClientId,
  domain,
  identityPoolId,
}: ServerInfo) => ({
  url,
  issuer: userPoolId ? issuer : null,
  region,
  userPoolId: userPoolId || null,
  userPoolClientId: userPoolClientId || null,
  oauthClientId: oauthClientId || null,
  identityPoolId: identityPoolId || null,
  domain: domain || null,
  consoleUrl: null,
})

const summary = (
  {
    url,
    addresses,
    issuer,
    userPoolId,
    userPoolClientId,
    oauthClientId,
    domain,
    identityPoolId,
  }: ListeningInfo,
  options: DevOptions,
) => `
  User pool server   ${[url, ...addresses.filter((address) => address !== url)].join('\n                     ')}
  User pool          ${userPoolId || 'none'}
  App client         ${userPoolClientId || 'none'}
  OAuth domain       ${domain || 'none'}
  OAuth client       ${oauthClientId || 'none'}
  Identity pool      ${identityPoolId || 'none'}
  Issuer             ${userPoolId ? issuer : 'none'}
  Codes and messages ${url}/_amulet/inbox
  TLS                ${tls(domain, options)}
  Data               ${place(options.database)}

  Ctrl-C stops it.
`

/** Browsers and programs believe a certificate that was made here once its authority is trusted. */
function tls(domain: string, options: DevOptions): string {
  const at = `https://${domain || `localhost:${options.port}`}`
  if (options.tls) return at
  if (options.tlsFolder === undefined)
    return `${at}, with a certificate that is gone when this stops; --tls-cert takes one that is trusted`
  const file = join(options.tlsFolder, AUTHORITY_FILE)
  return `${at}; open it once, which makes ${file}, and trust that:
                     ${trust(file)}
                     NODE_EXTRA_CA_CERTS=${file} for programs of Node.js
                     --tls-cert and --tls-key take a certificate of your own, such as mkcert's`
}

/** How a system is told to trust an authority. Browsers on Linux have a store of their own. */
const TRUST = {
  darwin: (file: string) =>
    `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${file}`,
  win32: (file: string) => `certutil -user -addstore Root ${file}`,
  linux: (file: string) => `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n amulet -i ${file}`,
}

const trust = (file: string): string => {
  const { platform } = process
  return (platform === 'darwin' || platform === 'win32' ? TRUST[platform] : TRUST.linux)(file)
}

function place(database: string): string {
  if (!isKept(database)) return 'in memory, gone when this stops'
  return databaseFile(database) ?? 'PostgreSQL'
}
