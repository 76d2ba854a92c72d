#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { StartError } from '../start-error.js'
import { UsageError } from './usage-error.js'
import { WorkerEnded } from './worker-ended.js'

const HELP = `Usage: amulet <command> [options]

Commands:
  dev    Starts a user pool server for development: no set-up, admin calls with any
         credentials, and messages with codes in an inbox.
  serve  Starts a user pool server for production: admin calls are signed, and there is
         neither inbox nor a pool from the start.
  export FILE, import FILE
         Move user pools, app clients, groups, users with their passwords, sign-ins and
         keys from one database to another, SQLite or PostgreSQL. Run again, they go on
         where they were interrupted. Users stay signed in if both databases have the same
         root key; otherwise for as long as their access tokens last.
  outputs  Prints an amplify_outputs.json for a user pool, which an application is
         configured with. The server may be running meanwhile.
  keys rotate, keys list
         New keys to sign tokens with: published at once, they sign an hour later, and the
         old ones verify for another day. Servers go on meanwhile. With --saml, new keys
         for providers of SAML instead.
  rekey  Seals the data under a new root key, while servers go on that know both. Run
         again, it goes on where it was interrupted.

Options of dev:
  --port PORT        Port to listen on; 0 takes any free one. Default: 9230.
  --host HOST        Address to listen on. Default: 127.0.0.1.
  --url URL          Where clients reach the server. Default: where it listens; with --host
                     0.0.0.0, the address that each request came to.
  --allow-host NAME  A name that leads to this server, to answer to beside addresses, localhost
                     and names without a dot. Can be given several times.
  --data FOLDER      Where the database and its root key are kept. Default: .amulet.
  --database URL     sqlite:FILE, sqlite::memory: or postgres://…, instead of --data. The root
                     key of FILE is kept in FILE.key, that of PostgreSQL in .amulet/root.key.
  --config FILE      User pools, clients and users to start with (.ts, .js, .mjs, .json).
  --tls-cert FILE, --tls-key FILE
                     A certificate for TLS and its key, as PEM. TLS and HTTP are answered on one
                     port. Default: one that is made for this machine and kept in .amulet/tls.
  --json             Prints one line of JSON with the URL and the ids once requests are
                     answered. The log goes to the standard error output.

Options of serve, each with the variable that stands for it in the environment:
  --port PORT, --host HOST, --config FILE     AMULET_PORT, AMULET_HOST, AMULET_CONFIG
                     As for dev.
  --database URL     AMULET_DATABASE
                     sqlite:FILE or postgres://… Default: sqlite:amulet.db.
  --url URL          AMULET_URL
                     Where clients reach the server. Tokens are issued by it.
  --tls-cert FILE, --tls-key FILE             AMULET_TLS_CERT, AMULET_TLS_KEY
                     A certificate for TLS and its key, as PEM. Plain HTTP is no longer answered.
                     Default: there is no TLS, but that of a proxy in front.
  --domain-suffix NAME                        AMULET_DOMAIN_SUFFIX
                     What comes after "PREFIX." in the hosts of domains of user pools.
                     Default: prefixes have no hosts.
  --root-key-file FILE                        AMULET_ROOT_KEY_FILE
                     The key that the data is encrypted under; or the key itself
                     in AMULET_ROOT_KEY.
  --previous-root-key-file FILE               AMULET_PREVIOUS_ROOT_KEY_FILE
                     The other root key while it is exchanged, or AMULET_PREVIOUS_ROOT_KEY.
  --admin-credentials-file FILE               AMULET_ADMIN_CREDENTIALS_FILE
                     JSON, [{ "accessKeyId": "…", "secretAccessKey": "…" }]; or one pair in
                     AMULET_ADMIN_ACCESS_KEY_ID and AMULET_ADMIN_SECRET_ACCESS_KEY.
  --rate-limit N     AMULET_RATE_LIMIT
                     Requests per second and client address; 0 for no limit. Default: 300.
  --messages-per-hour N, --messages-per-day N AMULET_MESSAGES_PER_HOUR, AMULET_MESSAGES_PER_DAY
                     Messages to one address or phone number; 0 for no limit. Default: 10, 30.
  --messages-per-client N                     AMULET_MESSAGES_PER_CLIENT
                     Messages per hour that one client address asks for; 0 for no limit.
                     Default: 100.
  --trust-proxy      AMULET_TRUST_PROXY=1
                     Client addresses are what the proxy in front adds to X-Forwarded-For, and
                     requests came by the scheme in X-Forwarded-Proto.
  --keep-sessions    AMULET_KEEP_SESSIONS=1
                     Sessions go on when a password is replaced or reset.
  --guest-days N     AMULET_GUEST_DAYS
                     Days after which guests of identity pools who have not come back are
                     removed; 0 for never. Default: 365.
  --audit FILE       AMULET_AUDIT
                     Where each sign-in and each change of an account or a pool is told, as a line
                     of JSON; - for the standard output. Default: nowhere.
  --workers N        AMULET_WORKERS
                     Processes that share the port; one uses about one processor. Default: 1.
  --drain SECONDS    AMULET_DRAIN
                     How long it says that it is not ready before it stops. Default: 0.
                     AMULET_METRICS_TOKEN
                     Bearer token of GET /_amulet/metrics, of 16 characters at least.

Options of export, import, keys and rekey:
  --data FOLDER, --database URL               AMULET_DATABASE for --database
                     Where the users are. Default: .amulet, as for dev. For what serve
                     keeps without --database, say --database sqlite:amulet.db.
  --root-key-file FILE                        AMULET_ROOT_KEY_FILE, or AMULET_ROOT_KEY
                     The root key of the database. Default: the one that dev keeps for it.
  --key FILE         export, import: what the secrets in FILE are sealed under. Export makes
                     one if there is none; import needs the same.
  --pool ID          keys: of this user pool only. Default: of all.
  --now              keys rotate: for keys that have leaked. The new ones sign at once, and
                     what the old ones signed is no longer accepted.
  --saml             keys rotate: the keys for providers of SAML, which are to be given the
                     certificates that are printed.
  --new-root-key-file FILE                    AMULET_NEW_ROOT_KEY_FILE, or AMULET_NEW_ROOT_KEY
                     rekey: the new root key.
  --sign-out         rekey: for a root key that has leaked. Earlier refresh tokens end
                     once servers run with the new root key alone.

Options of outputs:
  --data FOLDER, --database URL               AMULET_DATABASE for --database
                     Where the user pool is. Default: .amulet, as for dev.
  --user-pool ID     Default: the pool of --client, or the first one.
  --client ID        An app client without a secret. Default: the first one of the pool with
                     OAuth, or the first one.
  --url URL, --domain-suffix NAME             AMULET_URL, AMULET_DOMAIN_SUFFIX
                     As for serve: where OAuth is. Default: http://localhost:9230.

Options of dev and serve: how messages are delivered.
  --smtp-url URL     AMULET_SMTP_URL
                     smtps://user:password@host, or smtp://…
  --mail-from FROM   AMULET_MAIL_FROM
                     Sender of mails.
  --webhook-url URL  AMULET_WEBHOOK_URL, signed with AMULET_WEBHOOK_SECRET
                     Takes SMS as HTTP POST, and mails too without a mail server.

  --help, --version`

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message} Run "amulet --help" to see what there is.`)
    process.exitCode = 2
  } else if (error instanceof WorkerEnded) {
    // It has said why.
    process.exitCode = 1
  } else if (error instanceof StartError) {
    console.error(error.message)
    process.exitCode = 1
  } else {
    throw error
  }
}

async function run([command, ...rest]: string[]): Promise<number> {
  if (command === '--version') {
    console.log(packageVersion())
    return 0
  }
  if (command === '--help' || command === '-h' || rest.includes('--help') || rest.includes('-h')) {
    console.log(HELP)
    return 0
  }
  if (command === undefined) throw new UsageError('Name a command, for example "amulet dev".')
  switch (command) {
    case 'dev': {
      // A server that runs all day beside an editor: the heap grows later, which costs no time that can be measured
      // and leaves some 20 MB to others after thousands of sign-ins. See `script/bench --only start`.
      setFlagsFromString('--optimize-for-size')
      const { dev } = await import('./dev.js')
      await dev(rest)
      return 0
    }
    case 'serve': {
      const { serve } = await import('./serve.js')
      await serve(rest)
      return 0
    }
    case 'export': {
      const { exportToFile } = await import('./export.js')
      await exportToFile(rest)
      return 0
    }
    case 'import': {
      const { importFromFile } = await import('./import.js')
      await importFromFile(rest)
      return 0
    }
    case 'outputs': {
      const { outputs } = await import('./outputs.js')
      await outputs(rest)
      return 0
    }
    case 'keys': {
      const { keys } = await import('./keys.js')
      await keys(rest)
      return 0
    }
    case 'rekey': {
      const { rekey } = await import('./rekey.js')
      await rekey(rest)
      return 0
    }
    default:
      throw new UsageError(`"${command}" is not a command of amulet.`)
  }
}

function packageVersion(): string {
  const manifest = new URL('../../package.json', import.meta.url)
  // The package's own manifest.
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
