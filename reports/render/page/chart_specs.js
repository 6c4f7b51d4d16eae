// What each kind of chart looks like, as a specification for Vega, from the data that
// reports/charts/chart_data.hpp describes.
//
// genrebenchSpecs.KIND(data, look, width) gives
//   spec    for vega.parse; its signals xd and yd are the shown parts of the axes, `hidden` is the
//           list of series that are switched off, `playing` (waveforms) a time in seconds or null
//   x, y    the whole axes {low, high, log}; null where one cannot zoom
//   series  for the legend: [{name, colour, shape, dashed}]; empty: no legend
//   table   {columns, rows}: every value that is drawn
//   points  what the pointer finds when it is near: [{x, y, i, s}], s being the place of the series;
//           missing where areas have tooltips instead
//   whole_y the whole y axis where one cannot zoom into it
//   tip     tip(i): what is said under the pointer, for a point or tooltip i, counted from 1
//   canvas  true: too many items for SVG elements
var genrebenchSpecs = (function () {
  'use strict';
  const kShapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross',
    'triangle-right', 'triangle-left'];

  function finite(values) {
    return values.filter((value) => typeof value === 'number' && isFinite(value));
  }

  function padded(values, part) {
    const known = finite(values);
    let low = Math.min(...known), high = Math.max(...known);
    if (!known.length) [low, high] = [0, 1];
    const pad = high > low ? part * (high - low) : low === 0 ? 0.5 : Math.abs(low) / 2;
    return {low: low - pad, high: high + pad, log: false};
  }

  function text(value) {
    if (value === null || value === undefined) return '–';
    return typeof value === 'number' ? String(Number(value.toPrecision(5))) : String(value);
  }

  /// Black lines on a dark page would not be seen.
  function visible(colour, look) {
    const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const light = (0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2]) / 255;
    return look.dark && light < 0.3 ? (light < 0.1 ? '#e8e8e8' : mixed(parts)) : colour;
  }

  function mixed(parts) {
    return '#' + parts.map((part) => Math.round((part + 255) / 2).toString(16).padStart(2, '0'))
      .join('');
  }

  function base(width, height, x, y, look) {
    return {
      width: width, height: height, padding: 4, autosize: {type: 'pad'}, background: look.back,
      signals: [
        {name: 'xd', value: [x.low, x.high]}, {name: 'yd', value: [y.low, y.high]},
        {name: 'hidden', value: []}, {name: 'playing', value: null},
      ],
      scales: [
        {name: 'x', type: x.log ? 'log' : 'linear', domain: {signal: 'xd'}, range: 'width',
          zero: false},
        {name: 'y', type: 'linear', domain: {signal: 'yd'}, range: y.down ? [0, {signal: 'height'}]
          : 'height', zero: false},
      ],
      config: {
        axis: {labelColor: look.ink, titleColor: look.ink, domainColor: look.soft,
          tickColor: look.soft, gridColor: look.grid, labelFont: look.font, titleFont: look.font,
          labelFontSize: 12, labelPadding: 4, titleFontSize: 13, titleFontWeight: 'normal', labelLimit: 190},
        legend: {labelColor: look.ink, titleColor: look.ink, labelFont: look.font,
          titleFont: look.font, titleFontWeight: 'normal', titleFontSize: 12, labelFontSize: 12,
          titleLimit: 260},
        text: {font: look.font, fill: look.ink},
      },
    };
  }

  function plot(marks, more) {
    return Object.assign({
      type: 'group', clip: true, interactive: true,
      encode: {update: {width: {signal: 'width'}, height: {signal: 'height'},
        fill: {value: 'transparent'}}},
      marks: marks,
    }, more || {});
  }

  /// An axis with names at whole numbers from `first` on.
  function named(orient, scale, names, first, room, more) {
    const widest = Math.max(...names.map((name) => name.length));
    const slant = orient === 'bottom' && widest * 7.5 * names.length > room;
    return Object.assign({
      orient: orient, scale: scale, ticks: false, domain: false,
      values: names.map((name, i) => i + first),
      encode: {labels: {update: Object.assign(
        {text: {signal: JSON.stringify(names) + '[round(datum.value - ' + first + ')]'}},
        slant ? {angle: {value: -40}, align: {value: 'right'}, baseline: {value: 'middle'}} : {})}},
    }, more || {});
  }

  function line(data, look, width) {
    const categories = data.categories.length > 0;
    const xs = data.series.flatMap((s) => s.x), ys = data.series.flatMap(
      (s) => s.y.concat(s.low, s.high));
    let x = padded(data.log_x ? finite(xs).map(Math.log) : xs, 0.04);
    if (data.log_x) x = {low: Math.exp(x.low), high: Math.exp(x.high), log: true};
    if (categories) x = {low: -0.5, high: data.categories.length - 0.5, log: false};
    const y = padded(ys, 0.06);
    const bars = data.series.some((s) => s.low.length) && !data.band && data.side_by_side;
    const rows = [], table = [];
    data.series.forEach((s, k) => {
      const shift = bars ? 0.012 * (k - (data.series.length - 1) / 2) : 0;
      s.x.forEach((at, i) => {
        if (at === null || s.y[i] === null) return;
        const low = s.low.length ? s.low[i] : null, high = s.high.length ? s.high[i] : null;
        const moved = data.log_x ? at * Math.pow(x.high / x.low, shift)
          : at + shift * (x.high - x.low);
        rows.push({s: k, x: moved, y: s.y[i], low: low, high: high, i: rows.length + 1,
          colour: visible(s.colour, look), shape: kShapes[k % kShapes.length],
          dash: s.dashed ? [7, 4] : [1, 0], width: s.line ? 2 : 0, size: s.markers ? 55 : 0});
        table.push([s.name, categories ? data.categories[Math.round(at)] : at, s.y[i], low, high]);
      });
    });
    const spec = base(width, 300, x, y, look);
    spec.data = [
      {name: 'rows', values: rows},
      {name: 'shown', source: 'rows',
        transform: [{type: 'filter', expr: 'indexof(hidden, datum.s) < 0'}]},
      {name: 'ranges', source: 'shown',
        transform: [{type: 'filter', expr: 'isValid(datum.low) && isValid(datum.high)'}]},
    ];
    spec.axes = [
      categories ? named('bottom', 'x', data.categories, 0, width, {title: data.x})
        : {orient: 'bottom', scale: 'x', title: data.x, tickCount: 7, labelOverlap: true},
      {orient: 'left', scale: 'y', title: data.y, grid: true, tickCount: 6},
    ];
    const at = {x: {scale: 'x', field: 'x'}, y: {scale: 'y', field: 'y'}};
    const colour = {field: 'colour'};
    const interval = data.band
      ? {type: 'group', from: {facet: {name: 'band', data: 'ranges', groupby: 's'}}, marks: [{
        type: 'area', from: {data: 'band'}, interactive: false, encode: {update: {
          x: at.x, y: {scale: 'y', field: 'low'}, y2: {scale: 'y', field: 'high'}, fill: colour,
          fillOpacity: {value: 0.22}}}}]}
      : {type: 'group', marks: [
        {type: 'rule', from: {data: 'ranges'}, interactive: false, encode: {update: {
          x: at.x, y: {scale: 'y', field: 'low'}, y2: {scale: 'y', field: 'high'},
          stroke: colour, strokeWidth: {value: 1.5}}}}].concat(['low', 'high'].map((end) => (
        {type: 'rule', from: {data: 'ranges'}, interactive: false, encode: {update: {
          x: {scale: 'x', field: 'x', offset: -4}, x2: {scale: 'x', field: 'x', offset: 4},
          y: {scale: 'y', field: end}, stroke: colour, strokeWidth: {value: 1.5}}}})))};
    spec.marks = [plot([
      interval,
      {type: 'group', from: {facet: {name: 'one', data: 'shown', groupby: 's'}}, marks: [
        {type: 'line', from: {data: 'one'}, interactive: false, encode: {update: Object.assign({
          stroke: colour, strokeWidth: {field: 'width'}, strokeDash: {field: 'dash'}}, at)}}]},
      {type: 'symbol', from: {data: 'shown'}, interactive: false, encode: {update: Object.assign({
        fill: colour, size: {field: 'size'}, shape: {field: 'shape'}}, at)}},
    ])];
    const named_series = data.series.filter((s) => s.name);
    return {
      spec: spec, x: x, y: y, canvas: rows.length > 4000, points: rows,
      series: named_series.length > 1 ? data.series.map((s, k) => ({name: s.name, place: k,
        colour: visible(s.colour, look), shape: kShapes[k % kShapes.length], dashed: s.dashed,
        line: s.line})).filter((s) => s.name) : [],
      table: {columns: ['series', data.x || 'x', data.y || 'y', 'low', 'high'], rows: table},
      tip: (i) => {
        const row = table[i - 1];
        return (row[0] ? row[0] + '\n' : '') + (data.x || 'x') + ': ' + text(row[1]) + '\n'
          + (data.y || 'y') + ': ' + text(row[2])
          + (row[3] !== null && row[4] !== null
            ? '\ninterval: ' + text(row[3]) + ' to ' + text(row[4]) : '');
      },
    };
  }

  function heat(data, look, width) {
    const n_rows = data.values.length, n_columns = data.values[0].length;
    const x = {low: data.x.low, high: data.x.high}, y = {low: data.y.low, high: data.y.high,
      down: !data.bottom};
    const dx = (x.high - x.low) / n_columns, dy = (y.high - y.low) / n_rows;
    const cells = [], table = [];
    const name = (axis, index, low) => axis.names.length ? axis.names[index] : low;
    data.values.forEach((row, r) => row.forEach((value, c) => {
      const count = data.counts.length ? data.counts[r][c] : null;
      cells.push({x: x.low + c * dx, x2: x.low + (c + 1) * dx, y: y.low + r * dy,
        y2: y.low + (r + 1) * dy, v: value, n: count || '', i: cells.length + 1,
        bright: value > data.low + 0.55 * (data.high - data.low)});
      table.push([name(data.y, r, y.low + r * dy), name(data.x, c, x.low + c * dx), value]
        .concat(count === null ? [] : [count]));
    }));
    const side = Math.min(width, 480);
    const spec = base(side, n_rows === n_columns ? side : 260, x, y, look);
    spec.data = [{name: 'cells', values: cells}];
    spec.scales.push({name: 'c', type: 'linear', domain: [data.low, data.high], zero: false,
      range: {scheme: 'viridis'}, clamp: true});
    spec.axes = [
      data.x.names.length ? named('bottom', 'x', data.x.names, 0.5, side, {title: data.x.label})
        : {orient: 'bottom', scale: 'x', title: data.x.label, tickCount: 6},
      data.y.names.length ? named('left', 'y', data.y.names, 0.5, side, {title: data.y.label})
        : {orient: 'left', scale: 'y', title: data.y.label, tickCount: 6},
    ];
    spec.legends = [{fill: 'c', title: data.colour, type: 'gradient', gradientLength: 160,
      direction: 'horizontal', orient: 'top', tickCount: 5}];
    const marks = [{type: 'rect', from: {data: 'cells'}, encode: {update: {
      x: {scale: 'x', field: 'x'}, y: {scale: 'y', field: 'y'}, tooltip: {field: 'i'},
      // Half a pixel more than the cell, so that no seam shows between two.
      x2: {scale: 'x', field: 'x2', offset: 0.5},
      y2: {scale: 'y', field: 'y2', offset: data.bottom ? -0.5 : 0.5},
      fill: [{test: '!isValid(datum.v)', value: '#bdbdbd'}, {scale: 'c', field: 'v'}]}}}];
    if (data.counts.length && n_columns <= 24)
      marks.push({type: 'text', from: {data: 'cells'}, interactive: false, encode: {update: {
        x: {scale: 'x', signal: '(datum.x + datum.x2) / 2'},
        y: {scale: 'y', signal: '(datum.y + datum.y2) / 2'}, text: {field: 'n'},
        align: {value: 'center'}, baseline: {value: 'middle'}, fontSize: {value: 12},
        fill: [{test: 'datum.bright', value: '#111'}, {value: '#fff'}]}}});
    spec.marks = [plot(marks)];
    const columns = [data.y.label || 'row', data.x.label || 'column', data.colour || 'value']
      .concat(data.counts.length ? ['count'] : []);
    return {
      spec: spec, x: x, y: y, series: [], canvas: cells.length > 900,
      table: {columns: columns, rows: table},
      tip: (i) => columns.map((column, c) => column + ': ' + text(table[i - 1][c])).join('\n'),
    };
  }

  function section_at(sections, time) {
    return sections.findIndex((section) => time >= section.start && time < section.end);
  }

  function waveform(data, look, width) {
    const n = data.low.length, step = data.duration / n;
    const loudest = Math.max(1e-9, ...finite(data.low.concat(data.high)).map(Math.abs)) * 1.05;
    const x = {low: 0, high: data.duration}, y = {low: -loudest, high: loudest};
    const columns = [];
    let piece = -1, last = null;
    for (let c = 0; c < n; ++c) {
      const section = section_at(data.sections, (c + 0.5) * step);
      const colour = section >= 0 ? data.sections[section].colour
        : data.sections.length ? '#8a8a8a' : '#0072b2';
      if (section !== last) {
        if (columns.length) columns.push(Object.assign({}, columns[columns.length - 1],
          {t: c * step}));
        ++piece;
        last = section;
        columns.push({p: piece, t: c * step, lo: data.low[c], hi: data.high[c],
          colour: visible(colour, look)});
      }
      columns.push({p: piece, t: (c + 0.5) * step, lo: data.low[c], hi: data.high[c],
        colour: visible(colour, look)});
    }
    const regions = data.sections.length ? data.sections
      : [{start: 0, end: data.duration, cluster: null}];
    const table = regions.map((section, i) => [i + 1, section.start, section.end,
      section.cluster]);
    const spec = base(width, 150, x, y, look);
    spec.data = [
      {name: 'columns', values: columns},
      {name: 'regions', values: regions.map((section, i) => ({start: section.start,
        end: section.end, i: i + 1}))},
    ];
    spec.axes = [{orient: 'bottom', scale: 'x', title: 'Time (s)', tickCount: 9},
      {orient: 'left', scale: 'y', title: 'Amplitude', tickCount: 3}];
    spec.marks = [plot([
      {type: 'group', interactive: false, from: {facet: {name: 'piece', data: 'columns',
        groupby: 'p'}}, marks: [{
        type: 'area', from: {data: 'piece'}, interactive: false, encode: {update: {
          x: {scale: 'x', field: 't'}, y: {scale: 'y', field: 'lo'}, y2: {scale: 'y', field: 'hi'},
          fill: {field: 'colour'}, stroke: {field: 'colour'}, strokeWidth: {value: 0.5}}}}]},
      {type: 'rect', from: {data: 'regions'}, name: 'regions', encode: {
        update: {x: {scale: 'x', field: 'start'}, x2: {scale: 'x', field: 'end'},
          y: {value: 0}, y2: {signal: 'height'}, fill: {value: look.ink}, fillOpacity: {value: 0},
          tooltip: {field: 'i'}, cursor: {value: 'pointer'}},
        hover: {fillOpacity: {value: 0.08}}}},
      {type: 'rule', interactive: false, encode: {update: {
        x: {scale: 'x', signal: 'isValid(playing) ? playing : 0'}, y: {value: 0},
        y2: {signal: 'height'}, stroke: {value: look.ink}, strokeWidth: {value: 2},
        opacity: {signal: 'isValid(playing) ? 1 : 0'}}}},
    ])];
    return {
      spec: spec, x: x, y: null, series: [], canvas: false, sections: data.sections,
      duration: data.duration,
      table: data.sections.length
        ? {columns: ['section', 'start (s)', 'end (s)', 'cluster'], rows: table}
        : {columns: ['time (s)', 'low', 'high'],
          rows: data.low.map((low, c) => [Number((c * step).toFixed(3)), low, data.high[c]])},
      tip: (i) => data.sections.length ? 'section ' + i + ', cluster ' + regions[i - 1].cluster
        + '\n' + text(regions[i - 1].start) + ' s to ' + text(regions[i - 1].end) + ' s'
        : 'whole track, ' + text(data.duration) + ' s',
    };
  }

  function graph(data, look, width) {
    const points = data.points.map((point, i) => ({x: point[0], y: point[1], i: i + 1,
      s: data.clusters[i], colour: visible(data.colours[i], look)}))
      .filter((point) => point.x !== null && point.y !== null);
    const height = 400;
    const x = padded(points.map((point) => point.x), 0.05);
    const y = padded(points.map((point) => point.y), 0.05);
    // One scale for both axes: distances are what the picture shows.
    const scale = Math.max((x.high - x.low) / width, (y.high - y.low) / height);
    for (const [axis, room] of [[x, width], [y, height]]) {
      const middle = (axis.low + axis.high) / 2;
      axis.low = middle - scale * room / 2;
      axis.high = middle + scale * room / 2;
    }
    const spec = base(width, height, x, y, look);
    spec.data = [
      {name: 'points', values: points},
      {name: 'shown', source: 'points',
        transform: [{type: 'filter', expr: 'indexof(hidden, datum.s) < 0'}]},
    ];
    spec.axes = [{orient: 'bottom', scale: 'x', title: data.x, tickCount: 6},
      {orient: 'left', scale: 'y', title: data.y, tickCount: 6}];
    const at = {x: {scale: 'x', field: 'x'}, y: {scale: 'y', field: 'y'}};
    spec.marks = [plot([
      {type: 'line', from: {data: 'points'}, interactive: false, encode: {update: Object.assign(
        {stroke: {value: '#a0a0a0'}, strokeWidth: {value: 0.6}}, at)}},
      {type: 'symbol', from: {data: 'shown'}, encode: {update: Object.assign({
        fill: {field: 'colour'}, size: {value: points.length <= 200 ? 110 : 50}}, at)}},
    ])];
    const clusters = [...new Set(data.clusters)].sort((a, b) => a - b);
    return {
      spec: spec, x: x, y: y, canvas: points.length > 2000, points: points,
      series: clusters.length > 1 ? clusters.map((cluster) => ({name: 'cluster ' + cluster,
        place: cluster, shape: 'circle', line: false,
        colour: visible(data.colours[data.clusters.indexOf(cluster)], look)})) : [],
      table: {columns: ['window', 'cluster', data.x || 'x', data.y || 'y'],
        rows: data.points.map((point, i) => [i + 1, data.clusters[i], point[0], point[1]])},
      tip: (i) => 'window ' + i + ', cluster ' + data.clusters[i - 1],
    };
  }

  function rank(data, look, width) {
    const methods = data.methods.slice().sort((a, b) => a.rank - b.rank);
    const n = methods.length, height = 26 * n;
    const x = {low: 0.8, high: n + 0.2}, y = {low: -0.5, high: n - 0.5, down: true};
    const room = 10 * data.bars.length + 12;
    const bars = data.bars.map((bar, k) => {
      const inside = methods.map((m, i) => i).filter((i) => methods[i].rank >= bar.low - 1e-9
        && methods[i].rank <= bar.high + 1e-9);
      return {k: k, from: Math.min(...inside) - 0.25, to: Math.max(...inside) + 0.25};
    });
    const spec = base(width - 190 - room, height, x, y, look);
    const points = methods.map((m, i) => ({y: i, x: m.rank, i: i + 1}));
    spec.data = [
      {name: 'methods', values: points},
      {name: 'bars', values: bars},
    ];
    spec.axes = [{orient: 'bottom', scale: 'x', title: 'mean rank (1 is best)', grid: true},
      named('left', 'y', methods.map((m) => m.name), 0, 0)];
    spec.marks = [
      plot([{type: 'symbol', from: {data: 'methods'}, encode: {update: {
        x: {scale: 'x', field: 'x'}, y: {scale: 'y', field: 'y'}, size: {value: 120},
        fill: {value: visible('#0072b2', look)}}}}], {clip: false}),
      {type: 'rule', from: {data: 'bars'}, encode: {update: {
        x: {signal: 'width + 14 + 10 * datum.k'}, y: {scale: 'y', field: 'from'},
        y2: {scale: 'y', field: 'to'}, stroke: {value: visible('#d55e00', look)},
        strokeWidth: {value: 5}}}},
    ];
    return {
      spec: spec, x: x, y: null, series: [], canvas: false, points: points, whole_y: y,
      table: {columns: ['method', 'mean rank'], rows: methods.map((m) => [m.name, m.rank])},
      tip: (i) => methods[i - 1].name + '\nmean rank: ' + text(methods[i - 1].rank),
    };
  }

  function forest(data, look, width) {
    const n = data.rows.length;
    const values = data.rows.flatMap((row) => [row.value, row.low, row.high]);
    const x = padded(values.concat([0, data.region, -data.region]), 0.05);
    const y = {low: -0.5, high: n - 0.5, down: true};
    const rows = data.rows.map((row, i) => Object.assign({}, row, {x: row.value, y: i, i: i + 1,
      size: 40 + 160 * (row.weight || 0), shape: row.kind === 'combined' ? 'diamond' : 'square',
      colour: visible(row.kind === 'combined' ? '#d55e00' : '#0072b2', look)}));
    const known = rows.filter((row) => row.kind !== 'heading' && row.value !== null);
    const inner = Math.max(160, width - 360);
    const spec = base(inner, 24 * n, x, y, look);
    spec.data = [{name: 'rows', values: known},
      {name: 'ranges', values: known.filter((row) => row.low !== null && row.high !== null)}];
    const bold = {fontWeight: {signal: JSON.stringify(data.rows.map((row) =>
      row.kind === 'heading' ? 'bold' : 'normal')) + '[round(datum.value)]'}};
    const names = named('left', 'y', data.rows.map((row) => row.name), 0, 0);
    Object.assign(names.encode.labels.update, bold);
    spec.axes = [{orient: 'bottom', scale: 'x', title: data.x, tickCount: 5}, names,
      named('right', 'y', data.rows.map((row) => row.text), 0, 0)];
    const at = {y: {scale: 'y', field: 'y'}};
    spec.marks = [plot([
      {type: 'rect', interactive: false, encode: {update: {
        x: {scale: 'x', value: -data.region}, x2: {scale: 'x', value: data.region}, y: {value: 0},
        y2: {signal: 'height'}, fill: {value: look.grid}}}},
      {type: 'rule', interactive: false, encode: {update: {x: {scale: 'x', value: 0}, y: {value: 0},
        y2: {signal: 'height'}, stroke: {value: look.soft}}}},
      {type: 'rule', from: {data: 'ranges'}, interactive: false, encode: {update: Object.assign({
        x: {scale: 'x', field: 'low'}, x2: {scale: 'x', field: 'high'}, stroke: {field: 'colour'},
        strokeWidth: {value: 2}}, at)}},
      {type: 'symbol', from: {data: 'rows'}, encode: {update: Object.assign({
        x: {scale: 'x', field: 'value'}, size: {field: 'size'}, shape: {field: 'shape'},
        fill: {field: 'colour'}}, at)}},
    ])];
    return {
      spec: spec, x: x, y: null, series: [], canvas: false, points: known, whole_y: y,
      table: {columns: ['effect', 'value', 'low', 'high', 'weight'],
        rows: data.rows.filter((row) => row.kind !== 'heading').map((row) =>
          [row.name, row.value, row.low, row.high, row.weight])},
      tip: (i) => {
        const row = data.rows[i - 1];
        return row.name + '\n' + text(row.value) + (row.low === null ? '' : ' (' + text(row.low)
          + ' to ' + text(row.high) + ')');
      },
    };
  }

  return {line: line, heat: heat, waveform: waveform, graph: graph, rank: rank, forest: forest};
})();
