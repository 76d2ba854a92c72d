import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { docsPages } from './docs-pages.js'

export default defineConfig({ plugins: [react(), docsPages()] })
