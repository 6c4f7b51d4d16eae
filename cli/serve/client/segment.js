// The recurring parts of a song that is dropped on the page. Its bytes go to genrebench serve on this
// machine, which forgets them; it is played from the browser's own copy.
import {h, duration} from './dom.js';
import {colourOf} from './charts.js';

const kHeight = 160;

function drawWave(canvas, song) {
  const scale = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(kHeight * scale);
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  const n = song.minimum.length;
  const x = second => second / song.duration_s * width;
  for (const part of song.segments) {
    pen.fillStyle = `${colourOf(part.cluster - 1)}40`;
    pen.fillRect(x(part.start_s), 0, x(part.end_s) - x(part.start_s), kHeight);
  }
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--text').trim();
  for (let k = 0; k < n; ++k) {
    const top = (1 - song.maximum[k]) / 2 * kHeight, bottom = (1 - song.minimum[k]) / 2 * kHeight;
    pen.fillRect(k / n * width, top, Math.max(0.6, width / n), Math.max(1, bottom - top));
  }
}

const clock = s => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;

function view(song, name, address) {
  const player = h('audio', {controls: true, src: address, class: 'player'});
  const canvas = h('canvas', {class: 'wave', role: 'img', aria: {label: `Waveform of ${name}`}});
  const cursor = h('div', {class: 'cursor'});
  const regions = song.segments.map(part => {
    const button = h('button', {type: 'button', class: 'region',
      title: `cluster ${part.cluster}, ${clock(part.start_s)} to ${clock(part.end_s)}`,
      aria: {label: `Play cluster ${part.cluster} from ${clock(part.start_s)}`},
      on: {click: () => { player.currentTime = part.start_s; player.play().catch(() => {}); }}},
      String(part.cluster));
    button.style.left = `${100 * part.start_s / song.duration_s}%`;
    button.style.width = `${100 * (part.end_s - part.start_s) / song.duration_s}%`;
    button.style.borderTopColor = colourOf(part.cluster - 1);
    return button;
  });
  const wave = h('div', {class: 'wavebox', on: {click: event => {
    if (event.target !== canvas) return;
    player.currentTime = event.offsetX / canvas.clientWidth * song.duration_s;
  }}}, canvas, cursor, h('div', {class: 'regions'}, regions));
  let frame = 0;
  const follow = () => {
    cursor.style.left = `${100 * player.currentTime / song.duration_s}%`;
    if (!player.paused) frame = requestAnimationFrame(follow);
  };
  for (const event of ['play', 'seeked', 'timeupdate']) player.addEventListener(event, () => {
    cancelAnimationFrame(frame);
    follow();
  });
  const resized = new ResizeObserver(() => drawWave(canvas, song));
  resized.observe(canvas);
  const parts = new Map();
  for (const part of song.segments)
    parts.set(part.cluster, (parts.get(part.cluster) ?? 0) + part.end_s - part.start_s);
  return h('section', {}, h('h3', {}, name),
    h('p', {}, `${duration(song.duration_s)}, ${song.clusters} clusters, ${song.segments.length} sections. `,
      `The largest cluster is ${song.largest_cluster}.`),
    wave, player, h('ul', {class: 'legend'}, [...parts].sort((a, b) => a[0] - b[0]).map(([k, s]) => {
      const mark = h('span', {class: 'mark'});
      mark.style.background = colourOf(k - 1);
      return h('li', {}, mark, `cluster ${k}: ${duration(s)}`);
    })));
}

export function showSegment(main) {
  const note = h('p', {class: 'hint', role: 'status'});
  const result = h('div');
  const input = h('input', {type: 'file', accept: 'audio/*', id: 'song',
    on: {change: () => { if (input.files[0]) take(input.files[0]); }}});
  const zone = h('div', {class: 'drop', on: {
    dragover: event => { event.preventDefault(); zone.classList.add('over'); },
    dragleave: () => zone.classList.remove('over'),
    drop: event => {
      event.preventDefault();
      zone.classList.remove('over');
      if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
    }}}, h('label', {for: 'song'}, 'Drop a song here, or choose a file'), input);
  let address = '';
  main.append(h('h2', {}, 'Segment a song'),
    h('p', {class: 'hint'}, 'Cuts a song into its recurring parts, as genrebench segment does. The file is not kept.'),
    zone, note, result);

  async function take(file) {
    note.textContent = `Segmenting ${file.name} …`;
    result.replaceChildren();
    try {
      const answer = await fetch('api/segment', {method: 'POST', body: file,
        headers: {'Content-Type': 'application/octet-stream'}});
      if (!answer.ok) throw new Error((await answer.text()).trim());
      const song = await answer.json();
      if (address) URL.revokeObjectURL(address);
      address = URL.createObjectURL(file);
      note.textContent = '';
      result.replaceChildren(view(song, file.name, address));
    } catch (error) {
      note.textContent = String(error.message ?? error);
    }
  }

  return () => { if (address) URL.revokeObjectURL(address); };
}
