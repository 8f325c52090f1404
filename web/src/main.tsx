// The page: starts the app. Everything it shows comes from the REST interface of the server that served it.
import { render } from 'preact'
import { App } from './app.tsx'

const page = document.getElementById('page')
if (page) render(<App />, page)
