// Brings a page to life: tables, charts, sound, the switch between light and dark, and the place in
// the contents. Without it the page shows everything as still text and pictures.
(function () {
  'use strict';
  const element = genrebenchCharts.element, button = genrebenchCharts.button;
  document.body.classList.add('scripts');

  function download(name, type, content) {
    const url = URL.createObjectURL(content instanceof Blob ? content
      : new Blob([content], {type: type + ';charset=utf-8'}));
    const link = element('a', {href: url, download: name});
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  const bubble = element('div', {className: 'tip', hidden: true});
  bubble.setAttribute('role', 'tooltip');
  document.body.append(bubble);
  function tip(text, event) {
    bubble.hidden = !text;
    if (!text) return;
    bubble.textContent = text;
    const box = bubble.getBoundingClientRect();
    const left = event.clientX + 14, top = event.clientY + 14;
    bubble.style.left = Math.max(4, Math.min(left, innerWidth - box.width - 8)) + 'px';
    bubble.style.top = (top + box.height > innerHeight ? event.clientY - box.height - 10 : top)
      + 'px';
  }

  const tools = {download: download, tip: tip, csv: genrebenchTables.csv,
    table: genrebenchTables.make};
  const charts = [];
  function start_table(section) { genrebenchTables.enhance(section, tools); }
  function start_figure(figure) {
    const chart = genrebenchCharts.mount(figure, tools);
    if (!chart) return;
    charts.push(chart);
    const sound = figure.querySelector('.sound');
    if (sound) add_regions(chart, sound);
  }
  // What is folded is read and starts when it is opened: a page may have hundreds of figures.
  // Until then it is text within noscript.
  const later = new Set(document.querySelectorAll('details > noscript'));
  function read(text) {
    if (!later.delete(text)) return;
    const parsed = element('template', {innerHTML: text.textContent});
    text.replaceWith(parsed.content);
  }
  const starts = (part) => {
    part.querySelectorAll('section.table').forEach(start_table);
    part.querySelectorAll('figure').forEach(start_figure);
  };
  starts(document);
  document.addEventListener('toggle', (event) => {
    const fold = event.target, text = fold.querySelector(':scope > noscript');
    if (text) read(text);
    if (!fold.open || !fold.classList.contains('more') || fold.dataset.started) return;
    fold.dataset.started = 'true';
    starts(fold);
  }, true);

  /// Reads the rest while nothing else happens, so that a search within the page finds it.
  function read_rest(deadline) {
    for (const text of later) {
      read(text);
      if (deadline.timeRemaining() < 5) break;
    }
    if (later.size) idle(read_rest);
    else document.body.dataset.whole = 'true';
  }
  const idle = window.requestIdleCallback
    || ((work) => setTimeout(() => work({timeRemaining: () => 0}), 20));

  // Sound: sections play where they are clicked, and a line moves through the waveform.

  function clock(seconds) {
    const whole = Math.floor(seconds);
    return Math.floor(whole / 60) + ':' + String(whole % 60).padStart(2, '0');
  }

  function add_regions(chart, sound) {
    const player = sound.querySelector('audio'), offset = Number(sound.dataset.start) || 0;
    const sections = chart.data.sections || [];
    const state = element('p', {className: 'state'});
    state.setAttribute('role', 'status');
    let stop_at = null;
    const play = (from, to) => {
      stop_at = to;
      player.currentTime = offset + from;
      const started = player.play();
      if (started) started.catch((error) => {
        if (error.name !== 'AbortError')
          state.textContent = 'The sound file cannot be played: it is not at '
            + decodeURIComponent(player.src.replace('file://', '')) + ', or not of a kind that '
            + 'this browser knows.';
      });
    };
    const longest = {};
    sections.forEach((section) => {
      longest[section.cluster] = (longest[section.cluster] || 0) + section.end - section.start;
    });
    const largest = Object.keys(longest).sort((a, b) => longest[b] - longest[a])[0];
    const keys = sections.map((section, i) => {
      const key = button(clock(section.start) + '–' + clock(section.end) + ' cluster '
        + section.cluster, () => { queue = []; play(section.start, section.end); },
      clock(section.start) + '–' + clock(section.end) + ' cluster ' + section.cluster
        + ', play section ' + (i + 1));
      key.style.setProperty('--region', section.colour);
      return key;
    });
    let queue = [];
    if (keys.length) {
      const group = element('div', {className: 'regions'}, keys);
      group.setAttribute('role', 'group');
      group.setAttribute('aria-label', 'Sections');
      const all = button('Play the largest cluster (' + largest + ')', () => {
        queue = sections.filter((section) => String(section.cluster) === largest);
        const first = queue.shift();
        play(first.start, first.end);
      });
      sound.append(element('div', {className: 'tools'}, [all]), group);
    }
    sound.append(state);
    chart.on_region = (i, time) => {
      queue = [];
      const section = sections[i];
      play(time, section ? section.end : null);
    };
    const follow = () => {
      const time = player.currentTime - offset;
      if (stop_at !== null && time >= stop_at) {
        const next = queue.shift();
        if (next) play(next.start, next.end);
        else { player.pause(); stop_at = null; }
      }
      chart.set_cursor(time);
      keys.forEach((key, i) => key.setAttribute('aria-current',
        String(time >= sections[i].start && time < sections[i].end)));
      if (!player.paused) requestAnimationFrame(follow);
    };
    player.addEventListener('play', () => requestAnimationFrame(follow));
    player.addEventListener('seeked', follow);
  }

  // Light and dark: as the system says, unless the reader chose.

  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const is_dark = () => (root.dataset.mode || (system.matches ? 'dark' : 'light')) === 'dark';
  const redraw = () => charts.forEach((chart) => chart.made && chart.draw());
  const mode = button('', () => {
    root.dataset.mode = is_dark() ? 'light' : 'dark';
    try { localStorage.setItem('genrebench-mode', root.dataset.mode); } catch (e) { /* a file */ }
    name_mode();
    redraw();
  });
  mode.className = 'mode';
  function name_mode() { mode.textContent = is_dark() ? 'Light mode' : 'Dark mode'; }
  try {
    const kept = localStorage.getItem('genrebench-mode');
    if (kept === 'dark' || kept === 'light') root.dataset.mode = kept;
  } catch (e) { /* not kept from files */ }
  name_mode();
  const header = document.querySelector('header');
  if (header) header.append(mode);
  system.addEventListener('change', () => { name_mode(); redraw(); });

  // The section that is read is marked in the contents.

  const links = new Map([...document.querySelectorAll('#contents a')].map((link) =>
    [link.hash.slice(1), link]));
  const sections = [...document.querySelectorAll('section.part')];
  const read_now = new Set();
  const parts = new IntersectionObserver((entries) => {
    entries.forEach((entry) =>
      read_now[entry.isIntersecting ? 'add' : 'delete'](entry.target));
    const current = sections.filter((section) => read_now.has(section)).pop()
      || (scrollY < innerHeight ? sections[0] : null);  // above the first one
    if (!current) return;
    links.forEach((link) => link.removeAttribute('aria-current'));
    const link = links.get(current.id);
    if (link) link.setAttribute('aria-current', 'true');
  }, {rootMargin: '0px 0px -80% 0px'});
  sections.forEach((section) => parts.observe(section));

  // The details of a run open where a link leads to them, and what is folded around a target.

  function open_target() {
    const id = location.hash.slice(1);
    if (!id) return;
    if (!document.getElementById(id)) for (const text of later) read(text);
    const target = document.getElementById(id);
    const fold = target && target.closest('details');
    if (!fold) return;
    fold.open = true;
    target.scrollIntoView();
  }
  addEventListener('hashchange', open_target);
  open_target();
  addEventListener('load', () => idle(read_rest));
})();
