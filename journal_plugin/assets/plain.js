/* Draws the diagrams where the theme does not: everywhere but in Material and its relatives. */
(() => {
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
