// Line charts of curves, with bands over seeds, by uPlot. Colours are those of Okabe and Ito, which
// colour-blind readers tell apart; lines beyond eight are dashed.
import {h, metricText} from './dom.js';

const kOnLight = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#6b5b00',
  '#7f7f7f'];
const kOnDark = ['#56b4e9', '#f08a3c', '#2fc79b', '#e39ac6', '#f0c94a', '#8ea6ff', '#b9a94a',
  '#b0b0b0'];
const dark = matchMedia('(prefers-color-scheme: dark)');
const kDashes = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

export const colourOf = k => (dark.matches ? kOnDark : kOnLight)[k % kOnLight.length];
const dashOf = k => kDashes[Math.floor(k / kOnLight.length) % kDashes.length];

const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/// Joins series of different steps: uPlot wants one axis for all. Steps that a series lacks are
/// null, and the line goes on behind them.
function aligned(series) {
  const steps = [...new Set(series.flatMap(s => s.steps))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, k) => [step, k]));
  const column = (s, values) => {
    const result = new Array(steps.length).fill(null);
    s.steps.forEach((step, k) => { result[place.get(step)] = values[k]; });
    return result;
  };
  const data = [steps];
  for (const s of series) {
    data.push(column(s, s.values));
    if (s.low) data.push(column(s, s.low), column(s, s.high));
  }
  return data;
}

function faded(colour) {
  return `${colour}33`;
}

function optionsOf(title, metric, series, width) {
  const lines = [{label: 'epoch'}];
  const bands = [];
  series.forEach((s, k) => {
    const colour = colourOf(s.colour ?? k);
    lines.push({label: s.label, stroke: colour, width: 2, dash: dashOf(s.colour ?? k),
      spanGaps: true, points: {show: s.steps.length < 2}, value: (_, v) => v === null || v === undefined
        ? '–' : metricText(metric, v)});
    if (!s.low) return;
    const place = lines.length;
    const edge = {stroke: 'transparent', width: 0, spanGaps: true, points: {show: false},
      class: 'edge'};
    lines.push({...edge, label: `${s.label}, lowest`}, {...edge, label: `${s.label}, highest`});
    bands.push({series: [place + 1, place], fill: faded(colour)});
  });
  const axis = {stroke: () => css('--text'), grid: {stroke: () => css('--line'), width: 1},
    ticks: {stroke: () => css('--line'), width: 1}, font: '12px system-ui, sans-serif'};
  return {title, width, height: Math.max(220, Math.min(360, Math.round(width * 0.45))),
    series: lines, bands, scales: {x: {time: false}},
    axes: [{...axis, label: 'epoch', labelFont: '12px system-ui, sans-serif', labelSize: 18,
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000]},
    {...axis, size: 64, values: (_, ticks) => ticks.map(v => metricText(metric, v).replace(' %', '%'))}],
    legend: {live: true}, cursor: {drag: {x: true, y: false}, focus: {prox: 24}}, focus: {alpha: 0.3}};
}

/// A chart that can be given other series later. Drag zooms, a double click shows all, a click on a
/// name in the legend hides the line.
export class Chart {
  constructor(title, metric) {
    this.title = title;
    this.metric = metric;
    this.shape = '';
    this.place = h('div', {class: 'plot'});
    this.element = h('figure', {class: 'chart'}, this.place,
      h('figcaption', {class: 'hidden'}, title));
    this.table = h('button', {type: 'button', class: 'quiet', on: {click: () => this.download()}},
      'CSV');
    this.element.append(this.table);
    this.series = [];
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(this.element);
    this.onDark = () => {
      this.shape = '';
      this.show(this.series);
    };
    dark.addEventListener('change', this.onDark);
  }

  width() {
    return Math.max(260, this.element.clientWidth);
  }

  fit() {
    const width = this.width();
    if (this.plot && this.plot.width !== width)
      this.plot.setSize({width, height: this.plot.height});
  }

  /// @param series  [{label, steps, values, low, high, colour}]
  show(series) {
    this.series = series;
    this.plotSeries(series);
    this.element.dataset.points = String(this.plot.data[0].length);
    this.element.dataset.last = String(this.plot.data[0].at(-1) ?? '');
  }

  plotSeries(series) {
    const shape = JSON.stringify(series.map(s => [s.label, Boolean(s.low), s.steps.length < 2]));
    if (this.plot && shape === this.shape) {
      const zoomed = this.plot.scales.x.min > this.plot.data[0][0] ||
        this.plot.scales.x.max < this.plot.data[0].at(-1);
      this.plot.setData(aligned(series), !zoomed);
      return;
    }
    this.shape = shape;
    this.plot?.destroy();
    this.plot = new uPlot(optionsOf(this.title, this.metric, series, this.width()),
      aligned(series), this.place);
    // The edges of bands have no line of their own in the legend.
    this.place.querySelectorAll('.u-legend .edge').forEach(row => row.remove());
    const legend = this.place.querySelector('.u-legend');
    legend.tabIndex = 0;
    // The names hide their lines by the keyboard too.
    for (const name of legend.querySelectorAll('.u-series:not(:first-child) th')) {
      name.tabIndex = 0;
      name.addEventListener('keydown', event => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        name.click();
      });
    }
  }

  download() {
    const data = aligned(this.series);
    const names = ['epoch', ...this.series.flatMap(s => s.low
      ? [s.label, `${s.label} lowest`, `${s.label} highest`] : [s.label])];
    const quoted = text => `"${String(text).replaceAll('"', '""')}"`;
    const lines = data[0].map((_, k) => data.map(column => column[k] ?? '').join(','));
    const blob = new Blob([`${[names.map(quoted).join(','), ...lines].join('\r\n')}\r\n`],
      {type: 'text/csv'});
    const link = h('a', {href: URL.createObjectURL(blob),
      download: `${this.title.replace(/[^a-z0-9]+/gi, '_')}.csv`});
    link.click();
    URL.revokeObjectURL(link.href);
  }

  remove() {
    this.resized.disconnect();
    dark.removeEventListener('change', this.onDark);
    this.plot?.destroy();
    this.element.remove();
  }
}

/// Mean, lowest and highest of several curves at the steps that at least two of them have, or one
/// where there is only one.
export function band(curves) {
  const at = new Map();
  for (const [steps, values] of curves)
    steps.forEach((step, k) => {
      if (!at.has(step)) at.set(step, []);
      at.get(step).push(values[k]);
    });
  const steps = [...at.keys()].filter(step => at.get(step).length >= Math.min(2, curves.length))
    .sort((a, b) => a - b);
  const each = f => steps.map(step => f(at.get(step)));
  return {steps, values: each(v => v.reduce((a, b) => a + b, 0) / v.length),
    low: each(v => Math.min(...v)), high: each(v => Math.max(...v))};
}
