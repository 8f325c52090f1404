// The page: starts the app, or what Slack is sent. Everything it shows comes from the REST interface of the server that served it.
import { render } from 'preact'
import { App } from './app.tsx'
import { useRoute } from './route.ts'
import { SlackPage } from './slack/page.tsx'

const PREVIEW = /^preview(?:\/(.+))?$/

function Page() {
  const preview = PREVIEW.exec(useRoute() ?? '')
  return preview ? <SlackPage incident={preview[1]} /> : <App />
}

const page = document.getElementById('page')
if (page) render(<Page />, page)
