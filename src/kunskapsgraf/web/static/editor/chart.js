// A bar chart of a result: a table whose last column is a bar, so that it reads as well as it shows.
const MOST_BARS = 50;
const NUMBERS = /#(integer|decimal|double|float|int|long|short|nonNegativeInteger|positiveInteger)$/;

export function chart({ texts, words, learn, element }) {
  const isNumber = term => term?.datatype !== undefined && NUMBERS.test(term.datatype);

  return class Chart {
    label = texts.chart;
    priority = 1;
    chosen = {};

    constructor(yasr) {
      this.yasr = yasr;
    }

    initialize() {
      return learn(this.yasr.results?.getBindings() ?? []);
    }

    // A column is of numbers when every row that has a value there has a number.
    columns() {
      const rows = this.yasr.results?.getBindings() ?? [];
      const names = this.yasr.results?.getVariables() ?? [];
      const numbers = names.filter(name => rows.some(row => row[name]) && rows.every(row => !row[name] || isNumber(row[name])));
      return { rows, numbers, others: names.filter(name => !numbers.includes(name)) };
    }

    canHandleResults() {
      const { numbers, others } = this.columns();
      return numbers.length > 0 && others.length > 0;
    }

    draw() {
      const { rows, numbers, others } = this.columns();
      const value = numbers.includes(this.chosen.value) ? this.chosen.value : numbers[0];
      const name = others.includes(this.chosen.name) ? this.chosen.name : others[0];
      const shown = rows.filter(row => row[value]).slice(0, MOST_BARS);
      const most = Math.max(...shown.map(row => Math.abs(Number(row[value].value))), 0) || 1;
      const bars = shown.map(row => {
        const number = Number(row[value].value);
        const bar = element('div', { className: number < 0 ? 'bar negative' : 'bar' });
        bar.style.width = `${(100 * Math.abs(number)) / most}%`;
        const heading = element('th', { scope: 'row', textContent: row[name] ? words(row[name]) : '–' });
        const figure = element('td', { className: 'number', textContent: number.toLocaleString(document.documentElement.lang) });
        const cell = element('td', { className: 'bars' }, bar);
        cell.setAttribute('aria-hidden', 'true');
        return element('tr', {}, heading, figure, cell);
      });
      const choose = (key, columns, current) => {
        if (columns.length < 2) return '';
        const select = element('select', {}, ...columns.map(column => new Option(column, column, false, column === current)));
        select.addEventListener('change', () => {
          this.chosen[key] = select.value;
          this.yasr.draw();
        });
        return element('label', {}, key === 'name' ? texts.bars : texts.values, select);
      };
      const head = element(
        'tr',
        {},
        element('th', { scope: 'col', textContent: name }),
        element('th', { scope: 'col', className: 'number', textContent: value }),
        element('td', { className: 'bars' }),
      );
      const table = element('table', { className: 'chart' }, element('thead', {}, head), element('tbody', {}, ...bars));
      table.setAttribute('aria-label', texts.chart);
      this.yasr.resultsEl.append(element('div', { className: 'chart-columns' }, choose('name', others, name), choose('value', numbers, value)));
      this.yasr.resultsEl.append(table);
      const left = rows.length - shown.length;
      if (left > 0) this.yasr.resultsEl.append(element('p', { className: 'muted', textContent: texts.barsLeft.replace('{n}', left) }));
    }
  };
}
