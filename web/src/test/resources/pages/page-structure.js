// What kinds of elements the page is made of: pages that agree in it are alike to axe.
() => {
  const kinds = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const attributes = [...e.attributes].map(a => a.name === 'role' || a.name === 'type' ? a.name + '=' + a.value : a.name).sort();
    kinds.add(e.tagName + '.' + e.getAttribute('class') + '[' + attributes + '] in ' + e.parentElement.tagName + '.' + e.parentElement.getAttribute('class'));
  }
  return [...kinds].sort().join('\n');
}
