// What is wrong with a page by the house's own rules, as a list of sentences; what axe checks is not repeated here.
() => {
  const wrong = [];
  const say = (condition, words) => { if (condition) wrong.push(words); };
  const all = selector => [...document.querySelectorAll(selector)];
  say(all('h1').length !== 1, all('h1').length + ' headings of the first level');
  say(!/^\S.* · Countersign$/.test(document.title), 'the title is "' + document.title + '"');
  say(!document.querySelector('a.skip[href="#content"]') || !document.querySelector('#content'), 'nothing skips to the content');
  const ids = all('[id]').map(e => e.id);
  say(new Set(ids).size !== ids.length, 'ids are used twice: ' + ids.filter((id, i) => ids.indexOf(id) !== i));
  let level = 0;
  for (const heading of all('h1, h2, h3, h4, h5, h6')) {
    const own = Number(heading.tagName[1]);
    say(own > level + 1, 'a heading is skipped before "' + heading.textContent.trim() + '"');
    level = own;
  }
  say(all('[tabindex]').some(e => e.tabIndex > 0), 'the order of tab stops is not that of the page');
  for (const a of all('a[href]')) {
    const href = a.getAttribute('href');
    say(/[?&][^=&]*(=?)(&|$)/.test(href) && /=(&|$)|[?&](&|$)/.test(href), 'a link carries nothing: ' + href);
    say(href.startsWith('#') && href.length > 1 && !document.getElementById(href.substring(1)), 'a link leads nowhere: ' + href);
  }
  for (const badge of all('.status')) {
    say(!badge.querySelector('svg') || badge.textContent.trim() === '', 'a status is shown by colour alone: ' + badge.outerHTML);
  }
  for (const time of all('time')) {
    say(!time.getAttribute('datetime') || !/UTC/.test(time.title), 'a time does not say its zone: ' + time.outerHTML);
  }
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest('pre, textarea, option, svg, .words, .hint, .given')) continue;
    const text = node.data;
    say(/\b[0-9a-f]{64}\b/.test(text) && !parent.closest('.digest, .whole'), 'a digest is not shortened: ' + text.trim());
    say(/\b\d{4}-\d\d-\d\d\b(?!T[\d:.]+Z| \d\d:\d\d(:\d\d)? UTC)/.test(text) && !parent.closest('time'), 'a date does not say its zone: ' + text.trim());
  }
  return [...new Set(wrong)];
}
