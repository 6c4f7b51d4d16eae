// The runs as the server tells them: a whole list once, then what changes.
import {getJson} from './dom.js';

const listeners = new Set();

export const model = {
  n: 0, version: 0, ids: [], status: [], statuses: [], seed: [], started: [], wall: [], worker: [],
  step: [], imported: [], messages: {}, constants: {}, parameters: [], metrics: [], plans: [],
  workers: [], problem: '', clockOffset_ms: 0, connected: false,
  places: new Map(),       // by id
  parameterByName: new Map(), metricByName: new Map(), plansOf: [],
  kindTimes: new Map(),    // mean seconds of done runs by kind
};

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(change) {
  for (const listener of [...listeners]) listener(change);
}

const kindOf = i => ['method.name', 'excerpt.name', 'features.name']
  .map(name => parameter(name, i)).join('|');

function takeClock(clock) {
  model.clockOffset_ms = Date.parse(clock) - Date.now();
}

function index() {
  model.places = new Map(model.ids.map((id, i) => [id, i]));
  model.parameterByName = new Map(model.parameters.map(p => [p.name, p]));
  model.metricByName = new Map(model.metrics.map(m => [m.name, m]));
  model.plansOf = Array.from({length: model.n}, () => '');
  for (const plan of model.plans)
    for (const i of plan.runs)
      model.plansOf[i] += (model.plansOf[i] ? ', ' : '') + plan.name;
  const sums = new Map();
  const done = model.statuses.indexOf('done');
  for (let i = 0; i < model.n; ++i) {
    if (model.status[i] !== done || model.imported[i]) continue;
    const kind = kindOf(i);
    const sum = sums.get(kind) ?? {seconds: 0, n: 0};
    sum.seconds += model.wall[i];
    sum.n += 1;
    sums.set(kind, sum);
  }
  model.kindTimes = new Map([...sums].map(([kind, sum]) => [kind, sum.seconds / sum.n]));
}

async function load() {
  const list = await getJson('api/runs');
  Object.assign(model, list);
  takeClock(list.clock);
  index();
  tell({whole: true, places: []});
}

function apply(change) {
  const places = change.runs.map(run => run.place);
  for (const run of change.runs) {
    const i = run.place;
    model.status[i] = run.status;
    model.started[i] = run.started;
    model.wall[i] = run.wall;
    model.worker[i] = run.worker;
    model.step[i] = run.step;
    if (run.message) model.messages[i] = run.message;
    else delete model.messages[i];
    for (const metric of model.metrics) metric.of[i] = run.metrics[metric.name] ?? null;
    for (const [name, value] of Object.entries(run.metrics)) {
      if (model.metricByName.has(name)) continue;
      const metric = {name, of: new Array(model.n).fill(null)};
      metric.of[i] = value;
      model.metrics.push(metric);
      model.metricByName.set(name, metric);
    }
  }
  model.workers = change.workers;
  model.problem = change.problem;
  takeClock(change.clock);
  tell({whole: false, places});
}

/// Loads the list and follows what changes.
export async function follow() {
  await load();
  const events = new EventSource(`api/events?since=${model.version}`);
  let queue = Promise.resolve();
  events.onopen = () => { model.connected = true; tell({whole: false, places: []}); };
  events.onerror = () => { model.connected = false; tell({whole: false, places: []}); };
  events.onmessage = message => {
    const change = JSON.parse(message.data);
    const version = Number(message.lastEventId);
    queue = queue.then(async () => {
      if (version <= model.version) return;  // the list had it already
      if (change.reload) {
        await load();
        return;
      }
      model.version = version;
      apply(change);
    }).catch(error => { model.problem = String(error.message ?? error); tell({places: []}); });
  };
}

/// The value of a parameter; undefined if the run does not have it.
export function parameter(name, i) {
  const column = model.parameterByName.get(name);
  if (!column) return model.constants[name];
  return column.of[i] < 0 ? undefined : column.values[column.of[i]];
}

export const statusOf = i => model.statuses[model.status[i]];

export const workerOfRun = i => model.workers.find(worker => worker.run === model.ids[i]);

/// {done, total} of a run's epochs as its worker tells them; null where it tells none.
export function epochs(i) {
  const found = /: epoch (\d+)\/(\d+)/.exec(workerOfRun(i)?.now ?? '');
  if (found) return {done: Number(found[1]), total: Number(found[2])};
  return model.step[i] > 0 ? {done: model.step[i], total: null} : null;
}

const unitSeconds = {s: 1, min: 60, h: 3600, d: 86400, day: 86400, days: 86400, ms: 1e-3};

function secondsIn(text) {
  let sum = 0;
  let any = false;
  for (const [, value, unit] of text.matchAll(/([\d.]+)\s*([a-z]+)/g)) {
    if (!(unit in unitSeconds)) return null;
    sum += Number(value) * unitSeconds[unit];
    any = true;
  }
  return any ? sum : null;
}

/// Seconds that a run is still going to take; null where nothing tells.
export function timeLeft(i) {
  if (statusOf(i) !== 'running') return null;
  const told = /, ([^,]+) left$/.exec(workerOfRun(i)?.now ?? '');
  if (told) {
    const seconds = secondsIn(told[1]);
    if (seconds !== null) return seconds;
  }
  const mean = model.kindTimes.get(kindOf(i));
  if (mean === undefined) return null;
  const elapsed = (Date.now() + model.clockOffset_ms - Date.parse(model.started[i])) / 1000;
  return Math.max(0, mean - elapsed);
}

/// The columns that a table of runs can show: {name: {title, value(i), numeric, text(i)}}.
export function columnsOfRuns() {
  const columns = new Map();
  const add = (name, title, value, more = {}) => columns.set(name, {name, title, value, ...more});
  add('run', 'run', i => model.ids[i]);
  add('status', 'status', i => statusOf(i));
  add('experiment', 'experiment', i => model.plansOf[i]);
  const names = model.parameters.map(p => p.name);
  const first = name => /^(method|features|excerpt|dataset)\.name$/.test(name) || name === 'split.kind';
  for (const name of [...names.filter(first), ...names.filter(name => !first(name))])
    add(name, name, i => parameter(name, i), {parameter: true});
  add('seed', 'seed', i => model.seed[i], {numeric: true});
  add('epoch', 'epoch', i => epochs(i)?.done ?? null, {numeric: true});
  add('left', 'time left', i => timeLeft(i), {numeric: true});
  add('worker', 'worker', i => model.worker[i] || null, {numeric: true});
  const test = model.metrics.filter(m => m.name.startsWith('test/'));
  for (const metric of [...test, ...model.metrics.filter(m => !m.name.startsWith('test/'))])
    add(metric.name, metric.name, i => metric.of[i] ?? null, {numeric: true, metric: true});
  add('seconds', 'seconds', i => model.wall[i] || null, {numeric: true});
  add('started', 'started', i => model.started[i]);
  add('message', 'message', i => model.messages[i] ?? '');
  return columns;
}

// Which runs the user chose, by id. It outlives the page in the tab.
const kChosen = 'genrebench.chosen';
export const chosen = new Set();
try {
  for (const id of JSON.parse(sessionStorage.getItem(kChosen) ?? '[]')) chosen.add(id);
} catch { /* a damaged or forbidden session has chosen nothing */ }

export function choose(ids, on) {
  for (const id of ids) {
    if (on) chosen.add(id);
    else chosen.delete(id);
  }
  try {
    sessionStorage.setItem(kChosen, JSON.stringify([...chosen]));
  } catch { /* then it lasts as long as the page */ }
  tell({whole: false, places: [], chosen: true});
}

/// Places of the chosen runs that the store still has.
export const chosenPlaces = () => [...chosen].map(id => model.places.get(id))
  .filter(i => i !== undefined).sort((a, b) => a - b);
