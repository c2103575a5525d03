/* Makes the charts of a page interactive: uPlot draws them from the data file of each figure.
   The figure's SVG stays until its chart is ready, and comes back if anything fails. */
const SOURCE = import.meta.url
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]]
const charts = new Map()

let library
const load = () =>
  (library ??= new Promise((resolve, reject) => {
    const style = document.createElement("link")
    style.rel = "stylesheet"
    style.href = new URL("vendor/uplot/uPlot.min.css", SOURCE).href
    const script = document.createElement("script")
    script.src = new URL("vendor/uplot/uPlot.iife.min.js", SOURCE).href
    script.onload = () => resolve(window.uPlot)
    script.onerror = () => reject(new Error("uPlot could not be loaded"))
    document.head.append(style, script)
  }))

const format = (value, decimal) => {
  if (value == null) return ""
  const size = Math.abs(value)
  const short = Number(value.toPrecision(size >= 1e5 ? 9 : 5))
  const tiny = size !== 0 && (size < 1e-4 || size >= 1e9)
  return (tiny ? Number(value.toPrecision(4)).toExponential() : String(short)).replace(".", decimal)
}

const formatTime = (seconds) =>
  new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ").replace(" 00:00", "")

/* An exponential moving average whose start is not pulled towards zero. */
const smooth = (values, weight) => {
  let sum = 0
  let total = 0
  return values.map((value) => {
    if (value === null) return null
    sum = sum * weight + value * (1 - weight)
    total = total * weight + (1 - weight)
    return sum / total
  })
}

const positive = (values) => values.map((value) => (value !== null && value > 0 ? value : null))

class Chart {
  constructor(figure, data, uPlot) {
    this.figure = figure
    this.data = data
    this.uPlot = uPlot
    this.format = (value) => format(value, figure.dataset.decimal ?? ".")
    this.box = figure.querySelector(".journal-chart__plot")
    this.svg = this.box.querySelector("svg")
    this.ratio = this.svg.viewBox.baseVal.height / this.svg.viewBox.baseVal.width
    this.at = this.find("at")
    this.shown = data.series.map(() => true)
    this.log = false
    this.weight = 0
    this.zoom = null
    this.addLegend()
    this.addControls()
    this.addKeys()
    this.draw()
    this.resizing = new ResizeObserver(() => this.resize())
    this.resizing.observe(this.box)
  }

  find(role) {
    return this.figure.querySelector(`[data-chart="${role}"]`)
  }

  addLegend() {
    this.values = []
    this.entries = [...this.figure.querySelectorAll(".journal-chart__entry")].map((entry, index) => {
      const button = document.createElement("button")
      button.type = "button"
      button.className = entry.className
      button.setAttribute("aria-pressed", "true")
      button.append(...entry.childNodes)
      button.addEventListener("click", () => this.toggle(index))
      entry.replaceWith(button)
      this.values.push(button.querySelector(".journal-chart__value"))
      return button
    })
  }

  addControls() {
    this.find("log").parentElement.hidden = !this.data.series.some((s) => s.y.some((y) => y > 0))
    this.find("log").addEventListener("change", (event) => {
      this.log = event.target.checked
      this.draw()
    })
    this.find("smooth").addEventListener("input", (event) => {
      this.weight = Number(event.target.value)
      this.draw()
    })
    this.find("reset").addEventListener("click", () => this.reset())
    this.figure.querySelector(".journal-chart__tools").hidden = false
  }

  addKeys() {
    this.box.tabIndex = 0
    this.box.setAttribute("role", "application")
    this.box.setAttribute("aria-label", `${this.data.title}. ${this.box.dataset.help}`)
    this.box.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (this.press(event.key, event.shiftKey)) {
        event.preventDefault()
        event.stopPropagation()
      }
    })
    this.said = document.createElement("p")
    this.said.className = "journal-chart__said"
    this.said.setAttribute("aria-live", "polite")
    this.figure.append(this.said)
  }

  press(key, large) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }
    if (key in steps) this.move(steps[key] * (large ? 10 : 1))
    else if (key === "+" || key === "=") this.scale(0.5)
    else if (key === "-") this.scale(2)
    else if (key === "Escape" || key === "0") this.reset()
    else return false
    return true
  }

  move(by) {
    const { min, max } = this.plot.scales.x
    const xs = this.plot.data[0]
    const first = Math.max(xs.findIndex((x) => x >= min), 0)
    const last = xs.findLastIndex((x) => x <= max)
    const from = this.plot.cursor.idx ?? (by > 0 ? first - 1 : last + 1)
    const to = Math.min(Math.max(from + by, first), last)
    const left = this.plot.valToPos(xs[to], "x")
    this.moving = true
    this.plot.setCursor({ left: Math.min(Math.max(left, 0), this.plot.over.clientWidth), top: 1 })
    this.moving = false
  }

  scale(by) {
    const { min, max } = this.plot.scales.x
    const xs = this.plot.data[0]
    const middle = xs[this.plot.cursor.idx] ?? (min + max) / 2
    const [low, high] = [xs[0], xs[xs.length - 1]]
    const wanted = [middle - (middle - min) * by, middle + (max - middle) * by]
    this.plot.setScale("x", { min: Math.max(wanted[0], low), max: Math.min(wanted[1], high) })
  }

  reset() {
    this.zoom = null
    const xs = this.plot.data[0]
    this.plot.setScale("x", { min: xs[0], max: xs[xs.length - 1] })
  }

  toggle(index) {
    this.shown[index] = !this.shown[index]
    this.entries[index].setAttribute("aria-pressed", String(this.shown[index]))
    this.draw()
  }

  size() {
    const width = Math.max(Math.floor(this.box.clientWidth), 120)
    return { width, height: Math.max(Math.round(width * this.ratio), 200) }
  }

  resize() {
    const { width, height } = this.size()
    if (this.box.clientWidth && (width !== this.plot.width || height !== this.plot.height))
      this.plot.setSize({ width, height })
  }

  /* The curves as uPlot wants them: one x for all. With smoothing each is there twice, as it was
     logged, faintly, and smoothed. */
  curves() {
    const style = getComputedStyle(this.figure)
    const color = (series) => style.getPropertyValue(`--journal-chart-${series.color}`).trim()
    const curves = this.data.series.map((series, index) => ({
      label: series.name,
      index,
      x: series.x,
      y: this.log ? positive(series.y) : series.y,
      stroke: color(series),
      dash: DASHES[series.dash],
      width: series.x.length > 500 ? 1 : 1.75,
      points: series.points || series.x.length <= 40 ? { show: true, size: 5, fill: color(series) } : { show: false },
      ...(series.points ? { paths: () => null } : {}),
      show: this.shown[index],
    }))
    if (!this.weight) return curves
    const smoothed = curves.map((curve) => ({
      ...curve,
      y: smooth(curve.y, this.weight),
      width: 1.75,
      points: { show: false },
    }))
    const raw = curves.map((curve) => ({ ...curve, index: -1, alpha: 0.25, width: 1, points: { show: false } }))
    return [...raw, ...smoothed]
  }

  draw() {
    const curves = this.curves()
    const old = this.plot
    const data = this.uPlot.join(curves.map((curve) => [curve.x, curve.y]))
    const plot = new this.uPlot(this.options(curves), data, (self, ready) => {
      if (old) old.root.replaceWith(self.root)
      else this.svg.replaceWith(self.root)
      ready()
    })
    old?.destroy()
    this.plot = plot
    if (this.zoom) plot.setScale("x", this.zoom)
    this.figure.dataset.state = "drawn"
  }

  options(curves) {
    const style = getComputedStyle(this.figure)
    const text = style.getPropertyValue("--journal-chart-text").trim()
    const grid = style.getPropertyValue("--journal-chart-grid").trim()
    const font = `11px ${style.fontFamily}`
    const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, size: 4 } }
    return {
      ...this.size(),
      legend: { show: false },
      tzDate: (seconds) => this.uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: { x: { time: this.data.x.time }, y: { distr: this.log ? 3 : 1 } },
      axes: [
        {
          ...axis,
          size: 26,
          values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : this.format(tick))),
          ...(this.data.x.time && { space: 90, values: dayOrHour }),
        },
        { ...axis, size: yAxisSize, values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : this.format(tick))) },
      ],
      series: [{}, ...curves.map(({ index, x, y, ...rest }) => rest)],
      cursor: {
        y: false,
        drag: { x: true, y: false, dist: 4 },
        dataIdx: nearest,
        points: { size: 7, show: (self, at) => (curves[at - 1].index < 0 ? false : undefined) },
      },
      hooks: {
        setCursor: [(self) => this.read(self, curves)],
        setScale: [(self, key) => key === "x" && this.noteZoom(self)],
      },
    }
  }

  noteZoom(self) {
    const { min, max } = self.scales.x
    const xs = self.data[0]
    const zoomed = min > xs[0] || max < xs[xs.length - 1]
    this.zoom = zoomed ? { min, max } : null
    this.find("reset").hidden = !zoomed
  }

  /* Writes the values under the pointer or cursor into the legend. */
  read(self, curves) {
    const at = self.cursor.idx
    if (at == null) {
      this.at.textContent = ""
      for (const value of this.values) value.textContent = ""
      return
    }
    const x = self.data[0][at]
    const words = []
    curves.forEach((curve, place) => {
      if (curve.index < 0) return
      const found = curve.show ? self.cursor.idxs[place + 1] : null
      const value = found == null ? null : self.data[place + 1][found]
      this.values[curve.index].textContent = this.format(value)
      if (value != null) words.push(`${curve.label} ${this.format(value)}`)
    })
    this.at.textContent = this.data.x.time ? formatTime(x) : `${this.data.x.label} ${this.format(x)}`
    if (this.moving) this.said.textContent = `${this.at.textContent}: ${words.join(", ")}`
  }

  remove() {
    this.resizing.disconnect()
    this.plot.destroy()
  }
}

/* ISO dates, or hours where the axis spans less than two days. */
const dayOrHour = (self, ticks) => {
  const short = self.scales.x.max - self.scales.x.min < 172800
  return ticks.map((tick) => new Date(tick * 1000).toISOString().slice(...(short ? [11, 16] : [0, 10])))
}

/* Room for the longest label of the y axis. */
function yAxisSize(self, values) {
  const longest = (values ?? []).reduce((a, b) => (b.length > a.length ? b : a), "")
  self.ctx.save()
  self.ctx.font = self.axes[1].font[0]
  const width = self.ctx.measureText(longest).width / devicePixelRatio
  self.ctx.restore()
  return Math.max(Math.ceil(width) + 16, self.scales.x.time ? 40 : 0)
}

/* The curve's own point that is nearest to the pointer, because runs log at different steps. */
function nearest(self, series, at, x) {
  const values = self.data[series]
  if (values[at] != null) return at
  const xs = self.data[0]
  let [left, right] = [at, at]
  while (left >= 0 && values[left] == null) left--
  while (right < values.length && values[right] == null) right++
  if (left < 0) return null
  if (right >= values.length) return null
  return x - xs[left] <= xs[right] - x ? left : right
}

async function start(figure) {
  figure.dataset.state = "loading"
  try {
    const [response, uPlot] = await Promise.all([fetch(figure.dataset.journalChart), load()])
    if (!response.ok) throw new Error(`${response.status} for ${response.url}`)
    const data = await response.json()
    if (figure.isConnected) charts.set(figure, new Chart(figure, data, uPlot))
  } catch (error) {
    figure.dataset.state = "static"
    console.warn(`The chart stays as it is: ${error.message}`)
  }
}

const waiting = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue
      waiting.unobserve(target)
      start(target)
    }
  },
  { rootMargin: "200px" },
)

/* Takes up the charts of the page as it is now, and lets go of those of the page before. */
export function scan() {
  for (const [figure, chart] of charts) {
    if (figure.isConnected) continue
    chart.remove()
    charts.delete(figure)
  }
  for (const figure of document.querySelectorAll("[data-journal-chart]:not([data-state])")) {
    figure.dataset.state = "waiting"
    waiting.observe(figure)
  }
}

const redraw = () => {
  for (const chart of charts.values()) chart.draw()
}
new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] })
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme", "data-bs-theme"] })
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw)
