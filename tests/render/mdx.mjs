// Compiles the pages of pages.json with MDX and front matter, and prints their HTML; null where MDX refuses one.
import { readFileSync } from 'node:fs'
import { evaluate } from '@mdx-js/mdx'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import * as runtime from 'react/jsx-runtime'
import remarkFrontmatter from 'remark-frontmatter'

const html = {}
for (const [name, text] of Object.entries(JSON.parse(readFileSync('pages.json', 'utf8')))) {
  try {
    const page = await evaluate(text, { ...runtime, remarkPlugins: [remarkFrontmatter] })
    html[name] = renderToStaticMarkup(createElement(page.default))
  } catch {
    html[name] = null
  }
}
process.stdout.write(JSON.stringify(html))
