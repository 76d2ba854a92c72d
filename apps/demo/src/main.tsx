import { configure } from '@amulet/auth'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { observedFetch } from './inspector/exchanges.js'
import { configOf, loadPool } from './pool.js'
import './style/page.css'
import './style/form.css'
import './style/account.css'
import './style/inspector.css'

const container = document.getElementById('root')
if (!container) throw new Error('index.html has no element with the id "root"')
const root = createRoot(container)

try {
  const pool = await loadPool()
  configure(configOf(pool), { fetch: observedFetch })
  root.render(
    <StrictMode>
      <App pool={pool} />
    </StrictMode>,
  )
} catch (error) {
  root.render(
    <main>
      <h1>This page is not set up</h1>
      <p role="alert">{error instanceof Error ? error.message : String(error)}</p>
    </main>,
  )
}
