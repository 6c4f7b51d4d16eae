// Reports, made from the store as it is at the moment.
import {h, getJson, labelled} from './dom.js';

export function showReports(main) {
  const note = h('p', {class: 'hint', role: 'status'}, 'Loading …');
  const tools = h('div', {class: 'tools'});
  // Scripts in it do not run and it reaches nothing: see the policy that it is sent with.
  const frame = h('iframe', {class: 'report', title: 'Report', hidden: true});
  frame.setAttribute('sandbox', '');
  main.append(h('h2', {}, 'Reports'), tools, note, frame);
  let gone = false;
  getJson('api/reports').then(({reports, experiments}) => {
    if (gone) return;
    const which = h('select', {}, reports.map(r => h('option', {value: r.name}, r.name)));
    const of = h('select', {}, h('option', {value: ''}, 'the whole store'),
      experiments.map(e => h('option', {value: e.name}, `${e.name} (${e.runs} runs)`)));
    if (reports.some(r => r.name === 'summary')) which.value = 'summary';
    const describe = () => {
      note.textContent = reports.find(r => r.name === which.value)?.summary ?? '';
    };
    which.addEventListener('change', describe);
    const make = h('button', {type: 'button', class: 'main', on: {click: () => {
      note.textContent = 'Making the report …';
      make.disabled = true;
      frame.hidden = false;
      frame.src = `api/report?name=${encodeURIComponent(which.value)}${of.value
        ? `&experiment=${encodeURIComponent(of.value)}` : ''}`;
    }}}, 'Make the report');
    frame.addEventListener('load', () => {
      make.disabled = false;
      describe();
    });
    tools.append(labelled('Report', which), labelled('Of', of), make);
    describe();
  }).catch(error => { note.textContent = String(error.message ?? error); });
  return () => { gone = true; };
}
