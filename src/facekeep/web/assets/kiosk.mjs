// A kiosk forgets whoever was here: what was typed is cleared when the page is left, when it is shown again out of
// the browser's memory, and when nobody touched it for a while. Without this file the page still goes back to the
// beginning by itself, a little later.

const kiosk = document.querySelector('[data-kiosk]');
if (kiosk) attend(kiosk.dataset.again, Number(kiosk.dataset.clear) * 1000);

function attend(beginning, patience) {
  let timer = 0;
  const begin = () => { empty(); location.replace(beginning); };
  const wait = () => { clearTimeout(timer); timer = setTimeout(begin, patience); };
  for (const act of ['pointerdown', 'keydown', 'input']) addEventListener(act, wait, { passive: true });
  addEventListener('pagehide', empty);
  addEventListener('pageshow', (event) => event.persisted && begin());
  wait();
}

function empty() {
  for (const form of document.forms) form.reset();
}
