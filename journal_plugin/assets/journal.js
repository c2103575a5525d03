/* Fetches the table's script when a page first has the table, also after instant navigation. */
(() => {
  "use strict"
  const source = new URL("table.js", document.currentScript.src).href
  const scan = async () => {
    if (document.querySelector("[data-journal-table]")) (await import(source)).scan()
  }
  if (window.document$) window.document$.subscribe(scan)
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", scan)
  else scan()
})()

/* Loads the site's own copy of Mermaid when a page first needs it. Material asks for a global
   `mermaid` and would otherwise fetch one from another host. */
;(() => {
  "use strict"
  if (window.mermaid) return
  const source = new URL("vendor/mermaid/mermaid.min.js", document.currentScript.src).href
  // Material themes flowcharts, but not Gantt charts: those get the same variables here.
  const style =
    ".section{fill:transparent}" +
    ".sectionTitle,text[class*=taskText],.grid .tick text" +
    "{fill:var(--md-mermaid-label-fg-color,currentColor)!important}" +
    ".task{fill:var(--md-mermaid-node-bg-color,#eee)!important;" +
    "stroke:var(--md-mermaid-node-fg-color,#555)!important}"
  let config = {}
  let loading

  const load = () =>
    (loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script")
      script.src = source
      script.onload = () => {
        window.mermaid.initialize(config)
        resolve(window.mermaid)
      }
      script.onerror = () => reject(new Error("Mermaid could not be loaded"))
      document.head.append(script)
    }))

  window.mermaid = {
    initialize(options) {
      config = {
        flowchart: { subGraphTitleMargin: { top: 4, bottom: 14 } },
        gantt: { leftPadding: 150, useWidth: 720, fontSize: 12, sectionFontSize: 12 },
        ...options,
        themeCSS: `${options.themeCSS ?? ""}${style}`,
      }
    },
    async render(...args) {
      return (await load()).render(...args)
    },
  }
})()

/* Fetches the chart script when a page first has a chart, also after instant navigation. */
;(() => {
  "use strict"
  const source = new URL("charts.js", document.currentScript.src).href
  let charts
  const scan = async () => {
    if (!charts && !document.querySelector("[data-journal-chart]")) return
    charts ??= await import(source)
    charts.scan()
  }
  if (window.document$) window.document$.subscribe(scan)
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", scan)
  else scan()
})()

/* Draws the diagrams where the theme does not: everywhere but in Material and its relatives. */
;(() => {
  "use strict"
  const isMaterial = () => document.querySelector("[data-md-component]")
  const blocks = document.querySelectorAll("pre.mermaid:not([data-journal-drawn])")
  if (!window.mermaid || !blocks.length || isMaterial()) return

  const isDark = window.matchMedia("(prefers-color-scheme: dark)").matches &&
    document.documentElement.dataset.bsTheme === "auto"
  window.mermaid.initialize({ startOnLoad: false, theme: isDark ? "dark" : "default" })

  const draw = async (block, number) => {
    block.dataset.journalDrawn = "true"
    const { svg, bindFunctions } = await window.mermaid.render(`journal-diagram-${number}`, block.textContent)
    const frame = document.createElement("div")
    frame.className = "journal-diagram"
    frame.innerHTML = svg
    block.replaceWith(frame)
    bindFunctions?.(frame)
  }
  const drawn = document.querySelectorAll(".journal-diagram").length
  const all = Array.from(blocks).reduce(
    (before, block, index) => before.then(() => draw(block, drawn + index)), Promise.resolve())
  all.catch((error) => console.error("journal:", error))
})()
