/* The experiments table: filters, order, columns and comparison of what the page holds already.
   The whole state is in the address, so that it can be shared and the back button works. */

const FACETS = ["status", "outcome", "type", "problem", "tag", "author"]
const STEP = 500

/** Text for searching: no case, no accents. */
const fold = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase().replace(/\s+/g, " ").trim()

const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "")

/** An element with properties and children; text is never read as HTML. */
const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value
    else element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

const isNumber = (text) => text !== "" && Number.isFinite(Number(text))

/** One experiment: its row, and what it holds by the key of the column. */
const readRun = (row) => {
  const cells = new Map()
  for (const cell of row.querySelectorAll("[data-key][data-value]")) {
    cells.set(cell.dataset.key, { cell, values: cell.dataset.value.split("\n") })
  }
  const link = row.querySelector("th a")
  return {
    row,
    cells,
    id: row.dataset.run,
    title: cells.get("title").values[0],
    href: link.href,
    text: fold(
      [...cells].map(([key, { cell, values }]) => (key === "title" ? values[0] : cell.textContent)).join(" "),
    ),
    first: (key) => cells.get(key)?.values[0] ?? "",
    all: (key) => cells.get(key)?.values ?? [],
  }
}

/** What the address says. */
const readState = (defaults) => {
  const query = new URLSearchParams(location.search)
  const [, down, sort] = /^(-?)(.*)$/.exec(query.get("sort") ?? "")
  return {
    text: query.get("text") ?? "",
    from: query.get("from") ?? "",
    to: query.get("to") ?? "",
    facets: Object.fromEntries(FACETS.map((name) => [name, query.getAll(name)])),
    sort: sort ? { key: sort, down: down === "-" } : null,
    columns: query.has("col") ? query.getAll("col").filter(Boolean) : defaults,
    runs: query.getAll("run"),
    different: query.has("different"),
  }
}

const writeState = (state, defaults) => {
  const query = new URLSearchParams()
  for (const name of ["text", "from", "to"]) if (state[name]) query.set(name, state[name])
  for (const name of FACETS) for (const value of state.facets[name]) query.append(name, value)
  if (state.sort) query.set("sort", (state.sort.down ? "-" : "") + state.sort.key)
  if (state.columns.join("\n") !== defaults.join("\n")) {
    for (const key of state.columns.length ? state.columns : [""]) query.append("col", key)
  }
  for (const id of state.runs) query.append("run", id)
  if (state.different) query.set("different", "")
  const text = query.toString().replace(/=(?=&|$)/g, "")
  return text ? `?${text}` : location.pathname
}

class ExperimentsTable {
  constructor(root) {
    this.root = root
    this.words = JSON.parse(root.dataset.words)
    this.form = root.querySelector("form")
    this.body = root.querySelector("tbody")
    this.head = root.querySelector("thead tr")
    this.status = root.querySelector("[role=status]")
    this.panel = root.querySelector(".journal-compare")
    this.pages = [...root.querySelectorAll(".journal-pages a")].map((link) => link.href)
    this.runs = [...this.body.rows].map(readRun)
    this.limit = STEP
    this.collator = new Intl.Collator(document.documentElement.lang || "en", { numeric: true })
    this.choices = [...this.form.elements].filter((input) => input.name === "col")
    this.columns = new Map(
      this.choices.map((input) => [
        input.value,
        { label: input.parentElement.querySelector("bdi").textContent, kind: input.dataset.kind },
      ]),
    )
    this.defaults = this.choices.filter((input) => input.defaultChecked).map((i) => i.value)
  }

  start() {
    const place = history.state
    this.root.dataset.ready = ""
    this.form.hidden = false
    this.head.prepend(make("th", { scope: "col", className: "journal-pick" }, this.words.compare))
    this.runs.forEach((run) => this.addPick(run))
    this.more = make("button", { type: "button", className: "journal-more", hidden: true })
    this.more.addEventListener("click", () => {
      this.limit += STEP
      this.render()
    })
    this.root.querySelector(".journal-scroll").after(this.more)
    this.listen()
    this.restore()
    // On the way back the theme went to this place before the tools took room above the table.
    if (place?.y && history.scrollRestoration === "manual") window.scrollTo(place.x, place.y)
    this.loadPages()
  }

  listen() {
    let typing
    this.form.addEventListener("submit", (event) => event.preventDefault())
    this.form.addEventListener("input", ({ target }) => {
      clearTimeout(typing)
      if (target.type === "search") typing = setTimeout(() => this.update("replace"), 120)
    })
    this.form.addEventListener("change", ({ target }) => {
      if (target.type === "search") this.update("replace")
      else this.update("push")
    })
    this.form.addEventListener("reset", () => setTimeout(() => this.reset()))
    this.head.addEventListener("click", ({ target }) => {
      const key = target.closest("button")?.closest("th").dataset.key
      if (key) this.sortBy(key)
    })
    this.body.addEventListener("change", ({ target }) => {
      if (target.name === "run") this.choose(target.value, target.checked)
    })
    // A choice that is left, by pointer or keyboard, closes; Escape closes it and keeps the focus.
    for (const choice of this.form.querySelectorAll("details")) {
      choice.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !choice.open) return
        choice.open = false
        choice.querySelector("summary").focus()
        event.stopPropagation()
      })
      choice.addEventListener("focusout", ({ relatedTarget }) => {
        if (relatedTarget && !choice.contains(relatedTarget)) choice.open = false
      })
    }
    const outside = ({ target }) => {
      if (!this.root.isConnected) return document.removeEventListener("pointerdown", outside)
      for (const choice of this.form.querySelectorAll("details[open]")) {
        if (!choice.contains(target)) choice.open = false
      }
    }
    document.addEventListener("pointerdown", outside)
    const back = () => {
      if (!this.root.isConnected) return window.removeEventListener("popstate", back)
      this.restore()
    }
    window.addEventListener("popstate", back)
  }

  /** Bring form and table into the state of the address. */
  restore() {
    this.state = readState(this.defaults)
    const { text, from, to, facets, columns } = this.state
    this.form.elements.text.value = text
    this.form.elements.from.value = from
    this.form.elements.to.value = to
    for (const input of this.form.elements) {
      if (input.name === "col") input.checked = columns.includes(input.value)
      else if (FACETS.includes(input.name)) input.checked = facets[input.name].includes(input.value)
    }
    this.render()
  }

  /** Bring state, address and table in line with the form. */
  update(how) {
    const data = new FormData(this.form)
    for (const name of ["text", "from", "to"]) this.state[name] = data.get(name).trim()
    // Values of the address that this journal does not know stay: a link keeps its meaning.
    const known = new Set([...this.form.elements].map((input) => `${input.name}=${input.value}`))
    for (const name of FACETS) {
      const strange = this.state.facets[name].filter((value) => !known.has(`${name}=${value}`))
      this.state.facets[name] = [...data.getAll(name), ...strange]
    }
    this.state.columns = data.getAll("col")
    this.limit = STEP
    this.save(how)
  }

  save(how) {
    const url = writeState(this.state, this.defaults)
    if (url !== (location.search || location.pathname)) history[`${how}State`](history.state, "", url)
    this.render()
  }

  reset() {
    const { runs, different } = this.state
    this.state = { ...readState(this.defaults), text: "", from: "", to: "", sort: null, runs, different }
    for (const name of FACETS) this.state.facets[name] = []
    this.state.columns = this.defaults
    this.save("push")
    this.restore()
    this.form.elements.text.focus()
  }

  sortBy(key) {
    const { sort } = this.state
    const same = sort?.key === key
    // Up, down, and back to the order of the page.
    this.state.sort = same && sort.down ? null : { key, down: same }
    this.save("push")
  }

  choose(id, chosen) {
    const others = this.state.runs.filter((other) => other !== id)
    this.state.runs = chosen ? [...others, id] : others
    this.save("push")
  }

  render() {
    this.renderColumns()
    const found = this.sorted(this.runs.filter((run) => this.matches(run)))
    const shown = found.slice(0, this.limit)
    const chosen = new Set(this.state.runs)
    for (const run of this.runs) run.row.querySelector("[name=run]").checked = chosen.has(run.id)
    // Rows are moved only where the order changes, so that the focus stays where it is.
    const active = document.activeElement
    this.body.replaceChildren(...shown.map((run) => run.row))
    if (active?.isConnected && active !== document.activeElement) active.focus({ preventScroll: true })
    this.more.hidden = shown.length === found.length
    this.more.textContent = fill(this.words.more, { count: Math.min(STEP, found.length - shown.length) })
    this.renderStatus(found.length)
    this.renderCounts()
    this.renderComparison()
  }

  renderStatus(found) {
    const total = Math.max(this.runs.length, Number(this.root.dataset.total))
    const parts = [fill(this.words.count, { shown: found, total })]
    if (this.note) parts.push(this.note)
    if (this.state.runs.length === 1) parts.push(this.words.choose)
    const text = parts.join(" · ")
    if (this.status.textContent !== text) this.status.textContent = text
  }

  renderCounts() {
    for (const choice of this.form.querySelectorAll("details")) {
      const count = choice.querySelector("summary .journal-count")
      if (!count) continue
      const chosen = choice.querySelectorAll("input:checked").length
      count.textContent = chosen
      count.hidden = !chosen
    }
  }

  matches(run) {
    const { text, from, to, facets } = this.state
    if (FACETS.some((name) => facets[name].length && !run.all(name).some((v) => facets[name].includes(v)))) {
      return false
    }
    const date = run.first("date")
    if ((from || to) && !date) return false
    if ((from && date < from) || (to && date > to)) return false
    return fold(text).split(" ").every((word) => run.text.includes(word))
  }

  sorted(runs) {
    const { sort } = this.state
    if (!sort) return runs
    const sign = sort.down ? -1 : 1
    return [...runs].sort((a, b) => {
      const [x, y] = [a.first(sort.key), b.first(sort.key)]
      if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1) // what is missing comes last, either way
      if (isNumber(x) !== isNumber(y)) return isNumber(x) ? -1 : 1
      return sign * (isNumber(x) ? Number(x) - Number(y) : this.collator.compare(x, y))
    })
  }

  /** Columns that the page does not have are made from the folded fields of each row. */
  renderColumns() {
    const shown = new Set(this.state.columns)
    for (const [key, { label, kind }] of this.columns) {
      let head = this.headOf(key)
      if (!head && shown.has(key)) {
        head = make("th", { scope: "col", "data-key": key }, make("bdi", {}, label))
        if (kind === "number") head.className = "journal-number"
        this.head.append(head)
        this.runs.forEach((run) => this.addCell(run, key, kind))
      }
      if (!head) continue
      head.hidden = !shown.has(key)
      for (const run of this.runs) this.cellOf(run, key).hidden = head.hidden
    }
    for (const head of this.head.querySelectorAll("th[data-key]")) this.renderHead(head)
  }

  headOf(key) {
    return [...this.head.cells].find((head) => head.dataset.key === key)
  }

  cellOf(run, key) {
    return [...run.row.cells].find((cell) => cell.dataset.key === key)
  }

  addCell(run, key, kind) {
    const cell = make("td", { "data-key": key })
    if (kind === "number") cell.className = "journal-number"
    const source = run.cells.get(key)?.cell
    if (source) cell.append(...[...source.childNodes].map((node) => node.cloneNode(true)))
    run.row.append(cell)
  }

  addPick(run) {
    const label = fill(this.words.compareOne, { title: run.title })
    const box = make("input", { type: "checkbox", name: "run", value: run.id, "aria-label": label })
    run.row.prepend(make("td", { className: "journal-pick" }, make("label", {}, box)))
  }

  renderHead(head) {
    if (!head.querySelector("button")) {
      head.replaceChildren(make("button", { type: "button" }, ...head.childNodes))
    }
    const { sort } = this.state
    if (sort?.key !== head.dataset.key) head.removeAttribute("aria-sort")
    else head.setAttribute("aria-sort", sort.down ? "descending" : "ascending")
  }

  /** The rows of the further pages, where the journal is too long for one. */
  async loadPages() {
    if (!this.pages.length) return
    this.note = this.words.loading
    this.render()
    try {
      const texts = await Promise.all(
        this.pages.map(async (url) => {
          const answer = await fetch(url)
          if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
          return [url, await answer.text()]
        }),
      )
      for (const [url, text] of texts) this.addPage(url, text)
      this.root.querySelector(".journal-pages").hidden = true
      this.note = ""
    } catch (error) {
      this.note = this.words.partly
      console.warn("journal:", error)
    }
    if (this.root.isConnected) this.render()
  }

  addPage(url, text) {
    const page = new DOMParser().parseFromString(text, "text/html")
    for (const row of page.querySelectorAll("[data-journal-table] tbody > tr")) {
      const own = document.importNode(row, true)
      for (const link of own.querySelectorAll("a[href]")) {
        link.href = new URL(link.getAttribute("href"), url).href
      }
      const run = readRun(own)
      this.addPick(run)
      // Columns that were made before this page came.
      for (const head of this.head.querySelectorAll("th[data-key]")) {
        const { key } = head.dataset
        if (!this.cellOf(run, key)) this.addCell(run, key, this.columns.get(key)?.kind)
      }
      this.runs.push(run)
    }
  }

  renderComparison() {
    const runs = this.state.runs.map((id) => this.runs.find((run) => run.id === id)).filter(Boolean)
    this.panel.hidden = runs.length < 2
    if (this.panel.hidden) return this.panel.replaceChildren()
    const kept = this.panel.contains(document.activeElement) && document.activeElement.dataset.act
    this.panel.replaceChildren(
      make("h2", {}, fill(this.words.comparison, { count: runs.length })),
      this.comparisonTools(),
      make(
        "div",
        { className: "journal-scroll", tabIndex: 0, role: "region", "aria-label": this.words.compare },
        make("table", { className: "journal-table" }, this.comparisonHead(runs), ...this.comparisonBodies(runs)),
      ),
    )
    if (kept) (this.panel.querySelector(`[data-act="${kept}"]`) ?? this.form.elements.text).focus()
  }

  comparisonTools() {
    const box = make("input", { type: "checkbox", checked: this.state.different, "data-act": "different" })
    box.addEventListener("change", () => {
      this.state.different = box.checked
      this.save("push")
    })
    const clear = make("button", { type: "button", "data-act": "clear" }, this.words.clear)
    clear.addEventListener("click", () => {
      this.state.runs = []
      this.save("push")
      this.form.elements.text.focus()
    })
    return make("p", {}, make("label", {}, box, ` ${this.words.onlyDifferent}`), " ", clear)
  }

  comparisonHead(runs) {
    const heads = runs.map((run) => {
      const label = fill(this.words.remove, { title: run.title })
      const remove = make("button", { type: "button", title: label, "aria-label": label, "data-act": "remove" }, "×")
      remove.addEventListener("click", () => this.choose(run.id, false))
      return make("th", { scope: "col" }, make("a", { href: run.href }, make("bdi", {}, run.title)), " ", remove)
    })
    return make("thead", {}, make("tr", {}, make("th", { scope: "col" }, this.words.field), ...heads))
  }

  /** Metrics first, then parameters, then the other fields; each only where a run has it. */
  comparisonBodies(runs) {
    const groups = [
      ["metrics", (key) => key.startsWith("metric.")],
      ["params", (key) => key.startsWith("param.")],
      ["fields", (key) => !/^(metric|param)\./.test(key)],
    ]
    return groups.flatMap(([name, belongs]) => {
      const keys = [...this.columns.keys()].filter((key) => belongs(key) && runs.some((r) => r.cells.has(key)))
      const rows = keys.map((key) => this.comparisonRow(key, runs)).filter(Boolean)
      if (!rows.length) return []
      const title = make("th", { scope: "rowgroup", colSpan: runs.length + 1 }, this.words[name])
      return [make("tbody", {}, make("tr", { className: "journal-compare__group" }, title), ...rows)]
    })
  }

  comparisonRow(key, runs) {
    const differs = new Set(runs.map((run) => run.all(key).join("\n"))).size > 1
    if (this.state.different && !differs) return null
    const head = make("th", { scope: "row" }, make("bdi", {}, this.columns.get(key).label))
    if (differs) head.append(" ", make("span", { className: "journal-differs" }, this.words.differs))
    const metric = key.startsWith("metric.")
    const best = metric ? findBest(key, runs) : null
    const cells = runs.map((run) => {
      const cell = make("td")
      const source = run.cells.get(key)?.cell
      if (source) cell.append(...[...source.childNodes].map((node) => node.cloneNode(true)))
      if (metric && source) this.describeMetric(cell, source, best)
      return cell
    })
    return make("tr", differs ? { className: "journal-compare__differs" } : {}, head, ...cells)
  }

  describeMetric(cell, source, best) {
    const { value, baseline } = source.dataset
    if (baseline !== undefined) {
      const value = shorten(Number(baseline)).replace(".", this.words.decimal)
      const text = fill(this.words.baseline, { value })
      cell.append(" ", make("span", { className: "journal-quiet" }, text))
    }
    if (best !== null && Number(value) === best) {
      cell.prepend(make("strong", { className: "journal-best" }, this.words.best), " ")
    }
  }
}

const shorten = (number) => String(Number(number.toPrecision(6)))

/** The best value of a metric, where all that say so agree which direction is better. */
const findBest = (key, runs) => {
  const cells = runs.map((run) => run.cells.get(key)?.cell).filter(Boolean)
  const directions = new Set(cells.map((cell) => cell.dataset.better).filter(Boolean))
  const values = cells.map((cell) => Number(cell.dataset.value))
  if (directions.size !== 1 || new Set(values).size < 2) return null
  return directions.has("higher") ? Math.max(...values) : Math.min(...values)
}

/** Take over the tables of the page that are not taken over yet. */
export const scan = () => {
  for (const root of document.querySelectorAll("[data-journal-table]:not([data-ready])")) {
    if (root.querySelector("form")) new ExperimentsTable(root).start()
  }
}
