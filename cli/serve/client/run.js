// The page of one run: results, curves, confusion, predictions to listen to, configuration,
// environment, files and log.
import {h, table, getJson, metricText, percent, duration, shortId, statusMark, throttled, labelled,
  select} from './dom.js';
import {model, subscribe, statusOf, epochs, timeLeft, workerOfRun, choose, chosen} from './store.js';
import {CurveSource} from './curves.js';
import {Chart} from './charts.js';

const kMostGenres = 60, kMostRows = 300;

const section = (title, ...content) => h('section', {}, h('h3', {}, title), ...content);

function pairs(title, values) {
  const text = value => Array.isArray(value) ? value.join(', ')
    : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  const rows = Object.entries(values).map(([key, value]) => {
    const whole = text(value);
    return [key, h('span', {title: whole.length > 200 ? whole : ''},
      whole.length > 200 ? `${whole.slice(0, 200)}…` : whole)];
  });
  return h('details', {class: 'pairs', open: title === 'Configuration'},
    h('summary', {}, `${title} (${rows.length})`), table(['key', 'value'], rows, title));
}

function confusionTable(run) {
  const n = run.genres.length;
  if (n === 0 || run.predictions.length === 0) return null;
  if (n > kMostGenres)
    return section('Confusion', h('p', {class: 'hint'}, `${n} genres are too many for a matrix.`));
  const counts = Array.from({length: n}, () => new Array(n).fill(0));
  for (const p of run.predictions) if (counts[p.truth]?.[p.predicted] !== undefined)
    counts[p.truth][p.predicted] += 1;
  const rows = counts.map((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return h('tr', {}, h('th', {scope: 'row'}, run.genres[i]), row.map((count, j) => {
      const share = sum > 0 ? count / sum : 0;
      const cell = h('td', {class: `number${i === j ? ' hit' : ''}`,
        title: `${count} of ${sum} ${run.genres[i]} tracks were taken for ${run.genres[j]}`},
        count === 0 ? '' : String(count));
      cell.style.setProperty('--share', share.toFixed(3));
      return cell;
    }), h('td', {class: 'number recall'}, sum > 0 ? percent(counts[i][i] / sum) : ''));
  });
  return section('Confusion of the test part',
    h('p', {class: 'hint'}, 'Rows: the true genre; columns: the predicted one; last: recall.'),
    h('div', {class: 'scroll', tabIndex: 0, role: 'region', aria: {label: 'Confusion matrix'}},
      h('table', {class: 'confusion'},
        h('thead', {}, h('tr', {}, h('td'), run.genres.map(name => h('th', {scope: 'col'},
          h('span', {}, name))), h('th', {scope: 'col'}, h('span', {}, 'recall')))),
        h('tbody', {}, rows))));
}

function predictionList(run) {
  if (run.predictions.length === 0) return null;
  const state = {which: 'wrong', word: ''};
  const place = h('div');
  const player = h('audio', {controls: true, preload: 'none', class: 'player'});
  const genre = k => run.genres[k] ?? String(k);
  const play = p => {
    const end = p.start_s > 0 && p.duration_s ? `#t=${p.start_s},${p.start_s + p.duration_s}`
      : p.start_s > 0 ? `#t=${p.start_s}` : '';
    player.src = `api/audio?id=${run.id}&track=${encodeURIComponent(p.track)}${end}`;
    player.setAttribute('aria-label', `Track ${p.track}`);
    player.play().catch(() => {});
    playing.textContent = `${p.track} · ${genre(p.truth)}, predicted ${genre(p.predicted)}`;
  };
  const playing = h('span', {class: 'hint'});
  const count = h('span', {class: 'hint', role: 'status'});
  function draw() {
    const word = state.word.toLowerCase();
    const rows = run.predictions.filter(p => (state.which === 'all' ||
      (p.truth !== p.predicted) === (state.which === 'wrong')) &&
      (!word || `${p.track} ${genre(p.truth)} ${genre(p.predicted)} ${p.cluster}`.toLowerCase()
        .includes(word)));
    rows.sort((a, b) => (a.p_truth ?? 0) - (b.p_truth ?? 0));
    count.textContent = rows.length > kMostRows ? `${kMostRows} of ${rows.length} are shown`
      : `${rows.length} tracks`;
    const anyAudio = run.predictions.some(p => p.audio);
    place.replaceChildren(table(
      [...(anyAudio ? ['play'] : []), 'track', 'genre', 'predicted', 'p of genre', 'p of predicted',
        'artist or group'],
      rows.slice(0, kMostRows).map(p => [...(anyAudio ? [p.audio
        ? h('button', {type: 'button', class: 'play', aria: {label: `Play ${p.track}`},
          on: {click: () => play(p)}}, '▶') : ''] : []), p.track, genre(p.truth),
      h('span', {class: p.truth === p.predicted ? '' : 'wrong'}, genre(p.predicted)),
      percent(p.p_truth), percent(p.p_predicted), p.cluster]), 'Predictions'));
  }
  draw();
  const search = h('input', {type: 'search', on: {input: () => { state.word = search.value; draw(); }}});
  const parts = [h('div', {class: 'tools'},
    labelled('Show', select([['wrong', 'wrong ones'], ['right', 'right ones'], ['all', 'all']],
      state.which, value => { state.which = value; draw(); })), labelled('Filter', search), count)];
  if (run.predictions.some(p => p.audio)) parts.push(h('div', {class: 'playing'}, player, playing));
  else parts.push(h('p', {class: 'hint'}, 'The sound files of these tracks are not on this machine.'));
  if (run.n_predictions > run.predictions.length)
    parts.push(h('p', {class: 'hint'}, `The first ${run.predictions.length} of ${run.n_predictions}.`));
  return section('Predictions of the test part', ...parts, place);
}

function logPart(run) {
  const place = h('pre', {class: 'log', tabIndex: 0, hidden: true});
  const show = async () => {
    const answer = await fetch(`api/log?id=${run.id}`);
    place.textContent = await answer.text();
    place.hidden = false;
    place.scrollTop = place.scrollHeight;
  };
  return section('Log', h('button', {type: 'button', on: {click: show}}, 'Show what it printed'), place);
}

function results(run) {
  const finals = run.metrics.filter(m => !m.name.includes('/'));
  const recalls = run.metrics.filter(m => m.name.includes('/'));
  const parts = [];
  if (finals.length > 0)
    parts.push(h('dl', {class: 'tiles'}, finals.slice(0, 12).map(m => h('div', {},
      h('dt', {}, `${m.split} ${m.name}`), h('dd', {}, metricText(m.name, m.value))))));
  const rest = [...finals.slice(12), ...recalls];
  if (rest.length > 0)
    parts.push(h('details', {}, h('summary', {}, `All metrics (${run.metrics.length})`),
      table(['part', 'metric', 'value'],
        run.metrics.map(m => [m.split, m.name, m.value]), 'Metrics')));
  return parts.length > 0 ? section('Results', ...parts) : null;
}

export function showRun(main, id) {
  const head = h('div', {class: 'runhead'});
  const charts = h('div', {class: 'charts'});
  const details = h('div');
  const shown = new Map();
  const source = new CurveSource();
  let loaded = '';
  main.append(head, charts, details);

  function drawHead() {
    const i = model.places.get(id);
    if (i === undefined) {
      head.replaceChildren(h('h2', {}, 'No such run'), h('p', {}, 'The store does not have it (any more).'));
      return;
    }
    const worker = workerOfRun(i);
    const left = timeLeft(i);
    const now = epochs(i);
    const facts = [statusMark(worker?.state === 'lost' ? 'lost' : statusOf(i)),
      model.plansOf[i] ? `experiment ${model.plansOf[i]}` : null, `seed ${model.seed[i]}`,
      model.started[i] ? `started ${model.started[i].replace('T', ' ').replace('Z', ' UTC')}` : null,
      model.wall[i] ? duration(model.wall[i]) : null,
      now ? `epoch ${now.done}${now.total ? ` of ${now.total}` : ''}` : null,
      left === null ? null : `about ${duration(left)} left`,
      worker ? `worker ${worker.id} on ${worker.host}` : null].filter(Boolean);
    const mark = h('button', {type: 'button', on: {click: () => { choose([id], !chosen.has(id)); }}},
      chosen.has(id) ? 'Chosen for comparison ✓' : 'Choose for comparison');
    head.replaceChildren(h('h2', {}, 'Run ', h('code', {title: id}, shortId(id))),
      h('p', {class: 'facts'}, facts.flatMap((fact, k) => k ? [' · ', fact] : [fact])), mark);
    if (model.messages[i]) head.append(h('p', {class: 'message'}, model.messages[i]));
  }

  function drawCharts() {
    const i = model.places.get(id);
    if (i === undefined) return;
    const curves = source.curves.get(id) ?? {};
    const kinds = new Map();  // by name of the metric: [[split, curve]]
    for (const [name, curve] of Object.entries(curves)) {
      const [split, ...rest] = name.split('/');
      const kind = rest.join('/');
      if (!kinds.has(kind)) kinds.set(kind, []);
      kinds.get(kind).push([split, curve]);
    }
    for (const [kind, parts] of kinds) {
      if (!shown.has(kind)) {
        const chart = new Chart(kind, kind);
        shown.set(kind, chart);
        charts.append(chart.element);
      }
      shown.get(kind).show(parts.map(([split, [steps, values]]) => ({label: split, steps, values})));
    }
  }

  async function loadDetails() {
    const i = model.places.get(id);
    if (i === undefined) return;
    const state = `${statusOf(i)} ${model.started[i]}`;
    if (state === loaded) return;
    loaded = state;
    const run = await getJson(`api/run?id=${id}`);
    if (run.message && run.message.length > 300)
      head.querySelector('.message')?.replaceChildren(run.message);
    details.replaceChildren(...[results(run), confusionTable(run), predictionList(run),
      run.bad_tracks.length > 0 ? section('Tracks left out', table(['track', 'why'],
        run.bad_tracks.map(b => [b.track, b.message]), 'Tracks left out')) : null,
      section('What was run', pairs('Configuration', run.parameters),
        pairs('What the run found', run.facts), pairs('Environment', run.environment)),
      run.artifacts.length > 0 ? section('Files', table(['file', 'bytes', 'SHA-256'],
        run.artifacts.map(a => [a.name, a.bytes, a.sha256]), 'Files')) : null,
      logPart(run)].filter(Boolean));
  }

  const update = throttled(() => {
    drawHead();
    const i = model.places.get(id);
    if (i === undefined) return;
    loadDetails().then(() => source.update([i])).then(drawCharts).catch(error =>
      details.replaceChildren(h('p', {class: 'error'}, String(error.message ?? error))));
  }, 500);
  const leave = subscribe(update);
  const tick = setInterval(drawHead, 2000);
  update();
  return () => {
    leave();
    clearInterval(tick);
    for (const chart of shown.values()) chart.remove();
  };
}
