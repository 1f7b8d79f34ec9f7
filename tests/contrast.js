// Gives the texts whose contrast to what is behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3), each once.
const parts = colour => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const luminance = ([r, g, b]) => [r, g, b]
  .map(c => c / 255)
  .map(c => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const background = element => {
  for (let e = element; e; e = e.parentElement) {
    const found = parts(getComputedStyle(e).backgroundColor);
    if (found[3] === 255) return found;
  }
  return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
};
const found = new Map();
for (const element of document.body.querySelectorAll('*')) {
  const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !element.checkVisibility() || element.closest('.skip')) continue;
  const [light, dark] = [luminance(parts(getComputedStyle(element).color)), luminance(background(element))].sort((a, b) => b - a);
  const ratio = (light + 0.05) / (dark + 0.05);
  const key = `${element.tagName}.${element.className}`;
  if (ratio < 4.5 && !found.has(key)) found.set(key, `${key} ${ratio.toFixed(2)} ${element.textContent.trim().slice(0, 40)}`);
}
return [...found.values()];
