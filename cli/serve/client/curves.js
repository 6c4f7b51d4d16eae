// Curves of the chosen runs as they grow. Runs that differ only in their seed are one line with a
// band from the lowest to the highest.
import {h, getJson, labelled, throttled, shortId} from './dom.js';
import {model, subscribe, statusOf, chosenPlaces} from './store.js';
import {Chart, band} from './charts.js';

const kMostRuns = 100;
const state = {fold: true, metric: ''};

/// The chosen runs; if there are none, those at work and the latest that have curves.
export function runsToShow() {
  const places = chosenPlaces();
  if (places.length > 0) return places.slice(0, kMostRuns);
  const all = [...model.ids.keys()];
  const running = all.filter(i => statusOf(i) === 'running');
  const latest = all.filter(i => ['done', 'pruned'].includes(statusOf(i)))
    .sort((a, b) => model.started[a] < model.started[b] ? 1 : -1);
  return [...running, ...latest].slice(0, Math.max(12, Math.min(running.length, kMostRuns)));
}

/// What tells some runs apart, as a short text per run.
export function labelsOf(places, withSeed) {
  const differing = model.parameters.filter(p => p.name !== 'seed' &&
    new Set(places.map(i => p.of[i])).size > 1);
  const seeds = new Set(places.map(i => model.seed[i])).size > 1;
  return places.map(i => {
    const parts = differing.filter(p => p.of[i] >= 0).slice(0, 4)
      .map(p => p.name.endsWith('.name') ? p.values[p.of[i]]
        : `${p.name.split('.').at(-1)}=${p.values[p.of[i]]}`);
    if (withSeed && seeds) parts.push(`seed ${model.seed[i]}`);
    return parts.join(' ') || (withSeed ? shortId(model.ids[i]) : 'all runs');
  });
}

/// Keeps the curves of some runs up to date.
export class CurveSource {
  constructor() {
    this.curves = new Map();  // by id: {"valid/accuracy": [steps, values]}
    this.known = new Map();   // by id: {attempt, step} when they were read
  }

  /// Reads what has changed. @return  whether anything has
  async update(places) {
    const whole = [], growing = [];
    for (const i of places) {
      const id = model.ids[i];
      const attempt = `${model.status[i]} ${model.started[i]}`, step = model.step[i];
      const before = this.known.get(id);
      if (before?.attempt === attempt && before.step === step) continue;
      // Points that were read stay what they are as long as the attempt goes on.
      const more = before?.attempt === attempt && this.curves.has(id);
      (more ? growing : whole).push(id);
      this.known.set(id, {attempt, step});
    }
    if (whole.length > 0)
      for (const [id, curves] of Object.entries(await this.read(whole, -1)))
        this.curves.set(id, curves);
    if (growing.length > 0) {
      const behind = Math.min(...growing.map(id => this.lastStep(id)));
      for (const [id, curves] of Object.entries(await this.read(growing, behind)))
        this.append(id, curves);
    }
    return whole.length + growing.length > 0;
  }

  read(ids, behind) {
    return getJson(`api/curves?behind=${behind}&${ids.map(id => `id=${id}`).join('&')}`);
  }

  lastStep(id) {
    const ends = Object.values(this.curves.get(id)).map(([steps]) => steps.at(-1));
    return ends.length > 0 ? Math.min(...ends) : -1;
  }

  append(id, fresh) {
    const own = this.curves.get(id);
    for (const [name, [steps, values]] of Object.entries(fresh)) {
      own[name] ??= [[], []];
      const last = own[name][0].at(-1) ?? -1;
      steps.forEach((step, k) => {
        if (step <= last) return;
        own[name][0].push(step);
        own[name][1].push(values[k]);
      });
    }
  }

  metrics(places) {
    return [...new Set(places.flatMap(i =>
      Object.keys(this.curves.get(model.ids[i]) ?? {})))].sort();
  }

  /// The series of one metric for a chart.
  series(places, metric, fold) {
    const labels = labelsOf(places, !fold);
    const groups = new Map();
    places.forEach((i, k) => {
      const curve = this.curves.get(model.ids[i])?.[metric];
      if (!curve) return;
      const key = fold ? labels[k] : model.ids[i];
      if (!groups.has(key)) groups.set(key, {label: labels[k], curves: []});
      groups.get(key).curves.push(curve);
    });
    return [...groups.values()].map(({label, curves}) => curves.length === 1
      ? {label, steps: curves[0][0], values: curves[0][1]}
      : {label: `${label} (${curves.length} runs)`, ...band(curves)});
  }
}

/// Prefers the curve that people look at first.
export const firstMetric = metrics => ['valid/accuracy', 'valid/macro_f1', 'train/accuracy',
  'valid/loss', 'train/loss'].find(name => metrics.includes(name)) ?? metrics[0] ?? '';

export function showCurves(main) {
  const source = new CurveSource();
  const picker = h('select', {on: {change: () => { state.metric = picker.value; draw(); }}});
  const fold = h('input', {type: 'checkbox', checked: state.fold,
    on: {change: () => { state.fold = fold.checked; draw(); }}});
  const hint = h('p', {class: 'hint'});
  const charts = h('div', {class: 'charts'});
  const shown = new Map();
  main.append(h('h2', {}, 'Curves'), h('div', {class: 'tools'}, labelled('Metric', picker),
    h('label', {class: 'check'}, fold, 'seeds as a band')), hint, charts);

  function draw() {
    const places = runsToShow();
    const metrics = source.metrics(places);
    const wanted = state.metric && (state.metric === '(all)' || metrics.includes(state.metric))
      ? state.metric : '(all)';
    picker.replaceChildren(h('option', {value: '(all)'}, 'all'),
      ...metrics.map(name => h('option', {value: name}, name)));
    picker.value = wanted;
    const names = wanted === '(all)' ? metrics : [wanted];
    hint.textContent = metrics.length === 0
      ? 'None of these runs has curves (yet). Methods that train in epochs have them.'
      : chosenPlaces().length > 0 ? `${places.length} chosen runs.`
        : 'No run is chosen: those at work and the latest are shown. Choose runs in the list.';
    for (const [name, chart] of shown)
      if (!names.includes(name)) {
        chart.remove();
        shown.delete(name);
      }
    for (const name of names) {
      if (!shown.has(name)) {
        const chart = new Chart(name, name);
        shown.set(name, chart);
        charts.append(chart.element);
      }
      shown.get(name).show(source.series(places, name, state.fold));
    }
  }

  const update = throttled(() => source.update(runsToShow()).then(draw).catch(error => {
    hint.textContent = String(error.message ?? error);
  }), 500);
  const leave = subscribe(update);
  update();
  return () => {
    leave();
    for (const chart of shown.values()) chart.remove();
  };
}
